"""A loss that is a mean over examples, and the two that the course's figures of batches use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.arguments import (
    Array,
    described,
    finite_array,
    finite_vector,
    real_array,
    whole_number,
)
from lecture_lib.losses import function_of_theta

LINE_INPUTS = np.arange(20) / 2.0  # 0, 0.5 … 9.5
FREQUENCY = 3.0
SINE_INPUTS = np.linspace(-4.0, 4.0, 64)


@dataclass(frozen=True, eq=False)
class ExampleLosses:
    """N examples, the loss of each at θ, and their means over all or over a batch.

    Attributes:
        inputs: What each example puts in, shape ``(N,)``.
        targets: What should come out, shape ``(N,)``.
        parameters: How many numbers θ has.
        example_loss: (θ, x, y) → l, for θ of shape ``(..., n)`` and B examples: ``(..., B)``.
        example_gradient: (θ, x, y) → ∇l, shape ``(..., B, n)``.

    Raises:
        TypeError: If the examples are not made of numbers, or a function cannot be called.
        ValueError: If there is no example, or not a target for each.
    """

    inputs: Array
    targets: Array
    parameters: int
    example_loss: Callable[[Array, Array, Array], Array]
    example_gradient: Callable[[Array, Array, Array], Array]

    def __post_init__(self) -> None:
        """Check the examples, and that there are functions of them."""
        inputs = finite_vector(self.inputs, "inputs")
        targets = finite_vector(self.targets, "targets", size=inputs.size)
        whole_number(self.parameters, "parameters", least=1)
        function_of_theta(self.example_loss, "example_loss")
        function_of_theta(self.example_gradient, "example_gradient")
        for name, array in (("inputs", inputs), ("targets", targets)):
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    @property
    def examples(self) -> int:
        """N."""
        return len(self.inputs)

    def losses(self, theta: ArrayLike, batch: ArrayLike | None = None) -> Array:
        """Return l_i(θ) for θ of shape ``(..., n)``: ``(..., N)``, or ``(..., B)`` for a batch."""
        return self._of_each(self.example_loss, "losses", theta, batch, ())

    def gradients(self, theta: ArrayLike, batch: ArrayLike | None = None) -> Array:
        """Return ∇l_i(θ), shape ``(..., N, n)``, or ``(..., B, n)`` for a batch."""
        rest = (self.parameters,)
        return self._of_each(self.example_gradient, "gradients", theta, batch, rest)

    def loss(self, theta: ArrayLike, batch: ArrayLike | None = None) -> Array | float:
        """Return the mean of l_i(θ) over all examples, or over a batch, shape ``(...)``.

        Args:
            theta: θ, shape ``(..., n)``.
            batch: The numbers of the examples, as `minibatches` gives them; None for all.

        Returns:
            The mean; infinite or NaN where it leaves the range of floats.

        Raises:
            TypeError: If θ is not made of numbers, or the batch not of whole numbers.
            ValueError: If θ has another shape or is not finite, the batch is empty or names an
                example that is not there, or the examples' function returns another shape.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            return self.losses(theta, batch).mean(axis=-1)

    def gradient(self, theta: ArrayLike, batch: ArrayLike | None = None) -> Array:
        """Return the gradient of `loss`, shape ``(..., n)``; arguments and errors are the same."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self.gradients(theta, batch).mean(axis=-2)

    def _of_each(
        self,
        function: Callable[[Array, Array, Array], Array],
        name: str,
        theta: ArrayLike,
        batch: ArrayLike | None,
        rest: tuple[int, ...],
    ) -> Array:
        """Return what the function gives for each example, which must be ``(..., B, *rest)``."""
        theta, (x, y) = self._theta(theta), self._examples(batch)
        with np.errstate(over="ignore", invalid="ignore"):  # far out, infinity is the answer
            found = function(theta, x, y)
        shape = (*theta.shape[:-2], len(x), *rest)
        return real_array(found, f"the {name} of the examples", shape=shape)

    def _theta(self, theta: ArrayLike) -> Array:
        theta = finite_array(theta, "theta")
        if theta.shape[-1:] != (self.parameters,):
            raise ValueError(
                f"expected theta with a last axis of {self.parameters}; got shape {theta.shape}."
            )
        return theta[..., None, :]

    def _examples(self, batch: ArrayLike | None) -> tuple[Array, Array]:
        if batch is None:
            return self.inputs, self.targets
        try:
            numbers = np.asarray(batch)
        except ValueError:  # rows of different lengths
            raise TypeError(
                f"expected batch to hold whole numbers; got {described(batch)}."
            ) from None
        if numbers.ndim != 1 or numbers.size == 0:
            raise ValueError(f"expected batch of shape (B,), B ≥ 1; got shape {numbers.shape}.")
        if numbers.dtype.kind not in "iu" or isinstance(batch, np.ma.MaskedArray):
            raise TypeError(f"expected batch to hold whole numbers; got {described(batch)}.")
        if numbers.min() < 0 or numbers.max() >= self.examples:
            raise ValueError(
                f"expected a batch of examples from 0 to {self.examples - 1}; "
                f"got {numbers.min()} to {numbers.max()}."
            )
        return self.inputs[numbers], self.targets[numbers]


def line_losses() -> ExampleLosses:
    """Return the 20 examples of slides p. 20: a line b + w x through y = x, θ = (b, w).

        l_i = (b + w x_i − y_i)²,   x = 0, 0.5 … 9.5,   y = x

    The slide prints no data.  These x, with η = 0.01, reproduce its full-batch step from (0.5, 1.5)
    to (0.4425, 1.14375).
    """

    def residual(theta: Array, x: Array, y: Array) -> Array:
        return theta[..., 0] + theta[..., 1] * x - y

    def gradient(theta: Array, x: Array, y: Array) -> Array:
        error = 2 * residual(theta, x, y)
        return np.stack([error, error * x], axis=-1)

    def loss(theta: Array, x: Array, y: Array) -> Array:
        return residual(theta, x, y) ** 2

    return ExampleLosses(LINE_INPUTS, LINE_INPUTS, 2, loss, gradient)


def sine_losses() -> ExampleLosses:
    """Return 64 examples of a sine whose frequency w is to be found, θ = (w,).

        l_i = ½ (sin(w x_i) − sin(3 x_i))²,   x from −4 to 4

    Their mean has minima at w ≈ 1.04 and 4.84, where the loss stays near 0.4, and at w = 3, where
    it is 0.  At w = 3 every single l_i is 0 with slope 0, so no batch is noisy there.
    """

    def error(theta: Array, x: Array, y: Array) -> Array:
        return np.sin(theta[..., 0] * x) - y

    def gradient(theta: Array, x: Array, y: Array) -> Array:
        return (error(theta, x, y) * x * np.cos(theta[..., 0] * x))[..., None]

    def loss(theta: Array, x: Array, y: Array) -> Array:
        return error(theta, x, y) ** 2 / 2

    return ExampleLosses(SINE_INPUTS, np.sin(FREQUENCY * SINE_INPUTS), 1, loss, gradient)
