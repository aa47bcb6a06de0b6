"""Charts of the experiments: each takes an Axes and a result, and returns the artists.

Symbols and numbers only, no words: one picture serves both languages.  What was measured here and
what the lecture recorded have the same looks as in the live figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator

from lecture_lib.drawing import style

if TYPE_CHECKING:
    from lecture_lib.experiments.batch_sweep import BatchSweep
    from lecture_lib.experiments.minimum_ratio import MinimumRatioDots
    from lecture_lib.experiments.sharpness import Sharpness
    from lecture_lib.lecture_data import BatchAccuracy, MinimumRatioPlot

POINTS = 0.72  # matplotlib's points a pixel at 100 dots an inch
MARKS = {"circle": "o", "triangle": "^", "square": "s", "diamond": "D", "cross": "x", "dot": "."}


def draw_minimum_ratios(
    ax: Axes,
    dots: MinimumRatioDots,
    *,
    lecture: MinimumRatioPlot | None = None,
    theme: str = "light",
) -> list[Artist]:
    """Draw loss against minimum ratio: a filled dot a critical point, a ring where zeros occur.

    Args:
        ax: Where to draw.
        dots: The critical points found here.
        lecture: The lecture's plot (slides p. 15), drawn beside them: four dots on an axis of
            losses of its own on the right, since its network is another one, and the outline of
            the band in which the others lie.
        theme: ``"light"`` or ``"dark"``.
    """
    ink, look = _ink(theme), style.ROLES["measured"]
    colour, ground = getattr(look, theme), style.PAGE[theme]
    artists: list[Artist] = []
    for chosen, face in ((dots.zero == 0, colour), (dots.zero > 0, ground)):
        artists += ax.plot(
            dots.ratios[chosen], dots.losses[chosen], MARKS[look.mark],
            ms=6, mfc=face, mec=colour, mew=1.2, alpha=0.75, zorder=3,
        )  # fmt: skip
    low = dots.ratios.min() if dots.ratios.size else 0.0
    _dress(ax, r"$n_+\,/\,n$", r"$L$", ink)
    ax.set_ylim(bottom=0)
    if lecture is not None:
        recorded = style.ROLES["recorded"]
        shade = getattr(recorded, theme)
        right = ax.twinx()
        artists += right.plot(
            lecture.plateau_ratios, [lecture.plateau_loss] * len(lecture.plateau_ratios),
            MARKS[recorded.mark], ms=7, mfc=shade, mec=ground, mew=0.8, zorder=2,
        )  # fmt: skip
        (left, end), (bottom, top) = lecture.band_ratios, lecture.band_losses
        band = Rectangle((left, bottom), end - left, top - bottom, fc=shade, ec=shade, alpha=0.45)
        artists.append(right.add_patch(band))
        _dress(right, r"$n_+\,/\,n$", r"$L$", shade)
        right.set_ylim(0, 1.15 * lecture.plateau_loss)
        low = 0.0
    ax.set_xlim(max(low - 0.03, -0.03), 1.03)
    return artists


def draw_batch_accuracy(
    ax: Axes,
    sweep: BatchSweep,
    *,
    lecture: BatchAccuracy | None = None,
    theme: str = "light",
) -> list[Artist]:
    """Draw accuracy against batch size: training solid, validation dashed, ± one deviation.

    Args:
        ax: Where to draw.
        sweep: The result.
        lecture: One plot of slides p. 24, drawn thinner and in its own colour beside it.
        theme: ``"light"`` or ``"dark"``.
    """
    ink = _ink(theme)
    artists: list[Artist] = []
    parts = (
        ("measured", sweep.training_accuracy),
        ("test_loss", sweep.validation_accuracy),
    )
    for name, shares in parts:
        look = style.ROLES[name]
        fill = style.PAGE[theme] if name == "test_loss" else getattr(look, theme)
        spread = shares.std(axis=1, ddof=1) if shares.shape[1] > 1 else np.zeros(len(shares))
        artists.append(
            ax.errorbar(
                sweep.batch_sizes, shares.mean(axis=1), yerr=spread, color=getattr(look, theme),
                linestyle=_dashes(look), lw=look.width * POINTS, marker=MARKS[look.mark], ms=5,
                mfc=fill, capsize=3, zorder=3,
            )
        )  # fmt: skip
    sizes = list(sweep.batch_sizes)
    if lecture is not None:
        look = style.ROLES["recorded"]
        for shares, dashes, fill in (
            (lecture.training, "-", True),
            (lecture.validation, _dashes(style.ROLES["test_loss"]), False),
        ):
            colour = getattr(look, theme)
            artists += ax.plot(
                lecture.batch_sizes, shares, linestyle=dashes, color=colour, lw=1,
                marker=MARKS[look.mark], ms=4, mfc=colour if fill else style.PAGE[theme], zorder=2,
            )  # fmt: skip
        sizes = [*lecture.batch_sizes]
    _dress(ax, r"$B$", "", ink)
    ax.set_xscale("log")
    ax.xaxis.set_major_locator(FixedLocator(sizes))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(lambda size, _place: _short(size))
    ax.yaxis.set_major_formatter(lambda share, _place: f"{100 * share:.0f} %")
    ax.set_ylim(top=1.02)
    return artists


def draw_sharpness_pairs(
    ax: Axes, results: Sequence[Sharpness] | Sharpness, *, theme: str = "light"
) -> list[Artist]:
    """Draw λ_max against batch size, a line for each seed: the seeds are compared with themselves.

    Args:
        ax: Where to draw; its scale of curvatures becomes logarithmic.
        results: One result, or several side by side, the second one hollow and dashed.
        theme: ``"light"`` or ``"dark"``.
    """
    ink = _ink(theme)
    look, dashes = style.ROLES["measured"], ("-", (0, style.DASHED), (0, style.DOTTED))
    colour = getattr(look, theme)
    results = results if isinstance(results, Sequence) else (results,)
    artists: list[Artist] = []
    ticks: list[float] = []
    names: list[str] = []
    for k, result in enumerate(results):
        fill = style.PAGE[theme] if k else colour
        places = k * (len(result.batch_sizes) + 0.5) + np.arange(len(result.batch_sizes))
        for values in result.largest.T:
            artists += ax.plot(
                places, values, color=colour, lw=1.2, linestyle=dashes[k % len(dashes)],
                marker=MARKS[look.mark], ms=5, mfc=fill, mec=colour, mew=1,
            )  # fmt: skip
        medians = np.median(result.largest, axis=1)
        artists += ax.plot(places, medians, "_", color=ink, ms=22, mew=2, zorder=4)
        ticks += places.tolist()
        names += [f"$B={size}$" for size in result.batch_sizes]
    _dress(ax, "", r"$\lambda_{\max}$", ink)
    ax.set_yscale("log")
    values = np.concatenate([result.largest.ravel() for result in results])
    marks = [m * 10.0**p for p in range(-4, 5) for m in (1, 2, 5)]
    ax.set_ylim(values.min() / 1.4, values.max() * 1.4)
    ax.yaxis.set_major_locator(FixedLocator(marks))
    ax.yaxis.set_minor_formatter(NullFormatter())
    ax.yaxis.set_major_formatter(lambda value, _place: f"{value:g}")
    ax.set_xticks(ticks, names)
    ax.set_xlim(min(ticks) - 0.4, max(ticks) + 0.4)
    return artists


def _dress(ax: Axes, across: str, up: str, colour: str) -> None:
    size = style.TEXT_SIZE * POINTS
    ax.set_facecolor("none")
    ax.set_xlabel(across, fontsize=size + 1, color=colour)
    ax.set_ylabel(up, fontsize=size + 1, color=colour)
    ax.tick_params(labelsize=size, colors=colour, which="both")
    for spine in ax.spines.values():
        spine.set_color(colour)


def _ink(theme: str) -> str:
    if theme not in style.THEMES:
        raise ValueError(f"expected theme to be one of {', '.join(style.THEMES)}; got {theme!r}.")
    return {"light": style.INK, "dark": style.PAPER}[theme]


def _dashes(look: style.Role) -> object:
    return (0, look.dash) if look.dash else "-"


def _short(size: float) -> str:
    """Write 60000 as 60k: six batch sizes have to stand side by side."""
    return f"{size / 1000:g}k" if size >= 10_000 else f"{size:g}"
