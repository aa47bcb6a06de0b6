"""The map of stability draws the theory and says which descents converge."""

from __future__ import annotations

import numpy as np
import pytest

from lecture_lib.explorers.stability_map import StabilityMap
from lecture_lib.recipes.stability import PLACES
from lecture_lib.words import speak


@pytest.fixture(autouse=True)
def _the_language_is_given_back():
    yield
    speak("en")


def numbers(figure):
    return "\n".join(s.fill(figure.frame()) for s in figure.staged.numbers)


def at(figure, **values):
    figure.plane.values = {**figure.plane.values, **values}
    return figure.fact


def test_the_long_bowl_tells_the_known_steps_with_momentum_and_without():
    figure = StabilityMap("long_bowl")
    told = figure.fact
    assert "κ = 100.0" in told
    assert "0.818 a step with momentum (β = 0.67), 34 steps; 0.980 without, 345 steps." in told
    assert "(√κ − 1)/(√κ + 1) = 0.8182" in numbers(figure)
    assert "(κ − 1)/(κ + 1)  = 0.9802" in numbers(figure)


def test_the_lines_of_numbers_stand_in_columns_and_fit_below_two_panels():
    lines = numbers(StabilityMap("long_bowl")).splitlines()[1:]
    assert len({line.index("ln 1000") for line in lines}) == 1
    assert max(map(len, lines)) <= 96


def test_dragging_the_knobs_tells_each_kind_of_descent():
    figure = StabilityMap("long_bowl")
    assert "shrinks without swinging" in at(figure, learning_rate=0.0005, momentum=0.5)
    assert "swings like a ball" in at(figure, learning_rate=0.01, momentum=0.5)
    assert "jumps to the other side" in at(figure, learning_rate=0.0295, momentum=0.5)
    assert "does not converge" in at(figure, learning_rate=0.031, momentum=0.5)
    assert "nothing moves" in at(figure, learning_rate=0.0)
    assert "2(1 + β) = 2.00" in at(figure, learning_rate=0.0201, momentum=0.0)


def test_at_the_best_point_the_rate_is_the_best_rate():
    figure = StabilityMap("long_bowl")
    best = figure.frame()
    at(figure, learning_rate=float(best["best_eta"]), momentum=float(best["best_beta"]))
    assert float(figure.frame()["rate"]) == pytest.approx(9 / 11, abs=1e-6)


def test_a_saddle_and_a_flat_direction_are_said_to_be_no_place_to_converge():
    figure = StabilityMap("saddle")
    at(figure, learning_rate=0.05, momentum=0.9)
    assert "no bowl to converge in" in figure.fact
    assert "grows by 1.316 a step, with plain descent by 1.100" in figure.fact
    assert "The best here" not in figure.fact
    figure.surface.value = "two_weights"
    assert "one of them is zero" in figure.fact
    assert "curves down both ways" in at(StabilityMap(), w1=-0.27, w2=-0.92)


def test_the_axes_stand_still_while_anything_is_dragged_and_change_with_the_surface():
    figure = StabilityMap()
    before = figure.plane.scene["panels"]
    at(figure, w1=-3.0, w2=3.0, learning_rate=0.03, momentum=0.9)
    assert figure.plane.scene["panels"] == before
    figure.surface.value = "long_bowl"
    assert figure.plane.scene["panels"][1]["x"] == (0.0, pytest.approx(0.044))


@pytest.mark.parametrize("name", PLACES)
def test_every_starting_point_and_best_point_lies_inside_its_panels(name):
    figure = StabilityMap(name)
    frame, (_, chart) = figure.frame(), figure.staged.scene.panels
    for eta, beta in (("learning_rate", "momentum"), ("best_eta", "best_beta")):
        if np.isfinite(frame[eta]):
            assert chart.x[0] < float(frame[eta]) < chart.x[1]
            assert chart.y[0] <= float(frame[beta]) < chart.y[1]
    assert f"{figure.plane.values['w1']:.2f}".replace("-", "−") in figure.fact


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", PLACES)
def test_every_corner_gives_a_sentence_without_gaps(name, language):
    speak(language)
    figure = StabilityMap(name)
    map_, chart = figure.staged.scene.panels
    for w1 in map_.x:
        for eta in (*chart.x, 0.3 * chart.x[1]):
            for beta in (0.0, 0.5, chart.y[1]):
                at(figure, w1=w1, w2=0.37 * map_.y[1], learning_rate=eta, momentum=beta)
                text = figure.fact + numbers(figure)
                assert "{" not in text
                assert "?" not in text, text
                assert any("\u4e00" <= c <= "\u9fff" for c in figure.fact) == (language == "zh")


@pytest.mark.parametrize("name", PLACES)
def test_the_legend_names_what_can_be_drawn_on_this_surface_and_nothing_else(name):
    figure = StabilityMap(name)
    said = " ".join(words for _, _, words in figure.staged.legend)
    drawn = {layer.role for layer in figure.staged.scene.layers if layer.panel == "chart"}
    for role, words in (("momentum", "best with momentum"), ("descent", "best of plain descent"),
                        ("patch", "equal rate")):  # fmt: skip
        assert (words in said) == (role in drawn) == (name != "saddle")
    assert "along λ₂" in next(w for role, _, w in figure.staged.legend if role == "truth")
    assert ("level lines" in figure.staged.alt["chart"]) == (name != "saddle")


def test_where_the_surface_has_bowls_but_not_at_theta_the_legend_says_in_a_bowl():
    figure = StabilityMap("two_weights")
    assert not np.isfinite(figure.frame()["best_eta"])
    said = [w for _, _, w in figure.staged.legend if "best" in w or "rate" in w]
    assert len(said) == 3
    assert all("in a bowl" in words for words in said)
    at(figure, w1=0.8, w2=0.8)
    assert np.isfinite(figure.frame()["best_eta"])
