"""Six batch sizes, five seeds, twenty epochs: `lecture_lib.experiments.batch_sweep` beside PyTorch.

Run ``python benchmarks/batch_sweeps.py`` from the repository; it takes three minutes, and leaves torch
out where it is not installed.  Both train a 64-32-10 tanh network on 1437 digits by plain descent
in float32, η = 0.1, and measure it on the 360 others.  Ours trains the five networks of a batch
size side by side; PyTorch's loop is the one that people write: a model, an optimiser, a batch at a
time, without a ``DataLoader``, which would be slower.  One thread each, in turns, medians of the
CPU time.
"""

from __future__ import annotations

import one_thread  # isort: skip  # before numpy is loaded

import argparse

import numpy as np
from budgets import SWEEP_LEAST, SWEEP_SECONDS, verdict

from lecture_lib.digits import load_digits
from lecture_lib.experiments.batch_sweep import BATCH_SIZES, SIZES, VALIDATION, batch_sweep

SEEDS, EPOCHS, RATE = 5, 20, 0.1
OURS, TORCH = "lecture_lib", "torch, a loop"


def with_torch(batch_sizes: tuple[int, ...]) -> np.ndarray:
    """Return the validation accuracy of every batch size and seed."""
    return np.array([[one_run(size, seed) for seed in range(SEEDS)] for size in batch_sizes])


def one_run(batch_size: int, seed: int) -> float:
    """Train one network; return its accuracy on the digits kept for validation."""
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    parts = load_digits().split(VALIDATION, np.random.default_rng(seed))
    (x, y), (held_x, held_y) = (
        (torch.from_numpy(part.images).float(), torch.from_numpy(part.labels)) for part in parts
    )
    inputs, hidden, classes = SIZES
    model = torch.nn.Sequential(
        torch.nn.Linear(inputs, hidden), torch.nn.Tanh(), torch.nn.Linear(hidden, classes)
    )
    optimiser = torch.optim.SGD(model.parameters(), lr=RATE)
    for _ in range(EPOCHS):
        for chosen in torch.randperm(len(x)).split(batch_size):
            optimiser.zero_grad()
            torch.nn.functional.cross_entropy(model(x[chosen]), y[chosen]).backward()
            optimiser.step()
    with torch.no_grad():
        return (model(held_x).argmax(1) == held_y).double().mean().item()


def ours(batch_sizes: tuple[int, ...]) -> np.ndarray:
    """Return the same from the course's experiment."""
    seed = np.random.SeedSequence(0)
    knobs = {"seeds": SEEDS, "epochs": EPOCHS, "learning_rate": RATE}
    return batch_sweep(seed, batch_sizes=batch_sizes, **knobs).validation_accuracy


def measure(rounds: int) -> dict[str, dict[str, dict[str, float]]]:
    """Return seconds and mean accuracy by batch size and by library."""
    ways = {OURS: ours} | ({TORCH: with_torch} if one_thread.installed("torch") else {})
    table: dict[str, dict[str, dict[str, float]]] = {}
    for size in BATCH_SIZES:
        found: dict[str, np.ndarray] = {}
        methods = {
            name: lambda size=size, found=found, name=name, way=way: found.update(
                {name: way((size,))}
            )
            for name, way in ways.items()
        }
        medians = one_thread.cpu_medians(methods, rounds)
        table[f"{size}"] = {
            name: {"seconds": seconds, "accuracy": float(found[name].mean())}
            for name, seconds in medians.items()
        }
    return table


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="how often each method is timed")
    rounds = parser.parse_args().rounds
    print(one_thread.surroundings(("numpy", "torch")), flush=True)
    print(f"\n{SEEDS} seeds, {EPOCHS} epochs; accuracy on the {VALIDATION} digits not trained on\n")
    print(
        f"{'batch size':<12}{OURS + ', s':>15}{'accuracy':>12}{TORCH + ', s':>18}{'accuracy':>12}{'ratio':>8}"
    )
    table = measure(rounds)
    for size, found in table.items():
        cells = "".join(
            f"{one['seconds']:>{width}.2f}{100 * one['accuracy']:>10.1f} %"
            for one, width in zip(found.values(), (15, 18), strict=False)
        )
        ratio = found[TORCH]["seconds"] / found[OURS]["seconds"] if TORCH in found else np.nan
        print(f"{size:<12}{cells}{ratio:>8.1f}")
    total = {
        name: sum(found[name]["seconds"] for found in table.values())
        for name in next(iter(table.values()))
    }
    print(f"\nall: {total[OURS]:.2f} s {verdict(total[OURS], most=SWEEP_SECONDS)}")
    if TORCH in total:
        ratio = total[TORCH] / total[OURS]
        print(f"{TORCH}: {total[TORCH]:.2f} s, {ratio:.1f} × {verdict(ratio, least=SWEEP_LEAST)}")


if __name__ == "__main__":
    main()
