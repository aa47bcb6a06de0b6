"""The swarm beside momentum is the library's swarm beside the library's momentum."""

from __future__ import annotations

import json
import math
from functools import cache

import numpy as np
import pytest
from node_machine import browser_frames

from lecture_lib.momentum import descend
from lecture_lib.recipes import swarm_paths
from lecture_lib.recipes.places import place
from lecture_lib.recipes.swarm_paths import PARTICLES, PLACES, STEPS
from lecture_lib.surfaces import SURFACES
from lecture_lib.swarm import swarm_descend

SEED = 8
KNOBS = {"learning_rate": 0.02, "momentum": 0.7, "pair": 0.0, "inertia": 0.4, "own_pull": 1.5,
         "swarm_pull": 1.2, "k": 20.0}  # fmt: skip
EACH = range(PARTICLES)


@cache
def recipe_of(name):
    return swarm_paths.beside_momentum(name, np.random.default_rng(SEED))


def frame(name="himmelblau", **knobs):
    w1, w2 = PLACES[name].start
    return recipe_of(name)({"w1": w1, "w2": w2, **KNOBS, **knobs})


def table(got, name):
    """The arrays of all particles, shape ``(steps + 2, particles, 2)``."""
    return np.stack([[got[f"swarm_{name}{a}{i}"] for a in "xy"] for i in EACH], axis=0).transpose(
        2, 0, 1
    )


