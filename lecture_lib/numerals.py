"""Numbers as they stand in sentences: few digits, a real minus sign, no −0."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike


def numeral(value: float, digits: int = 4) -> str:
    """Write a number with so many significant digits, such as ``−0.25`` or ``1e−08``."""
    return f"{float(value) + 0.0:.{digits}g}".replace("-", "−")


def listed(values: Iterable[float], digits: int = 4) -> str:
    """Write numbers side by side, such as ``−2, 2``."""
    return ", ".join(numeral(value, digits) for value in values)


def bracketed(array: ArrayLike, digits: int = 4) -> str:
    """Write a number, a vector ``(1, 2)`` or a matrix ``[(1, 2), (3, 4)]`` on one line."""
    array = np.asarray(array, dtype=float)
    if array.ndim == 0:
        return numeral(float(array), digits)
    if array.ndim == 1:
        return f"({listed(array, digits)})"
    return f"[{', '.join(bracketed(row, digits) for row in array)}]"
