"""The two losses of the escape race, each the mean over 64 examples, and their mini-batches.

On the *ridge*, x²/2 − y²/2 + y⁴/4, each example adds eᵢ·θ; the eᵢ come in pairs ±e, so they cancel
exactly in the full batch, and in a smaller one only by luck.  On the lecture's *two weights*,
(1 − w1 w2)², example i multiplies the loss by xᵢ²: the examples agree in direction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lecture_lib.arguments import Array
from lecture_lib.options import one_of
from lecture_lib.recipe import Step
from lecture_lib.recipes.batches import batch_means
from lecture_lib.recipes.escape import CURVATURE, THRESHOLD
from lecture_lib.surfaces import SURFACES, Surface

EXAMPLES = 64
SHUFFLES = 24  # epochs before the orders come round again
RIDGE = "w1**2/2 - w2**2/2 + w2**4/4 + 1/4"  # its lowest loss is 0, at (0, ±1)
SPREAD = 0.4  # of the eᵢ, in either direction


@dataclass(frozen=True)
class Track:
    """A loss to race on, as the mean over `EXAMPLES` examples.

    Attributes:
        surface: The mean loss; its lowest value is 0.
        threshold: The loss that counts as having left.
        curvature: The most negative eigenvalue at the saddle in the origin.
        across: The distance from the ridge is ``across · θ``.
        starts: Starts by name.
    """

    surface: Surface
    threshold: float
    curvature: float
    across: tuple[float, float]
    starts: Mapping[str, tuple[float, float]]


def track(name: str) -> Track:
    """Return the loss ``"ridge"`` or ``"two_weights"``.

    Raises:
        TypeError: If the name is not a string.
        ValueError: If it is neither.
    """
    if one_of(name, "a loss", ("ridge", "two_weights")) == "ridge":
        starts = {
            "line": (0.8, 0.0),
            "near": (0.8, 0.005),
            "saddle": (0.0, 0.0),
            "free": (1.3, 0.3),
        }
        return Track(Surface.from_formula(RIDGE), 0.125, -1.0, (0.0, 1.0), starts)
    starts = {"line": (0.5, -0.5), "near": (0.501, -0.5), "saddle": (0.0, 0.0), "free": (-1.2, 0.7)}
    return Track(SURFACES[name], THRESHOLD, CURVATURE, (1.0, 1.0), starts)


def examples(name: str, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return for each example what multiplies the gradient, ``(N,)``, and what is added, ``(N, 2)``.

    All are multiples of 1/64, so sums over a whole epoch are exact: 1 on average, and 0.
    """
    if name == "two_weights":
        return np.arange(1, 2 * EXAMPLES, 2) / EXAMPLES, np.zeros((EXAMPLES, 2))
    half = np.round(EXAMPLES * rng.normal(0, SPREAD, size=(EXAMPLES // 2, 2))) / EXAMPLES
    return np.ones(EXAMPLES), np.concatenate([half, -half])


def batches(name: str, rng: np.random.Generator) -> list[Step]:
    """Put the mean ``square``, ``push_x``, ``push_y`` over the batch of each step into the frame."""
    scale, push = examples(name, rng)
    order = rng.permuted(np.tile(np.arange(EXAMPLES), (SHUFFLES, 1)), axis=1)
    return batch_means({"square": scale[order], "push_x": push[order, 0], "push_y": push[order, 1]})
