"""Make lecture_lib/data/network_results.npz and training_path.npz: networks that figures show.

    python tools/make_network_results.py

About a minute.  The files are in the repository; run this again after a change to the experiments.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

import lecture_lib
from lecture_lib.experiments import stored, training_path


def main() -> None:
    """Write the files."""
    for file, anew in (
        (stored.FILE, stored.results_anew),
        (training_path.FILE, training_path.path_anew),
    ):
        path = Path(lecture_lib.__file__).parent / file
        np.savez_compressed(path, **anew())
        print(f"{path.name}: {path.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
