"""What the check of Day 12's sampler asks: every example once, in batches of B, shuffled by rng."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

import numpy as np

from lecture_lib.arguments import Array, described
from lecture_lib.exercises.answers import ask, mismatch
from lecture_lib.exercises.day12_cases import SAMPLERS
from lecture_lib.exercises.grading import Wrong
from lecture_lib.numerals import bracketed
from lecture_lib.words import word


def examine_sampler(function: Callable[..., Any]) -> None:
    """Put the learner's sampler through the hidden cases.

    Args:
        function: Takes N, B and a `numpy.random.Generator`; returns one epoch's batches.

    Raises:
        NotAttempted: If the function raises NotImplementedError.
        Wrong: If an epoch is no partition, or something else than rng decides the order.
    """
    for examples, batch_size in SAMPLERS:
        batches = _epoch(function, examples, batch_size, np.random.default_rng(1))
        _examine_epoch(batches, examples, batch_size)
    _examine_chance(function)


def _epoch(
    function: Callable[..., Any], examples: int, batch_size: int, rng: np.random.Generator
) -> list[Array]:
    """Return the learner's epoch as arrays of whole numbers."""
    answer = ask(function, examples, batch_size, rng)
    if answer is None:
        raise Wrong(word("check.nothing"))
    try:
        given = list(islice(answer, examples + 1))
        masked = any(isinstance(batch, np.ma.MaskedArray) for batch in given)
        batches = [np.asarray(batch) for batch in given]
    except KeyboardInterrupt:
        raise
    except BaseException:  # a foreign object may raise anything while it is iterated
        raise Wrong(word("check.sampler.no_list", got=described(answer))) from None
    if len(batches) > examples:
        raise Wrong(word("check.sampler.endless", examples=examples))
    if not batches or masked or any(b.ndim != 1 or b.dtype.kind not in "iu" for b in batches):
        raise Wrong(word("check.sampler.no_list", got=described(answer)))
    return batches


def _examine_epoch(batches: list[Array], examples: int, batch_size: int) -> None:
    """Raise `Wrong` unless the batches are a partition into batches of the size."""
    given = f"N = {examples}, B = {batch_size}"
    drawn = np.concatenate(batches)
    sizes = [len(batch) for batch in batches]
    wanted = [batch_size] * (examples // batch_size)
    rest = [examples % batch_size] if examples % batch_size else []
    shown = wanted + rest, sizes
    if len(drawn) and (drawn.min() < 0 or drawn.max() >= examples):
        hint = "check.sampler.range"
    elif len(np.unique(drawn)) < len(drawn):
        hint = "check.sampler.repeated"
    elif rest and sizes == wanted:
        hint = "check.sampler.rest"
    elif len(drawn) < examples:
        hint = "check.sampler.missing"
    elif sizes != wanted + rest:
        hint = "check.sampler.sizes"
    else:
        return
    if hint.endswith(("range", "repeated", "missing")):
        shown = np.arange(examples), np.sort(drawn)
    raise mismatch(given, *map(bracketed, shown), hint)


def _examine_chance(function: Callable[..., Any]) -> None:
    """Raise `Wrong` unless rng, and nothing else, decides the order."""
    examples, batch_size = 20, 5
    first, again = (
        np.concatenate(_epoch(function, examples, batch_size, np.random.default_rng(7)))
        for _ in range(2)
    )
    if not np.array_equal(first, again):
        raise Wrong(word("check.sampler.other_chance"))
    rng = np.random.default_rng(7)
    epochs = [np.concatenate(_epoch(function, examples, batch_size, rng)) for _ in range(4)]
    if np.array_equal(epochs[0], np.arange(examples)):
        raise Wrong(word("check.sampler.no_shuffle"))
    if all(np.array_equal(epochs[0], later) for later in epochs[1:]):
        raise Wrong(word("check.sampler.same_order"))
    starts = range(0, examples, batch_size)
    groups = [{frozenset(e[k : k + batch_size].tolist()) for k in starts} for e in epochs]
    if all(groups[0] == later for later in groups[1:]):
        raise Wrong(word("check.sampler.same_groups"))
