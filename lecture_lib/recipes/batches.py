"""Means over the batches of shuffled epochs, for every batch size, from orders drawn once.

The sum over any stretch of an order is a difference of two prefix sums, so a figure looks the batches
up for whatever size a slider gives, and nothing is drawn anew.  It is exact, and so the same in
every order, for values that are multiples of a power of two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from lecture_lib.program import Number
from lecture_lib.recipe import Let, Map, Pick, Step
from lecture_lib.recipes.curvature import Numbers
from lecture_lib.tracing import floor, less, trace, where


def prefix_sums(rows: np.ndarray) -> np.ndarray:
    """Return 0, a, a + b, … of every row, one row after the other, each longer by one."""
    return np.pad(np.cumsum(rows, axis=1), ((0, 0), (1, 0))).ravel()


def batch_means(columns: Mapping[str, np.ndarray], size: str = "batch_size") -> list[Step]:
    """Put the mean over the batch of each update into the frame, under the columns' names.

    The frame must hold the numbers of the updates, ``k``.  After the steps it also holds
    ``per_epoch``, the updates of an epoch, ``taken``, the examples of each batch, and for each
    column its `prefix_sums`, ``…_sums``, which ``batch_from`` and ``batch_to`` are places in.

    Args:
        columns: What each example contributes, shape ``(epochs, N)``, shuffled as each epoch takes
            them.  After the last epoch the first comes round again.
        size: Where B stands in the frame, at most N.
    """
    epochs, examples = next(iter(columns.values())).shape
    ends = [f"{name}_{end}" for name in columns for end in ("from", "to")]

    def means(**at: Number) -> Numbers:
        return {name: (at[f"{name}_to"] - at[f"{name}_from"]) / at["taken"] for name in columns}

    return [
        Map(lambda size: {"per_epoch": -floor(-examples / size)}, {"size": size}),
        Map(_places(epochs, examples), {"size": size}),
        *(Let(f"{name}_sums", prefix_sums(rows)) for name, rows in columns.items()),
        *(Pick(f"batch_{end}", {f"{name}_{end}": f"{name}_sums" for name in columns})
          for end in ("from", "to")),
        Map(trace(means, (*ends, "taken"))),
    ]  # fmt: skip


def _places(epochs: int, examples: int) -> Callable[..., Numbers]:
    def places(k: Number, size: Number, per_epoch: Number) -> Numbers:
        """Update k is number j of its epoch: the stretch from j B to (j + 1) B of that order."""
        epoch = floor(k / per_epoch)
        begin = (k - epoch * per_epoch) * size
        end = where(less(examples, begin + size), float(examples), begin + size)
        row = (epoch - epochs * floor(epoch / epochs)) * (examples + 1)
        return {"batch_from": row + begin, "batch_to": row + end, "taken": end - begin}

    return places
