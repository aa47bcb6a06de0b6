"""A long experiment behind a button: progress, a way out, and a button that always works again."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from lecture_lib.executors import checkpoint, run_in_order
from lecture_lib.experiments.long_runs import LongRun
from lecture_lib.experiments.minimum_ratio import MinimumRatioDots
from lecture_lib.experiments.stored import stored_dots
from lecture_lib.explorers import measurement
from lecture_lib.explorers.measurement import Measurement
from lecture_lib.words import LANGUAGES, language, speak

SOON = 60  # seconds until a test gives up waiting for a thread


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    spoken = language()
    speak("en")
    yield
    speak(spoken)


@dataclass
class Steps:
    """A part of three steps; each waits for its turn and then passes checkpoints."""

    turns: threading.Semaphore
    reached: threading.Semaphore
    result: Any
    trouble: Exception | None = None

    def __call__(self, seed: np.random.SeedSequence, *, progress: Callable) -> Any:
        run_in_order(self._step, [(k,) for k in range(3)], progress=progress)
        return self.result

    def _step(self, number: int) -> None:
        self.reached.release()
        while not self.turns.acquire(timeout=0.01):
            checkpoint()
        if number and self.trouble:
            raise self.trouble


@pytest.fixture
def steps() -> Steps:
    return Steps(threading.Semaphore(0), threading.Semaphore(0), stored_dots("sine"))


@pytest.fixture
def button(steps) -> Iterator[Measurement]:
    made = Measurement(LongRun("digits", (steps,), 10))
    yield made
    made.cancel()
    assert made.wait(SOON)


def go(button: Measurement, steps: Steps, count: int) -> None:
    """Let so many steps pass, and wait until the next one waits for its turn."""
    for _ in range(count):
        steps.turns.release()
        assert steps.reached.acquire(timeout=SOON)


def begin(button: Measurement, steps: Steps) -> None:
    button.start_button.click()
    assert steps.reached.acquire(timeout=SOON)


def at_rest(button: Measurement) -> bool:
    return (
        not button.running
        and not button.start_button.disabled
        and button.cancel_button.disabled
        and not button._bar.value
    )


def bar(button: Measurement) -> float:
    return float(re.search(r'value="([\d.]+)"', button._bar.value)[1])


def test_nothing_starts_until_the_button_is_pressed(button, steps):
    assert at_rest(button)
    assert "until you press" in button.status
    assert not steps.reached.acquire(timeout=0.05)


def test_a_run_shows_its_progress_then_its_fact_its_table_and_its_picture(
    button, steps, monkeypatch
):
    monkeypatch.setattr(measurement, "TICK", 0)  # the bar moves at every look
    monkeypatch.setattr(measurement, "monotonic", lambda: 0.0)  # and the clock does not move it
    begin(button, steps)
    assert button.running
    assert (button.start_button.disabled, button.cancel_button.disabled) == (True, False)
    go(button, steps, 1)
    assert bar(button) == pytest.approx(1 / 3, abs=1e-3)
    go(button, steps, 1)
    assert bar(button) == pytest.approx(2 / 3, abs=1e-3)
    assert "0 s so far, about 10 s in all" in button._bar.value
    steps.turns.release()
    assert button.wait(SOON)
    assert at_rest(button)
    assert button.results == (steps.result,)
    assert button.fact == steps.result.fact
    assert steps.result.fact.replace("<", "&lt;") in button._shown.value
    assert f"<td>{len(steps.result.losses)} / {steps.result.starts}</td>" in button._shown.value
    assert button._shown.value.count("data:image/png;base64,") == 2
    assert "random seed 1" in button.status


def test_between_two_steps_the_clock_moves_the_bar_but_never_to_the_end(button, steps, monkeypatch):
    monkeypatch.setattr(measurement, "TICK", 0)
    for now, wanted in ((0.0, 0.0), (4.0, 0.4), (900.0, 0.95)):
        monkeypatch.setattr(measurement, "monotonic", lambda now=now: now)
        button._look_up()
        assert bar(button) == pytest.approx(wanted)


@pytest.mark.parametrize("spoken", LANGUAGES)
@pytest.mark.parametrize(("now", "share", "in_all"), [
    (4.0, 0.1, 10), (9.4, 0.9, 10), (10.0, 0.0, None), (64.0, 0.0, None), (64.0, 0.5, 128),
    (64.0, 0.9, 71), (64.4, 1.0, 64),
])  # fmt: skip
def test_no_estimate_is_shorter_than_the_time_already_spent(
    button, monkeypatch, now, share, in_all, spoken
):
    speak(spoken)
    monkeypatch.setattr(measurement, "TICK", 0)
    monkeypatch.setattr(measurement, "monotonic", lambda: now)
    button._share = share
    button._look_up()
    unit = {"en": " s", "zh": " 秒"}[spoken]
    shown = [int(n) for n in re.findall(rf"(\d+){unit}", button._bar.value)]
    assert shown == [round(now)] + ([] if in_all is None else [in_all])


def test_pressing_twice_runs_once(button, steps):
    begin(button, steps)
    thread = button._thread
    button.start_button.click()
    button.start()
    assert button._thread is thread
    assert not steps.reached.acquire(timeout=0.05)


def test_cancel_ends_a_step_that_is_under_way_and_the_next_run_works(button, steps):
    begin(button, steps)
    go(button, steps, 1)
    button.cancel_button.click()  # the second step never gets its turn
    assert button.wait(SOON)
    assert at_rest(button)
    assert "Cancelled" in button.status
    assert (button.results, button.error, button._shown.value) == (None, None, "")
    begin(button, steps)
    go(button, steps, 2)
    steps.turns.release()
    assert button.wait(SOON)
    assert button.results == (steps.result,)


def test_an_error_is_told_in_words_and_the_next_run_works(button, steps):
    steps.trouble = ValueError("the ink <ran> out")
    begin(button, steps)
    go(button, steps, 1)
    steps.turns.release()
    assert button.wait(SOON)
    assert at_rest(button)
    assert "ValueError: the ink <ran> out. Nothing was kept." in button.status
    assert "&lt;ran&gt;" in button._status.value
    assert button.error is steps.trouble
    steps.trouble = None
    begin(button, steps)
    go(button, steps, 2)
    steps.turns.release()
    assert button.wait(SOON)
    assert button.error is None
    assert "Done" in button.status


def test_an_interrupt_in_the_main_thread_leaves_a_button_that_works(button, steps, monkeypatch):
    def interrupted(thread: threading.Thread) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", interrupted)
        with pytest.raises(KeyboardInterrupt):
            button.start()
    assert at_rest(button)
    assert button.wait(0)
    begin(button, steps)
    go(button, steps, 2)
    steps.turns.release()
    assert button.wait(SOON)
    assert button.results == (steps.result,)


def test_every_press_that_comes_to_an_end_draws_another_seed():
    seeds = []

    def part(seed: np.random.SeedSequence, *, progress: Callable) -> MinimumRatioDots:
        seeds.append(seed.entropy)
        if len(seeds) == 2:
            raise ZeroDivisionError
        return stored_dots("digits")

    button = Measurement(LongRun("digits", (part,), 1))
    for _ in range(3):
        button.start()
        assert button.wait(SOON)
    assert seeds == [1, 2, 2]
    assert button.seed == 3
