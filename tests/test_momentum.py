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
    slope = SURFACES["rosenbrock"].gradient
    gradient = slope if fast else (lambda theta: slope(theta))
    run = descend(gradient, [-1.5, 2.0], learning_rate=0.1, steps=100)
    assert run.diverged
    assert len(run.thetas) == len(run.movements) == len(run.gradients) + 1 < 101
    assert np.abs(run.thetas).max() <= FAR
    assert not descend(gradient, [-1.5, 2.0], learning_rate=1e-4, steps=100).diverged


def test_one_parameter_out_of_reach_is_enough_to_have_run_away():
    start = [0.0, 0.0, 1.0]
    run = descend(lambda _: np.array([-1.0, 0.0, 0.0]), start, learning_rate=6e5, steps=5)
    assert run.diverged
    np.testing.assert_array_equal(run.thetas, [start, [6e5, 0.0, 1.0]])


@pytest.mark.parametrize("fast", [True, False])
def test_a_descent_that_runs_away_in_its_only_step_is_told_from_one_of_no_steps(fast):
    slope = SURFACES["bowl"].gradient
    gradient = slope if fast else (lambda theta: slope(theta))
    run = descend(gradient, [1.0, 1.0], learning_rate=1e7, steps=1)
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


@pytest.mark.parametrize(
    ("knobs", "error", "says"),
    [
        ({"learning_rate": -0.1}, ValueError, "The minus sign of descent is already"),
        ({"learning_rate": np.nan}, ValueError, "finite number"),
        ({"learning_rate": "fast"}, TypeError, "learning_rate to be a number"),
        ({"momentum": 1.0}, ValueError, r"momentum in \[0, 1\); got 1"),
        ({"momentum": -0.1}, ValueError, r"momentum in \[0, 1\)"),
        ({"steps": -1}, ValueError, "steps of at least 0"),
        ({"steps": 2.5}, TypeError, "steps to be a whole number"),
        ({"steps": True}, TypeError, "steps to be a whole number; got True"),
        ({"steps": 1_000_001}, ValueError, "steps of at most 1000000"),
        ({"learning_rate": True}, TypeError, "learning_rate to be a number; got True"),
    ],
)
def test_a_knob_out_of_its_range_is_refused_at_the_call(knobs, error, says):
    with pytest.raises(error, match=says):
        descend(constant, [0.0], **({"learning_rate": 0.1, "steps": 3} | knobs))


@pytest.mark.parametrize("start", [[], 1.0, [[1.0, 2.0]], [np.inf, 0.0]])
def test_a_start_that_is_no_point_is_refused(start):
    with pytest.raises(ValueError, match="start"):
        descend(constant, start, learning_rate=0.1, steps=3)


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(
        ValueError, match=r"gradient at θ, step 0, of shape \(2,\); got shape \(1,\)"
    ):
        descend(constant, [0.0, 0.0], learning_rate=0.1, steps=3)
    with pytest.raises(ValueError, match=r"movement of shape \(2,\)"):
        momentum_step([1, 2], [0], [1, 1], learning_rate=0.1, momentum=0)


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
    slope = SURFACES["saddle"].gradient
    gradient = slope if fast else (lambda theta: slope(theta))
    run = descend(gradient, [1e308, 1e308], learning_rate=0.4, steps=50)
    assert run.diverged
    assert np.isfinite(run.thetas).all()


def test_a_step_beyond_the_range_of_floats_is_infinite_without_a_warning():
    theta, movement = momentum_step([1e308], [0], [-1e308], learning_rate=10, momentum=0)
    assert theta == movement == np.inf


def test_what_is_no_gradient_is_refused_with_the_cure():
    with pytest.raises(TypeError, match=r"gradient to be a function.* Pass its method: \.gradient"):
        descend(SURFACES["bowl"], [1, 2], learning_rate=0.1, steps=3)
    with pytest.raises(TypeError, match="gradient to be a function of θ; got 'w1'"):
        descend("w1", [1, 2], learning_rate=0.1, steps=3)


@pytest.mark.parametrize(
    "answer", ["12", ["1", "2"], None, [1j, 2], [[1], [2, 3]], (x for x in (1.0, 2.0))]
)
def test_a_gradient_that_returns_no_numbers_is_told_so(answer):
    with pytest.raises(
        TypeError, match="expected the gradient at θ, step 0, to be an array of real"
    ):
        descend(lambda _: answer, [1, 2], learning_rate=0.1, steps=3)


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


class OnFloats:
    """A gradient with a method for plain floats, which returns whatever it was given."""

    def __init__(self, answer):
        self.answer = answer

    def __call__(self, theta):
        return theta

    def at(self, w1, w2):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize("answer", [None, (1.0,), (1.0, 2.0, 3.0), ("a", "b"), (1j, 0.0)])
def test_what_a_gradient_returns_for_plain_floats_is_named_if_it_is_not_two_of_them(answer):
    with pytest.raises(TypeError, match=r"gradient\.at to return two floats"):
        descend(OnFloats(answer), [1.0, 2.0], learning_rate=0.1, momentum=0.9, steps=3)


def test_what_the_gradient_itself_raises_comes_through():
    with pytest.raises(ValueError, match=r"^mine$"):
        descend(OnFloats(ValueError("mine")), [1.0, 2.0], learning_rate=0.1, steps=3)


def test_more_points_than_memory_holds_are_refused_at_the_call():
    with pytest.raises(
        ValueError, match="steps × parameters of at most 20000000; got 1000000 × 30"
    ):
        descend(lambda t: t, np.ones(30), learning_rate=0.1, steps=1_000_000)
