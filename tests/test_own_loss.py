"""A loss that the learner types: read, differentiated, searched, dragged over."""

from __future__ import annotations

import pytest

from lecture_lib.explorers import OwnLoss
from lecture_lib.formulas import FormulaError


def test_a_formula_shows_its_derivatives_and_its_critical_points():
    own = OwnLoss("w1**2*w2 - w2")
    text = own._about.value
    assert "2 w_{1} w_{2}" in text
    assert text.count("<li>") == 2
    assert text.count("Saddle point") == 2
    assert "θ = (−1.00, 0.00)" in text


def test_a_new_formula_is_staged_and_an_unreadable_one_keeps_the_last_good_one():
    own = OwnLoss()
    own.formula.value = "w1**2 + 3*w2**2"
    own.plane.values = {"w1": 0.0, "w2": 0.0}
    assert "Local minimum" in own.fact
    own.formula.value = "w1**2 + 3w2"
    assert "Local minimum" in own.fact
    assert own.message.endswith("w1**2 + 3w2\n         ^") or "^" in own.message
    assert "3*w2" in own.message
    assert "alert" in own._about.value
    own.formula.value = "w1 + w2"
    assert own.message == ""


def test_a_formula_with_markup_in_it_is_shown_and_not_obeyed():
    own = OwnLoss()
    own.formula.value = "<img src=x onerror=alert(1)>"
    assert "<img" not in own._about.value
    assert "&lt;img" in own._about.value


def test_a_loss_without_a_real_value_in_the_window_is_refused_in_words():
    own = OwnLoss()
    own.formula.value = "log(-1 - w1**2)"
    assert own.message
    assert own.surface.formula == "(1 - w1*w2)**2"


def test_another_window_shows_more_of_the_same_loss():
    own = OwnLoss("sin(w1)*sin(w2)")
    few = own._about.value.count("<li>")
    own.window.value = 5
    assert own.plane.scene["panels"][0]["x"] == (-5.0, 5.0)
    assert own._about.value.count("<li>") > few


def test_a_first_formula_that_cannot_be_read_is_an_error_at_the_call():
    with pytest.raises(FormulaError):
        OwnLoss("w1 +")


def test_a_state_code_carries_the_formula():
    own = OwnLoss()
    own.formula.value = "w1**2 - w2**2 + w1*w2/3"
    other = OwnLoss()
    other.restore(own.state_code)
    assert other.formula.value == own.formula.value
    assert other.fact == own.fact
