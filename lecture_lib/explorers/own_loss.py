"""`OwnLoss`: type a loss, read its derivatives, see its critical points, drag over it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import ipywidgets
import numpy as np

from lecture_lib.critical_points import CriticalPoint
from lecture_lib.explorers.controls import dropdown, slider
from lecture_lib.explorers.explorer import Explorer, Staging
from lecture_lib.explorers.hessian_lens import lens_staging
from lecture_lib.explorers.landmarks import found
from lecture_lib.sentences import number
from lecture_lib.surfaces import Surface
from lecture_lib.words import word

START = "(1 - w1*w2)**2"
REACHES = (1, 2, 3, 5)  # of the window, to every side
LISTED = 12  # critical points; more would push the figure off the screen


class OwnLoss(Explorer):
    """The Hessian lens over a formula of your own.

    Type L(w1, w2) and press Enter.  Its gradient and its Hessian appear as formulas, its critical
    points in the window are found and classified, and the lens follows θ over it.  A formula that
    cannot be read is answered with the place and the cure; the last good one stays.

    Args:
        formula: Where to begin.

    Attributes:
        surface: The surface of the last formula that could be read.
        message: What is wrong with the formula typed, as plain text; empty if nothing is.

    Raises:
        FormulaError: If the first formula cannot be read.
    """

    def __init__(self, formula: str = START) -> None:
        self.surface = _surface(formula, REACHES[1])
        self.message = ""
        self._about = ipywidgets.HTMLMath()
        controls = {
            "formula": ipywidgets.Text(
                formula, description="L(w1, w2) =", continuous_update=False,
                placeholder=word("own.placeholder"), style={"description_width": "initial"},
                layout=ipywidgets.Layout(width="470px", max_width="100%"),
            ),
            "window": dropdown("own.window", [(f"−{r} … {r}", r) for r in REACHES], REACHES[1]),
            "turn": slider("lens.turn", 0, 0, 180, 1),
        }  # fmt: skip
        super().__init__(controls)
        row, *rest = self.children
        self.children = (row, self._about, *rest)
        for name in ("formula", "window"):
            self.controls[name].observe(lambda _change: self._read(), "value")

    def staging(self) -> Staging:
        """Show the formula that could be read last."""
        self._describe()
        return lens_staging(self.surface)

    def _state(self) -> dict[str, Any]:
        return super()._state() | {"formula": self.surface.formula}

    def _take(self, state: Mapping[str, str]) -> None:
        super()._take(state)
        if self.message:
            raise ValueError(self.message)

    def _read(self) -> None:
        """Read what is typed; keep the last good surface if it cannot be read or shown."""
        last = self.surface
        try:
            self.surface, self.message = _surface(self.formula.value, self.window.value), ""
            self.stage()
        except Exception as error:  # shown to the learner, whatever it is; the next input works
            self.surface, self.message = last, str(error)
            self._describe()

    def _describe(self) -> None:
        """Write the derivatives and the critical points, or what is wrong, above the plane."""
        if self.message:
            self._about.value = (
                f'<pre role="alert" class="lecture-bad">{escape(self.message)}</pre>'
            )
            return
        part = self.surface.parts_latex
        gradient = rf"g = \begin{{pmatrix}} {part['g1']} \\ {part['g2']} \end{{pmatrix}}"
        rows = rf"{part['h11']} & {part['h12']} \\ {part['h12']} & {part['h22']}"
        hessian = rf"H = \begin{{pmatrix}} {rows} \end{{pmatrix}}"
        formulas = "".join(
            f"<div>$${f}$$</div>" for f in (f"L = {part['loss']}", gradient, hessian)
        )
        points = found(self.surface)
        lines = "".join(f"<li>{_described(point)}</li>" for point in points[:LISTED])
        if len(points) > LISTED:
            lines += f"<li>{word('own.more', count=len(points) - LISTED)}</li>"
        head = word("own.found" if points else "own.none_found")
        self._about.value = (
            f'<div class="lecture-formulas">{formulas}</div><p>{head}</p><ul>{lines}</ul>'
        )


def _surface(formula: str, reach: float) -> Surface:
    """Return the surface of a formula that has a value somewhere in the window."""
    surface = Surface.from_formula(formula, window=((-reach, reach), (-reach, reach)))
    if not np.isfinite(surface.grid(33)[2]).any():
        raise ValueError(word("own.nowhere"))
    return surface


def _described(point: CriticalPoint) -> str:
    """Return one critical point as a line of a list."""
    place = f"({number(point.theta[0], 2)}, {number(point.theta[1], 2)})"
    low, high = (number(value, 2) for value in point.verdict.eigenvalues)
    kind = word(f"own.kind.{point.verdict.kind.value}")
    along = word("own.family") if point.family else ""
    return f"θ = {place}: L = {number(point.loss, 3)}, λ = {low}, {high}. {kind}{along}"
