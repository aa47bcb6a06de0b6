"""The words that explorers and checks show, in English and in Chinese.

The texts live in ``data/words/*.toml``, one table a sentence and one key a language, so that a
translator edits prose and never code.  ``speak("zh")`` is the one line in which the two editions of
a notebook differ.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from lecture_lib.options import one_of

LANGUAGES = ("en", "zh")

_spoken = "en"


def speak(language: str) -> None:
    """Choose the language of every explorer and check made from here on.

    Args:
        language: ``"en"`` for English, ``"zh"`` for Simplified Chinese.

    Raises:
        TypeError: If it is not a string.
        ValueError: If there is no edition in that language.
    """
    global _spoken  # one reader, one language: a notebook says it once, in its first cell
    _spoken = one_of(language, "a language", LANGUAGES)


def language() -> str:
    """Return the language spoken at the moment, ``"en"`` or ``"zh"``."""
    return _spoken


@cache
def all_words() -> Mapping[str, Mapping[str, str]]:
    """Return every sentence as ``{key: {language: text}}``.

    Raises:
        ValueError: If two files define the same key.
    """
    words: dict[str, Mapping[str, str]] = {}
    for file in sorted(files("lecture_lib").joinpath("data/words").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            entries = tomllib.loads(file.read_text(encoding="utf-8"))
            if repeated := words.keys() & entries.keys():
                raise ValueError(f"{file.name} repeats {sorted(repeated)}: a key has one home.")
            words |= entries
    return words


def word(key: str, **placeholders: object) -> str:
    """Return the sentence named ``key`` in the language spoken, with its placeholders filled.

    A sentence asked for without placeholders comes as it stands, braces and all: the plane fills
    those of its fact line itself, sixty times a second.

    Raises:
        KeyError: If no file in ``data/words`` has that key.
    """
    try:
        text = all_words()[key][_spoken]
    except KeyError:
        raise KeyError(f"no words for {key!r}: add it, in both languages, to data/words") from None
    return text.format(**placeholders) if placeholders else text
