"""A descent refuses at the call what it cannot do, and says what was wanted."""

from __future__ import annotations

import numpy as np
import pytest

from lecture_lib.momentum import descend, momentum_step
from lecture_lib.surfaces import SURFACES


def constant(_):
    return np.ones(1)


@pytest.mark.parametrize(
    ("knobs", "error", "says"),
    [
        ({"learning_rate": -0.1}, ValueError, "The minus sign of descent is already"),
        ({"learning_rate": np.nan}, ValueError, "finite number"),
        ({"learning_rate": "fast"}, TypeError, "learning_rate to be a number"),
        ({"momentum": 1.0}, ValueError, r"momentum in \[0, 1\); got 1"),
        ({"momentum": -0.1}, ValueError, r"momentum in \[0, 1\)"),
        ({"steps": -1}, ValueError, "steps of at least 0"),
        ({"steps": 2.5}, TypeError, "steps to be a whole number"),
        ({"steps": True}, TypeError, "steps to be a whole number; got True"),
        ({"steps": 1_000_001}, ValueError, "steps of at most 1000000"),
        ({"learning_rate": True}, TypeError, "learning_rate to be a number; got True"),
    ],
)
def test_a_knob_out_of_its_range_is_refused_at_the_call(knobs, error, says):
    with pytest.raises(error, match=says):
        descend(constant, [0.0], **({"learning_rate": 0.1, "steps": 3} | knobs))


@pytest.mark.parametrize("start", [[], 1.0, [[1.0, 2.0]], [np.inf, 0.0]])
def test_a_start_that_is_no_point_is_refused(start):
    with pytest.raises(ValueError, match="start"):
        descend(constant, start, learning_rate=0.1, steps=3)


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(
        ValueError, match=r"gradient at θ, step 0, of shape \(2,\); got shape \(1,\)"
    ):
        descend(constant, [0.0, 0.0], learning_rate=0.1, steps=3)
    with pytest.raises(ValueError, match=r"movement of shape \(2,\)"):
        momentum_step([1, 2], [0], [1, 1], learning_rate=0.1, momentum=0)


def test_what_is_no_gradient_is_refused_with_the_cure():
    with pytest.raises(TypeError, match=r"gradient to be a function.* Pass its method: \.gradient"):
        descend(SURFACES["bowl"], [1, 2], learning_rate=0.1, steps=3)
    with pytest.raises(TypeError, match="gradient to be a function of θ; got 'w1'"):
        descend("w1", [1, 2], learning_rate=0.1, steps=3)


@pytest.mark.parametrize(
    "answer", ["12", ["1", "2"], None, [1j, 2], [[1], [2, 3]], (x for x in (1.0, 2.0))]
)
def test_a_gradient_that_returns_no_numbers_is_told_so(answer):
    with pytest.raises(
        TypeError, match="expected the gradient at θ, step 0, to be an array of real"
    ):
        descend(lambda _: answer, [1, 2], learning_rate=0.1, steps=3)


class OnFloats:
    """A gradient with a method for plain floats, which returns whatever it was given."""

    def __init__(self, answer):
        self.answer = answer

    def __call__(self, theta):
        return theta

    def at(self, w1, w2):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize("answer", [None, (1.0,), (1.0, 2.0, 3.0), ("a", "b"), (1j, 0.0)])
def test_what_a_gradient_returns_for_plain_floats_is_named_if_it_is_not_two_of_them(answer):
    with pytest.raises(TypeError, match=r"gradient\.at to return two floats"):
        descend(OnFloats(answer), [1.0, 2.0], learning_rate=0.1, momentum=0.9, steps=3)


def test_what_the_gradient_itself_raises_comes_through():
    with pytest.raises(ValueError, match=r"^mine$"):
        descend(OnFloats(ValueError("mine")), [1.0, 2.0], learning_rate=0.1, steps=3)


def test_more_points_than_memory_holds_are_refused_at_the_call():
    with pytest.raises(
        ValueError, match="steps × parameters of at most 20000000; got 1000000 × 30"
    ):
        descend(lambda t: t, np.ones(30), learning_rate=0.1, steps=1_000_000)
