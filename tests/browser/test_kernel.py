"""Live figures and their kernel in a real browser: busy, wrong, far away, dead, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from dragging import (
    assert_under_pointer,
    drag,
    most_in_flight,
    pictures,
    share_in_step,
    share_under_pointer,
)
from live_figure import LiveFigure
from notebook_page import NotebookPage

WINDOW = 4  # requests that may be on their way at once
RAISE_ONCE = """
compute = HessianLens.plane.compute
def once(state):
    HessianLens.plane.compute = compute
    raise ValueError("the ink ran out")
HessianLens.plane.compute = once
"""


@pytest.fixture
def lens_by_kernel(lens: LiveFigure) -> Iterator[LiveFigure]:
    """The HessianLens with its program in the kernel only."""
    lens.tab.run_code("HessianLens.plane.twin = False")
    lens.settle()
    yield lens
    lens.tab.run_code("HessianLens.plane.twin = True")


def test_by_kernel_at_most_four_questions_are_open_and_the_newest_answer_is_shown(lens_by_kernel):
    lens, fact = lens_by_kernel, lens_by_kernel.fact()
    pointer, log = drag(lens, 0.7, 0.4)
    lens.settle()
    assert_under_pointer(lens, pointer)
    assert lens.state("source") == "kernel"
    assert 1 <= most_in_flight(log) <= WINDOW
    shown = [int(frame["seq"]) for frame in log["frames"] if frame["seq"]]
    assert shown == sorted(shown), "an older answer was drawn over a newer one"
    assert lens.fact() != fact


def test_a_handler_that_raises_shows_its_message_and_the_next_input_works(lens_by_kernel):
    lens = lens_by_kernel
    lens.tab.run_code(RAISE_ONCE)
    lens.tab.page.mouse.click(*lens.map_point(0.3, 0.3))
    lens.wait_for_status("the ink ran out")
    pointer, _ = drag(lens, 0.6, 0.7)
    lens.settle()
    assert_under_pointer(lens, pointer)
    lens.wait_for_status("")


def test_by_kernel_an_interrupted_cell_leaves_a_figure_that_works(lens_by_kernel):
    lens = lens_by_kernel
    lens.tab.start_code("while True: pass")
    drag(lens, 0.35, 0.45, moves=20)
    lens.tab.interrupt()
    pointer, _ = drag(lens, 0.65, 0.55, moves=20)
    lens.settle()
    assert_under_pointer(lens, pointer)


@pytest.fixture(
    params=["import time; time.sleep(600)", "while True: pass"], ids=["sleeps", "computes"]
)
def busy_lens(request: pytest.FixtureRequest, lens: LiveFigure) -> Iterator[LiveFigure]:
    """The HessianLens while a cell keeps the kernel busy."""
    lens.tab.start_code(request.param)
    yield lens
    lens.tab.interrupt()


def test_the_twin_keeps_drawing_while_a_cell(busy_lens):
    across = 0.7 if busy_lens.theta()[0] < 0 else 0.25
    pointer, log = drag(busy_lens, across, 0.6)
    assert_under_pointer(busy_lens, pointer)
    assert pictures(log) >= 3
    assert share_in_step(log) > 0.9
    assert busy_lens.tab.busy()


@pytest.fixture(scope="module")
def far_lens(lab_behind_delay: int, open_notebook: Callable[..., NotebookPage]) -> LiveFigure:
    """The HessianLens of a server 50 ms away in each direction."""
    tab = open_notebook(lab_behind_delay, "far.ipynb")
    for cell in (0, 1):
        tab.run_cell(cell)
    figure = LiveFigure(tab, 1)
    figure.settle()
    return figure


@pytest.mark.parametrize("source", ["twin", "kernel"])
def test_a_server_100_ms_away_leaves_the_handle_under_the_pointer(far_lens, source):
    lens = far_lens
    lens.tab.run_code(f"HessianLens.plane.twin = {source == 'twin'}")
    lens.settle()
    pointer, log = drag(lens, *((0.7, 0.3) if source == "twin" else (0.3, 0.7)))
    lens.settle()
    assert_under_pointer(lens, pointer)
    assert lens.state("source") == source
    assert most_in_flight(log) <= WINDOW
    assert share_under_pointer(log) > 0.9
    assert lens.tab.complaints == []


def test_a_kernel_that_dies_is_noticed_and_running_the_cell_again_revives_the_figure(
    lab, open_notebook
):
    tab = open_notebook(lab, "broken.ipynb")
    for cell in (0, 1):
        tab.run_cell(cell)
    lens = LiveFigure(tab, 1)
    tab.run_code("HessianLens.plane.twin = False")
    lens.settle()

    tab.start_code("import os; os._exit(1)")
    drag(lens, 0.3, 0.6, moves=20)
    lens.wait_for_status("Python")
    tab.page.keyboard.press("Escape")  # JupyterLab's own notice that it restarts the kernel
    tab.wait_until_idle()

    for cell in (0, 1):
        tab.run_cell(cell)
    lens = LiveFigure(tab, 1)
    lens.settle()
    pointer, _ = drag(lens, 0.65, 0.35, moves=20)
    lens.settle()
    assert_under_pointer(lens, pointer)
    assert lens.status().strip() == ""


def test_a_restarted_kernel_leaves_the_twin_dragging(explorers_page, lens):
    lens.tab.restart()
    pointer, log = drag(lens, 0.5, 0.7, moves=30)
    assert_under_pointer(lens, pointer)
    assert pictures(log) >= 3
    lens.tab.run_all()
    LiveFigure(lens.tab, lens.cell).settle()
