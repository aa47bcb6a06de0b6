"""Stills: the same scene that the browser paints, as one picture for those without a kernel."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from lecture_lib.drawing import style
from lecture_lib.drawing.chart_png import ONE_AT_A_TIME
from lecture_lib.drawing.scene import (
    Arrow,
    Bar,
    ByValue,
    Contours,
    Dots,
    Label,
    Layer,
    Mesh,
    Panel,
    Path,
    Scene,
)  # fmt: skip
from lecture_lib.recipe import Frame

AZIMUTH, ELEVATION = -0.6, 0.5  # the look with which the browser starts, too
_SIZE = 3.8  # inches a panel; at 100 dots an inch two of them fill a notebook's width
_MARKS = {"circle": "o", "triangle": "^", "square": "s", "diamond": "D", "cross": "x", "dot": "."}
_HALO = [withStroke(linewidth=2.5, foreground=style.PAGE["light"])]  # so that letters read on lines
_STUB = 19  # points that an arrow with a head shows at least: beyond the handle it comes from
_POINTS = 0.72  # matplotlib's points a pixel at 100 dots an inch


def draw_still(
    scene: Scene, frame: Frame, backdrops: Mapping[str, Mapping[str, Any]], *, dpi: int = 120
) -> bytes:
    """Return a PNG of the scene as it stands.

    Args:
        scene: What to draw.
        frame: The arrays that its layers name.
        backdrops: What lies behind a panel, by its name, as the plane gets it.
        dpi: Dots an inch; a panel is 3.8 inches wide.
    """
    count, data = len(scene.panels), BytesIO()
    with ONE_AT_A_TIME:
        figure = Figure(figsize=(_SIZE * count, _SIZE), dpi=dpi, facecolor=style.PAGE["light"])
        for k, panel in enumerate(scene.panels):
            ax = figure.add_axes(((k + 0.145) / count, 0.12, 0.8 / count, 0.82))
            draw_panel(ax, panel, scene, frame, backdrops.get(panel.name, {}))
        figure.savefig(data, format="png", pil_kwargs={"optimize": True})
    return data.getvalue()


def draw_panel(
    ax: Axes, panel: Panel, scene: Scene, frame: Frame, backdrop: Mapping[str, Any]
) -> list[Any]:
    """Draw one panel of a scene on the axes; return the artists of its layers, in order."""
    view = _flat if panel.kind != "space" else _space(panel)
    if panel.kind == "space":
        _terrain(ax, panel, backdrop)
    else:
        ax.set(xlim=panel.x, ylim=panel.y)
        ax.set_xlabel(panel.labels[0], loc="right", style="italic", fontsize=10, labelpad=0)
        ax.annotate(panel.labels[1], (0, 1), (5, -4), xycoords="axes fraction", va="top",
                    textcoords="offset points", style="italic", fontsize=10, zorder=8,
                    path_effects=_HALO)  # fmt: skip
        ax.tick_params(labelsize=style.TEXT_SIZE * _POINTS)
        for name in panel.powers:
            axis = {"x": ax.xaxis, "y": ax.yaxis}[name]
            axis.set_major_locator(MaxNLocator(5, integer=True))
            axis.set_major_formatter(lambda exponent, _place: f"$10^{{{exponent:.0f}}}$")
        if backdrop:
            image = _pixels(backdrop["light"])
            ax.imshow(image, extent=(*panel.x, *panel.y), aspect="auto", zorder=0)
        for x, y, kind in panel.landmarks:
            hollow = style.PAGE["light"] if kind == "inconclusive" else ""
            _dots(ax, [x], [y], style.LANDMARKS[kind], style.ROLES["guide"].light, 4, fill=hollow)
    artists = [_draw(ax, layer, frame, view) for layer in scene.layers if layer.panel == panel.name]
    for handle in scene.handles:
        if handle.panel == panel.name:
            x, y = view(_column(frame, handle.x), _column(frame, handle.y), np.zeros(1))
            ax.plot(x, y, "o", ms=15, mfc="white", mec=style.INK, mew=1.8, zorder=9)
            ax.annotate(handle.symbol, (x[0], y[0]), ha="center", va="center", zorder=10,
                        style="italic", weight="bold", fontsize=9)  # fmt: skip
    return artists


def _column(frame: Frame, key: str | float | None) -> np.ndarray:
    return np.ravel(frame[key]) if isinstance(key, str) else np.array([key or 0.0], dtype=float)


def _points(layer: Any, frame: Frame, view: Any) -> tuple[np.ndarray, np.ndarray]:
    columns = (_column(frame, key) for key in (layer.x, layer.y, getattr(layer, "z", None)))
    return view(*np.broadcast_arrays(*columns))


def _role(layer: Any, frame: Frame) -> style.Role:
    if not isinstance(layer.role, ByValue):
        return style.ROLES[layer.role]
    k = round(float(_column(frame, layer.role.name)[0]))
    return style.ROLES[layer.role.roles[min(max(k, 0), len(layer.role.roles) - 1)]]


def _flat(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return x, y


def _space(panel: Panel) -> Any:
    """Return the projection that ``faces.js`` uses, in units of the box."""
    ca, sa = np.cos(AZIMUTH), np.sin(AZIMUTH)
    ce, se = np.cos(ELEVATION), np.sin(ELEVATION)

    def project(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        u, v = (2 * (np.asarray(c, dtype=float) - lo) / (hi - lo) - 1
                for c, (lo, hi) in ((x, panel.x), (y, panel.y)))  # fmt: skip
        h = 1.1 * np.clip((z - panel.z[0]) / (panel.z[1] - panel.z[0]), -0.05, 1.05)
        return u * ca - v * sa, (u * sa + v * ca) * se + (h - 0.2) * ce

    return project


def _terrain(ax: Axes, panel: Panel, grid: Mapping[str, Any]) -> None:
    ax.set(xlim=(-1.6, 1.6), ylim=(-1.2, 2.0))
    ax.set_axis_off()
    n, project = grid["columns"], _space(panel)
    y, x = np.meshgrid(np.linspace(*panel.y, n), np.linspace(*panel.x, n), indexing="ij")
    z = np.reshape(np.array(grid["z"], dtype=float), (n, n))
    px, py = project(x, y, z)
    corners = np.stack([px, py], axis=-1)
    cells = np.stack([corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]], 2)
    means = (z[:-1, :-1] + z[:-1, 1:] + z[1:, 1:] + z[1:, :-1]) / 4
    bands = np.clip(np.searchsorted(grid["levels"], means, "right") - 1, 0, len(grid["light"]) - 1)
    colours = np.array(grid["light"])[bands]
    rows = slice(None, None, -1 if np.cos(AZIMUTH) >= 0 else 1)  # far to near
    columns = slice(None, None, -1 if np.sin(AZIMUTH) >= 0 else 1)
    ax.add_collection(PolyCollection(
        cells[rows, columns].reshape(-1, 4, 2), facecolors=colours[rows, columns].ravel(),
        edgecolors=style.CONTOUR["light"], linewidths=0.3))  # fmt: skip
    for label, at in zip(panel.labels, ((0.0, -1.0), (1.0, 0.0)), strict=True):
        here = project(*(c * (hi - lo) / 2 + (lo + hi) / 2 for c, (lo, hi)
                         in zip(at, (panel.x, panel.y), strict=True)), panel.z[0])  # fmt: skip
        ax.annotate(label, (here[0] * 1.15, here[1] * 1.2 - 0.12), style="italic", fontsize=10)


def _pixels(png: bytes) -> np.ndarray:
    from matplotlib.image import imread

    return imread(BytesIO(png), format="png")


def _dots(ax: Axes, x: Any, y: Any, mark: str, colour: str, size: float, fill: str = "") -> Any:
    return ax.plot(x, y, _MARKS[mark], ms=size * 1.5, mfc=fill or colour, mec=colour, mew=1.4,
                   ls="none", zorder=6)[0]  # fmt: skip


def _draw(ax: Axes, layer: Layer, frame: Frame, view: Any) -> Any:
    role = _role(layer, frame)
    look = {"color": role.light, "lw": role.width * _POINTS, "zorder": 5}
    if role.dash:
        look["ls"] = (0, tuple(d / role.width for d in role.dash))
    match layer:
        case Path():
            x, y = _points(layer, frame, view)
            if layer.upto is not None:
                stop = max(1, int(_column(frame, layer.upto)[0]) + 1)
                x, y = x[:stop], y[:stop]
            if layer.marks and len(x):
                _dots(ax, x[-1:], y[-1:], role.mark, role.light, 4)
                _dots(ax, x[:1], y[:1], role.mark, role.light, 4, fill="white")
            return ax.plot(x, y, **look)[0]
        case Arrow():
            a = [_column(frame, key)[0] for key in (layer.x, layer.y, layer.z)]
            d = [_column(frame, key)[0] for key in (layer.dx, layer.dy, layer.dz)]
            x, y = view(*(np.array([s, s + t]) for s, t in zip(a, d, strict=True)))
            if not np.isfinite([x, y]).all():
                return None
            if not layer.heads:
                return ax.plot(x, y, **look)[0]
            x, y = _shown(ax, x, y)
            if not len(x):
                return None
            arrow = {"arrowstyle": "-|>", "color": role.light, "lw": look["lw"], "shrinkA": 0,
                     "shrinkB": 0, "mutation_scale": 12}  # fmt: skip
            return ax.annotate("", (x[1], y[1]), (x[0], y[0]), arrowprops=arrow, zorder=5,
                               annotation_clip=False)  # fmt: skip
        case Dots():
            return _dots(ax, *_points(layer, frame, view), role.mark, role.light, 4)
        case Contours():
            grid = [_column(frame, key).reshape(-1, layer.columns)
                    for key in (layer.x, layer.y, layer.z)]  # fmt: skip
            inside = [v for v in layer.levels if np.nanmin(grid[2]) < v < np.nanmax(grid[2])]
            if not inside:
                return None
            return ax.contour(*grid, levels=inside, colors=role.light, linestyles="dashed",
                              linewidths=look["lw"], zorder=4)  # fmt: skip
        case Mesh():
            x, y = (c.reshape(-1, layer.columns) for c in _points(layer, frame, view))
            return [*ax.plot(x, y, **look), *ax.plot(x.T, y.T, **look)]
        case Bar():
            columns = (_column(frame, key) for key in (layer.x, layer.height, layer.base))
            x, height, base = np.broadcast_arrays(*columns)
            return ax.bar(x, height, _column(frame, layer.width)[0], bottom=base,
                          facecolor=role.light + "4d", edgecolor=role.light, lw=look["lw"],
                          zorder=5)  # fmt: skip
        case Label():
            x, y = _points(layer, frame, view)
            if not np.isfinite([x, y]).all():
                return None
            offset = (layer.offset[0] * _POINTS, -layer.offset[1] * _POINTS)
            text = ax.annotate(layer.text, (x[0], y[0]), offset, textcoords="offset points",
                               color=role.light, style="italic", weight="bold", fontsize=10,
                               va="center", zorder=7, path_effects=_HALO)  # fmt: skip
            text.xyann = np.add(offset, _into(ax, text.get_window_extent()))
            return text


def _shown(ax: Axes, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what of an arrow shows, as ``shown`` in ``faces.js`` does; empty if nothing does."""
    (ax0, ay0), (ax1, ay1) = ends = ax.transData.transform(np.stack([x, y], axis=-1))
    box, enter, leave = ax.bbox, 0.0, 1.0
    for p, d, low, high in ((ax0, ax1 - ax0, box.x0, box.x1), (ay0, ay1 - ay0, box.y0, box.y1)):
        if d == 0:
            leave = leave if low <= p <= high else -1.0
            continue
        first, last = sorted(((low - p) / d, (high - p) / d))
        enter, leave = max(enter, first), min(leave, last)
    if enter > leave + 1e-9:
        return np.zeros(0), np.zeros(0)
    length = np.hypot(ax1 - ax0, ay1 - ay0) * 72 / ax.figure.dpi
    leave = min(1.0, max(leave, enter + _STUB / max(length, 1e-9)))
    seen = ends[0] + np.array([[enter], [leave]]) * (ends[1] - ends[0])
    return tuple(ax.transData.inverted().transform(seen).T)


def _into(ax: Axes, text: Any) -> tuple[float, float]:
    """Return by how many points a text that juts out moves so that all of it lies within."""
    box = ax.bbox
    right = max(box.x0 - text.x0, 0.0) - max(text.x1 - box.x1, 0.0)
    up = max(box.y0 - text.y0, 0.0) - max(text.y1 - box.y1, 0.0)
    return right * 72 / ax.figure.dpi, up * 72 / ax.figure.dpi
