"""Batch noise leaves a minimum only if strong enough, a ridge always, and agreed ridges never."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from node_machine import browser_frames

from lecture_lib.momentum import descend
from lecture_lib.recipes.noise_escape import EXAMPLES, MINIMA, POINTS, STEPS, many_losses
from lecture_lib.recipes.noise_ridges import LEFT, SADDLE, SIZES, at_saddle, on_two_weights
from lecture_lib.surfaces import SURFACES

SEED = 7
MANY = {size: many_losses(size, np.random.default_rng(SEED)) for size in SIZES}
START = {"w": 1.0, "learning_rate": 0.2}


def orders():
    rng = np.random.default_rng(SEED)
    return rng.permuted(np.tile(np.arange(EXAMPLES), (STEPS, 1)), axis=1)


def losses(w, x):
    """½ (sin w x − sin 3x)² and its slope, for every pair of a w and an example."""
    miss = np.sin(np.multiply.outer(w, x)) - np.sin(3 * x)
    return 0.5 * miss**2, miss * np.cos(np.multiply.outer(w, x)) * x


# ---- one loss, many batches ------------------------------------------------------------------


def test_the_mean_loss_has_the_minima_that_are_marked():
    w = np.linspace(-1, 7, 80_001)
    loss, slope = (part.mean(axis=1) for part in losses(w, POINTS))
    at = np.flatnonzero((slope[:-1] < 0) & (slope[1:] >= 0))
    inside = at[(w[at] > 0) & (w[at] < 6)]
    np.testing.assert_allclose(w[inside], MINIMA, atol=1e-3)
    np.testing.assert_allclose(loss[inside], (0.400, 0.0, 0.445), atol=1e-3)
    assert (slope[inside[0] + 1] - slope[inside[0]]) / 1e-4 == pytest.approx(2.70, abs=0.01)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("w", "rate"), [(1.0, 0.2), (1.7, 0.05), (3.0, 0.3), (-0.4, 0.1)])
def test_both_descents_are_those_of_the_batches_written_out(size, w, rate):
    frame = MANY[size]({"w": w, "learning_rate": rate})
    shuffled = orders()
    batches = shuffled.ravel()[: STEPS * size].reshape(STEPS, size)
    for name, inputs in (("full_w", [POINTS] * STEPS), ("mini_w", POINTS[batches])):
        here, path = w, [w]
        for x in inputs:
            here -= rate * losses(here, x)[1].mean()
            path.append(here)
        # chaotic over many updates: rounding grows, so only the first hundred are compared closely
        np.testing.assert_allclose(frame[name][:60], path[:60], atol=1e-9, err_msg=name)
    whole = descend(lambda t: losses(t[0], POINTS)[1].mean(keepdims=True), [w],
                    learning_rate=rate, steps=STEPS)  # fmt: skip
    np.testing.assert_allclose(frame["full_w"], whole.thetas[:, 0], atol=1e-9)


@pytest.mark.parametrize("size", SIZES)
def test_curves_and_slopes_are_those_of_the_batches_of_the_first_epoch(size):
    frame = MANY[size]({"w": 1.3, "learning_rate": 0.2})
    shuffled = orders()
    batches = POINTS[shuffled[0]].reshape(-1, size)
    pairs = [losses(1.3, x) for x in batches]
    np.testing.assert_allclose(frame["batch_loss"], [loss.mean() for loss, _ in pairs], atol=1e-12)
    slopes = np.array([slope.mean() for _, slope in pairs])
    np.testing.assert_allclose(frame["batch_slope"], slopes, atol=1e-12)
    whole = losses(1.3, POINTS)[1].mean()
    assert float(frame["slope"]) == pytest.approx(whole)
    assert float(frame["spread"]) == pytest.approx(
        np.sqrt(np.mean((slopes - whole) ** 2)), abs=1e-9
    )
    for j, x in enumerate(batches[:8]):
        curve = losses(frame["grid"], x)[0].mean(axis=1)
        np.testing.assert_allclose(frame[f"curve_{j}"], curve, atol=1e-5)
        ends = slice(3 * j, 3 * j + 2)
        rise = np.diff(frame["tangent_y"][ends]) / np.diff(frame["tangent_x"][ends])
        assert rise[0] == pytest.approx(slopes[j])
        assert np.isnan(frame["tangent_x"][3 * j + 2])


def test_where_the_whole_loss_has_no_slope_its_batches_have_some_except_at_three():
    for size in SIZES[:-1]:
        stuck = MANY[size]({**START, "w": MINIMA[0]})
        assert abs(float(stuck["slope"])) < 2e-3
        assert float(stuck["spread"]) > 0.05
        there = MANY[size]({**START, "w": 3.0})
        np.testing.assert_allclose(there["batch_slope"], 0, atol=1e-12)
        np.testing.assert_allclose(there["mini_w"], 3.0, atol=1e-9)  # the noise has vanished


def test_from_one_the_full_batch_stays_and_smaller_batches_leave_more_often():
    runs = 30
    found = {}
    for size in (1, 2, 8, 64):
        ends = [many_losses(size, np.random.default_rng(s))(START) for s in range(runs)]
        found[size] = sum(frame["case"] == 0 for frame in ends)
        if size >= 8:  # nobody leaves
            assert all(abs(float(f["mini_end"]) - MINIMA[0]) < 0.35 for f in ends)
        assert all(abs(float(f["full_end"]) - MINIMA[0]) < 1e-3 for f in ends)
        if size == 1:  # noise is no guarantee
            assert any(f["case"] == 2 for f in ends)
    assert runs / 3 < found[1] < runs
    assert found[1] > found[2] > found[8] == found[64] == 0


def test_reached_is_the_first_update_within_a_twentieth_of_three():
    frame = many_losses(1, np.random.default_rng(0))(START)
    first = int(np.argmax(np.abs(frame["mini_w"] - 3) < 0.05))
    assert frame["mini_reached"] == first > 0
    assert frame["full_reached"] == math.inf
    assert MANY[64](START)["case"] == 5


def test_a_slow_descent_counts_its_updates_until_it_is_within_a_twentieth():
    slow = MANY[2]({"w": 2.0, "learning_rate": 0.05})
    gap = np.abs(slow["full_w"] - 3)
    first = int(slow["full_reached"])
    assert gap[first] < 0.05 <= gap[first - 1]
    assert gap[first] > 0.025  # half as near comes later


def test_the_last_update_counts_too():
    # the view of many batches: a start from which update 200 is the first within a twentieth of 3
    frame = MANY[64]({"w": 1.9976, "learning_rate": 0.01})
    outside = np.abs(frame["full_w"][:-1] - 3) >= 0.05
    assert outside.all()
    assert abs(float(frame["full_end"]) - 3) < 0.05
    assert frame["full_reached"] == STEPS
    # the saddle: shuffle 6 of the figure
    frame = at_saddle(8, np.random.default_rng(7))({"x": 1.0, "ridge": 0.0, "slow_rate": 0.04})
    height = np.abs(frame["b8_w2"])
    assert (height[:-1] <= LEFT).all()
    assert height[-1] > LEFT
    assert (frame["b8_left"], frame["chosen_left"], frame["story"]) == (STEPS, STEPS, 0)


def test_on_two_weights_too_the_last_update_counts():
    recipe, last = on_two_weights(64, np.random.default_rng(SEED)), []
    for w1 in 1 + np.geomspace(1e-5, 1e-2, 400):  # the nearer to the line, the later
        frame = recipe({"w1": w1, "w2": -1.0, "slow_rate": 0.03})
        below = np.flatnonzero(frame["b64_height"] < 1e-3)
        assert frame["b64_left"] == (below[0] if below.size else math.inf)
        last += [frame["story"]] if below.size and below[0] == STEPS else []
    assert last
    assert set(map(float, last)) == {1.0}


@pytest.mark.parametrize("make", [many_losses, at_saddle, on_two_weights])
@pytest.mark.parametrize(("size", "kind"), [(3, ValueError), (128, ValueError), (0, ValueError),
                                            (2.0, TypeError), ("2", TypeError)])  # fmt: skip
def test_a_batch_size_that_the_figure_has_not_is_refused_with_those_it_has(make, size, kind):
    with pytest.raises(kind, match="expected batch_size"):
        make(size, np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"1, 2, 4, 8, 16, 32, 64, .* 64 examples; got 24"):
        make(24, np.random.default_rng(0))


# ---- ridges ----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
def test_at_the_saddle_each_run_is_the_descent_over_its_own_batches(size):
    angles = np.pi * (np.arange(32) + 0.5) / 32  # 64 pulls round a circle, in pairs that cancel
    half = np.round(1024 * np.stack([np.cos(angles), np.sin(angles)], axis=1)) / 1024
    pulls = 0.15 * np.concatenate([half, -half])
    pulls = pulls[orders().ravel()[: STEPS * size].reshape(STEPS, size)]
    if size == EXAMPLES:
        np.testing.assert_allclose(pulls.mean(axis=1), 0, atol=1e-16)
        pulls[:] = 0  # they cancel exactly, up to the order of adding
    noise = iter(pulls.mean(axis=1))
    walk = descend(lambda t: SADDLE.gradient(t) + next(noise), (1.0, 0.0), learning_rate=0.05,
                   steps=STEPS)  # fmt: skip
    frame = at_saddle(4, np.random.default_rng(SEED))({"x": 1.0, "ridge": 0.0, "slow_rate": 0.05})
    path = np.stack([frame[f"b{size}_w1"], frame[f"b{size}_w2"]], axis=1)
    np.testing.assert_allclose(path, walk.thetas, atol=1e-4)  # the noise is kept to seven decimals
    out = np.abs(path[:, 1]) > LEFT
    assert frame[f"b{size}_left"] == (int(np.argmax(out)) if out.any() else math.inf)
    assert frame["chosen_left"] == frame["b4_left"]


def test_off_the_saddle_less_noise_leaves_only_logarithmically_later():
    state = {"x": 1.0, "ridge": 0.0, "slow_rate": 0.05}
    frames = [at_saddle(1, np.random.default_rng(seed))(state) for seed in range(60)]
    medians = [float(np.median([f[f"b{size}_left"] for f in frames])) for size in SIZES]
    assert medians[-1] == math.inf
    assert all((f["b64_w2"] == 0).all() for f in frames)
    delays = np.diff(medians[:-1])
    delay = float(frames[0]["doubling"])
    assert (
        delay == pytest.approx(1.5 * math.log(2) / math.log(1.05)) == pytest.approx(21.3, abs=0.05)
    )
    assert (delays > 8).all()
    assert delays.mean() == pytest.approx(
        delay, abs=4
    )  # thirty-two times the batch: + 106, not × 32


def test_on_the_line_no_batch_size_leaves_and_beside_it_all_do_alike():
    recipe = on_two_weights(2, np.random.default_rng(SEED))
    line = recipe({"w1": 1.0, "w2": -1.0, "slow_rate": 0.05})
    beside = recipe({"w1": 1.001, "w2": -1.0, "slow_rate": 0.05})
    for size in SIZES:
        np.testing.assert_array_equal(line[f"b{size}_w1"], -line[f"b{size}_w2"])
        assert line[f"b{size}_left"] == math.inf
        assert line[f"b{size}_height"][-1] == pytest.approx(1)
        assert 80 < beside[f"b{size}_left"] < 105
    assert (line["story"], beside["story"]) == (0, 1)
    whole = descend(
        SURFACES["two_weights"].gradient, (1.001, -1.0), learning_rate=0.05, steps=STEPS
    )
    np.testing.assert_allclose(beside["b64_w1"], whole.thetas[:, 0], atol=1e-9)


def test_the_browser_computes_the_same_frames():
    jobs = [(recipe, START) for recipe in MANY.values()]
    rng = np.random.default_rng(SEED)
    jobs += [(at_saddle(8, rng), {"x": 0.7, "ridge": 0.0, "slow_rate": 0.08}),
             (on_two_weights(1, rng), {"w1": 1.01, "w2": -0.9, "slow_rate": 0.05})]  # fmt: skip
    assert all(recipe.runs_in_browser for recipe, _ in jobs)
    json.dumps([recipe.json() for recipe, _ in jobs], allow_nan=False)
    for (recipe, state), there in zip(jobs, browser_frames(jobs), strict=True):
        here = recipe(state)
        assert here.keys() == there.keys()
        for name, values in here.items():
            # a late part of a noisy path may differ by what rounding of sines has grown to
            np.testing.assert_allclose(there[name], np.ravel(values), rtol=1e-6, atol=1e-6,
                                       err_msg=name)  # fmt: skip
