"""What the curvature compass computes, against linear algebra, closed forms and the browser."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from node_machine import browser_frames
from numpy.testing import assert_allclose

from lecture_lib.hessian import Kind, classify, curvature_along
from lecture_lib.recipes import compass, curvature
from lecture_lib.surfaces import Surface

CASES = {
    "bowl": ("w1**2 + w2**2", (0.0, 0.0)),
    "peak": ("-w1**2 - w2**2", (0.0, 0.0)),
    "saddle": ("w1**2 - w2**2", (0.0, 0.0)),
    "tilted": ("w1**2 + w1*w2 + w2**2", (0.0, 0.0)),
    "two_weights": ("(1 - w1*w2)**2", (0.0, 0.0)),
    "valley": ("(1 - w1*w2)**2", (1.0, 1.0)),
    "quartic": ("w1**4 + w2**4", (0.0, 0.0)),
    "minus_quartic": ("-w1**4 - w2**4", (0.0, 0.0)),
    "cubic": ("w1**3 + w2**3", (0.0, 0.0)),
}
SILENT = ("quartic", "minus_quartic", "cubic")
KINDS = (Kind.MINIMUM, Kind.MAXIMUM, Kind.SADDLE, Kind.INCONCLUSIVE, Kind.NOT_CRITICAL)
SURFACES = {name: Surface.from_formula(text) for name, (text, _) in CASES.items()}
RECIPES = {name: compass.compass(SURFACES[name], center) for name, (_, center) in CASES.items()}
entries = st.floats(-50, 50).map(lambda x: round(x, 3))


def v(degrees, length=1.0):
    angle = np.radians(degrees)
    return {"v1": length * np.cos(angle), "v2": length * np.sin(angle)}


def hessian(name):
    return SURFACES[name].hessian(CASES[name][1])


@given(entries, entries, entries, st.floats(0, 360), st.floats(0.1, 10))
def test_the_reading_is_the_curvature_along_v_whatever_the_length_of_v(h11, h12, h22, phi, length):
    needles = curvature.eigen(h11, h12, h22)
    low, high = needles.pop("low"), needles.pop("high")
    read = compass.direction(*v(phi, length).values(), h11, h12, h22, **needles)
    matrix = np.array([[h11, h12], [h12, h22]])
    expected = curvature_along(matrix, list(v(phi).values()))
    size = np.abs(matrix).max() + 1e-9
    assert read["curvature"] == pytest.approx(expected, abs=1e-12 * size)
    mixed = low * read["low_share"] + high * read["high_share"]
    assert mixed == pytest.approx(expected, abs=1e-11 * size)
    assert read["low_share"] + read["high_share"] == pytest.approx(1)


def test_at_the_two_weights_the_curvature_is_minus_two_sine_of_twice_the_angle():
    for phi in range(0, 360, 5):
        frame = RECIPES["two_weights"](v(phi))
        assert frame["curvature"] == pytest.approx(-2 * np.sin(2 * np.radians(phi)), abs=1e-14)
        assert frame["phi"] == pytest.approx(phi, abs=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_the_curve_stands_as_far_out_as_the_curvature_says_and_ends_at_the_eigenvalues(name):
    frame = RECIPES[name](v(20))
    angle = frame["angle"]
    directions = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    expected = [curvature_along(hessian(name), u) for u in directions]
    parts = [np.hypot(frame[f"rose_{p}_x"], frame[f"rose_{p}_y"]) for p in ("up", "down", "flat")]
    assert (np.isfinite(parts).sum(axis=0) == 1).all()
    radius = np.nanmax(parts, axis=0)
    assert_allclose((radius - 0.45) / 0.11, expected, atol=1e-12)
    low, high = np.linalg.eigvalsh(hessian(name))
    assert_allclose([min(expected), max(expected)], [low, high], atol=1e-3)


@pytest.mark.parametrize("name", CASES)
def test_it_is_solid_where_the_loss_curves_up_dashed_where_down_dotted_where_h_is_zero(name):
    frame = RECIPES[name](v(20))
    bends = frame["rose_curvature"]
    assert (bends[np.isfinite(frame["rose_down_x"])] < 0).all()
    assert (bends[np.isfinite(frame["rose_up_x"])] > -1e-8).all()
    assert np.isfinite(frame["rose_flat_x"]).all() == (name in SILENT)
    assert np.isfinite(frame["rose_flat_x"]).any() == (name in SILENT)


@pytest.mark.parametrize("name", CASES)
def test_the_verdict_and_the_needles_are_those_of_the_hessian(name):
    frame, center = RECIPES[name](v(20)), CASES[name][1]
    expected = classify(hessian(name), SURFACES[name].gradient(center))
    assert KINDS[int(frame["kind"])] is expected.kind
    for k, which in enumerate(("low", "high")):
        u = np.array([frame[f"{which}_long_x"], frame[f"{which}_long_y"]]) / 2
        assert_allclose(hessian(name) @ u, expected.eigenvalues[k] * u, atol=1e-12)
        assert np.linalg.norm(u) == pytest.approx(1)


@pytest.mark.parametrize(
    ("name", "phi", "closed"),
    [
        ("two_weights", 45, lambda t: (1 - t**2 / 2) ** 2 - 1),
        ("two_weights", 135, lambda t: (1 + t**2 / 2) ** 2 - 1),
        ("two_weights", 0, lambda t: 0 * t),
        ("valley", 135, lambda t: t**4 / 4),
        ("quartic", 0, lambda t: t**4),
        ("quartic", 45, lambda t: t**4 / 2),
        ("minus_quartic", 90, lambda t: -(t**4)),
        ("cubic", 0, lambda t: t**3),
        ("cubic", 135, lambda t: 0 * t),
        ("saddle", 90, lambda t: -(t**2)),
    ],
)
def test_the_slice_is_the_loss_along_v(name, phi, closed):
    frame = RECIPES[name](v(phi))
    t = frame["t"]
    assert_allclose(frame["slice_truth"], closed(t), atol=1e-13)
    assert_allclose(frame["slice_model"], t**2 * float(frame["curvature"]) / 2, atol=1e-13)
    assert frame["one"] == pytest.approx(float(closed(np.ones(1))[0]), abs=1e-13)


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("bowl", {"up"}),
        ("peak", {"down"}),
        ("saddle", {"up", "down", "silent_level"}),
        ("tilted", {"up"}),
        ("two_weights", {"up", "down", "silent_level"}),
        ("valley", {"up", "silent_rises"}),
        ("quartic", {"silent_rises"}),
        ("minus_quartic", {"silent_falls"}),
        ("cubic", {"silent_passes", "silent_level"}),
    ],
)
def test_turned_all_the_way_round_each_case_says_what_is_true_of_it_and_no_more(name, allowed):
    heard = {compass.ALONG[int(RECIPES[name](v(phi))["along"])] for phi in range(0, 360, 3)}
    heard |= {compass.ALONG[int(RECIPES[name](v(phi))["along"])] for phi in range(45, 360, 90)}
    assert heard == allowed


def test_the_angle_is_never_shown_as_360_or_as_minus_something():
    for phi in (0, -1e-14, 359.4, 359.9, 180, -180):
        shown = round(float(RECIPES["bowl"](v(phi))["phi"]))
        assert 0 <= shown <= 359


@pytest.mark.parametrize("name", CASES)
def test_the_compass_runs_in_the_browser_with_the_same_numbers(name):
    recipe = RECIPES[name]
    assert recipe.runs_in_browser
    states = [v(phi) for phi in (0.0, 20.0, 45.0, 135.0, 271.0)]
    for state, there in zip(
        states, browser_frames([(recipe, state) for state in states]), strict=True
    ):
        frame = recipe(state)
        assert frame.keys() == there.keys()
        for key, values in frame.items():
            assert_allclose(there[key], np.ravel(values), atol=1e-9, err_msg=key)
