"""The words of a typed formula: numbers, names and signs, or what was meant by something else.

Signs as a Chinese keyboard or a word processor types them (（ ） ＋ － × · ÷ w₁ π) and capitals
(``W1``) are taken as meant.  Everything else has a sentence of its own, since most slips are habits
from another notation: ``^``, ``ln``, ``2w1``, ``0,5``, ``|w1|``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from lecture_lib.formula_error import FormulaError

LONGEST = 200  # characters
MOST_DIGITS = 17  # of one number: all that a float can tell apart
LARGEST = 10**6  # of the numbers typed or computed
SMALLEST = "1e-12"  # of the numbers typed, but for 0

PARAMETERS = ("w1", "w2")
CONSTANTS: Mapping[str, float] = {"pi": math.pi, "e": math.e}
FUNCTIONS: Mapping[str, Callable[..., float]] = {
    name: getattr(math, name) for name in ("sin", "cos", "tan", "exp", "log", "sqrt", "tanh")
} | {"abs": abs}

# One character for one character, so that a place in the plain text is one in the typed text.
_PLAIN = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # full-width forms
    | dict.fromkeys("\t\u00a0\u2009\u202f\u3000", " ")
    | dict.fromkeys("−–﹣", "-")
    | dict.fromkeys("×·⋅∗", "*")
    | dict.fromkeys("÷∕", "/")
    | {"、": ","}
)
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_TOKEN = re.compile(
    r"(?P<number>[0-9.]+(?:[eE][+-]?[0-9]+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_₀-₉]*|π)"
    r"|(?P<sign>\*\*|[-+*/(),])|(?P<end>\Z)"
)
_NUMBER = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_FUNCTION = "|".join(FUNCTIONS)
_KNOWN = "|".join([*FUNCTIONS, *PARAMETERS, *CONSTANTS])  # "exp" before "e"
_SLIPS = {
    slip: key
    for slips, key in {
        "^": "caret",
        "²³⁴⁵⁶⁷⁸⁹": "superscript",
        "√": "root",
        "=": "equals",
        "|": "bar",
        "[]{}【】": "bracket",
        "。": "full_stop",
    }.items()
    for slip in slips
}
_OTHER_NAMES = {"ln": "ln", "log2": "other_log", "log10": "other_log", "lg": "other_log"}
_OTHER_NAMES |= {"pow": "pow", "power": "pow"}


@dataclass(frozen=True)
class Token:
    """One word of a formula.

    Attributes:
        kind: ``"number"``, ``"name"``, ``"sign"``, or ``"end"``.
        name: The word in plain characters; a name in small letters.
        start: Where it starts in the typed text.
        end: Where it ends.
    """

    kind: str
    name: str
    start: int
    end: int


class Scanner:
    """Finds the words of one text, one after another."""

    def __init__(self, text: str) -> None:
        """Take a text of any kind, but not of any length."""
        self.text = text
        if len(text) > LONGEST:
            raise self.error("too_long", LONGEST, length=len(text), limit=LONGEST)
        if not text.strip():
            raise self.error("empty", 0)
        self.plain = text.rstrip().translate(_PLAIN)

    def error(self, key: str, position: int, **placeholders: object) -> FormulaError:
        """Return the error ``key`` at a place of this text."""
        return FormulaError(key, self.text, position, **placeholders)

    def typed(self, token: Token) -> str:
        """Return the token as it was typed."""
        return self.text[token.start : token.end]

    def digit(self, position: int) -> bool:
        """Return whether a digit stands at ``position``."""
        return self.plain[position : position + 1] in tuple("0123456789")

    def token(self, start: int) -> Token:
        """Return the first token at or after ``start``.

        Raises:
            FormulaError: If what stands there isn't a word of a formula.
        """
        start += len(self.plain[start:]) - len(self.plain[start:].lstrip(" "))
        match = _TOKEN.match(self.plain, start)
        if match is None:
            raise self._character_error(start)
        token = Token(str(match.lastgroup), match.group(), start, match.end())
        if token.kind == "name":
            name = token.name.translate(_SUBSCRIPTS).replace("π", "pi").lower()
            token = Token("name", name, token.start, token.end)
            if name not in PARAMETERS and name not in CONSTANTS and name not in FUNCTIONS:
                raise self._name_error(token)
        return token

    def number(self, token: Token) -> Fraction:
        """Return the exact value of a number, so that 0.1 is a tenth.

        Raises:
            FormulaError: If it isn't one number, or is beyond the limits of this module.
        """
        if not _NUMBER.fullmatch(token.name):
            key = "lone_point" if token.name == "." else "malformed_number"
            raise self.error(key, token.start, number=token.name)
        digits = re.sub("[eE].*", "", token.name).replace(".", "").strip("0")
        if len(digits) > MOST_DIGITS:
            raise self.error("many_digits", token.start, limit=MOST_DIGITS)
        value = Fraction(token.name)
        if value > LARGEST:
            raise self.error("large_number", token.start, limit=LARGEST)
        if 0 < value < Fraction(SMALLEST):
            raise self.error("small_number", token.start, limit=SMALLEST)
        return value

    def _name_error(self, token: Token) -> FormulaError:
        """Tell what an unknown name was meant to be."""
        name, typed = token.name, self.typed(token)
        if name in _OTHER_NAMES:
            base = "2" if name == "log2" else "10"
            return self.error(_OTHER_NAMES[name], token.start, name=typed, base=base)
        if glued := re.fullmatch(f"({_FUNCTION})(?:{_KNOWN}|[0-9]+)+", name):
            return self.error("no_parentheses", token.start, name=glued[1])
        if re.fullmatch(f"(?:{_KNOWN})+", name):
            length = len(re.match(_KNOWN, name)[0])
            left, right = typed[:length], typed[length:]
            return self.error("no_sign", token.start + length, left=left, right=right)
        after = self.plain[token.end :].lstrip(" ")[:1]
        key = {"(": "unknown_function", ".": "dotted"}.get(after, "unknown_name")
        return self.error(key, token.start, name=typed, functions=", ".join(FUNCTIONS))

    def _character_error(self, position: int) -> FormulaError:
        """Tell what is wrong with a character that no word starts with."""
        character = self.text[position]
        key = _SLIPS.get(self.plain[position])
        if key is None and not character.isprintable():
            key = "invisible"
        elif key is None:
            key = "letter" if character.isalpha() else "character"
        code = f"U+{ord(character):04X}"
        return self.error(key, position, character=character, code=code)
