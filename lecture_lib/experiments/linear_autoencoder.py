"""The one network whose critical points are all known: a linear autoencoder.

A network n-h-n with the identity for its activation is to give back its inputs, with the loss
½ |z − x|², the mean over centred examples.  Let κ₁ > κ₂ > … > 0 be the variances of the examples
along their principal directions.  Every critical point belongs to a set S of at most h directions,
those that the network lets through, and  (Baldi and Hornik 1989)  ::

    loss  = ½ Σ κ_i for i not in S
    index = #{i in S, j not in S: κ_j > κ_i} + (h − |S|) · #{j not in S}

The best S, the h largest, is the only one of index 0: all the others are saddles.  The biases
change nothing: with centred examples they add ½ |W₂ᵀb₁ + b₂|² to the loss, which is never negative
and vanishes at every critical point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.arguments import Array, finite_array, random_generator, whole_number
from lecture_lib.experiments.index_dynamics import stacked_hessians
from lecture_lib.experiments.minimum_ratio import ZERO, Problem
from lecture_lib.verdicts import minimum_ratio

VARIANCES = (3.0, 2.2, 1.6, 1.1, 0.7, 0.4)


def autoencoder_problem(
    rng: np.random.Generator,
    *,
    hidden: int = 3,
    variances: Sequence[float] = VARIANCES,
    examples: int = 60,
) -> Problem:
    """Return examples with exactly these variances, and the linear autoencoder for them.

    Args:
        rng: Draws the examples.
        hidden: h.
        variances: κ, different from one another, one for each input.
        examples: N, more than there are inputs.

    Raises:
        TypeError: If an argument is of the wrong kind.
        ValueError: If the variances are not positive and different, or h or N is out of range.
    """
    kappa = finite_array(variances, "variances")
    n = kappa.size
    if kappa.ndim != 1 or not n or (kappa <= 0).any() or len(set(kappa.tolist())) < n:
        raise ValueError(f"expected positive variances, all different; got {variances}.")
    hidden = whole_number(hidden, "hidden", least=1, most=n)
    examples = whole_number(examples, "examples", least=n + 1)
    x = random_generator(rng).normal(size=(examples, n))
    rows, _, directions = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
    x = (rows * np.sqrt(examples * kappa)) @ directions
    return Problem((n, hidden, n), "linear", "squared_error", 0.0, x, x)


def predicted_points(variances: ArrayLike, hidden: int) -> Mapping[tuple[int, ...], tuple]:
    """Return ``(loss, index)`` of the critical points of every set S, by S.

    Args:
        variances: κ, in any order; S holds places in it.
        hidden: h.

    Raises:
        TypeError: If an argument is of the wrong kind.
        ValueError: If a number is out of range.
    """
    kappa = finite_array(variances, "variances")
    places = range(kappa.size)
    points = {}
    for size in range(whole_number(hidden, "hidden", least=1, most=kappa.size) + 1):
        for S in combinations(places, size):
            rest = [j for j in places if j not in S]
            larger = sum(kappa[j] > kappa[i] for i in S for j in rest)
            points[S] = float(kappa[rest].sum() / 2), int(larger + (hidden - size) * len(rest))
    return points


def predicted_dots(problem: Problem) -> tuple[Array, Array]:
    """Return the minimum ratios and the losses of the predicted points, one for every set S.

    Each is written down, not searched for: the encoder has the directions of S for its columns,
    and the decoder is its transpose.  The ratio is counted at this point, zeros apart.

    Args:
        problem: What `autoencoder_problem` returned.
    """
    n, hidden, _ = problem.sizes
    _, lengths, directions = np.linalg.svd(problem.x, full_matrices=False)
    points = predicted_points(lengths**2 / len(problem.x), hidden)
    thetas = []
    for chosen in points:
        encode = np.zeros((n, hidden))
        encode[:, : len(chosen)] = directions[list(chosen)].T
        thetas.append([*encode.ravel(), *np.zeros(hidden), *encode.T.ravel(), *np.zeros(n)])
    hessians = stacked_hessians(problem.network, np.array(thetas), problem.x, problem.y)
    ratios = [minimum_ratio(row, rtol=ZERO).ratio for row in np.linalg.eigvalsh(hessians)]
    return np.array(ratios), np.array([loss for loss, _ in points.values()])
