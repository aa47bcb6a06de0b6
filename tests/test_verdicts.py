"""The sign test: verdicts, their scale, their sentences, and the minimum ratio."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lecture_lib.surfaces import SURFACES
from lecture_lib.verdicts import Kind, classify, minimum_ratio
from lecture_lib.words import speak

two_weights = SURFACES["two_weights"]


def judge(theta):
    return classify(two_weights.hessian(theta), two_weights.gradient(theta))


def turned(eigenvalues, seed):
    turn, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(eigenvalues),) * 2))
    return turn * np.array(eigenvalues) @ turn.T


@pytest.mark.parametrize(
    ("name", "kind", "eigenvalues"),
    [
        ("bowl", Kind.MINIMUM, [2, 2]),
        ("peak", Kind.MAXIMUM, [-2, -2]),
        ("saddle", Kind.SADDLE, [-2, 2]),
        ("two_weights", Kind.SADDLE, [-2, 2]),
        ("monkey_saddle", Kind.INCONCLUSIVE, [0, 0]),
        ("flat_minimum", Kind.INCONCLUSIVE, [0, 0]),
        ("valley_floor", Kind.INCONCLUSIVE, [0, 4]),
    ],
)
def test_the_origin_of_each_example_gets_its_verdict(name, kind, eigenvalues):
    surface = SURFACES[name]
    verdict = classify(surface.hessian([0, 0]), surface.gradient([0, 0]))
    assert verdict.kind is kind
    np.testing.assert_allclose(verdict.eigenvalues, eigenvalues, atol=1e-15)


@pytest.mark.parametrize("w", [0.25, 1 / 3, 0.5, 1.0, 2.0, -0.7])
def test_the_lectures_own_minima_fail_the_lectures_own_test(w):
    theta = np.array([w, 1 / w])
    verdict = judge(theta)
    assert verdict.kind is Kind.INCONCLUSIVE
    np.testing.assert_allclose(verdict.eigenvalues, [0, 2 * (theta @ theta)], atol=1e-13)
    signs = minimum_ratio(verdict.eigenvalues)
    assert (signs.positive, signs.zero, signs.negative, signs.ratio) == (1, 1, 0, 0.5)


@pytest.mark.parametrize(("theta", "top"), [((1, 1), 4), ((0.5, 2), 8.5)])
def test_the_flat_direction_of_a_minimum_runs_along_its_valley(theta, top):
    verdict = judge(theta)
    np.testing.assert_allclose(verdict.eigenvalues, [0, top], atol=1e-15)
    along_valley = np.array([theta[0], -theta[1]])  # keeps w1 w2 to first order
    assert verdict.flat_directions.shape == (2, 1)
    np.testing.assert_allclose(
        np.abs(verdict.flat_directions[:, 0] @ along_valley), np.linalg.norm(along_valley)
    )


def test_a_slope_decides_before_any_curvature():
    assert judge((0.5, 0.5)).kind is Kind.NOT_CRITICAL
    assert classify(np.eye(2), [1e-3, 0]).kind is Kind.NOT_CRITICAL
    assert classify(np.eye(2)).kind is Kind.MINIMUM


def test_without_any_curvature_only_a_gradient_of_zero_is_critical():
    assert classify(np.zeros((2, 2)), [0, 0]).kind is Kind.INCONCLUSIVE
    assert classify(np.zeros((2, 2)), [1e-300, 0]).kind is Kind.NOT_CRITICAL


def test_one_curvature_of_each_sign_makes_a_saddle_whatever_else_is_zero():
    assert classify(np.diag([1, 0, -1])).kind is Kind.SADDLE
    assert classify(turned([-2, 0, 0, 1], 1)).kind is Kind.SADDLE


def test_an_eigenvalue_that_is_zero_but_for_rounding_is_zero():
    for seed in range(20):
        verdict = classify(turned([0, 0, 3], seed))
        assert verdict.kind is Kind.INCONCLUSIVE
        assert verdict.flat_directions.shape == (3, 2)


signs = st.sampled_from([-1.0, 0.0, 1.0])
sizes = st.floats(1e-3, 1)  # far from rtol = 1e-8, on either side of which lie 0 and 1e-3


@given(
    st.lists(st.tuples(signs, sizes), min_size=2, max_size=4),
    st.integers(0, 2**32 - 1),
    st.sampled_from([0.0, 1e-14, 1e-3, 1.0]),
    st.floats(-12, 12),
)
def test_the_unit_of_the_loss_never_changes_the_verdict(spectrum, seed, slope, exponent):
    hessian = turned([sign * size for sign, size in spectrum], seed)
    gradient = np.full(len(hessian), slope if hessian.any() else float(slope > 0))
    unit = 10.0**exponent
    plain, scaled = classify(hessian, gradient), classify(unit * hessian, unit * gradient)
    assert plain.kind is scaled.kind
    assert plain.flat_directions.shape == scaled.flat_directions.shape


@given(st.lists(st.tuples(signs, sizes), min_size=1, max_size=5), st.integers(0, 2**32 - 1))
def test_the_verdict_follows_the_signs_that_the_matrix_was_built_from(spectrum, seed):
    eigenvalues = np.array([sign * size for sign, size in spectrum])
    up, down, flat = (eigenvalues > 0).any(), (eigenvalues < 0).any(), (eigenvalues == 0).any()
    expected = (
        Kind.SADDLE if up and down
        else Kind.INCONCLUSIVE if flat
        else Kind.MINIMUM if up else Kind.MAXIMUM
    )  # fmt: skip
    verdict = classify(turned(eigenvalues, seed))
    assert verdict.kind is expected
    counted = minimum_ratio(verdict.eigenvalues)
    assert counted.positive == (eigenvalues > 0).sum()
    assert counted.negative == (eigenvalues < 0).sum()
    assert counted.zero == (eigenvalues == 0).sum()
    assert counted.ratio == (eigenvalues > 0).mean()


@given(arrays(float, (3, 3), elements=st.floats(-1e3, 1e3)))
def test_eigenvectors_are_unit_columns_that_satisfy_their_equation(matrix):
    hessian = matrix + matrix.T
    verdict = classify(hessian)
    vectors = verdict.eigenvectors
    assert (np.diff(verdict.eigenvalues) >= 0).all()
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(3), atol=1e-12)
    scale = max(np.abs(hessian).max(), 1e-300)
    residual = hessian @ vectors - vectors * verdict.eigenvalues
    np.testing.assert_allclose(residual / scale, 0, atol=1e-13)


def test_the_same_hessian_draws_the_same_arrows_with_the_largest_component_positive():
    vectors = classify([[0, -2], [-2, 0]]).eigenvectors
    np.testing.assert_allclose(vectors, np.array([[1, 1], [1, -1]]) / np.sqrt(2))
    for seed in range(20):
        vectors = classify(turned([-2, 1, 5], seed)).eigenvectors
        leading = np.abs(vectors).argmax(axis=0)
        assert (vectors[leading, range(3)] > 0).all()


def test_an_ordinary_curvature_from_elsewhere_tells_tiny_from_zero():
    beside_a_quartic_minimum = 12 * np.diag([1e-9, 1e-9]) ** 2
    assert classify(beside_a_quartic_minimum).kind is Kind.MINIMUM
    assert classify(beside_a_quartic_minimum, scale=12.0).kind is Kind.INCONCLUSIVE


def test_the_reason_names_the_numbers_and_what_to_do():
    assert "−2, 2" in str(classify([[0, -2], [-2, 0]]))
    assert "(0.7071, −0.7071)" in judge((1, 1)).why
    assert "0, 4" in judge((1, 1)).why
    assert "length 1.414" in classify(np.eye(2), [1, -1]).why
    assert "40 of them, from 1 to 40" in classify(np.diag(np.arange(1.0, 41))).why
    assert "2 in number" in classify(np.diag([0, 0, 1.0])).why
    assert repr(classify(np.eye(2))) == "Verdict(MINIMUM, eigenvalues=[1, 1])"


def test_a_zero_in_the_reason_is_written_as_zero_whatever_rounding_left():
    verdict = classify(turned([0, 0.3], 4))
    assert verdict.eigenvalues[0] != 0
    assert "(0, 0.3)" in verdict.why


def test_the_reason_is_told_in_the_language_spoken_when_the_verdict_is_given():
    english = classify(np.eye(2))
    speak("zh")
    try:
        assert "局部最小值" in classify(np.eye(2)).why
        assert "local minimum:" in english.why
    finally:
        speak("en")


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        (([1, 2, 3],), ValueError, r"shape \(n, n\); got shape \(3,\)"),
        (([[1, 2], [3, 4]],), ValueError, r"hessian\[0, 1\] = 2 but hessian\[1, 0\] = 3"),
        (([[np.nan, 0], [0, 1]],), ValueError, "finite numbers"),
        (("saddle",), TypeError, "array of real numbers"),
        ((np.zeros((0, 0)),), ValueError, r"shape \(n, n\)"),
        ((np.eye(2), [1, 2, 3]), ValueError, r"gradient of shape \(2,\); got shape \(3,\)"),
        ((np.eye(2), [np.inf, 0]), ValueError, "gradient to hold finite numbers"),
    ],
)
def test_a_hessian_that_cannot_be_one_is_refused_with_the_cure(arguments, error, says):
    with pytest.raises(error, match=says):
        classify(*arguments)


@pytest.mark.parametrize("rtol", [0, -1, np.nan])
def test_a_tolerance_must_be_above_zero(rtol):
    with pytest.raises(ValueError, match="rtol"):
        classify(np.eye(2), rtol=rtol)
    with pytest.raises(ValueError, match="rtol"):
        minimum_ratio([1, 2], rtol=rtol)


@pytest.mark.parametrize("eigenvalues", [[], [[1, 2]], [np.nan]])
def test_the_minimum_ratio_needs_one_finite_vector(eigenvalues):
    with pytest.raises(ValueError, match="eigenvalues"):
        minimum_ratio(eigenvalues)


def test_the_minimum_ratio_counts_only_what_is_clearly_positive():
    counted = minimum_ratio([-1e-9, 1e-9, 0, 5, 1])
    assert (counted.positive, counted.zero, counted.negative, counted.ratio) == (2, 3, 0, 0.4)
