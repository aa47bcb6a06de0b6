"""`HessianLens`: drag θ, and gradient, Hessian, eigenvectors and verdict follow."""

from __future__ import annotations

from lecture_lib.drawing.backdrop import POINTS, height_range, landscape, map_bitmaps
from lecture_lib.drawing.scene import (
    Arrow,
    ByValue,
    Contours,
    Dots,
    Handle,
    Label,
    Mesh,
    Panel,
    Path,
    Scene,
)  # fmt: skip
from lecture_lib.explorers.controls import dropdown, slider
from lecture_lib.explorers.explorer import Explorer, Staging
from lecture_lib.explorers.landmarks import landmarks
from lecture_lib.recipes import curvature
from lecture_lib.sentences import Sentence
from lecture_lib.surfaces import SURFACES, Surface
from lecture_lib.words import word

KINDS = ("minimum", "maximum", "saddle", "inconclusive", "not_critical", "undefined")
BENDS = ("curves_down", "flat", "curves_up")
KEY = ("gradient", "curves_up", "curves_down", "flat", "patch", "axes")
NAMES = ("w₁", "w₂")


class HessianLens(Explorer):
    """Drag θ over an error surface; read slope, curvatures, directions and the verdict.

    The map shows the gradient as an arrow, the eigen-directions as lines (solid where the loss
    curves up, dashed where it curves down, dotted where it is flat) and the level lines of the
    local quadratic model.  The landscape beside it shows the model as a net.  Turning the axes
    shows which entries of H belong to the axes and which to the landscape.

    Args:
        surface: A name in `SURFACES`, or a `Surface` of your own; one made from a Python function
            works too, through the kernel.
    """

    def __init__(self, surface: str | Surface = "two_weights") -> None:
        self.own = surface if isinstance(surface, Surface) else None
        if self.own is None:
            SURFACES[surface]  # an unknown name is refused here, with the names there are
        names = [*SURFACES] if self.own is None else [""]
        choices = [(word(f"surface.{n}") if n else word("surface.own"), n) for n in names]
        controls = {
            "surface": dropdown("lens.surface", choices, names[0] if self.own else surface),
            "turn": slider("lens.turn", 0, 0, 180, 1),
        }
        super().__init__(controls)
        self.surface.observe(lambda _change: self.stage(), "value")

    def staging(self) -> Staging:
        """Show the surface that is chosen."""
        return lens_staging(self.own or SURFACES[self.surface.value])


def lens_staging(
    surface: Surface,
    *,
    names: tuple[str, str] = NAMES,
    marks: tuple[tuple[float, float, str], ...] | None = None,
    points: int = POINTS,
    digits: int = 2,
) -> Staging:
    """Return the lens over any surface; its controls are ``w1``, ``w2`` and ``turn``.

    Args:
        surface: What to look at.
        names: Symbols at the axes.
        marks: Places ``(w1, w2, kind)`` for θ to snap to; None to search for the critical points.
        points: Of the map, a side: fewer where a loss costs much.
        digits: Of the numbers below, after the point.
    """
    box = {"x": surface.window[0], "y": surface.window[1], "labels": names}
    marks = landmarks(surface) if marks is None else marks
    heights = landscape(surface)
    return Staging(
        recipe=curvature.lens(surface),
        scene=Scene(
            panels=(
                Panel("map", "map", **box, landmarks=marks),
                Panel("space", "space", **box, z=height_range(surface)),
            ),
            layers=_layers(tuple(heights["levels"])),
            handles=(Handle("map", "w1", "w2", "θ", word("handle.theta")),),
        ),
        values=dict(zip(("w1", "w2"), curvature.start(surface), strict=True)),
        inputs=("turn",),
        fact=(
            Sentence((word("lens.here"),)),
            Sentence(tuple(word(f"lens.verdict.{kind}") for kind in KINDS), "kind"),
        ),
        numbers=_numbers(digits),
        legend=tuple((role, "line", word(f"lens.key.{role}")) for role in KEY),
        backdrops={"map": map_bitmaps(surface, points=points), "space": heights},
        alt={"map": word("lens.alt.map"), "space": word("lens.alt.space")},
    )  # fmt: skip


def _layers(steps: tuple[float, ...]) -> tuple:
    """Return what is drawn: axes and patch below, directions above, gradient on top."""
    patch = {"x": "patch_x", "y": "patch_y", "columns": curvature.PATCH, "role": "patch"}
    layers = [
        Contours("map", z="patch_model", levels=steps, **patch),
        Mesh("space", z="patch_model", **patch),
        Arrow("map", "v_from_x", "v_from_y", "v_long_x", "v_long_y", "axes", heads=0),
        Label("map", "v_end_x", "v_end_y", "v", "axes"),
    ]
    for name, symbol in (("low", "u₁"), ("high", "u₂")):
        role = ByValue(f"{name}_bend", BENDS)
        layers += [
            Arrow("map", f"{name}_from_x", f"{name}_from_y", f"{name}_long_x", f"{name}_long_y",
                  role, heads=0),
            Label("map", f"{name}_end_x", f"{name}_end_y", symbol, role),
            Path(
                "space", f"{name}_curve_x", f"{name}_curve_y", role, z=f"{name}_curve_z"
            ),
        ]  # fmt: skip
    return (
        *layers,
        Arrow("map", "w1", "w2", "arrow_x", "arrow_y", "gradient"),
        Dots("space", "w1", "w2", "handle", z="loss"),
    )


def _numbers(digits: int) -> tuple[Sentence, ...]:
    """Return gradient, Hessian, eigenvectors and H in turned axes, with so many digits of each."""
    lines = (
        " g = ⎛{g1:7.2f} ⎞    H = ⎛{h11:7.2f} {h12:7.2f} ⎞     λ₁ ={low:7.2f}   u₁ = ({low_x:5.2f},{low_y:5.2f} )",
        "     ⎝{g2:7.2f} ⎠        ⎝{h12:7.2f} {h22:7.2f} ⎠     λ₂ ={high:7.2f}   u₂ = ({high_x:5.2f},{high_y:5.2f} )",
        "",
        " φ = {turn:3.0f}°         H′ = ⎛{t11:7.2f} {t12:7.2f} ⎞     vᵀHv ={t11:7.2f}",
        "                       ⎝{t12:7.2f} {t22:7.2f} ⎠",
    )
    return tuple(Sentence((line.replace(":7.2f", f":7.{digits}f"),)) for line in lines)
