"""Counts of updates, partitions into batches, and the noise of a batch's gradient."""

from __future__ import annotations

import math
from itertools import combinations, islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lecture_lib.batching import (
    ExampleLosses,
    batch_sizes_up_to,
    endless_minibatches,
    gradient_noise,
    line_losses,
    minibatches,
    sine_losses,
    updates_per_epoch,
)
from lecture_lib.momentum import descend


def rng():
    return np.random.default_rng(3)


@pytest.mark.parametrize(
    ("examples", "batch_size", "updates"),
    [(10_000, 10, 1000), (1000, 100, 10), (20, 1, 20), (20, 20, 1), (60_000, 1, 60_000),
     (60_000, 1000, 60), (50_000, 256, 196)],
)  # fmt: skip
def test_updates_per_epoch_of_the_quiz_and_the_slides(examples, batch_size, updates):
    assert updates_per_epoch(examples, batch_size) == updates


@given(st.integers(1, 60), st.data(), st.booleans(), st.booleans())
def test_an_epoch_sees_every_example_once(examples, data, shuffle, drop_last):
    size = data.draw(st.integers(1, examples))
    batches = minibatches(examples, size, rng(), shuffle=shuffle, drop_last=drop_last)
    assert len(batches) == updates_per_epoch(examples, size, drop_last=drop_last)
    seen = np.concatenate(batches)
    assert len(set(seen.tolist())) == len(seen)
    assert len(seen) == (examples // size * size if drop_last else examples)
    assert all(len(batch) == size for batch in batches[:-1])
    assert drop_last is False or len(batches[-1]) == size
    if not shuffle:
        np.testing.assert_array_equal(seen, np.arange(len(seen)))


def test_the_examples_are_shuffled_anew_before_each_epoch_and_not_within_one():
    stream = endless_minibatches(10, 4, rng())
    epochs = [np.concatenate(list(islice(stream, 3))) for _ in range(4)]
    for epoch in epochs:
        np.testing.assert_array_equal(np.sort(epoch), np.arange(10))
    assert len({tuple(epoch) for epoch in epochs}) == 4


@pytest.mark.parametrize(("drop_last", "sizes"), [(True, [4] * 4), (False, [4, 4, 2, 4])])
def test_epoch_after_epoch_a_smaller_last_batch_is_dropped_where_asked(drop_last, sizes):
    stream = endless_minibatches(10, 4, rng(), drop_last=drop_last)
    assert [len(batch) for batch in islice(stream, 4)] == sizes


def test_without_shuffling_no_chance_is_needed():
    first, last = minibatches(5, 3, None, shuffle=False)
    assert (first.tolist(), last.tolist()) == ([0, 1, 2], [3, 4])


def test_every_example_is_equally_likely_to_come_first():
    chance = rng()
    firsts = np.bincount([minibatches(5, 1, chance)[0][0] for _ in range(4000)], minlength=5)
    assert np.abs(firsts - 800).max() < 5 * math.sqrt(4000 * 0.2 * 0.8)


def test_the_full_batch_step_of_the_slide():
    losses = line_losses()
    assert losses.examples == 20
    run = descend(losses.gradient, [0.5, 1.5], learning_rate=0.01, steps=1)
    np.testing.assert_allclose(run.thetas[1], [0.4425, 1.14375], rtol=1e-12)
    single = losses.gradient([0.5, 1.5], batch=[2])  # x = 1
    np.testing.assert_allclose([0.5, 1.5] - 0.01 * single, [0.48, 1.48], rtol=1e-12)


@pytest.mark.parametrize(("make", "theta"), [(line_losses, [0.3, 0.8]), (sine_losses, [1.4])])
def test_gradients_are_those_of_the_losses(make, theta):
    losses, theta, h = make(), np.array(theta), 1e-6
    steps = h * np.eye(theta.size)
    slopes = (losses.losses(theta + steps) - losses.losses(theta - steps)).T / (2 * h)
    np.testing.assert_allclose(losses.gradients(theta), slopes, atol=1e-6)
    batch = [5, 1, 7]
    np.testing.assert_allclose(losses.gradient(theta, batch), slopes[batch].mean(0), atol=1e-6)
    assert losses.loss(theta, batch) == pytest.approx(losses.losses(theta)[batch].mean())
    assert losses.loss(theta) == pytest.approx(losses.losses(theta).mean())


def test_theta_may_be_a_whole_grid():
    losses = line_losses()
    grid = np.random.default_rng(0).normal(size=(3, 4, 2))
    assert losses.loss(grid).shape == (3, 4)
    assert losses.gradient(grid, [1, 2]).shape == (3, 4, 2)
    assert losses.gradients(grid).shape == (3, 4, 20, 2)
    assert losses.loss(grid)[1, 2] == pytest.approx(losses.loss(grid[1, 2]))


def test_the_sines_minima_are_where_the_course_says():
    losses = sine_losses()
    w = np.linspace(0.2, 5.2, 5001)
    found = losses.loss(w[:, None])
    lows = np.flatnonzero((found[1:-1] < found[:-2]) & (found[1:-1] < found[2:])) + 1
    np.testing.assert_allclose(w[lows], [1.036, 3, 4.841], atol=2e-3)
    np.testing.assert_allclose(found[lows], [0.400, 0, 0.445], atol=1e-3)
    assert np.abs(losses.gradients([3.0])).max() == 0


@pytest.mark.parametrize("examples", [1, 2, 5, 7])
def test_the_noise_is_the_covariance_over_all_batches(examples):
    few = line_losses()
    inputs, targets = few.inputs[:examples], few.targets[:examples] + np.arange(examples) % 3
    losses = ExampleLosses(inputs, targets, 2, few.example_loss, few.example_gradient)
    theta = np.array([0.5, 1.5])
    for size in range(1, examples + 1):
        everyone = [losses.gradient(theta, b) for b in combinations(range(examples), size)]
        brute = np.cov(np.transpose(everyone), bias=True)
        np.testing.assert_allclose(gradient_noise(losses, theta, size), brute, atol=1e-12)
    np.testing.assert_array_equal(gradient_noise(losses, theta, examples), np.zeros((2, 2)))


def test_a_hundred_times_the_batch_has_about_a_tenth_of_the_noise():
    line = line_losses()
    x = np.linspace(0, 9.5, 100_000)
    many = ExampleLosses(x, x, 2, line.example_loss, line.example_gradient)
    one, hundred = (np.sqrt(gradient_noise(many, [0.5, 1.5], b)[0, 0]) for b in (1, 100))
    assert one / hundred == pytest.approx(10, rel=1e-3)


def test_far_out_the_losses_of_examples_are_infinite_and_nothing_is_said():
    line = line_losses()
    assert line.loss([1e200, 1]) == np.inf
    assert not np.isfinite(gradient_noise(line, [1e200, 1], 2)).all()


@pytest.mark.parametrize("name", ["inputs", "targets"])
@pytest.mark.parametrize("make", [line_losses, sine_losses])
def test_the_examples_cannot_be_written_into(make, name):
    kept = getattr(make(), name).copy()
    with pytest.raises(ValueError, match="read-only"):
        getattr(make(), name)[0] = 7.0
    np.testing.assert_array_equal(getattr(make(), name), kept)


def odd(answer):
    """Two examples whose losses and gradients are whatever is given."""
    return ExampleLosses([1, 2], [1, 2], 1, lambda *_: answer, lambda *_: answer)


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: updates_per_epoch(0, 1), ValueError, "examples of at least 1"),
        (lambda: updates_per_epoch(5, 0), ValueError, "batch_size of at least 1; got 0"),
        (lambda: updates_per_epoch(5, 6), ValueError, "batch_size of at most 5 examples; got 6"),
        (lambda: minibatches(5, 2.5, rng()), TypeError, "batch_size to be a whole number"),
        (lambda: minibatches(5, 2, 7), TypeError, r"rng such as np\.random\.default_rng"),
        (lambda: endless_minibatches(5, 9, rng()), ValueError, "batch_size of at most 5"),
        (lambda: gradient_noise(line_losses(), [0, 1], 21), ValueError, "at most 20 examples"),
        (lambda: gradient_noise(line_losses(), [0], 2), ValueError, r"theta of shape \(2,\)"),
        (lambda: line_losses().loss([0, 1, 2]), ValueError, "theta with a last axis of 2"),
        (lambda: line_losses().loss([0, np.nan]), ValueError, "theta to hold finite"),
        (lambda: line_losses().loss([0, 1], []), ValueError, r"batch of shape \(B,\), B ≥ 1"),
        (lambda: line_losses().loss([0, 1], [20]), ValueError, "examples from 0 to 19"),
        (lambda: line_losses().loss([0, 1], [-1]), ValueError, "examples from 0 to 19"),
        (lambda: line_losses().loss([0, 1], [0.0]), TypeError, "batch to hold whole numbers"),
        (lambda: line_losses().loss([0, 1], [[0], [1, 2]]), TypeError, "batch to hold whole"),
        (lambda: minibatches(10**9, 10**9, rng()), ValueError, "examples of at most 10000000"),
        (lambda: endless_minibatches(10**9, 1, rng()), ValueError, "examples of at most 10000000"),
        (lambda: minibatches(5, 2, rng(), shuffle="no"), TypeError, "shuffle to be True or False"),
        (lambda: updates_per_epoch(5, 2, drop_last="no"), TypeError, "drop_last to be True or"),
        (lambda: endless_minibatches(5, 2, rng(), drop_last=1), TypeError, "drop_last to be True"),
        (lambda: gradient_noise(None, [0, 1], 2), TypeError, r"line_losses\(\); got None"),
        (lambda: ExampleLosses([1], [1], 1, 5, len), TypeError, "example_loss to be a function"),
        (lambda: ExampleLosses([1], [1], 1, len, 5), TypeError, "example_gradient to be a func"),
        (lambda: odd([1, 2, 3]).loss([0]), ValueError, r"losses of the examples of shape \(2,\)"),
        (lambda: odd([1, 2]).gradient([0]), ValueError, r"gradients of the examples of shape"),
        (lambda: odd(None).loss([0]), TypeError, "losses of the examples to be an array of real"),
        (lambda: batch_sizes_up_to(9, 3), TypeError, "batch_sizes such as .* got 3"),
        (lambda: batch_sizes_up_to(9, ()), ValueError, "batch_sizes such as .* got none"),
        (lambda: batch_sizes_up_to(9, (3, 10)), ValueError, "batch_size of at most 9"),
        (lambda: ExampleLosses([], [], 1, len, len), ValueError, "inputs of shape"),
        (lambda: ExampleLosses([1], [1, 2], 1, len, len), ValueError, r"targets of shape \(1,\)"),
    ],
)
def test_what_is_no_batch_is_refused(call, error, says):
    with pytest.raises(error, match=says):
        call()


def test_a_batch_with_a_mask_is_refused():
    masked = np.ma.masked_array([0, 1, 19], mask=[False, False, True])
    with pytest.raises(TypeError, match="batch to hold whole numbers; got masked_array"):
        line_losses().loss([0.5, 1.5], masked)


@pytest.mark.parametrize("integer", [np.uint8, np.int8, np.int16, np.array])
def test_whole_numbers_of_numpy_cut_an_epoch_as_pythons_do(integer):
    wanted = [len(batch) for batch in minibatches(120, 50, rng())]
    drawn = minibatches(integer(120), integer(50), rng())
    endless = islice(endless_minibatches(integer(120), integer(50), rng()), len(wanted))
    for batches in (drawn, list(endless)):
        assert [len(batch) for batch in batches] == wanted == [50, 50, 20]
        assert sorted(np.concatenate(batches)) == list(range(120))
