"""Surfaces: the lectures' own examples, with exact slopes and curvatures."""

from __future__ import annotations

import numpy as np
import pytest
from node_machine import browser_frames
from numpy.testing import assert_allclose, assert_array_equal
from random_formulas import random_formula

from lecture_lib.program import Program
from lecture_lib.recipe import Map, Recipe
from lecture_lib.surfaces import SURFACES, Surface

RNG = np.random.default_rng(11)
NAMES = sorted(SURFACES)


@pytest.mark.parametrize(
    ("theta", "loss", "gradient", "hessian", "eigenvalues"),
    [  # lecture.pdf p. 7, p. 8, worked by hand
        ((0, 0), 1, (0, 0), [[0, -2], [-2, 0]], (-2, 2)),
        ((1, 1), 0, (0, 0), [[2, 2], [2, 2]], (0, 4)),
        ((0.5, 2), 0, (0, 0), [[8, 2], [2, 0.5]], (0, 8.5)),
        ((-2, 2), 25, (-20, 20), [[8, -18], [-18, 8]], (-10, 26)),
        ((2, 2), 9, (12, 12), [[8, 14], [14, 8]], (-6, 22)),
    ],
)
def test_the_worst_network_has_the_gradient_and_hessian_of_the_slides(
    theta, loss, gradient, hessian, eigenvalues
):
    surface = SURFACES["two_weights"]
    assert surface.loss(theta) == loss
    assert_array_equal(surface.gradient(theta), gradient)
    assert_array_equal(surface.hessian(theta), hessian)
    assert_allclose(np.linalg.eigvalsh(surface.hessian(theta)), eigenvalues, atol=1e-14)


def test_along_the_diagonals_the_loss_is_what_the_lecture_needs():
    t = np.linspace(-2, 2, 41)
    surface = SURFACES["two_weights"]
    assert_allclose(surface.loss(np.stack([t, t], -1)), (1 - t**2) ** 2, atol=1e-12)
    assert_allclose(surface.loss(np.stack([t, -t], -1)), (1 + t**2) ** 2, atol=1e-12)


