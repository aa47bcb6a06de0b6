"""Critical points by loss and minimum ratio, and the whole spectrum of the one chosen.

The ratio counts the positive eigenvalues only (slides p. 15).  The spectrum shows all of them, on
an axis that is linear near 0 and logarithmic beyond ±10⁻³:  ::

    sign(λ) · log₁₀(1 + |λ| / 10⁻³)
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from lecture_lib.experiments.minimum_ratio import ZERO, MinimumRatioDots
from lecture_lib.lecture_data import MinimumRatioPlot
from lecture_lib.program import Number
from lecture_lib.recipe import Let, Map, Pick, Recipe, Step
from lecture_lib.recipes.curvature import Numbers
from lecture_lib.recipes.nearest import nearest
from lecture_lib.tracing import absolute, less, log, sign, where

KNEE = 1e-3  # |λ| at which the axis of the spectrum begins to be logarithmic
RATIOS = (-0.04, 1.06)
HAND = (0.5, 0.45)  # where the handle begins, in shares of the axes from 0
AWAY = -10.0  # left of every picture: where a bar is put that is not there


def loss_axis(dots: MinimumRatioDots, others: Sequence[float] = ()) -> tuple[float, float]:
    """Return what the axis of losses shows: from a little below 0 to a round number above all."""
    highest = 1.05 * max(*dots.losses.tolist(), *others, 1e-9)
    unit = 10.0 ** math.floor(math.log10(highest)) / 5
    top = unit * math.ceil(highest / unit)
    return -top / 25, top


def spectrum_axis(dots: MinimumRatioDots) -> tuple[float, float]:
    """Return what the axis of the spectrum shows: room for every eigenvalue of every point."""
    ends = np.array([min(dots.eigenvalues.min(), 0.0), max(dots.eigenvalues.max(), 0.0)])
    low, high = np.sign(ends) * np.log10(1 + np.abs(ends) / KNEE)
    return math.floor(low) - 0.25, math.ceil(high) + 0.25


def ratios(
    dots: MinimumRatioDots,
    *,
    lecture: MinimumRatioPlot | None = None,
    exact: tuple[Sequence[float], Sequence[float]] | None = None,
    losses: tuple[float, float],
) -> Recipe:
    """The dots, the one nearest to the handle, and its eigenvalues.

    Inputs are the handle's coordinates, ``ratio`` and ``loss``.  The chosen dot is ``here``; its
    eigenvalues stand at ``up_x``, ``down_x`` and ``zero_x`` with the height ``bar``.  ``case`` is
    0 where all are positive, 1 where some are negative and none is zero, 2 where some are negative
    and some zero, 3 where some are zero and none is negative.

    Args:
        dots: One point or more.
        lecture: The lecture's four dots and the outline of its band, ``lecture_…`` and ``band_…``.
        exact: Ratios and losses known beforehand, ``exact_x`` and ``exact_y``.
        losses: What the axis of losses shows.
    """
    count = dots.eigenvalues.shape[1]
    size = RATIOS[1] - RATIOS[0], losses[1] - losses[0]
    columns = {"positive": dots.positive, "zero": dots.zero, "negative": dots.negative}
    steps: list[Step] = [
        *nearest(dots.ratios, dots.losses, at=("ratio", "loss"), size=size),
        *(Let(f"all_{name}", values) for name, values in columns.items()),
        Pick("chosen", {f"here_{name}": f"all_{name}" for name in columns}),
        Pick("chosen", {"here_x": "dot_x", "here_y": "dot_y"}),
        Map(lambda here_x, here_y, ratio, loss: {"to_x": here_x - ratio, "to_y": here_y - loss}),
        Let("number", np.arange(1.0, count + 1)),
        Let("count", float(count)),
        Let("all_eigenvalues", dots.eigenvalues.ravel()),
        Map(lambda chosen, number, count: {"place": chosen * count + number - 1.0}),
        Pick("place", {"eigenvalue": "all_eigenvalues"}),
        Pick(0, {"lowest": "eigenvalue"}),
        Pick(-1, {"highest": "eigenvalue"}),
        Map(_tolerance),
        Map(_bars),
        Map(_told),
    ]
    if lecture is not None:
        (left, right), (bottom, top) = lecture.band_ratios, lecture.band_losses
        steps += [
            Let("lecture_x", lecture.plateau_ratios),
            Let("lecture_y", [lecture.plateau_loss] * len(lecture.plateau_ratios)),
            Let("band_x", [left, right, right, left, left]),
            Let("band_y", [bottom, bottom, top, top, bottom]),
        ]
    if exact is not None:
        steps += [Let("exact_x", exact[0]), Let("exact_y", exact[1])]
    return Recipe(steps)


def _tolerance(lowest: Number, highest: Number) -> Numbers:
    low, high = absolute(lowest), absolute(highest)
    tolerance = ZERO * where(less(low, high), high, low)
    return {"tolerance": tolerance, "tolerance_millionths": tolerance * 1e6}


def _bars(eigenvalue: Number, tolerance: Number, number: Number) -> Numbers:
    size = absolute(eigenvalue)
    up, down = less(tolerance, eigenvalue), less(eigenvalue, -tolerance)
    return {
        "bar": sign(eigenvalue) * log(1.0 + size / KNEE) / math.log(10.0),
        "up_x": where(up, number, AWAY),
        "down_x": where(down, number, AWAY),
        "zero_x": where(up + down, AWAY, number),
    }


def _told(
    here_positive: Number, here_zero: Number, here_negative: Number, count: Number, here_x: Number
) -> Numbers:
    some_zero, some_negative = less(0.5, here_zero), less(0.5, here_negative)
    return {
        "not_positive": count - here_positive,
        "rest": 1.0 - here_x,
        "case": where(some_zero, where(some_negative, 2.0, 3.0), where(some_negative, 1.0, 0.0)),
    }
