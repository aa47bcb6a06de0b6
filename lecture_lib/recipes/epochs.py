"""Which example is in which update, over three epochs: the bookkeeping that `EpochCounter` shows."""

from __future__ import annotations

import numpy as np

from lecture_lib.program import Number
from lecture_lib.recipe import Iterate, Let, Map, Pick, Recipe
from lecture_lib.recipes.curvature import Numbers
from lecture_lib.tracing import floor, less, where

EPOCHS = 3
MOST = 24  # examples
PARAMETERS = 2  # of the line y = b + w x, which `BatchRace` fits
GAP = 0.12  # left free on either side of a row, so that rows stay apart
QUIZ = ((10_000, 10), (1_000, 100), (20, 1), (60_000, 1), (60_000, 1_000), (50_000, 256))


def three_epochs(rng: np.random.Generator) -> Recipe:
    """N examples in batches of ``batch_size``: who is in which update, and how many updates.

    Inputs are ``examples`` (N, at most `MOST`), ``batch_size`` (held to at most N), ``shuffle`` and
    ``drop_last`` (0 or 1).  An epoch has ⌈N/B⌉ updates, or ⌊N/B⌋ if the last batch is dropped
    because it is not full; an update changes all P parameters; so an epoch makes ``changes`` =
    updates · P scalar changes.

    The order of an epoch is that of `MOST` examples with those beyond N left out, which is as random
    as one drawn for N, and hardly changes when N does.  The frame holds one cell for every example
    of every epoch: its column ``cell_x`` and its row, either at the number of the update
    (``row_middle``, with ``row_base`` and ``row_height``; epochs end at ``end_1`` …) or with all
    epochs equally high (``epoch_middle`` …); what is dropped or beyond N has no row, NaN.  The
    first example of a batch has its row's ``row_line`` and ``epoch_line``, the others NaN.
    ``each_updates`` are the updates of an epoch for every batch size ``size_each`` = 1 … N beside
    ``each_share`` = N/B, and ``quiz_1`` … those of the pairs (N, B) in `QUIZ`.

    ``last`` is 0 if the batches divide the examples evenly, 1 if the last one is smaller, 2 if it
    is dropped, 3 if B is more than there are.  ``order`` is 0 if the groups are the same in all
    epochs, 1 if they are shuffled, 2 and 3 the same if some examples are dropped, 4 if there is but
    one group, of all, 5 if each example is a group of its own, shuffled.

    Args:
        rng: Draws the order of each epoch.
    """
    everyone = np.arange(1.0, MOST + 1)
    quiz = np.array(QUIZ, dtype=float).T
    steps = [
        Let("zero", 0.0),
        Let("parameters", float(PARAMETERS)),
        Let("row_height", 1.0 - 2 * GAP),
        Let("everyone", everyone),
        Let("quiz_examples", quiz[0]),
        Let("quiz_sizes", quiz[1]),
        Let("epoch", np.repeat(np.arange(EPOCHS), MOST)),
        Let("in_line", np.tile(everyone, EPOCHS)),
        Let("shuffled", np.concatenate([rng.permutation(everyone) for _ in range(EPOCHS)])),
        Map(lambda examples, everyone, zero: {"size_each": _up_to(examples, everyone, zero)}),
        Map(_batch),
        Iterate(_places, {"before": "zero"}, EPOCHS * MOST, per_step=("shuffled", "in_line")),
        Map(_per_epoch),
        Map(_counts),
        Map(_cells),
        Map(_per_epoch, {"size": "size_each"}, prefix="each_"),
        Map(_per_epoch, {"examples": "quiz_examples", "size": "quiz_sizes"}, prefix="quiz_"),
        *(Pick(k, {f"quiz_{k + 1}": "quiz_updates"}) for k in range(len(QUIZ))),
    ]
    return Recipe(steps)


def _up_to(examples: Number, example: Number, zero: Number) -> Number:
    """The example, or NaN if there are not so many."""
    return where(less(examples, example), zero / zero, example)


def _batch(batch_size: Number, examples: Number) -> Numbers:
    """A batch cannot hold more than all examples."""
    return {
        "size": where(less(examples, batch_size), examples, batch_size),
        "middle": (examples + 1.0) / 2.0,
        "width": examples + 0.5,
    }


def _places(before: Number, shuffled: Number, in_line: Number, examples: Number) -> Numbers:
    """Count those who stand before an example in the epoch's order and take part."""
    place = where(less(in_line, 1.5), 0.0, before)  # an epoch begins
    return {"place": place, "before": place + 1.0 - less(examples, shuffled)}


def _per_epoch(examples: Number, size: Number, drop_last: Number) -> Numbers:
    """⌈N/B⌉, or ⌊N/B⌋ without the last partial batch."""
    share = examples / size
    return {"updates": where(drop_last, floor(share), -floor(-share)), "share": share}


def _counts(
    examples: Number, batch_size: Number, size: Number, updates: Number, parameters: Number,
    shuffle: Number, drop_last: Number,
) -> Numbers:  # fmt: skip
    whole = floor(examples / size)  # batches that are full
    left = examples - whole * size
    partial = less(0.5, left)
    rows = whole + partial
    dropped = partial * drop_last
    shuffled = where(less(size, 1.5), 5.0, 1.0)
    groups = where(dropped, 2.0 + shuffle, where(shuffle, shuffled, 0.0))
    groups = where(less(whole, 1.5) * (1.0 - partial), 4.0, groups)
    full = where(less(examples, batch_size), 3.0, 0.0)
    return {
        "whole": whole, "rows": rows, "left": left,
        "changes": updates * parameters,
        "last": where(partial, 1.0 + drop_last, full),
        "order": groups,
        "epoch_height": (1.0 - 2 * GAP) / rows,
        **{f"end_{k}": k * updates + 0.5 for k in range(1, EPOCHS + 1)},
    }  # fmt: skip


def _cells(
    zero: Number, epoch: Number, place: Number, in_line: Number, shuffled: Number, shuffle: Number,
    drop_last: Number, examples: Number, size: Number, whole: Number, rows: Number, updates: Number,
) -> Numbers:  # fmt: skip
    """Where an example stands in its epoch decides its batch: row = ⌊place / B⌋."""
    example, place = where(shuffle, shuffled, in_line), where(shuffle, place, in_line - 1.0)
    row = floor(place / size)
    gone = less(examples, example) + drop_last * (1.0 - less(row, whole))
    row = where(gone, zero / zero, row)
    first = where(less(place - row * size, 0.5), 1.0, zero / zero)  # one line a row is enough
    row_middle, epoch_middle = epoch * updates + row + 1.0, epoch + (row + 0.5) / rows
    return {
        "cell_x": example,
        "row_base": row_middle - 0.5 + GAP, "row_middle": row_middle,
        "row_line": row_middle * first,
        "epoch_base": epoch + (row + GAP) / rows, "epoch_middle": epoch_middle,
        "epoch_line": epoch_middle * first,
    }  # fmt: skip
