"""The figure of accuracies reads three rules of comparison honestly, stored or just run."""

from __future__ import annotations

import re

import numpy as np
import pytest

from lecture_lib.experiments.batch_sweep import MODES, BatchSweep, batch_sweep
from lecture_lib.experiments.stored import stored_sweep
from lecture_lib.explorers.batch_accuracy import BatchAccuracy
from lecture_lib.lecture_data import batch_accuracies
from lecture_lib.network import MLP
from lecture_lib.words import speak


@pytest.fixture(autouse=True)
def _the_language_is_given_back():
    yield
    speak("en")


@pytest.fixture(scope="module")
def short() -> BatchSweep:
    knobs = {"batch_sizes": (1437, 256), "seeds": 1, "updates": 3}
    return batch_sweep(np.random.SeedSequence(1), mode="updates", **knobs)


def numbers(figure):
    return "\n".join(s.fill(figure.frame()) for s in figure.staged.numbers)


def test_it_is_built_without_an_experiment(monkeypatch):
    stored_sweep.cache_clear()
    monkeypatch.delattr(MLP, "gradient")
    assert BatchAccuracy().still().startswith(b"\x89PNG")


def test_at_equal_epochs_both_accuracies_fall_and_it_is_not_called_overfitting():
    fact = BatchAccuracy().fact
    assert "training accuracy falls by 45 points and the validation accuracy by 42" in fact
    assert "this is not overfitting" in fact
    assert "20 updates against 7200" in fact


def test_at_equal_updates_large_batches_are_level_and_tuned_ones_keep_a_gap():
    figure = BatchAccuracy()
    figure.mode.value = "updates"
    assert "differ by at most 0.2 points" in figure.fact
    figure.mode.value = "tuned"
    assert "a gap of 8 points remains on the training data" in figure.fact
    assert "only 20 updates" in figure.fact
    assert numbers(figure).splitlines()[2].split() == ["η", "0.3", *["1"] * 5]


def test_what_is_said_of_the_lecture_is_in_its_numbers():
    mnist, cifar = batch_accuracies()["mnist"], batch_accuracies()["cifar10"]
    assert mnist.training[0] < mnist.training[mnist.batch_sizes.index(100)]
    place = cifar.batch_sizes.index(1000)
    assert cifar.validation[place + 1] > cifar.validation[place]
    assert cifar.batch_sizes[place + 1] == 10_000
    frame = BatchAccuracy().frame()
    np.testing.assert_allclose(frame["cifar10_held"], 100 * np.array(cifar.validation))
    np.testing.assert_allclose(10 ** frame["mnist_x"], mnist.batch_sizes)


@pytest.mark.parametrize(("spoken", "lecture"), [("en", "lecture"), ("zh", "课上")])
def test_every_line_of_both_charts_is_in_the_legend(spoken, lecture):
    speak(spoken)
    figure = BatchAccuracy()
    words = {role: text for role, _, text in figure.staged.legend}
    drawn = {(layer.panel, layer.role) for layer in figure.staged.scene.layers}
    assert drawn >= {("lecture", "recorded"), ("lecture", "test_loss"), ("sweep", "test_loss")}
    assert lecture in words["recorded"]
    assert lecture in words["test_loss"]  # the dashed lines are drawn for both


def test_a_sweep_just_run_is_shown_first_and_claims_nothing_it_does_not_show(short):
    figure = BatchAccuracy({"updates": short})
    assert figure.mode.value == "updates"
    assert figure.frame()["size"].tolist() == [256, 1437]
    assert "networks: 1" in figure.fact
    assert numbers(figure).splitlines()[1].split() == ["k", "3", "3"]
    panel = figure.staged.scene.panels[0]
    assert panel.y[0] < 100 * short.training_accuracy.min()
    figure.mode.value = "epochs"
    assert "networks: 5" in figure.fact


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_rule_and_batch_size_has_a_sentence_without_gaps(mode, language, short):
    speak(language)
    for figure in (BatchAccuracy(), BatchAccuracy({"updates": short})):
        figure.mode.value = mode
        for log_size in (-0.2, 1.0, 3.4):
            figure.plane.values = {**figure.plane.values, "log_size": log_size}
            assert not re.search(r"[{}?]", figure.fact + numbers(figure))
            assert any("\u4e00" <= c <= "\u9fff" for c in figure.fact) == (language == "zh")
        assert figure.still().startswith(b"\x89PNG")


def test_what_is_drawn_lies_in_the_picture():
    figure = BatchAccuracy()
    for mode in MODES:
        figure.mode.value = mode
        frame = figure.frame()
        for panel, names in zip(
            figure.staged.scene.panels,
            (
                {"train": "dot_x", "held": "dot_x"},
                {"mnist_held": "mnist_x", "cifar10_train": "mnist_x"},
            ),
            strict=True,
        ):
            for y, x in names.items():
                assert panel.x[0] < frame[x].min() <= frame[x].max() < panel.x[1]
                assert panel.y[0] < frame[y].min() <= frame[y].max() < panel.y[1]


def test_the_state_code_brings_the_same_figure_back():
    figure = BatchAccuracy()
    figure.mode.value = "tuned"
    figure.plane.values = {**figure.plane.values, "log_size": 1.3}
    other = BatchAccuracy()
    other.restore(figure.state_code)
    assert (other.state_code, other.fact) == (figure.state_code, figure.fact)
    other.reset()
    assert other.fact == BatchAccuracy().fact


def test_only_sweeps_are_taken_each_under_its_own_mode(short):
    with pytest.raises(TypeError, match="come from batch_sweep; got int"):
        BatchAccuracy({"epochs": 1})
    with pytest.raises(ValueError, match="mode 'updates' under that name; got 'epochs'"):
        BatchAccuracy({"epochs": short})


@pytest.mark.parametrize("sweeps", [5, "epochs", [1], 0])
def test_what_is_no_mapping_of_sweeps_is_refused(sweeps):
    with pytest.raises(TypeError, match=r"sweeps such as .* got "):
        BatchAccuracy(sweeps)
