"""`EpochCounter`: who is in which update, and three counts that are easily mixed up."""

from __future__ import annotations

import ipywidgets
import numpy as np

from lecture_lib.arguments import whole_number
from lecture_lib.drawing.scene import Arrow, Bar, Dots, Panel, Path, Scene
from lecture_lib.explorers.controls import dropdown, slider
from lecture_lib.explorers.explorer import Explorer, Staging
from lecture_lib.recipes import epochs
from lecture_lib.recipes.epochs import EPOCHS, MOST, QUIZ
from lecture_lib.sentences import Sentence
from lecture_lib.words import word

FEWEST = 4
SEED = 4  # of the shuffled orders: the same in every figure
ROWS = ("epochs", "updates")
LASTS = ("even", "smaller", "dropped", "more")
ORDERS = ("same", "other", "same_dropped", "other_dropped", "all", "single")


class EpochCounter(Explorer):
    """Three epochs over N examples in batches of B, square by square.

    A column is an example, a row an update, and a square says that the example is in that update's
    batch.  Beside it stands the number of updates of an epoch for every batch size.

    Args:
        examples: N, from 4 to 24.

    Raises:
        TypeError: If N is not a whole number.
        ValueError: If it is out of range.
    """

    def __init__(self, examples: int = 20) -> None:
        count = whole_number(examples, "examples", least=FEWEST, most=MOST)
        rows = [(word(f"epochs.rows.{name}"), name) for name in ROWS]
        controls = {
            "examples": slider("epochs.examples", count, FEWEST, MOST, 1),
            "batch_size": slider("epochs.batch_size", 3, 1, MOST, 1),
            "shuffle": _box("epochs.shuffle", True),
            "drop_last": _box("epochs.drop_last", False),
            "rows": dropdown("epochs.rows", rows, "epochs"),
        }
        for name in ("examples", "batch_size"):
            controls[name].layout.width = "300px"
        super().__init__(controls)
        self.rows.observe(lambda _change: self.stage(), "value")

    def staging(self) -> Staging:
        """Show the rows as high as is chosen."""
        return Staging(
            recipe=epochs.three_epochs(np.random.default_rng(SEED)),
            scene=_scene(self.rows.value),
            values={},
            inputs=("examples", "batch_size", "shuffle", "drop_last"),
            fact=(
                Sentence(tuple(word(f"epochs.last.{name}") for name in LASTS), "last"),
                Sentence((word("epochs.changes"),)),
                Sentence(tuple(word(f"epochs.order.{name}") for name in ORDERS), "order"),
            ),
            numbers=_NUMBERS,
            legend=(
                ("used", "mark", word("epochs.key.used")),
                ("guide", "line", word("epochs.key.row")),
                ("truth", "line", word("epochs.key.end")),
                ("exact", "both", word("epochs.key.updates")),
                ("model", "line", word("epochs.key.share")),
            ),
            alt={"cells": word("epochs.alt.cells"), "updates": word("epochs.alt.updates")},
        )


def _box(key: str, ticked: bool) -> ipywidgets.Checkbox:
    layout = ipywidgets.Layout(width="auto")
    return ipywidgets.Checkbox(ticked, description=word(key), indent=False, layout=layout)


def _scene(rows: str) -> Scene:
    """Return charts with room for all examples there can be, so that the axes stay while N moves.

    Above the last epoch there is room for the axis's name.
    """
    if rows == "epochs":
        side, base, symbol = (0.0, EPOCHS + 0.2), "epoch", "e"
        ends = [float(k) for k in range(1, EPOCHS)]
    else:
        side, base, symbol = (0.5, (EPOCHS + 0.2) * MOST), "row", "k"
        ends = [f"end_{k}" for k in range(1, EPOCHS + 1)]
    across = (0.25, MOST + 0.75)
    return Scene(
        panels=(
            Panel("cells", "chart", across, side, labels=("i", symbol)),
            Panel("updates", "chart", (0.0, MOST + 1.0), (0.0, 1.15 * MOST), labels=("B", "k/e")),
        ),
        layers=(
            Bar("cells", "middle", 0.0, "guide", f"{base}_line", width="examples"),
            *(Arrow("cells", across[0], end, "width", 0.0, "truth", heads=0) for end in ends),
            Bar("cells", "cell_x", f"{base}_height", "used", f"{base}_base"),
            Arrow("updates", "size", 0.0, 0.0, "updates", "guide", heads=0),
            Path("updates", "size_each", "each_share", "model"),
            Path("updates", "size_each", "each_updates", "exact"),
            Dots("updates", "size_each", "each_updates", "exact"),
            Dots("updates", "size", "updates", "used"),
        ),
    )


_COUNTS = (
    " ⌈N/B⌉ = ⌈{examples:.0f}/{size:.0f}⌉ = {updates:.0f}        P = {parameters:.0f}"
    "        ⌈N/B⌉ · P = {updates:.0f} · {parameters:.0f} = {changes:.0f}"
)


def _quiz(k: int) -> str:
    """Return N, B and the updates of an epoch of one pair, in columns as wide as in both rows."""
    examples, batch_size = QUIZ[k - 1]
    grouped = f"{examples:6,}".replace(",", " ")
    return f"N = {grouped}, B = {batch_size:{(3, 4, 3)[(k - 1) % 3]}}: {{quiz_{k}:5.0f}}"


_NUMBERS = (
    Sentence((_COUNTS, _COUNTS.replace("⌈", "⌊").replace("⌉", "⌋")), "drop_last"),
    *(Sentence((" " + (" " * 5).join(_quiz(k) for k in row),)) for row in ((1, 2, 3), (4, 5, 6))),
)  # fmt: skip
