"""The map of stability is the theory of a quadratic, and descents on one obey it."""

from __future__ import annotations

import json
import math
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from node_machine import browser_frames

from lecture_lib.convergence import best_descent, best_heavy_ball, convergence_rate
from lecture_lib.recipe import Let, Map, Recipe
from lecture_lib.recipes import stability
from lecture_lib.recipes.places import place

KNOBS = {"learning_rate": 0.02, "momentum": 0.3}
PLACES = [(3.0, 2.0), (2.2, 1.6), (-3.78, -3.28), (0.1, 0.2), (-0.27, -0.92), (4.1, -4.0)]


recipe_of = cache(stability.stability)


def frame(name="himmelblau", theta=(3.0, 2.0), **knobs):
    return recipe_of(name)({"w1": theta[0], "w2": theta[1], **KNOBS, **knobs})


def roots(curvature, momentum):
    """The larger |z| of z² − (1 + β − ηλ) z + β, by numpy's own solver."""
    return float(np.abs(np.roots([1.0, -(1.0 + momentum - curvature), momentum])).max())


def best_of(low, high):
    """What the recipe calls best between two eigenvalues."""
    steps = [Let("zero", 0.0), Let("low", low), Let("high", high), Let("low_bend", 2.0)]
    return Recipe([*steps, Map(stability._best)])({})


@pytest.mark.parametrize("theta", PLACES)
def test_the_curvatures_are_the_eigenvalues_of_the_hessian(theta):
    surface, _ = place("himmelblau", stability.PLACES)
    low, high = np.linalg.eigvalsh(surface.hessian(theta))
    got = frame(theta=theta)
    assert (float(got["low"]), float(got["high"])) == (pytest.approx(low), pytest.approx(high))


@pytest.mark.parametrize("name", ["himmelblau", "long_bowl", "rosenbrock"])
def test_the_rate_is_the_larger_root_over_both_curvatures(name):
    theta, rng = stability.PLACES[name].start, np.random.default_rng(2)
    for _ in range(60):
        eta, beta = rng.uniform(0, stability.widest(name)), rng.uniform(0, stability.TOP)
        got = frame(name, theta, learning_rate=eta, momentum=beta)
        wanted = max(roots(eta * float(got[end]), beta) for end in ("low", "high"))
        assert float(got["rate"]) == pytest.approx(wanted, rel=1e-6, abs=1e-7)
        library = max(
            float(convergence_rate(learning_rate=eta, momentum=beta, eigenvalue=float(got[end])))
            for end in ("low", "high")
        )
        assert float(got["rate"]) == pytest.approx(library, rel=1e-9)


def level_lines(got):
    """The corners of each level line by its rate, shape ``(corners, 2)``, as (η, β)."""
    drawn = np.stack([got["level_eta"], got["level_beta"]], axis=-1)
    lines = np.split(drawn, len(stability.RATES))
    assert all(np.isnan(line[-1]).all() for line in lines)  # the pen is lifted between two
    return dict(zip(stability.RATES, (line[:-1] for line in lines), strict=True))


@pytest.mark.parametrize(
    ("name", "theta"),
    [("himmelblau", (3.0, 2.0)), ("himmelblau", (3.6, -1.8)), ("long_bowl", (0.0, 0.0)),
     ("rosenbrock", (1.0, 1.0)), ("two_weights", (0.8, 0.8))],
)  # fmt: skip
def test_all_along_a_level_line_the_rate_is_that_of_the_line_and_across_it_is_not(name, theta):
    got = frame(name, theta)
    low, high = float(got["low"]), float(got["high"])
    shown = {rate: line for rate, line in level_lines(got).items() if np.isfinite(line).all()}
    assert shown
    for rate, line in shown.items():
        middle = line.mean(axis=0)
        for one, two in pairwise(line):
            for t in (0.0, 0.13, 0.5, 0.91, 1.0):
                eta, beta = one + t * (two - one)
                assert max(roots(eta * low, beta), roots(eta * high, beta)) == pytest.approx(
                    rate, abs=1e-5
                )
                inner, outer = ((1 + s) * np.array([eta, beta]) - s * middle for s in (-0.02, 0.02))
                for (x, y), slower in ((inner, False), (outer, True)):
                    if y >= 0:
                        here = max(roots(x * low, y), roots(x * high, y))
                        assert here > rate if slower else here < rate


