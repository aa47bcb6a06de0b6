"""What public functions ask of a loss that they are given, and of the window it is seen through."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np

from lecture_lib.arguments import Array, described, finite_array, real_array

Window = tuple[tuple[float, float], tuple[float, float]]

NARROWEST, WIDEST = 1e-9, 1e9  # sides of a window; the former times |w| where that is above 1


def function_of_theta(value: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Return ``value`` if it can be called.

    Raises:
        TypeError: If it cannot.
    """
    if not callable(value):
        hint = f" Pass its method: .{name}" if hasattr(value, name) else ""
        raise TypeError(f"expected {name} to be a function of θ; got {described(value)}.{hint}")
    return value


def function_of_the_plane(loss: Callable[[Array], Any]) -> Callable[[Array], Any]:
    """Return ``loss`` if it takes one point (w1, w2), or many at once, and returns numbers.

    Raises:
        TypeError: If it cannot be called, or returns something else than numbers.
        ValueError: If it does not return one number for each point.
    """
    function_of_theta(loss, "loss")
    for shape in ((2,), (3, 2), (2, 3, 2)):
        with np.errstate(all="ignore"):  # it need not be defined at the origin
            values = real_array(loss(np.zeros(shape)), f"the loss of θ of shape {shape}")
        if values.shape != shape[:-1]:
            raise ValueError(
                f"for θ of shape {shape} the loss must return shape {shape[:-1]}; it returned "
                f"{values.shape}. Write it with theta[..., 0] and theta[..., 1]."
            )
    return loss


def string(value: str, name: str) -> str:
    """Return ``value`` if it is a string.

    Raises:
        TypeError: If it is not.
    """
    if not isinstance(value, str):
        raise TypeError(f"expected {name} to be a string; got {described(value)}.")
    return value


def has_parts(value: Any, *parts: str) -> None:
    """Check that ``value`` is a surface, or a loss of one's own with the same parts.

    Raises:
        TypeError: If one of the parts is missing.
    """
    if missing := [part for part in parts if not hasattr(value, part)]:
        raise TypeError(
            f"expected a surface; got {described(value)}, which has no .{missing[0]}. "
            'Take one such as SURFACES["bowl"], or make one with Surface.from_formula.'
        )


def read_only(array: Array) -> Array:
    """Lock an array of ours, so that a loss which writes into its argument fails loudly."""
    array.setflags(write=False)
    return array


def plane_window(value: Window) -> Window:
    """Return ``value`` as two rising ranges of floats, neither too narrow nor too wide to draw.

    Raises:
        ValueError: If it is anything else.
    """
    sides = None
    with suppress(TypeError, ValueError):
        sides = finite_array(value, "window")
    if sides is not None and sides.shape == (2, 2):
        widths = sides[:, 1] / 2 - sides[:, 0] / 2  # halved, so that nothing overflows
        narrowest = NARROWEST * np.maximum(1, np.abs(sides).max(axis=1))
        if (2 * np.minimum(widths, WIDEST) >= narrowest).all() and (2 * widths <= WIDEST).all():
            return tuple(tuple(side) for side in sides.tolist())
    raise ValueError(
        "expected a window such as ((-2, 2), (-2, 2)), each from low to high; "
        f"got {described(value)}. A side may measure from {NARROWEST:g} (times |w| "
        f"where that is above 1) to {WIDEST:g}."
    )
