"""Set up and open the course, or test it.

    python3 course.py lab     opens Day 11 in JupyterLab (--day 12: Day 12); the first start makes .venv
    python3 course.py test    runs every test

Further options go to JupyterLab (--no-browser) or to pytest (-k word) as they are.
"""

# Standard library only, and readable to Pythons that are too old: they answer with a sentence.
import argparse
import contextlib
import hashlib
import locale
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "course-stamp.txt"
NOTEBOOKS = {11: "day11_critical_points", 12: "day12_batch_and_momentum"}
OWN = "my_notebooks"
PYTEST = ("-m", "pytest", "--nbval", "--nbval-cell-timeout=60", "--nbval-current-env")
# A browser wants the machine to itself; the other tests share its cores, a file at a time.
BROWSER_TESTS = ("tests/browser",)
OTHER_TESTS = ("-n", "2", "--dist", "loadfile", "--ignore=tests/browser",
               "tests", "notebooks/en", "notebooks/zh")  # fmt: skip
FAILED, NONE_CHOSEN = 1, 5  # pytest's own exit codes
BROWSERS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)

TOO_OLD = """\
The course needs Python {}.{} or newer, and this is {}.{}. Install a newer one from
python.org/downloads and start with that, for example: python3.12 course.py lab
本课程需要更新的 Python。请安装新版本（python.org/downloads），再用它启动。"""
PORT_TAKEN = """\
Port {0} is in use, or is no port (they go from 1 to 65535). Leave --port out, or name another.
端口 {0} 已被占用，或不是有效端口（1 到 65535）。请去掉 --port，或换一个。"""

COMMANDS = """\
{0}
To open the course: python3 course.py lab. To test it: python3 course.py test
打开课程：python3 course.py lab。运行测试：python3 course.py test"""
STARTING = """\
JupyterLab is starting, and prints its address below. Ctrl-C in this terminal ends it.
What you change is kept in my_notebooks, your own copy of the notebooks.
JupyterLab 正在启动，网址会显示在下面。在此终端按 Ctrl-C 即可结束。
你的改动保存在 my_notebooks，那是你自己的一份笔记本。"""
SLIP = """\
JupyterLab ended at once; it was given: {0}. Is there a slip? It knows --no-browser, for example.
JupyterLab 立刻结束了；传给它的是：{0}。是不是拼错了？比如，它认识 --no-browser。"""
ROOT_USER = """\
You are root, and all that a notebook does would be done as root. Start as an ordinary user; or, if
this machine or container is yours alone: {0} --allow-root
你现在是 root，笔记本里的一切都会以 root 身份运行。请换普通用户启动；如果这台机器或容器只归你用，
可以输入：{0} --allow-root"""

# A pattern in what a failed step printed, and the sentence that answers it; the first match speaks.
CURES = """\
No space left|not enough space|uota exceeded
The disk is full. Free about 1 GB, then run the same command again.
磁盘已满。请腾出约 1 GB 空间，再运行同一条命令。

ensurepip|No module named .?venv
This Python lacks its venv module. On Debian or Ubuntu: sudo apt install python3-venv
这个 Python 缺少 venv 模块。在 Debian 或 Ubuntu 上：sudo apt install python3-venv

getaddrinfo|ame resolution|dns error|sending request|timed out|[Cc]onnect|nreachable
No way to the network, so the packages could not be fetched. Connect (behind a proxy: set
HTTPS_PROXY), then run the same command again. Later starts need no network.
网络不通，无法下载软件包。请联网（代理：设置 HTTPS_PROXY），再运行同一条命令。以后启动不需要网络。

Permission denied|Access is denied|Read-only file system
This folder is not yours to write to. Copy the course into one that is, and start it there.
没有写入此文件夹的权限。请把课程复制到自己的文件夹，再从那里启动。

.?
The lines above say what failed. It often helps to delete the folder .venv and to start again.
失败原因见上面几行。通常删除 .venv 文件夹后重新启动即可。"""


def cure(output: str) -> str:
    """Return the sentence that answers the output of a failed step."""
    cures = (entry.split("\n", 1) for entry in CURES.split("\n\n"))
    return next(sentence for pattern, sentence in cures if re.search(pattern, output))


