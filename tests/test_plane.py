"""The plane's Python half: what it sends, and that a reply always comes."""

from __future__ import annotations

import ipywidgets
import numpy as np
import pytest
from traitlets import TraitError

from lecture_lib.explorers.plane import Plane, browser_module


class Overheard(Plane):
    """A plane whose replies are kept instead of sent."""

    def __init__(self, **traits):
        self.replies = []
        super().__init__(**traits)

    def send(self, content, buffers=None):
        self.replies.append((content, buffers))

    def ask(self, seq, **state):
        self._answer(self, {"kind": "ask", "seq": seq, "state": state}, [])
        return self.replies[-1]


@pytest.fixture
def plane():
    plane = Overheard()
    frame = lambda state: {"x": np.arange(3.0) * state["w1"], "unseen": np.ones(9)}  # noqa: E731
    plane.answer_with(frame, ["x"], version=4)
    return plane


def test_a_reply_carries_the_arrays_that_are_drawn_and_no_others(plane):
    content, buffers = plane.ask(7, w1=2.0)
    assert (content["seq"], content["version"]) == (7, 4)
    assert content["lengths"] == [("x", 3)]
    np.testing.assert_array_equal(np.frombuffer(buffers[0], np.float32), [0, 2, 4])


def test_a_failing_computation_is_answered_with_its_message_and_the_next_one_works(plane):
    good = plane.compute
    plane.compute = lambda state: 1 / 0
    content, _ = plane.ask(1, w1=1.0)
    assert "ZeroDivisionError" in content["error"]
    plane.compute = good
    content, _ = plane.ask(2, w1=1.0)
    assert "error" not in content


def test_a_number_that_is_none_is_answered_too(plane):
    content, _ = plane.ask(3, w1="not a number")
    assert content["error"].startswith("ValueError")


def test_a_name_that_nobody_computes_is_an_error_and_not_a_gap(plane):
    plane.answer_with(plane.compute, ["x", "not there"], version=5)
    content, _ = plane.ask(1, w1=1.0)
    assert "not there" in content["error"]


@pytest.mark.parametrize("message", [{"kind": "something else"}, None, "ask", []])
def test_a_message_of_another_kind_is_left_alone(plane, message):
    plane._answer(plane, message, [])
    assert plane.replies == []


@pytest.mark.parametrize("message", [{"kind": "ask"}, {"kind": "ask", "seq": 1, "state": 3}])
def test_a_malformed_question_is_answered_with_an_error(plane, message):
    plane._answer(plane, message, [])
    assert "error" in plane.replies[-1][0]


def test_a_plane_that_was_given_nothing_to_compute_says_so():
    content, _ = Overheard().ask(1, w1=0.0)
    assert "nothing to compute" in content["error"]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "a", None, [1.0, 2.0]])
def test_a_handle_cannot_be_put_where_there_is_no_place(value):
    plane = Plane(values={"w1": 0.5})
    with pytest.raises(TraitError, match="finite number"):
        plane.values = {"w1": value}
    assert plane.values == {"w1": 0.5}


def test_inputs_are_handles_sliders_choices_and_plain_numbers():
    plane = Plane(
        values={"w1": 0.5},
        controls={"turn": ipywidgets.IntSlider(30, max=90), "case": ipywidgets.Dropdown(options=["a", "b"], value="b"),
                  "fixed": 4},
    )  # fmt: skip
    assert plane.inputs() == {"w1": 0.5, "turn": 30.0, "case": 1.0, "fixed": 4.0}


def test_the_browser_gets_one_module_without_neighbours_to_import():
    module = browser_module()
    assert 'from "./' not in module
    assert module.count("export default") == 1
    for part in (
        "function machine(",
        "function paintLayers(",
        "function requests(",
        "function render(",
    ):
        assert part in module


def test_what_ran_away_beyond_32_bits_is_sent_as_infinity_without_a_warning(plane):
    plane.answer_with(lambda inputs: {"y": np.array([1e300, -1e300])}, ["y"], version=1)
    content, buffers = plane.ask(1, w1=0.0)
    assert "error" not in content
    np.testing.assert_array_equal(np.frombuffer(buffers[0], "f4"), [np.inf, -np.inf])
