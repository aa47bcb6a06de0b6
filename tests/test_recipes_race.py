"""The race off a ridge: each method is the library's, and the closing line is tested as it is."""

from __future__ import annotations

import json
import math
from functools import cache

import numpy as np
import pytest
from node_machine import browser_frames

from lecture_lib.hessian import escape_direction
from lecture_lib.momentum import descend
from lecture_lib.recipes import race
from lecture_lib.recipes.race_tracks import EXAMPLES, examples, track
from lecture_lib.recipes.walks import QUIET

SEED = 4
KNOBS = {"learning_rate": 0.05, "momentum": 0.9, "batch_size": 1.0, "kick": 0.1, "steps": 120.0}
TRACKS = ("ridge", "two_weights")


@cache
def recipe_of(name):
    return race.six_ways(name, np.random.default_rng(SEED))


def frame(name, start="line", **knobs):
    w1, w2 = track(name).starts[start] if isinstance(start, str) else start
    return recipe_of(name)({"w1": w1, "w2": w2, **KNOBS, **knobs})


def path(got, method):
    return np.stack([got[f"{method}_x"], got[f"{method}_y"]], axis=-1)


def left(got):
    return {m: float(got[f"{m}_left"]) for m in race.METHODS}


@pytest.mark.parametrize("name", TRACKS)
@pytest.mark.parametrize("start", ["near", "free", (-1.1, 0.4)])
def test_plain_descent_and_momentum_are_those_of_descend(name, start):
    got, surface = frame(name, start), track(name).surface
    first = path(got, "descent")[0]
    for method, momentum in (("descent", 0.0), ("momentum", 0.9)):
        run = descend(surface.gradient, first, learning_rate=0.05, momentum=momentum,
                      steps=race.STEPS + 1)  # fmt: skip
        np.testing.assert_allclose(path(got, method), run.thetas, atol=1e-9)
        losses = surface.loss(run.thetas[:-1])
        np.testing.assert_allclose(got[f"{method}_loss"], losses, atol=1e-9)
        small = np.flatnonzero(losses < track(name).threshold)
        assert left(got)[method] == (small[0] if small.size and small[0] <= 120 else math.inf)


def test_the_loss_of_the_ridge_is_the_saddle_lifted_to_a_lowest_loss_of_zero():
    surface = track("ridge").surface
    theta = np.random.default_rng(0).uniform(-2, 2, (50, 2))
    x, y = theta.T
    np.testing.assert_allclose(surface.loss(theta), x**2 / 2 - y**2 / 2 + y**4 / 4 + 0.25)
    np.testing.assert_allclose(surface.loss([[0, 1], [0, -1]]), 0.0, atol=1e-15)
    np.testing.assert_array_equal(np.linalg.eigvalsh(surface.hessian((0, 0))), [-1, 1])


