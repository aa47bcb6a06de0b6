"""The explorers in a real JupyterLab in a real Chromium: what moves, and what follows."""

from __future__ import annotations

from itertools import pairwise

from dragging import (
    assert_under_pointer,
    drag,
    most_in_flight,
    pictures,
    share_in_step,
    share_under_pointer,
)
from live_figure import EXPLORERS, LiveFigure
from pointer import straight

WINDOW = 4  # requests that may be on their way at once


def test_the_pointer_keeps_its_rate_while_the_page_is_stuck(explorers_page):
    tab = explorers_page
    with tab.recorded({}) as log:
        tab.page.evaluate(
            """() => setTimeout(() => {
                const end = performance.now() + 400;
                while (performance.now() < end);
            }, 300)"""
        )
        tab.pointer.drag((5, 5), straight((5, 5), (65, 5), 60))
    times = [event[0] for event in log["events"][1:]]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert len(times) == 60
    assert max(gaps) < 100, "the pointer waited for the page"


def test_every_explorer_runs_and_draws(explorers_page):
    assert explorers_page.failed_cells() == []
    for cell in range(1, 1 + len(EXPLORERS)):
        LiveFigure(explorers_page, cell).settle()


def test_theta_follows_the_pointer_and_the_curves_follow_theta(lens):
    before, fact = lens.fingerprint(), lens.fact()
    pointer, log = drag(lens, 0.72, 0.66)
    lens.settle()
    assert_under_pointer(lens, pointer)
    assert lens.state("source") == "twin"
    assert most_in_flight(log) <= WINDOW
    assert lens.fingerprint() != before
    assert lens.fact() != fact
    assert pictures(log) >= 3
    assert share_under_pointer(log) > 0.9
    assert share_in_step(log) > 0.9


def test_python_hears_where_theta_was_released(lens):
    drag(lens, 0.3, 0.7)
    lens.settle()
    lens.tab.page.wait_for_timeout(500)
    heard = lens.tab.run_code("print(*HessianLens.plane.values.values())")
    assert tuple(map(float, heard.split())) == lens.theta()


def test_a_finger_drags_like_a_mouse(lens):
    fact = lens.fact()
    pointer, _ = drag(lens, 0.4, 0.35, touch=True)
    lens.settle()
    assert_under_pointer(lens, pointer)
    assert lens.fact() != fact


def test_pressing_anywhere_on_the_map_brings_the_handle_there(lens):
    pointer = lens.map_point(0.6, 0.3)
    lens.tab.page.mouse.click(*pointer)
    lens.settle()
    assert_under_pointer(lens, pointer)


def test_leaving_the_map_while_dragging_does_not_lose_the_handle(lens):
    start = lens.tab.centre(lens.handle)
    outside, back = lens.map_point(0.5, 1.2), lens.map_point(0.55, 0.6)
    path = [*straight(start, outside, 20), *straight(outside, back, 20)]
    lens.tab.pointer.drag(start, path)
    lens.settle()
    assert_under_pointer(lens, back)
