"""Batch noise on a ridge: pushed off it by examples that disagree, left on it by those that agree.

*At a saddle* every example pulls its own way,

    l_i(θ) = w1²/2 − w2²/2 + w2⁴/4 + e_iᵀθ,    64 examples, the e_i in pairs ± that cancel

so the mean loss has a saddle at the origin and the ridge w2 = 0, which the full batch never leaves.
Any noise does, and |w2| then grows by 1 + η an update.  A batch of twice the size has √2 times less
noise, and since the pulls cancel over a shuffled epoch, an epoch half as long leaves half as much
of it (where η times the epoch's updates is small).  Together that makes |w2| 2√2 times smaller and
costs 3/2 ln 2 / ln (1 + η) updates more: the number of updates grows like the logarithm of B.

*Two weights*, l_i = x_i² (1 − w1 w2)²: all examples pull along the ridge w1 = −w2 and none off it.
"""

from __future__ import annotations

import math

import numpy as np

from lecture_lib.experiments.noise_contrasts import EXAMPLES, PULLS, SQUARED_INPUTS
from lecture_lib.program import Number
from lecture_lib.recipe import Iterate, Let, Map, Pick, Recipe, Step
from lecture_lib.recipes.curvature import Numbers
from lecture_lib.recipes.noise_runs import (
    SIZES,
    STEPS,
    first_updates,
    members,
    one_of_the_sizes,
    shuffles,
)
from lecture_lib.recipes.scales import log10
from lecture_lib.surfaces import SURFACES, Surface
from lecture_lib.tracing import absolute, less, log, trace, where

STRENGTH = 0.15  # |e_i|
LEFT = 0.5  # |w2| beyond which the ridge is left; the minima lie at ±1
SMALL = 1e-3  # the loss that counts as having left
TINY = 1e-9  # where a curve ends on a logarithmic axis
SADDLE = Surface.from_formula("w1**2/2 - w2**2/2 + w2**4/4", window=((-1.5, 1.5), (-1.5, 1.5)))


def at_saddle(batch_size: int, rng: np.random.Generator) -> Recipe:
    """Descents from (``x``, ``ridge``) at ``slow_rate``, one for each B of `SIZES`.

    For each B the frame holds ``b1_w1``, ``b1_w2``, ``b1_height`` = log₁₀ |w2|, and ``b1_left``,
    the first update with |w2| > `LEFT`, infinite if none of them is; ``gone_height`` is log₁₀ of
    `LEFT`.  ``growth`` is 1 + η and ``doubling`` the updates that a doubling of B costs, at most.
    Of the chosen B there is ``chosen_left`` too, and ``story``: 0 if it leaves, 1 if it has not
    yet, 2 if it is the full batch.

    Args:
        batch_size: The B chosen, one of `SIZES`.
        rng: Shuffles the examples before each epoch.

    Raises:
        TypeError: If the batch size is not a whole number.
        ValueError: If it is none of `SIZES`.
    """
    chosen = _chosen(one_of_the_sizes(batch_size))
    pulls = STRENGTH * PULLS
    steps = [*_begun(), Let("gone_height", math.log10(LEFT))]
    for size, order in _orders(rng).items():
        means = pulls[order].mean(axis=1) if size < EXAMPLES else np.zeros((STEPS, 2))
        noise = tuple(f"b{size}_{name}" for name in ("e1", "e2"))
        steps += [Let(n, m.round(7)) for n, m in zip(noise, means.T, strict=True)]
        steps += _run(size, _beside_saddle, noise, ("x", "ridge"), _off_saddle)
    return Recipe([*steps, *chosen, Map(_delay)])


