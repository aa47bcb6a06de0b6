"""What public functions ask of the knobs of a descent, η and β, checked at the call."""

from __future__ import annotations

from collections.abc import Iterable

from lecture_lib.arguments import finite_number, several


def step_size(value: float) -> float:
    """Return the learning rate η as a float.

    Raises:
        TypeError: If it is not a number.
        ValueError: If it is negative or not finite.
    """
    if (rate := finite_number(value, "learning_rate")) < 0:
        raise ValueError(
            f"expected learning_rate of at least 0; got {rate}. "
            "The minus sign of descent is already in the formula: m ← βm − ηg."
        )
    return rate


def step_sizes(values: Iterable[float]) -> tuple[float, ...]:
    """Return several learning rates η to compare, each at least 0.

    Raises:
        TypeError: If they are no numbers in a row.
        ValueError: If there is none or more than a thousand, or one is negative or not finite.
    """
    return tuple(map(step_size, several(values, "learning_rates", "(0.1, 0.2)")))


def memory_weight(value: float) -> float:
    """Return the momentum weight β as a float in [0, 1).

    Raises:
        TypeError: If it is not a number.
        ValueError: If it lies outside [0, 1).
    """
    if not 0 <= (weight := finite_number(value, "momentum")) < 1:
        raise ValueError(
            f"expected momentum in [0, 1); got {weight}. "
            "From 1 on, the movement would never die out; 0 is plain descent."
        )
    return weight
