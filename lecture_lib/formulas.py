"""A typed formula: its exact derivatives, and the arithmetic that it stands for.

`parse` reads what a learner types into a SymPy expression, or says where the slip is; `derivative`
differentiates it, and `emit` carries it out: on arrays, or on the values from which `tracing.trace`
writes a register program.  SymPy is loaded with the first formula: that takes half a second.

Everything is meant as real: where a formula has no real value at a point (the square root of a
negative number), the number there is nan.  SymPy tidies up while it reads: w1/w1 is 1, at 0 too.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from lecture_lib.formula_arithmetic import emit
from lecture_lib.formula_error import FormulaError
from lecture_lib.formula_syntax import LONGEST_FRACTION, SIGNS, Node, read
from lecture_lib.formula_tokens import CONSTANTS, PARAMETERS

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
    """Return ∂/∂symbol of an expression, exactly.

        ∂|u| = sign(u) ∂u        ∂ sign(u) = 0

    The second holds everywhere but on the kink itself, which no figure ever hits.
    """
    return expression.diff(symbol)


def _expression(node: Node, text: str) -> sympy.Expr:
    """Make the SymPy expression of a node, part by part, and look at each part."""
    import sympy

    from lecture_lib import formula_functions

    parts = [_expression(part, text) for part in node.parts]
    if node.name == "number":
        made = sympy.Rational(node.value.numerator, node.value.denominator)
    elif node.name in PARAMETERS:
        made = symbols()[PARAMETERS.index(node.name)]
    elif node.name in CONSTANTS:
        made = {"pi": sympy.pi, "e": sympy.E}[node.name]
    elif node.name == "**":
        made = formula_functions.power(*parts)
    elif node.name in SIGNS:
        made = SIGNS[node.name](*parts)
    else:
        name = {"abs": "Abs"}.get(node.name, node.name)
        made = getattr(formula_functions, name)(*parts)
    if key := _trouble(made):
        raise FormulaError(key, text, node.position, limit=LARGEST_POWER)
    if node.value is None and made.is_number and not made.is_Rational:  # w1 - w1 + pi
        raise FormulaError("long_constant", text, node.position, value=made)
    return made


def _trouble(expression: sympy.Expr) -> str | None:
    """Return the key of what makes an expression unusable: no real value, or too large a power."""
    import sympy

    if expression.has(sympy.I, sympy.oo, -sympy.oo, sympy.zoo, sympy.nan):
        return "no_real_value"
    for part in expression.atoms(sympy.Rational, sympy.Pow):
        if part.is_Rational and max(abs(part.p), part.q).bit_length() > LONGEST_FRACTION:
            return "long_fraction"
        if part.is_Pow and abs(part.exp) > LARGEST_POWER:
            return "large_power"
    return None
