"""What the course promises itself, and the row of the table for each promise.

A script measures, this file judges: `ROWS` has a function for each script, from its figures to rows.
No package is needed to judge; what was not measured is a row, too, and says what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

Figures = Mapping[str, Any]

HANDLE_MILLISECONDS = 24.7  # a frame of 60 Hz and 8 ms
INTERACT_LEAST = 5.0
KERNEL_MILLISECONDS, DRAG_MILLISECONDS = 6.0, 2.0
HESSIAN_LEAST = {  # theirs / ours
    "torch.func.hessian": 20.0,
    "torch vmap(jvp(grad)), 64 rows": 10.0,
    "torch jacrev(grad), 64 rows": 10.0,
    "jax.jit(jax.hessian)": 6.0,
    "jax lax.map(jvp(grad)), 64 rows": 6.0,
}
HESSIAN_MOST = {"megabytes": 100.0, "difference": 1e-12, "asymmetry": 0.0}
PRODUCT_MOST = {"jax.jit": 1.3, "torch double backward, repeated": 1.0}  # ours / theirs
EIGENVALUES_SECONDS = 5.0
SWEEP_LEAST, SWEEP_SECONDS = 4.0, 5.0
EXPERIMENT_SECONDS = {
    "noise table, 7 sizes × 400 runs × 1000 updates": 5.0,
    "minimum ratio, sine network, 150 starts": 5.0,
    "sharpness, 5 pairs of networks": 15.0,
}
DESCENT_LEAST = {"1000 × 500": 3.0, "5 × 200": 20.0}  # against torch.optim as people use it
USUAL = "torch, autograd"
NOTEBOOK_MEGABYTES, RUN_ALL_SECONDS = 250.0, 60.0
OURS = "lecture_lib"


def verdict(value: float, *, least: float | None = None, most: float | None = None) -> str:
    """Return the budget that a value is held against, and ``ok`` or ``OVER``."""
    if least is not None:
        return f"≥ {least:g} {'ok' if value >= least else 'OVER'}"
    if most is not None:
        return f"≤ {most:g} {'ok' if value <= most else 'OVER'}"
    return ""


def written(value: float) -> str:
    """Write three digits, or the whole number where it has more."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


@dataclass(frozen=True)
class Row:
    """A line of the table.

    Attributes:
        what: What was measured.
        value: The figure, or why there is none: ``"not installed: torch"``.
        unit: Of the figure and its budget.
        least, most: The budget; neither for a figure beside which there is none.
        beside: What it is to be compared with.
    """

    what: str
    value: float | str
    unit: str = ""
    least: float | None = None
    most: float | None = None
    beside: str = ""

    def __str__(self) -> str:
        """The row as a line of the table."""
        if isinstance(self.value, str):
            return f"{self.what:<58}{self.value}"
        figure = f"{written(self.value)} {self.unit}"
        budget, _, judgement = verdict(self.value, least=self.least, most=self.most).rpartition(" ")
        line = f"{self.what:<58}{figure:>12}  {budget:<9}{judgement:<6}{self.beside}"
        return line.rstrip()


HEADER = f"{'what':<58}{'measured':>12}  {'budget':<15}beside"


def absent(name: str) -> str:
    """Say which package a method wants that was not measured."""
    return f"not installed: {name.partition('.')[0].partition(' ')[0].partition(',')[0]}"


def ratio(what: str, methods: Mapping[str, float], name: str, ours: str, **budget: float) -> Row:
    """Return the row that says how many times longer than ``ours`` a method takes, in ms."""
    if name not in methods:
        return Row(what, absent(name))
    beside = f"{written(methods[name])} ms against {written(methods[ours])} ms"
    return Row(what, methods[name] / methods[ours], "×", beside=beside, **budget)


def hessians(found: Figures) -> list[Row]:
    """Judge `hessians.measure`."""
    methods, rows = found["methods"], []
    times = {name: one["ms"] for name, one in methods.items()}
    for name in (*HESSIAN_LEAST, "autograd.hessian"):
        rows.append(
            ratio(f"Hessian: {name} takes", times, name, OURS, least=HESSIAN_LEAST.get(name))
        )
    beside = "; ".join(
        f"{name} {written(one['megabytes'])}" for name, one in methods.items() if name != OURS
    )
    gaps = [one["difference"] for name, one in methods.items() if name != OURS]
    gap = max(gaps) if gaps else absent("torch")
    most = HESSIAN_MOST
    return [
        *rows,
        Row("Hessian: extra memory", methods[OURS]["megabytes"], "MB", most=most["megabytes"], beside=beside),
        Row("Hessian: |H − Hᵀ|", found["asymmetry"], most=most["asymmetry"]),
        Row("Hessian: largest relative difference to a peer", gap, most=most["difference"]),
    ]  # fmt: skip


