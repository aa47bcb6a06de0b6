"""What the Hessian lens computes, against NumPy's eigenvalues and the verdicts of the course."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from node_machine import browser_frame
from numpy.testing import assert_allclose

from lecture_lib.hessian import Kind, classify, quadratic_model
from lecture_lib.recipes import curvature
from lecture_lib.surfaces import SURFACES

entries = st.floats(-50, 50).map(lambda x: round(x, 3))
KINDS = (Kind.MINIMUM, Kind.MAXIMUM, Kind.SADDLE, Kind.INCONCLUSIVE, Kind.NOT_CRITICAL)


@given(entries, entries, entries)
def test_eigenvalues_and_directions_are_those_of_linear_algebra(h11, h12, h22):
    matrix = np.array([[h11, h12], [h12, h22]])
    found = curvature.eigen(h11, h12, h22)
    size = np.abs(matrix).max() + 1e-300
    assert_allclose([found["low"], found["high"]], np.linalg.eigvalsh(matrix), atol=1e-13 * size)
    low = np.array([found["low_x"], found["low_y"]])
    high = np.array([found["high_x"], found["high_y"]])
    assert_allclose(matrix @ low, found["low"] * low, atol=1e-12 * size)
    assert_allclose(matrix @ high, found["high"] * high, atol=1e-12 * size)
    assert_allclose([low @ low, high @ high, low @ high], [1, 1, 0], atol=1e-14)


@given(entries, entries, entries, st.sampled_from([0.0, 1e-12, 0.3, 5.0]))
def test_the_verdict_of_the_lens_is_the_verdict_of_classify(h11, h12, h22, slope):
    eigenvalues = curvature.eigen(h11, h12, h22)
    found = curvature.verdict(1.0, slope, 0.0, eigenvalues["low"], eigenvalues["high"])
    expected = classify([[h11, h12], [h12, h22]], gradient=[slope, 0.0])
    assert KINDS[int(found["kind"])] is expected.kind


def test_turning_the_axes_at_the_saddle_gives_minus_two_sine_of_twice_the_angle():
    for degrees in range(0, 181, 5):
        found = curvature.turned(0.0, -2.0, 0.0, float(degrees))
        assert found["t11"] == pytest.approx(-2 * np.sin(2 * np.radians(degrees)), abs=1e-14)


def test_at_45_degrees_the_hessian_of_the_saddle_is_diagonal():
    found = curvature.turned(0.0, -2.0, 0.0, 45.0)
    assert_allclose([found["t11"], found["t12"], found["t22"]], [-2, 0, 2], atol=1e-15)


@given(entries, entries, entries, st.floats(0, 180))
def test_turning_the_axes_changes_neither_trace_nor_determinant(h11, h12, h22, turn):
    t = curvature.turned(h11, h12, h22, turn)
    size = max(abs(h11), abs(h12), abs(h22)) ** 2 + 1e-9
    assert t["t11"] + t["t22"] == pytest.approx(h11 + h22, abs=1e-10)
    assert t["t11"] * t["t22"] - t["t12"] ** 2 == pytest.approx(
        h11 * h22 - h12**2, abs=1e-10 * size
    )


@pytest.mark.parametrize("name", sorted(SURFACES))
def test_the_net_at_theta_is_the_quadratic_model(name):
    surface = SURFACES[name]
    center = np.array([0.3, 0.7])
    frame = curvature.lens(surface)({"w1": 0.3, "w2": 0.7, "turn": 20})
    theta = np.stack([frame["patch_x"], frame["patch_y"]], axis=-1)
    expected = quadratic_model(surface, center)(theta)
    assert_allclose(frame["patch_model"], expected, rtol=1e-10, atol=1e-9 * np.abs(expected).max())
    for which in ("low", "high"):
        line = np.stack([frame[f"{which}_curve_x"], frame[f"{which}_curve_y"]], axis=-1)
        along = quadratic_model(surface, center)(line)
        scale = np.abs(along).max() + 1
        assert_allclose(frame[f"{which}_curve_z"], along, atol=1e-9 * scale)


@pytest.mark.parametrize("name", sorted(SURFACES))
def test_the_whole_lens_runs_in_the_browser_with_the_same_numbers(name):
    recipe = curvature.lens(SURFACES[name])
    assert recipe.runs_in_browser
    for state in ({"w1": 0.0, "w2": 0.0, "turn": 45}, {"w1": 0.31, "w2": -0.77, "turn": 17}):
        here, there = recipe(state), browser_frame(recipe, state)
        for key, values in here.items():
            scale = np.abs(values).max() + 1
            assert_allclose(np.ravel(values), there[key], atol=1e-12 * scale, err_msg=key)


def test_the_gradient_arrow_points_uphill_and_never_leaves_the_picture():
    for slope in (1e-6, 1.0, 1e6):
        found = curvature.arrow(3 * slope, 4 * slope, 5 * slope, 0.9)
        length = np.hypot(found["arrow_x"], found["arrow_y"])
        assert length < 0.9
        assert_allclose([found["arrow_x"], found["arrow_y"]], length * np.array([0.6, 0.8]))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("which", range(5))
def test_where_something_is_not_finite_there_is_no_verdict(bad, which):
    numbers = [1.0, 0.0, 0.0, -1.0, 2.0]
    numbers[which] = bad
    assert curvature.verdict(*numbers)["kind"] == 5.0


def test_tiny_and_huge_curvatures_keep_their_signs():
    for scale in (1e-200, 1e200):
        found = curvature.eigen(3.0 * scale, 0.0, -scale)
        assert_allclose([found["low"], found["high"]], [-scale, 3.0 * scale], rtol=1e-15)
    flat = curvature.eigen(3e-207, 0.0, 0.0)
    assert curvature.verdict(0.0, 0.0, 0.0, flat["low"], flat["high"])["kind"] == 3.0
