"""The Hessian lens over a slice of a network's loss, with the training drawn into it.

The slice is no formula, so this recipe has no twin in the browser: the kernel computes each frame.
"""

from __future__ import annotations

import numpy as np

from lecture_lib.experiments.loss_slice import NetworkSlice
from lecture_lib.hessian import nearest_critical_point
from lecture_lib.recipe import Let, Recipe
from lecture_lib.recipes import curvature


def lens(cut: NetworkSlice) -> Recipe:
    """Everything of `curvature.lens` at (a, b) = (``w1``, ``w2``), and the checkpoints.

    ``path_a``, ``path_b`` is the place in the plane nearest to each checkpoint, ``path_loss`` the
    loss of the checkpoint itself: where it is not that of the slice, the training is elsewhere.
    """
    a, b = cut.shadow.T
    path = {"path_a": a, "path_b": b, "path_loss": cut.path.losses}
    across = cut.window[0][1] - cut.window[0][0]
    return Recipe([
        *curvature.lens(cut.surface, ordinary=np.ptp(cut.path.losses) / across).steps,
        *(Let(name, values) for name, values in path.items()),
    ])  # fmt: skip


def minimum(cut: NetworkSlice) -> tuple[tuple[float, float, str], ...]:
    """Return the minimum of the slice as a landmark, if it has one near the middle of its window."""
    found = nearest_critical_point(cut.surface, np.zeros(2))
    inside = all(low <= x <= high
                 for x, (low, high) in zip(found.theta, cut.window, strict=True))  # fmt: skip
    bowl = found.converged and np.linalg.eigvalsh(cut.surface.hessian(found.theta))[0] > 0
    return ((*map(float, found.theta), "minimum"),) if inside and bowl else ()
