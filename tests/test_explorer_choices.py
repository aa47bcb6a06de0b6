"""Every explorer with every choice of its drop-downs: what is said, what is drawn, what comes back.

`test_explorer` walks the controls of each explorer as it opens; here it is opened at each choice.
"""

from __future__ import annotations

import inspect
import re

import ipywidgets
import pytest

from lecture_lib import explorers
from lecture_lib.explorers.explorer import Explorer
from lecture_lib.words import speak

EXPLORERS = [
    c for _, c in inspect.getmembers(explorers, inspect.isclass) if issubclass(c, Explorer)
]


def opening(kind):
    """Return the names that the explorer may be opened with, by the argument that takes them."""
    names = inspect.signature(kind).parameters
    return next((n for n in names if n in ("view", "case", "surface", "loss")), None)


@pytest.fixture(autouse=True)
def _the_language_is_given_back():
    yield
    speak("en")


def choices(figure):
    """Go through the drop-downs that stage the figure anew, choice by choice; once without any."""
    yield ""
    for name, control in figure.controls.items():
        if isinstance(control, ipywidgets.Dropdown) and name not in figure.staged.inputs:
            start = control.value
            for _, value in control.options:
                control.value = value
                yield f"{name} = {value}"
            control.value = start


def ends(control):
    """Both ends of a slider and a value between; every option of another choice."""
    if hasattr(control, "options"):
        return [value for _, value in control.options]
    if isinstance(control.value, bool):
        return [False, True]
    between = 0.37 * control.min + 0.63 * control.max
    return [control.min, control.max, type(control.value)(between)]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", EXPLORERS, ids=lambda c: c.__name__)
def test_every_control_at_every_end_gives_sentences_without_gaps(kind, language):
    speak(language)
    figure = kind()
    for choice in choices(figure):
        for name in figure.staged.inputs:
            control = figure.controls[name]
            start = control.value
            for value in [*ends(control), start]:
                control.value = value
                frame = figure.frame()
                fact, *lines = figure.fact, *(s.fill(frame) for s in figure.staged.numbers)
                text, where = "\n".join((fact, *lines)), f"{choice}, {name} = {value}"
                assert "{" not in text, where
                assert not re.search(r"\dE", text), where
                assert "?" not in text, (where, text)
                assert any("\u4e00" <= c <= "\u9fff" for c in fact) == (language == "zh"), where


@pytest.mark.parametrize("kind", EXPLORERS, ids=lambda c: c.__name__)
def test_every_choice_names_its_arrays_shows_its_controls_and_has_a_still(kind):
    figure = kind()
    for choice in choices(figure):
        assert figure.plane.wanted == tuple(sorted(set(figure.plane.wanted))), choice
        assert set(figure.plane.wanted) <= figure.frame().keys(), choice
        assert figure.staged.scene.names() <= figure.frame().keys(), choice
        assert figure.still().startswith(b"\x89PNG"), choice


def moved(figure):
    """Return the handles' places, each a part of the way along its panel's horizontal axis."""
    places = dict(figure.plane.values)
    panels = {panel.name: panel for panel in figure.staged.scene.panels}
    for handle in figure.staged.scene.handles:
        places[handle.x] = 0.7 * places[handle.x] + 0.3 * sum(panels[handle.panel].x) / 2
    return places


@pytest.mark.parametrize("kind", EXPLORERS, ids=lambda c: c.__name__)
def test_a_code_of_every_choice_brings_a_fresh_figure_to_the_exact_state_and_reset_back(kind):
    figure, fresh = kind(), kind()
    for choice in choices(figure):
        for name in figure.staged.inputs:
            figure.controls[name].value = ends(figure.controls[name])[-1]
        figure.plane.values = moved(figure)
        other = kind()
        other.restore(figure.state_code)
        assert (other.state_code, other.fact) == (figure.state_code, figure.fact), choice
        other.reset()
        assert (other.state_code, other.fact) == (fresh.state_code, fresh.fact), choice


# `HessianLens` takes any surface, too, and asks `SURFACES` for a name
NAMED = [kind for kind in EXPLORERS if opening(kind) and kind is not explorers.HessianLens]


@pytest.mark.parametrize("kind", NAMED, ids=lambda c: c.__name__)
def test_what_it_cannot_be_opened_with_is_refused_with_what_it_can(kind):
    wanted = opening(kind)
    for bad, error in (("nonsense", ValueError), (None, TypeError), (["view"], TypeError)):
        with pytest.raises(error, match=f"expected a {wanted} out of .*; got ") as refusal:
            kind(bad)
        known = {value for _, value in kind().controls[wanted].options} - {"own"}
        assert all(str(name) in str(refusal.value) for name in known)
