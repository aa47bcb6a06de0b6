"""The figure of a network in training: it grows, can be stopped, and survives what learners do."""

from __future__ import annotations

import re
import threading

import numpy as np
import pytest
from node_machine import browser_frames

from lecture_lib.experiments.own_network import checkpoints, own_network
from lecture_lib.experiments.trained_network import Checkpoint, TrainedNetwork, Training
from lecture_lib.explorers import own_network as module
from lecture_lib.explorers.own_network import HIDDEN, OwnNetwork
from lecture_lib.recipes.own_network import LOGS, SPECTRUM, training_curves
from lecture_lib.words import speak


@pytest.fixture(autouse=True)
def _the_language_is_given_back():
    yield
    speak("en")


@pytest.fixture
def figure():
    made = OwnNetwork(pace=0)
    yield made
    made.stop()


@pytest.fixture
def gate(monkeypatch):
    """Hold every training at its fourth checkpoint until the gate is opened."""
    opened, arrived = threading.Event(), threading.Event()

    def slow(training, rng):
        for k, point in enumerate(checkpoints(training, rng)):
            if k == 3:
                arrived.set()
                assert opened.wait(30)
            yield point

    monkeypatch.setattr(module, "checkpoints", slow)
    monkeypatch.setattr(module, "_finished", {})
    yield opened, arrived
    opened.set()


def told(figure):
    """What is said at this moment, without waiting for the end."""
    frame = figure.frame()
    return " ".join(sentence.fill(frame) for sentence in figure.staged.fact)


def numbers(figure):
    return "\n".join(s.fill(figure.frame()) for s in figure.staged.numbers)


def test_it_is_trained_before_it_is_shown_and_says_the_same_every_time(figure):
    run = own_network(Training(), np.random.default_rng(4))
    assert figure.run.done
    assert f"training loss is {run.last.training_loss:.2f}" in figure.fact
    assert "74 are positive, 5 zero, 7 negative" in figure.fact
    assert "between 0.99 and 1.04 times" in figure.fact
    assert OwnNetwork().fact == figure.fact


@pytest.mark.parametrize(("batch_size", "epochs"), [(300, "1000"), (64, "213.3")])
def test_updates_are_epochs_by_a_readable_equation(figure, batch_size, epochs):
    figure.batch_size.value = batch_size
    figure.wait()
    assert " ".join(numbers(figure).split()).startswith(f"k = 1000 = {epochs} · N/B L =")


@pytest.mark.parametrize(
    ("spoken", "limit", "times"),
    [("en", "the limit 2(1+β)/η", "times the limit."), ("zh", "界限 2(1+β)/η", "在界限的")],
)
def test_what_lambda_max_is_compared_with_is_called_the_limit(spoken, limit, times):
    speak(spoken)
    fact = OwnNetwork(pace=0).fact
    assert limit in fact
    assert times in fact


def test_the_slider_shows_the_checkpoint_it_stands_at(figure):
    for k, update in ((0, 0), (16, 400), (40, 1000)):
        figure.update.value = update
        frame, point = figure.frame(), figure.run.checkpoints[k]
        assert frame["here_t"] == point.update == update
        assert frame["here_train"] == point.training_loss
        assert 10 ** frame["here_gradient_y"] == pytest.approx(point.gradient_norm)
        bars = np.sign(frame["bar"]) * (10 ** np.abs(frame["bar"]) - 1) * 1e-3
        np.testing.assert_allclose(bars, point.eigenvalues, rtol=0.01, atol=1e-5)
        counts = [(frame[f"{name}_x"] > 0).sum() for name in ("up", "zero", "down")]
        signs = point.signs
        assert counts == [signs.positive, signs.zero, signs.negative]


def test_it_grows_while_it_trains_and_can_be_stopped(figure, gate):
    opened, arrived = gate
    figure.learning_rate.value = 0.2
    assert arrived.wait(30)
    assert [point.update for point in figure.run.checkpoints] == [0, 25, 50]
    assert told(figure).startswith("Training: 50 of 1000 updates.")
    assert figure._button.description == "Stop"
    figure._button.click()
    assert told(figure).startswith("Stopped after 50 of 1000 updates.")
    assert figure._button.description == "Train again"
    opened.set()
    figure.train()
    assert "Stopped" not in figure.fact
    assert figure.run.last.update == 1000
    assert figure.run.training.learning_rate == 0.2


