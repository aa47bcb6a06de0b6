"""Gradient descent, plain and with momentum: one step, and a whole descent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.arguments import Array, finite_vector, real_array, whole_number
from lecture_lib.descents import (
    FAR,
    MOST_NUMBERS,
    MOST_STEPS,
    Trajectories,
    descend_many,
    reach_of,
)
from lecture_lib.knobs import memory_weight, step_size
from lecture_lib.losses import function_of_theta
from lecture_lib.momentum_conventions import Coefficients, coefficients_of, rate_per_step

__all__ = [
    "FAR",
    "Trajectories",
    "Trajectory",
    "descend",
    "descend_many",
    "momentum_step",
]


@dataclass(frozen=True, eq=False)
class Trajectory:
    """A finished descent.

    Attributes:
        thetas: Every point visited, shape ``(steps + 1, n)``; row 0 is the start.
        movements: The movement into each point, same shape; row 0 is zero.  In every convention it
            is the difference of two points, η included.
        gradients: The gradient that each step used, at the point it started from, shape
            ``(steps, n)``.
        diverged: Whether the descent ran away and was cut short: the next point would not have been
            finite, or farther out than ``FAR`` (times |start| where that is above 1).  The arrays
            then end at the last point that was still in reach.
    """

    thetas: Array
    movements: Array
    gradients: Array
    diverged: bool


def momentum_step(
    theta: ArrayLike,
    movement: ArrayLike,
    gradient: ArrayLike,
    *,
    learning_rate: float,
    momentum: float,
) -> tuple[Array, Array]:
    """Take one step of gradient descent with momentum (slides p. 33).

        m ← β m − η g
        θ ← θ + m

    "Movement of last step minus gradient at present."  The lecture writes λ for β.

    Args:
        theta: The point θ, shape ``(n,)``.
        movement: The last movement m, shape ``(n,)``; zeros before the first step.
        gradient: The gradient g at θ, shape ``(n,)``.
        learning_rate: η, at least 0.
        momentum: β, in [0, 1); 0 gives plain gradient descent.

    Returns:
        The next θ and the movement that led there, each of shape ``(n,)``; infinite where the step
        leaves the range of floats.

    Raises:
        TypeError: If an argument is not made of numbers.
        ValueError: If the three vectors differ in shape or are not finite, η is negative, or β lies
            outside [0, 1).

    Note:
        The learning rate sits inside the movement here.  PyTorch keeps it outside
        (``v = momentum * v + g; theta -= lr * v``).  With a constant rate both visit the same
        points; when the rate changes midway they do not, see `momentum_conventions`.
    """
    theta = finite_vector(theta, "theta")
    movement = finite_vector(movement, "movement", size=theta.size)
    gradient = finite_vector(gradient, "gradient", size=theta.size)
    rate, weight = step_size(learning_rate), memory_weight(momentum)
    with np.errstate(over="ignore"):
        movement = weight * movement - rate * gradient
        return theta + movement, movement


def descend(
    gradient: Callable[[Array], ArrayLike],
    start: ArrayLike,
    *,
    learning_rate: ArrayLike,
    momentum: float = 0.0,
    steps: int,
    convention: str = "lee",
) -> Trajectory:
    """Descend from ``start``; in the lecture's convention, by `momentum_step` after step.

    Args:
        gradient: ∇L: takes θ of shape ``(n,)``, returns shape ``(n,)``.  If it has a method ``at``
            that takes two plain floats and returns two, as the gradient of a `Surface` has, a
            descent in the plane runs on that: the same points, ten times sooner.
        start: θ⁰, shape ``(n,)``.
        learning_rate: η, at least 0: one number, or one for each step, shape ``(steps,)``.
        momentum: β, in [0, 1).
        steps: How many steps to take, at most a million.
        convention: ``"lee"``, ``"pytorch"``, ``"average"`` or ``"nesterov"``; the formulas stand in
            `momentum_conventions`.

    Returns:
        The points, movements and gradients.  Running away is a result, `Trajectory.diverged`, not
        an error.

    Raises:
        TypeError: If an argument is of the wrong kind, or the gradient returns no numbers.
        ValueError: If the start is not a finite vector, a knob is out of its range, the gradient
            has another shape than θ, or the points alone would not fit in 160 MB.
    """
    gradient = function_of_theta(gradient, "gradient")
    theta = finite_vector(start, "start")
    weight = memory_weight(momentum)
    steps = whole_number(steps, "steps", least=0, most=MOST_STEPS)
    if (steps + 1) * theta.size > MOST_NUMBERS:
        raise ValueError(
            f"expected steps × parameters of at most {MOST_NUMBERS}; got {steps} × {theta.size}. "
            "Take fewer steps at a time, from where the last ones ended."
        )
    rate = rate_per_step(learning_rate, steps)
    coefficients = _per_step(coefficients_of(convention)(rate, weight), steps)
    reach = float(reach_of(theta))
    at = getattr(gradient, "at", None)
    on_floats = callable(at) and not isinstance(gradient, np.ufunc)  # np.sin.at adds up
    if theta.size == 2 and on_floats:
        try:
            return _descend_in_plane(at, *theta.tolist(), coefficients, weight, steps, reach)
        except (TypeError, ValueError) as error:
            if error.__traceback__.tb_next.tb_next is not None:  # raised by the gradient itself
                raise
            raise TypeError(f"expected gradient.at to return two floats ({error}).") from error
    return _descend(gradient, theta, coefficients, weight, steps, reach)


def _per_step(coefficients: Coefficients, steps: int) -> Iterable[tuple[float, float, float]]:
    """Return b, p, q for each step, as plain floats."""
    if not any(map(np.ndim, coefficients)):
        return repeat(tuple(coefficients), steps)
    columns = (np.broadcast_to(c, steps).tolist() for c in coefficients)
    return zip(*columns, strict=True)


def _descend(
    gradient: Callable[[Array], ArrayLike],
    theta: Array,
    coefficients: Iterable[tuple[float, float, float]],
    weight: float,
    steps: int,
    reach: float,
) -> Trajectory:
    memory = np.zeros_like(theta)
    thetas, movements, gradients = [theta], [memory], []
    for k, (b, p, q) in enumerate(coefficients):
        # a copy, because a function that writes into its argument must not change the record
        g = real_array(gradient(theta.copy()), f"the gradient at θ, step {k},", shape=theta.shape)
        with np.errstate(over="ignore", invalid="ignore"):
            memory = weight * memory + b * g
            movement = p * memory + q * g
            theta = theta + movement
        if not (np.abs(theta) <= reach).all():  # also true of NaN
            break
        thetas.append(theta)
        movements.append(movement)
        gradients.append(g)
    diverged = len(gradients) < steps
    return Trajectory(
        np.array(thetas), np.array(movements), np.reshape(gradients, (-1, theta.size)), diverged
    )


def _descend_in_plane(
    slope: Callable[[float, float], tuple[float, float]],
    w1: float,
    w2: float,
    coefficients: Iterable[tuple[float, float, float]],
    weight: float,
    steps: int,
    reach: float,
) -> Trajectory:
    """Do what `_descend` does, in two dimensions on plain floats.

    NumPy needs about a microsecond for any operation on two numbers, a float a thirtieth of that;
    five descents of 200 steps have to fit between two frames of a drag.
    """
    v1 = v2 = 0.0
    rows = [w1, w2, 0.0, 0.0, 0.0, 0.0]  # θ, the movement and the gradient behind it
    for b, p, q in coefficients:
        g1, g2 = slope(w1, w2)
        v1 = weight * v1 + b * g1
        v2 = weight * v2 + b * g2
        m1, m2 = p * v1, p * v2
        if q:  # Nesterov's alone
            m1 += q * g1
            m2 += q * g2
        w1 += m1
        w2 += m2
        if not (-reach <= w1 <= reach and -reach <= w2 <= reach):  # also true of NaN
            break
        rows += (w1, w2, m1, m2, g1, g2)
    table = np.fromiter(rows, float, len(rows)).reshape(-1, 3, 2)
    thetas, movements, gradients = (table[:, k].copy() for k in range(3))
    return Trajectory(thetas, movements, gradients[1:], len(thetas) <= steps)
