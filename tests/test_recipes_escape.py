"""What the escape's figures compute is what the lecture says, and the same in the browser."""

from __future__ import annotations

import math

import numpy as np
import pytest
from node_machine import browser_frames

from lecture_lib.experiments.escape_race import (
    BatchGradient,
    escape_race,
    growth_factor,
)
from lecture_lib.experiments.linear_chain import LinearChain
from lecture_lib.hessian import curvature_along, escape_direction, quadratic_model
from lecture_lib.momentum import descend
from lecture_lib.recipe import Let, Map, Pick, Recipe
from lecture_lib.recipes import escape, slices
from lecture_lib.surfaces import SURFACES

SURFACE = SURFACES["two_weights"]
SEED = 11
FIVE = escape.five_ways(np.random.default_rng(SEED))
KNOBS = {"learning_rate": 0.05, "momentum": 0.9, "kick": 0.1, "steps": 200.0}
STARTS = [(0.501, -0.5), (0.500001, -0.5), (0.5, -0.5), (0.0, 0.0), (-1.2, 0.7), (1.8, 1.5)]
# `escape_race` spells one of the five out
RACE = dict(zip(escape.METHODS, ("descent", "momentum", "mini_batch", "eigenvector_kick",
                                 "random_kick"), strict=True))  # fmt: skip


def five(w1, w2, **knobs):
    return FIVE({"w1": w1, "w2": w2, **KNOBS, **knobs})


def path(frame, method):
    return np.stack([frame[f"{method}_x"], frame[f"{method}_y"]], axis=-1)


def left(frame):
    return {method: float(frame[f"{method}_left"]) for method in escape.METHODS}


# ---- five ways out ---------------------------------------------------------------------------


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_the_drawn_descents_are_those_of_descend(start, momentum):
    frame = five(*start, momentum=momentum)
    knobs = {"learning_rate": 0.05, "steps": escape.STEPS + 1}
    plain = descend(SURFACE.gradient, start, **knobs)
    heavy = descend(SURFACE.gradient, start, momentum=momentum, **knobs)
    noisy = descend(BatchGradient(iter(frame["square"].tolist())), start, **knobs)
    for method, trajectory in (("descent", plain), ("momentum", heavy), ("mini_batch", noisy)):
        np.testing.assert_allclose(path(frame, method), trajectory.thetas, atol=1e-9)
        np.testing.assert_allclose(frame[f"{method}_loss"], SURFACE.loss(trajectory.thetas[:-1]),
                                   atol=1e-9)  # fmt: skip


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("kick", [0.01, 0.1, 0.7])
def test_the_five_ways_are_those_of_the_race_with_the_same_draws(start, kick):
    frame = five(*start, kick=kick)
    race = escape_race(start, np.random.default_rng(SEED), kick=kick, steps=escape.STEPS + 1)
    for method, name in RACE.items():
        np.testing.assert_allclose(
            path(frame, method), race.trajectories[name].thetas, atol=1e-8, err_msg=method
        )
    counts = {m: math.inf if n is None else n for m, n in race.steps_to_leave.items()}
    assert left(frame) == {method: counts[name] for method, name in RACE.items()}


@pytest.mark.parametrize(
    ("epsilon", "momentum", "steps"),
    [(1e-3, 0.0, 95), (1e-3, 0.5, 52), (1e-3, 0.9, 56),
     (1e-6, 0.0, 167), (1e-6, 0.5, 95), (1e-6, 0.9, 60)],
)  # fmt: skip
def test_steps_to_leave_from_beside_the_line_are_the_known_ones(epsilon, momentum, steps):
    frame = five(0.5 + epsilon, -0.5, momentum=momentum)
    assert left(frame)["momentum"] == steps
    assert left(frame)["descent"] == (95 if epsilon == 1e-3 else 167)
    assert frame["story"] == 0


@pytest.mark.parametrize("start", [(0.5, -0.5), (0.0, 0.0), (-1.1, 1.1)])
def test_on_the_line_only_the_kicks_leave_and_the_others_stay_on_it_exactly(start):
    frame = five(*start)
    counts = left(frame)
    for method in ("descent", "momentum", "mini_batch"):
        assert counts[method] == math.inf
        np.testing.assert_array_equal(frame[f"{method}_x"], -frame[f"{method}_y"])
    assert max(counts["kick"], counts["random_kick"]) < 100
    assert frame["story"] == 1


def test_the_kick_is_one_step_along_the_eigenvector_at_the_first_quiet_point():
    start, kick = (0.5, -0.5), 0.3
    walked = path(five(*start, kick=kick), "kick")
    quiet = int(np.argmax(np.linalg.norm(SURFACE.gradient(walked), axis=-1) <= escape.QUIET))
    step = walked[quiet + 1] - walked[quiet]
    np.testing.assert_allclose(step, kick * escape_direction(SURFACE.hessian(walked[quiet])))


