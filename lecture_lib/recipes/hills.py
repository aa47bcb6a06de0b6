"""A ball on hills: one weight, a landscape with all that a descent can meet (slides pp. 31 and 35).

    L′(w) = 0.35 (w − 1.6)² (w − 3) (w − 3.5) (w − 4.6)

From the left: a steep slope, an inflection with a flat place at 1.6, a local minimum at 3, a hill at
3.5 that is only 0.026 higher, and the global minimum at 4.6, where L = 0.
"""

from __future__ import annotations

import numpy as np
from numpy.polynomial import Polynomial

from lecture_lib.program import Number, Program
from lecture_lib.recipe import Iterate, Let, Map, Pick, Recipe, Step
from lecture_lib.recipes.curvature import Numbers
from lecture_lib.recipes.scales import round_unit
from lecture_lib.tracing import absolute, less, trace, where

INFLECTION, HOLLOW, HILL, DEEPEST = 1.6, 3.0, 3.5, 4.6
WINDOW = (-0.5, 6.0)
STEPS = 200  # looked at one by one
ALL = 4000  # followed to the end, by leaps of
LEAP = 20
SMALLEST = 1e-6
REST = 1e-4  # a movement shorter than this is none
ROWS = (0.09, 0.16, 0.23)  # where the three arrows are drawn, above the ball
NEAR = 0.05  # from a critical point: there
PLATEAU = 0.45  # from the inflection: on the flat part
BESIDE = 0.12  # from a minimum: beside it
FAINT = 0.25  # a pull this small beside the last movement hardly counts
FAR = 100.0
OUTSIDE = 15.0  # farther out than any picture

_WHOLE = (0.35 * Polynomial.fromroots([INFLECTION, INFLECTION, HOLLOW, HILL, DEEPEST])).integ()
_TERMS = (_WHOLE - _WHOLE(DEEPEST)).coef.tolist()


def slope(w: Number) -> Number:
    """L′(w)."""
    flat = w - INFLECTION
    return 0.35 * flat * flat * (w - HOLLOW) * (w - HILL) * (w - DEEPEST)


def loss(w: Number) -> Number:
    """L(w), exactly integrated, with L(4.6) = 0."""
    value = _TERMS[-1]
    for term in reversed(_TERMS[:-1]):
        value = value * w + term
    return value


def height(w: Number) -> Number:
    """L/(1 + L): a steep start of 17 and a hill of 0.026 fit into one picture."""
    at = loss(w)
    return at / (1.0 + at)


