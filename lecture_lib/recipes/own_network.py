"""A training as far as it has come: its curves, and all eigenvalues at the place of a slider.

The spectrum stands on an axis that is linear near 0 and logarithmic beyond ±10⁻³, as in
`minimum_ratio`; losses, |g| and λ_max as exponents of ten.  What lies beyond an axis is drawn at its end.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.arguments import Array
from lecture_lib.experiments.trained_network import EXAMPLES, TrainedNetwork
from lecture_lib.program import Number
from lecture_lib.recipe import Let, Map, Pick, Recipe
from lecture_lib.recipes.curvature import Numbers
from lecture_lib.recipes.minimum_ratio import KNEE
from lecture_lib.tracing import less, where

LOGS = (-3.0, 2.0)  # what the axis of losses, |g| and λ_max shows, as powers of ten
SPECTRUM = (-3.4, 5.1)  # the same for the axis of the eigenvalues
AWAY = -10.0  # left of every picture: where a bar is put that is not there
DIGITS = 3  # of a bar's length: less than a pixel, and fewer bytes on their way to the browser
AT_LIMIT = (0.85, 1.2)  # shares of the limit between which λ_max counts as being there


def place(eigenvalues: ArrayLike) -> Array:
    """Return where eigenvalues stand on their axis, at its ends if they lie beyond."""
    values = np.asarray(eigenvalues, dtype=float)
    places = np.sign(values) * np.log10(1 + np.abs(values) / KNEE)
    return np.round(np.clip(places, *SPECTRUM), DIGITS) + 0.0


def training_curves(run: TrainedNetwork) -> Recipe:
    """The curves of a run, and the checkpoint nearest to the slider.

    The input is ``update``; a place that the run has not come to shows the last one.  ``here_…``
    belongs to the checkpoint shown: losses ``train`` and ``held``, ``gradient``, the lowest and the
    highest eigenvalue ``low`` and ``top``, the counts ``positive``, ``zero`` and ``negative``, its
    eigenvalues at ``up_x``, ``zero_x`` and ``down_x`` with the height ``bar``; ``first_bar`` are
    those before any update.  ``case`` is 0 where λ_max is below the
    limit, 1 where it is about there, 2 where it is above.

    Args:
        run: A training with one checkpoint or more.
    """
    points, training = run.checkpoints, run.training
    signs = [point.signs for point in points]
    table = np.stack([point.eigenvalues for point in points])
    count = table.shape[1]
    t = [float(point.update) for point in points]
    columns = {
        "t": t,
        "epochs": [u * training.batch_size / EXAMPLES for u in t],
        "train": [point.training_loss for point in points],
        "held": [point.validation_loss for point in points],
        "gradient": [point.gradient_norm for point in points],
        "low": table[:, 0],
        "top": table[:, -1],
        "positive": [s.positive for s in signs],
        "zero": [s.zero for s in signs],
        "negative": [s.negative for s in signs],
    }
    columns |= {f"{name}_y": _logs(columns[name]) for name in ("train", "held", "gradient", "top")}
    late = run.late_shares
    return Recipe(
        [
            *(Let(name, values) for name, values in columns.items()),
            Let("all_bars", place(table).ravel()),
            Let("first_bar", place(table[0])),
            Let("count", float(count)),
            Let("every", float(training.every)),
            Let("limit", training.limit),
            Let("limit_y", float(_logs(training.limit))),
            Let("limit_bar", float(place(training.limit))),
            Let("late_low", late[0]),
            Let("late_high", late[1]),
            Map(lambda update, every: {"chosen": update / every}),
            Pick("chosen", {f"here_{name}": name for name in columns}),
            Let("number", np.arange(1.0, count + 1)),
            Map(lambda here_t, every, count, number: {
                "entry": here_t / every * count + number - 1.0
            }),
            Pick("entry", {"bar": "all_bars"}),
            Map(_bars),
            Map(_told),
        ]
    )  # fmt: skip


def _logs(values: ArrayLike) -> Array:
    """Return exponents of ten, those beyond the axis at its end."""
    low, high = LOGS
    return np.log10(np.clip(np.asarray(values, dtype=float), 10.0**low, 10.0**high))


def _bars(number: Number, here_negative: Number, here_zero: Number) -> Numbers:
    """Sort the eigenvalues of a checkpoint, ascending as they are, by their signs."""
    down = less(number, here_negative + 0.5)
    up = less(here_negative + here_zero + 0.5, number)
    return {
        "up_x": where(up, number, AWAY),
        "down_x": where(down, number, AWAY),
        "zero_x": where(up + down, AWAY, number),
    }


def _told(here_top: Number, limit: Number) -> Numbers:
    share = here_top / limit
    below, above = AT_LIMIT
    return {
        "share": share,
        "case": where(less(share, below), 0.0, where(less(above, share), 2.0, 1.0)),
    }
