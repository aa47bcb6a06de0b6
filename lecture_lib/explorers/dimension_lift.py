"""`DimensionLift`: what looks like a minimum in few dimensions, and what more dimensions make of it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

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
)  # fmt: skip
from lecture_lib.explorers.controls import dropdown, slider
from lecture_lib.explorers.explorer import Explorer, Staging
from lecture_lib.explorers.landmarks import landmarks
from lecture_lib.explorers.legend import Entry
from lecture_lib.lecture_data import MinimumRatioPlot, minimum_ratio_plot
from lecture_lib.numerals import listed, numeral
from lecture_lib.options import one_of
from lecture_lib.recipes import random_signs, slices
from lecture_lib.recipes.random_signs import COUNTED, LARGEST, LOWEST, SAMPLES, SHOWN, Draws
from lecture_lib.sentences import Sentence
from lecture_lib.surfaces import SURFACES
from lecture_lib.words import word

VIEWS: dict[str, tuple[str, ...]] = {"slice": (), "chance": ("n",), "dots": ()}
CUTS = ("minimum", "maximum", "flat")
SEED = 1  # of the random matrices: the same draws in every figure
ROUND = 1.2  # the circle on which v turns
START = {"v1": -0.6, "v2": 1.04, "w1": 1.0, "w2": 1.0}  # v across the saddle, θ in the valley
ROOF = 0.094  # where a loss is drawn that lies above the lecture's plot
REACH = slices.REACH
NAMES = ("w₁", "w₂")


class DimensionLift(Explorer):
    """Add dimensions, and minima become rare.

    Three views.  *Turn the slice*: a cut through the saddle of (1 − w1 w2)² that shows a minimum,
    until it is turned.  *Random matrices*: how rarely all n eigenvalues are positive, exact and
    counted.  *The lecture's dots*: the minimum ratio of trained networks, and of θ on our own
    surface, whose minima have a ratio of 0.5.

    Args:
        view: ``"slice"``, ``"chance"`` or ``"dots"``.

    Raises:
        TypeError: If the view is not a string.
        ValueError: If there is no such view.
    """

    def __init__(self, view: str = "slice") -> None:
        one_of(view, "a view", VIEWS)
        views = [(word(f"lift.view.{name}"), name) for name in VIEWS]
        controls = {
            "view": dropdown("lift.view", views, view),
            "n": slider("lift.n", 4, 1, LARGEST, 1),
        }
        super().__init__(controls)
        self.view.observe(lambda _change: self.stage(), "value")

    def staging(self) -> Staging:
        """Show the view that is chosen, with the controls that it has."""
        view = self.view.value
        for name, control in self.controls.items():
            control.layout.display = None if name in ("view", *VIEWS[view]) else "none"
        shown = {"slice": _slice, "chance": _chance, "dots": _dots}[view]()
        return replace(shown, legend=_key(view))


def _slice() -> Staging:
    surface = SURFACES["two_weights"]
    role = ByValue("case", ("curves_up", "curves_down", "flat"))
    return Staging(
        recipe=slices.turned_slice(surface),
        scene=Scene(
            panels=(
                Panel("map", "map", *surface.window, labels=NAMES,
                      landmarks=((0.0, 0.0, "saddle"),)),
                Panel("cut", "chart", (-REACH, REACH), (-0.5, 4), labels=("t", "L")),
            ),
            layers=(
                Arrow("map", "from_x", "from_y", "long_x", "long_y", role, heads=0),
                Path("cut", "slice", "slice_model", "model"),
                Path("cut", "slice", "slice_truth", role),
                Dots("map", 0.0, 0.0, "truth"),
                Dots("cut", 0.0, 1.0, "truth"),
            ),
            handles=(Handle("map", "v1", "v2", "v", word("lift.handle.v"), circle=ROUND),),
        ),
        values=START,
        fact=(
            Sentence((word("lift.cut"),)),
            Sentence(tuple(word(f"lift.cut.{cut}") for cut in CUTS), "case"),
        ),
        numbers=(Sentence((" vᵀHv = −2 sin 2φ ={bend:6.2f}        H = ((0, −2), (−2, 0)),  λ = −2, 2",)),),
        backdrops={"map": map_bitmaps(surface)},
        alt={"map": word("lift.alt.map"), "cut": word("lift.alt.cut")},
    )  # fmt: skip


@cache
def _draws() -> Draws:
    """Draw the matrices when they are first looked at, once for all figures."""
    return random_signs.draw(np.random.default_rng(SEED))


def _chance() -> Staging:
    draws = _draws()
    bars = [Arrow("chance", float(n), low, 0.0, high - low, "sample", heads=0)
            for n, low, high in draws.bars]  # fmt: skip
    return Staging(
        recipe=random_signs.chances(draws),
        scene=Scene(
            panels=(
                Panel("chance", "chart", (0.5, LARGEST + 0.5), (LOWEST, 1.8), labels=("n", "p"),
                      powers="y"),
                Panel("values", "chart", (0, SHOWN + 1), (-5, 5), labels=("#", "λ/√n")),
            ),
            layers=(
                Arrow("chance", "n", LOWEST, 0.0, 1.8 - LOWEST, "guide", heads=0),
                Path("chance", "size", "coins", "model"),
                Path("chance", "size", "exact", "exact"),
                Dots("chance", "size", "exact", "exact"),
                Dots("chance", "n", "flips", "model"),
                Dots("chance", "n", "exact_n", "truth"),
                *bars,
                Dots("chance", "hit_size", "hit", "sample"),
                Arrow("values", 0.0, 0.0, SHOWN + 1.0, 0.0, "guide", heads=0),
                Dots("values", "column", "mixed", "eigenvalue"),
                Dots("values", "column", "all_up", "sample"),
            ),
        ),
        values=START,
        inputs=("n",),
        fact=(
            Sentence(tuple(_said_of(n, draws) for n in range(1, LARGEST + 1)), "row"),
            Sentence((word("lift.caveat"),)),
        ),
        numbers=(
            Sentence((" n = 1, 2, 3:  p = 1/2,  (2 − √2)/4,  (π − 2√2)/4π        n → ∞:  p ~ exp(−n² ln 3 / 4)",)),
        ),
        alt={"chance": word("lift.alt.chance"), "values": word("lift.alt.values")},
    )  # fmt: skip


def _said_of(n: int, draws: Draws) -> str:
    """Return the sentence about one size."""
    exact = draws.exact[n - 1]
    counted = word("lift.not_counted")
    if n <= COUNTED:
        counted = word(
            "lift.counted", hits=_grouped(draws.shares[n - 1].hits), samples=_grouped(SAMPLES)
        )
    if n == 1:
        return word("lift.chance.one", counted=counted)
    odds = {"odds": _one_in(exact), "coins": _grouped(2**n)}
    return word("lift.chance", n=n, p=_power(exact), counted=counted, **odds)


def _grouped(number: float) -> str:
    """Write a whole number in groups of three digits."""
    return f"{round(number):,}".replace(",", "\u202f")


def _one_in(chance: float) -> str:
    """Write 1/chance with three digits: ``407``, ``216 000`` or ``1.14 × 10⁷``."""
    odds = float(f"{1 / chance:.3g}")
    return _power(odds) if odds >= 1e6 else _grouped(odds) if odds >= 100 else numeral(odds, 3)


def _power(number: float) -> str:
    """Write a number with three digits, and with a power of ten if it is very large or small."""
    mantissa, exponent = f"{number:.2e}".split("e")
    if -4 < int(exponent) < 6:
        return numeral(number, 3)
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa}\u00a0×\u00a010{raised}"


def _dots() -> Staging:
    surface, plot = SURFACES["two_weights"], minimum_ratio_plot()
    known = {"loss": numeral(plot.plateau_loss, 3), "ratios": listed(plot.plateau_ratios),
             "highest": numeral(plot.highest_ratio)}  # fmt: skip
    cases = ("valley", "saddle", "elsewhere")
    return Staging(
        recipe=random_signs.ratio_at(surface, ceiling=ROOF),
        scene=Scene(
            panels=(
                Panel("map", "map", *surface.window, labels=NAMES, landmarks=landmarks(surface)),
                Panel("dots", "chart", (-0.04, 0.96), (-0.003, 0.097), labels=("n₊ / n", "L")),
            ),
            layers=(*_lecture(plot), Dots("dots", "dot", "height", "sample"),
                    Label("dots", "dot", "height", "θ", "sample", offset=(-19, -7))),
            handles=(Handle("map", "w1", "w2", "θ", word("handle.theta")),),
        ),
        values=START,
        fact=(
            Sentence((word("lift.dots", **known),)),
            Sentence(tuple(word(f"lift.dots.{case}") for case in cases), "case"),
        ),
        numbers=(
            Sentence((
                " λ₁ ={low:6.2f}   λ₂ ={high:6.2f}      λ > 0: {positive:.0f}   λ = 0: {flat:.0f}"
                "   λ < 0: {negative:.0f}      {positive:.0f} / 2 = {ratio:.2f}",
            )),
        ),
        backdrops={"map": map_bitmaps(surface)},
        alt={"map": word("lift.alt.own"), "dots": word("lift.alt.dots")},
    )  # fmt: skip


def _lecture(plot: MinimumRatioPlot) -> list[Layer]:
    """Return the four dots that could be read, and the outline of the others."""
    layers: list[Layer] = [
        Dots("dots", ratio, plot.plateau_loss, "truth") for ratio in plot.plateau_ratios
    ]
    _low, high = plot.band_losses
    for (left, right), role in ((plot.band_ratios, "guide"), (plot.dense_ratios, "truth")):
        layers += [
            *(Arrow("dots", left, y, right - left, 0.0, role, heads=0) for y in (0.0, high)),
            *(Arrow("dots", x, 0.0, 0.0, high, role, heads=0) for x in (left, right)),
        ]
    highest = Label("dots", plot.highest_ratio, high, numeral(plot.highest_ratio), "truth")
    return [*layers, highest]


def _key(view: str) -> tuple[Entry, ...]:
    """Return the legend of a view."""
    return {
        "slice": (("curves_up", "line", word("lift.key.cut_up")),
                  ("curves_down", "line", word("lift.key.cut_down")),
                  ("model", "line", word("lift.key.model"))),
        "chance": (("exact", "both", word("lift.key.exact")),
                   ("sample", "mark", word("lift.key.drawn", samples=_grouped(SAMPLES))),
                   ("model", "line", word("lift.key.coins")),
                   ("eigenvalue", "mark", word("lift.key.values", shown=SHOWN))),
        "dots": (("truth", "mark", word("lift.key.plateau")),
                 ("truth", "line", word("lift.key.band")),
                 ("sample", "mark", word("lift.key.own"))),
    }[view]  # fmt: skip
