"""`MinimumRatio`: critical points by loss and minimum ratio, and the spectrum behind a ratio."""

from __future__ import annotations

from lecture_lib.drawing.scene import Arrow, Bar, Dots, Handle, Layer, Panel, Path, Scene
from lecture_lib.experiments.minimum_ratio import MinimumRatioDots
from lecture_lib.experiments.stored import PROBLEMS, stored_dots, stored_prediction
from lecture_lib.explorers.controls import dropdown
from lecture_lib.explorers.explorer import Explorer, Staging
from lecture_lib.lecture_data import minimum_ratio_plot
from lecture_lib.numerals import numeral
from lecture_lib.recipes import minimum_ratio
from lecture_lib.recipes.minimum_ratio import HAND, RATIOS
from lecture_lib.sentences import Sentence
from lecture_lib.words import word

OWN = "own"  # what was handed in
EXACT = "autoencoder"  # the network whose critical points are known beforehand
CASES = ("all_up", "down", "down_and_flat", "flat")
NEAR = 4  # times the lecture's losses: an axis longer than that shows them as one line


class MinimumRatio(Explorer):
    """Loss against minimum ratio: drag the handle to a dot and see all its eigenvalues.

    Three networks whose critical points were found once, and the lecture's dots where the losses
    are of one size.  The ratio counts zeros and negative eigenvalues alike as not positive; the
    spectrum tells them apart.

    Args:
        dots: What `minimum_ratio_dots` returned; it is shown first.

    Raises:
        TypeError: If that is something else.
        ValueError: If no critical point is among it.
    """

    def __init__(self, dots: MinimumRatioDots | None = None) -> None:
        if not isinstance(dots, MinimumRatioDots | None):
            raise TypeError(
                f"expected dots to come from minimum_ratio_dots; got {type(dots).__name__}."
            )
        if dots is not None and not len(dots.losses):
            raise ValueError("expected one critical point or more; got none. Try more starts.")
        self.dots = dots
        names = [*PROBLEMS] if dots is None else [OWN, *PROBLEMS]
        views = [(word(f"ratio.view.{name}"), name) for name in names]
        super().__init__({"view": dropdown("ratio.view", views, names[0])})
        self.view.observe(lambda _change: self.stage(), "value")

    def staging(self) -> Staging:
        """Show the network that is chosen."""
        view = self.view.value
        dots = self.dots if view == OWN else stored_dots(view)
        lecture = minimum_ratio_plot()
        near = dots.losses.max() < NEAR * lecture.plateau_loss
        exact = stored_prediction() if view == EXACT else None
        shown = (*([lecture.plateau_loss] if near else []), *(exact[1] if exact else []))
        losses = minimum_ratio.loss_axis(dots, shown)
        count = dots.eigenvalues.shape[1]
        how = {"points": len(dots.losses), "starts": dots.starts, "different": dots.different,
               "correlation": numeral(dots.rank_correlation, 2)}  # fmt: skip
        panels = (
            Panel("dots", "chart", RATIOS, losses, labels=("n₊ / n", "L")),
            Panel("spectrum", "chart", (0, count + 1), minimum_ratio.spectrum_axis(dots),
                  labels=("i", "± log₁₀(1 + |λᵢ| / 10⁻³)")),
        )  # fmt: skip
        return Staging(
            recipe=minimum_ratio.ratios(
                dots, lecture=lecture if near else None, exact=exact, losses=losses,
            ),
            scene=Scene(
                panels, _layers(near, exact is not None, count),
                (Handle("dots", "ratio", "loss", "θ", word("ratio.handle")),),
            ),
            values={"ratio": HAND[0], "loss": HAND[1] * losses[1]},
            fact=(
                Sentence((word("ratio.here"),)),
                Sentence(tuple(word(f"ratio.case.{case}") for case in CASES), "case"),
                Sentence((word(f"ratio.how.{'exact' if exact else 'searched'}", **how),)),
            ),
            numbers=_NUMBERS,
            legend=_key(near, exact is not None),
            alt={name: word(f"ratio.alt.{name}") for name in ("dots", "spectrum")},
        )  # fmt: skip


def _layers(with_lecture: bool, with_exact: bool, count: int) -> tuple[Layer, ...]:
    """Return the dots with the one chosen on top, and its eigenvalues as bars."""
    layers: list[Layer] = []
    if with_lecture:
        layers += [Path("dots", "band_x", "band_y", "recorded"),
                   Dots("dots", "lecture_x", "lecture_y", "recorded")]  # fmt: skip
    layers.append(Dots("dots", "dot_x", "dot_y", "sample"))
    if with_exact:
        layers.append(Dots("dots", "exact_x", "exact_y", "exact"))
    return (
        *layers,
        Arrow("dots", "ratio", "loss", "to_x", "to_y", "guide", heads=0),
        Dots("dots", "here_x", "here_y", "kick"),
        Arrow("spectrum", 0.0, 0.0, count + 1.0, 0.0, "guide", heads=0),
        Bar("spectrum", "up_x", "bar", "sample", width=0.6),
        Bar("spectrum", "down_x", "bar", "measured", width=0.6),
        Dots("spectrum", "zero_x", 0.0, "exact"),
    )


def _key(with_lecture: bool, with_exact: bool) -> tuple[tuple[str, str, str], ...]:
    """Return the legend: the dots, then the eigenvalues."""
    shown = {"sample": "mark", "kick": "mark"}
    if with_lecture:
        shown["recorded"] = "both"
    if with_exact:
        shown["exact"] = "mark"
    dots = [(role, part, word(f"ratio.key.{role}")) for role, part in shown.items()]
    bars = {"sample": ("line", "up"), "measured": ("line", "down"), "exact": ("mark", "zero")}
    return (*dots, *((role, part, word(f"ratio.key.{name}"))
                     for role, (part, name) in bars.items()))  # fmt: skip


_NUMBERS = tuple(
    Sentence((line,))
    for line in (
        " L ={here_y:8.4f}      n₊ / n = {here_positive:.0f} / {count:.0f} = {here_x:.2f}",
        " λ > ε: n₊ ={here_positive:3.0f}      |λ| ≤ ε: n₀ ={here_zero:3.0f}"
        "      λ < −ε: n₋ ={here_negative:3.0f}",
        " ε = 10⁻⁶ max |λ| = {tolerance_millionths:.2f} · 10⁻⁶"
        "      λ₁ = {lowest:.4f}      λₙ = {highest:.4f}",
    )
)
