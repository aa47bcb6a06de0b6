"""The committed notebooks: built, executed, light, and with answers that pass their own checks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import build_notebooks
import nbformat
import pytest
from edition_markdown import fences

from lecture_lib import explorers, words

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
DAYS = sorted({"day11_critical_points"} | {file.stem for file in NOTEBOOKS.glob("src/*.py")})
LONGEST_CODE_CELL = 15
LONGEST_SKELETON = 8
FEWEST_EXERCISES = 6

every_edition = pytest.mark.parametrize(
    ("language", "day"), [(language, day) for day in DAYS for language in build_notebooks.LANGUAGES]
)


def edition_of(language: str, day: str) -> nbformat.NotebookNode:
    return nbformat.read(NOTEBOOKS / language / f"{day}.ipynb", as_version=4)


def code_cells(language: str, day: str) -> list[nbformat.NotebookNode]:
    cells = [cell for cell in edition_of(language, day).cells if cell.cell_type == "code"]
    assert cells
    return cells


def test_the_committed_editions_are_what_their_sources_give_now(capsys):
    status = build_notebooks.main(["--check"])
    assert (status, capsys.readouterr().err) == (0, "")


@every_edition
def test_an_edition_is_light_and_free_of_widget_state(language, day):
    file = NOTEBOOKS / language / f"{day}.ipynb"
    assert file.stat().st_size < 3_000_000
    assert "widgets" not in edition_of(language, day).metadata


@every_edition
def test_every_cell_ran_in_order_without_error_or_warning(language, day):
    cells = code_cells(language, day)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    noisy = [
        cell.source
        for cell in cells
        for output in cell.outputs
        if output.output_type == "error" or output.get("name") == "stderr"
    ]
    assert noisy == []


@every_edition
def test_cells_are_of_a_breath_and_functions_no_longer_than_a_skeleton(language, day):
    for cell in code_cells(language, day):
        assert len(cell.source.splitlines()) <= LONGEST_CODE_CELL, cell.source
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno < LONGEST_SKELETON, cell.source


@every_edition
def test_every_explorer_leaves_a_still_for_a_reader_without_a_kernel(language, day):
    names = {name for name in dir(explorers) if hasattr(getattr(explorers, name), "restore")}
    shown = [
        cell
        for cell in code_cells(language, day)
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in names
    ]
    assert shown, f"no explorer out of {sorted(names)}"
    without = [
        cell.source
        for cell in shown
        if not any("image/png" in output.get("data", {}) for output in cell.outputs)
    ]
    assert without == []


@dataclass(frozen=True)
class Exercise:
    """A function to complete, the call that checks it, the answer folded below."""

    name: str
    skeleton: str
    check: str
    answer: str


def exercises_of(cells: list[nbformat.NotebookNode]) -> Iterator[Exercise]:
    for place, cell in enumerate(cells):
        for node in ast.parse(cell.source).body if cell.cell_type == "code" else ():
            skeleton = ast.unparse(node)
            if isinstance(node, ast.FunctionDef) and "raise NotImplementedError" in skeleton:
                below = cells[place + 1 :]
                check = next(checks_of(node.name, below), None)
                answer = next(answers_of(node.name, below), None)
                assert check, f"no check_…({node.name}) below the skeleton of {node.name}"
                assert answer, f"no folded answer that defines {node.name}"
                yield Exercise(node.name, skeleton, check, answer)


def checks_of(name: str, cells: list[nbformat.NotebookNode]) -> Iterator[str]:
    for cell in cells:
        for node in ast.walk(ast.parse(cell.source)) if cell.cell_type == "code" else ():
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if "check_" in called and name in map(ast.unparse, node.args):
                yield ast.unparse(node)


def answers_of(name: str, cells: list[nbformat.NotebookNode]) -> Iterator[str]:
    for cell in cells:
        if cell.cell_type == "markdown" and "<details>" in cell.source:
            for code in fences(cell.source, "python"):
                if name in [getattr(node, "name", None) for node in ast.parse(code).body]:
                    yield code


def run_imports(cells: list[nbformat.NotebookNode]) -> dict[str, object]:
    """Run the cells that only import and choose the language; return the names they leave."""
    namespace: dict[str, object] = {}
    for cell in cells:
        if cell.cell_type == "code":
            lines = ast.parse(cell.source).body
            if all(
                isinstance(line, (ast.Import, ast.ImportFrom))
                or ast.unparse(line).startswith("speak(")
                for line in lines
            ):
                exec(cell.source, namespace)
    return namespace


@every_edition
def test_every_folded_answer_passes_its_check_and_every_skeleton_is_not_attempted(language, day):
    cells = build_notebooks.read_source(NOTEBOOKS / "src" / f"{day}.py")[language].cells
    exercises = list(exercises_of(cells))
    assert len(exercises) >= FEWEST_EXERCISES, [exercise.name for exercise in exercises]
    spoken = words.language()
    try:
        namespace = run_imports(cells)
        assert words.language() == language
        for exercise in exercises:
            exec(exercise.skeleton, namespace)
            untouched = eval(exercise.check, namespace)
            assert untouched.passed is None, f"{exercise.name} unsolved: {untouched}"
            exec(exercise.answer, namespace)
            solved = eval(exercise.check, namespace)
            assert solved.passed is True, f"{exercise.name} answered: {solved}"
            assert "\n" not in f"{untouched}{solved}"
    finally:
        words.speak(spoken)
