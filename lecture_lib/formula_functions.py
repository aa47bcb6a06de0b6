"""The functions of a formula, as SymPy functions of a real number.

SymPy's own are functions of a complex number.  To find that ``tanh(sqrt(w1))`` is real it works out
its real and imaginary part, which can take minutes two or three functions deep; and it gives |w1| a
delta function for a second derivative.  These become SymPy's where a number is put in; they print
like SymPy's, since SymPy prints a function by the name of its class; and they are differentiated by

    sin′ = cos      cos′ = −sin      tan′ = 1 + tan²      tanh′ = 1 − tanh²      exp′ = exp
    log′(u) = 1/u   |u|′ = sign(u)   sign′ = 0            (uᵖ)′ = p uᵖ⁻¹

sign has no slope at 0; everywhere else its slope is 0.
"""

from __future__ import annotations

import sympy
from sympy.printing.printer import Printer


class RealFunction(sympy.Function):
    """A function that is real wherever it has a value."""

    is_extended_real = True

    @classmethod
    def eval(cls, *arguments: sympy.Expr) -> sympy.Expr | None:
        """Become SymPy's function of the same name for a number."""
        if all(argument.is_number for argument in arguments):
            return getattr(sympy, cls.__name__)(*arguments)
        return None


class sin(RealFunction):
    """The sine."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        """Return cos."""
        return cos(*self.args)


class cos(RealFunction):
    """The cosine."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        """Return −sin."""
        return -sin(*self.args)


class tan(RealFunction):
    """The tangent."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        """Return 1 + tan²."""
        return 1 + self**2


class tanh(RealFunction):
    """The hyperbolic tangent."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        """Return 1 − tanh²."""
        return 1 - self**2


class exp(RealFunction):
    """The exponential function."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        """Return exp."""
        return self

    def _eval_power(self, exponent: sympy.Expr) -> sympy.Expr | None:
        return exp(exponent * self.args[0]) if exponent.is_integer else None

    def _latex(self, printer: Printer, exp: str | None = None) -> str:
        power = printer.doprint(self.args[0])
        return f"e^{{{power}}}" if exp is None else f"\\left(e^{{{power}}}\\right)^{{{exp}}}"


class log(RealFunction):
    """The natural logarithm."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        """Return 1/u."""
        return 1 / self.args[0]


class Abs(RealFunction):
    """The absolute value."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        """Return sign."""
        return sign(*self.args)


class sign(RealFunction):
    """−1, 0 or 1."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        """Return 0."""
        return sympy.S.Zero


class Root(RealFunction):
    """The power uᵖ for a p > 0 that isn't whole; it has a value for u ≥ 0."""

    @classmethod
    def eval(cls, base: sympy.Expr, exponent: sympy.Expr) -> sympy.Expr | None:
        """Become a SymPy power for a number."""
        return base**exponent if base.is_number else None

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        """Return p uᵖ⁻¹."""
        base, exponent = self.args
        return exponent * power(base, exponent - 1)

    def _latex(self, printer: Printer, exp: str | None = None) -> str:
        root = printer.doprint(sympy.Pow(*self.args, evaluate=False))
        return root if exp is None else f"\\left({root}\\right)^{{{exp}}}"

    def _sympystr(self, printer: Printer) -> str:
        return printer.doprint(sympy.Pow(*self.args, evaluate=False))


def power(base: sympy.Expr, exponent: sympy.Expr) -> sympy.Expr:
    """Return base to the power of exponent, one of which is a number."""
    if not exponent.is_number:
        return exp(exponent if base is sympy.E else exponent * sympy.log(base))
    if exponent.is_integer or base.is_number:
        return base**exponent
    return Root(base, exponent) if exponent.is_positive else 1 / Root(base, -exponent)


def sqrt(inside: sympy.Expr) -> sympy.Expr:
    """Return the square root."""
    return power(inside, sympy.S.Half)
