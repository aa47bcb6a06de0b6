"""`MomentumStep`: the two arrows that make a movement, step after step."""

from __future__ import annotations

from typing import Any, NamedTuple

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
        rate = SETTINGS[one_of(surface, "a surface", SETTINGS)]
        choices = [(word(f"mstep.surface.{name}"), name) for name in SETTINGS]
        controls = {
            "surface": dropdown("mstep.surface", choices, surface),
            "learning_rate": slider(
                "mstep.learning_rate", rate.rate, rate.lowest, rate.highest, rate.lowest,
                readout_format=".4f",
            ),
            "momentum": slider("mstep.momentum", 0.8, 0.0, 0.95, 0.05),
            "k": slider("mstep.k", 3, 0, STEPS, 1),
        }  # fmt: skip
        for name in ("momentum", "k"):
            controls[name].layout.width = "340px"  # side by side, with room for the button
        super().__init__(controls)
        self.surface.observe(lambda _change: self._turn_to(), "value")

    def staging(self) -> Staging:
        """Show the surface that is chosen."""
        name = self.surface.value
        surface = _surface(name)
        box = {"x": surface.window[0], "y": surface.window[1], "labels": ("w₁", "w₂")}
        return Staging(
            recipe=momentum_step.one_by_one(surface),
            scene=Scene(
                panels=(
                    Panel("map", "map", **box, landmarks=landmarks(surface)),
                    Panel("close", "map", (-EDGE, EDGE), (-EDGE, EDGE), labels=("Δw₁/s", "Δw₂/s")),
                ),
                layers=(*_paths(), *_arrows()),
                handles=(Handle("map", "w1", "w2", "θ", word("handle.theta")),),
            ),
            values=dict(zip(("w1", "w2"), SETTINGS[name].start, strict=True)),
            inputs=("learning_rate", "momentum", "k"),
            fact=(
                Sentence((word("mstep.here"),)),
                Sentence(tuple(word(f"mstep.case.{case}") for case in CASES), "case"),
            ),
            numbers=_NUMBERS,
            legend=tuple((role, parts, word(f"mstep.key.{role}")) for role, parts in KEY),
            backdrops={"map": map_bitmaps(surface)},
            alt={"map": word("mstep.alt.map"), "close": word("mstep.alt.close")},
        )

    def _turn_to(self) -> None:
        """Show another surface, at a rate that suits it."""
        rate, control = SETTINGS[self.surface.value], self.learning_rate
        control.min = 0.0  # a slider's ends may not cross while they move
        control.max = rate.highest
        control.step = control.min = rate.lowest
        control.value = rate.rate
        self.stage()


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
    names = (("push", "gradient", "ηg"), ("pull", "tangent", "−ηg"),
             ("kept", "last_movement", "βm"), ("move", "movement", "m"))  # fmt: skip
    ends = {name: (f"{name}_drawn_x", f"{name}_drawn_y") for name, _, _ in names}
    return (
        Arrow("close", *ends["kept"], *ends["pull"], "guide", heads=0),
        Arrow("close", *ends["pull"], *ends["kept"], "guide", heads=0),
        *(Arrow("close", 0.0, 0.0, *ends[name], role) for name, role, _ in names),
        *(
            Label("close", f"{name}_letter_x", f"{name}_letter_y", symbol, role, offset=(-12, 0))
            for name, role, symbol in names
        ),
        Dots("close", 0.0, 0.0, "truth"),
    )


_NUMBERS = tuple(
    Sentence((line,))
    for line in (
        " k ={k:3.0f}     m(k+1) = β · m(k) − η · g(k)          s = {unit:.6f}",
        " w₁:  {move_x:9.5f} = {momentum:.2f} ·{m_x:9.5f} − {learning_rate:.4f} ·{g_x:9.3f}"
        "   = {kept_x:9.5f}  {pull_x:+9.5f}",
        " w₂:  {move_y:9.5f} = {momentum:.2f} ·{m_y:9.5f} − {learning_rate:.4f} ·{g_y:9.3f}"
        "   = {kept_y:9.5f}  {pull_y:+9.5f}",
    )
)
