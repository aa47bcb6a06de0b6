"""`BallOnHills`: a ball with momentum on a slope, a flat place, a hollow, a hill and the deepest place."""

from __future__ import annotations

from typing import Any

from lecture_lib.drawing.scene import Arrow, Dots, Handle, Label, Panel, Path, Scene
from lecture_lib.explorers.controls import slider
from lecture_lib.explorers.explorer import Explorer, Staging
from lecture_lib.recipes import hills
from lecture_lib.recipes.hills import ALL, DEEPEST, HILL, HOLLOW, INFLECTION, STEPS, WINDOW
from lecture_lib.sentences import Sentence
from lecture_lib.words import word

PLACES = ("start", "plain", "rest", "plateau", "minimum", "downhill", "uphill", "turned",
          "away")  # fmt: skip
TOLD = ("right", "left", "gone")  # where −ηL′ points
ENDINGS = ("inflection", "hollow", "deepest", "fell_back", "elsewhere", "away")
OTHERS = ("both", "plain")  # does plain descent at η/(1 − β) stay, too?
KEY = (("momentum", "both"), ("descent", "both"), ("axes", "line"), ("tangent", "line"),
       ("last_movement", "line"), ("movement", "line"))  # fmt: skip
GROUND = -0.08  # where the handle runs, below the curve
WAYS = (("equal", "axes"), ("descent", "descent"), ("momentum", "momentum"))
ARROWS = (("kept", "last_movement", "βm"), ("pull", "tangent", "−ηL′"), ("move", "movement", "m"))
DECADES = 3.65  # a little more than 4000 steps


class BallOnHills(Explorer):
    """Let a ball roll: drag its start along the w axis, change β and η, and see where it ends.

    The landscape has a steep start, an inflection with a flat place (in one dimension that is what
    the lecture calls a saddle), a local minimum, a hill and the global minimum.  Its height is
    drawn as L/(1 + L).  Beside it stands w against the step, up to 4000 steps, for the ball, for
    plain descent, and for plain descent at the rate η/(1 − β).
    """

    def __init__(self) -> None:
        super().__init__({
            "momentum": slider("hills.momentum", 0.9, 0.0, 0.95, 0.05),
            "learning_rate": slider("hills.learning_rate", 0.01, 0.001, 0.03, 0.001,
                                    readout_format=".3f"),
            "k": slider("hills.k", 4, 0, STEPS, 1),
        })  # fmt: skip

    def staging(self) -> Staging:
        """Show the landscape."""
        marks = ((INFLECTION, "inconclusive"), (HOLLOW, "minimum"), (HILL, "maximum"),
                 (DEEPEST, "minimum"))  # fmt: skip
        places = tuple((w, float(hills.height(w)), kind) for w, kind in marks)
        return Staging(
            recipe=hills.ball(),
            scene=Scene(
                panels=(
                    Panel("hills", "chart", WINDOW, (-0.15, 1.05), labels=("w", "L/(1+L)"),
                          landmarks=places),
                    Panel("time", "chart", (0.0, DECADES), WINDOW, labels=("k + 1", "w"),
                          powers="x"),
                ),
                layers=(*_landscape(), *_arrows(), *_time()),
                handles=(Handle("hills", "start", "ground", "w", word("hills.handle"),
                                level=GROUND),),
            ),
            values={"start": 0.0, "ground": GROUND},
            inputs=("momentum", "learning_rate", "k"),
            fact=(
                Sentence(tuple(word(f"hills.here.{told}") for told in TOLD), "told"),
                Sentence(tuple(word(f"hills.place.{place}") for place in PLACES), "place"),
                Sentence(tuple(word(f"hills.ending.{ending}") for ending in ENDINGS), "ending"),
                Sentence(tuple(word(f"hills.others.{other}") for other in OTHERS), "others"),
            ),
            numbers=_NUMBERS,
            legend=tuple((role, parts, word(f"hills.key.{role}")) for role, parts in KEY),
            alt={"hills": word("hills.alt.hills"), "time": word("hills.alt.time", steps=ALL)},
        )  # fmt: skip


def _landscape() -> tuple[Any, ...]:
    """Return the curve, the start above the handle, and both balls on it up to step k."""
    return (
        Path("hills", "curve", "curve_y", "truth"),
        Arrow("hills", "start", GROUND, 0.0, 1.3, "guide", heads=0),
        Path("hills", "descent_seen", "descent_y", "descent", marks=True, upto="k"),
        Path("hills", "momentum_seen", "momentum_y", "momentum", marks=True, upto="k"),
    )


def _arrows() -> tuple[Any, ...]:
    """Return what acts on the ball in step k, in rows beside it, in units of s."""
    return tuple(
        layer
        for n, (name, role, symbol) in enumerate(ARROWS)
        for layer in (
            Arrow("hills", "w", f"row_{n}", f"{name}_drawn", 0.0, role),
            Label("hills", f"{name}_tip", f"row_{n}", symbol, role, offset=(6, 0)),
        )
    )


def _time() -> tuple[Any, ...]:
    """Return w against the step, with the places that matter as thin lines."""
    lines = [Arrow("time", 0.0, w, DECADES, 0.0, "guide", heads=0)
             for w in (INFLECTION, HOLLOW, HILL, DEEPEST)]  # fmt: skip
    paths = [
        path
        for name, role in WAYS
        for path in (
            Path("time", "clock", f"{name}_seen", role),
            Path("time", "late_clock", f"{name}_late_seen", role),
        )
    ]
    return (*lines, Arrow("time", "now", WINDOW[0], 0.0, WINDOW[1] - WINDOW[0], "guide", heads=0),
            *paths, Dots("time", "now", "beside_w", "descent"), Dots("time", "now", "w", "momentum"))  # fmt: skip


_LOSSES = "   ".join(f"L({w:g}) = {hills.loss(w):.3f}" for w in (INFLECTION, HOLLOW, HILL))
_NUMBERS = (
    Sentence((" k ={k:4.0f}   w ={w:8.4f}   L ={here:9.4f}   L′ ={g:9.4f}",) * 2
             + (f" k ={{k:4.0f}}   |w| > {hills.FAR:.0f}",), "told"),
    Sentence((*(f" m = βm − ηL′ ={{kept:8.4f}} {sign} {{pull_size:.4f}} ={{move:8.4f}}"
                "      s = {unit:.6f}" for sign in "+−"), ""), "told"),
    Sentence((" k = {all_steps:.0f}:   ▲ w ={momentum_end:7.3f}   ● w ={descent_end:7.3f}"
              "   –·– η/(1 − β) = {equal_rate:.3f}: w ={equal_end:7.3f}",)),
    Sentence((f" {_LOSSES}   L({DEEPEST:g}) = 0",)),
)  # fmt: skip
