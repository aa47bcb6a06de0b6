"""Four conventions of momentum, each against its formula written out in plain numpy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lecture_lib.momentum import descend
from lecture_lib.momentum_conventions import CONVENTIONS
from lecture_lib.surfaces import SURFACES

rates, weights = st.floats(1e-3, 0.1), st.floats(0, 0.95)


def slope(theta):
    """The gradient of a function that is not in the catalogue: x²/2 + 2 y² + sin(x + 2y)."""
    x, y = theta
    swing = np.cos(x + 2 * y)
    return np.array([x + swing, 4 * y + 2 * swing])


def lee(theta, g, eta, beta, v):
    v = beta * v - eta * g
    return theta + v, v


def pytorch(theta, g, eta, beta, v):
    v = beta * v + g
    return theta - eta * v, v


def average(theta, g, eta, beta, v):
    v = beta * v + (1 - beta) * g
    return theta - eta * v, v


def nesterov(theta, g, eta, beta, v):
    v = beta * v + g
    return theta - eta * (g + beta * v), v


FORMULAS = {"lee": lee, "pytorch": pytorch, "average": average, "nesterov": nesterov}


def by_hand(convention, etas, beta, start=(1.0, -0.5)):
    theta, v = np.array(start), np.zeros(2)
    path = [theta]
    for eta in etas:
        theta, v = FORMULAS[convention](theta, slope(theta), eta, beta, v)
        path.append(theta)
    return np.array(path)


def test_every_convention_is_written_out_here():
    assert set(FORMULAS) == set(CONVENTIONS)


@pytest.mark.parametrize("convention", CONVENTIONS)
@given(rates, weights, st.booleans())
def test_a_convention_is_its_formula_also_when_the_rate_changes_midway(
    convention, rate, weight, changes
):
    etas = np.full(40, rate)
    etas[20:] *= 0.1 if changes else 1
    given_rate = etas if changes else rate
    run = descend(
        slope, [1.0, -0.5], learning_rate=given_rate, momentum=weight, steps=40,
        convention=convention,
    )  # fmt: skip
    expected = by_hand(convention, etas, weight)
    np.testing.assert_allclose(run.thetas, expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(run.movements[1:], np.diff(expected, axis=0), rtol=1e-6, atol=1e-9)
    assert (run.movements[0] == 0).all()


@given(rates, weights)
def test_lee_and_pytorch_part_where_the_rate_changes_and_not_before(rate, weight):
    etas = [rate] * 10 + [rate / 10] * 10
    one, two = (
        descend(slope, [1.0, -0.5], learning_rate=etas, momentum=weight, steps=20, convention=name)
        for name in ("lee", "pytorch")
    )
    np.testing.assert_allclose(one.thetas[:11], two.thetas[:11], rtol=1e-9, atol=1e-12)
    # lee's movement keeps the old rate in it: βm − η′g against (η′/η) βm − η′g
    gap = one.thetas[11] - two.thetas[11]
    np.testing.assert_allclose(gap, 0.9 * weight * one.movements[10], rtol=1e-6, atol=1e-9)


@given(rates, weights)
def test_average_is_pytorch_with_one_minus_beta_of_the_rate(rate, weight):
    one = descend(
        slope, [1.0, -0.5], learning_rate=rate, momentum=weight, steps=30, convention="average"
    )
    two = descend(
        slope, [1.0, -0.5], learning_rate=(1 - weight) * rate, momentum=weight, steps=30,
        convention="pytorch",
    )  # fmt: skip
    np.testing.assert_allclose(one.thetas, two.thetas, rtol=1e-9, atol=1e-12)


@given(rates, weights)
def test_nesterov_is_lee_with_the_gradient_of_the_point_ahead(rate, weight):
    # Sutskever et al. 2013: m ← βm − η g(θ + βm), θ ← θ + m; PyTorch's points are its θ + βm
    run = descend(
        slope, [1.0, -0.5], learning_rate=rate, momentum=weight, steps=30, convention="nesterov"
    )
    theta, m = np.array([1.0, -0.5]), np.zeros(2)
    for ours in run.thetas[1:]:
        m = weight * m - rate * slope(theta + weight * m)
        theta = theta + m
        np.testing.assert_allclose(ours, theta + weight * m, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_without_momentum_all_conventions_are_plain_descent(convention):
    plain = descend(slope, [1.0, -0.5], learning_rate=0.1, steps=30)
    run = descend(slope, [1.0, -0.5], learning_rate=0.1, steps=30, convention=convention)
    np.testing.assert_allclose(run.thetas, plain.thetas, rtol=1e-12)


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("rate", [0.01, [0.01] * 20 + [0.002] * 20])
def test_the_fast_path_on_plain_floats_visits_the_same_points(convention, rate):
    gradient = SURFACES["himmelblau"].gradient
    knobs = {"learning_rate": rate, "momentum": 0.8, "steps": 40, "convention": convention}
    fast = descend(gradient, [0.7, -0.4], **knobs)
    slow = descend(lambda theta: gradient(theta), [0.7, -0.4], **knobs)
    for field in ("thetas", "movements", "gradients"):
        np.testing.assert_array_equal(getattr(fast, field), getattr(slow, field))


def test_a_constant_slope_ends_at_the_same_speed_but_for_the_average():
    speeds = {}
    for convention in CONVENTIONS:
        run = descend(
            lambda _: np.ones(1), [0.0], learning_rate=0.1, momentum=0.9, steps=400,
            convention=convention,
        )  # fmt: skip
        speeds[convention] = run.movements[-1, 0]
    assert speeds == pytest.approx({"lee": -1, "pytorch": -1, "nesterov": -1, "average": -0.1})


@pytest.mark.parametrize(
    ("knobs", "error", "says"),
    [
        ({"convention": "adam"}, ValueError, "a convention out of lee, pytorch, average, nesterov"),
        ({"convention": 3}, TypeError, "a convention out of lee, .*; got 3"),
        ({"learning_rate": [0.1]}, ValueError, r"of shape \(3,\), one for each step; got .*\(1,\)"),
        ({"learning_rate": [0.1, 0.1, -0.1]}, ValueError, "learning_rate of at least 0"),
        ({"learning_rate": [0.1, 0.1, np.nan]}, ValueError, "learning_rate to hold finite"),
        ({"learning_rate": ["a", "b", "c"]}, TypeError, "learning_rate to be an array of real"),
        ({"momentum": [0.1, 0.1, 0.1]}, TypeError, "momentum to be a number"),
    ],
)
def test_what_is_no_convention_or_no_rate_is_refused(knobs, error, says):
    with pytest.raises(error, match=says):
        descend(slope, [1.0, 2.0], **({"learning_rate": 0.1, "steps": 3} | knobs))
