"""A swarm of particles without a gradient beside one particle with momentum.

    momentum    m ← β m − η g                          θ ← θ + m
    swarm       v ← w v + c₁ r₁ (p − x) + c₂ r₂ (G − x)     x ← x + v

p is the best point a particle has seen itself, G the best that any of them has seen, r₁ and r₂ are
drawn from [0, 1) for every particle, coordinate and step, as in `lecture_lib.swarm`.  (Kennedy &
Eberhart 1995; the inertia weight w: Shi & Eberhart 1998; momentum: Polyak 1964.)  All chance is
drawn once, so no curve flickers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

import numpy as np

from lecture_lib.program import Number, Program
from lecture_lib.recipe import Iterate, Let, Map, Pick, Recipe, Step
from lecture_lib.recipes.curvature import Numbers
from lecture_lib.recipes.places import Place, place
from lecture_lib.recipes.scales import log10
from lecture_lib.recipes.walks import FAR, TINY, heavy
from lecture_lib.surfaces import Surface
from lecture_lib.tracing import absolute, exp, less, log, trace, where

# minima at −1, where the loss is 0, and at 1, where it is 1; a hill of 1.512 between them
TWO_VALLEYS = "15/16*w1**4 - w1**3/4 - 15/8*w1**2 + 3/4*w1 + 23/16 + w2**2"
PLACES = {  # where momentum and the first of the swarm start, by surface; all have 0 as lowest loss
    "two_valleys": Place((1.6, 1.2), TWO_VALLEYS),
    "himmelblau": Place((-0.5, 4.2)),
    "two_weights": Place((0.6, -0.4)),
}
STEPS = 50
PARTICLES = 12
TRAIL = 2  # how many steps a particle's tail is long
FOUND = 0.01  # a loss that counts as a deepest point
UNSEEN = 1e300  # the best loss before the first look
LOSS = Callable[[Number, Number], Number]


@dataclass(frozen=True)
class Swarm:
    """The steps of a recipe that let a swarm fly.

    The frame must hold ``swarm_weight`` (w), ``own_pull`` (c₁) and ``best_pull`` (c₂), and for each
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
        knobs = ("swarm_weight", "own_pull", "best_pull")
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
                one, two = at["own_pull"] * at[f"r1{axis}{i}"], at["best_pull"] * at[f"r2{axis}{i}"]
                parts = (at["swarm_weight"] * at[f"v{axis}{i}"], one * (p - x), two * (g - x))
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


