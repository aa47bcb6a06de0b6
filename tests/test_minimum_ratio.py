"""Critical points of every index, their losses, and the one network where all of them are known."""

from __future__ import annotations

import numpy as np
import pytest

from lecture_lib.experiments.index_dynamics import find_critical_points, stacked_hessians
from lecture_lib.experiments.linear_autoencoder import (
    VARIANCES,
    autoencoder_problem,
    predicted_points,
)
from lecture_lib.experiments.minimum_ratio import (
    MinimumRatioDots,
    Problem,
    digits_problem,
    minimum_ratio_dots,
    sine_problem,
)
from lecture_lib.network import MLP
from lecture_lib.words import speak


def seed(number: int) -> np.random.SeedSequence:
    return np.random.SeedSequence(number)


def rng(number: int = 0) -> np.random.Generator:
    return np.random.default_rng(number)


@pytest.fixture(scope="module")
def five() -> list[tuple[Problem, MinimumRatioDots]]:
    problems = [sine_problem(rng(k)) for k in range(5)]
    found = [minimum_ratio_dots(problem, seed(k)) for k, problem in enumerate(problems)]
    return list(zip(problems, found, strict=True))


def test_five_seeds_each_give_forty_points_of_six_indices_whose_loss_falls_with_the_ratio(five):
    for _, dots in five:
        assert len(dots.losses) >= 40
        assert (dots.gradient_norms < 1e-8).all()
        assert len(np.unique(dots.negative)) >= 6
        assert dots.rank_correlation <= -0.85
        assert dots.different >= 20
        assert (dots.zero == 0).all()
        assert (dots.positive + dots.negative == 25).all()


