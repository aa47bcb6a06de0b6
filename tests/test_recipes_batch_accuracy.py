"""The curves of accuracy are the means of a sweep, and what is told of them follows from them."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from node_machine import browser_frames

from lecture_lib.experiments.batch_sweep import MODES, BatchSweep
from lecture_lib.experiments.stored import stored_sweep
from lecture_lib.lecture_data import batch_accuracies
from lecture_lib.recipes.batch_accuracy import accuracies, columns_of, floor_of, told


def sweep_of(mode, sizes, train, held):
    train, held = np.array(train, dtype=float), np.array(held, dtype=float)
    ones = (1,) * len(sizes)
    return BatchSweep(mode, tuple(sizes), (0.1,) * len(sizes), ones, train, held, train, held)


def recipe(mode):
    return accuracies(stored_sweep(mode), batch_accuracies(), bottom=20.0)


@pytest.mark.parametrize("mode", MODES)
def test_means_and_spreads_are_those_of_the_seeds(mode):
    sweep = stored_sweep(mode)
    f = recipe(mode)({"log_size": 2.0, "level": 20.0})
    for name, shares in (("train", sweep.training_accuracy), ("held", sweep.validation_accuracy)):
        for k, row in enumerate(shares):
            mean = math.fsum(row) / len(row)
            spread = math.sqrt(math.fsum((row - mean) ** 2) / (len(row) - 1))
            assert f[name][k] == pytest.approx(100 * mean)
            assert f[f"{name}_from"][k] == pytest.approx(100 * (mean - spread))
            assert f[f"{name}_length"][k] == pytest.approx(200 * spread)
    np.testing.assert_allclose(10 ** f["dot_x"], sweep.batch_sizes)


@pytest.mark.parametrize("mode", MODES)
def test_the_handle_reads_the_nearest_batch_size(mode):
    sweep = stored_sweep(mode)
    for log_size in (-0.2, 0.9, 1.55, 2.63, 3.4):
        f = recipe(mode)({"log_size": log_size, "level": 20.0})
        k = int(np.abs(np.log10(sweep.batch_sizes) - log_size).argmin())
        assert f["here_size"] == sweep.batch_sizes[k]
        assert log_size + f["to_x"] == pytest.approx(math.log10(sweep.batch_sizes[k]))
        assert f["here_updates"] == sweep.updates[k]
        assert f["here_rate"] == sweep.learning_rates[k]
        assert float(f["here_train"]) == pytest.approx(100 * sweep.training_accuracy[k].mean())


def test_batch_sizes_in_any_order_come_out_ascending():
    columns = columns_of(sweep_of("epochs", (64, 4), [[0.5], [0.9]], [[0.4], [0.8]]))
    assert columns["size"].tolist() == [4, 64]
    assert columns["train"].tolist() == [90, 50]
    assert columns["held_spread"].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("mode", "train", "held", "case"),
    [
        ("epochs", (99, 95, 60), (98, 94, 61), 0),
        ("epochs", (99, 99, 99), (98, 94, 61), 1),  # only the validation accuracy falls
        ("updates", (90, 96.0, 96.5), (90, 95, 95.9), 0),
        ("updates", (96, 96.0, 96.5), (90, 95, 93.9), 1),
        ("tuned", (100, 99, 92), (97, 96, 90), 0),
        ("tuned", (100, 99, 99.5), (97, 96, 90), 1),
    ],
)
def test_the_sentence_claims_no_more_than_the_numbers_show(mode, train, held, case):
    columns = {"size": np.array([4, 64, 1437.0]), "train": np.array(train), "held": np.array(held)}
    found = told(mode, columns)
    assert found["case"] == case
    assert found["train_fall"] == pytest.approx(train[0] - train[2])
    late = max(abs(train[2] - train[1]), abs(held[2] - held[1]))
    assert found["gap"] == pytest.approx(late)


def test_one_batch_size_shows_no_difference():
    for mode in MODES:
        columns = {"size": np.array([4.0]), "train": np.array([9.0]), "held": np.array([9.0])}
        assert told(mode, columns)["case"] == 1


def test_the_axis_goes_lower_only_if_something_lies_there():
    assert floor_of(stored_sweep("epochs")) == 20
    assert floor_of(sweep_of("epochs", (4,), [[0.15]], [[0.5]])) == 0


def test_the_browser_computes_the_same_frames():
    jobs = [(recipe(mode), {"log_size": at, "level": 20.0}) for mode in MODES for at in (0.0, 2.5)]
    assert all(figure.runs_in_browser for figure, _ in jobs)
    json.dumps([figure.json() for figure, _ in jobs], allow_nan=False)
    for (figure, state), there in zip(jobs, browser_frames(jobs), strict=True):
        here = figure(state)
        assert here.keys() == there.keys()
        for name, values in here.items():
            np.testing.assert_allclose(there[name], np.ravel(values), rtol=1e-12, atol=1e-12)
