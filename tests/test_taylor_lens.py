"""The Taylor lens says, at each of its cases and wherever it is dragged, what the numbers say."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lecture_lib.explorers import TaylorLens, speak
from lecture_lib.explorers.taylor_lens import CASES, CHARTS, OWN
from lecture_lib.hessian import quadratic_model
from lecture_lib.sentences import number
from lecture_lib.surfaces import SURFACES


@pytest.fixture(scope="module")
def shared():
    return TaylorLens()


@pytest.fixture
def lens(shared):
    yield shared
    speak("en")
    shared.reset()


def layer(explorer, kind, **wanted):
    """The one layer of that kind with those attributes."""
    (found,) = [
        one for one in explorer.plane.scene["layers"]
        if one["kind"] == kind and all(one[k] == v for k, v in wanted.items())
    ]  # fmt: skip
    return found


def shown_numbers(explorer):
    return "\n".join(line.fill(explorer.frame()) for line in explorer.staged.numbers)


def test_from_the_saddle_at_root_two_the_fact_says_minus_one_for_a_squared_loss_of_zero(lens):
    lens.case.value = "saddle_root_two"
    assert lens.plane.values == {"c1": 0.0, "c2": 0.0, "w1": 1.0, "w2": 1.0}
    assert "At the distance 1.41 the quadratic model says −1.0000; the loss is 0.0000" in lens.fact
    assert "the gradient is zero at θ′" in lens.fact.lower()
    assert "Below zero! A sum of squares never is" in lens.fact


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("slope", ["The gradient term rules", "The model is good"]),
        ("saddle_tenth", ["says 0.9900; the loss is 0.9900", "The model is good"]),
        ("saddle_half", ["says 0.7500; the loss is 0.7656", "The model is good"]),
        ("saddle_one", ["says 0.0000; the loss is 0.2500", "the model is rough"]),
        ("minimum", ["the Hessian alone speaks", "The model is good"]),
        ("blind", ["Both terms vanish", "But the loss does change"]),
        ("wrong_way", ["Both terms count", "gets the direction wrong"]),
    ],
)
def test_each_case_tells_its_story(lens, case, words):
    lens.case.value = case
    assert lens.surface.value == CASES[case].surface
    for part in words:
        assert part in lens.fact


@pytest.mark.parametrize("case", CASES)
def test_what_is_drawn_is_the_mathematics(lens, case):
    lens.case.value = case
    frame, surface = lens.frame(), SURFACES[lens.surface.value]
    center, theta = np.array(CASES[case].center), np.array(CASES[case].theta)
    model = quadratic_model(surface, center)

    def curve(role):
        path = layer(lens, "path", panel="line", role=role)
        return frame[path["x"]], frame[path["y"]]

    t, truth = curve("truth")
    points = center + np.multiply.outer(t, (theta - center) / np.linalg.norm(theta - center))
    value, slope, bend = model.terms(points)
    assert_allclose(truth, surface.loss(points), atol=1e-10 * np.abs(truth).max())
    assert_allclose(curve("tangent")[1], value + slope, atol=1e-10 * np.abs(value + slope).max())
    assert_allclose(curve("model")[1], model(points), atol=1e-10 * np.abs(model(points)).max())

    value, slope, bend = model.terms(theta)
    first = layer(lens, "arrow", role="gradient")
    second = layer(lens, "arrow", role="bend_term")
    assert frame[first["y"]] == pytest.approx(value)
    assert frame[first["dy"]] == pytest.approx(slope)
    assert frame[second["y"]] == pytest.approx(value + slope)
    assert frame[second["y"]] + frame[second["dy"]] == pytest.approx(float(model(theta)))
    for text in (value, slope, bend, model(theta), surface.loss(theta)):
        assert number(float(text), 4) in shown_numbers(lens)


def test_the_chart_stays_still_while_the_points_are_dragged(lens):
    before = lens.plane.scene
    lens.plane.values = {"c1": 1.0, "c2": -1.0, "w1": -1.5, "w2": 1.9}
    assert lens.plane.scene is before


@pytest.mark.parametrize("name", CHARTS)
def test_the_chart_of_each_surface_shows_the_start_and_room_below_it(lens, name):
    lens.surface.value = name
    frame, panel = lens.frame(), lens.staged.scene.panels[1]
    assert panel.x[0] < 0 < float(frame["distance"]) < panel.x[1]
    for key in ("loss", "truth"):
        assert panel.y[0] < float(frame[key]) < panel.y[1]
    assert panel.y[0] < 0
    never_negative = SURFACES[name].grid(81)[2].min() >= -1e-9
    assert CHARTS[name].never_negative == never_negative


def test_the_drop_down_names_the_case_only_while_the_points_stand_there(lens):
    assert lens.case.value == "slope"
    lens.plane.values = {**lens.plane.values, "w1": 0.9}
    assert lens.case.value == OWN
    lens.plane.values = CASES["saddle_one"].values
    assert lens.case.value == "saddle_one"
    lens.case.value = OWN
    assert lens.plane.values == CASES["saddle_one"].values


def test_a_case_can_be_chosen_again_after_a_drag(lens):
    lens.case.value = "minimum"
    lens.plane.values = {**lens.plane.values, "w1": 4.0}
    lens.case.value = "minimum"
    assert lens.plane.values == CASES["minimum"].values


def test_choosing_a_surface_shows_a_case_on_it_if_there_is_one(lens):
    lens.surface.value = "himmelblau"
    assert lens.case.value == "minimum"
    lens.surface.value = "bowl"
    assert lens.case.value == OWN
    assert "The model is exact here" in lens.fact


@pytest.mark.parametrize("case", CASES)
def test_reset_returns_to_the_first_case_from_any_other(lens, case):
    lens.case.value = case
    lens.plane.values = {**lens.plane.values, "c1": 0.123}
    lens.reset()
    assert (lens.surface.value, lens.case.value) == ("two_weights", "slope")
    assert lens.plane.values == CASES["slope"].values


def test_a_lens_opened_at_a_case_is_reset_to_that_case():
    own = TaylorLens("saddle_root_two")
    for case in ("minimum", "saddle_half"):
        own.case.value = case
        own.reset()
        assert own.plane.values == CASES["saddle_root_two"].values
        assert own.case.value == "saddle_root_two"


@pytest.mark.parametrize(
    "values",
    [(0.0, 0.0, 0.0, 0.0), (-2.0, -2.0, 2.0, 2.0), (0.1234567, -1.98765, 1 / 3, 2 / 7)],
)
def test_the_state_comes_back_from_its_code_to_the_last_digit(lens, values):
    lens.case.value = "wrong_way"
    lens.plane.values = dict(zip(("c1", "c2", "w1", "w2"), values, strict=True))
    code, fact = lens.state_code, lens.fact
    lens.reset()
    assert lens.fact != fact
    lens.restore(code)
    assert lens.plane.values == dict(zip(("c1", "c2", "w1", "w2"), values, strict=True))
    assert (lens.surface.value, lens.case.value, lens.fact) == ("monkey_saddle", OWN, fact)


def test_a_theta_beyond_the_edge_of_the_chart_still_has_a_still(lens):
    lens.plane.values = {"c1": -2.0, "c2": -2.0, "w1": 2.0, "w2": 2.0}
    assert lens.still().startswith(b"\x89PNG")


def test_theta_on_theta_prime_is_a_sentence_and_not_an_error(lens):
    lens.plane.values = {"c1": 0.4, "c2": 0.4, "w1": 0.4, "w2": 0.4}
    assert "θ lies on θ′" in lens.fact


def test_in_chinese_every_case_speaks_chinese_with_the_same_numbers(lens):
    for case in CASES:
        lens.case.value = case
        english = lens.fact
        speak("zh")
        chinese = TaylorLens(case).fact
        speak("en")
        assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
        for text in english.replace(";", " ").replace(",", " ").split():
            figure = text.strip(".")
            if figure.lstrip("+−").replace(".", "").isdigit():
                assert figure in chinese


def test_an_unknown_case_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match="expected a case out of slope, saddle_tenth"):
        TaylorLens("no such case")
