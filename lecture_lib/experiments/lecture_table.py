"""The lecture's table of small against large batches (slides p. 28), with what was found beside it.

Six rows.  The first two columns are the lecture's words; the third says what its own data give, what
this machine measured, and what the networks on digits did that are stored.
"""

from __future__ import annotations

import re

import numpy as np

from lecture_lib.batching import gradient_noise
from lecture_lib.example_losses import line_losses
from lecture_lib.experiments.stored import LABELS, stored_sharpness, stored_sweep
from lecture_lib.experiments.update_time import MeasuredUpdateTimes
from lecture_lib.lecture_data import batch_accuracies, small_against_large, update_times
from lecture_lib.numerals import numeral
from lecture_lib.words import word

ROWS = ("alone", "parallel", "epoch", "gradient", "optimisation", "generalisation")
WORD_JOINER = "\u2060"
START = (0.5, 1.5)  # where slides p. 20 begin
MIDDLE = 64  # B from which on equal updates give equal accuracies


def lecture_table(measured: MeasuredUpdateTimes) -> str:
    """Return the table as Markdown, in the language spoken.

    Args:
        measured: Times of this machine, from `measure_update_times`.

    Raises:
        TypeError: If ``measured`` is something else.
    """
    if not isinstance(measured, MeasuredUpdateTimes):
        raise TypeError(
            f"expected the result of measure_update_times(…); got {type(measured).__name__}."
        )
    numbers = _times(measured) | _noise() | _accuracies() | _sweeps() | _sharpness()
    columns = ("what", "small", "large", "found")
    lines = [
        "| " + " | ".join(_unbroken(word(f"lecture_table.{column}")) for column in columns) + " |",
        "|" + "---|" * len(columns),
    ]
    for row in ROWS:
        cells = [_unbroken(word(f"lecture_table.{row}.{column}")) for column in columns[:-1]]
        found = word(f"lecture_table.{row}.found", **numbers)
        lines.append("| " + " | ".join([*cells, found]) + " |")
    return "\n".join(lines)


def _unbroken(cell: str) -> str:
    """Return a short cell whose Chinese a narrow column may break before a bracket only."""
    return re.sub(r"(?<=[\u3000-\uffef])(?=[\u3000-\uff07\uff09-\uffef])", WORD_JOINER, cell)


def _times(measured: MeasuredUpdateTimes) -> dict[str, object]:
    v100 = update_times()
    update = dict(zip(v100.batch_sizes, v100.seconds_per_update, strict=True))
    epoch = dict(zip(v100.batch_sizes, v100.seconds_per_epoch, strict=True))
    seconds = measured.seconds_per_update
    return {
        "ten": numeral(update[10] / update[1], 2),
        "thousand": numeral(update[1000] / update[1], 2),
        "all": f"{update[60_000] / update[1]:.0f}",
        "epoch_one": f"{epoch[1]:.0f}",
        "epoch_thousand": f"{epoch[1000]:.0f}",
        "here_small": measured.batch_sizes[0],
        "here_large": measured.batch_sizes[-1],
        "here_times": f"{seconds[-1] / seconds[0]:.0f}",
        "here_slow": numeral(measured.seconds_per_epoch[0], 2),
        "here_fast": numeral(measured.seconds_per_epoch[-1], 2),
    }


def _noise() -> dict[str, str]:
    line = line_losses()
    names = {"noise_one": 1, "noise_four": 4, "noise_all": 20}
    return {
        name: f"{np.sqrt(np.trace(gradient_noise(line, START, size))):.1f}"
        for name, size in names.items()
    }


def _accuracies() -> dict[str, str]:
    mnist = batch_accuracies()["mnist"]
    training = dict(zip(mnist.batch_sizes, mnist.training, strict=True))
    gaps = [row.gap for row in small_against_large().values()]
    return {
        "train_hundred": f"{100 * training[100]:.1f}",
        "train_all": f"{100 * training[60_000]:.1f}",
        "gap_least": f"{min(gaps):.2f}",
        "gap_most": f"{max(gaps):.2f}",
    }


def _sweeps() -> dict[str, object]:
    """Return the accuracies at equal epochs and at equal updates, means over the seeds."""
    epochs, updates = stored_sweep("epochs"), stored_sweep("updates")
    sizes = updates.batch_sizes
    middle = sizes.index(MIDDLE)
    return {
        "small": sizes[0],
        "middle": MIDDLE,
        "large": sizes[-1],
        "few": epochs.updates[-1],
        "many": epochs.updates[0],
        "count": updates.updates[0],
        "epochs_small": _percent(epochs.training_accuracy[0].mean()),
        "epochs_large": _percent(epochs.training_accuracy[-1].mean()),
        "updates_small": _percent(updates.training_accuracy[0].mean()),
        "updates_middle": _percent(updates.training_accuracy[middle].mean()),
        "updates_large": _percent(updates.training_accuracy[-1].mean()),
        "held_small": _percent(updates.validation_accuracy[0].mean()),
        "held_large": _percent(updates.validation_accuracy[-1].mean()),
    }


def _sharpness() -> dict[str, str]:
    """Return the ratio of curvatures and the validation accuracies, medians over the seeds."""
    found = {}
    for labels in LABELS:
        places = stored_sharpness(labels)
        small, large = np.median(places.validation_accuracy, axis=1)[[0, -1]]
        found |= {
            f"{labels}_times": f"{np.median(places.ratios):.1f}",
            f"{labels}_small": _percent(small),
            f"{labels}_large": _percent(large),
        }
    return found


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"
