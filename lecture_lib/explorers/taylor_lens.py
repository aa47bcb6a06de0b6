"""`TaylorLens`: drag θ′ and θ, and see what the Taylor polynomial around θ′ says of θ."""

from __future__ import annotations

from lecture_lib.drawing.backdrop import landscape, map_bitmaps
from lecture_lib.drawing.scene import (
    Arrow,
    Contours,
    Dots,
    Handle,
    Label,
    Layer,
    Panel,
    Path,
    Scene,
)
from lecture_lib.explorers.controls import dropdown
from lecture_lib.explorers.explorer import Explorer, Staging
from lecture_lib.explorers.landmarks import landmarks
from lecture_lib.explorers.taylor_cases import CASES, CHARTS, Case
from lecture_lib.options import one_of
from lecture_lib.recipes import taylor
from lecture_lib.sentences import Sentence
from lecture_lib.surfaces import SURFACES
from lecture_lib.words import word

ALONG = "t,   θ′ + t v/‖v‖"
KEY = ("truth", "tangent", "model", "patch")
OWN = ""  # the handles stand elsewhere


class TaylorLens(Explorer):
    """Drag θ′ and θ; compare the loss at θ with its Taylor polynomial around θ′.

    The chart cuts the surface along the line through both: the loss solid, the tangent line
    dotted, the quadratic model dashed, the two terms as arrows from L(θ′) to the model.  The model
    is good near θ′ and knows nothing of what lies far away: from the lecture's saddle, at the
    distance √2, it promises a squared loss of −1.

    Args:
        case: Where to begin, a name in `CASES`.

    Raises:
        TypeError: If the case is not a string.
        ValueError: If there is no such case.
    """

    def __init__(self, case: str = "slope") -> None:
        one_of(case, "a case", CASES)
        cases = [(word(f"taylor.case.{name}"), name) for name in CASES]
        surfaces = [(word(f"surface.{name}"), name) for name in CHARTS]
        controls = {
            "surface": dropdown("taylor.surface", surfaces, CASES[case].surface),
            "case": dropdown("taylor.case", [*cases, (word("taylor.case.own"), OWN)], case),
        }
        super().__init__(controls)
        self._going = False
        self.surface.observe(lambda _change: self._change_surface(), "value")
        self.case.observe(lambda _change: self._go(), "value")
        self.plane.observe(lambda _change: self._compare(), "values")

    def staging(self) -> Staging:
        """Show the surface that is chosen."""
        name = self.surface.value
        surface, chart = SURFACES[name], CHARTS[name]
        steps = tuple(landscape(surface)["levels"])
        return Staging(
            recipe=taylor.taylor(
                surface,
                distances=chart.distances,
                losses=chart.losses,
                never_negative=chart.never_negative,
            ),
            scene=Scene(
                panels=(
                    Panel("map", "map", *surface.window, labels=("w₁", "w₂"),
                          landmarks=landmarks(surface)),
                    Panel("line", "chart", chart.distances, chart.losses, labels=(ALONG, "L")),
                ),
                layers=(*_map_layers(steps), *_line_layers(chart.losses)),
                handles=(
                    Handle("map", "c1", "c2", "θ′", word("taylor.handle.center")),
                    Handle("map", "w1", "w2", "θ", word("taylor.handle.theta")),
                ),
            ),
            values=self._start().values,
            fact=(
                Sentence((word("taylor.here"),)),
                Sentence(tuple(word(f"taylor.terms.{t}") for t in taylor.TERMS), "terms"),
                Sentence(tuple(word(f"taylor.quality.{q}") for q in taylor.QUALITY), "quality"),
            ),
            numbers=_NUMBERS,
            legend=tuple((role, "line", word(f"taylor.key.{role}")) for role in KEY),
            backdrops={"map": map_bitmaps(surface)},
            alt={"map": word("taylor.alt.map"), "line": word("taylor.alt.line")},
        )  # fmt: skip

    def _start(self) -> Case:
        """Return where the handles start on this surface."""
        surface = self.surface.value
        for case in (CASES[self._defaults["case"]], *CASES.values()):
            if case.surface == surface:
                return case
        (left, right), (_, top) = SURFACES[surface].window
        return Case(surface, (0.5 * left, 0.3 * top), (0.1 * right, 0.5 * top))

    def _change_surface(self) -> None:
        self.stage()
        self._compare()

    def _go(self) -> None:
        """Show the case that was chosen."""
        case = CASES.get(self.case.value)
        if case is None or self._going:
            return
        self._going = True
        try:
            self.surface.value = case.surface
            self.plane.values = case.values
        finally:
            self._going = False

    def _compare(self) -> None:
        """Let the drop-down name the case in which the handles stand, if they stand in one."""
        if not self._going:
            here = self.surface.value, dict(self.plane.values)
            names = [name for name, case in CASES.items() if (case.surface, case.values) == here]
            self.case.value = names[0] if names else OWN


def _map_layers(steps: tuple[float, ...]) -> tuple[Layer, ...]:
    return (
        Contours("map", "patch_x", "patch_y", "patch_model", taylor.PATCH, "patch", steps[::2]),
        Path("map", "line_x", "line_y", "guide"),
        Arrow("map", "c1", "c2", "v1", "v2", "truth"),
        Label("map", "middle_1", "middle_2", "v", "truth", offset=(-4, -13)),
    )


def _line_layers(losses: tuple[float, float]) -> tuple[Layer, ...]:
    """Return the three curves, the terms as arrows beside θ, and the points they lead to."""
    low = losses[0]
    return (
        Path("line", "ends", "zero", "guide"),
        Path("line", "zero", "heights", "guide"),
        Arrow("line", "distance", low, 0.0, losses[1] - low, "guide", heads=0),
        Path("line", "t", "line_truth", "truth"),
        Path("line", "t", "line_tangent", "tangent"),
        Path("line", "t", "line_model", "model"),
        Arrow("line", "slope_at", "loss", 0.0, "slope_term", "gradient"),
        Arrow("line", "bend_at", "tangent", 0.0, "bend_term", "bend_term"),
        Label("line", "slope_name_x", "slope_name_y", "vᵀg", "tangent", offset=(0, -8)),
        Label("line", "bend_name_x", "bend_name_y", "½ vᵀHv", "model", offset=(0, -8)),
        Dots("line", 0.0, "loss", "truth"),
        Dots("line", "distance", "tangent", "tangent"),
        Dots("line", "distance", "model", "model"),
        Dots("line", "distance", "truth", "truth"),
        Label("line", 0.0, low, "θ′", "truth", offset=(-20, -12)),
        Label("line", "theta_name_x", low, "θ", "truth", offset=(0, -12)),
        Label("line", "beyond_at", low, "θ ▸", "truth", offset=(-30, -12)),
    )


_NUMBERS = tuple(
    Sentence((line,))
    for line in (
        " θ′ = ({c1:5.2f},{c2:5.2f} )    θ = ({w1:5.2f},{w2:5.2f} )"
        "    v = θ − θ′ = ({v1:5.2f},{v2:5.2f} )",
        "",
        " L(θ′)    = {loss:9.4f}",
        " vᵀg      = {slope_term:9.4f}    ······   L(θ′) + vᵀg           = {tangent:9.4f}",
        " ½ vᵀHv   = {bend_term:9.4f}    – – –    L(θ′) + vᵀg + ½ vᵀHv  = {model:9.4f}",
        "                         ─────    L(θ)                  = {truth:9.4f}",
    )
)
