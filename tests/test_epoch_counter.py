"""The epoch counter keeps three counts apart, in words and in squares."""

from __future__ import annotations

import numpy as np
import pytest
from node_machine import browser_frame

from lecture_lib.explorers.epoch_counter import ROWS, EpochCounter
from lecture_lib.recipes.epochs import MOST
from lecture_lib.words import speak


@pytest.fixture
def counter():
    return EpochCounter()


@pytest.fixture(autouse=True)
def _the_language_is_given_back():
    yield
    speak("en")


def numbers(counter):
    return "\n".join(s.fill(counter.frame()) for s in counter.staged.numbers)


def squares(counter):
    """The columns of the squares that are drawn, row by row from below."""
    bar = next(a for a in counter.staged.scene.layers if a.role == "used" and a.panel == "cells")
    frame, rows = counter.frame(), {}
    columns, bases, _ = np.broadcast_arrays(frame[bar.x], frame[bar.base], frame[bar.height])
    for column, base in zip(columns, bases, strict=True):
        if np.isfinite(base):
            rows.setdefault(round(float(base), 9), []).append(int(column))
    return [rows[base] for base in sorted(rows)]


def flat(rows):
    return [column for row in rows for column in row]


def test_it_opens_on_twenty_examples_in_batches_of_three(counter):
    assert "20 examples in batches of 3. Updates per epoch: 7, rounded up" in counter.fact
    assert "what is left: 2." in counter.fact
    assert "Single numbers changed per epoch: 7 · 2 = 14, and 7 for each parameter." in counter.fact
    assert "not after each batch" in counter.fact
    assert "⌈N/B⌉ = ⌈20/3⌉ = 7        P = 2        ⌈N/B⌉ · P = 7 · 2 = 14" in numbers(counter)


def test_the_quiz_stands_below_the_picture(counter):
    text = numbers(counter)
    for line in ("N = 10 000, B =  10:  1000", "N =  1 000, B =  100:    10",
                 "N =     20, B =   1:    20", "N = 60 000, B =   1: 60000",
                 "N = 60 000, B = 1000:    60", "N = 50 000, B = 256:   196"):  # fmt: skip
        assert line in text
    counter.drop_last.value = True
    assert "N = 50 000, B = 256:   195" in numbers(counter)


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("shuffle", [True, False])
def test_three_epochs_of_squares_are_drawn_each_example_once_an_epoch(counter, rows, shuffle):
    counter.rows.value, counter.shuffle.value = rows, shuffle
    drawn = squares(counter)
    assert [len(row) for row in drawn] == [3, 3, 3, 3, 3, 3, 2] * 3
    epochs = [drawn[:7], drawn[7:14], drawn[14:]]
    for epoch in epochs:
        assert sorted(flat(epoch)) == list(range(1, 21))
    assert (epochs[0] == epochs[1]) is not shuffle
    counter.drop_last.value = True
    assert [len(row) for row in squares(counter)] == [3] * 18
    assert "rounded down" in counter.fact
    assert "⌊N/B⌋ = ⌊20/3⌋ = 6" in numbers(counter)


def test_what_is_dropped_without_shuffling_is_said_never_to_be_trained_on(counter):
    counter.drop_last.value, counter.shuffle.value = True, False
    assert "never trained on" in counter.fact
    assert 20 not in flat(squares(counter))
    counter.shuffle.value = True
    assert "drawn anew for each epoch" in counter.fact


def test_the_full_batch_is_one_update_and_larger_batches_are_held_to_it(counter):
    told = {20: "20 examples in batches of 20. Updates per epoch: 1,",
            24: "B = 24 is more than there are: all 20 examples are in one batch."}  # fmt: skip
    for size, sentence in told.items():
        counter.batch_size.value = size
        assert sentence in counter.fact
        assert "Full batch" in counter.fact
        assert [sorted(row) for row in squares(counter)] == 3 * [list(range(1, 21))]


def test_single_examples_share_no_batch(counter):
    counter.batch_size.value = 1
    assert "only the order differs" in counter.fact
    assert "share a batch" not in counter.fact


