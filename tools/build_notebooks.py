"""Build both editions of the notebooks from their one source, execute them, write them.

    python tools/build_notebooks.py                 builds everything
    python tools/build_notebooks.py --only day11    builds the sources whose names start so
    python tools/build_notebooks.py --check         says what is out of date; executes nothing

``notebooks/src/<name>.py`` becomes ``notebooks/en/<name>.ipynb`` and ``notebooks/zh/<name>.ipynb``.
A source is a percent file, the format of Jupytext that editors show as cells:

    # %% [markdown] lang="en"
    # ## Valley floor or saddle?
    # The slope at the origin is zero. Ask the eigenvalues of $H$.

    # %% [markdown] lang="zh"
    # ## 谷底，还是鞍点（saddle）？
    # 原点处斜率为零。看 $H$ 的特征值（eigenvalues）。

    # %% name="verdict" tags=["nbval-ignore-output"]
    classify(SURFACES["saddle"].hessian([0.0, 0.0]))

- A Markdown cell is English and followed at once by its Chinese partner.  Both have the same
  formulas, code spans and fences, links (pictures too) and HTML tags, in any order, and the same
  headings in the same order.  Markdown without a letter, such as ``---``, is shared.
- A Chinese paragraph may be wrapped: where a line ends and the next begins in Chinese, they are
  joined.  Mark-up must close: ``**粗体**。``, since ``**粗体。**后`` would show its stars.
- Code cells are shared: plain Python, at most 15 lines, no magics, no matplotlib.
- One line of code is ``speak("en")``; the Chinese edition has ``"zh"`` there, and in a comment on
  that line ``"en"`` and ``"zh"`` change places.
- Options of a cell are ``lang``, ``tags`` and ``name``, nothing else.  Tags are for nbval:
  ``nbval-ignore-output`` where the output is a timing.  A name (a-z, 0-9, -) becomes the cell's id;
  other cells are numbered.  A Markdown name stands on the English cell alone.
- An exercise is three cells, found by the tests: code that defines ``f`` with ``raise
  NotImplementedError``; code that calls ``check_…(f)``; Markdown with the answer folded, blank
  lines around the fence, the fence the same in both languages.  The answer may use the imports of
  the notebook and the answers before it, nothing else:

    # <details><summary>Answer</summary>
    #
    # ```python
    # def f(theta): ...
    # ```
    #
    # </details>

An edition is written only when every cell ran.  It keeps no widget state, no times and no versions,
so that building twice gives the same text.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import jupytext
import nbformat
from edition_check import METADATA, faults_of
from edition_markdown import join_chinese_lines
from edition_rules import LANGUAGE_CALL, Pair, Refusal, pairs_of
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
LANGUAGES = ("en", "zh")
SECONDS_PER_CELL = 60
WIDGET = "application/vnd.jupyter.widget-view+json"


def read_source(source: Path) -> dict[str, NotebookNode]:
    """Read a percent file into its editions, not executed yet.

    Raises:
        Refusal: If the source breaks rules; one line a fault.
    """
    cells = jupytext.reads(source.read_text(encoding="utf-8"), fmt="py:percent").cells
    for cell in cells:
        cell.source = cell.source.strip("\n")  # more than one blank line before `# %%` is free
    try:
        pairs = pairs_of(cells)
    except Refusal as refusal:
        faults = str(refusal).split("\n")
        raise Refusal("\n".join(f"{source.name}, {fault}" for fault in faults)) from None
    return {language: _edition(pairs, language) for language in LANGUAGES}


def _edition(pairs: Sequence[Pair], language: str) -> NotebookNode:
    cells = []
    for position, pair in enumerate(pairs, start=1):
        cell = getattr(pair, language)
        name = pair.en.metadata.get("name", f"{position:03d}")
        tags = cell.metadata.get("tags")
        options = {"id": f"{cell.cell_type}-{name}", "metadata": {"tags": tags} if tags else {}}
        if cell.cell_type == "code":
            code = _in_chinese(cell.source) if language == "zh" else cell.source
            cells.append(nbformat.v4.new_code_cell(code, **options))
        else:
            cells.append(nbformat.v4.new_markdown_cell(join_chinese_lines(cell.source), **options))
    return nbformat.v4.new_notebook(cells=cells, metadata=METADATA)


def _in_chinese(code: str) -> str:
    other = {'"en"': '"zh"', '"zh"': '"en"'}
    return "\n".join(
        re.sub('"(en|zh)"', lambda found: other[found[0]], line) if LANGUAGE_CALL in line else line
        for line in code.split("\n")
    )


def execute(edition: NotebookNode, folder: Path) -> None:
    """Run every cell in place, as JupyterLab would in that folder, and forget what does not last.

    Raises:
        CellExecutionError: If a cell fails.
        CellTimeoutError: If a cell takes longer than a minute.
        DeadKernelError: If the kernel dies.
    """
    NotebookClient(
        edition,
        timeout=SECONDS_PER_CELL,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        store_widget_state=False,
        record_timing=False,
        coalesce_streams=True,
    ).execute()
    edition.metadata = nbformat.from_dict(METADATA)  # the kernel wrote its exact version there
    for cell in edition.cells:
        for output in cell.get("outputs", []):
            # Without its state a view leads nowhere.  JupyterLab hides one that names no model
            # where it would say "model not found", and the still before it remains.
            if WIDGET in output.get("data", {}):
                output.data[WIDGET]["model_id"] = ""


def build(source: Path, folder: Path) -> None:
    """Build, execute and write the editions of one source.

    Raises:
        Refusal: If the source breaks rules or a cell fails; the edition stays as it was.
    """
    for language, edition in read_source(source).items():
        target = folder / language / f"{source.stem}.ipynb"
        target.parent.mkdir(exist_ok=True)
        started = time.perf_counter()
        try:
            execute(edition, target.parent)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as trouble:
            came = f"{language}/{target.name} was not written, a cell failed:\n{trouble}"
            raise Refusal(came) from None
        nbformat.validate(edition)
        text = nbformat.writes(edition).rstrip("\n") + "\n"
        target.write_text(text, encoding="utf-8", newline="\n")
        seconds, megabytes = time.perf_counter() - started, target.stat().st_size / 1e6
        print(f"{language}/{target.name}: {seconds:.1f} s, {megabytes:.2f} MB", flush=True)


def check(sources: Sequence[Path], folder: Path) -> list[str]:
    """Say which editions are not what their sources give now; execute nothing."""
    faults = []
    for source in sources:
        try:
            editions = read_source(source)
        except Refusal as refusal:
            faults.append(str(refusal))
            continue
        for language, wanted in editions.items():
            edition = folder / language / f"{source.stem}.ipynb"
            faults += [f"{language}/{edition.name} {fault}" for fault in faults_of(edition, wanted)]
    return faults


def orphans(sources: Sequence[Path], folder: Path) -> list[str]:
    """Say which editions have lost their source."""
    names = {source.stem for source in sources}
    editions = [
        file for language in LANGUAGES for file in sorted(folder.glob(f"{language}/*.ipynb"))
    ]
    return [f"{file} has no source; delete it" for file in editions if file.stem not in names]


def main(arguments: Sequence[str] | None = None, folder: Path = NOTEBOOKS) -> int:
    """Read the command line and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare only, execute nothing")
    parser.add_argument("--only", default="", metavar="NAME", help="the sources that start so")
    options = parser.parse_args(arguments)
    every = sorted(folder.glob("src/*.py"))
    sources = [source for source in every if source.stem.startswith(options.only)]
    faults: list[str] = []
    if not sources:
        there = ", ".join(source.stem for source in every) or "none"
        faults = [f"wanted a source {options.only}*.py in {folder / 'src'}; there are: {there}."]
    elif options.check:
        faults = check(sources, folder) + orphans(every, folder)
        cure = "Edit notebooks/src, then run: python tools/build_notebooks.py"
        faults += [cure] if faults else []
    else:
        try:
            for source in sources:
                build(source, folder)
        except Refusal as refusal:
            faults = [str(refusal)]
    print("\n".join(faults), end="\n" if faults else "", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
