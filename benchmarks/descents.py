"""Descents of `lecture_lib.momentum` beside `torch.optim.SGD`: the same points, and the time taken.

Run ``python benchmarks/descents.py`` from the repository; it needs PyTorch, about two minutes, and
prints a table.  Every library is pinned to one thread, methods take turns in one process, and a
time is the median of the CPU time (``time.process_time``), so that ratios hold on a busy machine.

PyTorch runs twice: with autograd, as people use it, and with the gradient's formula written out and
put into ``.grad``, so that nothing but the optimiser and the arithmetic is compared.
"""

from __future__ import annotations

import os

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
os.environ.update(dict.fromkeys(THREADS, "1"))  # before numpy is loaded

import argparse  # noqa: E402
import platform  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402
from pathlib import Path  # noqa: E402

import numpy as np  # noqa: E402
import torch  # noqa: E402

from lecture_lib.momentum import descend, descend_many  # noqa: E402
from lecture_lib.surfaces import Surface  # noqa: E402

WINDOW = ((-2, 2), (-2, 2))
# Functions that are not in the course's catalogue: (formula, gradient for arrays or tensors).
FUNCTIONS = {
    "swing": (
        "w1**2/2 + 2*w2**2 + sin(w1 + 2*w2)",
        lambda x, y, m: (x + m.cos(x + 2 * y), 4 * y + 2 * m.cos(x + 2 * y)),
    ),
    "well": (
        "exp(-w1*w2) + w1**2 + (w2 - 1)**4",
        lambda x, y, m: (
            2 * x - y * m.exp(-x * y),
            4 * (y - 1) * (y - 1) * (y - 1) - x * m.exp(-x * y),
        ),
    ),
}
LOSSES = {
    "swing": lambda x, y: x**2 / 2 + 2 * y**2 + torch.sin(x + 2 * y),
    "well": lambda x, y: torch.exp(-x * y) + x**2 + (y - 1) ** 4,
}
DRAG_MOMENTA = (0.0, 0.5, 0.8, 0.9, 0.95)
BUDGETS = {"1000 × 500": 3.0, "5 × 200": 20.0}


def with_torch(
    name: str,
    starts: np.ndarray,
    *,
    rate: float,
    momentum: float,
    steps: int,
    nesterov: bool = False,
    autograd: bool = True,
) -> np.ndarray:
    """Return every point that torch.optim.SGD visits, shape ``(steps + 1, *starts.shape)``."""
    theta = torch.tensor(starts, requires_grad=autograd)
    optimiser = torch.optim.SGD([theta], lr=rate, momentum=momentum, nesterov=nesterov)
    path = torch.empty((steps + 1, *starts.shape), dtype=torch.float64)
    path[0] = theta.detach()
    for k in range(steps):
        if autograd:
            optimiser.zero_grad()
            LOSSES[name](theta[..., 0], theta[..., 1]).sum().backward()
        else:
            slopes = FUNCTIONS[name][1](theta[..., 0], theta[..., 1], torch)
            theta.grad = torch.stack(slopes, dim=-1)
        optimiser.step()
        path[k + 1] = theta.detach()
    return path.numpy()


def largest_differences() -> list[str]:
    """Compare 120 steps on each function, with momentum and with Nesterov's."""
    lines = []
    for name, (formula, _) in FUNCTIONS.items():
        gradient = Surface.from_formula(formula, window=WINDOW).gradient
        for convention in ("pytorch", "nesterov"):
            knobs = {"momentum": 0.9, "steps": 120}
            start = np.array([1.0, -0.5])
            run = descend(gradient, start, learning_rate=0.02, convention=convention, **knobs)
            theirs = with_torch(name, start, rate=0.02, nesterov=convention == "nesterov", **knobs)
            gap = np.abs(run.thetas - theirs).max()
            verdict = "ok" if gap <= 1e-9 else "OVER"
            lines.append(f"{name:<8}{convention:<10}{gap:>10.1e}   1e-09 {verdict}")
    return lines


def cpu_medians(methods: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return each method's median CPU time in milliseconds; the methods take turns."""
    taken: dict[str, list[float]] = {label: [] for label in methods}
    for k in range(rounds + 1):
        for label, method in methods.items():
            begin = time.process_time()
            method()
            if k:  # the first round warms up
                taken[label].append(1000 * (time.process_time() - begin))
    return {label: float(np.median(times)) for label, times in taken.items()}


def timed(name: str, rounds: int) -> list[str]:
    """Time both cases on one function."""
    gradient = Surface.from_formula(FUNCTIONS[name][0], window=WINDOW).gradient
    many = np.random.default_rng(0).uniform(-1, 1, (1000, 2))
    start = np.array([1.0, -0.5])
    batch = {"rate": 5e-3, "momentum": 0.9, "steps": 500}

    def drag_of_torch(autograd: bool) -> None:
        for beta in DRAG_MOMENTA:
            knobs = {"rate": 5e-3, "momentum": beta, "steps": 200}
            with_torch(name, start, autograd=autograd, **knobs)

    cases = {
        "1000 × 500": {
            "lecture_lib": lambda: descend_many(
                gradient, many, learning_rate=5e-3, momentum=0.9, steps=500
            ),
            "torch, autograd": lambda: with_torch(name, many, **batch),
            "torch, formula": lambda: with_torch(name, many, autograd=False, **batch),
        },
        "5 × 200": {
            "lecture_lib": lambda: [
                descend(gradient, start, learning_rate=5e-3, momentum=beta, steps=200)
                for beta in DRAG_MOMENTA
            ],
            "torch, autograd": lambda: drag_of_torch(True),
            "torch, formula": lambda: drag_of_torch(False),
        },
    }
    lines = []
    for case, methods in cases.items():
        medians = cpu_medians(methods, rounds)
        ours = medians.pop("lecture_lib")
        lines.append(f"{name:<8}{case:<12}{'lecture_lib':<17}{ours:>9.2f}")
        for label, median in medians.items():
            ratio, least = median / ours, BUDGETS[case]
            row = f"{name:<8}{case:<12}{label:<17}{median:>9.2f}{ratio:>8.1f}{least:>8.0f}"
            lines.append(f"{row} {'ok' if ratio >= least else 'BELOW'}")
    return lines


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7, help="how often each case is timed")
    rounds = parser.parse_args().rounds
    torch.set_num_threads(1)
    information = Path("/proc/cpuinfo")
    text = information.read_text(encoding="utf-8") if information.exists() else ""
    models = [line.partition(":")[2].strip() for line in text.splitlines() if "model name" in line]
    print(
        f"numpy {np.__version__}, torch {torch.__version__}, Python {platform.python_version()}, "
        f"one thread\n{(models or [platform.machine()])[0]}, {os.cpu_count()} cores\n"
    )
    print("largest difference between the points of 120 steps, η = 0.02, β = 0.9")
    print("\n".join(largest_differences()))
    print("\nCPU time, median            method          ms      ratio   least")
    for name in FUNCTIONS:
        print("\n".join(timed(name, rounds)))


if __name__ == "__main__":
    main()
