"""Sentences with numbers in them, filled alike here and in the browser.

The fact line under a figure changes with every movement of the finger, so the browser fills it
(``explorers/sentence.js``); Python fills the same one for `Explorer.fact`, tests and stills.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np

_PLACEHOLDER = re.compile(r"\{(\w[\w.]*):(\+?)(\d*)\.(\d)f\}")
_MINUS = "\u2212"


@dataclass(frozen=True)
class Sentence:
    """A sentence in one or several versions.

    Attributes:
        templates: The versions, with placeholders such as ``{loss:.3f}``, ``{g1:+.2f}`` (with its
            sign) or ``{h11:7.2f}`` (seven wide, so that columns stand still).
        choose: The whole number of the frame that picks one: 0 for the first, 1 for the second, …
    """

    templates: tuple[str, ...]
    choose: str | None = None

    def fill(self, frame: Mapping[str, Any]) -> str:
        """Return the sentence with the frame's numbers in it."""
        value = float(np.ravel(frame[self.choose])[0]) if self.choose else 0.0
        last = len(self.templates) - 1
        template = self.templates[min(last, max(0, round(value))) if math.isfinite(value) else 0]

        def replaced(match: re.Match[str]) -> str:
            name, sign, width, digits = match.groups()
            text = number(float(np.ravel(frame[name])[0]), int(digits), sign)
            return text.rjust(int(width or 0))

        return _PLACEHOLDER.sub(replaced, template)

    def names(self) -> set[str]:
        """Return the names of the numbers it needs."""
        found = {m.group(1) for t in self.templates for m in _PLACEHOLDER.finditer(t)}
        return found | ({self.choose} if self.choose else set())

    def json(self) -> dict[str, Any]:
        """Return the sentence as the browser reads it."""
        return {"templates": list(self.templates), "choose": self.choose}


def number(value: float, digits: int, sign: str = "") -> str:
    """Write a number with so many decimals, as JavaScript's ``toFixed`` would.

    Exact halves round away from zero, a rounded-off zero has no sign, and minus is a real minus.
    """
    if not math.isfinite(value):
        return "?" if math.isnan(value) else "∞" if value > 0 else f"{_MINUS}∞"
    size = Decimal(abs(value))
    if size < 10**15:
        text = str(size.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))
    else:
        mantissa, exponent = f"{abs(value):.2e}".split("e")
        text = f"{mantissa}e+{int(exponent)}"
    if not re.search("[1-9]", text):
        return text
    return (_MINUS if value < 0 else sign) + text
