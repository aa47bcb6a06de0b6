"""A real JupyterLab, started in a folder of its own and ended with whatever it takes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
LAB_FILES = REPOSITORY / "jupyter"  # what an installed course brings along
STARTS_WITHIN = 60.0
ENDS_WITHIN = 10.0


def free_port() -> int:
    """A port of this machine on which nothing listens at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _environment(scratch: Path) -> dict[str, str]:
    """The caller's environment, with every folder that Jupyter writes to moved into ``scratch``.

    A learner's own settings, workspaces and extensions must neither help the tests nor be touched.
    """
    own = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    paths = [str(REPOSITORY), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        **{name: str(scratch / folder) for name, folder in own.items()},
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "JUPYTER_CONFIG_PATH": str(LAB_FILES / "etc/jupyter"),
    }


def _wait_until_it_answers(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/status", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(
        f"JupyterLab did not answer on port {port} within {STARTS_WITHIN:.0f} s. "
        f"Its last words ({log}):\n{log.read_text(errors='replace')[-2000:]}"
    )


@contextmanager
def lab_server(root: Path, scratch: Path) -> Iterator[int]:
    """Run JupyterLab over the notebooks in ``root``, without token, pop-ups or browser.

    Args:
        root: The folder whose notebooks are served. Tests pass a copy: a notebook that a browser
            runs is saved over the file it came from.
        scratch: A folder for settings, workspaces, run-time files and the server's log.

    Yields:
        The port on which it listens, on this machine only.

    Raises:
        RuntimeError: If it does not answer within a minute; the message ends with its log.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    port, log = free_port(), scratch / "server.log"
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
        *(f"--ServerApp.root_dir={root}", "--IdentityProvider.token="),
        f"--LabApp.app_settings_dir={LAB_FILES / 'share/jupyter/lab/settings'}",
        # Without this the page keeps its application to itself, and tests could only click.
        "--LabApp.expose_app_in_browser=True",
    ]
    with log.open("wb") as words:
        server = subprocess.Popen(
            command, cwd=root, env=_environment(scratch), stdout=words, stderr=subprocess.STDOUT
        )
    try:
        _wait_until_it_answers(port, server, log)
        yield port
    finally:
        # A lab whose page has just been closed sometimes hangs while it shuts down.
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
