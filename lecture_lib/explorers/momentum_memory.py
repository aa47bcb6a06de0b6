"""`MomentumMemory`: a movement is a weighted sum of all past gradients."""

from __future__ import annotations

from dataclasses import replace

from lecture_lib.drawing.scene import Arrow, Bar, Dots, Label, Panel, Path, Scene
from lecture_lib.explorers.controls import dropdown, slider
from lecture_lib.explorers.explorer import Explorer, Staging
from lecture_lib.explorers.legend import Entry
from lecture_lib.options import one_of
from lecture_lib.recipes import momentum_memory
from lecture_lib.recipes.momentum_memory import LONG, MOST
from lecture_lib.sentences import Sentence
from lecture_lib.words import word

VIEWS = ("total", "sum")
CASES = ("none", "young", "full")
STRONGEST = 0.2  # the largest η
HIGHEST = 24.0  # above 1/(1 − β) for the largest β, so that its line runs clear of the axis name


class MomentumMemory(Explorer):
    """See how much each past gradient counts in the movement after i steps.

    The bars are the weights −η β^(i−1−k).  Beside them stands either their total, which tends to
    η/(1 − β), or the sum of weight times gradient, bar upon bar, which is the movement itself.

    Args:
        view: ``"total"`` or ``"sum"``.

    Raises:
        TypeError: If ``view`` is not a string.
        ValueError: If there is no such view.
    """

    def __init__(self, view: str = "total") -> None:
        one_of(view, "a view", VIEWS)
        views = [(word(f"memory.view.{name}"), name) for name in VIEWS]
        controls = {
            "view": dropdown("memory.view", views, view),
            "momentum": slider("memory.momentum", 0.9, 0.0, 0.95, 0.05),
            "learning_rate": slider("memory.learning_rate", 0.1, 0.01, STRONGEST, 0.01),
            "i": slider("memory.i", 12, 1, MOST, 1),
        }
        for name in ("learning_rate", "i"):
            controls[name].layout.width = "340px"  # side by side, with room for the button
        super().__init__(controls)
        self.view.observe(lambda _change: self.stage(), "value")

    def staging(self) -> Staging:
        """Show the view that is chosen."""
        view = self.view.value
        wide = (-0.8, MOST - 0.2)
        bars = Panel("bars", "chart", wide, (-1.05 * STRONGEST, 0.02), labels=("k", "−ηβⁱ⁻¹⁻ᵏ"))
        shown = Staging(
            recipe=momentum_memory.weights(),
            scene=Scene((bars,), ()),
            values={},
            inputs=("momentum", "learning_rate", "i"),
            fact=(
                Sentence((word(f"memory.{view}"),)),
                Sentence(tuple(word(f"memory.case.{case}") for case in CASES), "case"),
            ),
            numbers=_NUMBERS,
            legend=_key(view),
            alt={"bars": word("memory.alt.bars"), "beside": word(f"memory.alt.{view}")},
        )
        weights = (
            Arrow("bars", wide[0], 0.0, wide[1] - wide[0], 0.0, "guide", heads=0),
            Bar("bars", "slot", "weight", "gradient"),
        )
        return replace(
            shown, scene=_total(bars, weights) if view == "total" else _sum(bars, weights)
        )


def _total(bars: Panel, weights: tuple) -> Scene:
    """Return the weights, and what they add up to after each step."""
    beside = Panel("beside", "chart", (0, LONG), (0, HIGHEST), labels=("i", "Σ / (−η)"))
    return Scene((bars, beside), (
        *weights,
        Arrow("beside", 0.0, "limit", float(LONG), 0.0, "model", heads=0),
        Label("beside", float(LONG), "limit", "1/(1−β)", "model", offset=(-62, -12)),
        Path("beside", "count", "times", "guide"),
        Path("beside", "count", "times", "gradient", upto="i"),
        Dots("beside", "i", "times_i", "gradient"),
    ))  # fmt: skip


def _sum(bars: Panel, weights: tuple) -> Scene:
    """Return the weights, and weight times gradient, each bar beginning where the last one ended."""
    wide = bars.x
    beside = Panel("beside", "chart", wide, (-0.5, 0.5), labels=("k", "Σ"))
    return Scene((bars, beside), (
        *weights,
        Arrow("beside", wide[0], 0.0, wide[1] - wide[0], 0.0, "guide", heads=0),
        Bar("beside", "slot", "part", "gradient", base="base"),
        Arrow("beside", wide[0], "movement", wide[1] - wide[0], 0.0, "movement", heads=0),
        Label("beside", wide[1], "movement", "mⁱ", "movement", offset=(-24, -12)),
    ))  # fmt: skip


def _key(view: str) -> tuple[Entry, ...]:
    """Return the legend of a view."""
    bars = ("gradient", "line", word(f"memory.key.{view}"))
    other = (
        ("model", "memory.key.limit") if view == "total" else ("movement", "memory.key.movement")
    )
    return bars, (other[0], "line", word(other[1]))


_NUMBERS = tuple(
    Sentence((line,))
    for line in (
        " mⁱ ={movement:10.6f}     Σ (−η βⁱ⁻¹⁻ᵏ gᵏ) ={sum_i:10.6f}     Σ − mⁱ = {difference:.6f}",
        " Σ (−η βⁱ⁻¹⁻ᵏ) ={total:8.4f} = −η ·{times_i:6.2f}     i → ∞: −η/(1 − β) ={most:8.4f}"
        " = −η ·{limit:6.2f}",
        " ln ½ / ln β ={half:6.2f}",
    )
)
