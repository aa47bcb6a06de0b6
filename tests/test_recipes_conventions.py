"""Four forms of momentum: which visit the same points, and when they stop doing so."""

from __future__ import annotations

import json

import numpy as np
import pytest
from node_machine import browser_frames

from lecture_lib.momentum import descend
from lecture_lib.recipes import conventions, momentum_step
from lecture_lib.recipes.conventions import FORMS, MIDDLE, STEPS

SURFACE = momentum_step.narrow_bowl()
RECIPE = conventions.four_forms(SURFACE)
STATE = {
    "w1": -1.8,
    "w2": 1.5,
    "learning_rate": 0.03,
    "momentum": 0.8,
    "factor": 1.0,
    "scaled": 0.0,
}
STEEP = np.array([1.0, 20.0])  # the curvatures


def at(**changes):
    return RECIPE({**STATE, **changes})


def path(frame, form):
    return np.stack([frame[f"{form}_x"], frame[f"{form}_y"]], axis=-1)


def by_hand(form, *, rate=0.03, beta=0.8, factor=1.0, scaled=False):
    """Each form as its own documentation writes it, on the narrow bowl."""
    theta, memory, rows = np.array([-1.8, 1.5]), np.zeros(2), []
    for k in range(STEPS + 1):
        rows.append(theta)
        eta, g = rate * (factor if k >= MIDDLE else 1), STEEP * theta
        if form == "momentum":
            memory = beta * memory - eta * g
            theta = theta + memory
        elif form == "pytorch":
            memory = beta * memory + g
            theta = theta - eta * memory
        elif form == "average":
            memory = beta * memory + (1 - beta) * g
            theta = theta - (eta / (1 - beta) if scaled else eta) * memory
        else:
            memory = beta * memory + g
            theta = theta - eta * (g + beta * memory)
    return np.array(rows)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("beta", [0.0, 0.5, 0.8])
@pytest.mark.parametrize(("factor", "scaled"), [(1.0, 0.0), (0.5, 0.0), (1.4, 1.0)])
def test_each_form_is_what_its_documentation_says(form, beta, factor, scaled):
    frame = at(momentum=beta, factor=factor, scaled=scaled)
    wanted = by_hand(form, beta=beta, factor=factor, scaled=bool(scaled))
    np.testing.assert_allclose(path(frame, form), wanted, atol=1e-9)
    for k in (1, 2, 3):
        first = [float(frame[f"{form}_x{k}"]), float(frame[f"{form}_y{k}"])]
        np.testing.assert_allclose(first, wanted[k], atol=1e-9)


def test_the_lectures_form_is_that_of_descend():
    wanted = descend(SURFACE.gradient, (-1.8, 1.5), learning_rate=0.03, momentum=0.8, steps=STEPS)
    np.testing.assert_allclose(path(at(), "momentum"), wanted.thetas, atol=1e-12)


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_that_of_descend_when_the_rate_changes_too(form):
    rates = 0.03 * np.where(np.arange(STEPS) < MIDDLE, 1.0, 0.5)
    convention = "lee" if form == "momentum" else form
    wanted = descend(SURFACE.gradient, (-1.8, 1.5), learning_rate=rates, momentum=0.8, steps=STEPS,
                     convention=convention)  # fmt: skip
    np.testing.assert_allclose(path(at(factor=0.5), form), wanted.thetas, atol=1e-12)


@pytest.mark.parametrize("beta", [0.3, 0.8, 0.95])
def test_at_a_constant_rate_the_lecture_and_pytorch_visit_the_same_points(beta):
    frame = at(momentum=beta)
    assert frame["pytorch_gap"].max() < 1e-13
    assert frame["case"] == 0
    assert frame["average_gap"].max() > 0.1
    assert frame["nesterov_gap"].max() > 0.1


@pytest.mark.parametrize("factor", [0.1, 0.5, 2.0])
def test_when_the_rate_changes_they_part_at_that_very_step(factor):
    frame = at(factor=factor)
    assert frame["case"] == 1
    assert frame["pytorch_gap"][: MIDDLE + 1].max() < 1e-13
    assert frame["pytorch_gap"][MIDDLE + 1] > 1e-3
    # the difference right after it: the old movement, kept at the old rate or not
    lee = path(frame, "momentum")
    last = lee[MIDDLE] - lee[MIDDLE - 1]
    wanted = abs(factor - 1) * 0.8 * np.linalg.norm(last)
    assert float(frame["pytorch_after"]) == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("factor", [1.0, 0.5, 1.5])
def test_an_average_with_its_rate_made_larger_visits_pytorchs_points(factor):
    frame = at(scaled=1.0, factor=factor)
    np.testing.assert_allclose(path(frame, "average"), path(frame, "pytorch"), atol=1e-12)
    assert frame["other"] == (0 if factor == 1 else 1)
    assert (frame["average_gap"].max() < 1e-12) == (factor == 1)
    assert at(factor=factor)["other"] == 2


def test_an_average_without_it_takes_a_first_step_of_only_one_minus_beta():
    frame = at()
    start = np.array([-1.8, 1.5])
    np.testing.assert_allclose(path(frame, "average")[1] - start,
                               0.2 * (path(frame, "momentum")[1] - start))  # fmt: skip


def test_nesterovs_first_step_is_longer_by_beta():
    frame = at()
    start = np.array([-1.8, 1.5])
    np.testing.assert_allclose(path(frame, "nesterov")[1] - start,
                               1.8 * (path(frame, "momentum")[1] - start))  # fmt: skip


def test_without_momentum_all_four_are_plain_descent():
    frame = at(momentum=0.0, factor=0.5)
    assert (frame["case"], frame["other"]) == (2, 3)
    for form in FORMS[1:]:
        assert frame[f"{form}_gap"].max() < 1e-13


def test_equal_points_stand_on_the_floor_of_the_chart():
    frame = at()
    for form in FORMS[1:]:
        gap, drawn = frame[f"{form}_gap"], frame[f"{form}_log_gap"]
        assert drawn[0] == pytest.approx(-17)
        np.testing.assert_allclose(drawn, np.log10(np.maximum(gap, 1e-17)))


def test_a_form_that_runs_away_is_told_and_stays_a_number():
    frame = at(learning_rate=0.06, factor=3.0)
    assert frame["case"] == 3
    assert all(np.isfinite(values).all() for values in frame.values())


def test_the_browser_computes_the_same_frames():
    states = [STATE, {**STATE, "factor": 0.5, "scaled": 1.0}, {**STATE, "momentum": 0.0},
              {**STATE, "learning_rate": 0.06, "factor": 3.0}]  # fmt: skip
    json.dumps(RECIPE.json(), allow_nan=False)
    for state, there in zip(states, browser_frames([(RECIPE, s) for s in states]), strict=True):
        for name, values in RECIPE(state).items():
            if not name.endswith("log_gap"):  # the logarithm of a rounding error is all chance
                np.testing.assert_allclose(there[name], np.ravel(values), rtol=1e-9, atol=1e-9)
