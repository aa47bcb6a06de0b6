"""What the escape's figures compute is what the lecture says, and the same in the browser."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from node_machine import browser_frames

from lecture_lib.experiments.escape_race import (
    BatchGradient,
    escape_race,
    growth_factor,
)
from lecture_lib.hessian import escape_direction
from lecture_lib.momentum import descend
from lecture_lib.recipes import escape
from lecture_lib.recipes.walks import QUIET
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
    quiet = int(np.argmax(np.linalg.norm(SURFACE.gradient(walked), axis=-1) <= QUIET))
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


# ---- in the browser --------------------------------------------------------------------------

JOBS = [
    *((FIVE, {"w1": a, "w2": b, **KNOBS}) for a, b in STARTS),
    (FIVE, {"w1": 0.5, "w2": -0.5, **KNOBS, "momentum": 0.0, "kick": 1.0, "steps": 60.0}),
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
