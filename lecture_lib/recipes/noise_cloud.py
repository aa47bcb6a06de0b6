"""How far a batch's gradient lies from the full one: the cloud that `NoiseCloud` shows.

The examples are those of `batch_race`; the gradient of one is 2 r (1, x) with the error
r = b + (w − 1) x.
"""

from __future__ import annotations

import math

import numpy as np

from lecture_lib.program import Number
from lecture_lib.recipe import Iterate, Let, Map, Pick, Recipe
from lecture_lib.recipes.batch_race import EXAMPLES, INPUTS
from lecture_lib.recipes.batches import prefix_sums
from lecture_lib.recipes.curvature import Numbers
from lecture_lib.tracing import cos, less, sin, sqrt, where

DRAWS = 200
STEP = 0.01  # the learning rate of the step that the map shows
BOX = 1.32  # how high a batch's small square is drawn, on the axis of ∂L/∂w
AGREE = 1e-9  # below this length all gradients count as zero
SIGMAS = 2.0
ONE, TWO, THREE, FOUR = (float((INPUTS**n).mean()) for n in (1, 2, 3, 4))


def cloud(rng: np.random.Generator) -> Recipe:
    """The gradients at (``b``, ``w``): every example's, 200 batches', the full one, and the law.

    The third input is ``batch_size``, at most 20.  A batch is drawn without replacement, so with the
    covariance Σ of the examples' gradients that of a batch's is exactly

        C = Σ/B · (N − B)/(N − 1)

    The frame holds ``example_gb``, ``example_gw``, ``batch_gb``, ``batch_gw`` (``batch_foot`` is
    where its square stands), the full gradient ``gb``, ``gw`` with its ``length``, the entries
    ``s11`` … of Σ and ``c11`` … of C, and the outline ``ring_b``, ``ring_w`` of the ellipse at two
    standard deviations.

    The standard deviation ``sd`` = √tr C is ``root`` = √(tr Σ / B) times ``shrink`` =
    √((N − B)/(N − 1)), and ``part`` of the length.  ``sd_drawn`` is that of the batches drawn, of
    which ``inside`` lie in the ellipse; ``each_sd`` and ``each_root`` are there for every batch
    size.  ``of_all`` is N, ``draws`` the number of batches.

    ``case`` is 0 in general, 1 for B = 1, 2 for B = N, 3 where all gradients are zero.

    Args:
        rng: Draws the 200 orders; a batch of B is the first B of an order.
    """
    inputs = np.stack([rng.permutation(INPUTS) for _ in range(DRAWS)])
    sizes = np.arange(1.0, EXAMPLES + 1)
    return Recipe([
        Let("zero", 0.0),
        Let("of_all", EXAMPLES),
        Let("draws", DRAWS),
        Let("x", INPUTS),
        Let("draw", np.arange(DRAWS)),
        Let("size_each", sizes),
        Let("angle", np.linspace(0.0, 2 * math.pi, 73)),
        Let("sum_x", prefix_sums(inputs)),
        Let("sum_xx", prefix_sums(inputs**2)),
        Map(_example, prefix="example_"),
        Map(_size),
        Map(_place),
        Pick("place", {"x_sum": "sum_x", "xx_sum": "sum_xx"}),
        Map(_batch, prefix="batch_"),
        Map(_covariance),
        Map(_spread),
        Map(_spread, {"size": "size_each"}, prefix="each_"),
        Map(_shape),
        Map(_ring, prefix="ring_"),
        Map(_distance),
        Iterate(_count, {"counted": "zero", "squares": "zero"}, DRAWS, ("within", "square")),
        Pick(-1, {"inside": "counted", "squares_sum": "squares"}),
        Map(_told),
    ])  # fmt: skip


def _example(b: Number, w: Number, x: Number) -> Numbers:
    error = b + (w - 1.0) * x
    return {"gb": 2.0 * error, "gw": 2.0 * error * x}


def _size(batch_size: Number) -> Numbers:
    return {"size": where(less(EXAMPLES, batch_size), float(EXAMPLES), batch_size)}


