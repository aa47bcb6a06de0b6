"""The exact Hessian of a small network: `lecture_lib.network` beside PyTorch, JAX and autograd.

Run ``python benchmarks/hessians.py`` from the repository; it takes four minutes and leaves out what
is not installed of torch, jax and autograd.  The network is 64-16-10 with tanh, the loss the
softmax's cross-entropy over the course's 1797 digits, all in float64: 1210 weights.  Every library
is pinned to one thread, the methods take turns, and a time is the median of the CPU time, so that
ratios hold on a busy machine.

*extra MB* is how much the memory of a fresh process grows at most during one call, in JAX's case
with the compilation; *difference* is to our Hessian, relative to its largest entry.
"""

from __future__ import annotations

import one_thread  # isort: skip  # before numpy is loaded

import argparse
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from budgets import HESSIAN_LEAST, HESSIAN_MOST, verdict

from lecture_lib.digits import load_digits
from lecture_lib.network import MLP

BLOCK = 64  # rows at once, where a method lets us choose
OURS = "lecture_lib"
Method = Callable[[], np.ndarray]


def with_torch(net: MLP, theta: np.ndarray, x: np.ndarray, y: np.ndarray) -> dict[str, Method]:
    """Return PyTorch's ways, by name."""
    import torch
    from torch.func import grad, hessian, jacrev, jvp, vmap

    torch.set_num_threads(1)
    inputs, targets, point = (torch.from_numpy(array) for array in (x, y, theta))

    def loss(theta: torch.Tensor) -> torch.Tensor:
        a, first = inputs, 0
        for n, m in zip(net.sizes, net.sizes[1:], strict=False):
            W = theta[first : first + (n + 1) * m].reshape(n + 1, m)
            first += (n + 1) * m
            z = a @ W[:-1] + W[-1]
            a = torch.tanh(z)
        return torch.nn.functional.cross_entropy(z, targets)

    def row(v: torch.Tensor) -> torch.Tensor:
        return jvp(grad(loss), (point,), (v,))[1]

    unit = torch.eye(net.size, dtype=point.dtype)
    return {
        "torch.func.hessian": lambda: hessian(loss)(point).numpy(),
        "torch vmap(jvp(grad)), 64 rows": lambda: vmap(row, chunk_size=BLOCK)(unit).numpy(),
        "torch jacrev(grad), 64 rows": lambda: (
            jacrev(grad(loss), chunk_size=BLOCK)(point).detach().numpy()
        ),
    }


