"""What a neuron does with its input z: φ(z), and its first two derivatives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lecture_lib.arguments import Array


@dataclass(frozen=True)
class Activation:
    """A function φ with φ′ and φ″, written in a = φ(z): nothing else has to be kept.

    Attributes:
        value: z → a.
        slope: a → φ′(z).
        bend: a → φ″(z).
    """

    value: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    bend: Callable[[Array], Array]


def _sigmoid(z: Array) -> Array:
    return (1 + np.tanh(z / 2)) / 2  # does not overflow, as 1 / (1 + e⁻ᶻ) would


ACTIVATIONS = {
    "tanh": Activation(np.tanh, lambda a: 1 - a * a, lambda a: -2 * a * (1 - a * a)),
    "sigmoid": Activation(_sigmoid, lambda a: a * (1 - a), lambda a: a * (1 - a) * (1 - 2 * a)),
    # at the kink both derivatives are taken as 0, as PyTorch does
    "relu": Activation(
        lambda z: np.maximum(z, 0), lambda a: (a > 0).astype(a.dtype), np.zeros_like
    ),
    "linear": Activation(lambda z: z, np.ones_like, np.zeros_like),
}
