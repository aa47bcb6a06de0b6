"""Five ways out of the saddle of (1 − w1 w2)², from one start: the race that `EscapeLab` shows.

The same five as in `experiments.escape_race`, which is the authority in tests, written down so that
the browser can run them under the finger.  All chance is drawn once, before: the batches and the
random direction stay what they are while a slider moves, and so no curve flickers.
"""

from __future__ import annotations

import numpy as np

from lecture_lib.experiments.escape_race import EXAMPLES, SQUARED_INPUTS
from lecture_lib.program import Number
from lecture_lib.recipe import Iterate, Let, Map, Recipe
from lecture_lib.recipes.curvature import Numbers
from lecture_lib.recipes.walks import FAR, clocks, growth, heavy, kicked, plain, random_direction
from lecture_lib.surfaces import SURFACES
from lecture_lib.tracing import absolute, less, where

METHODS = ("descent", "momentum", "mini_batch", "kick", "random_kick")  # as `style.ROLES` has them
STEPS = 200
THRESHOLD = 1e-3  # the loss that counts as having left
CURVATURE = -2.0  # of the saddle at the origin, along (1, 1)


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
    program = SURFACES["two_weights"].program
    way = random_direction(rng)
    squares = rng.permuted(np.tile(SQUARED_INPUTS, (epochs, 1)), axis=1).ravel()[:count]
    start = {"x": "w1", "y": "w2"}
    walks = {
        "descent": (plain(program), start, ()),
        "momentum": (heavy(program), start | {"m1": "zero", "m2": "zero"}, ()),
        "mini_batch": (_mini_batch, start, ("square",)),
        "kick": (kicked(program, along_u=True), start | {"kicked": "zero"}, ()),
        "random_kick": (kicked(program, along_u=False), start | {"kicked": "zero"}, ()),
    }
    return Recipe([
        Let("zero", 0.0),
        Let("k", np.arange(count)),
        Let("threshold", THRESHOLD),
        Let("square", squares),
        *way,
        *(Iterate(f, begin, count, drawn, prefix=f"{m}_") for m, (f, begin, drawn) in walks.items()),
        *clocks(METHODS, count),
        Map(_growth),
        Map(_story),
    ])  # fmt: skip


def _mini_batch(x: Number, y: Number, learning_rate: Number, square: Number) -> Numbers:
    """θ ← θ − η x_i² g: one example's gradient has another length, never another direction."""
    return plain(SURFACES["two_weights"].program)(x, y, learning_rate * square)


def _growth(learning_rate: Number, momentum: Number) -> Numbers:
    return growth(learning_rate, momentum, CURVATURE)


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
