"""Descent, plain and with momentum, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lecture_lib.momentum import FAR, descend, momentum_step
from lecture_lib.surfaces import SURFACES

rates, weights = st.floats(0, 1), st.floats(0, 0.99)


def constant(_):
    return np.ones(1)


def slope_of(name, fast):
    """The gradient of a surface, with its method for plain floats or without."""
    slope = SURFACES[name].gradient
    return slope if fast else (lambda theta: slope(theta))


@given(rates, weights)
def test_a_constant_slope_sums_a_geometric_series(rate, weight):
    run = descend(constant, [0.0], learning_rate=rate, momentum=weight, steps=50)
    t = np.arange(51)
    expected = -rate * (1 - weight**t) / (1 - weight)
    np.testing.assert_allclose(run.movements[:, 0], expected, atol=1e-12)


@given(st.floats(0, 0.5))
def test_plain_descent_on_a_bowl_shrinks_by_one_minus_two_eta_a_step(rate):
    run = descend(SURFACES["bowl"].gradient, [1.0, -2.0], learning_rate=rate, steps=40)
    factors = (1 - 2 * rate) ** np.arange(41)
    np.testing.assert_allclose(run.thetas, factors[:, None] * [1, -2], rtol=1e-12, atol=1e-300)


@given(st.floats(0.01, 0.3), st.floats(0, 0.95))
def test_the_movement_is_the_weighted_sum_of_all_past_gradients(rate, weight):
    # mⁱ = −η Σ_k β^(i−1−k) gᵏ (slides p. 34)
    surface = SURFACES["two_weights"]
    run = descend(surface.gradient, [0.3, -0.2], learning_rate=rate / 4, momentum=weight, steps=30)
    steps = len(run.gradients)
    for i in (1, 2, steps):
        decay = weight ** np.arange(i - 1, -1, -1.0)
        expected = -rate / 4 * decay @ run.gradients[:i]
        np.testing.assert_allclose(run.movements[i], expected, rtol=1e-9, atol=1e-12)


@given(st.floats(0.01, 0.2), st.floats(0, 0.95))
def test_pytorchs_convention_visits_the_same_points_at_a_constant_rate(rate, weight):
    gradient = SURFACES["saddle"].gradient
    theta, v = np.array([1.0, 1e-3]), np.zeros(2)
    run = descend(gradient, theta, learning_rate=rate, momentum=weight, steps=25)
    for ours in run.thetas[1:]:
        v = weight * v + gradient(theta)
        theta = theta - rate * v
        np.testing.assert_allclose(ours, theta, rtol=1e-9, atol=1e-12)


def test_one_step_by_hand():
    theta, movement = momentum_step([1, 2], [0.5, 0], [3, -1], learning_rate=0.1, momentum=0.8)
    np.testing.assert_allclose(movement, [0.8 * 0.5 - 0.1 * 3, 0.1])
    np.testing.assert_allclose(theta, [1.1, 2.1])


@pytest.mark.parametrize("name", SURFACES)
@pytest.mark.parametrize("weight", [0.0, 0.9])
def test_the_fast_path_on_plain_floats_visits_the_same_points(name, weight):
    gradient = SURFACES[name].gradient
    knobs = {"learning_rate": 1e-3, "momentum": weight, "steps": 60}
    fast = descend(gradient, [0.7, -0.4], **knobs)
    slow = descend(lambda theta: gradient(theta), [0.7, -0.4], **knobs)
    for field in ("thetas", "movements", "gradients"):
        np.testing.assert_array_equal(getattr(fast, field), getattr(slow, field))


def test_a_descent_is_step_after_step():
    gradient = SURFACES["himmelblau"].gradient
    run = descend(gradient, [1.0, 1.0], learning_rate=0.01, momentum=0.7, steps=20)
    theta, movement = run.thetas[0], np.zeros(2)
    for k in range(20):
        np.testing.assert_array_equal(run.gradients[k], gradient(theta))
        theta, movement = momentum_step(
            theta, movement, gradient(theta), learning_rate=0.01, momentum=0.7
        )
        np.testing.assert_array_equal(run.thetas[k + 1], theta)
        np.testing.assert_array_equal(run.movements[k + 1], movement)


@pytest.mark.parametrize("fast", [True, False])
def test_running_away_is_a_result_that_is_cut_short_within_reach(fast):
    run = descend(slope_of("rosenbrock", fast), [-1.5, 2.0], learning_rate=0.1, steps=100)
    assert run.diverged
    assert len(run.thetas) == len(run.movements) == len(run.gradients) + 1 < 101
    assert np.abs(run.thetas).max() <= FAR
    assert not descend(
        slope_of("rosenbrock", fast), [-1.5, 2.0], learning_rate=1e-4, steps=100
    ).diverged


def test_one_parameter_out_of_reach_is_enough_to_have_run_away():
    start = [0.0, 0.0, 1.0]
    run = descend(lambda _: np.array([-1.0, 0.0, 0.0]), start, learning_rate=6e5, steps=5)
    assert run.diverged
    np.testing.assert_array_equal(run.thetas, [start, [6e5, 0.0, 1.0]])


@pytest.mark.parametrize("fast", [True, False])
def test_a_descent_that_runs_away_in_its_only_step_is_told_from_one_of_no_steps(fast):
    run = descend(slope_of("bowl", fast), [1.0, 1.0], learning_rate=1e7, steps=1)
    assert run.diverged
    np.testing.assert_array_equal(run.thetas, [[1.0, 1.0]])


def test_an_undefined_gradient_ends_the_descent():
    run = descend(lambda theta: np.full(3, np.nan), np.zeros(3), learning_rate=0.1, steps=9)
    assert run.diverged
    assert run.thetas.shape == (1, 3)
    assert run.gradients.shape == (0, 3)


def test_shapes_follow_steps_and_parameters():
    run = descend(lambda theta: theta, np.ones(5), learning_rate=0.1, steps=7)
    assert run.thetas.shape == run.movements.shape == (8, 5)
    assert run.gradients.shape == (7, 5)
    assert (run.movements[0] == 0).all()
    none = descend(SURFACES["bowl"].gradient, [1, 2], learning_rate=0.1, steps=0)
    assert none.thetas.shape == (1, 2)
    assert none.gradients.shape == (0, 2)
    assert not none.diverged


def test_the_start_is_left_as_it_was():
    start = np.array([1.0, 2.0])
    descend(SURFACES["bowl"].gradient, start, learning_rate=0.1, steps=5)
    run = descend(lambda theta: 2 * theta, start, learning_rate=0.1, steps=5)
    np.testing.assert_array_equal(start, [1, 2])
    np.testing.assert_array_equal(run.thetas[0], start)


def test_a_gradient_that_writes_into_its_argument_does_not_change_the_record():
    def spoiling(theta):
        gradient = 2 * theta
        theta[:] = 99
        return gradient

    buffer = np.zeros(3)

    def reusing(theta):
        return np.multiply(2, theta, out=buffer)

    clean = descend(lambda theta: 2 * theta, np.ones(3), learning_rate=0.1, steps=5)
    for gradient in (spoiling, reusing):
        run = descend(gradient, np.ones(3), learning_rate=0.1, steps=5)
        np.testing.assert_array_equal(run.thetas, clean.thetas)
        np.testing.assert_array_equal(run.gradients, clean.gradients)


@pytest.mark.parametrize("fast", [True, False])
def test_from_a_huge_start_running_away_is_still_a_result(fast):
    run = descend(slope_of("saddle", fast), [1e308, 1e308], learning_rate=0.4, steps=50)
    assert run.diverged
    assert np.isfinite(run.thetas).all()


def test_a_step_beyond_the_range_of_floats_is_infinite_without_a_warning():
    theta, movement = momentum_step([1e308], [0], [-1e308], learning_rate=10, momentum=0)
    assert theta == movement == np.inf


def test_a_numpy_function_serves_as_a_gradient_in_the_plane():
    run = descend(np.sin, [1.0, 2.0], learning_rate=0.1, steps=3)
    np.testing.assert_array_equal(run.gradients[0], np.sin([1.0, 2.0]))


def test_a_gradient_whose_at_is_no_function_is_called_itself():
    class Slope:
        at = "home"

        def __call__(self, theta):
            return theta

    run = descend(Slope(), [1.0, 2.0], learning_rate=0.5, steps=1)
    np.testing.assert_array_equal(run.thetas[-1], [0.5, 1.0])