def test_a_kick_along_u_knows_that_it_has_arrived_and_a_random_one_does_not():
    frame = five(-1.2, 0.7)
    np.testing.assert_array_equal(path(frame, "kick"), path(frame, "descent"))
    assert np.abs(path(frame, "random_kick") - path(frame, "descent")).max() > 0.05


@pytest.mark.parametrize(("momentum", "growth"), [(0.0, 1.100), (0.5, 1.174), (0.9, 1.316)])
def test_the_growth_factors_are_the_known_ones_and_those_of_the_race(momentum, growth):
    frame = five(0.501, -0.5, momentum=momentum)
    assert round(float(frame["momentum_growth"]), 3) == growth
    assert float(frame["momentum_growth"]) == pytest.approx(
        growth_factor(learning_rate=0.05, momentum=momentum)
    )
    assert float(frame["plain_growth"]) == pytest.approx(1.1)


def test_near_the_saddle_the_distance_from_the_line_grows_by_the_factor():
    frame = five(1e-6, 0.0)
    off = frame["descent_x"] + frame["descent_y"]
    np.testing.assert_allclose(off[21:61] / off[20:60], frame["plain_growth"], rtol=1e-3)
    off = frame["momentum_x"] + frame["momentum_y"]
    np.testing.assert_allclose(off[26:31] / off[25:30], frame["momentum_growth"], rtol=0.02)


def test_fewer_steps_looked_at_means_not_yet_and_too_large_a_rate_means_away():
    frame = five(0.501, -0.5, steps=60.0)
    assert left(frame) == {"descent": math.inf, "momentum": 56, "mini_batch": math.inf,
                           "kick": math.inf, "random_kick": math.inf}  # fmt: skip
    assert (frame["story"], frame["ways_left"]) == (2, 1)
    away = five(-2.0, 1.5, learning_rate=0.2)
    assert away["story"] == 3
    assert not np.isfinite(away["momentum_loss"][-1])
    assert descend(SURFACE.gradient, (-2.0, 1.5), learning_rate=0.2, momentum=0.9,
                   steps=200).diverged  # fmt: skip


def test_the_batches_are_drawn_from_the_examples_each_once_an_epoch():
    squares = five(1.0, 0.5)["square"]
    first = np.sort(squares[:20])
    np.testing.assert_allclose(np.sort(squares[20:40]), first)
    assert squares[:200].mean() == pytest.approx(1.0)
    assert len(set(first)) == 20


# ---- slices ----------------------------------------------------------------------------------

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


# ---- in the browser --------------------------------------------------------------------------

JOBS = [
    *((FIVE, {"w1": a, "w2": b, **KNOBS}) for a, b in STARTS),
    (FIVE, {"w1": 0.5, "w2": -0.5, **KNOBS, "momentum": 0.0, "kick": 1.0, "steps": 60.0}),
    *((STEP, {"w1": a, "w2": b, "step": 0.7}) for a, b in STARTS),
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
    import json

    for recipe, _ in JOBS:
        json.dumps(recipe.json(), allow_nan=False)


# ---- picking an entry ------------------------------------------------------------------------


@pytest.mark.parametrize(("index", "wanted"), [(0, 5.0), (-1, 9.0), (2, 8.0), ("at", 7.0)], ids=str)
def test_an_entry_is_picked_by_its_place_or_by_a_number_of_the_frame(index, wanted):
    recipe = Recipe([Let("row", [5.0, 7.0, 8.0, 9.0]), Pick(index, {"one": "row"})])
    frame, there = recipe({"at": 1.2}), browser_frames([(recipe, {"at": 1.2})])[0]
    assert frame["one"] == there["one"][0] == wanted


@pytest.mark.parametrize(
    ("at", "wanted"), [(-3.0, 5.0), (99.0, 9.0), (math.nan, 5.0), (1.5, 8.0), (2.5, 9.0)]
)
def test_a_picked_place_is_rounded_and_kept_within_the_array(at, wanted):
    divide = Map(lambda over, under: {"at": over / under})  # a number that may be 0/0
    recipe = Recipe([divide, Let("row", [5.0, 7.0, 8.0, 9.0]), Pick("at", {"one": "row"})])
    state = {"over": 0.0, "under": 0.0} if math.isnan(at) else {"over": at, "under": 1.0}
    assert recipe(state)["one"] == wanted
    assert browser_frames([(recipe, state)])[0]["one"] == [wanted]
