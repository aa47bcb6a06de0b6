"""Predict, then reveal: the first answer counts, and every option explains itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import build_notebooks
import pytest

from lecture_lib.explorers import prediction
from lecture_lib.explorers.prediction import (
    Prediction,
    forget_predictions,
    predict,
    predictions_so_far,
)
from lecture_lib.words import all_words, language, speak, word

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
OPTION = re.compile(r"^- \*\*([A-Z])\*\*", re.MULTILINE)
QUESTIONS = sorted(
    {m[1] for m in map(re.compile(r"predict\.(\w+)\.right\.[A-Z]").match, all_words()) if m}
)


@pytest.fixture(autouse=True)
def _a_fresh_start() -> Iterator[None]:
    spoken = language()
    speak("en")
    forget_predictions()
    yield
    forget_predictions()
    speak(spoken)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_has_options_from_a_on_of_which_one_is_right(name):
    question = predict(name)
    assert "".join(question.buttons) == "ABCDEFGH"[: len(question.buttons)]
    assert len(question.buttons) >= 3
    kinds = [*prediction._reasons(name).values()]
    assert kinds.count("right") == 1


@pytest.mark.parametrize("spoken", ["en", "zh"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_every_option_answers_with_its_mark_its_letter_and_its_own_reason(name, spoken):
    speak(spoken)
    question = predict(name)
    shown = set()
    for letter, button in question.buttons.items():
        button.click()
        kind = "right" if letter == question.right else "wrong"
        assert question.answer.startswith("✓ " if kind == "right" else "✗ ")
        assert letter in question.answer.split(".")[0].split("。")[0]
        assert word(f"predict.{name}.{kind}.{letter}") in question.answer
        shown.add(question.answer)
    assert len(shown) == len(question.buttons)


def test_nothing_is_given_away_before_the_choice():
    question = predict("stuck")
    assert question.answer == ""
    assert {button.button_style for button in question.buttons.values()} == {""}


def test_the_first_answer_counts_and_the_mind_may_be_changed():
    question = predict("stuck")
    question.buttons["A"].click()
    question.buttons[question.right].click()
    assert question.choice == question.right
    assert question.answer.startswith("✓")
    assert predictions_so_far() == "predictions right at the first try 0/1"


def test_right_at_the_first_try_stays_counted_whatever_is_pressed_later():
    question = predict("stuck")
    question.buttons[question.right].click()
    question.buttons["A"].click()
    assert predictions_so_far() == "predictions right at the first try 1/1"


def test_running_the_cell_again_gives_no_second_first_try():
    predict("stuck").choose("A")
    again = predict("stuck")
    again.choose(again.right)
    assert predictions_so_far() == "predictions right at the first try 0/1"


def test_only_the_button_chosen_last_is_marked_and_not_by_colour_alone():
    question = predict("diagonal")
    question.choose("A")
    question.choose("C")
    styles = {letter: button.button_style for letter, button in question.buttons.items()}
    assert styles == {"A": "", "B": "", "C": "success"}
    assert question.answer.startswith("✓ C")


def test_the_output_in_text_is_the_same_before_and_after_a_choice():
    question = predict("stuck")
    before = question._repr_mimebundle_()["text/plain"]
    question.choose("A")
    assert question._repr_mimebundle_()["text/plain"] == before
    assert "A · B · C" in before


def test_reasons_are_shown_as_text_and_never_read_as_mark_up(monkeypatch):
    sentence = {"en": "a < b & c", "zh": "甲 < 乙 & 丙"}
    words = {**all_words(), "predict.stuck.wrong.A": sentence}
    monkeypatch.setattr("lecture_lib.words.all_words", lambda: words)
    question = Prediction("stuck")
    question.choose("A")
    assert "a &lt; b &amp; c" in question._shown.value


def test_an_unknown_question_is_refused_with_those_there_are():
    with pytest.raises(KeyError, match=r"no question is called 'nothing'; there are .*stuck"):
        predict("nothing")


def test_an_unknown_letter_is_refused_and_not_counted():
    question = predict("stuck")
    with pytest.raises(ValueError, match=r"expected a letter out of A, B, C; got 'Z'"):
        question.choose("Z")
    assert (question.choice, prediction._first["stuck"]) == (None, None)


@pytest.mark.parametrize("spoken", build_notebooks.LANGUAGES)
def test_above_every_question_the_notebook_lists_its_options_and_below_it_folds_the_answer(spoken):
    asked = []
    for source in sorted(NOTEBOOKS.glob("src/*.py")):
        cells = build_notebooks.read_source(source)[spoken].cells
        for above, cell, below in zip(cells, cells[1:], cells[2:], strict=False):
            if name := re.fullmatch(r'predict\("(\w+)"\)', cell.source):
                question = predict(name[1])
                asked.append(name[1])
                assert OPTION.findall(above.source) == [*question.buttons], name[1]
                assert below.source.startswith("<details>"), name[1]
                folded = below.source.split("</summary>")[1]
                assert re.search(rf"\*\*{question.right}\*\*", folded), name[1]
    assert sorted(asked) == QUESTIONS
