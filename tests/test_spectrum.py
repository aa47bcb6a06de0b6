"""Eigenvalues from products alone, against those of the matrix."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import scipy.sparse.linalg

from lecture_lib.digits import load_digits
from lecture_lib.network import MLP
from lecture_lib.spectrum import Density, spectral_density, top_eigenvalues


def rng(seed=0):
    return np.random.default_rng(seed)


def matrix_with(eigenvalues, seed=1):
    basis, _ = np.linalg.qr(rng(seed).normal(size=(len(eigenvalues), len(eigenvalues))))
    return basis @ np.diag(eigenvalues) @ basis.T


@pytest.fixture(scope="module")
def network():
    digits = load_digits()
    return MLP((64, 16, 10)), digits.images, digits.labels


@pytest.fixture(scope="module", params=[0, 200], ids=["at the start", "after 200 steps"])
def trained(network, request):
    net, x, y = network
    theta = net.initial(rng())
    for _ in range(request.param):
        theta = theta - 0.5 * net.gradient(theta, x, y)
    product = net.hessian_vector_product(theta, x, y)
    return product, np.linalg.eigvalsh(net.hessian(theta, x, y))


# The largest eigenvalues ------------------------------------------------------------------------


def test_the_top_five_of_a_network_are_those_of_its_hessian(trained):
    product, exact = trained
    found = top_eigenvalues(product, len(exact), 5, rng=rng())
    np.testing.assert_allclose(found, exact[::-1][:5], rtol=1e-6)


def test_they_are_the_largest_on_the_axis_and_not_in_absolute_value():
    H = matrix_with(np.linspace(-50, 3, 60))
    found = top_eigenvalues(lambda v: H @ v, 60, 2, rng=rng(), tol=1e-9)
    np.testing.assert_allclose(found, [3, 3 - 53 / 59], rtol=1e-8)
    lowest = -top_eigenvalues(lambda v: -(H @ v), 60, 1, rng=rng(), tol=1e-9)
    np.testing.assert_allclose(lowest, -50, rtol=1e-8)


@pytest.mark.parametrize(("size", "k"), [(1, 1), (2, 2), (4, 4), (20, 20), (21, 10), (30, 29)])
def test_any_number_of_them_can_be_asked_for(size, k):
    eigenvalues = rng(3).normal(size=size)
    H = matrix_with(eigenvalues)
    found = top_eigenvalues(lambda v: H @ v, size, k, rng=rng(), tol=1e-9)
    np.testing.assert_allclose(found, np.sort(eigenvalues)[::-1][:k], atol=1e-8)


def test_products_in_float32_are_enough_for_three_digits(network, trained):
    net, x, y = network
    theta = net.initial(rng()).astype(np.float32)
    exact = np.linalg.eigvalsh(net.hessian(theta.astype(float), x, y))[::-1][:5]
    product = net.hessian_vector_product(theta, x, y)
    np.testing.assert_allclose(top_eigenvalues(product, net.size, 5, rng=rng()), exact, rtol=1e-3)
    density = spectral_density(product, net.size, rng(), probes=1, steps=20)
    assert density.nodes[-1] == pytest.approx(exact[0], rel=1e-3)


def test_what_is_not_found_is_an_error_that_says_so(monkeypatch):
    def gives_up(*args, **knobs):
        raise scipy.sparse.linalg.ArpackNoConvergence(
            "no convergence", np.ones(1), np.ones((60, 1))
        )

    monkeypatch.setattr(scipy.sparse.linalg, "eigsh", gives_up)
    with pytest.raises(ArithmeticError, match=r"found 1 of 3 eigenvalues .* ask for fewer"):
        top_eigenvalues(np.copy, 60, 3, rng=rng())


def test_scipy_is_loaded_when_it_is_needed_and_not_before():
    probe = "import sys, lecture_lib.spectrum; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0


# The density ------------------------------------------------------------------------------------


def test_the_share_of_eigenvalues_up_to_a_place_is_right_to_three_in_a_hundred(trained):
    """The place itself to 0.2 % of the range: the crowd near 0 comes out as a single node."""
    product, exact = trained
    density = spectral_density(product, len(exact), rng(1), probes=5, steps=60)
    at = np.linspace(exact[0], exact[-1], 4000)
    reach = 0.002 * (exact[-1] - exact[0])

    def share(places):
        return np.searchsorted(exact, places, "right") / len(exact)

    found = density.cumulative(at)
    assert (found <= share(at + reach) + 0.03).all()
    assert (found >= share(at - reach) - 0.03).all()
    coarse = np.linspace(exact[0], exact[-1], 100)
    assert np.abs(density.cumulative(coarse) - share(coarse)).max() < 0.03


def test_as_many_steps_as_eigenvalues_find_them_all():
    eigenvalues = np.array([-3.0, -1, 0.5, 2, 7])
    H = matrix_with(eigenvalues)
    density = spectral_density(lambda v: H @ v, 5, rng(), probes=1, steps=5)
    np.testing.assert_allclose(density.nodes, eigenvalues, atol=1e-12)
    many = spectral_density(lambda v: H @ v, 5, rng(), probes=4000, steps=5)
    np.testing.assert_allclose(
        many.cumulative([-2, 0, 1, 5, 8]), [0.2, 0.4, 0.6, 0.8, 1], atol=0.03
    )


def test_each_probe_gives_the_moments_of_its_own_vector():
    H = matrix_with(rng(2).normal(size=40))
    density = spectral_density(lambda v: H @ v, 40, rng(7), probes=1, steps=6)
    v = rng(7).standard_normal(40)
    v /= np.linalg.norm(v)
    for power in range(12):  # Gauss's quadrature is exact for degrees up to 2 · 6 − 1
        moment = v @ np.linalg.matrix_power(H, power) @ v
        assert density.weights @ density.nodes**power == pytest.approx(moment, rel=1e-9, abs=1e-10)


def test_it_stops_when_there_is_nothing_more_to_find():
    density = spectral_density(lambda v: 3 * v, 50, rng(), probes=2, steps=20)
    np.testing.assert_allclose(density.nodes, [3, 3])
    assert (density.products, density.size) == (2, 50)
    zero = spectral_density(np.zeros_like, 50, rng(), probes=1, steps=20)
    np.testing.assert_array_equal(zero.nodes, [0])
    two = spectral_density(lambda v: v * np.repeat([1.0, 4.0], 25), 50, rng(), probes=1, steps=20)
    np.testing.assert_allclose(two.nodes, [1, 4])


def test_the_curve_is_a_density_and_the_cumulative_share_runs_from_0_to_1():
    density = Density(np.array([-1.0, 0, 2]), np.array([0.2, 0.5, 0.3]), 10, 3)
    np.testing.assert_allclose(
        density.cumulative([-1.1, -1, -0.5, 0, 2, 9]), [0, 0.2, 0.2, 0.7, 1, 1]
    )
    at = np.linspace(-4, 5, 9001)
    assert (density.curve(at, 0.3).sum() * (at[1] - at[0])) == pytest.approx(1, abs=1e-9)
    peak = 0.5 / (0.1 * np.sqrt(2 * np.pi))
    assert density.curve(0.0, 0.1) == pytest.approx(peak, rel=1e-12)
    assert density.curve(np.zeros((2, 3)), 0.1).shape == (2, 3)
    assert density.cumulative(0.5).shape == ()


def test_the_fact_line_says_where_nine_tenths_of_them_lie():
    weights = np.array([0.02, 0.03, 0.45, 0.45, 0.04, 0.01])
    density = Density(np.array([-0.9, -0.1, 0.01, 0.02, 1.5, 7.25]), weights, 1210, 300)
    assert density.fact == (
        "1210 eigenvalues, estimated from 300 products H v: nine tenths of them between −0.1 and "
        "0.02; the outermost near −0.9 and 7.25"
    )


def test_a_crowd_in_one_node_is_called_one():
    density = Density(np.array([-1.0, 0.0003, 9]), np.array([0.01, 0.97, 0.02]), 5000, 60)
    assert "nine tenths of them or more crowd around 0.0003," in density.fact


# Bad input --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"hvp": np.eye(30)}, TypeError, "hvp to be a function"),
        ({"size": 0}, ValueError, "size of at least 1"),
        ({"size": 3.0}, TypeError, "size to be a whole number"),
        ({"rng": 0}, TypeError, "rng such as"),
        ({"hvp": lambda v: v[:3]}, ValueError, r"hvp\(v\) of shape \(30,\)"),
        ({"hvp": lambda v: v * np.nan}, ValueError, r"hvp\(v\) to hold finite numbers"),
        ({"hvp": lambda v: "H v"}, TypeError, r"hvp\(v\) to be an array"),
    ],
)
def test_both_refuse_what_is_no_product(change, error, says):
    given = {"hvp": lambda v: v, "size": 30, "rng": rng()} | change
    with pytest.raises(error, match=says):
        top_eigenvalues(given["hvp"], given["size"], 2, rng=given["rng"])
    with pytest.raises(error, match=says):
        spectral_density(given["hvp"], given["size"], given["rng"])


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: top_eigenvalues(np.copy, 30, 0, rng=rng()), "k of at least 1"),
        (lambda: top_eigenvalues(np.copy, 30, 31, rng=rng()), "k of at most 30"),
        (lambda: top_eigenvalues(np.copy, 30, 1, rng=rng(), tol=0), "tol"),
        (lambda: top_eigenvalues(np.copy, 30, 1, rng=rng(), tol=1), "tol below 1"),
        (lambda: spectral_density(np.copy, 30, rng(), probes=0), "probes of at least 1"),
        (lambda: spectral_density(np.copy, 30, rng(), steps=0), "steps of at least 1"),
        (lambda: Density(np.zeros(1), np.ones(1), 1, 1).curve(0, 0), "width above 0"),
        (lambda: Density(np.zeros(1), np.ones(1), 1, 1).cumulative(np.nan), "at to hold finite"),
    ],
)
def test_numbers_out_of_range_are_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()
