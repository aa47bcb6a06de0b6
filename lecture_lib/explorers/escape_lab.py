"""`EscapeLab`: leave a saddle, by one step along u or by five methods side by side."""

from __future__ import annotations

from dataclasses import replace

import ipywidgets
import numpy as np

from lecture_lib.drawing.backdrop import map_bitmaps
from lecture_lib.drawing.scene import Arrow, ByValue, Dots, Handle, Label, Panel, Path, Scene
from lecture_lib.explorers import legend
from lecture_lib.explorers.explorer import Explorer, Staging, dropdown, slider
from lecture_lib.recipes import escape, slices
from lecture_lib.recipes.escape import METHODS, STEPS
from lecture_lib.sentences import Sentence
from lecture_lib.surfaces import SURFACES, Surface
from lecture_lib.words import word

VIEWS = {
    "ways": ("start", "learning_rate", "momentum", "kick", "steps"),
    "step": ("step",),
    "three": ("step",),
}
STARTS = {
    "near": (0.501, -0.5),
    "nearer": (0.500001, -0.5),
    "line": (0.5, -0.5),
    "saddle": (0.0, 0.0),
    "free": (-1.2, 0.7),
}
OWN = "own"  # wherever the handle was dragged
SEED = 3  # of the batches and of the random direction: the same draws in every figure
SLICE = "(1 - w1**2*w2)**2"  # three weights, of which the first two are equal
BENDS = ("curves_down", "flat", "curves_up")
MARKS = dict(zip(METHODS, "●▲■◆✕", strict=True))


class EscapeLab(Explorer):
    """Leave the saddle of (1 − w1 w2)².

    Three views.  *Five ways out*: drag the start and watch plain descent, momentum, mini-batches
    and two kicks leave, or fail to; exactly on the line w1 = −w2 only the kicks do.  *One step
    along u*: the exact loss beside the quadratic model, at the saddle and beside it.  *Three
    weights*: (1 − w1 w2 w3)², where H = 0 has no direction to offer.

    Args:
        view: ``"ways"``, ``"step"`` or ``"three"``.

    Raises:
        ValueError: If there is no such view.
    """

    def __init__(self, view: str = "ways") -> None:
        if view not in VIEWS:
            raise ValueError(f"expected a view out of {', '.join(VIEWS)}; got {view!r}.")
        self._key = legend.legend()
        self._backdrops: dict[str, dict] = {}
        starts = [(word(f"escape.start.{name}"), name) for name in (*STARTS, OWN)]
        controls = {
            "view": dropdown("escape.view", _named("escape.view", VIEWS), view),
            "start": dropdown("escape.start", starts, "near"),
            "learning_rate": slider("escape.learning_rate", 0.05, 0.01, 0.2, 0.01),
            "momentum": slider("escape.momentum", 0.9, 0.0, 0.95, 0.05),
            "kick": slider("escape.kick", 0.1, 0.01, 1.0, 0.01),
            "steps": slider("escape.steps", STEPS, 0, STEPS, 1),
            "step": slider("escape.step", 0.5, -2.0, 2.0, 0.01),
        }
        super().__init__(controls)
        row, plane = self.children
        self.children = (row, self._key, plane)
        self.view.observe(lambda _change: self._turn_to(), "value")
        self.start.observe(lambda _change: self._place(), "value")
        plane.observe(lambda _change: self._compare(), "values")

    def staging(self) -> Staging:
        """Show the view that is chosen, and the controls that it has."""
        view = self.view.value
        for name, control in self.controls.items():
            control.layout.display = None if name in ("view", *VIEWS[view]) else "none"
        self._key.value = legend.entries(_LEGENDS[view]())
        return {"ways": self._ways, "step": self._step, "three": self._three}[view]()

    def _ways(self) -> Staging:
        ways = word("escape.ways", steps="{steps:.0f}", threshold="0.001")
        return Staging(
            recipe=escape.five_ways(np.random.default_rng(SEED)),
            scene=Scene(
                panels=(_map(), Panel("losses", "chart", (0, STEPS), (-6, 2), labels=("k", "L"),
                                      powers="y")),
                layers=(*_walks(), *_losses()),
                handles=(Handle("map", "w1", "w2", "θ", word("handle.theta")),),
            ),
            values=self._values(STARTS.get(self.start.value, STARTS["near"])),
            inputs=VIEWS["ways"][1:],
            fact=(Sentence((ways,)), _versions("escape.story", 4, "story")),
            numbers=_NUMBERS["ways"],
            backdrops={"map": self._backdrop("two_weights")},
            alt={"map": word("escape.alt.ways"), "losses": word("escape.alt.losses")},
        )  # fmt: skip

    def _step(self) -> Staging:
        return Staging(
            recipe=slices.step_along(SURFACES["two_weights"]),
            scene=Scene(
                panels=(_map(), Panel("slice", "chart", (-2, 2), (-1.5, 3), labels=("d", "L"))),
                layers=(*_direction(), *_slice()),
                handles=(Handle("map", "w1", "w2", "θ", word("handle.theta")),),
            ),
            values=self._values((0.0, 0.0)),
            inputs=VIEWS["step"],
            fact=(Sentence((word("escape.step_here"),)), _versions("escape.case", 4, "case")),
            numbers=_NUMBERS["step"],
            backdrops={"map": self._backdrop("two_weights")},
            alt={"map": word("escape.alt.step"), "slice": word("escape.alt.slice")},
        )

    def _three(self) -> Staging:
        box = {"x": (-2, 2), "y": (-2, 2), "labels": ("w₁ = w₂", "w₃")}
        return Staging(
            recipe=slices.three_weights(),
            scene=Scene(
                panels=(Panel("map", "map", **box, landmarks=((0.0, 0.0, "inconclusive"),)),
                        Panel("slice", "chart", (-2, 2), (-0.5, 4), labels=("t", "L"))),
                layers=(
                    Path("map", "slice_x", "slice_y", "truth"),
                    Dots("map", "step_x", "step_y", "kick"),
                    *_slice(model="case_model"),
                ),
                handles=(Handle("map", "v1", "v2", "v", word("escape.handle.v"), circle=2**0.5),),
            ),
            values=self._values((0.0, 0.0)),
            inputs=VIEWS["three"],
            fact=(Sentence((word("escape.three"),)), _versions("escape.three", 3, "case")),
            numbers=_NUMBERS["three"],
            backdrops={"map": self._backdrop(SLICE)},
            alt={"map": word("escape.alt.three"), "slice": word("escape.alt.cubic")},
        )  # fmt: skip
