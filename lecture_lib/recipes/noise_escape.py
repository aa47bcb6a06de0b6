"""Where the noise of mini-batches helps to escape, and where it cannot.

*Out of a local minimum*: examples that disagree.  The network y = sin(w x) is fitted to sin(3 x),

    l_i(w) = ½ (sin(w x_i) − sin(3 x_i))²,    64 points x_i from −4 to 4

whose mean has minima at w = 1.04 (loss 0.40), 3 (loss 0) and 4.84 (loss 0.45).  The batches' losses
have theirs elsewhere, so a batch still has a slope where the mean has none (slides p. 25).

*Off a ridge* is in `recipes.noise_ridges`.  All chance is drawn once, before.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from lecture_lib.example_losses import FREQUENCY, SINE_INPUTS
from lecture_lib.program import Number, Program
from lecture_lib.recipe import Iterate, Let, Map, Pick, Recipe, Step
from lecture_lib.recipes.curvature import Numbers
from lecture_lib.recipes.noise_runs import (
    EXAMPLES,
    STEPS,
    first_updates,
    members,
    one_of_the_sizes,
    shuffles,
)
from lecture_lib.tracing import absolute, cos, less, sin, sqrt, trace, where

POINTS, TARGET = SINE_INPUTS, FREQUENCY  # the x_i, and the frequency to be found
HALF = POINTS[EXAMPLES // 2 :].tolist()  # the positive ones: h, 3h, 5h …
MINIMA = (1.036, 3.0, 4.841)  # of the mean loss, between 0 and 6
WINDOW = (-1.0, 6.0)
SHOWN = 8  # batches of one epoch that are drawn
FEW = 8  # examples in a batch that are added up one by one
NEAR = 0.05  # this close to w = 3 counts as there
BASIN = 0.3  # this close to each other counts as the same minimum
TANGENT = 0.3  # half the length of a tangent


def many_losses(batch_size: int, rng: np.random.Generator) -> Recipe:
    """One loss and its batches: curves, their slopes at ``w``, and the descents from there.

    Inputs are ``w`` and ``learning_rate``.  ``loss_curve`` and ``curve_0`` … are the mean loss and
    those of the first `SHOWN` batches of an epoch over ``grid``; ``batch_slope`` has their slopes
    at w, ``slope`` the mean's, ``spread`` is the root mean square of the difference over the whole
    epoch.  ``full_w`` and ``mini_w`` are the two descents, ``full_reached`` and ``mini_reached``
    the updates at which each first comes within `NEAR` of 3.

    ``case`` is 0 if the mini-batches end at 3 and the full batch does not, 1 if both stay near the
    same minimum, 2 if the mini-batches end elsewhere, 3 if both end at 3, 4 if only the full batch
    does, 5 if the batch is the full one.

    Args:
        batch_size: B, one of `noise_runs.SIZES`.
        rng: Shuffles the examples before each epoch.

    Raises:
        TypeError: If the batch size is not a whole number.
        ValueError: If it is none of the sizes.
    """
    batch_size = one_of_the_sizes(batch_size)
    orders = shuffles(rng)
    targets = np.sin(TARGET * POINTS)
    steps: list[Step] = [
        Let("zero", 0.0),
        Let("of_all", EXAMPLES),
        Let("updates", STEPS),
        Let("near", NEAR),
        Let("size", float(batch_size)),
        Let("batches", float(EXAMPLES // batch_size)),
        Let("k", np.arange(STEPS + 1)),
        Let("input", POINTS),
        Let("target", targets),
        *_curves(orders[0], batch_size),
        *_slopes(orders[0], batch_size),
        *_descent("full_", lambda w: all_at_once(w, [2.0] * len(HALF), EXAMPLES), ()),
    ]
    batches = members(orders, batch_size)
    if batch_size <= FEW:
        drawn = {f"x_{j}": POINTS[column] for j, column in enumerate(batches.T)}
        steps += [Let(name, x) for name, x in drawn.items()]
        steps += _descent("mini_", one_by_one, tuple(drawn))
    elif batch_size < EXAMPLES:
        place = np.maximum(batches, EXAMPLES - 1 - batches) - EXAMPLES // 2  # m of ±|x_m|
        drawn = {f"count_{m}": (place == m).sum(axis=1) for m in range(len(HALF))}
        steps += [Let(name, count) for name, count in drawn.items()]
        steps += _descent("mini_", lambda w, **counts: all_at_once(
            w, [*counts.values()], batch_size), tuple(drawn))  # fmt: skip
    else:
        steps += [Pick("k", {"mini_w": "full_w"})]
    return Recipe([*steps, *_reached(), Map(_story)])


def one_by_one(w: Number, **inputs: Number) -> Number:
    """dL/dw of the mean over a batch of the examples x."""
    slopes = (example(w, x, sin(TARGET * x))["slope"] for x in inputs.values())
    return sum(slopes, start=0.0) / len(inputs)


def all_at_once(w: Number, counts: Sequence[Number], size: int) -> Number:
    """The same for larger batches: Σ x (½ sin 2wx − sin 3x cos wx) / B.

    x and −x have the same slope, and |x_m| = (2m + 1) h, so both sums run over the odd multiples of
    an angle: Clenshaw's recurrence adds them up without a sine for each.

    Args:
        w: Where.
        counts: How many of the batch's examples lie at ±|x_m|, 32 of them.
        size: B.
    """
    angle = w * HALF[0]
    twice, fourfold = 2.0 * cos(2.0 * angle), 2.0 * cos(4.0 * angle)
    sines = sines_before = cosines = cosines_before = 0.0
    for x, count in zip(reversed(HALF), reversed(counts), strict=True):
        term, target_term = count * (0.5 * x), count * (x * math.sin(TARGET * x))
        sines, sines_before = term + fourfold * sines - sines_before, sines
        cosines, cosines_before = target_term + twice * cosines - cosines_before, cosines
    sines = sin(2.0 * angle) * (sines + sines_before)
    return (sines - cos(angle) * (cosines - cosines_before)) / size


def example(w: Number, input: Number, target: Number) -> Numbers:
    """One example's loss ½ (sin(w x) − t)² and its slope (sin(w x) − t) cos(w x) x."""
    miss = sin(w * input) - target
    return {"loss": 0.5 * miss * miss, "slope": miss * (cos(w * input) * input)}


