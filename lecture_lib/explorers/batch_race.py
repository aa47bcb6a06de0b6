"""`BatchRace`: the full batch beside batches of B, compared at equal updates, epochs or seconds."""

from __future__ import annotations

from functools import cache

import numpy as np

from lecture_lib.drawing.backdrop import map_bitmaps
from lecture_lib.drawing.scene import Arrow, Dots, Handle, Panel, Path, Scene
from lecture_lib.experiments.update_time import MeasuredUpdateTimes, measure_line_updates
from lecture_lib.explorers.controls import dropdown, slider
from lecture_lib.explorers.explorer import Explorer, Staging
from lecture_lib.recipes import batch_race
from lecture_lib.recipes.batch_race import EXAMPLES, OPTIMUM, REACH, START, UPDATES, WINDOW
from lecture_lib.sentences import Sentence
from lecture_lib.surfaces import Surface
from lecture_lib.words import word

SEED = 12  # of the shuffled epochs: the same orders in every figure
LOW, HIGH = -4.0, 2.0  # of the loss, in powers of ten
SYMBOLS = {"updates": "k", "epochs": "e", "examples": "#", "seconds": "s", "measured": "ms"}
STORIES = (
    "batches", "full", "level", "batches_away", "full_away", "both_away", "same", "optimum",
)  # fmt: skip


class BatchRace(Explorer):
    """A line through the lecture's 20 examples, fitted by the full batch and by batches of B.

    Drag the start on the map of (b, w).  Both descents are shown as far as the same budget goes:
    updates, epochs, examples seen, seconds by a model of the lecture's V100, or milliseconds that
    this machine needs, measured when they are first asked for.
    """

    def __init__(self) -> None:
        units = [(word(f"race.unit.{name}"), name) for name in REACH]
        controls = {
            "unit": dropdown("race.unit", units, "epochs"),
            "batch_size": slider("race.batch_size", 1, 1, EXAMPLES, 1),
            "learning_rate": slider(
                "race.learning_rate", 0.01, 0.001, 0.04, 0.001, readout_format=".3f"
            ),
            "updates": slider("race.updates", 20, 0, UPDATES, 1),
            "epochs": slider("race.epochs", 1.0, 0.0, REACH["epochs"], 0.05),
            "examples": slider("race.examples", 20, 0, round(REACH["examples"]), 1),
            "seconds": slider(
                "race.seconds", 0.123, 0.0, REACH["seconds"], 0.003, readout_format=".3f"
            ),
            "measured": slider(
                "race.measured", 0.3, 0.0, REACH["measured"], 0.003, readout_format=".3f"
            ),
        }
        for name in ("batch_size", "learning_rate", *REACH):
            controls[name].layout.width = "340px"
        super().__init__(controls)
        self.unit.observe(lambda _change: self.stage(keep=True), "value")

    def staging(self) -> Staging:
        """Show the race in the unit that is chosen, with the budget in that unit."""
        unit = self.unit.value
        for name in REACH:
            self.controls[name].layout.display = None if name == unit else "none"
        times = _times() if unit == "measured" else None
        stories = tuple(word(f"race.story.{story}") for story in STORIES)
        return Staging(
            recipe=batch_race.race(unit, np.random.default_rng(SEED), times),
            scene=_scene(unit),
            values=START,
            inputs=("batch_size", "learning_rate", unit),
            fact=(
                Sentence((word(f"race.after.{unit}"),)),
                Sentence(stories, "story"),
                Sentence((word("race.bowl"),)),
            ),
            numbers=(*_PATHS, _MEASURED if times else _MODEL),
            legend=(
                ("descent", "both", word("race.key.full", examples=EXAMPLES)),
                ("mini_batch", "both", word("race.key.batches")),
                ("guide", "line", word("race.key.budget")),
            ),
            backdrops={
                "map": map_bitmaps(Surface.from_formula(batch_race.LOSS, window=WINDOW))
            },
            alt={"map": word("race.alt.map"), "race": word("race.alt.race")},
        )  # fmt: skip


def _scene(unit: str) -> Scene:
    marks = ((*OPTIMUM, "minimum"),)
    return Scene(
        panels=(
            Panel("map", "map", *WINDOW, labels=("b", "w"), landmarks=marks),
            Panel("race", "chart", (0.0, REACH[unit]), (LOW, HIGH), labels=(SYMBOLS[unit], "L"),
                  powers="y"),
        ),
        layers=(
            Path("map", "full_b", "full_w", "descent", marks=True, upto="full_updates"),
            Path("map", "mini_b", "mini_w", "mini_batch", marks=True, upto="mini_updates"),
            Arrow("race", unit, LOW, 0.0, HIGH - LOW, "guide", heads=0),
            Path("race", "full_spent", "full_log_loss", "descent"),
            Path("race", "mini_spent", "mini_log_loss", "mini_batch"),
            Dots("race", "full_now_spent", "full_now_log_loss", "descent"),
            Dots("race", "mini_now_spent", "mini_now_log_loss", "mini_batch"),
        ),
        handles=(Handle("map", "b", "w", "θ", word("race.handle")),),
    )  # fmt: skip


@cache
def _times() -> MeasuredUpdateTimes:
    """Time this machine once, so that all figures agree."""
    return measure_line_updates()


_PATHS = tuple(
    Sentence((line,))
    for line in (
        " ● B ={of_all:3.0f}:   θ¹ = ({full_first_b:8.5f}, {full_first_w:8.5f} )   k ={full_updates:4.0f}"
        "   θᵏ = ({full_now_b:7.3f}, {full_now_w:7.3f} )   L ={full_now_loss:9.4f}",
        " ■ B ={size:3.0f}:   θ¹ = ({mini_first_b:8.5f}, {mini_first_w:8.5f} )"
        "   k ={mini_updates:4.0f}   θᵏ = ({mini_now_b:7.3f}, {mini_now_w:7.3f} )"
        "   L ={mini_now_loss:9.4f}",
    )
)
_MODEL, _MEASURED = (
    Sentence((
        f" ⌈{{of_all:.0f}}/B⌉ ={{per_epoch:3.0f}}      t({{of_all:.0f}}) = {{full_{time} {unit}"
        f"   t({{size:.0f}}) = {{mini_{time} {unit}      2/λ₂ = {{limit:.4f}}",
    ))
    for time, unit in (("ms:.2f}", "ms"), ("us:.1f}", "µs"))
)  # fmt: skip
