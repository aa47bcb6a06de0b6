"""What a long run found: a sentence and a small table for each result.

A live widget shows them as HTML, a page without Python as Markdown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from lecture_lib.experiments.batch_sweep import BatchSweep
from lecture_lib.experiments.minimum_ratio import MinimumRatioDots
from lecture_lib.experiments.sharpness import Sharpness
from lecture_lib.explorers.prediction import LOOK
from lecture_lib.numerals import numeral
from lecture_lib.recipes.batch_accuracy import columns_of
from lecture_lib.words import word

Row = tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """What one result says.

    Attributes:
        sentence: In words.
        note: What the numbers of the table are, or nothing.
        head: A title for each column.
        rows: The cells below, row by row.
    """

    sentence: str
    note: str
    head: Row
    rows: tuple[Row, ...]

    @property
    def html(self) -> str:
        """A paragraph and a table."""
        lines = [(self.head, "th"), *((row, "td") for row in self.rows)]
        rows = "".join(
            "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row) + "</tr>\n"
            for row, tag in lines
        )
        caption = f"<caption>{escape(self.note)}</caption>" if self.note else ""
        return f"{paragraph(self.sentence)}<div><table>{caption}\n{rows}</table></div>"

    @property
    def markdown(self) -> str:
        """The same for a page without Python."""
        lines = [self.head, ("--:",) * len(self.head), *self.rows]
        table = "\n".join("| " + " | ".join(_bare(cell) for cell in row) + " |" for row in lines)
        note = f"*{self.note}*\n\n" if self.note else ""
        return f"{_bare(self.sentence)}\n\n{note}{table}"


def findings(name: str, results: tuple[Any, ...]) -> list[Finding]:
    """Return what each result of a long run says.

    Args:
        name: Of the `LongRun`.
        results: What it returned.
    """
    return [_FINDINGS[name](result) for result in results]


def paragraph(text: str, role: str = "") -> str:
    """Return a paragraph of HTML that reads like the page around it."""
    told = f' role="{role}"' if role else ""
    return f'<p{told} style="{LOOK}">{escape(text)}</p>'


def _sharpness(result: Sharpness) -> Finding:
    medians = [
        np.median(rows, axis=1)
        for rows in (result.largest, result.traces, result.lengths,
                     100 * result.validation_accuracy, result.validation_losses)
    ]  # fmt: skip
    decimals = (2, 1, 1, 1, 2)
    return Finding(
        result.fact,
        word("measurement.medians", seeds=result.ratios.size),
        ("B", "λ_max", "tr H", "|θ|", *_titles("validation", "validation_loss")),
        tuple(
            (f"{size}", *(f"{value:.{d}f}" for value, d in zip(row, decimals, strict=True)))
            for size, *row in zip(result.batch_sizes, *medians, strict=True)
        ),
    )


def _batch_sweep(result: BatchSweep) -> Finding:
    columns = columns_of(result)
    ends = {
        f"{name}_{end}": f"{columns[name][place]:.1f}"
        for name in ("train", "held")
        for end, place in (("small", 0), ("large", -1))
    }
    sizes = [f"{size:.0f}" for size in columns["size"]]
    return Finding(
        word(
            "measurement.batch_sweep.fact",
            rule=word(f"accuracy.mode.{result.mode}"),
            small=sizes[0],
            large=sizes[-1],
            **ends,
        ),
        word("measurement.means", seeds=result.training_accuracy.shape[1]),
        ("B", *_titles("updates"), "η", *_titles("training", "validation")),
        tuple(
            zip(
                sizes,
                [f"{count:.0f}" for count in columns["updates"]],
                [numeral(rate) for rate in columns["rate"]],
                *(_spread(columns[name], columns[f"{name}_spread"]) for name in ("train", "held")),
                strict=True,
            )
        ),
    )


def _digits(result: MinimumRatioDots) -> Finding:
    found = len(result.losses)
    row = (
        f"{found} / {result.starts}",
        f"{result.different}",
        _range(result.losses, 3),
        _range(result.ratios, 2),
        numeral(result.zero.mean(), 2) if found else "–",
        numeral(result.rank_correlation, 2) if found > 1 else "–",
    )
    titles = _titles("arrived", "different", "losses", "ratios", "zeros", "correlation")
    return Finding(result.fact, "", titles, (row,))


_FINDINGS: Mapping[str, Callable[[Any], Finding]] = {
    "sharpness": _sharpness,
    "batch_sweep": _batch_sweep,
    "digits": _digits,
}


def _titles(*columns: str) -> Row:
    return tuple(word(f"measurement.column.{column}") for column in columns)


def _spread(means: np.ndarray, spreads: np.ndarray) -> list[str]:
    return [f"{mean:.1f} ± {spread:.1f}" for mean, spread in zip(means, spreads, strict=True)]


def _range(values: np.ndarray, digits: int) -> str:
    if not len(values):
        return "–"
    return f"{numeral(values.min(), digits)} – {numeral(values.max(), digits)}"


def _bare(text: str) -> str:
    """Return a text in which Markdown finds neither a table's border nor slanted letters."""
    return text.replace("|", "\\|").replace("_", "\\_").replace("*", "\\*").replace("<", "&lt;")
