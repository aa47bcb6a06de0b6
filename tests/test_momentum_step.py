"""Going through a descent with momentum step by step shows the arrows that make each step."""

from __future__ import annotations

import numpy as np
import pytest
from node_machine import browser_frames

from lecture_lib.explorers.momentum_step import SETTINGS, MomentumStep


def numbers(figure):
    return "\n".join(s.fill(figure.frame()) for s in figure.staged.numbers)


def test_the_receipt_writes_out_the_step_that_the_arrows_show():
    figure = MomentumStep()
    figure.k.value = 0
    # from (−1.8, 1): g = (−1.8, 20), and η = 0.04
    assert "0.07200 = 0.80 ·  0.00000 − 0.0400 ·   −1.800   =   0.00000   +0.07200" in numbers(
        figure
    )
    assert "−0.80000 = 0.80 ·  0.00000 − 0.0400 ·   20.000   =   0.00000   −0.80000" in numbers(
        figure
    )
    assert "the first step is that of plain descent" in figure.fact
    figure.k.value = 1
    # m = 0.8 (0.072, −0.8) − 0.04 (−1.728, 4)
    assert "0.12672 = 0.80 ·  0.07200 − 0.0400 ·   −1.728" in numbers(figure)
    assert "−0.80000 = 0.80 · −0.80000 − 0.0400 ·    4.000" in numbers(figure)
    assert "βm − ηg = (+0.127, −0.800)" in figure.fact


def test_the_four_arrows_start_at_theta_and_the_sum_closes_the_parallelogram():
    figure = MomentumStep()
    drawn = {(a["dx"], a["role"]) for a in figure.plane.scene["layers"]
             if a["kind"] == "arrow" and a["panel"] == "close" and a["heads"]}  # fmt: skip
    assert drawn == {("push_drawn_x", "gradient"), ("pull_drawn_x", "tangent"),
                     ("kept_drawn_x", "last_movement"), ("move_drawn_x", "movement")}  # fmt: skip
    frame = figure.frame()
    for axis in "xy":
        ends = [float(frame[f"{name}_drawn_{axis}"]) for name in ("kept", "pull", "move")]
        assert ends[0] + ends[1] == pytest.approx(ends[2])


def test_the_picture_ends_at_step_k_and_the_whole_path_lies_behind_it():
    layers = MomentumStep().plane.scene["layers"]
    paths = {layer["role"]: layer["upto"] for layer in layers if layer["kind"] == "path"}
    assert paths == {"guide": None, "descent": "k", "momentum": "k"}


@pytest.mark.parametrize("surface", SETTINGS)
def test_every_surface_comes_with_a_rate_and_a_start_that_do_not_run_away(surface):
    figure, chosen = MomentumStep(surface), MomentumStep()
    chosen.surface.value = surface
    setting = SETTINGS[surface]
    for fig in (figure, chosen):
        rate = fig.learning_rate
        assert (rate.value, rate.min, rate.max) == (setting.rate, setting.lowest, setting.highest)
        assert fig.plane.values == dict(zip(("w1", "w2"), setting.start, strict=True))
        for k in (0, 7, 60):
            fig.k.value = k
            assert fig.frame()["case"] != 7
    chosen.reset()
    assert (chosen.surface.value, chosen.learning_rate.value) == ("narrow", 0.04)
    assert chosen.fact == MomentumStep().fact


@pytest.mark.parametrize("surface", SETTINGS)
def test_every_surface_has_a_slider_of_its_own_and_shows_that_one_alone(surface):
    figure = MomentumStep()
    figure.surface.value = surface
    shown = [c for name, c in figure.controls.items()
             if name.endswith("_rate") and c.layout.display != "none"]  # fmt: skip
    assert shown == [figure.learning_rate]
    assert (
        figure.plane.controls["narrow_rate" if surface == "narrow" else f"{surface}_rate"]
        is shown[0]
    )
    # nothing of it is set while it is on a screen, so nothing can be clipped on the way
    fresh = MomentumStep(surface).learning_rate
    assert (shown[0].value, shown[0].step) == (fresh.value, fresh.step)
    assert figure.frame()["learning_rate"] == shown[0].value


def test_at_the_last_step_the_next_loss_is_that_of_the_point_it_leads_to():
    figure = MomentumStep()
    figure.k.value, figure.learning_rate.value = 60, 0.002
    frame = figure.frame()
    there = [float(frame["x"] + frame["move_x"]), float(frame["y"] + frame["move_y"])]
    assert f"leads to L = {0.5 * there[0] ** 2 + 10 * there[1] ** 2:.3f}" in figure.fact
    assert float(frame["next_loss"]) < 0.99 * float(frame["loss"])


def test_what_has_run_away_leads_nowhere_and_is_written_in_whole_numbers():
    figure = MomentumStep("himmelblau")
    figure.restore("MomentumStep?himmelblau_rate=0.02&momentum=0.95&k=30&w1=5.0&w2=5.0")
    assert "out beyond |w₁| + |w₂| = 100; plain descent stands at L = 0.000." in figure.fact
    assert "leads to" not in figure.fact
    assert "has run away" in figure.fact
    assert "−209868 = 0.95 ·      151 − 0.0200 · 10500570   =       144    −210011" in numbers(
        figure
    )
    figure.restore("MomentumStep?surface=rosenbrock&rosenbrock_rate=0.0016&momentum=0.23&k=60"
                   "&w1=1.813&w2=2.562")  # fmt: skip
    assert "plain descent has run away. The next movement" in figure.fact


def test_what_s_is_stands_in_words():
    assert "all arrows are divided by s" in MomentumStep().fact
    assert "s = 1.000000" in numbers(MomentumStep())


def test_the_state_code_brings_back_surface_rate_step_and_start():
    figure = MomentumStep()
    figure.surface.value = "rosenbrock"
    figure.learning_rate.value, figure.k.value = 0.0012, 41
    figure.plane.values = {"w1": 0.3, "w2": 2.2}
    other = MomentumStep()
    other.restore(figure.state_code)
    assert (other.state_code, other.fact) == (figure.state_code, figure.fact)


@pytest.mark.parametrize("surface", SETTINGS)
def test_every_surface_runs_in_the_browser_and_as_a_still(surface):
    figure = MomentumStep(surface)
    state = figure.plane.inputs()
    there = browser_frames([(figure.staged.recipe, state)])[0]
    for name, values in figure.frame().items():
        np.testing.assert_allclose(there[name], np.ravel(values), rtol=1e-9, atol=1e-9)
    assert figure.still().startswith(b"\x89PNG")
