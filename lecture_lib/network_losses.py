"""What a network's last layer z is judged by, one example a row, and its derivatives in z."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lecture_lib.arguments import Array


@dataclass(frozen=True)
class NetworkLoss:
    """A loss E(z, y) per example, with ∂E/∂z and ∂²E/∂z².

    Attributes:
        classes: Whether the targets y are class numbers rather than vectors.
        value: z, y → E, shape ``(..., N)``.
        slope: z, y → ∂E/∂z, shape ``(..., N, c)``.
        curvature: z → ∂²E/∂z², shape ``(N, c, c)``; of neither loss does it depend on y.
        curvature_times: z, v → ∂²E/∂z² v, shape ``(N, c)``, without the matrix.
    """

    classes: bool
    value: Callable[[Array, Array], Array]
    slope: Callable[[Array, Array], Array]
    curvature: Callable[[Array], Array]
    curvature_times: Callable[[Array, Array], Array]


def softmax(z: Array) -> Array:
    """Return eᶻ / Σ eᶻ over the last axis, without overflow."""
    p = np.exp(z - z.max(-1, keepdims=True))
    p /= p.sum(-1, keepdims=True)
    return p


def _cross_entropy(z: Array, y: Array) -> Array:
    high = z.max(-1, keepdims=True)
    total = np.log(np.exp(z - high).sum(-1)) + high[..., 0]
    return total - np.take_along_axis(z, y[..., None], -1)[..., 0]


def _cross_entropy_slope(z: Array, y: Array) -> Array:
    p = softmax(z)
    p[y[..., None] == np.arange(z.shape[-1])] -= 1
    return p


def _softmax_curvature(z: Array) -> Array:
    p = softmax(z)
    return p[:, :, None] * (np.eye(z.shape[-1], dtype=z.dtype) - p[:, None, :])


def _softmax_curvature_times(z: Array, v: Array) -> Array:
    p = softmax(z)
    return p * (v - (p * v).sum(-1, keepdims=True))


NETWORK_LOSSES = {
    "cross_entropy": NetworkLoss(
        True,
        _cross_entropy,
        _cross_entropy_slope,
        _softmax_curvature,
        _softmax_curvature_times,
    ),
    "squared_error": NetworkLoss(
        False,
        lambda z, y: ((z - y) ** 2).sum(-1) / 2,
        lambda z, y: z - y,
        lambda z: np.broadcast_to(np.eye(z.shape[-1], dtype=z.dtype), (*z.shape, z.shape[-1])),
        lambda z, v: v,
    ),
}
