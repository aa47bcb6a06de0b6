"""The figure of flat and sharp minima claims no more than it shows."""

from __future__ import annotations

import numpy as np
import pytest

from lecture_lib.explorers.flat_and_sharp import VIEWS, FlatAndSharp
from lecture_lib.lecture_data import small_against_large
from lecture_lib.recipes.flat_and_sharp import descending
from lecture_lib.words import speak


@pytest.fixture(autouse=True)
def _the_language_is_given_back():
    yield
    speak("en")


def numbers(figure):
    return "\n".join(s.fill(figure.frame()) for s in figure.staged.numbers)


def test_the_cartoon_is_called_one_and_the_gaps_are_told():
    fact = FlatAndSharp().fact
    assert "0.049 above the training loss, at the narrow minimum b 0.520" in fact
    assert "10.6 times as much" in fact
    assert "A cartoon" in fact
    assert "one explanation among several" in fact


def test_keskars_table_stands_below_the_cartoon_as_it_was_published():
    lines = numbers(FlatAndSharp()).splitlines()[2:]
    table = small_against_large()
    assert lines[0].split() == ["F1", "F2", "C1", "C2", "C3", "C4"]
    for line, field in zip(lines[1:5], ("train_small", "train_large", "test_small", "test_large"),
                           strict=True):  # fmt: skip
        assert [float(x) for x in line.split()[-7:-1]] == [
            getattr(n, field) for n in table.values()
        ]
    lost = [float(x) for x in lines[5].split()[-7:-1]]
    assert lost == [0.22, 4.57, 2.78, 1.98, 3.13, 5.27]
    close = [abs(n.train_small - n.train_large) < 0.5 for n in table.values()]
    assert sum(close) == 5  # the notebook: "in five of six rows"


def test_along_the_valley_the_sharpness_changes_and_the_network_does_not():
    figure = FlatAndSharp("valley")
    assert "the same network y = x" in figure.fact
    figure.plane.values = {**figure.plane.values, "v1": 1.4, "v2": 1.4}
    assert "= 4.00, 1.00 × that at (1, 1)" in figure.fact
    assert "the flattest place there is" in figure.fact
    figure.plane.values = {**figure.plane.values, "v1": 0.0, "v2": 3.0}
    assert "= 18.22" in figure.fact
    assert "w₁ w₂ = 1" in numbers(figure)


@pytest.mark.parametrize(
    ("rate", "told"),
    [(0.1, "the descent rests, at 10.17"), (0.2, "rests at 9.64"), (0.25, "rests at 5.66"),
     (0.3, "rests at 4.00"), (0.4, "It has run away")],
)  # fmt: skip
def test_the_step_size_chooses_the_sharpness_that_is_told(rate, told):
    figure = FlatAndSharp("step")
    figure.learning_rate.value = rate
    assert told in figure.fact
    expected = descending()({"w1": 0.4, "w2": 2.2, "learning_rate": rate})
    np.testing.assert_array_equal(figure.frame()["path_sharp"], expected["path_sharp"])


def test_the_end_is_drawn_at_the_step_that_it_is_of():
    figure = FlatAndSharp("step")
    layers = [x for x in figure.plane.scene["layers"] if x["panel"] == "sharpness"]
    [dot] = [x for x in layers if x["kind"] == "dots"]
    [path] = [x for x in layers if x["kind"] == "path"]
    assert (dot["x"], dot["y"]) == ("end_clock", "end_sharp")
    assert (path["x"], path["y"]) == ("clock", "path_sharp")
    frame, chart = figure.frame(), figure.staged.scene.panels[1]
    assert frame["end_clock"] == frame["clock"][-1] == np.log10(frame["all_steps"] + 1)
    assert frame["end_sharp"] == frame["path_sharp"][-1]
    assert (chart.labels[0], chart.powers) == ("k + 1", "x")
    assert frame["end_clock"] < chart.x[1] - 0.1  # its mark is seen whole
    [limit] = [x for x in layers if x["kind"] == "arrow" and x["role"] == "model"]
    assert limit["y"] == "limit"


def test_a_descent_that_has_run_away_has_no_unknown_numbers():
    figure = FlatAndSharp("step")
    figure.restore("FlatAndSharp?view=step&learning_rate=0.4&w1=2.8&w2=0.8")
    assert "It has run away" in figure.fact
    assert "k = 150:  |w₁| + |w₂| > 1000" in numbers(figure)
    assert "?" not in numbers(figure)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_control_at_every_end_gives_a_sentence_without_gaps(view, language):
    speak(language)
    figure = FlatAndSharp(view)
    corners = [(0.0, 3.0), (1.0, 1.0), (2.8, -1.6), (0.0, 0.0)]
    for control in (figure.shift, figure.learning_rate):
        start = control.value
        for value in (control.min, control.max, 0.05, 0.0 if control.min < 0 else 0.1, start):
            control.value = value
            text = figure.fact + numbers(figure)
            assert "{" not in text
            assert "?" not in text
            assert any("\u4e00" <= c <= "\u9fff" for c in figure.fact) == (language == "zh")
    for x, y in corners:
        figure.plane.values = {"v1": x, "v2": y, "w1": x, "w2": y}
        assert "?" not in figure.fact


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_has_its_controls_its_still_and_a_recipe_for_the_browser(view):
    figure = FlatAndSharp(view)
    shown = [n for n, c in figure.controls.items() if c.layout.display != "none"]
    assert shown == ["view", *VIEWS[view]]
    if view == "step":
        figure.learning_rate.value = 0.4  # some of it stands at infinity then
    assert figure.still().startswith(b"\x89PNG")
    assert figure.plane.recipe
    assert figure.staged.scene.names() <= figure.frame().keys()