def products(found: Figures) -> list[Row]:
    """Judge `hessian_vector_products.measure`."""
    times = {name: one["ms"] for name, one in found["methods"].items()}
    ours, rows = times[f"{OURS}, repeated"], []
    for name in (*PRODUCT_MOST, "autograd make_hvp, repeated"):
        what = f"H v, repeated: ours, in units of {name.removesuffix(', repeated')}"
        if name not in times:
            rows.append(Row(what, absent(name)))
            continue
        beside = f"{written(ours)} ms against {written(times[name])} ms"
        rows.append(Row(what, ours / times[name], "×", most=PRODUCT_MOST.get(name), beside=beside))
    seconds = found["eigenvalues"]["seconds"]
    beside = f"{found['eigenvalues']['products']} products H v"
    top = Row(
        "top 5 eigenvalues, 670 k weights", seconds, "s", most=EIGENVALUES_SECONDS, beside=beside
    )
    return [*rows, top]


def sweeps(found: Figures) -> list[Row]:
    """Judge `batch_sweeps.measure`."""
    ours = sum(one[OURS]["seconds"] for one in found.values())
    rows = [Row("6 batch sizes × 5 seeds × 20 epochs", ours, "s", most=SWEEP_SECONDS)]
    theirs = [one["torch, a loop"]["seconds"] for one in found.values() if "torch, a loop" in one]
    what = "the same by a loop in torch takes"
    if not theirs:
        return [*rows, Row(what, absent("torch"))]
    beside = f"{written(sum(theirs))} s against {written(ours)} s"
    return [*rows, Row(what, sum(theirs) / ours, "×", least=SWEEP_LEAST, beside=beside)]


def experiments(found: Figures) -> list[Row]:
    """Judge `experiments.measure`."""
    return [Row(name, found[name], "s", most=most) for name, most in EXPERIMENT_SECONDS.items()]


def descents(found: Figures) -> list[Row]:
    """Judge `descents.measure`."""
    rows = []
    for name, cases in found["ms"].items():
        drag = cases["5 × 200"]
        beside = "; ".join(f"{peer} {written(ms)} ms" for peer, ms in drag.items() if peer != OURS)
        what = f"5 descents × 200 steps, {name}"
        rows.append(Row(what, drag[OURS], "ms", most=DRAG_MILLISECONDS, beside=beside))
    for case, least in DESCENT_LEAST.items():
        count, steps = case.split(" × ")
        for name, cases in found["ms"].items():
            for peer in ("torch, autograd", "torch, formula", "jax.lax.scan"):
                what = f"{count} descents × {steps} steps, {name}: {peer} takes"
                budget = least if peer == USUAL else None
                rows.append(ratio(what, cases[case], peer, OURS, least=budget))
    gaps = [one["gap"] for one in found["differences"]]
    gap = max(gaps) if gaps else absent("torch")
    return [*rows, Row("descents: largest difference to a peer's points", gap, most=1e-9)]


def kernel_times(found: Figures) -> list[Row]:
    """Judge `kernel_times.measure`."""
    slowest = max(found, key=found.__getitem__)
    what = f"kernel time per update, slowest of {len(found)} figures: {slowest}"
    beside = f"median of the figures {written(median(found.values()))} ms"
    return [Row(what, found[slowest], "ms", most=KERNEL_MILLISECONDS, beside=beside)]


def notebooks(found: Figures) -> list[Row]:
    """Judge `whole_notebooks.measure`."""
    rows = []
    for what, entry in (("at the end", "megabytes"), ("at most", "peak")):
        for name, one in found.items():
            known = one[entry] is not None
            value = one[entry] if known else "n/a: this system does not tell"
            rows.append(
                Row(f"kernel's memory {what}, {name}", value, "MB", most=NOTEBOOK_MEGABYTES)
            )
    for name, one in found.items():
        rows.append(Row(f"Run All, {name}", one["seconds"], "s", most=RUN_ALL_SECONDS))
    return rows


def live_figures(found: Figures) -> list[Row]:
    """Judge what `live_figures` saw: its rows, and how far behind `interact` is."""
    slow = {row["away"]: row["median"] for row in found["rows"] if row["by"] == "interact"}
    rows = []
    for row in found["rows"]:
        if row["budget"] is not None:
            what = f"{row['what']}, {row['by']}, {row['away']} ms away"
            mark = "" if row["quiet"] else "not quiet: other programs ran"
            rows.append(Row(what, row["median"], "ms", most=round(row["budget"], 1), beside=mark))
    for row in found["rows"]:
        if row["what"] == "curves, θ" and row["away"] in slow:
            what = f"interact is behind as many times as {row['by']}, {row['away']} ms away"
            theirs = slow[row["away"]]
            beside = f"{written(theirs)} ms against {written(row['median'])} ms"
            rows.append(Row(what, theirs / row["median"], "×", least=INTERACT_LEAST, beside=beside))
    return rows


ROWS: dict[str, Callable[[Figures], list[Row]]] = {
    "live_figures": live_figures,
    "kernel_times": kernel_times,
    "descents": descents,
    "hessians": hessians,
    "products": products,
    "sweeps": sweeps,
    "experiments": experiments,
    "notebooks": notebooks,
}
