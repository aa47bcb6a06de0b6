"""`Conventions`: four forms of momentum from one start, and when two of them are the same."""

from __future__ import annotations

from lecture_lib.drawing.backdrop import map_bitmaps
from lecture_lib.drawing.scene import Arrow, Handle, Panel, Path, Scene
from lecture_lib.explorers.controls import dropdown, slider
from lecture_lib.explorers.explorer import Explorer, Staging
from lecture_lib.recipes import conventions, momentum_step
from lecture_lib.recipes.conventions import FORMS, MIDDLE, STEPS
from lecture_lib.sentences import Sentence
from lecture_lib.words import word

START = {"w1": -1.8, "w2": 1.5}
MINIMUM = ((0.0, 0.0, "minimum"),)
CASES = ("same", "parted", "plain", "away")
OTHERS = ("on_lee", "on_pytorch", "apart", "plain")
RATES = ("same", "agree")  # of the average
LOWEST, HIGHEST = -18.0, 2.0  # powers of ten of a distance


class Conventions(Explorer):
    """Compare the lecture's form of momentum with PyTorch's, with an average and with Nesterov's.

    All four start at the same θ, in a narrow bowl, with the same η and β.  The chart shows how far each path is from
    the lecture's.  A factor changes the rate after 30 of 60 steps, and then the lecture's form and
    PyTorch's part.
    """

    def __init__(self) -> None:
        rates = [(word(f"forms.scaled.{rate}"), value) for value, rate in enumerate(RATES)]
        controls = {
            "learning_rate": slider("forms.learning_rate", 0.03, 0.002, 0.06, 0.002,
                                    readout_format=".3f"),
            "momentum": slider("forms.momentum", 0.8, 0.0, 0.95, 0.05),
            "factor": slider("forms.factor", 1.0, 0.1, 3.0, 0.1),
            "scaled": dropdown("forms.scaled", rates, 0),
        }  # fmt: skip
        controls["factor"].description = word("forms.factor", middle=MIDDLE)
        super().__init__(controls)

    def staging(self) -> Staging:
        """Show the four paths."""
        surface = momentum_step.narrow_bowl()
        box = {"x": surface.window[0], "y": surface.window[1], "labels": ("w₁", "w₂")}
        return Staging(
            recipe=conventions.four_forms(surface),
            scene=Scene(
                panels=(
                    Panel("map", "map", **box, landmarks=MINIMUM),
                    Panel("gaps", "chart", (-1, STEPS + 1), (LOWEST, HIGHEST), labels=("k", "|Δθ|"),
                          powers="y"),
                ),
                layers=(
                    Arrow("gaps", float(MIDDLE), LOWEST, 0.0, HIGHEST - LOWEST, "guide", heads=0),
                    *(Path("map", f"{f}_x", f"{f}_y", f, marks=True) for f in FORMS),
                    *(Path("gaps", "clock", f"{f}_log_gap", f, marks=True) for f in FORMS[1:]),
                ),
                handles=(Handle("map", "w1", "w2", "θ", word("handle.theta")),),
            ),
            values=START,
            inputs=("learning_rate", "momentum", "factor", "scaled"),
            fact=(
                Sentence(tuple(word(f"forms.case.{case}") for case in CASES), "case"),
                Sentence(tuple(word(f"forms.other.{other}") for other in OTHERS), "other"),
            ),
            numbers=_NUMBERS,
            legend=tuple((form, "both", word(f"forms.key.{form}")) for form in FORMS),
            backdrops={"map": map_bitmaps(surface)},
            alt={"map": word("forms.alt.map"), "gaps": word("forms.alt.gaps")},
        )  # fmt: skip


_FORMULAS = {
    "momentum": ("▲ m ← βm − ηg,       θ ← θ + m       ",),
    "pytorch": ("■ v ← βv + g,        θ ← θ − ηv      ",),
    "average": ("✕ v ← βv + (1−β)g,   θ ← θ − ηv      ",
                "✕ v ← βv + (1−β)g,   θ ← θ − {average_rate:.3f}v  "),  # no η, but a rate of its own
    "nesterov": ("◆ v ← βv + g,        θ ← θ − η(g+βv) ",),
}  # fmt: skip


def _line(form: str, formula: str) -> str:
    """Return a form and its first three points."""
    points = (f" ({{{form}_x{k}:7.4f}},{{{form}_y{k}:7.4f}})" for k in (1, 2, 3))
    return f" {formula}{''.join(points)}"


_NUMBERS = tuple(
    Sentence(tuple(_line(form, one) for one in formulas), "scaled" if len(formulas) > 1 else None)
    for form, formulas in _FORMULAS.items()
)
