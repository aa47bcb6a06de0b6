"""The experiments that take longer than a cell should: what a button starts, and about how long.

A long run is one experiment, or several in turn, made from a whole number as its random seed.
`stored` holds what seed 0 gave; a button begins with 1, so that its result is another draw.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from lecture_lib.arguments import whole_number
from lecture_lib.executors import Progress
from lecture_lib.experiments.batch_sweep import MODES, batch_sweep
from lecture_lib.experiments.minimum_ratio import (
    MinimumRatioDots,
    digits_problem,
    minimum_ratio_dots,
)
from lecture_lib.experiments.sharpness import sharpness
from lecture_lib.experiments.stored import KNOBS, LABELS, stored_sharpness


@dataclass(frozen=True)
class LongRun:
    """One experiment, or several in turn.

    Attributes:
        name: How its words and its drawing are called.
        parts: Each is called as ``part(seed, progress=…)`` with a `numpy.random.SeedSequence`, and
            returns a result with a ``fact``.
        seconds: About how long all parts take on two processor cores.
        stored: Returns the results as they came out once, or None.
    """

    name: str
    parts: tuple[Callable[..., Any], ...]
    seconds: int
    stored: Callable[[], tuple[Any, ...]] | None = None

    def run(self, seed: int, progress: Progress) -> tuple[Any, ...]:
        """Return the result of every part.

        Args:
            seed: Of everything random in it, 0 or more.
            progress: Called with the steps done and all steps, after each; a part that has many
                small steps and one that has few large ones take the same room.

        Raises:
            TypeError: If the seed is not a whole number.
            ValueError: If it is negative.
        """
        seeds = np.random.SeedSequence(whole_number(seed, "seed", least=0))
        results = []
        for k, part in enumerate(self.parts):

            def tell(done: int, total: int, before: int = k) -> None:
                progress(before * total + done, len(self.parts) * total)

            results.append(part(seeds, progress=tell))
        return tuple(results)


def _digits(seed: np.random.SeedSequence, *, progress: Progress) -> MinimumRatioDots:
    problem = digits_problem(np.random.default_rng(seed))
    return minimum_ratio_dots(problem, seed, progress=progress, **KNOBS["digits"])


LONG_RUNS: Mapping[str, LongRun] = {
    run.name: run
    for run in (
        LongRun(
            "sharpness",
            tuple(partial(sharpness, **knobs) for knobs in LABELS.values()),
            25,
            lambda: tuple(stored_sharpness(labels) for labels in LABELS),
        ),
        LongRun("batch_sweep", tuple(partial(batch_sweep, mode=mode) for mode in MODES), 20),
        LongRun("digits", (_digits,), 12),
    )
}
