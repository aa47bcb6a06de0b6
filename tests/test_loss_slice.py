"""A slice of a network's loss: exact in its plane, silent about all other directions."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lecture_lib.experiments.loss_slice import (
    NetworkSlice,
    filter_normalised,
    principal_directions,
    random_slice,
    trajectory_slice,
)
from lecture_lib.experiments.training_path import TrainingPath, stored_path, train_path
from lecture_lib.network import MLP
from lecture_lib.words import speak

SMALL = (5, 4, 3)
PLACES = [(0.0, 0.0), (0.4, -0.7), (-1.3, 0.2)]


def small(activation: str = "tanh", seed: int = 0) -> TrainingPath:
    """A network with random weights, as if it had been trained; nothing here depends on that."""
    rng = np.random.default_rng(seed)
    network = MLP(SMALL, activation)
    thetas = rng.normal(size=(6, network.size))
    return TrainingPath(network, rng.normal(size=(7, 5)), rng.integers(0, 3, 7), thetas)


def both(path: TrainingPath) -> list[NetworkSlice]:
    return [random_slice(path, np.random.default_rng(1)), trajectory_slice(path)]


@pytest.fixture(scope="module")
def stored() -> TrainingPath:
    return stored_path()


@pytest.mark.parametrize("place", PLACES)
def test_slopes_and_curvatures_are_those_of_the_full_gradient_and_hessian(place):
    path = small()
    for cut in both(path):
        theta = cut.center + np.array(place) @ cut.directions
        found = cut.derivatives(*place)
        slope = cut.directions @ path.network.gradient(theta, path.x, path.y)
        bend = cut.directions @ path.network.hessian(theta, path.x, path.y) @ cut.directions.T
        assert found["loss"] == path.network.loss(theta, path.x, path.y)
        assert_allclose([found["g1"], found["g2"]], slope, atol=1e-12)
        assert_allclose([found["h11"], found["h12"], found["h22"]], bend[[0, 0, 1], [0, 1, 1]],
                        atol=1e-12)  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_slopes_and_curvatures_are_the_finite_differences_of_the_loss(place):
    path, h = small(), 1e-4
    for cut in both(path):

        def loss(a, b, cut=cut):
            theta = cut.center + a * cut.directions[0] + b * cut.directions[1]
            return float(path.network.loss(theta, path.x, path.y))

        a, b = place
        found = cut.derivatives(a, b)
        assert found["g1"] == pytest.approx((loss(a + h, b) - loss(a - h, b)) / (2 * h), abs=1e-6)
        assert found["g2"] == pytest.approx((loss(a, b + h) - loss(a, b - h)) / (2 * h), abs=1e-6)
        middle = loss(a, b)
        first = (loss(a + h, b) - 2 * middle + loss(a - h, b)) / h**2
        second = (loss(a, b + h) - 2 * middle + loss(a, b - h)) / h**2
        mixed = (loss(a + h, b + h) - loss(a + h, b - h) - loss(a - h, b + h)
                 + loss(a - h, b - h)) / (4 * h**2)  # fmt: skip
        assert_allclose([found["h11"], found["h22"], found["h12"]], [first, second, mixed],
                        atol=2e-5)  # fmt: skip


def test_the_map_shows_the_same_loss_to_six_digits():
    for cut in both(small()):
        w1, w2, losses = cut.surface.grid(9)
        exact = cut.derivatives(w1[None, :], w2[:, None])["loss"]
        assert_allclose(losses, exact, rtol=3e-6)
        assert cut.surface.loss([0.0, 0.0]).shape == ()


def test_every_neuron_of_a_direction_is_as_long_as_its_weights_and_biases_stay():
    path = small()
    network, theta = path.network, path.thetas[-1]
    direction = filter_normalised(
        network, theta, np.random.default_rng(3).normal(size=network.size)
    )
    for weights, part in zip(network.weights(theta), network.weights(direction), strict=True):
        assert_allclose(np.linalg.norm(part[:-1], axis=0), np.linalg.norm(weights[:-1], axis=0))
        assert not part[-1].any()


def rescaled(network: MLP, theta, c: float):
    """The same ReLU function: the hidden layer times c, what reads it divided by c."""
    first, second = (w.copy() for w in network.weights(theta))
    first *= c
    second[:-1] /= c
    return np.concatenate([first.ravel(), second.ravel()])


@pytest.mark.parametrize("c", [0.1, 7.0])
def test_rescaling_a_pair_of_relu_layers_leaves_the_random_slice_unchanged(c):
    path = small("relu")
    other = TrainingPath(path.network, path.x, path.y,
                         np.array([rescaled(path.network, t, c) for t in path.thetas]))  # fmt: skip
    assert_allclose(path.losses, other.losses)
    one, two = (random_slice(p, np.random.default_rng(5)) for p in (path, other))
    assert not np.allclose(one.directions, two.directions)
    for place in PLACES:
        here, there = one.derivatives(*place), two.derivatives(*place)
        for name, value in here.items():
            assert_allclose(there[name], value, rtol=1e-9, atol=1e-12)
    drawn = np.random.default_rng(5).normal(size=(2, path.network.size))  # not normalised
    plain = [NetworkSlice(p, p.thetas[-1], drawn, one.window) for p in (path, other)]
    assert (
        abs(plain[0].derivatives(0.4, 0.3)["loss"] - plain[1].derivatives(0.4, 0.3)["loss"]) > 0.01
    )


def test_principal_directions_rebuild_the_training_as_far_as_their_shares_say(stored):
    directions, shares = principal_directions(stored.thetas)
    assert_allclose(directions @ directions.T, np.eye(2), atol=1e-12)
    centred = stored.thetas - stored.thetas.mean(0)
    rest = centred - centred @ directions.T @ directions
    assert (rest**2).sum() / (centred**2).sum() == pytest.approx(1 - shares.sum())
    cut = trajectory_slice(stored)
    assert cut.share == pytest.approx(shares.sum())
    assert shares[0] > shares[1] > 0
    # NumPy's own eigenvalues of the covariance, written out
    values = np.linalg.eigvalsh(centred @ centred.T)[::-1]
    assert_allclose(shares, values[:2] / values.sum())
    assert_allclose(cut.shadow[-1], [0, 0], atol=1e-12)
    assert (cut.shadow[0] < 0).all()
    for low, high, places in zip(*np.transpose(cut.window), cut.shadow.T, strict=True):
        assert low < places.min()
        assert places.max() < high


def test_no_plane_curves_more_than_the_whole_space(stored):
    whole = stored.extremes()
    for cut in (trajectory_slice(stored), random_slice(stored, np.random.default_rng(0))):
        low, high = cut.curvatures
        assert whole[0] <= low <= high <= whole[1]
        hessian = cut.surface.hessian(np.zeros(2))
        gram = cut.directions @ cut.directions.T
        assert_allclose(np.sort(np.linalg.eigvals(np.linalg.solve(gram, hessian))), [low, high])


def test_the_outermost_eigenvalues_are_those_of_the_hessian():
    path = small()
    exact = np.linalg.eigvalsh(path.network.hessian(path.thetas[2], path.x, path.y))
    assert_allclose(path.extremes(2), exact[[0, -1]], rtol=1e-4)
    last = np.linalg.eigvalsh(path.network.hessian(path.thetas[-1], path.x, path.y))
    assert path.sharpness == pytest.approx(last[-1], rel=1e-4)


def test_the_stored_training_is_the_one_that_comes_out_today(stored):
    again = train_path(np.random.default_rng(0))
    np.testing.assert_array_equal(again.x, stored.x)
    np.testing.assert_array_equal(again.y, stored.y)
    assert_allclose(stored.thetas[0], again.thetas[0], atol=1e-6)
    assert_allclose(stored.losses, again.losses, rtol=0.05)
    assert np.linalg.norm(again.thetas - stored.thetas) < 0.1 * np.linalg.norm(stored.thetas)
    assert all(later < earlier for earlier, later in pairwise(stored.losses[::5]))


def test_what_day_12_tells_of_the_training_is_so(stored):
    rng = np.random.default_rng(0)
    low, high = stored.extremes(1)
    assert (round(low, 2), round(high, 2)) == (-0.25, 2.88)
    cuts = [random_slice(stored, rng, checkpoint=1) for _ in range(100)]
    assert all(cut.curvatures[0] > 0 for cut in cuts)
    walk = np.cumsum(np.random.default_rng(0).normal(size=stored.thetas.shape), axis=0)
    assert round(100 * principal_directions(walk)[1].sum()) == 76


def test_the_fact_tells_what_the_plane_holds_in_both_languages(stored):
    cut = random_slice(stored, np.random.default_rng(0))
    assert "holds 0.1 % of the training’s movement" in cut.fact
    assert "began with a loss of 2.29" in cut.fact
    speak("zh")
    try:
        assert "0.1%" in cut.fact
        assert "1210 维" in cut.fact
    finally:
        speak("en")


def test_what_is_wrong_is_named():
    path = small()
    with pytest.raises(TypeError, match="expected rng"):
        random_slice(path, 7)
    with pytest.raises(ValueError, match="three points or more"):
        principal_directions(path.thetas[:2])
    with pytest.raises(ValueError, match="direction"):
        filter_normalised(path.network, path.thetas[0], np.ones(3))
    with pytest.raises(ValueError, match="epochs of at least 2"):
        train_path(np.random.default_rng(0), epochs=1)


def test_what_is_no_training_no_checkpoint_and_no_place_is_named():
    for slicing in (lambda: random_slice(None, np.random.default_rng(0)),
                    lambda: trajectory_slice("path")):  # fmt: skip
        with pytest.raises(TypeError, match="path such as stored_path"):
            slicing()
    for checkpoint in (999, -999):
        with pytest.raises(ValueError, match="checkpoint of at"):
            stored_path().extremes(checkpoint)
    plane = trajectory_slice(stored_path())
    for place in ([0.0], [0, 0, 0], []):
        with pytest.raises(ValueError, match=r"plane of shape \(\.\.\., 2\)"):
            plane.loss(place)


@pytest.mark.parametrize("points", [np.zeros((4, 3)), np.ones((3, 1)), np.ones((3, 0))])
def test_points_without_two_directions_are_refused(points):
    with pytest.raises(ValueError, match="points"):
        principal_directions(points)
