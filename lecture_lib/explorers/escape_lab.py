"""`EscapeLab`: leave a saddle, by one step along u or by five methods side by side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lecture_lib.drawing.backdrop import map_bitmaps
from lecture_lib.drawing.scene import Arrow, ByValue, Dots, Handle, Label, Panel, Path, Scene
from lecture_lib.explorers.controls import dropdown, slider
from lecture_lib.explorers.explorer import Explorer, Staging
from lecture_lib.explorers.landmarks import landmarks
from lecture_lib.explorers.legend import Entry
from lecture_lib.options import one_of
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
SEED = 5  # of the batches and the random direction: the same draws in every figure
SLICE = "(1 - w1**2*w2)**2"  # three weights of which the first two are equal
BENDS = ("curves_down", "flat", "curves_up")
CASES = ("down", "below_zero", "sloping", "no_way")
STORIES = ("all", "line", "patience", "away")
TURNS = ("down", "up", "nothing")
REACH = slices.REACH


class EscapeLab(Explorer):
    """Leave the saddle of (1 − w1 w2)².

    Three views.  *Five ways out*: drag the start, and plain descent, momentum, mini-batches and two
    kicks leave, or fail to; exactly on the line w1 = −w2 only the kicks do.  *One step along u*:
    the exact loss beside the quadratic model, at the saddle and beside it.  *Three weights*:
    (1 − w1 w2 w3)², where H = 0 has no direction to offer.

    Args:
        view: ``"ways"``, ``"step"`` or ``"three"``.

    Raises:
        TypeError: If the view is not a string.
        ValueError: If there is no such view.
    """

    def __init__(self, view: str = "ways") -> None:
        one_of(view, "a view", VIEWS)
        views = [(word(f"escape.view.{name}"), name) for name in VIEWS]
        starts = [(word(f"escape.start.{name}"), name) for name in (*STARTS, OWN)]
        controls = {
            "view": dropdown("escape.view", views, view),
            "start": dropdown("escape.start", starts, "near"),
            "learning_rate": slider("escape.learning_rate", 0.05, 0.01, 0.2, 0.01),
            "momentum": slider("escape.momentum", 0.9, 0.0, 0.95, 0.05),
            "kick": slider("escape.kick", 0.1, 0.01, 1.0, 0.01),
            "steps": slider("escape.steps", STEPS, 0, STEPS, 1),
            "step": slider("escape.step", 0.5, -REACH, REACH, 0.01),
        }
        for name in ("learning_rate", "momentum", "kick", "steps"):
            controls[name].layout.width = "340px"  # two a row, and room for the button
        super().__init__(controls)
        self.view.observe(lambda _change: self._turn_to(), "value")
        self.start.observe(lambda _change: self._place(), "value")
        self.plane.observe(lambda _change: self._compare(), "values")

    def staging(self) -> Staging:
        """Show the view that is chosen, with the controls that it has."""
        view = self.view.value
        for name, control in self.controls.items():
            control.layout.display = None if name in ("view", *VIEWS[view]) else "none"
        shown = {"ways": self._ways, "step": self._step, "three": self._three}[view]()
        return replace(shown, legend=_key(view))

    def _ways(self) -> Staging:
        stories = tuple(word(f"escape.story.{story}") for story in STORIES)
        chart = Panel("losses", "chart", (0, STEPS), (-6, 2), labels=("k", "L"), powers="y")
        return Staging(
            recipe=escape.five_ways(np.random.default_rng(SEED)),
            scene=Scene((_map(((0.0, 0.0, "saddle"),)), chart), _walks(), _theta()),
            values=_values(*STARTS.get(self.start.value, STARTS["near"])),
            inputs=VIEWS["ways"][1:],
            fact=(Sentence((word("escape.ways"),)), Sentence(stories, "story")),
            numbers=_NUMBERS["ways"],
            backdrops={"map": map_bitmaps(SURFACES["two_weights"])},
            alt={"map": word("escape.alt.ways"), "losses": word("escape.alt.losses")},
        )

    def _step(self) -> Staging:
        surface = SURFACES["two_weights"]
        cases = tuple(word(f"escape.case.{case}") for case in CASES)
        chart = Panel("slice", "chart", (-REACH, REACH), (-1.5, 3), labels=("t", "L"))
        return Staging(
            recipe=slices.step_along(surface),
            scene=Scene(
                (_map(landmarks(surface)), chart), (*_direction(), *_slice("loss")), _theta()
            ),
            values=_values(0.0, 0.0),
            inputs=VIEWS["step"],
            fact=(Sentence((word("escape.step_here"),)), Sentence(cases, "case")),
            numbers=_NUMBERS["step"],
            backdrops={"map": map_bitmaps(surface)},
            alt={"map": word("escape.alt.step"), "slice": word("escape.alt.slice")},
        )

    def _three(self) -> Staging:
        turns = tuple(word(f"escape.three.{turn}") for turn in TURNS)
        plane = Panel("map", "map", (-REACH, REACH), (-REACH, REACH), labels=("w₁ = w₂", "w₃"))
        chart = Panel("slice", "chart", (-REACH, REACH), (-0.5, 4), labels=("t", "L"))
        along = Path("map", "slice_x", "slice_y", "flat"), Dots("map", "step_x", "step_y", "truth")
        handle = Handle("map", "v1", "v2", "v", word("escape.handle.v"), circle=2**0.5)
        return Staging(
            recipe=slices.three_weights(),
            scene=Scene((plane, chart), (*along, *_slice("model")), (handle,)),
            values=_values(0.0, 0.0),
            inputs=VIEWS["three"],
            fact=(Sentence((word("escape.three"),)), Sentence(turns, "case")),
            numbers=_NUMBERS["three"],
            backdrops={"map": map_bitmaps(Surface.from_formula(SLICE))},
            alt={"map": word("escape.alt.three"), "slice": word("escape.alt.cubic")},
        )

    def _turn_to(self) -> None:
        """Show another view; a start that was dragged to is not kept."""
        if self.start.value == OWN:
            self.start.value = "near"
        self.stage()

    def _place(self) -> None:
        """Put θ where the drop-down says."""
        if self.start.value == OWN:
            self._compare()
        elif self.view.value == "ways":
            w1, w2 = STARTS[self.start.value]
            self.staged = replace(self.staged, values=_values(w1, w2))
            self.plane.values = {**self.plane.values, "w1": w1, "w2": w2}

    def _compare(self) -> None:
        """Let the drop-down name the start at which θ stands, if it stands at one."""
        if self.view.value == "ways":
            here = self.plane.values["w1"], self.plane.values["w2"]
            self.start.value = next((n for n, theta in STARTS.items() if theta == here), OWN)


def _values(w1: float, w2: float) -> dict[str, float]:
    """Return the handles of all views, so that a state names the same ones in each."""
    return {"w1": w1, "w2": w2, "v1": 1.0, "v2": 1.0}


def _map(marks: tuple[tuple[float, float, str], ...]) -> Panel:
    window = SURFACES["two_weights"].window
    return Panel("map", "map", *window, labels=("w₁", "w₂"), landmarks=marks)


def _theta() -> tuple[Handle]:
    return (Handle("map", "w1", "w2", "θ", word("handle.theta")),)


def _walks() -> tuple:
    """Return the five paths on the map, and their losses with the step at which each leaves."""
    upto = {"upto": "steps"}
    return (
        Arrow("map", -REACH, REACH, 2 * REACH, -2 * REACH, "guide", heads=0),
        Label("map", -1.5, 1.5, "w₁ = −w₂", "truth", offset=(12, -8)),
        Arrow("losses", 0.0, -3.0, float(STEPS), 0.0, "guide", heads=0),
        Label("losses", float(STEPS), -3.0, "10⁻³", "guide", offset=(-38, -12)),
        *(Path("map", f"{m}_x", f"{m}_y", m, marks=True, **upto) for m in METHODS),
        *(Path("losses", "k", f"{m}_log_loss", m, **upto) for m in METHODS),
        *(Dots("losses", f"{m}_left", -3.0, m) for m in METHODS),
    )


def _direction() -> tuple:
    """Return u through θ on the map, and where the step ends."""
    role = ByValue("low_bend", BENDS)
    return (
        Arrow("map", "from_x", "from_y", "long_x", "long_y", role, heads=0),
        Label("map", "end_x", "end_y", "u", role, offset=(8, 10)),
        Dots("map", "step_x", "step_y", "truth"),
    )


def _slice(begin: str) -> tuple:
    """Return the exact loss and the model along a line, and both at the step's end."""
    flat = begin == "model"
    return (
        Arrow("slice", -REACH, 0.0, 2 * REACH, 0.0, "guide", heads=0),
        Path("slice", "slice", "slice_truth", "truth"),
        Path("slice", "slice", 1.0 if flat else "slice_model", "model"),
        *([] if flat else [Label("slice", 0.0, begin, "θ", "truth", offset=(-4, -16))]),
        Arrow("slice", "step", "model" if flat else "step_model", 0.0,
              "gap" if flat else "step_gap", "guide", heads=0),
        Dots("slice", "step", "model" if flat else "step_model", "model"),
        Dots("slice", "step", "step_truth", "truth"),
    )  # fmt: skip


