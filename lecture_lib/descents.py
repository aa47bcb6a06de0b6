"""Many descents at once: one array of points, moved together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lecture_lib.arguments import Array, finite_array, real_array, whole_number
from lecture_lib.losses import function_of_theta
from lecture_lib.momentum_conventions import (
    Coefficients,
    coefficients_of,
    rate_per_descent,
    weight_per_descent,
)
from lecture_lib.program import Program

FAR = 1e6  # a descent that gets so far out will not come back
MOST_STEPS = 1_000_000
MOST_NUMBERS = 20_000_000  # 160 MB


@dataclass(frozen=True, eq=False)
class Trajectories:
    """Finished descents, side by side.

    Attributes:
        thetas: Every point of every descent, shape ``(steps + 1, K, n)``; row 0 holds the starts.
        diverged: Which of the K descents ran away, as `Trajectory.diverged`.  Such a descent stays
            at its last point in reach, so that its rows repeat from there on.
    """

    thetas: Array
    diverged: NDArray[np.bool_]

    @property
    def movements(self) -> Array:
        """The movement into each point, same shape as ``thetas``; row 0 is zero."""
        return np.diff(self.thetas, axis=0, prepend=self.thetas[:1])


def reach_of(starts: Array) -> Array:
    """Return how far out a descent may get: ``FAR``, times |start| where that is above 1.

    Args:
        starts: Shape ``(..., n)``.

    Returns:
        Shape ``(...)``.
    """
    with np.errstate(over="ignore"):
        reach = FAR * np.maximum(1.0, np.abs(starts).max(axis=-1))
    return np.minimum(reach, np.finfo(float).max)


def descend_many(
    gradient: Callable[[Array], ArrayLike],
    starts: ArrayLike,
    *,
    learning_rate: ArrayLike,
    momentum: ArrayLike = 0.0,
    steps: int,
    convention: str = "lee",
) -> Trajectories:
    """Descend from many starts at once, each as `descend` would.

    Args:
        gradient: ∇L: takes θ of shape ``(K, n)``, returns shape ``(K, n)``.
        starts: θ⁰ of each descent, shape ``(K, n)``.
        learning_rate: η, at least 0: one number, or one for each start, shape ``(K,)``.
        momentum: β, in [0, 1): one number, or one for each start, shape ``(K,)``.
        steps: How many steps to take.
        convention: Where η stands, see `momentum_conventions`.

    Returns:
        All points, and which descents ran away.

    Raises:
        TypeError: If an argument is of the wrong kind, or the gradient returns no numbers.
        ValueError: If the starts are not a finite table, a knob is out of its range, the gradient
            has another shape than θ, or the result would not fit in 160 MB.
    """
    gradient = function_of_theta(gradient, "gradient")
    theta = finite_array(starts, "starts")
    if theta.ndim != 2 or theta.size == 0:
        raise ValueError(f"expected starts of shape (K, n); got shape {theta.shape}.")
    rate = rate_per_descent(learning_rate, len(theta))
    weight = weight_per_descent(momentum, len(theta))
    steps = whole_number(steps, "steps", least=0, most=MOST_STEPS)
    if (steps + 1) * theta.size > MOST_NUMBERS:
        raise ValueError(
            f"expected steps × starts × parameters of at most {MOST_NUMBERS}; got {steps} × "
            f"{len(theta)} × {theta.shape[1]}. Take fewer starts at a time, or fewer steps."
        )
    coefficients = coefficients_of(convention)(rate, weight)
    thetas, within = _descend_together(gradient, theta, weight, coefficients, steps)
    return Trajectories(thetas, ~within)


def _descend_together(
    gradient: Callable[[Array], ArrayLike],
    starts: Array,
    weight: float | Array,
    coefficients: Coefficients,
    steps: int,
) -> tuple[Array, NDArray[np.bool_]]:
    """Return all points, and which descents stayed in reach."""
    b, p, q = coefficients
    reach, within = reach_of(starts), np.ones(len(starts), dtype=bool)
    nearest = reach.min()
    thetas = np.empty((steps + 1, *starts.T.shape))  # each parameter in one piece
    thetas[0] = starts.T
    theta, memory, gone = thetas[0], np.zeros(starts.T.shape), None
    pull = np.empty_like(memory)
    slope, looks_ahead = _by_parameter(gradient, starts.shape), np.any(q)
    for k in range(steps):
        g, moved = slope(theta, k), thetas[k + 1]
        with np.errstate(over="ignore", invalid="ignore"):
            memory *= weight
            memory += np.multiply(b, g, out=pull)
            np.multiply(p, memory, out=moved)
            if looks_ahead:  # Nesterov's alone
                moved += np.multiply(q, g, out=pull)
            moved += theta
            far = not np.abs(moved, out=pull).max() <= nearest  # of NaN, too
            if far or gone is not None:
                within &= (np.abs(moved) <= reach).all(axis=0)
                gone = ~within
                np.copyto(moved, theta, where=gone)
        theta = moved
    return thetas.transpose(0, 2, 1), within


def _by_parameter(
    gradient: Callable[[Array], ArrayLike], shape: tuple[int, ...]
) -> Callable[[Array, int], Array]:
    """Return the gradient as a function of θ of shape ``(n, K)`` and the number of the step.

    The gradient of a surface made from a formula runs on that as it is, in half the time.
    """
    program = getattr(gradient, "program", None)

    def of_formula(theta: Array, _: int) -> Array:
        values = program(w1=theta[0], w2=theta[1])
        g = np.empty(theta.shape)
        g[0], g[1] = values["g1"], values["g2"]
        return g

    def of_any(theta: Array, k: int) -> Array:
        # a copy, because a function that writes into its argument must not change the record
        answer = gradient(theta.copy().T)
        return real_array(answer, f"the gradient at θ, step {k},", shape=shape).T

    return of_formula if isinstance(program, Program) and shape[1] == 2 else of_any
