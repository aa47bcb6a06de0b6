"""How rarely all eigenvalues are positive, for `DimensionLift`: drawn once, looked at by n.

The chance for random symmetric matrices is in `experiments.random_matrices` (Dean and Majumdar,
arXiv cond-mat/0609651).  That high-loss minima are rare was argued from it by Dauphin et al., arXiv
1406.2572; the lecture's dots (slides p. 15) are `lecture_data.minimum_ratio_plot`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lecture_lib.arguments import Array
from lecture_lib.experiments.random_matrices import (
    PositiveShare,
    probability_positive_definite,
    random_symmetric,
    simulate,
)
from lecture_lib.program import Number
from lecture_lib.recipe import Let, Map, Pick, Recipe
from lecture_lib.recipes.curvature import Numbers, eigen, verdict
from lecture_lib.surfaces import Surface
from lecture_lib.tracing import absolute, less, where

LARGEST = 10
COUNTED = 6  # sizes that are simulated; beyond, no number of draws that anyone waits for has a hit
SAMPLES = 100_000
SHOWN = 40  # matrices of each size whose eigenvalues are drawn
LOWEST = -15.0  # the smallest exponent of ten in the picture


@dataclass(frozen=True, eq=False)
class Draws:
    """Random symmetric matrices of sizes 1 to `LARGEST`.

    Attributes:
        exact: The chance that all eigenvalues are positive, one entry a size.
        shares: What was counted among `SAMPLES` matrices, for the sizes up to `COUNTED`.
        spectra: Eigenvalues / √n of `SHOWN` matrices, one array ``(SHOWN, n)`` a size, ordered by
            the lowest.
    """

    exact: tuple[float, ...]
    shares: tuple[PositiveShare, ...]
    spectra: tuple[Array, ...]

    @property
    def bars(self) -> tuple[tuple[int, float, float], ...]:
        """``(n, low, high)``: one standard error either side of each share with hits, as log₁₀."""
        return tuple(
            (s.n, max(LOWEST, _log10(s.share - s.standard_error)),
             _log10(s.share + s.standard_error))
            for s in self.shares if s.hits
        )  # fmt: skip


def draw(rng: np.random.Generator) -> Draws:
    """Draw all the matrices that the figure shows.

    Args:
        rng: Draws them.
    """
    sizes = range(1, LARGEST + 1)
    spectra = []
    for n in sizes:
        values = np.linalg.eigvalsh(random_symmetric(n, SHOWN, rng)) / math.sqrt(n)
        spectra.append(values[np.argsort(values[:, 0])])
    shares = tuple(simulate(n, SAMPLES, rng) for n in range(1, COUNTED + 1))
    return Draws(tuple(map(probability_positive_definite, sizes)), shares, tuple(spectra))


def chances(draws: Draws) -> Recipe:
    """The chances of all sizes as log₁₀, and the eigenvalues of the size ``n``.

    Dots that belong to other sizes stand at infinity, where nothing is drawn.
    """
    sizes = np.arange(1, LARGEST + 1)
    hits = [s for s in draws.shares if s.hits]
    owner = np.concatenate(
        [np.full(values.size, n) for n, values in zip(sizes, draws.spectra, strict=True)]
    )
    column = [np.repeat(np.arange(1, SHOWN + 1), n) for n in sizes]
    whole = [np.repeat(values[:, 0] > 0, n) for n, values in zip(sizes, draws.spectra, strict=True)]

    def picked(n: Number, owner: Number, value: Number, whole: Number, zero: Number) -> Numbers:
        nowhere = 1.0 / zero
        mine = where(less(absolute(owner - n), 0.5), value, nowhere)
        return {"mixed": where(whole, nowhere, mine), "all_up": where(whole, mine, nowhere)}

    def told(n: Number) -> Numbers:
        return {"row": n - 1.0, "flips": -n * math.log10(2.0)}

    return Recipe([
        Let("zero", 0.0),
        Let("size", sizes),
        Let("exact", np.log10(draws.exact)),
        Let("coins", -sizes * math.log10(2.0)),
        Let("hit_size", [s.n for s in hits]),
        Let("hit", [_log10(s.share) for s in hits]),
        Let("owner", owner),
        Let("column", np.concatenate(column)),
        Let("value", np.concatenate([v.ravel() for v in draws.spectra]).round(4)),
        Let("whole", np.concatenate(whole)),
        Map(picked),
        Map(told),
        Pick("row", {"exact_n": "exact"}),
    ])  # fmt: skip


def ratio_at(surface: Surface, *, ceiling: float) -> Recipe:
    """The lecture's minimum ratio at (``w1``, ``w2``): positive eigenvalues / all eigenvalues.

    ``case`` is 0 at a critical point without a negative eigenvalue, 1 at one that has some, 2 where
    the point is not critical; then its dot stands at infinity.

    Args:
        surface: A loss of two parameters.
        ceiling: Where a dot is drawn whose loss is too high for the picture.
    """

    def counted(
        kind: Number, low_bend: Number, high_bend: Number, loss: Number, zero: Number
    ) -> Numbers:
        bends = low_bend, high_bend
        positive = sum((less(1.5, bend) for bend in bends), start=0.0)
        negative = sum((less(bend, 0.5) for bend in bends), start=0.0)
        ratio = positive / 2.0
        elsewhere = less(3.5, kind)
        return {"positive": positive, "negative": negative, "flat": 2.0 - positive - negative,
                "ratio": ratio, "dot": where(elsewhere, 1.0 / zero, ratio),
                "height": where(less(ceiling, loss), ceiling, loss),
                "case": where(elsewhere, 2.0, less(0.5, negative))}  # fmt: skip

    return Recipe([
        Let("zero", 0.0),
        Map(surface.program),
        Map(eigen),
        Map(verdict),
        Map(counted),
    ])  # fmt: skip


def _log10(share: float) -> float:
    return math.log10(share) if share > 0 else -math.inf
