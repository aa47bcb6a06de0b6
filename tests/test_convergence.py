"""Rates, boundaries and best knobs, against closed forms, numpy's roots, and descents that run."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lecture_lib.convergence import (
    best_descent,
    best_heavy_ball,
    convergence_rate,
    movement_weights,
    stable,
)
from lecture_lib.momentum import descend

rates, weights = st.floats(0, 2), st.floats(0, 0.99)


def valley(*eigenvalues):
    return lambda theta: np.array(eigenvalues) * theta


@pytest.mark.parametrize(
    ("condition", "plain", "heavy"), [(10, 34, 11), (100, 345, 34), (1000, 3454, 109)]
)
def test_steps_to_a_thousandth_at_the_best_knobs(condition, plain, heavy):
    assert round(best_descent(1, condition).steps_to(1e-3)) == plain
    assert round(best_heavy_ball(1, condition).steps_to(1e-3)) == heavy


@pytest.mark.parametrize(("low", "high"), [(1, 10), (0.2, 20), (3, 3000)])
def test_the_best_plain_descent_arrives_in_the_promised_number_of_steps(low, high):
    best = best_descent(low, high)
    start, steps = np.array([1.0, -1.0]), int(np.ceil(best.steps_to(1e-3)))
    run = descend(valley(low, high), start, learning_rate=best.learning_rate, steps=steps)
    parts = np.linalg.norm(run.thetas, axis=1) / np.linalg.norm(start)
    assert parts[-1] <= 1e-3 < parts[-2]


@pytest.mark.parametrize(("low", "high"), [(1, 10), (0.2, 20), (3, 3000)])
def test_the_best_heavy_ball_shrinks_at_its_rate_in_the_long_run(low, high):
    best = best_heavy_ball(low, high)
    assert best.momentum == pytest.approx(best.rate**2)
    knobs = {"learning_rate": best.learning_rate, "momentum": best.momentum}
    run = descend(valley(low, high), [1.0, -1.0], steps=400, **knobs)
    sizes = np.linalg.norm(run.thetas, axis=1)
    # a double root: sizes go like (a + bk) rateᵏ, and the factor in front is linear in k
    later, last = np.argmax(sizes < 1e-2), np.argmax(sizes < 1e-6) or 400
    per_step = (sizes[last] / sizes[later]) ** (1 / (last - later))
    assert best.rate < per_step < best.rate**0.8
    for eigenvalue in (low, high, np.sqrt(low * high)):
        found = convergence_rate(eigenvalue=eigenvalue, **knobs)
        assert found == pytest.approx(best.rate, abs=1e-6)


@given(st.floats(0.1, 5), st.floats(1, 50), st.floats(0.3, 1.7), st.floats(0.3, 1.3))
def test_no_other_knobs_beat_the_best(low, times, faster, heavier):
    eigenvalues = np.array([low, low * times])
    plain, heavy = best_descent(*eigenvalues), best_heavy_ball(*eigenvalues)
    other = convergence_rate(learning_rate=faster * plain.learning_rate, eigenvalue=eigenvalues)
    assert other.max() >= plain.rate - 1e-9
    momentum = min(heavier * heavy.momentum, 0.999)
    rate = faster * heavy.learning_rate
    other = convergence_rate(learning_rate=rate, momentum=momentum, eigenvalue=eigenvalues)
    assert other.max() >= heavy.rate - 1e-6  # near the double root to half of the digits


@given(rates, weights, st.floats(-5, 5))
def test_the_rate_is_the_size_of_the_larger_root(rate, weight, eigenvalue):
    roots = np.roots([1, -(1 + weight - rate * eigenvalue), weight])
    found = convergence_rate(learning_rate=rate, momentum=weight, eigenvalue=eigenvalue)
    assert found == pytest.approx(np.abs(roots).max(), abs=1e-6)
    # near a double root np.roots is good to half of the digits only
    if abs((1 + weight - rate * eigenvalue) ** 2 - 4 * weight) > 0.1:
        assert found == pytest.approx(np.abs(roots).max(), abs=1e-12)


@pytest.mark.parametrize("weight", [0.0, 0.5, 0.9])
def test_at_a_rate_of_zero_the_distance_stays_as_it_is(weight):
    assert convergence_rate(learning_rate=0, momentum=weight, eigenvalue=3) == pytest.approx(1)


@given(st.floats(0.01, 2), weights, st.floats(0.1, 5))
def test_stable_is_where_the_distance_shrinks(rate, weight, eigenvalue):
    ratio = rate * eigenvalue / (2 * (1 + weight))
    if abs(ratio - 1) > 1e-6:
        knobs = {"learning_rate": rate, "momentum": weight}
        shrinks = convergence_rate(eigenvalue=eigenvalue, **knobs) < 1
        assert stable(largest_eigenvalue=eigenvalue, **knobs) == shrinks == (ratio < 1)


@pytest.mark.parametrize(("rate", "weight"), [(0.5, 0.0), (0.75, 0.5)])
def test_on_the_boundary_itself_nothing_shrinks(rate, weight):
    knobs = {"learning_rate": rate, "momentum": weight}
    assert not stable(largest_eigenvalue=4.0, **knobs)
    run = descend(valley(4.0), [1.0], steps=1000, **knobs)
    assert not run.diverged  # there and back for ever
    assert np.abs(run.thetas[-2:]).min() >= 1


@pytest.mark.parametrize("weight", [0.0, 0.5, 0.9])
def test_a_descent_just_inside_the_boundary_stays_and_just_outside_runs_away(weight):
    limit = 2 * (1 + weight) / 4
    inside, outside = (
        descend(valley(1.0, 4.0), [1.0, 1.0], learning_rate=rate, momentum=weight, steps=3000)
        for rate in (0.98 * limit, 1.02 * limit)
    )
    assert np.abs(inside.thetas[-1]).max() < 1e-3
    assert outside.diverged


def test_knobs_may_be_arrays_that_broadcast():
    rate, weight = np.linspace(0.1, 1, 4)[:, None], np.linspace(0, 0.9, 3)
    table = convergence_rate(learning_rate=rate, momentum=weight, eigenvalue=3.0)
    fine = stable(learning_rate=rate, momentum=weight, largest_eigenvalue=3.0)
    assert table.shape == fine.shape == (4, 3)
    np.testing.assert_array_equal(fine, table < 1)
    alone = convergence_rate(learning_rate=0.4, momentum=0.45, eigenvalue=3.0)
    assert table[1, 1] == pytest.approx(alone, abs=1e-12)


@given(st.integers(0, 20), rates, weights)
def test_movement_weights_turn_gradients_into_movements(steps, rate, weight):
    found = movement_weights(steps, learning_rate=rate, momentum=weight)
    expected = [-rate * weight ** (steps - 1 - k) for k in range(steps)]
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=0)
    if steps > 0:
        knobs = {"learning_rate": rate / 10, "momentum": weight}
        run = descend(valley(1.0, 3.0), [1.0, -2.0], steps=steps, **knobs)
        told = movement_weights(steps, **knobs) @ run.gradients
        np.testing.assert_allclose(run.movements[steps], told, rtol=1e-9, atol=1e-12)


def test_a_round_valley_is_reached_in_one_step():
    for best in (best_descent(2, 2), best_heavy_ball(2, 2)):
        assert best.learning_rate == pytest.approx(0.5, abs=1e-15)
        assert (best.momentum, best.rate) == (0.0, 0.0)
        assert best.steps_to(1e-3) == 1


def test_the_farthest_knobs_overflow_to_infinity_and_say_nothing():
    assert convergence_rate(learning_rate=1e200, momentum=0.9, eigenvalue=1e200) == np.inf
    assert not stable(learning_rate=1e200, largest_eigenvalue=1e200)


def test_a_condition_number_beyond_rounding_is_never_overcome():
    assert best_descent(1e-20, 1).steps_to(0.1) == np.inf


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: best_descent(3, 2), "smallest ≤ largest; got 3.0 and 2.0"),
        (lambda: best_heavy_ball(0, 2), "smallest above 0"),
        (lambda: best_descent(1, 2).steps_to(1), "part below 1"),
        (lambda: stable(learning_rate=0.1, largest_eigenvalue=0), "largest_eigenvalue above 0"),
        (lambda: stable(learning_rate=-1, largest_eigenvalue=1), "learning_rate of at least 0"),
        (
            lambda: convergence_rate(learning_rate=0.1, momentum=[0, 1], eigenvalue=1),
            r"momentum in \[0, 1\)",
        ),
        (lambda: movement_weights(-1, learning_rate=0.1, momentum=0), "steps of at least 0"),
        (
            lambda: movement_weights(10**9, learning_rate=0.1, momentum=0),
            "steps of at most 1000000",
        ),
        (lambda: best_descent(1e-200, 1), "between 1e-150 and 1e\\+150; got 1e-200 and 1.0"),
        (lambda: best_heavy_ball(1, 1e200), "between 1e-150 and 1e\\+150; got 1.0 and 1e"),
        (
            lambda: convergence_rate(learning_rate=[1, 2], momentum=[0, 0, 0], eigenvalue=1),
            r"broadcast; got \(2,\), \(3,\) and \(\)",
        ),
    ],
)
def test_a_knob_out_of_its_range_is_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_where_the_best_momentum_cannot_be_told_from_one_it_is_refused():
    with pytest.raises(ValueError, match="best momentum is below 1; got κ = 1e\\+300"):
        best_heavy_ball(1e-150, 1e150)
