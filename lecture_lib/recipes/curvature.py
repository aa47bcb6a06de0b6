"""Gradient, curvatures, directions and the local quadratic model at a dragged θ."""

from __future__ import annotations

import numpy as np

from lecture_lib.program import Number
from lecture_lib.recipe import Let, Map, Recipe
from lecture_lib.surfaces import Surface
from lecture_lib.tracing import absolute, atan2, cos, less, sin, sqrt, where

Numbers = dict[str, Number]
RTOL = 1e-8  # as in `hessian.classify`
PATCH = 13  # points a side of the quadratic patch


def eigen(h11: Number, h12: Number, h22: Number) -> Numbers:
    """Return eigenvalues and unit eigenvectors of a symmetric 2 × 2 matrix.

    λ = (h11 + h22)/2 ∓ √(((h11 − h22)/2)² + h12²)
    u₂ = (cos α, sin α) with tan 2α = 2 h12/(h11 − h22),  u₁ ⟂ u₂
    """
    size = absolute(h11) + absolute(h12) + absolute(h22)
    unit = where(less(0.0, size), size, 1.0)  # so that squares neither vanish nor overflow
    middle, half, mixed = (h11 + h22) / 2.0 / unit, (h11 - h22) / 2.0 / unit, h12 / unit
    radius = sqrt(half * half + mixed * mixed)
    angle = atan2(mixed, half) / 2.0
    c, s = cos(angle), sin(angle)
    low, high = unit * (middle - radius), unit * (middle + radius)
    return {"low": low, "high": high, "low_x": -s, "low_y": c, "high_x": c, "high_y": s}


def verdict(loss: Number, g1: Number, g2: Number, low: Number, high: Number) -> Numbers:
    """Return the verdict's number and, for each eigenvalue, 0 (down), 1 (flat) or 2 (up).

    The order is that of `hessian.Kind`: 0 minimum, 1 maximum, 2 saddle, 3 inconclusive,
    4 not critical; and 5 where loss, slope or curvature is no finite number.
    """
    largest = where(less(absolute(low), absolute(high)), absolute(high), absolute(low))
    small = RTOL * largest
    slope = sqrt(g1 * g1 + g2 * g2)

    def bend(value: Number) -> Number:
        return where(less(small, value), 2.0, where(less(value, -small), 0.0, 1.0))

    up, down = less(small, low), less(high, -small)
    mixed = less(low, -small) * less(small, high)
    defined = less(
        absolute(loss) + slope + absolute(low) + absolute(high), 1e300
    )  # no comparison holds for nan
    kind = where(up, 0.0, where(down, 1.0, where(mixed, 2.0, 3.0)))
    return {
        "slope": slope,
        "low_bend": bend(low),
        "high_bend": bend(high),
        "kind": where(defined, where(less(small, slope), 4.0, kind), 5.0),
    }


def arrow(
    g1: Number, g2: Number, slope: Number, longest: Number, ordinary: Number = 1.0
) -> Numbers:
    """Return the gradient's arrow: its direction, and a length that never leaves the picture.

    The length is ``longest · |g|/(ordinary + |g|)``: doubling a small gradient doubles the arrow.
    """
    scale = longest / (ordinary + slope)
    return {"arrow_x": scale * g1, "arrow_y": scale * g2}


def turned(h11: Number, h12: Number, h22: Number, turn: Number) -> Numbers:
    """Return the Hessian in axes turned by ``turn`` degrees: H′ = Rᵀ H R, v the first new axis.

    For H = ((0, −2), (−2, 0)) the first entry is −2 sin 2φ, and at 45° H′ = diag(−2, 2).
    """
    angle = turn * (np.pi / 180.0)
    c, s = cos(angle), sin(angle)
    return {
        "v_x": c,
        "v_y": s,
        "t11": c * c * h11 + 2.0 * (c * s * h12) + s * s * h22,
        "t12": (c * c - s * s) * h12 + c * s * (h22 - h11),
        "t22": s * s * h11 - 2.0 * (c * s * h12) + c * c * h22,
    }


