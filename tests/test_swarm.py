"""The particle swarm against its formula written out, and its inertia against momentum."""

from __future__ import annotations

import numpy as np
import pytest

from lecture_lib.descents import FAR
from lecture_lib.momentum import momentum_step
from lecture_lib.surfaces import SURFACES
from lecture_lib.swarm import swarm_descend

KNOBS = {"inertia": 0.73, "own_pull": 1.5, "swarm_pull": 1.5, "steps": 80}
bowl = SURFACES["bowl"].loss


def rng(seed=5):
    return np.random.default_rng(seed)


def starts(count=8, seed=1):
    return np.random.default_rng(seed).uniform(-2, 2, (count, 2))


def test_without_pulls_a_particle_coasts_as_momentum_does_without_a_gradient():
    x, v = starts(3), starts(3, seed=2)
    knobs = {"inertia": 0.8, "own_pull": 0, "swarm_pull": 0, "steps": 40}
    run = swarm_descend(bowl, x, rng(), velocities=v, **knobs)
    np.testing.assert_allclose(run.velocities[-1], 0.8**40 * v, rtol=1e-12)
    for k in range(40):
        for particle in range(3):
            theta, movement = momentum_step(
                run.positions[k, particle], run.velocities[k, particle], [0, 0],
                learning_rate=0.1, momentum=0.8,
            )  # fmt: skip
            np.testing.assert_array_equal(run.positions[k + 1, particle], theta)
            np.testing.assert_array_equal(run.velocities[k + 1, particle], movement)


def test_a_swarm_follows_the_formula_of_shi_and_eberhart():
    loss, x = SURFACES["himmelblau"].loss, starts()
    v, own = np.zeros_like(x), x.copy()
    run = swarm_descend(loss, x, rng(), **KNOBS)
    chances = rng().random((80, 2, 8, 2))
    for k, (r1, r2) in enumerate(chances, 1):
        best = min(own, key=loss)
        for i in range(8):
            v[i] = 0.73 * v[i] + 1.5 * r1[i] * (own[i] - x[i]) + 1.5 * r2[i] * (best - x[i])
        x = x + v
        for i in range(8):
            if loss(x[i]) < loss(own[i]):
                own[i] = x[i]
        np.testing.assert_allclose(run.positions[k], x, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(run.velocities[k], v, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(run.own_best[k], own, rtol=1e-9, atol=1e-12)


def test_what_is_remembered_is_the_best_so_far():
    loss = SURFACES["himmelblau"].loss
    run = swarm_descend(loss, starts(), rng(), **KNOBS)
    seen = loss(run.positions)
    np.testing.assert_array_equal(loss(run.own_best), np.minimum.accumulate(seen, axis=0))
    np.testing.assert_array_equal(run.best_loss, np.minimum.accumulate(seen.min(axis=1)))
    np.testing.assert_array_equal(loss(run.swarm_best), run.best_loss)
    assert run.positions.shape == run.velocities.shape == run.own_best.shape == (81, 8, 2)
    assert run.swarm_best.shape == (81, 2)


@pytest.mark.parametrize("seed", range(5))
def test_clercs_constants_find_the_bottom_of_a_bowl_without_a_gradient(seed):
    knobs = {"inertia": 0.7298, "own_pull": 1.49618, "swarm_pull": 1.49618, "steps": 300}
    run = swarm_descend(bowl, starts(12, seed), rng(seed), **knobs)
    assert run.best_loss[-1] < 1e-12


def test_the_same_seed_flies_the_same_way_and_other_knobs_meet_the_same_chance():
    one, two = (swarm_descend(bowl, starts(), rng(), **KNOBS) for _ in range(2))
    np.testing.assert_array_equal(one.positions, two.positions)
    swift = swarm_descend(bowl, starts(), rng(), **(KNOBS | {"swarm_pull": 3.0}))
    lone = swarm_descend(bowl, starts(), rng(), **(KNOBS | {"swarm_pull": 0.0}))
    moved = swarm_descend(bowl, starts(), rng(), **KNOBS).positions[1] - starts()
    np.testing.assert_allclose(swift.positions[1] - starts(), 2 * moved, atol=1e-12)
    np.testing.assert_array_equal(lone.positions[1], starts())  # each is at its own best


def test_a_swarm_that_would_run_away_stays_in_reach():
    knobs = {"inertia": 1.0, "own_pull": 9.0, "swarm_pull": 9.0, "steps": 300}
    run = swarm_descend(bowl, starts(), rng(), **knobs)
    assert np.isfinite(run.velocities).all()
    assert np.abs(run.positions).max() <= 2 * FAR
    np.testing.assert_allclose(
        np.diff(run.positions, axis=0), run.velocities[1:], rtol=1e-9, atol=1e-6
    )


def test_where_the_loss_is_not_defined_nothing_is_remembered():
    def half(x):
        return np.where(x[:, 0] < 0, np.nan, bowl(x))

    run = swarm_descend(half, [[-1.0, 0.0], [1.0, 0.0]], rng(), **KNOBS)
    np.testing.assert_array_equal(run.swarm_best[0], [1, 0])
    assert (run.swarm_best[:, 0] >= 0).all()


@pytest.mark.parametrize(
    ("knobs", "error", "says"),
    [
        ({"inertia": 1.1}, ValueError, r"inertia in \[0, 1\]; got 1.1"),
        ({"own_pull": -1}, ValueError, "own_pull of at least 0"),
        ({"swarm_pull": "x"}, TypeError, "swarm_pull to be a number"),
        ({"steps": -1}, ValueError, "steps of at least 0"),
        ({"steps": 10**6}, ValueError, "steps × particles × parameters of at most"),
        ({"velocities": [[0, 0]]}, ValueError, r"velocities of shape \(8, 2\)"),
        ({"starts": [1, 2]}, ValueError, r"starts of shape \(K, n\)"),
        ({"rng": 5}, TypeError, "rng such as"),
        ({"loss": 5}, TypeError, "loss to be a function"),
        ({"loss": lambda x: x}, ValueError, "the loss of the swarm, step 0, of shape"),
    ],
)
def test_a_swarm_that_cannot_fly_is_told_so(knobs, error, says):
    given = {"loss": bowl, "starts": starts(), "rng": rng(), **KNOBS} | knobs
    with pytest.raises(error, match=says):
        swarm_descend(given.pop("loss"), given.pop("starts"), given.pop("rng"), **given)


def test_pulls_too_strong_for_floats_leave_every_particle_where_it_is():
    starts = [[1.0, 2.0], [3.0, 4.0]]
    knobs = {"inertia": 0.5, "own_pull": 1e308, "swarm_pull": 1e308, "steps": 3}
    run = swarm_descend(bowl, starts, np.random.default_rng(0), **knobs)
    np.testing.assert_array_equal(run.positions[-1], starts)
