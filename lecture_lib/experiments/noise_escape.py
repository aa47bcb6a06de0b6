"""Does the noise of small batches help out of a poor minimum?  A count over many runs.

One parameter w is the frequency of a sine, l_i(w) = ½ (sin(w x_i) − sin(3 x_i))², over 64 examples.
The mean loss has a poor minimum near w = 1.04 (loss 0.40, curvature 2.7) and the true one at w = 3
(loss 0).  The examples disagree about the poor one, so a batch's gradient is noisy there; at w = 3
every example has slope 0, and the noise is gone.  Full-batch descent from w = 1 is a fixed path
into the poor minimum; a run with small batches may leave it.  (Slides p. 25.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lecture_lib.arguments import Array, finite_number, random_generator, whole_number
from lecture_lib.batching import (
    MOST_EXAMPLES,
    Batch,
    batch_sizes_up_to,
    updates_per_epoch,
)
from lecture_lib.example_losses import FREQUENCY, SINE_INPUTS
from lecture_lib.knobs import step_sizes
from lecture_lib.numerals import numeral
from lecture_lib.options import one_of
from lecture_lib.words import word

BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64)
LEARNING_RATES = (0.05, 0.1, 0.2, 0.3)
DRAWS = ("epoch", "fresh")
START = 1.0
NEAR = 0.2  # how close to w = 3 a run must end
MOST_RUNS = 10_000
MOST_STEPS = 100_000


@dataclass(frozen=True, eq=False)
class NoiseEscape:
    """How many runs ended in the minimum at w = 3.

    Attributes:
        learning_rates: η of each row.
        batch_sizes: B of each column.
        escaped: The number of runs that did, shape ``(rows, columns)``.
        ends: Where every run ended, shape ``(rows, columns, runs)``.
        runs: How many runs each entry counts.
        steps: How many updates each run made.
        draw: How the batches were drawn, ``"epoch"`` or ``"fresh"``.
    """

    learning_rates: tuple[float, ...]
    batch_sizes: tuple[int, ...]
    escaped: NDArray[np.int64]
    ends: Array
    runs: int
    steps: int
    draw: str

    @property
    def probabilities(self) -> Array:
        """The share of runs that escaped, shape ``(rows, columns)``."""
        return self.escaped / self.runs

    @property
    def standard_errors(self) -> Array:
        """√(p (1 − p)/runs), the chance in each share."""
        return np.sqrt(self.probabilities * (1 - self.probabilities) / self.runs)

    @property
    def fact(self) -> str:
        """The row of the largest learning rate, in one sentence."""
        row = np.argmax(self.learning_rates)
        pairs = zip(self.batch_sizes, self.probabilities[row], strict=True)
        shares = ", ".join(f"B = {size}: {numeral(100 * share, 3)} %" for size, share in pairs)
        return word(
            f"noise_escape_runs.fact.{self.draw}",
            rate=numeral(self.learning_rates[row]), shares=shares,
            runs=self.runs, steps=self.steps,
        )  # fmt: skip


def noise_escape(
    rng: np.random.Generator,
    *,
    batch_sizes: Sequence[int] = BATCH_SIZES,
    learning_rates: Sequence[float] = LEARNING_RATES,
    runs: int = 400,
    steps: int = 1000,
    draw: str = "epoch",
    start: float = START,
) -> NoiseEscape:
    """Run plain descent with batches many times from one start, and count where it ends.

    Args:
        rng: Draws the batches.  The runs of one column share them across the rows.
        batch_sizes: The B to compare, each from 1 to 64.
        learning_rates: The η to compare.
        runs: Runs for each entry of the table, at most 10 000.
        steps: Updates for each run, at most 100 000.
        draw: ``"epoch"`` goes through all examples, reshuffled before each epoch, as training does;
            ``"fresh"`` draws B different examples anew for every update.
        start: w at the beginning of each run.

    Returns:
        The counts and the ends.  A run that leaves the range of floats has not escaped.

    Raises:
        TypeError: If an argument is of the wrong kind.
        ValueError: If a number is out of its range, there is no B or no η, or ``draw`` is none of
            the two.
    """
    rng, start, rates = (
        random_generator(rng),
        finite_number(start, "start"),
        step_sizes(learning_rates),
    )
    runs, steps = runs_and_steps(runs, steps)
    sizes = batch_sizes_up_to(len(SINE_INPUTS), batch_sizes)
    columns = []
    for size in sizes:
        different = 1 if size == len(SINE_INPUTS) else runs  # full batches all go the same way
        w = np.full((len(rates), different), start)
        for batch in draw_batches(rng, len(SINE_INPUTS), size, runs=runs, steps=steps, draw=draw):
            with np.errstate(over="ignore", invalid="ignore"):
                w -= np.array(rates)[:, None] * _sine_slope(w, batch)
        columns.append(np.broadcast_to(w, (len(rates), runs)))
    ends = np.stack(columns, axis=1)
    with np.errstate(over="ignore", invalid="ignore"):
        escaped = (np.abs(ends - FREQUENCY) < NEAR).sum(axis=-1)
    return NoiseEscape(rates, sizes, escaped, ends, runs, steps, draw)


def runs_and_steps(runs: int, steps: int) -> tuple[int, int]:
    """Return how many runs to make and of how many updates, if that can be waited for.

    Raises:
        TypeError: If one is not a whole number.
        ValueError: If one is out of its range.
    """
    runs = whole_number(runs, "runs", least=1, most=MOST_RUNS)
    return runs, whole_number(steps, "steps", least=0, most=MOST_STEPS)


def draw_batches(
    rng: np.random.Generator, examples: int, batch_size: int, *, runs: int, steps: int, draw: str
) -> Iterator[Batch]:
    """Return one batch for each run, step after step, each of shape ``(runs, B)``.

    The full batch is the same for everyone, in whatever order: shape ``(1, N)``, without chance.

    Raises:
        TypeError: If an argument is of the wrong kind.
        ValueError: If a number is out of its range, or ``draw`` neither ``"epoch"`` nor
            ``"fresh"``.
    """
    rng, (runs, steps) = random_generator(rng), runs_and_steps(runs, steps)
    examples = whole_number(examples, "examples", least=1, most=MOST_EXAMPLES)
    (batch_size,) = batch_sizes_up_to(examples, (batch_size,))
    updates = updates_per_epoch(examples, batch_size)
    per_epoch = updates if one_of(draw, "a draw", DRAWS) == "epoch" else 1
    runs = 1 if batch_size == examples else runs

    def batches() -> Iterator[Batch]:
        order = np.tile(np.arange(examples), (runs, 1))
        for k in range(steps):
            first = k % per_epoch * batch_size
            if first == 0 and batch_size == 1 and draw == "fresh":
                yield rng.integers(examples, size=(runs, 1))
                continue
            if first == 0 and batch_size < examples:
                order = rng.permuted(order, axis=1)
            yield order[:, first : first + batch_size]

    return batches()


def _sine_slope(w: Array, batch: Batch) -> Array:
    """Return the mean slope over each run's batch, shape of ``w``: ``(rows, runs)``."""
    x = SINE_INPUTS[batch]
    angle = w[..., None] * x
    errors = np.sin(angle) - _TARGETS[batch]
    return np.einsum("...j,...j->...", errors * x, np.cos(angle)) / batch.shape[-1]


_TARGETS = np.sin(FREQUENCY * SINE_INPUTS)
