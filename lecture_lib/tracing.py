"""Ordinary Python functions, written down as register programs.

`trace` calls a function once on symbolic `Value` objects.  Every operation on a value writes one step;
the same step on the same operands is written only once, so shared subexpressions are shared.
The functions below (``sin``, ``where`` …) take values, floats and arrays alike: a function made of
them can be called as it is, too.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping

import numpy as np

from lecture_lib.program import OPCODES, OPS, Number, Program, Unsupported


class Value:
    """A number that does not exist yet: arithmetic on it writes steps into a program."""

    __array_ufunc__ = None  # so that np.float64(2) * value comes to __rmul__, not to an array

    def __init__(self, writer: _Writer, key: tuple) -> None:
        self.writer, self.key = writer, key

    def __add__(self, other: Number) -> Value:
        return self.writer.step("add", self, other)

    def __radd__(self, other: Number) -> Value:
        return self.writer.step("add", other, self)

    def __sub__(self, other: Number) -> Value:
        return self.writer.step("sub", self, other)

    def __rsub__(self, other: Number) -> Value:
        return self.writer.step("sub", other, self)

    def __mul__(self, other: Number) -> Value:
        return self.writer.step("mul", self, other)

    def __rmul__(self, other: Number) -> Value:
        return self.writer.step("mul", other, self)

    def __truediv__(self, other: Number) -> Value:
        return self.writer.step("div", self, other)

    def __rtruediv__(self, other: Number) -> Value:
        return self.writer.step("div", other, self)

    def __neg__(self) -> Value:
        return self.writer.step("neg", self)

    def __pow__(self, exponent: Number) -> Number:
        """Multiply out whole powers, which is exact and fast; leave the others to ``pow``."""
        if isinstance(exponent, int) and 0 < exponent <= 64:
            half = self ** (exponent // 2) if exponent > 1 else None
            if half is None:
                return self
            return half * half * self if exponent % 2 else half * half
        if isinstance(exponent, int) and exponent < 0:
            return 1.0 / self**-exponent
        return self.writer.step("pow", self, exponent)

    def __bool__(self) -> bool:
        raise Unsupported("a Value has no truth yet: use where(less(a, b), …, …) instead of `if`.")

    def __float__(self) -> float:
        raise Unsupported("a Value has no number yet: use the functions of lecture_lib.tracing.")


class _Writer:
    """Collects steps; the same step on the same operands is written once."""

    def __init__(self, inputs: tuple[str, ...]) -> None:
        self.inputs = tuple(Value(self, ("input", name)) for name in inputs)
        self.steps: dict[tuple, Value] = {}

    def step(self, name: str, *operands: Number) -> Value:
        if any(isinstance(x, np.ndarray) and x.ndim for x in operands):
            raise Unsupported("an array cannot be an operand of a program: trace numbers only.")
        row = (name, *map(_key, operands))
        return self.steps.setdefault(row, Value(self, ("step", len(self.steps))))


def _key(number: Number) -> tuple:
    """Name a value, or a constant by its exact bits."""
    return number.key if isinstance(number, Value) else ("constant", float(number).hex())


def _function(name: str) -> Callable[..., Number]:
    op = OPS[name]

    def apply(*operands: Number) -> Number:
        writer = next((x.writer for x in operands if isinstance(x, Value)), None)
        return op.array(*operands) if writer is None else writer.step(name, *operands)

    apply.__name__ = apply.__qualname__ = name
    apply.__doc__ = f"Apply ``{name}`` to {op.arity} number(s), arrays or traced values."
    return apply


sqrt, sin, cos, tan = (_function(name) for name in ("sqrt", "sin", "cos", "tan"))
exp, log, tanh = (_function(name) for name in ("exp", "log", "tanh"))
absolute, sign, atan2 = (_function(name) for name in ("abs", "sign", "atan2"))
less, where, floor = (_function(name) for name in ("less", "where", "floor"))


def trace(
    function: Callable[..., Mapping[str, Number]], inputs: tuple[str, ...] | None = None
) -> Program:
    """Write down what ``function`` computes, by calling it once on symbolic values.

    Args:
        function: Takes numbers by name and returns ``{output: number}``.  It may use ``+ − * / **``,
            the functions of this module and other programs, but no ``if`` on a number.
        inputs: The names to call it with; taken from its signature when left out.

    Returns:
        A program with the steps that the outputs need, and no others.

    Raises:
        Unsupported: If the function does something that has no operation.
    """
    inputs = inputs or tuple(inspect.signature(function).parameters)
    writer = _Writer(inputs)
    results = function(**dict(zip(inputs, writer.inputs, strict=True)))
    wanted = {name: _key(number) for name, number in results.items()}

    register = {value.key: i for i, value in enumerate(writer.inputs)}
    register |= {value.key: len(inputs) + k for k, value in enumerate(writer.steps.values())}
    constants: list[float] = []
    for key in [*(key for _, *keys in writer.steps for key in keys), *wanted.values()]:
        if key not in register:
            register[key] = len(inputs) + len(writer.steps) + len(constants)
            constants.append(float.fromhex(key[1]))
    steps = []
    for name, *keys in writer.steps:
        reads = [register[key] for key in keys]
        steps.append((OPCODES[name], *reads, *(0,) * (3 - len(reads))))
    places = {name: register[key] for name, key in wanted.items()}
    return Program(inputs, tuple(steps), tuple(constants), places).only(*places)
