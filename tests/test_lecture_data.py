"""The lectures' numbers agree with each other and with the tables that they were read into."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from lecture_lib.lecture_data import (
    batch_accuracies,
    minimum_ratio_plot,
    small_against_large,
    update_times,
)


def test_four_dots_of_the_minimum_ratio_plot_are_known_one_by_one():
    plot = minimum_ratio_plot()
    assert plot.plateau_loss == 0.0873
    assert plot.plateau_ratios == (0.003, 0.013, 0.147, 0.233)
    assert plot.highest_ratio == 0.556
    assert "0.003, 0.013, 0.147, 0.233" in plot.digitised


def test_the_rest_of_the_minimum_ratio_plot_is_a_described_band():
    plot = minimum_ratio_plot()
    assert plot.band_losses == (0.0, 0.0075)
    assert plot.band_ratios == (0.256, plot.highest_ratio)
    assert plot.dense_ratios == (0.40, plot.highest_ratio)
    assert max(plot.plateau_ratios) < plot.band_ratios[0]
    assert "not single dots" in plot.described


def test_the_plateau_is_what_a_constant_output_would_cost():
    # the variance of sin(5πx)/(5πx) on (0, 1], the target of the course's homework
    x = np.linspace(0, 1, 10_001)[1:]
    assert np.var(np.sinc(5 * x)) == pytest.approx(minimum_ratio_plot().plateau_loss, abs=2e-4)


def test_the_times_are_those_read_off_the_slides():
    times = update_times()
    assert times.batch_sizes == (1, 10, 100, 1000, 10_000, 60_000)
    assert times.seconds_per_update == (0.0061, 0.0073, 0.024, 0.15, 1.54, 9.47)
    assert times.seconds_per_epoch == (363.6, 43.5, 14.4, 9.0, 9.0, 9.0)


def test_the_accuracies_are_those_read_off_the_slides():
    mnist, cifar10 = (batch_accuracies()[name] for name in ("mnist", "cifar10"))
    assert mnist.batch_sizes == cifar10.batch_sizes == (1, 10, 100, 1000, 10_000, 60_000)
    assert mnist.training == (0.9823, 0.991, 0.992, 0.9856, 0.9547, 0.8377)
    assert mnist.validation == (0.9915, 0.9933, 0.9924, 0.99, 0.9701, 0.8707)
    assert cifar10.training == (0.5794, 0.5604, 0.438, 0.4332, 0.3992, 0.2978)
    assert cifar10.validation == (0.6105, 0.5514, 0.4577, 0.4267, 0.4386, 0.3336)


def test_updates_per_epoch_times_time_per_update_is_time_per_epoch():
    times = update_times()
    updates = np.ceil(times.examples / np.array(times.batch_sizes))
    np.testing.assert_array_equal(updates, [60000, 6000, 600, 60, 6, 1])
    epochs = updates * times.seconds_per_update
    np.testing.assert_allclose(epochs, times.seconds_per_epoch, rtol=0.06)


def test_a_fixed_cost_and_a_cost_per_example_explain_the_time_of_an_update():
    times = update_times()
    model = 0.006 + 150e-6 * np.array(times.batch_sizes)
    np.testing.assert_allclose(model, times.seconds_per_update, rtol=0.13)


def test_accuracy_falls_with_the_batch_but_not_at_every_step():
    accuracies = batch_accuracies()
    assert set(accuracies) == {"mnist", "cifar10"}
    for curve in accuracies.values():
        assert len(curve.batch_sizes) == len(curve.training) == len(curve.validation) == 6
        assert curve.training[-1] < curve.training[0]
    assert accuracies["mnist"].training[0] < accuracies["mnist"].training[1]
    assert accuracies["cifar10"].validation[4] > accuracies["cifar10"].validation[3]


def test_small_batches_test_better_in_all_six_networks():
    rows = small_against_large()
    assert all("arXiv 1609.04836" in row.source for row in rows.values())
    gaps = {name: round(row.gap, 2) for name, row in rows.items()}
    assert gaps == {"F1": 0.22, "F2": 4.57, "C1": 2.78, "C2": 1.98, "C3": 3.13, "C4": 5.27}


def test_every_figure_names_its_page_and_cannot_be_changed():
    for result, page in ((minimum_ratio_plot(), "15"), (update_times(), "21–22"),
                         (batch_accuracies()["mnist"], "24"),
                         (small_against_large()["F1"], "26")):  # fmt: skip
        assert result.source.endswith(f"p. {page}")
        with pytest.raises(dataclasses.FrozenInstanceError):
            result.source = ""
