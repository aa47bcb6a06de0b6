"""A loss beside its Taylor polynomial around θ′: at one θ, and along the line through both."""

from __future__ import annotations

import numpy as np

from lecture_lib.program import Number
from lecture_lib.recipe import Let, Map, Recipe
from lecture_lib.recipes.curvature import Numbers, eigen, quadratic, verdict
from lecture_lib.surfaces import Surface
from lecture_lib.tracing import absolute, less, sqrt, where

PATCH = 21  # points a side of the patch around θ′ that shows the model's level lines
POINTS = 161  # of each curve along the line
CLOSE = 0.1  # an error below this part of the change counts as small
RULES = 4.0  # a term this many times the other one rules
SEEN = 5e-5  # below zero counts from here on, where it shows in four decimals
TINY = 1e-9  # of the losses at hand: smaller is rounding

# What `terms` and `quality` in the frame mean, in the order of their numbers.
TERMS = ("same_point", "no_terms", "critical", "gradient_rules", "hessian_rules", "both_count")
QUALITY = ("exact", "close", "rough", "unseen", "wrong_way", "below_zero")


def step(c1: Number, c2: Number, w1: Number, w2: Number) -> Numbers:
    """Return v = θ − θ′, its length, and its direction; (1, 1)/√2 where v is zero."""
    v1, v2 = w1 - c1, w2 - c2
    distance = sqrt(v1 * v1 + v2 * v2)
    apart = less(TINY, distance)
    length, diagonal = where(apart, distance, 1.0), np.sqrt(0.5)
    return {
        "v1": v1,
        "v2": v2,
        "distance": distance,
        "along_1": where(apart, v1 / length, diagonal),
        "along_2": where(apart, v2 / length, diagonal),
    }


def judged(
    loss: Number, truth: Number, slope_term: Number, bend_term: Number, model: Number,
    distance: Number, kind: Number, never_negative: Number,
) -> Numbers:  # fmt: skip
    """Return which term rules, as a number of `TERMS`, and how good the model is, of `QUALITY`."""
    error, rise, predicted = model - truth, truth - loss, model - loss
    slope, bend = absolute(slope_term), absolute(bend_term)
    change = where(less(absolute(rise), absolute(predicted)), absolute(predicted), absolute(rise))
    rounding = TINY * (1.0 + absolute(loss) + change)

    terms = where(less(RULES * slope, bend), 4.0, 5.0)
    terms = where(less(RULES * bend, slope), 3.0, terms)
    terms = where(less(kind, 3.5), 2.0, terms)  # 4 is "not critical"
    terms = where(less(slope, rounding) * less(bend, rounding), 1.0, terms)
    terms = where(less(TINY, distance), terms, 0.0)

    opposite = less(rise * predicted, -(CLOSE * change) * (CLOSE * change))
    quality = where(opposite, 4.0, where(less(absolute(predicted), rounding), 3.0, 2.0))
    quality = where(less(absolute(error), CLOSE * change), 1.0, quality)
    quality = where(less(absolute(error), rounding), 0.0, quality)
    below = never_negative * less(model, -SEEN)
    return {"error": error, "terms": terms, "quality": where(below, 5.0, quality)}


def shown(at: Number, condition: Number) -> Number:
    """Return a coordinate, or none (0/0) if the condition fails: what stands there is not drawn."""
    return at + 0.0 / condition


def between(low: float, high: float, number: Number) -> Number:
    """Return the number, or the end of the range that it lies beyond."""
    return where(less(number, low), low, where(less(high, number), high, number))


def taylor(
    surface: Surface,
    *,
    distances: tuple[float, float],
    losses: tuple[float, float],
    never_negative: bool = False,
) -> Recipe:
    """Everything that `TaylorLens` shows, from the inputs θ′ = ``(c1, c2)`` and θ = ``(w1, w2)``.

        L(θ) ≈ L(θ′) + vᵀg + ½ vᵀHv,   v = θ − θ′                          (slides p. 4)

    Args:
        surface: The loss.
        distances: From where to where, along the line, counted from θ′ towards θ.
        losses: What the chart of the line shows, low to high.
        never_negative: Whether the loss is known to be at least zero everywhere.
    """
    (x0, x1), _ = surface.window
    side = np.linspace(-0.25 * (x1 - x0), 0.25 * (x1 - x0), PATCH)
    d2, d1 = (c.ravel() for c in np.meshgrid(side, side, indexing="ij"))
    high, width = distances[1], distances[1] - distances[0]
    least = 0.05 * (losses[1] - losses[0])  # a shorter arrow has no room for its name
    inside = losses[0] + least, losses[1] - least

    def on_the_line(t: Number, c1: Number, c2: Number, along_1: Number, along_2: Number,
                    loss: Number, g1: Number, g2: Number,
                    h11: Number, h12: Number, h22: Number) -> Numbers:  # fmt: skip
        x, y = c1 + t * along_1, c2 + t * along_2
        there = quadratic(loss, g1, g2, h11, h12, h22, t * along_1, t * along_2)
        return {"x": x, "y": y, "truth": surface.program(w1=x, w2=y)["loss"],
                "tangent": loss + there["slope_term"], "model": there["model"]}  # fmt: skip

    def around(d1: Number, d2: Number, c1: Number, c2: Number,
               loss: Number, g1: Number, g2: Number,
               h11: Number, h12: Number, h22: Number) -> Numbers:  # fmt: skip
        model = quadratic(loss, g1, g2, h11, h12, h22, d1, d2)["model"]
        return {"x": c1 + d1, "y": c2 + d2, "model": model}

    def marks(distance: Number, loss: Number, slope_term: Number, bend_term: Number,
              model: Number, v1: Number, v2: Number,
              c1: Number, c2: Number) -> Numbers:  # fmt: skip
        tangent = loss + slope_term
        crowded = less(high - 0.3 * width, distance)  # no room for names to the right of θ
        side, name = where(crowded, -1.0, 1.0), where(crowded, -0.28 * width, 0.09 * width)
        here = less(distance, high)
        return {
            "tangent": tangent,
            "slope_at": shown(distance + side * 0.03 * width, here),
            "bend_at": shown(distance + side * 0.06 * width, here),
            "slope_name_x": shown(distance + name, here * less(least, absolute(slope_term))),
            "slope_name_y": between(*inside, tangent),
            "bend_name_x": shown(distance + name, here * less(least, absolute(bend_term))),
            "bend_name_y": between(*inside, model),
            "theta_name_x": shown(distance + where(crowded, -0.05, 0.02) * width, here),
            "beyond_at": shown(high, 1.0 - here),
            "middle_1": shown(c1 + 0.5 * v1, less(0.15 * (x1 - x0), distance)),
            "middle_2": c2 + 0.5 * v2,
        }

    return Recipe([
        Map(surface.program, {"w1": "c1", "w2": "c2"}),
        Map(eigen),
        Map(verdict),
        Map(step),
        Map(quadratic, {"d1": "v1", "d2": "v2"}),
        Map(lambda w1, w2: {"truth": surface.program(w1=w1, w2=w2)["loss"]}),
        Let("never_negative", float(never_negative)),
        Map(judged),
        Map(marks),
        Let("t", np.linspace(*distances, POINTS)),
        Map(on_the_line, prefix="line_"),
        Let("d1", d1),
        Let("d2", d2),
        Map(around, prefix="patch_"),
        Let("ends", distances),
        Let("zero", (0.0, 0.0)),
        Let("heights", losses),
    ])  # fmt: skip
