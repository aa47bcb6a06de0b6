"""The swarm stands beside momentum: the same skeleton, another pull."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from lecture_lib.explorers.swarm_beside_momentum import SwarmBesideMomentum
from lecture_lib.momentum import momentum_step
from lecture_lib.recipes.places import place
from lecture_lib.recipes.swarm_paths import PARTICLES, PLACES, STEPS
from lecture_lib.swarm import swarm_descend
from lecture_lib.words import speak


@pytest.fixture(autouse=True)
def _the_language_is_given_back():
    yield
    speak("en")


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
    figure.own_pull.value = figure.swarm_pull.value = 0.0
    assert "of its first velocity 0.0282 is left" in figure.fact  # 0.7 ** 10
    assert "Inertia alone finds nothing" in figure.fact


def test_the_cost_is_told_twelve_losses_a_step_and_one_gradient():
    figure = SwarmBesideMomentum()
    figure.k.value = 20
    assert "20 gradients" in figure.fact
    assert "after 252 losses" in figure.fact


def test_w_is_offered_by_itself_only_where_it_is_parted_from_beta_and_never_reaches_one():
    figure = SwarmBesideMomentum()
    assert figure.inertia.layout.display == "none"
    figure.inertia.value = 0.4
    assert figure.frame()["swarm_inertia"] == 0.7
    figure.pair.value = "own"
    assert figure.inertia.layout.display is None
    assert figure.frame()["swarm_inertia"] == 0.4
    assert max(figure.inertia.max, figure.momentum.max) < 1


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
    figure.pair.value, figure.inertia.value, figure.k.value = "own", 0.55, 31
    other = SwarmBesideMomentum()
    other.restore(figure.state_code)
    assert (other.state_code, other.fact) == (figure.state_code, figure.fact)
    assert other.inertia.layout.display is None


def test_reset_brings_back_the_first_picture():
    figure = SwarmBesideMomentum()
    first = figure.state_code
    figure.surface.value, figure.pair.value, figure.k.value = "himmelblau", "own", 3
    figure.reset()
    assert (figure.state_code, figure.inertia.layout.display) == (first, "none")


def test_the_controls_bear_the_names_of_the_library():
    figure = SwarmBesideMomentum()
    knobs = inspect.signature(swarm_descend).parameters
    assert {"inertia", "own_pull", "swarm_pull"} <= knobs.keys() & figure.controls.keys()


def test_momentum_that_ran_away_is_at_an_infinite_loss_and_has_no_terms_to_show():
    figure = SwarmBesideMomentum("himmelblau")
    figure.learning_rate.value, figure.k.value = 0.05, 50
    figure.plane.values = {"w1": 5.0, "w2": 0.0}
    assert "momentum is at loss ∞" in figure.fact
    assert "Momentum has run away" in figure.fact
    _, one, two = numbers(figure).splitlines()
    assert one.strip() == "▲ |m₁| + |m₂| ≥ 10⁶"
    assert two.count("(") == 4


def test_no_particle_in_the_picture_is_none_and_not_only_zero():
    figure = SwarmBesideMomentum("himmelblau")
    figure.momentum.value, figure.own_pull.value, figure.swarm_pull.value = 0.95, 2.5, 2.5
    told = {}
    for k in range(20, STEPS + 1):
        figure.k.value = k
        told[int(figure.frame()["inside"])] = figure.fact
    assert f"None of the {PARTICLES} particles is in the picture" in told[0]
    few = next(fact for count, fact in told.items() if 0 < count < 6)
    assert "particles only" in few
    assert "only 0" not in " ".join(told.values())


def test_the_story_of_a_swarm_that_finds_says_who_pulls_and_no_more_than_that():
    figure = SwarmBesideMomentum()
    figure.k.value = STEPS
    assert "the best place found pulls every particle" in figure.fact
    assert "memory" not in figure.fact
    figure.own_pull.value, figure.swarm_pull.value, figure.momentum.value = 2.0, 0.0, 0.9
    assert figure.frame()["story"] == 6
    assert "nothing was shared (c₂ = 0)" in figure.fact


def test_it_is_the_sharing_that_searches_as_the_story_has_it():
    """The share of random starts that come below 0.01: without c₂ few, with it nearly all."""
    figure = SwarmBesideMomentum()
    surface, _ = place("two_valleys", PLACES)
    low, high = np.transpose(surface.window)
    share = {}
    for name, own, shared in (
        ("none", 0, 0),
        ("own", 1.5, 0),
        ("shared", 0, 1.5),
        ("both", 1.5, 1.5),
    ):
        found = 0
        for seed in range(60):
            rng = np.random.default_rng(seed)
            starts = rng.uniform(low, high, size=(PARTICLES, 2))
            speeds = rng.uniform(-0.08, 0.08, size=(PARTICLES, 2)) * (high - low)
            run = swarm_descend(surface.loss, starts, rng, inertia=0.7, own_pull=own,
                                swarm_pull=shared, steps=STEPS, velocities=speeds)  # fmt: skip
            found += run.best_loss[-1] < 0.01
        share[name] = found / 60
    assert max(share["none"], share["own"]) < 0.4 < 0.8 < min(share["shared"], share["both"]), share
    assert figure.own_pull.value == figure.swarm_pull.value == 1.5
