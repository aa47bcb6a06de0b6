"""The ball on the hills ends where the lecture notes say, and each position is told as it is."""

from __future__ import annotations

import numpy as np
import pytest
from node_machine import browser_frames

from lecture_lib.explorers.ball_on_hills import GROUND, BallOnHills


@pytest.fixture
def hills():
    return BallOnHills()


@pytest.mark.parametrize(
    ("rate", "momentum", "said"),
    [(0.01, 0.0, "1.59, still creeping"), (0.01, 0.5, "1.60, still creeping"),
     (0.01, 0.8, "3.00, caught"), (0.01, 0.9, "4.60, the global"), (0.01, 0.95, "4.60, the global"),
     (0.02, 0.5, "3.00, caught"), (0.02, 0.8, "4.60, the global"),
     (0.02, 0.9, "3.00, in the local"), (0.02, 0.95, "3.00, in the local")],
)  # fmt: skip
def test_the_fact_tells_where_the_ball_ends(hills, rate, momentum, said):
    hills.learning_rate.value, hills.momentum.value = rate, momentum
    assert f"w = {said}" in hills.fact
    assert ("as far as w = 5." in hills.fact) == (said.endswith("in the local"))


@pytest.mark.parametrize(
    ("k", "said"),
    [(0, "there is no last movement"), (4, "On the flat part"), (13, "Beside a minimum"),
     (15, "Uphill"), (17, "turns round"), (11, "Downhill"), (200, "hardly moves")],
)  # fmt: skip
def test_the_four_positions_of_the_slide_and_the_others_are_told(hills, k, said):
    hills.k.value = k
    assert said in hills.fact


@pytest.mark.parametrize("k", [6, 161, 200])
def test_a_ball_that_has_run_away_is_said_to_and_is_not_said_to_go_downhill(hills, k):
    hills.restore(f"BallOnHills?momentum=0.95&learning_rate=0.027&k={k}&start=-0.5&ground=-0.08")
    lines = [s.fill(hills.frame()) for s in hills.staged.numbers]
    assert "?" not in hills.fact + "".join(lines)
    assert "the ball has left the picture for good" in hills.fact
    assert "It has run away" in hills.fact
    assert "Downhill" not in hills.fact
    assert lines[0] == f" k ={k:4d}   |w| > 100"


@pytest.mark.parametrize(("k", "sum"), [(4, "0.4185 + 0.0019"), (15, "0.1342 − 0.0357")])
def test_the_sum_of_the_two_arrows_is_written_with_air(hills, k, sum):
    hills.k.value = k
    assert f"βm − ηL′ = {sum} =" in hills.fact
    assert f"{sum} =" in hills.staged.numbers[1].fill(hills.frame())


def test_the_legend_says_that_the_arrows_have_a_scale_of_their_own(hills):
    assert "all arrows are divided by s" in hills.children[1].value
    assert "s = 0.500000" in hills.staged.numbers[1].fill(hills.frame())


def test_what_is_small_and_points_the_same_way_is_the_push_not_the_slope(hills):
    hills.k.value = 4
    assert float(hills.frame()["g"]) < 0 < float(hills.frame()["pull"])
    assert "−ηL′ is small and points the same way" in hills.fact
    hills.k.value = 11
    assert "Downhill: −ηL′ and the last movement point the same way" in hills.fact


def test_the_flat_part_is_called_an_inflection(hills):
    hills.k.value = 4
    assert "“saddle” is an inflection" in hills.fact


def test_the_handle_runs_along_the_axis_and_changes_where_the_ball_starts(hills):
    [handle] = hills.plane.scene["handles"]
    assert handle["level"] == hills.plane.values["ground"]
    hills.plane.values = {**hills.plane.values, "start": 3.4}
    hills.momentum.value = 0.0
    assert "After 4000 steps it lies at w = 3.00, caught" in hills.fact
    hills.plane.values = {**hills.plane.values, "start": 3.6}
    assert "After 4000 steps it lies at w = 4.60, the global" in hills.fact


def test_the_landmarks_lie_on_the_curve(hills):
    marks = hills.staged.scene.panels[0].landmarks
    assert [(w, kind) for w, _, kind in marks] == [
        (1.6, "inconclusive"), (3.0, "minimum"), (3.5, "maximum"), (4.6, "minimum")]  # fmt: skip
    curve = hills.frame()
    for w, height, _ in marks:
        assert height == pytest.approx(np.interp(w, curve["curve"], curve["curve_y"]), abs=2e-3)


def test_a_rate_that_runs_away_leaves_the_picture_once(hills):
    hills.momentum.value = 0.95  # η/(1 − β) = 0.2 is too much for plain descent
    seen = hills.frame()["equal_seen"]
    gone = int(np.argmax(~np.isfinite(seen)))
    assert 0 < gone < 10
    assert not np.isfinite(seen[gone:]).any()
    assert "∞" not in hills.fact
    assert "at the rate η/(1−β) it runs away" in hills.fact
    assert hills.still().startswith(b"\x89PNG")


def test_the_state_code_brings_back_start_and_sliders(hills):
    hills.plane.values = {**hills.plane.values, "start": 2.25}
    hills.momentum.value, hills.learning_rate.value, hills.k.value = 0.35, 0.017, 120
    other = BallOnHills()
    other.restore(hills.state_code)
    assert (other.state_code, other.fact) == (hills.state_code, hills.fact)
    other.reset()
    assert other.fact == BallOnHills().fact
    with pytest.raises(ValueError, match=r"between -0\.5 and 6\.0"):
        other.restore(hills.state_code.replace("2.25", "7.0"))


def test_the_figure_runs_in_the_browser_with_the_same_numbers(hills):
    there = browser_frames([(hills.staged.recipe, hills.plane.inputs())])[0]
    assert hills.plane.recipe
    for name, values in hills.frame().items():
        np.testing.assert_allclose(there[name], np.ravel(values), rtol=1e-9, atol=1e-9)


def test_a_code_cannot_lift_the_handle_off_its_line():
    with pytest.raises(ValueError, match=f"expected ground between {GROUND} and {GROUND}; got"):
        BallOnHills().restore("BallOnHills?ground=0.5")
