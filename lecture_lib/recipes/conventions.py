"""Four forms of momentum from one start, and how far each path is from the lecture's.

    lee        m ← β m − η g,          θ ← θ + m               (slides p. 33)
    pytorch    v ← β v + g,            θ ← θ − η v             (torch.optim.SGD)
    average    v ← β v + (1 − β) g,    θ ← θ − η v
    nesterov   v ← β v + g,            θ ← θ − η (g + β v)     (torch.optim.SGD, nesterov=True)

The rate may change in the middle: what stands inside m keeps the old rate, what stands outside of v
gets the new one at once.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lecture_lib.program import Number, Program
from lecture_lib.recipe import Iterate, Let, Map, Pick, Recipe, Step
from lecture_lib.recipes.curvature import Numbers
from lecture_lib.recipes.scales import log10
from lecture_lib.surfaces import Surface
from lecture_lib.tracing import absolute, less, sqrt, trace, where

FORMS = ("momentum", "pytorch", "average", "nesterov")  # lee's form under the name of its look
STEPS = 60
MIDDLE = 30  # steps before the rate changes
FLOOR = 1e-17  # where equal points stand on a logarithmic axis
FAR = 100.0


def four_forms(surface: Surface) -> Recipe:
    """The four paths from (``w1``, ``w2``), and the logarithm of their distances from lee's.

    Further inputs are ``learning_rate``, ``momentum``, ``factor``, by which the rate is multiplied
    after `MIDDLE` of the `STEPS` steps, and ``scaled``: 1 gives `average` the rate η/(1 − β), 0 the
    rate η; ``average_rate`` is that rate before it changes.
    The paths are ``…_x``, ``…_y`` for each of `FORMS`, the distances ``…_gap`` and
    ``…_log_gap``, where no distance at all stands at log₁₀ `FLOOR`; ``…_end`` is the last distance
    and ``pytorch_after`` the one right after the change of the rate.

    ``case`` is 0 if the rate stays, so that pytorch visits lee's points, 1 if it changes, 2 if no
    form has a memory, 3 if one has run away; ``other`` is 0 if average visits lee's points too, 1
    if it visits pytorch's alone, 2 if neither, 3 if there is no memory.

    Args:
        surface: What is descended.
    """
    slopes = surface.gradient.program
    start = {"x": "w1", "y": "w2", "v1": "zero", "v2": "zero"}
    steps: list[Step] = [
        Let("zero", 0.0),
        Let("middle", MIDDLE),
        Let("all_steps", STEPS),
        Let("clock", np.arange(STEPS + 1)),
        Let("late", (np.arange(STEPS) >= MIDDLE).astype(float)),
        Map(lambda late, learning_rate, factor: {"rate": learning_rate * where(late, factor, 1.0)}),
        Map(lambda scaled, momentum: {"stretch": where(scaled, 1.0 / (1.0 - momentum), 1.0)}),
        Map(lambda learning_rate, stretch: {"average_rate": learning_rate * stretch}),
    ]
    for name, moved in _MOVES.items():
        walk = _walk(slopes, moved)
        steps.append(Iterate(walk, start, STEPS, ("rate",), prefix=f"{name}_"))
    lee = {"x": "momentum_x", "y": "momentum_y"}
    for name in FORMS[1:]:
        steps += [
            Map(_gap, {**lee, "ox": f"{name}_x", "oy": f"{name}_y"}, prefix=f"{name}_"),
            Pick(-1, {f"{name}_end": f"{name}_gap"}),
        ]
    points = {
        f"{name}_{axis}{k}": f"{name}_{axis}" for name in FORMS for axis in "xy" for k in "123"
    }
    lasts = {f"{name}_last_{axis}": f"{name}_{axis}" for name in FORMS for axis in "xy"}
    return Recipe([
        *steps,
        *(Pick(int(k), {new: old for new, old in points.items() if new[-1] == k}) for k in "123"),
        Pick(MIDDLE + 1, {"pytorch_after": "pytorch_gap"}),
        Pick(-1, lasts),
        Map(_case),
    ])  # fmt: skip


def _lee(v: Number, g: Number, rate: Number, momentum: Number, _: Number) -> tuple[Number, Number]:
    m = momentum * v - rate * g
    return m, m


def _pytorch(
    v: Number, g: Number, rate: Number, momentum: Number, _: Number
) -> tuple[Number, Number]:
    v = momentum * v + g
    return v, -rate * v


def _average(
    v: Number, g: Number, rate: Number, momentum: Number, stretch: Number
) -> tuple[Number, Number]:
    v = momentum * v + (1.0 - momentum) * g
    return v, -(rate * stretch) * v


def _nesterov(
    v: Number, g: Number, rate: Number, momentum: Number, _: Number
) -> tuple[Number, Number]:
    v = momentum * v + g
    return v, -rate * (g + momentum * v)


_MOVES = dict(zip(FORMS, (_lee, _pytorch, _average, _nesterov), strict=True))


def _walk(slopes: Program, moved: Callable[..., tuple[Number, Number]]) -> Program:
    """Write down a step of one form: what it remembers, and where it goes."""

    def step(
        x: Number,
        y: Number,
        v1: Number,
        v2: Number,
        rate: Number,
        momentum: Number,
        stretch: Number,
    ) -> Numbers:
        g, near = slopes(w1=x, w2=y), less(absolute(x) + absolute(y), FAR)
        v1, d1 = moved(v1, g["g1"], rate, momentum, stretch)
        v2, d2 = moved(v2, g["g2"], rate, momentum, stretch)
        # far out it stands still, so that no number becomes infinite
        return {"x": x + where(near, d1, 0.0), "y": y + where(near, d2, 0.0),
                "v1": where(near, v1, 0.0), "v2": where(near, v2, 0.0)}  # fmt: skip

    return trace(step)


def _gap(x: Number, y: Number, ox: Number, oy: Number) -> Numbers:
    gap = sqrt((x - ox) * (x - ox) + (y - oy) * (y - oy))
    return {"gap": gap, "log_gap": log10(gap, FLOOR)}


def _case(
    momentum: Number, factor: Number, scaled: Number, momentum_last_x: Number, momentum_last_y: Number,
    pytorch_last_x: Number, pytorch_last_y: Number, average_last_x: Number, average_last_y: Number,
    nesterov_last_x: Number, nesterov_last_y: Number,
) -> Numbers:  # fmt: skip
    same = less(absolute(factor - 1.0), 0.01)  # a slider's 1.0 may be off by rounding
    case = where(less(0.0, momentum), where(same, 0.0, 1.0), 2.0)
    lasts = ((momentum_last_x, momentum_last_y), (pytorch_last_x, pytorch_last_y),
             (average_last_x, average_last_y), (nesterov_last_x, nesterov_last_y))  # fmt: skip
    for x, y in lasts:
        case = where(less(absolute(x) + absolute(y), FAR), case, 3.0)
    other = where(scaled, where(same, 0.0, 1.0), 2.0)
    return {"case": case, "other": where(less(0.0, momentum), other, 3.0)}
