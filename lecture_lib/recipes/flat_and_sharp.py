"""Flat and sharp minima: the slide's cartoon, a valley of one function, and what the step size does.

*Shift*: a loss with a wide and a narrow valley of equal depth, and the same curve shifted sideways
as the loss on other data (slides p. 27, after Keskar et al., arXiv 1609.04836).

*Valley*: on w1 w2 = 1 the network y = w1 w2 x is the same function everywhere and the loss
(1 − w1 w2)² is 0, while the sharpness, its largest curvature, is 2 (w1² + w2²): from 4 at (1, 1) to
as much as you like (Dinh et al., arXiv 1703.04933).

*Step size*: descent cannot rest where the sharpness is above 2/η, with no noise at all.
"""

from __future__ import annotations

import numpy as np

from lecture_lib.program import Number
from lecture_lib.recipe import Iterate, Let, Map, Pick, Recipe
from lecture_lib.recipes.curvature import Numbers
from lecture_lib.surfaces import SURFACES, Surface
from lecture_lib.tracing import absolute, less, sqrt, where

TOP, DEPTH = 1.0, 0.9
WIDE, NARROW = (-1.5, 2.2), (2.0, 0.6)  # where a valley's middle is, and half its width
SPAN = (-4.0, 3.2)
SHIFTS = (-0.9, 0.9)
WHOLE = Surface.from_formula("(1 - w1*w2)**2", window=((-1.6, 2.8), (-1.6, 2.8)))
VALLEY = Surface.from_formula("(1 - w1*w2)**2", window=((0, 3), (0, 3)))
STEEPEST = 3.0 - 1.0 / 3.0  # w1 − w2 where the valley leaves that window
ACROSS = 0.6  # how far the slices across the valley go
FLATTEST = 4.0  # the sharpness at (1, 1)
STEPS = 150
SETTLED = 1e-8  # a loss below which a descent has come to rest
FAR = 1e3


def shifted() -> Recipe:
    """The loss over ``grid`` and the same moved by ``shift``, with the gaps at both minima.

    ``a_…`` is the wide valley, ``b_…`` the narrow one: ``…_test`` the shifted loss at its minimum,
    ``…_gap`` how much that is above the loss there, ``…_gaps`` the gap for every shift of
    ``shifts``; ``times`` is the ratio of the gaps.  ``case`` is 0 without a shift, 1 else, 2 where
    the narrow valley is left altogether.
    """

    def curve(grid: Number, shift: Number) -> Numbers:
        return {"train": _cartoon(grid), "test": _cartoon(grid - shift)}

    def gaps(shifts: Number) -> Numbers:
        return {f"{name}_gaps": _cartoon(middle - shifts) - (TOP - DEPTH)
                for name, (middle, _) in (("a", WIDE), ("b", NARROW))}  # fmt: skip

    def told(shift: Number) -> Numbers:
        tests = {"a": _cartoon(WIDE[0] - shift), "b": _cartoon(NARROW[0] - shift)}
        gap = {name: test - (TOP - DEPTH) for name, test in tests.items()}
        out = less(NARROW[1] - 1e-9, absolute(shift))
        case = where(less(1e-9, absolute(shift)), 1.0 + out, 0.0)
        return {"a_test": tests["a"], "b_test": tests["b"], "a_gap": gap["a"], "b_gap": gap["b"],
                "times": gap["b"] / gap["a"], "case": case}  # fmt: skip

    return Recipe([
        Let("grid", np.linspace(*SPAN, 241)),
        Map(curve),
        Let("shifts", np.linspace(*SHIFTS, 121)),
        Map(gaps),
        Map(told),
    ])  # fmt: skip


def _cartoon(w: Number) -> Number:
    """Two valleys of depth `DEPTH` that do not touch: 1 − 0.9 (1 − u²)³ inside |u| < 1."""
    height = TOP
    for middle, half in (WIDE, NARROW):
        u = (w - middle) / half
        inside = 1.0 - u * u
        height = height - where(less(0.0, inside), DEPTH * inside * inside * inside, 0.0)
    return height


