"""The machine that measures: what it is, and what other programs do on it meanwhile."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

import psutil

PACKAGES = ("jupyterlab", "ipykernel", "ipywidgets", "anywidget", "matplotlib", "numpy")


class OtherPrograms:
    """Counts the cores that programs which are not ours keep busy, from its making on."""

    def __init__(self) -> None:
        """Begin to count."""
        self._begin = self._clocks()

    @staticmethod
    def _clocks() -> tuple[float, float, float]:
        """Seconds of CPU spent by all, spent by this process and its children, and gone by."""
        times = psutil.cpu_times()
        alone = times[:8]  # what guests use stands in the first eight already
        ours, me = 0.0, psutil.Process()
        for process in (me, *me.children(recursive=True)):
            try:
                ours += sum(process.cpu_times()[:2])
            except psutil.NoSuchProcess:
                continue
        idle = times.idle + getattr(times, "iowait", 0.0)
        return sum(alone) - idle, ours, sum(alone) / (psutil.cpu_count() or 1)

    def cores(self) -> float:
        """The cores that others used on average since the count began."""
        everyone, ours, clock = (
            now - then for now, then in zip(self._clocks(), self._begin, strict=True)
        )
        return max(0.0, everyone - ours) / max(clock, 1e-9)


def _processor() -> str:
    """The processor's name, as the system gives it."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def surroundings(chromium: str) -> str:
    """Say in two lines which versions and which machine a table comes from.

    Args:
        chromium: The browser's version.
    """
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    load = ", ".join(f"{one:.1f}" for one in psutil.getloadavg())
    return (
        f"{versions}, Python {platform.python_version()}, Chromium {chromium}\n"
        f"{_processor()}, {os.cpu_count()} cores, load {load} when the run began"
    )
