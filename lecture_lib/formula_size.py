"""How long a formula and its derivatives are, estimated before anything is differentiated.

Each sine inside a sine makes the second derivative longer by more than the one before: thirty of
them, in a line that anybody can type, fill a hundred pages and several seconds.  The estimate
follows the rules that SymPy will follow, and counts signs, functions, numbers and parameters:

    (u v)″ = u″ v + 2 u′ v′ + u v″        f(u)″ = f″(u) u′² + f′(u) u″
"""

from __future__ import annotations

from typing import NamedTuple


class Size(NamedTuple):
    """Lengths of an expression and of its first two derivatives; 0 for one that vanishes."""

    value: int
    first: int = 0
    second: int = 0


NUMBER, PARAMETER = Size(1), Size(1, 1)


def of_operation(name: str, *parts: Size) -> Size:
    """Return the size of ``name`` applied to parts of the given sizes."""
    match name, parts:
        case ("+" | "-", (left, right)):
            return Size(*(a + b + 1 for a, b in zip(left, right, strict=True)))
        case ("*", (left, right)):
            return _product(left, right)
        case ("/", (left, right)):
            return _product(left, _function(right) if right.first else right)
        case ("**", (base, exponent)):
            inside = exponent if exponent.first else base
            return _function(inside)._replace(value=base.value + exponent.value + 1)
        case _:
            return _function(*parts)


def _times(left: int, right: int) -> int:
    return left + right + 1 if left and right else 0


def _product(u: Size, v: Size) -> Size:
    first = _times(u.first, v.value) + _times(u.value, v.first)
    second = _times(u.second, v.value) + 2 * _times(u.first, v.first) + _times(u.value, v.second)
    return Size(u.value + v.value + 1, first, second)


def _function(u: Size) -> Size:
    value = u.value + 1
    first = _times(value, u.first)
    return Size(value, first, first + _times(value, u.second))
