"""The Hessian of a fully connected network, block by block, each one product of matrices.

The letters are those of `network`: A the inputs of a layer with a 1 appended, E the loss of one
example, D = ∂E/∂z, G = ∂E/∂a, S = ∂²E/∂z², J = ∂zₘ/∂zₖ between the layers k < m, φ′ and φ″ at z.
Weights are numbered (i, j) in layer k and (h, r) in layer m: from input i to output j.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lecture_lib.activations import Activation
from lecture_lib.arguments import Array


@dataclass(frozen=True)
class Layer:
    """What the examples of one chunk leave at one layer.

    Attributes:
        weights: W, shape ``(inputs + 1, outputs)``; the last row is the bias.
        inputs: A = [a, 1], shape ``(N, inputs + 1)``.
        slope: φ′(z), shape ``(N, outputs)``.
        bend_gradient: φ″(z) G, same shape.
        gradient: D, same shape.
    """

    weights: Array
    inputs: Array
    slope: Array
    bend_gradient: Array
    gradient: Array


def layers_of(
    weights: Sequence[Array], inputs: Sequence[Array], last: Array, activation: Activation
) -> list[Layer]:
    """Return what the examples leave at every layer, from the first to the last.

    Args:
        weights: W of every layer.
        inputs: a of every layer, without the 1.
        last: D of the last layer.
        activation: φ of all layers but the last, which is linear.
    """
    D, slope, bend = last, np.ones_like(last), np.zeros_like(last)
    layers: list[Layer] = []
    for W, a in zip(reversed(weights), reversed(inputs), strict=True):
        A = np.concatenate([a, np.ones((len(a), 1), dtype=a.dtype)], axis=1)
        layers.append(Layer(W, A, slope, bend, D))
        if len(layers) < len(weights):
            G = D @ W[:-1].T
            slope, bend = activation.slope(a), activation.bend(a) * G
            D = slope * G
    return layers[::-1]


class BlockSums:
    """Sums over the examples from which the Hessian is put together at the end.

    Between two layers the sums over chunks are kept as the products give them, and only
    brought to their places once: moving a million numbers costs as much as computing them.

    Args:
        shapes: ``(inputs + 1, outputs)`` of every layer.
        gauss_newton: Leave the second derivatives of the network out.
    """

    def __init__(self, shapes: Sequence[tuple[int, int]], *, gauss_newton: bool) -> None:
        """Start with nothing added."""
        self._shapes, self._gauss_newton = tuple(shapes), gauss_newton
        self._own: dict[int, Array] = {}
        self._outer: dict[tuple[int, int], Array] = {}
        self._coupling: dict[tuple[int, int], Array] = {}

    def add(self, layers: Sequence[Layer], last: Array) -> None:
        """Add a chunk of examples.

        Args:
            layers: From the first to the last.
            last: S of the last layer, shape ``(N, c, c)``.
        """
        S = self._curvatures(layers, last)
        for k, low in enumerate(layers):
            _accumulate(self._own, k, _quarter(low.inputs, S[k]))
            J = None  # ∂zₖ/∂zₖ, the identity
            for m in range(k + 1, len(layers)):
                slope, high = layers[m - 1].slope, layers[m]
                W = high.weights[:-1]
                if J is None:
                    J = slope[:, :, None] * W
                    coupling = slope[:, :, None] * high.gradient[:, None, :]
                else:
                    carried = J * slope[:, None, :]  # ∂aₘ₋₁/∂zₖ
                    J = carried @ W
                    coupling = carried[:, :, :, None] * high.gradient[:, None, None, :]
                n = len(J)
                pairs = (low.inputs[:, :, None] * high.inputs[:, None, :]).reshape(n, -1)
                _accumulate(self._outer, (k, m), pairs.T @ (J @ S[m]).reshape(n, -1))
                if not self._gauss_newton:
                    sums = low.inputs.T @ coupling.reshape(n, -1)
                    _accumulate(self._coupling, (k, m), sums)

    def hessian(self) -> Array:
        """Return the sum of all that was added, shape ``(P, P)``, symmetric to the bit."""
        firsts = np.cumsum([0, *(rows * columns for rows, columns in self._shapes)])
        places = [slice(a, b) for a, b in pairwise(firsts.tolist())]
        H = np.empty((firsts[-1], firsts[-1]), dtype=self._own[0].dtype)
        for k, (inputs, outputs) in enumerate(self._shapes):
            rows, columns = _pair_numbers(inputs), _pair_numbers(outputs)
            block = self._own[k][rows[:, None, :, None], columns[None, :, None, :]]
            H[places[k], places[k]] = block.reshape(inputs * outputs, -1)
        for (k, m), outer in self._outer.items():
            (i, j), (h, r) = self._shapes[k], self._shapes[m]
            block = outer.reshape(i, h, j, r).transpose(0, 2, 1, 3)
            if not self._gauss_newton:
                block = block.copy()
                sums = self._coupling[k, m]
                if m == k + 1:  # ∂aₖ/∂zₖ is diagonal: neuron h = j alone
                    neuron = np.arange(j)
                    block[:, neuron, neuron] += sums.reshape(i, j, r)
                else:
                    block[:, :, :-1] += sums.reshape(i, j, h - 1, r)  # a bias has no a below it
            H[places[k], places[m]] = block.reshape(i * j, h * r)
            H[places[m], places[k]] = H[places[k], places[m]].T
        return H

    def _curvatures(self, layers: Sequence[Layer], last: Array) -> list[Array]:
        """Return S of every layer, shape ``(N, outputs, outputs)`` each."""
        found = [last]
        for layer, above in zip(reversed(layers[:-1]), reversed(layers[1:]), strict=True):
            W = above.weights[:-1]
            S = (W @ found[0] @ W.T) * (layer.slope[:, :, None] * layer.slope[:, None, :])
            if not self._gauss_newton:
                j = np.arange(S.shape[1])
                S[:, j, j] += layer.bend_gradient
            found.insert(0, S)
        return found


def _accumulate(sums: dict, key: object, product: Array) -> None:
    if key in sums:
        sums[key] += product
    else:
        sums[key] = product


def _quarter(A: Array, S: Array) -> Array:
    """Return Σ A_i A_h S_jr for i ≤ h and j ≤ r; it is symmetric in both pairs."""
    (i, h), (j, r) = np.triu_indices(A.shape[1]), np.triu_indices(S.shape[1])
    # examples last: rows are copied as a whole, where single columns would be picked one by one
    rows = np.ascontiguousarray(A.T)
    entries = np.ascontiguousarray(np.moveaxis(S, 0, -1))
    return (rows[i] * rows[h]) @ entries[j, r].T


def _pair_numbers(n: int) -> Array:
    """Return the number of the pair {i, h} among the pairs i ≤ h, shape ``(n, n)``."""
    number = np.empty((n, n), dtype=int)
    i, h = np.triu_indices(n)
    number[i, h] = number[h, i] = np.arange(len(i))
    return number


def vector_product(
    layers: Sequence[Layer],
    curvature_times: Callable[[Array], Array],
    V: Sequence[Array],
) -> list[Array]:
    """Return H v layer by layer, without H (Pearlmutter 1994).

    With R· the derivative of anything along v:  ::

        R zₖ = [aₖ₋₁, 1] Vₖ + R aₖ₋₁ Wₖ,    R a = φ′ R z,    R D of the last layer = S R z
        R Gₖ = R Dₖ₊₁ Wₖ₊₁ᵀ + Dₖ₊₁ Vₖ₊₁ᵀ,    R Dₖ = φ′ R Gₖ + φ″ Gₖ R zₖ

    Args:
        layers: Of all examples.
        curvature_times: R z → S R z at the last layer.
        V: v in the shapes of the weights.
    """
    below: list[Array | None] = [None]  # R a of each layer's inputs; x does not depend on θ
    moved: list[Array] = []  # R z
    for layer, V_k in zip(layers, V, strict=True):
        Rz = layer.inputs @ V_k
        if below[-1] is not None:
            Rz += below[-1] @ layer.weights[:-1]
        moved.append(Rz)
        below.append(layer.slope * Rz)
    RD, parts = curvature_times(moved[-1]), []
    for k in reversed(range(len(layers))):
        layer, Ra = layers[k], below[k]
        part = layer.inputs.T @ RD
        if Ra is not None:
            part[:-1] += Ra.T @ layer.gradient
            RG = RD @ layer.weights[:-1].T + layer.gradient @ V[k][:-1].T
            RD = layers[k - 1].slope * RG + layers[k - 1].bend_gradient * moved[k - 1]
        parts.append(part)
    return parts[::-1]
