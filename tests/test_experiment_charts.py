"""The charts of the experiments show the numbers of the results, in symbols that need no words."""

from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

from lecture_lib.drawing import style
from lecture_lib.drawing.experiment_charts import (
    draw_batch_accuracy,
    draw_minimum_ratios,
    draw_sharpness_pairs,
)
from lecture_lib.experiments.batch_sweep import BatchSweep
from lecture_lib.experiments.minimum_ratio import MinimumRatioDots
from lecture_lib.experiments.sharpness import Sharpness
from lecture_lib.lecture_data import batch_accuracies, minimum_ratio_plot

rng = np.random.default_rng(0)
zero = np.array([0, 2, 0, 0])
negative = np.array([0, 1, 2, 3])
dots = MinimumRatioDots(
    np.zeros((4, 10)), np.array([0.01, 0.05, 0.08, 0.2]), np.zeros(4), np.zeros((4, 10)),
    10 - zero - negative, zero, negative, 9,
)  # fmt: skip
train, held = rng.uniform(0.5, 1, (2, 3, 5))
sweep = BatchSweep("epochs", (4, 64, 1437), (0.1,) * 3, (9, 5, 1), train, held, train, held)


def pairs(largest: np.ndarray, sizes: tuple[int, ...] = (4, 400)) -> Sharpness:
    return Sharpness(sizes, 0.1, 0.2, largest, *([largest] * 5), np.zeros(largest.shape, dtype=int))


noisy, clean = (pairs(rng.uniform(0.2, 4, (2, 5))) for _ in range(2))


@pytest.fixture
def ax() -> Axes:
    return Figure(figsize=(4, 3.8), dpi=100).subplots()


def test_a_critical_point_is_a_dot_at_its_ratio_and_loss_hollow_where_zeros_occur(ax):
    full, hollow = draw_minimum_ratios(ax, dots)
    np.testing.assert_allclose(full.get_xydata(), [(1, 0.01), (0.8, 0.08), (0.7, 0.2)])
    np.testing.assert_allclose(hollow.get_xydata(), [(0.7, 0.05)])
    assert to_hex(full.get_markerfacecolor()) == style.ROLES["measured"].light.lower()
    assert hollow.get_markerfacecolor() == style.PAGE["light"]


def test_the_lectures_dots_and_band_stand_beside_on_an_axis_of_their_own(ax):
    lecture = minimum_ratio_plot()
    artists = draw_minimum_ratios(ax, dots, lecture=lecture)
    four, band = artists[2:]
    assert four.axes is band.axes is not ax
    np.testing.assert_allclose(four.get_xdata(), lecture.plateau_ratios)
    np.testing.assert_allclose(four.get_ydata(), lecture.plateau_loss)
    assert band.get_x() == lecture.band_ratios[0]
    assert band.get_x() + band.get_width() == pytest.approx(lecture.band_ratios[1])
    low, high = ax.get_xlim()
    assert low < min(lecture.plateau_ratios)
    assert high > 1


def test_accuracy_has_the_mean_and_the_deviation_of_the_seeds(ax):
    solid, dashed = draw_batch_accuracy(ax, sweep)
    for drawn, shares in ((solid, train), (dashed, held)):
        line, _, (bars,) = drawn.lines
        drawn_at, means = line.get_xydata().T
        np.testing.assert_allclose(drawn_at, sweep.batch_sizes)
        np.testing.assert_allclose(means, shares.mean(axis=1))
        heights = [np.ptp(segment[:, 1]) for segment in bars.get_segments()]
        np.testing.assert_allclose(heights, 2 * shares.std(axis=1, ddof=1))
    assert solid.lines[0].get_linestyle() == "-"
    assert dashed.lines[0].get_linestyle() == "--"
    assert ax.get_xscale() == "log"


def test_the_lectures_curves_stand_beside(ax):
    lecture = batch_accuracies()["mnist"]
    training, validation = draw_batch_accuracy(ax, sweep, lecture=lecture)[2:]
    np.testing.assert_allclose(training.get_ydata(), lecture.training)
    np.testing.assert_allclose(validation.get_ydata(), lecture.validation)
    ax.figure.canvas.draw()
    assert [label.get_text() for label in ax.get_xticklabels()][-2:] == ["10k", "60k"]


def test_one_seed_has_no_deviation(ax):
    one = BatchSweep("epochs", (4, 64, 1437), (0.1,) * 3, (9, 5, 1), *[train[:, :1]] * 4)
    (solid, _) = draw_batch_accuracy(ax, one)
    assert [np.ptp(s[:, 1]) for s in solid.lines[2][0].get_segments()] == [0, 0, 0]


def test_a_seed_is_a_line_from_the_small_batch_to_the_large_one_with_the_medians_across(ax):
    artists = draw_sharpness_pairs(ax, (noisy, clean))
    assert len(artists) == 2 * (5 + 1)
    for k, result in enumerate((noisy, clean)):
        lines = artists[6 * k : 6 * k + 6]
        drawn = np.array([line.get_ydata() for line in lines[:5]])
        np.testing.assert_allclose(drawn, result.largest.T)
        np.testing.assert_allclose(lines[5].get_ydata(), np.median(result.largest, axis=1))
    low, high = ax.get_ylim()
    assert low < min(noisy.largest.min(), clean.largest.min())
    assert high > max(noisy.largest.max(), clean.largest.max())
    assert len(draw_sharpness_pairs(Figure().subplots(), noisy)) == 6


DRAWINGS = {
    "ratios": lambda ax, theme: draw_minimum_ratios(
        ax, dots, lecture=minimum_ratio_plot(), theme=theme
    ),
    "accuracy": lambda ax, theme: draw_batch_accuracy(
        ax, sweep, lecture=batch_accuracies()["cifar10"], theme=theme
    ),
    "pairs": lambda ax, theme: draw_sharpness_pairs(ax, (noisy, clean), theme=theme),
}


@pytest.mark.parametrize("theme", style.THEMES)
@pytest.mark.parametrize("name", DRAWINGS)
def test_a_chart_has_symbols_and_numbers_and_no_words(ax, name, theme):
    artists = DRAWINGS[name](ax, theme)
    assert all(artist.figure is ax.figure for artist in artists if hasattr(artist, "figure"))
    ax.figure.canvas.draw()
    texts = [text.get_text() for text in ax.figure.findobj(Text) if text.get_visible()]
    bare = " ".join(re.sub(r"\\[a-z]+", " ", text) for text in texts)
    assert re.sub(r"max|\bk\b", "", bare)
    assert not re.search(r"[^\W\d_]{4,}|[\u4e00-\u9fff]", bare.replace("mathdefault", ""))
    colours = {to_hex(label.get_color()) for label in ax.get_xticklabels()}
    assert colours == {{"light": style.INK, "dark": style.PAPER}[theme]}


def test_an_unknown_theme_is_named(ax):
    with pytest.raises(ValueError, match="expected theme to be one of light, dark; got 'blue'"):
        draw_sharpness_pairs(ax, noisy, theme="blue")


def test_the_charts_load_no_pyplot_and_no_widgets():
    probe = (
        "import sys, lecture_lib.drawing.experiment_charts\n"
        "sys.exit(bool({'matplotlib.pyplot', 'ipywidgets'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0
