"""The figure of batch noise tells of this run, and promises nothing."""

from __future__ import annotations

import numpy as np
import pytest

from lecture_lib.explorers.noise_escape import VIEWS, NoiseEscape
from lecture_lib.recipes.noise_escape import many_losses
from lecture_lib.recipes.noise_ridges import SIZES
from lecture_lib.words import speak


@pytest.fixture(autouse=True)
def _the_language_is_given_back():
    yield
    speak("en")


def numbers(figure):
    return "\n".join(s.fill(figure.frame()) for s in figure.staged.numbers)


def test_the_drawn_runs_are_those_of_the_recipe_with_the_same_shuffle():
    figure = NoiseEscape()
    figure.batch_size.value, figure.shuffle.value = 4, 3
    expected = many_losses(4, np.random.default_rng(2))({"w": 1.0, "learning_rate": 0.2})
    for name in ("mini_w", "full_w", "curve_7", "tangent_y"):
        np.testing.assert_array_equal(figure.frame()[name], expected[name])


def test_the_first_shuffle_shows_an_escape_and_larger_batches_stay():
    figure = NoiseEscape()
    assert "end at w = 3, where the loss is 0" in figure.fact
    assert "the full batch ends at 1.04" in figure.fact
    assert "no noise is left, and they stay" in figure.fact
    figure.batch_size.value = 8
    assert "neither gets away within 200 updates" in figure.fact
    figure.batch_size.value = 64
    assert "no scatter, no noise" in figure.fact


def test_a_run_that_ends_elsewhere_is_told_as_no_guarantee():
    figure = NoiseEscape()
    figure.batch_size.value, figure.shuffle.value = 1, 4
    assert figure.frame()["case"] == 2
    assert "no guarantee" in figure.fact


@pytest.mark.parametrize(("w", "case"), [(2.6, 3), (5.0, 1)])
def test_where_the_start_leads_down_no_noise_is_needed(w, case):
    figure = NoiseEscape()
    figure.learning_rate.value = 0.05
    figure.plane.values = {**figure.plane.values, "w": w}
    assert figure.frame()["case"] == case


def test_at_the_saddle_every_batch_size_but_the_full_one_leaves():
    figure = NoiseEscape("saddle")
    counts = numbers(figure).splitlines()[1].split("=")[1].split()
    assert counts == ["68", "86", "110", "137", "166", "183", "∞"]
    assert "after 86 updates; the full batch never leaves" in figure.fact
    figure.batch_size.value = 64
    assert "w₂ stays exactly 0" in figure.fact


def test_a_run_that_leaves_with_the_last_update_is_told_to_have_left():
    figure = NoiseEscape("saddle")
    figure.shuffle.value, figure.slow_rate.value, figure.batch_size.value = 6, 0.04, 8
    assert "batches of 8 have left (|w₂| > 0.5) after 200 updates" in figure.fact


def test_on_the_line_no_batch_size_leaves_the_two_weights():
    figure = NoiseEscape("two")
    assert numbers(figure).splitlines()[1].count("∞") == len(SIZES)
    assert "no batch size leaves it" in figure.fact
    figure.plane.values = {**figure.plane.values, "w1": 1.001}
    assert "∞" not in numbers(figure)
    assert "It was the displacement that did it" in figure.fact


def test_other_batches_leave_the_handle_where_it_was_dragged():
    figure = NoiseEscape()
    figure.plane.values = {**figure.plane.values, "w": 2.2}
    figure.batch_size.value = 16
    figure.shuffle.value = 5
    assert figure.plane.values["w"] == 2.2
    figure.reset()
    assert figure.plane.values["w"] == 1.0
    assert figure.fact == NoiseEscape().fact


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_control_at_every_end_gives_a_sentence_without_gaps(view, language):
    speak(language)
    figure = NoiseEscape(view)
    for size in (1, 8, 32, 64):
        figure.batch_size.value = size
        for control in (figure.learning_rate, figure.slow_rate, figure.shuffle):
            start = control.value
            for value in (control.min, control.max):
                control.value = value
                text = figure.fact + numbers(figure)
                assert "{" not in text
                assert "?" not in text, text
                assert any("\u4e00" <= c <= "\u9fff" for c in figure.fact) == (language == "zh")
            control.value = start


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_has_its_controls_its_still_and_a_recipe_for_the_browser(view):
    figure = NoiseEscape(view)
    shown = [n for n, c in figure.controls.items() if c.layout.display != "none"]
    assert shown == ["view", *VIEWS[view]]
    assert figure.still().startswith(b"\x89PNG")
    assert figure.plane.recipe
    named = figure.staged.scene.names()
    assert named <= figure.frame().keys()