def ball() -> Recipe:
    """Three descents from w = ``start``, step ``k`` of the one with momentum, and where all end.

    Further inputs are ``learning_rate`` and ``momentum``.  The descents are ``descent``,
    ``momentum`` (m ← β m − η L′, w ← w + m) and ``equal``, a plain one at the rate η/(1 − β).  Each
    has its first `STEPS` steps under ``…_w`` (and ``…_y``, their `height`), every `LEAP`-th one
    after that under ``…_late_w``, both as drawn under ``…_seen``; ``…_end`` is w after `ALL` steps,
    infinite if it ran away.

    Of step k: ``w``, the slope ``g``, the arrows ``pull`` = −η g, ``kept`` = β m and ``move``, their
    sum, the same in units of ``unit`` as ``…_drawn``, and ``…_tip``, their right ends.

    ``place`` is 0 before the first step, 1 without momentum, 2 if nothing moves any more, 3 on the
    plateau, 4 beside a minimum, where the slope hardly counts, 5 downhill, 6 uphill against the
    slope, 7 where the slope turns the ball round, 8 where the ball is gone, farther out than `FAR`.
    ``ending`` is 0 at the inflection, 1 at the local minimum, 2 at the global one, 3 at the local
    one if the ball had come past the global one from the left (``top`` is the farthest it got), 4
    anywhere else, 5 if it ran away.  ``told`` is 1 where ``pull`` points left, 2 where the ball is
    gone; ``others`` is 1 if ``equal`` ran away.
    """
    k = np.arange(STEPS + 1)
    steps: list[Step] = [
        Let("zero", 0.0),
        Let("all_steps", ALL),
        Let("curve", np.linspace(*WINDOW, 261)),
        Map(lambda curve: {"curve_y": height(curve)}),
        Let("clock", np.log10(k + 1)),
        Let("late_clock", np.log10(np.arange(STEPS, ALL + 1, LEAP) + 1)),
        Map(lambda learning_rate, momentum: {"equal_rate": learning_rate / (1.0 - momentum)}),
        Iterate(_heavy(1), {"w": "start", "m": "zero", "top": "start"}, STEPS, prefix="momentum_"),
        Pick(-1, {"m_mid": "momentum_m", "top_mid": "momentum_top", "momentum_mid": "momentum_w"}),
        Iterate(_heavy(LEAP), {"w": "momentum_mid", "m": "m_mid", "top": "top_mid"},
                (ALL - STEPS) // LEAP, prefix="momentum_late_"),
        Pick(-1, {"top": "momentum_late_top"}),
    ]  # fmt: skip
    for name, rate in (("descent", "learning_rate"), ("equal", "equal_rate")):
        steps += [
            Iterate(_plain(1, rate), {"w": "start"}, STEPS, prefix=f"{name}_"),
            Pick(-1, {f"{name}_mid": f"{name}_w"}),
            Iterate(_plain(LEAP, rate), {"w": f"{name}_mid"},
                    (ALL - STEPS) // LEAP, prefix=f"{name}_late_"),
        ]  # fmt: skip
    for name in ("descent", "momentum", "equal"):
        steps += [
            Map(_shown, {"w": f"{name}_w"}, prefix=f"{name}_"),
            Map(_shown, {"w": f"{name}_late_w"}, prefix=f"{name}_late_"),
            Pick(-1, {f"{name}_last": f"{name}_late_w"}),
            Map(_ended, {"last": f"{name}_last"}, prefix=f"{name}_"),
        ]
    return Recipe([
        *steps,
        Pick("k", {"w": "momentum_w", "m": "momentum_m", "y": "momentum_y", "now": "clock",
                   "beside_w": "descent_w"}),
        Map(_arrows),
        Map(_place),
        Map(_ending),
        Map(_others),
    ])  # fmt: skip


def _heavy(times: int) -> Program:
    """Write down ``times`` steps of m ← β m − η g, w ← w + m, and how far right the ball has been."""

    def step(w: Number, m: Number, top: Number, learning_rate: Number, momentum: Number) -> Numbers:
        for _ in range(times):
            m = momentum * m - learning_rate * slope(w)
            w = w + m
            top = where(less(top, w), w, top)
        return {"w": w, "m": m, "top": top}

    return trace(step)


def _plain(times: int, rate: str) -> Program:
    """Write down ``times`` steps of w ← w − η g, with η under the name ``rate``."""

    def step(w: Number, **rates: Number) -> Numbers:
        for _ in range(times):
            w = w - rates[rate] * slope(w)
        return {"w": w}

    return trace(step, ("w", rate))


def _shown(w: Number, zero: Number) -> Numbers:
    """A descent that runs away leaves the picture once, and is not drawn hopping to and fro."""
    return {"seen": where(less(absolute(w), OUTSIDE), w, 1.0 / zero), "y": height(w)}


def _ended(last: Number, zero: Number) -> Numbers:
    return {"end": where(less(absolute(last), FAR), last, 1.0 / zero)}


def _arrows(w: Number, m: Number, learning_rate: Number, momentum: Number) -> Numbers:
    g = slope(w)
    pull, kept = -learning_rate * g, momentum * m
    move, longest = pull + kept, SMALLEST
    for size in (absolute(pull), absolute(kept), absolute(move)):
        longest = where(less(longest, size), size, longest)
    unit = round_unit(longest)
    parts = {"pull": pull, "kept": kept, "move": move}
    drawn = {f"{name}_drawn": part / unit for name, part in parts.items()}
    tips = {f"{name}_tip": w + where(less(part, 0.0), 0.0, part / unit)
            for name, part in parts.items()}  # fmt: skip
    near = less(absolute(w), FAR)  # NaN is not near, either
    told = where(near, less(pull, 0.0), 2.0)
    numbers = {"g": g, "unit": unit, "here": loss(w), "pull_size": absolute(pull), "told": told}
    return numbers | parts | drawn | tips


def _place(
    k: Number, w: Number, y: Number, pull: Number, kept: Number, move: Number, momentum: Number
) -> Numbers:
    uphill = less(move * pull, 0.0)
    told = where(less(pull * kept, 0.0), where(uphill, 6.0, 7.0), 5.0)
    beside = less(absolute(w - HOLLOW), BESIDE) + less(absolute(w - DEEPEST), BESIDE)
    told = where(beside * less(absolute(pull), FAINT * absolute(kept)), 4.0, told)
    flat = less(absolute(w - INFLECTION), PLATEAU) * (1.0 - less(pull * kept, 0.0))
    told = where(flat * less(absolute(pull), absolute(kept)), 3.0, told)
    told = where(less(absolute(move), REST), 2.0, told)
    told = where(less(0.0, momentum), told, 1.0)
    # the rows of arrows stand above the ball, or below it where the picture ends
    side = where(less(y, 0.65), 1.0, -1.0)
    rows = {f"row_{n}": y + side * gap for n, gap in enumerate(ROWS)}
    told = where(less(k, 0.5), 0.0, told)
    return {"place": where(less(absolute(w), FAR), told, 8.0), **rows}


def _ending(momentum_end: Number, top: Number, start: Number) -> Numbers:
    at = [less(absolute(momentum_end - w), NEAR) for w in (INFLECTION, HOLLOW, DEEPEST)]
    fell_back = where(less(start, DEEPEST) * less(DEEPEST, top), 3.0, 1.0)
    told = where(at[0], 0.0, where(at[1], fell_back, where(at[2], 2.0, 4.0)))
    return {"ending": where(less(absolute(momentum_end), FAR), told, 5.0)}


def _others(equal_end: Number) -> Numbers:
    return {"others": 1.0 - less(absolute(equal_end), FAR)}
