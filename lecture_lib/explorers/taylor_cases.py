"""What `TaylorLens` shows: the surfaces with their charts, and the places worth seeing on them."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True)
class Chart:
    """What the chart of the line shows of one surface.

    Attributes:
        losses: Low to high; room below zero, for a model that goes there.
        distances: Low to high, from θ′ towards θ.
        never_negative: Whether the loss is a sum of squares.
    """

    losses: tuple[float, float]
    distances: tuple[float, float] = (-2.0, 3.0)
    never_negative: bool = False


@dataclass(frozen=True)
class Case:
    """A place worth seeing: a surface, θ′ and θ on it."""

    surface: str
    center: tuple[float, float]
    theta: tuple[float, float]

    @property
    def values(self) -> dict[str, float]:
        """The inputs of the recipe."""
        return dict(zip(("c1", "c2", "w1", "w2"), (*self.center, *self.theta), strict=True))


CHARTS = {
    "two_weights": Chart((-1.5, 4.0), never_negative=True),
    "bowl": Chart((-1.5, 6.0), never_negative=True),
    "saddle": Chart((-4.0, 4.0)),
    "monkey_saddle": Chart((-4.0, 4.0)),
    "flat_minimum": Chart((-1.5, 6.0), never_negative=True),
    "himmelblau": Chart((-40.0, 180.0), (-4.0, 6.0), never_negative=True),
}


def _from_the_saddle(distance: float) -> Case:
    """Return a step from the origin along (1, 1), the escape of slides p. 10."""
    part = round(distance * sqrt(0.5), 12)
    return Case("two_weights", (0.0, 0.0), (part, part))


CASES = {
    "slope": Case("two_weights", (-0.6, 0.6), (0.2, 0.7)),
    "saddle_tenth": _from_the_saddle(0.1),
    "saddle_half": _from_the_saddle(0.5),
    "saddle_one": _from_the_saddle(1.0),
    "saddle_root_two": _from_the_saddle(sqrt(2.0)),
    "minimum": Case("himmelblau", (3.0, 2.0), (2.2, 2.8)),
    "blind": Case("flat_minimum", (0.0, 0.0), (0.9, 0.6)),
    "wrong_way": Case("monkey_saddle", (0.5, 0.0), (-1.1, 0.0)),
}