def test_the_examples_of_the_ridge_come_in_pairs_that_cancel_exactly():
    scale, push = examples("ridge", np.random.default_rng(SEED))
    np.testing.assert_array_equal(push[: EXAMPLES // 2], -push[EXAMPLES // 2 :])
    np.testing.assert_array_equal(scale, 1.0)
    assert 0.25 < push.std() < 0.55
    scale, push = examples("two_weights", np.random.default_rng(SEED))
    assert scale.mean() == 1.0
    assert not push.any()


def drawn(got, name):
    """Return what the examples give, in the order of each epoch."""
    return np.diff(got[f"{name}_sums"].reshape(-1, EXAMPLES + 1), axis=1)


@pytest.mark.parametrize("batch_size", [1, 7, 32, 64])
def test_each_epoch_sees_every_example_once_and_batches_have_their_mean(batch_size):
    got = frame("ridge", batch_size=float(batch_size))
    updates = -(-EXAMPLES // batch_size)
    sizes = np.minimum(batch_size, EXAMPLES - batch_size * np.arange(updates))
    sizes = np.tile(sizes, 121 // updates + 1)[:121]
    np.testing.assert_array_equal(got["batch_to"] - got["batch_from"], sizes)
    assert got["batch_to"].max() <= got["push_x_sums"].size - 1
    for axis in "xy":
        values = drawn(got, f"push_{axis}").ravel()
        first = slice(int(got["batch_from"][0]), int(got["batch_to"][0]))
        assert got[f"push_{axis}"][0] == values[first].mean()
        assert got[f"push_{axis}"][0] == values[:batch_size].mean()
        epoch = (sizes * got[f"push_{axis}"])[:updates]
        assert epoch.sum() == pytest.approx(0.0, abs=1e-12)
    one = np.sort(drawn(got, "push_x"), axis=1)
    np.testing.assert_array_equal(one, np.tile(one[:1], (len(one), 1)))


@pytest.mark.parametrize("name", TRACKS)
@pytest.mark.parametrize("batch_size", [1.0, 5.0, 64.0])
def test_the_mini_batch_path_follows_the_mean_gradient_of_its_batches(name, batch_size):
    got, surface = frame(name, "near", batch_size=batch_size), track(name).surface
    theta = np.array(track(name).starts["near"])
    for k in range(60):
        g = got["square"][k] * surface.gradient(theta)
        theta = theta - 0.05 * (g + np.array([got["push_x"][k], got["push_y"][k]]))
        np.testing.assert_allclose(path(got, "mini_batch")[k + 1], theta, atol=1e-9)


@pytest.mark.parametrize("name", TRACKS)
def test_the_kick_is_one_step_along_the_eigenvector_at_the_first_quiet_point(name):
    got, surface = frame(name, kick=0.3), track(name).surface
    walked = path(got, "kick")
    quiet = int(np.argmax(np.linalg.norm(surface.gradient(walked), axis=-1) <= QUIET))
    step = walked[quiet + 1] - walked[quiet]
    np.testing.assert_allclose(step, 0.3 * escape_direction(surface.hessian(walked[quiet])))
    other = path(got, "random_kick")
    assert np.linalg.norm(other[quiet + 1] - other[quiet]) == pytest.approx(0.3)


def test_on_the_ridge_momentum_and_the_full_batch_never_leave_and_a_smaller_batch_does():
    got = frame("ridge")
    for method in ("descent", "momentum"):
        assert left(got)[method] == math.inf
        assert not got[f"{method}_y"].any()
    assert (got["momentum_case"], got["batch_case"]) == (0, 2)
    full = frame("ridge", batch_size=64.0)
    np.testing.assert_array_equal(path(full, "mini_batch"), path(full, "descent"))
    assert full["batch_case"] == 1
    assert frame("ridge", batch_size=63.0)["mini_batch_y"][1:].all()


def test_the_larger_the_batch_the_longer_it_takes_off_the_ridge():
    steps = [left(frame("ridge", batch_size=float(b)))["mini_batch"] for b in (1, 2, 4, 8, 16)]
    assert steps == [45, 60, 78, 100, math.inf]
    assert frame("ridge", batch_size=16.0)["batch_case"] == 3


def test_where_the_examples_agree_no_batch_leaves_the_line_and_kicks_and_swarm_do():
    for batch_size in (1.0, 8.0, 64.0):
        got = frame("two_weights", batch_size=batch_size)
        assert [left(got)[m] for m in race.METHODS[:3]] == [math.inf] * 3
        np.testing.assert_array_equal(got["mini_batch_x"], -got["mini_batch_y"])
        assert (got["momentum_case"], got["batch_case"]) == (0, 0)
    assert [left(got)[m] for m in race.METHODS[3:]] == [69, 99, 14]


def test_beside_the_line_momentum_leaves_sooner_by_the_known_steps():
    for momentum, steps in ((0.0, 95), (0.5, 52), (0.9, 56)):
        got = frame("two_weights", "near", momentum=momentum)
        assert (left(got)["descent"], left(got)["momentum"]) == (95, steps)
        assert got["momentum_case"] == (1 if momentum else 2)
    assert frame("two_weights", "near", steps=40.0)["momentum_case"] == 3
    assert frame("two_weights", (-2.0, 1.5), learning_rate=0.2)["momentum_case"] == 4


def test_beside_the_ridge_momentum_leaves_in_less_than_a_third_of_the_steps():
    got = frame("ridge", "near")
    assert (left(got)["descent"], left(got)["momentum"], left(got)["mini_batch"]) == (100, 29, 44)
    assert (got["momentum_case"], got["batch_case"]) == (1, 4)
    z = np.abs(np.roots([1, -(1 + 0.9 + 0.05), 0.9])).max()
    assert float(got["momentum_growth"]) == pytest.approx(z)
    assert float(got["plain_growth"]) == pytest.approx(1.05)


def test_off_the_ridge_is_said_only_of_a_path_that_is_off_it():
    for batch_size in (2.0, 16.0, 63.0):
        told = [frame("ridge", batch_size=batch_size, steps=float(k)) for k in range(4)]
        off = [got["mini_batch_y"][k] != 0 for k, got in enumerate(told)]
        assert [got["batch_case"] == 3 for got in told] == off
        assert told[0]["batch_case"] == 6
    away = frame("two_weights", (2.0, -1.9), learning_rate=0.2, batch_size=4.0)
    assert away["batch_case"] == 7


def test_the_swarm_begins_within_a_kick_of_the_start_and_its_best_never_rises():
    got = frame("ridge", "free", kick=0.2)
    for i in range(race.PARTICLES):
        first = got[f"swarm_x{i}"][0] - 1.3, got[f"swarm_y{i}"][0] - 0.3
        assert math.hypot(*first) <= (0.2 + 1e-6 if i else 1e-12)
    assert (np.diff(got["swarm_loss"]) <= 0).all()
    at_best = track("ridge").surface.loss(path(got, "swarm"))
    np.testing.assert_allclose(at_best, got["swarm_loss"], atol=1e-12)


def test_an_unknown_loss_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="ridge, two_weights"):
        track("saddle")


def test_the_browser_computes_the_same_frames():
    knobs = [KNOBS, {**KNOBS, "batch_size": 10.0, "momentum": 0.5, "kick": 0.5, "steps": 60.0}]
    jobs = [(recipe_of(name), {"w1": a, "w2": b, **more})
            for name in TRACKS for a, b in track(name).starts.values() for more in knobs]  # fmt: skip
    for (recipe, state), there in zip(jobs, browser_frames(jobs), strict=True):
        json.dumps(recipe.json(), allow_nan=False)
        for name, values in recipe(state).items():
            np.testing.assert_allclose(np.array(there[name], float), np.ravel(values), rtol=1e-6,
                                       atol=1e-8, err_msg=name)  # fmt: skip