def test_the_points_are_critical_and_their_index_is_that_of_a_hessian_by_differences(five):
    problem, dots = five[0]
    network, x, y = problem.network, problem.x, problem.y
    for k in np.argsort(dots.negative)[:: len(dots.negative) // 6]:
        theta = dots.thetas[k]
        assert np.linalg.norm(network.gradient(theta, x, y)) < 1e-8
        assert network.loss(theta, x, y) == pytest.approx(dots.losses[k])
        sides = [network.gradient(theta + s * 1e-5 * np.eye(25), x, y) for s in (1, -1)]
        H = (sides[0] - sides[1]) / 2e-5
        eigenvalues = np.linalg.eigvalsh((H + H.T) / 2)
        assert (eigenvalues < 0).sum() == dots.negative[k]
        np.testing.assert_allclose(dots.eigenvalues[k], eigenvalues, atol=1e-8)


@pytest.mark.parametrize(
    "problem", [sine_problem(rng()), digits_problem(rng()), autoencoder_problem(rng())]
)
def test_the_hessians_of_a_stack_are_those_of_the_network_one_by_one(problem):
    thetas = rng(1).normal(size=(9, problem.network.size))
    one_by_one = [problem.network.hessian(theta, problem.x, problem.y) for theta in thetas]
    stacked = stacked_hessians(problem.network, thetas, problem.x, problem.y)
    np.testing.assert_allclose(stacked, one_by_one, atol=1e-13)


def test_every_set_of_principal_directions_is_a_critical_point_of_the_predicted_loss_and_index():
    problem = autoencoder_problem(rng(2))
    x, network = problem.x, problem.network
    directions = np.linalg.svd(x, full_matrices=False)[2]
    points = predicted_points(VARIANCES, 3)
    assert len(points) == 1 + 6 + 15 + 20
    for chosen, (loss, index) in points.items():
        encode = np.zeros((6, 3))
        encode[:, : len(chosen)] = directions[list(chosen)].T
        bias = np.zeros
        theta = np.concatenate([encode.ravel(), bias(3), encode.T.ravel(), bias(6)])
        assert np.abs(network.gradient(theta, x, x)).max() < 1e-12
        assert network.loss(theta, x, x) == pytest.approx(loss, abs=1e-12)
        eigenvalues = np.linalg.eigvalsh(network.hessian(theta, x, x))
        assert (eigenvalues < -1e-8).sum() == index
    assert points[0, 1, 2] == (pytest.approx((1.1 + 0.7 + 0.4) / 2), 0)
    assert [index for _, index in points.values()].count(0) == 1


def test_every_point_found_of_the_linear_autoencoder_is_one_that_theory_predicts():
    dots = minimum_ratio_dots(autoencoder_problem(rng()), seed(1), starts=90, climb=0)
    points = predicted_points(VARIANCES, 3).values()
    seen = {
        min((abs(found - loss), loss, index) for loss, index in points if index == negative)
        for found, negative in zip(dots.losses, dots.negative, strict=True)
    }
    assert max(gap for gap, _, _ in seen) < 1e-10
    assert len(dots.losses) >= 40
    assert len({(loss, index) for _, loss, index in seen}) >= 8
    assert dots.rank_correlation < -0.85


def test_the_digits_have_saddles_of_many_indices_and_the_loss_falls_with_the_ratio():
    dots = minimum_ratio_dots(digits_problem(rng()), seed(1), starts=10)
    assert len(dots.losses) >= 4
    assert len(np.unique(dots.negative)) >= 4
    assert dots.rank_correlation <= -0.85


def test_an_index_is_looked_for_by_climbing_along_so_many_eigenvectors(five):
    problem = five[0][0]
    starts = rng(5).normal(size=(40, 25))
    network, x, y = problem.network, problem.x, problem.y
    means = []
    for index in (0, 4):
        thetas, norms = find_critical_points(network, x, y, starts, np.full(40, index))
        H = stacked_hessians(network, thetas[norms < 1e-8], x, y)
        means.append((np.linalg.eigvalsh(H) < 0).sum(axis=1).mean())
    assert means[0] < 1 < 3 < means[1]


def test_the_same_seed_gives_the_same_dots_and_another_one_others(five):
    problem, dots = five[0]
    first = minimum_ratio_dots(problem, seed(0), starts=15)
    count = len(first.losses)
    np.testing.assert_array_equal(first.thetas, dots.thetas[:count])
    other = minimum_ratio_dots(problem, seed(1), starts=15)
    assert other.thetas.shape != first.thetas.shape or (other.thetas != first.thetas).any()


def dots_of(losses: list[float], positive: list[int]) -> MinimumRatioDots:
    count, positive = len(losses), np.array(positive, dtype=int)
    none = np.zeros(count, dtype=int)
    places = np.zeros((count, 10))
    return MinimumRatioDots(
        places, np.array(losses), np.zeros(count), places, positive, none, 10 - positive, 9
    )


def test_the_rank_correlation_shares_ranks_between_equals():
    assert dots_of([3, 2, 1], [5, 6, 9]).rank_correlation == pytest.approx(-1)
    # ranks 4, 2.5, 2.5, 1 and 1.5, 1.5, 3, 4: covariance −3.75, variances 4.5 and 4.5
    found = dots_of([3, 2, 2, 1], [5, 5, 6, 9]).rank_correlation
    assert found == pytest.approx(-3.75 / 4.5, abs=1e-12)


@pytest.mark.parametrize("few", [([], []), ([1.0], [5]), ([1.0, 1.0], [5, 6])])
def test_too_few_points_have_no_correlation_and_still_a_sentence(few):
    dots = dots_of(*few)
    assert np.isnan(dots.rank_correlation)
    assert dots.fact


def test_the_fact_rounds_down_in_both_languages(five):
    dots = five[0][1]
    assert "at least 50 critical points" in dots.fact
    assert "−0.9 or stronger" in dots.fact
    speak("zh")
    try:
        assert "至少 50 个" in dots.fact
    finally:
        speak("en")


def test_what_is_wrong_is_named():
    problem = sine_problem(rng())
    with pytest.raises(TypeError, match="expected a problem such as sine_problem"):
        minimum_ratio_dots(None, seed(0))
    with pytest.raises(ValueError, match="starts of at least 1"):
        minimum_ratio_dots(problem, seed(0), starts=0)
    with pytest.raises(TypeError, match="expected seed such as"):
        minimum_ratio_dots(problem, 0)
    with pytest.raises(ValueError, match="one hidden layer"):
        find_critical_points(MLP((2, 3, 3, 1)), problem.x, problem.y, np.zeros((1, 5)), [0])
    with pytest.raises(ValueError, match=r"thetas of shape \(K, 25\)"):
        stacked_hessians(problem.network, np.zeros(25), problem.x, problem.y)
    with pytest.raises(ValueError, match="positive variances, all different"):
        autoencoder_problem(rng(), variances=(1, 1))
    with pytest.raises(ValueError, match="examples of at least 9"):
        digits_problem(rng(), examples=8)
