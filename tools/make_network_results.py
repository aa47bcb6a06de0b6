"""Make lecture_lib/data/network_results.npz: the experiments on networks that two figures show.

    python tools/make_network_results.py

Under a minute.  The file is in the repository; run this again after a change to the experiments.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

import lecture_lib
from lecture_lib.experiments.stored import FILE, results_anew


def main() -> None:
    """Write the file."""
    path = Path(lecture_lib.__file__).parent / FILE
    np.savez_compressed(path, **results_anew())
    print(f"{path.name}: {path.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
