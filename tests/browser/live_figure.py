"""One explorer on a notebook page: what it shows, and hands to move it with."""

from __future__ import annotations

import json
from typing import Any

from notebook_page import NotebookPage

# The explorers of each day, by the name of its notebook.
DAYS = {
    "day11_critical_points": (
        *("HessianLens", "TaylorLens", "CurvatureCompass"),
        *("EscapeLab", "DimensionLift", "MinimumRatio", "OwnLoss"),
    ),
    "day12_batch_and_momentum": (
        *("EpochCounter", "BatchRace", "NoiseCloud", "UpdateTime", "BatchAccuracy"),
        *("NoiseEscape", "FlatAndSharp", "LossSlice"),
        *("MomentumStep", "MomentumMemory", "BallOnHills", "StabilityMap", "Conventions"),
        *("SwarmBesideMomentum", "OwnNetwork", "EscapeRace"),
    ),
}
# In the order of the cells that conftest.py makes for them.
EXPLORERS = tuple(name for names in DAYS.values() for name in names)

# Everything that a learner can operate in an explorer, handles of the plane included.
CONTROLS = (
    ".noUi-handle, select, textarea, button:not([disabled]), "
    "input:not([type=hidden]):not([disabled]), .lecture-handle"
)

_FINGERPRINT = """
(output) => {
    let hash = 2166136261;
    const add = (text) => {
        for (let k = 0; k < text.length; k += 1) {
            hash = Math.imul(hash ^ text.charCodeAt(k), 16777619);
        }
    };
    output.querySelectorAll("canvas").forEach((canvas) => add(canvas.toDataURL()));
    output.querySelectorAll("svg, img").forEach((picture) => add(picture.outerHTML));
    output.querySelectorAll(".lecture-fact").forEach((fact) => add(fact.textContent));
    return hash >>> 0;
}
"""

# The twin's curves need no answer; a question it has asked is Python's later check.
_SETTLED = """
(output) => [...output.querySelectorAll("canvas[data-theta]")].every(({ dataset }) =>
    dataset.drawn === dataset.theta && (dataset.source === "twin" || dataset.inflight === "0"))
"""


class LiveFigure:
    """The explorer that a cell shows.

    Args:
        tab: The page, with its notebook open.
        cell: The number of the explorer's cell, counted from 0.

    Attributes:
        output: CSS selector of the cell's output.
        canvas: CSS selector of the canvas that carries the figure's state.
        handle: CSS selector of its first handle.
    """

    def __init__(self, tab: NotebookPage, cell: int) -> None:
        self.tab, self.cell = tab, cell
        self.output = f'[data-cell-number="{cell}"] .jp-Cell-outputWrapper'
        self.canvas = f"{self.output} .lecture-plane canvas[data-panel]"
        self.handle = f"{self.output} .lecture-handle"
        tab.show_cell(cell)
        tab.page.wait_for_selector(f"{self.output} canvas[data-drawn]", state="attached")
        handles = tab.page.locator(self.handle)
        shown = handles if handles.count() else tab.page.locator(self.canvas)
        shown.first.scroll_into_view_if_needed()

    def element(self, selector: str = "") -> Any:
        """The first element of the output that matches, or the output itself."""
        return self.tab.page.locator(f"{self.output} {selector}".strip()).first

    def state(self, name: str) -> str | None:
        """The attribute ``data-name`` of the canvas."""
        return self.element(".lecture-plane canvas[data-panel]").get_attribute(f"data-{name}")

    def theta(self) -> tuple[float, ...]:
        """Where the handle is."""
        return tuple(map(float, self.state("theta").split(",")))

    def inputs(self) -> dict[str, Any]:
        """All inputs that the curves on the screen were drawn for."""
        return json.loads(self.state("inputs"))

    def fact(self) -> str:
        """The sentence under the picture."""
        return self.element(".lecture-fact").inner_text()

    def status(self) -> str:
        """The line for errors and for a silent kernel."""
        return self.element(".lecture-status").inner_text()

    def fingerprint(self) -> int:
        """A number that changes when a picture or the fact line does."""
        return self.element().evaluate(_FINGERPRINT)

    def wait_for_change(self, fingerprint: int, *, seconds: float = 3.0) -> bool:
        """Whether the picture or the fact line differs from ``fingerprint`` within ``seconds``."""
        for _ in range(int(seconds / 0.05)):
            if self.fingerprint() != fingerprint:
                return True
            self.tab.page.wait_for_timeout(50)
        return False

    def settle(self, *, seconds: float = 10.0) -> None:
        """Wait until the curves belong to the handle and no question is open.

        Raises:
            AssertionError: If they still don't after ``seconds``.
        """
        for _ in range(int(seconds / 0.05)):
            if self.element().evaluate(_SETTLED):
                return
            self.tab.page.wait_for_timeout(50)
        state = {name: self.state(name) for name in ("theta", "drawn", "inflight", "source")}
        raise AssertionError(f"the figure did not settle within {seconds:g} s: {state}")

    def wait_for_status(self, text: str, *, seconds: float = 8.0) -> None:
        """Wait until the status line contains ``text``; an empty text waits for an empty line."""
        for _ in range(int(seconds / 0.05)):
            status = self.status().strip()
            if text in status if text else not status:
                return
            self.tab.page.wait_for_timeout(50)
        raise AssertionError(f"the status line says {self.status()!r}; wanted {text!r} in it")

    def map_point(self, across: float, up: float) -> tuple[float, float]:
        """A point of the window over the map, ``across`` and ``up`` in shares of the canvas."""
        box = self.element("canvas[data-panel]").bounding_box()
        return box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"]
