"""What the views of batch noise share: the shuffled batches, and when a run first gets there."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lecture_lib.arguments import whole_number
from lecture_lib.experiments.noise_contrasts import EXAMPLES
from lecture_lib.experiments.noise_escape import BATCH_SIZES as SIZES
from lecture_lib.numerals import listed
from lecture_lib.program import Number
from lecture_lib.recipe import Iterate, Map, Pick, Step
from lecture_lib.recipes.curvature import Numbers
from lecture_lib.tracing import less, trace, where

STEPS = 200


def one_of_the_sizes(batch_size: int) -> int:
    """Return the batch size if it is one of `SIZES`.

    Raises:
        TypeError: If it is not a whole number.
        ValueError: If it is another one.
    """
    size = whole_number(batch_size, "batch_size", least=1)
    if size not in SIZES:
        raise ValueError(
            f"expected batch_size out of {listed(SIZES)}, which divide the {EXAMPLES} examples; "
            f"got {size}."
        )
    return size


def shuffles(rng: np.random.Generator) -> np.ndarray:
    """Return the examples in a new order for each epoch, shape ``(STEPS, EXAMPLES)``.

    There are enough for B = N, and a smaller B takes the first of them: the same ones for every B.
    """
    return rng.permuted(np.tile(np.arange(EXAMPLES), (STEPS, 1)), axis=1)


def members(shuffled: np.ndarray, size: int) -> np.ndarray:
    """Return which examples the batch of each update has, shape ``(STEPS, size)``."""
    return shuffled.ravel()[: STEPS * size].reshape(STEPS, size)


def first_updates(gaps: Mapping[str, str]) -> list[Step]:
    """Note the first k at which each gap is below 0: the start is 0, the last update `STEPS`.

    The frame must hold ``k``, 0 … `STEPS`, the gaps at every k, and ``zero``.  After the steps each
    name holds its k, or ∞ if there is none.

    Args:
        gaps: ``{name: array of gaps}``.
    """
    clocks = {f"{name}_clock": gap for name, gap in gaps.items()}

    def note(**at: Number) -> Numbers:
        return {clock: where(less(at[gap], 0.0) * less(at["k"], at[clock]), at["k"], at[clock])
                for clock, gap in clocks.items()}  # fmt: skip

    per_step = (*gaps.values(), "k")
    return [
        Map(lambda zero: {"never": 1.0 / zero}),  # ∞
        Iterate(trace(note, (*clocks, *per_step)), dict.fromkeys(clocks, "never"), STEPS + 1,
                per_step),
        Pick(-1, {name: f"{name}_clock" for name in gaps}),
    ]  # fmt: skip
