"""The dimension lift: a turned slice, random matrices, and what the lecture's dots can tell."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from node_machine import browser_frames

from lecture_lib.experiments.random_matrices import probability_positive_definite
from lecture_lib.explorers import DimensionLift
from lecture_lib.explorers.dimension_lift import VIEWS, _draws
from lecture_lib.hessian import minimum_ratio
from lecture_lib.lecture_data import minimum_ratio_plot
from lecture_lib.recipes import random_signs
from lecture_lib.surfaces import SURFACES
from lecture_lib.words import speak

SURFACE = SURFACES["two_weights"]


@pytest.fixture(autouse=True)
def _the_language_is_given_back():
    yield
    speak("en")


def move(lift, **values):
    lift.plane.values = {**lift.plane.values, **values}


def turn(lift, degrees):
    angle = math.radians(degrees)
    move(lift, v1=1.2 * math.cos(angle), v2=1.2 * math.sin(angle))


# ---- turn the slice --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("degrees", "bend", "words"),
    [(135, "2.00", "the point is a minimum"), (120, "1.73", "the point is a minimum"),
     (45, "−2.00", "the very same point is a maximum"), (90, "0.00", "shows neither"),
     (225, "−2.00", "the very same point is a maximum")],
)  # fmt: skip
def test_what_a_slice_shows_depends_on_how_it_is_turned(degrees, bend, words):
    lift = DimensionLift()
    turn(lift, degrees)
    assert f"φ = {degrees % 180}°" in lift.fact
    assert f"vᵀHv = {bend}" in lift.fact
    assert words in lift.fact


def test_it_opens_on_a_slice_that_looks_like_a_minimum():
    assert "this slice the point is a minimum" in DimensionLift().fact


# ---- random matrices -------------------------------------------------------------------------


def test_the_dots_are_the_exact_chances():
    frame = DimensionLift("chance").frame()
    wanted = [math.log10(probability_positive_definite(n)) for n in range(1, 11)]
    np.testing.assert_allclose(frame["exact"], wanted)
    np.testing.assert_allclose(10 ** frame["exact"][:3], [
        1 / 2, (2 - math.sqrt(2)) / 4, (math.pi - 2 * math.sqrt(2)) / (4 * math.pi)
    ])  # fmt: skip
    np.testing.assert_allclose(frame["coins"], [math.log10(2.0**-n) for n in range(1, 11)])


@pytest.mark.parametrize(
    ("n", "words"),
    [(1, "1 in 2;"), (2, "0.146, 1 in 6.83;"), (3, "0.0249, 1 in 40.1;"), (4, "0.00246, 1 in 407;"),
     (5, "1.40 × 10⁻⁴, 1 in 7 140;"), (6, "4.62 × 10⁻⁶, 1 in 216 000;"),
     (7, "8.80 × 10⁻⁸, 1 in 1.14 × 10⁷; too rare"), (10, "2.27 × 10⁻¹⁴, 1 in 4.41 × 10¹³; too rare")],
)  # fmt: skip
def test_the_fact_tells_the_chance_of_each_size_and_the_caveat(n, words):
    lift = DimensionLift("chance")
    lift.n.value = n
    fact = lift.fact.replace("\u00a0", " ").replace("\u202f", " ")
    assert f"n = {n}:" in fact
    assert words in fact
    assert "is no random matrix" in fact


def test_what_was_counted_lies_within_four_standard_errors_of_the_exact_chance():
    for share in _draws().shares:
        exact = probability_positive_definite(share.n)
        assert share.samples == random_signs.SAMPLES
        spread = math.sqrt(exact * (1 - exact) / share.samples)
        assert abs(share.share - exact) < 4 * spread, share


def test_only_sizes_with_hits_are_drawn_with_bars_around_their_share():
    draws, frame = _draws(), DimensionLift("chance").frame()
    hits = [s for s in draws.shares if s.hits]
    np.testing.assert_array_equal(frame["hit_size"], [s.n for s in hits])
    np.testing.assert_allclose(10 ** frame["hit"], [s.share for s in hits])
    for (n, low, high), share in zip(draws.bars, hits, strict=True):
        assert n == share.n
        assert 10**high - share.share == pytest.approx(share.standard_error)
        assert low < math.log10(share.share)


@pytest.mark.parametrize("n", [1, 2, 5, 10])
def test_the_dots_on_the_right_are_all_eigenvalues_of_the_chosen_size(n):
    lift = DimensionLift("chance")
    lift.n.value = n
    frame = lift.frame()
    mixed, positive = np.isfinite(frame["mixed"]), np.isfinite(frame["all_up"])
    assert not (mixed & positive).any()
    assert (mixed | positive).sum() == random_signs.SHOWN * n
    assert (frame["all_up"][positive] > 0).all()
    columns = frame["column"][positive]
    for column in set(columns):
        assert (columns == column).sum() == n
    whole = _draws().spectra[n - 1].min(axis=1) > 0
    assert len(set(columns)) == whole.sum()


# ---- the lecture's dots ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("theta", "case", "ratio"),
    [((1, 1), 0, 0.5), ((0.5, 2), 0, 0.5), ((-1, -1), 0, 0.5), ((0, 0), 1, 0.5), ((0.7, 0.1), 2, 0.5)],
)  # fmt: skip
def test_the_ratio_is_that_of_the_hessian_with_zeros_counted_apart(theta, case, ratio):
    frame = random_signs.ratio_at(SURFACE, ceiling=0.09)({"w1": theta[0], "w2": theta[1]})
    signs = minimum_ratio(np.linalg.eigvalsh(SURFACE.hessian(theta)))
    told = frame["positive"], frame["flat"], frame["negative"], frame["ratio"]
    assert told == (signs.positive, signs.zero, signs.negative, signs.ratio)
    assert (frame["case"], frame["ratio"]) == (case, ratio)
    assert np.isfinite(frame["dot"]) == (case != 2)


def test_a_minimum_has_the_ratio_of_the_saddle_and_the_fact_says_what_tells_them_apart():
    lift = DimensionLift("dots")
    assert "is a minimum" in lift.fact
    assert "its ratio is 0.50, and yet no way leads down" in lift.fact
    assert 'A zero counts as "not positive"' in lift.fact
    move(lift, w1=0.0, w2=0.0)
    assert "its ratio is 0.50 as well, and here a way leads down" in lift.fact
    move(lift, w1=0.7, w2=0.1)
    assert "not a critical point" in lift.fact


def test_the_four_dots_and_the_outline_are_the_lectures():
    plot, lift = minimum_ratio_plot(), DimensionLift("dots")
    layers = [a for a in lift.staged.scene.layers if a.panel == "dots"]
    dots = [(a.x, a.y) for a in layers if type(a).__name__ == "Dots" and a.role == "truth"]
    assert dots == [(ratio, 0.0873) for ratio in plot.plateau_ratios]
    assert dots == [(0.003, 0.0873), (0.013, 0.0873), (0.147, 0.0873), (0.233, 0.0873)]
    edges = {a.x for a in layers if type(a).__name__ == "Arrow"}
    assert edges == {*plot.band_ratios, *plot.dense_ratios}
    assert "at most 0.556" in lift.fact
    assert "0.003, 0.013, 0.147, 0.233" in lift.fact


# ---- all views -------------------------------------------------------------------------------


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_shows_its_own_controls(view):
    lift = DimensionLift(view)
    shown = {n for n, c in lift.controls.items() if c.layout.display != "none"}
    assert shown == {"view", *VIEWS[view]}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_size_and_many_places_give_a_sentence_without_gaps(view, language):
    speak(language)
    lift = DimensionLift(view)
    for n in (1, 10, 7, 4):
        lift.n.value = n
        turn(lift, 40 * n)
        move(lift, w1=0.3 * n - 1, w2=1.0)
        text = lift.fact + "".join(s.fill(lift.frame()) for s in lift.staged.numbers)
        assert "{" not in text
        assert "?" not in text
        assert any("\u4e00" <= c <= "\u9fff" for c in lift.fact) == (language == "zh")


def test_every_view_runs_in_the_browser_with_the_same_numbers():
    jobs = []
    for view in VIEWS:
        lift = DimensionLift(view)
        json.dumps(lift.plane.recipe, allow_nan=False)
        jobs.append((lift.staged.recipe, lift.plane.inputs()))
        move(lift, w1=0.0, w2=0.0)
        lift.n.value = 9
        jobs.append((lift.staged.recipe, lift.plane.inputs()))
    for (recipe, state), there in zip(jobs, browser_frames(jobs), strict=True):
        for name, values in recipe(state).items():
            np.testing.assert_allclose(there[name], np.ravel(values), rtol=1e-9, atol=1e-9)
