"""Central differences: the referee is itself refereed by exact derivatives."""

from __future__ import annotations

import numpy as np
import pytest

from lecture_lib.finite_differences import finite_difference_gradient, finite_difference_hessian
from lecture_lib.surfaces import SURFACES


@pytest.mark.parametrize("name", SURFACES)
def test_differences_agree_with_the_exact_derivatives_of_every_surface(name):
    surface = SURFACES[name]
    for theta in np.random.default_rng(5).uniform(-2, 2, (5, 2)):
        size = max(1.0, surface.loss(theta), np.abs(surface.hessian(theta)).max())
        gradient = finite_difference_gradient(surface.loss, theta)
        hessian = finite_difference_hessian(surface.loss, theta)
        np.testing.assert_allclose(gradient, surface.gradient(theta), atol=1e-8 * size)
        np.testing.assert_allclose(hessian, surface.hessian(theta), atol=1e-6 * size)
        np.testing.assert_array_equal(hessian, hessian.T)


def test_a_quadratic_in_five_parameters_is_differentiated_to_rounding():
    rng = np.random.default_rng(2)
    matrix, slope, theta = rng.standard_normal((5, 5)), *rng.standard_normal((2, 5))
    matrix = matrix + matrix.T

    def loss(point):
        return point @ slope + 0.5 * ((point @ matrix) * point).sum(-1)

    np.testing.assert_allclose(
        finite_difference_gradient(loss, theta), slope + matrix @ theta, atol=1e-9
    )
    np.testing.assert_allclose(finite_difference_hessian(loss, theta), matrix, atol=1e-6)


def test_the_step_grows_with_theta_so_that_it_never_vanishes_in_rounding():
    theta = np.array([1e6, 1e-6])

    def loss(point):
        return (point**3).sum(-1)

    np.testing.assert_allclose(finite_difference_gradient(loss, theta)[0], 3e12, rtol=1e-8)
    np.testing.assert_allclose(finite_difference_hessian(loss, theta)[0, 0], 6e6, rtol=1e-5)


@pytest.mark.parametrize("estimate", [finite_difference_gradient, finite_difference_hessian])
def test_a_loss_that_takes_one_point_only_is_told_how_to_take_many(estimate):
    with pytest.raises(ValueError, match=r"theta\[\.\.\., 0\]"):
        estimate(lambda theta: theta.sum(), [1.0, 2.0])
    with pytest.raises(ValueError, match="shape"):
        estimate(lambda theta: theta.sum(-1), [[1.0, 2.0]])


@pytest.mark.parametrize("estimate", [finite_difference_gradient, finite_difference_hessian])
def test_a_loss_that_writes_into_its_argument_fails_loudly(estimate):
    def spoiling(theta):
        theta -= 1
        return (theta**2).sum(-1)

    with pytest.raises(ValueError, match="read-only"):
        estimate(spoiling, [1.0, 2.0])


@pytest.mark.parametrize("estimate", [finite_difference_gradient, finite_difference_hessian])
def test_what_is_no_loss_is_refused_by_name(estimate):
    with pytest.raises(TypeError, match=r"Pass its method: \.loss"):
        estimate(SURFACES["bowl"], [1.0, 2.0])
    with pytest.raises(TypeError, match="the loss around θ to be an array of real numbers"):
        estimate(lambda theta: "low", [1.0, 2.0])