def test_there_is_a_line_for_every_rate_that_can_be_had_but_under_the_letter_of_the_axis():
    for name, theta in (("himmelblau", (3.0, 2.0)), ("long_bowl", (0.0, 0.0)),
                        ("rosenbrock", (1.0, 1.0))):  # fmt: skip
        got, end = frame(name, theta), stability.widest(name)
        for rate, line in level_lines(got).items():
            can_be_had = rate > float(got["best_rate"])
            corner = (1 - rate) ** 2 / float(got["low"])
            letter = rate**2 > 0.92 and corner < 0.07 * end
            assert np.isfinite(line).all() == (can_be_had and not letter), (name, rate)
            if not can_be_had:
                assert np.isnan(line).all()
    assert np.isfinite(level_lines(frame("rosenbrock", (1.0, 1.0)))[0.98]).all()


def test_only_the_saddle_has_no_bowl_anywhere_in_its_window():
    for name in stability.PLACES:
        surface, _ = place(name, stability.PLACES)
        rng = np.random.default_rng(0)
        low, high = np.transpose(surface.window)
        found = (np.linalg.eigvalsh(surface.hessian(rng.uniform(low, high, (4000, 2)))) > 0).all(-1)
        assert stability.has_bowls(name) == found.any() == (name != "saddle")


def test_the_edge_is_where_the_rate_of_the_largest_curvature_is_one():
    got = frame("long_bowl", (0.0, 0.0))
    np.testing.assert_allclose(got["edge"] * 100, 2 * (1 + got["beta"]))
    for eta, beta in list(zip(got["edge"], got["beta"], strict=True))[::6]:
        assert roots(0.999 * eta * 100, beta) < 1 < roots(1.001 * eta * 100, beta)


def test_between_the_two_borders_the_roots_are_complex_and_their_size_is_the_root_of_beta():
    got = frame("long_bowl", (0.0, 0.0))
    for calm, wild, beta in list(zip(got["calm"], got["wild"], got["beta"], strict=True))[1::7]:
        inside = (calm + wild) / 2
        assert roots(inside * 100, beta) == pytest.approx(math.sqrt(beta))
        for outside in (0.99 * calm, 1.01 * wild):
            assert roots(outside * 100, beta) > math.sqrt(beta) * (1 + 1e-6)


@pytest.mark.parametrize(
    ("kappa", "plain", "heavy"), [(10, 34, 11), (100, 345, 34), (1000, 3454, 109)]
)
def test_the_steps_to_shrink_by_a_thousand_are_the_known_ones(kappa, plain, heavy):
    got = best_of(1.0, float(kappa))
    assert (round(float(got["plain_steps"])), round(float(got["best_steps"]))) == (plain, heavy)
    assert float(got["plain_rate"]) == pytest.approx((kappa - 1) / (kappa + 1))
    root = math.sqrt(kappa)
    assert float(got["best_rate"]) == pytest.approx((root - 1) / (root + 1))


def steps_from_rest(kappa, eta, beta):
    """After how many steps both distances stay below a thousandth of where they began."""
    low_high, p, m, last = np.array([1.0, kappa]), np.ones(2), np.zeros(2), 0
    for k in range(1, 1000):
        m = beta * m - eta * low_high * p
        p = p + m
        last = k if np.abs(p).max() > 1e-3 else last
    return last + 1


@pytest.mark.parametrize(("kappa", "plain", "heavy"), [(10.0, 35, 16), (100.0, 346, 58)])
def test_from_rest_the_best_momentum_needs_some_steps_more_and_plain_descent_does_not(
    kappa, plain, heavy
):
    got = best_of(1.0, kappa)
    eta, beta = float(got["best_eta"]), float(got["best_beta"])
    assert steps_from_rest(kappa, eta, beta) == heavy > float(got["best_steps"])
    assert steps_from_rest(kappa, float(got["plain_eta"]), 0.0) == plain
    assert plain == math.ceil(float(got["plain_steps"]))


