"""Two critical points where the noise of batches does something else than at a minimum.

At a *saddle* whose examples disagree, any noise at all is enough: a displacement grows by 1 + η per
step, so half of the noise costs only ln 2/ln(1 + η) steps more.  On the *line* w1 = −w2 of the
lecture's L = (1 − w1 w2)² every example pulls along the line, and no batch size ever leaves it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lecture_lib.arguments import Array, positive_number, random_generator
from lecture_lib.batching import Batch, batch_sizes_up_to
from lecture_lib.experiments.noise_escape import BATCH_SIZES, draw_batches, runs_and_steps
from lecture_lib.knobs import step_size
from lecture_lib.numerals import listed, numeral
from lecture_lib.words import word

EXAMPLES = 64
_angles = np.pi * (np.arange(EXAMPLES // 2) + 0.5) / (EXAMPLES // 2)
_half = np.round(1024 * np.stack([np.cos(_angles), np.sin(_angles)], axis=1)) / 1024
# Around a circle, in pairs e and −e.  Multiples of 1/1024 add without rounding, so that the full
# batch's pull is exactly zero and its path stays on the ridge exactly.
PULLS = np.concatenate([_half, -_half])
SQUARED_INPUTS = 2 * np.arange(1, EXAMPLES + 1) / (EXAMPLES + 1)  # x_i², with mean 1


@dataclass(frozen=True, eq=False)
class Departures:
    """When runs with batches left the place where descent stays.

    Attributes:
        batch_sizes: The B that were compared.
        steps_to_leave: The first step at which each run had left, ``inf`` if it never did, shape
            ``(batch sizes, runs)``.
        steps: How many updates each run could make.
        learning_rate: η.
        place: ``"saddle"`` or ``"line"``.
    """

    batch_sizes: tuple[int, ...]
    steps_to_leave: Array
    steps: int
    learning_rate: float
    place: str

    @property
    def left(self) -> NDArray[np.int64]:
        """How many runs left, for each B."""
        return np.isfinite(self.steps_to_leave).sum(axis=1)

    @property
    def median_steps(self) -> Array:
        """The median of the steps to leave for each B; ``inf`` if fewer than half of them left."""
        return np.quantile(self.steps_to_leave, 0.5, axis=1, method="lower")

    @property
    def fact(self) -> str:
        """The result in one sentence."""
        never = word("noise_escape_runs.never")
        pairs = list(zip(self.batch_sizes, self.median_steps, strict=True))
        medians = (f"B = {b}: {numeral(k) if np.isfinite(k) else never}" for b, k in pairs)
        return word(
            f"noise_escape_runs.fact.{self.place}",
            rate=numeral(self.learning_rate), runs=self.steps_to_leave.shape[1], steps=self.steps,
            sizes=listed(self.batch_sizes), left=listed(self.left), medians=", ".join(medians),
        )  # fmt: skip


def saddle_departures(
    rng: np.random.Generator,
    *,
    batch_sizes: Sequence[int] = BATCH_SIZES,
    learning_rate: float = 0.02,
    runs: int = 400,
    steps: int = 1000,
    draw: str = "epoch",
    far: float = 0.5,
) -> Departures:
    """Start on the ridge y = 0 of a saddle and count the steps until |y| > ``far``.

        l_i(x, y) = x²/2 − y²/2 + y⁴/4 + e_i · (x, y),   Σ e_i = 0

    Args:
        rng: Draws the batches.
        batch_sizes: The B to compare, each from 1 to 64.
        learning_rate: η.
        runs: Runs for each B.
        steps: Updates for each run.
        draw: How batches are drawn, as in `noise_escape`.
        far: The |y| that counts as having left; the minima are at |y| = 1.

    Raises:
        TypeError: If an argument is of the wrong kind.
        ValueError: If a number is out of its range.
    """
    far = positive_number(far, "far")

    def slope(theta: Array, batch: Batch) -> Array:
        x, y = theta
        return np.stack([x, y**3 - y]) + PULLS[batch].mean(axis=1).T

    def away(theta: Array) -> NDArray[np.bool_]:
        return np.abs(theta[1]) > far

    trial = _Trial(rng, batch_sizes, learning_rate, runs, steps, draw)
    return trial.departures("saddle", (1.0, 0.0), slope, away)


def line_departures(
    rng: np.random.Generator,
    *,
    batch_sizes: Sequence[int] = BATCH_SIZES,
    learning_rate: float = 0.05,
    runs: int = 400,
    steps: int = 1000,
    draw: str = "epoch",
) -> Departures:
    """Start at (1, −1) of the lecture's network and count the runs that leave the line w1 = −w2.

        l_i = x_i² (1 − w1 w2)²,   ∇l_i = −2 x_i² (1 − w1 w2) (w2, w1)

    Args:
        rng: Draws the batches.
        batch_sizes: The B to compare, each from 1 to 64.
        learning_rate: η.
        runs: Runs for each B.
        steps: Updates for each run.
        draw: How batches are drawn, as in `noise_escape`.

    Raises:
        TypeError: If an argument is of the wrong kind.
        ValueError: If a number is out of its range.
    """

    def slope(theta: Array, batch: Batch) -> Array:
        w1, w2 = theta
        return -2 * SQUARED_INPUTS[batch].mean(axis=1) * (1 - w1 * w2) * theta[::-1]

    def away(theta: Array) -> NDArray[np.bool_]:
        return np.abs(theta[0] + theta[1]) > 0  # NaN is not away

    trial = _Trial(rng, batch_sizes, learning_rate, runs, steps, draw)
    return trial.departures("line", (1.0, -1.0), slope, away)


@dataclass(frozen=True)
class _Trial:
    """The arguments that both experiments share, checked when they start."""

    rng: np.random.Generator
    batch_sizes: Sequence[int]
    learning_rate: float
    runs: int
    steps: int
    draw: str

    def departures(
        self,
        place: str,
        start: tuple[float, float],
        slope: Callable[[Array, Batch], Array],
        away: Callable[[Array], NDArray[np.bool_]],
    ) -> Departures:
        """Descend from ``start`` with every B, and note the first step at which each run is away.

        A run that has left the range of floats is away only if it was so before.
        """
        rng, rate = random_generator(self.rng), step_size(self.learning_rate)
        sizes = batch_sizes_up_to(EXAMPLES, self.batch_sizes)
        runs, steps = runs_and_steps(self.runs, self.steps)
        found = np.full((len(sizes), runs), np.inf)
        for row, size in zip(found, sizes, strict=True):
            theta = np.tile(np.array(start)[:, None], runs)
            batches = draw_batches(rng, EXAMPLES, size, runs=runs, steps=steps, draw=self.draw)
            for k, batch in enumerate(batches, 1):
                with np.errstate(over="ignore", invalid="ignore"):
                    theta = theta - rate * slope(theta, batch)
                    row[away(theta) & np.isinf(row)] = k
        return Departures(sizes, found, steps, rate, place)
