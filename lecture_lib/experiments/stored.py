"""The experiments on networks as they came out once: figures show them without a minute's wait.

``tools/make_network_results.py`` runs `dots_anew`, `sweep_anew` and `sharpness_anew` and writes what
they return to ``data/network_results.npz``.  Processors that round differently find other critical
points, and the third digit of an accuracy may differ; the pictures are the same.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from importlib.resources import files

import numpy as np

from lecture_lib.arguments import Array
from lecture_lib.executors import Executor
from lecture_lib.experiments.batch_sweep import MODES, BatchSweep, batch_sweep
from lecture_lib.experiments.linear_autoencoder import autoencoder_problem, predicted_dots
from lecture_lib.experiments.minimum_ratio import (
    MinimumRatioDots,
    Problem,
    digits_problem,
    minimum_ratio_dots,
    sine_problem,
)
from lecture_lib.experiments.sharpness import CLEAN, Sharpness, sharpness

FILE = "data/network_results.npz"
SEED = 0  # of the examples, the starts and the networks
PROBLEMS = {"sine": sine_problem, "digits": digits_problem, "autoencoder": autoencoder_problem}
KNOBS = {
    "sine": {"starts": 150},
    "digits": {"starts": 90},
    "autoencoder": {"starts": 150, "climb": 0},
}
LABELS = {"noisy": {}, "clean": CLEAN}  # what `sharpness` is told


def stored_problem(name: str) -> Problem:
    """Return the network and the examples, ``"sine"``, ``"digits"`` or ``"autoencoder"``."""
    return PROBLEMS[_known(name, tuple(PROBLEMS))](np.random.default_rng(SEED))


def dots_anew(name: str, *, executor: Executor | None = None) -> MinimumRatioDots:
    """Search for the critical points of one problem again: 2 to 10 seconds."""
    problem, seed = stored_problem(name), np.random.SeedSequence(SEED)
    return minimum_ratio_dots(problem, seed, executor=executor, **KNOBS[name])


def sweep_anew(mode: str, *, executor: Executor | None = None) -> BatchSweep:
    """Train the networks of one mode again: 1 to 10 seconds."""
    return batch_sweep(np.random.SeedSequence(SEED), mode=mode, executor=executor)


def sharpness_anew(labels: str, *, executor: Executor | None = None) -> Sharpness:
    """Train the networks with ``"noisy"`` or ``"clean"`` labels again: 5 to 20 seconds."""
    knobs = LABELS[_known(labels, tuple(LABELS))]
    return sharpness(np.random.SeedSequence(SEED), executor=executor, **knobs)


@cache
def stored_dots(name: str) -> MinimumRatioDots:
    """Return the critical points of ``"sine"``, ``"digits"`` or ``"autoencoder"``.

    Raises:
        ValueError: If there is no such problem.
    """
    _known(name, tuple(PROBLEMS))
    with _file() as file:
        columns = {f.name: file[f"{name}.{f.name}"] for f in fields(MinimumRatioDots)}
    return MinimumRatioDots(**columns | {"starts": int(columns["starts"])})


@cache
def stored_prediction() -> tuple[Array, Array]:
    """Return the minimum ratios and losses that theory predicts for the autoencoder."""
    with _file() as file:
        return file["predicted.ratios"], file["predicted.losses"]


@cache
def stored_sweep(mode: str) -> BatchSweep:
    """Return the sweep over batch sizes of one mode.

    Raises:
        ValueError: If there is no such mode.
    """
    _known(mode, MODES)
    with _file() as file:
        columns = {f.name: file[f"{mode}.{f.name}"] for f in fields(BatchSweep) if f.name != "mode"}
    rows = ("batch_sizes", "learning_rates", "updates")
    return BatchSweep(mode, **columns | {name: tuple(columns[name].tolist()) for name in rows})


@cache
def stored_sharpness(labels: str) -> Sharpness:
    """Return the curvatures at equal training loss, with ``"noisy"`` or ``"clean"`` labels.

    Raises:
        ValueError: If there are no such labels.
    """
    _known(labels, tuple(LABELS))
    with _file() as file:
        columns = {f.name: file[f"{labels}.{f.name}"] for f in fields(Sharpness)}
    columns |= {name: columns[name].item() for name in ("target", "label_noise")}
    return Sharpness(**columns | {"batch_sizes": tuple(columns["batch_sizes"].tolist())})


def results_anew(executor: Executor | None = None) -> dict[str, Array]:
    """Return all that the file holds, computed again."""
    arrays = {}
    for name in PROBLEMS:
        dots = dots_anew(name, executor=executor)
        arrays |= {f"{name}.{f.name}": np.asarray(getattr(dots, f.name)) for f in fields(dots)}
    for mode in MODES:
        sweep = sweep_anew(mode, executor=executor)
        arrays |= {f"{mode}.{f.name}": np.asarray(getattr(sweep, f.name))
                   for f in fields(sweep) if f.name != "mode"}  # fmt: skip
    for labels in LABELS:
        places = sharpness_anew(labels, executor=executor)
        arrays |= {f"{labels}.{f.name}": np.asarray(getattr(places, f.name))
                   for f in fields(places)}  # fmt: skip
    predicted = predicted_dots(stored_problem("autoencoder"))
    return arrays | dict(zip(("predicted.ratios", "predicted.losses"), predicted, strict=True))


def _file() -> np.lib.npyio.NpzFile:
    return np.load(str(files("lecture_lib").joinpath(FILE)))


def _known(name: str, names: tuple[str, ...]) -> str:
    if name not in names:
        raise ValueError(f"expected one of {', '.join(names)}; got {name!r}.")
    return name
