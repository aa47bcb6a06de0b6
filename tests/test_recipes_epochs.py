"""The bookkeeping of an epoch is what cutting a list into slices gives."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from node_machine import browser_frames

from lecture_lib.batching import minibatches, updates_per_epoch
from lecture_lib.recipes.epochs import EPOCHS, MOST, PARAMETERS, QUIZ, three_epochs

SEED = 8


def frame_of(examples, batch_size, *, shuffle=1, drop_last=0):
    recipe = three_epochs(np.random.default_rng(SEED))
    return recipe(state(examples, batch_size, shuffle, drop_last))


def state(examples, batch_size, shuffle, drop_last):
    names = ("examples", "batch_size", "shuffle", "drop_last")
    return dict(zip(names, (examples, batch_size, shuffle, drop_last), strict=True))


def sliced(examples, batch_size, shuffle, drop_last):
    """Every epoch's batches, by slicing what the same generator draws, less those beyond N."""
    rng, size, epochs = np.random.default_rng(SEED), min(batch_size, examples), []
    for _ in range(EPOCHS):
        drawn = [i for i in (rng.permutation(MOST) + 1).tolist() if i <= examples]
        order = drawn if shuffle else list(range(1, examples + 1))
        batches = [order[k : k + size] for k in range(0, examples, size)]
        epochs.append([b for b in batches if len(b) == size or not drop_last])
    return epochs


def updates_drawn(frame):
    """Number of the update → the columns that have a square in its row."""
    rows = {}
    for column, row in zip(frame["cell_x"], frame["row_middle"], strict=True):
        if math.isfinite(row):
            rows.setdefault(float(row), []).append(int(column))
    return rows


CASES = [(n, b, s, d) for n, b in [(20, 3), (20, 1), (20, 20), (20, 7), (24, 24), (5, 24), (4, 3)]
         for s in (0, 1) for d in (0, 1)]  # fmt: skip


@pytest.mark.parametrize(("examples", "batch_size", "shuffle", "drop_last"), CASES)
def test_each_row_holds_the_batch_that_slicing_the_order_gives(
    examples, batch_size, shuffle, drop_last
):
    frame = frame_of(examples, batch_size, shuffle=shuffle, drop_last=drop_last)
    epochs = sliced(examples, batch_size, shuffle, drop_last)
    wanted = {float(k): batch for k, batch in enumerate((b for e in epochs for b in e), start=1)}
    assert updates_drawn(frame) == wanted
    assert float(frame["updates"]) == len(epochs[0])
    assert [float(frame[f"end_{k}"]) - 0.5 for k in (1, 2, 3)] == [
        k * len(epochs[0]) for k in (1, 2, 3)
    ]


@pytest.mark.parametrize("batch_size", range(1, 21))
@pytest.mark.parametrize("shuffle", [0, 1])
@pytest.mark.parametrize("examples", [4, 20, MOST])
def test_each_epoch_has_every_column_exactly_once(examples, batch_size, shuffle):
    frame = frame_of(examples, batch_size, shuffle=shuffle)
    for column, row in zip(*(frame[n].reshape(EPOCHS, MOST) for n in ("cell_x", "row_middle")),
                           strict=True):  # fmt: skip
        assert sorted(column[np.isfinite(row)]) == list(range(1, examples + 1))


def test_one_example_more_leaves_the_order_of_the_others_as_it_is():
    for examples in range(4, MOST):
        orders = [np.concatenate(list(updates_drawn(frame_of(n, 1)).values()))
                  for n in (examples, examples + 1)]  # fmt: skip
        np.testing.assert_array_equal(orders[1][orders[1] <= examples], orders[0])


def test_an_order_with_those_beyond_n_left_out_is_as_random_as_one_drawn_for_n():
    drawn = {}
    for seed in range(600):
        frame = three_epochs(np.random.default_rng(seed))(state(4, 1, 1, 0))
        columns = np.concatenate(list(updates_drawn(frame).values())).reshape(EPOCHS, 4)
        for order in map(tuple, columns):
            drawn[order] = drawn.get(order, 0) + 1
    expected = 600 * EPOCHS / 24
    chi_square = sum((count - expected) ** 2 / expected for count in drawn.values())
    assert len(drawn) == 24
    assert chi_square < 49.7  # 23 degrees of freedom: more comes once in a thousand times


def test_without_shuffling_the_pattern_repeats_and_with_it_it_does_not():
    for shuffle, repeats in ((0, True), (1, False)):
        first, *others = sliced(20, 3, shuffle, 0)
        assert all((first == other) is repeats for other in others)
        frame = frame_of(20, 3, shuffle=shuffle)
        x, middle = (frame[n].reshape(EPOCHS, MOST) for n in ("cell_x", "epoch_middle"))
        rows = np.take_along_axis(middle, np.argsort(x, axis=1), axis=1)[:, :20] % 1
        assert np.allclose(rows[0], rows[1]) is repeats