def say(text: str, end: str = "\n") -> None:
    """Print to stderr: it escapes the letters that a terminal lacks, where stdout would fail."""
    print(text, end=end, file=sys.stderr, flush=True)


def run(*command: object) -> None:
    """Run one step of the set-up, its latest line as a ticker; exit with the cure if it fails."""
    pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    text = {"encoding": "utf-8", "errors": "replace"}
    lines = []
    with subprocess.Popen([str(word) for word in command], cwd=ROOT, **pipe, **text) as step:
        for line in step.stdout:
            lines.append(line.rstrip())
            if sys.stderr.isatty():
                say(lines[-1][:78].ljust(78), end="\r")
    if sys.stderr.isatty():
        say(" " * 78, end="\r")
    if step.returncode:
        sys.exit("\n".join([*lines[-12:], "", cure("\n".join(lines))]))


def prepare(needs: str) -> None:
    """Make .venv hold what "lab" or "test" needs, unless its stamp says that it already does."""
    right_version = f"sys.version_info[:2] == {sys.version_info[:2]}"
    inputs = [(ROOT / name).read_text("utf-8") for name in ("pyproject.toml", "constraints.txt")]
    key = hashlib.sha256("\n".join([right_version, str(ROOT), *inputs]).encode()).hexdigest()
    stamps = (key + needs, key + "test")  # what can test can open the lab as well
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text() in stamps:
        return
    say("Setting up .venv; later starts skip this. / 正在准备 .venv，以后启动会跳过这一步。")
    uv = shutil.which("uv")
    probe = [PYTHON, "-c", f"import sys{'' if uv else ', pip'}; assert {right_version}"]
    if not PYTHON.exists() or subprocess.call(probe, stderr=subprocess.DEVNULL):
        shutil.rmtree(VENV, ignore_errors=True)
        base = getattr(sys, "_base_executable", sys.executable)  # not the .venv's own Python
        run(*([uv, "venv", "--python", base, VENV] if uv else [base, "-m", "venv", VENV]))
    pip = [uv, "pip", "install", "--python", PYTHON] if uv else [PYTHON, "-m", "pip", "install"]
    run(*pip, "-c", "constraints.txt", "-e", ".[test]" if needs == "test" else ".")
    STAMP.write_text(key + needs)


def stay_with(*command: object) -> int:
    """Run a server or the tests to their end, which ctrl-C or SIGTERM may bring about."""
    child = subprocess.Popen([str(word) for word in command], cwd=ROOT)

    def pass_on(*_: object) -> None:
        child.terminate()
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, pass_on)
    with contextlib.suppress(KeyboardInterrupt):
        return child.wait()
    # The terminal has sent the ctrl-C to the child as well.  JupyterLab may hang for good if its
    # page was closed just before; so after ten seconds, or at the next ctrl-C, be firmer.
    for firmer in (child.poll, child.terminate, child.kill):
        firmer()
        with contextlib.suppress(KeyboardInterrupt, subprocess.TimeoutExpired):
            return child.wait(10)
    return 1


def own_copy(language: str, day: int) -> str:
    """Return where the learner's own copy of a day is; make it, and what it links to, if need be."""
    folder = ROOT / OWN / language
    folder.mkdir(parents=True, exist_ok=True)
    for name in NOTEBOOKS.values():
        if not (folder / (name + ".ipynb")).exists():
            shutil.copyfile(
                str(ROOT / "notebooks" / language / (name + ".ipynb")),
                str(folder / (name + ".ipynb")),
            )
    return f"{OWN}/{language}/{NOTEBOOKS[day]}.ipynb"