def _curves(order: np.ndarray, batch_size: int) -> list[Step]:
    """The mean loss over w, and those of the first batches."""
    grid = np.linspace(*WINDOW, 141)
    losses = 0.5 * (np.sin(np.multiply.outer(POINTS, grid)) - np.sin(TARGET * POINTS)[:, None]) ** 2
    batches = losses[order].reshape(-1, batch_size, grid.size).mean(axis=1)[:SHOWN]
    curves = {"loss_curve": losses.mean(axis=0)} | {
        f"curve_{j}": curve for j, curve in enumerate(batches)
    }
    return [Let("grid", grid), *(Let(name, curve.round(5)) for name, curve in curves.items())]


def _slopes(order: np.ndarray, batch_size: int) -> list[Step]:
    """Losses and slopes at w, of the mean and of the epoch's batches, as sums from … to."""
    count = EXAMPLES // batch_size
    shown = min(count, SHOWN)

    def add(
        sum_loss: Number, sum_slope: Number, example_loss: Number, example_slope: Number
    ) -> Numbers:
        return {"sum_loss": sum_loss + example_loss, "sum_slope": sum_slope + example_slope}

    def mean(low_loss: Number, low_slope: Number, high_loss: Number, high_slope: Number) -> Numbers:
        return {"batch_loss": (high_loss - low_loss) / batch_size,
                "batch_slope": (high_slope - low_slope) / batch_size}  # fmt: skip

    def whole(all_loss: Number, all_slope: Number) -> Numbers:
        return {"loss": all_loss / EXAMPLES, "slope": all_slope / EXAMPLES}

    def apart(squares: Number, batch_slope: Number, slope: Number) -> Numbers:
        return {"squares": squares + (batch_slope - slope) * (batch_slope - slope)}

    def tangent(w: Number, at_loss: Number, at_slope: Number, end: Number) -> Numbers:
        # the third of every three ends is no end: 0/0 breaks the line
        along = end * TANGENT / sqrt(1.0 + 4.0 * at_slope * at_slope)
        shift = where(less(absolute(end), 1.5), along, end * 0.0 / (end - end))
        return {"tangent_x": w + shift, "tangent_y": at_loss + at_slope * shift}

    def spread(all_squares: Number) -> Numbers:
        return {"spread": sqrt(all_squares / count)}

    return [
        Let("order", order),
        Pick("order", {"epoch_input": "input", "epoch_target": "target"}),
        Map(example, {"input": "epoch_input", "target": "epoch_target"}, prefix="example_"),
        Iterate(add, {"sum_loss": "zero", "sum_slope": "zero"}, EXAMPLES,
                ("example_loss", "example_slope")),
        Pick(-1, {"all_loss": "sum_loss", "all_slope": "sum_slope"}),
        Map(whole),
        Let("low", batch_size * np.arange(count)),
        Let("high", batch_size * np.arange(1, count + 1)),
        Pick("low", {"low_loss": "sum_loss", "low_slope": "sum_slope"}),
        Pick("high", {"high_loss": "sum_loss", "high_slope": "sum_slope"}),
        Map(mean),
        Iterate(apart, {"squares": "zero"}, count, ("batch_slope",)),
        Pick(-1, {"all_squares": "squares"}),
        Map(spread),
        Let("which", np.repeat(np.arange(shown), 3)),
        Let("end", np.tile([-1.0, 1.0, 2.0], shown)),
        Pick("which", {"at_loss": "batch_loss", "at_slope": "batch_slope"}),
        Map(tangent),
        Let("drawn", np.arange(shown)),
        Pick("drawn", {"drawn_loss": "batch_loss"}),
        *(Pick(j, {f"slope_{j}": "batch_slope"}) for j in range(shown)),
    ]  # fmt: skip


