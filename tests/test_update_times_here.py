"""Updates are timed as they are: the network learns what it should, and the summary adds up."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from lecture_lib.experiments import update_time
from lecture_lib.experiments.random_networks import RATE, RandomNetwork, TorchNetwork
from lecture_lib.experiments.update_time import (
    BACKENDS,
    MeasuredUpdateTimes,
    measure_line_updates,
    measure_update_times,
)
from lecture_lib.words import speak


@pytest.fixture(autouse=True)
def _the_language_is_given_back():
    yield
    speak("en")


def mean_loss(weights, x, y):
    """The cross-entropy of tanh(x W + b) V + c, written out in float64."""
    w, b, v, c = weights
    scores = np.tanh(x @ w + b) @ v + c
    return float(np.mean(np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(len(y)), y]))


@pytest.mark.parametrize("size", [1, 2, 30])
def test_an_update_is_one_step_down_the_gradient_of_the_mean_cross_entropy(size):
    network = RandomNetwork(40, np.random.default_rng(2))
    x, y = network.x[3 : 3 + size].astype(float), network.y[3 : 3 + size]
    before = [w.astype(float) for w in network.weights]
    loss = network.update(3, 3 + size)
    assert loss == pytest.approx(mean_loss(before, x, y), rel=1e-5)
    rng = np.random.default_rng(0)
    for k, (old, new) in enumerate(zip(before, network.weights, strict=True)):
        along = rng.standard_normal(old.shape)
        ends = []
        for sign in (1, -1):
            moved = [*before]
            moved[k] = old + sign * 1e-5 * along
            ends.append(mean_loss(moved, x, y))
        slope = (ends[0] - ends[1]) / 2e-5
        taken = -((new.astype(float) - old) * along).sum() / float(RATE)
        # a float32 weight knows its step, a thousandth of the gradient, to few digits
        assert taken == pytest.approx(slope, abs=0.02)


def test_all_of_it_is_float32_and_stays_so():
    network = RandomNetwork(20, np.random.default_rng(0))
    network.update(0, 20)
    assert {w.dtype for w in (*network.weights, network.x)} == {np.dtype(np.float32)}


def test_a_quick_measurement_gives_a_time_for_each_batch_size():
    sizes = (1, 10, 100)
    measured = measure_update_times(sizes, np.random.default_rng(0), repeats=2)
    assert measured.batch_sizes == sizes
    assert all(0 < seconds < 1 for seconds in measured.seconds_per_update)
    assert measured.seconds_per_epoch[1] == pytest.approx(6000 * measured.seconds_per_update[1])
    # ten times the examples and more work in all, whatever the machine is busy with
    assert measured.seconds_per_update[2] > 0.5 * measured.seconds_per_update[0]


def test_the_line_is_timed_by_one_gradient_an_update_for_every_batch_size(monkeypatch):
    clock = SimpleNamespace(now=0.0)

    def gradient(theta, batch):
        clock.now += 1e-3 * len(batch)  # a machine that does one example after the other
        return 0 * theta

    line = SimpleNamespace(examples=20, gradient=gradient)
    monkeypatch.setattr(update_time, "line_losses", lambda: line)
    monkeypatch.setattr(update_time, "time", SimpleNamespace(perf_counter=lambda: clock.now))
    measured = measure_line_updates(repeats=3)
    assert measured.batch_sizes == tuple(range(1, 21))
    np.testing.assert_allclose(measured.seconds_per_update, 1e-3 * np.arange(1, 21))
    assert measured.seconds_per_epoch == pytest.approx([0.02] * 20)


def scripted(rounds, updates):
    """A clock for rounds in which an update takes so many seconds; ``updates`` at each stretch."""
    stretches = [(0.0, seconds * count) for seconds in rounds for count in updates]
    return SimpleNamespace(perf_counter=iter(np.ravel(stretches).tolist()).__next__)


def test_of_three_rounds_the_median_counts_not_the_quickest_and_not_the_mean(monkeypatch):
    monkeypatch.setattr(
        update_time, "time", scripted((5.0, 2.0, 1.0), [update_time.LINE_STRETCH] * 20)
    )
    assert measure_line_updates(repeats=3).seconds_per_update == (2.0,) * 20
    monkeypatch.setattr(update_time, "time", scripted((5.0, 2.0, 1.0), [2, 1]))
    measured = measure_update_times((100, 200), np.random.default_rng(0), repeats=3)
    assert measured.seconds_per_update == (2.0, 2.0)


@pytest.mark.parametrize(
    ("repeats", "error", "wanted"),
    [(0, ValueError, "repeats of at least 1"), (2.5, TypeError, "a whole number"),
     (10**9, ValueError, "repeats of at most 1000")],
)  # fmt: skip
def test_the_line_is_not_timed_with_such_repeats(repeats, error, wanted):
    with pytest.raises(error, match=wanted):
        measure_line_updates(repeats=repeats)


@pytest.mark.parametrize(
    ("times", "flat"),
    [((1.0, 1.2, 1.9, 2.0), 20), ((1.0, 2.5, 1.1, 1.2), 1), ((1.0, 0.9, 1.0, 1.0), 50)],
)
def test_the_flat_part_ends_before_the_first_update_that_costs_twice_as_much(times, flat):
    assert MeasuredUpdateTimes((1, 5, 20, 50), times).flat_until == flat


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_fact_tells_first_and_last_time_and_how_far_it_is_flat(language):
    speak(language)
    fact = MeasuredUpdateTimes((1, 20, 1000), (0.0002, 0.0003, 0.003)).fact
    for told in ("0.2", "B = 1", "3", "1000", "15", "B = 20"):
        assert told in fact
    assert "{" not in fact


@pytest.mark.parametrize(
    ("sizes", "repeats", "error", "wanted"),
    [
        ((), 3, ValueError, "batch_sizes such as .* got none"),
        (10, 3, TypeError, "batch_sizes such as .* got 10"),
        ((1,), 10**9, ValueError, "repeats of at most 1000"),
        ((10, 10), 3, ValueError, "ascending batch_sizes"),
        ((0, 10), 3, ValueError, "at least 1"),
        ((1, 70_000), 3, ValueError, "at most 60000"),
        ((1.5,), 3, TypeError, "whole number"),
        ((1,), 0, ValueError, "repeats of at least 1"),
    ],
)
def test_what_cannot_be_measured_is_refused_at_once(sizes, repeats, error, wanted):
    with pytest.raises(error, match=wanted):
        measure_update_times(sizes, np.random.default_rng(0), repeats=repeats)


@pytest.mark.parametrize(
    ("sizes", "seconds", "wanted"),
    [
        ((), (), "got none"),
        ((1, 2), (1.0,), r"seconds_per_update of shape \(2,\)"),
        ((1, 2), (0.0, 1.0), "seconds_per_update above 0; got 0"),
        ((1, 2), (np.nan, 1.0), "seconds_per_update to hold finite"),
        ((2, 1), (1.0, 1.0), "ascending batch_sizes"),
    ],
)
def test_times_that_cannot_be_are_refused(sizes, seconds, wanted):
    with pytest.raises(ValueError, match=wanted):
        MeasuredUpdateTimes(sizes, seconds)


def test_torch_takes_the_same_step_from_the_same_weights():
    pytest.importorskip("torch")
    ours = RandomNetwork(40, np.random.default_rng(2))
    theirs = TorchNetwork(40, np.random.default_rng(2))
    for first, last in ((0, 30), (30, 31)):
        assert theirs.update(first, last) == pytest.approx(ours.update(first, last), rel=1e-5)
    for one, other in zip(ours.weights, theirs.weights, strict=True):
        np.testing.assert_allclose(other.detach().cpu().numpy(), one, atol=1e-6)
    measured = measure_update_times((1, 10), np.random.default_rng(0), repeats=1, backend="torch")
    assert measured.device == theirs.device


def test_a_graphics_card_that_measured_is_told_in_the_result(monkeypatch):
    class Card(RandomNetwork):
        device = "cuda"

    monkeypatch.setitem(BACKENDS, "torch", Card)
    rng = np.random.default_rng(0)
    assert measure_update_times((1, 5), rng, repeats=1, backend="torch").device == "cuda"
    assert measure_update_times((1, 5), rng, repeats=1).device == "cpu"


def test_without_torch_the_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ModuleNotFoundError, match="pip install torch"):
        measure_update_times((1,), np.random.default_rng(0), backend="torch")


def test_a_backend_or_a_device_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="a backend out of numpy, torch; got 'jax'"):
        measure_update_times((1,), np.random.default_rng(0), backend="jax")
    with pytest.raises(ValueError, match="a device out of cpu, cuda; got 'tpu'"):
        MeasuredUpdateTimes((1,), (1.0,), device="tpu")


def test_a_seed_is_no_random_generator():
    with pytest.raises(TypeError, match=r"np\.random\.default_rng"):
        measure_update_times((1,), 0)
