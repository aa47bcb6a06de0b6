"""What to do where the Hessian is silent: look at the loss itself, to either side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.arguments import Array, finite_vector, positive_number, real_array, unit_vector
from lecture_lib.losses import function_of_theta, read_only
from lecture_lib.words import word

HALVINGS = 8  # steps of a probe, each half as long as the one before
ROUNDING = 16 * np.finfo(float).eps  # a change below this part of the loss is no change


class Profile(Enum):
    """How a loss behaves along a line through a point."""

    RISES = "rises"
    FALLS = "falls"
    PASSES = "passes"
    FLAT = "flat"


@dataclass(frozen=True, eq=False)
class Probe:
    """What the loss does on both sides of a point, along one line.

    Attributes:
        steps: The distances t from the point, descending, shape ``(k,)``.
        ahead: L(θ + t u) − L(θ), shape ``(k,)``.
        behind: L(θ − t u) − L(θ), shape ``(k,)``.
        profile: What the shortest steps say whose change stands out of the rounding.
        why: The same in a sentence.
    """

    steps: Array
    ahead: Array
    behind: Array
    profile: Profile
    why: str


def probe(
    loss: Callable[[Array], ArrayLike],
    point: ArrayLike,
    direction: ArrayLike,
    *,
    reach: float = 0.1,
) -> Probe:
    """Look at L(θ ± t u) − L(θ) for a few small t.

    This is what remains where uᵀHu = 0: w⁴ rises to both sides, −w⁴ falls, w³ does one of each, and
    all three have H = 0.

    A probe can refute a minimum and never prove one.  It sees one straight line, and even a loss
    that rises along every straight line may fall along a curve, as (w2 − w1²)(w2 − 3w1²) does at
    the origin along w2 = 2w1² (Peano's example).

    Args:
        loss: Takes points of shape ``(..., n)`` and returns values of shape ``(...)``.
        point: The point θ, shape ``(n,)``.
        direction: Any vector along the line, shape ``(n,)``; u is its unit vector.
        reach: The longest t.

    Returns:
        The changes, and the profile: ``RISES`` (or stays level on one side), ``FALLS`` (likewise),
        ``PASSES`` (one of each) or ``FLAT``.

    Raises:
        TypeError: If the loss is no function, or an argument or the loss is not made of numbers.
        ValueError: If the shapes do not fit, the direction is zero, ``reach`` is not above 0, or
            the loss is not finite along the line.
    """
    loss = function_of_theta(loss, "loss")
    point = finite_vector(point, "point")
    along = unit_vector(direction, "direction", size=point.size)
    steps = positive_number(reach, "reach") * 0.5 ** np.arange(HALVINGS)
    offsets = np.concatenate([[0.0], steps, -steps])
    line = read_only(point + offsets[:, None] * along)
    values = real_array(loss(line), "the loss along the line")
    if values.shape != offsets.shape or not np.isfinite(values).all():
        raise ValueError(
            f"expected {offsets.size} finite values of the loss along the line; got {values}. "
            "Take a smaller reach if the loss is not defined that far out."
        )
    changes = (values[1:] - values[0]).reshape(2, HALVINGS)
    visible = np.abs(changes) > ROUNDING * np.maximum(abs(values[0]), np.abs(values[1:])).reshape(
        2, HALVINGS
    )
    sides = {_sign_of_last(*side) for side in zip(changes, visible, strict=True)}
    profile = _profile(sides)
    return Probe(steps, *changes, profile, word(f"probe.{profile.value}"))


def _sign_of_last(changes: Array, visible: Array) -> int:
    seen = changes[visible]
    return int(np.sign(seen[-1])) if seen.size else 0


def _profile(sides: set[int]) -> Profile:
    if {1, -1} <= sides:
        return Profile.PASSES
    if 1 in sides:
        return Profile.RISES
    return Profile.FALLS if -1 in sides else Profile.FLAT
