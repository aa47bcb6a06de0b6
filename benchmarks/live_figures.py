"""How far the live figures run behind the pointer, beside plain `interact` on the same machine.

    python benchmarks/live_figures.py [--rounds 3] [--save FILE]

A real JupyterLab, a real Chromium without a graphics card, and a mouse that sends 120 moves at
60 Hz through the browser's debugging socket and waits for nothing, so that a slow page cannot slow
its pointer down. Once straight to the server, once through a proxy 50 ms away in each direction.

Measured is, for every pointer event, the time from ``event.timeStamp`` to the end of the first
frame that shows what the event asks for, or something newer:

* the handle: the middle of its element on the screen;
* the curves: ``data-drawn`` and ``data-inputs``, which the plane's draw call itself writes;
* `interact`: the colour of a corner of the matplotlib picture on the screen, in which the picture
  carries the value it was drawn for. It draws one contour map with arrows and no landscape, so it
  has less to do than the figure it is compared with.

A frame ends when an urgent task posted in it runs: after the page's own work and painting, before
the compositor and the screen. "Pictures a second" counts different pictures while dragging,
"backlog" runs from the last event to the last change of the picture.

Each row is repeated. A drag during which other programs used more than 0.4 cores is tried again,
and marked ``*`` if it got no better; the events of all drags of a row make its median and its 95th
percentile. Nothing is written unless ``--save`` names a file.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import nbformat

HERE = Path(__file__).resolve().parent
# A benchmark is a script, not a part of the package, and borrows the harness of the browser tests.
sys.path[:0] = [str(HERE), str(HERE.parent / "tests" / "browser")]
from browser_process import chromium, find_chromium  # noqa: E402
from cells import INTERACT, KERNEL_TIME, LENS, SLIDERS, notebook  # noqa: E402
from delay_proxy import delayed  # noqa: E402
from drags import Slider, drag_theta  # noqa: E402
from lab_server import lab_server  # noqa: E402
from latency import Drag  # noqa: E402
from live_figure import LiveFigure  # noqa: E402
from machine import OtherPrograms, surroundings  # noqa: E402
from notebook_page import NotebookPage  # noqa: E402
from table import HEADER, QUIET, Kind, Row  # noqa: E402

ONE_WAY = 0.05
FRAME = 1000 / 60


class Bench:
    """Drags, and collects the rows of the table, printing each as it comes.

    Args:
        rounds: How many quiet drags make a row.
    """

    def __init__(self, rounds: int) -> None:
        """Begin an empty table."""
        self.rounds = rounds
        self.rows: list[Row] = []

    def add(self, drag: Callable[[], Sequence[Drag]], *kinds: Kind) -> None:
        """Repeat ``drag``, which times every kind at once, until enough drags were quiet."""
        tried: list[tuple[float, Sequence[Drag]]] = []
        while sum(cores <= QUIET for cores, _ in tried) < self.rounds > len(tried) / 3:
            others = OtherPrograms()
            timed = drag()
            tried.append((others.cores(), timed))
        quietest = sorted(tried, key=lambda one: one[0])[: self.rounds]
        for number, kind in enumerate(kinds):
            row = Row(kind, [timed[number] for _, timed in quietest], quietest[-1][0])
            self.rows.append(row)
            print(row, flush=True)

    def lens(self, tab: NotebookPage, away: int) -> None:
        """Measure θ and every slider of HessianLens, by twin and by kernel."""
        lens = LiveFigure(tab, LENS)
        tab.script(
            "notebook.widgets[argument].node.querySelectorAll('.widget-slider')"
            ".forEach((slider, number) => slider.classList.add(`slider-${number}`));",
            LENS,
        )
        sliders = json.loads(tab.run_code(SLIDERS))
        for by, budget in (("twin", 30), ("kernel", 220 if away else 100)):
            tab.run_code(f"lens.plane.twin = {by == 'twin'}")
            lens.settle()
            self.add(
                lambda: drag_theta(lens),
                Kind("handle, θ", by, away, FRAME + 8),
                Kind("curves, θ", by, away, budget),
            )
            for number, name in enumerate(sliders):
                slider = Slider(
                    tab,
                    f".slider-{number}",
                    (lens.canvas, "data-inputs"),
                    lambda inputs, name=name: float(json.loads(inputs)[name]),
                    lens.settle,
                )
                self.add(
                    lambda slider=slider: [slider.drag()],
                    Kind(f"curves, slider “{name}”", by, away, budget),
                )
        tab.run_code("lens.plane.twin = True")
        lens.settle()

    def busy(self, tab: NotebookPage) -> None:
        """Measure the twin while a cell keeps the kernel busy."""
        lens = LiveFigure(tab, LENS)
        for does, code in (
            ("sleeps", "import time; time.sleep(3600)"),
            ("computes", "while True: pass"),
        ):
            tab.start_code(code)
            self.add(
                lambda: drag_theta(lens)[1:], Kind(f"curves, θ, while a cell {does}", "twin", 0, 30)
            )
            tab.interrupt()

    def interact(self, tab: NotebookPage, away: int) -> None:
        """Measure `interact`."""
        tab.show_cell(INTERACT)
        output = f'[data-cell-number="{INTERACT}"]'
        picture = f"{output} .widget-output img"
        tab.page.wait_for_selector(picture)
        slider = Slider(
            tab,
            f"{output} .widget-slider",
            (picture, "patch"),
            lambda code: code / 100 - 2,
            lambda: tab.page.wait_for_timeout(2500),
            slack=0.001,
        )
        self.add(lambda: [slider.drag()], Kind("picture, slider “w1”", "interact", away))

    def ratios(self) -> Iterator[str]:
        """Say how many times further behind `interact` is than the curves."""
        slow = {row.kind.away: row.percentile(50) for row in self.rows if row.kind.by == "interact"}
        for row in self.rows:
            if row.kind.what == "curves, θ":
                ratio = slow[row.kind.away] / row.percentile(50)
                yield (
                    f"{row.kind.away:>3} ms away, interact is {ratio:.1f} × as far behind "
                    f"as the {row.kind.by} (budget: 5 ×)"
                )


def run(bench: Bench, executable: str, scratch: Path) -> Iterator[str]:
    """Measure everything.

    Yields:
        The lines around the table: first the machine, then the comparisons.
    """
    root = scratch / "notebooks"
    root.mkdir()
    with ExitStack() as stack:
        browser, debugging_port = stack.enter_context(chromium(executable))
        yield surroundings(browser.version)
        near = stack.enter_context(lab_server(root, scratch / "lab"))
        far = stack.enter_context(delayed(near, one_way=ONE_WAY))
        for away, port in ((0, near), (round(2000 * ONE_WAY), far)):
            nbformat.write(notebook(), root / f"away_{away}.ipynb")
            tab = NotebookPage(browser, debugging_port)
            tab.open(port, f"away_{away}.ipynb")
            tab.run_all()
            if failed := tab.failed_cells():
                raise RuntimeError(f"the notebook to measure does not run: {failed}")
            bench.lens(tab, away)
            if not away:
                bench.busy(tab)
                spent = tab.run_code(KERNEL_TIME).strip()
            bench.interact(tab, away)
            tab.close()
    yield from bench.ratios()
    yield f"kernel time per update of HessianLens, median of 200: {spent} ms (budget: 6 ms)"


def main() -> None:
    """Measure, print, and save if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3, help="quiet drags that make a row")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the table there, too")
    options = parser.parse_args()
    executable = find_chromium()
    if executable is None:
        sys.exit("This measures a real browser: install Chromium or Chrome and put it on the PATH.")
    bench = Bench(options.rounds)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        lines = run(bench, executable, Path(scratch))
        machine = next(lines)
        print(f"{machine}\n\n{HEADER}", flush=True)
        closing = "\n".join(lines)
    print(f"\n{closing}")
    if options.save:
        table = "\n".join(map(str, bench.rows))
        options.save.write_text(f"{machine}\n\n{HEADER}\n{table}\n\n{closing}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
