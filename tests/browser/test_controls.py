"""Every control of every explorer in a real browser, by its own keys and by the keyboard alone."""

from __future__ import annotations

import pytest
from live_figure import CONTROLS, EXPLORERS, LiveFigure
from playwright.sync_api import Locator


def operate(figure: LiveFigure, element: Locator, *, still: bool = True) -> bool:
    """Work one control by its own keys or by a click; say whether anything in the figure moved.

    A key must leave the page below where it is, unless ``still`` is False.
    """
    figure.settle()
    element.evaluate("(e) => e.scrollIntoView({ block: 'nearest' })")
    kind = element.evaluate("(e) => e.matches('.noUi-handle, .lecture-handle') ? 'keys' : e.type")
    before = figure.fingerprint()
    if kind == "keys":
        height = figure.element().bounding_box()["height"]
        for key in ("ArrowRight", "End", "Home", "ArrowUp"):
            element.press(key)
            if figure.wait_for_change(before, seconds=1.5):
                grown = figure.element().bounding_box()["height"] - height
                assert abs(grown) < 1 or not still, f"the page below moves by {grown:g} px"
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
        # A training under way is told in sentences of its own.
        if control.is_visible() and not operate(figure, control, still=name != "OwnNetwork"):
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


@pytest.mark.parametrize(
    ("surface", "rates"),
    [
        ("Rosenbrock", ("0.0005", "0.0001", "0.0020")),
        ("Himmelblau", ("0.0050", "0.0005", "0.0200")),
    ],
)
def test_a_surface_comes_with_a_rate_of_its_own_and_its_slider_ends_where_that_does(
    explorer, surface, rates
):
    figure = explorer("MomentumStep")
    figure.settle()
    figure.element("select").select_option(label=surface)
    sliders = figure.tab.page.locator(f"{figure.output} .widget-slider", has_text="Learning rate")
    shown = sliders.filter(visible=True)
    read = shown.locator(".widget-readout")
    figure.tab.page.wait_for_timeout(500)  # for whatever the browser may answer
    figure.settle()
    said = [read.inner_text()]
    for key in ("Home", "End"):
        shown.locator(".noUi-handle").press(key)
        figure.tab.page.wait_for_timeout(300)
        figure.settle()
        said.append(read.inner_text())
    figure.element("button").click()  # as the other tests know it
    figure.settle()
    assert said == list(rates)
    assert shown.count() == 1


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


def test_every_slider_tells_a_screen_reader_its_name_and_its_value_as_it_is_read(explorer):
    for name in EXPLORERS:
        figure = explorer(name)
        figure.settle()
        for knob in figure.tab.page.locator(f"{figure.output} .noUi-handle").all():
            label, readout = knob.evaluate(
                """(knob) => ["label", "readout"].map(
                    (part) => knob.closest(".widget-slider").querySelector(`.widget-${part}`).textContent)"""
            )
            if knob.is_visible():
                knob.press("ArrowLeft")
                knob.press("ArrowRight")
                figure.settle()
                readout = knob.evaluate(
                    "(k) => k.closest('.widget-slider').querySelector('.widget-readout').textContent"
                )
            assert knob.get_attribute("aria-label") == label != ""
            assert knob.get_attribute("aria-valuetext") == readout != ""


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
