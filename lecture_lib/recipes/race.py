"""Six ways off a ridge from one start, the methods of both days beside each other.

The losses stand in `recipes.race_tracks`.  All chance is drawn once, before: the examples, their
order, the random direction, and the swarm, so that no curve flickers while a slider moves.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from lecture_lib.experiments.escape_race import CLEARLY
from lecture_lib.program import Number, Program
from lecture_lib.recipe import Iterate, Let, Map, Pick, Recipe, Step
from lecture_lib.recipes.curvature import Numbers, eigen
from lecture_lib.recipes.escape import FAR, QUIET, first_step, logarithm
from lecture_lib.recipes.race_tracks import EXAMPLES, Track, batches, track
from lecture_lib.recipes.slices import oriented
from lecture_lib.recipes.swarm_paths import UNSEEN, Swarm
from lecture_lib.tracing import absolute, less, log, sqrt, trace, where

METHODS = ("descent", "momentum", "mini_batch", "kick", "random_kick", "swarm")
STEPS = 120
PARTICLES = 6
WEIGHT, PULL = 0.7, 1.5  # of the swarm: w, and c₁ = c₂


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
    two weights; on the other ridge 1 with the full batch, 2 where noise left, 3 where not yet;
    beside the ridge 4 if mini-batches leave before plain descent, 5 if not, 6 if neither has left.

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
        "descent": (_plain(program), start, ()),
        "momentum": (_heavy(program), start | {"m1": "zero", "m2": "zero"}, ()),
        "mini_batch": (_noisy(program), start, ("square", "push_x", "push_y")),
        "kick": (_kicked(program, along_u=True), start | {"kicked": "zero"}, ()),
        "random_kick": (_kicked(program, along_u=False), start | {"kicked": "zero"}, ()),
    }
    return Recipe([
        Let("zero", 0.0),
        Let("k", np.arange(count)),
        Let("threshold", here.threshold),
        Let("curvature", here.curvature),
        *batches(name, rng),
        *_random_direction(rng),
        *(Iterate(f, begin, count, drawn, prefix=f"{m}_") for m, (f, begin, drawn) in walks.items()),
        *_scattered(rng),
        *Swarm(lambda x, y: program(w1=x, w2=y)["loss"], PARTICLES, count).steps(rng),
        Map(lambda swarm_gx, swarm_gy, swarm_best: {
            "swarm_x": swarm_gx, "swarm_y": swarm_gy, "swarm_loss": swarm_best}),
        *_clocks(count),
        Map(_growth),
        Map(_cases(here, examples_agree=name == "two_weights")),
    ])  # fmt: skip


def _plain(program: Program) -> Callable[..., Numbers]:
    def step(x: Number, y: Number, learning_rate: Number) -> Numbers:
        """θ ← θ − η g."""
        at = program(w1=x, w2=y)
        return {"x": x - learning_rate * at["g1"], "y": y - learning_rate * at["g2"],
                "loss": at["loss"]}  # fmt: skip

    return step


def _heavy(program: Program) -> Callable[..., Numbers]:
    def step(
        x: Number, y: Number, m1: Number, m2: Number, learning_rate: Number, momentum: Number
    ) -> Numbers:
        """M ← β m − η g, θ ← θ + m."""
        at = program(w1=x, w2=y)
        m1 = momentum * m1 - learning_rate * at["g1"]
        m2 = momentum * m2 - learning_rate * at["g2"]
        return {"x": x + m1, "y": y + m2, "m1": m1, "m2": m2, "loss": at["loss"]}

    return step


def _noisy(program: Program) -> Callable[..., Numbers]:
    def step(
        x: Number, y: Number, learning_rate: Number, square: Number, push_x: Number, push_y: Number
    ) -> Numbers:
        """θ ← θ − η (s g + e), with s and e the means over the batch."""
        at = program(w1=x, w2=y)
        return {"x": x - learning_rate * (square * at["g1"] + push_x),
                "y": y - learning_rate * (square * at["g2"] + push_y), "loss": at["loss"]}  # fmt: skip

    return step


def _kicked(program: Program, *, along_u: bool) -> Callable[..., Numbers]:
    def step(
        x: Number, y: Number, kicked: Number, learning_rate: Number, kick: Number,
        random_x: Number, random_y: Number,
    ) -> Numbers:  # fmt: skip
        """Descend; at the first |g| ≤ `QUIET` step by ``kick`` instead, as in `recipes.escape`."""
        at = program(w1=x, w2=y)
        quiet = 1.0 - less(QUIET, sqrt(at["g1"] * at["g1"] + at["g2"] * at["g2"]))
        now, way = quiet * (1.0 - kicked), (random_x, random_y)
        if along_u:
            e = eigen(at["h11"], at["h12"], at["h22"])
            low, high = absolute(e["low"]), absolute(e["high"])
            now = now * less(e["low"], -CLEARLY * where(less(low, high), high, low))
            way = tuple(oriented(e["low_x"], e["low_y"]).values())
        return {"x": where(now, x + kick * way[0], x - learning_rate * at["g1"]),
                "y": where(now, y + kick * way[1], y - learning_rate * at["g2"]),
                "kicked": where(quiet, 1.0, kicked), "loss": at["loss"]}  # fmt: skip

    return step


def _random_direction(rng: np.random.Generator) -> list[Step]:
    angle = rng.uniform(0, 2 * math.pi)
    return [Let("random_x", math.cos(angle)), Let("random_y", math.sin(angle))]


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
    pulls = [Let("swarm_weight", WEIGHT), Let("own_pull", PULL), Let("best_pull", PULL)]
    return [*pulls, *at_rest, Map(placed)]


def _clocks(count: int) -> list[Step]:
    """The first step at which each method's loss is small, and the loss on a logarithmic axis."""
    losses = tuple(f"{m}_loss" for m in METHODS)
    first = {f"{m}_first": "unseen" for m in METHODS}

    def note(**at: Number) -> Numbers:
        def noted(method: str) -> Number:
            small = less(at[f"{method}_loss"], at["threshold"])
            now = where(small, at["k"], at[f"{method}_first"])
            return where(less(at[f"{method}_first"], UNSEEN), at[f"{method}_first"], now)

        return {f"{m}_first": noted(m) for m in METHODS}

    def left(**at: Number) -> Numbers:
        return {f"{m}_left": first_step(at[f"{m}_count"], at["steps"], at["zero"])["left"]
                for m in METHODS}  # fmt: skip

    def logs(**at: Number) -> Numbers:
        return {f"{m}_log_loss": logarithm(at[f"{m}_loss"])["log_loss"] for m in METHODS}

    counts = tuple(f"{m}_count" for m in METHODS)
    return [
        Iterate(trace(note, (*first, *losses, "k", "threshold")), first, count, (*losses, "k")),
        Pick(-1, {f"{m}_count": f"{m}_first" for m in METHODS}),
        Pick("steps", {f"{m}_last": f"{m}_loss" for m in METHODS}),
        Map(trace(left, (*counts, "steps", "zero"))),
        Map(trace(logs, losses)),
    ]


