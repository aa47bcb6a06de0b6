"""Every sentence exists in both languages, with the same gaps to fill, and somebody says it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from lecture_lib import words
from lecture_lib.words import all_words, language, speak, word

ROOT = Path(__file__).parents[1]
PYTHON = sorted([*ROOT.glob("lecture_lib/**/*.py"), *ROOT.glob("notebooks/src/*.py")])
JAVASCRIPT = sorted(ROOT.glob("lecture_lib/**/*.js"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")
FULL_WIDTH = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
FUNCTIONS = {"sin", "cos", "tan", "exp", "log", "sqrt", "tanh", "abs", "pi"}


@pytest.fixture(autouse=True)
def _the_language_is_given_back() -> Iterator[None]:
    spoken = language()
    yield
    speak(spoken)


def placeholders(text: str) -> set[tuple[str, str, str | None]]:
    """Return the gaps of a sentence: name, format and conversion."""
    gaps = [gap for gap in Formatter().parse(text) if gap[1] is not None]
    return {(name, form, conversion) for _, name, form, conversion in gaps}


def is_symbols_only(text: str) -> bool:
    """Whether a text has no word in any language: numbers, letters of formulas, functions."""
    bare = re.sub(r"\{[^}]*\}|<[^>]*>", " ", text)
    return set(re.findall(r"[^\W\d_]{2,}", bare)) <= FUNCTIONS


def test_every_sentence_is_there_in_both_languages_and_no_other():
    assert all_words(), "no sentence in lecture_lib/data/words/*.toml"
    # An unquoted TOML key such as [check.sign] shows here as a table named "check".
    wrong = {
        key: entry
        for key, entry in all_words().items()
        if entry.keys() != {"en", "zh"}
        or not all(isinstance(text, str) for text in entry.values())
        or bool(entry["en"].strip())
        != bool(entry["zh"].strip())  # the gap between sentences is blank
    }
    assert wrong == {}


def test_both_languages_have_the_same_placeholders_in_the_same_formats():
    wrong = {
        key: entry
        for key, entry in all_words().items()
        if placeholders(entry["en"]) != placeholders(entry["zh"])
    }
    assert wrong == {}


def test_every_placeholder_has_a_name():
    wrong = {
        key: name
        for key, entry in all_words().items()
        for name, _, _ in placeholders(entry["en"])
        if not re.fullmatch(r"[^\W\d][\w.]*", name)
    }
    assert wrong == {}


def test_chinese_is_in_the_chinese_sentences_and_nowhere_else():
    not_translated = {
        key: entry["zh"]
        for key, entry in all_words().items()
        if not CHINESE.search(entry["zh"]) and not is_symbols_only(entry["zh"])
    }
    assert not_translated == {}
    in_english = {
        k: entry["en"] for k, entry in all_words().items() if FULL_WIDTH.search(entry["en"])
    }
    assert in_english == {}


def test_punctuation_beside_chinese_words_is_full_width():
    wrong = {
        key: entry["zh"]
        for key, entry in all_words().items()
        if re.search(r"[\u4e00-\u9fff][,;:?!]|[,;:?!] ?[\u4e00-\u9fff]", entry["zh"])
    }
    assert wrong == {}


def spelled(node: ast.expr) -> str | None:
    """Return the pattern of what a string in the code can spell.

    A gap of an f-string stands for anything, and so does what follows a final dot, as in
    ``"check." + name``.  A pattern without a word of its own fits every key and is left out.
    """
    if isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        parts = [node.value, None] if node.value.endswith(".") else [node.value]
    else:
        return None
    has_word = any(part and re.search(r"[^\W\d_]", part) for part in parts)
    return "".join(".+" if p is None else re.escape(p) for p in parts) if has_word else None


@cache
def nodes_of(file: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))


def patterns() -> Iterator[str]:
    """Yield a pattern for each string in the package and in the sources of the notebooks."""
    for file in PYTHON:
        nodes = nodes_of(file)
        pieces = {id(part) for n in nodes if isinstance(n, ast.JoinedStr) for part in n.values}
        for node in nodes:
            pattern = None if id(node) in pieces else spelled(node)
            if pattern and not re.search(r"\s", pattern):  # a key has no spaces, a docstring has
                yield pattern
    for file in JAVASCRIPT:
        for found in re.finditer(r"""(["'`])([\w.-]+)\1""", file.read_text(encoding="utf-8")):
            yield re.escape(found[2])


def test_every_sentence_is_said_somewhere():
    said = re.compile("|".join(sorted(set(patterns()))))
    assert [key for key in all_words() if not said.fullmatch(key)] == []


def calls_of_word() -> Iterator[tuple[str, ast.Call]]:
    for file in PYTHON:
        for node in nodes_of(file):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "word":
                yield f"{file.name}:{node.lineno}", node


def test_every_sentence_asked_for_exists():
    missing = [
        (place, ast.unparse(call))
        for place, call in calls_of_word()
        if (pattern := spelled(call.args[0]))
        and not any(re.fullmatch(pattern, key) for key in all_words())
    ]
    assert missing == []


def test_every_call_that_fills_placeholders_fills_them_all():
    lacking = {}
    for place, call in calls_of_word():
        given = {keyword.arg for keyword in call.keywords}  # None stands for **placeholders
        key = getattr(call.args[0], "value", None)
        if given and None not in given and key in all_words():
            wanted = {
                re.split(r"[.\[]", name)[0] for name, *_ in placeholders(all_words()[key]["en"])
            }
            lacking |= {place: wanted - given} if wanted - given else {}
    assert lacking == {}


def test_a_sentence_comes_in_the_language_spoken_last_with_its_placeholders_filled(monkeypatch):
    entry = {"en": "off by {gap:.1f}", "zh": "差 {gap:.1f}"}
    monkeypatch.setattr(words, "all_words", lambda: {"gap": entry})
    speak("zh")
    assert (language(), word("gap", gap=0.25)) == ("zh", "差 0.2")
    speak("en")
    assert (language(), word("gap", gap=0.25)) == ("en", "off by 0.2")
    assert word("gap") == "off by {gap:.1f}"


def test_an_unknown_key_is_named_with_the_place_to_add_it():
    with pytest.raises(KeyError, match=r"no words for 'no\.such\.key': add it.*data/words"):
        word("no.such.key")


@pytest.mark.parametrize("unknown", ["fr", "EN", "", None, "zh-cn"])
def test_an_unknown_language_is_refused_and_the_old_one_kept(unknown):
    speak("zh")
    kind = ValueError if isinstance(unknown, str) else TypeError
    with pytest.raises(kind, match=r"expected a language out of en, zh; got "):
        speak(unknown)
    assert language() == "zh"


def test_a_key_in_two_files_is_refused(monkeypatch, tmp_path):
    folder = tmp_path / "data" / "words"
    folder.mkdir(parents=True)
    for name in ("a.toml", "b.toml"):
        (folder / name).write_text('["twice"]\nen = "x"\nzh = "字"\n', encoding="utf-8")
    monkeypatch.setattr(words, "files", lambda package: tmp_path)
    with pytest.raises(ValueError, match=r"b\.toml repeats \['twice'\]"):
        all_words.__wrapped__()
