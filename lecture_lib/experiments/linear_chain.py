"""The lecture's "world's worst network" with any number of layers: y = w1 w2 ⋯ wn x.

One training pair x = ŷ = 1 gives L = (1 − w1 w2 ⋯ wn)² (slides p. 7 for n = 2).  With two layers
the origin is a saddle that the Hessian sees.  From three on the Hessian there is the zero matrix:
the origin is still no minimum, and no eigenvector knows the way down (Kawaguchi, arXiv 1605.07110).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.arguments import Array, finite_array, whole_number


@dataclass(frozen=True)
class LinearChain:
    """The loss L = (1 − w1 w2 ⋯ wn)² with its derivatives.

    With P = w1 ⋯ wn, P_i the product without w_i and P_ij the product without w_i and w_j:  ::

        g_i = −2 (1 − P) P_i
        H_ij = 2 P_i P_j − 2 (1 − P) P_ij   (i ≠ j),      H_ii = 2 P_i²

    Attributes:
        layers: The number n of weights, at least 1.
    """

    layers: int = 2

    def __post_init__(self) -> None:
        """Check the number of layers."""
        whole_number(self.layers, "layers", least=1)

    def loss(self, theta: ArrayLike) -> Array:
        """Return L(θ) for θ of shape ``(..., n)``, shape ``(...)``."""
        return (1 - self._weights(theta).prod(-1)) ** 2

    def gradient(self, theta: ArrayLike) -> Array:
        """Return ∇L(θ), shape ``(..., n)``."""
        weights = self._weights(theta)
        error = 1 - weights.prod(-1, keepdims=True)
        return -2 * error * self._products_without(weights, np.eye(self.layers, dtype=bool))

    def hessian(self, theta: ArrayLike) -> Array:
        """Return H(θ), shape ``(..., n, n)``."""
        weights = self._weights(theta)
        one = np.eye(self.layers, dtype=bool)
        without_one = self._products_without(weights, one)
        without_two = self._products_without(weights, one[:, None] | one) * ~one
        error = 1 - weights.prod(-1)[..., None, None]
        return 2 * without_one[..., :, None] * without_one[..., None, :] - 2 * error * without_two

    def _weights(self, theta: ArrayLike) -> Array:
        theta = finite_array(theta, "theta")
        if theta.shape[-1:] != (self.layers,):
            raise ValueError(
                f"expected θ with a last axis of {self.layers}, one weight a layer; "
                f"got shape {theta.shape}."
            )
        return theta

    def _products_without(self, weights: Array, left_out: np.ndarray) -> Array:
        """Multiply the weights that each row of ``left_out`` leaves in."""
        spread = weights.reshape(*weights.shape[:-1], *(1,) * (left_out.ndim - 1), self.layers)
        return np.where(left_out, 1.0, spread).prod(-1)