def quadratic(
    loss: Number, g1: Number, g2: Number, h11: Number, h12: Number, h22: Number,
    d1: Number, d2: Number,
) -> Numbers:  # fmt: skip
    """Return L + gᵀd + ½ dᵀHd and its parts."""
    slope_term = g1 * d1 + g2 * d2
    bend_term = 0.5 * (h11 * d1 * d1 + 2.0 * (h12 * d1 * d2) + h22 * d2 * d2)
    return {"slope_term": slope_term, "bend_term": bend_term,
            "model": loss + slope_term + bend_term}  # fmt: skip


def _direction(name: str) -> Map:
    """The model along one eigenvector: points θ + t u with their height on the quadratic."""

    def along(t: Number, w1: Number, w2: Number, loss: Number, g1: Number, g2: Number,
              x: Number, y: Number, value: Number) -> Numbers:  # fmt: skip
        height = loss + t * (g1 * x + g2 * y) + 0.5 * (value * t * t)
        return {"x": w1 + t * x, "y": w2 + t * y, "z": height}

    bind = {"x": f"{name}_x", "y": f"{name}_y", "value": name}
    return Map(along, bind, prefix=f"{name}_curve_")


def start(surface: Surface) -> tuple[float, float]:
    """Return a place for θ to start: off the middle, and where the loss has a value."""
    (x0, x1), (y0, y1) = surface.window
    wanted = np.array([x0 + 0.675 * (x1 - x0), y0 + 0.4 * (y1 - y0)]).round(3)
    if np.isfinite(surface.loss(wanted)):
        return tuple(wanted.tolist())
    w1, w2, losses = surface.grid(33)
    places = np.stack(np.meshgrid(w1, w2), axis=-1)[np.isfinite(losses)]
    return tuple(places[np.linalg.norm(places - wanted, axis=-1).argmin()].tolist())


def lens(surface: Surface, *, ordinary: float = 1.0) -> Recipe:
    """Everything that `HessianLens` shows, from the inputs ``w1``, ``w2`` and ``turn`` (degrees).

    Args:
        surface: What to look at.
        ordinary: The slope whose arrow is half as long as an arrow can be.
    """
    reach = 0.14 * (surface.window[0][1] - surface.window[0][0])
    side = np.linspace(-1.15 * reach, 1.15 * reach, PATCH)
    d2, d1 = (c.ravel() for c in np.meshgrid(side, side, indexing="ij"))

    def shifted(w1: Number, w2: Number, d1: Number, d2: Number) -> Numbers:
        return {"x": w1 + d1, "y": w2 + d2}

    def segments(low_x: Number, low_y: Number, high_x: Number, high_y: Number,
                 v_x: Number, v_y: Number, w1: Number, w2: Number) -> Numbers:  # fmt: skip
        ends = {"low": (low_x, low_y), "high": (high_x, high_y)}
        result: Numbers = {}
        for name, (x, y) in ends.items():
            result |= {f"{name}_from_x": w1 - reach * x, f"{name}_from_y": w2 - reach * y,
                       f"{name}_long_x": 2 * reach * x, f"{name}_long_y": 2 * reach * y,
                       f"{name}_end_x": w1 + reach * x, f"{name}_end_y": w2 + reach * y}  # fmt: skip
        far = 2.6 * reach
        return result | {"v_from_x": w1 - far * v_x, "v_from_y": w2 - far * v_y,
                         "v_long_x": 2 * far * v_x, "v_long_y": 2 * far * v_y,
                         "v_end_x": w1 + 0.75 * far * v_x, "v_end_y": w2 + 0.75 * far * v_y}  # fmt: skip

    return Recipe([
        Map(surface.program),
        Map(eigen),
        Map(verdict),
        Let("longest", 1.6 * reach),
        Let("ordinary", ordinary),
        Map(arrow),
        Map(turned),
        Map(segments),
        Let("t", np.linspace(-1.15 * reach, 1.15 * reach, 25)),
        _direction("low"),
        _direction("high"),
        Let("d1", d1),
        Let("d2", d2),
        Map(shifted, prefix="patch_"),
        Map(quadratic, prefix="patch_"),
    ])  # fmt: skip