def test_the_last_partial_batch_is_a_shorter_row_and_dropped_it_is_missing():
    kept, dropped = frame_of(20, 3), frame_of(20, 3, drop_last=1)
    assert [len(row) for row in updates_drawn(kept).values()] == [3, 3, 3, 3, 3, 3, 2] * EPOCHS
    assert [len(row) for row in updates_drawn(dropped).values()] == [3] * 6 * EPOCHS
    assert (float(kept["last"]), float(dropped["last"]), float(kept["left"])) == (1, 2, 2)
    for name in ("row_middle", "row_base", "epoch_middle", "epoch_base"):
        assert np.isfinite(kept[name]).sum() == 20 * EPOCHS
        assert np.isfinite(dropped[name]).sum() == 18 * EPOCHS


@pytest.mark.parametrize("drop_last", [0, 1])
@pytest.mark.parametrize("examples", [4, 20, 23])
def test_updates_per_epoch_are_the_ceiling_or_the_floor_of_n_over_b(examples, drop_last):
    whole = math.floor if drop_last else math.ceil
    frame = frame_of(examples, 2, drop_last=drop_last)
    wanted = [whole(examples / b) for b in range(1, examples + 1)]
    np.testing.assert_array_equal(frame["each_updates"][:examples], wanted)
    shares = frame["each_share"]
    np.testing.assert_allclose(shares[:examples], examples / np.arange(1, examples + 1))
    assert np.isnan([frame["each_updates"][examples:], shares[examples:]]).all()
    assert float(frame["changes"]) == wanted[1] * PARAMETERS


def test_the_quiz_has_the_known_answers():
    frame = frame_of(20, 3)
    told = {pair: float(frame[f"quiz_{k}"]) for k, pair in enumerate(QUIZ, start=1)}
    assert told == {(10_000, 10): 1_000, (1_000, 100): 10, (20, 1): 20, (60_000, 1): 60_000,
                    (60_000, 1_000): 60, (50_000, 256): 196}  # fmt: skip
    assert float(frame_of(20, 3, drop_last=1)["quiz_6"]) == 195


@pytest.mark.parametrize("drop_last", [0, 1])
def test_rows_and_counts_are_those_of_the_library(drop_last):
    for batch_size in range(1, MOST + 1):
        frame, rng = frame_of(MOST, batch_size, drop_last=drop_last), np.random.default_rng(SEED)
        batches = [b + 1 for _ in range(EPOCHS)
                   for b in minibatches(MOST, batch_size, rng, drop_last=bool(drop_last))]  # fmt: skip
        drawn = updates_drawn(frame)
        assert [drawn[k] for k in sorted(drawn)] == [b.tolist() for b in batches]
    for k, (examples, size) in enumerate(QUIZ, start=1):
        wanted = updates_per_epoch(examples, size, drop_last=bool(drop_last))
        assert float(frame[f"quiz_{k}"]) == wanted


@pytest.mark.parametrize(
    ("batch_size", "shuffle", "drop_last", "last", "order"),
    [(5, 0, 0, 0, 0), (5, 1, 1, 0, 1), (6, 0, 1, 2, 2), (6, 1, 1, 2, 3), (6, 1, 0, 1, 1),
     (20, 1, 0, 0, 4), (24, 0, 1, 3, 4), (1, 1, 0, 0, 5), (1, 0, 0, 0, 0), (11, 1, 0, 1, 1), (11, 0, 1, 2, 2)],
)  # fmt: skip
def test_what_is_told_of_the_last_batch_and_of_the_order(
    batch_size, shuffle, drop_last, last, order
):
    frame = frame_of(20, batch_size, shuffle=shuffle, drop_last=drop_last)
    assert (float(frame["last"]), float(frame["order"])) == (last, order)


def test_rows_lie_inside_their_epochs_with_a_gap_between_them():
    frame = frame_of(20, 3)
    drawn = np.isfinite(frame["epoch_base"])
    bottom = frame["epoch_base"][drawn]
    top, epoch = bottom + frame["epoch_height"], frame["epoch"][drawn]
    assert ((bottom > epoch) & (top < epoch + 1)).all()
    edges = np.unique(np.round(np.stack([bottom, top], axis=1), 9), axis=0)
    assert len(edges) == 7 * EPOCHS
    assert (edges[1:, 0] > edges[:-1, 1]).all()


@pytest.mark.parametrize(("examples", "batch_size", "shuffle", "drop_last"), CASES)
def test_every_row_has_one_line(examples, batch_size, shuffle, drop_last):
    frame = frame_of(examples, batch_size, shuffle=shuffle, drop_last=drop_last)
    for kind in ("row", "epoch"):
        middles, lines = (frame[f"{kind}_{n}"][np.isfinite(frame[f"{kind}_{n}"])]
                          for n in ("middle", "line"))  # fmt: skip
        np.testing.assert_array_equal(np.sort(lines), np.unique(middles))


def test_the_browser_computes_the_same_frames():
    recipe = three_epochs(np.random.default_rng(SEED))
    states = [state(*case) for case in CASES]
    json.dumps(recipe.json(), allow_nan=False)
    for here, there in zip(states, browser_frames([(recipe, s) for s in states]), strict=True):
        for name, values in recipe(here).items():
            np.testing.assert_allclose(there[name], np.ravel(values), rtol=1e-12, err_msg=name)
