"""Loss against minimum ratio: the lecture's plot, with zeros counted apart.

The lecture shows one dot for each network trained until its gradient vanishes: at low losses most
eigenvalues of the Hessian are positive, at high losses many are not (slides p. 15).  Here each dot
is a critical point with |g| < 1e-8, found by `index_dynamics` from random starts; start i looks for
k = i mod (P/3) negative eigenvalues.  So how often an index is found is our doing.  How the loss
goes with it is not: it belongs to the points.

A little weight decay is part of the losses of the tanh networks.  Without it whole families of
weights compute the same function, and what decides a ratio of positive eigenvalues is the zeros.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lecture_lib.arguments import Array, described, random_generator, whole_number
from lecture_lib.digits import load_digits
from lecture_lib.executors import Executor, Progress, child_seeds, run_in_order
from lecture_lib.experiments.index_dynamics import find_critical_points, stacked_hessians
from lecture_lib.network import MLP
from lecture_lib.numerals import numeral
from lecture_lib.verdicts import minimum_ratio
from lecture_lib.words import word

CRITICAL = 1e-8  # |g| below which a point counts
ZERO = 1e-6  # of the largest eigenvalue: below it one counts as zero
BLOCK = 15  # starts of one task
SPREAD = 0.5  # of the noise added to the usual initial weights, so that biases differ as well
SAME_LOSS = 7  # decimals to which the losses of one and the same point agree


@dataclass(frozen=True, eq=False)
class Problem:
    """A network and its examples.

    Attributes:
        sizes, activation, loss, weight_decay: Of the `MLP`, which has one hidden layer.
        x: Inputs, shape ``(N, n)``.
        y: Targets as the network wants them.
    """

    sizes: tuple[int, int, int]
    activation: str
    loss: str
    weight_decay: float
    x: Array
    y: NDArray

    @property
    def network(self) -> MLP:
        """The network, made anew: a task carries only its description."""
        return MLP(self.sizes, self.activation, self.loss, weight_decay=self.weight_decay)


@dataclass(frozen=True, eq=False)
class MinimumRatioDots:
    """The critical points found, in the order of their starts.

    Attributes:
        thetas: The points, shape ``(points, P)``.
        losses: L at each.
        gradient_norms: |g| at each.
        eigenvalues: Of the Hessian at each, ascending, shape ``(points, P)``.
        positive, zero, negative: How many eigenvalues of each sign.
        starts: How many searches were made.
    """

    thetas: Array
    losses: Array
    gradient_norms: Array
    eigenvalues: Array
    positive: NDArray[np.int64]
    zero: NDArray[np.int64]
    negative: NDArray[np.int64]
    starts: int

    @property
    def ratios(self) -> Array:
        """The lecture's minimum ratio, positive / all."""
        return self.positive / self.thetas.shape[1]

    @property
    def different(self) -> int:
        """How many points differ in their loss or index; copies that symmetry makes do not."""
        return len(set(zip(self.losses.round(SAME_LOSS), self.negative, strict=True)))

    @property
    def rank_correlation(self) -> float:
        """Spearman's: −1 if the loss always falls as the ratio grows; NaN if one is constant."""
        return _correlation(_ranks(self.losses.round(SAME_LOSS)), _ranks(self.ratios))

    @property
    def fact(self) -> str:
        """The result in one sentence, rounded so far down that other processors say the same."""
        return word(
            "minimum_ratio_dots.fact",
            points=_rounded_down(len(self.losses)),
            indices=_rounded_down(len(np.unique(self.negative))),
            weights=self.thetas.shape[1],
            correlation=numeral(np.trunc(10 * self.rank_correlation) / 10, 2),
        )


def sine_problem(rng: np.random.Generator, *, examples: int = 60) -> Problem:
    """Return a 2-6-1 tanh network that learns sin(1.5 x₁) cos(1.5 x₂) on [−2, 2]².

    Raises:
        TypeError: If an argument is of the wrong kind.
        ValueError: If there is no example.
    """
    examples = whole_number(examples, "examples", least=1)
    x = random_generator(rng).uniform(-2, 2, (examples, 2))
    y = np.sin(1.5 * x[:, :1]) * np.cos(1.5 * x[:, 1:])
    return Problem((2, 6, 1), "tanh", "squared_error", 1e-3, x, y)


