"""Descents over a surface, step by step: plain, with momentum, with one kick.

Each function returns a step for `recipe.Iterate` with the state ``x``, ``y``.  What it notes besides,
such as ``loss``, is that of the point from which the step starts, so n points take n steps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import wraps

import numpy as np

from lecture_lib.experiments.escape_race import CLEARLY
from lecture_lib.program import Number, Program
from lecture_lib.recipe import Iterate, Let, Map, Pick, Step
from lecture_lib.recipes.curvature import Numbers, eigen
from lecture_lib.recipes.scales import log10
from lecture_lib.recipes.slices import oriented
from lecture_lib.tracing import absolute, less, sqrt, trace, where

QUIET = 0.1  # the gradient's length that sets off a kick
TINY = 1e-12  # where a curve of losses ends on a logarithmic axis
NEVER = 1e300  # the first step of those that have none yet
FAR = 1e6  # a loss or a distance from which a descent counts as run away

Walk = Callable[..., Numbers]


def plain(program: Program) -> Walk:
    """Return θ ← θ − η g."""

    def step(x: Number, y: Number, learning_rate: Number) -> Numbers:
        at = program(w1=x, w2=y)
        return {"x": x - learning_rate * at["g1"], "y": y - learning_rate * at["g2"],
                "loss": at["loss"]}  # fmt: skip

    return step


def heavy(program: Program, keep: Sequence[str] = ("loss",)) -> Walk:
    """Return m ← β m − η g, θ ← θ + m, with m as ``m1``, ``m2``.

    Args:
        program: Loss and gradient at (w1, w2).
        keep: What of a step to note: ``loss``, ``g1``, ``g2``; the parts of the new m, ``old_x`` …
            (β m) and ``pull_x`` … (−η g); or their sum, ``new_x`` ….
    """

    def step(
        x: Number, y: Number, m1: Number, m2: Number, learning_rate: Number, momentum: Number
    ) -> Numbers:
        at = program(w1=x, w2=y)
        old_x, old_y = momentum * m1, momentum * m2
        pull_x, pull_y = -learning_rate * at["g1"], -learning_rate * at["g2"]
        m1, m2 = old_x + pull_x, old_y + pull_y
        seen = {**at, "old_x": old_x, "old_y": old_y, "pull_x": pull_x, "pull_y": pull_y,
                "new_x": m1, "new_y": m2}  # fmt: skip
        return {"x": x + m1, "y": y + m2, "m1": m1, "m2": m2} | {name: seen[name] for name in keep}

    return step


def kicked(program: Program, *, along_u: bool) -> Walk:
    """Return a descent that at its first |g| ≤ `QUIET` steps by ``kick`` instead.

    It goes along u, if that eigenvalue is clearly negative: so this kick knows whether it has
    arrived.  Or it goes along (``random_x``, ``random_y``), which doesn't.  The state ``kicked`` is
    1 afterwards.
    """

    def step(
        x: Number, y: Number, kicked: Number, learning_rate: Number, kick: Number,
        random_x: Number, random_y: Number,
    ) -> Numbers:  # fmt: skip
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


def within(far: float, walk: Walk) -> Walk:
    """Return the same walk, but standing still from |x| + |y| = ``far`` on."""

    @wraps(walk)
    def step(**at: Number) -> Numbers:
        near = less(absolute(at["x"]) + absolute(at["y"]), far)
        return {name: where(near, after, at[name]) if name in at else after
                for name, after in walk(**at).items()}  # fmt: skip

    return step


def random_direction(rng: np.random.Generator) -> list[Step]:
    """Draw the direction (``random_x``, ``random_y``) of a kick, of length 1."""
    angle = rng.uniform(0, 2 * math.pi)
    return [Let("random_x", math.cos(angle)), Let("random_y", math.sin(angle))]


def clocks(methods: Sequence[str], count: int) -> list[Step]:
    """Note the first step at which each method's loss is below ``threshold``.

    The frame must hold the losses ``…_loss`` of ``count`` steps ``k``, ``threshold``, ``steps`` (how
    many are looked at) and ``zero``.  After the steps it holds ``…_left``, the first step, infinite
    if it comes after the steps looked at; ``…_last``, the loss at the last of these; and
    ``…_log_loss``.
    """
    losses = tuple(f"{m}_loss" for m in methods)
    first = {f"{m}_first": "never" for m in methods}

    def note(**at: Number) -> Numbers:
        def noted(method: str) -> Number:
            before = at[f"{method}_first"]
            now = where(less(at[f"{method}_loss"], at["threshold"]), at["k"], before)
            return where(less(before, NEVER), before, now)

        return {f"{m}_first": noted(m) for m in methods}

    def left(**at: Number) -> Numbers:
        counts = {m: at[f"{m}_count"] for m in methods}  # 1/0 = ∞
        return {f"{m}_left": where(less(at["steps"], counts[m]), 1.0 / at["zero"], counts[m])
                for m in methods}  # fmt: skip

    def logs(**at: Number) -> Numbers:
        return {f"{m}_log_loss": log10(at[f"{m}_loss"], TINY) for m in methods}

    counts = tuple(f"{m}_count" for m in methods)
    return [
        Let("never", NEVER),
        Iterate(trace(note, (*first, *losses, "k", "threshold")), first, count, (*losses, "k")),
        Pick(-1, {f"{m}_count": f"{m}_first" for m in methods}),
        Pick("steps", {f"{m}_last": f"{m}_loss" for m in methods}),
        Map(trace(left, (*counts, "steps", "zero"))),
        Map(trace(logs, losses)),
    ]


def growth(learning_rate: Number, momentum: Number, curvature: Number) -> Numbers:
    """How the distance from a saddle grows a step: the larger root of z² − (1 + β − ηλ) z + β, λ < 0."""
    middle = 1.0 + momentum - learning_rate * curvature
    return {"plain_growth": 1.0 - learning_rate * curvature,
            "momentum_growth": (middle + sqrt(middle * middle - 4.0 * momentum)) / 2.0}  # fmt: skip
