"""Error surfaces: a loss over two parameters θ = (w1, w2), with its gradient and its Hessian.

The lectures' own examples stand in `SURFACES`; `Surface.from_formula` makes one from any formula,
with derivatives that SymPy works out exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import formulas
from lecture_lib.arguments import Array, described, real_array, whole_number
from lecture_lib.losses import Window, function_of_the_plane, plane_window, string
from lecture_lib.program import Program
from lecture_lib.tracing import trace

SQUARE: Window = ((-2.0, 2.0), (-2.0, 2.0))


@dataclass(frozen=True)
class GradientField:
    """∇L of a surface: call it on arrays ``(..., 2)``, or use `at` on two plain floats."""

    program: Program

    def __call__(self, theta: ArrayLike) -> Array:
        """Return ∇L(θ), shape ``(..., 2)``."""
        values = self.program(**_split(theta))
        parts = [np.broadcast_to(values[name], np.shape(theta)[:-1]) for name in ("g1", "g2")]
        return np.stack(parts, axis=-1) + 0.0  # no −0

    @cached_property
    def at(self) -> Callable[[float, float], tuple[float, float]]:
        """(w1, w2) → (∂L/∂w1, ∂L/∂w2) on plain floats: the fast way to follow one descent."""
        return self.program.floats


@dataclass(frozen=True, eq=False)
class Surface:
    """A loss L(w1, w2) that knows its slopes and its curvatures.

    Attributes:
        program: Inputs ``w1 w2``; outputs ``loss g1 g2 h11 h12 h22``.  Usually a `Program`, which
            the browser runs too; a plain function with the same names works, through the kernel.
        window: What a figure shows, ``((w1 from, to), (w2 from, to))``.
        parts_latex: The formulas of L, of its slopes and of its curvatures, by the names of the
            program's outputs; empty for a surface made from a function.
        name: Its key in `SURFACES`, or empty.
        formula: What `from_formula` was given, or empty.
        loss_alone: θ of shape ``(..., 2)`` → L, where the program's derivatives would cost much
            time to no purpose; None if the program is quick.
    """

    program: Program | Callable[..., Mapping[str, Any]]
    window: Window = SQUARE
    parts_latex: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    formula: str = ""
    loss_alone: Callable[[Array], ArrayLike] | None = None

    @classmethod
    def from_formula(cls, text: str, *, window: Window = SQUARE, name: str = "") -> Surface:
        """Make a surface from a formula in w1 and w2; the same one for the same arguments.

        Args:
            text: Such as ``"(1 - w1*w2)**2"``; see `formulas.parse` for what may stand in it.
            window: The part of the plane that figures show.
            name: A short name for it.

        Raises:
            FormulaError: If the formula cannot be read; it says where, and what to write instead.
            TypeError: If the formula or the name is not a string.
            ValueError: If the window is not two rising, finite ranges.
        """
        text, name = string(text, "the formula"), string(name, "name")
        return _from_formula(cls, text, plane_window(window), name)

    @classmethod
    def from_function(
        cls, loss: Callable[[Array], ArrayLike], *, window: Window = SQUARE, name: str = ""
    ) -> Surface:
        """Make a surface from any Python function of θ.

        Slopes and curvatures are central differences of the loss, good to about six digits, and a
        figure of it asks the kernel for every frame.

        Args:
            loss: Takes θ of shape ``(..., 2)``, returns L of shape ``(...)``.
            window: The part of the plane that figures show.
            name: A short name for it.

        Raises:
            TypeError: If ``loss`` cannot be called, or returns something else than numbers.
            ValueError: If it does not return one number for each θ, or the window is unusable.
        """
        program = _differences(function_of_the_plane(loss))
        return cls(program, plane_window(window), name=string(name, "name"))

    @property
    def latex(self) -> str:
        """The formula of L in LaTeX; empty for a surface made from a function."""
        return self.parts_latex.get("loss", "")

    def loss(self, theta: ArrayLike) -> Array:
        """Return L(θ) for θ of shape ``(..., 2)``, shape ``(...)``."""
        places = _split(theta)
        if self.loss_alone is not None:
            return np.array(self.loss_alone(np.stack([*places.values()], axis=-1)), dtype=float)
        return np.broadcast_to(self.program(**places)["loss"], np.shape(theta)[:-1]).astype(float)

    @cached_property
    def gradient(self) -> GradientField:
        """∇L as a function of θ: ``surface.gradient(theta)`` has the shape ``(..., 2)``."""
        program = self.program
        return GradientField(program.only("g1", "g2") if isinstance(program, Program) else program)

    def hessian(self, theta: ArrayLike) -> Array:
        """Return H(θ), H_ij = ∂²L/∂w_i∂w_j, for θ of shape ``(..., 2)``, shape ``(..., 2, 2)``."""
        values = self.program(**_split(theta))
        h11, h12, h22 = np.broadcast_arrays(*(values[name] for name in ("h11", "h12", "h22")))
        rows = np.stack([h11, h12], axis=-1), np.stack([h12, h22], axis=-1)
        return np.broadcast_to(np.stack(rows, axis=-2), (*np.shape(theta)[:-1], 2, 2)) + 0.0

    def grid(self, points: int) -> tuple[Array, Array, Array]:
        """Return ``w1``, ``w2`` (each ``(points,)``) and L on their grid, rows along w2."""
        whole_number(points, "points", least=2, most=2000)
        w1, w2 = (np.linspace(*side, points) for side in self.window)
        return w1, w2, self.loss(np.stack(np.meshgrid(w1, w2), axis=-1))


def _split(theta: ArrayLike) -> dict[str, Array]:
    array = real_array(theta, "θ")
    if array.ndim == 0 or array.shape[-1] != 2:
        raise ValueError(f"expected θ with a last axis of two, (w1, w2); got shape {array.shape}.")
    return {"w1": array[..., 0], "w2": array[..., 1]}


@lru_cache(maxsize=64)  # figures keep their bitmaps by surface
def _from_formula(kind: type[Surface], text: str, window: Window, name: str) -> Surface:
    program, parts = _compiled(text)
    return kind(program, window, parts, name, text)


@lru_cache(maxsize=64)
def _compiled(text: str) -> tuple[Program, Mapping[str, str]]:
    """Differentiate a formula twice and write it all down as one program."""
    loss = formulas.parse(text)
    import sympy  # half a second, so only with the first formula

    w1, w2 = formulas.symbols()
    g1, g2 = formulas.derivative(loss, w1), formulas.derivative(loss, w2)
    wanted = {"loss": loss, "g1": g1, "g2": g2, "h11": formulas.derivative(g1, w1)}
    wanted |= {"h12": formulas.derivative(g1, w2), "h22": formulas.derivative(g2, w2)}
    shared, reduced = sympy.cse(list(wanted.values()))

    def program(w1: Any, w2: Any) -> dict[str, Any]:
        values = dict(zip(formulas.symbols(), (w1, w2), strict=True))
        for symbol, part in shared:
            values[symbol] = formulas.emit(part, values)
        return {n: formulas.emit(e, values) for n, e in zip(wanted, reduced, strict=True)}

    latex = {name: sympy.latex(expression) for name, expression in wanted.items()}
    return trace(program), latex


def _differences(loss: Callable[[Array], ArrayLike]) -> Callable[..., dict[str, Array]]:
    """Central differences with the steps that balance rounding against truncation."""
    slope, bend = np.finfo(float).eps ** (1 / 3), np.finfo(float).eps ** (1 / 4)

    def program(w1: ArrayLike, w2: ArrayLike) -> dict[str, Array]:
        theta = np.stack(np.broadcast_arrays(w1, w2), axis=-1).astype(float)

        def at(i: float, j: float, h: float) -> Array:
            values = loss(theta + h * np.array([i, j]))
            return real_array(values, "the loss", shape=theta.shape[:-1])

        here = at(0, 0, 0)
        return {
            "loss": here,
            "g1": (at(1, 0, slope) - at(-1, 0, slope)) / (2 * slope),
            "g2": (at(0, 1, slope) - at(0, -1, slope)) / (2 * slope),
            "h11": (at(1, 0, bend) - 2 * here + at(-1, 0, bend)) / bend**2,
            "h22": (at(0, 1, bend) - 2 * here + at(0, -1, bend)) / bend**2,
            "h12": (at(1, 1, bend) - at(1, -1, bend) - at(-1, 1, bend) + at(-1, -1, bend))
            / (4 * bend**2),
        }

    return program


class _Catalogue(Mapping[str, Surface]):
    """Surfaces by name, each differentiated when it is first asked for."""

    def __init__(self, entries: Mapping[str, tuple[str, Window]]) -> None:
        self._entries = entries
        self._made: dict[str, Surface] = {}

    def __getitem__(self, name: str) -> Surface:
        if not isinstance(name, str) or name not in self._entries:
            known = ", ".join(self._entries)
            raise KeyError(f"no surface is called {described(name)}; there are {known}.")
        if name not in self._made:
            text, window = self._entries[name]
            self._made[name] = Surface.from_formula(text, window=window, name=name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


SURFACES: Mapping[str, Surface] = _Catalogue({
    # the lecture's "world's worst network" y = w1 w2 x, one example x = ŷ = 1 (slides p. 7)
    "two_weights": ("(1 - w1*w2)**2", SQUARE),
    # the three landscapes of the sign test (slides p. 5)
    "bowl": ("w1**2 + w2**2", SQUARE),
    "peak": ("-w1**2 - w2**2", SQUARE),
    "saddle": ("w1**2 - w2**2", SQUARE),
    # where the Hessian is zero and the sign test has nothing to say
    "monkey_saddle": ("w1**3 - 3*w1*w2**2", SQUARE),
    "flat_minimum": ("w1**4 + w2**4", SQUARE),
    "valley_floor": ("(w1 - w2)**2", SQUARE),
    # classics of optimisation, for descents
    "himmelblau": ("(w1**2 + w2 - 11)**2 + (w1 + w2**2 - 7)**2", ((-5.0, 5.0), (-5.0, 5.0))),
    "rosenbrock": ("(1 - w1)**2 + 100*(w2 - w1**2)**2", ((-2.0, 2.0), (-1.0, 3.0))),
    "beale": (
        "(1.5 - w1 + w1*w2)**2 + (2.25 - w1 + w1*w2**2)**2 + (2.625 - w1 + w1*w2**3)**2",
        ((-4.5, 4.5), (-4.5, 4.5)),
    ),
})  # fmt: skip
