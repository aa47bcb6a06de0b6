"""Six batch sizes, five seeds, twenty epochs: `lecture_lib.experiments.batch_sweep` beside PyTorch.

Run ``python benchmarks/batch_sweeps.py`` from the repository; it needs torch and takes a minute.
Both train a 64-32-10 tanh network on 1437 digits by plain descent in float32, η = 0.1, and measure
it on the 360 others.  Ours trains the five networks of a batch size side by side; PyTorch's loop is
the one that people write: a model, an optimiser, a batch at a time, without a ``DataLoader``, which
would be slower.  One thread each, in turns, medians of the CPU time.
"""

from __future__ import annotations

import one_thread  # isort: skip  # before numpy is loaded

import argparse

import numpy as np
import torch

from lecture_lib.digits import load_digits
from lecture_lib.experiments.batch_sweep import BATCH_SIZES, SIZES, VALIDATION, batch_sweep

SEEDS, EPOCHS, RATE = 5, 20, 0.1
OURS, TORCH = "lecture_lib", "torch, a loop"
LEAST, SECONDS = 4.0, 5.0


def with_torch(batch_sizes: tuple[int, ...]) -> np.ndarray:
    """Return the validation accuracy of every batch size and seed."""
    return np.array([[one_run(size, seed) for seed in range(SEEDS)] for size in batch_sizes])


def one_run(batch_size: int, seed: int) -> float:
    """Train one network; return its accuracy on the digits kept for validation."""
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


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="how often each method is timed")
    rounds = parser.parse_args().rounds
    torch.set_num_threads(1)
    print(one_thread.surroundings(("numpy", "torch")))
    print(f"\n{SEEDS} seeds, {EPOCHS} epochs; accuracy on the {VALIDATION} digits not trained on\n")
    print(
        f"{'batch size':<12}{OURS + ', s':>15}{TORCH + ', s':>18}{'ratio':>8}{'accuracy':>12}{'torch':>8}"
    )
    total = {OURS: 0.0, TORCH: 0.0}
    for size in BATCH_SIZES:
        found: dict[str, np.ndarray] = {}
        medians = one_thread.cpu_medians(
            {
                OURS: lambda size=size, found=found: found.update({OURS: ours((size,))}),
                TORCH: lambda size=size, found=found: found.update({TORCH: with_torch((size,))}),
            },
            rounds,
        )
        for name, seconds in medians.items():
            total[name] += seconds
        ratio = medians[TORCH] / medians[OURS]
        print(
            f"{size:<12}{medians[OURS]:>15.2f}{medians[TORCH]:>18.2f}{ratio:>8.1f}"
            f"{100 * found[OURS].mean():>10.1f} %{100 * found[TORCH].mean():>6.1f} %"
        )
    ratio = total[TORCH] / total[OURS]
    print(f"{'all':<12}{total[OURS]:>15.2f}{total[TORCH]:>18.2f}{ratio:>8.1f}")
    print(f"\nratio {ratio:.1f} {one_thread.verdict(ratio, least=LEAST)}; "
          f"{total[OURS]:.2f} s {one_thread.verdict(total[OURS], most=SECONDS)}")  # fmt: skip


if __name__ == "__main__":
    main()
