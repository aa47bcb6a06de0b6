"""The checks of Day 12: what they accept, and that they never raise."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from day12_answers import (
    ANSWERS,
    CHECKS,
    batch_gradient,
    conventions,
)
from odd_answers import ODD, ODD_FUNCTIONS

from lecture_lib.exercises import day12
from lecture_lib.momentum import descend
from lecture_lib.words import all_words, speak


@pytest.fixture(autouse=True)
def _fresh_card():
    day12.reset()
    yield
    speak("en")
    day12.reset()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", CHECKS)
def test_the_answer_passes_in_one_line(name, language):
    speak(language)
    check = CHECKS[name](ANSWERS[name])
    assert check.passed is True
    assert str(check) == "✓ " + all_words()[f"check.{name}.passed"][language]


@pytest.mark.parametrize("name", CHECKS)
def test_a_skeleton_is_no_mistake_but_not_attempted_yet(name):
    def skeleton(*_):
        raise NotImplementedError

    assert CHECKS[name](skeleton).passed is None


def test_the_card_counts_what_passed_and_forgets_what_broke_again():
    for name, check in CHECKS.items():
        check(ANSWERS[name])
    assert day12.progress() == "Checks passed 6/6"
    day12.check_updates(lambda n, b: n // b)
    assert day12.progress() == "Checks passed 5/6"


@pytest.mark.parametrize("name", CHECKS)
def test_no_odd_answer_makes_a_check_raise(name):
    for answer in ODD:
        line = str(CHECKS[name](lambda *_, answer=answer: answer))
        assert line[:2] == "✗ "
        assert "\n" not in line
        assert len(line) < 700


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("function", ODD_FUNCTIONS)
def test_no_odd_function_makes_a_check_raise(name, function):
    check = CHECKS[name](function)
    assert check.passed is False
    assert "\n" not in str(check)


# What the checks call right is right ---------------------------------------------------------------


def test_over_all_batches_the_batch_gradient_averages_to_the_full_gradient():
    gradients = np.random.default_rng(2).normal(size=(6, 3))
    for size in range(1, 7):
        every = [batch_gradient(gradients, np.array(b)) for b in
                 itertools.combinations(range(6), size)]  # fmt: skip
        np.testing.assert_allclose(np.mean(every, axis=0), gradients.mean(axis=0))


def test_with_the_converted_rates_the_other_forms_walk_the_same_path():
    def slope(theta):
        return np.array([3.0, 0.5]) * theta + np.sin(theta)

    start, eta, beta = [1.0, -2.0], 0.05, 0.9
    rates = conventions(eta, beta)
    wanted = descend(slope, start, learning_rate=eta, momentum=beta, steps=40).thetas
    for weight, rate in zip((1.0, 1 - beta), rates, strict=True):
        theta, v = np.array(start), np.zeros(2)
        for k in range(40):
            v = beta * v + weight * slope(theta)
            theta = theta - rate * v
            np.testing.assert_allclose(theta, wanted[k + 1], rtol=1e-12)
