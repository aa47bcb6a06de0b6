"""The batch race compares at equal updates, epochs, examples or seconds, and says which."""

from __future__ import annotations

import numpy as np
import pytest
from node_machine import browser_frames

from lecture_lib.experiments.update_time import MeasuredUpdateTimes
from lecture_lib.explorers import batch_race
from lecture_lib.explorers.batch_race import BatchRace
from lecture_lib.recipes.batch_race import REACH
from lecture_lib.words import speak


@pytest.fixture
def race():
    return BatchRace()


@pytest.fixture(autouse=True)
def _the_language_is_given_back():
    yield
    speak("en")


def numbers(race):
    return "\n".join(s.fill(race.frame()) for s in race.staged.numbers)


def place(race, b, w):
    race.plane.values = {"b": b, "w": w}


def test_it_opens_on_the_epoch_of_the_slide(race):
    assert "From θ = (0.50, 1.50), after 1.00 epochs" in race.fact
    assert "L = 1.438 with the full batch (updates: 1)" in race.fact
    assert "(updates: 20)" in race.fact
    assert "θ¹ = ( 0.44250,  1.14375 )" in numbers(race)
    assert "t(20) = 9.00 ms   t(1) = 6.15 ms" in numbers(race)
    assert "2/λ₂ = 0.0316" in numbers(race)


def test_the_paths_on_the_map_are_cut_at_the_budget(race):
    frame = race.frame()
    paths = [a for a in race.staged.scene.layers if a.panel == "map"]
    assert [float(frame[p.upto]) for p in paths] == [1, 20]
    full = paths[0]
    np.testing.assert_allclose(frame[full.x][:2], [0.5, 0.4425])
    np.testing.assert_allclose(frame[full.y][:2], [1.5, 1.14375])


@pytest.mark.parametrize("unit", REACH)
def test_each_unit_shows_its_own_budget_and_axis_and_keeps_the_start(race, unit):
    place(race, 0.3, 0.8)
    race.unit.value = unit
    shown = {n for n, c in race.controls.items() if c.layout.display != "none"}
    assert shown == {"unit", "batch_size", "learning_rate", unit}
    assert race.staged.scene.panels[1].x == (0.0, REACH[unit])
    assert race.plane.values == {"b": 0.3, "w": 0.8}
    assert "From θ = (0.30, 0.80)" in race.fact
    race.reset()
    assert race.plane.values == {"b": 0.5, "w": 1.5}


def test_the_seconds_are_said_to_be_a_model(race):
    race.unit.value = "seconds"
    assert "The seconds are a model" in race.fact
    assert "nothing was timed here" in race.fact
    assert "(updates: 13)" in race.fact
    assert "(updates: 20)" in race.fact


def test_milliseconds_are_timed_on_this_machine_once_and_only_when_asked_for(monkeypatch):
    calls = []
    times = MeasuredUpdateTimes(tuple(range(1, 21)), (1e-5,) * 19 + (1.1e-5,), examples=20)
    monkeypatch.setattr(batch_race, "measure_line_updates", lambda: calls.append(1) or times)
    batch_race._times.cache_clear()
    try:
        race, other = BatchRace(), BatchRace()
        assert calls == []
        for one in (race, other):
            one.unit.value = "measured"
        assert calls == [1]
        assert "after 0.300 ms: L =" in race.fact
        assert "11.0 µs with all 20 examples and 10.0 µs with B = 1" in race.fact
        assert "(updates: 27)" in race.fact
        assert "(updates: 30)" in race.fact
        assert "t(20) = 11.0 µs   t(1) = 10.0 µs" in numbers(race)
    finally:
        batch_race._times.cache_clear()


def test_every_fact_says_that_a_bowl_shows_noise_and_no_escape(race):
    for rate in (0.001, 0.01, 0.04):
        race.learning_rate.value = rate
        assert "it can show noise, but no escape" in race.fact


def test_divergence_is_explained_with_the_limit(race):
    race.learning_rate.value, race.batch_size.value = 0.04, 5
    assert "0.040 is too large" in race.fact
    assert "2/λ₂ = 0.0316" in race.fact
    assert race.still().startswith(b"\x89PNG")
    race.batch_size.value, race.learning_rate.value = 1, 0.03
    assert "The full batch still bears it" in race.fact


def test_all_examples_in_a_batch_are_the_full_batch(race):
    race.batch_size.value = 20
    frame = race.frame()
    np.testing.assert_array_equal(frame["mini_w"], frame["full_w"])
    assert "exactly the same steps" in race.fact


def test_at_the_optimum_nothing_moves(race):
    place(race, 0.0, 1.0)
    assert "nothing moves" in race.fact
    assert race.staged.scene.panels[0].landmarks == ((0.0, 1.0, "minimum"),)


@pytest.mark.parametrize("unit", REACH)
def test_a_code_brings_back_the_exact_state(race, unit):
    race.unit.value, race.batch_size.value, race.learning_rate.value = unit, 7, 0.013
    race.controls[unit].value = race.controls[unit].max / 2
    place(race, 0.1 + 0.2, 0.9)
    other = BatchRace()
    other.restore(race.state_code)
    assert (other.state_code, other.fact) == (race.state_code, race.fact)


def test_a_code_with_a_start_beyond_the_map_is_refused(race):
    with pytest.raises(ValueError, match=r"expected w between 0\.75 and 1\.55"):
        race.restore("BatchRace?w=2.0")


@pytest.mark.parametrize("unit", REACH)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_control_at_every_end_gives_a_sentence_without_gaps(unit, language):
    speak(language)
    race = BatchRace()
    race.unit.value = unit
    for name in ("batch_size", "learning_rate", unit):
        control = race.controls[name]
        start = control.value
        for value in (control.min, control.max, start):
            control.value = value
            for corner in ((-0.1, 0.75), (0.7, 1.55), (0.0, 1.0), (0.5, 1.5)):
                place(race, *corner)
                text = race.fact + numbers(race)
                assert "{" not in text
                assert "?" not in text, text
                assert any("\u4e00" <= c <= "\u9fff" for c in race.fact) == (language == "zh")


def test_every_unit_runs_in_the_browser_with_the_same_numbers(race):
    jobs = []
    for unit in REACH:
        race.unit.value = unit
        assert race.plane.recipe
        jobs.append((race.staged.recipe, race.plane.inputs(), race.plane.wanted))
    there = browser_frames([(recipe, state) for recipe, state, _ in jobs])
    for (recipe, state, wanted), frame in zip(jobs, there, strict=True):
        here = recipe(state)
        for name in wanted:
            np.testing.assert_allclose(frame[name], np.ravel(here[name]), rtol=1e-9, atol=1e-12)


def test_the_legend_names_both_descents(race):
    assert race.children[1].value.count("<svg") == 3
    assert "full batch, all 20 examples" in race.children[1].value
    assert race.still().startswith(b"\x89PNG")
