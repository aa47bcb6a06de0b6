"""Four ways to write momentum, and what they ask of their knobs.

They differ in where the learning rate stands and in which gradient counts.  With a memory v and the
gradient g at θ:  ::

    lee        v ← βv − ηg           θ ← θ + v              (slides p. 33; Sutskever et al. 2013)
    pytorch    v ← βv + g            θ ← θ − ηv             (torch.optim.SGD)
    average    v ← βv + (1 − β)g     θ ← θ − ηv             (an average of the gradients)
    nesterov   v ← βv + g            θ ← θ − η(g + βv)      (torch.optim.SGD with nesterov=True)

All four are the same recurrence with other coefficients, v ← βv + b g and θ ← θ + p v + q g.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.arguments import Array, each_number, finite_array
from lecture_lib.knobs import memory_weight, step_size
from lecture_lib.options import one_of


class Coefficients(NamedTuple):
    """b, p and q of  v ← βv + b g,  θ ← θ + p v + q g:  numbers, or arrays that broadcast."""

    b: Any
    p: Any
    q: Any


def _lee(rate: Any, weight: Any) -> Coefficients:
    return Coefficients(-rate, 1.0, 0.0)


def _pytorch(rate: Any, weight: Any) -> Coefficients:
    return Coefficients(1.0, -rate, 0.0)


def _average(rate: Any, weight: Any) -> Coefficients:
    return Coefficients(1.0 - weight, -rate, 0.0)


def _nesterov(rate: Any, weight: Any) -> Coefficients:
    return Coefficients(1.0, -rate * weight, -rate)


CONVENTIONS: Mapping[str, Callable[[Any, Any], Coefficients]] = MappingProxyType(
    {"lee": _lee, "pytorch": _pytorch, "average": _average, "nesterov": _nesterov}
)


def coefficients_of(convention: str) -> Callable[[Any, Any], Coefficients]:
    """Return the function (η, β) → b, p, q of a convention.

    Raises:
        TypeError: If ``convention`` is not a string.
        ValueError: If there is no convention of that name.
    """
    return CONVENTIONS[one_of(convention, "a convention", CONVENTIONS)]


def rate_per_step(value: ArrayLike, steps: int) -> float | Array:
    """Return the learning rate as one float, or as one for each step, shape ``(steps,)``.

    Raises:
        TypeError: If it is not made of numbers.
        ValueError: If a rate is negative or not finite, or there are not ``steps`` of them.
    """
    return _one_or_each(value, "learning_rate", step_size, (steps,), "one for each step")


def rate_per_descent(value: ArrayLike, descents: int) -> float | Array:
    """Return η as one float, or as one for each descent, shape ``(K,)``.

    Raises:
        TypeError: If it is not made of numbers.
        ValueError: If a rate is negative or not finite, or there are not K of them.
    """
    return _one_or_each(value, "learning_rate", step_size, (descents,), "one for each start")


def weight_per_descent(value: ArrayLike, descents: int) -> float | Array:
    """Return β as one float, or as one for each descent, shape ``(K,)``.

    Raises:
        TypeError: If it is not made of numbers.
        ValueError: If a weight lies outside [0, 1), or there are not K of them.
    """
    return _one_or_each(value, "momentum", memory_weight, (descents,), "one for each start")


def _one_or_each(
    value: ArrayLike, name: str, check: Callable[[float], float], shape: tuple[int, ...], why: str
) -> float | Array:
    try:
        single = np.ndim(value) == 0
    except ValueError:  # rows of different lengths, which `finite_array` refuses by name
        single = False
    if single:
        return check(value)
    array = finite_array(value, name)
    if array.shape != shape:
        raise ValueError(
            f"expected {name} to be a number or of shape {shape}, {why}; got shape {array.shape}."
        )
    return each_number(array, check)
