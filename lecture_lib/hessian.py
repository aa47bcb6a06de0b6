"""The Hessian at work: verdicts, directions, the quadratic model, and what to do without it.

    L(θ) ≈ L(θ′) + (θ − θ′)ᵀ g + ½ (θ − θ′)ᵀ H (θ − θ′)          (slides p. 4)

g is the gradient and H the Hessian at θ′.  Everything a notebook needs for it is found here; parts
that stand on their own live in `verdicts`, `probing`, `newton_search`, `critical_points` and
`finite_differences`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.arguments import (
    Array,
    finite_array,
    finite_number,
    finite_vector,
    relative_tolerance,
    symmetric_matrix,
    unit_vector,
)
from lecture_lib.critical_points import CriticalPoint, critical_points
from lecture_lib.finite_differences import finite_difference_gradient, finite_difference_hessian
from lecture_lib.losses import has_parts, read_only
from lecture_lib.newton_search import Search, nearest_critical_point
from lecture_lib.numerals import numeral
from lecture_lib.probing import Probe, Profile, probe
from lecture_lib.verdicts import Kind, Signs, Verdict, classify, eigensystem, minimum_ratio

__all__ = [
    # what a point is
    "Kind", "Verdict", "classify", "Signs", "minimum_ratio",
    # along a direction
    "curvature_along", "escape_direction", "Probe", "Profile", "probe",
    # the local model
    "QuadraticModel", "quadratic_model",
    # where the gradient vanishes
    "Search", "nearest_critical_point", "CriticalPoint", "critical_points",
    # the referee
    "finite_difference_gradient", "finite_difference_hessian",
]  # fmt: skip


class Loss(Protocol):
    """What the quadratic model asks of a loss; a `Surface` has it, in two dimensions."""

    def loss(self, theta: ArrayLike) -> ArrayLike:
        """Return L(θ)."""

    def gradient(self, theta: ArrayLike) -> ArrayLike:
        """Return ∇L(θ), shape ``(n,)``."""

    def hessian(self, theta: ArrayLike) -> ArrayLike:
        """Return H(θ), shape ``(n, n)``."""


def curvature_along(hessian: ArrayLike, direction: ArrayLike) -> float:
    """Return the curvature of the loss along a direction.

        vᵀHv / ‖v‖²

    It lies between the smallest and the largest eigenvalue, and is an eigenvalue where v is an
    eigenvector.  At the origin of (1 − w1 w2)² and at the angle φ it is −2 sin 2φ: zero along both
    axes, which is all that the zeros on the main diagonal say.

    Args:
        hessian: H, symmetric, shape ``(n, n)``.
        direction: v, of any length but zero, shape ``(n,)``.

    Raises:
        TypeError: If an argument is not made of numbers.
        ValueError: If the shapes do not fit, H is not symmetric, or v is zero.
    """
    hessian = symmetric_matrix(hessian, "hessian")
    unit = unit_vector(direction, "direction", size=len(hessian))
    return float(unit @ hessian @ unit)


def escape_direction(hessian: ArrayLike, *, rtol: float = 1e-8) -> Array:
    """Return the unit vector along which the loss curves down most steeply.

    It is the eigenvector u of the smallest eigenvalue λ.  For λ < 0,  ::

        L(θ′ + t u) ≈ L(θ′) + ½ λ t² < L(θ′)

    at a critical point θ′, for a small t of either sign (slides p. 9–10).  Of u and −u, the one
    whose largest component is positive is returned; both lead down.

    Args:
        hessian: H, symmetric, shape ``(n, n)``.
        rtol: An eigenvalue with |λ| ≤ rtol · max |λ| is zero, not negative.

    Returns:
        u, shape ``(n,)``.

    Raises:
        TypeError: If an argument is not made of numbers.
        ValueError: If no eigenvalue is negative: at a minimum, but also where the Hessian is blind,
            as at the origin of the three-layer (1 − w1 w2 w3)², a saddle with H = 0.
    """
    eigenvalues, eigenvectors = eigensystem(symmetric_matrix(hessian, "hessian"))
    if eigenvalues[0] >= -relative_tolerance(rtol) * np.abs(eigenvalues).max():
        raise ValueError(
            "no direction curves downwards: the smallest eigenvalue is "
            f"{numeral(eigenvalues[0], 3)}. Only a saddle or a maximum can be escaped this way; "
            "where the smallest eigenvalue is zero, probe the loss itself along its eigenvector."
        )
    return eigenvectors[:, 0]


@dataclass(frozen=True, eq=False)
class QuadraticModel:
    """The Taylor polynomial of second degree of a loss, around a center θ′.

    Attributes:
        center: θ′, shape ``(n,)``.
        value: L(θ′).
        gradient: g at θ′, shape ``(n,)``.
        hessian: H at θ′, shape ``(n, n)``.
    """

    center: Array
    value: float
    gradient: Array
    hessian: Array

    def __call__(self, theta: ArrayLike) -> Array:
        """Return L(θ′) + vᵀg + ½ vᵀHv with v = θ − θ′, for θ of shape ``(..., n)``."""
        constant, slope, bend = self.terms(theta)
        return constant + slope + bend

    def terms(self, theta: ArrayLike) -> tuple[Array, Array, Array]:
        """Return the terms L(θ′), vᵀg and ½ vᵀHv apart, each of shape ``(...)``.

        Raises:
            TypeError: If θ is not made of numbers.
            ValueError: If θ does not end in n components.
        """
        theta = finite_array(theta, "theta")
        if theta.shape[-1:] != self.center.shape:
            raise ValueError(
                f"expected θ of shape (..., {self.center.size}); got shape {theta.shape}."
            )
        v = theta - self.center
        slope = v @ self.gradient
        bend = 0.5 * ((v @ self.hessian) * v).sum(-1)
        return np.full_like(slope, self.value), slope, bend


def quadratic_model(surface: Loss, center: ArrayLike) -> QuadraticModel:
    """Return the quadratic model of a loss around ``center`` (slides p. 4).

    It is the loss itself up to a remainder that shrinks like ‖θ − θ′‖³, and says nothing about
    points far away: around the origin of (1 − w1 w2)², which is never negative, it is 1 − 2 w1 w2,
    and −1 at (1, 1).

    Args:
        surface: A loss with its gradient and Hessian.
        center: θ′, shape ``(n,)``.

    Raises:
        TypeError: If ``surface`` is no such loss, or ``center`` or what the loss returns is not
            made of numbers.
        ValueError: If ``center`` is not a finite vector, or the loss is not defined there, or what
            it returns has another shape.
    """
    has_parts(surface, "loss", "gradient", "hessian")
    center = read_only(finite_vector(center, "center"))
    value = finite_number(surface.loss(center), "the loss at the center")
    gradient = finite_vector(surface.gradient(center), "the gradient", size=center.size)
    hessian = symmetric_matrix(surface.hessian(center), "the Hessian", size=center.size)
    return QuadraticModel(center, value, gradient, hessian)
