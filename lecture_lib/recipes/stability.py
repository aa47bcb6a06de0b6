"""How fast momentum converges on a quadratic, over the learning rate η and the momentum β.

Along an eigen-direction with eigenvalue λ the distance d from the minimum follows
dᵏ⁺¹ = (1 + β − ηλ) dᵏ − β dᵏ⁻¹.  In the long run it shrinks by |z| a step, with the root z of
larger modulus of z² − (1 + β − ηλ) z + β; it swings where the roots are complex, and it grows from
ηλ = 2(1 + β) on.  (Polyak 1964; Goh 2017, distill.pub/2017/momentum.)

Both roots have |z| ≤ r just where β ≤ r² and (1 − r)(1 − β/r) ≤ ηλ ≤ (1 + r)(1 + β/r): with
z = r u this is the stability triangle of u² − … .  For two eigenvalues the lower bound is that of
λmin and the upper one that of λmax, so a line of equal rate is made of straight pieces.
"""

from __future__ import annotations

import math

import numpy as np

from lecture_lib.program import Number
from lecture_lib.recipe import Iterate, Let, Map, Recipe
from lecture_lib.recipes.curvature import Numbers, eigen, verdict
from lecture_lib.recipes.places import Place, place
from lecture_lib.tracing import absolute, less, log, sqrt, where

LONG_BOWL = "(w1**2 + 100*w2**2)/2"  # its condition number is 100, wherever θ stands
PLACES = {  # where θ starts, by surface: at a minimum, if there is one
    "himmelblau": Place((3.0, 2.0)),
    "long_bowl": Place((0.0, 0.0), LONG_BOWL),
    "rosenbrock": Place((1.0, 1.0)),
    "two_weights": Place((1.0, 1.0)),
    "saddle": Place((0.0, 0.0)),
}
TOP = 0.99  # the largest β shown
RATES = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98)  # of the level lines
NAMED = {"half": 0.5, "seven": 0.7, "nine": 0.9}  # those that carry a number
NAME_AT = 0.06  # the β at which the edge carries its formula
LETTER = 0.07, 0.92  # the name of the axis lies to the left of this part of η, above this β
STEPS = 60  # of the path on the quadratic model
SHRINK = math.log(1000.0)


def widest(name: str) -> float:
    """Return where the axis of η ends: a tenth beyond the last stable η, 4/λmax, at the start."""
    surface, start = place(name, PLACES)
    end = 4.4 / float(np.linalg.eigvalsh(surface.hessian(start))[-1])
    digit = 10.0 ** (math.floor(math.log10(end)) - 1)
    return round(end / digit) * digit


def middle(name: str) -> tuple[float, float]:
    """Return an (η, β) to start from: ηλmax = 1 and β = 0.5, which swings."""
    return widest(name) / 4.4, 0.5


def has_bowls(name: str) -> bool:
    """Return whether both curvatures are positive anywhere in the surface's window."""
    surface, _ = place(name, PLACES)
    w1, w2 = np.meshgrid(*(np.linspace(low, high, 41) for low, high in surface.window))
    curvatures = np.linalg.eigvalsh(surface.hessian(np.stack([w1, w2], axis=-1)))
    return bool((curvatures > 0).all(axis=-1).any())


