"""Markdown as the reader will see it: what a translation leaves alone, and what failed to close.

markdown-it reads it, much as JupyterLab does, so that a formula, a code span or a link is what
would be shown as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")

# Without text_join an escaped dollar stays a token of its own, told from one that opens a formula
# and never closes it.
READER = (
    MarkdownIt("commonmark")
    .enable("table")
    .disable("text_join")
    .use(dollarmath_plugin, double_inline=True, allow_labels=False)
    .use(amsmath_plugin)
)


def marks(text: str) -> dict[str, list[str]]:
    """Collect formulas, code, link targets, heading levels and HTML tags, in the order of text."""
    found: dict[str, list[str]] = {
        kind: [] for kind in ("formulas", "code", "links", "headings", "HTML tags")
    }
    for token in _tokens(text):
        if "math" in token.type:
            found["formulas"].append(" ".join(token.content.split()))
        elif token.type in ("code_inline", "code_block", "fence"):
            found["code"].append(f"{token.info}\n{token.content}".strip())
        elif token.type in ("link_open", "image"):
            found["links"].append(str(token.attrs.get("href", token.attrs.get("src"))))
        elif token.type == "heading_open":
            found["headings"].append(token.tag)
        elif token.type in ("html_block", "html_inline"):
            found["HTML tags"] += re.findall(r"</?[a-z][a-z0-9]*", token.content)
            found["links"] += re.findall(r"""(?:href|src)=["']([^"']*)""", token.content)
    return found


def unclosed(text: str) -> list[str]:
    """Return the stretches of prose that would show a ``$``, ``**`` or ````` meant as mark-up."""
    return [
        token.content.strip()
        for token in _tokens(text)
        if token.type == "text" and re.search(r"\$|\*\*|`", token.content)
    ]


def fences(text: str, language: str) -> list[str]:
    """Return the code of the fences in a language, folded ones included."""
    return [t.content for t in _tokens(text) if t.type == "fence" and t.info.strip() == language]


def join_chinese_lines(text: str) -> str:
    """Join the lines of a Chinese paragraph: a line break would show as a space inside a word."""
    lines = text.split("\n")
    for token in reversed(READER.parse(text)):
        if token.type == "inline" and token.map:
            for row in range(token.map[1] - 1, token.map[0], -1):
                continued = lines[row].lstrip(" >")
                if CHINESE.match(lines[row - 1][-1:]) and CHINESE.match(continued):
                    lines[row - 1 : row + 1] = [lines[row - 1] + continued]
    return "\n".join(lines)


def _tokens(text: str) -> Iterator[Token]:
    for token in READER.parse(text):
        yield token
        yield from token.children or ()
        if token.type == "html_block":  # MathJax reads formulas between HTML tags as well
            inner = re.sub(r"<[^>]*>", " ", token.content).split()
            yield from _tokens(" ".join(inner)) if inner else ()
