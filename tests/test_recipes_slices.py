"""The loss along a line is what the lecture says of it, and the same in the browser."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from node_machine import browser_frames

from lecture_lib.experiments.linear_chain import LinearChain
from lecture_lib.hessian import curvature_along, escape_direction, quadratic_model
from lecture_lib.recipes import slices
from lecture_lib.surfaces import SURFACES

SURFACE = SURFACES["two_weights"]
THETAS = [(0.501, -0.5), (0.500001, -0.5), (0.5, -0.5), (0.0, 0.0), (-1.2, 0.7), (1.8, 1.5)]
STEP = slices.step_along(SURFACE)


@pytest.mark.parametrize(
    ("distance", "exact", "model"),
    [(0.1, 0.9900, 0.99), (0.5, 0.7656, 0.75), (1.0, 0.25, 0.0), (math.sqrt(2), 0.0, -1.0)],
)
@pytest.mark.parametrize("way", [1, -1])
def test_from_the_saddle_the_step_along_u_has_the_known_values_either_way(
    distance, exact, model, way
):
    frame = STEP({"w1": 0.0, "w2": 0.0, "step": way * distance})
    assert float(frame["step_truth"]) == pytest.approx(exact, abs=5e-5)
    assert float(frame["step_model"]) == pytest.approx(model, abs=1e-12)
    assert float(frame["step_truth"]) == pytest.approx((1 - distance**2 / 2) ** 2, abs=1e-12)
    assert frame["case"] == (1 if distance > 1 else 0)


@pytest.mark.parametrize("theta", [(0.0, 0.0), (0.9, -0.4), (-1.3, 0.2), (0.2, 1.2), (-0.7, -0.1)])
def test_u_and_the_model_along_it_are_those_of_the_hessian(theta):
    frame = STEP({"w1": theta[0], "w2": theta[1], "step": 0.8})
    hessian = SURFACE.hessian(theta)
    u = np.array([frame["u_x"], frame["u_y"]])
    np.testing.assert_allclose(u, escape_direction(hessian), atol=1e-12)
    assert curvature_along(hessian, u) == pytest.approx(float(frame["low"]))
    model = quadratic_model(SURFACE, theta)
    for name, t in (("step", 0.8), *slices.DISTANCES.items()):
        there = np.array(theta) + t * u
        assert float(frame[f"{name}_model"]) == pytest.approx(float(model(there)))
        assert float(frame[f"{name}_truth"]) == pytest.approx(float(SURFACE.loss(there)))
    t = frame["slice"]
    line = np.array(theta) + t[:, None] * u
    np.testing.assert_allclose(frame["slice_truth"], SURFACE.loss(line), atol=1e-12)


def test_beside_the_saddle_the_slope_decides_and_at_a_minimum_nothing_leads_down():
    assert STEP({"w1": 0.3, "w2": 0.1, "step": 0.1})["case"] == 2
    assert STEP({"w1": 1.0, "w2": 1.0, "step": 0.1})["case"] == 3


THREE = slices.three_weights()


def test_three_weights_have_neither_slope_nor_curvature_at_the_origin_and_a_way_down():
    chain, origin = LinearChain(3), np.zeros(3)
    np.testing.assert_array_equal(chain.gradient(origin), 0)
    np.testing.assert_array_equal(chain.hessian(origin), 0)
    with pytest.raises(ValueError, match="no direction curves downwards"):
        escape_direction(chain.hessian(origin))
    frame = THREE({"v1": 1.0, "v2": 1.0, "step": 0.5})
    t = frame["slice"]
    np.testing.assert_allclose(frame["slice_truth"], (1 - t**3) ** 2, atol=1e-12)
    np.testing.assert_allclose(frame["slice_truth"], chain.loss(t[:, None] * np.ones(3)))
    assert (frame["slice_truth"][(t > 0) & (t <= 1)] < 1).all()
    assert (frame["slice_truth"][t < 0] > 1).all()


@pytest.mark.parametrize(
    ("v", "step", "case"),
    [((1, 1), 0.5, 0), ((1, 1), -0.5, 1), ((1, -1), 0.5, 1), ((1.4, 0), 0.5, 2), ((1, 1), 0.0, 2)],
)
def test_the_way_of_the_third_weight_is_told_as_it_is(v, step, case):
    frame = THREE({"v1": v[0], "v2": v[1], "step": step})
    assert frame["case"] == case
    theta = step * np.array([v[0], v[0], v[1]])
    assert float(frame["step_truth"]) == pytest.approx(float(LinearChain(3).loss(theta)))


@pytest.mark.parametrize("degrees", [0, 20, 45, 90, 135, 170])
def test_the_turned_slice_has_the_curvature_of_its_direction(degrees):
    v = 1.2 * np.array([math.cos(math.radians(degrees)), math.sin(math.radians(degrees))])
    frame = slices.turned_slice(SURFACE)({"v1": v[0], "v2": v[1]})
    bend = -2 * math.sin(2 * math.radians(degrees))
    assert float(frame["bend"]) == pytest.approx(bend, abs=1e-12)
    assert float(frame["bend"]) == pytest.approx(curvature_along(SURFACE.hessian((0, 0)), v))
    assert float(frame["angle"]) == pytest.approx(degrees, abs=1e-9)
    assert frame["case"] == (2 if abs(bend) < 0.1 else 0 if bend > 0 else 1)
    t = frame["slice"]
    np.testing.assert_allclose(frame["slice_model"], 1 + bend * t**2 / 2, atol=1e-12)
    along = t[:, None] * v / 1.2
    np.testing.assert_allclose(frame["slice_truth"], SURFACE.loss(along), atol=1e-12)


# In the browser

JOBS = [
    *((STEP, {"w1": a, "w2": b, "step": 0.7}) for a, b in THETAS),
    (THREE, {"v1": 0.8, "v2": -1.1, "step": 0.7}),
    (slices.turned_slice(SURFACE), {"v1": -0.85, "v2": 0.85}),
]


def test_the_browser_computes_the_same_frames():
    assert all(recipe.runs_in_browser for recipe, _ in JOBS)
    for (recipe, state), there in zip(JOBS, browser_frames(JOBS), strict=True):
        here = recipe(state)
        assert here.keys() == there.keys()
        for name, values in here.items():
            np.testing.assert_allclose(there[name], np.ravel(values), rtol=1e-9, atol=1e-9,
                                       err_msg=f"{name} at {state}")  # fmt: skip


def test_no_constant_of_a_recipe_is_beyond_json():
    for recipe, _ in JOBS:
        json.dumps(recipe.json(), allow_nan=False)
