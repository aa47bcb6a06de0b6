"""What public functions ask of the knobs of a descent, η and β, checked at the call."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from lecture_lib.arguments import described, finite_number

MOST_RATES = 1000  # learning rates to compare


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
    try:
        rates = tuple(islice(values, MOST_RATES + 1))
    except TypeError:
        raise TypeError(
            f"expected learning_rates such as (0.1, 0.2); got {described(values)}."
        ) from None
    if not 0 < len(rates) <= MOST_RATES:
        came = "none" if not rates else f"more than {MOST_RATES}"
        raise ValueError(f"expected learning_rates such as (0.1, 0.2); got {came}.")
    return tuple(map(step_size, rates))


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
