"""The mistakes that the checks of the first day call by their names."""

from __future__ import annotations

import re

import numpy as np
import pytest
from day11_answers import CHECKS, eigenvector, g, h

from lecture_lib.exercises import day11
from lecture_lib.words import all_words, speak


@pytest.fixture(autouse=True)
def _fresh_card():
    day11.reset()
    yield
    speak("en")
    day11.reset()


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
