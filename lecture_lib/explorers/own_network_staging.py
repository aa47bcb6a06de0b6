"""What `OwnNetwork` draws and says of a training, under way or ended."""

from __future__ import annotations

from collections.abc import Iterator

from lecture_lib.drawing.scene import Arrow, Bar, Dots, Layer, Panel, Path, Scene
from lecture_lib.experiments.trained_network import EXAMPLES, TrainedNetwork, Training
from lecture_lib.explorers.explorer import Staging
from lecture_lib.recipes.own_network import LOGS, SPECTRUM, training_curves
from lecture_lib.sentences import Sentence
from lecture_lib.words import word

CASES = ("below", "at", "above")
MARGIN = 0.03  # of the axis of updates beside its ends, so that marks there are seen as a whole
BARS = {"sample": "line", "exact": "mark", "measured": "line", "recorded": "line"}


def training_staging(run: TrainedNetwork, *, under_way: bool) -> Staging:
    """Return the two charts of a training and what is said below them.

    Args:
        run: The training as far as it has come.
        under_way: Whether there is more to come.
    """
    end, count = float(run.training.updates), len(run.last.eigenvalues)
    panels = (
        Panel("loss", "chart", (-MARGIN * end, (1 + MARGIN) * end), LOGS,
              labels=("k", "L,  |g|,  λ_max"), powers="y"),
        Panel("spectrum", "chart", (0, count + 1), SPECTRUM,
              labels=("i", "± log₁₀(1 + |λᵢ| / 10⁻³)")),
    )  # fmt: skip
    curves = {"gradient": "gradient", "top": "truth", "held": "test_loss",
              "train": _method(run.training)}  # fmt: skip
    return Staging(
        recipe=training_curves(run),
        scene=Scene(panels, (*_losses(curves, end), *_spectrum(count + 1.0))),
        values={},
        inputs=("update",),
        fact=tuple(_facts(run, under_way)),
        numbers=_numbers(run.training),
        legend=(
            (curves["train"], "both", word("own_network.key.train")),
            ("test_loss", "line", word("own_network.key.held")),
            ("gradient", "line", word("own_network.key.gradient")),
            ("truth", "line", "λ_max"),
            ("axes", "line", "2 (1 + β) / η"),
            *((role, part, word(f"own_network.key.{role}")) for role, part in BARS.items()),
        ),
        alt={panel.name: word(f"own_network.alt.{panel.name}") for panel in panels},
    )  # fmt: skip


def _method(training: Training) -> str:
    """Return the role of the training's own method: its colour and its mark."""
    if training.momentum:
        return "momentum"
    return "descent" if training.batch_size == EXAMPLES else "mini_batch"


def _losses(curves: dict[str, str], end: float) -> Iterator[Layer]:
    yield Arrow("loss", "here_t", LOGS[0], 0.0, LOGS[1] - LOGS[0], "guide", heads=0)
    yield Arrow("loss", 0.0, "limit_y", end, 0.0, "axes", heads=0)
    for name, role in curves.items():
        yield Path("loss", "t", f"{name}_y", role)
        yield Dots("loss", "here_t", f"here_{name}_y", role)


def _spectrum(end: float) -> tuple[Layer, ...]:
    """Return the eigenvalues at the place shown as bars, those before any update as a line."""
    return (
        Arrow("spectrum", 0.0, 0.0, end, 0.0, "guide", heads=0),
        Arrow("spectrum", 0.0, "limit_bar", end, 0.0, "axes", heads=0),
        Bar("spectrum", "up_x", "bar", "sample", width=0.6),
        Bar("spectrum", "down_x", "bar", "measured", width=0.6),
        Dots("spectrum", "zero_x", 0.0, "exact"),
        Path("spectrum", "number", "first_bar", "recorded"),
    )


def _facts(run: TrainedNetwork, under_way: bool) -> Iterator[Sentence]:
    """Say how far it is, what stands at the slider's place, and where λ_max went."""
    counts = {"done": run.last.update, "updates": run.training.updates}
    if under_way:
        yield Sentence((word("own_network.under_way", **counts),))
    elif not run.done:
        yield Sentence((word("own_network.stopped", **counts),))
    elif run.diverged:
        yield Sentence((word("own_network.diverged", **counts),))
    yield Sentence((word("own_network.here"),))
    yield Sentence(tuple(word(f"own_network.{case}") for case in CASES), "case")
    if run.training.batch_size < EXAMPLES:
        yield Sentence((word("own_network.batches"),))
    if run.done and not run.diverged:
        yield Sentence((word("own_network.late"),))


def _numbers(training: Training) -> tuple[Sentence, ...]:
    """Return the lines of numbers; an update of the full batch is an epoch, and counts whole."""
    epochs = "4.0f" if training.batch_size == EXAMPLES else "5.1f"
    lines = (
        f" k ={{here_t:5.0f}} = {{here_epochs:{epochs}}} · N/B     L ={{here_train:6.3f}} (––)"
        "{here_held:7.3f} (– –)     |g| ={here_gradient:6.3f}",
        " P ={count:4.0f}     λ > ε:{here_positive:4.0f}     |λ| ≤ ε:{here_zero:3.0f}"
        "     λ < −ε:{here_negative:4.0f}     ε = 10⁻⁶ max |λ|",
        " λ_min ={here_low:8.4f}     λ_max ={here_top:7.3f}     2 (1 + β) / η ={limit:6.2f}"
        "     η λ_max / 2 (1 + β) ={share:5.2f}",
    )
    return tuple(Sentence((line,)) for line in lines)
