"""What a committed edition must be: what its source gives now, executed, light, free of state."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import nbformat
from nbformat import NotebookNode

LARGEST_EDITION = 3_000_000  # bytes; code hosts stop showing notebooks not far above
# What JupyterLab writes when it saves, but for the version of Python: two machines shall write the
# same text.  So a notebook that is saved elsewhere differs in that one line, if in nothing else.
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}


def faults_of(edition: Path, wanted: NotebookNode) -> Iterator[str]:
    """Say where an edition is not the one wanted, up to the first cell that differs.

    Args:
        edition: The notebook file.
        wanted: What the source gives now, not executed.
    """
    if not edition.is_file():
        yield "is missing"
        return
    if (size := edition.stat().st_size) >= LARGEST_EDITION:
        yield f"has {size / 1e6:.2f} MB; wanted less than {LARGEST_EDITION / 1e6:.0f} MB"
    try:
        found = nbformat.read(edition, as_version=4)
    except ValueError as error:
        yield f"cannot be read: {str(error)[:200]}"
        return
    if "widgets" in found.metadata:
        yield "has metadata.widgets; wanted no widget state"
    elif found.metadata != wanted.metadata:
        yield f"has metadata {dict(found.metadata)}; wanted {METADATA}"
    for number, (ours, theirs) in enumerate(zip_longest(wanted.cells, found.cells), start=1):
        if fault := _fault_of_cell(ours, theirs):
            yield f"cell {number}: {fault}"
            return


def _fault_of_cell(wanted: NotebookNode | None, found: NotebookNode | None) -> str | None:
    if wanted is None or found is None:
        return "is one too many" if wanted is None else f"is missing: {wanted.source!r}"
    for part in ("id", "cell_type", "source", "metadata"):
        if found.get(part) != wanted[part]:
            return f"its {part} is {found.get(part)!r}; wanted {wanted[part]!r}"
    if wanted.cell_type == "code" and found.execution_count is None:
        return f"not executed: {found.source!r}"
    for output in found.get("outputs", []):
        if output.output_type == "error":
            return f"ended in {output.ename}: {output.evalue}"
    return None
