"""A pointer that sends its events at a steady rate and waits for nothing, as a hand does.

Browser drivers await every event, so a slow page slows their pointer down and looks fast. Here the
events go straight into the browser's debugging socket, each at its own time; the answers are read
after the last one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence

import websocket

Point = tuple[float, float]


def straight(start: Point, end: Point, moves: int) -> list[Point]:
    """``moves`` points evenly spread from just after ``start`` to ``end``."""
    return [
        (start[0] + (end[0] - start[0]) * k / moves, start[1] + (end[1] - start[1]) * k / moves)
        for k in range(1, moves + 1)
    ]


class Pointer:
    """A mouse or a finger on one page.

    Args:
        debugging_port: The port given to the browser as ``--remote-debugging-port``.
        target: The page's target id.
    """

    def __init__(self, debugging_port: int, target: str) -> None:
        self._socket = websocket.create_connection(
            f"ws://127.0.0.1:{debugging_port}/devtools/page/{target}",
            suppress_origin=True,
            timeout=30,
        )
        self._sent = 0

    def close(self) -> None:
        """Let go of the page."""
        self._socket.close()

    def _send(self, method: str, **parameters: object) -> None:
        self._sent += 1
        self._socket.send(json.dumps({"id": self._sent, "method": method, "params": parameters}))

    def _hear_out(self) -> None:
        """Read answers until the last event sent is answered, which is when the page has had it."""
        while True:
            answer = json.loads(self._socket.recv())
            if "error" in answer:
                raise RuntimeError(f"the browser refused a pointer event: {answer['error']}")
            if answer.get("id") == self._sent:
                return

    def _mouse(self, kind: str, point: Point, *, held: bool) -> None:
        button = {"button": "left", "buttons": 1} if held else {"button": "none", "buttons": 0}
        if kind != "mouseMoved":
            button |= {"button": "left", "clickCount": 1}
        self._send("Input.dispatchMouseEvent", type=kind, x=point[0], y=point[1], **button)

    def _finger(self, kind: str, points: Iterable[Point]) -> None:
        touching = [{"x": x, "y": y} for x, y in points]
        self._send("Input.dispatchTouchEvent", type=kind, touchPoints=touching)

    def drag(
        self, start: Point, path: Sequence[Point], *, rate: float = 60.0, touch: bool = False
    ) -> list[float]:
        """Press at ``start``, pass through every point of ``path`` at ``rate`` a second, release.

        Args:
            start: Where to press, in CSS pixels of the page's window.
            path: Where to go; release is at its last point.
            rate: Events a second.
            touch: A finger instead of a mouse.

        Returns:
            When each move was sent, in seconds of ``time.perf_counter``.

        Raises:
            RuntimeError: If the browser refuses an event.
        """
        if touch:
            self._finger("touchStart", [start])
        else:
            self._mouse("mouseMoved", start, held=False)
            self._mouse("mousePressed", start, held=True)
        self._hear_out()
        sent, begin = [], time.perf_counter() + 1 / rate
        for number, point in enumerate(path):
            time.sleep(max(0.0, begin + number / rate - time.perf_counter()))
            if touch:
                self._finger("touchMove", [point])
            else:
                self._mouse("mouseMoved", point, held=True)
            sent.append(time.perf_counter())
        if touch:
            self._finger("touchEnd", [])
        else:
            self._mouse("mouseReleased", path[-1], held=False)
        self._hear_out()
        return sent
