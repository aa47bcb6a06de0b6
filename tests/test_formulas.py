"""A typed formula means what it says."""

# ruff: noqa: RUF001  (full-width letters are what is tested)

from __future__ import annotations

import ast
import math

import numpy as np
import pytest
import sympy
from formula_outcomes import ABOUT_NUMBERS, LIMITS, UNHURRIED, number, outcome
from hypothesis import assume, given
from hypothesis import strategies as st

from lecture_lib import formula_tokens
from lecture_lib.formulas import parse, symbols
from lecture_lib.words import language, speak

W1, W2 = symbols()
SOME = {"w1": np.array([0.7, -1.3, 1.9, 0.2]), "w2": np.array([-0.4, 1.1, 0.6, -1.7])}
PYTHON = {"__builtins__": {}, "abs": abs, "sin": math.sin, "cos": math.cos, "tan": math.tan}
PYTHON |= {"exp": math.exp, "log": math.log, "sqrt": math.sqrt, "tanh": math.tanh}
PYTHON |= {"pi": math.pi, "e": math.e}


@pytest.fixture(autouse=True)
def _english():
    spoken = language()
    speak("en")
    yield
    speak(spoken)


# What a formula says


@pytest.mark.parametrize(
    ("text", "value"),
    [  # at w1 = 3, w2 = 2
        ("(1 - w1*w2)**2", 25),
        ("-w1**2", -9),
        ("(-w1)**2", 9),
        ("2**3**2", 512),
        ("2**-1", 0.5),
        ("-2**-2", -0.25),
        ("w1 - w2 - 1", 0),
        ("w1/w2/2", 0.75),
        ("w1/w2*2", 3),
        ("--w1 + +w2", 5),
        ("w1*-w2", -6),
        ("1e-3 + .5 + 2. + 1E2", 102.501),
        ("abs(w2 - w1) + abs(-4)", 5),
        ("sqrt(w1*w1 + 16)", 5),
        ("exp(log(w1)) + log(e)", 4),
        ("cos(pi) + sin(pi/2)", 0),
        ("tanh(w1) - tan(w2)", math.tanh(3) - math.tan(2)),
        ("e**(w1 - 3) + 2**w2", 5),
        ("8**(1/3)*w1", 6),
        ("w1**0.5*w1**.5", 3),
        ("w1**1.5/w1**-1.5", 27),
        ("w2**pi", 2**math.pi),
        ("0**0 + w1**0", 2),
        ("3", 3),
        ("\t w1\u3000+ w2  \n", 5),
    ],
)
def test_a_formula_means_what_python_would_mean_by_it(text, value):
    assert number(text, 3, 2) == pytest.approx(value, rel=1e-14, abs=1e-14)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("（w1＋w2）×２", "(w1+w2)*2"),
        ("ｗ１－ｗ２／３．５", "w1-w2/3.5"),
        ("w1＊＊2", "w1**2"),
        ("w₁·w₂ − 1", "w1*w2 - 1"),
        ("w1⋅w2 ÷ 4 – 1", "w1*w2/4 - 1"),
        ("W1**2 + SIN(W2)", "w1**2 + sin(w2)"),
        ("sin(π*w1)", "sin(pi*w1)"),
        ("w1\u00a0+\u2009w2", "w1 + w2"),
    ],
)
def test_signs_of_other_keyboards_are_taken_as_meant(typed, plain):
    assert parse(typed) == parse(plain)


def test_a_decimal_number_is_exact():
    assert parse("0.1*w1 + 1e-3") == W1 / 10 + sympy.Rational(1, 1000)
    assert sympy.latex(parse("0.25*w1**2")) == r"\frac{w_{1}^{2}}{4}"


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("exp(-w1**2)", "e^{- w_{1}^{2}}"),
        ("sqrt(w1)", r"\sqrt{w_{1}}"),
        ("w1**0.3", r"w_{1}^{\frac{3}{10}}"),
        ("sin(w1)**2", r"\sin^{2}{\left(w_{1} \right)}"),
        ("abs(w1)", r"\left|{w_{1}}\right|"),
        ("(sqrt(w1) + 0*w2)**2", r"\left(\sqrt{w_{1}}\right)^{2}"),
    ],
)
def test_the_latex_is_that_of_a_textbook(text, latex):
    assert sympy.latex(parse(text)) == latex


BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
NUMBERS = st.sampled_from([1, 2, 3, 7, 0.5, 0.25, 1.5, 12.0])


def _call(name: str, inside: ast.expr) -> ast.expr:
    return ast.Call(ast.Name(name), [inside], [])


LEAVES = st.sampled_from([ast.Name("w1"), ast.Name("w2"), ast.Name("pi")]) | NUMBERS.map(
    ast.Constant
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda u, f, v: ast.BinOp(u, f(), v), inner, st.sampled_from([*BINARY]), inner),
        st.builds(lambda u: ast.UnaryOp(ast.USub(), u), inner),
        st.builds(lambda u: ast.UnaryOp(ast.UAdd(), u), inner),
        st.builds(
            lambda u, n: ast.BinOp(u, ast.Pow(), ast.Constant(n)), inner, st.sampled_from([2, 3])
        ),
        st.builds(lambda u: ast.BinOp(ast.Constant(2), ast.Pow(), _call("cos", u)), inner),
        st.builds(_call, st.sampled_from(sorted(formula_tokens.FUNCTIONS)), inner),
    ),
    max_leaves=7,
)


@UNHURRIED
@given(TREES, st.floats(-2, 2), st.floats(-2, 2), st.sampled_from([" ", "", "  "]))
def test_a_formula_has_the_value_that_python_gives_its_tree(tree, w1, w2, space):
    # ast.unparse writes the fewest parentheses, so this is a test of precedence, too.
    text = ast.unparse(tree).replace(" ", space)
    try:
        expected = eval(text, PYTHON | {"w1": w1, "w2": w2})
    except (ArithmeticError, ValueError):
        expected = None
    key = outcome(text)
    if expected is not None and not isinstance(expected, complex):
        # What Python can compute may be refused for its size, and for nothing else; but for
        # log(sin(pi)), where Python's sin(pi) isn't quite 0.
        assert key in LIMITS | {""} or ("pi" in text and key == "no_real_value")
    assume(not key and isinstance(expected, (int, float)) and abs(expected) < 1e8)
    # SymPy orders the terms anew; beside a pole of tan that can move many digits.
    assume("tan(" not in text or abs(expected) < 50)
    found = number(text, w1, w2)
    assume(math.isfinite(found))
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-6)


PIECES = ["w1", "w2", "2.0", "0.5", "3.", "pi", "e", "+", "-", "*", "/", "**", "(", ")", "2"]
PIECES += ["sin(", "log(", "sqrt(", "abs(", "+", "-", "*", "(", ")", ",", ".", "^", "x"]
ARITHMETIC = (ast.Expression, ast.BinOp, ast.UnaryOp, ast.Constant, ast.Load, ast.Name, ast.Call)
ARITHMETIC += (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.USub, ast.UAdd)


def is_a_formula_to_python(text: str) -> bool:
    """Whether Python's own parser finds arithmetic in w1 and w2 in the text."""
    try:
        nodes = list(ast.walk(ast.parse(text, mode="eval")))
    except SyntaxError:
        return False
    called = [node.func for node in nodes if isinstance(node, ast.Call)]
    names = [node for node in nodes if isinstance(node, ast.Name)]
    return (
        all(isinstance(node, ARITHMETIC) for node in nodes)
        and all(isinstance(f, ast.Name) and f.id in formula_tokens.FUNCTIONS for f in called)
        and all(n in called or n.id in ("w1", "w2", "pi", "e") for n in names)
        and all(len(node.args) == 1 for node in nodes if isinstance(node, ast.Call))
    )


@UNHURRIED
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map(" ".join))
def test_what_python_cannot_read_is_refused_and_what_it_can_is_read(text):
    key = outcome(text)
    if is_a_formula_to_python(text):
        assert key in LIMITS | ABOUT_NUMBERS | {""}
    else:
        assert key not in LIMITS | {""}