def library_swarm(name, theta, *, inertia, own_pull, swarm_pull):
    """The library's swarm with the same draws, in the order in which the recipe draws them."""
    surface, _ = place(name, PLACES)
    rng = np.random.default_rng(SEED)
    low, high = np.transpose(surface.window)
    starts = rng.uniform(low, high, size=(PARTICLES, 2)).round(3)
    speeds = (rng.uniform(-0.08, 0.08, size=(PARTICLES, 2)) * (high - low)).round(3)
    starts[0] = theta
    return swarm_descend(surface.loss, starts, rng, inertia=inertia, own_pull=own_pull,
                         swarm_pull=swarm_pull, steps=STEPS + 1, velocities=speeds)  # fmt: skip


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("inertia", [0.0, 0.7, 0.9])
def test_the_particles_fly_as_the_library_lets_them(name, inertia):
    got = frame(name, momentum=inertia)
    run = library_swarm(name, PLACES[name].start, inertia=inertia, own_pull=1.5, swarm_pull=1.2)
    np.testing.assert_allclose(table(got, ""), run.positions, rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(table(got, "v"), run.velocities, rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(table(got, "p")[1:], run.own_best[:-1], rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(got["swarm_best"], run.best_loss[:-1], rtol=1e-6, atol=1e-12)
    best = np.stack([got["swarm_gx"], got["swarm_gy"]], axis=-1)
    np.testing.assert_allclose(best, run.swarm_best[:-1], rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("name", PLACES)
def test_the_one_particle_with_a_gradient_is_that_of_descend(name):
    surface, start = place(name, PLACES)
    got = frame(name, learning_rate=0.01, momentum=0.8)
    run = descend(surface.gradient, start, learning_rate=0.01, momentum=0.8, steps=STEPS + 1)
    path = np.stack([got["heavy_x"], got["heavy_y"]], axis=-1)
    np.testing.assert_allclose(path, run.thetas, atol=1e-9)
    np.testing.assert_allclose(got["heavy_loss"], surface.loss(run.thetas[:-1]), atol=1e-9)


@pytest.mark.parametrize("k", [0, 1, 7, 50])
def test_the_terms_of_a_step_add_up_to_the_movement_that_follows(k):
    got, surface = frame(k=float(k)), SURFACES["himmelblau"]
    for axis, a in enumerate("xy"):
        theta = np.array([got["heavy_x"][k], got["heavy_y"][k]])
        pull = -0.02 * surface.gradient(theta)[axis]
        assert float(got[f"pull_{a}"]) == pytest.approx(pull, abs=1e-9)
        moved = got[f"heavy_{a}"][k + 1] - got[f"heavy_{a}"][k]
        assert float(got[f"old_{a}"] + got[f"pull_{a}"]) == pytest.approx(moved, abs=1e-9)
        assert float(got[f"new_{a}"]) == pytest.approx(moved, abs=1e-9)
        flown = got[f"swarm_{a}0"][k + 1] - got[f"swarm_{a}0"][k]
        assert float(got[f"fly_{a}"]) == pytest.approx(flown, abs=1e-9)
        coast = 0.7 * got[f"swarm_v{a}0"][k]
        assert float(got[f"coast_{a}"]) == pytest.approx(coast, abs=1e-9)
        own = 1.5 * got[f"r1{a}0"][k] * (got[f"p_{a}"] - got[f"swarm_{a}0"][k])
        assert float(got[f"own_{a}"]) == pytest.approx(float(own), abs=1e-9)
        shared = 1.2 * got[f"r2{a}0"][k] * (got[f"dot_g{a}"] - got[f"swarm_{a}0"][k])
        assert float(got[f"shared_{a}"]) == pytest.approx(float(shared), abs=1e-9)


@pytest.mark.parametrize("weight", [0.0, 0.4, 0.9])
def test_without_a_pull_every_velocity_shrinks_by_w_and_no_direction_changes(weight):
    got = frame(momentum=weight, own_pull=0.0, swarm_pull=0.0, k=5.0)
    speeds = table(got, "v")
    for k in (1, 5, 20):
        np.testing.assert_allclose(speeds[k], weight**k * speeds[0], atol=1e-12)
    assert float(got["coasting"]) == pytest.approx(weight**5)
    assert (got["story"], got["flock"]) == (4, 0)


def test_a_particle_at_rest_with_nothing_better_in_sight_stays_where_it_is():
    run = swarm_descend(SURFACES["bowl"].loss, np.ones((3, 2)), np.random.default_rng(1),
                        inertia=0.9, own_pull=2.0, swarm_pull=2.0, steps=9)  # fmt: skip
    np.testing.assert_array_equal(run.positions, 1.0)


def test_w_is_beta_until_the_two_are_parted():
    assert frame(momentum=0.8, inertia=0.4)["swarm_inertia"] == 0.8
    assert frame(momentum=0.8, inertia=0.4, pair=1.0)["swarm_inertia"] == 0.4


def test_the_best_of_the_swarm_never_rises_and_is_the_least_loss_any_particle_met():
    got, surface = frame(), SURFACES["himmelblau"]
    assert (np.diff(got["swarm_best"]) <= 0).all()
    losses = surface.loss(table(got, "")[:-1])
    met = np.minimum.accumulate(losses.min(axis=1))
    np.testing.assert_allclose(got["swarm_best"], met, atol=1e-9)


def test_the_two_valleys_are_at_minus_one_and_one_with_a_hill_between_them():
    surface, _ = place("two_valleys", PLACES)
    points = np.array([[-1.0, 0.0], [1.0, 0.0], [0.2, 0.0]])
    np.testing.assert_allclose(surface.loss(points), [0.0, 1.0, 1.512], atol=1e-12)
    np.testing.assert_allclose(surface.gradient(points), 0.0, atol=1e-12)
    curvatures = np.linalg.eigvalsh(surface.hessian(points))
    assert (curvatures[:2] > 0).all()
    assert curvatures[2, 0] < 0 < curvatures[2, 1]


def test_momentum_rests_in_the_nearer_valley_unless_its_inertia_carries_it_over():
    stuck = frame("two_valleys", learning_rate=0.05, momentum=0.5, k=50.0)
    assert (stuck["story"], round(float(stuck["dot_heavy_x"]), 2)) == (1, 1.0)
    over = frame("two_valleys", learning_rate=0.05, momentum=0.8, k=50.0)
    assert (over["story"], round(float(over["dot_heavy_x"]), 1)) == (0, -1.0)


def test_momentum_that_runs_away_is_told_and_a_swarm_that_flies_apart_too():
    away = frame("himmelblau", learning_rate=0.05, momentum=0.9, k=50.0)
    assert away["story"] == 5
    apart = frame("himmelblau", momentum=0.95, own_pull=2.5, swarm_pull=2.5, k=50.0)
    assert apart["flock"] == 2
    x, y = table(apart, "")[50].T
    assert float(apart["inside"]) == ((abs(x) < 5) & (abs(y) < 5)).sum() == 0


def test_what_ran_away_has_an_infinite_loss_and_is_marked():
    away = frame("himmelblau", learning_rate=0.05, momentum=0.9, k=50.0)
    assert np.isnan(away["heavy_loss"][50])  # ∞ − ∞ on the way
    assert (away["heavy_now"], away["away"]) == (math.inf, 1)
    here = frame("himmelblau", k=3.0)
    assert (here["heavy_now"], here["away"]) == (here["heavy_loss"][3], 0)


def test_a_swarm_that_is_gone_altogether_is_told_from_one_of_which_a_few_are_left():
    flocks = {}
    for k in range(STEPS + 1):
        for pull in (1.5, 2.0, 2.5):
            got = frame("himmelblau", momentum=0.95, own_pull=pull, swarm_pull=pull, k=float(k))
            x, y = table(got, "")[k].T
            count = int(((abs(x) < 5) & (abs(y) < 5)).sum())
            assert got["inside"] == count
            flocks.setdefault(count, set()).add(float(got["flock"]))
    assert flocks[0] == {2}
    assert all(told == {1} for count, told in flocks.items() if 0 < count < 6)
    assert all(told == {0} for count, told in flocks.items() if count >= 6)
    assert len(flocks) > 6


def test_below_a_hundredth_without_sharing_is_told_apart_from_with_it():
    alone = frame("two_valleys", own_pull=2.0, swarm_pull=0.0, k=50.0, momentum=0.75)
    assert alone["best_now"] < 0.01
    assert alone["story"] == 6
    assert frame("two_valleys", k=50.0)["story"] == 1


def test_each_letter_stands_once_and_never_on_another():
    rng = np.random.default_rng(4)
    met = set()
    for name in PLACES:
        (x0, x1), (y0, y1) = place(name, PLACES)[0].window
        for k in (0, 1, 2, 3, 5, 8, 12, 20, 35, 50):
            got = frame(name, k=float(k), momentum=float(rng.uniform(0, 0.9)))
            shown = {}
            for letters in swarm_paths.LETTERS:
                at = float(got[f"at_{letters}_x"]), float(got[f"at_{letters}_y"])
                if not np.isnan(at[0]):
                    shown[letters] = at
            assert sorted("".join(shown)) == sorted("xpG"), shown
            met |= shown.keys()
            places = {"x": (got["dot_x0"], got["dot_y0"]), "p": (got["p_x"], got["p_y"]),
                      "G": (got["dot_gx"], got["dot_gy"])}  # fmt: skip
            for letters, at in shown.items():
                assert at == tuple(map(float, places[letters[0]]))
                for other, there in shown.items():
                    apart = abs(at[0] - there[0]) / (x1 - x0), abs(at[1] - there[1]) / (y1 - y0)
                    assert other == letters or max(apart) >= 0.04
                for letter in letters:  # none is said to be where it is not
                    off = np.subtract(tuple(map(float, places[letter])), at)
                    assert max(abs(off) / (x1 - x0, y1 - y0)) < 0.08
    assert met >= {"x", "p", "G", "xp", "pG"}


def test_an_unknown_surface_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="two_valleys, himmelblau, two_weights"):
        place("peak", PLACES)


def test_the_browser_computes_the_same_frames():
    jobs = [(recipe_of(n), dict(zip(("w1", "w2"), at.start, strict=True)) | KNOBS)
            for n, at in PLACES.items()]  # fmt: skip
    jobs.append((recipe_of("two_valleys"), {"w1": 0.3, "w2": 1.9, **KNOBS, "pair": 1.0, "k": 0.0}))
    for (recipe, state), there in zip(jobs, browser_frames(jobs), strict=True):
        json.dumps(recipe.json(), allow_nan=False)
        for name, values in recipe(state).items():
            np.testing.assert_allclose(np.array(there[name], float), np.ravel(values), rtol=1e-6, atol=1e-8,
                                       err_msg=name)  # fmt: skip
