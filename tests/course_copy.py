"""A copy of course.py in an empty folder, with stand-ins for what it calls."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import course

ROOT = Path(course.__file__).parent
posix_only = pytest.mark.skipif(os.name == "nt", reason="the stand-in for .venv is a symbolic link")

# A module that Python finds before the real one. It notes how it was called; then it does what the
# real one would do, or fails with the words in the file `<name>.fails`.
STAND_IN = """
import json, os, pathlib, sys, time
here, name = pathlib.Path(__file__).parent, pathlib.Path(__file__).stem
if __name__ == "__main__":
    with (here / "calls.txt").open("a") as calls:
        print(json.dumps([name, *sys.argv[1:]]), file=calls)
    if (here / (name + ".fails")).exists():
        sys.exit((here / (name + ".fails")).read_text())
    if name == "venv":
        python = pathlib.Path(sys.argv[-1], "bin", "python")
        python.parent.mkdir(parents=True)
        python.symlink_to(sys.executable)
    if (here / (name + ".runs")).exists():
        exec((here / (name + ".runs")).read_text())
"""


def _hears_ctrl_c() -> None:
    """A shell lets its background jobs ignore ctrl-C, and what they start inherits that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Copy:
    """A fresh copy of the course in which venv, pip, jupyterlab and pytest are stand-ins."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.stand_ins = folder / "course", folder / "stand-ins"
        self.stand_ins.mkdir()
        (folder / "no programs").mkdir()
        self.environment = {
            **os.environ,
            "PATH": str(folder / "no programs"),
            "PYTHONPATH": str(self.stand_ins),
            "LC_ALL": "C",
            "PYTHONIOENCODING": "utf-8",
        }
        self.folder.mkdir()
        for name in ("course.py", "pyproject.toml", "constraints.txt"):
            (self.folder / name).write_bytes((ROOT / name).read_bytes())
        for language in ("en", "zh"):
            (self.folder / "notebooks" / language).mkdir(parents=True)
            for name in course.NOTEBOOKS.values():
                (self.folder / f"notebooks/{language}/{name}.ipynb").write_text("as it came")
        for name in ("venv", "pip", "jupyterlab", "pytest"):
            (self.stand_ins / f"{name}.py").write_text(STAND_IN)

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "course.py", *words],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            start_new_session=True,
            preexec_fn=_hears_ctrl_c if os.name == "posix" else None,
        )

    def run(self, *words: str) -> tuple[int, str]:
        """Its exit status and what it said."""
        process = self.start(*words)
        said, _ = process.communicate(timeout=60)
        return process.returncode, said

    def calls(self) -> list[list[str]]:
        """What was called since the last time, in order."""
        log = self.stand_ins / "calls.txt"
        lines = log.read_text().splitlines() if log.exists() else []
        log.write_text("")
        return [json.loads(line) for line in lines]

    def called(self) -> list[str]:
        return [name for name, *_ in self.calls()]
