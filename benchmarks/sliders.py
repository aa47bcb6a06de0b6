"""How far the curves run behind every slider of every live figure, in a real browser.

    python benchmarks/sliders.py [--rounds 3] [--far] [--together] [--only Name ...] [--save FILE]

Drags as in ``live_figures.py``, from a slider's lowest value over nine tenths of its track. A pointer
and a screen of 60 Hz each keep their distance in time through a whole drag, 0 to 17 ms, so several
drags make a row.
What an event asks for is the value that the slider itself took from it; latency is the time from
the event to the end of the first frame drawn for that value or a later one. ``--far`` puts the
server 100 ms away; ``--together`` shows all figures on one page, instead of a page for each.

"anew" are the sliders that are no inputs of the figure's recipe (another N, another batch size to
deal out): Python then builds the figure anew.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
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

# The sliders in the order of the page; and of each, once a view is chosen that has it: who draws what
# it changes, and the values of one that offers a list: it counts those, inputs may name them.
NAMES = """
import json
print(json.dumps([name for name, c in figure.controls.items() if hasattr(c, "readout")]))
"""
ABOUT = """
def shown(control):
    return control.layout.display != "none" and not control.disabled
def show(control):
    for view in [c for c in figure.controls.values() if hasattr(c, "options")]:
        for _, value in view.options:
            if not shown(control):
                view.value = value
def about(name):
    control, plane = figure.controls[name], figure.plane
    show(control)
    twin = "twin" if plane.recipe else "kernel"
    options = [value for _, value in control.options] if hasattr(control, "options") else None
    print(json.dumps([twin if name in plane.controls else "anew", options]))
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


def reader(control: str, by: str, options: list[float] | None) -> Callable[[str], float]:
    """Return what finds the slider's own number in the inputs that a picture was drawn for."""

    def read(inputs: str) -> float:
        value = json.loads(inputs).get(control, float("-inf"))
        return float(
            options.index(value) if options and by == "anew" and value in options else value
        )

    return read


def rows(tab: NotebookPage, names: tuple[str, ...], away: int, rounds: int) -> list[Row]:
    """Drag every slider; print and return a row for each."""
    found = []
    for cell, name in enumerate(names, start=1):
        figure = LiveFigure(tab, cell)
        figure.settle()
        tab.script(TAG, cell)
        controls = json.loads(tab.run_code(f"figure = {name}{NAMES}"))
        for number, control in enumerate(controls):
            by, options = json.loads(tab.run_code(f"{ABOUT}about('{control}')"))
            tab.page.wait_for_timeout(1000)
            figure.settle()
            read = reader(control, by, options)
            slider = Slider(
                tab, f".slider-{cell}-{number}", (figure.canvas, "data-inputs"), read, figure.settle
            )
            others = OtherPrograms()
            budget = 30 if by == "twin" else 220 if away else 100
            drags = [slider.drag() for _ in range(rounds)]
            row = Row(Kind(f"{name}.{control}", by, away, budget), drags, others.cores())
            found.append(row)
            print(row, flush=True)
            tab.run_code("figure.reset()")
            tab.page.wait_for_timeout(600)
    return found


def main() -> None:
    """Measure, print, and save if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3, help="drags that make a row")
    parser.add_argument("--far", action="store_true", help="100 ms round trip")
    parser.add_argument("--together", action="store_true", help="all figures on one page")
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
        pages = [names] if options.together else [(name,) for name in names]
        browser, debugging_port = stack.enter_context(chromium(executable))
        machine = surroundings(browser.version)
        print(f"{machine}\n\n{HEADER}", flush=True)
        port = stack.enter_context(lab_server(root, Path(scratch) / "lab"))
        if options.far:
            port = stack.enter_context(delayed(port, one_way=0.05))
        table = []
        for number, shown in enumerate(pages):
            nbformat.write(notebook(shown), root / f"sliders_{number}.ipynb")
            tab = NotebookPage(browser, debugging_port)
            tab.open(port, f"sliders_{number}.ipynb")
            tab.run_all()
            table += rows(tab, shown, 100 if options.far else 0, options.rounds)
            tab.close()
    if options.save:
        lines = "\n".join(map(str, table))
        options.save.write_text(f"{machine}\n\n{HEADER}\n{lines}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
