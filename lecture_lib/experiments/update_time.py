"""How long does one update take, against the batch size, on the machine that runs this?

An update is what training does again and again: forward through a 784-64-10 network (tanh,
softmax, cross-entropy), backward, and θ ← θ − η g, in float32.  The data are random numbers of the
size of MNIST's pictures; how long it takes does not depend on what they show.

Slides p. 21-22 show the same curve for a graphics card.  One of those computes thousands of
examples side by side, a processor core only a handful, so here the flat part ends much sooner.

With ``backend="torch"`` PyTorch does the same updates, on a graphics card that it can use or else
on the processor.  The course does not install it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lecture_lib.arguments import (
    each_number,
    finite_vector,
    positive_number,
    random_generator,
    whole_number,
)
from lecture_lib.batching import batch_sizes_up_to, line_losses
from lecture_lib.experiments.random_networks import RandomNetwork, TorchNetwork
from lecture_lib.numerals import numeral
from lecture_lib.options import one_of
from lecture_lib.words import word

EXAMPLES = 60_000  # of an epoch, as MNIST has them
WARM = 200  # a batch of one is too quick to be timed alone: about so many examples at a stretch
LINE_STRETCH = 8  # updates of the line that are timed at a stretch
MOST_REPEATS = 1000
DEVICES = ("cpu", "cuda")  # as PyTorch calls them
BACKENDS = {"numpy": RandomNetwork, "torch": TorchNetwork}


@dataclass(frozen=True)
class MeasuredUpdateTimes:
    """Seconds an update takes on one machine.

    Attributes:
        batch_sizes: B, ascending.
        seconds_per_update: The median for each batch size.
        examples: N, of an epoch.
        device: ``"cpu"``, or ``"cuda"`` for a graphics card.

    Raises:
        TypeError: If it is not made of numbers.
        ValueError: If there is no such device, or not one time above 0 for each of ascending batch
            sizes up to N.
    """

    batch_sizes: tuple[int, ...]
    seconds_per_update: tuple[float, ...]
    examples: int = EXAMPLES
    device: str = "cpu"

    def __post_init__(self) -> None:
        one_of(self.device, "a device", DEVICES)
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
    batch_sizes: Sequence[int],
    rng: np.random.Generator,
    *,
    repeats: int = 9,
    backend: str = "numpy",
) -> MeasuredUpdateTimes:
    """Time one update for each batch size; the median of ``repeats`` rounds.

    Every round goes through all the batch sizes, so that a busy moment of the machine falls on all
    of them.

    Args:
        batch_sizes: B, ascending, 1 to 60 000; about 3 kB of memory an example.
        rng: Draws the data and the weights.
        repeats: Rounds, from 1 to 1000.
        backend: Who computes: ``"numpy"``, or ``"torch"`` where it is installed.

    Raises:
        TypeError: If an argument is of the wrong kind.
        ModuleNotFoundError: If PyTorch is asked for and is not installed.
        ValueError: If there is no batch size, they do not ascend, or a number is out of its range.
    """
    sizes, rng = _ascending(batch_sizes, EXAMPLES), random_generator(rng)
    repeats = whole_number(repeats, "repeats", least=1, most=MOST_REPEATS)
    made = BACKENDS[one_of(backend, "a backend", BACKENDS)]
    rows = max(sizes[-1], WARM)
    network = made(rows, rng)
    update = network.update
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
    medians = tuple(np.median(seconds, axis=0).tolist())
    return MeasuredUpdateTimes(sizes, medians, device=network.device)


def measure_line_updates(*, repeats: int = 25) -> MeasuredUpdateTimes:
    """Time θ ← θ − η g on the lecture's 20 examples, for every B from 1 to 20, in NumPy.

    The median of ``repeats`` rounds; every round goes through all the batch sizes.  Which examples
    are in a batch makes no difference to the time.

    Args:
        repeats: Rounds, from 1 to 1000.

    Raises:
        TypeError: If ``repeats`` is not a whole number.
        ValueError: If it is out of its range.
    """
    repeats = whole_number(repeats, "repeats", least=1, most=MOST_REPEATS)
    line, theta = line_losses(), np.array([0.5, 1.5])
    batches = [np.arange(size) for size in range(1, line.examples + 1)]
    seconds = np.empty((repeats, len(batches)))
    for row in seconds:
        for k, batch in enumerate(batches):
            began = time.perf_counter()
            for _ in range(LINE_STRETCH):
                theta = theta - 0.001 * line.gradient(theta, batch)
            row[k] = (time.perf_counter() - began) / LINE_STRETCH
    medians = tuple(np.median(seconds, axis=0).tolist())
    return MeasuredUpdateTimes(tuple(map(len, batches)), medians, examples=line.examples)


def _ascending(batch_sizes: Sequence[int], examples: int) -> tuple[int, ...]:
    sizes = batch_sizes_up_to(examples, batch_sizes)
    if any(b <= a for a, b in pairwise(sizes)):
        raise ValueError(f"expected ascending batch_sizes such as (1, 10, 100); got {sizes}.")
    return sizes


def _short(value: float) -> str:
    """Write two digits, or the whole number where it has more."""
    return numeral(value, 2) if value < 100 else f"{value:.0f}"
