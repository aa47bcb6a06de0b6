"""What public functions ask of their arguments, checked at the call.

Each function returns its argument as the float64 array or number that the formulas expect, or
raises an error that says what was wanted, what came, and what to do about it.
"""

from __future__ import annotations

import math
import operator
import reprlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

SYMMETRY = 1e-6  # how far H_ij may be from H_ji, relative to the largest entry
HUGE = 1e150  # beyond, the square of an entry overflows
MOST_COMPARED = 1000  # batch sizes or learning rates


def described(thing: Any) -> str:
    """Return a short line about anything at all, even if it cannot print itself."""
    short = reprlib.Repr()
    short.maxother = short.maxstring = 60
    try:
        return " ".join(short.repr(thing).split())
    except KeyboardInterrupt:
        raise
    except BaseException:  # a __repr__ may raise SystemExit as well
        return type(thing).__name__


def real_array(value: ArrayLike, name: str, *, shape: tuple[int, ...] | None = None) -> Array:
    """Return ``value`` as a new float64 array, of the shape if one is given; NaN may be in it.

    Text, dates, complex numbers and masks are refused, though NumPy would cast some of them.

    Raises:
        TypeError: If it is not made of real numbers.
        ValueError: If its shape is another one.
    """
    try:
        array = np.array(value)
        if array.dtype.kind == "O":  # such as fractions, and integers of any length
            array = np.array(np.frompyfunc(float, 1, 1)(array), dtype=float)
        if array.dtype.kind not in "biuf" or isinstance(value, np.ma.MaskedArray):
            raise TypeError(f"{type(value).__name__} of {array.dtype}")
    except (TypeError, ValueError, OverflowError) as error:
        raise TypeError(
            f"expected {name} to be an array of real numbers; got {described(value)} ({error})."
        ) from error
    if shape not in (None, array.shape):
        raise ValueError(f"expected {name} of shape {shape}; got shape {array.shape}.")
    with np.errstate(over="ignore"):  # a longer float than ours becomes infinite
        return array.astype(float, copy=False)


def finite_array(value: ArrayLike, name: str) -> Array:
    """Return ``value`` as a new float64 array without NaN or infinity.

    Raises:
        TypeError: If it is not made of numbers.
        ValueError: If a number is not finite.
    """
    array = real_array(value, name)
    if not np.isfinite(array).all():
        raise ValueError(f"expected {name} to hold finite numbers only; got {array}.")
    return array


def finite_vector(value: ArrayLike, name: str, *, size: int | None = None) -> Array:
    """Return ``value`` as a finite vector, shape ``(n,)``, with ``n = size`` if that is given.

    Raises:
        TypeError: If it is not made of numbers.
        ValueError: If its shape is another one, or a number is not finite.
    """
    array = finite_array(value, name)
    if array.ndim != 1 or array.size == 0 or size not in (None, array.size):
        wanted = "(n,)" if size is None else f"({size},)"
        raise ValueError(f"expected {name} of shape {wanted}; got shape {array.shape}.")
    return array


def unit_vector(value: ArrayLike, name: str, *, size: int) -> Array:
    """Return the direction of ``value`` as a vector of length 1, shape ``(size,)``.

    Raises:
        TypeError: If it is not made of numbers.
        ValueError: If it has another shape, or no direction because it is zero.
    """
    vector = finite_vector(value, name, size=size)
    if (largest := np.abs(vector).max()) == 0:
        raise ValueError(f"expected {name} to point somewhere; got the zero vector.")
    vector = vector / largest  # so that squaring can neither overflow nor vanish
    return vector / math.hypot(*vector)


