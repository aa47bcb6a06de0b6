"""Which of several dots is nearest to a handle, found as a recurrence so that the browser can."""

from __future__ import annotations

from lecture_lib.arguments import Array
from lecture_lib.program import Number
from lecture_lib.recipe import Iterate, Let, Map, Pick, Step
from lecture_lib.recipes.curvature import Numbers
from lecture_lib.tracing import less, where


def nearest(x: Array, y: Array, *, at: tuple[str, str], size: tuple[float, float]) -> list[Step]:
    """Return the steps that give ``dot_x``, ``dot_y`` and ``chosen``, the number of the dot.

    Distances are measured on the paper: each axis counts in shares of what it shows.  Of several
    dots in one place the first is chosen.

    Args:
        x: Where the dots are, shape ``(n,)``.
        y: The same upwards.
        at: The names of the handle's coordinates.
        size: How much each axis shows.
    """

    def closer(
        best: Number, which: Number, dot_x: Number, dot_y: Number, dot_number: Number,
        hand_x: Number, hand_y: Number,
    ) -> Numbers:  # fmt: skip
        across, up = (dot_x - hand_x) / size[0], (dot_y - hand_y) / size[1]
        distance = across * across + up * up
        found = less(distance, best)
        return {"best": where(found, distance, best), "which": where(found, dot_number, which)}

    dots = {"dot_x": x, "dot_y": y, "dot_number": range(len(x))}
    return [
        *(Let(name, list(values)) for name, values in dots.items()),
        Map(lambda x, y: {"hand_x": 1.0 * x, "hand_y": 1.0 * y}, dict(zip("xy", at, strict=True))),
        Let("far", 1e9),
        Let("none", 0.0),
        Iterate(
            closer,
            start={"best": "far", "which": "none"},
            steps=len(x),
            per_step=tuple(dots),
            prefix="nearest_",
        ),
        Pick(-1, {"chosen": "nearest_which"}),
    ]
