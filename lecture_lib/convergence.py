"""What the learning rate and the momentum do to one eigenvalue: how fast, and how far from too far.

Along an eigenvector of the Hessian with eigenvalue λ, counted from the minimum, the gradient is
λ x.  Descent with momentum is then one recurrence a direction,
x_{k+1} = (1 + β − ηλ) x_k − β x_{k−1}, and the roots of z² − (1 + β − ηλ) z + β say all about it
(Polyak 1964; Goh 2017, "Why Momentum Really Works").  Here λ is an eigenvalue and β the momentum;
the slides write λ for the latter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.arguments import (
    HUGE,
    Array,
    each_number,
    finite_array,
    positive_number,
    whole_number,
)
from lecture_lib.descents import MOST_STEPS
from lecture_lib.knobs import memory_weight, step_size


@dataclass(frozen=True)
class BestKnobs:
    """The knobs that shrink the slowest direction of a quadratic loss the fastest.

    Attributes:
        learning_rate: η.
        momentum: β; 0 for plain descent.
        rate: The factor by which the distance from the minimum shrinks per step, in the long run.
    """

    learning_rate: float
    momentum: float
    rate: float

    def steps_to(self, part: float) -> float:
        """Return ln part / ln rate: the steps after which that part of the distance is left.

        With momentum it counts from where the long run begins; a descent from rest needs a few
        steps more.  Infinite where κ is so large that the rate rounds to 1.

        Args:
            part: Such as 1e-3, below 1.

        Raises:
            TypeError: If it is not a number.
            ValueError: If it lies outside (0, 1).
        """
        if (part := positive_number(part, "part")) >= 1:
            raise ValueError(f"expected part below 1; got {part}.")
        if self.rate >= 1:
            return math.inf
        return math.log(part) / math.log(self.rate) if self.rate > 0 else 1.0


def movement_weights(steps: int, *, learning_rate: float, momentum: float) -> Array:
    """Return what each past gradient weighs in the movement (slides p. 34).

        mⁱ = −η Σ_{k=0}^{i−1} β^(i−1−k) gᵏ

    Args:
        steps: i, from 0 to a million.
        learning_rate: η, at least 0.
        momentum: β, in [0, 1).

    Returns:
        −η β^(i−1−k) for k = 0 … i−1, the oldest first, shape ``(steps,)``;
        ``movement_weights(i, …) @ run.gradients[:i]`` is ``run.movements[i]``.

    Raises:
        TypeError: If an argument is of the wrong kind.
        ValueError: If a knob is out of its range.
    """
    ages = np.arange(whole_number(steps, "steps", least=0, most=MOST_STEPS) - 1, -1, -1.0)
    return -step_size(learning_rate) * memory_weight(momentum) ** ages


def convergence_rate(
    *, learning_rate: ArrayLike, momentum: ArrayLike = 0.0, eigenvalue: ArrayLike
) -> Array | float:
    """Return |z|, z the root of larger modulus of z² − (1 + β − ηλ) z + β: the factor a step, in the end.

    Below 1 the distance along that eigenvector shrinks, above it grows; at η = 0 nothing moves and
    it is 1.  Infinite where ηλ or its square leaves the range of floats.

    Args:
        learning_rate: η, at least 0.
        momentum: β, in [0, 1).
        eigenvalue: λ, of any sign.  All three may be arrays that broadcast.

    Raises:
        TypeError: If an argument is not made of numbers.
        ValueError: If a knob is out of its range, λ is not finite, or the shapes do not broadcast.
    """
    rate, weight, value = _checked(learning_rate, momentum, eigenvalue, "eigenvalue")
    with np.errstate(over="ignore"):
        middle = 1 + weight - rate * value
        discriminant = middle**2 - 4 * weight
    real = (np.abs(middle) + np.sqrt(np.maximum(discriminant, 0))) / 2
    return np.where(discriminant < 0, np.sqrt(weight), real)[()]  # complex roots: |z|² = β


def stable(
    *, learning_rate: ArrayLike, momentum: ArrayLike = 0.0, largest_eigenvalue: ArrayLike
) -> np.ndarray | np.bool_:
    """Return whether η λmax < 2 (1 + β), so that no direction of a valley blows up.

    Args:
        learning_rate: η, at least 0.
        momentum: β, in [0, 1).
        largest_eigenvalue: λmax, above 0.  All three may be arrays that broadcast.

    Raises:
        TypeError: If an argument is not made of numbers.
        ValueError: If a knob is out of its range, λmax is not above 0, or the shapes do not
            broadcast.
    """
    name = "largest_eigenvalue"
    rate, weight, largest = _checked(learning_rate, momentum, largest_eigenvalue, name)
    if not (largest > 0).all():
        raise ValueError(
            f"expected largest_eigenvalue above 0; got {largest}. Where no direction curves up "
            "there is no valley to be stable in."
        )
    with np.errstate(over="ignore"):
        return (rate * largest < 2 * (1 + weight))[()]


def best_descent(smallest: float, largest: float) -> BestKnobs:
    """Return the best plain descent between two eigenvalues, κ = λmax/λmin.

        η = 2 / (λmin + λmax),   rate = (κ − 1) / (κ + 1)

    Args:
        smallest: λmin, above 0.
        largest: λmax, at least λmin.

    Raises:
        TypeError: If an argument is not a number.
        ValueError: If not 0 < λmin ≤ λmax, or one is too small or too large to compute with.
    """
    smallest, largest = _ordered(smallest, largest)
    return BestKnobs(2 / (smallest + largest), 0.0, (largest - smallest) / (largest + smallest))


def best_heavy_ball(smallest: float, largest: float) -> BestKnobs:
    """Return the best descent with momentum between two eigenvalues (Polyak 1964), κ = λmax/λmin.

        η = (2 / (√λmin + √λmax))²,   β = rate²,   rate = (√κ − 1) / (√κ + 1)

    Args:
        smallest: λmin, above 0.
        largest: λmax, at least λmin.

    Raises:
        TypeError: If an argument is not a number.
        ValueError: If not 0 < λmin ≤ λmax, one is too small or too large to compute with, or κ so
            large that β cannot be told from 1.
    """
    low, high = (math.sqrt(eigenvalue) for eigenvalue in _ordered(smallest, largest))
    rate = (high - low) / (high + low)
    if rate**2 == 1:
        raise ValueError(
            f"expected eigenvalues whose best momentum is below 1; got κ = {largest / smallest:g}."
        )
    return BestKnobs((2 / (low + high)) ** 2, rate**2, rate)


def _checked(
    learning_rate: ArrayLike, momentum: ArrayLike, eigenvalue: ArrayLike, name: str
) -> tuple[Array, Array, Array]:
    rate = each_number(finite_array(learning_rate, "learning_rate"), step_size)
    weight = each_number(finite_array(momentum, "momentum"), memory_weight)
    value = finite_array(eigenvalue, name)
    try:
        np.broadcast_shapes(rate.shape, weight.shape, value.shape)
    except ValueError:
        raise ValueError(
            f"expected learning_rate, momentum and {name} of shapes that broadcast; "
            f"got {rate.shape}, {weight.shape} and {value.shape}."
        ) from None
    return rate, weight, value


def _ordered(smallest: float, largest: float) -> tuple[float, float]:
    smallest = positive_number(smallest, "smallest")
    largest = positive_number(largest, "largest")
    if smallest > largest:
        raise ValueError(f"expected smallest ≤ largest; got {smallest} and {largest}.")
    if smallest < 1 / HUGE or largest > HUGE:
        raise ValueError(
            f"expected smallest and largest between {1 / HUGE:g} and {HUGE:g}; got {smallest} and "
            f"{largest}. Measured in other units the loss has the same best momentum."
        )
    return smallest, largest
