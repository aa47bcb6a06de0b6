"""`UpdateTime`: what an update costs, what an epoch costs, and where the parallel lanes are full."""

from __future__ import annotations

import ipywidgets

from lecture_lib.drawing.scene import Arrow, Dots, Layer, Panel, Path, Scene
from lecture_lib.experiments.update_time import MeasuredUpdateTimes
from lecture_lib.explorers.controls import dropdown, slider
from lecture_lib.explorers.explorer import Explorer, Staging
from lecture_lib.lecture_data import update_times
from lecture_lib.recipes import update_time
from lecture_lib.recipes.update_time import COLUMNS, FIXED, PER_EXAMPLE, SIZES
from lecture_lib.sentences import Sentence
from lecture_lib.words import word

# What the axes show: batch sizes as powers of ten, seconds an update, seconds an epoch.
AXES = {
    "linear": ((-0.2, 5), (0, 10), (0, 400)),
    "near": ((-0.2, 3.2), (0, 0.2), (0, 400)),
    "log": ((-0.2, 5), (-5, 1.5), (-1.2, 3)),
}
CASES = ("lanes", "looks", "full")
MACHINES = {"cpu": "measured", "cuda": "gpu"}


class UpdateTime(Explorer):
    """Seconds for one update and for one epoch against the batch size.

    The lecture's points from a V100, the model t(B) = t₀ + c B under two sliders and, handed in,
    what a machine measured.  On linear axes the curve of the updates looks flat up to 1000; on
    logarithmic ones, and with the axis cut at 0.2 s, it is not.

    Args:
        measured: What `measure_update_times` returned; without it only the lecture's points and
            the model are drawn.

    Raises:
        TypeError: If that is something else.
    """

    def __init__(self, measured: MeasuredUpdateTimes | None = None) -> None:
        if not isinstance(measured, MeasuredUpdateTimes | None):
            raise TypeError(
                "expected measured to come from measure_update_times; "
                f"got {type(measured).__name__}."
            )
        self.measured = measured
        scales = [(word(f"update_time.axes.{name}"), name) for name in AXES]
        sizes = [(f"{size}", size) for size in SIZES]
        controls = {
            "axes": dropdown("update_time.axes", scales, "linear"),
            "batch_size": ipywidgets.SelectionSlider(
                options=sizes, value=1000, description=word("update_time.batch_size"),
                style={"description_width": "initial"},
                layout=ipywidgets.Layout(width="340px", max_width="100%", margin="2px"),
            ),
            "fixed": slider("update_time.fixed", 1e3 * FIXED, 0.05, 12.0, 0.05),
            "cost": slider("update_time.cost", round(1e6 * PER_EXAMPLE), 1, 300, 1),
        }  # fmt: skip
        super().__init__(controls)
        self.axes.observe(lambda _change: self.stage(), "value")

    def staging(self) -> Staging:
        """Show the curves on the axes that are chosen."""
        axes, measured = self.axes.value, self.measured
        sizes, *seconds = AXES[axes]
        powers = "xy" if axes == "log" else "x"
        panels = [
            Panel(name, "chart", sizes, span, labels=("B", label), powers=powers)
            for name, span, label in zip(
                ("update", "epoch"), seconds, ("t / s", "Σ t / s"), strict=True
            )
        ]
        cases = tuple(word(f"update_time.case.{case}") for case in CASES)
        machine = MACHINES[measured.device] if measured else "unmeasured"
        flat = {"flat": measured.flat_until} if measured else {}
        return Staging(
            recipe=update_time.update_times(
                update_times(), measured, logarithmic=axes == "log"
            ),
            scene=Scene(tuple(panels), tuple(
                layer for panel in panels for layer in _curves(panel, measured is not None)
            )),
            values={},
            inputs=("batch_size", "fixed", "cost"),
            fact=(
                Sentence((word("update_time.here"),)),
                Sentence(cases, "case"),
                Sentence((word(f"update_time.machine.{machine}", **flat),)),
            ),
            numbers=tuple(Sentence((line,)) for line in _table(measured)),
            legend=_key(measured is not None),
            alt={name: word(f"update_time.alt.{name}") for name in ("update", "epoch")},
        )  # fmt: skip


def _curves(panel: Panel, with_measured: bool) -> list[Layer]:
    """Return what one chart shows: B as a line, the model, the points on top."""
    name, low, high = panel.name, panel.y[0], panel.y[1]
    layers: list[Layer] = [
        Arrow(name, "here_x", low, 0.0, high - low, "guide", heads=0),
        Path(name, "model_x", f"model_{name}_y", "model"),
    ]
    for role in ("recorded", "measured") if with_measured else ("recorded",):
        layers += [Path(name, f"{role}_x", f"{role}_{name}_y", role),
                   Dots(name, f"{role}_x", f"{role}_{name}_y", role)]  # fmt: skip
    return [*layers, Dots(name, "here_x", f"here_{name}_y", "model")]


def _key(with_measured: bool) -> tuple[tuple[str, str, str], ...]:
    """Return the legend."""
    parts = {"recorded": "both", "model": "line"} | ({"measured": "both"} if with_measured else {})
    return tuple((role, part, word(f"update_time.key.{role}")) for role, part in parts.items())


def _table(measured: MeasuredUpdateTimes | None) -> list[str]:
    """Return the lines of numbers, a column for each of the lecture's batch sizes."""

    def row(title: str, who: str, what: str, digits: int) -> str:
        return title + "".join(f"{{{who}_{c}_{what}:9.{digits}f}}" for c in COLUMNS.values())

    lines = [
        " B             " + "".join(f"{size:9d}" for size in COLUMNS),
        row(" ◆   t / ms    ", "recorded", "ms", 1),
        row("     t(B)/t(1) ", "recorded", "times", 1),
        row("     t/B / µs  ", "recorded", "each", 0),
        row("     Σ t / s   ", "recorded", "epoch", 1),
        row(" – – t / ms    ", "model", "ms", 1),
        row("     t(B)/t(1) ", "model", "times", 1),
        row("     Σ t / s   ", "model", "epoch", 1),
    ]
    if measured:
        own = dict(zip(measured.batch_sizes, measured.seconds_per_update, strict=True))
        known = [f"{1e3 * own[size]:9.2f}" if size in own else "        –" for size in COLUMNS]
        lines.append(" ●   t / ms    " + "".join(known))
    return lines
