"""The derivatives of a formula, and the arithmetic that it becomes."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy
from formula_outcomes import number
from numpy.testing import assert_allclose
from random_formulas import random_formula

from lecture_lib import formula_tokens, tracing
from lecture_lib.formulas import derivative, emit, parse, symbols
from lecture_lib.program import Unsupported
from lecture_lib.words import language, speak

W1, W2 = symbols()
SOME = {"w1": np.array([0.7, -1.3, 1.9, 0.2]), "w2": np.array([-0.4, 1.1, 0.6, -1.7])}


@pytest.fixture(autouse=True)
def _english():
    spoken = language()
    speak("en")
    yield
    speak(spoken)


# Derivatives


@pytest.mark.parametrize(
    ("text", "slope"),
    [
        ("w1**3*w2", "3*w1**2*w2"),
        ("sin(w1)", "cos(w1)"),
        ("cos(2*w1)", "-2*sin(2*w1)"),
        ("tan(w1)", "1 + tan(w1)**2"),
        ("tanh(w1)", "1 - tanh(w1)**2"),
        ("exp(w1*w2)", "w2*exp(w1*w2)"),
        ("log(w1)", "1/w1"),
        ("sqrt(w1)", "1/(2*sqrt(w1))"),
        ("w1**2.5", "2.5*w1**1.5"),
        ("w1**-0.5", "-0.5/w1**0.5/w1"),
        ("3**w1", "log(3)*3**w1"),
        ("w2 + pi", "0"),
    ],
)
def test_derivatives_are_those_of_the_table(text, slope):
    for w1, w2 in [(0.3, -1.2), (1.7, 0.4)]:
        found = emit(derivative(parse(text), W1), {"w1": w1, "w2": w2})
        assert found == pytest.approx(number(slope, w1, w2), rel=1e-14)


def test_the_slope_of_an_absolute_value_is_a_sign_and_its_curvature_is_nothing():
    slope = derivative(parse("abs(w1 - 2*w2)"), W2)
    w1 = np.array([-1.0, 0.0, 1.0])
    assert_allclose(emit(slope, {"w1": w1, "w2": 0.0}), [2.0, 0.0, -2.0])
    assert derivative(slope, W2) == 0
    assert derivative(derivative(parse("abs(w1)*w1"), W1), W1).subs(W1, 3) == 2


def test_derivatives_agree_with_finite_differences():
    rng = np.random.default_rng(11)
    h = 1e-5
    for _ in range(40):
        text = random_formula(rng)
        loss = parse(text)
        w1, w2 = rng.uniform(-2, 2, (2, 5))
        for symbol, (d1, d2) in {W1: (h, 0), W2: (0, h)}.items():
            there, back = (emit(loss, {"w1": w1 + s * d1, "w2": w2 + s * d2}) for s in (1, -1))
            slope = np.broadcast_to(emit(derivative(loss, symbol), {"w1": w1, "w2": w2}), 5)
            assert_allclose((there - back) / (2 * h) * np.ones(5), slope, rtol=1e-5, atol=1e-5)


def test_the_second_derivatives_of_odd_functions_of_odd_functions_are_found_at_once():
    # SymPy's own tanh asks whether its argument is real, and works for minutes on this one.
    loss = parse("tanh(tanh(sqrt(tanh(w2**-2.5*sin(w1) + (3/w2)**0.1))))")
    bend = derivative(derivative(loss, W1), W2)
    assert math.isfinite(emit(bend, {"w1": 0.5, "w2": 0.7}))


# The arithmetic


def test_an_expression_without_symbols_is_a_plain_float():
    for text, value in [
        ("3", 3.0),
        ("w1*0", 0.0),
        ("2*pi", 2 * math.pi),
        ("sqrt(2)/3", 2**0.5 / 3),
    ]:
        result = emit(parse(text), {})
        assert type(result) is float
        assert result == pytest.approx(value, rel=1e-15)


def test_whole_powers_become_multiplications_and_differences_subtractions():
    program = tracing.trace(lambda w1, w2: {"loss": emit(parse("w2 - w1**8"), {W1: w1, W2: w2})})
    names = [tracing_name(step[0]) for step in program.steps]
    assert names == ["mul", "mul", "mul", "sub"]


def tracing_name(opcode: int) -> str:
    return next(name for name, code in tracing.OPCODES.items() if code == opcode)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("w1**-2", {"mul", "div"}),
        ("w1/w2", {"div"}),
        ("w1/3", {"div"}),
        ("sqrt(w1)", {"sqrt"}),
        ("w1**1.5", {"mul", "sqrt"}),
        ("w1**0.3", {"pow"}),
        ("-w1", {"neg"}),
        ("-w1 - w2", {"neg", "sub"}),
        ("abs(w1)", {"abs"}),
    ],
)
def test_each_operation_has_its_step(text, names):
    program = tracing.trace(lambda w1, w2: {"loss": emit(parse(text), {"w1": w1, "w2": w2})})
    assert {tracing_name(step[0]) for step in program.steps} == names


def test_floats_arrays_and_programs_give_the_same_numbers():
    rng = np.random.default_rng(5)
    for _ in range(25):
        loss = parse(random_formula(rng))
        program = tracing.trace(
            lambda w1, w2, loss=loss: {"loss": emit(loss, {"w1": w1, "w2": w2})}, ("w1", "w2")
        )
        arrays = np.broadcast_to(emit(loss, SOME), 4)
        np.testing.assert_array_equal(program(**SOME)["loss"] * np.ones(4), arrays)
        one_by_one = [emit(loss, {"w1": a, "w2": b}) for a, b in zip(*SOME.values(), strict=True)]
        assert_allclose(one_by_one, arrays, rtol=1e-13)


def test_a_part_that_two_expressions_share_is_carried_out_once():
    known: dict = {}
    emit(parse("sin(w1*w2) + 1"), SOME, known=known)
    shared = known[parse("sin(w1*w2)")]
    emit(parse("sin(w1*w2)*w1"), SOME, known=known)
    assert known[parse("sin(w1*w2)")] is shared


def test_what_has_no_operation_or_no_value_is_unsupported():
    with pytest.raises(Unsupported, match="gamma"):
        emit(sympy.gamma(W1), SOME)
    with pytest.raises(Unsupported, match="no value was given for w2"):
        emit(parse("w1*w2"), {"w1": 1.0})


def test_outside_its_domain_a_formula_is_nan():
    for text in ("sqrt(w1)", "log(w1)", "w1**0.3", "tanh(sqrt(w1)) + w2"):
        assert math.isnan(number(text, -1.0, 0.5))


def test_every_random_formula_is_read_and_is_of_ordinary_size():
    rng = np.random.default_rng(2021)
    w1, w2 = np.meshgrid(*[np.linspace(-2, 2, 9)] * 2)
    for _ in range(60):
        loss = parse(random_formula(rng))
        for part in (loss, derivative(loss, W1), derivative(derivative(loss, W1), W2)):
            assert np.max(np.abs(emit(part, {"w1": w1, "w2": w2}))) < 1e4


def test_the_words_of_a_formula_are_those_of_the_promise():
    assert set(formula_tokens.FUNCTIONS) == {
        "sin",
        "cos",
        "tan",
        "exp",
        "log",
        "sqrt",
        "tanh",
        "abs",
    }
    assert set(formula_tokens.CONSTANTS) == {"pi", "e"}
    assert formula_tokens.PARAMETERS == ("w1", "w2")
