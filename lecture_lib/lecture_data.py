"""The lectures' own numbers, read off the plots of the slides, and how far they can be trusted.

Marker centres were measured against the axis ticks, to about half a pixel.  Where single points
could not be told apart, only what the picture shows as a whole is kept, and named as such.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from lecture_lib.numerals import listed, numeral
from lecture_lib.words import word

DECK = "Hung-yi Lee, small-gradient-v7.pdf (2021-03-05)"


@dataclass(frozen=True)
class MinimumRatioPlot:
    """Training loss against minimum ratio, one dot a network (slides p. 15).

    Four dots stand apart and were read one by one.  The others overlap in a band along the bottom
    of the plot, of which only the outline is known: draw the four as dots and the rest as an area.

    Attributes:
        source: Where the numbers come from.
        plateau_loss: The loss of the four dots that stand apart.
        plateau_ratios: Their minimum ratios, four of them.
        highest_ratio: The minimum ratio of the rightmost dot.
        band_losses: From which to which loss the others lie.
        band_ratios: From which to which minimum ratio the others lie.
        dense_ratios: The part of that range in which most of them lie, at a loss of about 0.
    """

    source: str
    plateau_loss: float
    plateau_ratios: tuple[float, ...]
    highest_ratio: float
    band_losses: tuple[float, float]
    band_ratios: tuple[float, float]
    dense_ratios: tuple[float, float]

    @property
    def digitised(self) -> str:
        """What is known dot by dot, in one sentence."""
        loss, ratios = numeral(self.plateau_loss), listed(self.plateau_ratios)
        return word("minimum_ratio.digitised", loss=loss, ratios=ratios)

    @property
    def described(self) -> str:
        """What is known of the rest, in one sentence."""
        lowest, highest = (numeral(ratio) for ratio in self.band_ratios)
        loss, dense = numeral(self.band_losses[1]), numeral(self.dense_ratios[0])
        return word(
            "minimum_ratio.described", loss=loss, lowest=lowest, highest=highest, dense=dense
        )


@dataclass(frozen=True)
class UpdateTimes:
    """Time for an update and for an epoch against batch size: MNIST on a V100 (slides p. 21–22).

    Attributes:
        source: Where the numbers come from.
        examples: Training examples in an epoch.
        batch_sizes: B.
        seconds_per_update: One entry a batch size; those of small B follow from the epoch's time.
        seconds_per_epoch: One entry a batch size.
    """

    source: str
    examples: int
    batch_sizes: tuple[int, ...]
    seconds_per_update: tuple[float, ...]
    seconds_per_epoch: tuple[float, ...]


@dataclass(frozen=True)
class BatchAccuracy:
    """Accuracy against batch size, on training and validation data (slides p. 24).

    Network, optimiser, epochs and learning rate are not stated in the lecture.

    Attributes:
        source: Where the numbers come from.
        batch_sizes: B.
        training: Shares of right answers, one entry a batch size.
        validation: The same on data not trained on.
    """

    source: str
    batch_sizes: tuple[int, ...]
    training: tuple[float, ...]
    validation: tuple[float, ...]


@dataclass(frozen=True)
class SmallAgainstLarge:
    """One network trained with small and with large batches (slides p. 26).

    Attributes:
        source: Where the numbers come from.
        train_small: Training accuracy in percent, batches of 256.
        train_large: Training accuracy in percent, batches of a tenth of the data.
        test_small: Test accuracy in percent, batches of 256.
        test_large: Test accuracy in percent, batches of a tenth of the data.
    """

    source: str
    train_small: float
    train_large: float
    test_small: float
    test_large: float

    @property
    def gap(self) -> float:
        """By how many points of test accuracy the small batches are ahead."""
        return self.test_small - self.test_large


@cache
def minimum_ratio_plot() -> MinimumRatioPlot:
    """Return what can be known of the plot of slides p. 15."""
    data = _data()
    plateau, band = data["min_ratio_plateau"], data["min_ratio_band"]
    return MinimumRatioPlot(
        f"digitised from {DECK}, p. 15",
        plateau["loss"],
        tuple(plateau["ratios"]),
        data["min_ratio_max"],
        tuple(band["loss"]),
        tuple(band["ratios"]),
        tuple(band["dense_ratios"]),
    )


@cache
def update_times() -> UpdateTimes:
    """Return the two curves of slides p. 21–22."""
    data = _data()
    return UpdateTimes(
        f"digitised from {DECK}, p. 21–22",
        60_000,
        tuple(data["batch_sizes"]),
        tuple(data["v100_mnist_seconds_per_update"]),
        tuple(data["v100_mnist_seconds_per_epoch"]),
    )


@cache
def batch_accuracies() -> Mapping[str, BatchAccuracy]:
    """Return the two plots of slides p. 24, ``"mnist"`` and ``"cifar10"``."""
    data = _data()
    source, sizes = f"digitised from {DECK}, p. 24", tuple(data["batch_sizes"])
    return MappingProxyType(
        {
            name: BatchAccuracy(
                source, sizes, tuple(data[f"{name}_train_acc"]), tuple(data[f"{name}_val_acc"])
            )
            for name in ("mnist", "cifar10")
        }
    )


@cache
def small_against_large() -> Mapping[str, SmallAgainstLarge]:
    """Return the table of slides p. 26 by network, ``"F1"`` … ``"C4"`` (arXiv 1609.04836)."""
    source = f"Keskar et al., arXiv 1609.04836, in {DECK}, p. 26"
    columns = ("train_sb", "train_lb", "test_sb", "test_lb")
    return MappingProxyType(
        {
            name: SmallAgainstLarge(source, *(row[column] for column in columns))
            for name, row in _data()["keskar"].items()
        }
    )


def _data() -> dict[str, Any]:
    file = files("lecture_lib").joinpath("data/lecture_data.json")
    return json.loads(file.read_text(encoding="utf-8"))