def digits_problem(
    rng: np.random.Generator, *, examples: int = 300, components: int = 8
) -> Problem:
    """Return an 8-4-10 softmax network for some of the handwritten digits.

    The images are reduced to their principal components, each brought to variance 1, so that the
    Hessian stays small.  The weight decay is 1e-2: with 1e-3 few searches come to rest.

    Args:
        rng: Chooses the examples.
        examples: N.
        components: How many principal components stay.

    Raises:
        TypeError: If an argument is of the wrong kind.
        ValueError: If a number is out of its range.
    """
    digits = load_digits()
    examples = whole_number(examples, "examples", least=components + 1, most=len(digits))
    components = whole_number(components, "components", least=1, most=digits.images.shape[1])
    chosen = random_generator(rng).permutation(len(digits))[:examples]
    images = digits.images[chosen]
    rows = np.linalg.svd(images - images.mean(axis=0), full_matrices=False)[0]
    x = rows[:, :components] * np.sqrt(examples)
    y = digits.labels[chosen]
    return Problem((components, 4, 10), "tanh", "cross_entropy", 1e-2, x, y)


def minimum_ratio_dots(
    problem: Problem,
    seed: np.random.SeedSequence,
    *,
    starts: int = 150,
    climb: int = 60,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> MinimumRatioDots:
    """Search for critical points from many starts, and count the signs of their curvatures.

    Args:
        problem: A network and its examples.
        seed: Draws the starts.
        starts: How many.
        climb: Steps of the index-k dynamics; 0 goes to the next critical point as it is.
        executor: Where to run, `BLOCK` starts a task; None for here.
        progress: Called with the tasks done and all tasks.

    Raises:
        TypeError: If an argument is of the wrong kind.
        ValueError: If a number is out of its range.
    """
    if not isinstance(problem, Problem):
        raise TypeError(f"expected a problem such as sine_problem(rng); got {described(problem)}.")
    starts = whole_number(starts, "starts", least=1)
    climb = whole_number(climb, "climb", least=0)
    firsts = range(0, starts, BLOCK)
    jobs = [
        (problem, child, np.arange(first, min(first + BLOCK, starts)), climb)
        for first, child in zip(firsts, child_seeds(seed, len(firsts)), strict=True)
    ]
    blocks = run_in_order(_search, jobs, executor=executor, progress=progress)
    columns = (np.concatenate(column) for column in zip(*blocks, strict=True))
    return MinimumRatioDots(*columns, starts)


def _search(
    problem: Problem, seed: np.random.SeedSequence, numbers: NDArray, climb: int
) -> tuple[NDArray, ...]:
    """Return the columns of `MinimumRatioDots` for the starts with these numbers."""
    network, x, y = problem.network, problem.x, problem.y
    rng = np.random.default_rng(seed)
    origins = np.stack([network.initial(rng) for _ in numbers])
    origins += SPREAD * rng.normal(size=origins.shape)
    indices = numbers % max(1, network.size // 3)
    thetas, norms = find_critical_points(network, x, y, origins, indices, climb=climb)
    found = norms < CRITICAL
    thetas = thetas[found]
    eigenvalues = np.linalg.eigvalsh(stacked_hessians(network, thetas, x, y))
    signs = [minimum_ratio(row, rtol=ZERO) for row in eigenvalues]
    counts = np.array([(s.positive, s.zero, s.negative) for s in signs], dtype=int).reshape(-1, 3)
    return thetas, network.loss(thetas, x, y), norms[found], eigenvalues, *counts.T


def _ranks(values: Array) -> Array:
    """Return 1 for the smallest …; equal values share the mean of their ranks."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[place]


def _correlation(a: Array, b: Array) -> float:
    a, b = a - a.mean() if a.size else a, b - b.mean() if b.size else b
    size = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / size) if size else float("nan")


def _rounded_down(count: int) -> int:
    """Return the largest of 0, 1, 2, 5, 10, 20, 50, 100, … that is not above ``count``."""
    steps = [0] + [digit * 10**power for power in range(6) for digit in (1, 2, 5)]
    return max(step for step in steps if step <= count)