def along_valley() -> Recipe:
    """θ = (``v1``, ``v2``) put on the valley w1 w2 = 1, and the loss across the valley there.

    It is moved along (1, 1), which keeps w1 − w2.  ``a``, ``b`` is the point, ``sharp`` its
    sharpness, (``u_x``, ``u_y``) the eigenvector; ``slice_truth`` and ``slice_model`` are the loss
    and ½ λ t² over ``slice``, ``flattest`` the loss across the valley at (1, 1).
    """

    def point(v1: Number, v2: Number) -> Numbers:
        apart = v1 - v2
        apart = where(less(STEEPEST, apart), STEEPEST, where(less(apart, -STEEPEST), -STEEPEST,
                                                             apart))  # fmt: skip
        root = sqrt(apart * apart + 4.0)
        a, b = (root + apart) / 2.0, (root - apart) / 2.0
        squares = a * a + b * b
        length = sqrt(squares)
        x, y = b / length, a / length
        return {"a": a, "b": b, "sharp": 2.0 * squares, "limit": 1.0 / squares, "u_x": x, "u_y": y,
                "to_x": a - v1, "to_y": b - v2, "times": 2.0 * squares / FLATTEST,
                "from_x": a - ACROSS * x, "from_y": b - ACROSS * y,
                "label_x": a + 0.8 * ACROSS * x, "label_y": b + 0.8 * ACROSS * y,
                "long_x": 2.0 * ACROSS * x, "long_y": 2.0 * ACROSS * y,
                "case": less(FLATTEST + 0.05, 2.0 * squares)}  # fmt: skip

    def across(slice: Number, a: Number, b: Number, u_x: Number, u_y: Number,
               sharp: Number) -> Numbers:  # fmt: skip
        at = VALLEY.program(w1=a + slice * u_x, w2=b + slice * u_y)
        flat = slice * (0.5 * 2.0**0.5)
        flattest = VALLEY.program(w1=1.0 + flat, w2=1.0 + flat)
        return {"slice_truth": at["loss"], "slice_model": 0.5 * sharp * slice * slice,
                "flattest": flattest["loss"]}  # fmt: skip

    hyperbola = np.geomspace(1 / 3, 3, 81)
    return Recipe([
        Let("valley_x", hyperbola), Let("valley_y", 1 / hyperbola),
        Map(point),
        Let("slice", np.linspace(-ACROSS, ACROSS, 81)),
        Map(across),
    ])  # fmt: skip


def descending() -> Recipe:
    """Plain descent from (``w1``, ``w2``) at ``learning_rate``, and the sharpness on its way.

    ``path_w1``, ``path_w2`` and ``path_sharp`` for each step, which stands at ``clock`` =
    log₁₀(k + 1), the last one at ``end_clock``; ``limit`` is 2/η.  Tiny steps keep w1² − w2² = d,
    so they would end on the valley at the sharpness 2 √(d² + 4): ``tiny``.
    ``case`` is 0 if that is below the limit and the descent has come to rest, 1 if it is above and
    the descent rests elsewhere, 2 if it does not rest yet, 3 if it has run away.
    """

    def step(w1: Number, w2: Number, learning_rate: Number) -> Numbers:
        at = SURFACES["two_weights"].program(w1=w1, w2=w2)
        return {"w1": w1 - learning_rate * at["g1"], "w2": w2 - learning_rate * at["g2"]}

    def along(w1: Number, w2: Number) -> Numbers:
        at = SURFACES["two_weights"].program(w1=w1, w2=w2)
        half, gap = (at["h11"] + at["h22"]) / 2.0, (at["h11"] - at["h22"]) / 2.0
        return {"sharp": half + sqrt(gap * gap + at["h12"] * at["h12"]), "loss": at["loss"]}

    def told(
        w1: Number, w2: Number, learning_rate: Number, end_loss: Number, end_w1: Number,
        end_w2: Number,
    ) -> Numbers:  # fmt: skip
        apart, limit = w1 * w1 - w2 * w2, 2.0 / learning_rate
        tiny = 2.0 * sqrt(apart * apart + 4.0)
        near = less(absolute(end_w1) + absolute(end_w2), FAR)  # NaN is not near, either
        rest = where(less(end_loss, SETTLED), less(limit, tiny), 2.0)
        return {"limit": limit, "tiny": tiny, "case": where(near, rest, 3.0),
                "product": end_w1 * end_w2}  # fmt: skip

    return Recipe([
        Let("all_steps", STEPS),
        Let("clock", np.log10(np.arange(STEPS + 1) + 1)),
        Iterate(step, {"w1": "w1", "w2": "w2"}, STEPS, (), "path_"),
        Map(along, {"w1": "path_w1", "w2": "path_w2"}, "path_"),
        Pick(-1, {"end_clock": "clock", "end_w1": "path_w1", "end_w2": "path_w2", "end_sharp": "path_sharp",
                  "end_loss": "path_loss"}),
        Map(told),
    ])  # fmt: skip