@pytest.mark.parametrize(("rows", "lines"), [("epochs", 2), ("updates", 3)])
def test_a_line_ends_every_epoch_but_the_border(counter, rows, lines):
    counter.rows.value = rows
    ends = [a for a in counter.staged.scene.layers if a.role == "truth"]
    assert len(ends) == lines
    frame = counter.frame()
    heights = [float(frame[end.y]) if isinstance(end.y, str) else end.y for end in ends]
    assert heights == ([1.0, 2.0] if rows == "epochs" else [7.5, 14.5, 21.5])


@pytest.mark.parametrize("count", [4, 20, 24])
def test_the_line_of_an_update_runs_under_all_columns_and_no_further(counter, count):
    counter.examples.value = count
    line = next(a for a in counter.staged.scene.layers if a.role == "guide" and a.panel == "cells")
    frame = counter.frame()
    assert float(frame[line.width]) == count
    assert float(frame[line.x]) == (1 + count) / 2


def test_changing_n_draws_that_many_columns_on_axes_that_stay(counter):
    counter.batch_size.value, scene = 4, counter.plane.scene
    for count, updates in ((4, 1), (10, 3), (24, 6)):
        counter.examples.value = count
        assert f"{count} examples in batches of 4. Updates per epoch: {updates}," in counter.fact
        assert sorted(flat(squares(counter))) == sorted(3 * list(range(1, count + 1)))
    assert counter.plane.scene is scene


def test_the_second_chart_shows_every_batch_size_and_marks_the_chosen_one(counter):
    frame = counter.frame()
    np.testing.assert_array_equal(frame["each_updates"][:20], [-(-20 // b) for b in range(1, 21)])
    marked = [a for a in counter.staged.scene.layers if a.panel == "updates" and a.role == "used"]
    assert (float(frame[marked[0].x]), float(frame[marked[0].y])) == (3, 7)


@pytest.mark.parametrize("ticks", [(True, False), (False, True), (False, False)])
def test_a_code_brings_back_the_exact_state_boxes_too(counter, ticks):
    counter.shuffle.value, counter.drop_last.value = ticks
    counter.examples.value, counter.batch_size.value, counter.rows.value = 11, 4, "updates"
    other = EpochCounter()
    other.restore(counter.state_code)
    assert (other.state_code, other.fact) == (counter.state_code, counter.fact)
    other.reset()
    assert other.state_code == EpochCounter().state_code


def test_a_code_with_a_tick_that_is_none_is_refused_and_changes_nothing(counter):
    before = counter.state_code
    with pytest.raises(ValueError, match="expected True or False; got 'perhaps'"):
        counter.restore("EpochCounter?examples=7&shuffle=perhaps")
    with pytest.raises(ValueError, match="a number from 1 to 24"):
        counter.restore("EpochCounter?shuffle=False&batch_size=99")
    assert counter.state_code == before


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("rows", ROWS)
def test_every_control_at_every_end_gives_a_sentence_without_gaps(language, rows):
    speak(language)
    counter = EpochCounter()
    counter.rows.value = rows
    for count in (4, 17, MOST):
        counter.examples.value = count
        for size in (1, 5, MOST):
            counter.batch_size.value = size
            for tick in (True, False):
                counter.shuffle.value = counter.drop_last.value = tick
                text = counter.fact + numbers(counter)
                assert "{" not in text
                assert "?" not in text
                assert any("\u4e00" <= c <= "\u9fff" for c in counter.fact) == (language == "zh")
    assert counter.still().startswith(b"\x89PNG")


def test_it_runs_in_the_browser_with_the_same_numbers(counter):
    assert counter.plane.recipe
    there = browser_frame(counter.staged.recipe, counter.plane.inputs())
    for name in counter.plane.wanted:
        np.testing.assert_allclose(there[name], np.ravel(counter.frame()[name]))


@pytest.mark.parametrize(
    ("examples", "error", "words"),
    [(3, ValueError, "at least 4; got 3"), (25, ValueError, "at most 24"),
     ("20", TypeError, "a whole number"), (7.5, TypeError, "a whole number")],
)  # fmt: skip
def test_another_number_of_examples_is_refused(examples, error, words):
    with pytest.raises(error, match=words):
        EpochCounter(examples)
