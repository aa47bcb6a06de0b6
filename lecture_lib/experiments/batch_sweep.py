"""Accuracy against batch size on the handwritten digits, under three rules of comparison.

The lecture's plot falls with the batch size, on training data as on validation data (slides p. 24).
But how long was each network trained?  Three answers, three pictures:

    epochs    every B goes through the data equally often, so B = N makes N/4 times fewer updates
              than B = 4
    updates   every B makes equally many updates
    tuned     equal epochs again, and for each B the best of several learning rates
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lecture_lib.arguments import Array, positive_number, whole_number
from lecture_lib.batching import batch_sizes_up_to, minibatches, updates_per_epoch
from lecture_lib.digits import Digits, load_digits
from lecture_lib.executors import Executor, Progress, checkpoint, child_seeds, run_in_order
from lecture_lib.knobs import step_sizes
from lecture_lib.network import MLP
from lecture_lib.numerals import numeral
from lecture_lib.options import one_of
from lecture_lib.words import word

MODES = ("epochs", "updates", "tuned")
TRAINING, VALIDATION = 1437, 360  # examples
BATCH_SIZES = (4, 16, 64, 256, 719, TRAINING)
SIZES = (64, 32, 10)
RATES = (0.1, 0.3, 1.0)
MOST_SEEDS, MOST_EPOCHS, MOST_UPDATES = 100, 1000, 1_000_000
Seeds = Sequence[np.random.SeedSequence]


@dataclass(frozen=True, eq=False)
class BatchSweep:
    """How well networks trained with different batch sizes do.

    Attributes:
        mode: Which rule, one of `MODES`.
        batch_sizes: B.
        learning_rates: η of each B.
        updates: How many updates each B made.
        training_accuracy, validation_accuracy: Shares of right answers, shape ``(sizes, seeds)``.
        training_loss, validation_loss: Mean cross-entropies, same shape.
    """

    mode: str
    batch_sizes: tuple[int, ...]
    learning_rates: tuple[float, ...]
    updates: tuple[int, ...]
    training_accuracy: Array
    validation_accuracy: Array
    training_loss: Array
    validation_loss: Array

    @property
    def fact(self) -> str:
        """Accuracy at each B, mean ± standard deviation over the seeds, in one sentence."""
        shares = []
        for k, size in enumerate(self.batch_sizes):
            train, held = (
                f"{100 * rows[k].mean():.0f} ± {100 * _deviation(rows[k]):.0f}"
                for rows in (self.training_accuracy, self.validation_accuracy)
            )
            shares.append(f"B = {size}: {train} | {held}")
        return word(
            f"batch_sweep.fact.{self.mode}",
            shares=", ".join(shares),
            seeds=self.training_accuracy.shape[1],
            rates=", ".join(numeral(rate) for rate in self.learning_rates),
            rate=numeral(self.learning_rates[0]),
            few=min(self.updates),
            many=max(self.updates),
        )


def batch_sweep(
    seed: np.random.SeedSequence,
    *,
    mode: str = "epochs",
    batch_sizes: Sequence[int] = BATCH_SIZES,
    seeds: int = 5,
    epochs: int = 20,
    updates: int = 500,
    learning_rate: float = 0.1,
    learning_rates: Sequence[float] = RATES,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> BatchSweep:
    """Train a 64-32-10 tanh network with plain mini-batch descent, for each batch size and seed.

    A seed gives the split into training and validation, the initial weights and the shuffling, so
    that batch sizes are compared on the same networks and data.  The networks of all seeds are
    trained side by side, in one matrix product, in float32 as training usually is.

    Args:
        seed: Its children are the seeds of the networks.
        mode: ``"epochs"``, ``"updates"`` or ``"tuned"``.
        batch_sizes: B, each from 1 to `TRAINING`.
        seeds: How many networks for each B, at most 100.
        epochs: For the modes of equal epochs, at most 1000.
        updates: For the mode of equal updates, at most a million.
        learning_rate: η, where it is not tuned.
        learning_rates: What to tune over: for each B the one with the smallest mean training loss.
        executor: Where to run, one task for each B and η; None for here.
        progress: Called with the tasks done and all tasks.

    Raises:
        TypeError: If an argument is of the wrong kind.
        ValueError: If a number is out of its range, or the mode is none of the three.
    """
    one_of(mode, "a mode", MODES)
    sizes = batch_sizes_up_to(TRAINING, batch_sizes)
    per_epoch = [updates_per_epoch(TRAINING, size) for size in sizes]
    epochs = whole_number(epochs, "epochs", least=1, most=MOST_EPOCHS)
    updates = whole_number(updates, "updates", least=1, most=MOST_UPDATES)
    rates = step_sizes(learning_rates if mode == "tuned" else (learning_rate,))
    rates = [positive_number(rate, "each learning rate") for rate in rates]
    children = child_seeds(seed, whole_number(seeds, "seeds", least=1, most=MOST_SEEDS))
    counts = [updates if mode == "updates" else epochs * each for each in per_epoch]
    pairs = zip(sizes, counts, strict=True)
    jobs = [(children, size, count, rate) for size, count in pairs for rate in rates]
    results = run_in_order(_train, jobs, executor=executor, progress=progress)
    best = []
    for k in range(0, len(results), len(rates)):
        losses = [np.nan_to_num(r[2].mean(), nan=np.inf) for r in results[k : k + len(rates)]]
        best.append(k + int(np.argmin(losses)))
    columns = (np.stack(column) for column in zip(*(results[k] for k in best), strict=True))
    return BatchSweep(mode, sizes, tuple(jobs[k][3] for k in best), tuple(counts), *columns)


def _train(children: Seeds, batch_size: int, updates: int, rate: float) -> tuple[Array, ...]:
    """Return training and validation accuracy, then the losses, one entry a seed each."""
    network = MLP(SIZES)
    rngs = [np.random.default_rng(child) for child in children]
    splits = [load_digits().split(VALIDATION, rng) for rng in rngs]
    thetas = np.stack([network.initial(rng) for rng in rngs]).astype(np.float32)
    x, y = _stacked([training for training, _ in splits])
    networks = np.arange(len(rngs))[:, None]
    done = 0
    while done < updates:
        orders = [minibatches(TRAINING, batch_size, rng) for rng in rngs]
        for batches in zip(*orders, strict=True):
            checkpoint()
            if batch_size == TRAINING:  # the order of a full batch changes nothing but rounding
                gradient = network.gradient(thetas, x, y)
            else:
                chosen = networks, np.stack(batches)
                gradient = network.gradient(thetas, x[chosen], y[chosen])
            thetas -= rate * gradient
            done += 1
            if done == updates:
                break
    held = _stacked([validation for _, validation in splits])
    return (
        accuracy(network, thetas, x, y),
        accuracy(network, thetas, *held),
        network.loss(thetas, x, y),
        network.loss(thetas, *held),
    )


def accuracy(network: MLP, thetas: Array, x: Array, y: NDArray) -> Array:
    """Return the share of examples whose largest output is that of their class.

    Args:
        network: A classifier.
        thetas: Shape ``(..., P)``.
        x: Shape ``(..., N, n)``.
        y: Classes, shape ``(..., N)``.
    """
    return (network.outputs(thetas, x).argmax(axis=-1) == y).mean(axis=-1)


def _stacked(parts: Sequence[Digits]) -> tuple[Array, NDArray]:
    images = np.stack([part.images for part in parts]).astype(np.float32)
    return images, np.stack([part.labels for part in parts])


def _deviation(values: Array) -> float:
    return float(values.std(ddof=1)) if len(values) > 1 else 0.0
