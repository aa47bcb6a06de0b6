"""Accuracy against batch size: one sweep with its spread, and the lecture's two plots beside it.

What can be said of a sweep depends on the rule by which its batch sizes were compared:  ::

    epochs    do training and validation accuracy both fall from the smallest B to the largest?
    updates   how far apart are the accuracies from B = 64 on?
    tuned     how much is left of the fall when each B has the learning rate that serves it best?
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from lecture_lib.arguments import Array
from lecture_lib.experiments.batch_sweep import BatchSweep
from lecture_lib.lecture_data import BatchAccuracy
from lecture_lib.recipe import Let, Map, Pick, Recipe, Step
from lecture_lib.recipes.nearest import nearest

BOTTOM = 20.0  # percent; the lecture's lowest accuracy is 30 %
MIDDLE = 64  # from here on, batches count as not small
POINT = 1.0  # a difference of accuracies that is told as one, in percent
ASIDE = 0.02  # by which training and validation stand apart


def columns_of(sweep: BatchSweep) -> dict[str, Array]:
    """Return ``size``, ``updates``, ``rate`` and, in percent, means and spreads, B ascending."""
    order = np.argsort(sweep.batch_sizes)
    several = sweep.training_accuracy.shape[1] > 1
    rows = {"size": sweep.batch_sizes, "updates": sweep.updates, "rate": sweep.learning_rates}
    columns = {name: np.array(row, dtype=float)[order] for name, row in rows.items()}
    for name, shares in (("train", sweep.training_accuracy), ("held", sweep.validation_accuracy)):
        percent = 100.0 * shares[order]
        columns[name] = percent.mean(axis=1)
        columns[f"{name}_spread"] = percent.std(axis=1, ddof=1) if several else 0 * columns[name]
    return columns


def floor_of(sweep: BatchSweep) -> float:
    """Return the height of the handle: 20 %, or 0 if something of the sweep lies lower."""
    columns = columns_of(sweep)
    lowest = min((columns[name] - columns[f"{name}_spread"]).min() for name in ("train", "held"))
    return BOTTOM if lowest > BOTTOM else 0.0


def accuracies(
    sweep: BatchSweep, lectures: Mapping[str, BatchAccuracy], *, bottom: float
) -> Recipe:
    """The curves of a sweep and of the lecture, and the batch size nearest to the handle.

    Inputs are the handle's ``log_size`` (log₁₀ B) and ``level``.  Percent throughout.  ``here_…``
    belongs to the chosen batch size, ``first_…`` and ``last_…`` to the smallest and the largest.
    ``case`` is 0 where the sweep shows what its rule usually shows (see `told`), else 1.

    Args:
        sweep: The result, its batch sizes in any order.
        lectures: The lecture's plots by name.
        bottom: The height of the handle.
    """
    columns = columns_of(sweep)
    log_sizes = np.log10(columns["size"])
    steps: list[Step] = [
        *nearest(log_sizes, np.full(len(log_sizes), bottom), at=("log_size", "level"), size=(1, 1)),
        *(Let(name, values) for name, values in columns.items()),
        Pick("chosen", {f"here_{name}": name for name in columns} | {"here_x": "dot_x"}),
        Map(lambda here_x, log_size: {"to_x": here_x - log_size}),
        Pick(0, {f"first_{name}": name for name in columns}),
        Pick(-1, {f"last_{name}": name for name in columns}),
        *(_spread(name, side * ASIDE) for name, side in (("train", -1.0), ("held", 1.0))),
        Let("seeds", float(sweep.training_accuracy.shape[1])),
        *(Let(name, value) for name, value in told(sweep.mode, columns).items()),
    ]
    for name, lecture in lectures.items():
        steps += [
            Let(f"{name}_x", [math.log10(size) for size in lecture.batch_sizes]),
            Let(f"{name}_train", [100 * share for share in lecture.training]),
            Let(f"{name}_held", [100 * share for share in lecture.validation]),
        ]
    return Recipe(steps)


def told(mode: str, columns: Mapping[str, Array]) -> dict[str, float]:
    """Return the differences that a sentence tells, and which sentence: ``case``.

    Args:
        mode: Which rule.
        columns: ``size``, ``train`` and ``held`` in percent, from the smallest B to the largest.
    """
    falls = {name: float(columns[name][0] - columns[name][-1]) for name in ("train", "held")}
    late = columns["size"] >= MIDDLE
    gap = max(float(np.ptp(columns[name][late])) if late.any() else 0.0 for name in falls)
    as_usual = {
        "epochs": min(falls.values()) > POINT,
        "updates": late.sum() > 1 and gap < POINT,
        "tuned": falls["train"] > POINT,
    }[mode]
    return {"train_fall": falls["train"], "held_fall": falls["held"], "gap": gap,
            "case": 0.0 if as_usual else 1.0}  # fmt: skip


def _spread(name: str, aside: float) -> Map:
    """Return where a line of ± one standard deviation begins, how long it is, and where it is."""
    bind = {"x": "dot_x", "mean": name, "spread": f"{name}_spread"}
    return Map(
        lambda x, mean, spread: {"x": x + aside, "from": mean - spread, "length": 2.0 * spread},
        bind,
        prefix=f"{name}_",
    )
