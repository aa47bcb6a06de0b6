"""How long Python computes for one update of each live figure, in a real kernel without a browser.

    python benchmarks/kernel_times.py

Each figure is made in a kernel of its own notebook and asked 200 times for the picture of the
inputs that it begins with; the time is the median, from the message in to the answer out.  Figures
with a twin need none of it while they are dragged in the browser: it is what they cost without.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from cells import IMPORTS, KERNEL_TIME, LENS_CODE
from nbclient import NotebookClient

HERE = Path(__file__).resolve().parent


def figures() -> tuple[str, ...]:
    """Return the names of all live figures, as the browser tests know them."""
    sys.path.append(str(HERE.parent / "tests" / "browser"))
    from live_figure import EXPLORERS

    return EXPLORERS


def measure(rounds: int) -> dict[str, float]:
    """Return milliseconds by figure; the lower median of ``rounds`` times 200."""
    codes = []
    for name in figures():
        made = IMPORTS.replace("HessianLens", name) + "\n" + LENS_CODE.replace("HessianLens", name)
        codes += [made, *[KERNEL_TIME] * rounds]
    book = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, codes)])
    place = {"metadata": {"path": str(HERE.parent)}}
    NotebookClient(book, timeout=120, kernel_name="python3", resources=place).execute()
    found = {}
    for number, name in enumerate(figures()):
        first = number * (rounds + 1) + 1
        times = [float(cell.outputs[0].text) for cell in book.cells[first : first + rounds]]
        found[name] = sorted(times)[(rounds - 1) // 2]
    return found


def main() -> None:
    """Print a line for each figure."""
    for name, milliseconds in measure(1).items():
        print(f"{name:<20}{milliseconds:>8.2f} ms")


if __name__ == "__main__":
    main()
