"""The lecture's table, rebuilt: every number in it comes from the data or from a measurement."""

from __future__ import annotations

import re

import pytest

from lecture_lib.experiments.lecture_table import ROWS, lecture_table
from lecture_lib.experiments.update_time import MeasuredUpdateTimes
from lecture_lib.words import speak

MEASURED = MeasuredUpdateTimes((1, 100, 10_000), (0.0001, 0.0004, 0.03))


@pytest.fixture(autouse=True)
def _english():
    yield
    speak("en")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_table_has_the_lectures_six_rows_of_four_cells(language):
    speak(language)
    lines = lecture_table(MEASURED).splitlines()
    assert len(lines) == 2 + len(ROWS) == 8
    assert {line.count("|") for line in lines} == {5}
    assert bool(re.search("[\u4e00-\u9fff]", lines[0])) == (language == "zh")


def test_its_numbers_are_the_lectures_and_the_measured_ones():
    rows = dict(zip(ROWS, lecture_table(MEASURED).splitlines()[2:], strict=True))
    assert "B = 10000 takes 300 times as long as B = 1;" in rows["alone"]
    assert "1.2 times as long at B = 10, 25 times at 1000, 1552 times" in rows["parallel"]
    assert "364 s at B = 1, 9 s from 1000 on" in rows["epoch"]
    assert "6 s at B = 1, 0.18 s at 10000" in rows["epoch"]
    assert "99.2 % at B = 100, 83.8 % at 60000" in rows["optimisation"]
    assert "by 0.22 to 5.27 points" in rows["generalisation"]


def test_the_noise_row_follows_the_square_root_and_ends_at_zero():
    row = lecture_table(MEASURED).splitlines()[2 + ROWS.index("gradient")]
    one, four, all_of_them = map(float, re.findall(r"(\d+\.\d) at ", row))
    assert one / four == pytest.approx((19 / 16 * 4) ** 0.5, abs=0.03)  # (N − 1)/(N − B) · B
    assert all_of_them == 0


def test_anything_but_measured_times_is_refused():
    with pytest.raises(TypeError, match=r"the result of measure_update_times\(…\); got tuple"):
        lecture_table((1, 2))