def test_in_axes_turned_by_45_degrees_the_loss_has_no_mixed_quadratic_term():
    p, q = RNG.uniform(-1.4, 1.4, (2, 200))
    theta = np.stack([(p + q) / np.sqrt(2), (p - q) / np.sqrt(2)], -1)
    expected = 1 - p**2 + q**2 + (p**2 - q**2) ** 2 / 4
    assert_allclose(SURFACES["two_weights"].loss(theta), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_slopes_and_curvatures_agree_with_differences_of_the_loss(name):
    surface = SURFACES[name]
    low, high = np.transpose(surface.window)
    theta = RNG.uniform(low, high, (50, 2))
    difference = Surface.from_function(surface.loss, window=surface.window)
    scale = np.abs(surface.hessian(theta)).max() + 1
    assert_allclose(surface.gradient(theta), difference.gradient(theta), atol=1e-6 * scale)
    assert_allclose(surface.hessian(theta), difference.hessian(theta), atol=1e-4 * scale)


@pytest.mark.parametrize("name", NAMES)
def test_one_point_many_points_and_plain_floats_give_the_same_slope(name):
    surface = SURFACES[name]
    theta = RNG.uniform(-1, 1, (3, 4, 2))
    slopes = surface.gradient(theta)
    assert slopes.shape == (3, 4, 2)
    assert surface.loss(theta).shape == (3, 4)
    assert surface.hessian(theta).shape == (3, 4, 2, 2)
    assert_allclose(surface.gradient(theta[1, 2]), slopes[1, 2], rtol=1e-13)
    assert_allclose(surface.gradient.at(*theta[1, 2].tolist()), slopes[1, 2], rtol=1e-13)


def _largest_differences(surfaces: list[Surface], points: int, rng: np.random.Generator) -> list:
    """For each surface, how far the browser's numbers are from NumPy's, beside 1 or the number."""
    jobs = []
    for surface in surfaces:
        low, high = np.transpose(surface.window)
        for w1, w2 in rng.uniform(low, high, (points, 2)).tolist():
            jobs.append((surface, Recipe([Map(surface.program)]), {"w1": w1, "w2": w2}))
    worst = dict.fromkeys(surfaces, 0.0)
    frames = browser_frames([(recipe, state) for _, recipe, state in jobs])
    for (surface, recipe, state), there in zip(jobs, frames, strict=True):
        for name, value in recipe(state).items():
            a, b = float(value), there[name][0]
            if np.isfinite(a):
                worst[surface] = max(worst[surface], abs(a - b) / max(1.0, abs(a)))
            else:
                assert str(a) == str(b), (surface.formula, state, name)
    return list(worst.values())


def test_the_browser_computes_every_polynomial_of_the_catalogue_to_the_last_bit():
    surfaces = [SURFACES[name] for name in NAMES]
    assert _largest_differences(surfaces, 40, RNG) == [0.0] * len(NAMES)


def test_the_browser_computes_fifty_random_formulas_to_a_millionth():
    rng = np.random.default_rng(2021)
    surfaces = [Surface.from_formula(random_formula(rng)) for _ in range(50)]
    assert all(isinstance(surface.program, Program) for surface in surfaces)
    assert max(_largest_differences(surfaces, 6, rng)) <= 1e-6


def test_a_constant_loss_has_slopes_and_curvatures_of_the_right_shape():
    surface = Surface.from_formula("3")
    assert_array_equal(surface.loss(np.zeros((5, 2))), np.full(5, 3.0))
    assert_array_equal(surface.gradient(np.zeros((5, 2))), np.zeros((5, 2)))
    assert_array_equal(surface.hessian(np.zeros((5, 2))), np.zeros((5, 2, 2)))


def test_the_formula_is_kept_in_latex():
    surface = SURFACES["two_weights"]
    assert "w_{1} w_{2}" in surface.latex
    assert set(surface.parts_latex) == {"loss", "g1", "g2", "h11", "h12", "h22"}


@pytest.mark.parametrize("theta", [(1.0,), (1.0, 2.0, 3.0), 4.0, []])
def test_theta_of_another_length_is_refused(theta):
    with pytest.raises(ValueError, match="last axis of two"):
        SURFACES["bowl"].loss(theta)


@pytest.mark.parametrize("window", [((1, -1), (0, 1)), ((0, 1),), ((0, np.inf), (0, 1)), "abc"])
def test_a_window_that_is_no_window_is_refused(window):
    with pytest.raises(ValueError, match=r"window|convert"):
        Surface.from_formula("w1", window=window)


def test_a_function_that_returns_one_number_for_many_points_is_refused():
    with pytest.raises(ValueError, match=r"shape \(3,\)"):
        Surface.from_function(lambda theta: float(np.sum(theta**2)))
    with pytest.raises(TypeError, match="function of θ"):
        Surface.from_function("w1**2")


def test_an_unknown_surface_is_refused_with_the_names_there_are():
    with pytest.raises(KeyError, match="two_weights"):
        SURFACES["no such thing"]


@pytest.mark.parametrize("theta", ["ab", ["1", "2"], [[1, 2], [3]], [1j, 2], None])
@pytest.mark.parametrize("part", ["loss", "gradient", "hessian"])
def test_theta_that_is_not_made_of_real_numbers_is_refused(theta, part):
    with pytest.raises(TypeError, match="θ to be an array of real numbers"):
        getattr(SURFACES["bowl"], part)(theta)


@pytest.mark.parametrize("points", [1, 2001, 2.5, True])
def test_a_grid_has_from_2_to_2000_points_a_side(points):
    with pytest.raises((TypeError, ValueError), match="expected points"):
        SURFACES["bowl"].grid(points)


@pytest.mark.parametrize("key", [["bowl"], None, 3])
def test_a_formula_a_name_and_a_key_are_strings(key):
    with pytest.raises(KeyError, match="no surface is called"):
        SURFACES[key]
    with pytest.raises(TypeError, match="expected the formula to be a string"):
        Surface.from_formula(key)
    with pytest.raises(TypeError, match="expected name to be a string"):
        Surface.from_formula("w1", name=key)


def test_the_same_formula_and_window_give_the_same_surface():
    first = Surface.from_formula("w1*w2", window=((0, 1), (0, 1)))
    assert Surface.from_formula("w1*w2", window=[[0, 1.0], (0, 1)]) is first
    assert Surface.from_formula("w1*w2") is not first


@pytest.mark.parametrize(
    "loss", [lambda t: "low", lambda t: t[..., 0] + 1j, lambda t: (x for x in t), lambda t: None]
)
def test_a_function_that_returns_no_numbers_is_refused(loss):
    with pytest.raises(TypeError, match=r"the loss of θ of shape \(2,\) to be an array of real"):
        Surface.from_function(loss)


def test_a_function_for_one_kind_of_shape_only_is_refused():
    with pytest.raises(ValueError, match=r"for θ of shape \(2, 3, 2\)"):
        Surface.from_function(lambda theta: (theta**2).T[0].T if theta.ndim < 3 else theta[:, 0, 0])
