"""The arithmetic that a formula stands for, carried out on arrays or written down as a program."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from lecture_lib import tracing
from lecture_lib.program import Number, Unsupported

if TYPE_CHECKING:
    import sympy

FUNCTIONS: Mapping[str, Callable[[Number], Number]] = {
    "sin": tracing.sin,
    "cos": tracing.cos,
    "tan": tracing.tan,
    "exp": tracing.exp,
    "log": tracing.log,
    "tanh": tracing.tanh,
    "Abs": tracing.absolute,
    "sign": tracing.sign,
}


def emit(
    expression: sympy.Expr,
    values: Mapping[Any, Number],
    *,
    known: dict[sympy.Expr, Number] | None = None,
) -> Number:
    """Carry out an expression on numbers, arrays or traced values.

    Whole powers become multiplications by repeated squaring, negative powers divisions, halves
    square roots, and terms with a minus sign subtractions.  An expression without symbols gives a
    plain float.

    Args:
        expression: What `parse` and `derivative` return, or a part of it.
        values: What each symbol stands for, by the symbol or by its name.
        known: Results of earlier calls with the same values; pass one dict to all of them, and a
            part that they share is carried out once.

    Raises:
        Unsupported: If there is no operation for a part of the expression, or no value for a
            symbol.
    """
    return _Emitter(values, {} if known is None else known).number(expression)


class _Emitter:
    """Walks an expression from its leaves upwards."""

    def __init__(self, values: Mapping[Any, Number], known: dict[sympy.Expr, Number]) -> None:
        self.values, self.known = values, known

    def number(self, expression: sympy.Expr) -> Number:
        """Return what the expression stands for."""
        if expression in self.known:
            return self.known[expression]
        if expression.is_number:
            result: Number = float(expression)
        elif expression.is_Symbol:
            result = self.leaf(expression)
        elif expression.is_Add:
            result = self.sum(expression)
        elif expression.is_Mul:
            result = self.product(expression)
        elif expression.func.__name__ in ("Pow", "Root"):
            result = self.power(*expression.args)
        elif function := FUNCTIONS.get(expression.func.__name__):
            result = function(self.number(expression.args[0]))
        else:
            raise Unsupported(f"no operation computes {expression.func.__name__}: {expression}.")
        self.known[expression] = result
        return result

    def leaf(self, symbol: sympy.Symbol) -> Number:
        for key in (symbol, symbol.name):
            if key in self.values:
                return self.values[key]
        raise Unsupported(f"no value was given for {symbol}.")

    def sum(self, expression: sympy.Expr) -> Number:
        terms = sorted(expression.args, key=_is_negative)  # stable: a − b rather than −b + a
        total = self.number(terms[0])
        for term in terms[1:]:
            minus = _is_negative(term)
            total = total - self.number(-term) if minus else total + self.number(term)
        return total

    def product(self, expression: sympy.Expr) -> Number:
        constant, factors = expression.as_independent(*expression.free_symbols, as_Add=False)
        above, below = [], []
        for factor in factors.args if factors.is_Mul else (factors,):
            if factor.is_Pow and factor.exp.is_Rational and factor.exp < 0:
                below.append(self.power(factor.base, -factor.exp))
            else:
                above.append(self.number(factor))
        if below:
            above = [_product(above) / _product(below)]
        if _is_negative(constant):
            return -_scaled(_product(above), -constant)
        return _scaled(_product(above), constant)

    def power(self, base: sympy.Expr, exponent: sympy.Expr) -> Number:
        number = self.number(base)
        if not exponent.is_Rational or exponent.q > 2:
            return number ** self.number(exponent)
        if exponent < 0:
            return 1.0 / self.power(base, -exponent)
        whole, half = divmod(exponent.p, exponent.q)
        factors = [_whole_power(number, whole)] if whole else []
        return _product([*factors, tracing.sqrt(number)] if half else factors)


def _is_negative(term: sympy.Expr) -> bool:
    return bool(term.as_coeff_Mul()[0].is_negative)


def _scaled(number: Number, constant: sympy.Expr) -> Number:
    """Return constant · number; a third of it as a division, which is what people write."""
    if constant == 1:
        return number
    if constant.is_Rational and constant.p == 1:
        return number / float(constant.q)
    return float(constant) * number


def _product(factors: list[Number]) -> Number:
    return functools.reduce(operator.mul, factors) if factors else 1.0


def _whole_power(number: Number, exponent: int) -> Number:
    if exponent == 1:
        return number
    root = _whole_power(number, exponent // 2)
    return root * root * number if exponent % 2 else root * root
