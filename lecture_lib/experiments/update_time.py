"""How long does one update take, against the batch size, on the machine that runs this?

An update is what training does again and again: forward through a 784-64-10 network (tanh,
softmax, cross-entropy), backward, and θ ← θ − η g, in float32.  The data are random numbers of the
size of MNIST's pictures; how long it takes does not depend on what they show.

Slides p. 21-22 show the same curve for a graphics card.  One of those computes thousands of
examples side by side, a processor core only a handful, so here the flat part ends much sooner.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lecture_lib.arguments import (
    each_number,
    finite_vector,
    positive_number,
    random_generator,
    whole_number,
)
from lecture_lib.batching import batch_sizes_up_to
from lecture_lib.numerals import numeral
from lecture_lib.words import word

EXAMPLES = 60_000  # of an epoch, as MNIST has them
SIZES = (784, 64, 10)
RATE = np.float32(1e-3)  # η: small, so that the weights stay what they are
WARM = 200  # a batch of one is too quick to be timed alone: about so many examples at a stretch
MOST_REPEATS = 1000
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class MeasuredUpdateTimes:
    """Seconds an update takes on one machine.

    Attributes:
        batch_sizes: B, ascending.
        seconds_per_update: The median for each batch size.
        examples: N, of an epoch.

    Raises:
        TypeError: If it is not made of numbers.
        ValueError: If there is not one time above 0 for each of ascending batch sizes up to N.
    """

    batch_sizes: tuple[int, ...]
    seconds_per_update: tuple[float, ...]
    examples: int = EXAMPLES

    def __post_init__(self) -> None:
        sizes = _ascending(self.batch_sizes, self.examples)
        seconds = finite_vector(self.seconds_per_update, "seconds_per_update", size=len(sizes))
        each_number(seconds, lambda least: positive_number(least, "seconds_per_update"))
        object.__setattr__(self, "batch_sizes", sizes)
        object.__setattr__(self, "seconds_per_update", tuple(seconds.tolist()))

    @property
    def seconds_per_epoch(self) -> tuple[float, ...]:
        """(N / B) t(B): a last batch that is not full counts by its share."""
        pairs = zip(self.batch_sizes, self.seconds_per_update, strict=True)
        return tuple(self.examples / size * seconds for size, seconds in pairs)

    @property
    def flat_until(self) -> int:
        """The largest B such that no update up to it costs twice as much as the first one."""
        size = self.batch_sizes[0]
        for larger, seconds in zip(self.batch_sizes, self.seconds_per_update, strict=True):
            if seconds >= 2 * self.seconds_per_update[0]:
                break
            size = larger
        return size

    @property
    def fact(self) -> str:
        """The result in one sentence."""
        first, last = self.seconds_per_update[0], self.seconds_per_update[-1]
        return word(
            "update_time.fact",
            small=self.batch_sizes[0],
            large=self.batch_sizes[-1],
            first=_short(1e3 * first),
            last=_short(1e3 * last),
            times=_short(last / first),
            flat=self.flat_until,
        )


def measure_update_times(
    batch_sizes: Sequence[int], rng: np.random.Generator, *, repeats: int = 9
) -> MeasuredUpdateTimes:
    """Time one update for each batch size; the median of ``repeats`` rounds.

    Every round goes through all the batch sizes, so that a busy moment of the machine falls on all
    of them.

    Args:
        batch_sizes: B, ascending, 1 to 60 000; about 3 kB of memory an example.
        rng: Draws the data and the weights.
        repeats: Rounds, from 1 to 1000.

    Raises:
        TypeError: If an argument is of the wrong kind.
        ValueError: If there is no batch size, they do not ascend, or a number is out of its range.
    """
    sizes, rng = _ascending(batch_sizes, EXAMPLES), random_generator(rng)
    repeats = whole_number(repeats, "repeats", least=1, most=MOST_REPEATS)
    rows = max(sizes[-1], WARM)
    update = RandomNetwork(rows, rng).update
    counts = [max(1, WARM // size) for size in sizes]
    seconds = np.empty((repeats, len(sizes)))
    for size in sizes:
        update(0, size)  # the first call pays for memory
    for row in seconds:
        for k, (size, count) in enumerate(zip(sizes, counts, strict=True)):
            firsts = [i * size % (rows - size + 1) for i in range(count)]
            began = time.perf_counter()
            for first in firsts:
                update(first, first + size)
            row[k] = (time.perf_counter() - began) / count
    return MeasuredUpdateTimes(sizes, tuple(np.median(seconds, axis=0).tolist()))


def _ascending(batch_sizes: Sequence[int], examples: int) -> tuple[int, ...]:
    sizes = batch_sizes_up_to(examples, batch_sizes)
    if any(b <= a for a, b in pairwise(sizes)):
        raise ValueError(f"expected ascending batch_sizes such as (1, 10, 100); got {sizes}.")
    return sizes


def _short(value: float) -> str:
    """Write two digits, or the whole number where it has more."""
    return numeral(value, 2) if value < 100 else f"{value:.0f}"


class RandomNetwork:
    """A 784-64-10 network with random weights, and random data to train it on, in float32.

    Args:
        rows: How many examples.
        rng: Draws data and weights.

    Attributes:
        x, y: The examples, shape ``(rows, 784)``, and their classes, shape ``(rows,)``.
        weights: W, b, V and c.
    """

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
