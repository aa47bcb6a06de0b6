"""A swarm of particles without a gradient beside one particle with momentum.

    momentum    m ← β m − η g                          θ ← θ + m
    swarm       v ← w v + c₁ r₁ (p − x) + c₂ r₂ (G − x)     x ← x + v

p is the best point a particle has seen itself, G the best that any of them has seen
(`recipes.swarm`).  (Kennedy & Eberhart 1995; the inertia weight w: Shi & Eberhart 1998; momentum:
Polyak 1964.)
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lecture_lib.program import Number, Program
from lecture_lib.recipe import Iterate, Let, Map, Pick, Recipe
from lecture_lib.recipes.curvature import Numbers
from lecture_lib.recipes.places import Place, place
from lecture_lib.recipes.scales import log10
from lecture_lib.recipes.swarm import Swarm
from lecture_lib.recipes.walks import FAR, NEVER, TINY, heavy
from lecture_lib.surfaces import Surface
from lecture_lib.tracing import absolute, exp, less, log, trace, where

# minima at −1, where the loss is 0, and at 1, where it is 1; a hill of 1.512 between them
TWO_VALLEYS = "15/16*w1**4 - w1**3/4 - 15/8*w1**2 + 3/4*w1 + 23/16 + w2**2"
PLACES = {  # where momentum and the first of the swarm start, by surface; all have 0 as lowest loss
    "two_valleys": Place((1.6, 1.2), TWO_VALLEYS),
    "himmelblau": Place((-0.5, 4.2)),
    "two_weights": Place((0.6, -0.4)),
}
STEPS = 50
PARTICLES = 12
TRAIL = 2  # how many steps a particle's tail is long
FOUND = 0.01  # a loss that counts as a deepest point
LETTERS = ("x", "p", "G", "xp", "xG", "pG", "xpG")  # that stand together, or alone
CLOSE = 0.04  # of the window: letters at places nearer than that stand side by side


def beside_momentum(name: str, rng: np.random.Generator) -> Recipe:
    """One particle with a gradient and `PARTICLES` without, from the inputs of the figure.

    Inputs: the start ``w1``, ``w2`` of the momentum particle, where the first of the swarm starts
    too; ``learning_rate``, ``momentum``; ``pair`` (0: w is β, 1: w is ``inertia``), ``own_pull``,
    ``swarm_pull``; and ``k``, the step looked at.  The frame holds the momentum path ``heavy_x``,
    ``heavy_y``, `Swarm`'s arrays, both losses as ``heavy_log_loss`` and ``best_log_loss``, and at
    step k the terms of both rules.  ``away`` is 1 where those of momentum are too large to write.
    ``at_x_x``, ``at_x_y`` … say where each of `LETTERS` stands: those whose places are `CLOSE`
    stand together, and the letters' other entries are NaN.

    ``story`` is 0 if both have come below `FOUND`, 1 if the swarm alone has, 2 if momentum alone
    has, 3 if neither has; 4 without any pull, 5 if momentum ran away, 6 if the swarm alone has and
    c₂ is 0.  ``flock`` is 1 where pulled particles have flown apart, so that fewer than half of
    them are in the window, 2 if none of them is.

    Args:
        name: One of `PLACES`.
        rng: Draws the starts and velocities of the particles, then r₁ and r₂.

    Raises:
        TypeError: If the name is not a string.
        ValueError: If there is no such surface.
    """
    surface, _ = place(name, PLACES)
    count = STEPS + 1  # the loss is noted at the point that a step starts from
    low, high = np.transpose(surface.window)
    starts = rng.uniform(low, high, size=(PARTICLES, 2)).round(3)
    speeds = (rng.uniform(-0.08, 0.08, size=(PARTICLES, 2)) * (high - low)).round(3)
    each = range(PARTICLES)
    tails = {f"tail_{axis}{i}": f"swarm_{axis}{i}" for i in each for axis in "xy"}
    dots = {f"dot_{axis}{i}": f"tail_{axis}{i}" for i in each for axis in "xy"}
    rules = [f"{n}_{a}" for n in ("old", "pull", "new") for a in "xy"]
    terms = {n: f"heavy_{n}" for n in rules}
    terms |= {f"{n}_{a}": f"swarm_{n}_{a}" for n in ("coast", "own", "shared", "p") for a in "xy"}
    return Recipe([
        Let("zero", 0.0),
        Let("found", FOUND),
        Let("particles", PARTICLES),
        Let("steps_axis", np.arange(count)),
        Map(_inertia),
        Iterate(heavy(surface.program, ("loss", *rules)), {"x": "w1", "y": "w2", "m1": "zero", "m2": "zero"}, count,
                prefix="heavy_"),
        *(Let(f"start_{axis}{i}", starts[i, j]) for i in each[1:] for j, axis in enumerate("xy")),
        *(Let(f"start_v{axis}{i}", speeds[i, j]) for i in each for j, axis in enumerate("xy")),
        Map(lambda w1, w2: {"start_x0": w1, "start_y0": w2}),
        *Swarm(lambda x, y: surface.program(w1=x, w2=y)["loss"], PARTICLES, count, terms=True)
        .steps(rng),
        Map(_logs),
        Let("back", np.arange(-TRAIL, 1)),
        Map(lambda k, back: {"tail": k + back}),
        Pick("tail", tails),
        Pick(-1, dots),
        Pick("k", {**terms, "heavy_met": "heavy_loss", "best_now": "swarm_best",
                   "dot_gx": "swarm_gx", "dot_gy": "swarm_gy", "dot_heavy_x": "heavy_x",
                   "dot_heavy_y": "heavy_y", "log_heavy": "heavy_log_loss",
                   "log_best": "best_log_loss"}),
        Map(_told),
        Map(_inside(surface)),
        Map(_letters(surface)),
    ])  # fmt: skip


def _inertia(momentum: Number, inertia: Number, pair: Number) -> Numbers:
    return {"swarm_inertia": where(less(0.5, pair), inertia, momentum)}


def _logs(heavy_loss: Number, swarm_best: Number) -> Numbers:
    return {"heavy_log_loss": log10(heavy_loss, TINY), "best_log_loss": log10(swarm_best, TINY)}


def _told(
    coast_x: Number, own_x: Number, shared_x: Number, coast_y: Number, own_y: Number,
    shared_y: Number, own_pull: Number, swarm_pull: Number, swarm_inertia: Number, k: Number,
    heavy_met: Number, best_now: Number, dot_heavy_x: Number, dot_heavy_y: Number,
    new_x: Number, new_y: Number, zero: Number,
) -> Numbers:  # fmt: skip
    """The particle's new velocity, how much of its first one is left, and the story."""
    heavy, best = less(heavy_met, FOUND), less(best_now, FOUND)
    alone = where(less(0.0, swarm_pull), 1.0, 6.0)
    story = where(best, where(heavy, 0.0, alone), where(heavy, 2.0, 3.0))
    story = where(less(0.0, own_pull + swarm_pull), story, 4.0)
    near = less(absolute(dot_heavy_x) + absolute(dot_heavy_y), FAR)  # NaN is not near, either
    flies = less(0.0, swarm_inertia)
    power = where(flies, exp(k * log(where(flies, swarm_inertia, 1.0))), 0.0)
    return {"fly_x": coast_x + own_x + shared_x, "fly_y": coast_y + own_y + shared_y,
            "coasting": where(less(k, 0.5), 1.0, power), "looks": PARTICLES * (k + 1.0),
            "heavy_now": where(less(heavy_met, NEVER), heavy_met, 1.0 / zero),
            "away": 1.0 - less(absolute(new_x) + absolute(new_y), FAR),
            "story": where(near, story, 5.0)}  # fmt: skip


