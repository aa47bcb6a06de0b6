"""The swarm stands beside momentum: the same skeleton, another pull."""

from __future__ import annotations

import numpy as np
import pytest

from lecture_lib.explorers.swarm_beside_momentum import SwarmBesideMomentum
from lecture_lib.momentum import momentum_step
from lecture_lib.recipes.places import place
from lecture_lib.recipes.swarm_paths import PLACES, STEPS


def numbers(figure):
    return "\n".join(s.fill(figure.frame()) for s in figure.staged.numbers)


def test_the_first_line_is_one_step_of_momentum_and_the_second_one_of_the_swarm():
    figure = SwarmBesideMomentum("himmelblau")
    figure.learning_rate.value, figure.momentum.value, figure.k.value = 0.01, 0.6, 5
    frame = figure.frame()
    surface, _ = place("himmelblau", PLACES)
    theta = np.array([frame["heavy_x"][5], frame["heavy_y"][5]])
    before = theta - [frame["heavy_x"][4], frame["heavy_y"][4]]
    _, movement = momentum_step(theta, before, surface.gradient(theta), learning_rate=0.01,
                                momentum=0.6)  # fmt: skip
    header, one, two = numbers(figure).splitlines()
    for x in (*movement, *(0.6 * before)):
        assert f"{x:.3f}".replace("-", "−") in one
    flown = [frame[f"swarm_{a}0"][6] - frame[f"swarm_{a}0"][5] for a in "xy"]
    for x in flown:
        assert f"{x:.3f}".replace("-", "−") in two
    assert len(header) <= len(one) == len(two) <= 96


def test_in_the_two_valleys_momentum_stays_in_its_valley_and_the_swarm_finds_the_deeper_one():
    figure = SwarmBesideMomentum()
    figure.k.value = STEPS
    assert "momentum is at loss 1.0000" in figure.fact
    assert "In this run only the swarm is below 0.01" in figure.fact
    figure.learning_rate.value, figure.momentum.value = 0.05, 0.8
    assert "Both are below 0.01" in figure.fact


def test_without_pulls_the_fact_says_that_inertia_alone_finds_nothing():
    figure = SwarmBesideMomentum()
    figure.own_pull.value = figure.best_pull.value = 0.0
    assert "of its first velocity 0.0282 is left" in figure.fact  # 0.7 ** 10
    assert "Inertia alone finds nothing" in figure.fact


def test_the_cost_is_told_twelve_losses_a_step_and_one_gradient():
    figure = SwarmBesideMomentum()
    figure.k.value = 20
    assert "20 gradients" in figure.fact
    assert "after 252 losses" in figure.fact


def test_w_is_offered_by_itself_only_where_it_is_parted_from_beta_and_never_reaches_one():
    figure = SwarmBesideMomentum()
    assert figure.weight.layout.display == "none"
    figure.weight.value = 0.4
    assert figure.frame()["swarm_weight"] == 0.7
    figure.pair.value = "own"
    assert figure.weight.layout.display is None
    assert figure.frame()["swarm_weight"] == 0.4
    assert max(figure.weight.max, figure.momentum.max) < 1


def test_dragging_the_start_moves_both_the_descent_and_the_first_particle():
    figure = SwarmBesideMomentum()
    figure.plane.values = {"w1": -0.3, "w2": 1.7}
    frame = figure.frame()
    for name in ("heavy_x", "swarm_x0"):
        assert frame[name][0] == -0.3
    others = SwarmBesideMomentum().frame()
    assert frame["swarm_x1"][0] == others["swarm_x1"][0]


@pytest.mark.parametrize("name", PLACES)
def test_a_code_brings_back_the_state_of_any_surface(name):
    figure = SwarmBesideMomentum(name)
    figure.plane.values = {"w1": 0.25, "w2": -1.5}
    figure.pair.value, figure.weight.value, figure.k.value = "own", 0.55, 31
    other = SwarmBesideMomentum()
    other.restore(figure.state_code)
    assert (other.state_code, other.fact) == (figure.state_code, figure.fact)
    assert other.weight.layout.display is None


def test_reset_brings_back_the_first_picture():
    figure = SwarmBesideMomentum()
    first = figure.state_code
    figure.surface.value, figure.pair.value, figure.k.value = "himmelblau", "own", 3
    figure.reset()
    assert (figure.state_code, figure.weight.layout.display) == (first, "none")
