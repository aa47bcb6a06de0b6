"""The full batch beside batches of B on the lecture's 20 examples: the race of `BatchRace`.

The model is the line ŷ = b + w x, the loss the mean squared error.  As y = x, the error of an example
is r = b + (w − 1) x, and a batch is felt through two means only, x̄ and that of x²:

    ∇L = (2 (b + (w − 1) x̄),  2 (b x̄ + (w − 1) mean of x²))
"""

from __future__ import annotations

import math

import numpy as np

from lecture_lib.example_losses import LINE_INPUTS
from lecture_lib.experiments.update_time import MeasuredUpdateTimes
from lecture_lib.options import one_of
from lecture_lib.program import Number
from lecture_lib.recipe import Iterate, Let, Map, Pick, Recipe, Step
from lecture_lib.recipes.batches import batch_means
from lecture_lib.recipes.curvature import Numbers
from lecture_lib.recipes.scales import log10
from lecture_lib.recipes.update_time import FIXED, PER_EXAMPLE
from lecture_lib.tracing import less, where

INPUTS = LINE_INPUTS  # the lecture's 20 examples, y = x (slides p. 20)
EXAMPLES = INPUTS.size
MEAN, SQUARE = float(INPUTS.mean()), float((INPUTS**2).mean())  # 4.75 and 30.875
LOSS = f"w1**2 + {2 * MEAN}*w1*(w2 - 1) + {SQUARE}*(w2 - 1)**2"  # w1 is b, w2 is w
WINDOW = ((-0.1, 0.7), (0.75, 1.55))  # of (b, w), as on the slide
START = {"b": 0.5, "w": 1.5}
OPTIMUM = (0.0, 1.0)
UPDATES = 200
# How far the race can be looked at, in each unit: never beyond `UPDATES` updates of either, as long
# as no machine makes one in less than 6 µs.
REACH = {"updates": 200.0, "epochs": 10.0, "examples": 200.0, "seconds": 1.2, "measured": 1.2}
SHARPEST = 1 + SQUARE + math.sqrt((SQUARE - 1) ** 2 + 4 * MEAN**2)  # eigenvalues of the Hessian,
FLATTEST = 1 + SQUARE - math.sqrt((SQUARE - 1) ** 2 + 4 * MEAN**2)  # 2 ((1, x̄), (x̄, mean of x²))
TINY = 1e-12  # where a curve ends on a logarithmic axis
SLACK = 1e-6  # of the budget: sums of 0.05 are rounded


