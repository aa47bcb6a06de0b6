"""A network of random weights on random data, to take updates for `update_time`'s clock.

784-64-10, tanh, softmax, cross-entropy, float32: once in numpy, its gradient written out, and once
for PyTorch, which the course does not install.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

SIZES = (784, 64, 10)
RATE = np.float32(1e-3)  # η: small, so that the weights stay what they are
Floats = NDArray[np.float32]


class RandomNetwork:
    """A 784-64-10 network with random weights, and random data to train it on, in float32.

    Args:
        rows: How many examples.
        rng: Draws data and weights.

    Attributes:
        x, y: The examples, shape ``(rows, 784)``, and their classes, shape ``(rows,)``.
        weights: W, b, V and c.
        device: Where it computes.
    """

    device = "cpu"

    def __init__(self, rows: int, rng: np.random.Generator) -> None:
        inputs, hidden, classes = SIZES
        self.x = rng.standard_normal((rows, inputs), dtype=np.float32)
        self.y = rng.integers(classes, size=rows)
        self.weights: list[Floats] = []
        for above, below in ((inputs, hidden), (hidden, classes)):
            matrix = rng.standard_normal((above, below), dtype=np.float32)
            self.weights += [matrix / np.float32(np.sqrt(above)), np.zeros(below, np.float32)]

    def update(self, first: int, last: int) -> float:
        """Take one step over the examples first … last − 1; return their loss before it.

        With a = tanh(x W + b), p = softmax(a V + c) and the one-hot answer y, the gradients of the
        mean cross-entropy −log p_y are  ::

            δ₂ = (p − y) / B         ∂L/∂V = aᵀ δ₂        ∂L/∂c = Σ δ₂
            δ₁ = δ₂ Vᵀ (1 − a²)      ∂L/∂W = xᵀ δ₁        ∂L/∂b = Σ δ₁
        """
        first_weights, first_bias, last_weights, last_bias = self.weights
        x, count = self.x[first:last], last - first
        a = np.tanh(x @ first_weights + first_bias)
        p = a @ last_weights + last_bias
        p = np.exp(p - p.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        answers = np.arange(count), self.y[first:last]
        loss = -float(np.log(p[answers]).mean())
        p[answers] -= 1
        p /= np.float32(count)
        back = (p @ last_weights.T) * (1 - a * a)
        gradients = _pairs(x, back), back.sum(axis=0), _pairs(a, p), p.sum(axis=0)
        for weights, gradient in zip(self.weights, gradients, strict=True):
            weights -= RATE * gradient
        return loss


def _pairs(left: Floats, right: Floats) -> Any:
    """Return leftᵀ right; of a single row each, the outer product is several times quicker."""
    return np.outer(left, right) if len(left) == 1 else left.T @ right


class TorchNetwork:
    """The same network and data for PyTorch: its automatic gradient, its plain SGD.

    Args:
        rows: How many examples.
        rng: Draws data and weights, the same as for a `RandomNetwork`.

    Attributes:
        device: ``"cuda"`` where PyTorch finds a graphics card, else ``"cpu"``.  Data and weights
            lie there from the beginning.

    Raises:
        ModuleNotFoundError: If PyTorch is not installed.
    """

    def __init__(self, rows: int, rng: np.random.Generator) -> None:
        try:
            import torch  # only if it is asked for: the course does without
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                'backend="torch" needs PyTorch, which the course does not install; '
                'get it with "pip install torch", or take backend="numpy".', name="torch"
            ) from error  # fmt: skip
        self._torch = torch
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        made = RandomNetwork(rows, rng)
        self.x, self.y, *self.weights = (
            torch.from_numpy(array).to(self.device) for array in (made.x, made.y, *made.weights)
        )
        for weights in self.weights:
            weights.requires_grad_()
        self._optimiser = torch.optim.SGD(self.weights, lr=float(RATE))

    def update(self, first: int, last: int) -> float:
        """Take one step over the examples first … last − 1; return their loss before it."""
        torch, (first_weights, first_bias, last_weights, last_bias) = self._torch, self.weights
        a = torch.tanh(torch.addmm(first_bias, self.x[first:last], first_weights))
        scores = torch.addmm(last_bias, a, last_weights)
        loss = torch.nn.functional.cross_entropy(scores, self.y[first:last])
        self._optimiser.zero_grad()
        loss.backward()
        self._optimiser.step()
        return float(loss.item())  # a graphics card has done the step when this number is there
