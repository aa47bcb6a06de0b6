"""The lecture's example by hand, curvature along directions, escape, and the quadratic model."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lecture_lib.experiments.linear_chain import LinearChain
from lecture_lib.hessian import (
    Kind,
    classify,
    curvature_along,
    escape_direction,
    finite_difference_gradient,
    finite_difference_hessian,
    minimum_ratio,
    quadratic_model,
)
from lecture_lib.surfaces import SURFACES

two_weights = SURFACES["two_weights"]
numbers = st.floats(-2, 2)


@pytest.mark.parametrize(
    ("theta", "gradient", "hessian", "eigenvalues"),
    [
        ((0, 0), (0, 0), [[0, -2], [-2, 0]], (-2, 2)),
        ((1, 1), (0, 0), [[2, 2], [2, 2]], (0, 4)),
        ((0.5, 2), (0, 0), [[8, 2], [2, 0.5]], (0, 8.5)),
    ],
)
def test_the_lectures_gradient_hessian_and_eigenvalues_by_hand(
    theta, gradient, hessian, eigenvalues
):
    np.testing.assert_array_equal(two_weights.gradient(theta), gradient)
    np.testing.assert_array_equal(two_weights.hessian(theta), hessian)
    np.testing.assert_allclose(np.linalg.eigvalsh(hessian), eigenvalues, atol=1e-15)
    np.testing.assert_allclose(classify(hessian).eigenvalues, eigenvalues, atol=1e-15)


def test_the_eigenvectors_at_the_saddle_are_the_diagonals():
    hessian = two_weights.hessian([0, 0])
    np.testing.assert_array_equal(hessian @ (1, 1), (-2, -2))
    np.testing.assert_array_equal(hessian @ (1, -1), (2, -2))


def test_trace_and_determinant_agree_with_the_eigenvalues_two_and_minus_two():
    hessian = two_weights.hessian([0, 0])
    assert np.trace(hessian) == 2 + -2
    assert np.linalg.det(hessian) == pytest.approx(2 * -2)


@given(st.floats(-7, 7))
def test_curvature_at_the_saddle_is_minus_two_sin_two_phi(angle):
    direction = np.array([np.cos(angle), np.sin(angle)])
    curvature = curvature_along(two_weights.hessian([0, 0]), direction)
    assert curvature == pytest.approx(-2 * np.sin(2 * angle), abs=1e-14)


@pytest.mark.parametrize(("degrees", "curvature"), [(0, 0), (45, -2), (90, 0), (135, 2)])
def test_the_axes_see_no_curvature_and_the_diagonals_see_all(degrees, curvature):
    angle = np.radians(degrees)
    direction = 3.7 * np.array([np.cos(angle), np.sin(angle)])  # its length does not matter
    hessian = two_weights.hessian([0, 0])
    assert curvature_along(hessian, direction) == pytest.approx(curvature, abs=1e-15)


@given(arrays(float, (4, 4), elements=numbers), arrays(float, 4, elements=numbers))
def test_curvature_along_any_direction_lies_between_the_extreme_eigenvalues(matrix, direction):
    if not direction.any():
        return
    hessian = matrix + matrix.T
    eigenvalues = np.linalg.eigvalsh(hessian)
    curvature = curvature_along(hessian, direction)
    assert eigenvalues[0] - 1e-12 <= curvature <= eigenvalues[-1] + 1e-12


@given(numbers, numbers)
def test_turning_the_axes_by_45_degrees_makes_the_hessian_diagonal(p, q):
    # w1 w2 = (p² − q²)/2, so L = 1 − p² + q² + (p² − q²)²/4 with Hessian diag(−2, 2)
    theta = np.array([p + q, p - q]) / np.sqrt(2)
    rotated = 1 - p**2 + q**2 + (p**2 - q**2) ** 2 / 4
    assert two_weights.loss(theta) == pytest.approx(rotated, abs=1e-13)
    turn = np.array([[1, 1], [1, -1]]) / np.sqrt(2)
    in_new_axes = turn.T @ two_weights.hessian([0, 0]) @ turn
    np.testing.assert_allclose(in_new_axes, np.diag([-2, 2]), atol=1e-15)


def test_the_rotated_form_is_the_same_polynomial():
    p, q = sympy.symbols("p q")
    w1, w2 = (p + q) / sympy.sqrt(2), (p - q) / sympy.sqrt(2)
    rotated = 1 - p**2 + q**2 + (p**2 - q**2) ** 2 / 4
    assert sympy.expand((1 - w1 * w2) ** 2 - rotated) == 0


@given(st.floats(-2, 2))
def test_along_one_diagonal_the_loss_falls_and_along_the_other_it_rises(t):
    assert two_weights.loss([t, t]) == pytest.approx((1 - t**2) ** 2, abs=1e-14)
    assert two_weights.loss([t, -t]) == pytest.approx((1 + t**2) ** 2, abs=1e-14)
    assert two_weights.loss([t, 0]) == two_weights.loss([0, t]) == 1  # dead flat on the axes


@pytest.mark.parametrize(
    ("distance", "exact", "quadratic"),
    [(0.1, 0.9900, 0.9900), (0.5, 0.7656, 0.7500), (1, 0.25, 0), (np.sqrt(2), 0, -1)],
)
def test_the_escape_by_numbers_and_the_model_that_goes_below_zero(distance, exact, quadratic):
    model = quadratic_model(two_weights, [0, 0])
    for side in (1, -1):
        theta = side * distance * escape_direction(two_weights.hessian([0, 0]))
        assert two_weights.loss(theta) == pytest.approx(exact, abs=5e-5)
        assert model(theta) == pytest.approx(quadratic, abs=5e-5)


def test_the_escape_direction_is_the_lectures_u():
    np.testing.assert_allclose(escape_direction([[0, -2], [-2, 0]]), np.ones(2) / np.sqrt(2))


@given(arrays(float, (3, 3), elements=numbers))
def test_a_small_step_of_either_sign_along_the_escape_direction_goes_down(matrix):
    hessian = matrix + matrix.T
    if np.linalg.eigvalsh(hessian)[0] > -1e-3:
        return
    u = escape_direction(hessian)
    assert np.linalg.norm(u) == pytest.approx(1)
    assert u @ hessian @ u == pytest.approx(np.linalg.eigvalsh(hessian)[0])


@pytest.mark.parametrize("hessian", [np.eye(2), np.zeros((2, 2)), [[2, 2], [2, 2]]])
def test_where_nothing_curves_down_there_is_no_escape_direction(hessian):
    with pytest.raises(ValueError, match="no direction curves downwards: the smallest eigenvalue"):
        escape_direction(hessian)


def test_three_layers_make_a_saddle_that_the_hessian_cannot_see():
    chain, origin = LinearChain(3), np.zeros(3)
    np.testing.assert_array_equal(chain.gradient(origin), np.zeros(3))
    np.testing.assert_array_equal(chain.hessian(origin), np.zeros((3, 3)))
    verdict = classify(chain.hessian(origin), chain.gradient(origin))
    assert verdict.kind is Kind.INCONCLUSIVE
    with pytest.raises(ValueError, match="smallest eigenvalue is 0"):
        escape_direction(chain.hessian(origin))
    for t in (0.1, 0.01):
        assert chain.loss([t, t, t]) < chain.loss(origin) < chain.loss([-t, -t, -t])


@pytest.mark.parametrize("layers", [1, 2, 3, 5])
def test_a_chain_of_any_length_has_the_derivatives_that_differences_find(layers):
    chain = LinearChain(layers)
    for theta in np.random.default_rng(layers).uniform(-1.5, 1.5, (5, layers)):
        gradient = finite_difference_gradient(chain.loss, theta)
        hessian = finite_difference_hessian(chain.loss, theta)
        np.testing.assert_allclose(chain.gradient(theta), gradient, atol=1e-7)
        np.testing.assert_allclose(chain.hessian(theta), hessian, atol=1e-4)


def test_a_chain_of_two_is_the_lectures_surface_and_works_on_stacks_of_points():
    thetas = np.random.default_rng(0).uniform(-2, 2, (3, 4, 2))
    chain = LinearChain(2)
    for name in ("loss", "gradient", "hessian"):
        ours, theirs = getattr(chain, name)(thetas), getattr(two_weights, name)(thetas)
        np.testing.assert_allclose(ours, theirs, atol=1e-13)


def test_a_chain_says_how_many_weights_it_wants():
    with pytest.raises(ValueError, match="last axis of 3, one weight a layer"):
        LinearChain(3).loss([1, 2])
    with pytest.raises(ValueError, match="layers of at least 1"):
        LinearChain(0)


def test_the_model_of_a_quadratic_loss_is_that_loss_everywhere():
    saddle = SURFACES["saddle"]
    thetas = np.random.default_rng(1).uniform(-5, 5, (20, 2))
    model = quadratic_model(saddle, [0.3, -1.1])
    np.testing.assert_allclose(model(thetas), saddle.loss(thetas), atol=1e-13)


@pytest.mark.parametrize("name", ["two_weights", "himmelblau", "rosenbrock", "beale"])
def test_the_error_of_the_model_shrinks_with_the_third_power_of_the_distance(name):
    surface, center = SURFACES[name], np.array([0.4, -0.7])
    model = quadratic_model(surface, center)
    step = np.array([0.6, 0.8])
    errors = [abs(model(center + t * step) - surface.loss(center + t * step)) for t in (1e-2, 5e-3)]
    assert np.log2(errors[0] / errors[1]) == pytest.approx(3, abs=0.1)


def test_the_three_terms_are_the_slides_three_terms():
    model = quadratic_model(two_weights, [0.5, 1.0])
    v = np.array([0.2, -0.1])
    constant, slope, bend = model.terms([0.7, 0.9])
    assert constant == model.value == 0.25
    assert slope == pytest.approx(v @ [-1, -0.5])
    assert bend == pytest.approx(0.5 * v @ np.array([[2, 0], [0, 0.5]]) @ v)
    assert model([0.7, 0.9]) == pytest.approx(constant + slope + bend)
    assert model(np.zeros((3, 4, 2))).shape == (3, 4)


def test_the_model_takes_a_loss_of_any_number_of_parameters():
    chain, center = LinearChain(3), np.array([1.0, 0.5, -1.0])
    model = quadratic_model(chain, center)
    step = 1e-3 * np.ones(3)
    assert model(center + step) == pytest.approx(chain.loss(center + step), abs=1e-7)


@pytest.mark.parametrize("theta", [[1], [1, 2, 3], 1.0])
def test_the_model_says_which_shape_it_wants(theta):
    with pytest.raises(ValueError, match=r"\(\.\.\., 2\)"):
        quadratic_model(two_weights, [0, 0])(theta)


def test_directions_must_point_somewhere_and_fit():
    with pytest.raises(ValueError, match="zero vector"):
        curvature_along(np.eye(2), [0, 0])
    with pytest.raises(ValueError, match=r"direction of shape \(2,\); got shape \(3,\)"):
        curvature_along(np.eye(2), [1, 0, 0])
    with pytest.raises(ValueError, match="check the formulas of these two entries"):
        curvature_along([[0, -2], [2, 0]], [1, 1])


class OwnLoss:
    """A loss of one's own, whose parts are what a test wants them to be."""

    def __init__(self, loss=1.0, gradient=(0.0, 0.0), hessian=((1.0, 0.0), (0.0, 1.0))):
        self.loss, self.gradient, self.hessian = (
            lambda theta: loss, lambda theta: gradient, lambda theta: hessian,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "error", "says"),
    [
        ({"loss": [1.0, 2.0]}, TypeError, "the loss at the center to be a number"),
        ({"loss": "low"}, TypeError, "the loss at the center to be a number; got 'low'"),
        ({"gradient": [0.0]}, ValueError, r"the gradient of shape \(2,\)"),
        ({"hessian": np.eye(3)}, ValueError, r"the Hessian of shape \(2, 2\); got shape \(3, 3\)"),
        ({"hessian": np.eye(2) * 1e200}, ValueError, "Rescale the loss"),
    ],
)
def test_a_model_refuses_a_loss_whose_parts_do_not_fit(parts, error, says):
    with pytest.raises(error, match=says):
        quadratic_model(OwnLoss(**parts), [0, 0])


@pytest.mark.parametrize("thing", ["bowl", None, 3])
def test_a_model_refuses_what_is_no_loss(thing):
    with pytest.raises(TypeError, match="expected a surface; got"):
        quadratic_model(thing, [0, 0])


def test_a_tolerance_of_one_or_more_is_refused():
    for judge in (escape_direction, classify, lambda h, rtol: minimum_ratio([1, 2], rtol=rtol)):
        with pytest.raises(ValueError, match="rtol below 1"):
            judge(np.eye(2), rtol=1.0)
