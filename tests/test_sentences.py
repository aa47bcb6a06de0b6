"""A sentence is filled alike in Python and in the browser."""

from __future__ import annotations

import json
import subprocess

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from node_machine import EXPLORERS, find_node

from lecture_lib.sentences import Sentence, number

HALVES = [0.5, 1.5, 2.5, 0.125, 0.375, -0.125, 1.005, 2.675, -2.5, 0.045]
ODD = [0.0, -0.0, -0.0004, 1e-9, -1e-9, 123456.789, 1e15, -3.2e20, np.inf, -np.inf, np.nan]


def in_browser(jobs: list[list]) -> list[str]:
    script = (
        f'import {{ number }} from "{(EXPLORERS / "sentence.js").as_uri()}";'
        'import { readFileSync } from "node:fs";'
        "const value = (x) => (typeof x === 'string' ? Number(x) : x);"
        "console.log(JSON.stringify(JSON.parse(readFileSync(0)).map(([x, d, s]) => number(value(x), d, s))))"
    )
    done = subprocess.run([find_node(), "--input-type=module", "-e", script], input=json.dumps(jobs),
                          capture_output=True, text=True, check=True, timeout=30)  # fmt: skip
    return json.loads(done.stdout)


def test_numbers_are_written_alike_in_python_and_in_the_browser():
    rng = np.random.default_rng(5)
    values = [*HALVES, *ODD, *rng.normal(size=200), *(rng.integers(-999, 999, 100) / 8)]
    jobs = [(float(v), d, s) for v in values for d in (0, 2, 3) for s in ("", "+")]
    sent = [[v if np.isfinite(v) else {np.inf: "Infinity", -np.inf: "-Infinity"}.get(v, "NaN"), d, s]
            for v, d, s in jobs]  # fmt: skip
    for job, there in zip(jobs, in_browser(sent), strict=True):
        assert number(*job) == there, job


@pytest.mark.parametrize(
    ("value", "digits", "sign", "text"),
    [(2.5, 0, "", "3"), (-0.125, 2, "", "−0.13"), (-0.001, 2, "", "0.00"), (0.5, 1, "+", "+0.5"),
     (0.0, 1, "+", "0.0"), (np.inf, 2, "", "∞"), (np.nan, 2, "", "?")],
)  # fmt: skip
def test_halves_round_away_from_zero_and_a_rounded_zero_has_no_sign(value, digits, sign, text):
    assert number(value, digits, sign) == text


def test_a_sentence_takes_the_version_that_a_number_of_the_frame_chooses():
    sentence = Sentence(("flat", "up by {rise:.1f}", "down"), "kind")
    assert sentence.fill({"kind": np.array(1.0), "rise": np.array([2.0])}) == "up by 2.0"
    assert sentence.fill({"kind": 9.0, "rise": 0.0}) == "down"
    assert sentence.fill({"kind": np.nan, "rise": 0.0}) == "flat"
    assert sentence.names() == {"kind", "rise"}


@given(st.floats(-99, 99), st.integers(5, 9))
def test_a_width_keeps_columns_in_place(value, width):
    text = Sentence((f"[{{x:{width}.2f}}]",)).fill({"x": value})
    assert len(text) == max(width, len(number(value, 2))) + 2


def test_room_is_kept_for_the_longest_version_with_its_numbers():
    script = (
        f'import {{ longest }} from "{(EXPLORERS / "sentence.js").as_uri()}";'
        'const templates = ["short {x:.1f}", "the longest of them, {x:.1f}", "middling {x:.1f}"];'
        "console.log(longest({ templates }, { x: [2.5] }));"
    )
    done = subprocess.run([find_node(), "--input-type=module", "-e", script],
                          capture_output=True, text=True, check=True, timeout=30)  # fmt: skip
    assert done.stdout.strip() == "the longest of them, 2.5"