def with_jax(net: MLP, theta: np.ndarray, x: np.ndarray, y: np.ndarray) -> dict[str, Method]:
    """Return JAX's ways, by name, compiled at their first call."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    inputs, targets, point = (jnp.asarray(array) for array in (x, y, theta))

    def loss(theta: jax.Array) -> jax.Array:
        a, first = inputs, 0
        for n, m in zip(net.sizes, net.sizes[1:], strict=False):
            W = theta[first : first + (n + 1) * m].reshape(n + 1, m)
            first += (n + 1) * m
            z = a @ W[:-1] + W[-1]
            a = jnp.tanh(z)
        chosen = jnp.take_along_axis(z, targets[:, None], 1)[:, 0]
        return (jax.nn.logsumexp(z, axis=1) - chosen).mean()

    def by_rows(theta: jax.Array) -> jax.Array:
        def row(v: jax.Array) -> jax.Array:
            return jax.jvp(jax.grad(loss), (theta,), (v,))[1]

        return jax.lax.map(row, jnp.eye(net.size), batch_size=BLOCK)

    whole, rows = jax.jit(jax.hessian(loss)), jax.jit(by_rows)
    return {
        "jax.jit(jax.hessian)": lambda: np.asarray(whole(point)),
        "jax lax.map(jvp(grad)), 64 rows": lambda: np.asarray(rows(point)),
    }


def with_autograd(net: MLP, theta: np.ndarray, x: np.ndarray, y: np.ndarray) -> dict[str, Method]:
    """Return the way of autograd (HIPS), row by row."""
    import autograd.numpy as anp
    from autograd import hessian
    from autograd.scipy.special import logsumexp

    answers = np.eye(net.sizes[-1])[y]

    def loss(theta: np.ndarray) -> np.ndarray:
        a, first = x, 0
        for n, m in zip(net.sizes, net.sizes[1:], strict=False):
            W = theta[first : first + (n + 1) * m].reshape(n + 1, m)
            first += (n + 1) * m
            z = anp.dot(a, W[:-1]) + W[-1]
            a = anp.tanh(z)
        return anp.mean(logsumexp(z, axis=1) - anp.sum(answers * z, axis=1))

    whole = hessian(loss)
    return {"autograd.hessian": lambda: whole(theta)}


def every_method(sizes: tuple[int, ...], only: str | None = None) -> dict[str, Method]:
    """Return all methods by name, or those of the library of one of them, which is all it loads."""
    digits = load_digits()
    net = MLP(sizes)
    theta = net.initial(np.random.default_rng(0))
    x, y = digits.images, digits.labels.astype(np.int64)
    methods: dict[str, Method] = {OURS: lambda: net.hessian(theta, x, y)}
    libraries = {"torch": with_torch, "jax": with_jax, "autograd": with_autograd}
    for library, made in libraries.items():
        if one_thread.installed(library) and (only is None or only.startswith(library)):
            methods |= made(net, theta, x, y)
    return methods


def extra_megabytes(name: str, sizes: tuple[int, ...]) -> float:
    """Return how far one call in a fresh process raises its resident memory; NaN off Linux."""
    if not Path("/proc/self/clear_refs").exists():
        return float("nan")
    shape = [str(size) for size in sizes]
    command = [sys.executable, __file__, "--sizes", *shape, "--memory-of", name]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def print_own_memory(name: str, sizes: tuple[int, ...]) -> None:
    """Call one method once; print how far memory grew meanwhile, in megabytes."""
    method = every_method(sizes, only=name)[name]
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew at what is in use
    before = own_memory("VmRSS")
    method()
    print((own_memory("VmHWM") - before) / 1024)


def own_memory(entry: str) -> int:
    """Return an entry of what Linux tells a process about itself, in kilobytes."""
    text = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.search(rf"{entry}:\s+(\d+)", text)[1])


def measure(rounds: int, sizes: tuple[int, ...] = (64, 16, 10)) -> dict:
    """Return the size, how far from symmetric ours is, and of each method what the table shows."""
    methods = every_method(sizes)
    H = methods[OURS]()
    found = {}
    for name, seconds in one_thread.cpu_medians(methods, rounds).items():
        gap = np.abs(methods[name]() - H).max() / np.abs(H).max()
        memory = extra_megabytes(name, sizes)
        found[name] = {"ms": 1e3 * seconds, "megabytes": memory, "difference": float(gap)}
    return {"weights": len(H), "asymmetry": float(np.abs(H - H.T).max()), "methods": found}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often each method is timed")
    parser.add_argument("--sizes", type=int, nargs="+", default=(64, 16, 10))
    parser.add_argument("--memory-of", metavar="METHOD", help=argparse.SUPPRESS)
    options = parser.parse_args()
    sizes = tuple(options.sizes)
    if options.memory_of:
        print_own_memory(options.memory_of, sizes)
        return
    print(one_thread.surroundings(("numpy", "torch", "jax", "autograd")), flush=True)
    found = measure(options.rounds, sizes)
    shape = "-".join(map(str, sizes))
    print(f"\n{shape}, {found['weights']} weights; |H − Hᵀ| = {found['asymmetry']:g}\n")
    print(f"{'method':<34}{'ms':>9}{'ratio':>8}  {'budget':<9}{'extra MB':>10}{'difference':>12}")
    methods = found["methods"]
    for name, one in methods.items():
        ratio, memory, gap = one["ms"] / methods[OURS]["ms"], one["megabytes"], one["difference"]
        row = f"{name:<34}{one['ms']:>9.1f}{ratio:>8.1f}  "
        if name == OURS:
            most = verdict(memory, most=HESSIAN_MOST["megabytes"])
            print(f"{row}{'':<9}{memory:>10.0f}{'':>12}  {most}")
            continue
        least = verdict(ratio, least=HESSIAN_LEAST.get(name))
        most = verdict(gap, most=HESSIAN_MOST["difference"])
        print(f"{row}{least:<9}{memory:>10.0f}{gap:>12.1e}  {most}")


if __name__ == "__main__":
    main()
