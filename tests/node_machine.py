"""Runs ``machine.js`` in node, so that tests can hold the browser's numbers against NumPy's."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

EXPLORERS = Path(__file__).resolve().parents[1] / "lecture_lib" / "explorers"

_SCRIPT = """
import { readFileSync } from "node:fs";
import { evaluator } from "%s";
const jobs = JSON.parse(readFileSync(0, "utf8"));
const plain = (x) => (Number.isFinite(x) ? x : String(x));
const frames = jobs.map(({ recipe, state }) =>
  Object.fromEntries(Object.entries(evaluator(recipe)(state)).map(([k, v]) => [k, Array.from(v, plain)])));
console.log(JSON.stringify(frames));
"""


def find_node() -> str:
    """The node on the PATH; without one the test cannot be run here, and says so."""
    return shutil.which("node") or pytest.skip("no node on the PATH: install Node.js 18 or newer.")


def browser_frames(jobs: Sequence[tuple[Any, Mapping[str, float]]]) -> list[dict[str, list[float]]]:
    """The frames that the browser computes for pairs of a recipe and a state."""
    script = _SCRIPT % (EXPLORERS / "machine.js").as_uri()
    text = json.dumps([{"recipe": r.json(), "state": dict(s)} for r, s in jobs])
    done = subprocess.run(
        [find_node(), "--input-type=module", "-e", script],
        input=text, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    frames = json.loads(done.stdout)
    return [{name: [_number(x) for x in row] for name, row in f.items()} for f in frames]


def browser_frame(recipe: Any, state: Mapping[str, float]) -> dict[str, list[float]]:
    """The frame that the browser computes for one state."""
    return browser_frames([(recipe, state)])[0]


def _number(x: float | str) -> float:
    return {"Infinity": math.inf, "-Infinity": -math.inf, "NaN": math.nan}.get(x, x)
