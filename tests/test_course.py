"""course.py from outside: what it calls, when, and how it ends."""

from __future__ import annotations

import ast
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from course_copy import STAND_IN, Copy, posix_only

import course

SOURCE = Path(course.__file__).read_text(encoding="utf-8")


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
    day_11 = "/tree/my_notebooks/zh/day11_critical_points.ipynb"
    assert f"--LabApp.default_url=/lab/workspaces/zh{day_11}" in lab
    assert "--no-browser" in lab

    status, said = copy.run("lab", "--lang", "zh", "--no-browser")
    assert (status, said.strip()) == (0, course.STARTING)
    assert copy.calls() == [lab]


@posix_only
def test_the_learner_works_in_a_copy_that_a_later_start_leaves_alone(copy):
    copy.run("lab", "--day", "12")
    own, given = (copy.folder / folder / "en" for folder in ("my_notebooks", "notebooks"))
    names = {f"{name}.ipynb" for name in course.NOTEBOOKS.values()}  # the days link to each other
    assert {file.name for file in own.iterdir()} == names
    assert "/my_notebooks/en/day12_batch_and_momentum.ipynb" in " ".join(copy.calls()[-1])
    for file in own.iterdir():
        file.write_text("my answers")
    (own / "day11_critical_points.ipynb").unlink()
    copy.run("lab")
    assert (own / "day12_batch_and_momentum.ipynb").read_text() == "my answers"
    assert (own / "day11_critical_points.ipynb").read_text() == "as it came"
    assert {file.read_text() for file in given.iterdir()} == {"as it came"}


def test_git_passes_over_the_learners_copies():
    assert f"{course.OWN}/" in (Path(course.__file__).parent / ".gitignore").read_text().split()


@posix_only
def test_tabs_are_kept_in_the_course_and_apart_by_language(copy):
    homes = set()
    for language in ("en", "zh"):
        copy.run("lab", "--lang", language)
        lab = copy.calls()[-1]
        assert f"--LabApp.workspaces_dir={copy.folder / '.venv' / 'workspaces'}" in lab
        homes |= {word.split("/tree/")[0] for word in lab if "default_url" in word}
    assert len(homes) == 2


@posix_only
def test_what_can_test_can_open_the_lab_but_not_the_other_way_round(copy):
    copy.run("lab")
    copy.run("test")
    copy.run("lab")
    assert copy.called() == ["venv", "pip", "jupyterlab", "pip", "pytest", "pytest", "jupyterlab"]


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
    named, browser, others = (words for words in copy.calls() if words[0] == "pytest")
    assert named[-3:] == ["tests::test_one", "-k", "word"]
    assert browser[-2:] == ["-x", "tests/browser"]
    assert others[-3:] == ["tests", "notebooks/en", "notebooks/zh"]
    assert "--ignore=tests/browser" in others
    assert "--nbval" in others


@posix_only
def test_words_behind_k_and_m_and_empty_words_name_no_tests(copy):
    (copy.folder / "tests").mkdir()
    copy.run("test", "-k", "tests", "-m", "tests", "")
    _, words = (words for words in copy.calls() if words[0] == "pytest")
    assert words[-3:] == ["tests", "notebooks/en", "notebooks/zh"]


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
        for line in course.STARTING.splitlines():
            assert process.stdout.readline().rstrip() == line
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
