"""All the places in a window where the gradient vanishes: minima, maxima and saddles alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lecture_lib.arguments import Array, whole_number
from lecture_lib.losses import has_parts
from lecture_lib.newton_search import is_defined, search, window_diagonal, window_grid
from lecture_lib.verdicts import Verdict, classify

if TYPE_CHECKING:
    from lecture_lib.surfaces import Surface

ORDINARY = 1e-6  # a curvature below this part of an ordinary one is zero, at a point found
SAME_POINT = 1e-4  # of the window's diagonal: points that lie closer are one
SAME_LOSS = 1e-9  # of the height of the landscape: members of a family that lie closer are level
MOST_MEMBERS = 6  # kept of a curve or a plain of critical points


@dataclass(frozen=True, eq=False)
class CriticalPoint:
    """A critical point of a surface.

    Attributes:
        theta: The point, shape ``(2,)``.
        loss: L there.
        verdict: What the Hessian says about it.
        family: Whether it is one of a whole curve or plain of critical points, of which
            `critical_points` shows a few, such as the valley w1 w2 = 1 of (1 − w1 w2)².
    """

    theta: Array
    loss: float
    verdict: Verdict
    family: bool


def critical_points(surface: Surface, *, grid: int = 15) -> list[CriticalPoint]:
    """Find and classify the critical points in a surface's window.

    Searches start from a grid, and what they find is merged where it coincides.  A point whose
    neighbours along a flat direction are critical too belongs to a family.  All along a family the
    loss is the same (dL/ds = g·t = 0), so its members are known by their loss; up to six of them,
    as far apart as possible, stand for all.

    A grid can miss a point, a finer one misses fewer; and what is zero is judged beside the
    ordinary curvature of this landscape, the median over the window.

    Args:
        surface: The surface to search.
        grid: Starts along each side of the window.

    Returns:
        The points, those with the lowest loss first.

    Raises:
        TypeError: If ``surface`` is no surface, or ``grid`` is not a whole number.
        ValueError: If ``grid`` is below 2.
    """
    has_parts(surface, "loss", "gradient", "hessian", "window")
    starts = window_grid(surface, whole_number(grid, "grid", least=2))
    thetas, norms, _, converged = search(surface, starts)
    found = converged & _inside(surface, thetas)
    thetas = _distinct(thetas[found], norms[found], SAME_POINT * window_diagonal(surface))

    scale = _ordinary_curvature(surface, starts)
    verdicts = [classify(h, rtol=ORDINARY, scale=scale) for h in surface.hessian(thetas)]
    family = _have_neighbours(surface, thetas, verdicts)
    losses = surface.loss(thetas)
    kept = [k for k in range(len(thetas)) if not family[k]]
    level = SAME_LOSS * _height(surface, starts)
    kept += _representatives(thetas, losses, np.flatnonzero(family), level)
    points = [CriticalPoint(thetas[k], float(losses[k]), verdicts[k], family[k]) for k in kept]
    return sorted(points, key=lambda point: (point.loss, *point.theta))


def _inside(surface: Surface, thetas: Array) -> Array:
    low, high = np.transpose(surface.window)
    margin = 1e-9 * (high - low)
    return ((thetas >= low - margin) & (thetas <= high + margin)).all(-1)


def _distinct(thetas: Array, norms: Array, near: float) -> Array:
    """Merge points closer than ``near``, keeping the one with the smallest gradient."""
    kept: list[Array] = []
    for theta in thetas[np.argsort(norms, kind="stable")]:
        if all(np.hypot(*(theta - other)) > near for other in kept):
            kept.append(theta)
    return np.array(kept).reshape(-1, 2)


def _ordinary_curvature(surface: Surface, thetas: Array) -> float | None:
    """The median of the largest curvature, where there is any."""
    sizes = np.abs(surface.hessian(thetas)).max((-2, -1))
    curved = sizes[np.isfinite(sizes) & (sizes > 0)]
    return float(np.median(curved)) if curved.size else None


def _height(surface: Surface, thetas: Array) -> float:
    return float(np.ptp(surface.loss(thetas))) if thetas.size else 0.0


def _have_neighbours(surface: Surface, thetas: Array, verdicts: list[Verdict]) -> list[bool]:
    """Whether another critical point lies a little further along a flat direction, for each."""
    distance = 0.01 * window_diagonal(surface)
    owners, starts = [], []
    for k, verdict in enumerate(verdicts):
        for direction in verdict.flat_directions.T:
            owners += [k, k]
            starts += [thetas[k] + distance * direction, thetas[k] - distance * direction]
    owners, starts = np.array(owners, dtype=int), np.array(starts).reshape(-1, 2)
    defined = is_defined(surface, starts)
    owners, starts = owners[defined], starts[defined]
    ends, _, _, converged = search(surface, starts)
    elsewhere = converged & (np.linalg.norm(ends - thetas[owners], axis=-1) > distance / 2)
    return [bool(elsewhere[owners == k].any()) for k in range(len(verdicts))]


def _representatives(thetas: Array, losses: Array, members: Array, level: float) -> list[int]:
    """Of each family keep a few members, each as far as possible from those already kept."""
    members = members[np.argsort(losses[members], kind="stable")]
    kept: list[int] = []
    for family in np.split(members, 1 + np.flatnonzero(np.diff(losses[members]) > level)):
        chosen = list(family[:1])
        while len(chosen) < min(MOST_MEMBERS, len(family)):
            gaps = np.linalg.norm(thetas[family, None] - thetas[chosen], axis=-1)
            chosen.append(family[np.argmax(gaps.min(1))])
        kept += [int(k) for k in chosen]
    return kept
