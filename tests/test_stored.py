"""The stored results are those that the experiments give, so that the file cannot go stale."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from lecture_lib.experiments import batch_sweep as sweeps
from lecture_lib.experiments import stored
from lecture_lib.experiments.batch_sweep import MODES, batch_sweep
from lecture_lib.experiments.index_dynamics import stacked_hessians
from lecture_lib.experiments.linear_autoencoder import VARIANCES, predicted_dots, predicted_points
from lecture_lib.experiments.minimum_ratio import BLOCK, ZERO, minimum_ratio_dots
from lecture_lib.experiments.sharpness import CLEAN, Sharpness, sharpness

SEED = np.random.SeedSequence(stored.SEED)


@pytest.mark.parametrize("name", stored.PROBLEMS)
def test_every_stored_point_is_critical_for_the_network_and_examples_of_today(name):
    problem, dots = stored.stored_problem(name), stored.stored_dots(name)
    network, x, y = problem.network, problem.x, problem.y
    assert dots.starts == stored.KNOBS[name]["starts"]
    assert len(dots.losses) >= 40
    assert (np.linalg.norm(network.gradient(dots.thetas, x, y), axis=1) < 2e-8).all()
    np.testing.assert_allclose(network.loss(dots.thetas, x, y), dots.losses, rtol=1e-9)
    eigenvalues = np.linalg.eigvalsh(stacked_hessians(network, dots.thetas, x, y))
    np.testing.assert_allclose(dots.eigenvalues, eigenvalues, atol=1e-9)
    limit = ZERO * np.abs(eigenvalues).max(axis=1, keepdims=True)
    np.testing.assert_array_equal(dots.positive, (eigenvalues > limit).sum(axis=1))
    np.testing.assert_array_equal(dots.negative, (eigenvalues < -limit).sum(axis=1))
    assert (dots.positive + dots.zero + dots.negative == network.size).all()


def test_the_first_searches_on_the_sine_still_find_the_stored_points():
    found = minimum_ratio_dots(stored.stored_problem("sine"), SEED, starts=BLOCK)
    known = stored.stored_dots("sine").losses[: len(found.losses)]
    near = np.abs(found.losses[:, None] - known).min(axis=1) < 1e-6
    assert near.mean() > 0.5  # all of them where rounding is the same


@pytest.mark.parametrize("mode", MODES)
def test_one_network_trained_by_the_full_batch_is_the_stored_one(mode):
    sweep = stored.stored_sweep(mode)
    assert (sweep.mode, sweep.batch_sizes) == (mode, sweeps.BATCH_SIZES)
    again = batch_sweep(SEED, mode=mode, batch_sizes=(sweeps.TRAINING,), seeds=1)
    assert again.learning_rates == sweep.learning_rates[-1:]
    assert again.updates == sweep.updates[-1:]
    for name in ("training_loss", "validation_loss", "training_accuracy", "validation_accuracy"):
        old, new = getattr(sweep, name)[-1, 0], getattr(again, name)[0, 0]
        assert new == pytest.approx(old, rel=1e-2)


def test_a_small_batch_of_one_seed_is_the_stored_one_too():
    again = batch_sweep(SEED, batch_sizes=(256,), seeds=1)
    old = stored.stored_sweep("epochs")
    place = old.batch_sizes.index(256)
    assert again.training_loss[0, 0] == pytest.approx(old.training_loss[place, 0], rel=1e-3)


def test_clean_networks_of_one_seed_end_where_the_stored_ones_did():
    again, old = sharpness(SEED, seeds=1, **CLEAN), stored.stored_sharpness("clean")
    assert (old.batch_sizes, old.target) == (again.batch_sizes, again.target)
    assert old.label_noise == again.label_noise == 0
    for name in ("largest", "traces", "lengths"):
        np.testing.assert_allclose(getattr(again, name)[:, 0], getattr(old, name)[:, 0], rtol=5e-2)


def test_the_predicted_dots_have_the_losses_of_the_formula_and_theorys_signs():
    ratios, losses = predicted_dots(stored.stored_problem("autoencoder"))
    known = stored.stored_prediction()
    np.testing.assert_allclose(known, (ratios, losses), atol=1e-9)
    points = predicted_points(VARIANCES, 3)
    np.testing.assert_allclose(losses, [loss for loss, _ in points.values()], atol=1e-9)
    for (chosen, (_, index)), ratio in zip(points.items(), ratios, strict=True):
        if len(chosen) == 3:  # GL(3) moves along 9 zeros, and 3 biases undo what 3 others do
            assert ratio == pytest.approx((45 - 12 - index) / 45)


def test_every_point_found_of_the_autoencoder_is_a_predicted_one():
    dots = stored.stored_dots("autoencoder")
    ratios, losses = stored.stored_prediction()
    apart = np.hypot(dots.ratios[:, None] - ratios, dots.losses[:, None] - losses)
    assert apart.min(axis=1).max() < 1e-9
    best = dots.losses.argmin()
    assert (dots.negative[best], dots.zero[best]) == (0, 12)
    assert set(dots.zero.tolist()) == {11, 12}


def test_what_is_written_is_all_that_the_results_have():
    with stored._file() as file:
        names = set(file.files)
    dots = stored.stored_dots("sine")
    wanted = {f"{name}.{f.name}" for name in stored.PROBLEMS for f in fields(dots)}
    wanted |= {f"{mode}.{f.name}" for mode in MODES for f in fields(stored.stored_sweep(mode))}
    wanted -= {f"{mode}.mode" for mode in MODES}
    wanted |= {f"{name}.{f.name}" for name in stored.LABELS for f in fields(Sharpness)}
    assert names == wanted | {"predicted.ratios", "predicted.losses"}


def test_an_unknown_name_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match="one of sine, digits, autoencoder; got 'iris'"):
        stored.stored_dots("iris")
    with pytest.raises(ValueError, match="one of epochs, updates, tuned; got 'seconds'"):
        stored.stored_sweep("seconds")
    with pytest.raises(ValueError, match="one of noisy, clean; got 'wrong'"):
        stored.stored_sharpness("wrong")


def test_the_dots_hold_the_numbers_that_day_11_tells_of_them():
    digits, linear = stored.stored_dots("digits"), stored.stored_dots("autoencoder")
    worst, best = np.argmax(digits.losses), np.argmin(digits.losses)
    assert (digits.negative[worst], len(digits.eigenvalues[worst])) == (28, 86)
    assert (round(digits.losses[best], 2), digits.ratios[best]) == (0.98, 1)
    fourteen = digits.negative == 14
    assert np.round(digits.ratios[fourteen], 2).tolist() == [0.84] * fourteen.sum() != []
    best = np.argmin(linear.losses)
    assert (linear.positive[best], linear.zero[best], linear.negative[best]) == (33, 12, 0)
    assert not digits.zero.any()


def test_the_sweeps_hold_the_numbers_that_day_12_tells_of_them():
    epochs, updates, tuned = (stored.stored_sweep(mode) for mode in ("epochs", "updates", "tuned"))

    def last(sweep):
        return round(100 * float(np.mean(sweep.training_accuracy[-1])))

    assert (last(epochs), last(tuned)) == (55, 92)
    assert (epochs.updates[0], epochs.updates[-1]) == (7200, 20)
    assert set(updates.updates) == {500}
    for kind in (updates.training_accuracy, updates.validation_accuracy):
        means = 100 * np.array([np.mean(row) for row in kind])[2:]  # from B = 64 on
        assert np.ptp(means) < 0.25


def test_the_curvatures_hold_the_numbers_that_day_12_tells_of_them():
    noisy, clean = (stored.stored_sharpness(labels) for labels in ("noisy", "clean"))
    for places, times, shares in ((noisy, 10.4, (74.1, 73.0)), (clean, 3.2, (94.9, 95.5))):
        assert places.matched
        assert (places.ratios > 1).tolist() == [True] * 5
        assert round(float(np.median(places.ratios)), 1) == times
        medians = np.median(places.validation_accuracy, axis=1)
        assert tuple(np.round(100 * medians, 1)) == shares
        assert (places.lengths[0] > places.lengths[1]).all()
    losses = np.median(noisy.validation_losses, axis=1)
    assert losses[0] > losses[1]
