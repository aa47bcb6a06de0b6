"""Descents of `lecture_lib.momentum` beside `torch.optim.SGD` and `jax.lax.scan`.

Run ``python benchmarks/descents.py`` from the repository; it takes two minutes, prints the points'
differences and the times, and leaves out what is not installed of torch and jax.  Every library is
pinned to one thread, methods take turns in one process, and a time is the median of the CPU time
(``time.process_time``), so that ratios hold on a busy machine.

PyTorch runs twice: with autograd, as people use it, and with the gradient's formula written out and
put into ``.grad``, so that nothing but the optimiser and the arithmetic is compared.  In that
second form the cost of the arithmetic decides, above all that of the cosine, so only the first has
a budget.  JAX compiles the whole descent into one scan before it is timed, the gradient's formula
written out as well.
"""

from __future__ import annotations

import one_thread  # isort: skip  # before numpy is loaded

import argparse
from collections.abc import Callable
from functools import cache

import numpy as np
from budgets import DESCENT_LEAST, DRAG_MILLISECONDS, USUAL, verdict

from lecture_lib.momentum import descend, descend_many
from lecture_lib.surfaces import Surface

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
    "swing": lambda x, y, m: x**2 / 2 + 2 * y**2 + m.sin(x + 2 * y),
    "well": lambda x, y, m: m.exp(-x * y) + x**2 + (y - 1) ** 4,
}
DRAG_MOMENTA = (0.0, 0.5, 0.8, 0.9, 0.95)
OURS, SCAN = "lecture_lib", "jax.lax.scan"


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
    import torch

    torch.set_num_threads(1)
    theta = torch.tensor(starts, requires_grad=autograd)
    optimiser = torch.optim.SGD([theta], lr=rate, momentum=momentum, nesterov=nesterov)
    path = torch.empty((steps + 1, *starts.shape), dtype=torch.float64)
    path[0] = theta.detach()
    for k in range(steps):
        if autograd:
            optimiser.zero_grad()
            LOSSES[name](theta[..., 0], theta[..., 1], torch).sum().backward()
        else:
            slopes = FUNCTIONS[name][1](theta[..., 0], theta[..., 1], torch)
            theta.grad = torch.stack(slopes, dim=-1)
        optimiser.step()
        path[k + 1] = theta.detach()
    return path.numpy()


def with_jax(
    name: str, starts: np.ndarray, *, rate: float, momentum: float, steps: int
) -> np.ndarray:
    """Return the same points from one compiled scan."""
    return np.asarray(scan(name, steps)(starts, rate, momentum))


@cache
def scan(name: str, steps: int) -> Callable:
    """Return JAX's descent, compiled at the first call for each shape of the starts."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)

    @jax.jit
    def path(starts: jax.Array, rate: float, momentum: float) -> jax.Array:
        def step(state: tuple, _: None) -> tuple:
            theta, velocity = state
            slopes = FUNCTIONS[name][1](theta[..., 0], theta[..., 1], jnp)
            velocity = momentum * velocity + jnp.stack(slopes, axis=-1)
            theta = theta - rate * velocity
            return (theta, velocity), theta

        begin = jnp.asarray(starts)
        _, thetas = jax.lax.scan(step, (begin, jnp.zeros_like(begin)), length=steps)
        return jnp.concatenate([begin[None], thetas])

    return path


def largest_differences() -> list[dict]:
    """Compare 120 steps on each function, with momentum and with Nesterov's."""
    found = []
    start, knobs = np.array([1.0, -0.5]), {"momentum": 0.9, "steps": 120}
    for name, (formula, _) in FUNCTIONS.items():
        gradient = Surface.from_formula(formula, window=WINDOW).gradient
        for convention in ("pytorch", "nesterov"):
            run = descend(gradient, start, learning_rate=0.02, convention=convention, **knobs)
            theirs = {}
            if one_thread.installed("torch"):
                theirs["torch"] = with_torch(
                    name, start, rate=0.02, nesterov=convention == "nesterov", **knobs
                )
            if one_thread.installed("jax") and convention == "pytorch":
                theirs["jax"] = with_jax(name, start, rate=0.02, **knobs)
            for peer, thetas in theirs.items():
                gap = float(np.abs(run.thetas - thetas).max())
                found.append({"what": (name, convention, peer), "gap": gap})
    return found


def timed(name: str, rounds: int) -> dict[str, dict[str, float]]:
    """Return the milliseconds of both cases on one function, by case and method."""
    gradient = Surface.from_formula(FUNCTIONS[name][0], window=WINDOW).gradient
    many = np.random.default_rng(0).uniform(-1, 1, (1000, 2))
    start = np.array([1.0, -0.5])
    batch = {"rate": 5e-3, "momentum": 0.9, "steps": 500}

    def drag(method: Callable, **how: bool) -> None:
        for beta in DRAG_MOMENTA:
            method(name, start, rate=5e-3, momentum=beta, steps=200, **how)

    def drag_of_ours() -> None:
        for beta in DRAG_MOMENTA:
            descend(gradient, start, learning_rate=5e-3, momentum=beta, steps=200)

    knobs = {"learning_rate": 5e-3, "momentum": 0.9, "steps": 500}
    swarm: dict[str, Callable] = {OURS: lambda: descend_many(gradient, many, **knobs)}
    drags: dict[str, Callable] = {OURS: drag_of_ours}
    if one_thread.installed("torch"):
        for label, how in (("torch, autograd", True), ("torch, formula", False)):
            swarm[label] = lambda how=how: with_torch(name, many, autograd=how, **batch)
            drags[label] = lambda how=how: drag(with_torch, autograd=how)
    if one_thread.installed("jax"):
        swarm[SCAN] = lambda: with_jax(name, many, **batch)
        drags[SCAN] = lambda: drag(with_jax)
    return {
        case: {label: 1e3 * s for label, s in one_thread.cpu_medians(methods, rounds).items()}
        for case, methods in (("1000 × 500", swarm), ("5 × 200", drags))
    }


def measure(rounds: int) -> dict:
    """Return the differences and, by function, case and method, the milliseconds."""
    return {
        "differences": largest_differences(),
        "ms": {name: timed(name, rounds) for name in FUNCTIONS},
    }


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7, help="how often each case is timed")
    rounds = parser.parse_args().rounds
    print(one_thread.surroundings(("numpy", "torch", "jax")), flush=True)
    found = measure(rounds)
    print("\nlargest difference between the points of 120 steps, η = 0.02, β = 0.9")
    for one in found["differences"]:
        labels = "".join(f"{label:<10}" for label in one["what"])
        print(f"{labels}{one['gap']:>10.1e}   {verdict(one['gap'], most=1e-9)}")
    print("\nCPU time, median            method          ms      ratio   budget")
    for name, cases in found["ms"].items():
        for case, methods in cases.items():
            for label, ms in methods.items():
                row = f"{name:<8}{case:<12}{label:<17}{ms:>9.2f}"
                if label == OURS:
                    most = DRAG_MILLISECONDS if case == "5 × 200" else None
                    print(f"{row}{'':>8}   {verdict(ms, most=most)}")
                    continue
                least = DESCENT_LEAST[case] if label == USUAL else None
                ratio = ms / methods[OURS]
                print(f"{row}{ratio:>8.1f}   {verdict(ratio, least=least)}")


if __name__ == "__main__":
    main()
