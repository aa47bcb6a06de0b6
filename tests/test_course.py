"""course.py from outside: a copy of it in an empty folder, with stand-ins for what it calls."""

from __future__ import annotations

import ast
import json
import os
import signal
import socket
import subprocess
import sys
from argparse import Namespace
from contextlib import suppress
from pathlib import Path

import pytest

import course

ROOT = Path(course.__file__).parent
SOURCE = (ROOT / "course.py").read_text(encoding="utf-8")
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


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


# The file ----------------------------------------------------------------------------------------


def test_python_36_can_read_course_py():
    ast.parse(SOURCE, feature_version=(3, 6))
    assert "from __future__ import annotations" not in SOURCE  # an error before Python 3.7


def test_course_py_imports_the_standard_library_alone():
    nodes = list(ast.walk(ast.parse(SOURCE)))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    assert names <= sys.stdlib_module_names


# The way in --------------------------------------------------------------------------------------


@posix_only
def test_the_first_start_installs_and_the_second_goes_straight_to_the_lab(copy):
    assert copy.run("lab", "--lang", "zh", "--no-browser")[0] == 0
    venv, pip, lab = copy.calls()
    assert venv == ["venv", str(copy.folder / ".venv")]
    assert pip == ["pip", "install", "-c", "constraints.txt", "-e", "."]
    assert lab[0] == "jupyterlab"
    assert f"--ServerApp.root_dir={copy.folder}" in lab
    assert "--LabApp.default_url=/lab/tree/notebooks/zh/day11_critical_points.ipynb" in lab
    assert "--no-browser" in lab
    settings = copy.folder / ".venv/share/jupyter/lab/settings/overrides.json"
    assert settings.read_text() == course.NO_NEWS

    assert copy.run("lab", "--lang", "zh", "--no-browser") == (0, "")
    assert copy.calls() == [lab]


@posix_only
def test_what_can_test_can_open_the_lab_but_not_the_other_way_round(copy):
    copy.run("lab")
    copy.run("test")
    copy.run("lab")
    assert copy.called() == ["venv", "pip", "jupyterlab", "pip", "pytest", "jupyterlab"]


@posix_only
def test_new_constraints_and_a_moved_folder_are_installed_anew(copy):
    copy.run("lab")
    with (copy.folder / "constraints.txt").open("a") as constraints:
        constraints.write("# changed\n")
    copy.run("lab")
    copy.folder = copy.folder.rename(copy.folder.with_name("moved"))
    copy.run("lab")
    assert copy.called() == ["venv", *["pip", "jupyterlab"] * 3]


@posix_only
def test_an_environment_of_another_python_is_made_anew(copy):
    copy.run("lab")
    other = copy.folder / ".venv/bin/python"
    other.unlink()
    other.write_text("#!/bin/sh\nexit 1\n")
    other.chmod(0o755)
    (copy.folder / ".venv/course-stamp.txt").unlink()
    assert copy.run("lab")[0] == 0
    assert copy.called() == ["venv", "pip", "jupyterlab"] * 2


@posix_only
def test_uv_is_used_where_it_is_present(copy, tmp_path):
    uv = tmp_path / "no programs" / "uv"
    uv.write_text(f'#!{sys.executable}\n__name__ = "__main__"\n{STAND_IN}')
    uv.chmod(0o755)
    (uv.parent / "uv.runs").write_text(
        "if sys.argv[1] == 'venv':\n"
        "    python = pathlib.Path(sys.argv[-1], 'bin', 'python')\n"
        "    python.parent.mkdir(parents=True)\n"
        "    python.symlink_to(sys.executable)\n"
    )
    assert copy.run("lab")[0] == 0
    made, installed = map(json.loads, (uv.parent / "calls.txt").read_text().splitlines())
    assert made[1] == "venv"
    assert installed[1:3] == ["pip", "install"]
    assert installed[-4:] == ["-c", "constraints.txt", "-e", "."]


@posix_only
def test_named_tests_run_alone_and_without_a_name_everything_runs(copy):
    (copy.folder / "tests").mkdir()
    copy.run("test", "tests::test_one", "-k", "word")
    copy.run("test", "-x")
    named, everything = (words for words in copy.calls() if words[0] == "pytest")
    assert named[-3:] == ["tests::test_one", "-k", "word"]
    assert everything[-4:] == ["-x", "tests", "notebooks/en", "notebooks/zh"]
    assert "--nbval" in everything


# What can go wrong -------------------------------------------------------------------------------


def test_an_old_python_is_told_which_one_is_needed(monkeypatch):
    monkeypatch.setattr(course, "OLDEST", (99, 1))
    with pytest.raises(SystemExit, match=r"Python 99\.1 or newer, and this is 3\.") as told:
        course.main()
    assert "python.org/downloads" in str(told.value)


