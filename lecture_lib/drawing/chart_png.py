"""Charts side by side as one PNG, for a page that shows a picture and nothing else.

Matplotlib sets formulas with one parser for all, which two threads at once would confuse; so do all
drawings that may come from another thread than the kernel's own one after the other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lecture_lib.drawing import style
from lecture_lib.options import one_of

WIDTH, HEIGHT = 3.8, 3.1  # inches of one chart
ONE_AT_A_TIME = threading.RLock()


def chart_png(*draws: Callable[[Axes], object], dpi: int = 120, theme: str = "light") -> bytes:
    """Return a PNG of the charts, from left to right, all with the vertical axis of the longest.

    Args:
        draws: Each draws one chart on the axes it gets.
        dpi: Dots an inch; a chart is 3.8 inches wide.
        theme: Of the page that it is shown on, ``"light"`` or ``"dark"``.

    Raises:
        TypeError: If the theme is not a string.
        ValueError: If there is no chart, or no such theme.
    """
    one_of(theme, "a theme", style.THEMES)
    if not draws:
        raise ValueError("expected one chart or more to draw; got none.")
    with ONE_AT_A_TIME:
        figure = Figure(
            figsize=(WIDTH * len(draws), HEIGHT), dpi=dpi, facecolor=style.PAGE[theme],
            layout="constrained",
        )  # fmt: skip
        axes = figure.subplots(1, len(draws), squeeze=False)[0]
        for ax, draw in zip(axes, draws, strict=True):
            draw(ax)
        lows, highs = zip(*(ax.get_ylim() for ax in axes), strict=True)
        for ax in axes:
            ax.set_ylim(min(lows), max(highs))
        data = BytesIO()
        figure.savefig(data, format="png", pil_kwargs={"optimize": True})
    return data.getvalue()
