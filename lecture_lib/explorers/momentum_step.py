"""`MomentumStep`: the two arrows that make a movement, step after step."""

from __future__ import annotations

from typing import Any, NamedTuple

import ipywidgets

from lecture_lib.drawing.backdrop import map_bitmaps
from lecture_lib.drawing.scene import Arrow, Dots, Handle, Label, Panel, Path, Scene
from lecture_lib.explorers.controls import dropdown, slider
from lecture_lib.explorers.explorer import Explorer, Staging
from lecture_lib.explorers.landmarks import landmarks
from lecture_lib.options import one_of
from lecture_lib.recipes import momentum_step
from lecture_lib.recipes.momentum_step import STEPS
from lecture_lib.sentences import Sentence
from lecture_lib.surfaces import SURFACES, Surface
from lecture_lib.words import word

HERE = ("both", "heavy", "plain", "none")  # which of the two has not run away
CASES = ("first", "plain", "along", "across", "uphill", "turned", "rest", "away")
KEY = (("momentum", "both"), ("descent", "both"), ("gradient", "line"), ("tangent", "line"),
       ("last_movement", "line"), ("movement", "line"))  # fmt: skip
EDGE = 1.3  # of the close view, in units of the arrows


class Setting(NamedTuple):
    """How a surface is descended: from where, and between which rates."""

    start: tuple[float, float]
    rate: float
    lowest: float
    highest: float


SETTINGS = {
    "narrow": Setting((-1.8, 1.0), 0.04, 0.002, 0.09),
    "two_weights": Setting((1.2, -0.9), 0.05, 0.005, 0.2),
    "himmelblau": Setting((-0.5, -3.0), 0.005, 0.0005, 0.02),
    "rosenbrock": Setting((-1.2, 1.6), 0.0005, 0.0001, 0.002),
}


class MomentumStep(Explorer):
    """Go through a descent with momentum, one step at a time.

    The map shows the path with momentum up to step k, the rest of it as a thin line, and plain
    descent from the same start.  Beside it stand the arrows of step k as seen from θ: the gradient
    uphill, −η g against it, what is left of the last movement, and the sum of the two.

    Args:
        surface: ``"narrow"`` (a narrow bowl), ``"two_weights"``, ``"himmelblau"`` or
            ``"rosenbrock"``.

    Raises:
        TypeError: If ``surface`` is not a string.
        ValueError: If there is no such surface here.
    """

    def __init__(self, surface: str = "narrow") -> None:
        one_of(surface, "a surface", SETTINGS)
        choices = [(word(f"mstep.surface.{name}"), name) for name in SETTINGS]
        controls = {
            "surface": dropdown("mstep.surface", choices, surface),
            **{_rate(name): slider(
                "mstep.learning_rate", s.rate, s.lowest, s.highest, s.lowest, readout_format=".4f",
            ) for name, s in SETTINGS.items()},
            "momentum": slider("mstep.momentum", 0.8, 0.0, 0.95, 0.05),
            "k": slider("mstep.k", 3, 0, STEPS, 1),
        }  # fmt: skip
        for name in ("momentum", "k"):
            controls[name].layout.width = "340px"  # side by side, with room for the button
        super().__init__(controls)
        self.surface.observe(lambda _change: self.stage(), "value")

    @property
    def learning_rate(self) -> ipywidgets.FloatSlider:
        """The slider of the surface that is chosen; each surface has its own."""
        return self.controls[_rate(self.surface.value)]

    def staging(self) -> Staging:
        """Show the surface that is chosen, with its own slider for the learning rate."""
        name = self.surface.value
        surface = _surface(name)
        for other in SETTINGS:
            self.controls[_rate(other)].layout.display = None if other == name else "none"
        box = {"x": surface.window[0], "y": surface.window[1], "labels": ("w₁", "w₂")}
        return Staging(
            recipe=momentum_step.one_by_one(surface, _rate(name)),
            scene=Scene(
                panels=(
                    Panel("map", "map", **box, landmarks=landmarks(surface)),
                    Panel("close", "map", (-EDGE, EDGE), (-EDGE, EDGE), labels=("Δw₁/s", "Δw₂/s")),
                ),
                layers=(*_paths(), *_arrows()),
                handles=(Handle("map", "w1", "w2", "θ", word("handle.theta")),),
            ),
            values=dict(zip(("w1", "w2"), SETTINGS[name].start, strict=True)),
            inputs=(_rate(name), "momentum", "k"),
            fact=(
                Sentence(tuple(word(f"mstep.here.{who}") for who in HERE), "who"),
                Sentence(tuple(word(f"mstep.case.{case}") for case in CASES), "case"),
                Sentence((word("mstep.scale"),)),
            ),
            numbers=_NUMBERS,
            legend=tuple((role, parts, word(f"mstep.key.{role}")) for role, parts in KEY),
            backdrops={"map": map_bitmaps(surface)},
            alt={"map": word("mstep.alt.map"), "close": word("mstep.alt.close")},
        )


def _rate(name: str) -> str:
    """Return what the learning rate of a surface is called among the controls."""
    return f"{name}_rate"


def _surface(name: str) -> Surface:
    return momentum_step.narrow_bowl() if name == "narrow" else SURFACES[name]


def _paths() -> tuple[Any, ...]:
    """Return the two descents on the map, and the movement that step k makes."""
    return (
        Path("map", "heavy_x", "heavy_y", "guide"),
        Path("map", "plain_x", "plain_y", "descent", marks=True, upto="k"),
        Path("map", "heavy_x", "heavy_y", "momentum", marks=True, upto="k"),
        Arrow("map", "x", "y", "move_x", "move_y", "movement"),
    )


def _arrows() -> tuple[Any, ...]:
    """Return the arrows of step k, all from θ, and the two sides that close the parallelogram."""
    names = (("push", "gradient", "ηg", -10), ("pull", "tangent", "−ηg", -16),
             ("kept", "last_movement", "βm", -13), ("move", "movement", "m", -7))  # fmt: skip
    ends = {name: (f"{name}_drawn_x", f"{name}_drawn_y") for name, *_ in names}
    return (
        Arrow("close", *ends["kept"], *ends["pull"], "guide", heads=0),
        Arrow("close", *ends["pull"], *ends["kept"], "guide", heads=0),
        *(Arrow("close", 0.0, 0.0, *ends[name], role) for name, role, *_ in names),
        *(
            Label("close", f"{name}_letter_x", f"{name}_letter_y", symbol, role, offset=(half, 0))
            for name, role, symbol, half in names
        ),
        Dots("close", 0.0, 0.0, "truth"),
    )


def _row(axis: str, sign: str, digits: int) -> str:
    """Return the arithmetic of one coordinate: columns that stand still, and never touch."""
    less = max(0, digits - 2)
    return (
        f" {sign}:  {{move_{axis}:9.{digits}f}} = {{momentum:.2f}} · {{m_{axis}:8.{digits}f}}"
        f" − {{learning_rate:.4f}} · {{g_{axis}:8.{less}f}}"
        f"   = {{kept_{axis}:9.{digits}f}}  {{pull_{axis}:+9.{digits}f}}"
    )


_NUMBERS = (
    Sentence((" k ={k:3.0f}     m(k+1) = β · m(k) − η · g(k)          s = {unit:.6f}",)),
    *(  # what has run away is written in whole numbers
        Sentence((_row(axis, sign, 5),) * 2 + (_row(axis, sign, 0),) * 2, "who")
        for axis, sign in (("x", "w₁"), ("y", "w₂"))
    ),
)
