"""`NoiseCloud`: the gradients of single examples, of batches, and of them all, at one θ."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lecture_lib.drawing.backdrop import map_bitmaps
from lecture_lib.drawing.scene import Arrow, Bar, Dots, Handle, Label, Panel, Path, Scene
from lecture_lib.explorers.controls import dropdown, slider
from lecture_lib.explorers.explorer import Explorer, Staging
from lecture_lib.explorers.legend import Entry
from lecture_lib.options import one_of
from lecture_lib.recipes import noise_cloud
from lecture_lib.recipes.batch_race import EXAMPLES, LOSS, OPTIMUM, START
from lecture_lib.recipes.noise_cloud import BOX, DRAWS, STEP
from lecture_lib.sentences import Sentence
from lecture_lib.surfaces import Surface
from lecture_lib.words import word

VIEWS = ("cloud", "law")
SEED = 23  # of the 200 orders: a plain draw, within 4 % of the law at the start for every B
CASES = ("between", "one", "all", "agree")
# Closer than the race: what the gradients of examples fill while θ is anywhere in this window.
WINDOW = ((-0.1, 0.55), (0.92, 1.57))
SLOPES_B, SLOPES_W = (-2.5, 13.5), (-38.0, 122.0)
SPREADS = (0.0, 45.0)
# Of a small square on the axis of ∂L/∂b, as `BOX` is its height on the other: so small that its
# outline fills it, and that an example's dot under it still shows all round.
WIDE = 0.132


class NoiseCloud(Explorer):
    """Gradient noise: how far the gradient of a batch lies from that of all examples.

    Two views beside the map of (b, w).  *The cloud*: every example's gradient, 200 batches of B and
    the exact ellipse of their covariance.  *The law*: the noise against the batch size, with and
    without the factor for drawing without replacement.

    Args:
        view: ``"cloud"`` or ``"law"``.

    Raises:
        TypeError: If ``view`` is not a string.
        ValueError: If there is no such view.
    """

    def __init__(self, view: str = "cloud") -> None:
        one_of(view, "a view", VIEWS)
        views = [(word(f"cloud.view.{name}"), name) for name in VIEWS]
        controls = {
            "view": dropdown("cloud.view", views, view),
            "batch_size": slider("cloud.batch_size", 4, 1, EXAMPLES, 1),
        }
        super().__init__(controls)
        self.view.observe(lambda _change: self._turn_to(), "value")

    def staging(self) -> Staging:
        """Show the view that is chosen."""
        view = self.view.value
        panel, layers = {"cloud": _cloud, "law": _law}[view]()
        marks = ((*OPTIMUM, "minimum"),)
        staged = Staging(
            recipe=noise_cloud.cloud(np.random.default_rng(SEED)),
            scene=Scene(
                panels=(Panel("map", "map", *WINDOW, labels=("b", "w"), landmarks=marks), panel),
                layers=(Arrow("map", "b", "w", "step_b", "step_w", "movement"), *layers),
                handles=(Handle("map", "b", "w", "θ", word("handle.theta")),),
            ),
            values=START,
            inputs=("batch_size",),
            fact=(
                Sentence((word("cloud.here"),)),
                Sentence(tuple(word(f"cloud.case.{case}") for case in CASES), "case"),
            ),
            numbers=_NUMBERS,
            backdrops={"map": map_bitmaps(Surface.from_formula(LOSS, window=WINDOW))},
            alt={"map": word("cloud.alt.map"), view: word(f"cloud.alt.{view}", draws=DRAWS)},
        )
        return replace(staged, legend=_key(view))

    def _turn_to(self) -> None:
        """Show the other view, at the θ where it stands."""
        here = dict(self.plane.values)
        self.stage()
        self.plane.values = here


def _cloud() -> tuple[Panel, tuple]:
    panel = Panel("cloud", "chart", SLOPES_B, SLOPES_W, labels=("∂L/∂b", "∂L/∂w"))
    return panel, (
        Arrow("cloud", SLOPES_B[0], 0.0, SLOPES_B[1] - SLOPES_B[0], 0.0, "guide", heads=0),
        Arrow("cloud", 0.0, SLOPES_W[0], 0.0, SLOPES_W[1] - SLOPES_W[0], "guide", heads=0),
        Dots("cloud", "example_gb", "example_gw", "exact"),
        Bar("cloud", "batch_gb", BOX, "mini_batch", "batch_foot", width=WIDE),
        Path("cloud", "ring_b", "ring_w", "truth"),
        Arrow("cloud", 0.0, 0.0, "gb", "gw", "gradient"),
        Label("cloud", "gb", "gw", "g", "gradient", offset=(14, 8)),
    )


def _law() -> tuple[Panel, tuple]:
    panel = Panel("law", "chart", (0.0, EXAMPLES + 1.0), SPREADS, labels=("B", "σ"))
    return panel, (
        Arrow("law", 0.0, "length", EXAMPLES + 1.0, 0.0, "gradient", heads=0),
        Label("law", EXAMPLES - 0.5, "length", "|g|", "gradient", offset=(0, -12)),
        Path("law", "size_each", "each_root", "model"),
        Path("law", "size_each", "each_sd", "exact"),
        Dots("law", "size_each", "each_sd", "exact"),
        Dots("law", "size", "sd", "truth"),
        Dots("law", "size", "sd_drawn", "mini_batch"),
    )


def _key(view: str) -> tuple[Entry, ...]:
    """Return the legend of a view."""
    step = ("movement", "line", word("cloud.key.step", rate=STEP))
    if view == "cloud":
        return (
            ("gradient", "line", word("cloud.key.full")),
            ("exact", "mark", word("cloud.key.examples")),
            ("mini_batch", "mark", word("cloud.key.batches", draws=DRAWS)),
            ("truth", "line", word("cloud.key.ring")),
            step,
        )
    return (
        ("exact", "both", word("cloud.key.exact")),
        ("model", "line", word("cloud.key.root")),
        ("mini_batch", "mark", word("cloud.key.drawn", draws=DRAWS)),
        ("gradient", "line", word("cloud.key.length")),
        step,
    )


_NUMBERS = tuple(
    Sentence((line,))
    for line in (
        " g = ({gb:7.2f}, {gw:7.2f} )    Σ = ⎛{s11:8.2f} {s12:8.2f} ⎞    C = ⎛{c11:8.3f} {c12:8.3f} ⎞",
        " B ={size:3.0f}   N = {of_all:.0f}            ⎝{s12:8.2f} {s22:8.2f} ⎠        ⎝{c12:8.3f} {c22:8.3f} ⎠",
        "",
        " √(tr Σ/B) ={root:7.2f}    × √((N−B)/(N−1)) = {shrink:.3f}    = √(tr C) ={sd:7.2f}"
        "    ■ {sd_drawn:6.2f}    2σ: {inside:.0f} / {draws:.0f}",
    )
)
