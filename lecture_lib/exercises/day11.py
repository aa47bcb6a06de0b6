"""The six exercises of Day 11: gradient, Hessian, verdict, escape, quadratic model, flat direction.

Each check puts the learner's function through hidden cases, the simplest first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lecture_lib.arguments import Array
from lecture_lib.exercises import day11_cases as cases
from lecture_lib.exercises.answers import agree, as_choice, as_numbers, ask, compare, mismatch
from lecture_lib.exercises.grading import Check, Scorecard
from lecture_lib.numerals import bracketed
from lecture_lib.verdicts import Kind

_scorecard = Scorecard(
    ("gradient", "hessian", "classifier", "escape_direction", "quadratic_model", "flat_direction")
)
progress = _scorecard.progress
reset = _scorecard.reset


def check_gradient(function: Callable[[Array], Any]) -> Check:
    """Check ``function(theta)``, the gradient of L = (1 − w1 w2)².

        ∂L/∂w1 = −2 (1 − w1 w2) w2,    ∂L/∂w2 = −2 (1 − w1 w2) w1        (slides p. 8)

    Args:
        function: Takes θ = (w1, w2), shape ``(2,)``; returns ∇L, shape ``(2,)``.
    """
    mistakes = {
        "check.gradient.sign": lambda theta: -cases.gradient(theta),
        "check.gradient.factor": lambda theta: cases.gradient(theta) / 2,
        "check.gradient.swapped": lambda theta: cases.gradient(theta)[::-1],
        "check.gradient.chain": lambda theta: 2 * (1 - theta.prod()) * np.ones(2),
        "check.gradient.error": lambda theta: -2 * theta[::-1],
    }
    return _scorecard.grade(
        "gradient", lambda: compare(function, cases.POINTS, cases.gradient, mistakes)
    )


def check_hessian(function: Callable[[Array], Any]) -> Check:
    """Check ``function(theta)``, the Hessian of L = (1 − w1 w2)².

        H = [[2 w2², −2 + 4 w1 w2], [−2 + 4 w1 w2, 2 w1²]]               (slides p. 8)

    Args:
        function: Takes θ = (w1, w2), shape ``(2,)``; returns H, shape ``(2, 2)``.
    """

    def with_mixed(mixed: Callable[[float], float]) -> Callable[[Array], Array]:
        return lambda theta: np.where(np.eye(2), cases.hessian(theta), mixed(theta.prod()))

    mistakes = {
        "check.hessian.sign": lambda theta: -cases.hessian(theta),
        "check.hessian.factor": lambda theta: cases.hessian(theta) / 2,
        "check.hessian.cross_dropped": with_mixed(lambda _: 0.0),
        "check.hessian.cross_sign": with_mixed(lambda product: 2 - 4 * product),
        "check.hessian.cross_half": with_mixed(lambda product: -2 + 2 * product),
        "check.hessian.cross_other_half": with_mixed(lambda product: 2 * product),
        "check.hessian.cross_constant": with_mixed(lambda _: -2.0),
        "check.hessian.diagonal_swapped": lambda theta: cases.hessian(theta[::-1]),
        "check.hessian.places_swapped": lambda theta: cases.hessian(theta)[:, ::-1],
        "check.hessian.product": lambda theta: np.outer(*[cases.gradient(theta)] * 2),
    }
    return _scorecard.grade(
        "hessian", lambda: compare(function, cases.POINTS, cases.hessian, mistakes)
    )


def check_classifier(function: Callable[[Array], Any]) -> Check:
    """Check ``function(hessian)``, the verdict on a critical point.

    Args:
        function: Takes H, shape ``(n, n)``; returns ``"minimum"``, ``"maximum"``, ``"saddle"`` or
            ``"inconclusive"`` (a `Kind` will do), where |λ| ≤ 1e-8 max |λ| counts as zero.
    """
    choices = [kind.value for kind in Kind if kind is not Kind.NOT_CRITICAL]

    def examine() -> None:
        for case in cases.MATRICES:
            verdict = as_choice(ask(function, case.hessian), choices)
            if verdict != case.expected:
                hint = case.hints.get(verdict, "")
                raise mismatch(
                    f"H = {bracketed(case.hessian)}", f'"{case.expected}"', f'"{verdict}"', hint
                )

    return _scorecard.grade("classifier", examine)


def check_escape_direction(function: Callable[[Array], Any]) -> Check:
    """Check ``function(hessian)``, the direction in which the loss curves down most steeply.

    Args:
        function: Takes H, shape ``(n, n)``; returns the unit eigenvector of the most negative
            eigenvalue, shape ``(n,)``, of either sign; None (or a ValueError) where no eigenvalue
            is negative.
    """

    def examine() -> None:
        for hessian in cases.SADDLES:
            answer = as_numbers(ask(function, hessian), (len(hessian),))
            _examine_direction(hessian, answer)
        for rows, hint in (
            ([[2.0, 1.0], [1.0, 3.0]], "no_escape"),
            ([[-1e-12, 0.0], [0.0, 3.0]], "rounding"),
            ([[2.0, 2.0], [2.0, 2.0]], "no_escape"),
            ([[0.0, 0.0], [0.0, 0.0]], "no_escape"),
        ):
            hessian = np.array(rows)
            if (answer := ask(function, hessian, refusal=ValueError)) is not None:
                got = bracketed(as_numbers(answer, (2,)))
                key = f"check.escape_direction.{hint}"
                raise mismatch(f"H = {bracketed(hessian)}", "None", got, key)

    return _scorecard.grade("escape_direction", examine)


def check_quadratic_model(function: Callable[..., Any]) -> Check:
    """Check ``function(value, gradient, hessian, center, theta)``, the quadratic model.

        L(θ′) + vᵀg + ½ vᵀHv,   v = θ − θ′                               (slides p. 4)

    Args:
        function: Takes L(θ′), g, H, θ′ and θ; returns one number.
    """

    def built_from(
        parts: Callable[[float, float, float], float],
        v: Callable[[Array, Array], Array] = lambda theta, center: theta - center,
    ) -> Callable[..., float]:
        def model(
            value: float, gradient: Array, hessian: Array, center: Array, theta: Array
        ) -> float:
            step = v(theta, center)
            return parts(value, step @ gradient, step @ hessian @ step)

        return model

    truth = built_from(lambda value, slope, bend: value + slope + bend / 2)
    mistakes = {
        "check.quadratic_model.half": built_from(lambda value, slope, bend: value + slope + bend),
        "check.quadratic_model.value": built_from(lambda _, slope, bend: slope + bend / 2),
        "check.quadratic_model.slope": built_from(lambda value, _, bend: value + bend / 2),
        "check.quadratic_model.bend": built_from(lambda value, slope, _: value + slope),
        "check.quadratic_model.all_half": built_from(
            lambda value, slope, bend: value + (slope + bend) / 2
        ),
        "check.quadratic_model.theta": built_from(
            lambda value, slope, bend: value + slope + bend / 2, v=lambda theta, _: theta
        ),
        "check.quadratic_model.reversed": built_from(
            lambda value, slope, bend: value - slope + bend / 2
        ),
    }
    return _scorecard.grade(
        "quadratic_model", lambda: compare(function, cases.EXPANSIONS, truth, mistakes)
    )


def check_flat_direction(function: Callable[..., Any]) -> Check:
    """Check ``function(loss, theta, u)``, a look along a direction without curvature.

    Args:
        function: Takes a loss, a critical point θ, shape ``(2,)``, and a unit vector u with
            uᵀHu = 0; returns ``"minimum"``, ``"maximum"`` or ``"neither"``, whichever the loss has
            at θ along the line θ + t u.
    """

    def examine() -> None:
        for case in cases.FLAT_LINES:
            answer = as_choice(
                ask(function, case.loss, case.theta, case.direction),
                ("minimum", "maximum", "neither"),
            )
            if answer != case.expected:
                hint = case.hints.get(answer, "")
                raise mismatch(case.given, f'"{case.expected}"', f'"{answer}"', hint)

    return _scorecard.grade("flat_direction", examine)


def _examine_direction(hessian: Array, answer: Array) -> None:
    """Raise `Wrong` unless the answer is ± the unit eigenvector of the smallest eigenvalue."""
    eigenvalues, eigenvectors = np.linalg.eigh(hessian)
    wanted, length = eigenvectors[:, 0], float(np.linalg.norm(answer))
    if agree(answer * np.sign(answer @ wanted), wanted):
        return
    curvature = answer @ hessian @ answer / (length**2 or 1.0)
    if length and agree(curvature, eigenvalues[0]):
        hint = "check.escape_direction.not_unit"
    elif length and agree(curvature, eigenvalues[-1]):
        hint = "check.escape_direction.largest"
    elif agree(answer * np.sign(answer @ eigenvectors[0]), eigenvectors[0]):
        hint = "check.escape_direction.row"
    else:
        hint = "check.escape_direction.not_steepest"
    raise mismatch(f"H = {bracketed(hessian)}", f"± {bracketed(wanted)}", bracketed(answer), hint)
