"""The memory of momentum is shown as what it is: weights that fade, and a sum that is the movement."""

from __future__ import annotations

import numpy as np
import pytest
from node_machine import browser_frames

from lecture_lib.explorers.momentum_memory import VIEWS, MomentumMemory


def numbers(figure):
    return "\n".join(s.fill(figure.frame()) for s in figure.staged.numbers)


@pytest.fixture
def memory():
    return MomentumMemory()


@pytest.mark.parametrize(
    ("momentum", "limit", "half"),
    [(0.5, "2.00", "1.0"), (0.8, "5.00", "3.1"), (0.9, "10.00", "6.6")],
)
def test_the_fact_tells_how_much_longer_a_step_may_become(memory, momentum, limit, half):
    memory.momentum.value = momentum
    assert f"it would be −η × {limit}" in memory.fact
    assert f"half as much after {half} steps" in memory.fact


def test_the_sum_is_the_movement_in_the_line_of_numbers(memory):
    for i in (1, 12, 20):
        memory.i.value = i
        movement = float(memory.frame()["movement"])
        assert numbers(memory).count(f"{movement:9.6f}".replace("-", "−").strip()) >= 2
        assert "Σ − mⁱ = 0.000000" in numbers(memory)


def test_with_no_momentum_only_the_latest_gradient_counts(memory):
    memory.momentum.value = 0.0
    assert "only the latest gradient counts" in memory.fact
    weights = memory.frame()["weight"]
    np.testing.assert_allclose(weights[:12], [0.0] * 11 + [-0.1])


def test_the_bars_of_the_sum_end_at_the_movement():
    memory = MomentumMemory("sum")
    bars = [
        x for x in memory.plane.scene["layers"] if x["kind"] == "bar" and x["panel"] == "beside"
    ]
    assert [(b["x"], b["base"], b["height"]) for b in bars] == [("slot", "base", "part")]
    frame = memory.frame()
    assert frame["base"][11] + frame["part"][11] == pytest.approx(float(frame["movement"]))
    assert "They are the same number" in memory.fact


def test_the_dashed_line_and_its_name_stand_at_the_limit_and_clear_of_the_axis_name(memory):
    layers = [x for x in memory.plane.scene["layers"] if x["panel"] == "beside"]
    [line] = [x for x in layers if x["kind"] == "arrow"]
    [name] = [x for x in layers if x["kind"] == "label"]
    assert (line["y"], line["dy"], line["role"]) == ("limit", 0.0, "model")
    assert (name["y"], name["text"]) == ("limit", "1/(1−β)")
    [dot] = [x for x in layers if x["kind"] == "dots"]
    assert (dot["x"], dot["y"]) == ("i", "times_i")
    memory.momentum.value = 0.95
    assert memory.frame()["limit"] == pytest.approx(20)
    low, high = memory.staged.scene.panels[1].y
    # the axis name takes up the uppermost 20 of 316 px, the name of the line 20 px above it
    assert (high - 20) / (high - low) * 316 > 40


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_runs_in_the_browser_and_as_a_still(view):
    figure = MomentumMemory(view)
    there = browser_frames([(figure.staged.recipe, figure.plane.inputs())])[0]
    for name, values in figure.frame().items():
        np.testing.assert_allclose(there[name], np.ravel(values), rtol=1e-9, atol=1e-12)
    assert figure.still().startswith(b"\x89PNG")
