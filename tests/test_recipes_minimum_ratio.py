"""The handle chooses the nearest dot, and its eigenvalues stand beside it with the right sign."""

from __future__ import annotations

import json

import numpy as np
import pytest
from node_machine import browser_frames

from lecture_lib.experiments.minimum_ratio import MinimumRatioDots
from lecture_lib.experiments.stored import PROBLEMS, stored_dots, stored_prediction
from lecture_lib.lecture_data import minimum_ratio_plot
from lecture_lib.recipes.minimum_ratio import AWAY, RATIOS, loss_axis, ratios, spectrum_axis

HANDS = [(0.5, 0.45), (0.98, 0.02), (-0.04, 1.0), (0.8, 0.9), (1.06, 0.0)]


def recipe(dots):
    axis = loss_axis(dots)
    return ratios(dots, losses=axis), axis


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.parametrize(("across", "up"), HANDS)
def test_the_dot_chosen_is_the_nearest_on_the_paper(name, across, up):
    dots = stored_dots(name)
    figure, axis = recipe(dots)
    loss = up * axis[1]
    f = figure({"ratio": across, "loss": loss})
    away = np.hypot((dots.ratios - across) / (RATIOS[1] - RATIOS[0]),
                    (dots.losses - loss) / (axis[1] - axis[0]))  # fmt: skip
    k = int(away.argmin())
    assert f["chosen"] == k
    assert (f["here_x"], f["here_y"]) == (dots.ratios[k], dots.losses[k])
    assert f["to_x"] + across == pytest.approx(dots.ratios[k])
    counts = [float(f[f"here_{sign}"]) for sign in ("positive", "zero", "negative")]
    assert counts == [dots.positive[k], dots.zero[k], dots.negative[k]]
    np.testing.assert_array_equal(f["eigenvalue"], dots.eigenvalues[k])


@pytest.mark.parametrize("name", PROBLEMS)
def test_bars_count_the_signs_and_have_the_height_of_the_axis(name):
    dots = stored_dots(name)
    figure, axis = recipe(dots)
    low, high = spectrum_axis(dots)
    for across, up in HANDS:
        f = figure({"ratio": across, "loss": up * axis[1]})
        for bars, sign in (("up", "positive"), ("down", "negative"), ("zero", "zero")):
            assert (f[f"{bars}_x"] != AWAY).sum() == f[f"here_{sign}"]
        values = f["eigenvalue"]
        expected = np.sign(values) * np.log10(1 + np.abs(values) * 1000)
        np.testing.assert_allclose(f["bar"], expected, atol=1e-12)
        assert low < f["bar"].min() < f["bar"].max() < high
        assert f["tolerance"] == pytest.approx(1e-6 * np.abs(values).max())


def made(eigenvalues):
    eigenvalues = np.array([eigenvalues], dtype=float)
    signs = [np.array([c]) for c in ((eigenvalues > 0).sum(), (eigenvalues == 0).sum(),
                                     (eigenvalues < 0).sum())]  # fmt: skip
    return MinimumRatioDots(eigenvalues, np.array([0.3]), np.zeros(1), eigenvalues, *signs, 1)


@pytest.mark.parametrize(
    ("eigenvalues", "case"),
    [((1, 2, 3), 0), ((-1, 2, 3), 1), ((-1, 0, 3), 2), ((0, 0, 3), 3), ((-3, -2, -1), 1)],
)
def test_zeros_and_negatives_choose_the_sentence(eigenvalues, case):
    f = recipe(made(eigenvalues))[0]({"ratio": 0.5, "loss": 0.1})
    assert f["case"] == case
    assert f["not_positive"] == sum(value <= 0 for value in eigenvalues)
    assert f["rest"] == pytest.approx(f["not_positive"] / 3)


def test_the_axis_of_losses_ends_at_a_round_number_above_all_dots():
    assert loss_axis(stored_dots("sine"))[1] == pytest.approx(0.16)
    top = loss_axis(stored_dots("autoencoder"), stored_prediction()[1])[1]
    assert stored_prediction()[1].max() < top < 6


def test_the_lectures_dots_and_the_predicted_points_stand_where_they_are():
    plot, exact = minimum_ratio_plot(), stored_prediction()
    figure = ratios(stored_dots("sine"), lecture=plot, exact=exact, losses=(0, 1))
    f = figure({"ratio": 0.5, "loss": 0.1})
    np.testing.assert_array_equal(f["lecture_x"], plot.plateau_ratios)
    assert (f["lecture_y"] == 0.0873).all()
    assert (f["band_x"].min(), f["band_x"].max()) == plot.band_ratios
    assert (f["band_y"].min(), f["band_y"].max()) == plot.band_losses
    np.testing.assert_array_equal((f["exact_x"], f["exact_y"]), exact)


def test_the_browser_computes_the_same_frames():
    jobs = [(recipe(stored_dots(name))[0], {"ratio": across, "loss": up})
            for name in PROBLEMS for across, up in HANDS[:2]]  # fmt: skip
    assert all(figure.runs_in_browser for figure, _ in jobs)
    json.dumps([figure.json() for figure, _ in jobs], allow_nan=False)
    for (figure, state), there in zip(jobs, browser_frames(jobs), strict=True):
        here = figure(state)
        assert here.keys() == there.keys()
        for name, values in here.items():
            np.testing.assert_allclose(there[name], np.ravel(values), rtol=1e-12, atol=1e-12)
