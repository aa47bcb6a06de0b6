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


@pytest.mark.parametrize("formula", ["sqrt(w1*w2)", "log(w1)", "log(w1 - 1.9)"])
def test_theta_starts_where_the_loss_has_a_value(formula):
    own = OwnLoss(formula)
    assert "L = ?" not in own.fact
    own.plane.values = {"w1": -0.5, "w2": 0.5}
    assert "There is no verdict here" in own.fact


def test_where_everything_is_flat_to_rounding_no_minimum_is_claimed():
    assert "Local minimum" not in OwnLoss("exp(-1000*w1**2)").fact


def test_a_long_list_of_critical_points_is_cut_and_says_so():
    own = OwnLoss("sin(9*w1)*sin(9*w2)")
    assert own._about.value.count("<li>") == 13
    assert "more, marked in the figure" in own._about.value


def test_a_code_with_an_unreadable_formula_changes_nothing():
    own = OwnLoss()
    before = own.state_code
    with pytest.raises(ValueError, match=r"\*\*"):
        own.restore("OwnLoss?formula=w1%5E2&window=2")
    assert own.state_code == before
    own.formula.value = "bad("
    assert own.state_code == before, "the code tells what is shown, not what is half typed"


def test_a_first_formula_without_a_value_is_refused_like_a_typed_one():
    with pytest.raises(ValueError, match="no real value"):
        OwnLoss("log(-1 - w1**2)")


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