def test_a_control_moved_while_it_trains_begins_anew_and_nothing_of_the_old_run_is_left(
    figure, gate
):
    opened, arrived = gate
    figure.learning_rate.value = 0.2
    assert arrived.wait(30)
    old = figure._worker
    figure.momentum.value = 0.5
    opened.set()
    figure.wait()
    old.join(30)
    assert figure.run.done
    assert (figure.run.training.learning_rate, figure.run.training.momentum) == (0.2, 0.5)


def test_a_failure_is_shown_and_the_next_training_works(figure, monkeypatch):
    shown = figure.run

    def broken(training, rng):
        raise RuntimeError("<out of luck>")

    monkeypatch.setattr(module, "checkpoints", broken)
    figure.train()
    figure.wait()
    assert figure.message == "RuntimeError: <out of luck>"
    assert "&lt;out of luck&gt;" in figure._trouble.value
    assert figure.run is shown
    monkeypatch.setattr(module, "checkpoints", checkpoints)
    figure.train()
    figure.wait()
    assert figure.message == figure._trouble.value == ""


def test_weights_that_run_away_are_told_in_words(figure):
    figure.activation.value = "linear"
    figure.momentum.value = 0.95
    figure.learning_rate.value = 5.0
    assert figure.fact.startswith("The weights ran away soon after update")
    assert figure.still().startswith(b"\x89PNG")


def test_many_controls_at_once_begin_one_training(figure, monkeypatch):
    begun = []
    monkeypatch.setattr(OwnNetwork, "train", lambda self: begun.append(self._asked()))
    figure.restore("OwnNetwork?hidden=(4, 4)&activation=tanh&batch_size=16&begin=7")
    assert begun == [(Training((4, 4), "tanh", 16), 7)]
    figure.reset()
    assert len(begun) == 1  # that one was known


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_network_has_a_sentence_without_gaps_and_lies_in_the_picture(language, monkeypatch):
    speak(language)
    monkeypatch.setattr(module, "_finished", {})
    monkeypatch.setattr(module, "Training", lambda **knobs: Training(**knobs, updates=50))
    figure = OwnNetwork(pace=0)
    for control, values in (
        ("hidden", HIDDEN),
        ("activation", ("relu", "tanh", "sigmoid", "linear")),
        ("batch_size", (4,)),
    ):
        for value in values:
            figure.controls[control].value = value
            assert not re.search(r"[{}?]", figure.fact + numbers(figure))
            assert any("\u4e00" <= c <= "\u9fff" for c in figure.fact) == (language == "zh")
            frame = figure.frame()
            for name in ("train_y", "held_y", "gradient_y", "top_y"):
                assert LOGS[0] <= frame[name].min() <= frame[name].max() <= LOGS[1]
            assert SPECTRUM[0] <= frame["bar"].min() <= frame["bar"].max() <= SPECTRUM[1]


def run_of(top, *, limit=4.0):
    points = tuple(
        Checkpoint(25 * k, 1e-9, 1e9, 0.0, np.array([-1e9, 0.0, high]))
        for k, high in enumerate((1.0, top))
    )
    return TrainedNetwork(Training(learning_rate=2 / limit, updates=25), points)


@pytest.mark.parametrize(("top", "case"), [(3.3, 0), (3.5, 1), (4.7, 1), (4.9, 2), (1e9, 2)])
def test_what_is_said_of_the_largest_eigenvalue_depends_on_the_limit(top, case):
    frame = training_curves(run_of(top))({"update": 25.0})
    assert frame["case"] == case
    assert frame["share"] == pytest.approx(top / 4)


def test_the_browser_computes_the_same_frames_also_of_what_lies_beyond_the_axes():
    whole = own_network(Training(updates=50), np.random.default_rng(1))
    growing = TrainedNetwork(whole.training, whole.checkpoints[:1], done=False)
    jobs = [(training_curves(run), {"update": at})
            for run in (whole, growing, run_of(1e9)) for at in (0.0, 25.0, 1000.0)]  # fmt: skip
    for (recipe, state), there in zip(jobs, browser_frames(jobs), strict=True):
        here = recipe(state)
        assert here.keys() == there.keys()
        for name, values in here.items():
            assert np.isfinite(values).all(), name
            np.testing.assert_allclose(there[name], np.ravel(values), rtol=1e-12, atol=1e-12)


def test_a_pace_that_is_none_is_refused():
    with pytest.raises(ValueError, match="pace from 0 to 60 seconds; got -1"):
        OwnNetwork(pace=-1)
    with pytest.raises(ValueError, match="pace from 0 to 60 seconds; got 10"):
        OwnNetwork(pace=1e10)
    with pytest.raises(TypeError, match="pace to be a number"):
        OwnNetwork(pace="slow")
