"""The hidden cases behind the checks of Day 11: the simplest first, then random ones.

They are hidden, not secret, and the same for everybody and on every run, so that a message can be
talked about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from lecture_lib.arguments import Array
from lecture_lib.numerals import bracketed

_rng = np.random.default_rng(20210305)  # the date on the lecture's slides


@dataclass(frozen=True, eq=False)
class MatrixCase:
    """A Hessian at a critical point, its verdict, and what each wrong verdict gives away."""

    hessian: Array
    expected: str
    hints: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class LineCase:
    """A loss along a line without curvature, and what each wrong answer gives away."""

    given: str
    loss: Callable[[Array], Array]
    theta: Array
    direction: Array
    expected: str
    hints: Mapping[str, str]


def gradient(theta: Array) -> Array:
    """Return ∇L of L = (1 − w1 w2)², shape ``(2,)``."""
    return -2 * (1 - theta.prod()) * theta[::-1]


def hessian(theta: Array) -> Array:
    """Return the Hessian of L = (1 − w1 w2)², shape ``(2, 2)``."""
    w1, w2 = theta
    mixed = -2 + 4 * w1 * w2
    return np.array([[2 * w2**2, mixed], [mixed, 2 * w1**2]])


def _points() -> list[tuple[str, tuple[Array]]]:
    simple = np.array([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.5, 2.0)])
    points = np.concatenate([simple, _rng.uniform(-2, 2, (6, 2)).round(2)])
    return [(f"θ = {bracketed(point)}", (point,)) for point in points]


def _turned(*eigenvalues: float) -> Array:
    """Return a symmetric matrix with these eigenvalues and random eigenvectors."""
    turn, _ = np.linalg.qr(_rng.standard_normal((len(eigenvalues),) * 2))
    matrix = turn * np.array(eigenvalues) @ turn.T
    return (matrix + matrix.T) / 2


def _matrices() -> list[MatrixCase]:
    def silent(minimum: str, maximum: str, saddle: str) -> dict[str, str]:
        hints = {"minimum": minimum, "maximum": maximum, "saddle": saddle}
        return {verdict: f"check.classifier.{hint}" for verdict, hint in hints.items()}

    upturned = {"maximum": "check.classifier.reversed"}
    downturned = {"minimum": "check.classifier.reversed"}
    diagonal = dict.fromkeys(("minimum", "inconclusive"), "check.classifier.diagonal")
    exact = silent("semidefinite_up", "semidefinite_down", "default_saddle")
    rounded = silent("rounding", "rounding", "rounding")
    scale = {"inconclusive": "check.classifier.scale"}
    beside = {"inconclusive": "check.classifier.zero_beside"}
    return [
        MatrixCase(np.array([[2.0, 0.0], [0.0, 3.0]]), "minimum", upturned),
        MatrixCase(np.array([[-1.0, 0.0], [0.0, -4.0]]), "maximum", downturned),
        MatrixCase(np.array([[2.0, 0.0], [0.0, -1.0]]), "saddle", {}),
        MatrixCase(np.array([[0.0, -2.0], [-2.0, 0.0]]), "saddle", diagonal),
        MatrixCase(np.array([[1.0, 3.0], [3.0, 1.0]]), "saddle", diagonal),
        MatrixCase(np.array([[2.0, 2.0], [2.0, 2.0]]), "inconclusive", exact),
        MatrixCase(np.array([[-2.0, 2.0], [2.0, -2.0]]), "inconclusive", exact),
        MatrixCase(np.zeros((2, 2)), "inconclusive", silent("flat", "flat", "flat")),
        MatrixCase(np.diag([1.0, 0.0, -1.0]), "saddle", beside),
        *(MatrixCase(_turned(0, size), "inconclusive", rounded) for size in (3, 5, 2, 7)),
        MatrixCase(_turned(-4, -1, 0), "inconclusive", rounded),
        MatrixCase(_turned(1, 2, 5), "minimum", upturned),
        MatrixCase(_turned(-2, 0, 1), "saddle", beside),
        MatrixCase(1e-10 * _turned(1, 2), "minimum", upturned | scale),
        MatrixCase(1e-10 * _turned(-1, 2), "saddle", scale),
        MatrixCase(1e10 * _turned(0, 3), "inconclusive", rounded),
    ]


def _saddles() -> list[Array]:
    simple = ([[1, 0], [0, -1]], [[0, -2], [-2, 0]], [[-1, 0], [0, -3]], [[1, 3], [3, 1]])
    turned = [(-2, 1), (-1, 3), (-3, -1), (-2, 1, 4), (-5, -1, 2)]
    return [np.array(h, dtype=float) for h in simple] + [_turned(*values) for values in turned]


def _expansions() -> list[tuple[str, tuple[float, Array, Array, Array, Array]]]:
    origin, nothing, flat = np.zeros(2), np.zeros(2), np.zeros((2, 2))
    saddle = np.array([[0.0, -2.0], [-2.0, 0.0]])
    cases = [
        (1.0, nothing, flat, origin, np.array([0.5, 0.0])),
        (0.0, np.array([1.0, 0.0]), flat, origin, np.array([0.5, 0.0])),
        (0.0, nothing, np.diag([2.0, 0.0]), origin, np.array([0.5, 0.0])),
        (1.0, nothing, saddle, origin, np.array([1.0, 1.0])),
        (0.0, np.array([1.0, 2.0]), np.eye(2), np.ones(2), np.ones(2)),
    ]
    for size in (2, 2, 3):
        g, center, theta = _rng.uniform(-2, 2, (3, size)).round(2)
        cases.append((1.5, g, _turned(*range(-1, size - 1)).round(2), center, theta))
    names = ("L(θ′)", "g", "H", "θ′", "θ")
    return [
        (", ".join(f"{n} = {bracketed(v)}" for n, v in zip(names, case, strict=True)), case)
        for case in cases
    ]


def _flat_lines() -> list[LineCase]:
    def case(
        shape: str,
        profile: Callable[[Array], Array],
        expected: str,
        *,
        lift: float = 0.0,
        across: float = 0.0,
        turn: bool = False,
        **hints: str,
    ) -> LineCase:
        """Lay the profile along a line through θ, with curvature ``across`` it."""
        angle = _rng.uniform(0.3, 1.2) if turn else 0.0
        theta = _rng.uniform(-1, 1, 2).round(2) if turn else np.zeros(2)
        u, across_u = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])

        def loss(point: Array) -> Array:
            offset = np.asarray(point, dtype=float) - theta
            return lift + profile(offset @ u) + across / 2 * (offset @ across_u) ** 2

        keys = {answer: f"check.flat_direction.{hint}" for answer, hint in hints.items()}
        return LineCase(f"L(θ + t u) = {shape}", loss, theta, u, expected, keys)

    def valley(point: Array) -> Array:
        point = np.asarray(point, dtype=float)
        return (1 - point[..., 0] * point[..., 1]) ** 2

    one_side = {"minimum": "one_side", "maximum": "one_side"}
    along = np.array([1.0, -1.0]) / np.sqrt(2)
    blind = "check.flat_direction.silent"
    return [
        case("t⁴", lambda t: t**4, "minimum", neither="silent", maximum="sign"),
        case("−t⁴", lambda t: -(t**4), "maximum", neither="silent", minimum="semidefinite"),
        case("t³", lambda t: t**3, "neither", **one_side),
        case("−t³", lambda t: -(t**3), "neither", **one_side),
        LineCase("t⁴/4", valley, np.ones(2), along, "minimum", {"neither": blind}),
        case("3 + t⁴", lambda t: t**4, "minimum", lift=3, across=4, turn=True, neither="rounding"),
        case("1 − t⁴", lambda t: -(t**4), "maximum", lift=1, across=4, turn=True,
             minimum="semidefinite", neither="rounding"),
        case("2 + t³", lambda t: t**3, "neither", lift=2, across=4, turn=True, **one_side),
        case("t⁴ − 4 t⁶", lambda t: t**4 * (1 - 4 * t**2), "minimum", turn=True,
             maximum="too_far", neither="too_far"),
        case("1e−6 t⁴", lambda t: 1e-6 * t**4, "minimum", turn=True, neither="scale"),
    ]  # fmt: skip


POINTS = _points()
MATRICES = _matrices()
SADDLES = _saddles()
EXPANSIONS = _expansions()
FLAT_LINES = _flat_lines()
