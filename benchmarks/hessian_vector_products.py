"""Products H v of a network with 670,000 weights, beside its peers, and its top eigenvalues.

Run ``python benchmarks/hessian_vector_products.py`` from the repository; it takes a minute and
leaves out what is not installed of torch, jax and autograd.  The network is 784-512-512-10 with tanh, the
loss the softmax's cross-entropy, on 1000 of the course's digits, enlarged to 28 × 28 pixels, in
float32.  Every library is pinned to one thread, the methods take turns, and a time is the median of
the CPU time.

*repeated* is a product at the same θ as the last one, as Lanczos asks for; ours then has the
forward and the backward pass behind it, PyTorch and autograd the graph of the gradient.
*first* is a product at a new θ.  JAX's compiled function goes through both passes each time.
"""

from __future__ import annotations

import one_thread  # isort: skip  # before numpy is loaded

import argparse
import time
from collections.abc import Callable

import numpy as np
from budgets import EIGENVALUES_SECONDS, PRODUCT_MOST, verdict

from lecture_lib.digits import load_digits
from lecture_lib.network import MLP
from lecture_lib.spectrum import spectral_density, top_eigenvalues

SIZES, EXAMPLES = (784, 512, 512, 10), 1000
OURS, FIRST = "lecture_lib, repeated", "lecture_lib, first"
Method = Callable[[], np.ndarray]


def enlarged(images: np.ndarray) -> np.ndarray:
    """Return 8 × 8 pictures as 28 × 28: each pixel three by three, and a margin of two."""
    pictures = images.reshape(-1, 8, 8).repeat(3, axis=1).repeat(3, axis=2)
    return np.pad(pictures, ((0, 0), (2, 2), (2, 2))).reshape(len(images), -1).astype(np.float32)


def with_torch(net: MLP, theta: np.ndarray, x: np.ndarray, y: np.ndarray, v: np.ndarray) -> dict:
    """Return PyTorch's ways, by name: the graph of the gradient kept, and made anew."""
    import torch

    torch.set_num_threads(1)
    inputs, targets, direction = (torch.from_numpy(array) for array in (x, y, v))
    point = torch.from_numpy(theta).requires_grad_()

    def slope() -> torch.Tensor:
        a, first = inputs, 0
        for n, m in zip(net.sizes, net.sizes[1:], strict=False):
            W = point[first : first + (n + 1) * m].reshape(n + 1, m)
            first += (n + 1) * m
            z = torch.addmm(W[-1], a, W[:-1])
            a = torch.tanh(z)
        loss = torch.nn.functional.cross_entropy(z, targets)
        return torch.autograd.grad(loss, point, create_graph=True)[0]

    def product(slope: torch.Tensor) -> np.ndarray:
        return torch.autograd.grad(slope, point, direction, retain_graph=True)[0].numpy()

    kept = slope()
    return {
        "torch double backward, repeated": lambda: product(kept),
        "torch double backward, first": lambda: product(slope()),
    }


def with_jax(net: MLP, theta: np.ndarray, x: np.ndarray, y: np.ndarray, v: np.ndarray) -> dict:
    """Return JAX's way, forward over reverse, compiled at its first call."""
    import jax
    import jax.numpy as jnp

    inputs, targets, point, direction = (jnp.asarray(array) for array in (x, y, theta, v))

    def loss(theta: jax.Array, x: jax.Array, y: jax.Array) -> jax.Array:
        a, first = x, 0
        for n, m in zip(net.sizes, net.sizes[1:], strict=False):
            W = theta[first : first + (n + 1) * m].reshape(n + 1, m)
            first += (n + 1) * m
            z = a @ W[:-1] + W[-1]
            a = jnp.tanh(z)
        return (jax.nn.logsumexp(z, axis=1) - jnp.take_along_axis(z, y[:, None], 1)[:, 0]).mean()

    @jax.jit
    def product(theta: jax.Array, x: jax.Array, y: jax.Array, v: jax.Array) -> jax.Array:
        return jax.jvp(jax.grad(lambda point: loss(point, x, y)), (theta,), (v,))[1]

    return {"jax.jit": lambda: np.asarray(product(point, inputs, targets, direction))}