def _inside(surface: Surface) -> Program:
    """Count the particles that are in the picture at step k."""
    (x0, x1), (y0, y1) = surface.window
    names = [f"dot_{axis}{i}" for i in range(PARTICLES) for axis in "xy"]

    def inside(**at: Number) -> Numbers:
        counted = 0.0
        for i in range(PARTICLES):
            x, y = at[f"dot_x{i}"], at[f"dot_y{i}"]
            counted = counted + less(x0, x) * less(x, x1) * less(y0, y) * less(y, y1)
        pulled = less(0.0, at["own_pull"] + at["swarm_pull"])
        apart = less(counted, PARTICLES / 2) + less(counted, 0.5)
        return {"inside": counted, "flock": pulled * apart}

    return trace(inside, (*names, "own_pull", "swarm_pull"))


def _letters(surface: Surface) -> Callable[..., Numbers]:
    """Say where x, p and G stand, each alone or together with others."""
    width, height = (high - low for low, high in surface.window)

    def letters(
        dot_x0: Number, dot_y0: Number, p_x: Number, p_y: Number, dot_gx: Number, dot_gy: Number,
        zero: Number,
    ) -> Numbers:  # fmt: skip
        places = {"x": (dot_x0, dot_y0), "p": (p_x, p_y), "G": (dot_gx, dot_gy)}

        def close(one: str, two: str) -> Number:
            (ax, ay), (bx, by) = places[one], places[two]
            return less(absolute(ax - bx), CLOSE * width) * less(absolute(ay - by), CLOSE * height)

        pairs = {"xp": close("x", "p"), "xG": close("x", "G"), "pG": close("p", "G")}
        three = less(1.5, pairs["xp"] + pairs["xG"] + pairs["pG"])
        stands = {pair: together * (1.0 - three) for pair, together in pairs.items()} | {
            "xpG": three
        }
        for letter in places:
            paired = sum((stands[pair] for pair in pairs if letter in pair), start=three)
            stands[letter] = 1.0 - paired
        return {f"at_{name}_{axis}": where(stands[name], at, zero / zero)
                for name in LETTERS for axis, at in zip("xy", places[name[0]], strict=True)}  # fmt: skip

    return letters