def lab(options: argparse.Namespace, rest: list) -> int:
    """Open a day in JupyterLab."""
    if options.port is not None:
        with socket.socket() as probe:
            valid = 0 < options.port < 65536
            if not valid or probe.connect_ex(("127.0.0.1", options.port)) == 0:
                sys.exit(PORT_TAKEN.format(options.port))
        rest = [f"--ServerApp.port={options.port}", "--ServerApp.port_retries=0", *rest]
    prepare("lab")
    notebook = own_copy(options.lang, options.day)
    say(STARTING)
    started = time.monotonic()
    # Each language has a workspace of its own, or the tabs of the other would come back with it.
    workspace = f"/lab/workspaces/{options.lang}/tree/"
    status = stay_with(
        *(PYTHON, "-m", "jupyterlab", f"--ServerApp.root_dir={ROOT}"),
        # The address comes all the same: it counts as critical.
        *("--ServerApp.log_level=ERROR", "--LabApp.log_level=ERROR"),
        f"--LabApp.default_url={workspace}{notebook}",
        f"--LabApp.workspaces_dir={VENV / 'workspaces'}",
        "--ServerApp.answer_yes=True",  # or ctrl-C asks back
        *rest,
    )
    if status > 0 and time.monotonic() - started < 20:
        # Whether root may run what stands in notebooks is for root to decide: JupyterLab's refusal
        # stands, and what to type is said in full.
        if getattr(os, "geteuid", lambda: 1)() == 0 and "--allow-root" not in rest:
            say(ROOT_USER.format(" ".join([Path(sys.executable).name, *sys.argv])))
        elif rest:
            say(SLIP.format(" ".join(rest)))
    return status


def test(options: argparse.Namespace, rest: list) -> int:
    """Run every test, or only those that are named."""
    browser = next(filter(None, map(shutil.which, [os.environ.get("CHROMIUM", ""), *BROWSERS])), "")
    for name, path in (("Chromium", browser), ("Node.js", shutil.which("node"))):
        if not path and options.browser_required:
            sys.exit(f"No {name} was found, and --browser-required asks for it.")
        if not path:
            say(f"No {name} was found: the tests that need it are left out.")
    prepare("test")
    os.environ["CHROMIUM"] = browser  # for the browser tests
    rest += ["--browser-required"] if options.browser_required else []
    before = ["", *rest][:-1]
    free = [word for option, word in zip(before, rest, strict=True) if option not in ("-k", "-m")]
    paths = filter(None, (word.split("::")[0] for word in free))
    named = any((ROOT / path).exists() for path in paths)
    if named:
        return stay_with(PYTHON, *PYTEST, *rest)
    codes = []
    for part in (BROWSER_TESTS, OTHER_TESTS):
        codes.append(stay_with(PYTHON, *PYTEST, *rest, *part))
        if codes[-1] not in (0, FAILED, NONE_CHOSEN):
            break  # stopped by hand, or something is wrong with the call
    return max((code for code in codes if code != NONE_CHOSEN), default=NONE_CHOSEN)


def usual_language() -> str:
    """Return zh where the system speaks Chinese, en elsewhere."""
    names = [os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    name = next(filter(None, [*names, locale.getlocale()[0]]), "")
    return "zh" if name.lower().startswith(("zh", "chinese")) else "en"


def main() -> int:
    """Do what the command line says."""
    if sys.version_info < OLDEST:
        sys.exit(TOO_OLD.format(*OLDEST, *sys.version_info))
    layout = {"formatter_class": argparse.RawDescriptionHelpFormatter, "allow_abbrev": False}
    parser = argparse.ArgumentParser(description=__doc__, **layout)
    parser.add_argument("command", choices=("lab", "test"))
    parser.add_argument("--lang", choices=("en", "zh"), default=usual_language(), help="lab only")
    parser.add_argument("--day", type=int, choices=NOTEBOOKS, default=11, help="lab only")
    parser.add_argument("--port", type=int, metavar="N", help="lab only; else the first free one")
    parser.add_argument("--browser-required", action="store_true", help="test only")
    parser.error = lambda came: sys.exit(parser.format_help() + "\n" + COMMANDS.format(came))
    options, rest = parser.parse_known_args()
    try:
        return lab(options, rest) if options.command == "lab" else test(options, rest)
    except KeyboardInterrupt:
        sys.exit("\nStopped. / 已停止。")
    except OSError as error:
        sys.exit(f"{error}\n\n{cure(str(error))}")


if __name__ == "__main__":
    sys.exit(main())