def _place(draw: Number, size: Number) -> Numbers:
    """Where the sum over the first B examples of an order stands."""
    return {"place": draw * (EXAMPLES + 1) + size}


def _batch(b: Number, w: Number, x_sum: Number, xx_sum: Number, size: Number) -> Numbers:
    x, xx, slope = x_sum / size, xx_sum / size, w - 1.0
    gw = 2.0 * (b * x + slope * xx)
    return {"gb": 2.0 * (b + slope * x), "gw": gw, "foot": gw - BOX / 2}


def _covariance(b: Number, w: Number) -> Numbers:
    """Full gradient and Σ from the moments of x; Σ divides by N."""
    v = w - 1.0
    gb, gw = 2.0 * (b + v * ONE), 2.0 * (b * ONE + v * TWO)
    # r (1, x) minus its mean, in the two parts x and x² that vary
    xx, xc, cc = TWO - ONE * ONE, THREE - ONE * TWO, FOUR - TWO * TWO
    return {
        "gb": gb, "gw": gw, "length": sqrt(gb * gb + gw * gw),
        "step_b": -STEP * gb, "step_w": -STEP * gw,
        "s11": 4.0 * v * v * xx,
        "s12": 4.0 * v * (b * xx + v * xc),
        "s22": 4.0 * (b * b * xx + 2.0 * b * v * xc + v * v * cc),
    }  # fmt: skip


def _spread(s11: Number, s22: Number, size: Number) -> Numbers:
    """√tr C and, without the factor for drawing without replacement, √(tr Σ / B)."""
    root = sqrt((s11 + s22) / size)
    return {"sd": root * sqrt((EXAMPLES - size) / (EXAMPLES - 1.0)), "root": root}


def _shape(s11: Number, s12: Number, s22: Number, size: Number) -> Numbers:
    """C, with its standard deviations and its correlation."""
    shrink = (EXAMPLES - size) / ((EXAMPLES - 1.0) * size)
    sd_b, sd_w = sqrt(s11 * shrink), sqrt(s22 * shrink)
    both = sd_b * sd_w
    tied = where(less(both, AGREE * AGREE), 0.0, s12 * shrink / both)
    left = 1.0 - tied * tied
    return {
        "c11": s11 * shrink, "c12": s12 * shrink, "c22": s22 * shrink,
        "sd_b": sd_b, "sd_w": sd_w, "tied": tied,
        "loose": where(less(left, 0.0), 0.0, left), "shrink": sqrt(shrink * size),
    }  # fmt: skip


def _ring(
    gb: Number, gw: Number, angle: Number, sd_b: Number, sd_w: Number, tied: Number, loose: Number
) -> Numbers:
    """The ellipse of the points two standard deviations from the mean."""
    along, across = SIGMAS * cos(angle), SIGMAS * sin(angle)
    return {"b": gb + sd_b * along, "w": gw + sd_w * (tied * along + sqrt(loose) * across)}


def _distance(
    gb: Number, gw: Number, batch_gb: Number, batch_gw: Number, sd_b: Number, sd_w: Number,
    tied: Number, loose: Number,
) -> Numbers:  # fmt: skip
    """How far each batch's gradient is; in an ellipse shrunk to a point, 0/0 is within."""
    off_b, off_w = batch_gb - gb, batch_gw - gw
    p, q = off_b / sd_b, off_w / sd_w
    far = (p * p - 2.0 * tied * p * q + q * q) / loose
    return {"square": off_b * off_b + off_w * off_w, "within": 1.0 - less(SIGMAS * SIGMAS, far)}


def _count(counted: Number, squares: Number, within: Number, square: Number) -> Numbers:
    return {"counted": counted + within, "squares": squares + square}


def _told(
    squares_sum: Number, length: Number, s11: Number, s22: Number, size: Number, sd: Number
) -> Numbers:
    common = where(less(size, 1.5), 1.0, where(less(EXAMPLES - 0.5, size), 2.0, 0.0))
    nothing = less(s11 + s22 + length * length, AGREE * AGREE)
    return {
        "sd_drawn": sqrt(squares_sum / DRAWS),
        "part": where(nothing, 0.0, sd / length),
        "case": where(nothing, 3.0, common),
    }
