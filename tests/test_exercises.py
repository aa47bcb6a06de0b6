"""The checks of the exercises: what they accept, what mistakes they name, that they never raise.

The skeletons and answers below are those of the notebooks.
"""

from __future__ import annotations

import re

import numpy as np
import pytest
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

SKELETONS = {
    "gradient": '''
def my_gradient(theta):
    """The gradient of L = (1 − w1 w2)² at θ = (w1, w2): an array of two numbers."""
    w1, w2 = theta
    raise NotImplementedError
''',
    "hessian": '''
def my_hessian(theta):
    """The Hessian of L = (1 − w1 w2)² at θ = (w1, w2): a 2 × 2 array."""
    w1, w2 = theta
    raise NotImplementedError
''',
    "classifier": '''
def my_classifier(H):
    """"minimum", "maximum", "saddle" or "inconclusive", by the eigenvalues of H."""
    eigenvalues = np.linalg.eigvalsh(H)  # ascending
    zero = 1e-8 * np.abs(eigenvalues).max()  # no larger than this counts as zero
    raise NotImplementedError
''',
    "escape_direction": '''
def my_escape_direction(H):
    """The unit vector along which H curves down most, or None where nothing curves down."""
    eigenvalues, eigenvectors = np.linalg.eigh(H)  # ascending; one eigenvector a column
    raise NotImplementedError
''',
    "quadratic_model": '''
def my_quadratic_model(value, g, H, center, theta):
    """L(θ′) + vᵀg + ½ vᵀHv with v = θ − θ′, where value = L(θ′) and center = θ′."""
    raise NotImplementedError
''',
    "flat_direction": '''
def my_flat_direction(loss, theta, u):
    """"minimum", "maximum" or "neither": what has loss(θ + t u) at t = 0, where uᵀHu = 0?"""
    t = 0.01
    raise NotImplementedError
''',
}

ANSWERS = {
    "gradient": """
def my_gradient(theta):
    w1, w2 = theta
    error = 1 - w1 * w2
    return np.array([-2 * error * w2, -2 * error * w1])
""",
    "hessian": """
def my_hessian(theta):
    w1, w2 = theta
    mixed = -2 + 4 * w1 * w2
    return np.array([[2 * w2**2, mixed], [mixed, 2 * w1**2]])
""",
    "classifier": """
def my_classifier(H):
    eigenvalues = np.linalg.eigvalsh(H)  # ascending
    zero = 1e-8 * np.abs(eigenvalues).max()  # no larger than this counts as zero
    up, down = eigenvalues > zero, eigenvalues < -zero
    if up.all():
        return "minimum"
    if down.all():
        return "maximum"
    return "saddle" if up.any() and down.any() else "inconclusive"
""",
    "escape_direction": """
def my_escape_direction(H):
    eigenvalues, eigenvectors = np.linalg.eigh(H)  # ascending; one eigenvector a column
    zero = 1e-8 * np.abs(eigenvalues).max()
    return eigenvectors[:, 0] if eigenvalues[0] < -zero else None
""",
    "quadratic_model": """
def my_quadratic_model(value, g, H, center, theta):
    v = theta - center
    return value + v @ g + v @ H @ v / 2
""",
    "flat_direction": """
def my_flat_direction(loss, theta, u):
    t = 0.01
    ahead, behind = loss(theta + t * u) - loss(theta), loss(theta - t * u) - loss(theta)
    if ahead > 0 and behind > 0:
        return "minimum"
    return "maximum" if ahead < 0 and behind < 0 else "neither"
""",
}

CHECKS = {name: getattr(day11, f"check_{name}") for name in SKELETONS}


def written(source, name):
    scope = {"np": np}
    exec(source, scope)
    return scope[f"my_{name}"]


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


# Mistakes that are named --------------------------------------------------------------------------


def g(theta):
    return written(ANSWERS["gradient"], "gradient")(theta)


def h(theta):
    return written(ANSWERS["hessian"], "hessian")(theta)


def mixed(value):
    def wrong(theta):
        hessian = h(theta)
        hessian[0, 1] = hessian[1, 0] = value(*theta)
        return hessian

    return wrong


def by_signs(rule):
    return lambda H: rule(np.linalg.eigvalsh(H))


def tolerant(flat, *, zero=lambda w: 1e-8 * abs(w).max(), eigenvalues=np.linalg.eigvalsh):
    """The right rule, but for what it says where the test is silent."""

    def rule(H):
        w = eigenvalues(H)
        up, down = w > zero(w), w < -zero(w)
        if up.all() or down.all():
            return "minimum" if up.all() else "maximum"
        return "saddle" if up.any() and down.any() else flat(w, zero(w))

    return rule


def eigenvector(pick):
    def wrong(H):
        w, v = np.linalg.eigh(H)
        return pick(v) if w[0] < -1e-8 else None

    return wrong


def model(formula, v=lambda theta, center: theta - center):
    def wrong(value, g, H, center, theta):
        step = v(theta, center)
        return formula(value, step @ g, step @ H @ step)

    return wrong


def sides(t, decide):
    def wrong(loss, theta, u):
        return decide(loss(theta + t * u) - loss(theta), loss(theta - t * u) - loss(theta))

    return wrong


def both(ahead, behind):
    if ahead > 0 and behind > 0:
        return "minimum"
    return "maximum" if ahead < 0 and behind < 0 else "neither"


