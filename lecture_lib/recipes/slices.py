"""The loss along a straight line through a point, exact and by its quadratic model."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from lecture_lib.program import Number
from lecture_lib.recipe import Let, Map, Recipe
from lecture_lib.recipes.curvature import Numbers, eigen, verdict
from lecture_lib.surfaces import Surface
from lecture_lib.tracing import absolute, atan2, less, sign, where

REACH = 2.0  # how far a slice goes to either side
LEVEL = 0.1  # a curvature below this looks flat
DISTANCES = {"near": 0.1, "half": 0.5, "one": 1.0, "root": math.sqrt(2.0)}  # of the table of steps


def oriented(low_x: Number, low_y: Number) -> Numbers:
    """Return u or −u, whichever has its first largest component positive.

    Both lead down; `hessian.escape_direction` returns this one, the lecture's (1, 1) at the origin.
    """
    first, second = absolute(low_x), absolute(low_y)
    largest = where(less(first, second), second, first)
    leader = where(less(first, (1 - 1e-6) * largest), low_y, low_x)
    return {"u_x": sign(leader) * low_x, "u_y": sign(leader) * low_y}


def _sliced(surface: Surface) -> Map:
    """L(θ + t u) beside its model L + t gᵀu + ½ t² uᵀHu, for every t."""

    def along(t: Number, w1: Number, w2: Number, x: Number, y: Number) -> Numbers:
        here, there = (surface.program(w1=a, w2=b) for a, b in ((w1, w2), (w1 + t * x, w2 + t * y)))
        slope = here["g1"] * x + here["g2"] * y
        bend = here["h11"] * x * x + 2.0 * (here["h12"] * x * y) + here["h22"] * y * y
        model = here["loss"] + t * slope + 0.5 * (bend * t * t)
        return {"truth": there["loss"], "model": model, "gap": there["loss"] - model,
                "x": w1 + t * x, "y": w2 + t * y}  # fmt: skip

    return Map(along, {"x": "u_x", "y": "u_y"})


def _slices(surface: Surface, names: Iterable[str]) -> list[Map]:
    """The slice at each of several distances, which stand in the frame under these names."""
    one = _sliced(surface)
    return [Map(one.function, {**one.bind, "t": name}, prefix=f"{name}_") for name in names]


def step_along(surface: Surface) -> Recipe:
    """A step of length ``step`` from (``w1``, ``w2``) along u, the most negative eigenvalue's.

    ``case`` is 0 at a critical point with a way down, 1 where the model of the squared loss has
    become negative, 2 where the slope is not zero, 3 where no eigenvalue is negative.
    """

    def told(kind: Number, low_bend: Number, step_model: Number) -> Numbers:
        critical = where(low_bend, 3.0, 0.0)
        case = where(less(3.5, kind), 2.0, critical)
        return {"case": where(less(step_model, 0.0), 1.0, case)}

    def line(w1: Number, w2: Number, u_x: Number, u_y: Number) -> Numbers:
        return {"from_x": w1 - REACH * u_x, "from_y": w2 - REACH * u_y,
                "long_x": 2 * REACH * u_x, "long_y": 2 * REACH * u_y,
                "end_x": w1 + 0.8 * REACH * u_x, "end_y": w2 + 0.8 * REACH * u_y}  # fmt: skip

    return Recipe([
        Map(surface.program),
        Map(eigen),
        Map(verdict),
        Map(oriented),
        Map(line),
        Let("slice", np.linspace(-REACH, REACH, 81)),
        *(Let(name, distance) for name, distance in DISTANCES.items()),
        *_slices(surface, ("slice", "step", *DISTANCES)),
        Map(told),
    ])  # fmt: skip


def three_weights() -> Recipe:
    """L = (1 − w1 w2 w3)² along t v from the origin, with v = (``v1``, ``v1``, ``v2``).

    Gradient and Hessian are zero there, so the model is flat: 1 along every v.  ``case`` is 0 where
    the step leads down, 1 where it leads up, 2 where nothing changes.
    """

    def loss(t: Number, v1: Number, v2: Number) -> Numbers:
        product = (t * v1) * (t * v1) * (t * v2)
        return {"truth": (1.0 - product) ** 2, "x": t * v1, "y": t * v2}

    def told(step: Number, v1: Number, v2: Number, step_truth: Number) -> Numbers:
        moved = where(less(1e-4, absolute(step_truth - 1.0)), 1.0, 0.0)
        case = where(moved, where(less(step_truth, 1.0), 0.0, 1.0), 2.0)
        return {"case": case, "model": 1.0, "gap": step_truth - 1.0, "cube": v1 * v1 * v2}

    return Recipe([
        Let("slice", np.linspace(-REACH, REACH, 81)),
        Map(loss, {"t": "slice"}, prefix="slice_"),
        Map(loss, {"t": "step"}, prefix="step_"),
        Map(told),
    ])  # fmt: skip


def turned_slice(surface: Surface) -> Recipe:
    """The surface cut through the origin along v = (``v1``, ``v2``), a vector of any length.

    ``u_x``, ``u_y`` is v at length 1, ``bend`` its curvature vᵀHv there, and ``case`` 0 where the
    slice has a minimum at the origin, 1 where it has a maximum, 2 where it is flat.
    """
    origin = surface.program.floats(0.0, 0.0)
    h = dict(zip(surface.program.results, origin, strict=True))

    def cut(v1: Number, v2: Number) -> Numbers:
        length = (v1 * v1 + v2 * v2) ** 0.5
        x, y = v1 / length, v2 / length
        bend = h["h11"] * x * x + 2.0 * (h["h12"] * x * y) + h["h22"] * y * y
        case = where(less(LEVEL, bend), 0.0, where(less(bend, -LEVEL), 1.0, 2.0))
        angle = atan2(y, x) * (180.0 / math.pi)
        angle = where(less(angle, 0.0), angle + 180.0, angle)
        return {"u_x": x, "u_y": y, "bend": bend, "case": case, "angle": angle,
                "from_x": -2 * REACH * x, "from_y": -2 * REACH * y,
                "long_x": 4 * REACH * x, "long_y": 4 * REACH * y}  # fmt: skip

    one = _sliced(surface)
    return Recipe([
        Map(cut),
        Let("slice", np.linspace(-REACH, REACH, 81)),
        Let("origin", 0.0),
        Map(one.function, {**one.bind, "t": "slice", "w1": "origin", "w2": "origin"},
            prefix="slice_"),
    ])  # fmt: skip
