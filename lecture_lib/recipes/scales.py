"""Scales that pictures are drawn on: logarithms that end somewhere, and units that are round."""

from __future__ import annotations

import math

from lecture_lib.program import Number
from lecture_lib.tracing import exp, floor, less, log, where


def log10(value: Number, lowest: float | None = None) -> Number:
    """log₁₀ of a number, or of ``lowest``, if that is given and the number lies below it."""
    if lowest is not None:
        value = where(less(value, lowest), lowest, value)
    return log(value) / math.log(10.0)


def round_unit(longest: Number) -> Number:
    """The smallest of 1, 2, 5, 10, … times a power of ten that is at least ``longest``.

    Arrows drawn in it change their length on the screen by steps that can be stated, and the axes
    stay where they are.
    """
    ten = exp(math.log(10.0) * floor(log(longest) / math.log(10.0)))
    mantissa = longest / ten
    steps = where(less(mantissa, 1.0000001), 1.0, where(less(mantissa, 2.0), 2.0,
                  where(less(mantissa, 5.0), 5.0, 10.0)))  # fmt: skip
    return steps * ten
