"""`FlatAndSharp`: the slide's cartoon, one function at every sharpness, and what the step size does."""

from __future__ import annotations

from typing import Any

from lecture_lib.drawing.backdrop import map_bitmaps
from lecture_lib.drawing.scene import Arrow, Dots, Handle, Label, Layer, Panel, Path, Scene
from lecture_lib.explorers.controls import dropdown, slider
from lecture_lib.explorers.explorer import Explorer, Staging
from lecture_lib.explorers.legend import Entry
from lecture_lib.lecture_data import small_against_large
from lecture_lib.options import one_of
from lecture_lib.recipes import flat_and_sharp
from lecture_lib.recipes.flat_and_sharp import (
    ACROSS,
    DEPTH,
    FAR,
    FLATTEST,
    NARROW,
    SHIFTS,
    SPAN,
    TOP,
    VALLEY,
    WHOLE,
    WIDE,
)  # fmt: skip
from lecture_lib.sentences import Sentence
from lecture_lib.surfaces import Surface
from lecture_lib.words import word

VIEWS: dict[str, tuple[str, ...]] = {
    "shift": ("shift",), "valley": (), "step": ("learning_rate",),
}  # fmt: skip
START = {"v1": 0.9, "v2": 2.6, "w1": 0.4, "w2": 2.2}
DECADES = 2.3  # a little more than all steps, so that the mark of the last one is seen whole
HIGH = 22.0  # sharpness at the top of the chart
NAMES = ("w₁", "w₂")
CASES = {
    "shift": ("together", "apart", "out"),
    "valley": ("flattest", "sharper"),
    "step": ("rests", "thrown", "not_yet", "away"),
}


class FlatAndSharp(Explorer):
    """Flat minima and sharp ones: what the slide says, what it leaves out, and who prefers which.

    Three views.  *Shift*: the test loss as the training loss moved sideways; the gap is small in a
    wide valley and large in a narrow one.  *Valley*: along w1 w2 = 1 the sharpness changes as much
    as you like, and the network does not change at all.  *Step size*: plain descent cannot rest in
    places sharper than 2/η.

    Args:
        view: ``"shift"``, ``"valley"`` or ``"step"``.

    Raises:
        TypeError: If ``view`` is not a string.
        ValueError: If there is no such view.
    """

    def __init__(self, view: str = "shift") -> None:
        one_of(view, "a view", VIEWS)
        views = [(word(f"flat.view.{name}"), name) for name in VIEWS]
        controls = {
            "view": dropdown("flat.view", views, view),
            "shift": slider("flat.slider.shift", 0.3, *SHIFTS, 0.01),
            "learning_rate": slider("flat.slider.learning_rate", 0.25, 0.01, 0.4, 0.01),
        }
        super().__init__(controls)
        self.view.observe(lambda _change: self.stage(), "value")

    def staging(self) -> Staging:
        """Show the view that is chosen, with the controls that it has."""
        view = self.view.value
        for name, control in self.controls.items():
            control.layout.display = None if name in ("view", *VIEWS[view]) else "none"
        parts = {"shift": _shift, "valley": _valley, "step": _step}[view]()
        cases = tuple(word(f"flat.{view}.{case}") for case in CASES[view])
        said = Sentence((word(f"flat.{view}"),)), Sentence(cases, "case")
        scene, numbers = parts.pop("scene"), parts.pop("numbers")
        return Staging(
            scene=scene,
            values=START,
            inputs=VIEWS[view],
            fact=(*said, *([Sentence((word("flat.shift.caveat"),))] if view == "shift" else [])),
            numbers=tuple(
                line if isinstance(line, Sentence) else Sentence((line,)) for line in numbers
            ),
            legend=_key(view),
            alt={panel.name: word(f"flat.alt.{view}.{panel.name}") for panel in scene.panels},
            **parts,
        )


def _shift() -> dict[str, Any]:
    floor = TOP - DEPTH
    middles = {"a": WIDE[0], "b": NARROW[0]}
    losses = Panel("losses", "chart", SPAN, (0, 1.15), labels=("w", "L"))
    gaps = Panel("gaps", "chart", SHIFTS, (-0.05, 1.0), labels=("Δw", "ΔL"))
    layers: list[Layer] = [
        Path("losses", "grid", "test", "test_loss"),
        Path("losses", "grid", "train", "truth"),
        Arrow("gaps", "shift", -0.05, 0.0, 1.05, "guide", heads=0),
    ]
    for name, middle in middles.items():
        layers += [
            Arrow("losses", middle, floor, 0.0, f"{name}_gap", "gradient", heads=0),
            Dots("losses", middle, floor, "truth"),
            Dots("losses", middle, f"{name}_test", "gradient"),
            Label("losses", middle, floor, name, "truth", offset=(-4, 18)),
            Path("gaps", "shifts", f"{name}_gaps", "gradient"),
            Dots("gaps", "shift", f"{name}_gap", "gradient"),
        ]
    layers += [Label("gaps", 0.62, 0.2, "a", "truth", offset=(8, 8)),
               Label("gaps", 0.36, 0.7, "b", "truth", offset=(-24, -4))]  # fmt: skip
    return {
        "recipe": flat_and_sharp.shifted(),
        "scene": Scene((losses, gaps), tuple(layers)),
        "numbers": (" Δw ={shift:6.2f}    a: ΔL ={a_gap:6.3f}    b: ΔL ={b_gap:6.3f}", "", *_table()),
    }  # fmt: skip


