"""The eigenvalues of a Hessian that is never written down: products H v are all that is asked for.

Lanczos builds, from v, H v, H² v …, an orthonormal basis in which H is a small tridiagonal matrix T.
The eigenvalues of T approach the outermost ones of H first.  And since e₁ᵀ f(T) e₁ is Gauss's
quadrature of vᵀ f(H) v, the squares of the first entries of T's eigenvectors tell how much of a
random v lies at which eigenvalue: averaged over a few v, the density of the whole spectrum
(stochastic Lanczos quadrature; Ghorbani, Krishnan, Xiao 2019, arXiv 1901.10159).

    hvp = net.hessian_vector_product(theta, x, y)
    top_eigenvalues(hvp, net.size, 5, rng=np.random.default_rng(0))
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.arguments import (
    Array,
    described,
    finite_array,
    positive_number,
    random_generator,
    whole_number,
)
from lecture_lib.numerals import numeral
from lecture_lib.words import word

Product = Callable[[Array], ArrayLike]
SMALLEST_KRYLOV = 20  # SciPy's basis for k eigenvalues: max(2 k + 1, 20) vectors
ROUNDING = (
    100  # a next Lanczos vector shorter than so many units of rounding of |T| is nothing else
)


@dataclass(frozen=True, eq=False)
class Density:
    """How the eigenvalues of a matrix are spread, as a weighted set of points.

    Where many eigenvalues crowd together, one node stands for all of them, near them and not quite
    at them: the cumulative share is right up to a small shift along the axis.

    Attributes:
        nodes: Places on the axis of eigenvalues, ascending, shape ``(n,)``.
        weights: The share of the eigenvalues that each stands for, positive, of sum 1.
        size: How many eigenvalues the matrix has.
        products: How many products H v it took.
    """

    nodes: Array
    weights: Array
    size: int
    products: int

    def cumulative(self, at: ArrayLike) -> Array:
        """Return the share of eigenvalues up to each place, of the shape of ``at``.

        Raises:
            TypeError: If the places are not numbers.
            ValueError: If one is not finite.
        """
        at = finite_array(at, "at")
        return np.append(0.0, np.cumsum(self.weights))[np.searchsorted(self.nodes, at, "right")]

    def curve(self, at: ArrayLike, width: float) -> Array:
        """Return the density at each place, each node drawn as a Gauss bell of that width.

        Args:
            at: Places.
            width: The bell's standard deviation, above 0.

        Raises:
            TypeError: If an argument is not made of numbers.
            ValueError: If one is not finite, or the width not above 0.
        """
        width = positive_number(width, "width")
        away = (finite_array(at, "at")[..., None] - self.nodes) / width
        return np.exp(-away * away / 2) @ self.weights / (width * math.sqrt(2 * math.pi))

    @property
    def fact(self) -> str:
        """The result in one sentence."""
        ends = np.searchsorted(np.cumsum(self.weights), (0.05, 0.95))
        low, high = self.nodes[np.minimum(ends, len(self.nodes) - 1)]
        return word(
            "spectrum.fact.crowd" if low == high else "spectrum.fact",
            size=self.size,
            products=self.products,
            low=numeral(low, 2),
            high=numeral(high, 2),
            smallest=numeral(self.nodes[0], 3),
            largest=numeral(self.nodes[-1], 3),
        )


def top_eigenvalues(
    hvp: Product, size: int, k: int, *, rng: np.random.Generator, tol: float = 1e-3
) -> Array:
    """Return the k largest eigenvalues of a symmetric matrix, the largest first, shape ``(k,)``.

    Largest on the axis, not in absolute value: the smallest ones are minus the largest of −H.

    Args:
        hvp: v → H v, both of shape ``(size,)``.
        size: P.
        k: How many.
        rng: Draws the vector to start from.
        tol: The relative error at which an eigenvalue counts as found; in float32 not below 1e-5.

    Raises:
        TypeError: If an argument is of the wrong kind.
        ValueError: If a number is out of its range, or a product of another shape or not finite.
        ArithmeticError: If they are not found to that tolerance.
    """
    size, product, rng = _asked(hvp, size, rng)
    k = whole_number(k, "k", least=1, most=size)
    if (tol := positive_number(tol, "tol")) >= 1:
        raise ValueError(f"expected tol below 1, such as 1e-3; got {tol}.")
    if size <= max(2 * k + 1, SMALLEST_KRYLOV):  # as many products give the whole matrix
        H = np.stack([product(row) for row in np.eye(size)])
        return np.linalg.eigvalsh((H + H.T) / 2)[::-1][:k]
    from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh

    operator = LinearOperator((size, size), matvec=product, dtype=float)
    start = rng.standard_normal(size)
    try:
        found = eigsh(operator, k, which="LA", tol=tol, v0=start, return_eigenvectors=False)
    except ArpackNoConvergence as error:
        raise ArithmeticError(
            f"found {len(error.eigenvalues)} of {k} eigenvalues to a relative error of {tol:g}: "
            "ask for fewer, or for a larger tol."
        ) from error
    return np.sort(found)[::-1]


def spectral_density(
    hvp: Product, size: int, rng: np.random.Generator, *, probes: int = 5, steps: int = 60
) -> Density:
    """Return how the eigenvalues of a symmetric matrix are spread, from probes × steps products.

    Args:
        hvp: v → H v, both of shape ``(size,)``.
        size: P.
        rng: Draws the vectors to start from.
        probes: How many of them.
        steps: Lanczos steps from each; the memory is that of so many vectors.

    Raises:
        TypeError: If an argument is of the wrong kind.
        ValueError: If a number is out of its range, or a product of another shape or not finite.
    """
    size, product, rng = _asked(hvp, size, rng)
    probes = whole_number(probes, "probes", least=1)
    steps = min(whole_number(steps, "steps", least=1), size)
    nodes, weights = [], []
    products = 0
    for _ in range(probes):
        diagonal, beside = _lanczos(product, rng.standard_normal(size), steps)
        products += len(diagonal)
        eigenvalues, vectors = np.linalg.eigh(
            np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1)
        )
        nodes.append(eigenvalues)
        weights.append(vectors[0] ** 2 / probes)
    order = np.argsort(np.concatenate(nodes))
    return Density(np.concatenate(nodes)[order], np.concatenate(weights)[order], size, products)


def _lanczos(product: Callable[[Array], Array], start: Array, steps: int) -> tuple[Array, Array]:
    """Return the diagonal of T and what stands beside it; fewer steps if the basis is complete."""
    diagonal, beside = np.empty(steps), np.empty(steps)
    basis, v, scale = np.empty((0, 0)), start / np.linalg.norm(start), 0.0
    for step in range(steps):
        Hv = product(v)
        if not step:  # as exact as the products are, and no larger in memory
            basis = np.empty((steps, len(v)), Hv.dtype)
        basis[step] = v
        known = basis[: step + 1]
        diagonal[step] = known[-1] @ Hv
        for _ in range(2):  # twice is enough to be orthogonal to all up to rounding
            Hv -= (known @ Hv) @ known
        beside[step] = np.linalg.norm(Hv)
        scale = max(scale, abs(diagonal[step]), beside[step])
        if beside[step] <= ROUNDING * np.finfo(Hv.dtype).eps * scale:
            break
        v = Hv / beside[step].astype(Hv.dtype)
    return diagonal[: step + 1], beside[:step]


def _asked(
    hvp: Product, size: int, rng: np.random.Generator
) -> tuple[int, Callable[[Array], Array], np.random.Generator]:
    """Check what both functions ask for; return the product with its results checked."""
    size = whole_number(size, "size", least=1)
    if not callable(hvp):
        raise TypeError(f"expected hvp to be a function v → H v; got {described(hvp)}.")

    def product(v: Array) -> Array:
        given = hvp(v)
        found = finite_array(given, "hvp(v)")
        if found.shape != (size,):
            raise ValueError(f"expected hvp(v) of shape ({size},); got {found.shape}.")
        return found.astype(np.float32) if np.asarray(given).dtype == np.float32 else found

    return size, product, random_generator(rng)
