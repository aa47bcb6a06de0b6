"""Every explorer, without a browser: controls, fact line, state, still."""

from __future__ import annotations

import inspect

import ipywidgets
import numpy as np
import pytest

from lecture_lib import explorers
from lecture_lib.explorers.explorer import Explorer
from lecture_lib.words import speak

EXPLORERS = [
    c for _, c in inspect.getmembers(explorers, inspect.isclass) if issubclass(c, Explorer)
]


@pytest.fixture(params=["en", "zh"])
def language(request):
    speak(request.param)
    yield request.param
    speak("en")


@pytest.fixture(params=EXPLORERS, ids=lambda c: c.__name__)
def explorer(request):
    return request.param()


def positions(control):
    """A control's lowest, highest and some odd value, then where it was."""
    start = control.value
    if isinstance(control, ipywidgets.IntSlider | ipywidgets.FloatSlider):
        middle = control.min + 0.37 * (control.max - control.min)
        return [control.min, control.max, type(start)(middle), start]
    if isinstance(control, ipywidgets.FloatLogSlider):
        return [control.base**control.min, control.base**control.max, start]
    if isinstance(control, ipywidgets.Dropdown | ipywidgets.SelectionSlider):
        return [value for _, value in control.options] + [start]
    if isinstance(control, ipywidgets.Checkbox):
        return [not start, start]
    if isinstance(control, ipywidgets.Text):
        return ["w1**2 - w2", start]
    raise AssertionError(f"say here how to move a {type(control).__name__}")


def test_all_controls_have_a_name_and_are_attributes(explorer):
    for name, control in explorer.controls.items():
        assert getattr(explorer, name) is control
        assert control.description.strip()


def test_every_control_at_every_end_gives_a_fact_a_frame_and_a_state_that_comes_back(explorer):
    for control in explorer.controls.values():
        for value in positions(control):
            control.value = value
            frame = explorer.frame()
            missing = [n for n in explorer.plane.wanted if n not in frame]
            assert not missing, missing
            assert "{" not in explorer.fact, explorer.fact
            code, fact = explorer.state_code, explorer.fact
            explorer.reset()
            explorer.restore(code)
            assert explorer.state_code == code
            assert explorer.fact == fact


def test_moving_a_handle_changes_the_fact_and_reset_brings_it_back(explorer):
    before, start = explorer.fact, dict(explorer.plane.values)
    shown = explorer.staged.scene.handles
    explorer.plane.values = {name: 0.61 * value + 0.17 for name, value in start.items()}
    assert explorer.fact != before or not shown
    explorer.reset()
    assert explorer.fact == before
    assert explorer.plane.values == start


def test_everything_a_slider_can_change_without_python_runs_in_the_browser(explorer):
    has_formula = not isinstance(explorer, explorers.LossSlice)  # the loss of a network has none
    assert bool(explorer.plane.recipe) == has_formula, (
        "an explorer of formulas needs no kernel to follow the finger"
    )


def test_the_words_are_in_the_language_spoken(language):
    for kind in EXPLORERS:
        shown = kind()
        has_chinese = any("\u4e00" <= c <= "\u9fff" for c in shown.fact)
        assert has_chinese == (language == "zh"), shown.fact
        for panel in shown.staged.scene.panels:
            assert shown.staged.alt[panel.name].strip(), (
                f"{kind.__name__}: no words for {panel.name}"
            )
            assert (
                "".join(panel.labels).isascii()
                or not has_chinese
                or all(not "\u4e00" <= c <= "\u9fff" for c in "".join(panel.labels))
            )


def test_the_still_is_a_picture_of_reasonable_size(explorer):
    still = explorer.still()
    assert still.startswith(b"\x89PNG")
    assert len(still) < 300_000


def test_two_hundred_updates_leave_no_figure_behind(explorer):
    import gc

    from matplotlib.figure import Figure

    explorer.still()
    for k in range(200):
        explorer.plane.values = {
            n: 0.3 * np.sin(k + i) for i, n in enumerate(explorer.plane.values)
        }
        explorer.plane._answer(
            explorer.plane, {"kind": "ask", "seq": k, "state": explorer.plane.inputs()}, []
        )
    gc.collect()
    assert sum(type(o) is Figure for o in gc.get_objects()) == 0


def test_a_code_of_another_explorer_is_refused(explorer):
    with pytest.raises(ValueError, match="expected a code that begins"):
        explorer.restore("Nothing?w1=1")
    with pytest.raises(ValueError, match="has no"):
        explorer.restore(f"{type(explorer).__name__}?nonsense=1")


def test_a_code_that_cannot_be_taken_changes_nothing(explorer):
    before, fact = explorer.state_code, explorer.fact
    name = type(explorer).__name__
    handle = next((h.x for h in explorer.staged.scene.handles), None)
    tries = (
        [f"{name}?{handle}={bad}" for bad in ("nan", "inf", "-inf", "99", "abc", "")]
        if handle
        else []
    )
    for control, widget in explorer.controls.items():
        if hasattr(widget, "options"):
            tries.append(f"{name}?{control}=nonsense")
        elif hasattr(widget, "max"):
            tries += [f"{name}?{control}={bad}" for bad in ("nan", "abc", widget.max + 1, "-1e9")]
    assert tries
    for code in tries:
        with pytest.raises(ValueError, match="expected"):
            explorer.restore(code)
        assert explorer.state_code == before, code
        assert explorer.fact == fact


def test_a_code_is_taken_with_blanks_around_it(explorer):
    explorer.restore(f"  {explorer.state_code}\n")


def test_displaying_prints_the_fact_after_the_still_and_before_the_widget(
    explorer, monkeypatch, capsys
):
    shown = []
    monkeypatch.setattr(
        "lecture_lib.explorers.explorer.display", lambda *a, **k: shown.append(a[0])
    )
    explorer._ipython_display_()
    assert capsys.readouterr().out == explorer.fact + "\n"
    picture, widget = shown
    assert picture.data.startswith(b"\x89PNG")
    assert set(widget) >= {"application/vnd.jupyter.widget-view+json", "text/plain"}
    assert explorer.plane.still == explorer.fact
