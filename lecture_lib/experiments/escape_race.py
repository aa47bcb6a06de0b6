"""Five ways out of a saddle, from one start: who leaves, and after how many steps?

The loss is the lecture's L = (1 − w1 w2)², seen as the mean over examples y = x of
(x_i − w1 w2 x_i)² = x_i² (1 − w1 w2)².  At the saddle in the origin the curvature is −2 along
(1, 1) and +2 along (1, −1), so a descent that starts on the line w1 = −w2 is drawn right into it.

Every example's gradient is −2 x_i² (1 − w1 w2) (w2, w1): the examples differ in length and agree in
direction.  So neither mini-batch noise nor momentum can leave the line; they speed up a departure
that a small displacement has already begun.  A kick makes one.  (Slides p. 9–10 for the
eigenvector, p. 25 and 31 for noise and momentum; Jin et al., arXiv 1703.00887, for the other kick.)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.arguments import (
    Array,
    described,
    finite_number,
    finite_vector,
    positive_number,
    random_generator,
    whole_number,
)
from lecture_lib.convergence import convergence_rate
from lecture_lib.experiments.linear_chain import LinearChain
from lecture_lib.hessian import escape_direction
from lecture_lib.knobs import memory_weight, step_size
from lecture_lib.momentum import Trajectory, descend
from lecture_lib.numerals import numeral
from lecture_lib.words import word

METHODS = ("descent", "momentum", "mini_batch", "eigenvector_kick", "random_kick")
EXAMPLES = 20
# x_i² evenly spread over (0, 2): their mean is 1, which makes the full loss exactly the lecture's.
SQUARED_INPUTS = 2 * np.arange(1, EXAMPLES + 1) / (EXAMPLES + 1)

# Beside the valley w1 w2 = 1, on its far side, the smallest eigenvalue is slightly negative too;
# only one of at least this part of the largest is taken for a saddle's.
CLEARLY = 0.1

_network = LinearChain(2)


@dataclass(frozen=True)
class BatchGradient:
    """∇L over a new batch at every call: −2 s (1 − w1 w2) (w2, w1), s the batch's mean of x².

    Attributes:
        mean_squares: One s for each step; all of them 1 for the full batch.
    """

    mean_squares: Iterator[float]

    def __call__(self, theta: Array) -> Array:
        """Return the gradient at θ, shape ``(2,)``, over the next batch."""
        return np.array(self.at(*theta.tolist()))

    def at(self, w1: float, w2: float) -> tuple[float, float]:
        """Return the same on plain floats."""
        pull = -2.0 * next(self.mean_squares) * (1.0 - w1 * w2)
        return pull * w2, pull * w1


@dataclass(frozen=True, eq=False)
class EscapeRace:
    """How five methods fared from the same start.

    Attributes:
        trajectories: The descent of each method in `METHODS`.  A kick counts as one step; its
            movement is the kick itself.
        steps_to_leave: For each method the first step whose loss is below the threshold, or None.
        threshold: That loss.
        steps: How many steps each method was given.
    """

    trajectories: Mapping[str, Trajectory]
    steps_to_leave: Mapping[str, int | None]
    threshold: float
    steps: int

    @property
    def fact(self) -> str:
        """The result in one sentence."""
        never = word("escape_race.never")
        counts = {m: never if n is None else n for m, n in self.steps_to_leave.items()}
        threshold = numeral(self.threshold)
        return word("escape_race.fact", threshold=threshold, steps=self.steps, **counts)


@np.errstate(over="ignore", invalid="ignore")  # a start far out runs away, which is a result
def escape_race(
    start: ArrayLike,
    rng: np.random.Generator,
    *,
    learning_rate: float = 0.05,
    momentum: float = 0.9,
    batch_size: int = 1,
    kick: float = 0.1,
    quiet: float = 0.1,
    steps: int = 200,
    threshold: float = 1e-3,
) -> EscapeRace:
    """Run the five methods from one start.

    Plain descent, momentum and mini-batches run as ever.  The two kicks run plain descent until
    |g| ≤ ``quiet`` for the first time (at once, if the start is critical), then take one step of
    length ``kick``, along the eigenvector of the most negative eigenvalue there or in a random
    direction, and run on.  Where no eigenvalue is clearly negative there is no eigenvector kick: it
    knows that it has arrived.  The random kick does not.

    Args:
        start: θ⁰, shape ``(2,)``.
        rng: Shuffles the batches and draws the random kick.
        learning_rate: η, the same for all.
        momentum: β of the second method.
        batch_size: B of the third, out of `EXAMPLES`.
        kick: The length of either kick.
        quiet: The gradient's length that sets off a kick.
        steps: Steps for each method.
        threshold: The loss that counts as having left.

    Raises:
        TypeError: If an argument is of the wrong kind.
        ValueError: If a number is out of its range.
    """
    start = finite_vector(start, "start", size=2)
    rng, learning_rate = random_generator(rng), step_size(learning_rate)
    kick, quiet = positive_number(kick, "kick"), positive_number(quiet, "quiet")
    threshold = positive_number(threshold, "threshold")
    if whole_number(batch_size, "batch_size", least=1) > EXAMPLES:
        raise ValueError(f"expected batch_size of at most {EXAMPLES} examples; got {batch_size}.")
    steps = whole_number(steps, "steps", least=0)

    def run(origin: Array, count: int, weight: float = 0.0, squares: Iterator[float] | None = None):
        slope = BatchGradient(squares or repeat(1.0))
        return descend(slope, origin, learning_rate=learning_rate, momentum=weight, steps=count)

    random_direction = _random_direction(rng)  # first: another batch size leaves it as it is
    plain = run(start, steps)
    trajectories = {
        "descent": plain,
        "momentum": run(start, steps, memory_weight(momentum)),
        "mini_batch": run(start, steps, squares=_mean_squares(batch_size, steps, rng)),
        "eigenvector_kick": _kicked(plain, run, _downhill_eigenvector, kick, quiet, steps),
        "random_kick": _kicked(plain, run, lambda _: random_direction, kick, quiet, steps),
    }
    left = {method: steps_to_leave(path, threshold) for method, path in trajectories.items()}
    return EscapeRace(MappingProxyType(trajectories), MappingProxyType(left), threshold, steps)


def steps_to_leave(trajectory: Trajectory, threshold: float = 1e-3) -> int | None:
    """Return the first step k with L(θᵏ) < ``threshold``, or None if there is none.

    Raises:
        TypeError: If an argument is of the wrong kind.
        ValueError: If the threshold is not above 0.
    """
    if not isinstance(trajectory, Trajectory):
        raise TypeError(f"expected trajectory such as descend(…); got {described(trajectory)}.")
    below = _network.loss(trajectory.thetas) < positive_number(threshold, "threshold")
    return int(np.argmax(below)) if below.any() else None


def growth_factor(*, learning_rate: float, momentum: float = 0.0, curvature: float = -2.0) -> float:
    """Return the factor by which the distance from a critical point grows per step.

    Along an eigenvector with eigenvalue λ the gradient is λ x, so x_{k+1} = x_k + m_{k+1} with
    m_{k+1} = β m_k − η λ x_k, or  ::

        x_{k+1} = (1 + β − ηλ) x_k − β x_{k−1}

    and in the long run x grows by the larger root of z² − (1 + β − ηλ) z + β = 0.  At the lecture's
    saddle, λ = −2, that is 1 + 2η for plain descent.

    Args:
        learning_rate: η, at least 0.
        momentum: β, in [0, 1).
        curvature: λ.  Where it is positive the roots may be complex; their size is returned, and
            below 1 the distance shrinks.

    Raises:
        TypeError: If an argument is not a number.
        ValueError: If a number is out of its range.
    """
    rate, weight = step_size(learning_rate), memory_weight(momentum)
    curvature = finite_number(curvature, "curvature")
    return float(convergence_rate(learning_rate=rate, momentum=weight, eigenvalue=curvature))


def _kicked(
    plain: Trajectory,
    run: Callable[[Array, int], Trajectory],
    direction: Callable[[Array], Array | None],
    kick: float,
    quiet: float,
    steps: int,
) -> Trajectory:
    """Follow ``plain`` to its first quiet point, kick there, and descend for the steps left."""
    still = np.flatnonzero(np.hypot(*plain.gradients.T) <= quiet)
    if not still.size or (along := direction(plain.thetas[still[0]])) is None:
        return plain
    before = slice(still[0] + 1)
    step = kick * along
    after = run(plain.thetas[still[0]] + step, steps - still[0] - 1)
    return Trajectory(
        np.concatenate([plain.thetas[before], after.thetas]),
        np.concatenate([plain.movements[before], step[None], after.movements[1:]]),
        np.concatenate([plain.gradients[before], after.gradients]),
        after.diverged,
    )


def _downhill_eigenvector(theta: Array) -> Array | None:
    try:
        return escape_direction(_network.hessian(theta), rtol=CLEARLY)
    except ValueError:  # no eigenvalue is clearly negative here
        return None


def _random_direction(rng: np.random.Generator) -> Array:
    angle = rng.uniform(0, 2 * math.pi)
    return np.array([math.cos(angle), math.sin(angle)])


def _mean_squares(batch_size: int, steps: int, rng: np.random.Generator) -> Iterator[float]:
    """Return the mean of x² in each batch; the examples are reshuffled every epoch."""
    firsts = np.arange(0, EXAMPLES, batch_size)
    epochs = -(-steps // len(firsts))
    order = rng.permuted(np.tile(SQUARED_INPUTS, (epochs, 1)), axis=1)
    sums = np.add.reduceat(order, firsts, axis=1)
    return iter((sums / np.diff(firsts, append=EXAMPLES)).ravel().tolist())
