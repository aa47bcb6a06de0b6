"""Record how long one update takes against the batch size, with torch, on a GPU if there is one.

    python benchmarks/gpu_update_times.py [--seconds 2] [--save FILE]

The shape is that of the lecture's experiment (slides p. 21-22): 60,000 pictures of 28 x 28 pixels,
ten classes; the lecture does not say which network it used, so this one has two hidden layers of
500, float32, plain SGD.  The pictures are random numbers: only time is measured.  Three ways to get
a batch to the device, since they differ more than the arithmetic does:

* ``resident``: all pictures lie in the device's memory, a batch is gathered there;
* ``copied``: a batch is gathered in the host's memory and copied;
* ``loader``: a ``DataLoader`` over single examples, without worker processes, then copied.

For each way and batch size: the median and the middle half of the times of single updates, the
device being waited for at the end of each, after a warm-up.  ``--save`` writes a JSON file with the
machine, the versions and the date.  Needs torch, which the course does not.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import torch

EXAMPLES, PIXELS, CLASSES, HIDDEN = 60_000, 784, 10, 500
BATCH_SIZES = (1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 60_000)
FEWEST, MOST = 5, 2000  # updates timed


def network() -> torch.nn.Module:
    """Return 784-500-500-10 with rectifiers."""
    return torch.nn.Sequential(
        torch.nn.Linear(PIXELS, HIDDEN), torch.nn.ReLU(),
        torch.nn.Linear(HIDDEN, HIDDEN), torch.nn.ReLU(),
        torch.nn.Linear(HIDDEN, CLASSES),
    )  # fmt: skip


def resident(x: torch.Tensor, y: torch.Tensor, size: int, device: str) -> Iterator[tuple]:
    """Yield batches gathered in the device's memory."""
    x, y = x.to(device), y.to(device)
    while True:
        for chosen in torch.randperm(EXAMPLES, device=device).split(size):
            yield x[chosen], y[chosen]


def copied(x: torch.Tensor, y: torch.Tensor, size: int, device: str) -> Iterator[tuple]:
    """Yield batches gathered in the host's memory, then copied."""
    while True:
        for chosen in torch.randperm(EXAMPLES).split(size):
            yield x[chosen].to(device), y[chosen].to(device)


def loader(x: torch.Tensor, y: torch.Tensor, size: int, device: str) -> Iterator[tuple]:
    """Yield batches that a DataLoader puts together from single examples."""
    data = torch.utils.data.TensorDataset(x, y)
    while True:
        for one, two in torch.utils.data.DataLoader(data, batch_size=size, shuffle=True):
            yield one.to(device), two.to(device)


WAYS: dict[str, Callable[..., Iterator[tuple]]] = {
    "resident": resident, "copied": copied, "loader": loader,
}  # fmt: skip


def seconds_per_update(batches: Iterator[tuple], device: str, budget: float) -> list[float]:
    """Return the quartiles of the seconds that an update took, with getting its batch.

    Args:
        batches: Where batches come from.
        device: ``"cuda"`` or ``"cpu"``.
        budget: Seconds to spend, at least `FEWEST` updates.
    """
    torch.manual_seed(0)
    model = network().to(device)
    loss, optimiser = torch.nn.CrossEntropyLoss(), torch.optim.SGD(model.parameters(), lr=0.01)
    wait = torch.cuda.synchronize if device == "cuda" else lambda: None
    times: list[float] = []
    warm, began = 3, time.perf_counter()
    while len(times) < FEWEST or (len(times) < MOST and time.perf_counter() - began < budget):
        start = time.perf_counter()
        x, y = next(batches)
        optimiser.zero_grad()
        loss(model(x), y).backward()
        optimiser.step()
        wait()
        if warm:
            warm -= 1
            continue
        times.append(time.perf_counter() - start)
    return torch.quantile(torch.tensor(times).double(), torch.tensor([0.5, 0.25, 0.75]).double()
                          ).tolist()  # fmt: skip


def main() -> None:
    """Measure, print, and save if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=2.0, help="for each way and batch size")
    parser.add_argument("--save", type=Path, metavar="FILE")
    options = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    machine = torch.cuda.get_device_name() if device == "cuda" else platform.processor()
    machine = machine or platform.machine()
    rng = torch.Generator().manual_seed(1)
    x = torch.rand(EXAMPLES, PIXELS, generator=rng)
    y = torch.randint(CLASSES, (EXAMPLES,), generator=rng)
    record = {
        "machine": machine, "device": device, "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "torch": torch.__version__, "python": platform.python_version(),
        "network": [PIXELS, HIDDEN, HIDDEN, CLASSES], "examples": EXAMPLES,
        "batch_sizes": list(BATCH_SIZES), "seconds_per_update": {},
    }  # fmt: skip
    print(f"{machine}, torch {torch.__version__}, {record['date']}")
    print("way        batch size    median ms   middle half ms    s per epoch")
    for way, batches in WAYS.items():
        rows = []
        for size in BATCH_SIZES:
            row = seconds_per_update(batches(x, y, size, device), device, options.seconds)
            rows.append(row)
            epoch = row[0] * -(-EXAMPLES // size)
            print(f"{way:10} {size:10} {1e3 * row[0]:12.4f} {1e3 * row[1]:8.4f} -"
                  f"{1e3 * row[2]:8.4f} {epoch:12.3f}", flush=True)  # fmt: skip
        record["seconds_per_update"][way] = rows
    if options.save:
        options.save.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
