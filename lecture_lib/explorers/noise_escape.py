"""`NoiseEscape`: where the noise of small batches leads out, and where no batch size does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ipywidgets
import numpy as np

from lecture_lib.drawing.backdrop import map_bitmaps
from lecture_lib.drawing.scene import (
    Arrow,
    Dots,
    Handle,
    Label,
    Layer,
    Named,
    Panel,
    Path,
    Scene,
)  # fmt: skip
from lecture_lib.explorers.controls import dropdown, slider
from lecture_lib.explorers.explorer import Explorer, Staging
from lecture_lib.explorers.landmarks import landmarks
from lecture_lib.explorers.legend import Entry
from lecture_lib.options import one_of
from lecture_lib.recipes import noise_escape, noise_ridges
from lecture_lib.recipes.noise_escape import MINIMA, SHOWN, WINDOW
from lecture_lib.recipes.noise_ridges import LEFT, SADDLE, SMALL
from lecture_lib.recipes.noise_runs import EXAMPLES, SIZES, STEPS
from lecture_lib.sentences import Sentence
from lecture_lib.surfaces import SURFACES
from lecture_lib.words import word

VIEWS = {
    "many": ("batch_size", "shuffle", "learning_rate"),
    "saddle": ("batch_size", "shuffle", "slow_rate"),
    "two": ("batch_size", "shuffle", "slow_rate"),
}
RATES = {"many": "learning_rate", "saddle": "slow_rate", "two": "slow_rate"}
SEEDS = {"many": 0, "saddle": 2, "two": 0}  # of the first shuffle of each view
SHUFFLES = 12
FLOOR, ROOF = -0.25, 1.6  # of the losses; the handle moves along the middle of the strip below 0
START = {"w": 1.0, "ground": FLOOR / 2, "x": 1.0, "ridge": 0.0, "w1": 1.0, "w2": -1.0}
CASES = ("found", "both_stay", "elsewhere", "both_found", "led_away", "full")
STORIES = {"saddle": ("leaves", "not_yet", "full"), "two": ("line", "beside", "patience")}
NAMES = ("w₁", "w₂")


class NoiseEscape(Explorer):
    """Escape by the noise of mini-batches: from a local minimum, from a saddle, and not at all.

    Three views.  *One loss, many batches*: the loss of y = sin(w x) and of the batches of one
    epoch, whose slopes do not vanish where the whole one's does, and a descent with each.  *At a
    saddle*: any noise leaves the ridge, less of it a little later.  *Two weights*: all examples
    agree on the ridge, and no batch size leaves it.

    Args:
        view: ``"many"``, ``"saddle"`` or ``"two"``.

    Raises:
        TypeError: If ``view`` is not a string.
        ValueError: If there is no such view.
    """

    def __init__(self, view: str = "many") -> None:
        one_of(view, "a view", VIEWS)
        views = [(word(f"noise.view.{name}"), name) for name in VIEWS]
        controls = {
            "view": dropdown("noise.view", views, view),
            "batch_size": ipywidgets.SelectionSlider(
                options=[(f"{size}", size) for size in SIZES], value=2,
                description=word("noise.batch_size", examples=EXAMPLES), style={"description_width": "initial"},
                layout=ipywidgets.Layout(width="340px", max_width="100%"),
            ),
            "shuffle": slider("noise.shuffle", 1, 1, SHUFFLES, 1),
            "learning_rate": slider("noise.learning_rate", 0.2, 0.01, 0.4, 0.01),
            "slow_rate": slider("noise.learning_rate", 0.05, 0.01, 0.1, 0.005),
        }  # fmt: skip
        for name in ("shuffle", "learning_rate", "slow_rate"):
            controls[name].layout.width = "300px"  # two a row, and room for the button
        super().__init__(controls)
        self.view.observe(lambda _change: self.stage(), "value")
        for control in (self.batch_size, self.shuffle):
            control.observe(lambda _change: self.stage(keep=True), "value")

    def staging(self) -> Staging:
        """Show the view that is chosen, with the controls that it has."""
        view, size = self.view.value, self.batch_size.value
        for name, control in self.controls.items():
            control.layout.display = None if name in ("view", *VIEWS[view]) else "none"
        rng = np.random.default_rng(SEEDS[view] + self.shuffle.value - 1)
        shown = {"many": _many, "saddle": _saddle, "two": _two}[view](size, rng)
        return replace(shown, values=START, inputs=(RATES[view],), legend=_key(view))


def _many(size: int, rng: np.random.Generator) -> Staging:
    shown = min(SHOWN, EXAMPLES // size)
    slopes = "".join(f"{{slope_{j}:7.2f}}" for j in range(shown))
    return _staging(
        "many",
        recipe=noise_escape.many_losses(size, rng),
        scene=Scene(
            (
                Panel("losses", "chart", WINDOW, (FLOOR, ROOF), labels=("w", "L")),
                Panel("descent", "chart", (0, STEPS), WINDOW, labels=("k", "w")),
            ),
            (
                Arrow("losses", WINDOW[0], 0.0, WINDOW[1] - WINDOW[0], 0.0, "guide", heads=0),
                Arrow("losses", "w", FLOOR, 0.0, ROOF - FLOOR, "guide", heads=0),
                *(Path("losses", "grid", f"curve_{j}", "batch_loss") for j in range(shown)),
                Path("losses", "grid", "loss_curve", "truth"),
                Path("losses", "tangent_x", "tangent_y", "gradient"),
                Dots("losses", "w", "drawn_loss", "mini_batch"),
                *(layer for w in MINIMA for layer in _guide("descent", w, f"{w:.2f}", -34)),
                Path("descent", "k", "full_w", "descent", marks=True),
                Path("descent", "k", "mini_w", "mini_batch", marks=True),
            ),
            (Handle("losses", "w", "ground", "w", word("noise.handle.w"), level=FLOOR / 2),),
        ),
        fact=(
            Sentence((word("noise.here"),)),
            Sentence(tuple(word(f"noise.case.{case}") for case in CASES), "case"),
        ),
        numbers=(
            "   ────  L ={loss:6.3f}   dL/dw ={slope:6.2f}      ■ √⟨(dLᵇ/dw − dL/dw)²⟩ ={spread:6.2f}",
            f"   ■ dLᵇ/dw ={slopes}" + ("  …" if shown < EXAMPLES // size else ""),
            "   w = {w:.2f} →   ● {full_end:.3f}   k ={full_reached:4.0f}"
            "      ■ {mini_end:.3f}   k ={mini_reached:4.0f}",
        ),
    )  # fmt: skip


def _saddle(size: int, rng: np.random.Generator) -> Staging:
    level = _guide("chart", "gone_height", f"{LEFT}", 2)
    chart = Panel("chart", "chart", (0, STEPS), (-4, 0.5), labels=("k", "|w₂|"), powers="y")
    return _staging(
        "saddle",
        recipe=noise_ridges.at_saddle(size, rng),
        scene=Scene(
            (_map(SADDLE), chart),
            (*_runs(size), *level, *_leavings(size)),
            (Handle("map", "x", "ridge", "θ", word("noise.handle.ridge"), level=0.0),),
        ),
        fact=(Sentence((word("noise.saddle"),)), _story("saddle")),
        numbers=(*_counted(f"|w₂| > {LEFT}"),
                 " 1 + η = {growth:.3f}      1.5 ln 2 / ln(1 + η) ={doubling:5.1f}"),
        backdrops={"map": map_bitmaps(SADDLE)},
    )  # fmt: skip


def _two(size: int, rng: np.random.Generator) -> Staging:
    surface = SURFACES["two_weights"]
    reach = surface.window[0][1]
    line = Arrow("map", -reach, reach, 2 * reach, -2 * reach, "guide", heads=0)
    return _staging(
        "two",
        recipe=noise_ridges.on_two_weights(size, rng),
        scene=Scene(
            (_map(surface), Panel("chart", "chart", (0, STEPS), (-0.2, 4.2), labels=("k", "L"))),
            (line, *_runs(size)),
            (Handle("map", "w1", "w2", "θ", word("noise.handle.theta")),),
        ),
        fact=(Sentence((word("noise.two"),)), _story("two")),
        numbers=(*_counted(f"L < {SMALL}"), " w₁ + w₂ = {off:.6f}"),
        backdrops={"map": map_bitmaps(surface)},
    )  # fmt: skip


def _staging(view: str, *, numbers: tuple[str, ...], scene: Scene, **parts: Any) -> Staging:
    alt = {panel.name: word(f"noise.alt.{view}.{panel.name}") for panel in scene.panels}
    lines = tuple(Sentence((line,)) for line in numbers)
    return Staging(scene=scene, values=START, numbers=lines, alt=alt, **parts)


def _map(surface: Any) -> Panel:
    return Panel("map", "map", *surface.window, labels=NAMES, landmarks=landmarks(surface))


def _guide(panel: str, height: Named, text: str, dx: float) -> tuple[Layer, Layer]:
    """Return a level line over all updates, and its number at its end or its beginning."""
    x = float(STEPS) if dx < 0 else 0.0
    return (Arrow(panel, 0.0, height, float(STEPS), 0.0, "guide", heads=0),
            Label(panel, x, height, text, "guide", offset=(dx, 9)))  # fmt: skip


def _runs(size: int) -> tuple[Layer, ...]:
    """Return full batch and chosen batches on the map, and every batch size on the chart."""
    others = [other for other in SIZES[:-1] if other != size]
    full, chosen = f"b{SIZES[-1]}", f"b{size}"
    both = ((full, "descent"), *(((chosen, "mini_batch"),) if chosen != full else ()))
    return (
        *(Path("chart", "k", f"b{other}_height", "guide") for other in others),
        *(Path("map", f"{b}_w1", f"{b}_w2", role, marks=True) for b, role in both),
        *(Path("chart", "k", f"{b}_height", role) for b, role in both),
    )


def _leavings(size: int) -> tuple[Layer, ...]:
    """Return a number for each batch size where it leaves."""
    roles = {other: "mini_batch" if other == size else "guide" for other in SIZES[:-1]}
    return tuple(
        layer for b, role in roles.items() for layer in (
            Dots("chart", f"b{b}_left", "gone_height", role),
            Label("chart", f"b{b}_left", "gone_height", f"{b}", role, offset=(-4, -12)),
        )
    )  # fmt: skip


def _counted(what: str) -> tuple[str, str]:
    columns = "".join(f"{size:7d}" for size in SIZES)
    counts = "".join(f"{{b{size}_left:7.0f}}" for size in SIZES)
    return f" B              {columns}", f" {what}:{' ' * (12 - len(what))}k ={counts}"


def _story(view: str) -> Sentence:
    return Sentence(tuple(word(f"noise.{view}.{story}") for story in STORIES[view]), "story")


def _key(view: str) -> tuple[Entry, ...]:
    """Return the legend of a view."""
    runs = (("descent", "both", word("noise.key.full")),
            ("mini_batch", "both", word("noise.key.mini")))  # fmt: skip
    if view != "many":
        return (*runs, ("guide", "line", word("noise.key.others")))
    return (("truth", "line", word("noise.key.loss", examples=EXAMPLES)),
            ("batch_loss", "line", word("noise.key.batches", most=SHOWN)),
            ("gradient", "line", word("noise.key.tangent")), *runs)  # fmt: skip
