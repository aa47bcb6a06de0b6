"""The surfaces that a figure offers, and where θ starts on each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lecture_lib.options import one_of
from lecture_lib.surfaces import SURFACES, Surface


@dataclass(frozen=True)
class Place:
    """A surface and a start on it.

    Attributes:
        start: θ.
        formula: The loss, where it is none of `SURFACES`.
    """

    start: tuple[float, float]
    formula: str | None = None


def place(name: str, places: Mapping[str, Place]) -> tuple[Surface, tuple[float, float]]:
    """Return the surface of that name and the start on it.

    Raises:
        TypeError: If the name is not a string.
        ValueError: If it is none of ``places``.
    """
    found = places[one_of(name, "a surface", places)]
    formula = found.formula
    return (Surface.from_formula(formula) if formula else SURFACES[name]), found.start
