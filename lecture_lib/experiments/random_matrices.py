"""How often does a random symmetric matrix have only positive eigenvalues?

If Hessians were random, this would be the share of minima among critical points (slides p. 14,
"perhaps local minima is rare?").  The matrices are (A + Aᵀ) with independent standard normal A_ij:
the Gaussian orthogonal ensemble, in which the diagonal has twice the variance of the rest and no
direction of space is preferred.

It is rarer than n coin flips, 2⁻ⁿ, because eigenvalues repel each other; for large n the chance
falls like exp(−n² ln 3 / 4) (Dean and Majumdar, arXiv cond-mat/0609651).

Caveat: the Hessian of a trained network is not such a matrix.  Most of its eigenvalues are nearly
zero, a few are large, and how many are negative depends on the loss.
"""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass
from functools import cache

import numpy as np

from lecture_lib.arguments import Array, finite_array, whole_number
from lecture_lib.numerals import numeral
from lecture_lib.words import word

CHUNK = 20_000  # matrices held at once: a few megabytes
LARGEST = 30  # of the exact formula; beyond, 60 digits no longer carry it
_DIGITS = 60


@dataclass(frozen=True)
class PositiveShare:
    """How many of a number of random matrices were positive definite.

    Attributes:
        n: The size of the matrices.
        samples: How many were drawn.
        hits: How many of them had only positive eigenvalues.
    """

    n: int
    samples: int
    hits: int

    @property
    def share(self) -> float:
        """The estimate of the chance p, hits / samples."""
        return self.hits / self.samples

    @property
    def standard_error(self) -> float:
        """√(p (1 − p) / samples) with the estimated p; it says nothing when there are no hits."""
        return math.sqrt(self.share * (1 - self.share) / self.samples)

    @property
    def fact(self) -> str:
        """The result in one sentence, beside the exact chance."""
        known = {"n": self.n, "samples": self.samples}
        known["exact"] = numeral(probability_positive_definite(self.n), 3)
        if not self.hits:
            return word("random_matrices.fact.none", **known)
        known |= {"share": numeral(self.share, 3), "error": numeral(self.standard_error, 1)}
        return word("random_matrices.fact", hits=self.hits, **known)


def probability_positive_definite(n: int) -> float:
    """Return the exact chance that all n eigenvalues of a random symmetric matrix are positive.

    The eigenvalues have the density ∝ Π_{i<j} |x_i − x_j| Π_i e^(−x_i²/2), so the chance is the
    integral over x_i > 0 divided by the one over all x.  For an integrand of this shape both are
    Pfaffians (de Bruijn 1955).  With φ_i(x) = xⁱ e^(−x²/2), i = 0 … n − 1,  ::

        ∫_{x_i>0} = n! Pf(A),    A_ij = ∫∫_{x,y>0} sgn(y − x) φ_i(x) φ_j(y) dx dy

    bordered for odd n by the moments m_i = ∫_0^∞ φ_i = 2^((i−1)/2) Γ((i+1)/2).  Integration by
    parts gives every entry in closed form,  ::

        A_ij = (i − 1) A_{i−2,j} − Γ((i + j)/2) + [i = 1] m_j,    A_ji = −A_ij,    A_00 = 0

    and Mehta's integral the whole:  ∫ = (2π)^(n/2) Π_{j=1}^n Γ(1 + j/2) / Γ(3/2).  The Pfaffian
    (the root of the determinant) cancels almost completely, hence 60 digits.

    n = 1, 2, 3 give 1/2, (2 − √2)/4 and (π − 2√2)/(4π).

    Args:
        n: The size of the matrix, 1 to 30.

    Raises:
        TypeError: If ``n`` is not a whole number.
        ValueError: If it is out of range.
    """
    if whole_number(n, "n", least=1) > LARGEST:
        raise ValueError(f"expected n of at most {LARGEST}; got {n}. Use exp(−n² ln 3 / 4) there.")
    return _probability(operator.index(n))


@cache
def _probability(n: int) -> float:
    import mpmath

    with mpmath.workdps(_DIGITS):
        moments = [2 ** (mpmath.mpf(i - 1) / 2) * mpmath.gamma(mpmath.mpf(i + 1) / 2)
                   for i in range(n)]  # fmt: skip
        size = n + n % 2
        a = mpmath.zeros(size)
        for i in range(1, n):
            for j in range(i):
                # for i − 2 < j the entry above is minus its mirror image, which is there already
                before = (i - 1) * a[i - 2, j] if i >= 2 else mpmath.mpf(0)
                a[i, j] = before - mpmath.gamma(mpmath.mpf(i + j) / 2) + (i == 1) * moments[j]
                a[j, i] = -a[i, j]
        if n % 2:
            for i, moment in enumerate(moments):
                a[i, n], a[n, i] = moment, -moment
        whole = (2 * mpmath.pi) ** (mpmath.mpf(n) / 2)
        for j in range(1, n + 1):
            whole *= mpmath.gamma(1 + mpmath.mpf(j) / 2) / mpmath.gamma(mpmath.mpf(3) / 2)
        return float(mpmath.factorial(n) * mpmath.sqrt(mpmath.det(a)) / whole)


def simulate(n: int, samples: int, rng: np.random.Generator) -> PositiveShare:
    """Draw random symmetric matrices and count those with only positive eigenvalues.

    Args:
        n: The size of the matrices.
        samples: How many to draw.
        rng: Draws them.

    Raises:
        TypeError: If ``n`` or ``samples`` is not a whole number.
        ValueError: If one of them is below 1.
    """
    whole_number(n, "n", least=1)
    left = whole_number(samples, "samples", least=1)
    hits = 0
    while left:
        count = min(left, CHUNK)
        hits += int(are_positive_definite(random_symmetric(n, count, rng)).sum())
        left -= count
    return PositiveShare(n, samples, hits)


def random_symmetric(n: int, samples: int, rng: np.random.Generator) -> Array:
    """Draw matrices A + Aᵀ with independent standard normal A_ij, shape ``(samples, n, n)``."""
    a = rng.standard_normal((samples, n, n))
    return a + a.transpose(0, 2, 1)


def are_positive_definite(matrices: Array) -> np.ndarray:
    """Say of each symmetric matrix whether all its eigenvalues are positive, without any of them.

    Elimination turns a symmetric matrix into L D Lᵀ, and by Sylvester's law the pivots D have the
    signs of the eigenvalues.  A matrix is dropped at its first pivot that is not positive, which
    halves the work right at the start.

    Args:
        matrices: Symmetric, shape ``(samples, n, n)``.

    Returns:
        Booleans, shape ``(samples,)``.

    Raises:
        TypeError: If the matrices are not made of numbers.
        ValueError: If they are not finite, or not a stack of square ones.
    """
    rest = finite_array(matrices, "matrices")
    if rest.ndim != 3 or rest.shape[1] != rest.shape[2]:
        raise ValueError(f"expected matrices of shape (samples, n, n); got shape {rest.shape}.")
    answers = np.zeros(len(rest), dtype=bool)
    alive = np.arange(len(rest))
    while rest.shape[1]:
        positive = rest[:, 0, 0] > 0
        rest, alive = rest[positive], alive[positive]
        column = rest[:, 0, 1:]
        scaled = column / rest[:, 0, :1]
        rest = rest[:, 1:, 1:] - column[:, :, None] * scaled[:, None, :]
    answers[alive] = True
    return answers
