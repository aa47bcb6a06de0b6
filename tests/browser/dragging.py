"""Drags of an explorer's handle, and what the frames on the way showed."""

from __future__ import annotations

from typing import Any

import pytest
from live_figure import LiveFigure
from pointer import Point, straight

WATCHED = ("theta", "drawn", "inflight", "source", "seq")


def drag(
    figure: LiveFigure, across: float, up: float, *, moves: int = 60, touch: bool = False
) -> tuple[Point, dict[str, Any]]:
    """Drag the first handle to a place on the map, given in shares of the canvas.

    Returns:
        Where the pointer was released, and what was recorded on the way.
    """
    start, end = figure.tab.centre(figure.handle), figure.map_point(across, up)
    readings = {name: (figure.canvas, f"data-{name}") for name in WATCHED}
    readings["handle"] = (figure.handle, "centre")
    with figure.tab.recorded(readings) as log:
        figure.tab.pointer.drag(start, straight(start, end, moves), touch=touch)
        figure.tab.page.wait_for_timeout(100)
    return end, log


def most_in_flight(log: dict[str, Any]) -> int:
    return max(int(frame["inflight"] or 0) for frame in log["frames"])


def pictures(log: dict[str, Any]) -> int:
    """How many different θ were drawn."""
    return len({frame["drawn"] for frame in log["frames"]})


def share_in_step(log: dict[str, Any]) -> float:
    """In what share of the frames the curves belonged to the very θ that the handle was at."""
    frames = log["frames"]
    return sum(frame["drawn"] == frame["theta"] for frame in frames) / len(frames)


def share_under_pointer(log: dict[str, Any]) -> float:
    """In what share of the frames the handle was where the page last heard the pointer."""
    frames = [frame for frame in log["frames"] if frame["pointer"]]
    hits = [frame["handle"] == pytest.approx(frame["pointer"], abs=1.0) for frame in frames]
    return sum(hits) / len(hits)


def assert_under_pointer(figure: LiveFigure, pointer: Point) -> None:
    """Check that the handle is where the pointer was released."""
    assert figure.tab.centre(figure.handle) == pytest.approx(pointer, abs=1.0)
