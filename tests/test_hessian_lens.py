"""The Hessian lens says about a point what the mathematics says."""

from __future__ import annotations

import numpy as np
import pytest

from lecture_lib.explorers import HessianLens
from lecture_lib.surfaces import SURFACES, Surface


@pytest.mark.parametrize(
    ("theta", "words"),
    [
        ((0, 0), "Saddle point: the slope is zero, one curvature is negative and one positive, λ = −2.00 and 2.00"),
        ((1, 1), "Inconclusive: the slope is zero, and so is a curvature, λ = 0.00 and 4.00"),
        ((0.5, 2), "λ = 0.00 and 8.50"),
        ((1, 0), "Not a critical point"),
    ],
)  # fmt: skip
def test_the_lectures_points_get_the_verdict_they_deserve(theta, words):
    lens = HessianLens()
    lens.plane.values = dict(zip(("w1", "w2"), theta, strict=True))
    assert words in lens.fact


@pytest.mark.parametrize(
    ("surface", "words"),
    [("bowl", "Local minimum"), ("peak", "Local maximum"), ("saddle", "Saddle point"),
     ("monkey_saddle", "Inconclusive"), ("flat_minimum", "Inconclusive")],
)  # fmt: skip
def test_each_kind_of_landscape_has_its_verdict_at_the_origin(surface, words):
    lens = HessianLens(surface)
    lens.plane.values = {"w1": 0.0, "w2": 0.0}
    assert words in lens.fact


def test_the_numbers_below_show_the_hessian_entry_by_entry():
    lens = HessianLens()
    lens.plane.values = {"w1": 0.5, "w2": 2.0}
    text = "\n".join(s.fill(lens.frame()) for s in lens.staged.numbers)
    for entry in ("8.00", "2.00", "0.50", "8.50"):
        assert entry in text


def test_choosing_a_surface_restages_the_plane():
    lens = HessianLens()
    before = lens.plane.scene["version"]
    lens.surface.value = "himmelblau"
    assert lens.plane.scene["version"] > before
    assert lens.plane.scene["panels"][0]["x"] == (-5.0, 5.0)
    kinds = [kind for *_, kind in lens.plane.scene["panels"][0]["landmarks"]]
    assert (kinds.count("minimum"), kinds.count("saddle"), kinds.count("maximum")) == (4, 4, 1)


def test_a_loss_written_in_python_goes_through_the_kernel():
    own = Surface.from_function(lambda theta: np.sin(theta[..., 0]) * theta[..., 1] ** 2)
    lens = HessianLens(own)
    assert lens.plane.recipe == []
    lens.plane.values = {"w1": 0.5, "w2": 1.0}
    assert "L = 0.479" in lens.fact


def test_an_unknown_surface_is_refused_with_the_names_there_are():
    with pytest.raises(KeyError, match="two_weights"):
        HessianLens("no such thing")


def test_the_landmarks_of_the_two_weights_are_the_saddle_and_the_valley():
    points = HessianLens().staged.scene.panels[0].landmarks
    assert (0.0, 0.0, "saddle") in points
    rest = [p for p in points if p[2] != "saddle"]
    assert rest
    for w1, w2, kind in rest:
        assert kind == "inconclusive"
        assert SURFACES["two_weights"].loss((w1, w2)) < 1e-12


def test_brackets_stand_below_each_other_and_every_name_on_the_upper_row():
    lens = HessianLens()
    above, below, _, turned, under = (s.fill(lens.frame()) for s in lens.staged.numbers)
    for upper, lower in ((above, below), (turned, under)):
        for top, bottom in ("⎛⎝", "⎞⎠"):
            places = [k for k, sign in enumerate(upper) if sign == top]
            assert places == [k for k, sign in enumerate(lower) if sign == bottom]
            assert places
        assert "= ⎛" in upper
        assert "=" not in lower.split("λ")[0]
    assert above.index("⎛", 9) == turned.index("⎛")


def test_a_minimum_is_a_minimum_in_another_lens_that_takes_the_code():
    lens = HessianLens("himmelblau")
    lens.plane.values = {"w1": 3.5844283403304917, "w2": -1.8481265269644034}
    other = HessianLens()
    other.restore(lens.state_code)
    assert "Local minimum" in other.fact


def test_its_plain_text_is_a_sentence_for_readers_and_no_name_of_a_class(monkeypatch):
    shown = []
    monkeypatch.setattr("lecture_lib.explorers.explorer.display", lambda *a, **k: shown.append(a))
    HessianLens()._ipython_display_()
    assert shown[-1][0]["text/plain"] == "(Live figure: run this cell to drag it.)"
