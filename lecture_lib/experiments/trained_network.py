"""What is trained in `own_network`, and what comes of it: settings, checkpoints, the whole run."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from lecture_lib.arguments import Array, described, positive_number, whole_number
from lecture_lib.knobs import memory_weight
from lecture_lib.network import MLP
from lecture_lib.numerals import numeral
from lecture_lib.verdicts import Signs, minimum_ratio
from lecture_lib.words import word

EXAMPLES = 300  # to train on, and as many others for the validation loss
COMPONENTS = 8  # of an image's principal components, so that the Hessian stays small
CLASSES = 10
ZERO = 1e-6  # an eigenvalue below this share of the largest one counts as zero
MOST_WEIGHTS = 3000  # of which every checkpoint finds all eigenvalues
MOST_UPDATES = 100_000


@dataclass(frozen=True)
class Training:
    """What is trained, and how.

    Attributes:
        hidden: Neurons of each hidden layer; at most 3000 weights in all.
        activation: ``"tanh"``, ``"sigmoid"``, ``"relu"`` or ``"linear"``.
        batch_size: B, from 1 to `EXAMPLES`; with all of them every step is by the full gradient.
        learning_rate: η, above 0.
        momentum: β, in [0, 1).
        updates: How many steps, at most 100 000.
        every: So many of them from checkpoint to checkpoint.

    Raises:
        TypeError: If an argument is of the wrong kind.
        ValueError: If a number is out of its range, or the activation unknown.
    """

    hidden: tuple[int, ...] = (4,)
    activation: str = "relu"
    batch_size: int = EXAMPLES
    learning_rate: float = 0.5
    momentum: float = 0.0
    updates: int = 1000
    every: int = 25

    def __post_init__(self) -> None:
        try:
            sizes = tuple(islice(self.hidden, MOST_WEIGHTS))
        except TypeError:
            came = described(self.hidden)
            raise TypeError(f"expected hidden such as (4,) or (4, 4); got {came}.") from None
        updates = whole_number(self.updates, "updates", least=1, most=MOST_UPDATES)
        checked = {
            "hidden": MLP((COMPONENTS, *sizes, CLASSES), self.activation).sizes[1:-1],
            "batch_size": whole_number(self.batch_size, "batch_size", least=1, most=EXAMPLES),
            "learning_rate": positive_number(self.learning_rate, "learning_rate"),
            "momentum": memory_weight(self.momentum),
            "updates": updates,
            "every": whole_number(self.every, "every", least=1, most=updates),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)
        if (size := self.network().size) > MOST_WEIGHTS:
            raise ValueError(f"expected at most {MOST_WEIGHTS} weights; {sizes} makes {size}.")

    def network(self) -> MLP:
        """Return the network, from the components of an image to ten classes."""
        return MLP((COMPONENTS, *self.hidden, CLASSES), self.activation)

    @property
    def limit(self) -> float:
        """2 (1 + β)/η: in a bowl of larger curvature full-batch steps swing up."""
        return 2 * (1 + self.momentum) / self.learning_rate


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Where a training stands after so many updates.

    Attributes:
        update: How many.
        training_loss, validation_loss: Mean cross-entropies.
        gradient_norm: |∇L| over all examples to train on.
        eigenvalues: Of ∇²L over all of them, ascending, shape ``(P,)``.
    """

    update: int
    training_loss: float
    validation_loss: float
    gradient_norm: float
    eigenvalues: Array

    @property
    def signs(self) -> Signs:
        """How many eigenvalues are positive, zero (|λ| ≤ 10⁻⁶ max |λ|) and negative."""
        return minimum_ratio(self.eigenvalues, rtol=ZERO)


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """A training as far as it has come.

    Attributes:
        training: What was asked for.
        checkpoints: One or more, the first before any update.
        done: Whether it has ended by itself: not still under way, and not broken off.
    """

    training: Training
    checkpoints: tuple[Checkpoint, ...]
    done: bool = True

    @property
    def last(self) -> Checkpoint:
        """Where it stands."""
        return self.checkpoints[-1]

    @property
    def diverged(self) -> bool:
        """Whether it ended early because the weights ran away."""
        return self.done and self.last.update < self.training.updates

    @property
    def late_shares(self) -> tuple[float, float]:
        """The smallest and the largest λ_max over the limit, from half of the updates on."""
        half = [c for c in self.checkpoints if 2 * c.update >= self.last.update]
        shares = [c.eigenvalues[-1] / self.training.limit for c in half]
        return float(min(shares)), float(max(shares))

    @property
    def fact(self) -> str:
        """The result in one sentence."""
        signs, (low, high) = self.last.signs, self.late_shares
        return word(
            f"own_network.result.{'diverged' if self.diverged else 'here'}",
            updates=self.last.update,
            loss=f"{self.last.training_loss:.2f}",
            held=f"{self.last.validation_loss:.2f}",
            gradient=f"{self.last.gradient_norm:.2f}",
            positive=signs.positive,
            zero=signs.zero,
            negative=signs.negative,
            limit=numeral(self.training.limit, 2),
            low=f"{low:.2f}",
            high=f"{high:.2f}",
        )
