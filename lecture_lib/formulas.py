"""A typed formula: its exact derivatives, and the arithmetic that it stands for.

`parse` reads what a learner types into a SymPy expression, or says where the slip is; `derivative`
differentiates it; `emit` carries it out on arrays, or on the values that `tracing.trace` writes a
register program from.  SymPy is loaded with the first formula, since that takes half a second.

Everything is meant as real.  Where a formula has no real value at a point (the square root of a
negative number), the number there is nan.  SymPy simplifies while it reads: √(w1)·√(w1) is w1, so
a formula may have values where its parts have none.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from lecture_lib.formula_arithmetic import FUNCTIONS, emit
from lecture_lib.formula_error import FormulaError
from lecture_lib.formula_syntax import LONGEST_FRACTION, SIGNS, Node, read
from lecture_lib.formula_tokens import PARAMETERS

if TYPE_CHECKING:
    import sympy

__all__ = ["FormulaError", "derivative", "emit", "parse", "symbols"]

LARGEST_POWER = 48  # after powers of powers and products of powers have been gathered


@functools.cache
def symbols() -> tuple[sympy.Symbol, sympy.Symbol]:
    """Return the real symbols w1 and w2 that every formula is made of."""
    import sympy

    return sympy.symbols(PARAMETERS, real=True)


def parse(text: str) -> sympy.Expr:
    """Read a formula in w1 and w2, such as ``"(1 - w1*w2)**2"``.

    Numbers, ``w1 w2 pi e``, ``+ - * / **``, parentheses and the functions ``sin cos tan exp log
    sqrt tanh abs`` may stand in it; a decimal number is taken exactly, 0.1 as a tenth.

    Raises:
        TypeError: If ``text`` isn't a string.
        FormulaError: If it isn't such a formula, has no real value anywhere, or is larger than the
            limits of `formula_tokens` and `formula_syntax`; it points at the character.
    """
    return _expression(read(text), text)


def derivative(expression: sympy.Expr, symbol: sympy.Symbol) -> sympy.Expr:
    """Return ∂/∂symbol of an expression of real quantities.

        ∂|u| = sign(u) ∂u        ∂ sign(u) = 0

    The second holds everywhere but where u = 0, and is what a computer with finitely many digits
    ever sees: a kink has no curvature beside itself.  SymPy alone would put a delta function there,
    and would differentiate ``abs(log(w1))`` as a complex function.
    """
    import sympy

    kinks = expression.atoms(sympy.Abs, sympy.sign)
    stand_ins = {kink: sympy.Dummy(real=True) for kink in kinks if kink.has(symbol)}
    smooth = expression.xreplace(stand_ins)  # the outermost ones: those inside are hidden by them
    slope = smooth.diff(symbol)
    for kink, stand_in in stand_ins.items():
        if isinstance(kink, sympy.Abs) and smooth.has(stand_in):
            inside = kink.args[0]
            direction = sympy.sign(inside, evaluate=bool(inside.is_extended_real))
            slope += smooth.diff(stand_in) * direction * derivative(inside, symbol)
    return slope.xreplace({stand_in: kink for kink, stand_in in stand_ins.items()})


def _expression(node: Node, text: str) -> sympy.Expr:
    """Make the SymPy expression of a node, part by part, and look at each part."""
    import sympy

    parts = [_expression(part, text) for part in node.parts]
    if node.name == "number":
        made = sympy.Rational(node.value.numerator, node.value.denominator)
    elif node.name in PARAMETERS:
        made = symbols()[PARAMETERS.index(node.name)]
    elif node.name in SIGNS:
        made = SIGNS[node.name](*parts)
    elif node.name == "abs":  # of something not surely real, |u| would become √(u ū)
        made = sympy.Abs(*parts, evaluate=bool(parts[0].is_extended_real))
    else:
        made = {"pi": sympy.pi, "e": sympy.E}.get(node.name) or getattr(sympy, node.name)(*parts)
    if made.is_number and not made.is_Rational and node.value is None:  # w1 - w1 + pi
        raise FormulaError("long_constant", text, node.position, value=made)
    if key := _trouble(made):
        raise FormulaError(key, text, node.position, limit=LARGEST_POWER)
    return made


def _trouble(expression: sympy.Expr) -> str | None:
    """Return the key of what makes an expression unusable: no real value, or too large a power."""
    import sympy

    plain = (sympy.Symbol, sympy.Rational, sympy.Add, sympy.Mul, sympy.Pow)
    for part in sympy.preorder_traversal(expression):
        if part.is_Rational and max(abs(part.p), part.q).bit_length() > LONGEST_FRACTION:
            return "long_fraction"
        if part.is_Pow and part.exp.is_number:
            if part.base.is_negative and part.base.is_number and not part.exp.is_integer:
                return "no_real_value"
            if abs(part.exp) > LARGEST_POWER:
                return "large_power"
        known = isinstance(part, plain) or part.func.__name__ in FUNCTIONS
        if not known and part not in (sympy.pi, sympy.E):
            return "no_real_value"  # infinity, the imaginary unit, the real part of something
    return None
