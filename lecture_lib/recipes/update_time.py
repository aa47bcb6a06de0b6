"""Seconds per update and per epoch against batch size: recorded, modelled and measured.

The model is a fixed cost and a cost an example,  ::

    t(B) = t₀ + c B        an epoch: Σ t = ⌈N/B⌉ t₀ + N c

the sum over its updates: the last batch has fewer examples where B does not divide N.  With
t₀ = 6 ms and c = 150 µs it runs close to the lecture's points (slides p. 21-22).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from lecture_lib.experiments.update_time import EXAMPLES
from lecture_lib.program import Number
from lecture_lib.recipe import Let, Map, Pick, Recipe, Step
from lecture_lib.recipes.curvature import Numbers
from lecture_lib.recipes.scales import log10
from lecture_lib.tracing import floor, less, where

FIXED, PER_EXAMPLE = 0.006, 150e-6  # t₀ and c in seconds, fitted to the lecture's V100
SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 60_000)
COLUMNS = {1: "a", 10: "b", 100: "c", 1000: "d", 10_000: "e", 60_000: "f"}  # of the table
CURVE = 61


class Times(Protocol):
    """Seconds against batch size, wherever they come from."""

    batch_sizes: Sequence[int]
    seconds_per_update: Sequence[float]
    seconds_per_epoch: Sequence[float]


def update_times(recorded: Times, measured: Times | None = None, *, logarithmic: bool) -> Recipe:
    """The figure's curves, as they stand on its axes, and its numbers.

    Inputs are ``batch_size`` (the place in `SIZES`), ``fixed`` (t₀ in ms) and ``cost`` (c in µs).
    ``recorded``, ``model``, ``here`` (the model at B) and ``measured`` have an ``…_x``, an
    ``…_update_y`` and an ``…_epoch_y`` each.  ``case`` is 0 for small batches, 1 for middling ones,
    2 from 1000 on.

    Args:
        recorded: The lecture's points; with every batch size of `COLUMNS`.
        measured: Somebody's own.
        logarithmic: Give log₁₀ of the seconds, too; of the batch sizes it is given always.
    """
    curve = np.unique(np.geomspace(1, EXAMPLES, CURVE).round())
    steps: list[Step] = [
        Let("sizes", np.array(SIZES, dtype=float)),
        Pick("batch_size", {"here_size": "sizes"}),
        Let("model_size", curve),
        *_modelled("here", logarithmic),
        *_modelled("model", logarithmic),
        *_given("recorded", recorded, logarithmic),
    ]
    if measured is not None:
        steps += _given("measured", measured, logarithmic)
    for size, column in COLUMNS.items():
        known = f"recorded_{column}"
        steps += [
            Pick([*recorded.batch_sizes].index(size), {
                f"{known}_update": "recorded_update", f"{known}_epoch": "recorded_epoch"}),
            Let(f"model_{column}_size", float(size)),
            *_modelled(f"model_{column}", logarithmic),
        ]  # fmt: skip
        for prefix in (known, f"model_{column}"):
            first = f"{prefix.split('_')[0]}_a_update"
            steps.append(Map(_compared(size), {"update": f"{prefix}_update", "first": first},
                             prefix=f"{prefix}_"))  # fmt: skip
    return Recipe([*steps, Map(_told)])


def _modelled(prefix: str, logarithmic: bool) -> list[Step]:
    """Model times at the sizes ``…_size``, in seconds and as they stand on the axes."""

    def seconds(size: Number, fixed: Number, cost: Number) -> Numbers:
        updates = -floor(-EXAMPLES / size)
        start, example = fixed * 1e-3, cost * 1e-6
        return {"updates": updates, "update": start + example * size,
                "epoch": updates * start + EXAMPLES * example}  # fmt: skip

    return [Map(seconds, {"size": f"{prefix}_size"}, prefix=f"{prefix}_"),
            _axes(prefix, logarithmic)]  # fmt: skip


def _given(prefix: str, times: Times, logarithmic: bool) -> list[Step]:
    names = {"size": times.batch_sizes, "update": times.seconds_per_update,
             "epoch": times.seconds_per_epoch}  # fmt: skip
    lets: list[Step] = [Let(f"{prefix}_{n}", np.array(v, dtype=float)) for n, v in names.items()]
    return [*lets, _axes(prefix, logarithmic)]


def _axes(prefix: str, logarithmic: bool) -> Map:
    def place(size: Number, update: Number, epoch: Number) -> Numbers:
        exponent = log10(size)
        if not logarithmic:
            return {"x": exponent, "update_y": 1.0 * update, "epoch_y": 1.0 * epoch}
        return {"x": exponent, "update_y": log10(update),
                "epoch_y": log10(epoch)}  # fmt: skip

    names = ("size", "update", "epoch")
    return Map(place, {name: f"{prefix}_{name}" for name in names}, prefix=f"{prefix}_")


def _compared(size: int) -> object:
    def compared(update: Number, first: Number) -> Numbers:
        return {"ms": 1e3 * update, "times": update / first, "each": 1e6 * update / float(size)}

    return compared


def _told(
    here_size: Number, here_update: Number, model_a_update: Number,
    recorded_c_update: Number, recorded_e_update: Number,
) -> Numbers:  # fmt: skip
    middling = where(less(here_size, 999.0), 1.0, 2.0)
    return {
        "here_ms": 1e3 * here_update,
        "here_times": here_update / model_a_update,
        "hundredfold": recorded_e_update / recorded_c_update,
        "case": where(less(here_size, 10.5), 0.0, middling),
    }
