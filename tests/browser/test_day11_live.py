"""Day 11 in a real JupyterLab in a real Chromium: what moves, what follows, what survives."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import EXPLORERS
from lab_server import REPOSITORY
from live_figure import CONTROLS, LiveFigure
from notebook_page import NotebookPage
from playwright.sync_api import Locator
from pointer import straight

WINDOW = 4  # requests that may be on their way at once
WATCHED = ("theta", "drawn", "inflight", "source", "seq")
EDITIONS = ("en", "zh")
TALL = 1600  # a whole explorer fits, for the people who look at the screenshots
RAISE_ONCE = """
compute = HessianLens.plane.compute
def once(state):
    HessianLens.plane.compute = compute
    raise ValueError("the ink ran out")
HessianLens.plane.compute = once
"""


def drag(
    figure: LiveFigure, across: float, up: float, *, moves: int = 60, touch: bool = False
) -> tuple[tuple[float, float], dict]:
    """Drag the first handle to a place on the map, given in shares of the canvas.

    Returns:
        Where the pointer was released, and what was recorded on the way.
    """
    start, end = figure.tab.centre(figure.handle), figure.map_point(across, up)
    readings = {name: (figure.canvas, f"data-{name}") for name in WATCHED}
    readings["handle"] = (figure.handle, "centre")
    with figure.tab.recorded(readings) as log:
        figure.tab.pointer.drag(start, straight(start, end, moves), touch=touch)
        figure.tab.page.wait_for_timeout(100)
    return end, log


def most_in_flight(log: dict) -> int:
    return max(int(frame["inflight"] or 0) for frame in log["frames"])


def pictures(log: dict) -> int:
    """How many different θ were drawn."""
    return len({frame["drawn"] for frame in log["frames"]})


def share_in_step(log: dict) -> float:
    """In what share of the frames the curves belonged to the very θ that the handle was at."""
    frames = log["frames"]
    return sum(frame["drawn"] == frame["theta"] for frame in frames) / len(frames)


def share_under_pointer(log: dict) -> float:
    """In what share of the frames the handle was where the page last heard the pointer."""
    frames = [frame for frame in log["frames"] if frame["pointer"]]
    hits = [frame["handle"] == pytest.approx(frame["pointer"], abs=1.0) for frame in frames]
    return sum(hits) / len(hits)


def assert_under_pointer(figure: LiveFigure, pointer: tuple[float, float]) -> None:
    """Check that the handle is where the pointer was released."""
    assert figure.tab.centre(figure.handle) == pytest.approx(pointer, abs=1.0)


# The instrument ---------------------------------------------------------------------------------


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


# Running ----------------------------------------------------------------------------------------


def test_every_explorer_of_the_day_runs_and_draws(explorers_page):
    assert explorers_page.failed_cells() == []
    for cell in range(1, 1 + len(EXPLORERS)):
        LiveFigure(explorers_page, cell).settle()


@pytest.fixture(scope="module", params=EDITIONS)
def edition(
    request: pytest.FixtureRequest,
    lab: int,
    folder: Path,
    open_notebook: Callable[..., NotebookPage],
) -> Iterator[tuple[str, NotebookPage]]:
    """The notebook of Day 11 in one language, all its cells run."""
    committed = REPOSITORY / "notebooks" / request.param / "day11_critical_points.ipynb"
    # A copy: a page saves what it runs over the file that it came from.
    (folder / request.param).mkdir()
    shutil.copy(committed, folder / request.param)
    tab = open_notebook(lab, f"{request.param}/{committed.name}")
    tab.run_all()
    yield request.param, tab
    tab.start_code("import os; os._exit(0)")


def cells_that_show(tab: NotebookPage, pattern: str) -> list[int]:
    """The numbers of the cells with a widget whose plain text is all of ``pattern``."""
    return tab.script(
        """
        const view = "application/vnd.jupyter.widget-view+json", wanted = new RegExp(argument);
        const shows = ({ data }) => data && view in data && wanted.test(data["text/plain"]);
        return notebook.widgets.flatMap((cell, number) =>
            (cell.model.sharedModel.getOutputs?.() ?? []).some(shows) ? [number] : []);
        """,
        f"^({pattern})$",
    )


def explorer_cells(tab: NotebookPage) -> list[int]:
    return cells_that_show(tab, "|".join(rf"{name}\(\)" for name in EXPLORERS))


def test_the_notebook_runs_without_an_error_and_looks_right_in_both_themes(edition, artefacts):
    language, tab = edition
    assert tab.failed_cells() == []
    cells = explorer_cells(tab)
    assert len(cells) >= len(EXPLORERS)
    with tab.screen(height=TALL):
        for theme in ("Dark", "Light"):
            tab.set_theme(theme)
            for cell in cells:
                figure = LiveFigure(tab, cell)
                figure.settle()
                shot = artefacts / f"day11_{language}_{theme.lower()}_cell{cell:03d}.png"
                figure.element().screenshot(path=shot)
    assert tab.complaints == []


def test_the_figures_speak_the_language_of_their_edition(edition):
    language, tab = edition
    for cell in explorer_cells(tab):
        fact = LiveFigure(tab, cell).fact()
        assert bool(re.search("[\u4e00-\u9fff]", fact)) == (language == "zh"), fact


def test_every_question_answers_every_choice(edition):
    language, tab = edition
    cells = cells_that_show(tab, ".*A · B · C.*")
    assert len(cells) >= 4
    for cell in cells:
        tab.show_cell(cell)
        place = f'[data-cell-number="{cell}"] .jp-Cell-outputWrapper'
        output = tab.page.locator(place)
        buttons = output.locator("button.jupyter-button")
        buttons.first.wait_for()
        reasons = [""]
        for button in buttons.all():
            button.click()
            tab.page.wait_for_function(
                "([output, last]) => (document.querySelector(`${output} [role=status]`)"
                "?.innerText ?? last) !== last",
                arg=[place, reasons[-1]],
            )
            reasons.append(output.locator("[role=status]").inner_text())
        del reasons[0]
        assert len(set(reasons)) == buttons.count() >= 3
        assert all(bool(re.search("[\u4e00-\u9fff]", r)) == (language == "zh") for r in reasons)
    assert tab.complaints == []


# Dragging ---------------------------------------------------------------------------------------


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


# The kernel's answers ---------------------------------------------------------------------------


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


# Every control, and the keyboard alone ----------------------------------------------------------


def operate(figure: LiveFigure, element: Locator) -> bool:
    """Work one control by its own keys or by a click; say whether anything in the figure moved."""
    element.scroll_into_view_if_needed()
    kind = element.evaluate("(e) => e.matches('.noUi-handle, .lecture-handle') ? 'keys' : e.type")
    before = figure.fingerprint()
    if kind == "keys":
        for key in ("ArrowRight", "End", "Home", "ArrowUp"):
            element.press(key)
            if figure.wait_for_change(before, seconds=1.5):
                return True
    elif kind.startswith("select"):
        current = element.evaluate("(select) => select.selectedIndex")
        for choice in reversed(range(element.locator("option").count())):
            if choice == current:
                continue
            element.select_option(index=choice)
            if figure.wait_for_change(before, seconds=1.5):
                return True
    elif kind in ("text", "number", "textarea"):
        element.fill(element.input_value() + " * 2")
        element.press("Enter")
    else:
        element.click()
    return figure.wait_for_change(before)


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_control_moves_something(explorer, name):
    figure = explorer(name)
    figure.settle()
    controls = figure.tab.page.locator(f"{figure.output} :is({CONTROLS})")
    assert controls.count() >= 1
    dead = []
    for number in range(controls.count()):
        control = controls.nth(number)
        if control.is_visible() and not operate(figure, control):
            dead.append(control.evaluate("(e) => (e.closest('.jupyter-widgets') ?? e).outerHTML"))
    assert dead == []
    assert figure.status().strip() == ""


@pytest.mark.parametrize("name", EXPLORERS)
def test_tab_alone_reaches_every_control(explorer, name):
    figure = explorer(name)
    page = figure.tab.page
    marked = figure.element().evaluate(
        """(output, controls) => {
            const all = [...output.querySelectorAll(controls)];
            const visible = all.filter((e) => e.checkVisibility());
            visible.forEach((e, number) => { e.dataset.controlNumber = number; });
            return visible.length;
        }""",
        CONTROLS,
    )
    figure.tab.script("notebook.activeCellIndex = argument; notebook.activate();", figure.cell)
    reached = set()
    for _ in range(3 * marked + 30):
        page.keyboard.press("Tab")
        number = page.evaluate(
            "(output) => document.activeElement.closest(output) "
            "&& document.activeElement.dataset.controlNumber",
            figure.output,
        )
        reached |= {int(number)} if number else set()
        if len(reached) == marked:
            break
    assert reached == set(range(marked))


def test_arrows_move_theta_and_leave_the_notebook_where_it_is(lens):
    active = "return notebook.activeCellIndex;"
    lens.element(".lecture-handle").focus()
    where, before = lens.tab.script(active), lens.theta()
    for key, axis, sign in (
        ("ArrowRight", 0, 1),
        ("ArrowUp", 1, 1),
        ("ArrowLeft", 0, -1),
        ("ArrowDown", 1, -1),
    ):
        earlier = lens.theta()
        lens.tab.page.keyboard.press(key)
        lens.settle()
        change = [now - then for now, then in zip(lens.theta(), earlier, strict=True)]
        assert change[axis] * sign > 0
        assert change[1 - axis] == 0
    assert lens.theta() == pytest.approx(before)
    assert lens.tab.script(active) == where


def test_shift_makes_an_arrow_finer(lens):
    lens.element(".lecture-handle").focus()
    steps = []
    for key in ("ArrowRight", "Shift+ArrowRight"):
        before = lens.theta()[0]
        lens.tab.page.keyboard.press(key)
        lens.settle()
        steps.append(lens.theta()[0] - before)
    assert 0 < steps[1] < steps[0] / 2


def test_a_handle_tells_a_screen_reader_what_it_is_and_where(lens):
    handle = lens.element(".lecture-handle")
    assert handle.get_attribute("role") == "slider"
    assert handle.get_attribute("aria-label")
    handle.press("ArrowLeft")
    lens.settle()
    w1, w2 = lens.theta()
    lens.tab.page.wait_for_selector(  # said once the handle rests, not sixty times a second
        f'{lens.handle}[aria-valuetext="{w1:.2f}, {w2:.2f}"]'
    )


# Screens ----------------------------------------------------------------------------------------


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


# A far-away server ------------------------------------------------------------------------------


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


# A kernel that dies -----------------------------------------------------------------------------


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


# Without a kernel -------------------------------------------------------------------------------


def assert_stills_are_shown(tab: NotebookPage, cells: list[int]) -> None:
    for cell in cells:
        tab.show_cell(cell)
        still = tab.page.locator(f'[data-cell-number="{cell}"] .jp-RenderedImage img').first
        still.wait_for(state="visible")
        assert still.evaluate("(image) => image.naturalWidth") > 100


@pytest.mark.parametrize("language", EDITIONS)
def test_a_notebook_nobody_has_run_shows_its_stills_and_facts(
    lab, folder, open_notebook, artefacts, language
):
    committed = REPOSITORY / "notebooks" / language / "day11_critical_points.ipynb"
    shutil.copy(committed, folder / f"unrun_{language}.ipynb")
    tab = open_notebook(lab, f"unrun_{language}.ipynb")
    cells = explorer_cells(tab)
    assert len(cells) >= len(EXPLORERS)
    assert_stills_are_shown(tab, cells)
    output = tab.page.locator(f'[data-cell-number="{cells[-1]}"] .jp-Cell-outputWrapper')
    output.screenshot(path=artefacts / f"unrun_{language}.png")


def test_a_saved_notebook_opened_without_a_kernel_shows_its_stills(
    explorers_page, lab, open_notebook, folder
):
    explorers_page.command("docmanager:save")
    saved = folder / "saved.ipynb"
    saved.write_bytes((folder / "explorers.ipynb").read_bytes())
    tab = open_notebook(lab, saved.name, kernel=False)
    tab.script("await panel.sessionContext.ready; await panel.sessionContext.shutdown();")
    assert_stills_are_shown(tab, list(range(1, 1 + len(EXPLORERS))))
