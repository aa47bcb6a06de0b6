"""Flat and sharp in numbers: gaps of a cartoon, one function at every sharpness, and 2/η."""

from __future__ import annotations

import json

import numpy as np
import pytest
from node_machine import browser_frames

from lecture_lib.momentum import descend
from lecture_lib.recipes.flat_and_sharp import (
    STEEPEST,
    along_valley,
    descending,
    shifted,
)
from lecture_lib.surfaces import SURFACES

SURFACE = SURFACES["two_weights"]
SHIFT, VALLEY, DESCENT = shifted(), along_valley(), descending()
START = {"w1": 0.4, "w2": 2.2}


def cartoon(w):
    """1 − 0.9 (1 − u²)³ in each of two valleys, written out with numpy."""
    height = np.ones_like(w)
    for middle, half in ((-1.5, 2.2), (2.0, 0.6)):
        height -= 0.9 * np.clip(1 - ((w - middle) / half) ** 2, 0, None) ** 3
    return height


# ---- the cartoon -----------------------------------------------------------------------------


def test_both_valleys_are_equally_deep_and_one_is_thirteen_times_as_sharp():
    w = np.linspace(-4, 3.2, 72_001)
    losses = cartoon(w)
    np.testing.assert_allclose(
        SHIFT({"shift": 0.0})["train"], cartoon(SHIFT({"shift": 0.0})["grid"])
    )
    lowest = w[np.abs(losses - losses.min()) < 1e-9]
    assert lowest.min() == pytest.approx(-1.5, abs=1e-3)
    assert lowest.max() == pytest.approx(2.0, abs=1e-3)
    h = 1e-4
    bends = [
        (cartoon(np.array(m + h)) - 2 * 0.1 + cartoon(np.array(m - h))) / h**2 for m in (-1.5, 2.0)
    ]
    assert bends[1] / bends[0] == pytest.approx((2.2 / 0.6) ** 2, rel=1e-3)


@pytest.mark.parametrize("shift", [-0.9, -0.2, 0.05, 0.3, 0.75])
def test_the_gaps_are_those_of_the_shifted_curve_at_the_minima(shift):
    frame = SHIFT({"shift": shift})
    np.testing.assert_allclose(frame["test"], cartoon(frame["grid"] - shift), atol=1e-12)
    gaps = cartoon(np.array([-1.5, 2.0]) - shift) - 0.1
    assert [float(frame["a_gap"]), float(frame["b_gap"])] == pytest.approx(gaps.tolist())
    assert gaps[1] > gaps[0] > 0
    np.testing.assert_allclose(frame["b_gaps"], cartoon(2.0 - frame["shifts"]) - 0.1, atol=1e-12)
    assert frame["case"] == (2 if abs(shift) > 0.6 else 1)


def test_the_first_shift_has_the_quoted_gaps_and_none_has_none():
    frame = SHIFT({"shift": 0.3})
    quoted = [round(float(frame[n]), 3) for n in ("a_gap", "b_gap")]
    assert quoted == [0.049, 0.520]
    assert round(float(frame["times"]), 1) == 10.6
    assert SHIFT({"shift": 0.0})["case"] == 0


# ---- the valley ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "theta", [(1, 1), (0.6, 2.2), (2.5, 0.1), (0.2, 0.2), (1.7, 2.9), (3, 0), (0, 3)]
)
def test_theta_is_put_on_the_valley_where_loss_and_slope_are_zero(theta):
    frame = VALLEY({"v1": theta[0], "v2": theta[1]})
    point = np.array([frame["a"], frame["b"]])
    assert point[0] * point[1] == pytest.approx(1)
    assert point[0] - point[1] == pytest.approx(np.clip(theta[0] - theta[1], -STEEPEST, STEEPEST))
    assert float(SURFACE.loss(point)) == pytest.approx(0, abs=1e-25)
    values, vectors = np.linalg.eigh(SURFACE.hessian(point))
    assert values == pytest.approx([0, float(frame["sharp"])], abs=1e-9)
    assert float(frame["sharp"]) == pytest.approx(2 * point @ point)
    assert abs(vectors[:, 1] @ [frame["u_x"], frame["u_y"]]) == pytest.approx(1)
    assert 4 - 1e-9 <= frame["sharp"] <= 2 * (9 + 1 / 9) + 1e-9
    assert frame["limit"] == pytest.approx(2 / float(frame["sharp"]))


