"""`EscapeRace`: the methods of both days off one ridge, and what of the lecture's close held."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lecture_lib.drawing.backdrop import map_bitmaps
from lecture_lib.drawing.scene import Arrow, Dots, Handle, Panel, Path, Scene
from lecture_lib.explorers.controls import dropdown, slider
from lecture_lib.explorers.explorer import Explorer, Staging
from lecture_lib.explorers.landmarks import landmarks
from lecture_lib.recipes import race
from lecture_lib.recipes.race import METHODS, STEPS
from lecture_lib.recipes.race_tracks import EXAMPLES, track
from lecture_lib.sentences import Sentence
from lecture_lib.words import word

LOSSES = ("ridge", "two_weights")
STARTS = ("line", "near", "saddle", "free")
OWN = "own"  # wherever the handle was dragged
SEED = 4  # of the examples, batches, directions and particles: the same draws in every figure
INPUTS = ("learning_rate", "momentum", "batch_size", "kick", "steps")
RANGES = {"ridge": (-5.0, 1.0), "two_weights": (-6.0, 2.0)}  # of the logarithm of the loss
RIDGES = {"ridge": (-2.0, 0.0, 4.0, 0.0), "two_weights": (-2.0, 2.0, 4.0, -4.0)}
MOMENTUM = ("ridge", "sooner", "later", "neither", "away")
BATCH = ("agree", "full", "noise", "waiting", "sooner", "later", "neither", "away")


class EscapeRace(Explorer):
    """Six methods from one start beside or on a ridge: who leaves, after how many steps?

    Plain descent, momentum, mini-batches, a kick along the eigenvector, a kick at random, and the
    best of a swarm.  On the ridge w₁²/2 − w₂²/2 + w₂⁴/4 the examples disagree, so batch noise leaves;
    on the lecture's two weights they agree in direction, so it does not.

    Args:
        loss: ``"ridge"`` or ``"two_weights"``.

    Raises:
        TypeError: If the name is not a string.
        ValueError: If there is no such loss.
    """

    def __init__(self, loss: str = "ridge") -> None:
        track(loss)  # an unknown name is refused here, with the names there are
        losses = [(word(f"contest.loss.{name}"), name) for name in LOSSES]
        starts = [(word(f"contest.start.{name}"), name) for name in (*STARTS, OWN)]
        controls = {
            "loss": dropdown("contest.loss", losses, loss),
            "start": dropdown("contest.start", starts, "line"),
            "learning_rate": slider("contest.learning_rate", 0.05, 0.01, 0.2, 0.01),
            "momentum": slider("contest.momentum", 0.9, 0.0, 0.95, 0.05),
            "batch_size": slider("contest.batch_size", 1, 1, EXAMPLES, 1),
            "kick": slider("contest.kick", 0.1, 0.01, 1.0, 0.01),
            "steps": slider("contest.steps", STEPS, 0, STEPS, 1),
        }
        for name in INPUTS:
            controls[name].layout.width = "340px"  # two a row, and room for the button
        super().__init__(controls)
        self.loss.observe(lambda _change: self._turn_to(), "value")
        self.start.observe(lambda _change: self._place(), "value")
        self.plane.observe(lambda _change: self._compare(), "values")

    def staging(self) -> Staging:
        """Show the loss that is chosen."""
        name = self.loss.value
        here = track(name)
        w1, w2 = here.starts.get(self.start.value, here.starts["line"])
        box = {"labels": ("w₁", "w₂"), "landmarks": landmarks(here.surface)}
        chart = {"labels": ("k", "L − Lₘᵢₙ"), "powers": "y"}
        return Staging(
            recipe=race.six_ways(name, np.random.default_rng(SEED)),
            scene=Scene(
                panels=(
                    Panel("map", "map", *here.surface.window, **box),
                    Panel("losses", "chart", (0, STEPS), RANGES[name], **chart),
                ),
                layers=_walks(name),
                handles=(Handle("map", "w1", "w2", "θ", word("handle.theta")),),
            ),
            values={"w1": w1, "w2": w2},
            inputs=INPUTS,
            fact=(
                Sentence((word("contest.here"),)),
                Sentence(tuple(word(f"contest.momentum.{case}") for case in MOMENTUM),
                         "momentum_case"),
                Sentence(tuple(word(f"contest.batch.{case}") for case in BATCH), "batch_case"),
            ),
            numbers=_NUMBERS,
            legend=tuple((m, "both", word(f"contest.method.{m}")) for m in METHODS),
            backdrops={"map": map_bitmaps(here.surface)},
            alt={name: word(f"contest.alt.{name}") for name in ("map", "losses")},
        )  # fmt: skip

    def _turn_to(self) -> None:
        """Show another loss; a start that was dragged to is not kept."""
        if self.start.value == OWN:
            self.start.value = "line"
        self.stage()

    def _place(self) -> None:
        """Put θ where the drop-down says."""
        if self.start.value == OWN:
            self._compare()
            return
        w1, w2 = track(self.loss.value).starts[self.start.value]
        self.staged = replace(self.staged, values={"w1": w1, "w2": w2})
        self.plane.values = dict(self.staged.values)

    def _compare(self) -> None:
        """Let the drop-down name the start at which θ stands, if it stands at one."""
        here = self.plane.values["w1"], self.plane.values["w2"]
        starts = track(self.loss.value).starts
        self.start.value = next((n for n, theta in starts.items() if theta == here), OWN)


def _walks(name: str) -> tuple:
    """Return the six paths on the map, and their losses with the step at which each leaves."""
    upto = {"upto": "steps"}
    return (
        Arrow("map", *RIDGES[name], "guide", heads=0),
        Arrow("losses", 0.0, "log_threshold", float(STEPS), 0.0, "guide", heads=0),
        *(Path("map", f"{m}_x", f"{m}_y", m, marks=True, **upto) for m in METHODS),
        *(Path("losses", "k", f"{m}_log_loss", m, **upto) for m in METHODS),
        *(Dots("losses", f"{m}_left", "log_threshold", m) for m in METHODS),
    )


_NUMBERS = tuple(
    Sentence((line,))
    for line in (
        " L − Lₘᵢₙ < {threshold:.3f}:  ● k ={descent_left:4.0f}   ▲ k ={momentum_left:4.0f}"
        "   ■ k ={mini_batch_left:4.0f}   ◆ k ={kick_left:4.0f}   ✕ k ={random_kick_left:4.0f}"
        "   • k ={swarm_left:4.0f}",
        " z² − (1 + β − ηλ) z + β = 0,  λ = {curvature:.0f}:   ● β = 0: z = {plain_growth:.3f}"
        "   ▲ β = {momentum:.2f}: z = {momentum_growth:.3f}",
        " ■ B ={batch_size:3.0f}:   k B/{of_all:.0f} ={epochs:6.2f}",
    )
)
