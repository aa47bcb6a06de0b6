"""The hidden cases behind the checks of Day 12: the simplest first, then random ones.

They are hidden, not secret, and the same for everybody and on every run.
"""

from __future__ import annotations

from math import ceil

import numpy as np

from lecture_lib.arguments import Array
from lecture_lib.numerals import bracketed

_rng = np.random.default_rng(20210312)

# The first pairs come out even; then the numbers of the lecture's course, and single rests.
EPOCHS: list[tuple[str, tuple[int, int]]] = [
    (f"N = {n}, B = {b}", (n, b))
    for n, b in ((20, 20), (20, 1), (1000, 100), (10_000, 10), (20, 7), (50_000, 256), (7, 10))
]
SAMPLERS = ((6, 2), (20, 5), (20, 8), (7, 7), (5, 1))


def updates(examples: int, batch_size: int) -> int:
    """Return ⌈N/B⌉, the updates of one epoch."""
    return ceil(examples / batch_size)


def batch_gradient(gradients: Array, batch: Array) -> Array:
    """Return the mean of the chosen rows, shape ``(n,)``."""
    return gradients[batch].mean(axis=0)


def step(
    theta: Array, movement: Array, gradient: Array, learning_rate: float, momentum: float
) -> Array:
    """Return θ and m after one step, stacked, shape ``(2, n)``."""
    moved = momentum * movement - learning_rate * gradient
    return np.array([theta + moved, moved])


def movement(gradients: Array, learning_rate: float, momentum: float) -> Array:
    """Return −η Σ_k β^(i−1−k) g^k for the gradients g⁰ … g^(i−1), shape ``(n,)``."""
    return -learning_rate * momentum ** np.arange(len(gradients))[::-1] @ gradients


def rates(learning_rate: float, momentum: float) -> Array:
    """Return the rates with which PyTorch's form and the average walk the lecture's path."""
    return np.array([learning_rate, learning_rate / (1 - momentum)])


def _batches() -> list[tuple[str, tuple[Array, Array]]]:
    small = np.array([[2.0, 0.0], [0.0, 4.0], [4.0, 2.0], [6.0, -2.0]])
    chosen = [np.array(rows) for rows in ([2], [1, 3], [3, 2, 0], [3, 1, 0, 2])]
    cases = [(f"gradients {bracketed(small)}, batch {bracketed(b)}", (small, b)) for b in chosen]
    for size in (3, 7):
        gradients = _rng.normal(size=(12, 3)).round(2)
        batch = _rng.permutation(12)[:size]
        cases.append((f"12 gradients, batch {bracketed(batch)}", (gradients, batch)))
    return cases


def _steps() -> list[tuple[str, tuple[Array, Array, Array, float, float]]]:
    rows = [
        ([0.0, 0.0], [0.0, 0.0], [1.0, -2.0], 0.1, 0.9),
        ([1.0, 2.0], [1.0, 0.0], [0.0, 0.0], 0.1, 0.5),
        ([1.0, 2.0], [1.0, 0.0], [1.0, -1.0], 0.1, 0.0),
        ([1.0, 2.0], [0.5, -1.0], [3.0, 1.0], 0.2, 0.9),
    ]
    for _ in range(4):
        rows.append((*_rng.normal(size=(3, 2)).round(2).tolist(), *_knobs()))
    return [
        (
            f"θ = {bracketed(t)}, m = {bracketed(m)}, g = {bracketed(g)}, η = {eta}, β = {beta}",
            (np.array(t), np.array(m), np.array(g), eta, beta),
        )
        for t, m, g, eta, beta in rows
    ]


def _histories() -> list[tuple[str, tuple[Array, float, float]]]:
    histories = [
        (np.array([[1.0, 0.0]]), 0.1, 0.9),
        (np.array([[1.0, 0.0], [0.0, 1.0]]), 0.1, 0.5),
        (np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), 0.1, 0.0),
    ]
    for length in (3, 5, 8):
        histories.append((_rng.normal(size=(length, 2)).round(2), *_knobs()))
    return [
        (f"g⁰, g¹, … = {bracketed(g)}, η = {eta}, β = {beta}", (g, eta, beta))
        for g, eta, beta in histories
    ]


def _knobs() -> tuple[float, float]:
    return round(_rng.uniform(0.01, 0.3), 2), round(_rng.uniform(0.3, 0.95), 2)


BATCHES, STEPS, HISTORIES = _batches(), _steps(), _histories()
KNOBS = [
    (f"η = {eta}, β = {beta}", (eta, beta))
    for eta, beta in ((0.1, 0.0), (0.1, 0.5), (0.01, 0.9), _knobs(), _knobs())
]
