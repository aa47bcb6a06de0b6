"""The curvature vᵀHv in every direction from a critical point, and the loss along one of them."""

from __future__ import annotations

import numpy as np

from lecture_lib.program import Number
from lecture_lib.recipe import Let, Map, Recipe
from lecture_lib.recipes.curvature import Numbers, eigen, verdict
from lecture_lib.surfaces import Surface
from lecture_lib.tracing import absolute, atan2, cos, less, sin, sqrt, where

BASE, PER_CURVATURE = 0.45, 0.11  # radius of the dial at curvature 0, and for one more of it
RINGS = (-2, 0, 2, 4)  # curvatures to which the dial has a ring
REACH = 1.5  # how far the slice goes to either side
LOOK = 0.3  # where the slice is compared with its middle
LEVEL = 1e-6  # smaller differences of the loss count as none
ROUNDING = 1e-8  # a curvature smaller than this counts as zero; those of the cases are about 1

# What `along` in the frame means, in the order of its numbers: the curvature where there is one,
# else what the slice does.
ALONG = ("up", "down", "silent_rises", "silent_falls", "silent_passes", "silent_level")


def radius(curvature: Number) -> Number:
    """Return how far from the centre the dial shows a curvature."""
    return BASE + PER_CURVATURE * curvature


def along(x: Number, y: Number, h11: Number, h12: Number, h22: Number) -> Number:
    """Return uᵀHu for u = (x, y)."""
    return h11 * x * x + 2.0 * (h12 * x * y) + h22 * y * y


def direction(
    v1: Number, v2: Number, h11: Number, h12: Number, h22: Number,
    low_x: Number, low_y: Number, high_x: Number, high_y: Number,
) -> Numbers:  # fmt: skip
    """Return the unit vector, its angle φ in degrees, vᵀHv and its shares of the eigen-directions.

    vᵀHv = λ₁ (u₁ᵀv)² + λ₂ (u₂ᵀv)²
    """
    length = sqrt(v1 * v1 + v2 * v2)
    x, y = v1 / length, v2 / length
    angle = atan2(y, x) * (180.0 / np.pi)
    low, high = low_x * x + low_y * y, high_x * x + high_y * y
    curvature = along(x, y, h11, h12, h22)
    return {
        "n1": x,
        "n2": y,
        "phi": where(less(angle, -0.5), angle + 360.0, angle),
        "curvature": curvature,
        "low_share": low * low,
        "high_share": high * high,
        "mark_x": radius(curvature) * x,
        "mark_y": radius(curvature) * y,
    }


def rose(angle: Number, h11: Number, h12: Number, h22: Number,
         low: Number, high: Number) -> Numbers:  # fmt: skip
    """Return the curve r = base + scale · vᵀHv in three parts: up, down, and flat everywhere.

    Where a part does not belong its points are 0/0, and nothing is drawn.
    """
    x, y = cos(angle), sin(angle)
    curvature = along(x, y, h11, h12, h22)
    curved = less(ROUNDING, absolute(low) + absolute(high))
    falls = curved * less(curvature, -ROUNDING)
    r = radius(curvature)
    parts = {"up": curved * (1.0 - falls), "down": falls, "flat": 1.0 - curved}
    result: Numbers = {"curvature": curvature}
    for name, here in parts.items():
        result |= {f"{name}_x": r * x + 0.0 / here, f"{name}_y": r * y + 0.0 / here}
    return result


def compass(surface: Surface, center: tuple[float, float] = (0.0, 0.0)) -> Recipe:
    """Everything that `CurvatureCompass` shows, from the input v = ``(v1, v2)``, of any length.

    Args:
        surface: The loss.
        center: θ, a critical point of it.
    """

    def rise(t: Number, n1: Number, n2: Number, loss: Number) -> Number:
        there = surface.program(w1=center[0] + t * n1, w2=center[1] + t * n2)
        return there["loss"] - loss

    def slices(t: Number, n1: Number, n2: Number, loss: Number, curvature: Number) -> Numbers:
        return {"truth": rise(t, n1, n2, loss), "model": 0.5 * (t * t * curvature)}

    def told(n1: Number, n2: Number, loss: Number, curvature: Number) -> Numbers:
        ahead, behind = rise(LOOK, n1, n2, loss), rise(-LOOK, n1, n2, loss)
        up = less(LEVEL, ahead) * less(LEVEL, behind)
        down = less(ahead, -LEVEL) * less(behind, -LEVEL)
        level = less(absolute(ahead), LEVEL) * less(absolute(behind), LEVEL)
        silent = where(up, 2.0, where(down, 3.0, where(level, 5.0, 4.0)))
        bends = where(less(curvature, -ROUNDING), 1.0, silent)
        return {
            "along": where(less(ROUNDING, curvature), 0.0, bends),
            "one": rise(1.0, n1, n2, loss),
        }

    def needles(low_x: Number, low_y: Number, high_x: Number, high_y: Number) -> Numbers:
        result: Numbers = {}
        for name, (x, y) in {"low": (low_x, low_y), "high": (high_x, high_y)}.items():
            result |= {f"{name}_from_x": -x, f"{name}_from_y": -y,
                       f"{name}_long_x": 2.0 * x, f"{name}_long_y": 2.0 * y,
                       f"{name}_name_x": 1.1 * x, f"{name}_name_y": 1.1 * y}  # fmt: skip
        return result

    circle = np.linspace(0.0, 2.0 * np.pi, 361)
    rings = []
    for k, value in enumerate(RINGS):
        rings += [Let(f"ring_{k}_x", radius(value) * np.cos(circle)),
                  Let(f"ring_{k}_y", radius(value) * np.sin(circle))]  # fmt: skip
    return Recipe([
        Let("c1", center[0]),
        Let("c2", center[1]),
        Map(surface.program, {"w1": "c1", "w2": "c2"}),
        Map(eigen),
        Map(verdict),
        Map(direction),
        Map(told),
        Map(needles),
        Let("angle", circle),
        Map(rose, prefix="rose_"),
        Let("t", np.linspace(-REACH, REACH, 121)),
        Map(slices, prefix="slice_"),
        *rings,
    ])  # fmt: skip
