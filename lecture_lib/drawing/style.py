"""The look, in one place: the browser gets it from here, and so do the stills.

A loss is a quiet, light map, so that what is drawn on it stands out; on a dark page it is the
map's dark counterpart.  A method keeps its colour, its line and its mark on both days, and colour
is never the only difference (palette: Okabe and Ito, safe for colour-blind readers).
"""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.colors import to_hex, to_rgb

SOLID: tuple[int, ...] = ()
DASHED = (7, 4)
DOTTED = (2, 3)
DASH_DOT = (8, 3, 2, 3)


@dataclass(frozen=True)
class Role:
    """How one kind of thing is drawn.

    Attributes:
        light: Colour on a light page.
        dark: Colour on a dark page.
        width: Line width in pixels.
        dash: Lengths of dashes and gaps in pixels; empty for a solid line.
        mark: ``circle``, ``triangle``, ``square``, ``diamond``, ``cross`` or ``dot``.
    """

    light: str
    dark: str
    width: float = 2.0
    dash: tuple[int, ...] = SOLID
    mark: str = "circle"


INK, PAPER = "#1b1f24", "#f2f4f7"
BLUE, SKY, VERMILION, GREEN = "#0072B2", "#56B4E9", "#D55E00", "#009E73"
DARK_PURPLE = "#9b4f7c"  # Okabe and Ito's #CC79A7, deep enough for thin lines on a light map

ROLES: dict[str, Role] = {
    # methods
    "descent": Role(BLUE, SKY, 2.4, SOLID, "circle"),
    "momentum": Role(VERMILION, "#ff8a3d", 2.4, SOLID, "triangle"),
    "mini_batch": Role(GREEN, "#3fd0a4", 1.4, SOLID, "square"),
    "kick": Role(DARK_PURPLE, "#e7a3c7", 2.2, DASHED, "diamond"),
    "random_kick": Role("#6b6f76", "#b5bac2", 2.0, DASH_DOT, "cross"),
    "swarm": Role("#000000", "#ffffff", 1.0, SOLID, "dot"),
    # vectors and directions
    "gradient": Role("#b87700", "#ffc34d", 2.6),
    "last_movement": Role(BLUE, SKY, 2.2, DASHED),
    "movement": Role(BLUE, SKY, 2.6),
    "curves_up": Role(INK, PAPER, 2.4, SOLID),
    "flat": Role(INK, PAPER, 2.0, DOTTED),
    "curves_down": Role(INK, PAPER, 2.4, DASHED),
    # the curvature in every direction
    "rose_up": Role(DARK_PURPLE, "#e7a3c7", 2.8, SOLID),
    "rose_flat": Role(DARK_PURPLE, "#e7a3c7", 2.4, DOTTED),
    "rose_down": Role(DARK_PURPLE, "#e7a3c7", 2.8, (5, 4)),
    # a loss and what stands in for it
    "truth": Role(INK, PAPER, 2.2),
    "model": Role(DARK_PURPLE, "#e7a3c7", 2.2, DASHED),
    "tangent": Role("#b87700", "#ffc34d", 1.8, DOTTED),
    "bend_term": Role(DARK_PURPLE, "#e7a3c7", 2.6),
    "patch": Role(DARK_PURPLE, "#e7a3c7", 1.2),
    # random matrices: the exact chance, a count among draws, single eigenvalues
    "exact": Role(INK, PAPER, 1.4, SOLID, "dot"),
    "sample": Role(BLUE, SKY, 1.8, SOLID, "cross"),
    "eigenvalue": Role("#7c828a", "#8d949d", 1.0, SOLID, "dot"),
    # batches: who is in one, one batch's loss, and losses on other data
    "used": Role(GREEN, "#3fd0a4", 1.2, SOLID, "square"),
    "batch_loss": Role(GREEN, "#3fd0a4", 1.2),
    "test_loss": Role("#4d7c94", "#9fc3d6", 2.2, DASHED),
    # what somebody else recorded, and what this machine measured
    "recorded": Role("#4d6a80", "#9fb8cc", 1.8, SOLID, "diamond"),
    "measured": Role(VERMILION, "#ff8a3d", 2.0, SOLID, "circle"),
    # three more forms of momentum
    "pytorch": Role("#b87700", "#ffc34d", 2.4, DOTTED, "square"),
    "average": Role(BLUE, SKY, 2.0, DASHED, "cross"),
    "nesterov": Role(DARK_PURPLE, "#e7a3c7", 2.0, DASH_DOT, "diamond"),
    "guide": Role("#7c828a", "#8d949d", 1.0),
    "axes": Role("#7c828a", "#8d949d", 1.6, DASH_DOT),
    "start": Role(INK, PAPER, 1.8),
    "handle": Role(INK, PAPER, 2.0),
}

# Landmarks are told apart by shape: a filled dot, a cross, a triangle, an empty diamond.
LANDMARKS = {"minimum": "circle", "saddle": "cross", "maximum": "triangle",
             "inconclusive": "diamond"}  # fmt: skip

THEMES = ("light", "dark")
PAGE = {"light": "#ffffff", "dark": "#111111"}
LOW = {"light": "#f8fbfd", "dark": "#10161d"}
HIGH = {"light": "#9db8cc", "dark": "#4a6479"}
CONTOUR = {"light": "#6f8ca3", "dark": "#8aa5ba"}
TEXT_SIZE = 13  # pixels at 100 %, for every tick, label and mark in a picture


def ramp(theme: str, bands: int) -> list[str]:
    """Return ``bands`` colours of even steps from low loss to high loss."""
    low, high = to_rgb(LOW[theme]), to_rgb(HIGH[theme])
    steps = [k / max(bands - 1, 1) for k in range(bands)]
    return [to_hex([a + (b - a) * s for a, b in zip(low, high, strict=True)]) for s in steps]


def browser_style() -> dict[str, object]:
    """Return the look as the browser reads it."""
    return {
        "roles": {name: vars(role) for name, role in ROLES.items()},
        "landmarks": LANDMARKS,
        "text_size": TEXT_SIZE,
        "ink": {"light": INK, "dark": PAPER},
        "page": PAGE,
        "contour": CONTOUR,
    }
