"""`LossSlice`: the Hessian lens over two directions out of a trained network's 1210."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from lecture_lib.drawing.scene import Label, Layer, Path
from lecture_lib.experiments.loss_slice import NetworkSlice, random_slice, trajectory_slice
from lecture_lib.experiments.training_path import stored_path
from lecture_lib.explorers.controls import dropdown, slider
from lecture_lib.explorers.explorer import Explorer, Staging
from lecture_lib.explorers.hessian_lens import KINDS, lens_staging
from lecture_lib.options import one_of
from lecture_lib.recipes import loss_slice
from lecture_lib.sentences import Sentence
from lecture_lib.words import word

VIEWS = ("trajectory", "random")
SEED = 0  # of the two random directions: a plain draw
POINTS = 81  # of the map, a side: each is a network's loss over all examples
DIGITS = 3
INWARD = (-10, -10)  # pixels from the end of v to its name: θ begins near the right border


class LossSlice(Explorer):
    """Drag over a slice of a network's loss, as over any surface; its training is drawn in.

    Two planes through the end of the training: *trajectory*, along its first two principal
    directions, and *random*, along two random directions that are filter-normalised
    (arXiv 1712.09913).  The line of the training has the height of the checkpoints' own losses: where
    it leaves the landscape, the training was elsewhere.  A network is no formula, so every frame
    comes from the kernel.

    Args:
        view: ``"trajectory"`` or ``"random"``.

    Raises:
        TypeError: If ``view`` is not a string.
        ValueError: If there is no such view.
    """

    def __init__(self, view: str = "trajectory") -> None:
        one_of(view, "a view", VIEWS)
        views = [(word(f"loss_slice.view.{name}"), name) for name in VIEWS]
        controls = {
            "view": dropdown("loss_slice.view", views, view),
            "turn": slider("lens.turn", 0, 0, 180, 1),
        }
        super().__init__(controls)
        self.view.observe(lambda _change: self.stage(), "value")

    def staging(self) -> Staging:
        """Show the lens over the plane that is chosen."""
        cut, marks = _slice(self.view.value)
        lens = lens_staging(
            cut.surface, names=("a", "b"), marks=marks, points=POINTS, digits=DIGITS
        )
        training = (
            Path("map", "path_a", "path_b", "mini_batch", marks=True),
            Path("space", "path_a", "path_b", "mini_batch", z="path_loss", marks=True),
        )
        return replace(
            lens,
            recipe=loss_slice.lens(cut),
            scene=replace(lens.scene, layers=(*training, *map(_inward, lens.scene.layers))),
            fact=(
                Sentence((word("loss_slice.here"),)),
                Sentence(tuple(word(f"loss_slice.verdict.{kind}") for kind in KINDS), "kind"),
                Sentence((cut.fact,)),
            ),
            legend=(("mini_batch", "both", word("loss_slice.key.training")), *lens.legend),
            alt={panel: word(f"loss_slice.alt.{panel}") for panel in lens.alt},
        )


def _inward(layer: Layer) -> Layer:
    """Return a layer as it is, but the name of v away from the map's border."""
    is_v = isinstance(layer, Label) and layer.text == "v"
    return replace(layer, offset=INWARD) if is_v else layer


@cache
def _slice(view: str) -> tuple[NetworkSlice, tuple[tuple[float, float, str], ...]]:
    """Return a plane and its minimum, so that maps and searches are made once."""
    cut = trajectory_slice(stored_path())
    if view == "random":
        cut = random_slice(stored_path(), np.random.default_rng(SEED))
    return cut, loss_slice.minimum(cut)
