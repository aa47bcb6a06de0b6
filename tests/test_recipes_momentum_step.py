"""What the figure of one step computes is the lecture's recurrence, and the same in the browser."""

from __future__ import annotations

import itertools
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


def by_hand(learning_rate, momentum, steps=STEPS + 2):
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
    for k in (0, 1, 2, 7, 59, STEPS):  # the last is the slider's end
        frame = at(momentum=momentum, k=float(k))
        here = np.array([float(frame["x"]), float(frame["y"])])
        np.testing.assert_allclose(here, thetas[k], atol=1e-12)
        np.testing.assert_allclose(pair(frame, "g"), gradients[k], atol=1e-12)
        np.testing.assert_allclose(pair(frame, "kept"), momentum * movements[k], atol=1e-12)
        np.testing.assert_allclose(pair(frame, "pull"), -0.04 * gradients[k], atol=1e-12)
        np.testing.assert_allclose(pair(frame, "move"), pair(frame, "kept") + pair(frame, "pull"))
        np.testing.assert_allclose(pair(frame, "move"), movements[k + 1], atol=1e-12)
        np.testing.assert_allclose(here + pair(frame, "move"), thetas[k + 1], atol=1e-12)
        next_loss = 0.5 * thetas[k + 1, 0] ** 2 + 10 * thetas[k + 1, 1] ** 2
        assert float(frame["next_loss"]) == pytest.approx(next_loss, rel=1e-9, abs=1e-15)
        assert float(frame["loss"]) != float(frame["next_loss"])


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


@pytest.mark.parametrize("k", [*range(0, 60, 7), STEPS])
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


# half of what a letter takes up on a screen, in units of the picture: 316 px for 2.6 units
HALF = {"move": (0.05, 0.065), "pull": (0.13, 0.065), "kept": (0.1, 0.065), "push": (0.08, 0.065)}


def letters(frame):
    """Where the letters stand that are shown."""
    places = {name: (float(frame[f"{name}_letter_x"]), float(frame[f"{name}_letter_y"]))
              for name in HALF}  # fmt: skip
    return {name: place for name, place in places.items() if np.isfinite(place).all()}


def test_no_letter_covers_another_and_every_arrow_that_is_seen_has_one():
    rng = np.random.default_rng(7)
    states = [{**STATE, "momentum": 0.0}, {**STATE, "k": 0.0}]
    jobs = [(RECIPE, state) for state in states]
    ends = ((NARROW, 0.09), (SURFACES["himmelblau"], 0.02), (SURFACES["rosenbrock"], 0.002))
    for surface, highest in ends:
        recipe = momentum_step.one_by_one(surface)
        for _ in range(60):
            w1, w2 = (rng.uniform(*side) for side in surface.window)
            rate = rng.uniform(0.05 * highest, highest)
            jobs.append((recipe, {"w1": w1, "w2": w2, "learning_rate": rate,
                                  "momentum": rng.uniform(0, 0.95),
                                  "k": float(rng.integers(STEPS + 1))}))  # fmt: skip
    missing = 0
    for recipe, state in jobs:
        frame = recipe(state)
        shown = letters(frame)
        for a, b in itertools.combinations(shown, 2):
            gaps = [abs(shown[a][n] - shown[b][n]) - HALF[a][n] - HALF[b][n] for n in (0, 1)]
            assert max(gaps) > 0, (a, b, state)
        for name in HALF:
            drawn = np.hypot(float(frame[f"{name}_drawn_x"]), float(frame[f"{name}_drawn_y"]))
            if drawn < 0.06:
                assert name not in shown
            elif drawn > 0.35:
                missing += name not in shown
    assert missing == 0


def test_a_letter_stands_at_its_own_arrow():
    for k in (0, 3, 11, 60):
        frame = at(k=float(k))
        for name, place in letters(frame).items():
            along = np.linspace(0, 1, 50)[:, None] * pair(frame, f"{name}_drawn")
            assert np.linalg.norm(along - place, axis=1).min() < 0.25


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


def test_it_is_told_which_of_the_two_descents_has_run_away():
    recipe, seen = momentum_step.one_by_one(SURFACES["rosenbrock"]), set()
    for w1, w2, rate, momentum in ((-1.2, 1.6, 0.0005, 0.8), (1.813, 2.562, 0.0016, 0.23),
                                   (1.87, 1.57, 0.0017, 0.73), (0.93, 2.85, 0.0018, 0.0)):  # fmt: skip
        frame = recipe({"w1": w1, "w2": w2, "learning_rate": rate, "momentum": momentum, "k": 60.0})
        heavy = abs(float(frame["x"])) + abs(float(frame["y"])) >= float(frame["far"])
        plain = abs(float(frame["beside_x"])) + abs(float(frame["beside_y"])) >= 100
        assert frame["who"] == 2 * heavy + plain
        assert (frame["case"] == 7) == heavy
        seen.add(int(frame["who"]))
    assert seen == {0, 1, 2, 3}


def test_a_descent_that_runs_away_stays_a_number():
    recipe = momentum_step.one_by_one(SURFACES["rosenbrock"])
    frame = recipe({"w1": 2.0, "w2": -1.0, "learning_rate": 0.002, "momentum": 0.95, "k": 60.0})
    hidden = {name for name in frame if name.endswith("_letter_x")}
    assert all(np.isfinite(frame[name]).all() for name in frame.keys() - hidden)


def test_the_browser_computes_the_same_frames():
    states = [{**STATE, "k": float(k), "momentum": b} for k in (0, 3, 60) for b in (0.0, 0.9)]
    jobs = [(RECIPE, state) for state in states]
    jobs += [(momentum_step.one_by_one(SURFACES["himmelblau"]), {**STATE, "learning_rate": 0.005})]
    jobs += [(momentum_step.one_by_one(SURFACES["himmelblau"]),  # runs away
              {"w1": 5.0, "w2": 5.0, "learning_rate": 0.02, "momentum": 0.95, "k": 30.0})]  # fmt: skip
    json.dumps([recipe.json() for recipe, _ in jobs], allow_nan=False)
    for (recipe, state), there in zip(jobs, browser_frames(jobs), strict=True):
        for name, values in recipe(state).items():
            np.testing.assert_allclose(there[name], np.ravel(values), rtol=1e-9, atol=1e-9,
                                       err_msg=f"{name} at {state}")  # fmt: skip