def _key(view: str) -> tuple[Entry, ...]:
    """Return the legend of a view."""
    if view == "ways":
        return tuple((m, "both", word(f"escape.method.{m}")) for m in METHODS)
    model = "escape.key.model" if view == "step" else "escape.key.flat_model"
    return ("truth", "both", word("escape.key.truth")), ("model", "both", word(model))


_NUMBERS = {
    view: tuple(Sentence((line,)) for line in lines)
    for view, lines in {
        "ways": (
            " L < 10⁻³:   ● k ={descent_left:4.0f}   ▲ k ={momentum_left:4.0f}"
            "   ■ k ={mini_batch_left:4.0f}   ◆ k ={kick_left:4.0f}   ✕ k ={random_kick_left:4.0f}",
            " z² − (1 + β − ηλ) z + β = 0,  λ = −2:   ● β = 0: z = {plain_growth:.3f}"
            "   ▲ β = {momentum:.2f}: z = {momentum_growth:.3f}",
        ),
        "step": (
            "                       t = {step:6.2f}  {near:8.2f}  {half:8.2f}  {one:8.2f}  {root:8.2f}",
            " ────  L(θ + t u)          {step_truth:6.3f}  {near_truth:8.3f}"
            "  {half_truth:8.3f}  {one_truth:8.3f}  {root_truth:8.3f}",
            " – –   L + t gᵀu + ½ t² λ  {step_model:6.3f}  {near_model:8.3f}"
            "  {half_model:8.3f}  {one_model:8.3f}  {root_model:8.3f}",
        ),
        "three": (
            " g = (0, 0, 0)     H = 0     λ = 0, 0, 0",
            " L(t v) = (1 − {cube:.2f} t³)²     L + t gᵀv + ½ t² vᵀHv = 1",
        ),
    }.items()
}
