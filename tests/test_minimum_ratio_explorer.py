"""The figure of minimum ratios tells counts apart from ratios, for every network."""

from __future__ import annotations

import re

import numpy as np
import pytest

from lecture_lib.experiments.minimum_ratio import MinimumRatioDots, minimum_ratio_dots
from lecture_lib.experiments.stored import PROBLEMS, stored_dots, stored_problem
from lecture_lib.explorers.minimum_ratio import MinimumRatio
from lecture_lib.network import MLP
from lecture_lib.words import speak


@pytest.fixture(autouse=True)
def _the_language_is_given_back():
    yield
    speak("en")


@pytest.fixture(scope="module")
def found() -> MinimumRatioDots:
    return minimum_ratio_dots(stored_problem("sine"), np.random.SeedSequence(5), starts=15)


def at(figure: MinimumRatio, ratio: float, loss: float) -> MinimumRatio:
    figure.plane.values = {"ratio": ratio, "loss": loss}
    return figure


def numbers(figure):
    return "\n".join(s.fill(figure.frame()) for s in figure.staged.numbers)


def test_it_is_built_without_an_experiment(monkeypatch):
    stored_dots.cache_clear()
    monkeypatch.delattr(MLP, "gradient")
    assert MinimumRatio().still().startswith(b"\x89PNG")


def test_a_minimum_and_a_saddle_of_the_sine_network_are_told_by_their_counts():
    figure = at(MinimumRatio(), 1.0, 0.0)
    assert "the minimum ratio 25/25 = 1.00" in figure.fact
    assert "no road goes down" in figure.fact
    dots = stored_dots("sine")
    at(figure, float(dots.ratios.min()), float(dots.losses.max()))
    assert f"0 zero, {dots.negative.max()} negative" in figure.fact
    assert "None is zero" in figure.fact
    assert "was our choice" in figure.fact
    assert "rank correlation −0.9" in figure.fact


def test_the_autoencoders_minimum_has_a_ratio_below_one_and_no_road_down():
    figure = MinimumRatio()
    figure.view.value = "autoencoder"
    at(figure, 0.73, 1.1)
    assert "the loss 1.100 and the minimum ratio 33/45 = 0.73" in figure.fact
    assert "no eigenvalue is negative: the other 12 are zero" in figure.fact
    at(figure, 30 / 45, 1.7)
    assert "it leaves 15 of 45, but the loss curves down along 3 only" in figure.fact
    assert "n₀ = 12" in numbers(figure)


def test_what_was_found_just_now_is_shown_first_and_the_others_stay(found):
    figure = MinimumRatio(found)
    assert figure.view.value == "own"
    np.testing.assert_array_equal(figure.frame()["dot_y"], found.losses)
    assert f"{len(found.losses)} of 15 searches arrived" in figure.fact
    figure.view.value = "digits"
    np.testing.assert_array_equal(figure.frame()["dot_y"], stored_dots("digits").losses)


def test_the_lectures_dots_stand_only_where_the_losses_are_of_one_size(found):
    figure = MinimumRatio(found)
    shown = []
    for view in ("own", *PROBLEMS):
        figure.view.value = view
        shown.append("lecture_x" in figure.frame())
        roles = {role for role, *_ in figure.staged.legend}
        assert ("recorded" in roles) == shown[-1]
    assert shown == [True, True, False, False]


@pytest.mark.parametrize("view", PROBLEMS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_dot_has_a_sentence_without_gaps_and_lies_in_the_picture(view, language):
    speak(language)
    figure = MinimumRatio()
    figure.view.value = view
    panel = figure.staged.scene.panels[0]
    dots = stored_dots(view)
    for ratio, loss in zip(dots.ratios[::5], dots.losses[::5], strict=True):
        at(figure, float(ratio), float(loss))
        assert not re.search(r"[{}?]", figure.fact + numbers(figure))
        assert any("\u4e00" <= c <= "\u9fff" for c in figure.fact) == (language == "zh")
    frame = figure.frame()
    for x, y in (("dot_x", "dot_y"), ("exact_x", "exact_y"))[: 1 + (view == "autoencoder")]:
        assert panel.x[0] < frame[x].min() <= frame[x].max() < panel.x[1]
        assert panel.y[0] < frame[y].min() <= frame[y].max() < panel.y[1]
    assert figure.still().startswith(b"\x89PNG")


def test_the_state_code_brings_the_same_figure_back():
    figure = MinimumRatio()
    figure.view.value = "digits"
    at(figure, 0.71, 1.9)
    other = MinimumRatio()
    other.restore(figure.state_code)
    assert (other.state_code, other.fact) == (figure.state_code, figure.fact)
    other.reset()
    assert other.fact == MinimumRatio().fact


def test_only_dots_are_taken_and_at_least_one(found):
    with pytest.raises(TypeError, match="come from minimum_ratio_dots; got list"):
        MinimumRatio([1])
    none = MinimumRatioDots(
        found.thetas[:0], found.losses[:0], found.gradient_norms[:0], found.eigenvalues[:0],
        found.positive[:0], found.zero[:0], found.negative[:0], 15,
    )  # fmt: skip
    with pytest.raises(ValueError, match="one critical point or more"):
        MinimumRatio(none)