def _growth(
    learning_rate: Number, momentum: Number, curvature: Number, batch_size: Number,
    mini_batch_left: Number, threshold: Number,
) -> Numbers:  # fmt: skip
    """The larger root of z² − (1 + β − ηλ) z + β at the saddle, and the epochs that B took."""
    middle = 1.0 + momentum - learning_rate * curvature
    return {"plain_growth": 1.0 - learning_rate * curvature,
            "momentum_growth": (middle + sqrt(middle * middle - 4.0 * momentum)) / 2.0,
            "epochs": mini_batch_left * batch_size / EXAMPLES,
            "log_threshold": log(threshold) / math.log(10.0)}  # fmt: skip


def _cases(here: Track, *, examples_agree: bool) -> Callable[..., Numbers]:
    def cases(
        w1: Number, w2: Number, batch_size: Number, descent_left: Number, momentum_left: Number,
        mini_batch_left: Number, momentum_last: Number,
    ) -> Numbers:  # fmt: skip
        off = here.across[0] * w1 + here.across[1] * w2
        on_ridge = 1.0 - less(0.0, absolute(off))

        def against_plain(left: Number, sooner: float, later: float, neither: float) -> Number:
            never = 1.0 - less(left, UNSEEN)
            waiting = never * (1.0 - less(descent_left, UNSEEN))
            return where(waiting, neither, where(less(left, descent_left), sooner, later))

        heavy = where(on_ridge, 0.0, against_plain(momentum_left, 1.0, 2.0, 3.0))
        full = less(EXAMPLES - 0.5, batch_size)
        stuck = where(less(mini_batch_left, UNSEEN), 2.0, where(full, 1.0, 3.0))
        stuck = 0.0 if examples_agree else stuck
        batch = where(on_ridge, stuck, against_plain(mini_batch_left, 4.0, 5.0, 6.0))
        return {"off": off, "momentum_case": where(less(momentum_last, FAR), heavy, 4.0),
                "batch_case": batch}  # fmt: skip

    return cases