TROUBLE = {
    "venv, on Debian": ("venv", "ensurepip is not\navailable.", "apt install python3-venv"),
    "venv, left out": ("venv", "No module named venv", "apt install python3-venv"),
    "no network, pip": ("pip", "Temporary failure in name resolution", "No way to the network"),
    "no network, Windows": ("pip", "[Errno 11001] getaddrinfo failed", "No way to the network"),
    "no network, uv": ("pip", "error sending request for url\n dns error", "No way to the network"),
    "full disk": ("pip", "OSError: [Errno 28] No space left on device", "The disk is full"),
    "full disk, Windows": ("pip", "[WinError 112] There is not enough space", "The disk is full"),
    "not ours": ("venv", "[Errno 13] Permission denied: '.venv'", "not yours to write to"),
    "anything else": ("pip", "ERROR: it is Monday", "The lines above say what failed"),
}


@posix_only
@pytest.mark.parametrize(("step", "prints", "sentence"), TROUBLE.values(), ids=TROUBLE)
def test_trouble_is_told_in_a_sentence_with_its_cure(copy, step, prints, sentence):
    (copy.stand_ins / f"{step}.fails").write_text(prints)
    status, said = copy.run("lab")
    assert status == 1
    assert prints in said
    assert sentence in said
    assert any("\u4e00" <= letter <= "\u9fff" for letter in said.splitlines()[-1])
    assert "Traceback" not in said
    assert copy.called()[-1] == step


@posix_only
def test_after_trouble_the_next_start_tries_again(copy):
    failure = copy.stand_ins / "pip.fails"
    failure.write_text("dns error")
    copy.run("lab")
    failure.unlink()
    assert copy.run("lab")[0] == 0
    assert copy.called() == ["venv", "pip", "pip", "jupyterlab"]


def test_a_disk_that_fills_up_while_course_py_writes_is_told_as_well(monkeypatch):
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(course, "prepare", full)
    monkeypatch.setattr(sys, "argv", ["course.py", "lab"])
    with pytest.raises(SystemExit, match="The disk is full"):
        course.main()


@pytest.mark.parametrize("port", ["taken", "0", "65536"])
def test_a_port_that_cannot_be_had_is_told_before_anything_is_installed(copy, port):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = str(listening.getsockname()[1]) if port == "taken" else port
        status, said = copy.run("lab", "--port", port)
    assert status == 1
    assert said.startswith(f"Port {port} ")
    assert copy.calls() == []


def test_a_missing_browser_is_said_aloud_and_fails_where_it_is_required(monkeypatch, capsys):
    monkeypatch.setattr(course.shutil, "which", lambda _: None)
    monkeypatch.setattr(course, "prepare", lambda _: None)
    monkeypatch.setattr(course, "stay_with", lambda *_: 0)
    monkeypatch.setenv("CHROMIUM", "")
    assert course.test(Namespace(browser_required=False), []) == 0
    assert "No Chromium was found" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="No Chromium was found"):
        course.test(Namespace(browser_required=True), [])


# The way out -------------------------------------------------------------------------------------

POLITE = "print('up', flush=True)\ntime.sleep(60)"
HANGING = f"import signal\nfor s in (2, 15): signal.signal(s, signal.SIG_IGN)\n{POLITE}"


@posix_only
@pytest.mark.parametrize(
    ("server", "number", "most"),
    [
        pytest.param(POLITE, signal.SIGTERM, 1, id="SIGTERM"),
        pytest.param(POLITE, signal.SIGINT, 1, id="ctrl-C"),
        pytest.param(HANGING, signal.SIGINT, 8, id="ctrl-C again and again, the server hangs"),
    ],
)
def test_the_server_never_outlives_course_py(copy, server, number, most):
    (copy.stand_ins / "jupyterlab.runs").write_text(f"print(os.getpid(), flush=True)\n{server}")
    copy.run("test")  # makes .venv, so that the lab starts at once
    # A terminal sends its ctrl-C to everyone in it; SIGTERM goes to course.py alone.
    send = os.killpg if number == signal.SIGINT else os.kill
    with copy.start("lab") as process:
        pid = int(process.stdout.readline())
        assert process.stdout.readline() == "up\n"
        for _ in range(most):
            send(process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=8 / most)
                break
        else:
            os.killpg(process.pid, signal.SIGKILL)
            pytest.fail("course.py was still there after 8 s")
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


# The language ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "system", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, None, "zh"),
        ({"LANG": "zh_TW.UTF-8", "LC_ALL": "en_US.UTF-8"}, None, "en"),
        ({"LC_MESSAGES": "zh_HK", "LANG": "en_GB.UTF-8"}, None, "zh"),
        ({}, "Chinese (Simplified)_China", "zh"),
        ({}, "de_DE", "en"),
        ({}, None, "en"),
    ],
)
def test_the_lab_opens_in_chinese_where_the_system_speaks_chinese(
    monkeypatch, settings, system, language
):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(course.locale, "getlocale", lambda: (system, "UTF-8"))
    assert course.usual_language() == language
