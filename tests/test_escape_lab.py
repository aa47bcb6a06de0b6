"""The escape lab shows who leaves the saddle, and says honestly who does not."""

from __future__ import annotations

import re

import numpy as np
import pytest
from node_machine import browser_frames

from lecture_lib.explorers import EscapeLab
from lecture_lib.explorers.escape_lab import OWN, STARTS, VIEWS
from lecture_lib.momentum import descend
from lecture_lib.recipes.escape import METHODS
from lecture_lib.surfaces import SURFACES


@pytest.fixture
def lab():
    return EscapeLab()


def numbers(lab):
    return "\n".join(s.fill(lab.frame()) for s in lab.staged.numbers)


def counts(lab):
    """The five counts that the fact line tells, in the order of METHODS."""
    told = re.search(
        r"descent (\S+), momentum (\S+), mini-batches (\S+), kick along u (\S+), random kick (\S+)\.",
        lab.fact,
    )
    return dict(zip(METHODS, told.groups(), strict=True))


@pytest.mark.parametrize(
    ("start", "momentum", "descent", "heavy"),
    [("near", 0.0, "95", "95"), ("near", 0.5, "95", "52"), ("near", 0.9, "95", "56"),
     ("nearer", 0.5, "167", "95"), ("nearer", 0.9, "167", "60")],
)  # fmt: skip
def test_the_fact_tells_the_known_steps_to_leave(lab, start, momentum, descent, heavy):
    lab.start.value, lab.momentum.value = start, momentum
    told = counts(lab)
    assert (told["descent"], told["momentum"]) == (descent, heavy)
    assert f"● k ={descent:>4}" in numbers(lab)
    assert f"▲ k ={heavy:>4}" in numbers(lab)


@pytest.mark.parametrize("start", ["line", "saddle"])
def test_on_the_line_the_fact_says_that_momentum_and_batch_noise_never_leave(lab, start):
    lab.start.value = start
    told = counts(lab)
    assert [told[m] for m in METHODS[:3]] == ["∞"] * 3
    assert int(told["kick"]) < 200
    assert int(told["random_kick"]) < 200
    assert "∞ is for ever here" in lab.fact


def test_with_few_steps_the_fact_says_not_within_these_steps(lab):
    lab.steps.value = 80
    told = counts(lab)
    assert (told["descent"], told["momentum"]) == ("∞", "56")
    assert "out of 80" in lab.fact
    assert "not within these steps" in lab.fact


def test_the_growth_factors_stand_below_the_picture(lab):
    for momentum, growth in ((0.0, "1.100"), (0.5, "1.174"), (0.9, "1.316")):
        lab.momentum.value = momentum
        assert f"▲ β = {momentum:.2f}: z = {growth}" in numbers(lab)
    assert "● β = 0: z = 1.100" in numbers(lab)


def test_the_paths_on_the_map_are_the_descents_from_theta(lab):
    lab.plane.values = {**lab.plane.values, "w1": -1.37, "w2": 0.61}
    lab.learning_rate.value, lab.momentum.value = 0.08, 0.7
    frame, steps = lab.frame(), 200
    for method, momentum in (("descent", 0.0), ("momentum", 0.7)):
        drawn = next(a for a in lab.staged.scene.layers if a.role == method and a.panel == "map")
        wanted = descend(SURFACES["two_weights"].gradient, (-1.37, 0.61), learning_rate=0.08,
                         momentum=momentum, steps=steps).thetas  # fmt: skip
        np.testing.assert_allclose(frame[drawn.x][: steps + 1], wanted[:, 0], atol=1e-9)
        np.testing.assert_allclose(frame[drawn.y][: steps + 1], wanted[:, 1], atol=1e-9)


def test_choosing_a_start_moves_theta_and_dragging_names_no_start(lab):
    for name, theta in STARTS.items():
        lab.start.value = name
        assert (lab.plane.values["w1"], lab.plane.values["w2"]) == theta
    lab.plane.values = {**lab.plane.values, "w1": 0.33}
    assert lab.start.value == OWN
    lab.plane.values = {**lab.plane.values, "w1": 0.0, "w2": 0.0}
    assert lab.start.value == "saddle"


def test_reset_returns_to_the_first_start_from_any_other(lab):
    first = dict(lab.plane.values)
    for name in (*STARTS, OWN):
        lab.start.value = name
        lab.plane.values = {**lab.plane.values, "w2": 0.123}
        lab.reset()
        assert (lab.start.value, lab.plane.values) == ("near", first)


