"""What a live figure shows: panels, and layers that draw named arrays.

A scene is plain data.  `still.draw_still` paints it with matplotlib, ``explorers/faces.js`` paints
the same one on a canvas, sixty times a second if need be.  Wherever a layer has a name, it means
the array of that name in a `recipe.Frame`; a bare number means itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from typing import Any

Named = str | float
Range = tuple[float, float]


@dataclass(frozen=True)
class ByValue:
    """A role chosen by a whole number of the frame: 0 takes the first role, 1 the second."""

    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Panel:
    """One picture of a scene.

    Attributes:
        name: How layers and handles refer to it.
        kind: ``"map"`` (equal axes, perhaps an error surface behind), ``"space"`` (the surface in
            3-D) or ``"chart"`` (any two axes).
        x, y: What the axes show, low to high.
        z: For a space, the losses between floor and ceiling.
        labels: Symbols at the axes, never words.
        landmarks: Points ``(x, y, kind)`` marked on it, to which a handle let go nearby snaps.
        powers: Axes, ``"x"``, ``"y"`` or ``"xy"``, whose numbers are exponents of ten: what stands
            there as −3 is ticked 10⁻³.
    """

    name: str
    kind: str
    x: Range
    y: Range
    z: Range = (0.0, 1.0)
    labels: tuple[str, str] = ("", "")
    landmarks: tuple[tuple[float, float, str], ...] = ()
    powers: str = ""


@dataclass(frozen=True)
class Path:
    """A line through points, dashed and coloured by its role; ``marks`` draws start and end."""

    panel: str
    x: Named
    y: Named
    role: str | ByValue
    z: Named | None = None
    marks: bool = False
    upto: Named | None = None


@dataclass(frozen=True)
class Arrow:
    """An arrow from (x, y) by (dx, dy); ``heads`` is 1, or 0 for a plain segment."""

    panel: str
    x: Named
    y: Named
    dx: Named
    dy: Named
    role: str | ByValue
    z: Named | None = None
    dz: Named | None = None
    heads: int = 1


@dataclass(frozen=True)
class Dots:
    """Separate marks, shaped by the role."""

    panel: str
    x: Named
    y: Named
    role: str | ByValue
    z: Named | None = None


@dataclass(frozen=True)
class Contours:
    """Level lines of z over a grid of ``columns`` points a row, drawn on a map."""

    panel: str
    x: Named
    y: Named
    z: Named
    columns: int
    role: str
    levels: tuple[float, ...]


@dataclass(frozen=True)
class Mesh:
    """A net over a grid of ``columns`` points a row, drawn in a space."""

    panel: str
    x: Named
    y: Named
    z: Named
    columns: int
    role: str


@dataclass(frozen=True)
class Bar:
    """Bars from ``base`` to ``base + height``, one at each ``x``, ``width`` of its units wide."""

    panel: str
    x: Named
    height: Named
    role: str | ByValue
    base: Named = 0.0
    width: Named = 0.72


@dataclass(frozen=True)
class Label:
    """A symbol beside a point, with an offset in pixels."""

    panel: str
    x: Named
    y: Named
    text: str
    role: str
    z: Named | None = None
    offset: tuple[float, float] = (8, -8)


Layer = Path | Arrow | Dots | Contours | Mesh | Bar | Label


@dataclass(frozen=True)
class Handle:
    """A point to drag, by pointer, finger or arrow keys.

    Attributes:
        panel: Where it lives.
        x, y: The inputs it sets.
        symbol: Drawn on it: θ, v …
        label: What a screen reader says.
        circle: If positive, the handle stays on the circle of this radius about the origin.
        level: If given, the handle moves sideways only, at this height.
    """

    panel: str
    x: str
    y: str
    symbol: str
    label: str
    circle: float = 0.0
    level: float | None = None


@dataclass(frozen=True)
class Scene:
    """Panels side by side, what is drawn on them, and what can be dragged."""

    panels: tuple[Panel, ...]
    layers: tuple[Layer, ...]
    handles: tuple[Handle, ...] = ()

    def names(self) -> set[str]:
        """Return the names of all arrays that the layers draw."""
        return {name for layer in self.layers for name in _names(layer)}

    def json(self) -> dict[str, Any]:
        """Return the scene as the browser reads it."""
        layers = [{"kind": type(layer).__name__.lower(), **asdict(layer)} for layer in self.layers]
        return {
            "panels": [asdict(panel) for panel in self.panels],
            "layers": layers,
            "handles": [asdict(handle) for handle in self.handles],
        }


def _names(layer: Layer) -> Iterator[str]:
    literal = {"panel", "role", "text"}
    for field in fields(layer):
        value = getattr(layer, field.name)
        if isinstance(value, ByValue):
            yield value.name
        elif isinstance(value, str) and field.name not in literal:
            yield value
