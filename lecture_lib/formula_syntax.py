"""The grammar of a typed formula: from text to a small checked tree.

    sum      = product { ("+" | "-") product }
    product  = signed { ("*" | "/") signed }
    signed   = ("+" | "-") signed | power
    power    = atom [ "**" signed ]
    atom     = number | "w1" | "w2" | "pi" | "e" | function "(" sum ")" | "(" sum ")"

The precedence is Python's: ``-w1**2`` is −(w1²) and ``2**3**2`` is 2⁹.  An exponent is a number; or
anything, over a number above 0: ``e**w1``, ``2**(w1 + w2)``.  Nothing typed is ever evaluated as
Python, and SymPy sees a formula only after every limit here and in `formula_tokens` has been kept.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from lecture_lib.formula_error import FormulaError
from lecture_lib.formula_size import NUMBER, PARAMETER, Size, of_operation
from lecture_lib.formula_tokens import CONSTANTS, FUNCTIONS, LARGEST, Scanner, Token

DEEPEST = 30  # parentheses, signs and powers inside one another
MOST_OPERATIONS = 64  # signs and functions
LARGEST_EXPONENT = 12
LONGEST_FRACTION = 512  # bits of the numerator or denominator of an exact constant
LONGEST_CONSTANT = 16  # signs, functions and numbers in a constant such as sqrt(2)/pi
LONGEST_DERIVATIVE = 1000  # the same in the second derivative, as `formula_size` estimates it

Constant = Fraction | float
SIGNS: Mapping[str, Callable] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "negative": operator.neg,
}


@dataclass(frozen=True)
class Node:
    """A checked piece of a formula.

    Attributes:
        name: ``"number"``, a parameter, a constant, a function, or a key of `SIGNS`.
        position: Where its name or sign stands in the text.
        parts: The operands.
        value: The number it stands for; None if w1 or w2 is in it.
        size: How long it is, and how long its derivatives will be.
    """

    name: str
    position: int
    parts: tuple[Node, ...] = ()
    value: Constant | None = None
    size: Size = NUMBER


def read(text: str) -> Node:
    """Read a formula into a tree in which every limit has been kept.

    Raises:
        TypeError: If ``text`` isn't a string.
        FormulaError: If it isn't a formula, or a larger one than the limits allow.
    """
    if not isinstance(text, str):
        raise TypeError(
            f"expected a formula as text, such as '(1 - w1*w2)**2'; got {type(text).__name__}."
        )
    return _Reader(text).formula()


class _Reader:
    """Reads one formula from left to right, one token ahead."""

    def __init__(self, text: str) -> None:
        self.scanner = Scanner(text)
        self.error = self.scanner.error
        self.depth = self.operations = 0
        self.last: Token | None = None
        self.next = self.scanner.token(0)

    def formula(self) -> Node:
        tree = self.sum()
        if self.next.kind != "end":
            raise self.no_sign(opened_by=None)
        return tree

    def take(self) -> Token:
        self.last = self.next
        self.next = self.scanner.token(self.last.end)
        return self.last

    def sum(self) -> Node:
        left = self.product()
        while self.next.name in ("+", "-"):
            sign = self.take()
            left = self.node(sign, left, self.product())
        return left

    def product(self) -> Node:
        left = self.signed()
        while self.next.name in ("*", "/"):
            sign = self.take()
            left = self.node(sign, left, self.signed())
        return left

    def signed(self) -> Node:
        if self.next.name not in ("+", "-"):
            return self.power()
        sign = self.take()
        inside = self.deeper(self.signed, sign.start)
        if sign.name == "+":
            return inside
        return self.node(Token("sign", "negative", sign.start, sign.end), inside)

    def power(self) -> Node:
        base = self.atom()
        if self.next.name != "**":
            return base
        sign, start = self.take(), self.next.start
        exponent = self.deeper(self.signed, sign.start)
        if exponent.value is not None and abs(exponent.value) > LARGEST_EXPONENT:
            raise self.error("large_exponent", start, limit=LARGEST_EXPONENT)
        if exponent.value is None and (base.value is None or base.value <= 0):
            raise self.error("variable_exponent", start)
        return self.node(sign, base, exponent)

    def atom(self) -> Node:
        before, token = self.last, self.take()
        if token.kind == "number":
            return Node("number", token.start, value=self.scanner.number(token))
        if token.name == "(":
            return self.inside(token, token)
        if token.kind != "name":
            raise self.no_operand(before, token)
        if token.name not in FUNCTIONS:
            if token.name in CONSTANTS:
                return Node(token.name, token.start, value=CONSTANTS[token.name])
            return Node(token.name, token.start, size=PARAMETER)
        if self.next.name != "(":
            raise self.error("no_parentheses", token.start, name=token.name)
        return self.node(token, self.inside(token, self.take()))

    def inside(self, opened_by: Token, bracket: Token) -> Node:
        inside = self.deeper(self.sum, bracket.start)
        if self.next.kind == "end":
            raise self.error("unclosed", bracket.start)
        if self.next.name != ")":
            raise self.no_sign(opened_by)
        self.take()
        return inside

    def deeper(self, read_inside: Callable[[], Node], position: int) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error("too_deep", position, limit=DEEPEST)
        inside = read_inside()
        self.depth -= 1
        return inside

    def node(self, token: Token, *parts: Node) -> Node:
        self.operations += 1
        if self.operations > MOST_OPERATIONS:
            raise self.error("many_operations", token.start, limit=MOST_OPERATIONS)
        values = [part.value for part in parts]
        value = None if None in values else self.value(token, *values)
        size = of_operation(token.name, *(part.size for part in parts))
        if size.second > LONGEST_DERIVATIVE:
            raise self.error("long_derivative", token.start)
        if isinstance(value, float) and size.value > LONGEST_CONSTANT:
            raise self.error("long_constant", token.start, value=f"{value:.12g}")
        return Node(token.name, token.start, parts, value, size)

    def value(self, token: Token, *values: Constant) -> Constant:
        """Compute a constant, exactly as long as it is a fraction, and keep it small."""
        name, shown = token.name, f"{float(values[0]):.6g}"
        try:
            value = (SIGNS.get(name) or FUNCTIONS[name])(*values)
        except ZeroDivisionError:
            key = "zero_power" if name == "**" else "zero_division"
            raise self.error(key, token.start) from None
        except ValueError:  # math has no real value there: log and sqrt
            raise self.error(f"{name}_domain", token.start, value=shown) from None
        except OverflowError:
            value = math.inf
        if isinstance(value, complex):
            raise self.error("power_domain", token.start, value=shown)
        if abs(value) > LARGEST:
            raise self.error("large_result", token.start, limit=LARGEST)
        if isinstance(value, Fraction) and value.denominator.bit_length() > LONGEST_FRACTION:
            raise self.error("long_fraction", token.start)
        return value

    def no_sign(self, opened_by: Token | None) -> FormulaError:
        """Tell what is wrong with a token after a complete operand."""
        if self.next.name == ")":
            return self.error("unopened", self.next.start)
        if self.next.name == ",":
            if self.last.kind == "number" and self.scanner.digit(self.next.end):
                return self.error("decimal_comma", self.next.start)
            if opened_by and opened_by.kind == "name":
                return self.error("arguments", self.next.start, name=opened_by.name)
            return self.error("comma", self.next.start)
        if self.next.name == ".":
            return self.error("lone_point", self.next.start)
        left, right = (self.scanner.typed(token) for token in (self.last, self.next))
        return self.error("no_sign", self.next.start, left=left, right=right)

    def no_operand(self, before: Token | None, token: Token) -> FormulaError:
        """Tell what is wrong with a token where an operand should stand."""
        typed = self.scanner.typed(token)
        if token.name == ",":
            return self.error("comma", token.start)
        if before is None:
            key = "unopened" if token.name == ")" else "nothing_left"
            return self.error(key, token.start, sign=typed)
        if before.name == "(" and token.kind == "end":
            return self.error("unclosed", before.start)
        if before.name == "(" and token.name == ")":
            return self.error("nothing_inside", before.start)
        if before.name == "(":
            return self.error("nothing_left", token.start, sign=typed)
        first = self.scanner.typed(before)
        if token.kind == "end" or token.name == ")":
            return self.error("nothing_right", before.start, sign=first)
        return self.error("two_signs", token.start, first=first, second=typed)
