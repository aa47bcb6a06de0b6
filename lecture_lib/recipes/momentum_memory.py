"""What momentum remembers: every past gradient, each with a weight that fades.

    mⁱ = −η Σ_{k=0}^{i−1} β^{i−1−k} gᵏ                                        (slides p. 34)

The lecture writes λ for β.  The gradients are those of a real descent, over L = ½ w² from w = 1, so
that they change as the descent goes on and change their sign.
"""

from __future__ import annotations

import math

import numpy as np

from lecture_lib.program import Number
from lecture_lib.recipe import Iterate, Let, Map, Pick, Recipe
from lecture_lib.recipes.curvature import Numbers
from lecture_lib.tracing import exp, less, log, where

MOST = 20  # steps that the bars have room for
LONG = 60  # steps that the total is followed over
START = 1.0
OUTSIDE = -99.0


def weights() -> Recipe:
    """The weights of the gradients in the movement after ``i`` steps, and what they add up to.

    Further inputs are ``learning_rate`` and ``momentum``.  ``past`` counts the gradients k from 0
    to `MOST` − 1; ``weight`` is −η β^{i−1−k}, 0 for those that have not happened; ``gradient`` is
    gᵏ, ``part`` their product, ``slot`` where its bar stands, ``base`` and ``sum`` the running sums before
    and after each.
    ``movement`` is mⁱ, from the recurrence.  ``times`` is the total weight in units of −η after
    each of `LONG` steps, (1 − βⁱ)/(1 − β), and ``limit`` what it tends to.

    ``case`` is 0 without momentum, 1 while the total is below nine tenths of its limit, 2 above.
    """
    return Recipe([
        Let("zero", 0.0),
        Let("begin", START),
        Let("past", np.arange(MOST)),
        Let("count", np.arange(LONG + 1)),
        Iterate(_step, {"w": "begin", "m": "zero"}, MOST),
        Map(_weight, {"g": "gradient"}),
        Iterate(_add, {"sum": "zero"}, MOST, ("part",)),
        Pick("i", {"movement": "m", "sum_i": "sum", "w_i": "w"}),
        Map(_totals),
        Pick("i", {"times_i": "times"}),
        Map(_limits),
    ])  # fmt: skip


def _step(w: Number, m: Number, learning_rate: Number, momentum: Number) -> Numbers:
    """One step of m ← β m − η g, w ← w + m, where g = w."""
    new = momentum * m - learning_rate * w
    return {"w": w + new, "m": new, "gradient": w}


def _weight(past: Number, i: Number, g: Number, learning_rate: Number, momentum: Number) -> Numbers:
    happened = less(past, i - 0.5)
    age = where(happened, i - 1.0 - past, 0.0)
    weight = where(happened, -learning_rate * _power(momentum, age), 0.0)
    # a bar that does not exist yet waits outside of the picture
    return {"weight": weight, "part": weight * g, "slot": where(happened, past, OUTSIDE)}


def _power(momentum: Number, age: Number) -> Number:
    """β to the power of a whole number, with 0⁰ = 1."""
    known = where(less(0.0, momentum), momentum, 1.0)
    return where(less(0.0, momentum), exp(age * log(known)), where(less(age, 0.5), 1.0, 0.0))


def _add(sum: Number, part: Number) -> Numbers:
    return {"sum": sum + part, "base": sum + 0.0}


def _totals(count: Number, momentum: Number) -> Numbers:
    return {"times": (1.0 - _power(momentum, count)) / (1.0 - momentum)}


def _limits(
    times_i: Number, movement: Number, sum_i: Number, learning_rate: Number, momentum: Number
) -> Numbers:
    limit = 1.0 / (1.0 - momentum)
    known = where(less(0.0, momentum), momentum, 0.5)
    half = where(less(0.0, momentum), math.log(0.5) / log(known), 0.0)
    case = where(less(0.0, momentum), where(less(times_i, 0.9 * limit), 1.0, 2.0), 0.0)
    return {
        "limit": limit,
        "half": half,
        "share": 100.0 * times_i / limit,
        "total": -learning_rate * times_i,
        "most": -learning_rate * limit,
        "difference": sum_i - movement,
        "case": case,
    }
