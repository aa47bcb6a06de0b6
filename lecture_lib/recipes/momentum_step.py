"""Momentum, one step at a time: the two arrows that make a movement, and where it leads.

    m ← β m − η g
    θ ← θ + m                                                             (slides pp. 32–33)

The lecture writes λ for β.  A descent of `STEPS` steps is computed whole, and a slider looks at one
of them, forwards and backwards.
"""

from __future__ import annotations

from lecture_lib.program import Number
from lecture_lib.recipe import Iterate, Let, Map, Pick, Recipe
from lecture_lib.recipes.curvature import Numbers
from lecture_lib.recipes.scales import round_unit
from lecture_lib.recipes.walks import heavy, plain, within
from lecture_lib.surfaces import Surface
from lecture_lib.tracing import absolute, less, sqrt, where

STEPS = 60
FAR = 100.0  # a descent that gets so far out is stopped there
AGREE = 0.5  # cosine from which two arrows count as pointing the same way
SMALLEST = 1e-5  # an arrow shorter than this need not be seen
BEYOND = 0.13  # how far past its tip an arrow's letter stands
SHORT = 0.06  # an arrow shorter than this goes without a letter
NARROW = "0.5*w1**2 + 10*w2**2"


def narrow_bowl() -> Surface:
    """Return ½ w1² + 10 w2², with curvatures 1 and 20: what makes plain descent zigzag."""
    return Surface.from_formula(NARROW)


def one_by_one(surface: Surface) -> Recipe:
    """A descent with momentum and a plain one from (``w1``, ``w2``), and step ``k`` of the first.

    Further inputs are ``learning_rate`` and ``momentum``.  The paths are ``heavy_x``, ``heavy_y``
    and ``plain_x``, ``plain_y``, of `STEPS` + 1 points.  Of step k the frame holds the gradient
    ``g_x``, ``g_y``, the pull ``pull_x``, ``pull_y`` (−η g), what is left of the last movement
    ``kept_x``, ``kept_y`` (β m), and their sum ``move_x``, ``move_y``.  The same arrows stand
    under ``…_drawn_x``, ``…_drawn_y`` in units of ``unit``, the smallest of 1, 2, 5, 10 … ×10ⁿ that
    is as long as the longest of them, with ``…_letter_x``, ``…_letter_y`` just past their tips;
    ``push`` is η g, uphill.

    ``case`` is 0 before the first step, 1 without momentum, 2 if both arrows point the same way,
    3 if they stand across, 4 if they oppose and the movement goes uphill, 5 if they oppose and the
    pull wins, 6 if nothing moves any more, 7 if the descent has run away.

    Args:
        surface: What is descended.
    """
    start, count = {"x": "w1", "y": "w2"}, STEPS + 1  # the slope is that before a step
    with_m, without = (within(FAR, walk) for walk in (
        heavy(surface.program, ("loss", "g1", "g2")), plain(surface.program)))  # fmt: skip
    here = {"x": "heavy_x", "y": "heavy_y", "m_x": "heavy_m1", "m_y": "heavy_m2",
            "g_x": "heavy_g1", "g_y": "heavy_g2", "loss": "heavy_loss"}  # fmt: skip
    there = {"beside_x": "plain_x", "beside_y": "plain_y", "beside_loss": "plain_loss"}
    return Recipe([
        Let("zero", 0.0),
        Iterate(with_m, start | {"m1": "zero", "m2": "zero"}, count, prefix="heavy_"),
        Iterate(without, start, count, prefix="plain_"),
        Pick("k", here | there),
        Map(_arrows),
        Map(lambda k: {"next": k + 1.0}),
        Pick("next", {"next_loss": "heavy_loss"}),
        Map(_drawn),
        Map(_case),
    ])  # fmt: skip


def length(x: Number, y: Number) -> Number:
    """√(x² + y²)."""
    return sqrt(x * x + y * y)


def _arrows(
    g_x: Number, g_y: Number, m_x: Number, m_y: Number, learning_rate: Number, momentum: Number
) -> Numbers:
    pull_x, pull_y = -learning_rate * g_x, -learning_rate * g_y
    kept_x, kept_y = momentum * m_x, momentum * m_y
    return {
        "pull_x": pull_x,
        "pull_y": pull_y,
        "kept_x": kept_x,
        "kept_y": kept_y,
        "move_x": kept_x + pull_x,
        "move_y": kept_y + pull_y,
    }


def _drawn(
    pull_x: Number, pull_y: Number, kept_x: Number, kept_y: Number, move_x: Number, move_y: Number,
    zero: Number,
) -> Numbers:  # fmt: skip
    longest = SMALLEST
    for size in (length(pull_x, pull_y), length(kept_x, kept_y), length(move_x, move_y)):
        longest = where(less(longest, size), size, longest)
    unit = round_unit(longest)
    ends = {"pull": (pull_x, pull_y), "kept": (kept_x, kept_y), "move": (move_x, move_y),
            "push": (-pull_x, -pull_y)}  # fmt: skip
    drawn = {"unit": unit}
    for name, (x, y) in ends.items():
        x, y = x / unit, y / unit
        size = length(x, y)
        seen = less(SHORT, size)
        out = 1.0 + BEYOND / where(seen, size, 1.0)
        drawn |= {f"{name}_drawn_x": x, f"{name}_drawn_y": y}
        # 1/0 = ∞ is nowhere on the picture
        drawn |= {f"{name}_letter_x": where(seen, x * out, 1.0 / zero), f"{name}_letter_y": y * out}
    return drawn


def _case(
    k: Number, x: Number, y: Number, momentum: Number,
    pull_x: Number, pull_y: Number, kept_x: Number, kept_y: Number, move_x: Number, move_y: Number,
) -> Numbers:  # fmt: skip
    pull, kept = length(pull_x, pull_y), length(kept_x, kept_y)
    along = (pull_x * kept_x + pull_y * kept_y) / where(less(0.0, pull * kept), pull * kept, 1.0)
    uphill = less(move_x * pull_x + move_y * pull_y, 0.0)  # −η g points downhill
    against = where(uphill, 4.0, 5.0)
    told = where(less(AGREE, along), 2.0, where(less(along, -AGREE), against, 3.0))
    told = where(less(length(move_x, move_y), SMALLEST), 6.0, told)
    told = where(less(0.0, momentum), told, 1.0)
    told = where(less(k, 0.5), 0.0, told)
    return {"cosine": along, "case": where(less(absolute(x) + absolute(y), FAR), told, 7.0)}
