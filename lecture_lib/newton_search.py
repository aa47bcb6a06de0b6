"""Walking to a critical point of any kind: damped Newton steps that lower |∇L|²."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.arguments import Array, finite_vector
from lecture_lib.losses import has_parts

if TYPE_CHECKING:
    from lecture_lib.surfaces import Surface

MOST_ITERATIONS = 100
MOST_REFUSALS = 18  # in a row; then rounding, or a valley of |∇L|, forbids any progress
SETTLED = 1e-8  # |g| over the largest curvature: about the distance that is left to go
SECOND_STARTS = 9  # along each side of the window, after a failure


@dataclass(frozen=True, eq=False)
class Search:
    """Where the search for a critical point ended.

    Attributes:
        theta: The point, shape ``(2,)``.
        gradient_norm: |∇L| there.
        iterations: Newton steps tried on the way that led there.
        converged: Whether the gradient vanishes there, to rounding.  If not, the search came to
            rest where |∇L| is smallest nearby without being zero.
    """

    theta: Array
    gradient_norm: float
    iterations: int
    converged: bool


def nearest_critical_point(surface: Surface, start: ArrayLike) -> Search:
    """Walk from ``start`` to a critical point nearby, of whatever kind it may be.

    Gradient descent finds minima only.  This is Newton's method, damped so that |∇L|² never rises;
    with H = Σ λ_i u_i u_iᵀ one step is  ::

        θ ← θ − Σ u_i λ_i (u_i·g) / (λ_i² + μ)

    and μ falls after every step that worked, rises after every one that did not.  Along a negative
    eigenvalue the step goes uphill, so a saddle attracts as much as a minimum does.  Where the
    Hessian is singular at the goal (w⁴) it still arrives, more slowly.  Where |∇L| has a valley of
    its own it comes to rest without a critical point; then it begins again from points all over the
    window, and of the critical points found the nearest counts.

    Args:
        surface: The surface to search.
        start: Where to begin, shape ``(2,)``.

    Returns:
        The end of the search; look at `Search.converged` before using the point.

    Raises:
        TypeError: If ``surface`` is no surface, or ``start`` is not made of numbers.
        ValueError: If ``start`` is not a finite vector of two, or the surface has no slope there.
    """
    has_parts(surface, "loss", "gradient", "hessian", "window")
    start = finite_vector(start, "start", size=2)
    if not is_defined(surface, start):
        raise ValueError(f"the loss or its gradient is not defined at {start}: start elsewhere.")
    thetas, norms, iterations, converged = search(surface, start[None])
    if not converged[0]:
        others = search(surface, window_grid(surface, SECOND_STARTS))
        if others[-1].any():
            thetas, norms, iterations, converged = (column[others[-1]] for column in others)
    k = int(np.argmin(np.linalg.norm(thetas - start, axis=-1)))
    return Search(thetas[k], float(norms[k]), int(iterations[k]), bool(converged[k]))


def search(surface: Surface, starts: Array) -> tuple[Array, Array, Array, Array]:
    """Search from many starts, shape ``(k, 2)``, at once.

    Returns:
        The fields of `Search`, one row a start: points ``(k, 2)``, |∇L|, iterations, converged.
    """
    thetas = starts + 0.0  # no −0
    gradients, hessians = surface.gradient(thetas), surface.hessian(thetas)
    norms = np.hypot(*gradients.T)
    damping = np.full(len(thetas), 1e-3)  # μ over the square of the largest curvature
    refusals, iterations = np.zeros((2, len(thetas)), dtype=int)
    longest = window_diagonal(surface) / 10  # a longer step would not stay nearby
    for _ in range(MOST_ITERATIONS):
        able = (norms > 0) & (refusals < MOST_REFUSALS) & np.isfinite(hessians).all((-2, -1))
        busy = np.flatnonzero(able)
        if not busy.size:
            break
        trial = thetas[busy] - _step(gradients[busy], hessians[busy], damping[busy], longest)
        trial_gradients = surface.gradient(trial)
        trial_norms = np.hypot(*trial_gradients.T)
        better = trial_norms < norms[busy]  # never for NaN: a step out of where L is defined
        moved, stayed = busy[better], busy[~better]
        thetas[moved], norms[moved] = trial[better], trial_norms[better]
        gradients[moved], hessians[moved] = trial_gradients[better], surface.hessian(trial[better])
        damping[moved] = np.maximum(damping[moved] / 10, 1e-16)
        damping[stayed] *= 10
        refusals[moved], refusals[stayed] = 0, refusals[stayed] + 1
        iterations[busy] += 1
    walked = iterations > 0  # a start that is critical already stays where it was put
    thetas[walked], norms[walked] = _in_simple_numbers(surface, thetas[walked], norms[walked])
    return thetas, norms, iterations, _has_converged(surface, thetas, norms)


def is_defined(surface: Surface, thetas: Array) -> np.ndarray:
    """Say of each θ whether the loss and its gradient are finite there.

    The loss has to be asked too: log(w1) has the derivative 1/w1 even where it has no value.
    """
    return np.isfinite(surface.loss(thetas)) & np.isfinite(surface.gradient(thetas)).all(-1)


def window_grid(surface: Surface, points: int) -> Array:
    """Return the nodes of a square grid over the window where the loss is defined, ``(k, 2)``."""
    axes = [np.linspace(*side, points) for side in surface.window]
    nodes = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    return nodes[is_defined(surface, nodes)]


def window_diagonal(surface: Surface) -> float:
    """Return the length of the window's diagonal, the yardstick for near and far."""
    return float(np.hypot(*(high - low for low, high in surface.window)))


