"""A small fully connected network: loss, gradient, exact Hessian, Hessian-vector product.

Layer k takes aₖ₋₁ and gives zₖ = [aₖ₋₁, 1] Wₖ and aₖ = φ(zₖ); the last layer gives its z as it is.
With E the loss of one example, D = ∂E/∂z, G = ∂E/∂a and φ′, φ″ taken at z, the chain rule runs
backwards, example by example:

    Gₖ = Dₖ₊₁ Wₖ₊₁ᵀ,      Dₖ = φ′ Gₖ                                     the gradient
    Sₖ = ∂²E/∂zₖ² = φ′ (Wₖ₊₁ Sₖ₊₁ Wₖ₊₁ᵀ) φ′ + diag(φ″ Gₖ)                  the curvature

and the Hessian between the weights of the layers k ≤ m is, with J = ∂zₘ/∂zₖ,

    Σ [aₖ₋₁, 1] ⊗ [aₘ₋₁, 1] · J Sₘ    +    Σ [aₖ₋₁, 1] ⊗ ∂aₘ₋₁/∂zₖ · Dₘ      (k < m only)

The first sum is one product of two matrices with the examples inside: that is what makes the exact
Hessian cheap.  Without φ″ and without the second sum it is the Gauss-Newton matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.activations import ACTIVATIONS, Activation
from lecture_lib.arguments import (
    Array,
    described,
    finite_number,
    positive_number,
    random_generator,
    whole_number,
)
from lecture_lib.network_hessian import BlockSums, Layer, layers_of, vector_product
from lecture_lib.network_losses import NETWORK_LOSSES, NetworkLoss, finite_floats, floats
from lecture_lib.options import one_of

CHUNK = 512  # examples at once: what is made of them still fits the processor's cache
PRODUCTS = 2**23  # of two inputs, in one chunk: a wide layer takes fewer examples at once


class MLP:
    """A multi-layer perceptron; all its weights in one vector θ, layer by layer, W row by row.

    θ may be float32 and is then computed with as such.  `loss`, `gradient` and `outputs` take
    stacks of networks as well, θ of shape ``(..., P)``, all on the same examples x of shape
    ``(N, inputs)`` or each on its own, ``(..., N, inputs)``; and a θ that is no longer finite, as a
    descent that diverges has it.  Targets are class numbers, shape ``(N,)``, for the cross-entropy,
    and vectors, shape ``(N, c)``, for the squared error.

    Args:
        sizes: Neurons per layer, inputs first: ``(64, 16, 10)``.
        activation: ``"tanh"``, ``"sigmoid"``, ``"relu"`` or ``"linear"``, of all layers but the
            last, which is linear.
        loss: ``"cross_entropy"`` of the softmax, or ``"squared_error"`` ½ |z − y|²; the mean over
            the examples.
        weight_decay: α; ½ α |θ|² is added to the loss.

    Attributes:
        sizes, activation, loss_name, weight_decay: As given.
        size: P, the number of weights.

    Raises:
        TypeError: If an argument is of the wrong kind.
        ValueError: If there are fewer than two sizes, or a name is unknown.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: str = "tanh",
        loss: str = "cross_entropy",
        *,
        weight_decay: float = 0.0,
    ) -> None:
        try:
            self.sizes = tuple(whole_number(n, "each size", least=1) for n in sizes)
        except TypeError as error:
            raise TypeError(
                f"expected sizes such as (64, 16, 10), whole numbers; got {described(sizes)}."
            ) from error
        if len(self.sizes) < 2:
            raise ValueError(f"expected two sizes or more, inputs and outputs; got {sizes}.")
        self.activation = one_of(activation, "an activation", ACTIVATIONS)
        self.loss_name = one_of(loss, "a loss", NETWORK_LOSSES)
        if (weight_decay := finite_number(weight_decay, "weight_decay")) < 0:
            raise ValueError(f"expected weight_decay of at least 0; got {weight_decay}.")
        self.weight_decay = weight_decay
        self.size = sum((n + 1) * m for n, m in pairwise(self.sizes))

    def __repr__(self) -> str:
        return f"MLP({self.sizes}, {self.activation!r}, {self.loss_name!r})"

    @property
    def _phi(self) -> Activation:
        return ACTIVATIONS[self.activation]  # by name, as functions cannot be pickled

    @property
    def _judge(self) -> NetworkLoss:
        return NETWORK_LOSSES[self.loss_name]

    def initial(self, rng: np.random.Generator, *, scale: float = 1.0) -> Array:
        """Return random weights of variance scale²/inputs, and biases 0, shape ``(P,)``.

        Raises:
            TypeError: If an argument is of the wrong kind.
            ValueError: If the scale is not above 0.
        """
        rng, scale = random_generator(rng), positive_number(scale, "scale")
        layers = []
        for n, m in pairwise(self.sizes):
            layers += [rng.normal(0, scale / np.sqrt(n), n * m), np.zeros(m)]
        return np.concatenate(layers)

    def weights(self, theta: ArrayLike) -> list[Array]:
        """Return W of every layer, shape ``(..., inputs + 1, outputs)``; the last row is the bias.

        Raises:
            TypeError: If θ is not made of numbers.
            ValueError: If θ is not of shape ``(..., P)``.
        """
        theta = floats(theta, "theta")
        if theta.shape[-1:] != (self.size,):
            raise ValueError(f"expected theta of shape (..., {self.size}); got {theta.shape}.")
        layers, first = [], 0
        for n, m in pairwise(self.sizes):
            last = first + (n + 1) * m
            layers.append(theta[..., first:last].reshape(*theta.shape[:-1], n + 1, m))
            first = last
        return layers

    def outputs(self, theta: ArrayLike, x: ArrayLike) -> Array:
        """Return z of the last layer, shape ``(..., N, c)``.

        Raises:
            TypeError: If θ or x is not made of numbers.
            ValueError: If a shape does not fit, or x is not finite.
        """
        weights = self.weights(theta)
        with np.errstate(over="ignore", invalid="ignore"):
            return self._forward(weights, self._inputs(x, weights))[-1]

    def loss(self, theta: ArrayLike, x: ArrayLike, y: ArrayLike) -> Array:
        """Return L(θ), the mean over the examples plus the weight decay, shape ``(...)``.

        Raises:
            TypeError: If θ or x is not made of numbers, or y not of class numbers where it should.
            ValueError: If a shape does not fit, a class is out of range, or x or y is not finite.
        """
        z = self.outputs(theta, x)
        y = self._judge.targets(y, z.shape, z.dtype)
        theta = np.asarray(theta)
        with np.errstate(over="ignore", invalid="ignore"):
            decay = self.weight_decay / 2 * (theta * theta).sum(-1) if self.weight_decay else 0
            return self._judge.value(z, y).mean(-1) + decay

    def gradient(self, theta: ArrayLike, x: ArrayLike, y: ArrayLike) -> Array:
        """Return ∇L(θ), shape ``(..., P)``; arguments and errors are those of `loss`."""
        weights = self.weights(theta)
        with np.errstate(over="ignore", invalid="ignore"):
            states = self._forward(weights, self._inputs(x, weights))
            z = states[-1]
            D = self._judge.slope(z, self._judge.targets(y, z.shape, z.dtype)) / z.shape[-2]
            parts = []
            for k in reversed(range(len(weights))):
                a = states[k]
                parts += [D.sum(-2), (np.swapaxes(a, -1, -2) @ D).reshape(*D.shape[:-2], -1)]
                if k:
                    back = np.swapaxes(weights[k][..., :-1, :], -1, -2)
                    D = (D @ back) * self._phi.slope(a)
            found = np.concatenate(parts[::-1], -1)
            return found + self.weight_decay * np.asarray(theta) if self.weight_decay else found

    def hessian(self, theta: ArrayLike, x: ArrayLike, y: ArrayLike) -> Array:
        """Return the exact Hessian, shape ``(P, P)``, symmetric to the bit.

        Arguments and errors are those of `loss`, but θ is one, of shape ``(P,)``, and finite.
        """
        return self._second(theta, x, y, gauss_newton=False)

    def gauss_newton(self, theta: ArrayLike, x: ArrayLike, y: ArrayLike) -> Array:
        """Return the Hessian without the network's own second derivatives: JᵀSJ, never negative.

        Arguments and errors are those of `hessian`.
        """
        return self._second(theta, x, y, gauss_newton=True)

    def hessian_vector_product(
        self, theta: ArrayLike, x: ArrayLike, y: ArrayLike
    ) -> Callable[[ArrayLike], Array]:
        """Return v → H v, at the cost of about two gradients and without H (Pearlmutter 1994).

        What depends on θ alone is computed once.  Arguments and errors are those of `hessian`.
        """
        weights, x, y = self._single(theta, x, y)
        z, layers = self._layers(weights, x, y)

        def product(v: ArrayLike) -> Array:
            v = floats(v, "v", z.dtype)
            if v.shape != (self.size,):
                raise ValueError(f"expected v of shape ({self.size},); got {v.shape}.")
            parts = vector_product(
                layers,
                lambda Rz: self._judge.curvature_times(z, Rz) / len(z),
                self.weights(v),
            )
            return np.concatenate([part.ravel() for part in parts]) + self.weight_decay * v

        return product

    def _second(self, theta: ArrayLike, x: ArrayLike, y: ArrayLike, *, gauss_newton: bool) -> Array:
        weights, x, y = self._single(theta, x, y)
        sums = BlockSums([W.shape for W in weights], gauss_newton=gauss_newton)
        widest = max(n + 1 for n in self.sizes)
        step = min(CHUNK, max(1, PRODUCTS // widest**2))
        for first in range(0, len(x), step):
            chunk = slice(first, first + step)
            z, layers = self._layers(weights, x[chunk], y[chunk], of=len(x))
            sums.add(layers, self._judge.curvature(z) / len(x))
        H = sums.hessian()
        H[np.diag_indices_from(H)] += self.weight_decay
        return H

    def _layers(
        self, weights: list[Array], x: Array, y: Array, of: int | None = None
    ) -> tuple[Array, list[Layer]]:
        """Return z of the last layer, and what `network_hessian` needs of every layer."""
        states = self._forward(weights, x)
        D = self._judge.slope(states[-1], y) / (of or len(x))
        return states[-1], layers_of(weights, states[:-1], D, self._phi)

    def _forward(self, weights: list[Array], x: Array) -> list[Array]:
        """Return the inputs of every layer, and z of the last."""
        states = [x]
        for W in weights:
            z = states[-1] @ W[..., :-1, :]
            z += W[..., -1:, :]
            states.append(self._phi.value(z) if len(states) < len(weights) else z)
        return states

    def _single(
        self, theta: ArrayLike, x: ArrayLike, y: ArrayLike
    ) -> tuple[list[Array], Array, Array]:
        theta = finite_floats(theta, "theta")
        if theta.ndim != 1:
            raise ValueError(f"expected one theta, shape ({self.size},); got {theta.shape}.")
        weights = self.weights(theta)
        x = self._inputs(x, weights)
        if x.ndim != 2:
            raise ValueError(f"expected x of shape (N, {self.sizes[0]}); got {x.shape}.")
        return weights, x, self._judge.targets(y, (len(x), self.sizes[-1]), x.dtype)

    def _inputs(self, x: ArrayLike, weights: list[Array]) -> Array:
        x = finite_floats(x, "x", weights[0].dtype)
        if x.ndim < 2 or x.shape[-1] != self.sizes[0] or not x.shape[-2]:
            raise ValueError(f"expected x of shape (N, {self.sizes[0]}), N ≥ 1; got {x.shape}.")
        if (stack := weights[0].shape[:-2]) and x.shape[:-2] not in ((), stack):
            raise ValueError(f"expected one x, or one for each theta of {stack}; got {x.shape}.")
        return x
