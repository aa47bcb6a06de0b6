"""Sliders and drop-downs as all live figures have them, and setting one from text."""

from __future__ import annotations

from typing import Any

import ipywidgets

from lecture_lib.words import word


def set_from_text(control: Any, text: str) -> None:
    """Set a control from the text of its value; what it cannot be is refused with what it can."""
    try:
        value = type(control.value)(text)
    except ValueError:
        value = None
    if isinstance(value, bool):  # bool("False") is True
        value = {"True": True, "False": False}.get(text)
        fits, wanted = value is not None, "True or False"
    elif hasattr(control, "options"):
        possible = [option for _, option in control.options]
        value = next((option for option in possible if str(option) == text), None)
        fits, wanted = value is not None, f"one of {', '.join(map(str, possible))}"
    elif hasattr(control, "min"):
        fits = value is not None and control.min <= value <= control.max
        wanted = f"a number from {control.min} to {control.max}"
    else:
        fits, wanted = True, "text"
    if not fits:
        raise ValueError(f"{control.description}: expected {wanted}; got {text[:60]!r}.")
    control.value = value


def slider(key: str, value: float, low: float, high: float, step: float, **extra: Any) -> Any:
    """Return a slider whose name is the words ``key``; whole numbers give an `IntSlider`."""
    whole = all(isinstance(x, int) for x in (value, low, high, step))
    kind = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
    return kind(value, min=low, max=high, step=step, description=word(key), **_wide(), **extra)


def dropdown(key: str, options: list[tuple[str, Any]], value: Any) -> Any:
    """Return a drop-down whose name is the words ``key``; options are ``(shown, value)`` pairs."""
    return ipywidgets.Dropdown(
        options=options, value=value, description=word(key), style={"description_width": "initial"},
        layout=ipywidgets.Layout(width="auto", min_width="220px"),
    )  # fmt: skip


def _wide() -> dict[str, Any]:
    return {"style": {"description_width": "initial"},
            "layout": ipywidgets.Layout(width="360px", max_width="100%")}  # fmt: skip
