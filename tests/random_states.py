"""Random states of a live figure, as sliders and handles can reach them."""

from __future__ import annotations

from typing import Any

import numpy as np


def shuffle_controls(figure: Any, rng: np.random.Generator, keep: tuple[str, ...] = ()) -> None:
    """Set every control but those kept, and every handle; one in four goes to an end."""
    for name, control in figure.controls.items():
        if name not in keep:
            control.value = _value(control, rng)
    panels = {panel.name: panel for panel in figure.staged.scene.panels}
    values = dict(figure.plane.values)
    for handle in figure.staged.scene.handles:
        values[handle.x] = _between(*panels[handle.panel].x, rng)
        if handle.level is None:
            values[handle.y] = _between(*panels[handle.panel].y, rng)
    figure.plane.values = values


def _value(control: Any, rng: np.random.Generator) -> Any:
    if hasattr(control, "options"):
        return control.options[int(rng.integers(len(control.options)))][1]
    if isinstance(control.value, bool):
        return bool(rng.integers(2))
    steps = round((control.max - control.min) / control.step)
    taken = round(_between(0, steps, rng))
    return type(control.value)(min(control.max, round(control.min + taken * control.step, 9)))


def _between(low: float, high: float, rng: np.random.Generator) -> float:
    ends = (low, high, 0.0 if low < 0 < high else low)
    return float(ends[rng.integers(3)]) if rng.random() < 0.25 else float(rng.uniform(low, high))
