"""What the figure of one step computes is the lecture's recurrence, and the same in the browser."""

from __future__ import annotations

import json

import numpy as np
import pytest
from node_machine import browser_frames

from lecture_lib.momentum import descend
from lecture_lib.recipes import momentum_step
from lecture_lib.recipes.momentum_step import STEPS
from lecture_lib.surfaces import SURFACES

NARROW = momentum_step.narrow_bowl()
RECIPE = momentum_step.one_by_one(NARROW)
STATE = {"w1": -1.8, "w2": 1.0, "learning_rate": 0.04, "momentum": 0.8, "k": 3.0}
STEEP = np.array([1.0, 20.0])  # the curvatures


def at(**changes):
    return RECIPE({**STATE, **changes})


def pair(frame, name):
    return np.array([float(frame[f"{name}_x"]), float(frame[f"{name}_y"])])


def by_hand(learning_rate, momentum, steps=STEPS):
    """The recurrence of slides p. 33, written out for the narrow bowl."""
    theta, m, rows = np.array([-1.8, 1.0]), np.zeros(2), []
    for _ in range(steps):
        g = STEEP * theta
        rows.append((theta, m, g))
        m = momentum * m - learning_rate * g
        theta = theta + m
    return [np.array(column) for column in zip(*rows, strict=True)]


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.8, 0.95])
def test_every_step_is_the_recurrence_of_the_lecture(momentum):
    thetas, movements, gradients = by_hand(0.04, momentum)
    for k in (0, 1, 2, 7, 59):
        frame = at(momentum=momentum, k=float(k))
        here = np.array([float(frame["x"]), float(frame["y"])])
        np.testing.assert_allclose(here, thetas[k], atol=1e-12)
        np.testing.assert_allclose(pair(frame, "g"), gradients[k], atol=1e-12)
        np.testing.assert_allclose(pair(frame, "kept"), momentum * movements[k], atol=1e-12)
        np.testing.assert_allclose(pair(frame, "pull"), -0.04 * gradients[k], atol=1e-12)
        np.testing.assert_allclose(pair(frame, "move"), pair(frame, "kept") + pair(frame, "pull"))
        if k < 59:
            np.testing.assert_allclose(pair(frame, "move"), movements[k + 1], atol=1e-12)
            np.testing.assert_allclose(here + pair(frame, "move"), thetas[k + 1], atol=1e-12)
            next_loss = 0.5 * thetas[k + 1, 0] ** 2 + 10 * thetas[k + 1, 1] ** 2
            assert float(frame["next_loss"]) == pytest.approx(next_loss, abs=1e-12)


@pytest.mark.parametrize("name", ["two_weights", "himmelblau", "rosenbrock"])
def test_the_paths_are_those_of_descend(name):
    surface = SURFACES[name]
    start, rate = (
        (-1.2, 0.7),
        {"two_weights": 0.05, "himmelblau": 0.005, "rosenbrock": 0.0005}[name],
    )
    frame = momentum_step.one_by_one(surface)(
        {"w1": start[0], "w2": start[1], "learning_rate": rate, "momentum": 0.8, "k": 0.0}
    )
    for prefix, weight in (("heavy", 0.8), ("plain", 0.0)):
        wanted = descend(
            surface.gradient, start, learning_rate=rate, momentum=weight, steps=STEPS + 1
        )
        walked = np.stack([frame[f"{prefix}_x"], frame[f"{prefix}_y"]], axis=-1)
        np.testing.assert_allclose(walked, wanted.thetas, rtol=1e-9, atol=1e-9)


def test_the_first_step_is_that_of_plain_descent_and_so_is_every_step_without_momentum():
    frame = at(k=0.0)
    np.testing.assert_array_equal(pair(frame, "kept"), 0)
    np.testing.assert_allclose(pair(frame, "move"), pair(frame, "pull"))
    frame = at(momentum=0.0)
    np.testing.assert_allclose(frame["heavy_x"], frame["plain_x"])
    np.testing.assert_allclose(frame["heavy_y"], frame["plain_y"])


@pytest.mark.parametrize("k", range(0, 60, 7))
def test_the_arrows_are_drawn_in_a_round_unit_that_holds_the_longest_of_them(k):
    frame = at(k=float(k))
    unit = float(frame["unit"])
    digits = unit / 10 ** np.floor(np.log10(unit * 1.000001))
    assert min(abs(digits - d) for d in (1, 2, 5)) < 1e-9
    sizes = [np.linalg.norm(pair(frame, name)) for name in ("pull", "kept", "move")]
    assert 0.39 < max(sizes) / unit <= 1.000001
    for name in ("pull", "kept", "move"):
        np.testing.assert_allclose(unit * pair(frame, f"{name}_drawn"), pair(frame, name))
    np.testing.assert_allclose(pair(frame, "push_drawn"), -pair(frame, "pull_drawn"))


def test_what_is_told_of_a_step_is_what_its_arrows_do():
    seen = set()
    for k in range(60):
        frame = at(k=float(k), momentum=0.9, learning_rate=0.01)
        pull, kept, move = (pair(frame, name) for name in ("pull", "kept", "move"))
        case = int(frame["case"])
        seen.add(case)
        if k == 0:
            assert case == 0
            continue
        cosine = pull @ kept / np.linalg.norm(pull) / np.linalg.norm(kept)
        wanted = 2 if cosine > 0.5 else 3 if cosine > -0.5 else 4 if move @ pull < 0 else 5
        assert case == wanted
        if case == 2:
            assert np.linalg.norm(move) > max(np.linalg.norm(pull), np.linalg.norm(kept))
    assert {0, 2, 3, 4} <= seen
    assert at(momentum=0.0)["case"] == 1
    assert at(w1=0.0, w2=0.0)["case"] == 6
    assert momentum_step.one_by_one(SURFACES["himmelblau"])(
        {"w1": 5.0, "w2": 5.0, "learning_rate": 0.02, "momentum": 0.95, "k": 50.0}
    )["case"] == 7  # fmt: skip


def test_a_descent_that_runs_away_stays_a_number():
    recipe = momentum_step.one_by_one(SURFACES["rosenbrock"])
    frame = recipe({"w1": 2.0, "w2": -1.0, "learning_rate": 0.002, "momentum": 0.95, "k": 60.0})
    hidden = {name for name in frame if name.endswith("_letter_x")}
    assert all(np.isfinite(frame[name]).all() for name in frame.keys() - hidden)


def test_the_browser_computes_the_same_frames():
    states = [{**STATE, "k": float(k), "momentum": b} for k in (0, 3, 60) for b in (0.0, 0.9)]
    jobs = [(RECIPE, state) for state in states]
    jobs += [(momentum_step.one_by_one(SURFACES["himmelblau"]), {**STATE, "learning_rate": 0.005})]
    json.dumps([recipe.json() for recipe, _ in jobs], allow_nan=False)
    for (recipe, state), there in zip(jobs, browser_frames(jobs), strict=True):
        for name, values in recipe(state).items():
            np.testing.assert_allclose(there[name], np.ravel(values), rtol=1e-9, atol=1e-9,
                                       err_msg=f"{name} at {state}")  # fmt: skip
