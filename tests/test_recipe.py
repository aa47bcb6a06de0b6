"""A recipe computes every array of a figure, in order, from a handful of numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from node_machine import browser_frame, browser_frames

from lecture_lib.recipe import Iterate, Let, Map, Pick, Recipe
from lecture_lib.tracing import sin


def halve(s, rate):
    return {"s": s - rate * s, "spent": rate * s}


RECIPE = Recipe([
    Let("t", np.linspace(0, 1, 5)),
    Map(lambda t, a: {"x": a * t, "y": sin(t)}, {"a": "slope"}, prefix="line_"),
    Let("rates", [0.5, 0.25, 1.0]),
    Iterate(halve, {"s": "slope"}, 3, prefix="run_", per_step=()),
])  # fmt: skip


def test_a_map_applies_its_function_to_every_entry_and_broadcasts_numbers():
    frame = Recipe(RECIPE.steps[:2])({"slope": 2.0})
    np.testing.assert_array_equal(frame["line_x"], [0, 0.5, 1, 1.5, 2])
    np.testing.assert_allclose(frame["line_y"], np.sin(frame["t"]))


def test_a_recurrence_keeps_every_state_and_what_came_of_each_step():
    recipe = Recipe([Iterate(halve, {"s": "start"}, 3, prefix="run_")])
    frame = recipe({"start": 8.0, "rate": 0.5})
    np.testing.assert_array_equal(frame["run_s"], [8, 4, 2, 1])
    np.testing.assert_array_equal(frame["run_spent"], [4, 2, 1])


def test_per_step_numbers_go_one_into_each_step():
    recipe = Recipe([
        Let("rate", [0.5, 0.25, 1.0]),
        Iterate(halve, {"s": "start"}, 3, per_step=("rate",)),
    ])  # fmt: skip
    np.testing.assert_array_equal(recipe({"start": 8.0})["s"], [8, 4, 3, 0])


def test_a_step_that_reads_an_unknown_name_says_which():
    with pytest.raises(KeyError, match="nowhere"):
        Recipe([Map(lambda nowhere: {"x": nowhere})])({"w1": 0.0})


def test_a_recipe_of_traced_functions_runs_in_the_browser_with_the_same_numbers():
    steps = [*RECIPE.steps[:2], Let("rate", [0.5, 0.25, 1.0]),
             Iterate(halve, {"s": "slope"}, 3, prefix="run_", per_step=("rate",))]  # fmt: skip
    recipe = Recipe(steps)
    assert recipe.runs_in_browser
    here, there = recipe({"slope": 2.0}), browser_frame(recipe, {"slope": 2.0})
    assert here.keys() == there.keys()
    for name, values in here.items():
        np.testing.assert_allclose(np.ravel(values), there[name], rtol=1e-14, err_msg=name)


def test_a_function_that_cannot_be_traced_still_runs_here():
    def lookup(x):
        return {"y": np.interp(x, [0.0, 1.0], [5.0, 7.0]) + np.zeros(1)}

    recipe = Recipe([Map(lookup)])
    assert not recipe.runs_in_browser
    assert recipe.json() is None
    assert recipe({"x": 0.5})["y"] == [6.0]


def test_a_pick_by_an_array_takes_one_entry_for_each_place_rounded_and_kept_within():
    recipe = Recipe([
        Let("place", [2.0, 0.4, 0.5, -7.0, 99.0]),
        Let("row", [5.0, 7.0, 8.0, 9.0]),
        Pick("place", {"taken": "row"}),
    ])  # fmt: skip
    for frame in (recipe({}), browser_frame(recipe, {})):
        np.testing.assert_array_equal(frame["taken"], [8, 5, 7, 5, 9])


@pytest.mark.parametrize(("index", "wanted"), [(0, 5.0), (-1, 9.0), (2, 8.0), ("at", 7.0)], ids=str)
def test_an_entry_is_picked_by_its_place_or_by_a_number_of_the_frame(index, wanted):
    recipe = Recipe([Let("row", [5.0, 7.0, 8.0, 9.0]), Pick(index, {"one": "row"})])
    frame, there = recipe({"at": 1.2}), browser_frames([(recipe, {"at": 1.2})])[0]
    assert frame["one"] == there["one"][0] == wanted


@pytest.mark.parametrize(
    ("at", "wanted"), [(-3.0, 5.0), (99.0, 9.0), (math.nan, 5.0), (1.5, 8.0), (2.5, 9.0)]
)
def test_a_picked_place_is_rounded_and_kept_within_the_array(at, wanted):
    divide = Map(lambda over, under: {"at": over / under})  # a number that may be 0/0
    recipe = Recipe([divide, Let("row", [5.0, 7.0, 8.0, 9.0]), Pick("at", {"one": "row"})])
    state = {"over": 0.0, "under": 0.0} if math.isnan(at) else {"over": at, "under": 1.0}
    assert recipe(state)["one"] == wanted
    assert browser_frames([(recipe, state)])[0]["one"] == [wanted]
