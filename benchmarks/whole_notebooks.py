"""What a whole notebook costs: the time of *Run All*, and the memory of its kernel.

    python benchmarks/whole_notebooks.py [--only day11 ...]

Every edition runs from its first cell to its last in a kernel of its own, with as many threads as
the machine gives, as a learner's does.  The time goes from the kernel's start to the last answer,
without a browser.  Memory is what Linux calls VmRSS after the last cell, and VmHWM, the most there
ever was; elsewhere there is none.
"""

from __future__ import annotations

import argparse
import os
import re
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from one_thread import PINNED

ROOT = Path(__file__).resolve().parents[1]
OWN_STATUS = """
from pathlib import Path
status = Path("/proc/self/status")
print(status.read_text() if status.exists() else "")
"""


def megabytes(status: str, entry: str) -> float | None:
    """Return an entry of what Linux tells a process about itself; None if it tells nothing."""
    found = re.search(rf"{entry}:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else None


def one_run(file: Path) -> dict[str, float | None]:
    """Run a notebook; return seconds, and megabytes at the end and at most."""
    book = nbformat.read(file, 4)
    environment = {name: value for name, value in os.environ.items() if name not in PINNED}
    place = {"metadata": {"path": str(file.parent)}}
    client = NotebookClient(book, timeout=120, kernel_name="python3", resources=place)
    began = time.perf_counter()
    with client.setup_kernel(env=environment):
        for number, cell in enumerate(book.cells):
            client.execute_cell(cell, number)
        seconds = time.perf_counter() - began
        asked = nbformat.v4.new_code_cell(OWN_STATUS)
        book.cells.append(asked)
        client.execute_cell(asked, len(book.cells) - 1)
    status = "".join(output.get("text", "") for output in asked.outputs)
    return {
        "seconds": seconds,
        "megabytes": megabytes(status, "VmRSS"),
        "peak": megabytes(status, "VmHWM"),
    }


def measure(rounds: int, only: tuple[str, ...] = ("",)) -> dict[str, dict[str, float | None]]:
    """Return the median run by edition, such as ``en/day11_critical_points``."""
    found = {}
    for file in sorted((ROOT / "notebooks").glob("??/*.ipynb")):
        if any(part in str(file) for part in only):
            runs = sorted((one_run(file) for _ in range(rounds)), key=lambda one: one["seconds"])
            found[f"{file.parent.name}/{file.stem}"] = runs[(rounds - 1) // 2]
    return found


def main() -> None:
    """Print a line for each edition."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", default=[""], metavar="PART", help="of a file's path")
    for name, one in measure(1, tuple(parser.parse_args().only)).items():
        memory = [f"{one[entry]:.0f}" if one[entry] else "n/a" for entry in ("megabytes", "peak")]
        print(f"{name:<30}{one['seconds']:>6.1f} s, {memory[0]} MB at the end, {memory[1]} at most")


if __name__ == "__main__":
    main()
