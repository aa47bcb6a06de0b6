"""Drags of a handle or a slider in a real browser, each timed from what the page recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from latency import Drag, fit_line, measure
from live_figure import LiveFigure
from notebook_page import NotebookPage
from pointer import Point, straight

MOVES, RATE = 120, 60.0


def _record(
    tab: NotebookPage,
    readings: dict[str, tuple[str, str]],
    start: Point,
    end: Point,
    settle: Callable[[], None],
    slider: str | None = None,
) -> dict[str, Any]:
    """Drag from ``start`` to ``end`` and record until the picture rests."""
    with tab.recorded(readings, slider=slider) as log:
        tab.pointer.drag(start, straight(start, end, MOVES), rate=RATE)
        settle()
        tab.page.wait_for_timeout(400)
    return log


def drag_theta(lens: LiveFigure) -> tuple[Drag, Drag]:
    """Drag θ from left to right over the map.

    Returns:
        How its handle followed the pointer, and how the curves did.
    """
    start, end = lens.map_point(0.2, 0.3), lens.map_point(0.85, 0.35)
    lens.tab.page.mouse.click(*start)
    lens.settle()
    readings = {
        "handle": (lens.handle, "centre"),
        "theta": (lens.canvas, "data-theta"),
        "drawn": (lens.canvas, "data-drawn"),
    }
    log = _record(lens.tab, readings, start, end, lens.settle)

    def w1(theta: str) -> float:
        return float(theta.split(",")[0])

    frames = log["frames"]
    places = [frame["handle"][0] for frame in frames]
    # The map's scale, from the handle itself: a curve's θ becomes the place that it belongs to.
    a, b = fit_line(places, [w1(frame["theta"]) for frame in frames])
    events = [(event[0], event[1]) for event in log["events"]]
    placed = [(frame["time"], place) for frame, place in zip(frames, places, strict=True)]
    drawn = [(frame["time"], (w1(frame["drawn"]) - a) / b) for frame in frames]
    return measure(events, placed, slack=1.0), measure(events, drawn, slack=1.0)


@dataclass(frozen=True)
class Slider:
    """A slider and the picture that follows it.

    Attributes:
        tab: The page.
        selector: CSS selector of the slider.
        shown: What the recorder reads from the picture.
        value: From that to the slider's value that the picture was drawn for.
        settle: Waits until the picture rests.
        slack: How much less than the slider's value still counts as shown.
    """

    tab: NotebookPage
    selector: str
    shown: tuple[str, str]
    value: Callable[[Any], float]
    settle: Callable[[], None]
    slack: float = 1e-6

    def drag(self) -> Drag:
        """Drag from the slider's lowest value over nine tenths of its track.

        What an event asks for is the value that the slider itself took from it.
        """
        knob = f"{self.selector} .noUi-handle"
        self.tab.page.locator(knob).press("Home")
        self.settle()
        self.tab.page.wait_for_timeout(600)  # for a figure that is built anew, 100 ms away
        track = self.tab.page.locator(f"{self.selector} .noUi-base").bounding_box()
        x, y = self.tab.centre(knob)
        end = (x + 0.9 * track["width"], y)
        log = _record(
            self.tab, {"picture": self.shown}, (x, y), end, self.settle, slider=self.selector
        )
        frames = [frame for frame in log["frames"] if frame["picture"] is not None]
        events = [(event[0], event[3]) for event in log["events"] if event[1] > x]
        pictures = [(frame["time"], self.value(frame["picture"])) for frame in frames]
        return measure(events, pictures, slack=self.slack)
