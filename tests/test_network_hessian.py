"""The exact Hessian against finite differences, the vector product, and the lecture's own."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from test_network import DEPTHS, LOSSES, away_from_kinks, differences, problem

from lecture_lib import network
from lecture_lib.activations import ACTIVATIONS
from lecture_lib.digits import load_digits
from lecture_lib.network import MLP

EVERY_NETWORK = [
    (depth, activation, loss) for depth in DEPTHS for activation in ACTIVATIONS for loss in LOSSES
]


@pytest.fixture(params=EVERY_NETWORK, ids=lambda case: "-".join(map(str, case)))
def case(request):
    depth, activation, loss = request.param
    net = MLP(DEPTHS[depth], activation, loss, weight_decay=0.2)
    x, y, rng = problem(net.sizes, loss)
    return net, away_from_kinks(net, x, rng), x, y


def test_the_hessian_is_the_slope_of_the_gradient(case):
    net, theta, x, y = case
    slopes = differences(lambda point: net.gradient(point, x, y), theta)
    np.testing.assert_allclose(net.hessian(theta, x, y), slopes, atol=2e-8)


def test_the_vector_product_is_the_product_with_the_hessian(case):
    net, theta, x, y = case
    product, H = net.hessian_vector_product(theta, x, y), net.hessian(theta, x, y)
    for v in np.random.default_rng(1).normal(size=(3, net.size)):
        np.testing.assert_allclose(product(v), H @ v, atol=1e-12)
    columns = np.stack([product(unit) for unit in np.eye(net.size)])
    np.testing.assert_allclose(columns, H, atol=1e-13)


def test_the_hessian_is_symmetric_to_the_bit(case):
    net, theta, x, y = case
    for matrix in (net.hessian(theta, x, y), net.gauss_newton(theta, x, y)):
        assert np.array_equal(matrix, matrix.T)


def test_the_gauss_newton_matrix_is_the_jacobians_around_the_curvature_of_the_loss(case):
    net, theta, x, y = case
    J = differences(lambda point: net.outputs(point, x), theta)  # (P, N, c)
    z = net.outputs(theta, x)
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    S = np.array([np.diag(row) - np.outer(row, row) for row in p])
    if net.loss_name == "squared_error":
        S = np.broadcast_to(np.eye(z.shape[1]), S.shape)
    by_hand = np.einsum("pna,nab,qnb->pq", J, S, J) / len(x) + 0.2 * np.eye(net.size)
    found = net.gauss_newton(theta, x, y)
    np.testing.assert_allclose(found, by_hand, atol=2e-8)
    assert np.linalg.eigvalsh(found).min() > 0.2 - 1e-12


@pytest.mark.parametrize("loss", LOSSES)
def test_with_one_layer_nothing_is_missing_from_the_gauss_newton_matrix(loss):
    net = MLP((3, 4), loss=loss)
    x, y, rng = problem(net.sizes, loss)
    theta = rng.normal(size=net.size)
    np.testing.assert_array_equal(net.gauss_newton(theta, x, y), net.hessian(theta, x, y))


def test_with_two_layers_it_is_missing_even_when_they_are_linear_unless_every_error_is_0():
    net = MLP((3, 2, 2), "linear", "squared_error")
    x, y, rng = problem(net.sizes, "squared_error")
    theta = rng.normal(size=net.size)
    assert np.abs(net.gauss_newton(theta, x, y) - net.hessian(theta, x, y)).max() > 0.1
    y = net.outputs(theta, x)
    np.testing.assert_allclose(net.gauss_newton(theta, x, y), net.hessian(theta, x, y), atol=1e-14)


def test_the_lectures_hessian_at_the_origin():
    """(1 − w1 w2)² has [[0, −2], [−2, 0]] there (slides p. 9-11), and squared_error halves it."""
    net = MLP((1, 1, 1), "linear", "squared_error")
    w1, b1, w2, b2 = range(4)
    H = net.hessian(np.zeros(4), [[1.0]], [[1.0]])
    np.testing.assert_array_equal(2 * H[np.ix_((w1, w2), (w1, w2))], [[0, -2], [-2, 0]])
    assert H[b2, b2] == 1  # the output's own bias, which the lecture leaves out
    assert H[b1, w2] == -1


@pytest.mark.parametrize("chunk", [1, 3, 5, 7])
def test_chunks_of_examples_add_up_to_the_same_hessian(case, chunk, monkeypatch):
    net, theta, x, y = case
    at_once = net.hessian(theta, x, y)
    monkeypatch.setattr(network, "CHUNK", chunk)
    np.testing.assert_allclose(net.hessian(theta, x, y), at_once, atol=1e-14)


def test_a_wide_layer_takes_fewer_examples_at_once(monkeypatch):
    net = MLP((30, 4, 3))
    x, y, rng = problem(net.sizes, "cross_entropy", examples=20)
    theta = net.initial(rng)
    at_once = net.hessian(theta, x, y)
    monkeypatch.setattr(network, "PRODUCTS", 3 * 31**2)
    np.testing.assert_allclose(net.hessian(theta, x, y), at_once, atol=1e-14)
    monkeypatch.setattr(network, "PRODUCTS", 1)  # narrower than one example
    np.testing.assert_allclose(net.hessian(theta, x, y), at_once, atol=1e-14)


def test_weight_decay_adds_to_the_diagonal_alone():
    x, y, rng = problem((3, 4, 2), "cross_entropy")
    plain, decayed = MLP((3, 4, 2)), MLP((3, 4, 2), weight_decay=0.7)
    theta = rng.normal(size=plain.size)
    added = decayed.hessian(theta, x, y) - plain.hessian(theta, x, y)
    np.testing.assert_allclose(added, 0.7 * np.eye(plain.size), atol=1e-15)


def test_the_digits_hessian_has_its_known_zero_directions_and_takes_little_memory():
    digits = load_digits()
    net = MLP((64, 16, 10))
    theta = net.initial(np.random.default_rng(0))
    net.hessian(theta, digits.images[:600], digits.labels[:600])
    tracemalloc.start()
    H = net.hessian(theta, digits.images, digits.labels)
    extra = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert extra < 100e6
    never = np.flatnonzero(digits.images.max(0) == 0)  # pixels that no digit inks
    rows = (never[:, None] * 16 + np.arange(16)).ravel()
    assert len(never) == 3
    assert np.abs(H[rows]).max() == 0
    # the ten last biases up together: the softmax does not see it
    shift = np.zeros(net.size)
    shift[-10:] = 1
    assert np.abs(H @ shift).max() < 1e-14
    product = net.hessian_vector_product(theta, digits.images, digits.labels)
    v = np.random.default_rng(1).normal(size=net.size)
    np.testing.assert_allclose(product(v), H @ v, atol=1e-12)


@pytest.mark.parametrize("name", ["hessian", "gauss_newton", "hessian_vector_product"])
@pytest.mark.parametrize(
    ("theta", "x", "says"),
    [
        (np.zeros((2, 8)), np.zeros((4, 3)), r"one theta, shape \(8,\)"),
        (np.full(8, np.nan), np.zeros((4, 3)), "theta to hold finite numbers"),
        (np.zeros(8), np.zeros((2, 4, 3)), r"x of shape \(N, 3\)"),
    ],
)
def test_a_stack_or_a_theta_that_is_not_finite_has_no_hessian(name, theta, x, says):
    with pytest.raises(ValueError, match=says):
        getattr(MLP((3, 2)), name)(theta, x, np.zeros(4, int))


@pytest.mark.parametrize(
    ("v", "error", "says"),
    [(np.ones(7), ValueError, r"v of shape \(8,\)"), ("v", TypeError, "v to be an array")],
)
def test_a_vector_of_another_size_is_refused(v, error, says):
    product = MLP((3, 2)).hessian_vector_product(np.zeros(8), np.ones((4, 3)), np.zeros(4, int))
    with pytest.raises(error, match=says):
        product(v)
