"""The checks of Day 12 call a mistake by its name."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from day12_answers import (
    CHECKS,
    momentum_step,
    movement,
    sampler,
    updates,
)

from lecture_lib.batching import endless_minibatches
from lecture_lib.exercises import day12
from lecture_lib.words import all_words, speak


@pytest.fixture(autouse=True)
def _fresh_card():
    day12.reset()
    yield
    speak("en")
    day12.reset()


def epochs(order, cut=lambda order, b: [order[k : k + b] for k in range(0, len(order), b)]):
    return lambda n, b, rng: cut(order(n, rng), b)


def shuffled_batches(n, b, rng):
    batches = sampler(n, b, np.random.default_rng(0))
    return [batches[k] for k in rng.permutation(len(batches) - bool(n % b))] + (
        batches[-1:] if n % b else []
    )


def own_seed(n, b, rng):
    return sampler(n, b, np.random.default_rng(3))


def with_weights(weights):
    return lambda g, eta, beta: -eta * weights(np.arange(len(g)), len(g), beta) @ g


def moving(m, by=None):
    def wrong(theta, old, gradient, eta, beta):
        new = m(old, gradient, eta, beta)
        return theta + (new if by is None else by(old, gradient, eta)), new

    return wrong


NAMED = [
    ("updates", "rest", lambda n, b: n // b),
    ("updates", "fraction", lambda n, b: n / b),
    ("updates", "one_more", lambda n, b: n // b + 1),
    ("updates", "rounded", lambda n, b: int(n / b + 0.5)),
    ("updates", "examples", lambda n, b: n),
    ("updates", "upside_down", lambda n, b: updates(b, n)),
    ("updates", "size", lambda n, b: b),
    ("updates", "list", lambda n, b: [*range(0, n, b)]),
    ("sampler", "no_list", lambda n, b, rng: sampler(n, b, rng)[0]),
    ("sampler", "endless", endless_minibatches),
    ("sampler", "range", epochs(lambda n, rng: 1 + rng.permutation(n))),
    ("sampler", "repeated", epochs(lambda n, rng: rng.integers(0, n, n))),
    ("sampler", "rest", lambda n, b, rng: sampler(n, b, rng)[: n // b]),
    ("sampler", "missing", epochs(lambda n, rng: rng.permutation(n)[: n - 1])),
    ("sampler", "sizes", lambda n, b, rng: [np.array([i]) for i in rng.permutation(n)]),
    ("sampler", "other_chance", lambda n, b, rng: sampler(n, b, np.random.default_rng())),
    ("sampler", "no_shuffle", epochs(lambda n, rng: np.arange(n))),
    ("sampler", "same_order", own_seed),
    ("sampler", "same_groups", shuffled_batches),
    ("batch_gradient", "sum", lambda g, batch: g[batch].sum(axis=0)),
    ("batch_gradient", "all", lambda g, batch: g[batch].sum(axis=0) / len(g)),
    ("batch_gradient", "full", lambda g, batch: g.mean(axis=0)),
    ("batch_gradient", "first", lambda g, batch: g[: len(batch)].mean(axis=0)),
    ("momentum_step", "sign", moving(lambda m, g, eta, beta: beta * m + eta * g)),
    ("momentum_step", "memory", moving(lambda m, g, eta, beta: -eta * g)),
    ("momentum_step", "undamped", moving(lambda m, g, eta, beta: m - eta * g)),
    ("momentum_step", "average", moving(lambda m, g, eta, beta: beta * m - (1 - beta) * eta * g)),
    ("momentum_step", "rate_on_both", moving(lambda m, g, eta, beta: eta * (beta * m - g))),
    ("momentum_step", "no_rate", moving(lambda m, g, eta, beta: beta * m - g)),
    ("momentum_step", "old_movement", moving(lambda m, g, eta, beta: beta * m - eta * g,
                                             lambda m, g, eta: m)),
    ("momentum_step", "gradient_only", moving(lambda m, g, eta, beta: beta * m - eta * g,
                                              lambda m, g, eta: -eta * g)),
    ("momentum_step", "swapped", lambda *a: momentum_step(*a)[::-1]),
    ("momentum_step", "pytorch", lambda t, m, g, eta, beta: (t - eta * (beta * m + g),
                                                             beta * m + g)),
    ("momentum_step", "subtracted", lambda t, m, g, eta, beta: (t - (beta * m - eta * g),
                                                                beta * m - eta * g)),
    ("momentum_step", "stale", lambda t, m, *a: (momentum_step(t, m, *a)[0], m)),
    ("momentum_step", "exchanged", lambda t, m, g, eta, beta: momentum_step(t, m, g, beta, eta)),
    ("momentum_step", "one_thing", lambda *a: momentum_step(*a)[0]),
    ("movement", "reversed", with_weights(lambda k, i, beta: beta**k)),
    ("movement", "exponent", with_weights(lambda k, i, beta: beta ** (i - k))),
    ("movement", "sign", lambda *a: -movement(*a)),
    ("movement", "no_rate", lambda g, eta, beta: movement(g, 1, beta)),
    ("movement", "plain_sum", lambda g, eta, beta: -eta * g.sum(axis=0)),
    ("movement", "latest_only", lambda g, eta, beta: -eta * g[-1]),
    ("movement", "mean", lambda g, eta, beta: movement(g, eta, beta)
     / sum(beta**k for k in range(len(g)))),
    ("movement", "averaging", lambda g, eta, beta: (1 - beta) * movement(g, eta, beta)),
    ("conventions", "all_equal", lambda eta, beta: (eta, eta)),
    ("conventions", "swapped", lambda eta, beta: (eta / (1 - beta), eta)),
    ("conventions", "times", lambda eta, beta: (eta, eta * (1 - beta))),
    ("conventions", "both", lambda eta, beta: (eta / (1 - beta), eta / (1 - beta))),
    ("conventions", "given", lambda eta, beta: (eta * (1 - beta), eta)),
]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("name", "mistake", "wrong"), NAMED)
def test_a_mistake_is_called_by_its_name(name, mistake, wrong, language):
    speak(language)
    check = CHECKS[name](wrong)
    hint = all_words()[f"check.{name}.{mistake}"][language]
    assert check.passed is False
    assert hint.split("{")[0] in check.message
    assert "\n" not in str(check)


def test_every_mistake_that_has_words_is_made_here():
    made = {f"check.{name}.{mistake}" for name, mistake, _ in NAMED}
    ours = re.compile(rf"check\.({'|'.join(CHECKS)})\.\w+")
    written_down = set(filter(ours.fullmatch, all_words()))
    assert written_down - made == {f"check.{name}.passed" for name in CHECKS}


@pytest.mark.parametrize("answer", [[], [1, 2], np.arange(3), [[5, 6]], [np.arange(20)]])
def test_a_list_of_updates_is_told_that_a_number_is_wanted_and_nothing_of_products(answer):
    message = day12.check_updates(lambda n, b: answer).message
    assert "one whole number, not a list" in message
    assert "@" not in message


@pytest.mark.parametrize("answer", [[3.0, 4.0], [[3.0], [4.0]], ([3.0, 4.0],)])
def test_a_step_of_one_thing_is_asked_for_two(answer):
    assert "Return two things" in day12.check_momentum_step(lambda *_: answer).message


def test_masked_batches_are_no_batches():
    masked = np.ma.masked_array(np.arange(5), mask=True)
    assert "one-dimensional arrays" in day12.check_sampler(lambda *_: [masked]).message


def test_an_answer_without_end_and_one_of_great_length_are_told_in_a_line():
    assert "yours goes on" in day12.check_sampler(lambda *_: itertools.repeat(np.arange(2))).message
    for long in ([np.arange(10**5)], [np.arange(10**5)] * 3):
        assert len(day12.check_sampler(lambda *_, long=long: long).message) < 600


def test_of_an_exception_with_notes_the_exception_is_told():
    def noted(*_):
        error = ValueError("shapes do not fit")
        error.add_note("seen in cell 3")
        raise error

    assert "shapes do not fit" in day12.check_updates(noted).message
