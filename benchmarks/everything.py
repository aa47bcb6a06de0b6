"""One command for every budget of the course: what was measured, the budget, ok or OVER, the peers.

    python benchmarks/everything.py [--quick] [--only NAME ...] [--save FILE]

Each part runs in a process of its own, one after the other, with one thread for every library; the
whole notebooks alone get the threads that a learner's kernel gets.  `budgets.py` judges.  What is
not installed (torch, jax, autograd, a Chromium) has a row that says so.

``--save FILE`` writes the table, and the figures behind it beside it as JSON.  Where that JSON is
there already, parts not measured this time keep their figures, so that a table may be measured in
several goes; the last lines say when each part was, and how busy the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from budgets import HEADER, ROWS, Row

HERE = Path(__file__).resolve().parent
# The script that measures each part, and how many rounds it makes.
PARTS = {
    "live_figures": ("live_figures", 3),
    "kernel_times": ("kernel_times", 3),
    "descents": ("descents", 7),
    "hessians": ("hessians", 3),
    "products": ("hessian_vector_products", 15),
    "sweeps": ("batch_sweeps", 1),
    "experiments": ("experiments", 3),
    "notebooks": ("whole_notebooks", 1),
}
PACKAGES = (
    *("numpy", "scipy", "jupyterlab", "ipykernel", "ipywidgets", "anywidget", "matplotlib"),
    *("torch", "jax", "autograd"),
)


def measure_live_figures(rounds: int) -> dict[str, Any]:
    """Return the rows of `live_figures`, as numbers."""
    import live_figures
    from table import QUIET

    executable = live_figures.find_chromium()
    if executable is None:
        raise ModuleNotFoundError(name="Chromium")
    bench = live_figures.Bench(rounds)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        machine, *_ = live_figures.run(bench, executable, Path(scratch))
    rows = [
        {**vars(row.kind), "median": row.percentile(50), "quiet": row.others <= QUIET}
        for row in bench.rows
    ]
    return {"rows": rows, "machine": machine}


def measured(part: str, rounds: int) -> dict[str, Any]:
    """Measure one part in this process; name the package without which it can't be."""
    import one_thread  # before numpy is loaded

    versions, machine = one_thread.surroundings(PACKAGES).split("\n")
    found: dict[str, Any] = {"when": f"{datetime.now(UTC):%Y-%m-%d}", "rounds": rounds}
    found["machine"], _, found["load"] = machine.removesuffix(" when the run began").partition(
        ", load "
    )
    found["versions"] = versions.removesuffix(", one thread, CPU time")
    try:
        script = PARTS[part][0]
        own = part == "live_figures"
        measure: Callable[[int], Any] = measure_live_figures if own else __import__(script).measure
        return found | {"figures": measure(rounds)}
    except ModuleNotFoundError as error:
        return found | {"missing": error.name}


def in_a_process(part: str, rounds: int) -> dict[str, Any]:
    """Measure one part in a process of its own, which may print what it likes."""
    with tempfile.TemporaryDirectory() as scratch:
        answer = Path(scratch) / "figures.json"
        command = [sys.executable, __file__, "--answer", str(answer), "--rounds", str(rounds)]
        path = os.pathsep.join(filter(None, (str(HERE.parent), os.environ.get("PYTHONPATH"))))
        done = subprocess.run(
            [*command, "--only", part],
            check=False, env=os.environ | {"PYTHONPATH": path}, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        if done.returncode:
            return {"failed": done.returncode}
        return json.loads(answer.read_text(encoding="utf-8"))


def rows(part: str, found: Mapping[str, Any]) -> list[Row]:
    """Return a part's rows; a single one if it could not be measured."""
    if "figures" in found:
        return ROWS[part](found["figures"])
    if "missing" in found:
        return [Row(part, f"not installed: {found['missing']}")]
    return [Row(part, f"failed: its process ended with {found['failed']}")]


def table(parts: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the table of all parts that were tried, in the order of `PARTS`."""
    tried = {part: parts[part] for part in PARTS if part in parts}
    abouts = {(one["versions"], one["machine"]) for one in tried.values() if "versions" in one}
    lines = ["\n".join(about) for about in sorted(abouts)] + ["", HEADER]
    for part, found in tried.items():
        lines += ["", *map(str, rows(part, found))]
    lines += ["", "part            measured     rounds   load when it began"]
    for part, found in tried.items():
        if "figures" in found:
            lines.append(f"{part:<16}{found['when']:<13}{found['rounds']:>6}   {found['load']}")
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and save if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="one round of everything")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=[*PARTS], metavar="NAME",
                        help=f"out of {', '.join(PARTS)}")  # fmt: skip
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the table there, too")
    parser.add_argument("--answer", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.answer:
        found = measured(options.only[0], options.rounds)
        options.answer.write_text(json.dumps(found), encoding="utf-8")
        return
    store = options.save.with_suffix(".json") if options.save else None
    kept: dict[str, Any] = {}
    for part in options.only:
        print(f"measuring {part} …", file=sys.stderr, flush=True)
        found = in_a_process(part, 1 if options.quick else PARTS[part][1])
        if store and store.exists():
            kept = json.loads(store.read_text(encoding="utf-8"))
        kept[part] = found
        if store:
            store.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
            options.save.write_text(table(kept) + "\n", encoding="utf-8")
    print(table(kept))


if __name__ == "__main__":
    main()
