"""What a network's last layer z is judged by, one example a row, and its derivatives in z."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from lecture_lib.arguments import Array, described


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

    def targets(self, y: ArrayLike, shape: tuple[int, ...], dtype: np.dtype) -> Array:
        """Return y as `value` and `slope` want it for outputs z of that shape ``(..., N, c)``.

        Raises:
            TypeError: If y is not made of class numbers, or not of numbers.
            ValueError: If its shape does not fit, a class is out of range, or a number not finite.
        """
        y = np.asarray(y) if self.classes else finite_floats(y, "y", dtype)
        wanted = shape[:-1] if self.classes else shape
        if self.classes and y.dtype.kind not in "iu":
            raise TypeError(f"expected y to hold class numbers, integers; got {described(y)}.")
        tail = wanted[-1:] if self.classes else wanted[-2:]
        if y.shape[-len(tail) :] != tail or y.shape not in (tail, wanted):
            raise ValueError(f"expected y of shape {tail}; got {y.shape}.")
        if self.classes and not (y.min() >= 0 and y.max() < shape[-1]):
            raise ValueError(f"expected classes 0 … {shape[-1] - 1}; got {y.min()} … {y.max()}.")
        return np.broadcast_to(y, wanted)


def finite_floats(value: ArrayLike, name: str, dtype: DTypeLike = None) -> Array:
    """Return ``value`` as a finite array of that type or, without one, float32 or float64.

    Unlike `arguments.finite_array` it copies nothing that it need not: data sets are large.

    Raises:
        TypeError: If it is not made of numbers.
        ValueError: If a number is not finite.
    """
    array = floats(value, name, dtype)
    with np.errstate(all="ignore"):
        total = array.sum()  # much faster than to look at each
    if not np.isfinite(total) and not np.isfinite(array).all():
        raise ValueError(f"expected {name} to hold finite numbers only; got {described(array)}.")
    return array


def floats(value: ArrayLike, name: str, dtype: DTypeLike = None) -> Array:
    """Return ``value`` as `finite_floats` does, but NaN and infinity may be in it.

    Raises:
        TypeError: If it is not made of numbers.
    """
    try:
        array = np.asarray(value)
    except ValueError as error:  # rows of different lengths
        raise TypeError(f"expected {name} to be an array of numbers; {error}.") from error
    if array.dtype.kind not in "biuf":
        raise TypeError(f"expected {name} to be an array of numbers; got {described(value)}.")
    if dtype is None:
        dtype = np.float32 if array.dtype == np.float32 else np.float64
    return array.astype(dtype, copy=False)


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