def _descent(prefix: str, slope: Callable[..., Number], drawn: tuple[str, ...]) -> list[Step]:
    """Descend, w ← w − η dL/dw."""

    def step(w: Number, learning_rate: Number, **batch: Number) -> Numbers:
        return {"w": w - learning_rate * slope(w, **batch)}

    program: Program = trace(step, ("w", "learning_rate", *drawn))
    return [Iterate(program, {"w": "w"}, STEPS, drawn, prefix)]


def _reached() -> list[Step]:
    """Where both descents end, and the first update after which each is near 3."""

    def gap(w: Number) -> Numbers:
        return {"gap": absolute(w - TARGET) - NEAR}

    both = ("full", "mini")
    return [
        *(Map(gap, {"w": f"{name}_w"}, prefix=f"{name}_") for name in both),
        *first_updates({f"{name}_reached": f"{name}_gap" for name in both}),
        Pick(-1, {f"{name}_end": f"{name}_w" for name in both}),
    ]


def _story(full_end: Number, mini_end: Number, batches: Number) -> Numbers:
    full_there = less(absolute(full_end - TARGET), NEAR)
    mini_there = less(absolute(mini_end - TARGET), NEAR)
    same = less(absolute(full_end - mini_end), BASIN)
    apart = where(full_there, 4.0, where(same, 1.0, 2.0))
    case = where(mini_there, where(full_there, 3.0, 0.0), apart)
    return {"case": where(less(batches, 1.5), 5.0, case)}
