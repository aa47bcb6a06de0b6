"""The lens over a network's slice: the face of `HessianLens`, computed by the kernel."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lecture_lib.drawing.scene import Label, Path
from lecture_lib.experiments.training_path import stored_path
from lecture_lib.explorers import HessianLens, LossSlice
from lecture_lib.explorers.loss_slice import VIEWS, _slice
from lecture_lib.words import speak


@pytest.mark.parametrize("view", VIEWS)
def test_the_face_is_that_of_the_hessian_lens_with_the_training_drawn_in(view):
    figure, lens = LossSlice(view), HessianLens()
    drawn = figure.staged.scene.layers
    kinds = [type(layer) for layer in lens.staged.scene.layers]
    assert [type(layer) for layer in drawn] == [Path, Path, *kinds]
    assert figure.staged.scene.handles == lens.staged.scene.handles
    assert figure.staged.scene.names() <= figure.frame().keys()
    assert figure.still().startswith(b"\x89PNG")


@pytest.mark.parametrize("view", VIEWS)
def test_the_frame_comes_from_the_kernel_and_holds_what_the_network_says(view):
    figure, path = LossSlice(view), stored_path()
    assert figure.staged.recipe.json() is None
    assert figure.plane.recipe == []
    figure.plane.values = {"w1": -0.6, "w2": 0.5}
    frame, cut = figure.frame(), _slice(view)[0]
    theta = cut.center - 0.6 * cut.directions[0] + 0.5 * cut.directions[1]
    slope = cut.directions @ path.network.gradient(theta, path.x, path.y)
    assert_allclose([frame["g1"], frame["g2"]], slope)
    assert_allclose(frame["loss"], path.network.loss(theta, path.x, path.y))
    matrix = [[frame["h11"], frame["h12"]], [frame["h12"], frame["h22"]]]
    assert_allclose([frame["low"], frame["high"]], np.linalg.eigvalsh(matrix))
    assert_allclose(frame["path_loss"], path.losses)


def test_the_training_follows_the_plane_of_its_own_directions_and_stands_upright_in_a_random_one():
    off = {}
    for view in VIEWS:
        frame, cut = LossSlice(view).frame(), _slice(view)[0]
        places = np.stack([frame["path_a"], frame["path_b"]], axis=-1)
        off[view] = np.abs(cut.loss(places) - frame["path_loss"]).max()
        across = cut.window[0][1] - cut.window[0][0]
        assert (np.ptp(places[:, 0]) > across / 2) == (view == "trajectory")
        assert (np.ptp(places, axis=0).max() < across / 50) == (view == "random")
    assert off["trajectory"] < 0.3
    assert off["random"] > 2


@pytest.mark.parametrize("view", VIEWS)
def test_at_the_start_the_name_of_v_keeps_away_from_the_border(view):
    figure = LossSlice(view)
    (v,) = (a for a in figure.staged.scene.layers if isinstance(a, Label) and a.text == "v")
    low, high = figure.staged.scene.panels[0].x
    begins = 316 * (float(figure.frame()["v_end_x"]) - low) / (high - low) + v.offset[0]
    assert begins + 12 < 316 - 6  # pixels of the map, as wide as it is in a notebook


def test_a_random_slice_has_a_minimum_to_snap_to_and_says_what_it_did_not_check():
    figure = LossSlice("random")
    ((a, b, kind),) = figure.staged.scene.panels[0].landmarks
    assert kind == "minimum"
    figure.plane.values = {"w1": a, "w2": b}
    assert "Local minimum of the slice" in figure.fact
    assert "other directions were not checked" in figure.fact
    assert LossSlice("trajectory").staged.scene.panels[0].landmarks == ()


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_view_speaks_and_its_state_code_brings_it_back(view, language):
    speak(language)
    try:
        figure = LossSlice(view)
        figure.turn.value = 30
        figure.plane.values = {"w1": -0.7, "w2": 0.3}
        assert not set("{}?") & set(figure.fact)
        other = LossSlice()
        other.restore(figure.state_code)
        assert (other.state_code, other.fact) == (figure.state_code, figure.fact)
    finally:
        speak("en")


def test_an_unknown_view_is_refused_with_the_views_there_are():
    with pytest.raises(ValueError, match="trajectory, random"):
        LossSlice("umap")
