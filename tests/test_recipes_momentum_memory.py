"""A movement is a weighted sum of all past gradients: the figure's numbers, by closed forms."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from node_machine import browser_frames

from lecture_lib.momentum import descend
from lecture_lib.recipes import momentum_memory
from lecture_lib.recipes.momentum_memory import MOST

RECIPE = momentum_memory.weights()
KNOBS = [(b, eta) for b in (0.0, 0.3, 0.9, 0.95) for eta in (0.01, 0.1, 0.2)]


def at(i=12, momentum=0.9, learning_rate=0.1):
    return RECIPE({"i": float(i), "momentum": momentum, "learning_rate": learning_rate})


@pytest.mark.parametrize(("momentum", "rate"), KNOBS)
@pytest.mark.parametrize("i", [1, 2, 3, 12, 20])
def test_weight_times_gradient_adds_up_to_the_movement_of_a_real_descent(momentum, rate, i):
    descent = descend(lambda w: w, [1.0], learning_rate=rate, momentum=momentum, steps=MOST)
    frame = at(i, momentum, rate)
    g = descent.gradients[:, 0]
    weights = np.array([-rate * momentum ** (i - 1 - k) for k in range(i)])
    np.testing.assert_allclose(frame["gradient"], g, atol=1e-14)
    np.testing.assert_allclose(frame["weight"][:i], weights, rtol=1e-12)
    np.testing.assert_array_equal(frame["weight"][i:], 0)
    assert float(frame["sum_i"]) == pytest.approx(float(weights @ g[:i]), abs=1e-14)
    assert float(frame["movement"]) == pytest.approx(float(descent.movements[i, 0]), abs=1e-14)
    assert abs(float(frame["difference"])) < 1e-15


def test_the_first_two_movements_are_those_of_the_slide():
    # m¹ = −η g⁰, m² = −β η g⁰ − η g¹ (slides p. 34)
    one, two = at(1), at(2)
    g = one["gradient"]
    assert float(one["movement"]) == pytest.approx(-0.1 * g[0])
    assert float(two["movement"]) == pytest.approx(-0.9 * 0.1 * g[0] - 0.1 * g[1])


def test_the_gradients_change_their_sign_so_that_the_sum_is_no_matter_of_course():
    g = at(20)["gradient"]
    assert g.max() > 0.5
    assert g.min() < -0.3


@pytest.mark.parametrize(("momentum", "rate"), KNOBS)
def test_the_weights_add_up_to_the_geometric_series(momentum, rate):
    for i in (1, 5, 20):
        frame = at(i, momentum, rate)
        total = -rate * (1 - momentum**i) / (1 - momentum)
        assert float(frame["total"]) == pytest.approx(total, rel=1e-12)
        assert float(frame["weight"].sum()) == pytest.approx(total, rel=1e-12)
    assert float(frame["limit"]) == pytest.approx(1 / (1 - momentum))
    series = (1 - momentum ** np.arange(61)) / (1 - momentum)
    np.testing.assert_allclose(frame["times"], series, rtol=1e-12)


@pytest.mark.parametrize(
    ("momentum", "limit", "half"),
    [(0.5, 2, 1), (0.8, 5, 3.106), (0.9, 10, 6.579), (0.95, 20, 13.513)],
)
def test_limits_and_half_lives_are_the_known_ones(momentum, limit, half):
    frame = at(20, momentum)
    assert float(frame["limit"]) == pytest.approx(limit)
    assert round(float(frame["half"]), 3) == half
    assert momentum ** float(frame["half"]) == pytest.approx(0.5)


def test_after_twelve_steps_with_nine_tenths_the_total_is_seven_rates():
    frame = at(12)
    assert round(float(frame["times_i"]), 2) == 7.18
    assert round(float(frame["share"])) == 72
    assert round(float(at(20)["times_i"]), 2) == 8.78


def test_each_bar_of_the_sum_begins_where_the_last_one_ended():
    frame = at(20)
    tops = frame["base"] + frame["part"]
    np.testing.assert_allclose(frame["base"][1:], tops[:-1], atol=1e-15)
    assert tops[-1] == pytest.approx(float(frame["movement"]))
    frame = at(7)
    assert (frame["slot"][7:] < -1).all()
    np.testing.assert_array_equal(frame["slot"][:7], np.arange(7))


def test_the_memory_is_told_as_none_young_or_full():
    assert at(5, 0.0)["case"] == 0
    assert math.isclose(float(at(5, 0.0)["times_i"]), 1.0)
    assert at(20, 0.9)["case"] == 1  # 88 % of the limit
    assert at(20, 0.5)["case"] == 2


def test_the_browser_computes_the_same_frames():
    states = [
        {"i": float(i), "momentum": b, "learning_rate": eta} for i in (1, 20) for b, eta in KNOBS
    ]
    json.dumps(RECIPE.json(), allow_nan=False)
    for state, there in zip(states, browser_frames([(RECIPE, s) for s in states]), strict=True):
        for name, values in RECIPE(state).items():
            np.testing.assert_allclose(there[name], np.ravel(values), rtol=1e-9, atol=1e-12)
