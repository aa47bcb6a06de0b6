"""Searching for points where the gradient vanishes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_lib.hessian import Kind, critical_points, nearest_critical_point
from lecture_lib.surfaces import SURFACES, Surface

# The nine of Himmelblau's function, as published: four minima, four saddles, one maximum.
HIMMELBLAU = {
    Kind.MINIMUM: [(3, 2), (-2.805118, 3.131313), (-3.779310, -3.283186), (3.584428, -1.848127)],
    Kind.SADDLE: [(0.086678, 2.884255), (3.385154, 0.073852), (-3.073026, -0.081353),
                  (-0.127961, -1.953715)],
    Kind.MAXIMUM: [(-0.270845, -0.923039)],
}  # fmt: skip


def kinds(points):
    return {tuple(np.round(p.theta, 6) + 0.0): p.verdict.kind for p in points}


def test_all_nine_critical_points_of_himmelblau_are_found_and_named():
    expected = {point: kind for kind, points in HIMMELBLAU.items() for point in points}
    assert kinds(critical_points(SURFACES["himmelblau"])) == expected


def test_the_saddle_of_the_lecture_is_found_and_its_valleys_shown_by_a_few():
    points = critical_points(SURFACES["two_weights"])
    family = [point for point in points if point.family]
    (saddle,) = [point for point in points if not point.family]
    assert saddle.verdict.kind is Kind.SADDLE
    np.testing.assert_array_equal(saddle.theta, (0, 0))
    assert 2 <= len(family) <= 6
    assert all(point.verdict.kind is Kind.INCONCLUSIVE for point in family)
    np.testing.assert_allclose([point.theta.prod() for point in family], 1, atol=1e-9)
    assert {bool(point.theta[0] > 0) for point in family} == {True, False}  # both branches


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("w1**2 + w2**2", {(0, 0): Kind.MINIMUM}),
        ("w1**3 - 3*w1*w2**2", {(0, 0): Kind.INCONCLUSIVE}),
        ("w1**4 + w2**4", {(0, 0): Kind.INCONCLUSIVE}),
        ("w1**3 + w2**3", {(0, 0): Kind.INCONCLUSIVE}),
        ("w1**4 + w2**2", {(0, 0): Kind.INCONCLUSIVE}),
        ("(w1 - 0.3)**3 + (w2 - sqrt(2))**4", {(0.3, 1.414214): Kind.INCONCLUSIVE}),
        ("(w2 - w1**2)*(w2 - 3*w1**2)", {(0, 0): Kind.INCONCLUSIVE}),
        ("exp(-w1**2 - w2**2)", {(0, 0): Kind.MAXIMUM}),
        ("1e-9*(w1**2 - w2**2)", {(0, 0): Kind.SADDLE}),
        ("1e6*(w1**2 - w2**2)", {(0, 0): Kind.SADDLE}),
        ("w1*log(w1) + w2**2", {(0.367879, 0): Kind.MINIMUM}),
        ("w1 + w2**2", {}),
        ("sqrt(w1) + w2**2", {}),
        ("log(-1 - w1**2)", {}),
    ],
)
def test_typed_losses_get_the_critical_points_that_pencil_and_paper_give(formula, expected):
    assert kinds(critical_points(Surface.from_formula(formula))) == expected


@pytest.mark.parametrize("formula", ["(w1 - w2)**2", "(w1**2 + w2**2 - 1)**2", "w1**2*w2**2", "1"])
def test_a_whole_curve_of_critical_points_is_shown_by_a_few(formula):
    surface = Surface.from_formula(formula)
    members = [point for point in critical_points(surface) if point.family]
    assert 2 <= len(members) <= 6
    assert max(np.abs(surface.gradient(p.theta)).max() for p in members) < 1e-12
    for i, a in enumerate(members):
        assert all(np.linalg.norm(a.theta - b.theta) > 0.1 for b in members[:i])


def test_a_point_beside_a_family_stands_alone():
    points = critical_points(Surface.from_formula("(w1**2 + w2**2 - 1)**2"))
    (top,) = [point for point in points if not point.family]
    assert top.verdict.kind is Kind.MAXIMUM
    np.testing.assert_array_equal(top.theta, (0, 0))


def test_points_outside_the_window_are_not_listed():
    surface = Surface.from_formula("(w1 - 3)**2 + w2**2")
    assert critical_points(surface) == []


def test_differences_instead_of_formulas_find_the_same_points():
    def loss(theta):
        return (theta[..., 0] ** 2 - 1) ** 2 + theta[..., 1] ** 2

    found = kinds(critical_points(Surface.from_function(loss)))
    rounded = {tuple(np.round(theta, 4) + 0.0): kind for theta, kind in found.items()}
    assert rounded == {(-1, 0): Kind.MINIMUM, (1, 0): Kind.MINIMUM, (0, 0): Kind.SADDLE}


@pytest.mark.parametrize("name", SURFACES)
@settings(max_examples=5, deadline=None)
@given(fractions=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_a_search_ends_at_a_critical_point_or_says_that_it_did_not(name, fractions):
    surface = SURFACES[name]
    low, high = np.transpose(surface.window)
    start = low + np.array(fractions) * (high - low)
    end = nearest_critical_point(surface, start)
    norm = np.linalg.norm(surface.gradient(end.theta))
    assert end.gradient_norm == pytest.approx(norm)
    assert norm <= np.linalg.norm(surface.gradient(start))
    if end.converged:
        assert norm <= 1e-8 * np.abs(surface.hessian(end.theta)).max()


@pytest.mark.parametrize("name", SURFACES)
def test_a_search_from_anywhere_on_a_catalogue_surface_arrives(name):
    surface = SURFACES[name]
    low, high = np.transpose(surface.window)
    for start in low + np.random.default_rng(7).uniform(0, 1, (5, 2)) * (high - low):
        assert nearest_critical_point(surface, start).converged


@pytest.mark.parametrize(
    ("name", "start", "goal"),
    [
        ("bowl", (1.5, -0.7), (0, 0)),
        ("peak", (1.5, -0.7), (0, 0)),
        ("saddle", (1.5, -0.7), (0, 0)),
        ("two_weights", (0.2, 0.1), (0, 0)),
        ("himmelblau", (-0.5, -0.6), (-0.270845, -0.923039)),
        ("beale", (2.9, 0.45), (3, 0.5)),
        ("flat_minimum", (1, 1.7), (0, 0)),
    ],
)
def test_the_search_climbs_to_saddles_and_maxima_as_it_falls_to_minima(name, start, goal):
    end = nearest_critical_point(SURFACES[name], start)
    assert end.converged
    np.testing.assert_allclose(end.theta, goal, atol=1e-6)


def test_a_search_from_a_critical_point_stays_there():
    end = nearest_critical_point(SURFACES["two_weights"], [0, 0])
    assert (end.converged, end.iterations, end.gradient_norm) == (True, 0, 0)


def test_a_loss_without_critical_points_is_admitted():
    end = nearest_critical_point(Surface.from_formula("w1 + w2**2"), [0.5, 1.0])
    assert not end.converged
    assert end.gradient_norm == pytest.approx(1)


def test_a_search_says_what_it_needs():
    with pytest.raises(ValueError, match=r"start of shape \(2,\)"):
        nearest_critical_point(SURFACES["bowl"], [1, 2, 3])
    with pytest.raises(ValueError, match="start elsewhere"):
        nearest_critical_point(Surface.from_formula("log(w1)"), [-1, 0])
    with pytest.raises(ValueError, match="grid of at least 2"):
        critical_points(SURFACES["bowl"], grid=1)
    with pytest.raises(TypeError, match="whole number"):
        critical_points(SURFACES["bowl"], grid=7.5)


@pytest.mark.parametrize("thing", ["bowl", None])
def test_what_is_no_surface_is_refused(thing):
    with pytest.raises(TypeError, match="expected a surface; got"):
        critical_points(thing)
    with pytest.raises(TypeError, match="expected a surface; got"):
        nearest_critical_point(thing, [0, 0])


def test_a_start_that_is_critical_already_stays_where_it_was_put():
    end = nearest_critical_point(Surface.from_formula("3"), [0.12345, -1.98765])
    assert end.converged
    assert end.iterations == 0
    np.testing.assert_array_equal(end.theta, [0.12345, -1.98765])
