"""The ball on the hills: the landscape, and where the ball ends, are what the lecture notes say."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from node_machine import browser_frames
from numpy.polynomial import Polynomial

from lecture_lib.momentum import descend
from lecture_lib.recipes import hills
from lecture_lib.recipes.hills import ALL, LEAP, STEPS

RECIPE = hills.ball()
STATE = {"start": 0.0, "momentum": 0.9, "learning_rate": 0.01, "k": 0.0}


def at(**changes):
    return RECIPE({**STATE, **changes})


def slope(w):
    return 0.35 * (w - 1.6) ** 2 * (w - 3) * (w - 3.5) * (w - 4.6)


def rolled(momentum, learning_rate, start=0.0, steps=ALL):
    """The recurrence of slides p. 33 in one dimension, on plain floats."""
    w, m, path = start, 0.0, [start]
    for _ in range(steps):
        m = momentum * m - learning_rate * slope(w)
        w += m
        path.append(w)
    return np.array(path)


# ---- the landscape ---------------------------------------------------------------------------


@pytest.mark.parametrize(("w", "loss"), [(1.6, 0.756), (3.0, 0.491), (3.5, 0.517), (4.6, 0.0)])
def test_the_places_have_the_known_losses_and_no_slope(w, loss):
    assert hills.loss(w) == pytest.approx(loss, abs=5e-4)
    assert hills.slope(w) == pytest.approx(0, abs=1e-12)


def test_the_loss_is_the_integral_of_the_slope():
    w = np.linspace(-0.5, 6, 41)
    q = 0.35 * Polynomial.fromroots([1.6, 1.6, 3, 3.5, 4.6]).integ()
    np.testing.assert_allclose(hills.loss(w), q(w) - q(4.6), rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(hills.slope(w), slope(w), rtol=1e-12, atol=1e-12)
    assert hills.loss(0.0) == pytest.approx(17.37, abs=5e-3)


def test_the_inflection_is_flat_but_downhill_on_both_sides():
    assert hills.slope(1.5) < 0 > hills.slope(1.7)
    assert hills.loss(1.5) > hills.loss(1.6) > hills.loss(1.7)


# ---- where the ball ends ---------------------------------------------------------------------

ENDS = [
    (0.01, 0.0, 1.59, 0), (0.01, 0.5, 1.60, 0), (0.01, 0.8, 3.0, 1), (0.01, 0.9, 4.6, 2),
    (0.01, 0.95, 4.6, 2), (0.02, 0.5, 3.0, 1), (0.02, 0.8, 4.6, 2), (0.02, 0.9, 3.0, 3),
    (0.02, 0.95, 3.0, 3),
]  # fmt: skip


@pytest.mark.parametrize(("rate", "momentum", "end", "ending"), ENDS)
def test_after_4000_steps_the_ball_is_where_the_lecture_notes_say(rate, momentum, end, ending):
    frame = at(learning_rate=rate, momentum=momentum)
    assert round(float(frame["momentum_end"]), 2) == end
    assert frame["ending"] == ending
    path = rolled(momentum, rate)
    assert float(frame["momentum_end"]) == pytest.approx(path[-1], abs=1e-9)
    assert float(frame["top"]) == pytest.approx(path.max(), abs=1e-9)
    library = descend(slope, [0.0], learning_rate=rate, momentum=momentum, steps=ALL)
    assert library.thetas[-1, 0] == pytest.approx(path[-1], abs=1e-9)


def test_a_ball_that_falls_back_after_the_first_steps_is_said_to_have_fallen_back():
    # heavier and slower than the sliders allow: it passes the global minimum after step 200
    slow = {"start": -0.1, "momentum": 0.995, "learning_rate": 3e-5}
    path = rolled(slow["momentum"], slow["learning_rate"], slow["start"])
    assert path[: STEPS + 1].max() < 4.6 < path.max()
    frame = at(**slow)
    assert round(float(frame["momentum_end"]), 2) == 3.0
    assert frame["ending"] == 3
    assert float(frame["top"]) == pytest.approx(path.max(), abs=1e-9)


def test_a_ball_that_starts_to_the_right_of_the_global_minimum_does_not_fall_back():
    frame = at(start=5.4, momentum=0.9, learning_rate=0.005)
    assert round(float(frame["momentum_end"]), 2) == 3.0
    assert frame["ending"] == 1


def test_more_momentum_is_not_always_farther():
    ends = [float(at(learning_rate=0.02, momentum=b)["momentum_end"]) for b in (0.5, 0.8, 0.9)]
    assert [round(end, 2) for end in ends] == [3.0, 4.6, 3.0]


@pytest.mark.parametrize(
    ("rate", "momentum", "end"),
    [(0.01, 0.5, 1.60), (0.01, 0.8, 3.0), (0.01, 0.9, 4.6), (0.01, 0.95, math.inf),
     (0.02, 0.5, 3.0), (0.02, 0.8, 4.6), (0.02, 0.9, math.inf)],
)  # fmt: skip
def test_plain_descent_with_the_rate_a_movement_tends_to_ends_there(rate, momentum, end):
    frame = at(learning_rate=rate, momentum=momentum)
    assert float(frame["equal_rate"]) == pytest.approx(rate / (1 - momentum))
    assert round(float(frame["equal_end"]), 2) == end
    if math.isfinite(end):
        path = rolled(0.0, rate / (1 - momentum))
        np.testing.assert_allclose(frame["equal_w"], path[: STEPS + 1], atol=1e-9)
        np.testing.assert_allclose(frame["equal_late_w"], path[STEPS::LEAP], atol=1e-9)


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("start", [-0.5, 0.0, 2.2, 3.3])
def test_the_drawn_paths_are_every_step_and_then_every_twentieth(start, momentum):
    frame = at(start=start, momentum=momentum)
    for name, weight in (("momentum", momentum), ("descent", 0.0)):
        path = rolled(weight, 0.01, start)
        np.testing.assert_allclose(frame[f"{name}_w"], path[: STEPS + 1], atol=1e-8)
        np.testing.assert_allclose(frame[f"{name}_late_w"], path[STEPS::LEAP], atol=1e-8)
        losses = hills.loss(path[: STEPS + 1])
        np.testing.assert_allclose(frame[f"{name}_y"], losses / (1 + losses), atol=1e-8)
    np.testing.assert_allclose(10 ** frame["clock"], np.arange(STEPS + 1) + 1)
    np.testing.assert_allclose(10 ** frame["late_clock"], np.arange(STEPS, ALL + 1, LEAP) + 1)


# ---- the four positions of slides p. 35 ------------------------------------------------------


@pytest.mark.parametrize(
    ("k", "w", "place"),
    [(0, 0.0, 0), (4, 1.960, 3), (13, 4.601, 4), (15, 4.932, 6), (17, 5.064, 7)],
)
def test_the_positions_of_the_slide_are_found_on_one_run(k, w, place):
    frame = at(k=float(k))
    assert round(float(frame["w"]), 3) == w
    assert frame["place"] == place
    pull, kept, move = (float(frame[name]) for name in ("pull", "kept", "move"))
    assert move == pytest.approx(pull + kept)
    if k == 13:  # exactly beside the minimum: the last movement alone
        assert abs(pull) < 0.001 * kept
    if k == 15:  # uphill: the slope pushes left, the ball moves right
        assert pull < 0 < move


def test_where_the_slope_pushes_more_than_the_memory_nothing_is_carried():
    frame = at(start=1.3, momentum=0.3, k=9.0)
    assert abs(float(frame["w"]) - 1.6) < 0.45
    assert 0 < float(frame["kept"]) < float(frame["pull"])
    assert frame["place"] == 5


def test_a_ball_that_is_gone_has_a_place_of_its_own():
    state = {"momentum": 0.95, "learning_rate": 0.027, "start": -0.5}
    gone = [k for k in range(STEPS + 1) if not abs(at(**state, k=float(k))["w"]) < 100]
    assert gone[-1] - gone[0] == len(gone) - 1
    assert len(gone) > 100
    for k in (gone[0] - 1, gone[0], 161, 200):
        frame = at(**state, k=float(k))
        assert (frame["place"] == 8) == (k in gone)
        assert (frame["told"] == 2) == (k in gone)


@pytest.mark.parametrize(
    ("start", "rate", "momentum"),
    [(0.0, 0.01, 0.9), (0.0, 0.01, 0.95), (6.0, 0.03, 0.5), (-0.5, 0.027, 0.95)],
)
def test_the_plain_descent_that_runs_away_is_told_and_the_slow_one_never_does(
    start, rate, momentum
):
    frame = at(start=start, learning_rate=rate, momentum=momentum)
    assert np.isfinite(frame["descent_end"])
    assert frame["others"] == (not np.isfinite(frame["equal_end"]))


def test_without_momentum_at_rest_downhill_and_away_are_told_too():
    assert at(momentum=0.0, k=5.0)["place"] == 1
    assert at(k=200.0)["place"] == 2
    assert at(k=11.0)["place"] == 5
    away = at(start=6.0, learning_rate=0.03)
    assert away["ending"] == 5
    assert away["momentum_end"] == math.inf


def test_the_browser_computes_the_same_frames():
    states = [{**STATE, "momentum": b, "learning_rate": e} for e, b, *_ in ENDS]
    states += [{**STATE, "start": 6.0, "learning_rate": 0.03, "k": 9.0}]
    states += [{"start": -0.5, "momentum": 0.95, "learning_rate": 0.027, "k": 161.0}]  # it is gone
    json.dumps(RECIPE.json(), allow_nan=False)
    for state, there in zip(states, browser_frames([(RECIPE, s) for s in states]), strict=True):
        for name, values in RECIPE(state).items():
            np.testing.assert_allclose(there[name], np.ravel(values), rtol=1e-9, atol=1e-9,
                                       err_msg=f"{name} at {state}")  # fmt: skip
