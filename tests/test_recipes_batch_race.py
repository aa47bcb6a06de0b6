"""The race of the full batch and batches of B is plain gradient descent on the 20 examples."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from node_machine import browser_frames

from lecture_lib.batching import endless_minibatches, line_losses
from lecture_lib.experiments.update_time import MeasuredUpdateTimes
from lecture_lib.momentum import descend
from lecture_lib.recipes import batch_race
from lecture_lib.recipes.batch_race import FLATTEST, INPUTS, REACH, SHARPEST, UPDATES
from lecture_lib.surfaces import Surface

SEED = 2
# A machine on which an update takes 8 µs and 0.5 µs for each of its examples.
TIMES = MeasuredUpdateTimes(
    tuple(range(1, 21)), tuple(8e-6 + 5e-7 * b for b in range(1, 21)), examples=20
)
RACES = {unit: batch_race.race(unit, np.random.default_rng(SEED), TIMES) for unit in REACH}
STARTS = [(0.5, 1.5), (-0.1, 0.75), (0.7, 1.2)]
X, Y = np.arange(20) / 2, np.arange(20) / 2


def run(unit="updates", b=0.5, w=1.5, **knobs):
    knobs = {"learning_rate": 0.01, "batch_size": 1, unit: 20.0} | knobs
    return RACES[unit]({"b": b, "w": w, **knobs})


def loss(b, w, x=X, y=Y):
    return np.mean((b + np.multiply.outer(w, x) - y) ** 2, axis=-1) if np.ndim(w) == 0 else (
        np.mean((np.asarray(b)[:, None] + np.multiply.outer(w, x) - y) ** 2, axis=-1))  # fmt: skip


def gradient(theta, x=X, y=Y):
    error = theta[0] + theta[1] * x - y
    return np.array([2 * error.mean(), 2 * (error * x).mean()])


def batches(batch_size):
    """The batches of reshuffled epochs, from the orders that the same generator draws."""
    rng = np.random.default_rng(SEED)
    orders = [rng.permutation(INPUTS) for _ in range(UPDATES // 2)]
    cut = [o[k : k + batch_size] for o in orders for k in range(0, 20, batch_size)]
    return (cut * 2)[:UPDATES] if batch_size == 20 else cut[:UPDATES]


def walked(start, batch_size, rate):
    thetas = [np.array(start)]
    for x in batches(batch_size):
        thetas.append(thetas[-1] - rate * gradient(thetas[-1], x, x))
    return np.array(thetas)


def test_the_examples_are_those_of_the_lecture():
    np.testing.assert_array_equal(INPUTS, X)


def test_the_full_batch_lands_where_the_lecture_says():
    frame = run()
    assert float(frame["full_first_b"]) == pytest.approx(0.4425, abs=1e-12)
    assert float(frame["full_first_w"]) == pytest.approx(1.14375, abs=1e-12)


def test_the_loss_behind_the_map_is_the_mean_squared_error():
    surface = Surface.from_formula(batch_race.LOSS, window=batch_race.WINDOW)
    for theta in STARTS:
        assert float(surface.loss(theta)) == pytest.approx(float(loss(*theta)))
        np.testing.assert_allclose(surface.gradient(theta), gradient(theta))
    sides = np.linalg.eigvalsh(surface.hessian((0.3, 1.2)))
    np.testing.assert_allclose(sides, [FLATTEST, SHARPEST])


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("rate", [0.001, 0.01, 0.03])
def test_the_full_path_is_plain_descent(start, rate):
    frame = run(b=start[0], w=start[1], learning_rate=rate)
    wanted = descend(gradient, start, learning_rate=rate, steps=UPDATES).thetas
    np.testing.assert_allclose(frame["full_b"], wanted[:, 0], atol=1e-10)
    np.testing.assert_allclose(frame["full_w"], wanted[:, 1], atol=1e-10)
    np.testing.assert_allclose(frame["full_loss"], loss(wanted[:, 0], wanted[:, 1]), atol=1e-12)


@pytest.mark.parametrize("batch_size", [1, 3, 7, 10, 16, 20])
def test_the_batches_are_slices_of_reshuffled_epochs(batch_size):
    for start, rate in zip(STARTS, (0.01, 0.008, 0.005), strict=True):
        frame = run(b=start[0], w=start[1], batch_size=batch_size, learning_rate=rate)
        wanted = walked(start, batch_size, rate)
        np.testing.assert_allclose(frame["mini_b"], wanted[:, 0], atol=1e-9)
        np.testing.assert_allclose(frame["mini_w"], wanted[:, 1], atol=1e-9)
        full = np.maximum(loss(wanted[:, 0], wanted[:, 1]), 1e-12)
        np.testing.assert_allclose(frame["mini_log_loss"], np.log10(full), atol=1e-5)


@pytest.mark.parametrize("batch_size", [1, 6, 13])
def test_the_batches_are_those_of_the_library(batch_size):
    losses, frame = line_losses(), run(batch_size=batch_size)
    np.testing.assert_array_equal(losses.inputs, INPUTS)
    theta = np.array([0.5, 1.5])
    drawn = endless_minibatches(20, batch_size, np.random.default_rng(SEED))
    for k in range(UPDATES):
        np.testing.assert_allclose([frame["mini_b"][k], frame["mini_w"][k]], theta, atol=1e-9)
        theta = theta - 0.01 * losses.gradient(theta, next(drawn))


@pytest.mark.parametrize("batch_size", [20, 24])
def test_batches_of_all_are_the_full_batch_exactly(batch_size):
    frame = run(b=0.31, w=0.97, batch_size=batch_size, learning_rate=0.013)
    for part in ("b", "w", "loss"):
        np.testing.assert_array_equal(frame[f"mini_{part}"], frame[f"full_{part}"])
    assert frame["story"] == 6


@pytest.mark.parametrize(
    ("unit", "budget", "batch_size", "full", "mini"),
    [("updates", 37, 4, 37, 37), ("epochs", 1.0, 1, 1, 20), ("epochs", 1.0, 6, 1, 4),
     ("epochs", 0.95, 1, 0, 19), ("epochs", 10.0, 1, 10, 200), ("examples", 60, 6, 3, 12),
     ("examples", 59, 20, 2, 2), ("seconds", 0.009, 1, 1, 1), ("seconds", 1.2, 1, 133, 195),
     ("seconds", 1.2, 10, 133, 160), ("updates", 0, 1, 0, 0),
     ("measured", 0.9, 1, 50, 105), ("measured", 0.018, 3, 1, 1), ("measured", 0.9, 20, 50, 50)],
)  # fmt: skip
def test_the_same_budget_buys_the_known_numbers_of_updates(unit, budget, batch_size, full, mini):
    frame = run(unit, batch_size=batch_size, **{unit: budget})
    assert (float(frame["full_updates"]), float(frame["mini_updates"])) == (full, mini)
    for name, count in (("full", full), ("mini", mini)):
        assert float(frame[f"{name}_now_loss"]) == frame[f"{name}_loss"][count]
        assert frame[f"{name}_spent"][count] <= budget + 1e-6


def test_every_unit_reaches_the_end_of_its_axis():
    for unit, reach in REACH.items():
        for batch_size in range(1, 21):
            frame = run(unit, batch_size=batch_size)
            for name in ("full", "mini"):
                assert frame[f"{name}_spent"][-1] >= reach - 1e-6, (unit, batch_size)


def test_the_seconds_are_the_model_of_the_lecture():
    frame = run("seconds", batch_size=6)
    cuts = [6, 6, 6, 2]
    wanted = np.cumsum([0.006 + 150e-6 * cuts[k % 4] for k in range(UPDATES)])
    np.testing.assert_allclose(frame["mini_spent"][1:], wanted)
    np.testing.assert_allclose(frame["full_spent"], 0.009 * np.arange(UPDATES + 1))
    assert (float(frame["full_ms"]), float(frame["mini_ms"])) == (9.0, pytest.approx(6.9))


def test_measured_milliseconds_are_those_of_each_batch_the_smaller_last_one_too():
    frame = run("measured", batch_size=6)
    cuts = [6, 6, 6, 2]
    wanted = np.cumsum([8e-3 + 5e-4 * cuts[k % 4] for k in range(UPDATES)])
    np.testing.assert_allclose(frame["mini_spent"][1:], wanted)
    np.testing.assert_allclose(frame["full_spent"], 0.018 * np.arange(UPDATES + 1))
    assert (float(frame["full_us"]), float(frame["mini_us"])) == pytest.approx((18.0, 11.0))


@pytest.mark.parametrize("times", [None, MeasuredUpdateTimes((1, 20), (1e-5, 1e-5), examples=20)])
def test_without_a_time_for_each_batch_size_there_is_no_race_by_the_clock(times):
    with pytest.raises(ValueError, match="a time for each B from 1 to 20"):
        batch_race.race("measured", np.random.default_rng(0), times)


def test_the_full_batch_runs_away_from_two_over_the_largest_eigenvalue_on():
    assert pytest.approx(0.03163, abs=5e-6) == 2 / SHARPEST
    assert run(learning_rate=0.031, batch_size=10)["full_end"] < 1
    assert run(learning_rate=0.032, batch_size=10)["full_end"] > 1e3


@pytest.mark.parametrize(
    ("state", "story"),
    [({"batch_size": 1, "unit": "epochs", "epochs": 1.0}, 0),
     ({"batch_size": 2, "learning_rate": 0.02, "updates": 200}, 1), ({"updates": 0}, 2),
     ({"batch_size": 1, "learning_rate": 0.031}, 3),
     ({"batch_size": 4, "learning_rate": 0.033}, 4),
     ({"batch_size": 4, "learning_rate": 0.04}, 5),
     ({"batch_size": 20}, 6), ({"batch_size": 20, "learning_rate": 0.04}, 5),
     ({"b": 0.0, "w": 1.0, "learning_rate": 0.04}, 7)],
)  # fmt: skip
def test_the_story_is_told_as_it_is(state, story):
    assert run(**state)["story"] == story


def test_at_the_optimum_no_batch_moves():
    frame = run(b=0.0, w=1.0)
    for name in ("full_b", "mini_b"):
        np.testing.assert_array_equal(frame[name], 0.0)
    np.testing.assert_array_equal(frame["mini_w"], 1.0)
    assert np.isfinite(frame["mini_log_loss"]).all()


def test_even_the_largest_learning_rate_stays_within_numbers():
    for batch_size in range(1, 21):
        frame = run(b=0.7, w=1.55, batch_size=batch_size, learning_rate=0.04)
        assert np.isfinite(frame["mini_loss"]).all()


def test_an_unknown_unit_is_refused_with_the_units_there_are():
    with pytest.raises(
        ValueError, match=r"updates, epochs, examples, seconds, measured; got 'days'"
    ):
        batch_race.race("days", np.random.default_rng(0))


def test_the_browser_computes_the_same_frames():
    jobs = []
    for unit, recipe in RACES.items():
        json.dumps(recipe.json(), allow_nan=False)
        for batch_size, rate in ((1, 0.01), (6, 0.03), (20, 0.04)):
            jobs.append((recipe, {"b": 0.5, "w": 1.5, "batch_size": batch_size,
                                  "learning_rate": rate, unit: REACH[unit] / 2}))  # fmt: skip
    for (recipe, state), there in zip(jobs, browser_frames(jobs), strict=True):
        for name, values in recipe(state).items():
            np.testing.assert_allclose(np.array(there[name], float), np.ravel(values), rtol=1e-9, atol=1e-12,
                                       err_msg=name)  # fmt: skip
    assert math.log10(float(run()["full_begin"])) == pytest.approx(1.01468, abs=1e-5)