def beside_momentum(name: str, rng: np.random.Generator) -> Recipe:
    """One particle with a gradient and `PARTICLES` without, from the inputs of the figure.

    Inputs: the start ``w1``, ``w2`` of the momentum particle, where the first of the swarm starts
    too; ``learning_rate``, ``momentum``; ``pair`` (0: w is β, 1: w is ``weight``), ``own_pull``,
    ``best_pull``; and ``k``, the step looked at.  The frame holds the momentum path ``heavy_x``,
    ``heavy_y``, `Swarm`'s arrays, both losses as ``heavy_log_loss`` and ``best_log_loss``, and at
    step k the terms of both rules.

    ``story`` is 0 if both have come below `FOUND`, 1 if the swarm alone has, 2 if momentum alone
    has, 3 if neither has; 4 without any pull, 5 if momentum ran away.  ``flock`` is 1 where pulled
    particles have flown apart: fewer than half of them are in the window.

    Args:
        name: One of `PLACES`.
        rng: Draws the starts and velocities of the particles, then r₁ and r₂.

    Raises:
        TypeError: If the name is not a string.
        ValueError: If there is no such surface.
    """
    surface, _ = place(name, PLACES)
    count = STEPS + 1  # the loss is noted at the point that a step starts from
    low, high = np.transpose(surface.window)
    starts = rng.uniform(low, high, size=(PARTICLES, 2)).round(3)
    speeds = (rng.uniform(-0.08, 0.08, size=(PARTICLES, 2)) * (high - low)).round(3)
    each = range(PARTICLES)
    tails = {f"tail_{axis}{i}": f"swarm_{axis}{i}" for i in each for axis in "xy"}
    dots = {f"dot_{axis}{i}": f"tail_{axis}{i}" for i in each for axis in "xy"}
    rules = [f"{n}_{a}" for n in ("old", "pull", "new") for a in "xy"]
    terms = {n: f"heavy_{n}" for n in rules}
    terms |= {f"{n}_{a}": f"swarm_{n}_{a}" for n in ("coast", "own", "shared", "p") for a in "xy"}
    return Recipe([
        Let("zero", 0.0),
        Let("found", FOUND),
        Let("particles", PARTICLES),
        Let("steps_axis", np.arange(count)),
        Map(_weight),
        Iterate(heavy(surface.program, ("loss", *rules)), {"x": "w1", "y": "w2", "m1": "zero", "m2": "zero"}, count,
                prefix="heavy_"),
        *(Let(f"start_{axis}{i}", starts[i, j]) for i in each[1:] for j, axis in enumerate("xy")),
        *(Let(f"start_v{axis}{i}", speeds[i, j]) for i in each for j, axis in enumerate("xy")),
        Map(lambda w1, w2: {"start_x0": w1, "start_y0": w2}),
        *Swarm(lambda x, y: surface.program(w1=x, w2=y)["loss"], PARTICLES, count, terms=True)
        .steps(rng),
        Map(_logs),
        Let("back", np.arange(-TRAIL, 1)),
        Map(lambda k, back: {"tail": k + back}),
        Pick("tail", tails),
        Pick(-1, dots),
        Pick("k", {**terms, "heavy_now": "heavy_loss", "best_now": "swarm_best",
                   "dot_gx": "swarm_gx", "dot_gy": "swarm_gy", "dot_heavy_x": "heavy_x",
                   "dot_heavy_y": "heavy_y", "log_heavy": "heavy_log_loss",
                   "log_best": "best_log_loss"}),
        Map(_told),
        Map(_inside(surface)),
    ])  # fmt: skip


def _weight(momentum: Number, weight: Number, pair: Number) -> Numbers:
    return {"swarm_weight": where(less(0.5, pair), weight, momentum)}


def _logs(heavy_loss: Number, swarm_best: Number) -> Numbers:
    return {"heavy_log_loss": log10(heavy_loss, TINY), "best_log_loss": log10(swarm_best, TINY)}


def _told(
    coast_x: Number, own_x: Number, shared_x: Number, coast_y: Number, own_y: Number,
    shared_y: Number, own_pull: Number, best_pull: Number, swarm_weight: Number, k: Number,
    heavy_now: Number, best_now: Number, dot_heavy_x: Number, dot_heavy_y: Number,
) -> Numbers:  # fmt: skip
    """The particle's new velocity, how much of its first one is left, and the story."""
    heavy, best = less(heavy_now, FOUND), less(best_now, FOUND)
    story = where(best, where(heavy, 0.0, 1.0), where(heavy, 2.0, 3.0))
    story = where(less(0.0, own_pull + best_pull), story, 4.0)
    near = less(absolute(dot_heavy_x) + absolute(dot_heavy_y), FAR)  # NaN is not near, either
    flies = less(0.0, swarm_weight)
    power = where(flies, exp(k * log(where(flies, swarm_weight, 1.0))), 0.0)
    return {"fly_x": coast_x + own_x + shared_x, "fly_y": coast_y + own_y + shared_y,
            "coasting": where(less(k, 0.5), 1.0, power), "looks": PARTICLES * (k + 1.0),
            "story": where(near, story, 5.0)}  # fmt: skip


def _inside(surface: Surface) -> Program:
    """Count the particles that are in the picture at step k."""
    (x0, x1), (y0, y1) = surface.window
    names = [f"dot_{axis}{i}" for i in range(PARTICLES) for axis in "xy"]

    def inside(**at: Number) -> Numbers:
        counted = 0.0
        for i in range(PARTICLES):
            x, y = at[f"dot_x{i}"], at[f"dot_y{i}"]
            counted = counted + less(x0, x) * less(x, x1) * less(y0, y) * less(y, y1)
        pulled = less(0.0, at["own_pull"] + at["best_pull"])
        return {"inside": counted, "flock": pulled * less(counted, PARTICLES / 2)}

    return trace(inside, (*names, "own_pull", "best_pull"))
