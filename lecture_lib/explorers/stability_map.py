"""`StabilityMap`: the (η, β) that converge at a Hessian, how fast, and the best of them."""

from __future__ import annotations

from lecture_lib.drawing.backdrop import map_bitmaps
from lecture_lib.drawing.scene import (
    Arrow,
    ByValue,
    Dots,
    Handle,
    Label,
    Panel,
    Path,
    Scene,
)  # fmt: skip
from lecture_lib.explorers.controls import dropdown
from lecture_lib.explorers.explorer import Explorer, Staging
from lecture_lib.explorers.landmarks import landmarks
from lecture_lib.explorers.legend import Entry
from lecture_lib.options import one_of
from lecture_lib.recipes import stability
from lecture_lib.recipes.places import place
from lecture_lib.recipes.stability import NAMED, PLACES, TOP
from lecture_lib.sentences import Sentence
from lecture_lib.words import word

BENDS = ("curves_down", "flat", "curves_up")
STORIES = ("still", "calm", "swings", "flips", "diverges", "saddle", "maximum", "flat")
BOWL_STORIES = STORIES[1:5]  # those that have a best point
BOWLS = ("saddle", "flat", "bowl")


class StabilityMap(Explorer):
    """Drag θ: its curvatures decide.  Drag (η, β): converging, swinging, running away.

    On the left the surface, the two eigen-directions at θ and a descent on the quadratic model
    there.  On the right, over η and β, the exact edge of stability η λmax = 2(1 + β), the level
    lines of the rate, and the best point with momentum and without.

    Args:
        surface: One of `recipes.stability.PLACES`.

    Raises:
        TypeError: If the name is not a string.
        ValueError: If there is no such surface.
    """

    def __init__(self, surface: str = "himmelblau") -> None:
        one_of(surface, "a surface", PLACES)
        choices = [(word(f"stability.surface.{name}"), name) for name in PLACES]
        super().__init__({"surface": dropdown("stability.surface", choices, surface)})
        self.surface.observe(lambda _change: self.stage(), "value")

    def staging(self) -> Staging:
        """Show the surface that is chosen."""
        name = self.surface.value
        surface, (w1, w2) = place(name, PLACES)
        eta, beta = stability.middle(name)
        bowls = stability.has_bowls(name)
        panels = (
            Panel("map", "map", *surface.window, labels=("w₁", "w₂"), landmarks=landmarks(surface)),
            Panel("chart", "chart", (0.0, stability.widest(name)), (0.0, TOP), labels=("η", "β")),
        )
        handles = (
            Handle("map", "w1", "w2", "θ", word("stability.handle.theta")),
            Handle("chart", "learning_rate", "momentum", "β", word("stability.handle.knobs")),
        )
        here = tuple(word(f"stability.here.{bowl}") for bowl in BOWLS)
        best = word("plane.gap") + word("stability.best")
        stories = tuple(
            word(f"stability.story.{story}") + (best if story in BOWL_STORIES else "")
            for story in STORIES
        )
        return Staging(
            recipe=stability.stability(name),
            scene=Scene(panels, (*_directions(), *_chart(), *(_bests() if bowls else ())), handles),
            values={"w1": w1, "w2": w2, "learning_rate": eta, "momentum": beta},
            fact=(Sentence(here, "low_bend"), Sentence(stories, "story")),
            numbers=_NUMBERS,
            legend=_key(bowls=bowls),
            backdrops={"map": map_bitmaps(surface)},
            alt={
                "map": word("stability.alt.map"),
                "chart": word("stability.alt.chart" if bowls else "stability.alt.no_bowl"),
            },
        )


def _directions() -> tuple:
    """Return both eigen-directions at θ, and a descent on the quadratic model there."""
    lines = []
    for name, symbol in (("low", "λ₁"), ("high", "λ₂")):
        role = ByValue(f"{name}_bend", BENDS)
        lines += [
            Arrow("map", f"{name}_from_x", f"{name}_from_y", f"{name}_long_x", f"{name}_long_y",
                  role, heads=0),
            Label("map", f"{name}_end_x", f"{name}_end_y", symbol, role, offset=(6, 10)),
        ]  # fmt: skip
    return (*lines, Path("map", "path_x", "path_y", "momentum", marks=True))


def _chart() -> tuple:
    """Return the edge of stability and the borders of swinging over (η, β)."""
    return (
        Path("chart", "calm", "beta", "axes"),
        Path("chart", "wild", "beta", "axes"),
        Path("chart", "edge", "beta", "truth"),
        Label("chart", "edge_named", stability.NAME_AT, "ηλ₂ = 2(1 + β)", "truth", offset=(9, 0)),
    )


def _bests() -> tuple:
    """Return the level lines of the rate and the two best points, which only bowls have."""
    names = [
        Label("chart", f"{n}_x", f"{n}_y", f"{level:g}", "patch", offset=(6, 0))
        for n, level in NAMED.items()
    ]
    return (
        Path("chart", "level_eta", "level_beta", "patch"),
        *names,
        Dots("chart", "plain_eta", 0.0, "descent"),
        Dots("chart", "best_eta", "best_beta", "momentum"),
    )


def _key(*, bowls: bool) -> tuple[Entry, ...]:
    """Return the legend: what this surface can show, wherever θ is."""
    best = (
        ("patch", "line", "rate"),
        ("momentum", "mark", "best"),
        ("descent", "mark", "plain"),
    )
    shown = (
        ("truth", "line", "edge"),
        ("axes", "line", "borders"),
        *(best if bowls else ()),
        ("momentum", "line", "path"),
    )
    return tuple(
        (role, parts, word(f"stability.key.{name}", steps=stability.STEPS))
        for role, parts, name in shown
    )


_CURVATURES = (
    " λ₁ ={low:9.3f}   λ₂ ={high:9.3f}",
    " λ₁ ={low:9.3f}   λ₂ ={high:9.3f}",
    " λ₁ ={low:9.3f}   λ₂ ={high:9.3f}   κ = λ₂/λ₁ ={kappa:9.2f}",
)
_BEST = (
    " ▲   η ={best_eta:8.5f}   β ={best_beta:6.3f}   (√κ − 1)/(√κ + 1) ={best_rate:7.4f}"
    "   ln 1000/−ln r ={best_steps:6.0f}"
)
_PLAIN = (
    " ●   η ={plain_eta:8.5f}   β = 0.000    (κ − 1)/(κ + 1)  ={plain_rate:7.4f}"
    "   ln 1000/−ln r ={plain_steps:6.0f}"
)
_NUMBERS = (
    Sentence(_CURVATURES, "low_bend"),
    Sentence((
        " ○   η ={learning_rate:8.5f}   β ={momentum:6.3f}       r = max |z|   ={rate:7.4f}"
        "   ln 1000/−ln r ={steps:6.0f}",
    )),
    Sentence(("", "", _BEST), "low_bend"),
    Sentence(("", "", _PLAIN), "low_bend"),
)  # fmt: skip
