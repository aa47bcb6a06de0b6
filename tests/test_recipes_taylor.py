"""What the Taylor lens computes, against the quadratic model, closed forms and the browser."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from node_machine import browser_frames
from numpy.testing import assert_allclose

from lecture_lib.hessian import quadratic_model
from lecture_lib.recipes.taylor import QUALITY, TERMS, taylor
from lecture_lib.surfaces import SURFACES

NAMES = ("two_weights", "bowl", "saddle", "monkey_saddle", "flat_minimum", "himmelblau")
RECIPES = {n: taylor(SURFACES[n], distances=(-2.0, 3.0), losses=(-1.5, 4.0)) for n in NAMES}
SQUARED = taylor(
    SURFACES["two_weights"], distances=(-2.0, 3.0), losses=(-1.5, 4.0), never_negative=True
)
STATES = ((0.0, 0.0, 1.0, 1.0), (-0.6, 0.6, 0.2, 0.7), (1.0, 1.0, 1.0, 1.0), (1.7, -1.9, -1.2, 2.0))
coordinates = st.floats(-2, 2).map(lambda x: round(x, 3))


def state(c1, c2, w1, w2):
    return {"c1": c1, "c2": c2, "w1": w1, "w2": w2}


def said(frame):
    return TERMS[int(frame["terms"])], QUALITY[int(frame["quality"])]


@given(st.sampled_from(NAMES), coordinates, coordinates, coordinates, coordinates)
def test_the_terms_are_those_of_the_quadratic_model(name, c1, c2, w1, w2):
    frame, surface = RECIPES[name](state(c1, c2, w1, w2)), SURFACES[name]
    model = quadratic_model(surface, [c1, c2])
    value, slope, bend = model.terms([w1, w2])
    size = 1 + abs(value) + abs(slope) + abs(bend)
    assert_allclose(
        [frame["loss"], frame["slope_term"], frame["bend_term"], frame["model"], frame["tangent"]],
        [value, slope, bend, model([w1, w2]), value + slope],
        atol=1e-12 * size,
    )
    truth = surface.loss([w1, w2])
    assert_allclose(frame["truth"], truth, atol=1e-12 * size)
    assert_allclose(frame["error"], model([w1, w2]) - truth, atol=1e-11 * (size + abs(truth)))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("here", STATES)
def test_the_curves_are_the_loss_and_its_models_along_the_line_through_both_points(name, here):
    frame, surface = RECIPES[name](state(*here)), SURFACES[name]
    line = np.stack([frame["line_x"], frame["line_y"]], axis=-1)
    center, theta = np.array(here[:2]), np.array(here[2:])
    t = np.linspace(-2, 3, 161)
    assert_allclose(np.linalg.norm(line - center, axis=-1), np.abs(t), atol=1e-12)
    cross = (line - center) @ [theta[1] - center[1], center[0] - theta[0]]
    assert_allclose(cross, 0, atol=1e-12)

    model = quadratic_model(surface, center)
    value, slope, bend = model.terms(line)
    drawn = {"truth": surface.loss(line), "tangent": value + slope, "model": value + slope + bend}
    for key, expected in drawn.items():
        assert_allclose(frame[f"line_{key}"], expected, atol=1e-12 * (1 + np.abs(expected).max()))


@pytest.mark.parametrize("name", NAMES)
def test_the_patch_on_the_map_is_the_quadratic_model_around_the_center(name):
    frame = RECIPES[name](state(0.3, -0.7, 1.0, 1.2))
    points = np.stack([frame["patch_x"], frame["patch_y"]], axis=-1)
    expected = quadratic_model(SURFACES[name], [0.3, -0.7])(points)
    assert_allclose(frame["patch_model"], expected, atol=1e-12 * np.abs(expected).max())
    assert_allclose(points.mean(axis=0), [0.3, -0.7], atol=1e-14)


@pytest.mark.parametrize(
    ("distance", "exact", "quadratic", "quality"),
    [(0.1, 0.9900, 0.9900, "close"), (0.5, 0.7656, 0.7500, "close"), (1.0, 0.25, 0.0, "rough"),
     (sqrt(2), 0.0, -1.0, "below_zero")],
)  # fmt: skip
def test_from_the_lectures_saddle_the_model_is_good_then_rough_then_below_zero(
    distance, exact, quadratic, quality
):
    part = distance / sqrt(2)
    frame = SQUARED(state(0.0, 0.0, part, part))
    assert frame["truth"] == pytest.approx(exact, abs=5e-5)
    assert frame["model"] == pytest.approx(quadratic, abs=5e-5)
    assert frame["distance"] == pytest.approx(distance)
    assert said(frame) == ("critical", quality)


def test_along_the_diagonal_the_chart_draws_one_minus_half_t_squared_squared():
    frame = SQUARED(state(0.0, 0.0, 1.0, 1.0))
    t = frame["t"]
    assert_allclose(frame["line_truth"], (1 - t**2 / 2) ** 2, atol=1e-12)
    assert_allclose(frame["line_model"], 1 - t**2, atol=1e-12)
    assert_allclose(frame["line_tangent"], 1, atol=1e-15)


def test_only_a_loss_known_to_be_never_negative_is_told_that_its_model_is():
    assert said(RECIPES["two_weights"](state(0, 0, 1, 1)))[1] != "below_zero"
    assert said(RECIPES["saddle"](state(0, 0, 0, 1.5)))[1] == "exact"


@pytest.mark.parametrize("name", ["two_weights", "himmelblau", "monkey_saddle"])
def test_halving_the_step_divides_the_error_by_about_eight(name):
    center, v = np.array([0.6, -0.9]), np.array([0.8, 0.5])
    errors = [
        float(RECIPES[name](state(*center, *(center + h * v)))["error"]) for h in (0.02, 0.01)
    ]
    assert errors[0] / errors[1] == pytest.approx(8, rel=0.05)


@pytest.mark.parametrize(
    ("name", "here", "terms", "quality"),
    [
        ("two_weights", (-0.6, 0.6, 0.2, 0.7), "gradient_rules", "close"),
        ("two_weights", (0.5, 0.5, 0.5, 0.5), "same_point", "exact"),
        ("two_weights", (0.0, 0.0, 1.0, 0.0), "no_terms", "exact"),
        ("flat_minimum", (0.0, 0.0, 0.9, 0.6), "no_terms", "unseen"),
        ("monkey_saddle", (0.5, 0.0, -1.1, 0.0), "both_count", "wrong_way"),
        ("bowl", (0.1, 0.0, -1.5, 1.0), "hessian_rules", "exact"),
        ("himmelblau", (3.0, 2.0, 2.2, 2.8), "critical", "close"),
    ],
)
def test_the_story_fits_the_numbers(name, here, terms, quality):
    assert said(RECIPES[name](state(*here))) == (terms, quality)


@given(st.sampled_from(NAMES), coordinates, coordinates, coordinates, coordinates)
def test_the_story_never_praises_a_large_error_nor_blames_a_small_one(name, c1, c2, w1, w2):
    frame = RECIPES[name](state(c1, c2, w1, w2))
    loss, truth, model = (float(frame[k]) for k in ("loss", "truth", "model"))
    change = max(abs(truth - loss), abs(model - loss))
    terms, quality = said(frame)
    if quality in ("exact", "close"):
        assert abs(model - truth) <= 0.1 * change + 1e-6
    else:
        assert abs(model - truth) > 0.09 * change
    if quality == "wrong_way":
        assert (truth - loss) * (model - loss) < 0
    if terms == "gradient_rules":
        assert abs(frame["slope_term"]) > abs(frame["bend_term"])
    if terms == "hessian_rules":
        assert abs(frame["bend_term"]) > abs(frame["slope_term"])


def test_where_both_points_are_one_every_curve_is_still_drawn():
    frame = SQUARED(state(0.4, 0.4, 0.4, 0.4))
    for name in ("line_x", "line_truth", "line_tangent", "line_model", "patch_model"):
        assert np.isfinite(frame[name]).all(), name
    assert frame["distance"] == 0


def test_a_term_too_small_to_see_has_no_name_and_a_point_beyond_the_edge_has_a_sign():
    saddle = SQUARED(state(0, 0, 1, 1))
    assert np.isnan(saddle["slope_name_x"])
    assert np.isfinite(saddle["bend_name_x"])
    assert np.isnan(saddle["beyond_at"])
    far = SQUARED(state(-2, -2, 2, 2))
    assert far["beyond_at"] == 3.0
    for key in ("theta_name_x", "slope_at", "bend_at", "slope_name_x", "bend_name_x"):
        assert np.isnan(far[key]), key


@pytest.mark.parametrize("name", NAMES)
def test_the_taylor_lens_runs_in_the_browser_with_the_same_numbers(name):
    recipe = RECIPES[name]
    assert recipe.runs_in_browser
    for here, there in zip(
        STATES, browser_frames([(recipe, state(*here)) for here in STATES]), strict=True
    ):
        frame = recipe(state(*here))
        assert frame.keys() == there.keys()
        for key, values in frame.items():
            values = np.ravel(values)
            scale = np.abs(values[np.isfinite(values)]).max(initial=1.0)
            assert_allclose(there[key], values, atol=1e-9 * scale, err_msg=key)
