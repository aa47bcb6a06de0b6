"""Every number in the prose of the notebooks is printed there, or is cited with where it is from.

A number in a sentence counts as printed if it stands in a code cell or in an output of the same
notebook, or is one of those rounded.  References (slides, sections, years, links), headings,
minutes and single digits are no results and are passed over.
"""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?!\w)")
NO_RESULTS = (
    r"```.*?```",
    r"\[[^\]]*\]\([^)]*\)",  # links and the papers they name
    r"^#.*$",  # headings
    r"^\|.*\| \d+ \|$",  # the table of minutes
    r"\b[Ss](?:lides?|ections?) \d+(?:(?:,| and|–)\s?\d+(?![.\d]))*",
    r"\b(?:Day|pages|arXiv) [\d–]+",
    r"\b(?:15|19|20)\d\d\b",  # years
)
# What no cell prints: the number, and who says so.
CITED = {
    "day11_critical_points": {
        "1453": "the fall of Constantinople",
        "0.55": "made up, in an open question",
        "0.73": "test_stored.py, and the three below",
        "0.84": "test_stored.py",
        "0.98": "test_stored.py",
        "28": "test_stored.py",
        "86": "test_stored.py",
        "33": "test_stored.py",
        "45": "weights of the linear autoencoder; test_stored.py",
        "14": "test_stored.py",
        "60": "examples of sine_problem; test_minimum_ratio.py",
        "25": "its weights; test_minimum_ratio.py",
        "150": "starts; test_stored.py",
    },
    "day12_batch_and_momentum": {
        "4.84": "a minimum of the sine example; test_batching.py finds it",
        "0.805": "read off slides p. 20",
        "9.5": "the lecture's data, slides p. 20; test_batching.py reproduces its step",
        "784": "the network of experiments/update_time.py; test_update_times_here.py",
        "64": "the same, and the examples of example_losses.py",
        "10": "the same",
        "28": "pixels of an MNIST picture",
        "76": "minutes, arXiv 1904.00962",
        "32868": "arXiv 1904.00962",
        "15": "minutes, arXiv 1711.04325",
        "1024": "cards, arXiv 1711.04325",
        "8192": "arXiv 1706.02677",
        "168000": "models, arXiv 1811.03600",
        "32": "arXiv 1804.07612",
        "256": "slides p. 26; test_lecture_data.py has the table",
        "0.075": "0.3/4",
        "1437": "digits to train on; test_batch_sweep.py",
        "360": "digits held back; test_batch_sweep.py",
        "500": "updates; test_stored.py",
        "55": "test_stored.py",
        "92": "test_stored.py",
        "100": "test_stored.py",
        "20": "test_stored.py",
        "7200": "test_stored.py",
        "50000": "training images of CIFAR-10",
    },
}


def numbers(text: str) -> set[str]:
    return {found.replace(",", "") for found in NUMBER.findall(text)}


def shown(notebook: nbformat.NotebookNode) -> set[str]:
    """The numbers in the code and the outputs."""
    found = set()
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        texts = [cell.source]
        for output in cell.outputs:
            data = output.get("data", {})
            texts += [
                output.get("text", ""),
                data.get("text/plain", ""),
                data.get("text/markdown", ""),
            ]
        for text in texts:
            found |= {n.replace(",", "") for n in re.findall(r"\d[\d,]*(?:\.\d+)?", text)}
    return found


def prose(notebook: nbformat.NotebookNode) -> str:
    """The sentences, without what is no result."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    for pattern in NO_RESULTS:
        text = re.sub(pattern, " ", text, flags=re.DOTALL if "`" in pattern else re.MULTILINE)
    return text


def is_shown(number: str, printed: set[str]) -> bool:
    decimals = len(number.partition(".")[2])
    return number in printed or any(
        f"{float(one):.{decimals}f}" == number for one in printed if decimals or "." not in one
    )


@pytest.mark.parametrize("day", CITED)
def test_every_number_in_the_prose_is_printed_or_cited(day):
    notebook = nbformat.read(NOTEBOOKS / "en" / f"{day}.ipynb", as_version=4)
    results = {n for n in numbers(prose(notebook)) if len(n.replace(".", "")) > 1}
    assert len(results) > 15
    printed = shown(notebook)
    missing = {n for n in results if not is_shown(n, printed)} - CITED[day].keys()
    assert missing == set()


def test_a_number_that_nobody_prints_is_found():
    made = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell("print(0.1234 + 1)"),
            nbformat.v4.new_markdown_cell("On slide 21 it is 0.123; in section 3, 0.77 of 1,500."),
        ]
    )
    results, printed = numbers(prose(made)), shown(made)
    assert {n for n in results if not is_shown(n, printed)} == {"0.77", "1500"}
