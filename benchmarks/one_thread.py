"""One thread for every library, methods that take turns, medians of their CPU times.

Import it before numpy, torch and jax: they read the environment when they are loaded.  On a busy
machine a second thread costs more than it brings, and CPU time (``time.process_time``) says more
than the clock on the wall.
"""

from __future__ import annotations

import os

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NPROC", "PJRT_NPROC")
os.environ.update(dict.fromkeys(THREADS, "1"))
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"
PINNED = (*THREADS, "XLA_FLAGS", "JAX_PLATFORMS")

import platform  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable, Mapping, Sequence  # noqa: E402
from importlib.metadata import version  # noqa: E402
from importlib.util import find_spec  # noqa: E402
from pathlib import Path  # noqa: E402
from statistics import median  # noqa: E402


def cpu_medians(methods: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return each method's median CPU time in seconds; in every round each has one turn.

    Args:
        methods: By name; each is called once before the rounds, to compile and to warm up.
        rounds: How often.
    """
    for method in methods.values():
        method()
    taken: dict[str, list[float]] = {name: [] for name in methods}
    for _ in range(rounds):
        for name, method in methods.items():
            began = time.process_time()
            method()
            taken[name].append(time.process_time() - began)
    return {name: median(times) for name, times in taken.items()}


def installed(package: str) -> bool:
    """Return whether a package can be imported; what cannot is left out of a table."""
    return find_spec(package) is not None


def surroundings(packages: Sequence[str]) -> str:
    """Say in two lines which versions and which machine a table comes from."""
    versions = ", ".join(
        f"{name} {version(name) if installed(name) else 'not installed'}" for name in packages
    )
    information = Path("/proc/cpuinfo")
    text = information.read_text(encoding="utf-8") if information.exists() else ""
    models = [line.partition(":")[2].strip() for line in text.splitlines() if "model name" in line]
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg()) if hasattr(os, "getloadavg") else "?"
    return (
        f"{versions}, Python {platform.python_version()}, one thread, CPU time\n"
        f"{(models or [platform.machine()])[0]}, {os.cpu_count()} cores, "
        f"load {load} when the run began"
    )
