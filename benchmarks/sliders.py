"""How far the curves run behind every slider of every live figure, in a real browser.

    python benchmarks/sliders.py [--far] [--only Name ...] [--save FILE]

One drag a slider, as in ``live_figures.py``, from its lowest value over nine tenths of its track;
``--far`` puts the server 100 ms away.  Measured are the sliders that are inputs of the figure's
recipe; those that build the figure anew (another N, another surface) are named, not timed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import nbformat

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests" / "browser")]
from browser_process import chromium, find_chromium  # noqa: E402
from delay_proxy import delayed  # noqa: E402
from drags import Slider  # noqa: E402
from lab_server import lab_server  # noqa: E402
from live_figure import EXPLORERS, LiveFigure  # noqa: E402
from machine import OtherPrograms, surroundings  # noqa: E402
from notebook_page import NotebookPage  # noqa: E402
from table import HEADER, Kind, Row  # noqa: E402

NAMES = """
import json
from ipywidgets import FloatSlider, IntSlider
print(json.dumps([
    [name, float(c.step) if isinstance(c, (FloatSlider, IntSlider)) else 0.0,
     name in figure.plane.controls and c.layout.display != "none",
     [getattr(c, "min", 0.0), getattr(c, "max", 0.0)]]
    for name, c in figure.controls.items() if hasattr(c, "readout")
]))
"""
TAG = (
    "notebook.widgets[argument].node.querySelectorAll('.widget-slider')"
    ".forEach((slider, number) => slider.classList.add(`slider-${argument}-${number}`));"
)


def notebook(names: tuple[str, ...]) -> nbformat.NotebookNode:
    """Return one cell that imports, and one for each figure."""
    codes = ["from lecture_lib import explorers"]
    codes += [f"{name} = explorers.{name}()\n{name}" for name in names]
    made = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, codes)])
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    return made


def rows(tab: NotebookPage, names: tuple[str, ...], away: int) -> list[Row]:
    """Drag every slider once; print and return a row for each."""
    found = []
    for cell, name in enumerate(names, start=1):
        figure = LiveFigure(tab, cell)
        figure.settle()
        tab.script(TAG, cell)
        sliders = json.loads(tab.run_code(f"figure = {name}{NAMES}"))
        for number, (control, step, timed, span) in enumerate(sliders):
            if not timed or not step:
                print(f"      {name}.{control}: builds the figure anew, or is not shown")
                continue
            slider = Slider(
                tab, f".slider-{cell}-{number}", step, (figure.canvas, "data-inputs"),
                lambda inputs, control=control: float(json.loads(inputs)[control]), figure.settle, tuple(span),
            )  # fmt: skip
            others = OtherPrograms()
            kind = Kind(f"{name}.{control}", "twin", away, 30)
            row = Row(kind, [slider.drag()], others.cores())
            found.append(row)
            print(row, flush=True)
            tab.run_code(f"{name}.{control}.value = {name}._defaults['{control}']")
    return found


def main() -> None:
    """Measure, print, and save if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--far", action="store_true", help="100 ms round trip")
    parser.add_argument("--only", nargs="+", default=EXPLORERS, metavar="NAME")
    parser.add_argument("--save", type=Path, metavar="FILE")
    options = parser.parse_args()
    executable = find_chromium()
    if executable is None:
        sys.exit("This measures a real browser: install Chromium or Chrome and put it on the PATH.")
    names = tuple(options.only)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch, ExitStack() as stack:
        root = Path(scratch) / "notebooks"
        root.mkdir()
        nbformat.write(notebook(names), root / "sliders.ipynb")
        browser, debugging_port = stack.enter_context(chromium(executable))
        machine = surroundings(browser.version)
        print(f"{machine}\n\n{HEADER}", flush=True)
        port = stack.enter_context(lab_server(root, Path(scratch) / "lab"))
        if options.far:
            port = stack.enter_context(delayed(port, one_way=0.05))
        tab = NotebookPage(browser, debugging_port)
        tab.open(port, "sliders.ipynb")
        tab.run_all()
        table = rows(tab, names, 100 if options.far else 0)
    if options.save:
        lines = "\n".join(map(str, table))
        options.save.write_text(f"{machine}\n\n{HEADER}\n{lines}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