def symmetric_matrix(value: ArrayLike, name: str, *, size: int | None = None) -> Array:
    """Return ``value`` as a finite symmetric matrix, ``(n, n)``, with ``n = size`` if given.

    Differences between H_ij and H_ji that rounding explains are averaged away.

    Raises:
        TypeError: If it is not made of numbers.
        ValueError: If it is not square, not finite, too large to compute with, or not symmetric.
    """
    matrix = finite_array(value, name)
    n = size or len(np.atleast_1d(matrix))
    if matrix.shape != (n, n) or n == 0:
        wanted = "(n, n)" if size is None else f"({n}, {n})"
        raise ValueError(f"expected {name} of shape {wanted}; got shape {matrix.shape}.")
    if (largest := np.abs(matrix).max()) > HUGE:
        raise ValueError(
            f"expected {name} with entries of at most {HUGE:g}; got {largest:.3g}. "
            "Rescale the loss: measured in larger units it has the same critical points."
        )
    gap = np.abs(matrix - matrix.T)
    i, j = np.unravel_index(np.argmax(gap), gap.shape)
    if gap[i, j] > SYMMETRY * largest:
        raise ValueError(
            f"expected {name} to be symmetric; got {name}[{i}, {j}] = {matrix[i, j]:.6g} but "
            f"{name}[{j}, {i}] = {matrix[j, i]:.6g}. Mixed second derivatives do not depend on the "
            "order: check the formulas of these two entries."
        )
    return matrix / 2 + matrix.T / 2


def finite_number(value: float, name: str) -> float:
    """Return ``value`` as a finite float.

    Raises:
        TypeError: If it is not a number.
        ValueError: If it is NaN or infinite.
    """
    number = None
    with suppress(TypeError, ValueError):
        number = None if is_bool(value) else float(real_array(value, name, shape=()))
    if number is None:
        raise TypeError(f"expected {name} to be a number; got {described(value)}.")
    if not math.isfinite(number):
        raise ValueError(f"expected {name} to be a finite number; got {number}.")
    return number


def positive_number(value: float, name: str) -> float:
    """Return ``value`` as a float above 0.

    Raises:
        TypeError: If it is not a number.
        ValueError: If it is not above 0, or not finite.
    """
    if (number := finite_number(value, name)) <= 0:
        raise ValueError(f"expected {name} above 0; got {number}.")
    return number


def relative_tolerance(value: float) -> float:
    """Return the tolerance ``rtol`` as a float in (0, 1).

    Raises:
        TypeError: If it is not a number.
        ValueError: If it lies outside (0, 1).
    """
    if (rtol := positive_number(value, "rtol")) >= 1:
        raise ValueError(
            f"expected rtol below 1; got {rtol}. It is the part of the largest eigenvalue "
            "below which another one counts as zero, such as 1e-8."
        )
    return rtol


def whole_number(value: int, name: str, *, least: int, most: int | None = None) -> int:
    """Return ``value`` as an int of at least ``least`` and, if that is given, at most ``most``.

    Raises:
        TypeError: If it is not a whole number.
        ValueError: If it is out of range.
    """
    try:
        number = None if is_bool(value) else operator.index(value)
    except TypeError:
        number = None
    if number is None:
        raise TypeError(f"expected {name} to be a whole number; got {described(value)}.")
    if number < least:
        raise ValueError(f"expected {name} of at least {least}; got {described(number)}.")
    if most is not None and number > most:
        raise ValueError(f"expected {name} of at most {most}; got {described(number)}.")
    return number


def random_generator(value: np.random.Generator) -> np.random.Generator:
    """Return ``value`` if it is a random generator.

    Raises:
        TypeError: If it is not.
    """
    if not isinstance(value, np.random.Generator):
        raise TypeError(f"expected rng such as np.random.default_rng(0); got {described(value)}.")
    return value


def several(values: Iterable[Any], name: str, such_as: str) -> tuple[Any, ...]:
    """Return values to compare as a tuple: one or more, and no more than anybody would.

    Args:
        values: Any iterable, also one without end.
        name: What they are called.
        such_as: An example of them, for the error.

    Raises:
        TypeError: If they do not come in a row.
        ValueError: If there is none, or more than a thousand.
    """
    try:
        given = tuple(islice(values, MOST_COMPARED + 1))
    except TypeError:
        raise TypeError(f"expected {name} such as {such_as}; got {described(values)}.") from None
    if not 0 < len(given) <= MOST_COMPARED:
        came = "none" if not given else f"more than {MOST_COMPARED}"
        raise ValueError(f"expected {name} such as {such_as}; got {came}.")
    return given


def each_number(array: Array, check: Callable[[float], float]) -> Array:
    """Return ``array`` if ``check`` accepts both ends of its range, in the words of one number."""
    if array.size:
        check(float(array.min()))
        check(float(array.max()))
    return array


def is_bool(value: Any) -> bool:
    """Return whether ``value`` is True or False, which Python would count as a number."""
    return isinstance(value, (bool, np.bool_))
