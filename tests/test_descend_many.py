"""Many descents at once are the same descents one by one."""

from __future__ import annotations

import numpy as np
import pytest

from lecture_lib.descents import FAR
from lecture_lib.momentum import descend, descend_many
from lecture_lib.momentum_conventions import CONVENTIONS
from lecture_lib.surfaces import SURFACES


def starts(count=6):
    return np.random.default_rng(2).uniform(-1, 1, (count, 2))


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("name", ["himmelblau", "two_weights", "beale"])
def test_each_of_many_descents_is_the_descent_from_its_start(name, convention):
    gradient = SURFACES[name].gradient
    rates, weights = np.linspace(1e-3, 1e-2, 6), np.linspace(0, 0.9, 6)
    for slope in (gradient, lambda theta: gradient(theta)):  # by formula, and as any function
        many = descend_many(
            slope, starts(), learning_rate=rates, momentum=weights, steps=40, convention=convention
        )
        assert many.thetas.shape == many.movements.shape == (41, 6, 2)
        for k, start in enumerate(starts()):
            one = descend(
                gradient, start, learning_rate=rates[k], momentum=weights[k], steps=40,
                convention=convention,
            )  # fmt: skip
            np.testing.assert_allclose(many.thetas[:, k], one.thetas, rtol=1e-9, atol=1e-12)
            np.testing.assert_allclose(many.movements[:, k], one.movements, atol=1e-9)


def test_one_number_serves_all_and_parameters_may_be_many():
    scales = np.arange(1.0, 8.0)
    table = np.random.default_rng(0).normal(size=(4, 7))
    run = descend_many(lambda t: scales * t, table, learning_rate=0.1, steps=9)
    np.testing.assert_allclose(run.thetas[9], (1 - 0.1 * scales) ** 9 * table, rtol=1e-9)
    assert run.diverged.tolist() == [False] * 4


@pytest.mark.parametrize("fast", [True, False])
def test_one_that_runs_away_stays_in_reach_and_leaves_the_others_alone(fast):
    slope = SURFACES["rosenbrock"].gradient
    gradient = slope if fast else (lambda theta: slope(theta))
    both = np.array([[-1.5, 2.0], [0.5, 0.5]])
    rates = [0.1, 1e-3]
    run = descend_many(gradient, both, learning_rate=rates, momentum=0.5, steps=60)
    assert run.diverged.tolist() == [True, False]
    alone = [
        descend(slope, start, learning_rate=rate, momentum=0.5, steps=60)
        for start, rate in zip(both, rates, strict=True)
    ]
    last = len(alone[0].thetas) - 1
    np.testing.assert_allclose(run.thetas[: last + 1, 0], alone[0].thetas, rtol=1e-9)
    np.testing.assert_array_equal(
        run.thetas[last:, 0], np.tile(run.thetas[last, 0], (61 - last, 1))
    )
    np.testing.assert_allclose(run.thetas[:, 1], alone[1].thetas, rtol=1e-9)
    assert np.abs(run.thetas).max() <= FAR


def test_one_that_ran_away_stays_away_where_the_slope_would_bring_it_back():
    def gradient(theta):  # down to 3e5, and gently up from there
        return np.where(theta < 3e5, -1.0, 0.1)

    run = descend_many(gradient, [[0.0, 0.0]], learning_rate=6e5, momentum=0.9, steps=8)
    alone = descend(gradient, [0.0, 0.0], learning_rate=6e5, momentum=0.9, steps=8)
    assert run.diverged.all()
    np.testing.assert_array_equal(run.thetas[:2, 0], alone.thetas)
    np.testing.assert_array_equal(run.thetas[2:, 0], np.tile(run.thetas[1, 0], (7, 1)))


def test_an_undefined_gradient_ends_only_the_descent_that_meets_it():
    def gradient(theta):
        return np.where(theta[:, :1] < 0, np.nan, theta)

    run = descend_many(gradient, [[-1.0, 2.0], [1.0, 2.0]], learning_rate=0.1, steps=5)
    assert run.diverged.tolist() == [True, False]
    np.testing.assert_array_equal(run.thetas[:, 0], np.tile([-1.0, 2.0], (6, 1)))


def test_a_gradient_that_writes_into_its_argument_does_not_change_the_record():
    def spoiling(theta):
        gradient = 2 * theta
        theta[:] = 99
        return gradient

    table = starts()
    kept = table.copy()
    run = descend_many(spoiling, table, learning_rate=0.1, steps=5)
    clean = descend_many(lambda t: 2 * t, table, learning_rate=0.1, steps=5)
    np.testing.assert_array_equal(run.thetas, clean.thetas)
    np.testing.assert_array_equal(table, kept)


@pytest.mark.parametrize(
    ("knobs", "error", "says"),
    [
        ({"learning_rate": [0.1, 0.2]}, ValueError, r"learning_rate to be a number or of shape"),
        ({"learning_rate": [0.1] * 5 + [-1]}, ValueError, "learning_rate of at least 0"),
        ({"momentum": [0.5] * 5 + [1.0]}, ValueError, r"momentum in \[0, 1\)"),
        ({"momentum": "much"}, TypeError, "momentum to be a number"),
        ({"steps": -1}, ValueError, "steps of at least 0"),
        (
            {"steps": 10**6, "starts": np.zeros((20, 2))},
            ValueError,
            "Take fewer starts at a time, or fewer steps",
        ),
        ({"starts": [1.0, 2.0]}, ValueError, r"starts of shape \(K, n\)"),
        ({"starts": np.zeros((0, 2))}, ValueError, r"starts of shape \(K, n\)"),
        ({"starts": [[np.nan, 0]]}, ValueError, "starts to hold finite"),
        ({"gradient": 3}, TypeError, "gradient to be a function"),
        ({"gradient": lambda t: t[0]}, ValueError, r"step 0, of shape \(6, 2\); got shape \(2,\)"),
        ({"convention": "adam"}, ValueError, "a convention out of lee, pytorch, average, nesterov"),
    ],
)
def test_what_cannot_descend_together_is_refused(knobs, error, says):
    given = {
        "gradient": SURFACES["bowl"].gradient, "starts": starts(), "learning_rate": 0.1, "steps": 3,
    } | knobs  # fmt: skip
    with pytest.raises(error, match=says):
        descend_many(given.pop("gradient"), given.pop("starts"), **given)
