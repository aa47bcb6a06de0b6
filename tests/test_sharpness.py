"""Curvature at the same training loss: large batches end in sharper places, here too."""

from __future__ import annotations

import numpy as np
import pytest

from lecture_lib.batching import endless_minibatches
from lecture_lib.digits import load_digits
from lecture_lib.experiments import sharpness as module
from lecture_lib.experiments.sharpness import Sharpness, noisy_labels, sharpness
from lecture_lib.network import MLP
from lecture_lib.words import speak

SEED = np.random.SeedSequence(0)
QUICK = {"examples": 100, "target": 0.5, "seeds": 2}


@pytest.fixture(scope="module")
def noisy() -> Sharpness:
    return sharpness(SEED)


def test_with_wrong_labels_the_full_batch_ends_three_times_as_sharp(noisy):
    assert noisy.matched
    assert noisy.batch_sizes == (4, 400)
    assert noisy.ratios.shape == (5,)
    assert np.median(noisy.ratios) >= 3
    assert (noisy.ratios > 1).all()
    np.testing.assert_allclose(noisy.training_losses, 0.1, rtol=0.01)


def test_the_small_batch_ends_with_longer_weights_which_alone_make_a_loss_flatter(noisy):
    assert (noisy.lengths[0] > noisy.lengths[1]).all()
    assert (noisy.traces > noisy.largest).all()


@pytest.mark.parametrize("size", [4, 60])
def test_the_place_is_measured_as_its_hessian_and_the_other_digits_say(size, monkeypatch):
    found = {}

    def spy(network, thetas, x, y, *others):
        found["x"], found["y"], found["start"] = x, y, thetas
        found["thetas"], updates = descend(network, thetas, x, y, *others)
        return found["thetas"], updates

    descend = module._descend
    monkeypatch.setattr(module, "_descend", spy)
    seeds = module.child_seeds(SEED, 1)
    largest, traces, lengths, losses, _, shares, _ = module._train(seeds, size, 0.2, 60, 1.0, 0.5)
    for k, theta in enumerate(found["thetas"]):
        network, x, y = MLP((64, 16, 10)), found["x"][k], found["y"][k]
        product = network.hessian_vector_product(theta, x, y)
        v = np.random.default_rng(0).normal(size=network.size)
        for _ in range(200):
            v = product(v / np.linalg.norm(v)) + v / np.linalg.norm(v)  # the shift: towards λ_max
        assert np.linalg.norm(v) - 1 == pytest.approx(largest[k], rel=1e-3)
        steps = 1e-5 * np.eye(network.size)
        bends = network.gradient(theta + steps, x, y) - network.gradient(theta - steps, x, y)
        assert np.trace(bends) / 2e-5 == pytest.approx(traces[k], rel=1e-4)
        assert lengths[k] == pytest.approx(np.sqrt((theta**2).sum()))
        assert losses[k] == pytest.approx(float(network.loss(theta, x, y)))
        used = {tuple(row) for row in x}
        digits = load_digits()
        others = [n for n, row in enumerate(digits.images) if tuple(row) not in used]
        answers = network.outputs(theta, digits.images[others]).argmax(axis=1)
        # a digit that occurs twice may be on both sides
        assert (answers == digits.labels[others]).mean() == pytest.approx(shares[k], abs=2e-3)


def test_all_batch_sizes_begin_with_the_same_digits_labels_and_weights(monkeypatch):
    begun = []

    def spy(network, thetas, x, y, *others):
        begun.append((thetas, x, y))
        return thetas, np.zeros(len(thetas), dtype=int)

    monkeypatch.setattr(module, "_descend", spy)
    result = sharpness(SEED, batch_sizes=(4, 32, 100), **QUICK)
    for one in begun[1:]:
        for a, b in zip(begun[0], one, strict=True):
            np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(result.largest[0], result.largest[2])
    assert not result.matched  # nobody has been trained
    assert "not all training losses came to 0.5" in result.fact


def test_the_losses_are_matched_and_the_same_seed_gives_the_same_places():
    one, two = sharpness(SEED, **QUICK), sharpness(SEED, **QUICK)
    assert one.matched
    assert (one.training_losses <= 0.5).all()
    assert (one.updates > 0).all()
    for name in ("largest", "traces", "training_losses", "validation_accuracy", "updates"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    assert one.largest.shape == (2, 2)


def test_batches_that_leap_below_the_target_go_back_so_that_the_full_batch_finishes(monkeypatch):
    monkeypatch.setattr(module, "FINISH_RATE", 0.02)  # which then lands close below the target
    leaping = {"examples": 40, "batch_sizes": (20, 40), "learning_rate": 2.0, "label_noise": 0.0}
    result = sharpness(SEED, target=0.3, **leaping)
    assert (result.training_losses > 0.9 * 0.3).all()


def test_every_seed_shuffles_for_itself(monkeypatch):
    given = []

    def spy(examples, batch_size, rng):
        given.append((batch_size, rng))
        return endless_minibatches(examples, batch_size, rng)

    monkeypatch.setattr(module, "endless_minibatches", spy)
    sharpness(SEED, batch_sizes=(20, 100), **QUICK)
    for size in (20, 100):
        generators = {id(rng) for batch_size, rng in given if batch_size == size}
        assert len(generators) == QUICK["seeds"]


@pytest.mark.parametrize(("share", "wrong"), [(0, 0), (0.2, 20), (0.345, 34), (1, 100)])
def test_so_many_labels_are_wrong_and_the_others_are_left_alone(share, wrong):
    labels = np.arange(100) % 10
    noisy = noisy_labels(labels, share, np.random.default_rng(0))
    assert (noisy != labels).sum() == wrong
    assert noisy.min() >= 0
    assert noisy.max() <= 9
    np.testing.assert_array_equal(labels, np.arange(100) % 10)


def test_the_fact_rounds_down_in_both_languages(noisy):
    assert "in 5 of 5 seeds" in noisy.fact
    assert "at least 5 times" in noisy.fact
    speak("zh")
    try:
        assert "5 个随机种子中有 5 个" in noisy.fact
    finally:
        speak("en")


@pytest.mark.parametrize(
    ("knobs", "says"),
    [
        ({"batch_sizes": (4,)}, "two batch sizes or more, ascending"),
        ({"batch_sizes": (32, 4)}, "two batch sizes or more, ascending"),
        ({"batch_sizes": (4, 401)}, "batch_size of at most 400"),
        ({"label_noise": 1.1}, "label_noise from 0 to 1"),
        ({"target": 0}, "target above 0"),
        ({"learning_rate": 0}, "learning_rate above 0"),
        ({"seeds": 0}, "seeds of at least 1"),
        ({"examples": 4}, "examples of at least 8"),
        ({"seeds": 10**7}, "seeds of at most 100"),
    ],
)
def test_what_is_wrong_is_named(knobs, says):
    with pytest.raises(ValueError, match=says):
        sharpness(SEED, **knobs)