def stability(name: str) -> Recipe:
    """The map of stability of the Hessian at (``w1``, ``w2``), and its point (η, β).

    Further inputs are ``learning_rate`` and ``momentum``.  ``low`` and ``high`` are the
    eigenvalues, ``kappa`` their ratio.  ``rate`` is the larger |z| over both, ``steps`` how many
    steps shrink a distance by 1000 at that rate; ``best_…`` and ``plain_…`` are the same where
    they are smallest with momentum and without.  ``level_eta``, ``level_beta`` run round the lines
    of equal rate, NaN after each; a line that would run through the name of the axis is NaN
    altogether.  ``edge``, ``calm`` and ``wild`` are the η over ``beta`` at which λmax begins to
    diverge, to swing and to flip its sign at every step.  ``path_x``, ``path_y`` is a descent on
    the quadratic model.

    ``story`` is 0 where nothing moves, 1 monotone, 2 swinging, 3 flipping, 4 diverging (all along
    λmax); 5 at a saddle, 6 where both eigenvalues are negative, 7 where λmin is 0.

    Args:
        name: One of `PLACES`.

    Raises:
        TypeError: If the name is not a string.
        ValueError: If the name is none of them.
    """
    surface, _ = place(name, PLACES)
    reach = 0.14 * (surface.window[0][1] - surface.window[0][0])
    return Recipe([
        Let("zero", 0.0),
        Let("reach", reach),
        Map(surface.program),
        Map(eigen),
        Map(verdict),
        Map(_directions),
        Let("beta", np.linspace(0, TOP, 61) ** 2 / TOP),  # closer where √β is steep
        Map(_borders),
        Map(_best),
        Let("level", np.repeat(RATES, 5)),
        Let("corner", np.tile(np.arange(5), len(RATES))),
        Let("widest", widest(name)),
        Map(_level_line, prefix="level_"),
        *(Let(f"{n}_level", level) for n, level in NAMED.items()),
        *(Map(_label, {"level": f"{n}_level"}, prefix=f"{n}_") for n in NAMED),
        Map(_here),
        Iterate(_model_step, {"p1": "reach", "p2": "reach", "m1": "zero", "m2": "zero"}, STEPS),
        Map(_path),
    ])  # fmt: skip


def _modulus(curvature: Number, momentum: Number) -> Number:
    """Return the larger |z| of the roots of z² − (1 + β − ηλ) z + β, where ``curvature`` is ηλ."""
    middle = 1.0 + momentum - curvature
    inside = middle * middle - 4.0 * momentum
    swings = less(inside, 0.0)
    real = (absolute(middle) + sqrt(where(swings, 0.0, inside))) / 2.0
    return where(swings, sqrt(momentum), real)


def _slower(learning_rate: Number, momentum: Number, low: Number, high: Number) -> Numbers:
    """The factor a step of the slower of the two directions."""
    one, two = (_modulus(learning_rate * value, momentum) for value in (low, high))
    return {"rate": where(less(one, two), two, one), "rate_low": one, "rate_high": two}


def _steps(rate: Number, zero: Number) -> Number:
    """The steps that shrink a distance by 1000: ln 1000/−ln r, infinite from r = 1 on."""
    shrinks = less(rate, 1.0)
    return where(shrinks, SHRINK / -log(where(shrinks, rate, 0.5)), 1.0 / zero)


def _directions(
    w1: Number, w2: Number, low_x: Number, low_y: Number, high_x: Number, high_y: Number,
    reach: Number,
) -> Numbers:  # fmt: skip
    found: Numbers = {}
    for name, (x, y) in {"low": (low_x, low_y), "high": (high_x, high_y)}.items():
        found |= {f"{name}_from_x": w1 - reach * x, f"{name}_from_y": w2 - reach * y,
                  f"{name}_long_x": 2.0 * reach * x, f"{name}_long_y": 2.0 * reach * y,
                  f"{name}_end_x": w1 - reach * x, f"{name}_end_y": w2 - reach * y}  # fmt: skip
    return found


def _borders(beta: Number, high: Number, high_bend: Number, zero: Number) -> Numbers:
    """The η at which the direction of λmax diverges, begins to swing, and begins to flip."""
    value = where(less(1.5, high_bend), high, zero / zero)  # none but for an upward curvature
    root = sqrt(beta)
    return {"edge": 2.0 * (1.0 + beta) / value, "calm": (1.0 - root) * (1.0 - root) / value,
            "wild": (1.0 + root) * (1.0 + root) / value}  # fmt: skip


def _best(low: Number, high: Number, low_bend: Number, zero: Number) -> Numbers:
    """η = (2/(√λmin + √λmax))², β = ((√κ − 1)/(√κ + 1))²; plain η = 2/(λmin + λmax)."""
    bowl = less(1.5, low_bend)
    small, large = (where(bowl, value, zero / zero) for value in (low, high))
    root = sqrt(large / small)
    rate = (root - 1.0) / (root + 1.0)
    plain = (large - small) / (large + small)
    step = 2.0 / (sqrt(small) + sqrt(large))
    return {"kappa": large / small, "best_eta": step * step, "best_beta": rate * rate,
            "best_rate": rate, "best_steps": _steps(rate, zero),
            "plain_eta": 2.0 / (small + large), "plain_rate": plain,
            "plain_steps": _steps(plain, zero)}  # fmt: skip


