"""The way of a small network through its training, kept checkpoint by checkpoint.

A 64-16-10 tanh network learns 300 handwritten digits with batches of 10; after every epoch its θ is
kept.  ``tools/make_network_results.py`` writes them to ``data/training_path.npz`` as float32, so
that figures show the same training everywhere: `train_path` makes it anew, and differs in the
last digits where a processor rounds differently.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from lecture_lib.arguments import Array, positive_number, random_generator, whole_number
from lecture_lib.batching import minibatches
from lecture_lib.digits import load_digits
from lecture_lib.network import MLP
from lecture_lib.spectrum import top_eigenvalues

FILE = "data/training_path.npz"
SEED = 0
SIZES = (64, 16, 10)
EXAMPLES = 300
TOLERANCE = 1e-5  # of an outermost eigenvalue
MOST_EPOCHS = 10_000


@dataclass(frozen=True, eq=False)
class TrainingPath:
    """A training, as the weights that it had after every epoch.

    Attributes:
        network: What was trained.
        x, y: The examples it was trained on; every loss and curvature here is over all of them.
        thetas: θ at the start and after each epoch, shape ``(epochs + 1, P)``.
    """

    network: MLP
    x: Array
    y: NDArray[np.integer]
    thetas: Array

    @cached_property
    def losses(self) -> Array:
        """L at every checkpoint, shape ``(epochs + 1,)``."""
        return self.network.loss(self.thetas, self.x, self.y)

    def at(self, checkpoint: int) -> Array:
        """Return θ at a checkpoint, shape ``(P,)``; −1 is the last one.

        Raises:
            TypeError: If it is not a whole number.
            ValueError: If there is no such checkpoint.
        """
        count = len(self.thetas)
        return self.thetas[whole_number(checkpoint, "checkpoint", least=-count, most=count - 1)]

    def extremes(self, checkpoint: int = -1) -> tuple[float, float]:
        """Return λ_min and λ_max of the whole Hessian at a checkpoint, as `at` takes it."""
        product = self.network.hessian_vector_product(self.at(checkpoint), self.x, self.y)

        def largest(sign: float) -> float:
            rng = np.random.default_rng(SEED)  # where the search begins, not what it finds
            found = top_eigenvalues(
                lambda v: sign * product(v), self.network.size, 1, rng=rng, tol=TOLERANCE
            )
            return sign * float(found[0])

        return largest(-1.0), largest(1.0)

    @cached_property
    def sharpness(self) -> float:
        """λ_max of the whole Hessian at the end."""
        return self.extremes()[1]


def train_path(
    rng: np.random.Generator,
    *,
    examples: int = EXAMPLES,
    batch_size: int = 10,
    learning_rate: float = 0.1,
    epochs: int = 40,
) -> TrainingPath:
    """Train the network with mini-batches and plain steps, and keep θ after every epoch.

    Args:
        rng: Draws the examples, then the initial weights, then the batches.
        examples: N, of the course's 1797 digits.
        batch_size: B.
        learning_rate: η.
        epochs: How often all examples are used, at most 10 000.

    Raises:
        TypeError: If an argument is of the wrong kind.
        ValueError: If a number is out of its range.
    """
    rng = random_generator(rng)
    rate = positive_number(learning_rate, "learning_rate")
    epochs = whole_number(epochs, "epochs", least=2, most=MOST_EPOCHS)
    network, x, y = _problem(rng, whole_number(examples, "examples", least=2, most=1700))
    thetas = [network.initial(rng)]
    for _ in range(epochs):
        theta = thetas[-1]
        for batch in minibatches(len(y), batch_size, rng):
            theta = theta - rate * network.gradient(theta, x[batch], y[batch])
        thetas.append(theta)
    return TrainingPath(network, x, y, np.array(thetas))


@cache
def stored_path() -> TrainingPath:
    """Return the training that came out once, with the settings that `train_path` has by itself."""
    with np.load(str(files("lecture_lib").joinpath(FILE))) as file:
        thetas = file["thetas"].astype(float)
    return TrainingPath(*_problem(np.random.default_rng(SEED), EXAMPLES), thetas)


def path_anew() -> dict[str, Array]:
    """Return all that the file holds, computed again."""
    return {"thetas": train_path(np.random.default_rng(SEED)).thetas.astype(np.float32)}


def _problem(rng: np.random.Generator, examples: int) -> tuple[MLP, Array, NDArray]:
    digits = load_digits()
    used, _ = digits.split(len(digits) - examples, rng)
    return MLP(SIZES), used.images, used.labels
