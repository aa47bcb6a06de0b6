"""Looking at the loss itself, where every curvature is zero."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lecture_lib.hessian import Profile, classify, probe
from lecture_lib.surfaces import SURFACES, Surface


@pytest.mark.parametrize(
    ("power", "sign", "profile"),
    [
        (4, 1, Profile.RISES),
        (4, -1, Profile.FALLS),
        (3, 1, Profile.PASSES),
        (3, -1, Profile.PASSES),
    ],
)
@pytest.mark.parametrize("lift", [0.0, 1.0, -3.0])
def test_three_losses_with_the_same_hessian_differ_to_either_side(power, sign, profile, lift):
    def loss(theta):
        return lift + sign * theta[..., 0] ** power

    assert probe(loss, [0.0], [1.0]).profile is profile


def test_a_constant_is_flat_and_one_level_side_does_not_hide_the_other():
    assert probe(lambda theta: 0 * theta[..., 0] + 7, [1.0], [1.0]).profile is Profile.FLAT
    assert probe(lambda x: np.maximum(x[..., 0], 0) ** 3, [0.0], [1.0]).profile is Profile.RISES
    assert probe(lambda x: np.minimum(x[..., 0], 0) ** 3, [0.0], [1.0]).profile is Profile.FALLS


def test_what_happens_nearby_counts_more_than_what_happens_far_away():
    assert probe(lambda x: x[..., 0] ** 4 - 400 * x[..., 0] ** 6, [0.0], [1.0]).profile is (
        Profile.RISES
    )


@given(st.floats(0.3, 3))
def test_the_straight_line_out_of_the_lectures_valley_rises_to_both_sides(w):
    surface, theta = SURFACES["two_weights"], np.array([w, 1 / w])
    flat = classify(surface.hessian(theta)).flat_directions[:, 0]
    assert probe(surface.loss, theta, flat).profile is Profile.RISES


def test_the_monkey_saddle_passes_along_one_line_and_is_flat_along_another():
    loss = SURFACES["monkey_saddle"].loss
    assert probe(loss, [0, 0], [1, 0]).profile is Profile.PASSES
    assert probe(loss, [0, 0], [0, 1]).profile is Profile.FLAT


def test_a_loss_may_rise_along_every_line_and_yet_fall_along_a_curve():
    peano = Surface.from_formula("(w2 - w1**2)*(w2 - 3*w1**2)")
    for angle in np.linspace(0, np.pi, 25):
        direction = [np.cos(angle), np.sin(angle)]
        assert probe(peano.loss, [0, 0], direction, reach=1e-2).profile is Profile.RISES
    assert peano.loss([0.01, 2e-4]) < peano.loss([0, 0])


def test_the_changes_are_those_of_the_loss_along_the_unit_vector():
    result = probe(SURFACES["bowl"].loss, [1, 0], [2, 0], reach=0.5)
    assert result.steps[0] == 0.5
    np.testing.assert_allclose(result.ahead, 2 * result.steps + result.steps**2)
    np.testing.assert_allclose(result.behind, -2 * result.steps + result.steps**2)
    assert "rises to one side" in result.why


def test_a_probe_says_what_it_needs():
    loss = SURFACES["bowl"].loss
    with pytest.raises(ValueError, match="reach above 0"):
        probe(loss, [0, 0], [1, 0], reach=0)
    with pytest.raises(ValueError, match="zero vector"):
        probe(loss, [0, 0], [0, 0])
    with pytest.raises(ValueError, match="smaller reach"):
        probe(Surface.from_formula("log(w1)").loss, [0.05, 0], [1, 0])


def test_a_probe_refuses_what_is_no_loss_or_returns_no_numbers():
    with pytest.raises(TypeError, match=r"Pass its method: \.loss"):
        probe(SURFACES["bowl"], [0, 0], [1, 0])
    with pytest.raises(TypeError, match="the loss along the line to be an array of real numbers"):
        probe(lambda theta: (x for x in theta), [0, 0], [1, 0])


def test_a_loss_that_writes_into_its_argument_fails_loudly():
    def spoiling(theta):
        theta[...] = 0
        return theta[..., 0]

    with pytest.raises(ValueError, match="read-only"):
        probe(spoiling, [1, 0], [1, 0])
