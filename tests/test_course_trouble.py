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


def test_a_missing_browser_is_said_aloud_and_fails_where_it_is_required(monkeypatch, capsys):
    monkeypatch.setattr(course.shutil, "which", lambda _: None)
    monkeypatch.setattr(course, "prepare", lambda _: None)
    monkeypatch.setattr(course, "stay_with", lambda *_: 0)
    monkeypatch.setenv("CHROMIUM", "")
    assert course.test(Namespace(browser_required=False), []) == 0
    assert "No Chromium was found" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="No Chromium was found"):
        course.test(Namespace(browser_required=True), [])
