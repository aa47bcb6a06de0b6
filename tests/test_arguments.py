"""What the checks of arguments accept, and how they refuse the rest."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from lecture_lib.arguments import (
    described,
    finite_array,
    finite_number,
    random_generator,
    relative_tolerance,
    symmetric_matrix,
    whole_number,
)
from lecture_lib.losses import plane_window
from lecture_lib.options import one_of, switch


class Unprintable:
    def __repr__(self):
        raise SystemExit


@pytest.mark.parametrize(
    "value",
    [
        1j, [1j, 2], np.array([1 + 0j]), "1", ["1", "2"], b"1", datetime(2021, 3, 5),
        np.array(["2021-03-05"], dtype="datetime64[D]"), np.array([1], dtype="timedelta64[D]"),
        np.ma.array([1.0, 2.0], mask=[0, 1]), [[1, 2], [3]], None, [None], 10**400, [10**5000],
        (x for x in [1.0]), {1.0}, {}, object(), Unprintable(),
    ],
)  # fmt: skip
def test_what_is_not_made_of_real_numbers_is_refused_by_name(value):
    with pytest.raises(TypeError, match="expected theta to be an array of real numbers; got "):
        finite_array(value, "theta")
    with pytest.raises(TypeError, match="expected rate to be a number; got "):
        finite_number(value, "rate")


@pytest.mark.parametrize(
    "value",
    [[True, False], [1, 2], np.uint8([1, 2]), np.float32([1, 2]), [Fraction(1, 2), Decimal(2)]],
)
def test_every_kind_of_real_number_is_taken_as_a_new_float64_array(value):
    array = finite_array(value, "theta")
    assert array.dtype == np.float64
    np.testing.assert_array_equal(array, [float(x) for x in value])
    given = np.array([1.0, 2.0])
    assert not np.shares_memory(finite_array(given, "theta"), given)


@pytest.mark.parametrize("value", [True, np.True_])
def test_a_yes_or_no_is_no_number(value):
    with pytest.raises(TypeError, match="learning_rate to be a number; got"):
        finite_number(value, "learning_rate")
    with pytest.raises(TypeError, match="steps to be a whole number; got"):
        whole_number(value, "steps", least=0)


def test_a_whole_number_may_have_a_highest_value():
    assert whole_number(np.int8(7), "steps", least=0, most=7) == 7
    for value in (8, 10**5000):
        with pytest.raises(ValueError, match="steps of at most 7; got"):
            whole_number(value, "steps", least=0, most=7)


@pytest.mark.parametrize("value", [0, 1, -0.1, 2.0, np.inf])
def test_a_tolerance_lies_between_nothing_and_everything(value):
    with pytest.raises(ValueError, match="rtol"):
        relative_tolerance(value)


def test_a_matrix_too_large_to_compute_with_is_refused_with_the_cure():
    assert symmetric_matrix(np.diag([1e150, 1]), "hessian")[0, 0] == 1e150
    with pytest.raises(ValueError, match="Rescale the loss"):
        symmetric_matrix(np.diag([1e151, 1]), "hessian")
    with pytest.raises(ValueError, match=r"shape \(3, 3\); got shape \(2, 2\)"):
        symmetric_matrix(np.eye(2), "hessian", size=3)


@pytest.mark.parametrize(
    "window",
    [
        "abc", None, [[0, 1], [0]], ((0, 1j), (0, 1)), ((0, "1"), (0, 1)), ((1, 0), (0, 1)),
        ((0, 1e-10), (0, 1)), ((1e6, 1e6 + 1e-4), (0, 1)), ((0, 2e9), (0, 1)),
        ((-1e308, 1e308), (0, 1)), ((0, np.inf), (0, 1)), ((0, 10**400), (0, 1)),
    ],
)  # fmt: skip
def test_a_window_that_no_figure_can_show_is_refused_with_an_example(window):
    with pytest.raises(ValueError, match=r"a window such as \(\(-2, 2\), \(-2, 2\)\)"):
        plane_window(window)


def test_a_window_becomes_two_pairs_of_floats():
    assert plane_window(np.array([[0, 1], [-5e8, 5e8]])) == ((0.0, 1.0), (-5e8, 5e8))
    assert plane_window(((1e6, 1e6 + 1e-2), (0, 1e-9)))[1] == (0.0, 1e-9)


def test_anything_is_described_in_one_short_line():
    assert described(Unprintable()) == "Unprintable"
    assert described(10**5000) == "int"
    assert len(described(np.arange(1000.0).reshape(50, 20))) <= 60


@pytest.mark.parametrize("value", [0, 1, "no", None, np.array([True, False])])
def test_a_switch_is_true_or_false_and_nothing_like_it(value):
    assert switch(np.False_, "shuffle") is False
    with pytest.raises(TypeError, match="expected shuffle to be True or False; got"):
        switch(value, "shuffle")


def test_a_name_is_one_of_those_there_are():
    assert one_of("law", "a view", ("cloud", "law")) == "law"
    with pytest.raises(ValueError, match="expected a view out of cloud, law; got 'fog'"):
        one_of("fog", "a view", ("cloud", "law"))
    for value in (None, 3, ["law"], Unprintable()):  # a list cannot be looked up in a dict
        with pytest.raises(TypeError, match="expected a view out of cloud, law; got"):
            one_of(value, "a view", {"cloud": 1, "law": 2})


@pytest.mark.parametrize("value", [None, 0, np.random.RandomState(0), np.random.default_rng])
def test_only_a_generator_draws(value):
    with pytest.raises(TypeError, match=r"expected rng such as np\.random\.default_rng\(0\); got"):
        random_generator(value)