@pytest.mark.parametrize(("low", "high"), [(1.0, 10.0), (0.4, 1001.6), (25.7, 82.3), (3.0, 3.0)])
def test_the_best_points_are_those_of_the_library(low, high):
    got, heavy, plain = best_of(low, high), best_heavy_ball(low, high), best_descent(low, high)
    assert float(got["best_eta"]) == pytest.approx(heavy.learning_rate)
    assert float(got["best_beta"]) == pytest.approx(heavy.momentum)
    assert float(got["best_rate"]) == pytest.approx(heavy.rate)
    assert float(got["plain_eta"]) == pytest.approx(plain.learning_rate)
    assert float(got["plain_rate"]) == pytest.approx(plain.rate)


def test_no_knobs_are_better_than_the_best_ones():
    rng = np.random.default_rng(3)
    for name in ("himmelblau", "long_bowl", "rosenbrock"):
        theta = stability.PLACES[name].start
        best = frame(name, theta)
        for eta in np.append(rng.uniform(0, stability.widest(name), 40), best["best_eta"]):
            for beta in (0.0, rng.uniform(0, stability.TOP), float(best["best_beta"])):
                rate = float(frame(name, theta, learning_rate=eta, momentum=beta)["rate"])
                floor = best["plain_rate"] if beta == 0 else best["best_rate"]
                assert rate >= float(floor) - 1e-9


@pytest.mark.parametrize(
    ("turn", "momentum", "story"),
    [(0.0, 0.5, 0), (0.05, 0.5, 1), (1.0, 0.5, 2), (2.95, 0.5, 3), (3.01, 0.5, 4), (1.99, 0.0, 3)],
)
def test_the_story_along_the_largest_curvature_is_what_a_descent_does(turn, momentum, story):
    got = frame("long_bowl", (0.0, 0.0), learning_rate=turn / 100, momentum=momentum)
    assert got["story"] == story
    p, before = 1.0, 1.0  # dᵏ⁺¹ = (1 + β − ηλ) dᵏ − β dᵏ⁻¹, on its own
    path = [p]
    for _ in range(60):
        p, before = (1 + momentum - turn) * p - momentum * before, p
        path.append(p)
    signs = np.sign(path)
    turns = int((signs[1:] != signs[:-1]).sum())
    assert (turns == 0, 0 < turns < 60, turns == 60) == (story < 2, story == 2, story > 2)
    assert (abs(path[-1]) > 1) == (story == 4)
    np.testing.assert_allclose(got["p2"] / got["p2"][0], path, atol=1e-9)


def test_a_saddle_grows_by_the_larger_root_and_a_flat_direction_by_nothing():
    got = frame("saddle", (0.3, 0.4), learning_rate=0.05, momentum=0.9)
    assert (got["story"], round(float(got["rate_low"]), 3)) == (5, 1.316)
    assert float(got["plain_growth"]) == pytest.approx(1.1)
    assert got["steps"] == math.inf
    flat = frame("two_weights", (1.0, 1.0), learning_rate=0.2, momentum=0.5)
    assert (flat["story"], float(flat["rate_low"])) == (7, 1.0)
    assert frame(theta=(-0.27, -0.92))["story"] == 6
    for none in (got, flat):
        assert not np.isfinite(none["best_eta"])
        assert not np.isfinite(none["level_eta"]).any()


def test_a_name_on_a_level_line_stands_where_the_edge_has_that_height():
    got = frame("long_bowl", (0.0, 0.0))
    assert (float(got["nine_x"]), float(got["nine_y"])) == pytest.approx((0.0362, 0.81))
    assert not np.isfinite(got["half_x"])  # no point of this Hessian is as fast as 0.5


def test_an_unknown_surface_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="himmelblau, long_bowl"):
        stability.stability("bowl")


def test_the_browser_computes_the_same_frames():
    jobs = [(recipe_of(name), {"w1": 0.7, "w2": 0.9, **KNOBS}) for name in stability.PLACES]
    jobs += [(recipe_of("himmelblau"), {"w1": a, "w2": b, **KNOBS}) for a, b in PLACES]
    for (recipe, state), there in zip(jobs, browser_frames(jobs), strict=True):
        json.dumps(recipe.json(), allow_nan=False)
        for name, values in recipe(state).items():
            np.testing.assert_allclose(np.array(there[name], float), np.ravel(values), rtol=1e-7, atol=1e-9,
                                       err_msg=name)  # fmt: skip
