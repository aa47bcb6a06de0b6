"""The experiments that a button starts: in turn, with one bar, and quick to end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PIL import Image as Picture

from lecture_lib.drawing.chart_png import chart_png
from lecture_lib.drawing.experiment_pictures import CHARTS, results_png
from lecture_lib.executors import at_checkpoints
from lecture_lib.experiments.batch_sweep import MODES, batch_sweep
from lecture_lib.experiments.long_runs import LONG_RUNS, LongRun
from lecture_lib.experiments.sharpness import Sharpness, sharpness
from lecture_lib.experiments.stored import stored_sweep


def test_several_parts_share_the_bar():
    told = []

    def part(total: int) -> Callable:
        def run(seed: np.random.SeedSequence, *, progress: Callable) -> int:
            for done in range(1, total + 1):
                progress(done, total)
            return total

        return run

    assert LongRun("digits", (part(1), part(4)), 1).run(0, lambda *a: told.append(a)) == (1, 4)
    assert [done / total for done, total in told] == [1 / 2, 5 / 8, 6 / 8, 7 / 8, 1]


def test_the_real_experiments_look_up_often_enough_to_be_cancelled_within_a_task():
    class Enough(Exception):
        pass

    def never(done: int, total: int) -> None:
        raise AssertionError("a whole task went by")

    for run in LONG_RUNS.values():
        for part in run.parts:
            looks = iter(range(20))

            def look(looks: Iterator[int] = looks) -> None:
                if next(looks) == 5:
                    raise Enough

            with at_checkpoints(look), pytest.raises(Enough):
                part(np.random.SeedSequence(1), progress=never)


def test_the_parts_are_the_experiments_whose_results_are_stored():
    noisy, clean = (part.keywords for part in LONG_RUNS["sharpness"].parts)
    assert (noisy, clean["label_noise"]) == ({}, 0)
    assert [part.func for part in LONG_RUNS["sharpness"].parts] == [sharpness, sharpness]
    assert [part.func for part in LONG_RUNS["batch_sweep"].parts] == [batch_sweep] * 3
    stored = LONG_RUNS["sharpness"].stored()
    assert [round(one.label_noise, 1) for one in stored] == [0.2, 0]
    assert all(isinstance(one, Sharpness) for one in stored)


def test_every_long_run_has_charts_and_three_of_them_stand_side_by_side(tmp_path):
    picture, width = results_png("batch_sweep", tuple(map(stored_sweep, MODES)))
    file = tmp_path / "sweep.png"
    file.write_bytes(picture)
    with Picture.open(file) as image:
        assert image.width > 2.5 * image.height
    assert width < 1000
    assert CHARTS.keys() == LONG_RUNS.keys()


def test_charts_side_by_side_share_the_longest_axis():
    seen = []

    def chart(low: float, high: float) -> Callable:
        def draw(ax: object) -> None:
            ax.plot([0, 1], [low, high])
            ax.set_ylim(low, high)
            seen.append(ax)

        return draw

    chart_png(chart(0, 1), chart(-2, 0.5))
    assert [ax.get_ylim() for ax in seen] == [(-2, 1), (-2, 1)]
    with pytest.raises(ValueError, match="one chart or more"):
        chart_png()
