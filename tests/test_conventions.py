"""Four forms of momentum side by side, and what is said of them holds."""

from __future__ import annotations

import numpy as np
import pytest
from node_machine import browser_frames

from lecture_lib.explorers.conventions import Conventions
from lecture_lib.recipes.conventions import FORMS
from lecture_lib.words import all_words, speak


@pytest.fixture(autouse=True)
def _the_language_is_given_back():
    yield
    speak("en")


def numbers(figure):
    return "\n".join(s.fill(figure.frame()) for s in figure.staged.numbers)


@pytest.fixture
def forms():
    return Conventions()


def test_at_a_constant_rate_two_forms_are_said_to_be_the_same(forms):
    assert "visit the same points" in forms.fact
    lines = numbers(forms).split("\n")
    points = [line[line.index("(−1.7460") :] for line in lines[:2]]
    assert points[0] == points[1]
    # from (−1.8, 1.5): g = (−1.8, 30), η = 0.03
    assert points[0].startswith("(−1.7460, 0.6000)")


def test_when_the_rate_changes_the_fact_tells_how_far_they_part(forms):
    forms.factor.value = 0.5
    frame = forms.frame()
    assert f"Right after it they are {float(frame['pytorch_after']):.4f} apart" in forms.fact
    forms.factor.value = 1.0
    assert "visit the same points" in forms.fact


def test_the_average_with_its_own_rate_goes_the_same_way(forms):
    assert "The average ends" in forms.fact
    forms.scaled.value = 1
    assert "The average, at its rate of 0.150, goes the same way" in forms.fact
    assert forms.frame()["average_gap"].max() < 1e-12
    forms.factor.value = 0.5
    assert "The average, at its own rate, goes PyTorch's way" in forms.fact


def test_the_average_is_written_with_the_rate_that_it_has(forms):
    def average():
        return next(line for line in numbers(forms).split("\n") if "(1−β)g" in line)

    assert "θ ← θ − ηv   " in average()
    starts = {line.index("(−1.") for line in numbers(forms).split("\n")}
    forms.scaled.value = 1
    assert "θ ← θ − 0.150v " in average()  # 0.03/(1 − 0.8)
    assert {line.index("(−1.") for line in numbers(forms).split("\n")} == starts
    forms.momentum.value, forms.learning_rate.value = 0.95, 0.06
    assert "θ ← θ − 1.200v " in average()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_word_gives_away_the_rate_that_exercise_6_asks_for(language):
    speak(language)
    forms = Conventions()
    shown = [label for label, _ in forms.scaled.options] + [forms.scaled.description]
    for forms.scaled.value in (0, 1):
        for forms.factor.value in (1.0, 0.5):
            shown += [forms.fact, numbers(forms).replace("(1−β)g", "")]
    assert not [text for text in shown if "1−β" in text or "1 − β" in text]
    agree = {"en": "so that the paths agree", "zh": "让路径一致"}[language]
    assert agree in dict(forms.scaled.options)


def test_the_step_at_which_the_rate_changes_is_the_recipes(monkeypatch):
    assert Conventions().factor.description == "η × this after 30 steps"
    monkeypatch.setattr("lecture_lib.explorers.conventions.MIDDLE", 20)
    assert Conventions().factor.description == "η × this after 20 steps"


def test_the_chinese_forms_are_called_as_the_notebook_calls_them():
    said = {key: text["zh"] for key, text in all_words().items() if key.startswith("forms.")}
    assert not [key for key, text in said.items() if "形式" in text]
    assert sum("写法" in text for text in said.values()) > 5


def test_a_form_that_runs_away_is_said_to(forms):
    forms.learning_rate.value, forms.factor.value = 0.06, 3.0
    assert "has run away" in forms.fact
    assert forms.still().startswith(b"\x89PNG")


def test_each_form_has_its_own_look_and_the_chart_shows_three_distances(forms):
    layers = forms.plane.scene["layers"]
    paths = [(x["panel"], x["role"]) for x in layers if x["kind"] == "path"]
    assert paths == [("map", f) for f in FORMS] + [("gaps", f) for f in FORMS[1:]]
    key = forms.children[1].value
    for name in ("the lecture's form", "PyTorch's SGD", "average", "Nesterov"):
        assert name.replace("'", "&#x27;") in key


def test_the_state_code_brings_back_sliders_choice_and_start(forms):
    forms.plane.values = {"w1": 1.1, "w2": -0.6}
    forms.momentum.value, forms.factor.value, forms.scaled.value = 0.35, 0.4, 1
    other = Conventions()
    other.restore(forms.state_code)
    assert (other.state_code, other.fact) == (forms.state_code, forms.fact)
    other.reset()
    assert other.fact == Conventions().fact
    with pytest.raises(ValueError, match="a number from"):
        other.restore(forms.state_code.replace("factor=0.4", "factor=9"))


def test_the_figure_runs_in_the_browser_with_the_same_paths(forms):
    there = browser_frames([(forms.staged.recipe, forms.plane.inputs())])[0]
    frame = forms.frame()
    for name in (f"{form}_{axis}" for form in FORMS for axis in "xy"):
        np.testing.assert_allclose(there[name], frame[name], atol=1e-12)
