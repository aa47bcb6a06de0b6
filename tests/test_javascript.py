"""The plane's JavaScript, tested in node by node's own test runner."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from node_machine import find_node

SUITES = sorted(Path(__file__).parent.glob("js/*.test.mjs"))


def test_there_are_suites_for_the_machine_the_faces_and_the_requests():
    assert {f"{s}.test.mjs" for s in ("machine", "faces", "requests", "steering")} <= {
        s.name for s in SUITES
    }


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_every_javascript_test_passes(suite):
    done = subprocess.run([find_node(), "--test", "--test-reporter=tap", str(suite)],
                          capture_output=True, text=True, check=False, timeout=60)  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    assert "# tests 0" not in done.stdout
