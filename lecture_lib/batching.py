"""Batches: how many, which examples, and how noisy their gradient is.

A loss over N examples is a mean, L(θ) = 1/N Σ l_i(θ).  A batch takes the mean over B of them only;
its gradient points where ∇L points on average, and strays the less the larger B is (slides p. 19).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lecture_lib.arguments import (
    Array,
    described,
    finite_vector,
    random_generator,
    several,
    whole_number,
)
from lecture_lib.example_losses import ExampleLosses, line_losses, sine_losses
from lecture_lib.options import switch

__all__ = [
    "Batch",
    "ExampleLosses",
    "batch_sizes_up_to",
    "endless_minibatches",
    "gradient_noise",
    "line_losses",
    "minibatches",
    "sine_losses",
    "updates_per_epoch",
]

Batch = NDArray[np.intp]
MOST_EXAMPLES = 10_000_000  # to be put in order; 80 MB


def batch_sizes_up_to(examples: int, batch_sizes: Iterable[int]) -> tuple[int, ...]:
    """Return several batch sizes to compare, each from 1 to N.

    Raises:
        TypeError: If they are no whole numbers in a row.
        ValueError: If there is none or more than a thousand, or one is out of its range.
    """
    given = several(batch_sizes, "batch_sizes", "(1, 8, 64)")
    return tuple(_sizes(examples, size)[1] for size in given)


def updates_per_epoch(examples: int, batch_size: int, *, drop_last: bool = False) -> int:
    """Return how many updates one epoch makes: ⌈N/B⌉, or ⌊N/B⌋ if a smaller last batch is dropped.

    Args:
        examples: N, at least 1.
        batch_size: B, from 1 to N.
        drop_last: Whether to leave out a last batch of fewer than B examples.

    Raises:
        TypeError: If N or B is not a whole number, or ``drop_last`` neither True nor False.
        ValueError: If N or B is out of its range.
    """
    examples, batch_size = _sizes(examples, batch_size)
    whole_only = switch(drop_last, "drop_last")
    return examples // batch_size if whole_only else -(-examples // batch_size)


def minibatches(
    examples: int,
    batch_size: int,
    rng: np.random.Generator | None,
    *,
    shuffle: bool = True,
    drop_last: bool = False,
) -> list[Batch]:
    """Return the batches of one epoch: every example once, in groups of B (slides p. 19).

    Args:
        examples: N, from 1 to ten million.
        batch_size: B, from 1 to N.  If B does not divide N, the last batch is smaller.
        rng: Shuffles the examples; unused, and None will do, without ``shuffle``.
        shuffle: Whether to put the examples in a new order first.
        drop_last: Whether to leave out a last batch of fewer than B examples.

    Returns:
        One array of example numbers, 0 … N−1, for each update.

    Raises:
        TypeError: If N or B is not a whole number, ``rng`` no generator, or a switch neither True
            nor False.
        ValueError: If N or B is out of its range.
    """
    updates = updates_per_epoch(examples, batch_size, drop_last=drop_last)
    examples, batch_size = _sizes(examples, batch_size, most=MOST_EXAMPLES)
    mixed = switch(shuffle, "shuffle")
    order = random_generator(rng).permutation(examples) if mixed else np.arange(examples)
    return [order[k * batch_size : (k + 1) * batch_size] for k in range(updates)]


def endless_minibatches(
    examples: int, batch_size: int, rng: np.random.Generator, *, drop_last: bool = False
) -> Iterator[Batch]:
    """Return batch after batch, epoch after epoch, shuffled anew before each epoch.

    Args:
        examples: N, from 1 to ten million.
        batch_size: B, from 1 to N.
        rng: Shuffles the examples.
        drop_last: Whether to leave out a last batch of fewer than B examples.

    Raises:
        TypeError: If N or B is not a whole number, ``rng`` no generator, or ``drop_last`` neither
            True nor False.
        ValueError: If N or B is out of its range.
    """
    updates_per_epoch(examples, batch_size, drop_last=drop_last)
    _sizes(examples, batch_size, most=MOST_EXAMPLES)
    random_generator(rng)

    def epochs() -> Iterator[Batch]:
        while True:
            yield from minibatches(examples, batch_size, rng, drop_last=drop_last)

    return epochs()


def gradient_noise(losses: ExampleLosses, theta: ArrayLike, batch_size: int) -> Array:
    """Return the covariance of the gradient over a random batch, exactly.

        C = Σ/B · (N − B)/(N − 1),   Σ = 1/N Σ_i (∇l_i − ∇L)(∇l_i − ∇L)ᵀ

    Batches are drawn without replacement, as an epoch draws them: at B = N nothing is left of the
    noise.  For N much larger than B its size goes like 1/√B.

    Args:
        losses: The examples.
        theta: θ, shape ``(n,)``.
        batch_size: B, from 1 to N.

    Returns:
        C, shape ``(n, n)``; infinite or NaN where a square leaves the range of floats.

    Raises:
        TypeError: If the losses are no `ExampleLosses`, θ is not made of numbers or B is not whole.
        ValueError: If θ has another shape, or B is out of its range.
    """
    if not isinstance(losses, ExampleLosses):
        raise TypeError(f"expected losses such as line_losses(); got {described(losses)}.")
    examples, batch_size = _sizes(losses.examples, batch_size)
    gradients = losses.gradients(finite_vector(theta, "theta", size=losses.parameters))
    with np.errstate(over="ignore", invalid="ignore"):
        strays = gradients - gradients.mean(axis=0)
        spread = strays.T @ strays / examples
    return spread / batch_size * ((examples - batch_size) / max(examples - 1, 1))


def _sizes(examples: int, batch_size: int, most: int | None = None) -> tuple[int, int]:
    """Return N and B as Python's own integers: NumPy's small ones would overflow in k · B."""
    examples = whole_number(examples, "examples", least=1, most=most)
    batch_size = whole_number(batch_size, "batch_size", least=1)
    if batch_size > examples:
        raise ValueError(f"expected batch_size of at most {examples} examples; got {batch_size}.")
    return examples, batch_size
