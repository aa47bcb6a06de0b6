"""A Chromium without a window, with a door for a pointer that waits for nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from lab_server import free_port
from playwright.sync_api import Browser, sync_playwright

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """What ``CHROMIUM`` names, as course.py sets it, or else the first one on the PATH."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@contextmanager
def chromium(executable: str) -> Iterator[tuple[Browser, int]]:
    """Run a headless Chromium.

    Yields:
        The browser and its debugging port, for ``NotebookPage``.
    """
    port = free_port()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=[*FLAGS, f"--remote-debugging-port={port}"],
        )
        try:
            yield browser, port
        finally:
            browser.close()
