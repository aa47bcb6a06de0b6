"""Six ways off a ridge from one start, the methods of both days beside each other.

The losses stand in `recipes.race_tracks`.  All chance is drawn once, before: the examples, their
order, the random direction, and the swarm, so that no curve flickers while a slider moves.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from lecture_lib.program import Number, Program
from lecture_lib.recipe import Iterate, Let, Map, Pick, Recipe, Step
from lecture_lib.recipes.curvature import Numbers
from lecture_lib.recipes.race_tracks import EXAMPLES, Track, batches, track
from lecture_lib.recipes.scales import log10
from lecture_lib.recipes.swarm import Swarm
from lecture_lib.recipes.walks import (
    FAR,
    NEVER,
    clocks,
    growth,
    heavy,
    kicked,
    plain,
    random_direction,
)
from lecture_lib.tracing import absolute, less, where

METHODS = ("descent", "momentum", "mini_batch", "kick", "random_kick", "swarm")
STEPS = 120
PARTICLES = 6
INERTIA, PULL = 0.7, 1.5  # of the swarm: w, and c₁ = c₂


def six_ways(name: str, rng: np.random.Generator) -> Recipe:
    """The six descents from (``w1``, ``w2``), and after how many steps each has left.

    Further inputs are ``learning_rate``, ``momentum``, ``batch_size``, ``kick`` (the length of
    either kick, and the radius about the start within which the swarm begins) and ``steps`` (how
    many are looked at).  For each method of `METHODS` the frame holds the path ``…_x``, ``…_y``,
    the loss above the lowest, ``…_log_loss``, and ``…_left``, the first step at which it is below
    the track's threshold, infinite if it is at none looked at.  The swarm's path is that of its
    best point.

    ``momentum_case`` is 0 on the ridge, 1 where momentum leaves before plain descent, 2 where it
    does not, 3 where neither has left, 4 where it ran away.  ``batch_case`` is 0 on the ridge of
    two weights; on the other ridge 1 with the full batch, 2 where noise left, 3 where it is off the
    ridge and has not left yet; beside the ridge 4 if mini-batches leave before plain descent, 5 if
    not; 6 if neither has left, or none is off the ridge yet; 7 where mini-batches ran away.

    Args:
        name: ``"ridge"`` or ``"two_weights"``.
        rng: Draws the examples, the shuffled orders, the random direction and the swarm.

    Raises:
        TypeError: If the name is not a string.
        ValueError: If there is no such loss.
    """
    here = track(name)
    program = here.surface.program
    count = STEPS + 1  # the loss is noted at the point that a step starts from
    start = {"x": "w1", "y": "w2"}
    walks = {
        "descent": (plain(program), start, ()),
        "momentum": (heavy(program), start | {"m1": "zero", "m2": "zero"}, ()),
        "mini_batch": (_noisy(program), start, ("square", "push_x", "push_y")),
        "kick": (kicked(program, along_u=True), start | {"kicked": "zero"}, ()),
        "random_kick": (kicked(program, along_u=False), start | {"kicked": "zero"}, ()),
    }
    return Recipe([
        Let("zero", 0.0),
        Let("of_all", EXAMPLES),
        Let("k", np.arange(count)),
        Let("threshold", here.threshold),
        Let("curvature", here.curvature),
        *batches(name, rng),
        *random_direction(rng),
        *(Iterate(f, begin, count, drawn, prefix=f"{m}_") for m, (f, begin, drawn) in walks.items()),
        *_scattered(rng),
        *Swarm(lambda x, y: program(w1=x, w2=y)["loss"], PARTICLES, count).steps(rng),
        Map(lambda swarm_gx, swarm_gy, swarm_best: {
            "swarm_x": swarm_gx, "swarm_y": swarm_gy, "swarm_loss": swarm_best}),
        *clocks(METHODS, count),
        Pick("steps", {"batch_x": "mini_batch_x", "batch_y": "mini_batch_y"}),
        Map(_growth),
        Map(_cases(here, examples_agree=name == "two_weights")),
    ])  # fmt: skip


def _noisy(program: Program) -> Callable[..., Numbers]:
    def step(
        x: Number, y: Number, learning_rate: Number, square: Number, push_x: Number, push_y: Number
    ) -> Numbers:
        """θ ← θ − η (s g + e), with s and e the means over the batch."""
        at = program(w1=x, w2=y)
        return {"x": x - learning_rate * (square * at["g1"] + push_x),
                "y": y - learning_rate * (square * at["g2"] + push_y), "loss": at["loss"]}  # fmt: skip

    return step


def _scattered(rng: np.random.Generator) -> list[Step]:
    """Let the swarm begin at rest: one particle at the start, the others within a kick of it."""
    angle = rng.uniform(0, 2 * math.pi, size=PARTICLES)
    radius = np.sqrt(rng.uniform(size=PARTICLES)) * (np.arange(PARTICLES) > 0)
    away = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1).round(6).tolist()

    def placed(w1: Number, w2: Number, kick: Number) -> Numbers:
        found: Numbers = {}
        for i, (x, y) in enumerate(away):
            found |= {f"start_x{i}": w1 + kick * x, f"start_y{i}": w2 + kick * y}
        return found

    at_rest = [Let(f"start_v{axis}{i}", 0.0) for i in range(PARTICLES) for axis in "xy"]
    pulls = [Let("swarm_inertia", INERTIA), Let("own_pull", PULL), Let("swarm_pull", PULL)]
    return [*pulls, *at_rest, Map(placed)]


def _growth(
    learning_rate: Number, momentum: Number, curvature: Number, batch_size: Number,
    mini_batch_left: Number, threshold: Number,
) -> Numbers:  # fmt: skip
    """How fast the saddle is left, and the epochs that B took."""
    return {**growth(learning_rate, momentum, curvature), "log_threshold": log10(threshold),
            "epochs": mini_batch_left * batch_size / EXAMPLES}  # fmt: skip


def _cases(here: Track, *, examples_agree: bool) -> Callable[..., Numbers]:
    def cases(
        w1: Number, w2: Number, batch_size: Number, descent_left: Number, momentum_left: Number,
        mini_batch_left: Number, momentum_last: Number, mini_batch_last: Number,
        batch_x: Number, batch_y: Number,
    ) -> Numbers:  # fmt: skip
        off = here.across[0] * w1 + here.across[1] * w2
        on_ridge = 1.0 - less(0.0, absolute(off))

        def against_plain(left: Number, sooner: float, later: float, neither: float) -> Number:
            never = 1.0 - less(left, NEVER)
            waiting = never * (1.0 - less(descent_left, NEVER))
            return where(waiting, neither, where(less(left, descent_left), sooner, later))

        heavy = where(on_ridge, 0.0, against_plain(momentum_left, 1.0, 2.0, 3.0))
        full = less(EXAMPLES - 0.5, batch_size)
        moved_off = less(0.0, absolute(here.across[0] * batch_x + here.across[1] * batch_y))
        waiting = where(full, 1.0, where(moved_off, 3.0, 6.0))
        stuck = 0.0 if examples_agree else where(less(mini_batch_left, NEVER), 2.0, waiting)
        batch = where(on_ridge, stuck, against_plain(mini_batch_left, 4.0, 5.0, 6.0))
        return {"off": off, "momentum_case": where(less(momentum_last, FAR), heavy, 4.0),
                "batch_case": where(less(mini_batch_last, FAR), batch, 7.0)}  # fmt: skip

    return cases