def _table() -> list[str]:
    """Return the table of slides p. 26: training above, other data below, and what is lost there."""
    table = small_against_large()
    nets = table.values()
    rows = (
        (" ────  B = 256 ", [net.train_small for net in nets]),
        ("       B = N/10", [net.train_large for net in nets]),
        (" – –   B = 256 ", [net.test_small for net in nets]),
        ("       B = N/10", [net.test_large for net in nets]),
        ("       Δ       ", [net.test_small - net.test_large for net in nets]),
    )
    head = " " * len(rows[0][0]) + "".join(f"{name:>8}" for name in table)
    return [head, *(title + "".join(f"{x:8.2f}" for x in row) + " %" for title, row in rows)]


def _valley() -> dict[str, Any]:
    across = Panel("across", "chart", (-ACROSS, ACROSS), (-0.1, 2.5), labels=("t", "L"))
    return {
        "recipe": flat_and_sharp.along_valley(),
        "scene": Scene(
            (_map(VALLEY), across),
            (
                Path("map", "valley_x", "valley_y", "flat"),
                Arrow("map", "v1", "v2", "to_x", "to_y", "guide", heads=0),
                Arrow("map", "from_x", "from_y", "long_x", "long_y", "curves_up", heads=0),
                Label("map", "label_x", "label_y", "u", "curves_up", offset=(0, 13)),
                Dots("map", "a", "b", "truth"),
                Path("across", "slice", "flattest", "guide"),
                Path("across", "slice", "slice_model", "model"),
                Path("across", "slice", "slice_truth", "curves_up"),
                Dots("across", 0.0, 0.0, "truth"),
            ),
            (Handle("map", "v1", "v2", "θ", word("flat.handle.theta")),),
        ),
        "numbers": (
            " w₁ ={a:6.2f}   w₂ ={b:6.2f}   w₁ w₂ = 1   ŷ = w₁ w₂ x = x   L = 0",
            " λ₁ = 0   λ₂ = 2 (w₁² + w₂²) ={sharp:6.2f} = {times:.2f} · 4      2/λ₂ ={limit:6.3f}",
        ),
        "backdrops": {"map": map_bitmaps(VALLEY)},
    }  # fmt: skip


def _step() -> dict[str, Any]:
    end = " k = {all_steps:.0f}: ({end_w1:.3f}, {end_w2:.3f})   w₁ w₂ ={product:6.3f}   λ₂ ={end_sharp:6.2f}"
    gone = f" k = {{all_steps:.0f}}:  |w₁| + |w₂| > {FAR:.0f}"
    chart = Panel("sharpness", "chart", (0, DECADES), (0, HIGH), labels=("k + 1", "λ₂"),
                  powers="x")  # fmt: skip
    return {
        "recipe": flat_and_sharp.descending(),
        "scene": Scene(
            (_map(WHOLE), chart),
            (
                Path("map", "path_w1", "path_w2", "descent", marks=True),
                Arrow("sharpness", 0.0, FLATTEST, DECADES, 0.0, "guide", heads=0),
                Label("sharpness", DECADES, FLATTEST, "4", "guide", offset=(-16, 9)),
                Arrow("sharpness", 0.0, "limit", DECADES, 0.0, "model", heads=0),
                Label("sharpness", DECADES, "limit", "2/η", "model", offset=(-30, -10)),
                Path("sharpness", "clock", "path_sharp", "descent"),
                Dots("sharpness", "end_clock", "end_sharp", "descent"),
            ),
            (Handle("map", "w1", "w2", "θ", word("flat.handle.start")),),
        ),
        "numbers": (
            " η ={learning_rate:5.2f}   2/η ={limit:6.2f}      η → 0: λ₂ = 2 √((w₁² − w₂²)² + 4) ={tiny:6.2f}",
            Sentence((end,) * 3 + (gone,), "case"),
        ),
        "backdrops": {"map": map_bitmaps(WHOLE)},
    }  # fmt: skip


def _map(surface: Surface) -> Panel:
    return Panel("map", "map", *surface.window, labels=NAMES)


def _key(view: str) -> tuple[Entry, ...]:
    """Return the legend of a view."""
    return {
        "shift": (("truth", "line", word("flat.key.train")),
                  ("test_loss", "line", word("flat.key.test")),
                  ("gradient", "both", word("flat.key.gap"))),
        "valley": (("curves_up", "line", word("flat.key.across")),
                   ("model", "line", word("flat.key.model")),
                   ("guide", "line", word("flat.key.flattest")),
                   ("flat", "line", word("flat.key.valley"))),
        "step": (("descent", "both", word("flat.key.descent")),
                 ("model", "line", word("flat.key.limit"))),
    }[view]  # fmt: skip