def test_reset_returns_to_the_first_start_also_after_a_view_was_opened_at_another(lab):
    first = lab.state_code
    lab.start.value = "saddle"
    lab.view.value = "step"
    lab.view.value = "ways"
    assert lab.start.value == "saddle"
    assert lab.plane.values["w1"] == 0
    lab.reset()
    assert lab.state_code == first


def test_each_view_shows_its_own_controls_and_no_other(lab):
    for view, names in VIEWS.items():
        lab.view.value = view
        shown = {n for n, c in lab.controls.items() if c.layout.display != "none"}
        assert shown == {"view", *names}
        assert set(lab.staged.inputs) == set(names) - {"start"}


@pytest.mark.parametrize(
    ("step", "exact", "model"), [(0.1, "0.990", "0.990"), (0.5, "0.766", "0.750"), (1.0, "0.250", "0.000")]
)  # fmt: skip
def test_a_step_from_the_saddle_shows_the_exact_loss_beside_the_model(step, exact, model):
    lab = EscapeLab("step")
    for way in (step, -step):
        lab.step.value = way
        assert f"the loss is {exact}; the quadratic model says {model}" in lab.fact
        assert "leads down just as well" in lab.fact
    assert "−1.000" in numbers(lab).splitlines()[2]  # at the distance √2


def test_a_step_too_long_for_the_model_is_said_to_be_so():
    lab = EscapeLab("step")
    lab.step.value = 1.41
    assert "the loss is 0.000; the quadratic model says −0.988" in lab.fact
    assert "never negative" in lab.fact


def test_beside_the_saddle_and_at_a_minimum_the_fact_says_what_is_different():
    lab = EscapeLab("step")
    lab.plane.values = {**lab.plane.values, "w1": 0.3, "w2": 0.1}
    assert "The slope is not zero here" in lab.fact
    lab.plane.values = {**lab.plane.values, "w1": 1.0, "w2": 1.0}
    assert "No eigenvalue is negative here" in lab.fact


def test_with_three_weights_the_recipe_has_no_direction_and_the_loss_still_falls():
    lab = EscapeLab("three")
    assert "the eigenvector recipe has no direction here" in lab.fact
    assert "the loss is 0.766; the quadratic model says 1" in lab.fact
    assert "leads down all the same" in lab.fact
    lab.step.value = -0.5
    assert "the loss is 1.266" in lab.fact
    assert "−t leads down" in lab.fact
    lab.plane.values = {**lab.plane.values, "v1": 2**0.5, "v2": 0.0}
    assert "Next to nothing changes" in lab.fact


@pytest.mark.parametrize("view", VIEWS)
def test_a_code_of_any_view_brings_back_the_exact_state(view):
    lab = EscapeLab(view)
    lab.plane.values = {"w1": 0.1 + 0.2, "w2": -0.7, "v1": 0.6, "v2": -1.25}
    lab.momentum.value, lab.step.value, lab.kick.value = 0.35, -1.23, 0.42
    code, fact = lab.state_code, lab.fact
    other = EscapeLab()
    other.restore(code)
    assert (other.state_code, other.fact) == (code, fact)


def test_the_legend_names_each_method_with_its_own_look(lab):
    key = lab.children[1].value
    for name in (
        "plain descent",
        "momentum",
        "mini-batches of one",
        "kick along u",
        "kick at random",
    ):
        assert name in key
    assert key.count("<svg") == 5
    lab.view.value = "step"
    assert lab.children[1].value.count("<svg") == 2


def test_every_view_runs_in_the_browser_with_the_same_numbers():
    jobs = []
    for view in VIEWS:
        lab = EscapeLab(view)
        jobs.append((lab.staged.recipe, lab.plane.inputs()))
        assert lab.plane.recipe
    for (recipe, state), there in zip(jobs, browser_frames(jobs), strict=True):
        for name, values in recipe(state).items():
            np.testing.assert_allclose(there[name], np.ravel(values), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("view", VIEWS)
def test_the_still_of_every_view_is_a_picture(view):
    lab = EscapeLab(view)
    if view == "ways":
        lab.start.value = "line"  # three of the marks stand at infinity then
    assert lab.still().startswith(b"\x89PNG")
