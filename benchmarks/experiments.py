"""How long the course's own experiments take, with the settings for which it makes a promise.

    python benchmarks/experiments.py

One thread, medians of the CPU time.  No other package does quite the same, so nothing stands
beside them; what they find is proven by the tests.
"""

from __future__ import annotations

import one_thread  # isort: skip  # before numpy is loaded

import argparse

import numpy as np
from budgets import EXPERIMENT_SECONDS, verdict

from lecture_lib.experiments.minimum_ratio import minimum_ratio_dots, sine_problem
from lecture_lib.experiments.noise_escape import noise_escape
from lecture_lib.experiments.sharpness import sharpness

SEED = 0


def noise_table() -> object:
    """Seven batch sizes, 400 runs each, 1000 updates: who leaves the poor minimum."""
    return noise_escape(np.random.default_rng(SEED), learning_rates=(0.2,), runs=400, steps=1000)


def minimum_ratios() -> object:
    """Critical points of the network on a sine, from 150 starts."""
    problem = sine_problem(np.random.default_rng(SEED))
    return minimum_ratio_dots(problem, np.random.SeedSequence(SEED))


def flat_and_sharp() -> object:
    """Five pairs of networks with wrong labels, trained to the same loss, and their Hessians."""
    return sharpness(np.random.SeedSequence(SEED))


METHODS = {
    "noise table, 7 sizes × 400 runs × 1000 updates": noise_table,
    "minimum ratio, sine network, 150 starts": minimum_ratios,
    "sharpness, 5 pairs of networks": flat_and_sharp,
}


def measure(rounds: int) -> dict[str, float]:
    """Return seconds by experiment."""
    return one_thread.cpu_medians(METHODS, rounds)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="how often each is timed")
    rounds = parser.parse_args().rounds
    print(one_thread.surroundings(("numpy",)), flush=True)
    for name, seconds in measure(rounds).items():
        print(f"{name:<50}{seconds:>7.2f} s  {verdict(seconds, most=EXPERIMENT_SECONDS[name])}")


if __name__ == "__main__":
    main()