@pytest.mark.parametrize("theta", [(1, 1), (0.6, 2.2), (2.5, 0.1)])
def test_across_the_valley_the_loss_is_narrower_where_it_is_sharper(theta):
    frame = VALLEY({"v1": theta[0], "v2": theta[1]})
    t, r = frame["slice"], np.sqrt(float(frame["sharp"]) / 2)
    np.testing.assert_allclose(frame["slice_truth"], (r * t + t**2 / r**2) ** 2, atol=1e-12)
    np.testing.assert_allclose(frame["slice_model"], r**2 * t**2, atol=1e-12)
    np.testing.assert_allclose(frame["flattest"], (2**0.5 * t + t**2 / 2) ** 2, atol=1e-12)


def test_all_points_of_the_valley_compute_the_same_so_any_test_loss_is_the_same():
    x, y = np.random.default_rng(0).standard_normal((2, 50))
    for theta in ((1, 1), (0.6, 2.2), (0, 3)):
        frame = VALLEY({"v1": theta[0], "v2": theta[1]})
        predicted = frame["a"] * frame["b"] * x
        assert np.mean((y - predicted) ** 2) == pytest.approx(np.mean((y - x) ** 2))


# ---- the step size ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "sharpness", "case"),
    [(0.1, 10.17, 0), (0.2, 9.64, 1), (0.25, 5.66, 1), (0.3, 4.00, 1)],
)
def test_larger_steps_end_at_the_known_flatter_places(rate, sharpness, case):
    frame = DESCENT({**START, "learning_rate": rate})
    assert round(float(frame["end_sharp"]), 2) == sharpness
    assert float(frame["end_sharp"]) < float(frame["limit"]) == pytest.approx(2 / rate)
    assert float(frame["end_loss"]) < 1e-8
    assert frame["case"] == case
    walk = descend(SURFACE.gradient, (0.4, 2.2), learning_rate=rate, steps=150)
    path = np.stack([frame["path_w1"], frame["path_w2"]], axis=1)
    np.testing.assert_allclose(path, walk.thetas, atol=1e-9)
    sharp = np.linalg.eigvalsh(SURFACE.hessian(path))[:, 1]
    np.testing.assert_allclose(frame["path_sharp"], sharp, atol=1e-8)


def test_at_four_tenths_the_descent_runs_away():
    assert DESCENT({**START, "learning_rate": 0.4})["case"] == 3
    assert descend(SURFACE.gradient, (0.4, 2.2), learning_rate=0.4, steps=150).diverged


@pytest.mark.parametrize("start", [(0.4, 2.2), (1.5, 1.0), (0.7, -0.4)])
def test_tiny_steps_end_where_the_closed_form_says(start):
    walk = descend(SURFACE.gradient, start, learning_rate=1e-3, steps=20_000)
    sharp = np.linalg.eigvalsh(SURFACE.hessian(walk.thetas[-1]))[1]
    frame = DESCENT({"w1": start[0], "w2": start[1], "learning_rate": 0.1})
    assert float(frame["tiny"]) == pytest.approx(sharp, rel=2e-3)


def test_what_has_not_arrived_is_not_said_to_rest():
    assert DESCENT({"w1": 1.0, "w2": -1.0, "learning_rate": 0.05})["case"] == 2
    assert DESCENT({**START, "learning_rate": 0.01})["case"] == 0


def test_the_browser_computes_the_same_frames():
    jobs = [(SHIFT, {"shift": 0.3}), (SHIFT, {"shift": 0.0}), (VALLEY, {"v1": 0.6, "v2": 2.2}),
            (VALLEY, {"v1": 3.0, "v2": 0.0}),
            *((DESCENT, {**START, "learning_rate": rate}) for rate in (0.1, 0.25, 0.4))]  # fmt: skip
    assert all(recipe.runs_in_browser for recipe, _ in jobs)
    json.dumps([recipe.json() for recipe, _ in jobs], allow_nan=False)
    for (recipe, state), there in zip(jobs, browser_frames(jobs), strict=True):
        here = recipe(state)
        assert here.keys() == there.keys()
        for name, values in here.items():
            np.testing.assert_allclose(np.array(there[name], dtype=float), np.ravel(values), rtol=1e-9, atol=1e-9,
                                       err_msg=name)  # fmt: skip
