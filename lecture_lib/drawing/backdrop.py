"""What lies behind: an error surface as a quiet map, or as the heights of a landscape."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lecture_lib.drawing import style
from lecture_lib.surfaces import Surface

BANDS = 16
POINTS = 161  # a side, at which a map knows its loss


def levels(losses: np.ndarray) -> np.ndarray:
    """Return level values that give every band of the map about the same area.

    Losses spread over decades in a window (25 in a corner, 0 along a valley), so even steps of the
    loss would leave the valley one empty band.  Values that are not finite are passed over.
    """
    finite = losses[np.isfinite(losses)]
    if finite.size == 0:
        return np.array([0.0, 1.0])
    values = np.unique(np.round(np.quantile(finite, np.linspace(0, 1, BANDS + 1)), 12))
    return values if values.size > 1 else values[0] + np.array([-0.5, 0.5])


def _draw_grid(ax: Axes, w1: np.ndarray, w2: np.ndarray, losses: np.ndarray, theme: str) -> Any:
    steps = levels(losses)
    losses = np.clip(losses, steps[0], steps[-1])
    colours = style.ramp(theme, len(steps) - 1)
    filled = ax.contourf(w1, w2, losses, levels=steps, colors=colours)
    lines = ax.contour(w1, w2, losses, levels=steps[1:-1], colors=style.CONTOUR[theme],
                       linewidths=0.5, linestyles="solid", alpha=0.6)  # fmt: skip
    return filled, lines


@lru_cache(maxsize=32)
def map_bitmaps(surface: Surface, *, pixels: int = 720, points: int = POINTS) -> dict[str, bytes]:
    """Return the map as PNG bytes for each theme, without axes, edge to edge."""
    grid = surface.grid(points)
    return {theme: _bitmap(surface, grid, theme, pixels) for theme in style.THEMES}


def _bitmap(surface: Surface, grid: tuple[np.ndarray, ...], theme: str, pixels: int) -> bytes:
    figure = Figure(figsize=(pixels / 100, pixels / 100), dpi=100)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set_axis_off()
    _draw_grid(ax, *grid, theme)
    ax.set(xlim=surface.window[0], ylim=surface.window[1])
    data = BytesIO()
    figure.savefig(data, format="png", transparent=True)
    return data.getvalue()


@lru_cache(maxsize=32)
def landscape(surface: Surface, *, columns: int = 33) -> dict[str, Any]:
    """Return the heights of the surface on a grid, with the map's levels and colours.

    Where the loss is not finite the height is None: a hole.
    """
    _, _, losses = surface.grid(columns)
    steps = levels(losses)
    return {
        "columns": columns,
        "z": [float(f"{z:.6g}") if np.isfinite(z) else None for z in losses.ravel()],
        "levels": steps.tolist(),
        **{theme: style.ramp(theme, len(steps) - 1) for theme in style.THEMES},
    }


def height_range(surface: Surface) -> tuple[float, float]:
    """Return floor and ceiling for a space: all of the surface, but for its steepest few per cent.

    A ceiling keeps one far corner from pressing all the rest flat.
    """
    _, _, losses = surface.grid(33)
    finite = losses[np.isfinite(losses)]
    if finite.size == 0 or np.ptp(finite) == 0:
        middle = float(finite[0]) if finite.size else 0.0
        return middle - 1.0, middle + 1.0
    low, high = float(finite.min()), float(np.quantile(finite, 0.97))
    return low, (high if high > low else float(finite.max()))
