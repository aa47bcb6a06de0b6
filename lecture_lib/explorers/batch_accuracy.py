"""`BatchAccuracy`: accuracy against batch size, by three rules of comparison."""

from __future__ import annotations

from collections.abc import Mapping

from lecture_lib.arguments import described
from lecture_lib.drawing.scene import Arrow, Bar, Dots, Handle, Label, Layer, Panel, Path, Scene
from lecture_lib.experiments.batch_sweep import MODES, BatchSweep
from lecture_lib.experiments.stored import stored_sweep
from lecture_lib.explorers.controls import dropdown
from lecture_lib.explorers.explorer import Explorer, Staging
from lecture_lib.lecture_data import batch_accuracies
from lecture_lib.recipes import batch_accuracy
from lecture_lib.sentences import Sentence
from lecture_lib.words import word

CASES = ("as_usual", "otherwise")
SIZES = (-0.2, 3.4)  # what the axis of the sweep shows, as powers of ten
LECTURE_SIZES = (-0.8, 5.1)
TOP = 104.0  # percent
UNDER = 6.0  # of the axis below the handle, so that it is seen as a whole
# What stands beside the lecture's first points, and how far from them, in pixels.
NAMES = {"mnist": ("MNIST", (4, 34)), "cifar10": ("CIFAR-10", (64, -18))}
LOG_SIZE = 3.15  # where the handle begins: at the full batch
PARTS = {"train": "measured", "held": "test_loss"}


class BatchAccuracy(Explorer):
    """Accuracy on training and validation data against the batch size.

    On the left networks on handwritten digits, each batch size with equally many epochs, with
    equally many updates, or with the learning rate that served it best; on the right the lecture's
    two plots, of which the rule is not known.  Drag B to read one batch size.

    Args:
        sweeps: What `batch_sweep` returned, by mode; the modes that are missing are shown as they
            came out once.

    Raises:
        TypeError: If they are no mapping, or there is something else among them.
        ValueError: If one stands under a mode that is not its own.
    """

    def __init__(self, sweeps: Mapping[str, BatchSweep] | None = None) -> None:
        if not isinstance(sweeps, Mapping | None):
            raise TypeError(
                f'expected sweeps such as {{"epochs": batch_sweep(…)}}; got {described(sweeps)}.'
            )
        self.sweeps = dict(sweeps or {})
        for mode, sweep in self.sweeps.items():
            if not isinstance(sweep, BatchSweep):
                raise TypeError(
                    f"expected sweeps to come from batch_sweep; got {type(sweep).__name__}."
                )
            if mode != sweep.mode:
                raise ValueError(
                    f"expected the sweep of mode {sweep.mode!r} under that name; got {mode!r}."
                )
        modes = [(word(f"accuracy.mode.{mode}"), mode) for mode in MODES]
        first = next(iter(self.sweeps), "epochs")
        super().__init__({"mode": dropdown("accuracy.mode", modes, first)})
        self.mode.observe(lambda _change: self.stage(), "value")

    def staging(self) -> Staging:
        """Show the rule that is chosen."""
        mode = self.mode.value
        sweep = self.sweeps[mode] if mode in self.sweeps else stored_sweep(mode)
        bottom = batch_accuracy.floor_of(sweep)
        lectures = batch_accuracies()
        shares = bottom - UNDER, TOP
        panels = (
            Panel("sweep", "chart", SIZES, shares, labels=("B", "%"), powers="x"),
            Panel("lecture", "chart", LECTURE_SIZES, shares, labels=("B", "%"), powers="x"),
        )
        handle = Handle("sweep", "log_size", "level", "B", word("accuracy.handle"), level=bottom)
        cases = tuple(word(f"accuracy.{mode}.{case}") for case in CASES)
        return Staging(
            recipe=batch_accuracy.accuracies(sweep, lectures, bottom=bottom),
            scene=Scene(panels, (*_sweep(shares[0]), *_lecture()), (handle,)),
            values={"log_size": LOG_SIZE, "level": bottom},
            fact=(
                Sentence((word("accuracy.here"),)),
                Sentence(cases, "case"),
                Sentence((word("accuracy.lecture"),)),
            ),
            numbers=tuple(Sentence((line,)) for line in _table(sweep)),
            legend=(
                ("measured", "both", word("accuracy.key.train")),
                ("recorded", "both", word("accuracy.key.recorded")),
                ("test_loss", "both", word("accuracy.key.held")),
            ),
            alt={name: word(f"accuracy.alt.{name}") for name in ("sweep", "lecture")},
        )


def _sweep(bottom: float) -> list[Layer]:
    """Return B as a line, the spread as thin bars, and the curves on top."""
    layers: list[Layer] = [
        Arrow("sweep", "log_size", "level", "to_x", 0.0, "guide", heads=0),
        Arrow("sweep", "here_x", bottom, 0.0, TOP - bottom, "guide", heads=0),
    ]
    for name, role in PARTS.items():
        x = f"{name}_x"
        layers += [Bar("sweep", x, f"{name}_length", role, base=f"{name}_from", width=0.004),
                   Path("sweep", x, name, role), Dots("sweep", x, name, role)]  # fmt: skip
    return layers


def _lecture() -> list[Layer]:
    layers: list[Layer] = []
    for name, (title, offset) in NAMES.items():
        x = f"{name}_x"
        layers += [Path("lecture", x, f"{name}_train", "recorded"),
                   Dots("lecture", x, f"{name}_train", "recorded"),
                   Path("lecture", x, f"{name}_held", "test_loss"),
                   Dots("lecture", x, f"{name}_held", "test_loss"),
                   Label("lecture", f"{name}_x", f"{name}_train", title, "recorded",
                         offset=offset)]  # fmt: skip
    return layers


def _table(sweep: BatchSweep) -> list[str]:
    """Return the lines of numbers, a column for each batch size."""
    rows = {" B      ": ("size", ".0f"), " k      ": ("updates", ".0f"), " η      ": ("rate", "g"),
            " ●   %  ": ("train", ".1f"), " – – %  ": ("held", ".1f")}  # fmt: skip
    columns = batch_accuracy.columns_of(sweep)
    return [
        title + "".join(f"{format(entry, digits):>9}" for entry in columns[name])
        for title, (name, digits) in rows.items()
    ]
