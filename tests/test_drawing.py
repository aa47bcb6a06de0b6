"""Stills and backdrops show what the frame says, and the look keeps its promises."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from lecture_lib.drawing import style
from lecture_lib.drawing.backdrop import height_range, landscape, levels, map_bitmaps
from lecture_lib.drawing.scene import Arrow, Bar, ByValue, Dots, Label, Panel, Path, Scene
from lecture_lib.drawing.still import draw_panel, draw_still
from lecture_lib.surfaces import SURFACES, Surface


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", style.THEMES)
def test_the_map_rises_evenly_from_light_to_dark_or_back(theme):
    steps = [luminance(c) ** (1 / 2.2) for c in style.ramp(theme, 16)]
    changes = np.diff(steps)
    assert (np.sign(changes) == np.sign(changes[0])).all()
    assert changes.min() / changes.max() > 0.7 or changes.max() / changes.min() > 0.7


METHODS = ["descent", "momentum", "mini_batch", "kick", "random_kick"]


@pytest.mark.parametrize("theme", style.THEMES)
@pytest.mark.parametrize("role", METHODS)
def test_what_is_drawn_on_the_map_stands_out(theme, role):
    colour = getattr(style.ROLES[role], theme)
    for ground in (style.LOW[theme], style.PAGE[theme]):
        assert contrast(colour, ground) >= 3.0


def test_no_two_methods_differ_by_colour_alone():
    looks = [(r.dash, r.mark, r.width) for r in (style.ROLES[name] for name in METHODS)]
    assert len(set(looks)) == len(looks)
    assert len({style.ROLES[name].mark for name in METHODS}) == len(METHODS)


def test_levels_give_every_band_about_the_same_area():
    _, _, losses = SURFACES["rosenbrock"].grid(80)
    counts, _ = np.histogram(losses, levels(losses))
    assert counts.max() < 1.6 * counts.min()


def test_a_constant_loss_still_has_a_map():
    surface = Surface.from_formula("3")
    assert len(levels(surface.grid(9)[2])) == 2
    low, high = height_range(surface)
    assert low < 3 < high
    assert all(png.startswith(b"\x89PNG") for png in map_bitmaps(surface, pixels=60).values())


def test_where_there_is_no_loss_the_landscape_has_a_hole():
    heights = landscape(Surface.from_formula("log(w1)"), columns=9)
    assert None in heights["z"]
    assert any(z is not None for z in heights["z"])


def test_a_layer_is_drawn_from_the_arrays_it_names():
    scene = Scene(
        (Panel("p", "chart", (0, 4), (0, 4)),),
        (Path("p", "x", "y", ByValue("k", ("curves_up", "curves_down"))), Dots("p", 1.0, "top", "start"),
         Arrow("p", "x0", 0.0, 1.0, 1.0, "movement"), Label("p", 1.0, 2.0, "u", "guide")),
    )  # fmt: skip
    frame = {"x": np.arange(3.0), "y": np.arange(3.0) ** 2, "k": np.array(1.0),
             "top": np.array(3.0), "x0": np.array(0.5)}  # fmt: skip
    assert scene.names() == {"x", "y", "k", "top", "x0"}
    ax = Figure().add_subplot()
    line, dot, *_ = draw_panel(ax, scene.panels[0], scene, frame, {})
    np.testing.assert_array_equal(line.get_xydata(), np.stack([frame["x"], frame["y"]], -1))
    assert line.get_linestyle() == "--"
    np.testing.assert_array_equal(dot.get_xydata(), [[1.0, 3.0]])
    assert draw_still(scene, frame, {}, dpi=40).startswith(b"\x89PNG")


@pytest.mark.parametrize(("width", "wanted"), [(0.5, 0.5), ("n", 3.0)])
def test_a_bar_is_as_wide_as_it_says_or_as_the_number_that_it_names(width, wanted):
    panel = Panel("p", "chart", (0, 5), (0, 5))
    scene = Scene((panel,), (Bar("p", "x", 1.0, "guide", width=width),))
    frame = {"x": np.array([1.0, 4.0]), "n": np.array(3.0)}
    assert ("n" in scene.names()) == isinstance(width, str)
    (bars,) = draw_panel(Figure().add_subplot(), panel, scene, frame, {})
    assert [bar.get_width() for bar in bars] == pytest.approx([wanted, wanted])
    assert bars[1].get_x() == pytest.approx(4.0 - wanted / 2)


@pytest.mark.parametrize(
    ("tail", "to", "tip"),
    [
        ((1.0, 2.0), (2.0, 3.0), (2.0, 3.0)),
        ((1.0, 2.0), (99.0, 2.0), (4.0, 2.0)),
        ((1.0, 2.0), (1.0, -99.0), (1.0, 0.0)),
        ((-8.0, 2.0), (-9.0, 3.0), None),
    ],
)
def test_an_arrow_that_leaves_the_panel_has_its_head_at_the_border(tail, to, tip):
    panel = Panel("p", "chart", (0, 4), (0, 4))
    ends = (*tail, to[0] - tail[0], to[1] - tail[1])
    scene = Scene((panel,), (Arrow("p", *ends, "gradient"),))
    (arrow,) = draw_panel(Figure().add_subplot(), panel, scene, {}, {})
    if tip is None:
        assert arrow is None
    else:
        np.testing.assert_allclose(arrow.xy, tip, atol=1e-9)


def test_an_arrow_out_of_the_corner_shows_beyond_it_and_a_label_there_stays_inside():
    panel = Panel("p", "chart", (0, 4), (0, 4))
    layers = (Arrow("p", 4.0, 4.0, 50.0, 50.0, "gradient"), Label("p", 4.0, 4.0, "u₁", "guide"))
    ax = Figure().add_subplot()
    arrow, label = draw_panel(ax, panel, Scene((panel,), layers), {}, {})
    assert arrow.xy[0] > 4.0
    box = label.get_window_extent()
    assert ax.bbox.x0 <= box.x0 < box.x1 <= ax.bbox.x1 + 1e-6
    assert ax.bbox.y0 <= box.y0 < box.y1 <= ax.bbox.y1 + 1e-6
