"""Make lecture_lib/data/digits.npz from the copy of the digits that scikit-learn carries.

    pip install scikit-learn && python tools/make_digits.py

The file is in the repository; nobody has to run this again.  It is written so that the same digits
give the same bytes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

FILE = Path(__file__).resolve().parents[1] / "lecture_lib" / "data" / "digits.npz"
SOURCE = (
    "E. Alpaydin and C. Kaynak (1998). Optical Recognition of Handwritten Digits. "
    "UCI Machine Learning Repository, https://doi.org/10.24432/C50P49. "
    "Its test set: 1797 digits of 13 writers, 8 x 8 pixels, each the count of ink, 0 to 16, "
    "in a block of 4 x 4; as scikit-learn's load_digits gives them."
)
LICENCE = (
    "Creative Commons Attribution 4.0 International (CC BY 4.0), "
    "https://creativecommons.org/licenses/by/4.0/"
)


def main() -> None:
    """Write the file."""
    digits = load_digits()
    np.savez_compressed(
        FILE,
        images=digits.data.astype(np.uint8),
        labels=digits.target.astype(np.uint8),
        source=SOURCE,
        licence=LICENCE,
    )
    print(f"{FILE.name}: {FILE.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
