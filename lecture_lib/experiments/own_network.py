"""A small network in training, with the whole spectrum of its Hessian on the way.

An 8-h-10 softmax network learns handwritten digits by m ← β m − η g, θ ← θ + m, with g from a batch
of B examples (slides p. 19 and 33).  Every few updates the descent pauses at a checkpoint: loss on
the training and on other digits, |∇L| and all eigenvalues of ∇²L, exact and over all examples.

Where L is a quadratic bowl of curvature λ, such steps shrink only if λ < 2 (1 + β)/η; beyond, they
swing up.  Full-batch training often drives the largest eigenvalue up to that limit and on along it,
the edge of stability (Cohen and others 2021, arXiv 2103.00065).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from lecture_lib.arguments import Array, described, random_generator
from lecture_lib.batching import endless_minibatches
from lecture_lib.digits import load_digits
from lecture_lib.executors import Progress, one_thread
from lecture_lib.experiments.trained_network import (
    COMPONENTS,
    EXAMPLES,
    Checkpoint,
    TrainedNetwork,
    Training,
)
from lecture_lib.momentum import FAR, momentum_step

DRAW = 0  # the seed that chooses the digits


def checkpoints(training: Training, rng: np.random.Generator) -> Iterator[Checkpoint]:
    """Train, and yield where it stands every so often; to cancel, ask for no more.

    The first checkpoint is the network that nobody has trained.  If the weights run away (one
    beyond 10⁶), the last one is the one before.

    Args:
        training: What to train, and how.
        rng: Draws the first weights, then the batches.

    Raises:
        TypeError: If an argument is of the wrong kind.
    """
    if not isinstance(training, Training):
        raise TypeError(f"expected training such as Training((4,)); got {described(training)}.")
    return _checkpoints(training, random_generator(rng))


def own_network(
    training: Training, rng: np.random.Generator, *, progress: Progress | None = None
) -> TrainedNetwork:
    """Train to the end.

    Args:
        training: What to train, and how.
        rng: Draws the first weights, then the batches.
        progress: Called with the updates done and all updates, at each checkpoint.  What it raises
            ends the training.

    Raises:
        TypeError: If an argument is of the wrong kind.
    """
    if progress is not None and not callable(progress):
        raise TypeError(f"expected progress to be a function or None; got {described(progress)}.")
    found = []
    for checkpoint in checkpoints(training, rng):
        found.append(checkpoint)
        if progress:
            progress(checkpoint.update, training.updates)
    return TrainedNetwork(training, tuple(found))


def _checkpoints(training: Training, rng: np.random.Generator) -> Iterator[Checkpoint]:
    network, (x, y, *held) = training.network(), digits()
    theta = network.initial(rng)
    movement = np.zeros_like(theta)
    batches = endless_minibatches(EXAMPLES, training.batch_size, rng)
    full = training.batch_size == EXAMPLES  # its order would change nothing but rounding
    done = 0
    while True:
        with one_thread():
            here = Checkpoint(
                done,
                float(network.loss(theta, x, y)),
                float(network.loss(theta, *held)),
                float(np.linalg.norm(network.gradient(theta, x, y))),
                np.linalg.eigvalsh(network.hessian(theta, x, y)),
            )
        yield here
        if done == training.updates:
            return
        with one_thread():
            for _ in range(min(training.every, training.updates - done)):
                chosen = slice(None) if full else next(batches)
                theta, movement = momentum_step(
                    theta,
                    movement,
                    network.gradient(theta, x[chosen], y[chosen]),
                    learning_rate=training.learning_rate,
                    momentum=training.momentum,
                )
                if not np.abs(theta).max() < FAR:
                    return
                done += 1


@cache
def digits() -> tuple[Array, NDArray, Array, NDArray]:
    """Return components and classes to train on, then those for validation, `EXAMPLES` each.

    The principal components are those of the digits to train on, each brought to variance 1 there.
    A component is defined up to its sign: its largest entry is made positive.
    """
    rest, held = load_digits().split(EXAMPLES, np.random.default_rng(DRAW))
    images, mean = rest.images[:EXAMPLES], rest.images[:EXAMPLES].mean(axis=0)
    _, lengths, axes = np.linalg.svd(images - mean, full_matrices=False)
    axes, lengths = axes[:COMPONENTS], lengths[:COMPONENTS]
    largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, None], axis=1)
    scaled = (axes * np.sign(largest) / lengths[:, None]).T * np.sqrt(EXAMPLES)
    return (
        (images - mean) @ scaled,
        rest.labels[:EXAMPLES],
        (held.images - mean) @ scaled,
        held.labels,
    )
