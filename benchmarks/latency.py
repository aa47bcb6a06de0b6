"""From what a browser recorded to milliseconds: how far a picture runs behind the pointer.

A drag goes steadily in one direction, so a value on the screen says which pointer event it
belongs to. The latency of an event is the time from the event's own stamp to the end of the first
frame that shows its value or a newer one; an event that a slow page skips is therefore counted,
and counted in full.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Drag:
    """One drag, measured.

    Attributes:
        latencies: One for every event that should have changed the picture, in milliseconds.
        rate: Different pictures a second while dragging.
        backlog: From the last event to the last change of the picture, in milliseconds.
    """

    latencies: np.ndarray
    rate: float
    backlog: float


def fit_line(x: Sequence[float], y: Sequence[float]) -> tuple[float, float]:
    """Return ``(a, b)`` of the straight line y = a + b x, by least squares.

    Raises:
        ValueError: If there are fewer than two different x.
    """
    if len(set(x)) < 2:
        raise ValueError(f"a line needs two different x; got {sorted(set(x))}: did nothing move?")
    slope, start = np.polyfit(x, y, 1)
    return float(start), float(slope)


def measure(
    events: Sequence[tuple[float, float]], shown: Sequence[tuple[float, float]], *, slack: float
) -> Drag:
    """Compare what should be shown with what was shown.

    Args:
        events: ``(time, value)`` of every pointer event: the value that it asks for. Rising; an
            event that asks for no more than the one before it, as most do on a slider of few
            steps, asks for no new picture.
        shown: ``(time, value)`` of every frame.
        slack: How much less than asked for still counts as shown; rounding, no more.

    Returns:
        The drag's latencies, rate and backlog.

    Raises:
        ValueError: If the last event is never shown: there is nothing to time.
    """
    times = np.array([time for time, _ in shown])
    values = np.maximum.accumulate([value for _, value in shown])
    if values[-1] < events[-1][1] - slack:
        raise ValueError(f"{events[-1][1]:.4g} was asked for last; {values[-1]:.4g} shown at most.")
    latencies, asked = [], values[0]
    for time, wanted in events:
        if wanted <= asked + slack / 2:
            continue
        asked = wanted
        first = np.searchsorted(values, wanted - slack)
        latencies.append(times[first] - time)
    changes = times[1:][np.diff(values) > 0]
    begin, end = events[0][0], events[-1][0]
    if not changes.size:
        raise ValueError("the picture did not change; what was asked for was there already.")
    during = np.count_nonzero((changes > begin) & (changes <= end))
    return Drag(np.array(latencies), 1000 * during / (end - begin), float(changes[-1] - end))
