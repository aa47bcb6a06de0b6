"""The pictures of long runs: from the name and the results to a PNG, charts side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from matplotlib.axes import Axes

from lecture_lib.drawing.chart_png import chart_png
from lecture_lib.drawing.experiment_charts import (
    draw_batch_accuracy,
    draw_minimum_ratios,
    draw_sharpness_pairs,
)

Results = tuple[Any, ...]
Charts = tuple[Callable[..., object], ...]
PIXELS = {1: 420, 2: 760, 3: 960}  # how wide a picture is shown, by how many charts it has


def _side_by_side(draw: Callable[..., object]) -> Callable[[Results], Charts]:
    return lambda results: tuple(partial(_on, draw, result) for result in results)


def _on(draw: Callable[..., object], result: Any, ax: Axes, *, theme: str) -> object:
    return draw(ax, result, theme=theme)


CHARTS: Mapping[str, Callable[[Results], Charts]] = {
    "sharpness": lambda results: (partial(_on, draw_sharpness_pairs, results),),
    "batch_sweep": _side_by_side(draw_batch_accuracy),
    "digits": _side_by_side(draw_minimum_ratios),
}


def results_png(name: str, results: Results, theme: str = "light") -> tuple[bytes, int]:
    """Return the picture of a long run's results, and how many pixels wide it is to be shown.

    Args:
        name: Of the `LongRun`.
        results: What it returned.
        theme: Of the page that it is shown on, ``"light"`` or ``"dark"``.
    """
    charts = [partial(chart, theme=theme) for chart in CHARTS[name](results)]
    return chart_png(*charts, theme=theme), PIXELS[len(charts)]
