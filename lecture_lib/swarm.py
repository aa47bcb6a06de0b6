"""A particle swarm: many points without a gradient, and the same inertia as momentum.

Shi and Eberhart (1998) shrink the velocity by an inertia weight before the pulls are added, which
is just what β does to the movement:  ::

    v ← w v + c₁ r₁ (own best − x) + c₂ r₂ (swarm's best − x)      x ← x + v
    m ← β m − η g(θ)                                               θ ← θ + m
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.arguments import (
    Array,
    finite_array,
    finite_number,
    random_generator,
    real_array,
    whole_number,
)
from lecture_lib.descents import MOST_NUMBERS, reach_of
from lecture_lib.losses import function_of_theta


@dataclass(frozen=True, eq=False)
class SwarmRun:
    """What K particles did, step by step; row 0 is the start.

    Attributes:
        positions: Shape ``(steps + 1, K, n)``.
        velocities: The velocity that led into each position, same shape.
        own_best: The best place that each particle has been at so far, same shape.
        swarm_best: The best of those, shape ``(steps + 1, n)``.
        best_loss: The loss there, shape ``(steps + 1,)``; it never rises.
    """

    positions: Array
    velocities: Array
    own_best: Array
    swarm_best: Array
    best_loss: Array


def swarm_descend(
    loss: Callable[[Array], ArrayLike],
    starts: ArrayLike,
    rng: np.random.Generator,
    *,
    inertia: float,
    own_pull: float,
    swarm_pull: float,
    steps: int,
    velocities: ArrayLike | None = None,
) -> SwarmRun:
    """Let a swarm look for the minimum (Shi & Eberhart 1998).

    r₁ and r₂ are drawn uniformly from [0, 1) for each particle, each parameter and each step; all
    of them at the beginning, so that other knobs meet the same chance.  All particles move at once.

    Args:
        loss: L: takes x of shape ``(K, n)``, returns shape ``(K,)``.  Where it is not finite,
            nothing is remembered.
        starts: Where the particles start, shape ``(K, n)``.
        rng: Draws r₁ and r₂.
        inertia: w, in [0, 1]; at 1 velocities never die by themselves, as in the swarm of 1995.
        own_pull: c₁, at least 0: the pull to the particle's own best place.
        swarm_pull: c₂, at least 0: the pull to the swarm's.
        steps: How many steps to take.
        velocities: The first velocities, shape ``(K, n)``; None for a start from rest.

    Returns:
        Every position, velocity and best place.  A particle that would run away, as `descend`
        counts it, stays where it is and goes on from rest.

    Raises:
        TypeError: If an argument is of the wrong kind, or the loss returns no numbers.
        ValueError: If the starts are not a finite table, a knob is out of its range, the loss has
            another shape, or the result would not fit in memory.
    """
    loss, rng = function_of_theta(loss, "loss"), random_generator(rng)
    starts = finite_array(starts, "starts")
    if starts.ndim != 2 or starts.size == 0:
        raise ValueError(f"expected starts of shape (K, n); got shape {starts.shape}.")
    first = np.zeros_like(starts) if velocities is None else finite_array(velocities, "velocities")
    if first.shape != starts.shape:
        raise ValueError(f"expected velocities of shape {starts.shape}; got shape {first.shape}.")
    if not 0 <= (inertia := finite_number(inertia, "inertia")) <= 1:
        raise ValueError(
            f"expected inertia in [0, 1]; got {inertia}. Beyond 1 velocities grow by themselves."
        )
    pulls = np.array([_pull(own_pull, "own_pull"), _pull(swarm_pull, "swarm_pull")])
    steps = whole_number(steps, "steps", least=0)
    if 5 * (steps + 1) * starts.size > MOST_NUMBERS:
        raise ValueError(
            f"expected steps × particles × parameters of at most {MOST_NUMBERS // 5}; got {steps} "
            f"× {len(starts)} × {starts.shape[1]}."
        )
    chances = pulls[:, None, None] * rng.random((steps, 2, *starts.shape))
    return _fly(loss, starts, first, inertia, chances)


def _fly(
    loss: Callable[[Array], ArrayLike], x: Array, v: Array, inertia: float, chances: Array
) -> SwarmRun:
    """Move the swarm; ``chances`` holds c₁r₁ and c₂r₂ of each step, shape ``(steps, 2, K, n)``."""

    def losses_at(x: Array, step: int) -> Array:
        name = f"the loss of the swarm, step {step},"
        found = real_array(loss(x.copy()), name, shape=(len(x),))
        return np.where(np.isfinite(found), found, np.inf)

    reach = reach_of(x)[:, None]
    own, lowest = x.copy(), losses_at(x, 0)
    leader = np.argmin(lowest)
    rows = [(x, v, own, own[leader], lowest[leader])]
    for k, (to_own, to_swarm) in enumerate(chances, 1):
        with np.errstate(over="ignore", invalid="ignore"):
            v = inertia * v + to_own * (own - x) + to_swarm * (own[leader] - x)
            far = ~(np.abs(x + v) <= reach).all(axis=1)  # also true of NaN
        v = np.where(far[:, None], 0.0, v)
        x = x + v
        found = losses_at(x, k)
        better = found < lowest
        own, lowest = np.where(better[:, None], x, own), np.where(better, found, lowest)
        leader = np.argmin(lowest)
        rows.append((x, v, own, own[leader], lowest[leader]))
    return SwarmRun(*map(np.array, zip(*rows, strict=True)))


def _pull(value: float, name: str) -> float:
    if (number := finite_number(value, name)) < 0:
        raise ValueError(f"expected {name} of at least 0; got {number}. Below 0 it would push.")
    return number
