"""Handwritten digits: 1797 small ones that come with the course, and MNIST for those who have it.

The small ones are the test set of "Optical Recognition of Handwritten Digits" by E. Alpaydin and
C. Kaynak (1998), UCI Machine Learning Repository, doi 10.24432/C50P49, under the licence Creative
Commons Attribution 4.0 (CC BY 4.0).  Each is 8 × 8 pixels; ``data/digits.npz`` holds them as they
were published, 0 to 16, with source and licence.  MNIST is not among them: `load_mnist` reads it
from files of yours, `fetch_mnist` from OpenML.
"""

from __future__ import annotations

import gzip
import math
import os
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from lecture_lib.arguments import Array, random_generator, whole_number

INK = 16  # the blackest pixel of data/digits.npz
MNIST_INK = 255
MNIST_SOURCE = "Y. LeCun, C. Cortes and C. J. C. Burges: the MNIST database of handwritten digits"
MNIST_LICENCE = "Creative Commons Attribution-ShareAlike 3.0, as Keras states it"
TRAINING = 60_000  # of MNIST's 70 000, the first ones
IDX_FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)
KERAS_NAMES = ("x_train", "y_train", "x_test", "y_test")
UNSIGNED_BYTES = 8  # the code of the IDX format


@dataclass(frozen=True, eq=False)
class Digits:
    """Pictures of digits, a row each, and which digit it is.

    Attributes:
        images: Pixels from 0, paper, to 1, ink, shape ``(N, pixels)``.
        labels: The digits 0 to 9, integers, shape ``(N,)``.
        source: Who made them, and where they come from.
        licence: What may be done with them.
    """

    images: Array
    labels: NDArray[np.integer]
    source: str
    licence: str

    def __len__(self) -> int:
        """N."""
        return len(self.labels)

    def split(self, validation: int, rng: np.random.Generator) -> tuple[Digits, Digits]:
        """Return two parts, shuffled: what is left to train on, and so many for validation.

        Args:
            validation: How many digits to keep for validation, 1 to N − 1.
            rng: Draws which.

        Raises:
            TypeError: If an argument is of the wrong kind.
            ValueError: If one of the parts would be empty.
        """
        count = whole_number(validation, "validation", least=1, most=len(self) - 1)
        order = random_generator(rng).permutation(len(self))
        held, kept = self._part(order[:count]), self._part(order[count:])
        return kept, held

    def _part(self, chosen: NDArray[np.integer]) -> Digits:
        return Digits(self.images[chosen], self.labels[chosen], self.source, self.licence)


def load_digits() -> Digits:
    """Return the 1797 digits of the course, float64 images of shape ``(1797, 64)``."""
    with np.load(files("lecture_lib").joinpath("data/digits.npz")) as file:
        return Digits(
            file["images"] / INK,
            file["labels"].astype(np.int64),
            str(file["source"]),
            str(file["licence"]),
        )


def load_mnist(path: str | os.PathLike) -> tuple[Digits, Digits]:
    """Return MNIST's training and test digits, float32 images, from files on this machine.

    Args:
        path: The file ``mnist.npz`` as Keras has it, or the folder of the four files
            ``*-ubyte.gz`` in the IDX format.

    Raises:
        FileNotFoundError: If there is no such file, or one of the four is missing.
        ValueError: If a file holds something else.
    """
    path = Path(path)
    if path.is_dir():
        if missing := [name for name in IDX_FILES if not (path / name).is_file()]:
            raise FileNotFoundError(f"expected {', '.join(missing)} in {path}; not found there.")
        arrays = [_idx(path / name) for name in IDX_FILES]
    elif path.is_file():
        arrays = _keras(path)
    else:
        raise FileNotFoundError(
            f"expected {path} to be mnist.npz, or a folder with {', '.join(IDX_FILES)}; there is "
            "nothing. Download them where there is a network, and copy them here."
        )
    return _mnist(*arrays[:2], path), _mnist(*arrays[2:], path)


def fetch_mnist() -> tuple[Digits, Digits]:
    """Return MNIST as `load_mnist` does, from OpenML by scikit-learn, which keeps it on the disk.

    The course does not need it, and installs no scikit-learn.

    Raises:
        ModuleNotFoundError: If scikit-learn is not installed.
        ConnectionError: If OpenML cannot be reached.
    """
    try:
        from sklearn.datasets import fetch_openml
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "fetch_mnist needs scikit-learn: pip install scikit-learn. Or download mnist.npz and "
            "call load_mnist(path); or stay with load_digits(), which needs neither."
        ) from error
    parser = "pandas" if find_spec("pandas") else "liac-arff"
    try:
        found = fetch_openml("mnist_784", version=1, as_frame=False, parser=parser)
    except OSError as error:
        raise ConnectionError(
            f"OpenML cannot be reached ({error}). Where there is a network, download mnist.npz, copy "
            "it here and call load_mnist(path); or stay with load_digits(), which needs no network."
        ) from error
    images, labels = np.asarray(found.data), np.asarray(found.target).astype(np.uint8)
    first, rest = slice(TRAINING), slice(TRAINING, None)
    return (
        _mnist(images[first], labels[first], "OpenML"),
        _mnist(images[rest], labels[rest], "OpenML"),
    )


def _mnist(images: np.ndarray, labels: np.ndarray, where: object) -> Digits:
    images = images.reshape(len(images), -1)
    if labels.shape != (len(images),) or not len(labels) or labels.max() > 9:
        raise ValueError(
            f"expected a label 0 … 9 for each picture; got {len(images)} pictures and labels of "
            f"shape {labels.shape} from {where}."
        )
    scaled = images.astype(np.float32)
    scaled /= MNIST_INK
    return Digits(scaled, labels.astype(np.int64), f"{MNIST_SOURCE}, from {where}", MNIST_LICENCE)


def _keras(path: Path) -> list[np.ndarray]:
    """Read ``mnist.npz``."""
    try:
        with path.open("rb") as file, np.load(file) as found:
            return [found[name] for name in KERAS_NAMES]
    except (KeyError, TypeError, ValueError, OSError, EOFError, BadZipFile) as error:
        raise ValueError(
            f"expected {path} to be an .npz file with {', '.join(KERAS_NAMES)}; {error}."
        ) from error


def _idx(path: Path) -> np.ndarray:
    """Read a file of bytes in the IDX format: 0, 0, type, axes, the sizes, the numbers."""
    try:
        with gzip.open(path) as file:
            data = file.read()
    except (OSError, EOFError) as error:
        raise ValueError(f"expected {path} to be packed by gzip; {error}.") from error
    axes = data[3] if data[:3] == bytes((0, 0, UNSIGNED_BYTES)) and len(data) > 3 else 0
    first = 4 + 4 * axes
    shape = np.frombuffer(data[4:first].ljust(first - 4, b"\0"), ">u4").tolist()
    if not axes or len(data) - first != math.prod(shape):
        raise ValueError(
            f"expected {path} to be an IDX file of bytes; got {len(data)} bytes that begin with "
            f"{data[:4].hex(' ')}. The download may be incomplete."
        )
    return np.frombuffer(data, np.uint8, offset=first).reshape(shape)
