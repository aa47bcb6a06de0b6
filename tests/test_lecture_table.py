"""The lecture's table, rebuilt: every number in it comes from the data or from a measurement."""

from __future__ import annotations

import re

import numpy as np
import pytest

from lecture_lib.experiments.lecture_table import ROWS, lecture_table
from lecture_lib.experiments.stored import stored_sharpness, stored_sweep
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


@pytest.mark.parametrize(("language", "longest"), [("en", 20), ("zh", 10)])
def test_its_first_three_columns_leave_room_for_the_last(language, longest):
    speak(language)
    for line in lecture_table(MEASURED).splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:4]]
        assert max(len(cell.replace("\u2060", "")) for cell in cells) <= longest
        assert not re.search("[\u4e00-\u9fff]{2}", " ".join(cells))  # Chinese: no break inside


@pytest.mark.parametrize(
    ("language", "stored", "here"),
    [("en", "stored run", "Measured here"), ("zh", "存好的一次", "这里")],
)
def test_what_came_out_once_and_was_stored_is_called_so(language, stored, here):
    speak(language)
    rows = dict(zip(ROWS, lecture_table(MEASURED).splitlines()[2:], strict=True))
    for row in ("optimisation", "generalisation"):
        assert stored in rows[row]
        assert here not in rows[row]


def test_its_numbers_are_the_lectures_and_the_measured_ones():
    rows = dict(zip(ROWS, lecture_table(MEASURED).splitlines()[2:], strict=True))
    assert "B = 10000 takes 300 times as long as B = 1;" in rows["alone"]
    assert "1.2 times as long at B = 10, 25 times at 1000, 1552 times" in rows["parallel"]
    assert "364 s at B = 1, 9 s from 1000 on" in rows["epoch"]
    assert "6 s at B = 1, 0.18 s at 10000" in rows["epoch"]
    assert "99.2 % at B = 100, 83.8 % at 60000" in rows["optimisation"]
    assert "by 0.22 to 5.27 points" in rows["generalisation"]


def test_equal_epochs_show_the_fall_equal_updates_do_not_and_the_row_says_why():
    row = lecture_table(MEASURED).splitlines()[2 + ROWS.index("optimisation")]
    epochs, updates = (stored_sweep(mode) for mode in ("epochs", "updates"))
    assert "100.0 % at B = 4, 55.3 % at 1437, because 1437 makes 20 updates and 4 makes 7200" in row
    assert "(500 each) it does not hold: 94.9 % at B = 4, 96.4 % at 64, 96.5 % at 1437" in row
    means = 100 * epochs.training_accuracy.mean(axis=1)
    assert (round(means[0]), round(means[-1])) == (100, 55)
    assert (epochs.updates[0], epochs.updates[-1]) == (7200, 20)
    means = 100 * updates.training_accuracy.mean(axis=1)
    assert np.ptp(means[updates.batch_sizes.index(64) :]) < 1
    assert means[0] < means[-1]


def test_sharper_is_once_worse_and_once_better_on_the_digits_held_back():
    row = lecture_table(MEASURED).splitlines()[2 + ROWS.index("generalisation")]
    assert "93.3 % at B = 4, 94.9 % at 1437" in row
    assert "10.4 times that after B = 4 with wrong labels, 3.2 times with clean ones" in row
    assert "73.0 % against 74.1 % and 95.5 % against 94.9 %" in row
    for labels, times, worse in (("noisy", 10.4, True), ("clean", 3.2, False)):
        places = stored_sharpness(labels)
        assert places.matched
        assert np.median(places.largest[-1] / places.largest[0]) == pytest.approx(times, abs=0.05)
        small, large = np.median(places.validation_accuracy, axis=1)
        assert (large < small) == worse


def test_the_noise_row_follows_the_square_root_and_ends_at_zero():
    row = lecture_table(MEASURED).splitlines()[2 + ROWS.index("gradient")]
    one, four, all_of_them = map(float, re.findall(r"(\d+\.\d) at ", row))
    assert one / four == pytest.approx((19 / 16 * 4) ** 0.5, abs=0.03)  # (N − 1)/(N − B) · B
    assert all_of_them == 0


def test_anything_but_measured_times_is_refused():
    with pytest.raises(TypeError, match=r"the result of measure_update_times\(…\); got tuple"):
        lecture_table((1, 2))
