"""A loss as a small list of machine steps, run alike by NumPy here and by the browser there.

A figure follows the finger only if nothing has to be asked of the kernel sixty times a second.  So
what a figure computes is written down once, as a *register program*: every step names an operation
and the registers it reads, nothing else.  ::

    (1 − w1 w2)²      register 0: w1            the inputs come first,
                      register 1: w2
                      register 2: mul 0 1       then one register a step,
                      register 3: sub 4 2
                      register 5: mul 3 3  …
                      last:       1.0           then the constants.

`tracing.trace` writes such a program from an ordinary Python function, so the mathematics stays
readable; `Program` runs it on arrays, or on plain floats where a single descent would drown in
NumPy's overhead.  ``explorers/machine.js`` is the other runner.  Both do the same additions and
multiplications in the same order: for polynomials they agree to the last bit.

No text that anybody typed is evaluated.  A program is data, checked operand by operand when it is
made; the lines of Python that run it are written here, from those checked steps alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

Number = Any  # a float, an array, or a `tracing.Value` that stands for either


class Unsupported(TypeError):
    """Something has no operation in the program, so the browser cannot compute it."""


class Op(NamedTuple):
    """One operation: on arrays, on plain floats, and as a line of Python."""

    arity: int
    array: Callable[..., Any]
    source: str


# The order is the opcode; machine.js lists the same names in the same order.
OPS: dict[str, Op] = {
    "add": Op(2, np.add, "{0} + {1}"),
    "sub": Op(2, np.subtract, "{0} - {1}"),
    "mul": Op(2, np.multiply, "{0} * {1}"),
    "div": Op(2, np.divide, "{0} / {1}"),
    "neg": Op(1, np.negative, "-{0}"),
    "pow": Op(2, np.power, "pow({0}, {1})"),
    "sqrt": Op(1, np.sqrt, "sqrt({0})"),
    "sin": Op(1, np.sin, "sin({0})"),
    "cos": Op(1, np.cos, "cos({0})"),
    "tan": Op(1, np.tan, "tan({0})"),
    "exp": Op(1, np.exp, "exp({0})"),
    "log": Op(1, np.log, "log({0})"),
    "tanh": Op(1, np.tanh, "tanh({0})"),
    "abs": Op(1, np.abs, "fabs({0})"),
    "sign": Op(1, np.sign, "1.0 if {0} > 0.0 else -1.0 if {0} < 0.0 else 0.0 + {0}"),
    "atan2": Op(2, np.arctan2, "atan2({0}, {1})"),
    "less": Op(2, lambda a, b: np.less(a, b).astype(float), "1.0 if {0} < {1} else 0.0"),
    "where": Op(3, lambda c, a, b: np.where(c != 0, a, b), "{1} if {0} else {2}"),
    "floor": Op(1, np.floor, "floor({0}) + 0.0"),
}
OPCODES = {name: code for code, name in enumerate(OPS)}


@dataclass(frozen=True)
class Program:
    """A checked register program: named inputs in, named outputs out.

    Attributes:
        inputs: Names of the inputs; they fill the first registers.
        steps: One ``(opcode, a, b, c)`` a step, unused operands zero; step k fills the register
            ``len(inputs) + k``.
        constants: Numbers that fill the last registers.
        results: The register of each output, by its name.
    """

    inputs: tuple[str, ...]
    steps: tuple[tuple[int, int, int, int], ...]
    constants: tuple[float, ...]
    results: Mapping[str, int]

    def __post_init__(self) -> None:
        first, size = len(self.inputs), len(self.inputs) + len(self.steps)
        end = size + len(self.constants)
        # floats, because `floats` writes their repr into its source
        object.__setattr__(self, "constants", tuple(float(c) for c in self.constants))
        for k, step in enumerate(self.steps):
            if len(step) != 4 or not all(isinstance(entry, int) for entry in step):
                raise ValueError(f"step {k}: expected four whole numbers, got {step!r}.")
            opcode, *operands = step
            if not 0 <= opcode < len(OPS):
                raise ValueError(f"step {k}: expected an opcode below {len(OPS)}, got {opcode}.")
            for register in operands[: _NAMED[opcode][1].arity]:
                if not (0 <= register < first + k or size <= register < end):
                    raise ValueError(f"step {k} reads register {register} before it is filled.")
        if bad := [name for name, register in self.results.items() if not 0 <= register < end]:
            raise ValueError(f"no register holds the outputs {bad}; there are {end}.")

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of the outputs, in order."""
        return tuple(self.results)

    def __call__(self, **inputs: Number) -> dict[str, Number]:
        """Run the program on numbers, on arrays that broadcast, or on values being traced.

        Returns:
            One entry an output.  Overflow and 0/0 give ``inf`` and ``nan``, as in the browser.

        Raises:
            TypeError: If an input is missing or has no register.
        """
        if inputs.keys() != set(self.inputs):
            raise TypeError(f"expected the inputs {self.inputs}; got {tuple(inputs)}.")
        given = [inputs[name] for name in self.inputs]
        writer = next((x.writer for x in given if hasattr(x, "writer")), None)
        if writer:
            return self._traced(given, writer)
        with np.errstate(all="ignore"):
            results = self._arrays(*(np.asarray(x, dtype=float) for x in given))
        return dict(zip(self.results, results, strict=True))

    def _traced(self, given: list[Any], writer: Any) -> dict[str, Any]:
        """Write this program's steps into the one that is being traced."""
        registers = [*given, *[None] * len(self.steps), *self.constants]
        for k, (opcode, *operands) in enumerate(self.steps, len(self.inputs)):
            name, op = _NAMED[opcode]
            registers[k] = writer.step(name, *(registers[i] for i in operands[: op.arity]))
        return {name: registers[register] for name, register in self.results.items()}

    @cached_property
    def _arrays(self) -> Callable[..., tuple[Any, ...]]:
        """The same program as one straight function of arrays, a call of NumPy for each step."""
        names = self._names()
        lines = [f"def run({', '.join(names[: len(self.inputs)])}):"]
        for k, (opcode, *operands) in enumerate(self.steps, len(self.inputs)):
            name, op = _NAMED[opcode]
            read = ", ".join(names[i] for i in operands[: op.arity])
            lines.append(f"  {names[k]} = {name}_({read})")
        lines.append(f"  return ({', '.join(names[i] for i in self.results.values())},)")
        scope: dict[str, Any] = {"__builtins__": {}, "inf": math.inf, "nan": math.nan}
        scope |= {f"{name}_": op.array for name, op in OPS.items()}
        exec("\n".join(lines), scope)
        return scope["run"]

    def _names(self) -> list[str]:
        """Return what each register is called in a function's source: a constant is its digits."""
        names = [f"r{i}" for i in range(len(self.inputs) + len(self.steps))]
        return names + [f"({value!r})" for value in self.constants]

    @cached_property
    def floats(self) -> Callable[..., tuple[float, ...]]:
        """The same program as one straight Python function of plain floats.

        NumPy spends a microsecond on every scalar operation; a descent of 200 steps would spend
        milliseconds.  The function is assembled from the checked steps, never from text that
        somebody typed, and where plain floats would raise (1/0, exp(1000)) NumPy answers instead.
        """
        names = self._names()
        given = ", ".join(names[: len(self.inputs)])
        lines = [f"def run({given}):", "  try:"]
        for k, (opcode, *operands) in enumerate(self.steps, len(self.inputs)):
            op = _NAMED[opcode][1]
            source = op.source.format(*(names[i] for i in operands[: op.arity]))
            lines.append(f"    {names[k]} = {source}")
        lines.append(f"    return ({', '.join(names[i] for i in self.results.values())},)")
        lines += ["  except refusals:", f"    return ask_numpy({given})"]

        def ask_numpy(*values: float) -> tuple[float, ...]:
            answers = self(**dict(zip(self.inputs, values, strict=True)))
            return tuple(float(answer) for answer in answers.values())

        refusals = (ArithmeticError, ValueError)
        scope = {**_FLOAT_FUNCTIONS, "ask_numpy": ask_numpy, "refusals": refusals}
        exec("\n".join(lines), scope)
        return scope["run"]

    def only(self, *outputs: str) -> Program:
        """Return the part of the program that the named outputs need."""
        first, size = len(self.inputs), len(self.inputs) + len(self.steps)
        needed = {self.results[name] for name in outputs}
        for k in reversed(range(first, size)):
            if k in needed:
                opcode, *operands = self.steps[k - first]
                needed.update(operands[: _NAMED[opcode][1].arity])
        kept = [k for k in range(first, size + len(self.constants)) if k in needed]
        place = dict(enumerate(range(first))) | {k: first + i for i, k in enumerate(kept)}
        steps = []
        for k in kept:
            if k < size:
                opcode, *operands = self.steps[k - first]
                arity = _NAMED[opcode][1].arity
                reads = [place[i] for i in operands[:arity]]
                steps.append((opcode, *reads, *(0,) * (3 - arity)))
        constants = tuple(self.constants[k - size] for k in kept if k >= size)
        results = {name: place[self.results[name]] for name in outputs}
        return Program(self.inputs, tuple(steps), constants, results)

    def json(self) -> dict[str, Any]:
        """Return what ``machine.js`` needs, as lists and numbers."""
        return {
            "inputs": list(self.inputs),
            "steps": [list(step) for step in self.steps],
            "constants": list(self.constants),
            "outputs": list(self.results),
            "results": list(self.results.values()),
        }


_NAMED = tuple(OPS.items())
_FLOAT_FUNCTIONS = {
    "__builtins__": {},
    "inf": math.inf,
    "nan": math.nan,
    **{
        f: getattr(math, f)
        for f in [
            "pow",
            "sqrt",
            "sin",
            "cos",
            "tan",
            "exp",
            "log",
            "tanh",
            "fabs",
            "atan2",
            "floor",
        ]
    },
}
