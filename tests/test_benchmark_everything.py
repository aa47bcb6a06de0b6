"""The table of all budgets is judged right, survives what is missing, and is quoted as it stands."""

from __future__ import annotations

import json
import re
import sys
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks.budgets import ROWS, Row, verdict, written

ROOT = Path(__file__).resolve().parents[1]
DATED = ROOT / "benchmarks" / "everything_2026-11-29.txt"


@pytest.fixture
def everything(monkeypatch):
    """The script, which imports its neighbours as a script does."""
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    yield import_module("everything")
    for name in ("everything", "budgets"):
        sys.modules.pop(name, None)


def hessian(name):
    return {name: {"ms": 100.0, "megabytes": 30.0, "difference": 0.0}}


# Figures of a machine on which none of the peers is installed.
ALONE = {
    "hessians": {"weights": 9, "asymmetry": 0.0, "methods": hessian("lecture_lib")},
    "products": {
        "methods": {"lecture_lib, repeated": {"ms": 70.0, "error": 0.0}},
        "eigenvalues": {"seconds": 4.0, "products": 32},
    },
    "sweeps": {"4": {"lecture_lib": {"seconds": 2.0, "accuracy": 1.0}}},
    "descents": {
        "differences": [],
        "ms": {"swing": {"1000 × 500": {"lecture_lib": 30.0}, "5 × 200": {"lecture_lib": 1.5}}},
    },
}


@pytest.mark.parametrize(
    ("value", "budget", "judged"),
    [
        (20.0, {"least": 20}, "≥ 20 ok"),
        (19.9, {"least": 20}, "≥ 20 OVER"),
        (1e-12, {"most": 1e-12}, "≤ 1e-12 ok"),
        (61, {"most": 60}, "≤ 60 OVER"),
        (3, {}, ""),
    ],
)
def test_a_value_is_held_against_its_budget(value, budget, judged):
    assert verdict(value, **budget) == judged


def test_a_number_has_three_digits_or_all_before_its_point():
    assert [written(x) for x in (0.6789, 63.12, 1698.4, 1.3e-15)] == [
        "0.679", "63.1", "1698", "1.3e-15",
    ]  # fmt: skip


def test_a_row_tells_figure_budget_judgement_and_peers_in_columns():
    one = str(Row("what", 63.12, "×", least=20, beside="6234 ms against 98.7 ms"))
    other = str(Row("another", 5.0, "s", most=4))
    assert one.split(maxsplit=6) == [
        "what",
        "63.1",
        "×",
        "≥",
        "20",
        "ok",
        "6234 ms against 98.7 ms",
    ]
    assert other.endswith("≤ 4      OVER")
    assert one.index("≥") == other.index("≤")


@pytest.mark.parametrize("part", ALONE)
def test_a_peer_that_is_not_installed_has_a_row_that_says_so(part):
    rows = ROWS[part](ALONE[part])
    absent = {row.value for row in rows if isinstance(row.value, str)}
    assert "not installed: torch" in absent
    assert absent <= {f"not installed: {name}" for name in ("torch", "jax", "autograd")}
    assert any(isinstance(row.value, float) for row in rows)


def test_a_ratio_is_theirs_to_ours_and_has_the_budget_of_its_method():
    methods = hessian("lecture_lib") | {
        "torch.func.hessian": {"ms": 1900.0, "megabytes": 1e3, "difference": 1e-15}
    }
    found = {"weights": 9, "asymmetry": 0.0, "methods": methods}
    (row,) = (row for row in ROWS["hessians"](found) if "torch.func.hessian takes" in row.what)
    assert (row.value, row.least) == (19.0, 20.0)
    assert "OVER" in str(row)


def test_memory_is_not_told_where_the_system_does_not_tell_it():
    found = {"en/day": {"seconds": 20.0, "megabytes": None, "peak": None}}
    memory, peak, seconds = ROWS["notebooks"](found)
    assert "n/a" in str(memory)
    assert "n/a" in str(peak)
    assert str(seconds).endswith("ok")


def test_how_far_interact_is_behind_is_judged_at_each_distance():
    def row(what, by, median, budget):
        kind = {"what": what, "by": by, "away": 100, "budget": budget}
        return kind | {"median": median, "quiet": True}

    curves = row("curves, θ", "kernel", 200.0, 220)
    found = {"rows": [curves, row("picture", "interact", 500.0, None)]}
    behind, ratio = ROWS["live_figures"](found)
    assert str(behind).endswith("ok")
    assert (ratio.value, ratio.least) == (2.5, 5.0)


def test_a_part_without_what_it_needs_is_one_row(everything):
    (row,) = everything.rows("live_figures", {"missing": "Chromium"})
    assert str(row).split(maxsplit=1) == ["live_figures", "not installed: Chromium"]
    (row,) = everything.rows("sweeps", {"failed": 1})
    assert "failed" in str(row)


def test_the_table_names_machine_versions_and_when_each_part_was_measured(everything):
    about = {"versions": "numpy 2", "machine": "a machine, 2 cores", "when": "2026-11-29"}
    found = {"sweeps": {**about, "rounds": 3, "load": "0.1", "figures": ALONE["sweeps"]}}
    table = everything.table(found | {"live_figures": {"missing": "Chromium"}})
    assert table.startswith("numpy 2\na machine, 2 cores\n")
    assert re.search(r"sweeps +2026-11-29 +3 +0.1$", table)
    assert "not installed: Chromium" in table


def test_every_part_has_a_judge_and_a_script(everything):
    assert set(everything.PARTS) == set(ROWS)
    for script, rounds in everything.PARTS.values():
        assert (ROOT / "benchmarks" / f"{script}.py").exists()
        assert rounds >= 1


def test_the_dated_table_is_what_its_figures_give(everything):
    figures = json.loads(DATED.with_suffix(".json").read_text(encoding="utf-8"))
    assert DATED.read_text(encoding="utf-8") == everything.table(figures) + "\n"


def test_the_readme_quotes_the_dated_table_in_both_languages(everything):
    figures = json.loads(DATED.with_suffix(".json").read_text(encoding="utf-8"))
    known = {
        f"{written(row.value)} {row.unit}"
        for part, found in figures.items()
        for row in everything.rows(part, found)
        if not isinstance(row.value, str)
    }
    halves = (ROOT / "README.md").read_text(encoding="utf-8").split("# 梯度很小的时候\n")
    quoted = [
        re.findall(r"^\|[^|]+\| ([^|]+ (?:×|ms|s|MB)) \|[^|]+\|$", half, re.MULTILINE)
        for half in halves
    ]
    assert quoted[0] == quoted[1]
    assert len(quoted[0]) >= 6
    assert set(quoted[0]) <= known
    assert all(DATED.name in half for half in halves)
