"""What the signs of the Hessian's eigenvalues say about a point, and when they say nothing.

Near θ′ the loss is L(θ′) + vᵀg + ½ vᵀHv with v = θ − θ′.  At a critical point g = 0, and with
v = Σ a_i u_i in the unit eigenvectors of H,  ::

    vᵀHv = Σ a_i² λ_i

so the signs of the eigenvalues λ_i replace the test of every v (slides p. 6).  The lecture has
three cases.  In the fourth, where eigenvalues are zero, lie its own minima: along the valley
w1 w2 = 1 of (1 − w1 w2)² the eigenvalues are 0 and 2(w1² + w2²).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.arguments import (
    Array,
    finite_vector,
    positive_number,
    relative_tolerance,
    symmetric_matrix,
)
from lecture_lib.numerals import bracketed, listed, numeral
from lecture_lib.words import word

_FEW = 4  # eigenvalues, or components of a vector, that still read well inside a sentence


class Kind(Enum):
    """What a point is, as far as its gradient and its Hessian can tell."""

    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    SADDLE = "saddle"
    INCONCLUSIVE = "inconclusive"
    NOT_CRITICAL = "not_critical"


@dataclass(frozen=True)
class Signs:
    """How many eigenvalues are positive, zero and negative.

    Attributes:
        positive: Eigenvalues clearly above zero.
        zero: Eigenvalues that rounding alone could have moved off zero.
        negative: Eigenvalues clearly below zero.
        ratio: The lecture's minimum ratio, positive / all (slides p. 15).
    """

    positive: int
    zero: int
    negative: int
    ratio: float


@dataclass(frozen=True, eq=False, repr=False)
class Verdict:
    """What a point is, and why.

    Attributes:
        kind: The verdict.
        eigenvalues: The curvatures along the eigenvectors, ascending, shape ``(n,)``.
        eigenvectors: Unit eigenvectors as columns, shape ``(n, n)``; the largest component of each
            is positive, so that the same Hessian always draws the same arrows.
        flat_directions: The columns whose eigenvalue counts as zero, shape ``(n, k)``.
        why: One sentence with the numbers, in the language spoken when the verdict was given.
    """

    kind: Kind
    eigenvalues: Array
    eigenvectors: Array
    flat_directions: Array
    why: str

    def __str__(self) -> str:
        """Return the sentence."""
        return self.why

    def __repr__(self) -> str:
        """Return kind and eigenvalues, the same in every language."""
        return f"Verdict({self.kind.name}, eigenvalues=[{listed(self.eigenvalues)}])"


def classify(
    hessian: ArrayLike,
    gradient: ArrayLike | None = None,
    *,
    rtol: float = 1e-8,
    scale: float | None = None,
) -> Verdict:
    """Say what a point is by the signs of its Hessian's eigenvalues.

        all λ > 0  minimum        some λ > 0 and some λ < 0  saddle, whatever else is zero
        all λ < 0  maximum        otherwise                  inconclusive: the test is silent

    Zero means zero beside the largest curvature Λ = max |λ|: an eigenvalue with |λ| ≤ rtol · Λ is
    zero, and so is a gradient with |g| ≤ rtol · Λ, because then the nearest point with g = 0 is
    about |g| / Λ ≤ rtol away.  Both sides of each comparison grow with the loss, so measuring the
    loss in other units never changes the verdict.  Where H = 0 there is no scale, and only g = 0
    counts as critical.

    Args:
        hessian: H at the point, symmetric, shape ``(n, n)``.
        gradient: g at the point, shape ``(n,)``; left out, the point is taken to be critical.
        rtol: The rounding to forgive.
        scale: An ordinary curvature of this loss, to be used instead of Λ.  A point found only to
            some digits needs it: beside the minimum of w⁴ every curvature is tiny and positive,
            and only a look at the rest of the landscape tells tiny from ordinary.

    Returns:
        The verdict, with the sentence that gives the reason.

    Raises:
        TypeError: If an argument is not made of numbers.
        ValueError: If the Hessian is not square, symmetric and finite, the gradient does not fit,
            ``rtol`` lies outside (0, 1), or ``scale`` is not above 0.

    Note:
        A positive definite Hessian proves a strict minimum; a minimum does not prove a positive
        definite Hessian (w⁴, or any point of a valley).  What to do when the test is silent:
        look at the loss itself along `Verdict.flat_directions`, see `probe`.
    """
    hessian = symmetric_matrix(hessian, "hessian")
    rtol = relative_tolerance(rtol)
    eigenvalues, eigenvectors = eigensystem(hessian)
    largest = np.abs(eigenvalues).max() if scale is None else positive_number(scale, "scale")
    signs = np.sign(eigenvalues) * (np.abs(eigenvalues) > rtol * largest)
    flat = eigenvectors[:, signs == 0]
    shown = _in_words(np.where(signs == 0, 0.0, eigenvalues))

    if gradient is not None:
        length = math.hypot(*finite_vector(gradient, "gradient", size=len(eigenvalues)))
        if length > rtol * largest:
            why = word("verdict.not_critical", length=numeral(length), eigenvalues=shown)
            return Verdict(Kind.NOT_CRITICAL, eigenvalues, eigenvectors, flat, why)

    kind, reason = _decide(signs)
    why = word(reason, eigenvalues=shown, direction=_direction(flat))
    return Verdict(kind, eigenvalues, eigenvectors, flat, why)


def minimum_ratio(eigenvalues: ArrayLike, *, rtol: float = 1e-6) -> Signs:
    """Count the signs of eigenvalues, and give the lecture's minimum ratio.

        minimum ratio = (eigenvalues that are positive) / (all eigenvalues)

    The zeros are counted apart.  The lecture's "half of the roads go down" at a ratio of 0.5 does
    not follow: at every minimum of (1 − w1 w2)² the ratio is 0.5 because the other eigenvalue is
    zero, and no road goes down.

    Args:
        eigenvalues: Of one Hessian, in any order, shape ``(n,)``.
        rtol: An eigenvalue with |λ| ≤ rtol · max |λ| counts as zero.

    Raises:
        TypeError: If the eigenvalues are not made of numbers.
        ValueError: If they are not a finite vector, or ``rtol`` lies outside (0, 1).
    """
    eigenvalues = finite_vector(eigenvalues, "eigenvalues")
    threshold = relative_tolerance(rtol) * np.abs(eigenvalues).max()
    positive = int((eigenvalues > threshold).sum())
    negative = int((eigenvalues < -threshold).sum())
    count = eigenvalues.size
    return Signs(positive, count - positive - negative, negative, positive / count)


def eigensystem(hessian: Array) -> tuple[Array, Array]:
    """Return ascending eigenvalues ``(n,)`` and unit eigenvectors as columns ``(n, n)``.

    An eigenvector may be multiplied by −1 at will.  Here the first of its largest components is
    positive, so the lecture's u comes out along (1, 1) and not, on another machine, (−1, −1).
    """
    scale = np.abs(hessian).max() or 1.0  # keeps LAPACK away from overflow and underflow
    eigenvalues, eigenvectors = np.linalg.eigh(hessian / scale)
    sizes = np.abs(eigenvectors)
    leading = np.argmax(sizes >= (1 - 1e-6) * sizes.max(axis=0), axis=0)
    leaders = eigenvectors[leading, np.arange(len(leading))]
    return scale * eigenvalues, eigenvectors * np.sign(leaders)


def _decide(signs: Array) -> tuple[Kind, str]:
    """Turn signs (−1, 0, +1) into the verdict and the key of its reason."""
    up, down, flat = (signs > 0).any(), (signs < 0).any(), (signs == 0).any()
    if up and down:
        return Kind.SADDLE, "verdict.saddle"
    if not flat:
        return (Kind.MINIMUM, "verdict.minimum") if up else (Kind.MAXIMUM, "verdict.maximum")
    silent = "rising" if up else "falling" if down else "flat"
    return Kind.INCONCLUSIVE, f"verdict.inconclusive.{silent}"


def _in_words(eigenvalues: Array) -> str:
    if len(eigenvalues) <= _FEW:
        return listed(eigenvalues)
    lowest, highest = numeral(eigenvalues[0]), numeral(eigenvalues[-1])
    return word("verdict.many", count=len(eigenvalues), lowest=lowest, highest=highest)


def _direction(flat: Array) -> str:
    size, count = flat.shape
    if count == 1 and size <= _FEW:
        return bracketed(flat[:, 0])
    return word("verdict.directions", count=count)
