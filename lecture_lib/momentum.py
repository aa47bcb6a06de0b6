"""Gradient descent, plain and with momentum: one step, and a whole descent."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.arguments import (
    Array,
    finite_vector,
    memory_weight,
    real_array,
    step_size,
    whole_number,
)
from lecture_lib.losses import function_of_theta

FAR = 1e6  # a descent that gets so far out will not come back
MOST_STEPS = 1_000_000


@dataclass(frozen=True, eq=False)
class Trajectory:
    """A finished descent.

    Attributes:
        thetas: Every point visited, shape ``(steps + 1, n)``; row 0 is the start.
        movements: The movement into each point, same shape; row 0 is zero.
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
        points; when the rate changes midway they do not.
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
    learning_rate: float,
    momentum: float = 0.0,
    steps: int,
) -> Trajectory:
    """Descend from ``start``, by `momentum_step` after `momentum_step`.

    Args:
        gradient: ∇L: takes θ of shape ``(n,)``, returns shape ``(n,)``.  If it has a method ``at``
            that takes two plain floats and returns two, as the gradient of a `Surface` has, a
            descent in the plane runs on that: the same points, ten times sooner.
        start: θ⁰, shape ``(n,)``.
        learning_rate: η, at least 0.
        momentum: β, in [0, 1).
        steps: How many steps to take, at most a million.

    Returns:
        The points, movements and gradients.  Running away is a result, `Trajectory.diverged`, not
        an error.

    Raises:
        TypeError: If an argument is of the wrong kind, or the gradient returns no numbers.
        ValueError: If the start is not a finite vector, a knob is out of its range, or the gradient
            has another shape than θ.
    """
    gradient = function_of_theta(gradient, "gradient")
    theta = finite_vector(start, "start")
    rate, weight = step_size(learning_rate), memory_weight(momentum)
    steps = whole_number(steps, "steps", least=0, most=MOST_STEPS)
    reach = min(FAR * max(1.0, float(np.abs(theta).max())), sys.float_info.max)
    on_floats = hasattr(gradient, "at") and not isinstance(gradient, np.ufunc)  # np.sin.at adds up
    if theta.size == 2 and on_floats:
        return _descend_in_plane(gradient.at, *theta.tolist(), rate, weight, steps, reach)
    return _descend(gradient, theta, rate, weight, steps, reach)


def _descend(
    gradient: Callable[[Array], ArrayLike],
    theta: Array,
    rate: float,
    weight: float,
    steps: int,
    reach: float,
) -> Trajectory:
    movement = np.zeros_like(theta)
    thetas, movements, gradients = [theta], [movement], []
    for k in range(steps):
        # a copy, because a function that writes into its argument must not change the record
        g = real_array(gradient(theta.copy()), f"the gradient at θ, step {k},", shape=theta.shape)
        with np.errstate(over="ignore", invalid="ignore"):
            movement = weight * movement - rate * g
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
    rate: float,
    weight: float,
    steps: int,
    reach: float,
) -> Trajectory:
    """Do what `_descend` does, in two dimensions on plain floats.

    NumPy needs about a microsecond for any operation on two numbers, a float a thirtieth of that;
    five descents of 200 steps have to fit between two frames of a drag.
    """
    m1 = m2 = 0.0
    rows = [w1, w2, m1, m2, 0.0, 0.0]  # θ, m and the gradient behind m; none behind the first
    for _ in range(steps):
        g1, g2 = slope(w1, w2)
        m1 = weight * m1 - rate * g1
        m2 = weight * m2 - rate * g2
        w1 += m1
        w2 += m2
        if not (-reach <= w1 <= reach and -reach <= w2 <= reach):  # also true of NaN
            break
        rows += (w1, w2, m1, m2, g1, g2)
    table = np.fromiter(rows, float, len(rows)).reshape(-1, 3, 2)
    thetas, movements, gradients = (table[:, k].copy() for k in range(3))
    return Trajectory(thetas, movements, gradients[1:], len(thetas) <= steps)