def race(unit: str, rng: np.random.Generator, times: MeasuredUpdateTimes | None = None) -> Recipe:
    """Two descents from (``b``, ``w``), and where both stand when the same budget is spent.

    Further inputs are ``learning_rate``, ``batch_size`` (at most 20) and the budget, an input named
    like the unit.  For ``full`` and ``mini`` the frame holds the path ``…_b``, ``…_w``, its full
    loss ``…_loss`` with ``…_log_loss``, what it has cost ``…_spent``; then the number of updates
    within the budget ``…_updates``, where they led, ``…_now_…``, and the first step, ``…_first_…``.

    ``story`` is 0 if the batches stand lower, 1 if the full batch does, 2 if neither does yet, 3 if
    the batches run away (end above the start), 4 if the full batch does, 5 if both do, 6 if B = N
    makes them the same, 7 if the start is the optimum.

    Args:
        unit: What is compared at equal amounts: ``updates``, ``epochs``, ``examples``,
            ``seconds``, these by the model t(B) = 6 ms + 150 µs · B, or ``measured``, milliseconds
            by ``times``.
        rng: Shuffles the examples anew for every epoch.
        times: What an update took with 1, 2 … 20 examples; for ``measured`` only.

    Raises:
        TypeError: If ``unit`` is not a string.
        ValueError: If there is no such unit, or no time for each B where they are needed.
    """
    one_of(unit, "a unit", REACH)
    # One batch of all may see an order again: the most epochs are those of two batches each.
    inputs = np.stack([rng.permutation(INPUTS) for _ in range(UPDATES // 2)])
    start = {"b": "b", "w": "w", "spent": "zero", "done": "zero"}
    steps = [
        Let("zero", 0.0),
        Let("of_all", EXAMPLES),
        Let("fixed_ms", 1e3 * FIXED),
        Let("example_us", 1e6 * PER_EXAMPLE),
        Let("k", np.arange(UPDATES)),
        Let("limit", 2 / SHARPEST),
        Map(_size),
        *batch_means({"mean_x": inputs, "mean_xx": inputs**2}, "size"),
        *(_measured_costs(times) if unit == "measured" else _costs(unit)),
        Map(_budget, {"amount": unit}),
        Iterate(_full_step, start, UPDATES, prefix="full_"),
        Iterate(_mini_step, start, UPDATES, ("mean_x", "mean_xx", "mini_cost"), prefix="mini_"),
    ]
    for name in ("full", "mini"):
        now = {f"{name}_now_{part}": f"{name}_{part}"
               for part in ("b", "w", "spent", "loss", "log_loss")}  # fmt: skip
        steps += [
            Map(_loss, {"b": f"{name}_b", "w": f"{name}_w"}, prefix=f"{name}_"),
            Pick(-1, {f"{name}_updates": f"{name}_done", f"{name}_end": f"{name}_loss"}),
            Pick(0, {f"{name}_begin": f"{name}_loss"}),
            Pick(1, {f"{name}_first_b": f"{name}_b", f"{name}_first_w": f"{name}_w"}),
            Pick(f"{name}_updates", now),
        ]
    return Recipe([*steps, Map(_story)])


def _size(batch_size: Number) -> Numbers:
    return {"size": where(less(EXAMPLES, batch_size), float(EXAMPLES), batch_size)}


def _costs(unit: str) -> list[Step]:
    """What an update costs, by its examples: one update, a part of an epoch, or time."""

    def time(count: Number) -> Number:
        return FIXED + PER_EXAMPLE * count

    price = {"updates": lambda count: 1.0 + 0.0 * count, "epochs": lambda count: count / EXAMPLES,
             "examples": lambda count: 1.0 * count, "seconds": time}[unit]  # fmt: skip

    def of_both(size: Number) -> Numbers:
        full = EXAMPLES + 0.0 * size
        return {"full_cost": price(full), "full_ms": 1e3 * time(full), "mini_ms": 1e3 * time(size)}

    def of_each(taken: Number) -> Numbers:
        return {"mini_cost": price(taken)}

    return [Map(of_both), Map(of_each)]


def _measured_costs(times: MeasuredUpdateTimes | None) -> list[Step]:
    """What an update costs by a clock, looked up by the number of its examples."""
    if times is None or times.batch_sizes != tuple(range(1, EXAMPLES + 1)):
        raise ValueError(f"expected a time for each B from 1 to {EXAMPLES}; got {times}.")
    return [
        Let("each_ms", 1e3 * np.array(times.seconds_per_update)),
        Map(lambda taken: {"taken_at": taken - 1.0}),
        Map(lambda size: {"size_at": size - 1.0}),
        Pick("taken_at", {"mini_cost": "each_ms"}),
        Pick("size_at", {"mini_ms": "each_ms"}),
        Pick(-1, {"full_cost": "each_ms", "full_ms": "each_ms"}),
        Map(lambda full_ms, mini_ms: {"full_us": 1e3 * full_ms, "mini_us": 1e3 * mini_ms}),
    ]


def _budget(amount: Number) -> Numbers:
    return {"budget": amount + SLACK}


def _step(
    b: Number, w: Number, spent: Number, done: Number, learning_rate: Number, budget: Number,
    means: tuple[Number, Number], cost: Number,
) -> Numbers:  # fmt: skip
    """θ ← θ − η g, with the gradient over the batch that has these means of x and x²."""
    x, xx = means
    slope = w - 1.0
    spent = spent + cost
    return {
        "b": b - learning_rate * 2.0 * (b + slope * x),
        "w": w - learning_rate * 2.0 * (b * x + slope * xx),
        "spent": spent,
        "done": done + less(spent, budget),
    }


def _full_step(
    b: Number, w: Number, spent: Number, done: Number, learning_rate: Number, budget: Number,
    full_cost: Number,
) -> Numbers:  # fmt: skip
    return _step(b, w, spent, done, learning_rate, budget, (MEAN, SQUARE), full_cost)


def _mini_step(
    b: Number, w: Number, spent: Number, done: Number, learning_rate: Number, budget: Number,
    mean_x: Number, mean_xx: Number, mini_cost: Number,
) -> Numbers:  # fmt: skip
    return _step(b, w, spent, done, learning_rate, budget, (mean_x, mean_xx), mini_cost)


def _loss(b: Number, w: Number) -> Numbers:
    """The full loss, also of what was found with batches."""
    slope = w - 1.0
    loss = b * b + 2.0 * MEAN * b * slope + SQUARE * slope * slope
    return {"loss": loss, "log_loss": log10(loss, TINY)}


def _story(
    size: Number, full_begin: Number, full_end: Number, mini_end: Number,
    full_now_loss: Number, mini_now_loss: Number,
) -> Numbers:  # fmt: skip
    full_down = less(full_end, full_begin)  # NaN is not down, either
    mini_down = less(mini_end, full_begin)
    lower = where(
        less(mini_now_loss, full_now_loss), 0.0, where(less(full_now_loss, mini_now_loss), 1.0, 2.0)
    )
    away = where(full_down, 3.0, where(mini_down, 4.0, 5.0))
    apart = where(full_down * mini_down, lower, away)
    same = where(full_down, 6.0, 5.0)
    told = where(less(size, EXAMPLES - 0.5), apart, same)
    return {"story": where(less(full_begin, TINY), 7.0, told)}
