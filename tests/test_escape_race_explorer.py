"""The race of both days says what of the lecture's closing line held, and what did not."""

from __future__ import annotations

import numpy as np
import pytest

from lecture_lib.explorers.escape_race import LOSSES, OWN, STARTS, EscapeRace
from lecture_lib.momentum import descend
from lecture_lib.recipes.race_tracks import track
from lecture_lib.words import all_words, speak


@pytest.fixture(autouse=True)
def _the_language_is_given_back():
    yield
    speak("en")


def numbers(figure):
    return "\n".join(s.fill(figure.frame()) for s in figure.staged.numbers)


@pytest.fixture
def contest():
    return EscapeRace()


def test_on_the_ridge_momentum_is_said_not_to_help_and_a_smaller_batch_to_help(contest):
    assert "plain descent ∞, momentum ∞, mini-batches (B = 1) 45, kick along u 80" in contest.fact
    assert "“Momentum helps to escape”: not here" in contest.fact
    assert "“A smaller batch helps to escape”: yes" in contest.fact
    contest.batch_size.value = 64
    assert "the examples cancel exactly" in contest.fact
    contest.batch_size.value = 32
    assert "not away within these steps" in contest.fact


def test_the_epochs_that_a_mini_batch_took_stand_below_the_picture(contest):
    assert "■ B =  1:   k B/64 =  0.70" in numbers(contest)  # 45 updates of one example each
    contest.batch_size.value = 8
    assert "■ B =  8:   k B/64 = 12.50" in numbers(contest)
    assert max(map(len, numbers(contest).splitlines())) <= 96  # what fits below two panels


def test_on_the_line_of_two_weights_neither_half_of_the_closing_line_holds():
    contest = EscapeRace("two_weights")
    assert contest.fact.count("not here") == 2
    assert "All examples point along the ridge" in contest.fact
    assert "◆ k =  69" in numbers(contest)


def test_beside_the_line_momentum_is_said_to_help_with_the_known_steps():
    contest = EscapeRace("two_weights")
    contest.start.value = "near"
    assert "plain descent 95, momentum 56" in contest.fact
    assert "by 1.316 a step instead of 1.100" in contest.fact
    assert "“Momentum helps to escape”: yes" in contest.fact
    contest.momentum.value = 0.0
    assert "left no sooner than plain descent" in contest.fact
    contest.steps.value = 50
    assert "too few to tell" in contest.fact


def test_the_paths_on_the_map_are_the_descents_from_theta(contest):
    contest.plane.values = {"w1": -1.2, "w2": 0.4}
    contest.learning_rate.value, contest.momentum.value = 0.08, 0.7
    frame = contest.frame()
    for method, momentum in (("descent", 0.0), ("momentum", 0.7)):
        drawn = next(
            a for a in contest.staged.scene.layers if a.role == method and a.panel == "map"
        )
        wanted = descend(track("ridge").surface.gradient, (-1.2, 0.4), learning_rate=0.08,
                         momentum=momentum, steps=121).thetas  # fmt: skip
        np.testing.assert_allclose(frame[drawn.x], wanted[:, 0], atol=1e-9)
        np.testing.assert_allclose(frame[drawn.y], wanted[:, 1], atol=1e-9)


@pytest.mark.parametrize("loss", LOSSES)
def test_choosing_a_start_moves_theta_and_dragging_names_no_start(loss):
    contest = EscapeRace(loss)
    for name in STARTS:
        contest.start.value = name
        here = contest.plane.values["w1"], contest.plane.values["w2"]
        assert here == track(loss).starts[name]
    contest.plane.values = {**contest.plane.values, "w1": 0.33}
    assert contest.start.value == OWN
    contest.plane.values = {"w1": 0.0, "w2": 0.0}
    assert contest.start.value == "saddle"


def test_another_loss_begins_on_its_own_ridge_and_reset_returns_to_the_first(contest):
    first = contest.state_code
    contest.plane.values = {"w1": 0.4, "w2": 1.5}
    contest.loss.value = "two_weights"
    assert contest.start.value == "line"
    assert contest.plane.values == {"w1": 0.5, "w2": -0.5}
    contest.start.value = "free"
    contest.reset()
    assert contest.state_code == first


def test_the_legend_names_six_methods(contest):
    key = contest.children[1].value
    assert key.count("<svg") == 6
    for name in ("plain descent", "momentum", "mini-batches", "along u", "at random", "swarm"):
        assert name in key


def test_before_the_first_step_nothing_is_said_to_be_off_the_ridge(contest):
    contest.steps.value = 0
    assert "too few to tell" in contest.fact.split("“A smaller batch")[1]
    contest.steps.value, contest.batch_size.value = 1, 32
    assert "it is off the ridge, but not away" in contest.fact
    contest.batch_size.value = 64
    contest.steps.value = 0
    assert "the examples cancel exactly" in contest.fact


def test_a_batch_that_ran_away_is_not_told_to_need_more_steps():
    contest = EscapeRace("two_weights")
    contest.plane.values = {"w1": 2.0, "w2": -1.9}
    contest.learning_rate.value, contest.batch_size.value = 0.2, 4
    assert not np.isfinite(contest.frame()["mini_batch_last"])
    assert "ran away" in contest.fact.split("“A smaller batch")[1]


def test_menu_and_axes_have_the_same_letters_and_chinese_has_one_word_for_a_ridge(contest):
    (ridge, _), (weights, _) = contest.loss.options
    assert ridge.endswith("w₁²/2 − w₂²/2 + w₂⁴/4")
    assert weights.endswith("(1 − w₁ w₂)²")
    chinese = {key: entry["zh"] for key, entry in all_words().items() if key.startswith("contest.")}
    assert [key for key, text in chinese.items() if "脊线" in text or "梯度不一致" in text] == []
