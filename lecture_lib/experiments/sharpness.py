"""Do small batches end in flatter places?  Curvature at the same training loss.

The lecture's picture: small batches find wide valleys, large batches narrow ones (slides p. 27;
Keskar et al., arXiv 1609.04836).  To compare like with like, networks with the same initial weights
are trained with batches of B until their training loss is twice a target, and then all with the
full batch and a small learning rate until they are at the target.  Without that second
part a small batch still bounces about, and its gradient hides the curvature.

Of the place reached, the exact Hessian tells the largest eigenvalue λ_max and the trace, the sum of
all.  The length |θ| is told, too: where weights are larger the cross-entropy is flatter, without
any merit (Dinh et al., arXiv 1703.04933).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lecture_lib.arguments import Array, finite_number, positive_number, whole_number
from lecture_lib.batching import batch_sizes_up_to, endless_minibatches
from lecture_lib.digits import load_digits
from lecture_lib.executors import Executor, Progress, checkpoint, child_seeds, run_in_order
from lecture_lib.experiments.batch_sweep import MOST_SEEDS, accuracy
from lecture_lib.network import MLP
from lecture_lib.numerals import numeral
from lecture_lib.words import word

SIZES = (64, 16, 10)
CLASSES = SIZES[-1]
ABOVE = 2.0  # times the target: where the batches hand over to the full batch
FINISH_RATE = 0.3  # η of the full batch at the end
LOOK = 40  # examples, or 5 updates, at least between two looks at the training loss
LOOK_CLOSELY = 2  # updates, at the end
MOST_UPDATES = 40_000
STEPS = (1, 2, 5, 20)  # to which the fact rounds a ratio down
CLEAN = {"label_noise": 0.0, "examples": 500, "target": 0.03}  # knobs where no label is wrong
MATCHED = 0.05  # of the target: how far a training loss may be from it


@dataclass(frozen=True, eq=False)
class Sharpness:
    """Where training with each batch size ended; the arrays have the shape ``(sizes, seeds)``.

    Attributes:
        batch_sizes: B, ascending.
        target: The training loss that all were to reach.
        label_noise: The share of training labels that were made wrong.
        largest: λ_max of the training loss's Hessian.
        traces: The sum of its eigenvalues.
        lengths: |θ|.
        training_losses: As reached.
        validation_losses, validation_accuracy: On all other digits, with right labels.
        updates: How many updates the batches made, before the full batch finished.
    """

    batch_sizes: tuple[int, ...]
    target: float
    label_noise: float
    largest: Array
    traces: Array
    lengths: Array
    training_losses: Array
    validation_losses: Array
    validation_accuracy: Array
    updates: NDArray[np.int64]

    @property
    def ratios(self) -> Array:
        """λ_max of the largest B over that of the smallest, seed by seed."""
        return self.largest[-1] / self.largest[0]

    @property
    def matched(self) -> bool:
        """Whether all training losses came to the target, so that curvatures may be compared."""
        return bool((np.abs(self.training_losses / self.target - 1) <= MATCHED).all())

    @property
    def fact(self) -> str:
        """The result in one sentence, rounded so far down that other processors say the same."""
        if not self.matched:
            return word("sharpness.fact.unmatched", target=numeral(self.target))
        return word(
            "sharpness.fact.matched",
            small=self.batch_sizes[0],
            large=self.batch_sizes[-1],
            target=numeral(self.target),
            noise=numeral(100 * self.label_noise),
            seeds=self.ratios.size,
            sharper=int((self.ratios > 1).sum()),
            times=max(step for step in STEPS if step <= max(np.median(self.ratios), 1)),
        )


def sharpness(
    seed: np.random.SeedSequence,
    *,
    batch_sizes: Sequence[int] | None = None,
    seeds: int = 5,
    label_noise: float = 0.2,
    examples: int = 400,
    target: float = 0.1,
    learning_rate: float = 0.5,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Sharpness:
    """Train 64-16-10 tanh networks on digits to the same loss, and measure the curvature there.

    Clean labels need another target: `CLEAN`.

    Args:
        seed: Its children give the digits, the wrong labels and the initial weights, which all
            batch sizes share, and the shuffling.
        batch_sizes: B, two or more, ascending; 4 and the full batch by default.
        seeds: How many networks for each B, at most 100.
        label_noise: The share of training labels to replace by another digit, 0 to 1.
        examples: N to train on, 8 to 1700; the other digits are for validation.
        target: The training loss to reach.
        learning_rate: η of the batches.
        executor: Where to run, one task for each B; None for here.
        progress: Called with the tasks done and all tasks.

    Raises:
        TypeError: If an argument is of the wrong kind.
        ValueError: If a number is out of its range.
    """
    examples = whole_number(examples, "examples", least=8, most=1700)
    sizes = batch_sizes_up_to(examples, (4, examples) if batch_sizes is None else batch_sizes)
    if len(sizes) < 2 or any(b <= a for a, b in pairwise(sizes)):
        raise ValueError(f"expected two batch sizes or more, ascending; got {sizes}.")
    if not 0 <= (label_noise := finite_number(label_noise, "label_noise")) <= 1:
        raise ValueError(f"expected label_noise from 0 to 1; got {label_noise}.")
    target = positive_number(target, "target")
    rate = positive_number(learning_rate, "learning_rate")
    children = child_seeds(seed, whole_number(seeds, "seeds", least=1, most=MOST_SEEDS))
    jobs = [(children, size, label_noise, examples, target, rate) for size in sizes]
    results = run_in_order(_train, jobs, executor=executor, progress=progress)
    columns = (np.stack(column) for column in zip(*results, strict=True))
    return Sharpness(sizes, target, label_noise, *columns)


def noisy_labels(labels: NDArray, share: float, rng: np.random.Generator) -> NDArray:
    """Return the labels with this share of them, to the nearest one, replaced by other digits."""
    wrong = rng.permutation(len(labels))[: round(share * len(labels))]
    labels = labels.copy()
    labels[wrong] = (labels[wrong] + rng.integers(1, CLASSES, len(wrong))) % CLASSES
    return labels


def _train(
    children: Sequence[np.random.SeedSequence],
    batch_size: int,
    label_noise: float,
    examples: int,
    target: float,
    rate: float,
) -> list[Array]:
    """Return the columns of `Sharpness` for one batch size, from λ_max on, one entry a seed."""
    rngs, digits = [np.random.default_rng(child) for child in children], load_digits()
    splits = [digits.split(len(digits) - examples, rng) for rng in rngs]
    x = np.stack([training.images for training, _ in splits])
    y = np.stack([
        noisy_labels(training.labels, label_noise, rng)
        for (training, _), rng in zip(splits, rngs, strict=True)
    ])  # fmt: skip
    network = MLP(SIZES)
    thetas = np.stack([network.initial(rng) for rng in rngs])
    thetas, updates = _descend(network, thetas, x, y, batch_size, target, rate, rngs)
    curvatures = []
    for each in zip(thetas, x, y, strict=True):
        checkpoint()
        H = network.hessian(*each)
        curvatures.append((np.linalg.eigvalsh(H)[-1], np.trace(H)))
    held = (
        np.stack([validation.images for _, validation in splits]),
        np.stack([validation.labels for _, validation in splits]),
    )
    return [
        *np.array(curvatures).T,
        np.linalg.norm(thetas, axis=1),
        network.loss(thetas, x, y),
        network.loss(thetas, *held),
        accuracy(network, thetas, *held),
        updates,
    ]


def _descend(
    network: MLP,
    thetas: Array,
    x: Array,
    y: NDArray,
    size: int,
    target: float,
    rate: float,
    rngs: Sequence[np.random.Generator],
) -> tuple[Array, NDArray]:
    """Return every θ at the target, and the number of updates by batches; float32, for speed."""
    thetas, x = thetas.astype(np.float32), x.astype(np.float32)
    streams = [endless_minibatches(x.shape[1], size, rng) for rng in rngs]

    def batches(busy: NDArray) -> tuple[NDArray, ...]:
        return busy[:, None], np.stack([next(streams[k]) for k in busy])

    def walk(
        chosen: Callable[[NDArray], tuple], eta: float, look: int, goal: float, least: float
    ) -> NDArray:
        """Update those above the goal, until none is; one that falls below ``least`` goes back."""
        updates = np.zeros(len(thetas), dtype=int)
        busy = np.flatnonzero(network.loss(thetas, x, y) > goal)
        while busy.size and updates.max() < MOST_UPDATES:
            checkpoint()
            here = thetas[busy]
            for _ in range(look):
                some = chosen(busy)
                here -= eta * network.gradient(here, x[some], y[some])
            updates[busy] += look
            losses = network.loss(here, x[busy], y[busy])
            good = losses >= least
            thetas[busy[good]] = here[good]
            busy = busy[losses > goal]
        return updates

    updates = walk(batches, rate, max(5, LOOK // size), ABOVE * target, target)
    walk(lambda busy: (busy,), FINISH_RATE, LOOK_CLOSELY, target, 0.0)
    return thetas.astype(float), updates
