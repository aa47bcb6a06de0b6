"""What the lines and marks of a figure mean, in words: pictures carry symbols only."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from lecture_lib.drawing.style import ROLES, Role

_MARKS = {
    "circle": '<circle cx="17" cy="8" r="4.6"/>',
    "triangle": '<path d="M17 2.6 22 12H12z"/>',
    "square": '<path d="M13 4h8v8h-8z"/>',
    "diamond": '<path d="M17 2 23 8 17 14 11 8z"/>',
    "cross": '<path d="M12.5 3.5l9 9m0-9l-9 9" fill="none"/>',
    "dot": '<circle cx="17" cy="8" r="2.2"/>',
}
Entry = tuple[str, str, str]  # role, "line", "mark" or "both", and the words


def entries(wanted: Iterable[Entry]) -> str:
    """Return the HTML of a legend: a sample of each role, drawn as the picture draws it."""
    keys = "".join(
        f'<span class="lecture-key" style="--light:{ROLES[role].light};--dark:{ROLES[role].dark}">'
        f"{_sample(ROLES[role], parts)}{escape(words)}</span>"
        for role, parts, words in wanted
    )
    return f'<div class="lecture-legend">{keys}</div>' if keys else ""


def _sample(role: Role, parts: str) -> str:
    dash = " ".join(str(length) for length in role.dash)
    line = f'<path d="M1 8h32" stroke-width="{role.width}" stroke-dasharray="{dash}"/>'
    drawn = (line if parts != "mark" else "") + (_MARKS[role.mark] if parts != "line" else "")
    return (
        '<svg width="34" height="16" aria-hidden="true" fill="currentColor" '
        f'stroke="currentColor" stroke-width="1.8">{drawn}</svg>'
    )
