"""The six exercises of Day 12: updates, sampler, batch gradient, step, memory, conventions.

Each check puts the learner's function through hidden cases, the simplest first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lecture_lib.arguments import Array, real_array
from lecture_lib.exercises import day12_cases as cases
from lecture_lib.exercises.answers import ask, compare
from lecture_lib.exercises.day12_sampler import examine_sampler
from lecture_lib.exercises.grading import Check, Scorecard, Wrong
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
        "check.updates.size": lambda n, b: b,
    }

    def examine() -> None:
        answers = [ask(function, *pair) for _, pair in cases.EPOCHS]
        if any(_count(answer) not in (None, 1) for answer in answers):
            raise Wrong(word("check.updates.list"))
        compare(_saying(answers), cases.EPOCHS, cases.updates, mistakes)

    return _scorecard.grade("updates", examine)


def check_sampler(function: Callable[[int, int, np.random.Generator], Any]) -> Check:
    """Check ``function(examples, batch_size, rng)``, the batches of one epoch.

    Args:
        function: Takes N, B and a `numpy.random.Generator`; returns a list of arrays of indices:
            every example exactly once, B a batch, the last batch perhaps shorter, in an order that
            ``rng`` draws.
    """
    return _scorecard.grade("sampler", lambda: examine_sampler(function))


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
        "check.momentum_step.pytorch": lambda t, m, g, eta, beta: moved(
            t, beta * m + g, -eta * (beta * m + g)
        ),
        "check.momentum_step.subtracted": lambda t, m, g, eta, beta: moved(
            t, beta * m - eta * g, eta * g - beta * m
        ),
        "check.momentum_step.stale": lambda t, m, g, eta, beta: moved(t, m, beta * m - eta * g),
        "check.momentum_step.exchanged": lambda t, m, g, eta, beta: moved(t, eta * m - beta * g),
    }

    def examine() -> None:
        answers = [ask(function, *arguments) for _, arguments in cases.STEPS]
        if all(
            _count(a) == len(theta)
            for a, (_, (theta, *_)) in zip(answers, cases.STEPS, strict=True)
        ):
            raise Wrong(word("check.momentum_step.one_thing"))
        compare(_saying(answers), cases.STEPS, cases.step, mistakes)

    return _scorecard.grade("momentum_step", examine)


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
        "check.movement.averaging": lambda g, eta, beta: (1 - beta) * cases.movement(g, eta, beta),
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
        "check.conventions.given": lambda eta, beta: [eta * (1 - beta), eta],
    }
    return _scorecard.grade(
        "conventions", lambda: compare(function, cases.KNOBS, cases.rates, mistakes)
    )


def _count(answer: Any) -> int | None:
    """Return how many numbers an answer holds; None if it is not made of real numbers."""
    try:
        return real_array(answer, "the answer").size
    except KeyboardInterrupt:
        raise
    except BaseException:  # a foreign object may raise anything; what it is, `compare` says
        return None


def _saying(answers: Sequence[Any]) -> Callable[..., Any]:
    """Return a function that gives these answers in turn, so that the learner's is asked once."""
    left = iter(answers)
    return lambda *_: next(left)
