"""The six exercises of Day 12: updates, sampler, batch gradient, step, memory, conventions.

Each check puts the learner's function through hidden cases, the simplest first.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

import numpy as np

from lecture_lib.arguments import Array, described
from lecture_lib.exercises import day12_cases as cases
from lecture_lib.exercises.answers import ask, compare, mismatch
from lecture_lib.exercises.grading import Check, Scorecard, Wrong
from lecture_lib.numerals import bracketed
from lecture_lib.words import word

_scorecard = Scorecard(
    ("updates", "sampler", "batch_gradient", "momentum_step", "movement", "conventions")
)
progress = _scorecard.progress
reset = _scorecard.reset


def check_updates(function: Callable[[int, int], Any]) -> Check:
    """Check ``function(examples, batch_size)``, the updates of one epoch, ⌈N/B⌉.

    Args:
        function: Takes N and B; returns one whole number.
    """
    mistakes = {
        "check.updates.rest": lambda n, b: n // b,
        "check.updates.fraction": lambda n, b: n / b,
        "check.updates.one_more": lambda n, b: n // b + 1,
        "check.updates.rounded": lambda n, b: round(n / b),
        "check.updates.examples": lambda n, b: n,
        "check.updates.upside_down": lambda n, b: -(-b // n),
    }
    return _scorecard.grade(
        "updates", lambda: compare(function, cases.EPOCHS, cases.updates, mistakes)
    )


def check_sampler(function: Callable[[int, int, np.random.Generator], Any]) -> Check:
    """Check ``function(examples, batch_size, rng)``, the batches of one epoch.

    Args:
        function: Takes N, B and a `numpy.random.Generator`; returns a list of arrays of indices:
            every example exactly once, B a batch, the last batch perhaps shorter, in an order that
            ``rng`` draws.
    """

    def examine() -> None:
        for examples, batch_size in cases.SAMPLERS:
            _examine_epoch(
                _epoch(function, examples, batch_size, np.random.default_rng(1)),
                examples,
                batch_size,
            )
        _examine_chance(function)

    return _scorecard.grade("sampler", examine)


def check_batch_gradient(function: Callable[[Array, Array], Any]) -> Check:
    """Check ``function(gradients, batch)``, the gradient of a batch's loss.

        g = (1/B) Σ_{i in batch} gᵢ                                       (slides p. 19)

    Args:
        function: Takes every example's gradient, shape ``(N, n)``, and the batch's indices, shape
            ``(B,)``; returns shape ``(n,)``.
    """
    mistakes = {
        "check.batch_gradient.sum": lambda g, batch: g[batch].sum(axis=0),
        "check.batch_gradient.all": lambda g, batch: g[batch].sum(axis=0) / len(g),
        "check.batch_gradient.full": lambda g, batch: g.mean(axis=0),
        "check.batch_gradient.first": lambda g, batch: g[: len(batch)].mean(axis=0),
    }
    return _scorecard.grade(
        "batch_gradient",
        lambda: compare(function, cases.BATCHES, cases.batch_gradient, mistakes),
    )


def check_momentum_step(function: Callable[..., Any]) -> Check:
    """Check ``function(theta, movement, gradient, learning_rate, momentum)``, one step.

        m ← β m − η g,    θ ← θ + m                                       (slides p. 33)

    Args:
        function: Takes θ, m and g, shape ``(n,)`` each, η and β; returns the new θ and the new m.
    """

    def moved(theta: Array, new: Array, by: Array | None = None) -> Array:
        return np.array([theta + (new if by is None else by), new])

    mistakes = {
        "check.momentum_step.sign": lambda t, m, g, eta, beta: moved(t, beta * m + eta * g),
        "check.momentum_step.memory": lambda t, m, g, eta, beta: moved(t, -eta * g),
        "check.momentum_step.undamped": lambda t, m, g, eta, beta: moved(t, m - eta * g),
        "check.momentum_step.average": lambda t, m, g, eta, beta: moved(
            t, beta * m - (1 - beta) * eta * g
        ),
        "check.momentum_step.rate_on_both": lambda t, m, g, eta, beta: moved(
            t, eta * (beta * m - g)
        ),
        "check.momentum_step.no_rate": lambda t, m, g, eta, beta: moved(t, beta * m - g),
        "check.momentum_step.old_movement": lambda t, m, g, eta, beta: moved(
            t, beta * m - eta * g, m
        ),
        "check.momentum_step.gradient_only": lambda t, m, g, eta, beta: moved(
            t, beta * m - eta * g, -eta * g
        ),
        "check.momentum_step.swapped": lambda *a: cases.step(*a)[::-1],
    }
    return _scorecard.grade(
        "momentum_step", lambda: compare(function, cases.STEPS, cases.step, mistakes)
    )


def check_movement(function: Callable[..., Any]) -> Check:
    """Check ``function(gradients, learning_rate, momentum)``, the movement from its memory.

        mⁱ = −η Σ_{k=0}^{i−1} β^(i−1−k) gᵏ                                (slides p. 34)

    Args:
        function: Takes g⁰ … gⁱ⁻¹, shape ``(i, n)``, η and β; returns mⁱ, shape ``(n,)``.
    """

    def weighed(weights: Callable[[Array, float], Array]) -> Callable[..., Array]:
        return lambda g, eta, beta: -eta * weights(np.arange(len(g)), beta) @ g

    mistakes = {
        "check.movement.reversed": weighed(lambda k, beta: beta**k),
        "check.movement.exponent": weighed(lambda k, beta: beta ** (len(k) - k)),
        "check.movement.sign": lambda *a: -cases.movement(*a),
        "check.movement.no_rate": lambda g, eta, beta: cases.movement(g, 1.0, beta),
        "check.movement.plain_sum": weighed(lambda k, beta: np.ones(len(k))),
        "check.movement.latest_only": lambda g, eta, beta: -eta * g[-1],
        "check.movement.mean": weighed(lambda k, beta: beta ** k[::-1] / (beta ** k[::-1]).sum()),
    }
    return _scorecard.grade(
        "movement", lambda: compare(function, cases.HISTORIES, cases.movement, mistakes)
    )


def check_conventions(function: Callable[[float, float], Any]) -> Check:
    """Check ``function(learning_rate, momentum)``, the rates of the same path in other forms.

    The lecture's η and β are given.  With which rates do PyTorch's form (v ← βv + g, θ ← θ − η′v)
    and the average (v ← βv + (1 − β)g, θ ← θ − η″v) walk the same path?  η′ = η, η″ = η/(1 − β).

    Args:
        function: Takes η and β; returns η′ and η″.
    """
    mistakes = {
        "check.conventions.all_equal": lambda eta, beta: [eta, eta],
        "check.conventions.swapped": lambda eta, beta: [eta / (1 - beta), eta],
        "check.conventions.times": lambda eta, beta: [eta, eta * (1 - beta)],
        "check.conventions.both": lambda eta, beta: [eta / (1 - beta)] * 2,
    }
    return _scorecard.grade(
        "conventions", lambda: compare(function, cases.KNOBS, cases.rates, mistakes)
    )


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
    groups = [{frozenset(e[k : k + 5].tolist()) for k in range(0, 20, 5)} for e in epochs]
    if all(groups[0] == later for later in groups[1:]):
        raise Wrong(word("check.sampler.same_groups"))
