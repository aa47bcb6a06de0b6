"""`predict`: commit to an answer first, then read why it is right or wrong.

The question and its lettered options stand in the notebook's Markdown, where they can be read
without a kernel, with the answer folded below.  The widget adds buttons A, B, C … and, once one is
chosen, the reason.  A question is its reasons in ``data/words/predictions.toml``, one an option:
``predict.<name>.wrong.A``, ``predict.<name>.right.B``, …
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

import ipywidgets

from lecture_lib.options import one_of
from lecture_lib.words import all_words, word

# An HTML widget is set as tightly packed as a slider's label; a reason reads like the text around.
LOOK = (
    "margin: 6px 2px; max-width: 780px; "
    "font-size: var(--jp-content-font-size1, 14px); line-height: 1.5"
)

_first: dict[str, str | None] = {}  # of each question asked: the letter chosen first, None if none


class Prediction(ipywidgets.VBox):
    """Buttons for one question; the reason appears under them.

    The mind may be changed, and every option explains itself, but the first answer counts.

    Args:
        name: The question, as its keys in the words name it.

    Attributes:
        name: The question.
        right: The letter of the right answer.
        choice: The letter chosen last, or None.
        answer: The verdict and the reason shown at the moment, as plain text; empty before that.
        buttons: The buttons by letter.

    Raises:
        KeyError: If there is no such question.
    """

    def __init__(self, name: str) -> None:
        """Lay out one button an option."""
        self.name = name
        reasons = _reasons(name)
        self.right = next(letter for letter, kind in reasons.items() if kind == "right")
        self.choice: str | None = None
        self.answer = ""
        self.buttons = {letter: _button(letter) for letter in sorted(reasons)}
        for button in self.buttons.values():
            button.on_click(lambda pressed: self.choose(pressed.description))
        self._shown = ipywidgets.HTML()
        row = ipywidgets.HBox([*self.buttons.values()])
        super().__init__([row, self._shown])
        _first.setdefault(name, None)

    def choose(self, letter: str) -> None:
        """Take an answer and show the reason.

        Raises:
            TypeError: If the letter is not a string.
            ValueError: If the question has no such option.
        """
        one_of(letter, "a letter", self.buttons)
        self.choice = letter
        _first[self.name] = _first[self.name] or letter
        kind = "right" if letter == self.right else "wrong"
        for other, button in self.buttons.items():
            button.button_style = (
                "" if other != letter else "success" if kind == "right" else "warning"
            )
        verdict = word(f"predict.{kind}", letter=letter)
        why = word(f"predict.{self.name}.{kind}.{letter}")
        self.answer = f"{verdict} {why}"
        self._shown.value = (
            f'<p role="status" style="{LOOK}"><strong>{escape(verdict)}</strong> {escape(why)}</p>'
        )

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**options)
        return {**bundle, "text/plain": word("predict.buttons", letters=" · ".join(self.buttons))}


def predict(name: str) -> Prediction:
    """Return the buttons for the question above.

    Raises:
        KeyError: If there is no such question.
    """
    return Prediction(name)


def predictions_so_far() -> str:
    """Return in one line how many of the questions asked were right at the first try."""
    right = sum(
        bool(letter) and _reasons(name)[letter] == "right" for name, letter in _first.items()
    )
    return word("predict.so_far", right=right, asked=len(_first))


def forget_predictions() -> None:
    """Forget which questions were asked and what was answered."""
    _first.clear()


def _reasons(name: str) -> Mapping[str, str]:
    """Return "right" or "wrong" by letter."""
    key = re.compile(rf"predict\.{re.escape(name)}\.(right|wrong)\.([A-Z])")
    found = {m[2]: m[1] for m in map(key.fullmatch, all_words()) if m}
    if not found:
        known = {m[1] for m in (re.match(r"predict\.(\w+)\.right\.", k) for k in all_words()) if m}
        raise KeyError(f"no question is called {name!r}; there are {', '.join(sorted(known))}.")
    return found


def _button(letter: str) -> ipywidgets.Button:
    return ipywidgets.Button(
        description=letter,
        tooltip=word("predict.choose", letter=letter),
        layout=ipywidgets.Layout(width="64px"),
    )
