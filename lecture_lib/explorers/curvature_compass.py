"""`CurvatureCompass`: turn v about a critical point, and read vᵀHv in every direction."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin

from lecture_lib.drawing.backdrop import map_bitmaps
from lecture_lib.drawing.scene import (
    Arrow,
    ByValue,
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
from lecture_lib.hessian import classify
from lecture_lib.options import one_of
from lecture_lib.recipes import compass
from lecture_lib.sentences import Sentence
from lecture_lib.surfaces import Surface
from lecture_lib.words import word

SIDE = (-1.25, 1.25)  # the part of the plane around θ that the dial covers
RISE = (-2.5, 2.5)
NAMES_AT = radians(-67.5)  # where no eigen-direction of the cases runs
KEY = ("rose_up", "rose_down", "truth", "model")
BENDS = ("curves_down", "flat", "curves_up")


@dataclass(frozen=True)
class Case:
    """A loss and a critical point of it."""

    formula: str
    center: tuple[float, float] = (0.0, 0.0)

    @property
    def surface(self) -> Surface:
        """The loss around the point, in a window as large as the dial."""
        x, y = ((c + SIDE[0], c + SIDE[1]) for c in self.center)
        return Surface.from_formula(self.formula, window=(x, y))


CASES = {
    # the three landscapes of the sign test (slides p. 5–6), and a bowl that is not round
    "bowl": Case("w1**2 + w2**2"),
    "peak": Case("-w1**2 - w2**2"),
    "saddle": Case("w1**2 - w2**2"),
    "tilted_bowl": Case("w1**2 + w1*w2 + w2**2"),
    # the two weights of slides p. 7: their saddle, and one of their minima
    "two_weights": Case("(1 - w1*w2)**2"),
    "valley": Case("(1 - w1*w2)**2", (1.0, 1.0)),
    # x⁴, −x⁴ and x³ all have H = 0
    "quartic": Case("w1**4 + w2**4"),
    "minus_quartic": Case("-w1**4 - w2**4"),
    "cubic": Case("w1**3 + w2**3"),
}


class CurvatureCompass(Explorer):
    """Turn v about a critical point; read the curvature vᵀHv in every direction.

    The dial shows vᵀHv all around as a curve: on the ring 0 where the loss is flat, outside it and
    solid where the loss curves up, inside and dashed where it curves down.  The chart beside it
    cuts the loss along v, and shows what the dial cannot: where H = 0, the loss itself decides.

    Args:
        case: Where to begin, a name in `CASES`.

    Raises:
        TypeError: If the case is not a string.
        ValueError: If there is no such case.
    """

    def __init__(self, case: str = "saddle") -> None:
        one_of(case, "a case", CASES)
        cases = [(word(f"compass.case.{name}"), name) for name in CASES]
        super().__init__({"case": dropdown("compass.case", cases, case)})
        self.case.observe(lambda _change: self._change_case(), "value")

    def staging(self) -> Staging:
        """Show the case that is chosen."""
        case = CASES[self.case.value]
        surface = case.surface
        kind = classify(surface.hessian(case.center), surface.gradient(case.center)).kind
        start = radians(20)
        return Staging(
            recipe=compass.compass(surface, case.center),
            scene=Scene(
                panels=(
                    Panel("dial", "map", SIDE, SIDE, labels=("v₁", "v₂"),
                          landmarks=((0.0, 0.0, kind.value),)),
                    Panel("slice", "chart", (-compass.REACH, compass.REACH), RISE,
                          labels=("t", "L(θ + tv) − L(θ)")),
                ),
                layers=(*_dial_layers(), *_slice_layers()),
                handles=(Handle("dial", "v1", "v2", "v", word("compass.handle"), circle=1.0),),
            ),
            values={"v1": cos(start), "v2": sin(start)},
            fact=(
                Sentence(tuple(word(f"compass.along.{a}") for a in compass.ALONG), "along"),
                Sentence((word(f"compass.verdict.{self.case.value}"),)),
            ),
            numbers=_NUMBERS,
            legend=tuple((role, "line", word(f"compass.key.{role}")) for role in KEY),
            backdrops={"dial": map_bitmaps(surface)},
            alt={"dial": word("compass.alt.dial"), "slice": word("compass.alt.slice")},
        )  # fmt: skip

    def _change_case(self) -> None:
        """Show another case along the same v."""
        turned = dict(self.plane.values)
        self.stage()
        self.plane.values = turned


def _dial_layers() -> tuple[Layer, ...]:
    """Return rings, eigen-directions, the curve of the curvature, and v with its reading."""
    layers: list[Layer] = []
    for k, value in enumerate(compass.RINGS):
        text = f"{value:+d}".replace("-", "−") if value else "0"
        r, role = compass.radius(value), "guide" if value else "axes"
        x, y = r * cos(NAMES_AT), r * sin(NAMES_AT)
        layers += [
            Path("dial", f"ring_{k}_x", f"ring_{k}_y", role),
            Label("dial", x, y, text, "truth", offset=(-4 * len(text), 0)),
        ]
    for name, symbol in (("low", "u₁"), ("high", "u₂")):
        role = ByValue(f"{name}_bend", BENDS)
        layers += [
            Arrow("dial", f"{name}_from_x", f"{name}_from_y", f"{name}_long_x", f"{name}_long_y",
                  role, heads=0),
            Label("dial", f"{name}_name_x", f"{name}_name_y", symbol, role, offset=(-8, 0)),
        ]  # fmt: skip
    return (
        *layers,
        Path("dial", "rose_up_x", "rose_up_y", "rose_up"),
        Path("dial", "rose_down_x", "rose_down_y", "rose_down"),
        Path("dial", "rose_flat_x", "rose_flat_y", "rose_flat"),
        Arrow("dial", 0.0, 0.0, "n1", "n2", "movement", heads=0),
        Dots("dial", "mark_x", "mark_y", "movement"),
    )


def _slice_layers() -> tuple[Layer, ...]:
    """Return the loss along v beside the parabola of its curvature."""
    return (
        Arrow("slice", -compass.REACH, 0.0, 2.0 * compass.REACH, 0.0, "guide", heads=0),
        Arrow("slice", 0.0, RISE[0], 0.0, RISE[1] - RISE[0], "guide", heads=0),
        Path("slice", "t", "slice_truth", "truth"),
        Path("slice", "t", "slice_model", "model"),
        Dots("slice", 0.0, 0.0, "truth"),
        Dots("slice", 1.0, "one", "movement"),
        Label("slice", 0.0, 0.0, "θ", "truth", offset=(7, 13)),
        Label("slice", 1.0, "one", "v", "movement", offset=(9, 9)),
    )


_NUMBERS = tuple(
    Sentence((line,))
    for line in (
        "      ⎛{h11:6.2f} {h12:6.2f} ⎞    λ₁ ={low:6.2f}   u₁ = ({low_x:5.2f},{low_y:5.2f} )",
        "  H = ⎝{h12:6.2f} {h22:6.2f} ⎠    λ₂ ={high:6.2f}   u₂ = ({high_x:5.2f},{high_y:5.2f} )",
        "",
        "  vᵀHv = λ₁ (u₁ᵀv)² + λ₂ (u₂ᵀv)² ={low:6.2f} ·{low_share:5.2f}"
        "  +{high:6.2f} ·{high_share:5.2f}  ={curvature:6.2f}",
    )
)
