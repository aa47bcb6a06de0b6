"""A small network's loss and gradient against numpy written out, and finite differences."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from lecture_lib.activations import ACTIVATIONS
from lecture_lib.network import MLP

DEPTHS = {1: (3, 4), 2: (3, 4, 2), 3: (3, 4, 3, 2), 4: (2, 3, 4, 3, 3)}
LOSSES = ("cross_entropy", "squared_error")


def problem(sizes, loss, examples=7, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(examples, sizes[0]))
    vectors = rng.normal(size=(examples, sizes[-1]))
    y = vectors if loss == "squared_error" else rng.integers(sizes[-1], size=examples)
    return x, y, rng


def away_from_kinks(net, x, rng):
    """Weights, biases too, with no neuron within the reach of a finite difference of its kink."""
    while True:
        theta = rng.normal(0, 0.8, net.size)
        a, close = x, np.inf
        for W in net.weights(theta)[:-1]:
            z = a @ W[:-1] + W[-1]
            a, close = ACTIVATIONS[net.activation].value(z), min(close, np.abs(z).min())
        if net.activation != "relu" or close > 1e-3:
            return theta


def differences(function, theta, h=1e-5):
    steps = h * np.eye(theta.size)
    return np.array([(function(theta + s) - function(theta - s)) / (2 * h) for s in steps])


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("depth", DEPTHS)
def test_the_gradient_is_the_slope_of_the_loss(depth, activation, loss):
    net = MLP(DEPTHS[depth], activation, loss, weight_decay=0.3)
    x, y, rng = problem(net.sizes, loss)
    theta = away_from_kinks(net, x, rng)
    slopes = differences(lambda point: net.loss(point, x, y), theta)
    np.testing.assert_allclose(net.gradient(theta, x, y), slopes, atol=2e-9)


def test_the_loss_is_what_the_docstring_says():
    net = MLP((2, 3, 2), weight_decay=0.5)
    assert net.size == 2 * 3 + 3 + 3 * 2 + 2
    theta = np.random.default_rng(1).normal(size=net.size)
    W, b, V, c = theta[:6].reshape(2, 3), theta[6:9], theta[9:15].reshape(3, 2), theta[15:]
    x, y = np.array([[0.5, -1.0], [2.0, 0.3]]), [1, 0]
    z = np.tanh(x @ W + b) @ V + c
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    by_hand = -(np.log(p[0, 1]) + np.log(p[1, 0])) / 2 + 0.25 * (theta**2).sum()
    assert net.loss(theta, x, y) == pytest.approx(by_hand, rel=1e-14)
    np.testing.assert_allclose(net.outputs(theta, x), z, rtol=1e-14)
    squared = MLP((2, 3, 2), "sigmoid", "squared_error")
    z = 1 / (1 + np.exp(-x @ W - b)) @ V + c
    target = np.array([[0.1, 0.2], [0.3, 0.4]])
    by_hand = ((z - target) ** 2).sum() / 4
    assert squared.loss(theta, x, target) == pytest.approx(by_hand, rel=1e-14)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_slope_and_bend_are_the_derivatives_of_the_activation(activation):
    phi, h = ACTIVATIONS[activation], 1e-5
    z = np.array([-30.0, -2.0, -0.3, 0.4, 1.7, 30.0])
    slope = (phi.value(z + h) - phi.value(z - h)) / (2 * h)
    np.testing.assert_allclose(phi.slope(phi.value(z)), slope, atol=1e-9)
    bend = (phi.slope(phi.value(z + h)) - phi.slope(phi.value(z - h))) / (2 * h)
    np.testing.assert_allclose(phi.bend(phi.value(z)), bend, atol=1e-9)


def test_no_number_however_large_overflows():
    theta = np.full(2, 1e4)
    for activation in ACTIVATIONS:
        net = MLP((1, 1, 2), activation)
        theta = np.full(net.size, 1e4)
        assert np.isfinite(net.loss(theta, [[1.0], [-1.0]], [0, 1]))
        assert np.isfinite(net.gradient(theta, [[1.0], [-1.0]], [0, 1])).all()


def test_a_descent_that_diverges_ends_in_a_loss_that_is_not_finite_and_not_in_an_error():
    net = MLP((1, 2, 1), "linear", "squared_error")
    x, y, theta = [[1.0]], [[1.0]], net.initial(np.random.default_rng(0))
    for _ in range(20):
        theta = theta - 50 * net.gradient(theta, x, y)
        if not np.isfinite(theta).all():
            break
    assert not np.isfinite(theta).all()
    assert not np.isfinite(net.loss(theta, x, y))


@pytest.mark.parametrize("loss", LOSSES)
def test_a_stack_of_networks_gives_what_each_gives_alone(loss):
    net = MLP((3, 4, 2), loss=loss, weight_decay=0.1)
    x, y, rng = problem(net.sizes, loss)
    thetas = rng.normal(size=(2, 3, net.size))
    together, slopes = net.loss(thetas, x, y), net.gradient(thetas, x, y)
    assert together.shape == (2, 3)
    for place in np.ndindex(2, 3):
        assert together[place] == pytest.approx(net.loss(thetas[place], x, y), rel=1e-13)
        np.testing.assert_allclose(slopes[place], net.gradient(thetas[place], x, y), atol=1e-14)


def test_each_network_of_a_stack_may_have_examples_of_its_own():
    net = MLP((3, 4, 2))
    rng = np.random.default_rng(2)
    thetas, x = rng.normal(size=(5, net.size)), rng.normal(size=(5, 6, 3))
    y = rng.integers(2, size=(5, 6))
    slopes = net.gradient(thetas, x, y)
    for k in range(5):
        np.testing.assert_allclose(slopes[k], net.gradient(thetas[k], x[k], y[k]), atol=1e-14)


@pytest.mark.parametrize("loss", LOSSES)
def test_float32_in_float32_out(loss):
    net = MLP((3, 4, 2), loss=loss, weight_decay=0.1)
    x, y, rng = problem(net.sizes, loss)
    theta = rng.normal(size=net.size).astype(np.float32)
    for name in ("loss", "gradient", "hessian", "gauss_newton"):
        narrow = getattr(net, name)(theta, x, y)
        assert narrow.dtype == np.float32
        np.testing.assert_allclose(narrow, getattr(net, name)(theta.astype(float), x, y), atol=1e-5)
    product = net.hessian_vector_product(theta, x, y)(np.ones(net.size))
    assert product.dtype == np.float32


def test_weights_begin_small_and_biases_at_zero():
    net = MLP((400, 50, 10))
    W, V = net.weights(net.initial(np.random.default_rng(0), scale=2))
    assert np.abs(W[-1]).max() == np.abs(V[-1]).max() == 0
    assert W[:-1].std() == pytest.approx(2 / 20, rel=0.02)
    assert V[:-1].std() == pytest.approx(2 / np.sqrt(50), rel=0.1)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_network_survives_a_copy_and_a_pickle(activation, loss):
    net = MLP((3, 4, 2), activation, loss, weight_decay=0.1)
    x, y, rng = problem(net.sizes, loss)
    theta = rng.normal(size=net.size)
    for other in (pickle.loads(pickle.dumps(net)), copy.deepcopy(net)):
        assert vars(other) == vars(net)
        assert other.loss(theta, x, y) == net.loss(theta, x, y)
        np.testing.assert_array_equal(other.hessian(theta, x, y), net.hessian(theta, x, y))


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        (((3,),), ValueError, "two sizes or more"),
        (((3, 0),), ValueError, "each size of at least 1"),
        ((5,), TypeError, "sizes such as"),
        (("abc",), TypeError, "sizes such as"),
        (((3, 2.5),), TypeError, "sizes such as"),
        (((3, 2), "softplus"), ValueError, "an activation out of tanh"),
        (((3, 2), ["tanh"]), TypeError, "an activation out of tanh"),
        (((3, 2), "tanh", "mse"), ValueError, "a loss out of cross_entropy"),
    ],
)
def test_a_network_that_cannot_be_is_refused(arguments, error, says):
    with pytest.raises(error, match=says):
        MLP(*arguments)


@pytest.mark.parametrize("decay", [-0.1, np.nan, np.inf])
def test_weight_decay_is_a_finite_number_of_at_least_0(decay):
    with pytest.raises(ValueError, match="weight_decay"):
        MLP((2, 2), weight_decay=decay)


X, Y, NAN = np.zeros((4, 3)), np.zeros(4, int), float("nan")
THETA = np.zeros(8)
BAD = [
    ({"theta": np.zeros(7)}, ValueError, r"theta of shape \(..., 8\)"),
    ({"theta": "weights"}, TypeError, "theta to be an array of numbers"),
    ({"theta": 1j * THETA}, TypeError, "theta to be an array of numbers"),
    ({"x": np.zeros((4, 2))}, ValueError, r"x of shape \(N, 3\)"),
    ({"x": np.zeros(3)}, ValueError, r"x of shape \(N, 3\)"),
    ({"x": np.zeros((0, 3)), "y": Y[:0]}, ValueError, "N ≥ 1"),
    ({"x": [["a"] * 3] * 4}, TypeError, "x to be an array of numbers"),
    ({"x": [[1, 2, 3], [1, 2]]}, TypeError, "x to be an array of numbers"),
    ({"x": np.full((4, 3), NAN)}, ValueError, "x to hold finite numbers"),
    ({"y": Y[:3]}, ValueError, r"y of shape \(4,\)"),
    ({"y": Y[:, None]}, ValueError, r"y of shape \(4,\)"),
    ({"y": Y * 1.0}, TypeError, "class numbers"),
    ({"y": Y + 2}, ValueError, r"classes 0 … 1; got 2 … 2"),
    ({"y": Y - 1}, ValueError, r"classes 0 … 1; got -1 … -1"),
]


@pytest.mark.parametrize("name", ["loss", "gradient", "hessian", "hessian_vector_product"])
@pytest.mark.parametrize(("change", "error", "says"), BAD)
def test_arguments_that_do_not_fit_are_refused(name, change, error, says):
    with pytest.raises(error, match=says):
        getattr(MLP((3, 2)), name)(**({"theta": THETA, "x": X, "y": Y} | change))


@pytest.mark.parametrize(
    ("y", "error", "says"),
    [
        (np.zeros(4), ValueError, r"y of shape \(4, 2\)"),
        (np.zeros((4, 3)), ValueError, r"y of shape \(4, 2\)"),
        (np.full((4, 2), np.inf), ValueError, "y to hold finite numbers"),
        (None, TypeError, "y to be an array of numbers"),
    ],
)
def test_targets_of_the_squared_error_are_vectors(y, error, says):
    with pytest.raises(error, match=says):
        MLP((3, 2), loss="squared_error").loss(THETA, X, y)


def test_a_stack_of_examples_has_to_fit_the_stack_of_networks():
    with pytest.raises(ValueError, match=r"one x, or one for each theta of \(5,\)"):
        MLP((3, 2)).loss(np.zeros((5, 8)), np.zeros((2, 4, 3)), Y)


@pytest.mark.parametrize(
    ("knobs", "error", "says"),
    [({"rng": 0}, TypeError, "rng such as"), ({"scale": 0}, ValueError, "scale above 0")],
)
def test_initial_weights_need_a_generator_and_a_scale(knobs, error, says):
    with pytest.raises(error, match=says):
        MLP((3, 2)).initial(**({"rng": np.random.default_rng(0)} | knobs))
