"""A long experiment behind its button in a real browser: progress, cancel, an interrupt, again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from notebook_page import NotebookPage
from playwright.sync_api import Locator, expect

# Three steps, each of which waits until the test lets it pass; the clock hardly moves the bar.
SETUP = """
import threading
from lecture_lib.executors import checkpoint, run_in_order
from lecture_lib.experiments.long_runs import LongRun
from lecture_lib.experiments.stored import stored_dots
from lecture_lib.explorers import Measurement

turns = threading.Semaphore(0)

def step(number):
    while not turns.acquire(timeout=0.01):
        checkpoint()

def part(seed, *, progress):
    run_in_order(step, [(k,) for k in range(3)], progress=progress)
    return stored_dots("digits")
"""
SHOW = 'Measurement(LongRun("digits", (part,), 100_000))'


@pytest.fixture
def tab(lab: int, folder: Path, open_notebook: Callable[..., NotebookPage]) -> NotebookPage:
    """A notebook whose second cell shows the button."""
    cells = [nbformat.v4.new_code_cell(code.strip()) for code in (SETUP, SHOW)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, folder / "measurement.ipynb")
    tab = open_notebook(lab, "measurement.ipynb")
    tab.run_all()
    assert tab.failed_cells() == []
    return tab


def inside(tab: NotebookPage) -> Locator:
    """The output of the second cell."""
    tab.show_cell(1)
    return tab.page.locator('[data-cell-number="1"] .jp-Cell-outputWrapper')


def test_the_button_runs_beside_the_kernel_and_works_after_a_cancel_and_an_interrupt(tab):
    run, cancel = (inside(tab).get_by_role("button", name=name) for name in ("Run (", "Cancel"))
    status, bar = (inside(tab).get_by_role(role) for role in ("status", "progressbar"))
    expect(run).to_be_enabled()
    expect(cancel).to_be_disabled()
    expect(bar).to_have_count(0)

    run.click()
    expect(bar).to_have_attribute("value", "0.000")
    expect(run).to_be_disabled()
    assert tab.run_code("turns.release(); print(6 * 7)") == "42\n"  # the kernel is free
    expect(bar).to_have_attribute("value", "0.333")
    cancel.click()
    expect(status).to_contain_text("Cancelled")
    expect(bar).to_have_count(0)
    expect(run).to_be_enabled()

    run.click()
    expect(run).to_be_disabled()
    tab.start_code("while True: pass")
    tab.interrupt()
    tab.run_code("turns.release(3)")
    expect(status).to_contain_text("Done")
    expect(run).to_be_enabled()
    for theme in ("Dark", "Light"):
        tab.set_theme(theme)
        picture = inside(tab).locator("img[src^='data:image/png']:visible")
        expect(picture).to_have_class(f"lecture-{theme.lower()}")
        assert picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 300
    assert tab.complaints == []
