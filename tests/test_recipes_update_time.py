"""The curves of time are the lecture's points and the model t(B) = t0 + c B, on either axis."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from node_machine import browser_frames

from lecture_lib.experiments.update_time import MeasuredUpdateTimes
from lecture_lib.lecture_data import update_times as lecture
from lecture_lib.recipes.update_time import COLUMNS, EXAMPLES, SIZES, update_times

OWN = MeasuredUpdateTimes((1, 10, 1000), (1e-4, 1.5e-4, 3e-3))
PLAIN = update_times(lecture(), logarithmic=False)
POWERS = update_times(lecture(), OWN, logarithmic=True)
KNOBS = {"fixed": 6.0, "cost": 150.0}


def frame(recipe, size=1000, **knobs):
    return recipe({"batch_size": SIZES.index(size), **KNOBS, **knobs})


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("fixed", "cost"), [(6.0, 150.0), (0.05, 2.5)])
def test_the_receipt_is_the_time_of_every_batch_of_an_epoch_added_up(size, fixed, cost):
    f = frame(PLAIN, size, fixed=fixed, cost=cost)
    batches = [min(size, EXAMPLES - first) for first in range(0, EXAMPLES, size)]
    seconds = [fixed / 1e3 + cost / 1e6 * batch for batch in batches]
    assert f["here_updates"] == len(batches) == math.ceil(EXAMPLES / size)
    assert float(f["here_update"]) == pytest.approx(seconds[0])
    assert float(f["here_epoch"]) == pytest.approx(sum(seconds))
    assert float(f["here_ms"]) == pytest.approx(1000 * seconds[0])
    assert float(f["here_times"]) == pytest.approx(seconds[0] / (fixed / 1e3 + cost / 1e6))


def test_what_is_said_of_the_lecture_follows_from_its_points():
    f = frame(PLAIN)
    assert float(f["recorded_d_times"]) == pytest.approx(25, abs=0.5)  # not "the same"
    assert round(float(f["recorded_b_times"]), 1) == 1.2
    assert 60 < float(f["hundredfold"]) < 70  # 100 → 10000
    each = [float(f[f"recorded_{c}_each"]) for c in COLUMNS.values()]
    assert each[3] == pytest.approx(150)
    assert all(145 < e < 160 for e in each[3:])  # saturated
    assert each[0] == pytest.approx(6100)
    assert [float(f[f"recorded_{c}_epoch"]) for c in COLUMNS.values()] == [
        *lecture().seconds_per_epoch
    ]


def test_the_model_with_its_first_values_fits_the_lecture_within_a_sixth():
    f = frame(PLAIN)
    for column in COLUMNS.values():
        ratio = float(f[f"model_{column}_update"]) / float(f[f"recorded_{column}_update"])
        assert abs(ratio - 1) < 1 / 6


@pytest.mark.parametrize("role", ["recorded", "model", "here"])
def test_both_axes_show_the_same_seconds(role):
    plain, powers = frame(PLAIN), frame(POWERS)
    np.testing.assert_allclose(powers[f"{role}_x"], np.log10(plain[f"{role}_size"]), atol=1e-12)
    np.testing.assert_array_equal(powers[f"{role}_x"], plain[f"{role}_x"])
    for what in ("update", "epoch"):
        np.testing.assert_array_equal(plain[f"{role}_{what}_y"], plain[f"{role}_{what}"])
        np.testing.assert_allclose(
            powers[f"{role}_{what}_y"], np.log10(plain[f"{role}_{what}"]), atol=1e-12
        )


def test_what_was_measured_stands_where_it_was_measured():
    f = frame(POWERS)
    np.testing.assert_allclose(f["measured_x"], [0, 1, 3])
    np.testing.assert_allclose(10 ** f["measured_update_y"], OWN.seconds_per_update)
    np.testing.assert_allclose(10 ** f["measured_epoch_y"], OWN.seconds_per_epoch)


@pytest.mark.parametrize(
    ("size", "case"), [(1, 0), (10, 0), (20, 1), (500, 1), (1000, 2), (60000, 2)]
)
def test_small_middling_and_large_batches_have_their_own_sentence(size, case):
    assert frame(PLAIN, size)["case"] == case


def test_the_browser_computes_the_same_frames():
    jobs = [(recipe, {"batch_size": float(place), **KNOBS})
            for recipe in (PLAIN, POWERS) for place in (0, 9, 15)]  # fmt: skip
    assert all(recipe.runs_in_browser for recipe, _ in jobs)
    json.dumps([recipe.json() for recipe, _ in jobs], allow_nan=False)
    for (recipe, state), there in zip(jobs, browser_frames(jobs), strict=True):
        here = recipe(state)
        assert here.keys() == there.keys()
        for name, values in here.items():
            np.testing.assert_allclose(there[name], np.ravel(values), rtol=1e-12, atol=1e-12)
