"""Five ways out of the saddle, and the numbers that the course states about them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lecture_lib.experiments.escape_race import (
    EXAMPLES,
    METHODS,
    SQUARED_INPUTS,
    BatchGradient,
    escape_race,
    growth_factor,
    steps_to_leave,
)
from lecture_lib.momentum import descend
from lecture_lib.surfaces import SURFACES
from lecture_lib.words import speak

two_weights = SURFACES["two_weights"]


def race(start, **knobs):
    return escape_race(start, np.random.default_rng(11), **knobs)


@pytest.mark.parametrize(
    ("offset", "weight", "steps"),
    [
        (1e-3, 0.0, 95), (1e-3, 0.5, 52), (1e-3, 0.9, 56),
        (1e-6, 0.0, 167), (1e-6, 0.5, 95), (1e-6, 0.9, 60),
    ],
)  # fmt: skip
def test_momentum_leaves_sooner_but_not_the_sooner_the_more_of_it(offset, weight, steps):
    start = (0.5 + offset, -0.5)
    run = descend(two_weights.gradient, start, learning_rate=0.05, momentum=weight, steps=300)
    assert steps_to_leave(run) == steps
    method = "momentum" if weight else "descent"
    assert race(start, momentum=weight, steps=300).steps_to_leave[method] == steps


@pytest.mark.parametrize(("weight", "factor"), [(0, 1.100), (0.5, 1.174), (0.9, 1.316)])
def test_the_growth_factors_at_the_saddle(weight, factor):
    assert growth_factor(learning_rate=0.05, momentum=weight) == pytest.approx(factor, abs=5e-4)
    tiny = 1e-12 * np.ones(2)
    run = descend(two_weights.gradient, tiny, learning_rate=0.05, momentum=weight, steps=60)
    grown = run.thetas[-1, 0] / run.thetas[-2, 0]
    assert grown == pytest.approx(factor, abs=5e-4)


@pytest.mark.parametrize(("rate", "steps"), [(0.05, 72.5), (0.1, 37.9)])
def test_steps_in_which_a_displacement_grows_a_thousandfold(rate, steps):
    assert np.log(1000) / np.log(growth_factor(learning_rate=rate)) == pytest.approx(
        steps, abs=0.05
    )


@given(st.floats(0, 1), st.floats(0, 0.99), st.floats(-5, 5))
def test_the_growth_factor_is_the_largest_root_of_its_equation(rate, weight, curvature):
    roots = np.roots([1, -(1 + weight - rate * curvature), weight])
    found = growth_factor(learning_rate=rate, momentum=weight, curvature=curvature)
    # near a double root, np.roots is good to half of the digits only
    assert found == pytest.approx(np.abs(roots).max(), abs=1e-7)


@pytest.mark.parametrize("start", [(0.5, -0.5), (0.6, -0.6), (0.0, 0.0), (-1.0, 1.0)])
@pytest.mark.parametrize("batch_size", [1, 3, EXAMPLES])
def test_from_the_line_only_the_kicks_leave(start, batch_size):
    result = race(start, batch_size=batch_size, steps=2000)
    left = {method for method, steps in result.steps_to_leave.items() if steps is not None}
    assert left == {"eigenvector_kick", "random_kick"}
    for method in ("descent", "momentum", "mini_batch"):
        w1, w2 = result.trajectories[method].thetas.T
        np.testing.assert_array_equal(w1, -w2)


@given(st.floats(-0.99, 0.99).filter(bool), st.integers(0, 2**32 - 1))
def test_no_noise_of_batches_and_no_momentum_ever_leaves_the_line(w, seed):
    squares = iter(np.random.default_rng(seed).permutation(SQUARED_INPUTS).tolist() * 10)
    run = descend(BatchGradient(squares), [w, -w], learning_rate=0.05, momentum=0.9, steps=200)
    np.testing.assert_array_equal(run.thetas[:, 0], -run.thetas[:, 1])


def test_five_thousand_single_example_steps_end_in_the_saddle_itself():
    end = race((0.6, -0.6), steps=5000).trajectories["mini_batch"].thetas[-1]
    assert end[0] == -end[1]
    assert np.abs(end).max() < 1e-200


def test_the_full_batch_is_the_lectures_loss():
    assert SQUARED_INPUTS.mean() == pytest.approx(1, abs=1e-15)
    result = race((0.501, -0.5), batch_size=EXAMPLES)
    np.testing.assert_allclose(
        result.trajectories["mini_batch"].thetas, result.trajectories["descent"].thetas, atol=1e-12
    )


@pytest.mark.parametrize("batch_size", [1, 3, 7, EXAMPLES])
def test_every_epoch_sees_every_example_once(batch_size):
    per_epoch = -(-EXAMPLES // batch_size)
    run = race((0.501, -0.5), batch_size=batch_size, steps=3 * per_epoch).trajectories["mini_batch"]
    w1, w2 = run.thetas[:-1].T
    means = run.gradients[:, 0] / (-2 * (1 - w1 * w2) * w2)
    sizes = np.minimum(batch_size, EXAMPLES - batch_size * np.arange(per_epoch))
    for epoch in means.reshape(3, per_epoch):
        assert epoch @ sizes == pytest.approx(SQUARED_INPUTS.sum())
    if batch_size == 1:
        # in another order than the epoch before, by more than the division rounds off
        assert not np.allclose(means[:EXAMPLES], means[EXAMPLES : 2 * EXAMPLES])


def test_a_kick_has_its_size_and_the_eigenvectors_direction_and_comes_once():
    result = race((0.0, 0.0), kick=0.2)
    for method in ("eigenvector_kick", "random_kick"):
        run = result.trajectories[method]
        assert np.linalg.norm(run.movements[1]) == pytest.approx(0.2)
        np.testing.assert_allclose(run.movements[2:], -0.05 * run.gradients[1:], atol=1e-15)
        np.testing.assert_allclose(np.diff(run.thetas, axis=0), run.movements[1:], atol=1e-15)
        assert len(run.thetas) == len(run.gradients) + 1 == 201
    kick = result.trajectories["eigenvector_kick"].movements[1]
    np.testing.assert_allclose(kick, 0.2 * np.ones(2) / np.sqrt(2))


def test_the_kick_waits_until_the_gradient_is_quiet():
    result = race((0.5, -0.5), quiet=0.1)
    plain, kicked = result.trajectories["descent"], result.trajectories["eigenvector_kick"]
    norms = np.linalg.norm(plain.gradients, axis=-1)
    first = int(np.argmax(norms <= 0.1))
    assert first > 0
    np.testing.assert_array_equal(kicked.thetas[: first + 1], plain.thetas[: first + 1])
    assert np.linalg.norm(kicked.movements[first + 1]) == pytest.approx(0.1)


def test_the_eigenvector_knows_when_there_is_nothing_to_escape():
    result = race((1.2, 0.9))
    plain, kicked = result.trajectories["descent"], result.trajectories["eigenvector_kick"]
    np.testing.assert_array_equal(kicked.thetas, plain.thetas)
    assert not np.array_equal(result.trajectories["random_kick"].thetas, plain.thetas)


def test_the_same_generator_gives_the_same_race_and_another_batch_size_the_same_kick():
    one, two, other = race((0, 0)), race((0, 0)), race((0, 0), batch_size=5)
    for method in METHODS:
        np.testing.assert_array_equal(
            one.trajectories[method].thetas, two.trajectories[method].thetas
        )
    np.testing.assert_array_equal(
        one.trajectories["random_kick"].thetas, other.trajectories["random_kick"].thetas
    )


def test_the_fact_tells_every_method_in_both_languages():
    result = race((0.5, -0.5), steps=200)
    kicks = [str(result.steps_to_leave[m]) for m in ("eigenvector_kick", "random_kick")]
    assert result.fact.count("never") == 3
    assert all(steps in result.fact for steps in [*kicks, "0.001", "200"])
    speak("zh")
    try:
        assert result.fact.count("从未达到") == 3
    finally:
        speak("en")


@pytest.mark.parametrize(
    ("knobs", "says"),
    [
        ({"batch_size": 0}, "batch_size of at least 1"),
        ({"batch_size": 21}, "batch_size of at most 20"),
        ({"kick": 0}, "kick above 0"),
        ({"quiet": -1}, "quiet above 0"),
        ({"threshold": 0}, "threshold above 0"),
        ({"steps": -1}, "steps of at least 0"),
        ({"momentum": 1}, "momentum in"),
        ({"learning_rate": -1}, "learning_rate of at least 0"),
    ],
)
def test_a_race_says_what_it_needs(knobs, says):
    with pytest.raises(ValueError, match=says):
        race((0.5, -0.5), **knobs)
    with pytest.raises(ValueError, match=r"start of shape \(2,\)"):
        race((0.5, -0.5, 1))


def test_a_race_of_no_steps_and_a_race_that_runs_away_are_results_too():
    assert race((0.5, -0.5), steps=0).steps_to_leave == dict.fromkeys(METHODS)
    wild = race((2.0, 2.0), learning_rate=5.0)
    assert wild.trajectories["descent"].diverged


def test_a_start_far_out_runs_away_without_a_warning():
    race = escape_race([1e200, 1e200], np.random.default_rng(0), steps=5)
    assert all(path.diverged for path in race.trajectories.values())


def test_a_race_needs_a_generator():
    with pytest.raises(TypeError, match=r"expected rng such as .*; got None"):
        escape_race([0, 0], None)


def test_what_is_no_path_and_no_threshold_is_named():
    with pytest.raises(TypeError, match="trajectory such as descend"):
        steps_to_leave(None)
    run = descend(SURFACES["two_weights"].gradient, [0.5, 0.5], learning_rate=0.1, steps=3)
    with pytest.raises(ValueError, match="threshold"):
        steps_to_leave(run, float("nan"))
    with pytest.raises(TypeError, match="learning_rate to be a number"):
        race((0.5, -0.5), learning_rate=[0.05] * 20, steps=20)