NAMED = [
    ("gradient", "sign", lambda t: -g(t)),
    ("gradient", "factor", lambda t: g(t) / 2),
    ("gradient", "swapped", lambda t: g(t)[::-1]),
    ("gradient", "chain", lambda t: [2 * (1 - t[0] * t[1])] * 2),
    ("gradient", "error", lambda t: (-2 * t[1], -2 * t[0])),
    ("hessian", "sign", lambda t: -h(t)),
    ("hessian", "factor", lambda t: h(t) / 2),
    ("hessian", "cross_dropped", lambda t: np.diag(np.diag(h(t)))),
    ("hessian", "cross_sign", mixed(lambda a, b: 2 - 4 * a * b)),
    ("hessian", "cross_half", mixed(lambda a, b: -2 + 2 * a * b)),
    ("hessian", "cross_other_half", mixed(lambda a, b: 2 * a * b)),
    ("hessian", "cross_constant", mixed(lambda a, b: -2)),
    ("hessian", "diagonal_swapped", lambda t: h(t)[::-1, ::-1]),
    ("hessian", "places_swapped", lambda t: h(t)[:, ::-1]),
    ("hessian", "product", lambda t: np.outer(g(t), g(t))),
    ("classifier", "reversed", tolerant(lambda w, z: "inconclusive",
                                        eigenvalues=lambda H: -np.linalg.eigvalsh(H))),
    ("classifier", "diagonal", tolerant(lambda w, z: "inconclusive", eigenvalues=np.diag)),
    ("classifier", "semidefinite_up", tolerant(lambda w, z: "minimum" if w[-1] > z else
                                               "inconclusive")),
    ("classifier", "semidefinite_up", by_signs(lambda w: "minimum" if w[0] >= 0 else
                                               "maximum" if w[-1] <= 0 else "saddle")),
    ("classifier", "semidefinite_down", tolerant(lambda w, z: "maximum" if w[0] < -z else
                                                 "inconclusive")),
    ("classifier", "flat", tolerant(lambda w, z: "inconclusive" if w.any() else "minimum")),
    ("classifier", "flat", tolerant(lambda w, z: "inconclusive" if w.any() else "saddle")),
    ("classifier", "default_saddle", tolerant(lambda w, z: "saddle")),
    ("classifier", "rounding", tolerant(lambda w, z: "inconclusive", zero=lambda w: 0)),
    ("classifier", "zero_beside", by_signs(
        lambda w: "inconclusive" if (abs(w) <= 1e-8 * abs(w).max()).any() else
        "minimum" if w[0] > 0 else "maximum" if w[-1] < 0 else "saddle")),
    ("classifier", "scale", tolerant(lambda w, z: "inconclusive", zero=lambda w: 1e-8)),
    ("escape_direction", "largest", eigenvector(lambda v: v[:, -1])),
    ("escape_direction", "row", eigenvector(lambda v: v[0])),
    ("escape_direction", "not_unit", eigenvector(lambda v: 2 * v[:, 0])),
    ("escape_direction", "not_steepest", eigenvector(lambda v: np.ones(len(v)) / len(v) ** 0.5)),
    ("escape_direction", "no_escape", lambda H: np.linalg.eigh(H)[1][:, 0]),
    ("escape_direction", "rounding", lambda H: np.linalg.eigh(H)[1][:, 0]
     if np.linalg.eigvalsh(H)[0] < 0 else None),
    ("quadratic_model", "half", model(lambda a, b, c: a + b + c)),
    ("quadratic_model", "all_half", model(lambda a, b, c: a + (b + c) / 2)),
    ("quadratic_model", "value", model(lambda a, b, c: b + c / 2)),
    ("quadratic_model", "slope", model(lambda a, b, c: a + c / 2)),
    ("quadratic_model", "bend", model(lambda a, b, c: a + b)),
    ("quadratic_model", "theta", model(lambda a, b, c: a + b + c / 2, v=lambda t, _: t)),
    ("quadratic_model", "reversed", model(lambda a, b, c: a + b + c / 2, v=lambda t, c: c - t)),
    ("flat_direction", "silent", sides(0.01, lambda a, b: "neither")),
    ("flat_direction", "sign", sides(0.01, lambda a, b: both(-a, -b))),
    ("flat_direction", "semidefinite", sides(0.01, lambda a, b: "minimum")),
    ("flat_direction", "one_side", sides(0.01, lambda a, b: "minimum" if a > 0 else "maximum")),
    ("flat_direction", "rounding", sides(1e-5, both)),
    ("flat_direction", "too_far", sides(0.9, both)),
    ("flat_direction", "scale", sides(0.01, lambda a, b: both(*(x * (abs(x) > 1e-11)
                                                                for x in (a, b))))),
]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("name", "mistake", "wrong"), NAMED)
def test_a_mistake_is_called_by_its_name(name, mistake, wrong, language):
    speak(language)
    check = CHECKS[name](wrong)
    assert check.passed is False
    hint = all_words()[f"check.{name}.{mistake}"][language]
    assert check.message.endswith(hint)
    assert "\n" not in str(check)


def test_every_mistake_that_has_words_is_made_here():
    made = {f"check.{name}.{mistake}" for name, mistake, _ in NAMED}
    ours = re.compile(rf"check\.({'|'.join(CHECKS)})\.\w+")
    written_down = set(filter(ours.fullmatch, all_words()))
    assert written_down - made == {f"check.{name}.passed" for name in CHECKS}


def test_the_simplest_case_that_fails_is_shown_with_what_was_wanted_and_what_came():
    assert str(day11.check_gradient(lambda theta: -g(theta))).startswith(
        "✗ for θ = (1, 0) expected (0, −2), got (0, 2). The sign is flipped"
    )


def test_an_unknown_mistake_is_shown_without_a_guess():
    check = day11.check_gradient(lambda theta: g(theta) + theta[0])
    assert str(check) == "✗ for θ = (1, 0) expected (0, −2), got (1, −1)."


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