def with_autograd(net: MLP, theta: np.ndarray, x: np.ndarray, y: np.ndarray, v: np.ndarray) -> dict:
    """Return the ways of autograd (HIPS), reverse over reverse: the graph kept, and made anew."""
    import autograd.numpy as anp
    from autograd.differential_operators import make_hvp
    from autograd.scipy.special import logsumexp

    answers = np.eye(net.sizes[-1], dtype=x.dtype)[y]

    def loss(theta: np.ndarray) -> np.ndarray:
        a, first = x, 0
        for n, m in zip(net.sizes, net.sizes[1:], strict=False):
            W = theta[first : first + (n + 1) * m].reshape(n + 1, m)
            first += (n + 1) * m
            z = anp.dot(a, W[:-1]) + W[-1]
            a = anp.tanh(z)
        return anp.mean(logsumexp(z, axis=1) - anp.sum(answers * z, axis=1))

    kept = make_hvp(loss)(theta)[0]
    return {
        "autograd make_hvp, repeated": lambda: kept(v),
        "autograd make_hvp, first": lambda: make_hvp(loss)(theta)[0](v),
    }


def measure(rounds: int) -> dict:
    """Return what the table shows of each method, and how long the eigenvalues take."""
    rng = np.random.default_rng(0)
    net = MLP(SIZES)
    theta = net.initial(rng).astype(np.float32)
    digits = load_digits()
    x, y = enlarged(digits.images[:EXAMPLES]), digits.labels[:EXAMPLES]
    v = rng.standard_normal(net.size, dtype=np.float32)
    hvp = net.hessian_vector_product(theta, x, y)
    methods: dict[str, Method] = {
        OURS: lambda: hvp(v),
        FIRST: lambda: net.hessian_vector_product(theta, x, y)(v),
    }
    libraries = {"torch": with_torch, "jax": with_jax, "autograd": with_autograd}
    for library, made in libraries.items():
        if one_thread.installed(library):
            methods |= made(net, theta, x, y, v)
    exact = net.hessian_vector_product(*(array.astype(float) for array in (theta, x)), y)(v)
    found = {}
    for name, seconds in one_thread.cpu_medians(methods, rounds).items():
        error = np.abs(methods[name]() - exact).max() / np.abs(exact).max()
        found[name] = {"ms": 1e3 * seconds, "error": float(error)}
    calls = 0

    def counted(v: np.ndarray) -> np.ndarray:
        nonlocal calls
        calls += 1
        return hvp(v)

    began = time.process_time()
    top = top_eigenvalues(counted, net.size, 5, rng=np.random.default_rng(1))
    seconds = time.process_time() - began
    return {
        "weights": net.size,
        "methods": found,
        "eigenvalues": {"top": top.tolist(), "products": calls, "seconds": seconds},
        "density": density(hvp, net.size),
    }


def density(hvp: Callable[[np.ndarray], np.ndarray], size: int) -> dict:
    """Return the spectral density's sentence and how long it takes."""
    began = time.process_time()
    found = spectral_density(hvp, size, np.random.default_rng(1), probes=1, steps=60)
    return {"seconds": time.process_time() - began, "fact": found.fact}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15, help="how often each method is timed")
    rounds = parser.parse_args().rounds
    print(one_thread.surroundings(("numpy", "scipy", "torch", "jax", "autograd")), flush=True)
    found = measure(rounds)
    shape = "-".join(map(str, SIZES))
    print(f"\n{shape}, {found['weights']} weights, {EXAMPLES} examples, float32\n")
    print(f"{'method':<34}{'ms':>9}{'ours / it':>11}  {'budget':<11}{'error':>9}")
    for name, one in found["methods"].items():
        ratio = found["methods"][OURS]["ms"] / one["ms"]
        budget = verdict(ratio, most=PRODUCT_MOST.get(name))
        print(f"{name:<34}{one['ms']:>9.1f}{ratio:>11.2f}  {budget:<11}{one['error']:>9.0e}")
    top, dense = found["eigenvalues"], found["density"]
    print(
        f"\ntop 5 eigenvalues, {top['products']} products: {top['seconds']:.2f} s  "
        f"{verdict(top['seconds'], most=EIGENVALUES_SECONDS)}  {np.round(top['top'], 4)}"
    )
    print(f"spectral density, 1 × 60: {dense['seconds']:.2f} s\n{dense['fact']}")


if __name__ == "__main__":
    main()
