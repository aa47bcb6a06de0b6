"""The checks of the exercises: what they accept, and that they never raise."""

from __future__ import annotations

import numpy as np
import pytest
from day11_answers import ANSWERS, CHECKS, SKELETONS, eigenvector, g, h, written
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_answers import ODD, ODD_FUNCTIONS, raising, spoil

from lecture_lib.exercises import Check, day11
from lecture_lib.exercises.grading import Scorecard
from lecture_lib.hessian import classify, escape_direction
from lecture_lib.words import all_words, speak


@pytest.fixture(autouse=True)
def _fresh_card():
    day11.reset()
    yield
    speak("en")
    day11.reset()


# What the notebook asks for -----------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", CHECKS)
def test_the_answer_passes_in_one_line(name, language):
    speak(language)
    check = CHECKS[name](written(ANSWERS[name], name))
    assert check.passed is True
    assert str(check) == repr(check) == "✓ " + all_words()[f"check.{name}.passed"][language]


@pytest.mark.parametrize("name", CHECKS)
def test_the_skeleton_is_no_mistake_but_not_attempted_yet(name):
    check = CHECKS[name](written(SKELETONS[name], name))
    assert check.passed is None
    assert str(check) == "… not attempted yet"
    assert check == Check(name, None, "not attempted yet")


@pytest.mark.parametrize("name", CHECKS)
def test_a_skeleton_fits_a_cell_of_eight_lines_and_an_answer_one_of_fifteen(name):
    assert len(SKELETONS[name].strip().splitlines()) <= 8
    assert len(ANSWERS[name].strip().splitlines()) <= 15


def test_the_librarys_own_functions_pass_too():
    assert day11.check_classifier(lambda H: classify(H).kind).passed
    assert day11.check_escape_direction(escape_direction).passed


# Whatever a learner's function does ---------------------------------------------------------------


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


@pytest.mark.parametrize("name", CHECKS)
@settings(max_examples=25, deadline=None)
@given(
    answer=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
        | st.complex_numbers(),
        lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner),
        max_leaves=6,
    )
)  # fmt: skip
def test_no_made_up_answer_makes_a_check_raise(name, answer):
    assert CHECKS[name](lambda *_: answer).passed is False


def test_an_interrupt_still_interrupts():
    with pytest.raises(KeyboardInterrupt):
        day11.check_gradient(raising(KeyboardInterrupt()))


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (lambda theta: None, "your function returned None: is a `return` missing?"),
        (lambda theta: [1.0], "expected the shape (2,); got (1,)"),
        (lambda theta: "0", "expected real numbers; got '0'"),
        (lambda theta: [np.nan, 0], "expected finite numbers; got (nan, 0)"),
        (raising(KeyError("w3")), "your function raised an error: KeyError: 'w3'"),
        (spoil, "your function changes the array it was given"),
        (g(np.ones(2)), "hand over the function itself"),
    ],
)
def test_trouble_before_any_mathematics_is_told_as_such(function, says):
    assert says in day11.check_gradient(function).message


def test_an_array_where_one_number_is_wanted_gets_told_of_the_product_of_vectors():
    check = day11.check_quadratic_model(lambda value, g, H, center, theta: value + g * theta)
    assert check.message == (
        "expected the shape of one number, (); got (2,). "
        "Products of vectors are written with @, not with *."
    )


def test_answers_in_other_clothes_are_accepted():
    assert day11.check_gradient(lambda theta: list(g(theta))).passed
    assert day11.check_gradient(lambda theta: tuple(map(float, g(theta)))).passed
    right = written(ANSWERS["quadratic_model"], "quadratic_model")
    assert day11.check_quadratic_model(lambda *a: np.array([right(*a)])).passed
    rule = written(ANSWERS["classifier"], "classifier")
    assert day11.check_classifier(lambda H: f" {rule(H).upper()} ").passed
    assert day11.check_escape_direction(eigenvector(lambda v: -v[:, 0])).passed


def test_a_derivative_by_differences_is_accepted():
    def by_differences(theta, t=1e-5):
        def loss(p):
            return (1 - p[0] * p[1]) ** 2

        steps = t * np.eye(2)
        return [(loss(theta + s) - loss(theta - s)) / (2 * t) for s in steps]

    assert day11.check_gradient(by_differences).passed


# The card -----------------------------------------------------------------------------------------


def test_progress_counts_what_has_passed_last():
    assert day11.progress() == "Checks passed 0/6"
    for count, name in enumerate(CHECKS, 1):
        CHECKS[name](written(ANSWERS[name], name))
        CHECKS[name](written(ANSWERS[name], name))  # twice is still once
        assert day11.progress() == f"Checks passed {count}/6"
    day11.check_gradient(lambda theta: -g(theta))
    assert day11.progress() == "Checks passed 5/6"
    speak("zh")
    assert day11.progress() == "已通过的检查 5/6"
    day11.reset()
    speak("en")
    assert day11.progress() == "Checks passed 0/6"


def test_a_card_belongs_to_one_day():
    assert Scorecard(["only"]).progress() == "Checks passed 0/1"


def test_checks_give_the_same_line_on_every_run():
    lines = {str(day11.check_hessian(lambda theta: h(theta) + 1)) for _ in range(3)}
    assert len(lines) == 1


class Custom(BaseException):
    """Not even an Exception."""


def leaving(error):
    class Leaving:
        def _leave(self, *_, **__):
            raise error

        __array__ = __repr__ = __float__ = __len__ = __iter__ = _leave

    return Leaving()


@pytest.mark.parametrize("error", [GeneratorExit(), SystemExit(3), Custom("x" * 9999)])
@pytest.mark.parametrize("name", CHECKS)
def test_whatever_is_raised_is_answered_in_one_short_line(name, error):
    answers = leaving(error), [leaving(error)] * 2
    for function in (raising(error), *(lambda *_, a=answer: a for answer in answers)):
        line = str(CHECKS[name](function))
        assert line.startswith("✗ ")
        assert "\n" not in line
        assert len(line) < 300


def test_a_masked_array_is_no_answer():
    check = day11.check_gradient(lambda theta: np.ma.array(g(theta), mask=[True, False]))
    assert "expected real numbers" in check.message
