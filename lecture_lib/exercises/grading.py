"""What a check answers, and the card on which a day's answers are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lecture_lib.words import word

MARKS = {True: "✓", False: "✗", None: "…"}


@dataclass(frozen=True, repr=False)
class Check:
    """The answer to one attempt at an exercise.

    Attributes:
        name: The exercise.
        passed: Whether the attempt is right; None if there was none yet.
        message: One sentence; if the attempt is wrong, the mistake.
    """

    name: str
    passed: bool | None
    message: str

    def __str__(self) -> str:
        """Return one line: a mark, then the sentence."""
        return f"{MARKS[self.passed]} {self.message}"

    __repr__ = __str__  # so that a notebook cell which ends in a check shows the line


class Wrong(Exception):
    """An attempt is wrong; the text is the sentence that the learner reads."""


class NotAttempted(Exception):
    """The body of the function still raises NotImplementedError."""


class Scorecard:
    """The last result of every exercise of a day."""

    def __init__(self, names: Sequence[str]) -> None:
        """Start with nothing attempted."""
        self._names = tuple(names)
        self._passed: set[str] = set()

    def grade(self, name: str, examine: Callable[[], None]) -> Check:
        """Run an examination that raises `Wrong` or `NotAttempted`, or else is passed."""
        try:
            with np.errstate(all="ignore"):  # absurd answers are compared too
                examine()
        except NotAttempted:
            check = Check(name, None, word("check.not_attempted"))
        except Wrong as wrong:
            check = Check(name, False, str(wrong))
        else:
            check = Check(name, True, word(f"check.{name}.passed"))
        (self._passed.add if check.passed else self._passed.discard)(name)
        return check

    def progress(self) -> str:
        """Return how many checks have passed, in one line."""
        return word("check.progress", passed=len(self._passed), total=len(self._names))

    def reset(self) -> None:
        """Forget all results."""
        self._passed.clear()
