"""A swarm of particles as the steps of a recipe, for the figures that let one fly.

    v ← w v + c₁ r₁ (p − x) + c₂ r₂ (G − x)     x ← x + v

p is the best point a particle has seen itself, G the best that any of them has seen, r₁ and r₂ are
drawn from [0, 1) for every particle, coordinate and step, as in `lecture_lib.swarm`, whose names
the knobs have.  All chance is drawn once, so no curve flickers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

import numpy as np

from lecture_lib.program import Number
from lecture_lib.recipe import Iterate, Let, Step
from lecture_lib.recipes.curvature import Numbers
from lecture_lib.tracing import less, trace, where

UNSEEN = 1e300  # the best loss before the first look
LOSS = Callable[[Number, Number], Number]


@dataclass(frozen=True)
class Swarm:
    """The steps of a recipe that let a swarm fly.

    The frame must hold ``swarm_inertia`` (w), ``own_pull`` (c₁) and ``swarm_pull`` (c₂), and for each
    particle i its start ``start_x0`` …, ``start_y0`` …, ``start_vx0`` …, ``start_vy0`` ….  After the
    steps it holds, for each particle, its path ``swarm_x0`` …, ``swarm_y0`` …, its velocity
    ``swarm_vx0`` …; and ``swarm_best``, the lowest loss that any particle has met up to a step,
    at (``swarm_gx``, ``swarm_gy``).

    Attributes:
        loss: From (w1, w2) to the loss.
        particles: How many there are.
        count: How many steps they fly.
        terms: Whether to keep the three parts of the first particle's velocity, ``swarm_coast_x``,
            ``swarm_own_x``, ``swarm_shared_x``, its p as ``swarm_p_x``, and the same in y.
    """

    loss: LOSS
    particles: int
    count: int
    terms: bool = False

    def steps(self, rng: np.random.Generator) -> list[Step]:
        """Draw r₁ and r₂ and return the steps."""
        state = [
            f"{n}{i}" for i in range(self.particles) for n in ("x", "y", "vx", "vy", "px", "py")
        ]
        seen = [f"l{i}" for i in range(self.particles)]
        drawn = [f"r{n}{a}{i}" for n in (1, 2) for i in range(self.particles) for a in "xy"]
        begin = {name: f"start_{name.replace('p', '')}" for name in state}
        begin |= dict.fromkeys(seen, "unseen")
        knobs = ("swarm_inertia", "own_pull", "swarm_pull")
        step = trace(self._step, (*state, *seen, *drawn, *knobs))
        draws = rng.random((self.count, 2, self.particles, 2)).reshape(self.count, -1).T
        return [
            Let("unseen", UNSEEN),
            *(Let(name, row) for name, row in zip(drawn, draws, strict=True)),
            Iterate(step, begin, self.count, tuple(drawn), prefix="swarm_"),
        ]

    def _step(self, **at: Number) -> Numbers:
        """Look at the loss, remember the best of each and of all, then move."""
        after, best = {}, []
        for i in range(self.particles):
            x, y, low = at[f"x{i}"], at[f"y{i}"], at[f"l{i}"]
            here = self.loss(x, y)
            better = less(here, low)
            best.append((where(better, here, low), where(better, x, at[f"px{i}"]),
                         where(better, y, at[f"py{i}"])))  # fmt: skip
        low, gx, gy = reduce(_lower, best)
        for i, (own, px, py) in enumerate(best):
            for axis, p, g in (("x", px, gx), ("y", py, gy)):
                x = at[f"{axis}{i}"]
                one, two = (
                    at["own_pull"] * at[f"r1{axis}{i}"],
                    at["swarm_pull"] * at[f"r2{axis}{i}"],
                )
                parts = (at["swarm_inertia"] * at[f"v{axis}{i}"], one * (p - x), two * (g - x))
                v = parts[0] + parts[1] + parts[2]
                after |= {f"{axis}{i}": x + v, f"v{axis}{i}": v, f"p{axis}{i}": p}
                if self.terms and i == 0:
                    names = (f"{part}_{axis}" for part in ("coast", "own", "shared", "p"))
                    after |= dict(zip(names, (*parts, p), strict=True))
            after[f"l{i}"] = own
        return {**after, "best": low, "gx": gx, "gy": gy}


def _lower(one: tuple[Number, ...], two: tuple[Number, ...]) -> tuple[Number, ...]:
    """Return the point with the lower loss; the earlier one, if they are equal."""
    better = less(two[0], one[0])
    return tuple(where(better, b, a) for a, b in zip(one, two, strict=True))
