"""The chance that a random symmetric matrix has only positive eigenvalues."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lecture_lib.experiments.random_matrices import (
    PositiveShare,
    are_positive_definite,
    probability_positive_definite,
    random_symmetric,
    simulate,
)

PUBLISHED = {4: 0.00245671, 5: 1.40115e-4, 6: 4.62019e-6, 7: 8.80461e-8, 8: 9.69455e-10,
             9: 6.1665e-12, 10: 2.26565e-14, 20: 7.798e-52}  # fmt: skip


@pytest.mark.parametrize(
    ("n", "closed_form"),
    [(1, 1 / 2), (2, (2 - math.sqrt(2)) / 4), (3, (math.pi - 2 * math.sqrt(2)) / (4 * math.pi))],
)
def test_the_chance_has_the_known_closed_forms(n, closed_form):
    assert probability_positive_definite(n) == pytest.approx(closed_form, rel=1e-14)


@pytest.mark.parametrize(("n", "value"), PUBLISHED.items())
def test_the_chance_has_the_published_values(n, value):
    assert probability_positive_definite(n) == pytest.approx(value, rel=1e-4)


def test_two_by_two_follows_from_one_angle_without_any_pfaffian():
    # Positive definite means trace > 0 and det > 0: a cone around the trace axis.  With variances
    # 2:1 the three numbers (a + c)/2, (a − c)/2, b are equally wide, so the chance is the share of
    # the sphere within 45° of the axis, (1 − cos 45°) / 2.
    assert probability_positive_definite(2) == pytest.approx((1 - math.cos(math.pi / 4)) / 2)


def test_it_is_rarer_than_coin_flips_and_its_rate_falls_towards_a_quarter_of_log_three():
    chances = [probability_positive_definite(n) for n in range(2, 21)]
    assert all(chance < 0.5**n for n, chance in enumerate(chances, 2))
    rates = [-math.log(chance) / n**2 for n, chance in enumerate(chances, 2)]
    assert rates == sorted(rates, reverse=True)
    assert math.log(3) / 4 < rates[-1] < 0.30


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_simulation_meets_the_exact_chance(n):
    result = simulate(n, 60_000, np.random.default_rng(n))
    assert abs(result.share - probability_positive_definite(n)) < 4 * result.standard_error


def test_the_diagonal_varies_twice_as_much_as_the_rest():
    matrices = random_symmetric(3, 40_000, np.random.default_rng(0))
    np.testing.assert_array_equal(matrices, matrices.transpose(0, 2, 1))
    variances = matrices.var(axis=0)
    np.testing.assert_allclose(variances, 2 + 2 * np.eye(3), rtol=0.05)


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_pivots_have_the_signs_of_the_eigenvalues(n):
    rng = np.random.default_rng(n)
    matrices = random_symmetric(n, 400, rng)
    matrices[::2] += 3 * n * np.eye(n)  # so that both answers occur
    expected = np.linalg.eigvalsh(matrices)[:, 0] > 0
    assert 0 < expected.sum() < 400
    np.testing.assert_array_equal(are_positive_definite(matrices), expected)


def test_semidefinite_is_not_positive_definite():
    assert not are_positive_definite(np.array([[[2.0, 2.0], [2.0, 2.0]], np.zeros((2, 2))])).any()


def test_the_same_generator_gives_the_same_count_and_chunks_do_not_show():
    one, two = (simulate(2, 45_000, np.random.default_rng(3)) for _ in range(2))
    assert one == two
    assert one.samples == 45_000


def test_the_standard_error_is_the_binomial_one():
    result = PositiveShare(n=2, samples=10_000, hits=1_500)
    assert result.share == 0.15
    assert result.standard_error == pytest.approx(math.sqrt(0.15 * 0.85 / 10_000))


def test_the_fact_gives_count_share_and_exact_chance():
    assert PositiveShare(2, 10_000, 1_500).fact == (
        "n = 2: 1500 of 10000 random symmetric matrices have only positive eigenvalues, "
        "a share of 0.15 ± 0.004; exactly 0.146"
    )
    assert "none of 1000 " in PositiveShare(8, 1000, 0).fact
    assert "9.69e−10" in PositiveShare(8, 1000, 0).fact


@pytest.mark.parametrize("n", [0, -1, 31])
def test_the_exact_chance_is_known_up_to_thirty(n):
    with pytest.raises(ValueError, match="expected n of at"):
        probability_positive_definite(n)


def test_a_simulation_says_what_it_needs():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="n of at least 1"):
        simulate(0, 10, rng)
    with pytest.raises(ValueError, match="samples of at least 1"):
        simulate(2, 0, rng)
    with pytest.raises(TypeError, match="n to be a whole number"):
        simulate(2.5, 10, rng)
    with pytest.raises(ValueError, match=r"\(samples, n, n\)"):
        are_positive_definite(np.eye(2))


@pytest.mark.parametrize("n", [[1], True, 1.0, "1"])
def test_a_size_that_is_no_whole_number_is_refused(n):
    probability_positive_definite(1)  # the answer to 1 must not be kept for True and 1.0
    with pytest.raises(TypeError, match="expected n to be a whole number"):
        probability_positive_definite(n)
