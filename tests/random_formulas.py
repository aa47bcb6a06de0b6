"""Random formulas whose value, slopes and curvatures are of ordinary size on [−2, 2]²."""

from __future__ import annotations

import numpy as np


def random_formula(rng: np.random.Generator, *, depth: int = 3) -> str:
    """Return a formula that `formulas.parse` reads.

    Every rule below keeps a bound on the size of what it makes, so that nothing overflows; what
    stands below a fraction line, in a root or in a logarithm is at least 1, so that nothing is
    singular.  The one kind of kink, of abs, lies on a straight line.

    Args:
        rng: Where the choices come from.
        depth: How many operations may stand in one another.
    """
    while True:
        text, _ = _tree(rng, depth)
        if "w" in text and len(text) <= 120:
            return text


def _tree(rng: np.random.Generator, depth: int) -> tuple[str, float]:
    """Return a formula and a bound on its size."""
    if depth == 0 or rng.random() < 0.1:
        return _leaf(rng)
    (u, size), (v, other) = _tree(rng, depth - 1), _tree(rng, depth - 1)
    if u == v:
        return _leaf(rng)
    rules = [
        (f"({u} + {v})", size + other),
        (f"({u} - {v})", size + other),
        (f"(-{u} + {v})", size + other),
        (f"{u}*{v}", size * other),
        (f"({u})**2", size**2),
        (f"({u})**3", size**3),
        (f"{u}/(1 + ({v})**2)", size),
        (f"(2 + ({u})**2)**-1", 1.0),
        (f"sin({u})", 1.0),
        (f"cos({u})", 1.0),
        (f"tanh({u})", 1.0),
        (f"tan(tanh({u}))", 1.6),
        (f"exp(-({u})**2)", 1.0),
        (f"exp(sin({u}))", 2.8),
        (f"2**cos({u})", 2.0),
        (f"log(1 + ({u})**2)", size),
        (f"sqrt(1 + ({u})**2)", 1 + size),
        (f"(1.5 + cos({u}))**0.3", 1.4),
        (f"abs(w1 - {rng.uniform(-1, 1):.3f}*w2 + 0.1)*{u}", 4.1 * size),
    ]
    text, bound = rules[rng.integers(len(rules))]
    if "w" not in text:
        return _leaf(rng)
    return (text, bound) if bound <= 12 else (f"{text}/{bound:.0f}", 1.0)


def _leaf(rng: np.random.Generator) -> tuple[str, float]:
    kind = rng.integers(6)
    if kind < 4:
        return ("w1", "w2")[kind % 2], 2.0
    if kind == 4:
        return ("pi", "e", "pi/4", "0.5*e")[rng.integers(4)], 3.2
    return f"{rng.uniform(0.1, 3):.2f}", 3.0
