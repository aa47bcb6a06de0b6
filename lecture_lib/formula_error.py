"""What to say to somebody whose formula cannot be read: where, what, and the cure."""

from __future__ import annotations

import unicodedata

from lecture_lib.words import word

_COLUMNS = 72  # of the formula shown above the caret


class FormulaError(ValueError):
    """A formula that cannot be read, or that has no real value.

    The sentences are made when they are asked for, in the language spoken then.

    Attributes:
        key: Which slip it is: the middle of ``formula.<key>.problem`` in ``data/words``.
        text: The formula as it was typed.
        position: The offset of the offending character in ``text``, from 0.
        placeholders: What the sentences name: a sign, a limit.
    """

    def __init__(self, key: str, text: str, position: int, /, **placeholders: object) -> None:
        """Point at ``text[position]`` with the sentences of ``formula.<key>``."""
        super().__init__(key, text, position)
        self.key, self.text, self.position = key, text, position
        self.placeholders = placeholders

    @property
    def problem(self) -> str:
        """The sentence that says what is wrong."""
        return word(f"formula.{self.key}.problem", **self.placeholders)

    @property
    def cure(self) -> str:
        """The sentence that says what to type instead."""
        return word(f"formula.{self.key}.cure", **self.placeholders)

    @property
    def pointer(self) -> str:
        """The formula on one line, and below it a caret under the offending character.

        For a typewriter font: an East Asian wide character takes two columns, so the caret is moved
        by a full-width space under each.  Characters that cannot be seen are shown as ``�``.
        """
        start = max(0, self.position - _COLUMNS // 2)
        end = start + _COLUMNS
        shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in self.text)
        cut = "…" if start else ""
        pad = "".join(_blank(character) for character in cut + shown[start : self.position])
        return f"{cut}{shown[start:end]}{'…' if end < len(shown) else ''}\n{pad}^"

    def __str__(self) -> str:
        """Say the place, the problem and the cure; then show the formula and the caret."""
        key = "formula.error" if self.text.strip() else "formula.error.empty"
        place = self.position + 1
        sentence = word(key, place=place, problem=self.problem, cure=self.cure)
        return f"{sentence}\n{self.pointer}" if self.text.strip() else sentence


def _blank(character: str) -> str:
    """Return a blank as wide as ``character`` in a typewriter font."""
    if unicodedata.combining(character):
        return ""
    return "\u3000" if unicodedata.east_asian_width(character) in "WF" else " "
