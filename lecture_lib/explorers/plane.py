"""`Plane`: the one widget behind every live figure.

The browser moves the handle, hears the sliders and, where the recipe is a twin of the mathematics
here, computes the whole frame itself (``plane.js``).  Where it is not, it asks: requests and
replies are custom messages with a number, so several can be under way and the newest wins.

The callback runs beside the main thread on current JupyterLab: it computes with NumPy and draws
nothing.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterable, Mapping
from numbers import Real
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import numpy as np
import traitlets

from lecture_lib.recipe import Frame

Compute = Callable[[Mapping[str, float]], Frame]
_HERE = Path(__file__).parent
_MODULES = (
    "machine.js", "faces.js", "requests.js", "sentence.js", "controls.js", "steering.js", "plane.js",
)  # fmt: skip


def browser_module() -> str:
    """Return the plane's JavaScript as one ES module.

    A widget's module reaches the browser as a blob, which cannot import its neighbours; so the
    files are set one after another and the lines that import from ``./`` fall away.
    """
    text = "\n".join((_HERE / name).read_text(encoding="utf-8") for name in _MODULES)
    return re.sub(r'^import .* from "\./.*";\n', "", text, flags=re.MULTILINE)


class Plane(anywidget.AnyWidget):
    """Panels to look at, handles to drag, a fact line that follows.

    Attributes:
        scene: What is drawn, as `drawing.scene.Scene.json` gives it, with sentences and look.
        recipe: The recipe as the browser reads it; empty if only the kernel can compute it.
        values: Where the handles are, by input name; set it to move them.
        controls: The ipywidgets controls (or plain numbers) that are inputs too, by name.
        backdrops: What lies behind a panel: two bitmaps or the heights of a surface.
        still: The fact line printed with the still, so that the browser can hide both.
        twin: Set False to compute every frame in the kernel.
    """

    _esm = browser_module()
    _css = (_HERE / "plane.css").read_text(encoding="utf-8")

    scene = traitlets.Dict().tag(sync=True)
    recipe = traitlets.List().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    controls = traitlets.Dict().tag(sync=True, **ipywidgets.widget_serialization)
    backdrops = traitlets.Dict().tag(sync=True)
    still = traitlets.Unicode().tag(sync=True)
    twin = traitlets.Bool(True).tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        # One tuple, replaced as a whole: requests are answered beside the main thread.
        self._answers: tuple[Compute, tuple[str, ...], int] = (_nothing, (), 0)
        super().__init__(**traits)
        self.on_msg(self._answer)

    def answer_with(self, compute: Compute, wanted: Iterable[str], version: int) -> None:
        """Say what to compute when asked, which arrays to send, and for which scene.

        Args:
            compute: From the inputs by name to a frame.
            wanted: The names of the arrays that the scene draws or writes.
            version: The number of the scene; the browser drops replies for another one.
        """
        self._answers = (compute, tuple(wanted), version)

    @property
    def compute(self) -> Compute:
        """What answers a request; may be replaced alone, to answer otherwise."""
        return self._answers[0]

    @compute.setter
    def compute(self, compute: Compute) -> None:
        self._answers = (compute, *self._answers[1:])

    @property
    def wanted(self) -> tuple[str, ...]:
        """The names of the arrays that a reply carries."""
        return self._answers[1]

    @traitlets.validate("values")
    def _numbers_only(self, proposal: Mapping[str, Any]) -> dict[str, float]:
        """Refuse what is no place for a handle."""
        values = proposal["value"]
        for name, value in values.items():
            number = isinstance(value, Real) and math.isfinite(value)
            if not number:
                raise traitlets.TraitError(
                    f"expected a finite number for the handle's {name}; got {value!r}."
                )
        return {name: float(value) for name, value in values.items()}

    def inputs(self) -> dict[str, float]:
        """Return every input by name: the handles' coordinates and the controls' values."""
        return {**self.values, **{name: _number(c) for name, c in self.controls.items()}}

    def _answer(self, _widget: Any, message: Mapping[str, Any], _buffers: Any) -> None:
        """Compute the frame that was asked for; a reply always goes out, also on failure."""
        if not isinstance(message, Mapping) or message.get("kind") != "ask":
            return
        started = time.perf_counter()
        compute, wanted, version = self._answers
        reply = {"kind": "frame", "version": version}
        reply |= {name: message.get(name) for name in ("view", "seq", "state")}
        buffers = []
        try:
            frame = compute({k: float(v) for k, v in message["state"].items()})
            with np.errstate(over="ignore"):  # what ran away beyond 32 bits is drawn no more
                arrays = [(name, np.ravel(frame[name]).astype(np.float32)) for name in wanted]
            reply["lengths"] = [(name, array.size) for name, array in arrays]
            buffers = [np.concatenate([a for _, a in arrays] or [np.zeros(0, "f4")]).tobytes()]
        except Exception as error:  # shown to the learner, whatever it is; the next input works
            reply["error"] = f"{type(error).__name__}: {error}"
        reply["ms"] = 1000 * (time.perf_counter() - started)
        self.send(reply, buffers)


def _nothing(_inputs: Mapping[str, float]) -> Frame:
    raise RuntimeError("this plane was given nothing to compute.")


def _number(control: Any) -> float:
    """Return a control's value as the browser hears it: choices count as their index."""
    if isinstance(control, ipywidgets.Widget):
        choices = hasattr(control, "_options_labels")
        return float(control.index if choices else control.value)
    return float(control)
