"""What a live figure computes: named numbers in, named arrays out.

A figure's inputs are a handful of numbers: θ under the finger, a slider or two.  Everything drawn
follows from them by a *recipe*, a list of four kinds of steps.  ::

    Recipe([
        Map(surface.program),                          loss, gradient and Hessian at (w1, w2)
        Let("t", np.linspace(-1, 1, 81)),              a constant array
        Map(lambda t, w1, w2, u1, u2: {"x": …}),       elementwise: 81 points of a line
        Iterate(step, start={"p1": "w1", …}, steps=200),   a recurrence: a descent
        Pick(-1, {"end": "loss"}),                     one entry of an array: where it ended
    ])

Each step reads names that stand above it and adds new ones.  NumPy runs the recipe here and
``explorers/machine.js`` runs the same one in the browser, if every function in it could be traced
(`tracing.trace`).  Where one could not, because the loss is somebody's own Python function, the
recipe still runs here and the figure asks the kernel.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.program import Program
from lecture_lib.tracing import trace

Frame = dict[str, np.ndarray]
Function = Callable[..., Mapping[str, Any]]


def _traced(function: Program | Function, inputs: tuple[str, ...] | None = None) -> Any:
    """Return the function as a program where it can be, else as it is."""
    if isinstance(function, Program):
        return function
    try:
        return trace(function, inputs)
    except TypeError:  # Unsupported, or a NumPy function that was handed a symbolic value
        return function


def _names(function: Any) -> tuple[str, ...]:
    if isinstance(function, Program):
        return function.inputs
    return tuple(inspect.signature(function).parameters)


@dataclass(frozen=True)
class Let:
    """A constant array under a name."""

    name: str
    values: ArrayLike

    def add(self, frame: Frame) -> None:
        """Put the array into the frame."""
        frame[self.name] = np.asarray(self.values, dtype=float)

    def json(self) -> dict[str, Any]:
        """Return the step as the browser reads it."""
        return {"kind": "let", "name": self.name, "values": np.ravel(self.values).tolist()}


@dataclass(frozen=True)
class Map:
    """A function of numbers, applied elementwise.

    Attributes:
        function: A program, or a function of named numbers that returns ``{name: number}``.
        bind: Where an input is called otherwise in the frame, ``{input: name in the frame}``.
        prefix: Put before the name of every output.
    """

    function: Program | Function
    bind: Mapping[str, str] = field(default_factory=dict)
    prefix: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "function", _traced(self.function))

    def add(self, frame: Frame) -> None:
        """Compute the outputs and put them into the frame."""
        inputs = {name: frame[self.bind.get(name, name)] for name in _names(self.function)}
        for name, value in self.function(**inputs).items():
            frame[self.prefix + name] = np.asarray(value, dtype=float)

    def json(self) -> dict[str, Any]:
        """Return the step as the browser reads it."""
        names = [self.bind.get(name, name) for name in self.function.inputs]
        outputs = [self.prefix + name for name in self.function.outputs]
        program = self.function.json()
        return {"kind": "map", "program": program, "reads": names, "writes": outputs}


@dataclass(frozen=True)
class Iterate:
    """A recurrence s ← f(s, …), with every state kept.

    Attributes:
        function: Takes the state and any other names of the frame, returns at least the new state.
            What it returns besides is kept too, as it was when the step was taken.
        start: Where each part of the state begins, ``{state: name in the frame}``.
        steps: How many times to apply the function.
        per_step: Names of arrays of length ``steps`` whose k-th entry goes into step k: drawn
            noise, the number of a batch.
        prefix: Put before the name of every output.  A state gives an array of ``steps + 1``
            entries, anything else one of ``steps``.
    """

    function: Program | Function
    start: Mapping[str, str]
    steps: int
    per_step: tuple[str, ...] = ()
    prefix: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "function", _traced(self.function))

    def add(self, frame: Frame) -> None:
        """Run the recurrence and put every path into the frame."""
        names = _names(self.function)
        values = [0.0 if name in self.per_step else float(frame[self.start.get(name, name)])
                  for name in names]  # fmt: skip
        noise = [(names.index(name), frame[name].tolist()) for name in self.per_step]
        outputs, run = self._stepper(names, values)
        back = [(names.index(name), outputs.index(name)) for name in self.start]
        first = {name: values[names.index(name)] for name in self.start}
        table = []
        for k in range(self.steps):
            for place, drawn in noise:
                values[place] = drawn[k]
            results = run(*values)
            table.append(results)
            for place, source in back:
                values[place] = results[source]
        columns = np.array(table, dtype=float).reshape(self.steps, len(outputs)).T
        for name, column in zip(outputs, columns, strict=True):
            begun = [first[name]] if name in first else []
            frame[self.prefix + name] = np.concatenate([begun, column])

    def _stepper(
        self, names: tuple[str, ...], values: list[float]
    ) -> tuple[tuple[str, ...], Callable[..., tuple[float, ...]]]:
        """Return the names of what a step gives, and the step on plain floats."""
        function = self.function
        if isinstance(function, Program):
            return function.outputs, function.floats
        outputs = tuple(function(**dict(zip(names, values, strict=True))))
        return outputs, lambda *now: tuple(
            map(float, function(**dict(zip(names, now, strict=True))).values())
        )

    def json(self) -> dict[str, Any]:
        """Return the step as the browser reads it."""
        return {
            "kind": "iterate",
            "program": self.function.json(),
            "reads": [self.start.get(name, name) for name in self.function.inputs],
            "state": list(self.start),
            "per_step": list(self.per_step),
            "steps": self.steps,
            "prefix": self.prefix,
        }


@dataclass(frozen=True)
class Pick:
    """Single entries of arrays, under names of their own.

    Attributes:
        index: Which entry: a whole number, −1 for the last one; or a name of the frame, whose
            numbers are rounded and kept within the array: one entry for each of them.
        entries: ``{new name: array in the frame}``.
    """

    index: int | str
    entries: Mapping[str, str]

    def add(self, frame: Frame) -> None:
        """Put the entries into the frame."""
        for name, source in self.entries.items():
            row = np.ravel(frame[source])
            frame[name] = np.asarray(row[self._places(frame, row.size)])

    def _places(self, frame: Frame, size: int) -> int | np.ndarray:
        if not isinstance(self.index, str):
            return self.index
        wanted = frame[self.index]
        nearest = np.floor(np.where(np.isfinite(wanted), wanted, 0.0) + 0.5)
        return np.clip(nearest, 0, size - 1).astype(int)

    def json(self) -> dict[str, Any]:
        """Return the step as the browser reads it."""
        writes, reads = list(self.entries), list(self.entries.values())
        return {"kind": "pick", "index": self.index, "reads": reads, "writes": writes}


Step = Let | Map | Iterate | Pick


class Recipe:
    """A list of steps, run in order.

    Args:
        steps: Each may read the inputs and every name above it.
    """

    def __init__(self, steps: Iterable[Step]) -> None:
        self.steps = tuple(steps)

    def __call__(self, inputs: Mapping[str, float]) -> Frame:
        """Return the frame: the inputs, and every array that follows from them."""
        frame = {name: np.asarray(value, dtype=float) for name, value in inputs.items()}
        for step in self.steps:
            step.add(frame)
        return frame

    @property
    def runs_in_browser(self) -> bool:
        """Whether every function in it is a program."""
        return all(
            isinstance(s.function, Program) for s in self.steps if isinstance(s, Map | Iterate)
        )

    def json(self) -> list[dict[str, Any]] | None:
        """Return the recipe as the browser reads it, or None if it has to be run here."""
        return [step.json() for step in self.steps] if self.runs_in_browser else None