def on_two_weights(batch_size: int, rng: np.random.Generator) -> Recipe:
    """Descents on (1 − w1 w2)² from (``w1``, ``w2``) at ``slow_rate``, one for each B of `SIZES`.

    For each B the frame holds ``b1_w1``, ``b1_w2``, ``b1_height``, the loss, and ``b1_left``, the
    first update with a loss below `SMALL`, infinite if none is.  ``off`` is w1 + w2, and ``story``
    is 0 on the line w1 = −w2, else 1 if both the full batch and the chosen B, ``chosen_left``,
    leave, 2 if one of them needs more updates than are drawn.

    Args:
        batch_size: The B chosen, one of `SIZES`.
        rng: Shuffles the examples before each epoch.

    Raises:
        TypeError: If the batch size is not a whole number.
        ValueError: If it is none of `SIZES`.
    """
    chosen, steps = _chosen(one_of_the_sizes(batch_size)), _begun()
    for size, order in _orders(rng).items():
        means = SQUARED_INPUTS[order].mean(axis=1) if size < EXAMPLES else np.ones(STEPS)
        noise = (f"b{size}_square",)
        steps += [Let(noise[0], means.round(7))]
        steps += _run(size, _on_two_weights, noise, ("w1", "w2"), _of_two_weights)
    return Recipe([*steps, *chosen, Map(_told)])


def _begun() -> list[Step]:
    said = {"zero": 0.0, "of_all": EXAMPLES, "updates": STEPS, "gone": LEFT, "small": SMALL}
    return [*(Let(name, number) for name, number in said.items()), Let("k", np.arange(STEPS + 1))]


def _chosen(size: int) -> list[Step]:
    """Note when each B left, and the chosen one."""
    return [*first_updates({f"b{b}_left": f"b{b}_gap" for b in SIZES}),
            Let("size", float(size)), Pick(0, {"chosen_left": f"b{size}_left"})]  # fmt: skip


def _orders(rng: np.random.Generator) -> dict[int, np.ndarray]:
    shuffled = shuffles(rng)
    return {size: members(shuffled, size) for size in SIZES}


def _run(size: int, step: object, noise: tuple[str, ...], start: tuple[str, str],
         measure: object) -> list[Step]:  # fmt: skip
    """One descent, with what is drawn of it over k, and the gap, below 0 where it has left."""
    prefix = f"b{size}_"
    state = dict(zip(("w1", "w2"), start, strict=True))
    return [
        Iterate(trace(step, (*state, "slow_rate", *noise)), state, STEPS, noise, prefix),
        Map(measure, {"w1": f"{prefix}w1", "w2": f"{prefix}w2"}, prefix),
    ]


def _beside_saddle(w1: Number, w2: Number, slow_rate: Number, **noise: Number) -> Numbers:
    e1, e2 = noise.values()
    return {"w1": w1 - slow_rate * (w1 + e1), "w2": w2 - slow_rate * (w2 * w2 * w2 - w2 + e2)}


def _on_two_weights(w1: Number, w2: Number, slow_rate: Number, **noise: Number) -> Numbers:
    (square,) = noise.values()
    at = SURFACES["two_weights"].program(w1=w1, w2=w2)
    rate = slow_rate * square
    return {"w1": w1 - rate * at["g1"], "w2": w2 - rate * at["g2"]}


def _off_saddle(w2: Number) -> Numbers:
    off = absolute(w2)
    return {"height": log10(off, TINY), "gap": LEFT - off}


def _of_two_weights(w1: Number, w2: Number) -> Numbers:
    loss = (1.0 - w1 * w2) * (1.0 - w1 * w2)
    return {"height": loss, "gap": loss - SMALL}


def _delay(slow_rate: Number, size: Number, chosen_left: Number) -> Numbers:
    full = less(EXAMPLES - 0.5, size)
    return {"growth": 1.0 + slow_rate, "doubling": 1.5 * math.log(2.0) / log(1.0 + slow_rate),
            "story": where(full, 2.0, 1.0 - less(chosen_left, STEPS + 0.5))}  # fmt: skip


def _told(w1: Number, w2: Number, chosen_left: Number, b64_left: Number) -> Numbers:
    both = less(chosen_left, STEPS + 0.5) * less(b64_left, STEPS + 0.5)
    return {"off": w1 + w2, "story": where(less(0.0, absolute(w1 + w2)), 2.0 - both, 0.0)}
