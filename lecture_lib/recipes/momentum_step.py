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
SHORT = 0.06  # an arrow shorter than this goes without a letter
LETTERS = {"move": 0.06, "pull": 0.14, "kept": 0.11, "push": 0.09}  # half of each one's width
TALL = 0.075  # half of a letter's height
APART = 0.035  # between a letter and its arrow
PLACES = ((1.0, 0.0), *((share, side * far) for share, far in ((0.55, 1), (0.9, 1), (0.25, 1), (0.55, 1.7))
                        for side in (1.0, -1.0)))  # fmt: skip
NARROW = "0.5*w1**2 + 10*w2**2"


def narrow_bowl() -> Surface:
    """Return ½ w1² + 10 w2², with curvatures 1 and 20: what makes plain descent zigzag."""
    return Surface.from_formula(NARROW)


def one_by_one(surface: Surface, rate: str = "learning_rate") -> Recipe:
    """A descent with momentum and a plain one from (``w1``, ``w2``), and step ``k`` of the first.

    Further inputs are η, under the name ``rate``, and ``momentum``.  The paths are ``heavy_x``,
    ``heavy_y`` and ``plain_x``, ``plain_y``, of `STEPS` + 2 points: after the last step that is
    looked at comes one more.

    Of step k the frame holds the gradient ``g_x``, ``g_y``, the pull ``pull_x``, ``pull_y`` (−η g),
    what is left of the last movement ``kept_x``, ``kept_y`` (β m), and their sum ``move_x``,
    ``move_y``, which leads to a point with the loss ``next_loss``.  The same arrows stand under
    ``…_drawn_x``, ``…_drawn_y`` in units of ``unit``, the smallest of 1, 2, 5, 10 … ×10ⁿ that is as
    long as the longest of them; ``push`` is η g, uphill.  Their letters stand at ``…_letter_x``,
    ``…_letter_y``: past the tip, or beside the arrow where another letter is there already, or
    nowhere, at ∞.

    ``who`` is 0 if both descents are within `FAR`, 1 if the plain one has run away, 2 if the one
    with momentum has, 3 if both have.
    ``case`` is 0 before the first step, 1 without momentum, 2 if both arrows point the same way,
    3 if they stand across, 4 if they oppose and the movement goes uphill, 5 if they oppose and the
    pull wins, 6 if nothing moves any more, 7 if the descent has run away.

    Args:
        surface: What is descended.
        rate: What the learning rate is called among the inputs.
    """
    start, count = {"x": "w1", "y": "w2"}, STEPS + 1  # the slope is that before a step
    with_m, without = (within(FAR, walk) for walk in (
        heavy(surface.program, ("loss", "g1", "g2")), plain(surface.program)))  # fmt: skip
    here = {"x": "heavy_x", "y": "heavy_y", "m_x": "heavy_m1", "m_y": "heavy_m2",
            "g_x": "heavy_g1", "g_y": "heavy_g2", "loss": "heavy_loss"}  # fmt: skip
    there = {"beside_x": "plain_x", "beside_y": "plain_y", "beside_loss": "plain_loss"}
    return Recipe([
        Let("zero", 0.0),
        Let("far", FAR),
        Pick(0, {"learning_rate": rate}),
        Iterate(with_m, start | {"m1": "zero", "m2": "zero"}, count, prefix="heavy_"),
        Iterate(without, start, count, prefix="plain_"),
        Pick("k", here | there),
        Map(_arrows),
        Map(lambda x, y, move_x, move_y: {
            "next_loss": surface.program(w1=x + move_x, w2=y + move_y)["loss"]}),
        Map(_drawn),
        Map(_letters),
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
    pull_x: Number, pull_y: Number, kept_x: Number, kept_y: Number, move_x: Number, move_y: Number
) -> Numbers:  # fmt: skip
    longest = SMALLEST
    for size in (length(pull_x, pull_y), length(kept_x, kept_y), length(move_x, move_y)):
        longest = where(less(longest, size), size, longest)
    unit = round_unit(longest)
    ends = {"pull": (pull_x, pull_y), "kept": (kept_x, kept_y), "move": (move_x, move_y),
            "push": (-pull_x, -pull_y)}  # fmt: skip
    drawn = {"unit": unit}
    for name, (x, y) in ends.items():
        drawn |= {f"{name}_drawn_x": x / unit, f"{name}_drawn_y": y / unit}
    return drawn


def _letters(
    pull_drawn_x: Number, pull_drawn_y: Number, kept_drawn_x: Number, kept_drawn_y: Number,
    move_drawn_x: Number, move_drawn_y: Number, push_drawn_x: Number, push_drawn_y: Number,
    zero: Number,
) -> Numbers:  # fmt: skip
    """Place letter after letter, each in the first of its `PLACES` that no earlier one covers."""
    tips = {"move": (move_drawn_x, move_drawn_y), "pull": (pull_drawn_x, pull_drawn_y),
            "kept": (kept_drawn_x, kept_drawn_y), "push": (push_drawn_x, push_drawn_y)}  # fmt: skip
    placed: dict[str, tuple[Number, Number]] = {}
    for name, half in LETTERS.items():
        x, y = tips[name]
        size = length(x, y)
        seen = less(SHORT, size)
        along_x, along_y = x / where(seen, size, 1.0), y / where(seen, size, 1.0)
        wide, tall = half + APART, TALL + APART
        at_x, at_y = 1.0 / zero, 0.0  # ∞ is nowhere on the picture
        for share, side in reversed(PLACES):
            # past the tip, or to the left or the right of a point of the arrow
            aside_x, aside_y = (-side * along_y, side * along_x) if side else (along_x, along_y)
            new_x, new_y = share * x + wide * aside_x, share * y + tall * aside_y
            free = seen
            for other, (other_x, other_y) in placed.items():
                covers = less(absolute(new_x - other_x), half + LETTERS[other])
                free = free * (1.0 - covers * less(absolute(new_y - other_y), 2.0 * TALL))
            at_x, at_y = where(free, new_x, at_x), where(free, new_y, at_y)
        placed[name] = at_x, at_y
    return {f"{name}_letter_{axis}": at for name, place in placed.items()
            for axis, at in zip("xy", place, strict=True)}  # fmt: skip


def _case(
    k: Number, x: Number, y: Number, beside_x: Number, beside_y: Number, momentum: Number,
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
    near = less(absolute(x) + absolute(y), FAR)
    plain_near = less(absolute(beside_x) + absolute(beside_y), FAR)
    who = 3.0 - 2.0 * near - plain_near
    return {"cosine": along, "who": who, "case": where(near, told, 7.0)}
