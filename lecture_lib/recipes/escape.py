"""Five ways out of the saddle of (1 − w1 w2)², from one start: the race that `EscapeLab` shows.

The same five as in `experiments.escape_race`, which is the authority in tests, written down so that
the browser can run them under the finger.  All chance is drawn once, before: the batches and the
random direction stay what they are while a slider moves, and so no curve flickers.
"""

from __future__ import annotations

import math

import numpy as np

from lecture_lib.experiments.escape_race import CLEARLY, EXAMPLES, SQUARED_INPUTS
from lecture_lib.program import Number
from lecture_lib.recipe import Iterate, Let, Map, Pick, Recipe, Step
from lecture_lib.recipes.curvature import Numbers, eigen
from lecture_lib.recipes.slices import oriented
from lecture_lib.surfaces import SURFACES
from lecture_lib.tracing import absolute, less, log, sqrt, where

METHODS = ("descent", "momentum", "mini_batch", "kick", "random_kick")  # as `style.ROLES` has them
STEPS = 200
THRESHOLD = 1e-3  # the loss that counts as having left
QUIET = 0.1  # the gradient's length that sets off a kick
CURVATURE = -2.0  # of the saddle at the origin, along (1, 1)
TINY = 1e-12  # where a curve ends on a logarithmic axis
FAR = 1e6


