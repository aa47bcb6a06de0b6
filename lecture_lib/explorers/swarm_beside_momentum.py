"""`SwarmBesideMomentum`: one particle with a gradient, twelve without, term by term."""

from __future__ import annotations

import numpy as np

from lecture_lib.drawing.backdrop import map_bitmaps
from lecture_lib.drawing.scene import Arrow, Dots, Handle, Label, Panel, Path, Scene
from lecture_lib.explorers.controls import dropdown, slider
from lecture_lib.explorers.explorer import Explorer, Staging
from lecture_lib.explorers.landmarks import landmarks
from lecture_lib.options import one_of
from lecture_lib.recipes import swarm_paths
from lecture_lib.recipes.places import place
from lecture_lib.recipes.swarm_paths import LETTERS, PARTICLES, PLACES, STEPS
from lecture_lib.sentences import Sentence
from lecture_lib.words import word

SEED = 3  # of the particles and their r₁, r₂: the same draws in every figure
INPUTS = ("learning_rate", "momentum", "pair", "inertia", "own_pull", "swarm_pull", "k")
STORIES = ("both", "swarm", "momentum", "neither", "coast", "away", "alone")
LOG_LOSSES = (-6.0, 3.0)
# Where x is among the letters they stand beside its dot, clear of a handle; else on the place itself.
LETTERS_AT = {letters: (13, 19) if "x" in letters else (-10, 0) for letters in LETTERS}
LETTERS_AT |= {"x": (5, 11), "p": (-4, 0), "G": (-5, 0)}


class SwarmBesideMomentum(Explorer):
    """Momentum and a particle swarm from one start: what is alike, and what is not.

    One particle follows the gradient with momentum; twelve others know no gradient, only the best
    places that they and the swarm have seen.  Both add to a velocity that they keep a part of: β
    there, w here.  Below the picture stand the terms of one step, under each other.

    Args:
        surface: One of `recipes.swarm_paths.PLACES`.

    Raises:
        TypeError: If the name is not a string.
        ValueError: If there is no such surface.
    """

    def __init__(self, surface: str = "two_valleys") -> None:
        one_of(surface, "a surface", PLACES)
        choices = [(word(f"beside.surface.{name}"), name) for name in PLACES]
        pairs = [(word(f"beside.pair.{name}"), name) for name in ("same", "own")]
        controls = {
            "surface": dropdown("beside.surface", choices, surface),
            "pair": dropdown("beside.pair", pairs, "same"),
            "learning_rate": slider(
                "beside.learning_rate", 0.02, 0.001, 0.05, 0.001, readout_format=".3f"
            ),
            "momentum": slider("beside.momentum", 0.7, 0.0, 0.95, 0.05),
            "inertia": slider("beside.inertia", 0.5, 0.0, 0.95, 0.05),
            "own_pull": slider("beside.own_pull", 1.5, 0.0, 2.5, 0.1),
            "swarm_pull": slider("beside.swarm_pull", 1.5, 0.0, 2.5, 0.1),
            "k": slider("beside.k", 10, 0, STEPS, 1),
        }
        for name in INPUTS:
            controls[name].layout.width = "340px"  # two a row
        super().__init__(controls)
        self.surface.observe(lambda _change: self.stage(), "value")
        self.pair.observe(lambda _change: self._part(), "value")
        self._part()

    def staging(self) -> Staging:
        """Show the surface that is chosen."""
        name = self.surface.value
        surface, (w1, w2) = place(name, PLACES)
        box = {"labels": ("w₁", "w₂"), "landmarks": landmarks(surface)}
        here, gap = word("beside.here"), word("plane.gap")
        flocks = ("", *(gap + word(f"beside.apart.{left}") for left in ("few", "none")))
        stories = tuple(word(f"beside.story.{story}") for story in STORIES)
        return Staging(
            recipe=swarm_paths.beside_momentum(name, np.random.default_rng(SEED)),
            scene=Scene(
                panels=(
                    Panel("map", "map", *surface.window, **box),
                    Panel("losses", "chart", (0, STEPS), LOG_LOSSES, labels=("k", "L"), powers="y"),
                ),
                layers=(*_flights(), *_losses()),
                handles=(Handle("map", "w1", "w2", "θ", word("beside.handle")),),
            ),
            values={"w1": w1, "w2": w2},
            inputs=INPUTS,
            fact=(Sentence(tuple(here + flock for flock in flocks), "flock"),
                  Sentence(stories, "story")),
            numbers=_NUMBERS,
            legend=(
                ("momentum", "both", word("beside.key.momentum")),
                ("swarm", "both", word("beside.key.swarm")),
                ("swarm", "mark", word("beside.key.letters")),
            ),
            backdrops={"map": map_bitmaps(surface)},
            alt={name: word(f"beside.alt.{name}") for name in ("map", "losses")},
        )  # fmt: skip

    def _part(self) -> None:
        """Offer w by itself only where it is not β."""
        self.inertia.layout.display = None if self.pair.value == "own" else "none"


def _flights() -> tuple:
    """Return the momentum path up to step k, the swarm at step k with its tails, and G."""
    each = range(PARTICLES)
    return (
        *(Path("map", f"tail_x{i}", f"tail_y{i}", "swarm") for i in each),
        *(Dots("map", f"dot_x{i}", f"dot_y{i}", "swarm") for i in each),
        Path("map", "heavy_x", "heavy_y", "momentum", marks=True, upto="k"),
        *(
            Label(
                "map",
                f"at_{letters}_x",
                f"at_{letters}_y",
                ", ".join(letters),
                "swarm",
                offset=offset,
            )
            for letters, offset in LETTERS_AT.items()
        ),
    )


def _losses() -> tuple:
    low, high = LOG_LOSSES
    return (
        Arrow("losses", "k", low, 0.0, high - low, "guide", heads=0),
        Path("losses", "steps_axis", "heavy_log_loss", "momentum"),
        Path("losses", "steps_axis", "best_log_loss", "swarm"),
        Dots("losses", "k", "log_heavy", "momentum"),
        Dots("losses", "k", "log_best", "swarm"),
    )


def _pair(name: str) -> str:
    return f"({{{name}_x:7.3f}},{{{name}_y:7.3f}} )"


_WIDE = len("(-00.000,-00.000 )")
_COLUMNS = ("β m, w v", "−η g, c₁r₁(p − x)", "c₂r₂(G − x)", "m, v")
_NUMBERS = (
    Sentence((" " * 7 + "   ".join(f"{name:^{_WIDE}}" for name in _COLUMNS).rstrip(),)),
    Sentence((
        f" ▲ m ← {_pair('old')} + {_pair('pull')}   {'':{_WIDE}} = {_pair('new')}",
        " ▲ |m₁| + |m₂| ≥ 10⁶",
    ), "away"),
    Sentence((
        f" • v ← {_pair('coast')} + {_pair('own')} + {_pair('shared')} = {_pair('fly')}",
    )),
)  # fmt: skip
