"""The compass says of every case and every v what is true of the loss."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lecture_lib.explorers import CurvatureCompass, speak
from lecture_lib.explorers.curvature_compass import CASES, NAMES_AT, SIDE
from lecture_lib.hessian import Kind, classify, curvature_along
from lecture_lib.recipes.compass import RINGS, radius


@pytest.fixture(scope="module")
def shared():
    return CurvatureCompass()


@pytest.fixture
def compass(shared):
    yield shared
    speak("en")
    shared.reset()


def turn(explorer, degrees):
    angle = np.radians(degrees)
    explorer.plane.values = {"v1": float(np.cos(angle)), "v2": float(np.sin(angle))}


def shown_numbers(explorer):
    return "\n".join(line.fill(explorer.frame()) for line in explorer.staged.numbers)


@pytest.mark.parametrize(
    ("case", "degrees", "words"),
    [
        ("saddle", 0, ["φ = 0°: vᵀHv = +2.00", "curves up", "saddle point"]),
        ("saddle", 90, ["φ = 90°: vᵀHv = −2.00", "curves down"]),
        ("saddle", 45, ["vᵀHv = 0", "the loss is level"]),
        ("bowl", 77, ["vᵀHv = +2.00", "for every v: local minimum", "eigenvalues are positive"]),
        ("peak", 77, ["vᵀHv = −2.00", "for every v: local maximum", "eigenvalues are negative"]),
        ("tilted_bowl", 135, ["vᵀHv = +1.00", "smallest along u₁, 1.00, and largest"]),
        ("two_weights", 45, ["vᵀHv = −2.00", "−2 sin 2φ", "λ₁ = −2 and λ₂ = 2"]),
        ("two_weights", 135, ["vᵀHv = +2.00"]),
        ("two_weights", 0, ["vᵀHv = 0", "the loss is level"]),
        ("valley", 45, ["vᵀHv = +4.00", "inconclusive", "minimum all the same"]),
        ("valley", 135, ["vᵀHv = 0", "rises on both sides"]),
        ("quartic", 10, ["vᵀHv = 0", "rises on both sides", "this is a minimum"]),
        ("minus_quartic", 10, ["vᵀHv = 0", "falls on both sides", "this is a maximum"]),
        ("cubic", 10, ["vᵀHv = 0", "rises on one side and falls on the other",
                       "neither a minimum nor a maximum"]),
    ],
)  # fmt: skip
def test_the_fact_says_what_the_curvature_does_along_v_and_what_the_point_is(
    compass, case, degrees, words
):
    compass.case.value = case
    turn(compass, degrees)
    for part in words:
        assert part in compass.fact


@pytest.mark.parametrize(
    ("case", "kind"),
    [("bowl", Kind.MINIMUM), ("peak", Kind.MAXIMUM), ("saddle", Kind.SADDLE),
     ("tilted_bowl", Kind.MINIMUM), ("two_weights", Kind.SADDLE), ("valley", Kind.INCONCLUSIVE),
     ("quartic", Kind.INCONCLUSIVE), ("minus_quartic", Kind.INCONCLUSIVE),
     ("cubic", Kind.INCONCLUSIVE)],
)  # fmt: skip
def test_the_verdict_of_each_case_is_the_verdict_of_classify(compass, case, kind):
    surface, center = CASES[case].surface, CASES[case].center
    assert classify(surface.hessian(center), surface.gradient(center)).kind is kind
    compass.case.value = case
    assert compass.staged.scene.panels[0].landmarks == ((0.0, 0.0, kind.value),)
    words = {Kind.MINIMUM: "local minimum", Kind.MAXIMUM: "local maximum",
             Kind.SADDLE: "addle point"}  # fmt: skip
    assert words.get(kind, "silent") in compass.fact


@pytest.mark.parametrize(
    ("case", "signs"), [("quartic", {1}), ("minus_quartic", {-1}), ("cubic", {-1, 0, 1})]
)
def test_where_h_is_silent_the_words_are_true_of_the_loss_in_every_direction(case, signs):
    angle = np.radians(np.arange(360))
    ring = 0.2 * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    rises = np.sign(np.round(CASES[case].surface.loss(ring), 12))
    assert set(rises) == signs


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("degrees", [0, 20, 135, 290])
def test_what_is_drawn_is_the_mathematics(compass, case, degrees):
    compass.case.value = case
    turn(compass, degrees)
    frame, surface, center = compass.frame(), CASES[case].surface, np.array(CASES[case].center)
    v = np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
    curvature = curvature_along(surface.hessian(center), v)

    layers = compass.plane.scene["layers"]
    (reading,) = [one for one in layers if one["kind"] == "dots" and one["panel"] == "dial"]
    assert_allclose([frame[reading["x"]], frame[reading["y"]]], radius(curvature) * v, atol=1e-12)
    curves = {
        one["role"]: (frame[one["x"]], frame[one["y"]])
        for one in layers if one["kind"] == "path" and one["panel"] == "slice"
    }  # fmt: skip
    t, truth = curves["truth"]
    expected = surface.loss(center + np.multiply.outer(t, v)) - surface.loss(center)
    assert_allclose(truth, expected, atol=1e-12 * (1 + np.abs(expected).max()))
    assert_allclose(curves["model"][1], t**2 * curvature / 2, atol=1e-12)


def test_the_rings_carry_the_curvature_that_they_stand_for(compass):
    names = [one for one in compass.plane.scene["layers"] if one["kind"] == "label"
             and one["role"] == "truth" and one["panel"] == "dial"]  # fmt: skip
    values = [float(one["text"].replace("−", "-")) for one in names]
    assert values == list(RINGS)
    for one, value in zip(names, values, strict=True):
        assert np.hypot(one["x"], one["y"]) == pytest.approx(radius(value))
        assert np.arctan2(one["y"], one["x"]) == pytest.approx(NAMES_AT)


def test_no_case_curves_beyond_the_rings():
    for case in CASES.values():
        low, high = np.linalg.eigvalsh(case.surface.hessian(case.center))
        assert RINGS[0] <= low + 1e-12
        assert high <= RINGS[-1] + 1e-12
    assert radius(RINGS[-1]) < 1 < SIDE[1]


def test_the_handle_stays_on_the_circle_of_unit_vectors(compass):
    (handle,) = compass.plane.scene["handles"]
    assert handle["circle"] == 1.0
    assert np.hypot(*compass.plane.values.values()) == pytest.approx(1)


def test_the_numbers_take_v_apart_into_eigen_directions(compass):
    compass.case.value = "two_weights"
    turn(compass, 20)
    text = shown_numbers(compass)
    low, high = np.cos(np.radians(25)) ** 2, np.sin(np.radians(25)) ** 2
    assert f"−2.00 · {low:.2f}" in text
    assert f"2.00 · {high:.2f}" in text
    assert "−1.29" in text


def test_another_case_keeps_v_and_reset_returns_it(compass):
    start = dict(compass.plane.values)
    turn(compass, 200)
    turned = dict(compass.plane.values)
    compass.case.value = "cubic"
    assert compass.plane.values == turned
    compass.reset()
    assert (compass.case.value, compass.plane.values) == ("saddle", start)


@pytest.mark.parametrize("values", [(1.0, 0.0), (-1.0, 0.0), (0.6, -0.8), (0.1, 0.2)])
def test_the_state_comes_back_from_its_code_to_the_last_digit(compass, values):
    compass.case.value = "valley"
    compass.plane.values = dict(zip(("v1", "v2"), values, strict=True))
    code, fact = compass.state_code, compass.fact
    compass.reset()
    assert compass.fact != fact
    compass.restore(code)
    assert tuple(compass.plane.values.values()) == values
    assert (compass.case.value, compass.fact) == ("valley", fact)


def test_in_chinese_every_case_speaks_chinese():
    speak("zh")
    try:
        compass = CurvatureCompass()
        for case in CASES:
            compass.case.value = case
            turn(compass, 70)
            assert any("\u4e00" <= letter <= "\u9fff" for letter in compass.fact)
            assert "φ = 70°" in compass.fact
    finally:
        speak("en")


def test_an_unknown_case_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match="expected a case out of bowl, peak, saddle"):
        CurvatureCompass("no such case")
