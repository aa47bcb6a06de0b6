"""Asking a learner's function, and reading whatever it returns, so that a check never raises."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.arguments import Array, described, real_array
from lecture_lib.exercises.grading import NotAttempted, Wrong
from lecture_lib.numerals import bracketed
from lecture_lib.verdicts import Kind
from lecture_lib.words import word

LONGEST_LINE = 200  # characters of an exception or an answer that still read as one line


def ask(
    function: Callable[..., Any], *arguments: Any, refusal: type[Exception] | None = None
) -> Any:
    """Call the learner's function on copies of the arguments.

    Args:
        function: What the learner wrote.
        arguments: Arrays, numbers and functions.
        refusal: An exception that means "there is no answer" and counts as None.

    Raises:
        NotAttempted: If the function raises NotImplementedError.
        Wrong: If it raises anything else, is no function, or changes its arguments.
    """
    if not callable(function):
        raise Wrong(word("check.no_function", got=described(function)))
    copies = [np.copy(a) if isinstance(a, np.ndarray) else a for a in arguments]
    try:
        answer = function(*copies)
    except NotImplementedError:
        raise NotAttempted from None
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit and GeneratorExit as well
        if refusal and isinstance(error, refusal):
            return None
        raise Wrong(word("check.raised", error=_told(error))) from None
    for copied, argument in zip(copies, arguments, strict=True):
        if isinstance(argument, np.ndarray) and not np.array_equal(copied, argument):
            raise Wrong(word("check.changed_argument"))
    return answer


def _told(error: BaseException) -> str:
    """Return an exception in one line; its notes stand below it, and are left out."""
    with suppress(Exception):
        vars(error).pop("__notes__", None)
    try:
        # traceback can print even an exception whose own __str__ fails
        lines = traceback.format_exception_only(error)
    except Exception:  # but no SyntaxError whose parts are not what they should be
        lines = [type(error).__name__]
    return _shortened(" ".join(lines[-1].split()))


def _shortened(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}…"


def as_numbers(answer: Any, shape: tuple[int, ...]) -> Array:
    """Return the learner's answer as a finite array of the shape.

    Raises:
        Wrong: If it is nothing, not made of real numbers, of another shape, or not finite.
    """
    if answer is None:
        raise Wrong(word("check.nothing"))
    try:
        array = real_array(answer, "the answer")
    except KeyboardInterrupt:
        raise
    except BaseException:  # __array__ of a foreign object may raise anything
        raise Wrong(word("check.not_numbers", got=described(answer))) from None
    if shape == () and array.size == 1:
        array = array.reshape(())
    if array.shape != shape:
        if shape == ():
            raise Wrong(word("check.one_number", got=array.shape))
        raise Wrong(word("check.shape", expected=shape, got=array.shape))
    if not np.isfinite(array).all():
        raise Wrong(word("check.not_finite", got=bracketed(array)))
    return array


def as_choice(answer: Any, choices: Sequence[str]) -> str:
    """Return the learner's answer as one of the words.

    Raises:
        Wrong: If it is nothing, or none of the words.
    """
    if answer is None:
        raise Wrong(word("check.nothing"))
    text = answer.value if isinstance(answer, Kind) else answer
    text = str.strip(text).lower() if isinstance(text, str) else text
    if not isinstance(text, str) or text not in choices:
        listed = ", ".join(f'"{choice}"' for choice in choices)
        raise Wrong(word("check.choice", choices=listed, got=described(answer)))
    return text


def compare(
    function: Callable[..., Any],
    cases: Sequence[tuple[str, tuple[Any, ...]]],
    truth: Callable[..., ArrayLike],
    mistakes: dict[str, Callable[..., ArrayLike]],
) -> None:
    """Compare the learner's function with the truth, and recognise a mistake.

    A mistake is named only if it explains the answer to every case, also where it happens to be
    right.  The first case that fails is shown, so the cases should start with the simplest.

    Args:
        function: What the learner wrote.
        cases: A text that says what is given, and the arguments.
        truth: The right function.
        mistakes: Wrong functions by the key of the sentence that names the mistake.

    Raises:
        NotAttempted: If the function raises NotImplementedError.
        Wrong: If an answer is wrong.
    """
    expected = [np.asarray(truth(*arguments), dtype=float) for _, arguments in cases]
    got = [
        as_numbers(ask(function, *arguments), answer.shape)
        for (_, arguments), answer in zip(cases, expected, strict=True)
    ]
    right = [agree(*pair) for pair in zip(got, expected, strict=True)]
    if all(right):
        return

    def explains(wrong: Callable[..., ArrayLike]) -> bool:
        return all(agree(g, wrong(*a)) for g, (_, a) in zip(got, cases, strict=True))

    first = right.index(False)
    hint = next((key for key, wrong in mistakes.items() if explains(wrong)), "")
    raise mismatch(cases[first][0], bracketed(expected[first]), bracketed(got[first]), hint)


def mismatch(given: str, expected: str, got: str, hint: str = "") -> Wrong:
    """Return the exception for a wrong answer: what was given, wanted, answered, and a hint."""
    sentence = word("check.mismatch", given=given, expected=expected, got=_shortened(got))
    return Wrong(word("check.hinted", mismatch=sentence, hint=word(hint)) if hint else sentence)


def agree(got: ArrayLike, expected: ArrayLike) -> bool:
    """Whether two answers are equal, up to what finite differences would leave."""
    size = np.abs(expected).max(initial=0.0)
    return bool(np.all(np.abs(np.subtract(got, expected)) <= 1e-5 * size + 1e-7))
