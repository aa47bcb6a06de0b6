"""Derivatives from values of the loss alone: the referee for every derivative worked out by hand.

A difference quotient errs twice.  Truncation drops terms of the Taylor series and grows with the
step h; rounding divides the loss's last digit by h and grows as h shrinks.  Both functions take the
step at which the two are about equal.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.arguments import Array, finite_vector, real_array
from lecture_lib.losses import function_of_theta, read_only

_EPS = np.finfo(float).eps


def finite_difference_gradient(loss: Callable[[Array], ArrayLike], theta: ArrayLike) -> Array:
    """Estimate ∇L(θ) by central differences.

        ∂L/∂θ_i ≈ [L(θ + h e_i) − L(θ − h e_i)] / 2h

    Truncation is ∝ h² and rounding ∝ ε/h, so h = ε^(1/3) ≈ 6e-6 (times |θ_i| where that is above
    1) leaves an error of about ε^(2/3) ≈ 4e-11 for a loss of ordinary size.

    Args:
        loss: Takes points of shape ``(..., n)`` and returns values of shape ``(...)``.
        theta: The point θ, shape ``(n,)``.

    Returns:
        The gradient, shape ``(n,)``.

    Raises:
        TypeError: If the loss is no function, or θ or the loss is not made of numbers.
        ValueError: If θ is not a finite vector, or the loss returns another shape.
    """
    theta = finite_vector(theta, "theta")
    h = _steps(theta, _EPS ** (1 / 3))
    shifts = np.diag(h)
    ahead, behind = _values(loss, theta + np.stack([shifts, -shifts]))
    return (ahead - behind) / (2 * h)


def finite_difference_hessian(loss: Callable[[Array], ArrayLike], theta: ArrayLike) -> Array:
    """Estimate H(θ), H_ij = ∂²L/∂θ_i∂θ_j, by central differences.

        H_ij ≈ [L(++) − L(+−) − L(−+) + L(−−)] / 4h_i h_j,   L(±±) = L(θ ± h_i e_i ± h_j e_j)

    Truncation is ∝ h² and rounding ∝ ε/h², so h = ε^(1/4) ≈ 1e-4 leaves an error of about
    ε^(1/2) ≈ 1e-8 for a loss of ordinary size.  It takes 4n² values of the loss in one call: meant
    for tens of parameters, not for thousands.

    Args:
        loss: Takes points of shape ``(..., n)`` and returns values of shape ``(...)``.
        theta: The point θ, shape ``(n,)``.

    Returns:
        The Hessian, shape ``(n, n)``, exactly symmetric.

    Raises:
        TypeError: If the loss is no function, or θ or the loss is not made of numbers.
        ValueError: If θ is not a finite vector, or the loss returns another shape.
    """
    theta = finite_vector(theta, "theta")
    h = _steps(theta, _EPS ** (1 / 4))
    shifts = np.diag(h)
    plus, minus = shifts[:, None] + shifts, shifts[:, None] - shifts
    pp, pm, mp, mm = _values(loss, theta + np.stack([plus, minus, -minus, -plus]))
    hessian = (pp - pm - mp + mm) / (4 * np.outer(h, h))
    return (hessian + hessian.T) / 2


def _steps(theta: Array, step: float) -> Array:
    """Scale the step with θ, and let θ + h − θ be exactly h."""
    h = step * np.maximum(1.0, np.abs(theta))
    return (theta + h) - theta


def _values(loss: Callable[[Array], ArrayLike], points: Array) -> Array:
    loss = function_of_theta(loss, "loss")
    values = real_array(loss(read_only(points)), "the loss around θ")
    if values.shape != points.shape[:-1]:
        raise ValueError(
            f"for points of shape {points.shape} the loss must return shape {points.shape[:-1]}; "
            f"it returned {values.shape}. Write it with theta[..., 0], theta[..., 1], …"
        )
    return values
