"""Whatever state sliders and handles reach, the figures of Day 12 write it down.

Hundreds of states by chance, with runaways among them: no number is unknown, no line of numbers
is wider than its box, and nothing is called by a name that the pictures do not use.
"""

from __future__ import annotations

import re

import numpy as np
import pytest
from random_states import shuffle_controls

from lecture_lib.explorers import (
    BallOnHills,
    BatchRace,
    Conventions,
    EpochCounter,
    EscapeRace,
    FlatAndSharp,
    MomentumMemory,
    MomentumStep,
    NoiseCloud,
    NoiseEscape,
    StabilityMap,
    SwarmBesideMomentum,
    UpdateTime,
)
from lecture_lib.words import all_words, speak

FIGURES = (
    *(EpochCounter, BatchRace, NoiseCloud, UpdateTime, NoiseEscape, FlatAndSharp, MomentumStep),
    *(MomentumMemory, BallOnHills, StabilityMap, Conventions, SwarmBesideMomentum, EscapeRace),
)
SCROLL = (BatchRace, SwarmBesideMomentum)  # what ran away may need a wider box, which scrolls
STATES = 200  # for each view
WIDEST = 98  # characters of the fixed-width font that a box of 772 px holds


@pytest.fixture(autouse=True)
def _the_language_is_given_back():
    yield
    speak("en")


MENUS = ("view", "surface", "loss")


def views(figure):
    """Show every view of the figure, or every surface; once, if it has no choice of them."""
    menu = next((figure.controls[name] for name in MENUS if name in figure.controls), None)
    for _, view in menu.options if menu else [("", None)]:
        if menu:
            menu.value = view
        yield


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", FIGURES, ids=lambda c: c.__name__)
def test_every_state_within_reach_is_written_down(kind, language):
    speak(language)
    figure, rng = kind(), np.random.default_rng(11)
    for _ in views(figure):
        for _ in range(STATES):
            shuffle_controls(figure, rng, keep=MENUS)
            frame = figure.frame()
            fact = figure.fact
            lines = [s.fill(frame) for s in figure.staged.numbers]
            text, where = "\n".join((fact, *lines)), figure.state_code
            assert "?" not in text, (where, text)
            assert "{" not in text, (where, text)
            assert "  " not in fact, (where, fact)
            assert any("\u4e00" <= c <= "\u9fff" for c in fact) == (language == "zh"), where
            assert not re.search(r"\d[−+]\d|\d∞|\dE|[−+] ?[−+]\d", text), (where, text)
            assert max(map(len, lines)) <= WIDEST or kind in SCROLL, (where, text)


@pytest.mark.parametrize("file", ["mstep", "hills", "memory", "forms", "flat"])
def test_the_words_call_the_weights_as_the_pictures_do(file):
    said = [text for key, entry in all_words().items() if key.split(".")[0] == file
            for text in entry.values()]  # fmt: skip
    assert said
    assert not [text for text in said if re.search(r"\bw[12]", text.replace("{w", "{"))]
