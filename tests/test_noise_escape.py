"""Noise against a poor minimum, a saddle and the lecture's line: what the course says comes out."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from lecture_lib.batching import endless_minibatches, sine_losses
from lecture_lib.experiments.noise_contrasts import (
    EXAMPLES,
    PULLS,
    SQUARED_INPUTS,
    line_departures,
    saddle_departures,
)
from lecture_lib.experiments.noise_escape import DRAWS, draw_batches, noise_escape
from lecture_lib.momentum import descend
from lecture_lib.words import speak


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("draw", DRAWS)
def test_small_batches_escape_the_full_batch_never_and_less_often_the_larger_they_are(draw):
    table = noise_escape(rng(), learning_rates=(0.2, 0.3), runs=200, draw=draw)
    assert (table.escaped[:, -1] == 0).all()
    slack = 3 * np.hypot(table.standard_errors[:, 1:], table.standard_errors[:, :-1])
    assert (np.diff(table.probabilities, axis=1) <= slack).all()
    assert (table.escaped[:, 4:] == 0).all()  # B = 16 and more: a sharp threshold
    assert table.probabilities[1, 2] > table.probabilities[0, 2] + 0.2  # B = 4: η decides


@pytest.mark.parametrize("draw", DRAWS)
def test_of_500_runs_the_full_batch_escapes_in_none_and_single_examples_in_85_of_100(draw):
    rates = (0.2, 0.25, 0.3)
    table = noise_escape(rng(), batch_sizes=(1, 64), learning_rates=rates, runs=500, draw=draw)
    assert table.escaped[:, 1].tolist() == [0, 0, 0]
    assert (table.probabilities[:, 0] >= 0.85).all()  # 0.88 to 0.95 with eight seeds


def test_the_full_batch_ends_in_the_poor_minimum_where_a_descent_ends():
    losses = sine_losses()
    run = descend(losses.gradient, [1.0], learning_rate=0.2, steps=300)
    table = noise_escape(rng(), batch_sizes=(64,), learning_rates=(0.2,), runs=3, steps=300)
    np.testing.assert_allclose(table.ends[0, 0], run.thetas[-1, 0], rtol=1e-12)
    assert run.thetas[-1, 0] == pytest.approx(1.036, abs=1e-3)
    assert losses.loss(run.thetas[-1]) == pytest.approx(0.400, abs=1e-3)


def test_one_run_is_descent_on_batch_after_batch():
    losses = sine_losses()
    batches = list(draw_batches(rng(4), 64, 4, runs=2, steps=40, draw="epoch"))
    sequence = iter([batch[1] for batch in batches])
    run = descend(lambda w: losses.gradient(w, next(sequence)), [1.0], learning_rate=0.1, steps=40)
    table = noise_escape(rng(4), batch_sizes=(4,), learning_rates=(0.1,), runs=2, steps=40)
    assert table.ends[0, 0, 1] == pytest.approx(run.thetas[-1, 0], rel=1e-9)


@pytest.mark.parametrize(("distance", "escaped"), [(-0.21, 0), (-0.19, 1), (0.19, 1), (0.21, 0)])
def test_a_run_has_escaped_within_a_fifth_of_the_good_minimum(distance, escaped):
    knobs = {"batch_sizes": (64,), "learning_rates": (0.1,), "runs": 1, "steps": 0}
    assert noise_escape(rng(), start=3 + distance, **knobs).escaped.tolist() == [[escaped]]


def test_the_noise_is_gone_at_the_good_minimum():
    good = noise_escape(rng(), batch_sizes=(1, 8), runs=20, steps=100, start=3.0)
    np.testing.assert_array_equal(good.ends, 3.0)


@pytest.mark.parametrize("size", [1, 5, 16])
def test_epochs_see_every_example_once_in_every_run(size):
    per_epoch = -(-20 // size)
    batches = list(draw_batches(rng(), 20, size, runs=6, steps=2 * per_epoch, draw="epoch"))
    for half in (batches[:per_epoch], batches[per_epoch:]):
        copies = np.sort(np.concatenate(half, axis=1), axis=1)
        np.testing.assert_array_equal(copies, np.tile(np.arange(20), (6, 1)))


@pytest.mark.parametrize("size", [1, 5, 16])
def test_fresh_batches_are_different_examples_all_equally_likely(size):
    batches = [b.copy() for b in draw_batches(rng(), 20, size, runs=50, steps=80, draw="fresh")]
    drawn = np.concatenate(batches)
    assert drawn.shape == (4000, size)
    assert (np.diff(np.sort(drawn, axis=1), axis=1) > 0).all()
    share = size / 20
    counts = np.bincount(drawn.ravel(), minlength=20)
    assert np.abs(counts - 4000 * share).max() < 5 * np.sqrt(4000 * share * (1 - share))


def test_at_a_saddle_any_noise_leaves_and_its_size_costs_only_a_few_steps():
    assert np.abs(PULLS.sum(axis=0)).max() == 0
    found = saddle_departures(rng(), runs=300, draw="fresh")
    assert found.left.tolist() == [300] * 6 + [0]
    assert found.median_steps[-1] == np.inf


def test_a_median_run_leaves_the_saddle_later_by_the_steps_in_which_the_noise_it_lacks_grows():
    # the noise is as large as √((N − B)/B), and what it has displaced grows by 1 + η a step
    sizes = np.array([1, 8, 32])
    found = saddle_departures(rng(), batch_sizes=sizes, runs=3000, steps=260, draw="fresh")
    predicted = -np.diff(np.log(EXAMPLES / sizes - 1)) / 2 / np.log(1 + 0.02)  # 55 and 49
    np.testing.assert_allclose(np.diff(found.median_steps), predicted, atol=4)


@pytest.mark.parametrize("far", [0.5, 0.9])
def test_one_run_from_the_saddle_is_descent_on_batch_after_batch(far):
    knobs = {"runs": 2, "steps": 600, "draw": "epoch"}
    batches = list(draw_batches(rng(4), EXAMPLES, 4, **knobs))
    found = saddle_departures(rng(4), batch_sizes=(4,), far=far, **knobs)
    for one in range(2):
        sequence = iter([batch[one] for batch in batches])

        def gradient(theta, sequence=sequence):
            x, y = theta
            return np.array([x, y**3 - y]) + PULLS[next(sequence)].mean(axis=0)

        run = descend(gradient, [1.0, 0.0], learning_rate=0.02, steps=600)
        # the start is step 0, where nobody has left
        assert found.steps_to_leave[0, one] == np.argmax(np.abs(run.thetas[:, 1]) > far) > 0


def test_an_epochs_noise_cancels_in_part_so_that_leaving_takes_longer():
    fresh, epoch = (saddle_departures(rng(), runs=100, draw=draw) for draw in ("fresh", "epoch"))
    assert (epoch.median_steps[:-1] > 1.3 * fresh.median_steps[:-1]).all()
    assert (np.isfinite(epoch.steps_to_leave[:-1])).all()


def test_from_the_lectures_line_no_batch_size_ever_leaves():
    assert SQUARED_INPUTS.mean() == pytest.approx(1, abs=1e-15)
    for draw in DRAWS:
        found = line_departures(rng(), runs=100, steps=500, draw=draw)
        assert found.left.tolist() == [0] * 7
        assert np.isinf(found.median_steps).all()


def test_the_same_line_in_the_words_of_the_library():
    stream = endless_minibatches(EXAMPLES, 4, rng())

    def gradient(theta):
        square = SQUARED_INPUTS[next(stream)].mean()
        return -2 * square * (1 - theta.prod()) * theta[::-1]

    run = descend(gradient, [1.0, -1.0], learning_rate=0.05, momentum=0.9, steps=300)
    np.testing.assert_array_equal(run.thetas[:, 0], -run.thetas[:, 1])


def test_the_facts_say_the_numbers_in_both_languages():
    table = noise_escape(rng(), batch_sizes=(1, 64), runs=20, steps=50, draw="fresh")
    saddle = saddle_departures(rng(), batch_sizes=(1, 64), runs=20)
    line = line_departures(rng(), batch_sizes=(1, 64), runs=20, steps=20)
    try:
        for language, never in (("en", "never"), ("zh", "从未离开")):
            speak(language)
            assert "B = 64: 0 %" in table.fact
            assert "η = 0.3" in table.fact
            assert f"B = 1: {saddle.median_steps[0]:g}, B = 64: {never}" in saddle.fact
            assert "1, 64" in line.fact
            assert line.fact.endswith("0, 0")
    finally:
        speak("en")


@pytest.mark.parametrize("experiment", [noise_escape, saddle_departures, line_departures])
@pytest.mark.parametrize(
    ("knobs", "error", "says"),
    [
        ({"batch_sizes": (0,)}, ValueError, "batch_size of at least 1"),
        ({"batch_sizes": (65,)}, ValueError, "batch_size of at most 64 examples"),
        ({"batch_sizes": ()}, ValueError, "batch_sizes such as .* got none"),
        ({"batch_sizes": 8}, TypeError, "batch_sizes such as .* got 8"),
        ({"runs": 0}, ValueError, "runs of at least 1"),
        ({"steps": 10**9}, ValueError, "steps of at most 100000"),
        ({"steps": -1}, ValueError, "steps of at least 0"),
        ({"draw": "random"}, ValueError, "a draw out of epoch, fresh; got 'random'"),
        ({"draw": 1}, TypeError, "a draw out of epoch, fresh; got 1"),
    ],
)
def test_a_knob_out_of_its_range_is_refused(experiment, knobs, error, says):
    with pytest.raises(error, match=says):
        experiment(rng(), **knobs)
    with pytest.raises(TypeError, match="rng such as"):
        experiment(3)


@pytest.mark.parametrize(
    ("rates", "error", "says"),
    [(0.1, TypeError, "learning_rates such as .* got 0.1"), ((), ValueError, "got none")],
)
def test_learning_rates_come_in_a_row(rates, error, says):
    with pytest.raises(error, match=says):
        noise_escape(rng(), learning_rates=rates)


def test_what_leaves_the_range_of_floats_has_not_escaped():
    few = {"batch_sizes": (2,), "runs": 2, "steps": 20}
    assert not noise_escape(rng(), learning_rates=(1e308,), **few).escaped.any()
    assert not line_departures(rng(), learning_rate=1e9, **few).left.any()


@pytest.mark.parametrize(
    ("knobs", "error", "says"),
    [
        ({"rng": None}, TypeError, "rng such as"),
        ({"runs": 2.5}, TypeError, "runs to be a whole number"),
        ({"steps": -1}, ValueError, "steps of at least 0"),
    ],
)
def test_batches_are_refused_before_the_first_is_drawn(knobs, error, says):
    given = {"rng": rng(), "examples": 8, "batch_size": 2, "runs": 1, "steps": 1, "draw": "epoch"}
    with pytest.raises(error, match=says):
        draw_batches(**(given | knobs))


@pytest.mark.parametrize("draw", DRAWS)
def test_whole_numbers_of_numpy_draw_the_batches_that_pythons_do(draw):
    knobs = {"runs": 2, "steps": 5, "draw": draw}
    theirs = draw_batches(rng(), np.uint8(200), np.int8(100), **knobs)
    for one, other in zip(theirs, draw_batches(rng(), 200, 100, **knobs), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(("size", "says"), [(65, "at most 64 examples"), (10**9, "at most 64")])
def test_there_is_no_batch_of_more_than_all(size, says):
    with pytest.raises(ValueError, match=says):
        draw_batches(rng(), 64, size, runs=1, steps=1, draw="fresh")


def test_a_thousand_rates_and_sizes_are_the_most():
    for knob in ("learning_rates", "batch_sizes"):
        with pytest.raises(ValueError, match=f"{knob} such as .* got more than 1000"):
            noise_escape(rng(), **{knob: itertools.repeat(1)})