def _level_line(
    level: Number, corner: Number, low: Number, high: Number, best_rate: Number, widest: Number,
    zero: Number,
) -> Numbers:  # fmt: skip
    """Corners 0 to 3 from the foot of the left side over the top to the foot of the right one.

    The sides stand on β = 0, or on the point above it where they meet.
    """
    left, right, top = 1.0 - level, 1.0 + level, level * level
    meet = (left * high - right * low) / (left * high + right * low)  # β/r
    foot = level * where(less(0.0, meet), meet, 0.0)
    beta = where(less(0.5, corner) * less(corner, 2.5), top, foot)
    eta = where(less(corner, 1.5), left * (1.0 - beta / level) / low,
                right * (1.0 + beta / level) / high)  # fmt: skip
    aside, above = LETTER
    hidden = less(above, top) * less(left * left / low, aside * widest)
    shown = less(best_rate, level) * (1.0 - hidden) * less(corner, 3.5)
    return {"eta": where(shown, eta, zero / zero), "beta": where(shown, beta, zero / zero)}


def _label(level: Number, high: Number, best_rate: Number, zero: Number) -> Numbers:
    """Where both directions swing the rate is √β: the level line is flat, and named at the edge."""
    shown = less(best_rate, level)
    edge = 2.0 * (1.0 + level * level) / high
    return {"x": where(shown, edge, zero / zero), "y": level * level}


def _here(
    learning_rate: Number, momentum: Number, low: Number, high: Number, low_bend: Number,
    high_bend: Number, zero: Number,
) -> Numbers:  # fmt: skip
    """The rate at the handle, and what is to be told."""
    slower = _slower(learning_rate, momentum, low, high)
    turn, root = learning_rate * high, sqrt(momentum)
    beyond = (less(1e-12, learning_rate), 1.0 - less(turn, (1.0 - root) * (1.0 - root)),
              1.0 - less(turn, (1.0 + root) * (1.0 + root)),
              1.0 - less(turn, 2.0 * (1.0 + momentum)))  # fmt: skip
    regime = where(beyond[3], 4.0, where(beyond[2], 3.0, where(beyond[1], 2.0, 1.0)))
    no_bowl = where(less(low_bend, 0.5), where(less(high_bend, 0.5), 6.0, 5.0), 7.0)
    story = where(less(1.5, low_bend), regime, no_bowl)
    return {**slower, "steps": _steps(slower["rate"], zero), "turn": turn,
            "edge_named": 2.0 * (1.0 + NAME_AT) / where(less(1.5, high_bend), high, zero / zero),
            "limit": 2.0 * (1.0 + momentum), "plain_growth": 1.0 - learning_rate * low,
            "story": where(beyond[0], story, 0.0)}  # fmt: skip


def _model_step(
    p1: Number, p2: Number, m1: Number, m2: Number, learning_rate: Number, momentum: Number,
    low: Number, high: Number,
) -> Numbers:  # fmt: skip
    """One step of m ← β m − η λ p, p ← p + m, along each eigen-direction by itself."""
    m1 = momentum * m1 - learning_rate * low * p1
    m2 = momentum * m2 - learning_rate * high * p2
    return {"p1": p1 + m1, "p2": p2 + m2, "m1": m1, "m2": m2}


def _path(
    p1: Number, p2: Number, w1: Number, w2: Number, low_x: Number, low_y: Number,
    high_x: Number, high_y: Number, reach: Number, zero: Number,
) -> Numbers:  # fmt: skip
    near = less(absolute(p1) + absolute(p2), 100.0 * reach)  # no line to the end of the world
    return {"path_x": where(near, w1 + p1 * low_x + p2 * high_x, zero / zero),
            "path_y": where(near, w2 + p1 * low_y + p2 * high_y, zero / zero)}  # fmt: skip