def _step(gradients: Array, hessians: Array, damping: Array, longest: float) -> Array:
    values, along, vectors = _eigen_components(gradients, hessians)
    step = np.einsum("kij,kj->ki", vectors, values * along / (values**2 + damping[:, None]))
    length = np.hypot(*step.T)
    return step * (longest / np.maximum(length, longest))[:, None]


def _eigen_components(gradients: Array, hessians: Array) -> tuple[Array, Array, Array]:
    """Return λ_i and u_i·g, both over the largest entry of H, and the u_i as columns."""
    scale = np.abs(hessians).max((-2, -1))
    scale[scale == 0] = 1.0
    values, vectors = np.linalg.eigh(hessians / scale[:, None, None])
    return values, np.einsum("kji,kj->ki", vectors, gradients / scale[:, None]), vectors


def _in_simple_numbers(surface: Surface, thetas: Array, norms: Array) -> tuple[Array, Array]:
    """Take (0, 1) for (1e-19, 1.0000000002) wherever the gradient is no larger there."""
    for digits in (9, 6, 3):
        rounded = thetas.round(digits) + 0.0
        for simple in (np.where(rounded == 0, 0.0, thetas), rounded):
            simple_norms = np.hypot(*surface.gradient(simple).T)
            taken = simple_norms <= norms
            thetas = np.where(taken[:, None], simple, thetas)
            norms = np.where(taken, simple_norms, norms)
    return thetas, norms


def _has_converged(surface: Surface, thetas: Array, norms: Array) -> Array:
    """Whether g is zero beside H, and the next Newton step would be no step at all.

    The second half tells a critical point from a place on the way to one with a singular Hessian,
    where g is already small but so is the curvature that has to bend it to zero.
    """
    hessians = surface.hessian(thetas)
    usable = np.isfinite(hessians).all((-2, -1)) & is_defined(surface, thetas)
    gradients = np.where(usable[:, None], surface.gradient(thetas), 0.0)
    hessians = np.where(usable[:, None, None], hessians, 0.0)
    values, along, _ = _eigen_components(gradients, hessians)
    no_step = np.abs(along) <= np.maximum(1e-6 * np.abs(values), 1e-10)
    small = np.hypot(*along.T) <= SETTLED
    curved = np.abs(values).max(-1) > 0
    return usable & ((norms == 0) | (curved & small & no_step.all(-1)))
