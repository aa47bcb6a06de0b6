"""A text that is no formula gives an error that points at the slip, and nothing else."""

# ruff: noqa: RUF001  (full-width letters are what is tested)

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import unicodedata

import numpy as np
import pytest
import sympy
from formula_outcomes import UNHURRIED, outcome, refusal
from hostile_formulas import HOSTILE, NO_VALUE_AFTER_ALL
from hypothesis import given
from hypothesis import strategies as st
from random_formulas import random_formula

from lecture_lib import formula_error, formula_syntax
from lecture_lib.formulas import derivative, parse, symbols
from lecture_lib.words import language, speak

W1, W2 = symbols()


@pytest.fixture(autouse=True)
def _english():
    spoken = language()
    speak("en")
    yield
    speak(spoken)


# Hostile and broken texts


@pytest.mark.parametrize(("text", "position", "says"), HOSTILE + NO_VALUE_AFTER_ALL)
def test_a_text_that_is_no_formula_is_refused_at_the_right_character(text, position, says):
    error = refusal(text)
    assert says in error.problem
    assert error.position == position
    assert error.text == text
    for tongue in ("en", "zh"):
        speak(tongue)
        assert error.problem
        assert error.cure
        assert error.problem in str(error)


def test_none_of_a_hundred_hostile_texts_reaches_sympy_or_the_interpreter():
    # An audit hook sees every import, compilation, execution, opened file and system call.
    code = """
import sys
sys.path.insert(0, "tests")
from hostile_formulas import HOSTILE
from lecture_lib.formulas import FormulaError, parse
refused, events = set(), []

def refuse(text):
    try:
        parse(text)
    except FormulaError as error:
        refused.add(str(error))

refuse("")  # reads the sentences
sys.addaudithook(lambda event, arguments: events.append((event, arguments)))
for text, *_ in HOSTILE:
    refuse(text)
print(len(HOSTILE), len(set(HOSTILE)), len(refused), events, "sympy" in sys.modules)
"""
    run = subprocess.run(
        [sys.executable, "-c", code], check=True, timeout=60, capture_output=True, text=True
    )
    count = len(HOSTILE)
    assert count >= 100
    assert run.stdout.split(maxsplit=2)[:2] == [str(count), str(count)]
    assert run.stdout.strip().endswith("[] False")


@UNHURRIED
@given(st.text(max_size=40) | st.text("w12+-*/(). ,e^sincoπ（）₁²|=", max_size=40))
def test_garbage_raises_formula_errors_and_nothing_else(text):
    if outcome(text):
        error = refusal(text)
        assert 0 <= error.position < max(len(text), 1)
        assert error.problem in str(error)
        assert len(error.pointer.split("\n")) == 2


@pytest.mark.parametrize("thing", [None, 3, 1.5, b"w1", ["w1"], W1, np.array("w1")])
def test_what_is_no_text_is_a_type_error_that_names_it(thing):
    with pytest.raises(TypeError, match=f"as text.*got {type(thing).__name__}"):
        parse(thing)


@pytest.mark.parametrize(
    ("largest", "one_more"),
    [
        ("w1" + " " * 197 + "+", None),  # 200 characters: refused for its last sign, not its length
        ("(" * 30 + "w1" + ")" * 30, "(" * 31 + "w1" + ")" * 31),
        ("w1+" * 64 + "1", "w1+" * 65 + "1"),
        ("w1**12", "w1**12.5"),
        ("w1**-12", "w1**-13"),
        ("1000000*w1", "1000001*w1"),
        ("1e-12*w1", "0.9e-12*w1"),
        ("0*w1", None),
        ("0.12345678901234567*w1", "0.123456789012345678*w1"),
        ("((w1**12)**2)**2", "((w1**12)**2)**3"),
        ("sin(" * 6 + "w1*w2" + ")" * 6, "sin(" * 20 + "w1*w2" + ")" * 20),
    ],
)
def test_a_limit_lets_its_last_value_through_and_not_the_next(largest, one_more):
    if largest.endswith("+"):
        assert refusal(largest).key == "nothing_right"
    else:
        parse(largest)
    if one_more:
        refusal(one_more)


@pytest.mark.parametrize(
    "formula",
    [  # what learners and textbooks want to see
        "-20*exp(-0.2*sqrt(0.5*(w1**2+w2**2)))-exp(0.5*(cos(2*pi*w1)+cos(2*pi*w2)))+e+20",
        "(1+(w1+w2+1)**2*(19-14*w1+3*w1**2-14*w2+6*w1*w2+3*w2**2))"
        "*(30+(2*w1-3*w2)**2*(18-32*w1+12*w1**2+48*w2-36*w1*w2+27*w2**2))",
        "+".join(f"exp(-(w1-{k})**2-(w2+{k})**2)" for k in range(6)),
        "(tanh(w2*tanh(w1))-1)**2+(tanh(w2*tanh(-w1))+1)**2+(tanh(w2*tanh(2*w1))-.5)**2",
        "log(1+exp(-w2*tanh(w1)))+log(1+exp(w2*tanh(2*w1)))+0.01*(w1**2+w2**2)",
        "20+w1**2-10*cos(2*pi*w1)+w2**2-10*cos(2*pi*w2)",
    ],
)
def test_the_limits_leave_room_for_the_classics(formula):
    assert parse(formula).free_symbols == {W1, W2}


def test_the_estimate_of_the_second_derivative_bounds_what_sympy_makes_of_it():
    rng = np.random.default_rng(3)
    for _ in range(60):
        text = random_formula(rng)
        bend = derivative(derivative(parse(text), W1), W1)
        # tan and tanh bring a square of their own: at most four signs for each one counted
        assert sympy.count_ops(bend) <= 4 * formula_syntax.read(text).size.second + 4, text


# The error


def test_the_error_shows_the_sentence_then_the_formula_and_a_caret():
    assert str(refusal("1 + 3w1")) == (
        "Character 6: There is no sign between 3 and w1. "
        "Write a product with a star, as in 2*w1 or w1*w2: 3*w1\n"
        "1 + 3w1\n"
        "     ^"
    )


def test_the_error_speaks_the_language_of_the_moment_it_is_shown():
    error = refusal("ln(w1)")
    speak("zh")
    assert error.cure == "请写 log。"
    assert str(error).startswith("第 1 个字符：自然对数")
    speak("en")
    assert error.cure == "Write log."


def columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


@pytest.mark.parametrize("text", ["（w1＋w2）^2", "w1 ＋ｗ2 + ", "（（w1）", "w1，w2", "w1*损"])
def test_the_caret_stands_under_wide_characters(text):
    shown, caret = refusal(text).pointer.split("\n")
    assert shown == text
    assert columns(caret) - 1 == columns(text[: refusal(text).position])


def test_invisible_characters_are_made_visible_and_keep_the_caret_in_place():
    shown, caret = refusal("w1\u202e+\x00").pointer.split("\n")
    assert shown == "w1�+�"
    assert shown[caret.index("^")] == "�"


def test_a_long_text_is_shown_around_the_slip():
    error = refusal("w1 + " * 35 + "^2")
    shown, caret = error.pointer.split("\n")
    assert len(shown) <= formula_error._COLUMNS + 2
    assert shown[caret.index("^")] == "^"


def test_an_error_survives_a_copy_and_a_pickle():
    error = refusal("sinw1")
    for twin in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert str(twin) == str(error)
