"""The figure of times says what the lecture's own data say, and shows a machine's beside them."""

from __future__ import annotations

import re

import numpy as np
import pytest

from lecture_lib.experiments.update_time import MeasuredUpdateTimes
from lecture_lib.explorers.update_time import AXES, UpdateTime
from lecture_lib.recipes.update_time import SIZES
from lecture_lib.words import speak

OWN = MeasuredUpdateTimes((1, 10, 20, 1000), (1e-4, 1.5e-4, 1.9e-4, 3e-3))


@pytest.fixture(autouse=True)
def _the_language_is_given_back():
    yield
    speak("en")


def numbers(figure):
    return "\n".join(s.fill(figure.frame()) for s in figure.staged.numbers)


def test_the_fact_says_that_a_thousand_is_not_the_same_as_one():
    fact = UpdateTime().fact
    assert "From 1 to 1000 an update becomes 25\u00a0× as long" in fact
    assert "from 100 to 10000 it becomes 64\u00a0×" in fact
    assert "about 150 µs for each example" in fact
    assert "only up to B = 10 or 20" in fact


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_said_of_the_axis_is_what_the_figure_shows(language):
    speak(language)
    figure = UpdateTime()
    said = {"en": "up to {:.0f} s", "zh": "到 {:.0f} 秒"}[language].format(AXES["linear"][1][1])
    (menu,) = (shown for shown, value in figure.axes.options if value == "linear")
    assert said in menu
    for size in (100, 1000):  # the two sentences that speak of the axis
        figure.batch_size.value = size
        assert said in figure.fact
        assert not re.search(r"(?<![\d.])9 (s|秒)", figure.fact)


def test_the_epochs_are_labelled_as_what_they_are_the_sum_of_their_updates():
    figure = UpdateTime(MeasuredUpdateTimes((1, 50_000), (1e-4, 6.0)))
    figure.batch_size.value = 50_000  # ⌈N/B⌉ = 2, and the second batch is a fifth of the first
    frame = figure.frame()
    assert frame["here_epoch"] == pytest.approx(2 * 0.006 + 60_000 * 150e-6)
    assert frame["measured_epoch"][1] == pytest.approx(6.0 + 6.0 / 5)
    assert figure.staged.scene.panels[1].labels == ("B", "Σ t / s")
    assert numbers(figure).count("Σ t / s") == 2
    assert "⌈" not in numbers(figure)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_line_ends_between_a_number_and_its_sign_of_multiplication(language):
    speak(language)
    figure = UpdateTime(OWN)
    for size in (1, 100, 1000):
        figure.batch_size.value = size
        assert " ×" not in figure.fact


def test_the_receipt_follows_batch_size_and_model():
    figure = UpdateTime()
    assert "one update takes 156.0 ms" in figure.fact
    assert "60000 examples: 60; together Σ t = 9.4 s" in figure.fact
    figure.batch_size.value, figure.fixed.value, figure.cost.value = 1, 10.0, 100
    assert "one update takes 10.1 ms" in figure.fact
    assert "60000 examples: 60000; together Σ t = 606.0 s" in figure.fact
    assert "B = 10 costs 1.2\u00a0× one with B = 1" in figure.fact


def test_a_measurement_is_drawn_told_and_put_into_the_table():
    figure = UpdateTime(OWN)
    figure.axes.value = "log"
    np.testing.assert_allclose(10 ** figure.frame()["measured_update_y"], OWN.seconds_per_update)
    assert "up to B = 20" in figure.fact
    assert "only up to B = 10 or 20" not in figure.fact
    last = numbers(figure).splitlines()[-1].split()
    assert last[-6:] == ["0.10", "0.15", "–", "3.00", "–", "–"]
    assert "measured_x" not in UpdateTime().frame()


@pytest.mark.parametrize("axes", AXES)
@pytest.mark.parametrize("measured", [None, OWN], ids=["lecture", "measured"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_control_at_every_end_gives_a_sentence_without_gaps(axes, measured, language):
    speak(language)
    figure = UpdateTime(measured)
    figure.axes.value = axes
    for size in SIZES[::5]:
        for fixed, cost in ((0.05, 1), (12.0, 300)):
            figure.batch_size.value, figure.fixed.value, figure.cost.value = size, fixed, cost
            text = figure.fact + numbers(figure)
            assert "{" not in text
            assert "?" not in text
            assert any("\u4e00" <= c <= "\u9fff" for c in figure.fact) == (language == "zh")


@pytest.mark.parametrize("axes", AXES)
def test_the_still_of_every_axis_is_a_picture(axes):
    figure = UpdateTime(OWN)
    figure.axes.value = axes
    assert figure.still().startswith(b"\x89PNG")


def test_what_the_axes_show_is_inside_them():
    for axes in AXES:
        figure = UpdateTime(OWN)
        figure.axes.value = axes
        frame = figure.frame()
        for panel in figure.staged.scene.panels:
            seconds = frame[f"recorded_{panel.name}_y"]
            shown = frame["recorded_x"] <= panel.x[1]
            assert (seconds[shown] >= panel.y[0]).all()
            assert (seconds[shown] <= panel.y[1]).all()


def test_the_state_code_brings_the_same_figure_back():
    figure = UpdateTime()
    figure.axes.value, figure.batch_size.value, figure.cost.value = "near", 50, 77
    other = UpdateTime()
    other.restore(figure.state_code)
    assert (other.state_code, other.fact) == (figure.state_code, figure.fact)
    other.reset()
    assert other.fact == UpdateTime().fact


def test_only_a_measurement_is_taken_as_one():
    with pytest.raises(TypeError, match="measure_update_times; got dict"):
        UpdateTime({"B": 1})
