"""The noise cloud shows what batches disagree about, and where they no longer do."""

from __future__ import annotations

import re

import numpy as np
import pytest
from node_machine import browser_frames

from lecture_lib.drawing.style import ROLES
from lecture_lib.explorers.noise_cloud import SLOPES_B, SLOPES_W, SPREADS, VIEWS, WINDOW, NoiseCloud
from lecture_lib.words import speak


@pytest.fixture
def cloud():
    return NoiseCloud()


@pytest.fixture(autouse=True)
def _the_language_is_given_back():
    yield
    speak("en")


def numbers(cloud):
    return "\n".join(s.fill(cloud.frame()) for s in cloud.staged.numbers)


def place(cloud, b, w):
    cloud.plane.values = {"b": b, "w": w}


def test_the_fact_tells_the_noise_beside_the_full_gradient(cloud):
    assert "At θ = (0.50, 1.50) the full gradient has length 36.09." in cloud.fact
    assert "With B = 4, a batch's gradient is off by σ = 14.36" in cloud.fact
    assert "0.40 times that length" in cloud.fact
    assert "1/√B alone would give 15.65" in cloud.fact
    assert "√((N−B)/(N−1)) = 0.918" in cloud.fact


@pytest.mark.parametrize(
    ("batch_size", "spread", "words"),
    [(1, "31.30", "every green square lies on one of the 20 dots"), (2, "21.54", "22.13"),
     (10, "7.18", "9.90"), (19, "1.65", "7.18"), (20, "0.00", "no noise at all")],
)  # fmt: skip
def test_the_noise_shrinks_to_nothing_as_the_batch_grows(cloud, batch_size, spread, words):
    cloud.batch_size.value = batch_size
    assert f"off by σ = {spread}" in cloud.fact
    assert words in cloud.fact


def test_batches_of_one_lie_on_the_examples(cloud):
    cloud.batch_size.value = 1
    frame = cloud.frame()
    examples = set(zip(frame["example_gb"].round(9), frame["example_gw"].round(9), strict=True))
    batches = set(zip(frame["batch_gb"].round(9), frame["batch_gw"].round(9), strict=True))
    assert batches == examples


@pytest.mark.parametrize("view", VIEWS)
def test_at_the_optimum_all_examples_agree(view):
    cloud = NoiseCloud(view)
    place(cloud, 0.0, 1.0)
    assert "all 20 gradients are zero" in cloud.fact
    assert "?" not in numbers(cloud)
    assert cloud.still().startswith(b"\x89PNG")


def test_the_axes_hold_every_gradient_and_the_widest_ellipse_wherever_theta_is(cloud):
    cloud.batch_size.value = 1
    for b in np.linspace(*WINDOW[0], 5):
        for w in np.linspace(*WINDOW[1], 5):
            place(cloud, b, w)
            frame = cloud.frame()
            for across, up in (("example_gb", "example_gw"), ("batch_gb", "batch_gw"),
                               ("ring_b", "ring_w")):  # fmt: skip
                assert SLOPES_B[0] < frame[across].min()
                assert frame[across].max() < SLOPES_B[1]
                assert SLOPES_W[0] < frame[up].min()
                assert frame[up].max() < SLOPES_W[1]
            assert max(float(frame["length"]), frame["each_sd"].max()) < SPREADS[1]


def test_the_other_view_keeps_theta_and_reset_takes_it_back(cloud):
    place(cloud, 0.2, 1.1)
    cloud.view.value = "law"
    assert cloud.plane.values == {"b": 0.2, "w": 1.1}
    assert [p.name for p in cloud.staged.scene.panels] == ["map", "law"]
    cloud.reset()
    assert cloud.view.value == "cloud"
    assert cloud.plane.values == {"b": 0.5, "w": 1.5}


def test_the_law_is_drawn_with_the_chosen_batch_size_marked():
    cloud = NoiseCloud("law")
    frame, layers = cloud.frame(), cloud.staged.scene.layers
    marked = next(a for a in layers if a.panel == "law" and a.role == "truth")
    assert (float(frame[marked.x]), float(frame[marked.y])) == (4, frame["each_sd"][3])
    dashed = next(a for a in layers if a.panel == "law" and a.role == "model")
    np.testing.assert_allclose(frame[dashed.y], frame["each_sd"][0] / np.sqrt(np.arange(1, 21)))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_state_gives_a_sentence_without_gaps(view, language):
    speak(language)
    cloud = NoiseCloud(view)
    for size in (1, 7, 20):
        cloud.batch_size.value = size
        for theta in ((WINDOW[0][0], WINDOW[1][0]), (WINDOW[0][1], WINDOW[1][1]), (0.3, 1.0)):
            place(cloud, *theta)
            text = cloud.fact + numbers(cloud)
            assert "{" not in text
            assert "?" not in text, text
            assert any("\u4e00" <= c <= "\u9fff" for c in cloud.fact) == (language == "zh")
    assert cloud.still().startswith(b"\x89PNG")


def test_both_views_run_in_the_browser_with_the_same_numbers():
    clouds = [NoiseCloud(view) for view in VIEWS]
    assert all(c.plane.recipe for c in clouds)
    frames = browser_frames([(c.staged.recipe, c.plane.inputs()) for c in clouds])
    for cloud, there in zip(clouds, frames, strict=True):
        here = cloud.frame()
        for name in cloud.plane.wanted:
            np.testing.assert_allclose(there[name], np.ravel(here[name]), rtol=1e-9, atol=1e-12)


def test_the_squares_lie_above_the_dots_and_are_smaller_so_that_both_are_seen(cloud):
    layers = [layer for layer in cloud.staged.scene.layers if layer.panel == "cloud"]
    roles = [layer.role for layer in layers]
    assert roles.index("exact") < roles.index("mini_batch")
    square = next(layer for layer in layers if layer.role == "mini_batch")
    panel, pixels = cloud.staged.scene.panels[1], 315  # of the axes, as a wide page shows them
    across = square.width / (panel.x[1] - panel.x[0]) * pixels
    up = square.height / (panel.y[1] - panel.y[0]) * pixels
    outline, dot = ROLES["mini_batch"].width, 2 * 2.5 + 1.8  # as faces.js draws a dot
    for side in (across, up):
        assert 3 < side + outline < dot
        assert side - outline < outline  # the outline fills it, as in the legend


def test_counts_below_the_picture_are_those_of_the_recipe(cloud):
    template = " ".join(t for s in cloud.staged.numbers for t in s.templates)
    assert not re.search(r"\b(20|200)\b", template)
    assert re.search(r"B =  4   N = 20 ", numbers(cloud))
    assert re.search(r"2σ: \d+ / 200$", numbers(cloud))
