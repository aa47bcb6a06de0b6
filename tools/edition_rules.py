"""What a notebook source must keep to, so that its two editions teach the same thing."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from edition_markdown import marks, unclosed
from nbformat import NotebookNode

LONGEST_CODE_CELL = 15
LANGUAGE_CALL = 'speak("en")'
OPTIONS = {"lang", "tags", "name"}
JUPYTEXT_NOTES = {"cell_marker", "lines_to_next_cell"}  # a """ cell, odd blank lines: harmless
NAME = re.compile(r"[a-z][a-z0-9-]{0,50}")


class Refusal(ValueError):
    """A notebook that cannot be built; the message has one line a fault."""


class Pair(NamedTuple):
    """One cell of both editions: two Markdown partners, or the same shared cell twice."""

    en: NotebookNode
    zh: NotebookNode


def pairs_of(cells: Sequence[NotebookNode]) -> list[Pair]:
    """Pair the cells of a source.

    Raises:
        Refusal: If rules are broken: every fault found, each with the cell's number and beginning,
            what was wanted, what came and what to do.
    """
    pairs: list[Pair] = []
    faults: list[str] = []
    waiting: tuple[int, NotebookNode] | None = None  # an English cell, its partner must come next
    for number, cell in enumerate([*cells, None], start=1):
        language = cell.metadata.get("lang") if cell and cell.cell_type == "markdown" else None
        if waiting and language == "zh":
            pairs.append(Pair(waiting[1], cell))
            faults += _at(*waiting, _between(*pairs[-1]))
        elif waiting:
            came = f"“{_beginning(cell)}”" if cell else "the end of the file"
            cure = "Write the Chinese cell right below the English one."
            faults += _at(*waiting, [_fault('its lang="zh" partner next', came, cure)])
        elif language == "zh":
            cure = "Put English first, Chinese second, nothing between."
            faults += _at(number, cell, [_fault('lang="en" right above', "zh alone", cure)])
        waiting = (number, cell) if language == "en" else None
        if cell:
            faults += _at(number, cell, _in_one(cell))
            if language is None:
                pairs.append(Pair(cell, cell))
    faults += _in_the_whole(pairs)
    if faults:
        raise Refusal("\n".join(faults))
    return pairs


def _fault(wanted: str, came: str, cure: str) -> str:
    return f"wanted {wanted}; came {came}. {cure}"


def _at(number: int, cell: NotebookNode, faults: Iterable[str]) -> list[str]:
    return [f"cell {number} “{_beginning(cell)}”: {fault}" for fault in faults]


def _beginning(cell: NotebookNode) -> str:
    return cell.source.strip().split("\n")[0][:60]


def _listed(things: Sequence[str]) -> str:
    return ", ".join(f"`{thing}`" for thing in things) or "nothing"


def _in_one(cell: NotebookNode) -> Iterator[str]:
    if unknown := sorted(cell.metadata.keys() - OPTIONS - JUPYTEXT_NOTES):
        cure = "Mend the `# %%` line; a title there counts as an option."
        yield _fault("no options but lang, tags and name", _listed(unknown), cure)
    if not cell.source.strip():
        yield _fault("a cell with something in it", "an empty one", "Delete it.")
    elif cell.cell_type == "code":
        yield from _in_code(cell)
    elif cell.cell_type == "markdown":
        yield from _in_markdown(cell)
    else:
        yield _fault("Markdown or code", f"a {cell.cell_type} cell", "Make it one of the two.")


def _in_code(cell: NotebookNode) -> Iterator[str]:
    if "lang" in cell.metadata:
        yield _fault("code that both editions share", "lang", "Take lang off the code cell.")
    if (length := len(cell.source.splitlines())) > LONGEST_CODE_CELL:
        cure = "Split the cell, or move the work into lecture_lib."
        yield _fault(f"at most {LONGEST_CODE_CELL} lines of code", f"{length} lines", cure)
    try:
        nodes = list(ast.walk(ast.parse(cell.source)))
    except SyntaxError as error:
        came = f"{error.msg} in “{(error.text or '').strip()}”"
        yield _fault("plain Python without magics", came, "Correct the line.")
        return
    for node in nodes:
        if isinstance(node, (ast.Import, ast.ImportFrom)) and "matplotlib" in ast.unparse(node):
            cure = "Draw in lecture_lib.drawing and show it with an explorer."
            yield _fault("no matplotlib in a notebook", f"`{ast.unparse(node)}`", cure)


def _in_markdown(cell: NotebookNode) -> Iterator[str]:
    language = cell.metadata.get("lang")
    has_letters = re.search(r"[^\W\d_]", cell.source)
    if language not in ("en", "zh") and (language or has_letters):
        cure = "Name it; only Markdown without a letter, such as a rule ---, is shared."
        yield _fault('lang="en" or lang="zh"', f"lang={language!r}", cure)
    for text in unclosed(cell.source):
        cure = "Close it; in Chinese keep full-width marks outside: **粗体**。"
        yield _fault("mark-up that closes", f"“{text}”, which would show its marks", cure)


def _between(en: NotebookNode, zh: NotebookNode) -> Iterator[str]:
    ours, theirs = marks(en.source), marks(zh.source)
    for kind in ours:
        only_en = list((Counter(ours[kind]) - Counter(theirs[kind])).elements())
        only_zh = list((Counter(theirs[kind]) - Counter(ours[kind])).elements())
        if only_en or only_zh:
            came = f"only in en {_listed(only_en)}, only in zh {_listed(only_zh)}"
            yield _fault(f"the same {kind} in both partners", came, "Make the two agree.")
        elif kind == "headings" and ours[kind] != theirs[kind]:
            came = f"en {_listed(ours[kind])}, zh {_listed(theirs[kind])}"
            yield _fault("headings in the same order", came, "Make the two agree.")
    if en.metadata.get("tags", []) != zh.metadata.get("tags", []):
        yield _fault("the same tags on both partners", "different ones", "Copy them.")
    if "name" in zh.metadata:
        yield _fault("a name on the en cell alone", "one on zh", "Take it off the zh cell.")


def _in_the_whole(pairs: Sequence[Pair]) -> Iterator[str]:
    names = Counter(pair.en.metadata["name"] for pair in pairs if "name" in pair.en.metadata)
    for name, times in names.items():
        if times > 1 or not NAME.fullmatch(name):
            wanted = "each cell name once, out of a-z 0-9 -, a letter first, 51 at most"
            yield _fault(wanted, f"{times} × name={name!r}", "Rename the cell.")
    code = "\n".join(pair.en.source for pair in pairs if pair.en.cell_type == "code")
    lines = [line for line in code.split("\n") if re.search(r"\bspeak\(", line)]
    if len(lines) != 1 or lines[0].count(LANGUAGE_CALL) != 1:
        wanted = f"one code line with {LANGUAGE_CALL}, the line in which the editions differ"
        yield _fault(wanted, _listed(lines), "Keep one, in double quotes, below the title.")
