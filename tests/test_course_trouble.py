"""What course.py says when something is missing, full, taken or old."""

from __future__ import annotations

import socket
import sys
from argparse import Namespace
from pathlib import Path

import pytest
from course_copy import Copy, posix_only

import course


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


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


@pytest.mark.parametrize("words", [[], ["lap"], ["--no-browser"], ["lab", "--lang", "fr"]])
def test_without_a_command_that_it_knows_course_py_names_both_in_both_languages(copy, words):
    status, said = copy.run(*words)
    assert status == 1
    assert said.startswith("usage:")
    assert said.endswith("运行测试：python3 course.py test\n")
    for command in ("lab", "test"):
        assert said.count(f"python3 course.py {command}") >= 3
    assert copy.calls() == []


@posix_only
def test_a_slip_in_an_option_is_told_below_the_words_of_jupyterlab(copy, monkeypatch, capsys):
    (copy.stand_ins / "jupyterlab.fails").write_text("unrecognized arguments: --no-browsr")
    monkeypatch.setattr(course.os, "geteuid", lambda: 1000)
    status, said = lab_in(copy, monkeypatch, capsys, "--no-browsr")
    assert status == 1
    assert said.strip().endswith(course.SLIP.format("--no-browsr"))


@posix_only
def test_root_is_told_the_whole_command_and_decides(copy, monkeypatch, capsys):
    (copy.stand_ins / "jupyterlab.fails").write_text("Running as root is not recommended.")
    monkeypatch.setattr(course.os, "geteuid", lambda: 0)
    _, said = lab_in(copy, monkeypatch, capsys, "--no-browser")
    assert "course.py lab --no-browser --allow-root" in said
    _, said = lab_in(copy, monkeypatch, capsys, "--allow-root")
    assert "You are root" not in said
    assert [call[-1] for call in copy.calls()] == ["--no-browser", "--allow-root"]


@posix_only
def test_an_end_that_ctrl_c_brought_about_or_a_late_one_is_no_slip(copy, monkeypatch, capsys):
    monkeypatch.setattr(course.os, "geteuid", lambda: 1000)
    for status, seconds in ((0, 1), (-2, 1), (1, 600)):
        clock = iter((0, seconds))
        monkeypatch.setattr(course.time, "monotonic", lambda clock=clock: next(clock))
        monkeypatch.setattr(course, "stay_with", lambda *_, status=status: status)
        came, said = lab_in(copy, monkeypatch, capsys, "--no-browser")
        assert (came, said.strip()) == (status, course.STARTING)


def lab_in(copy: Copy, monkeypatch, capsys, *rest: str) -> tuple[int, str]:
    """What ``lab`` returns and says where all is installed, with a stand-in for JupyterLab."""
    monkeypatch.setenv("PYTHONPATH", str(copy.stand_ins))
    monkeypatch.setattr(course, "ROOT", copy.folder)
    monkeypatch.setattr(course, "PYTHON", sys.executable)
    monkeypatch.setattr(course, "prepare", lambda _: None)
    monkeypatch.setattr(sys, "argv", ["course.py", "lab", *rest])
    status = course.lab(Namespace(lang="en", day=11, port=None), list(rest))
    return status, capsys.readouterr().err


def test_a_missing_browser_is_said_aloud_and_fails_where_it_is_required(monkeypatch, capsys):
    monkeypatch.setattr(course.shutil, "which", lambda _: None)
    monkeypatch.setattr(course, "prepare", lambda _: None)
    monkeypatch.setattr(course, "stay_with", lambda *_: 0)
    monkeypatch.setenv("CHROMIUM", "")
    assert course.test(Namespace(browser_required=False), []) == 0
    assert "No Chromium was found" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="No Chromium was found"):
        course.test(Namespace(browser_required=True), [])