def five_ways(rng: np.random.Generator) -> Recipe:
    """The five descents from (``w1``, ``w2``), and after how many steps each has left.

    Further inputs are ``learning_rate``, ``momentum``, ``kick`` (the length of either kick) and
    ``steps`` (how many are looked at).  For each method of `METHODS` the frame holds the path
    ``…_x``, ``…_y``, the loss ``…_loss`` with its ``…_log_loss``, and ``…_left``, the first step
    whose loss is below `THRESHOLD`, infinite if none of the steps looked at is.

    ``story`` is 0 if all have left, 1 on the line w1 = −w2, where only kicks can, 2 if some need
    more steps, 3 if one ran away.

    Args:
        rng: Draws the random direction, then the batches, of one example each.
    """
    count = STEPS + 1  # the loss is noted at the point that a step starts from
    epochs = -(-count // EXAMPLES)
    angle = rng.uniform(0, 2 * math.pi)
    squares = rng.permuted(np.tile(SQUARED_INPUTS, (epochs, 1)), axis=1).ravel()[:count]
    start = {"x": "w1", "y": "w2", "seen": "zero", "clock": "zero"}
    memory = {"m1": "zero", "m2": "zero"}
    walks = {
        "descent": (_plain, start, ()),
        "momentum": (_with_momentum, start | memory, ()),
        "mini_batch": (_mini_batch, start, ("square",)),
        "kick": (_kicked_along_u, start | {"kicked": "zero"}, ()),
        "random_kick": (_kicked_at_random, start | {"kicked": "zero"}, ()),
    }
    steps: list[Step] = [
        Let("zero", 0.0),
        Let("k", np.arange(count)),
        Let("square", squares),
        Let("random_x", math.cos(angle)),
        Let("random_y", math.sin(angle)),
    ]
    for name, (step, begin, drawn) in walks.items():
        steps += [
            Iterate(step, begin, count, drawn, prefix=f"{name}_"),
            Map(logarithm, {"loss": f"{name}_loss"}, prefix=f"{name}_"),
            Pick(-1, {f"{name}_count": f"{name}_clock"}),
            Pick("steps", {f"{name}_last": f"{name}_loss"}),
            Map(first_step, {"count": f"{name}_count"}, prefix=f"{name}_"),
        ]
    return Recipe([*steps, Map(_growth), Map(_story)])


def _loss_at(x: Number, y: Number) -> Numbers:
    return SURFACES["two_weights"].program(w1=x, w2=y)


def _walked(x: Number, y: Number, seen: Number, clock: Number, loss: Number) -> Numbers:
    """Note the loss before a step, and count the steps until it is small for the first time."""
    seen = where(less(loss, THRESHOLD), 1.0, seen)
    return {"x": x, "y": y, "seen": seen, "clock": where(seen, clock, clock + 1.0), "loss": loss}


def _plain(x: Number, y: Number, seen: Number, clock: Number, learning_rate: Number) -> Numbers:
    """θ ← θ − η g."""
    at = _loss_at(x, y)
    nx, ny = x - learning_rate * at["g1"], y - learning_rate * at["g2"]
    return _walked(nx, ny, seen, clock, at["loss"])


def _with_momentum(
    x: Number, y: Number, m1: Number, m2: Number, seen: Number, clock: Number,
    learning_rate: Number, momentum: Number,
) -> Numbers:  # fmt: skip
    """M ← β m − η g, θ ← θ + m."""
    at = _loss_at(x, y)
    m1 = momentum * m1 - learning_rate * at["g1"]
    m2 = momentum * m2 - learning_rate * at["g2"]
    return {**_walked(x + m1, y + m2, seen, clock, at["loss"]), "m1": m1, "m2": m2}


def _mini_batch(
    x: Number, y: Number, seen: Number, clock: Number, learning_rate: Number, square: Number
) -> Numbers:
    """θ ← θ − η x_i² g: one example's gradient has another length, never another direction."""
    return _plain(x, y, seen, clock, learning_rate * square)


def _kicked(
    x: Number, y: Number, kicked: Number, seen: Number, clock: Number, learning_rate: Number,
    kick: Number, way: tuple[Number, Number] | None = None,
) -> Numbers:  # fmt: skip
    """Descend; at the first |g| ≤ `QUIET` step by ``kick`` instead, along ``way`` or along u.

    Along u only if its eigenvalue is clearly negative: that kick knows whether it has arrived.
    """
    at = _loss_at(x, y)
    quiet = 1.0 - less(QUIET, sqrt(at["g1"] * at["g1"] + at["g2"] * at["g2"]))
    now = quiet * (1.0 - kicked)
    if way is None:
        e = eigen(at["h11"], at["h12"], at["h22"])
        largest = where(less(absolute(e["low"]), absolute(e["high"])), absolute(e["high"]),
                        absolute(e["low"]))  # fmt: skip
        now = now * less(e["low"], -CLEARLY * largest)
        way = tuple(oriented(e["low_x"], e["low_y"]).values())
    nx = where(now, x + kick * way[0], x - learning_rate * at["g1"])
    ny = where(now, y + kick * way[1], y - learning_rate * at["g2"])
    return {**_walked(nx, ny, seen, clock, at["loss"]), "kicked": where(quiet, 1.0, kicked)}


def _kicked_along_u(
    x: Number, y: Number, kicked: Number, seen: Number, clock: Number, learning_rate: Number,
    kick: Number,
) -> Numbers:  # fmt: skip
    return _kicked(x, y, kicked, seen, clock, learning_rate, kick)


def _kicked_at_random(
    x: Number, y: Number, kicked: Number, seen: Number, clock: Number, learning_rate: Number,
    kick: Number, random_x: Number, random_y: Number,
) -> Numbers:  # fmt: skip
    return _kicked(x, y, kicked, seen, clock, learning_rate, kick, (random_x, random_y))


def logarithm(loss: Number) -> Numbers:
    """Return log₁₀ of a loss, from `TINY` up."""
    return {"log_loss": log(where(less(loss, TINY), TINY, loss)) / math.log(10.0)}


def first_step(count: Number, steps: Number, zero: Number) -> Numbers:
    """The step counted, or 1/0 = ∞ if it comes after the steps looked at."""
    return {"left": where(less(steps, count), 1.0 / zero, count)}


def _growth(learning_rate: Number, momentum: Number) -> Numbers:
    """How the distance from the saddle grows a step: the larger root of z² − (1+β−ηλ) z + β."""
    middle = 1.0 + momentum - learning_rate * CURVATURE
    grown = (middle + sqrt(middle * middle - 4.0 * momentum)) / 2.0
    return {"plain_growth": 1.0 - learning_rate * CURVATURE, "momentum_growth": grown}


def _story(
    w1: Number, w2: Number, steps: Number,
    descent_left: Number, momentum_left: Number, mini_batch_left: Number, kick_left: Number,
    random_kick_left: Number, descent_last: Number, momentum_last: Number,
    mini_batch_last: Number, kick_last: Number, random_kick_last: Number,
) -> Numbers:  # fmt: skip
    lefts = descent_left, momentum_left, mini_batch_left, kick_left, random_kick_left
    lasts = descent_last, momentum_last, mini_batch_last, kick_last, random_kick_last
    left = sum((1.0 - less(steps, k) for k in lefts), start=0.0)
    near = sum((less(loss, FAR) for loss in lasts), start=0.0)  # NaN is not near, either
    off = w1 + w2
    on_line = 1.0 - less(0.0, absolute(off))
    told = where(on_line, 1.0, where(less(left, 4.5), 2.0, 0.0))
    return {"off": off, "ways_left": left, "story": where(less(near, 4.5), 3.0, told)}
