"""Live figures on narrow, dense and dark screens."""

from __future__ import annotations

import pytest
from live_figure import EXPLORERS, LiveFigure

TALL = 1600  # a whole explorer fits, for the people who look at the screenshots


def test_a_handle_is_large_enough_for_a_finger(lens):
    box = lens.element(".lecture-handle").bounding_box()
    assert min(box["width"], box["height"]) >= 24


def test_the_still_steps_aside_for_the_live_figure(explorers_page):
    for cell in range(1, 1 + len(EXPLORERS)):
        figure = LiveFigure(explorers_page, cell)
        stills = figure.tab.page.locator(f"{figure.output} .jp-RenderedImage img")
        assert stills.count() == 1
        assert not stills.first.is_visible()
        assert figure.element("canvas[data-panel]").is_visible()


def test_no_explorer_is_wider_than_a_narrow_screen(explorers_page, artefacts):
    tab = explorers_page
    with tab.screen(width=400, height=TALL):
        for cell, name in enumerate(EXPLORERS, start=1):
            figure = LiveFigure(tab, cell)
            figure.settle()
            figure.element().screenshot(path=artefacts / f"narrow_{name}.png")
            box = figure.element(".lecture-plane").bounding_box()
            too_wide = figure.element(".jp-OutputArea-output:has(.lecture-plane)").evaluate(
                "(e) => e.scrollWidth - e.clientWidth"
            )
            assert box["x"] + box["width"] <= 400, name
            assert too_wide <= 1, name


def test_no_explorer_scrolls_inside_the_page(explorers_page):
    for cell, name in enumerate(EXPLORERS, start=1):
        figure = LiveFigure(explorers_page, cell)
        figure.settle()
        hidden = figure.element().evaluate(
            """(output) => [...output.querySelectorAll(".widget-vbox, .lecture-numbers")].map(
                (box) => [box.scrollWidth - box.clientWidth, box.scrollHeight - box.clientHeight])"""
        )
        assert max(map(max, hidden)) <= 0, (name, hidden)


def test_a_dense_screen_gets_a_canvas_of_twice_the_pixels(lens):
    ratio = "(c) => c.width / c.getBoundingClientRect().width"
    assert lens.element("canvas[data-panel]").evaluate(ratio) == pytest.approx(1, abs=0.02)
    with lens.tab.screen(density=2):
        lens.element(".lecture-handle").press("ArrowLeft")
        lens.settle()
        assert lens.element("canvas[data-panel]").evaluate(ratio) == pytest.approx(2, abs=0.02)


def test_the_dark_theme_darkens_the_map(lens):
    lightness = """(canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        let sum = 0;
        for (let k = 0; k < data.length; k += 4) sum += data[k] + data[k + 1] + data[k + 2];
        return sum / (0.75 * data.length);
    }"""
    canvas = lens.element("canvas[data-panel]")
    light = canvas.evaluate(lightness)
    lens.tab.set_theme("Dark")
    try:
        dark = canvas.evaluate(lightness)
    finally:
        lens.tab.set_theme("Light")
    assert dark < 0.6 * light
