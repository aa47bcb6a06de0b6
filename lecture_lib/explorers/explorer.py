"""`Explorer`: what every live figure has in common.

An explorer is controls above a plane.  It says what to show by returning a `Staging`; everything
else, from the fact line to the state code, follows from that.
"""

from __future__ import annotations

import gc
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import ipywidgets
from IPython.display import Image, display

from lecture_lib.arguments import described
from lecture_lib.drawing.scene import Scene
from lecture_lib.drawing.still import draw_still
from lecture_lib.drawing.style import browser_style
from lecture_lib.explorers.controls import set_from_text
from lecture_lib.explorers.legend import Entry, entries
from lecture_lib.explorers.plane import Plane
from lecture_lib.recipe import Frame, Recipe
from lecture_lib.sentences import Sentence
from lecture_lib.words import word


@dataclass(frozen=True)
class Staging:
    """All that a plane needs to show one thing.

    Attributes:
        recipe: What is computed.
        scene: What of it is drawn.
        values: Where the handles start, by input name.
        inputs: Which of the explorer's controls are inputs of the recipe.
        fact: The fact line, sentence by sentence.
        numbers: Lines of numbers below it, in a fixed-width font: symbols only.
        legend: What the lines and marks mean: role, ``"line"``, ``"mark"`` or ``"both"``, words.
        backdrops: What lies behind the panels.
        alt: What a screen reader says of each panel.
    """

    recipe: Recipe
    scene: Scene
    values: Mapping[str, float]
    inputs: tuple[str, ...] = ()
    fact: tuple[Sentence, ...] = ()
    numbers: tuple[Sentence, ...] = ()
    legend: tuple[Entry, ...] = ()
    backdrops: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    alt: Mapping[str, str] = field(default_factory=dict)


class Explorer(ipywidgets.VBox):
    """A live figure: controls above a plane, each also an attribute of the explorer.

    Subclasses pass their controls and implement `staging`.

    Args:
        controls: ipywidgets controls by name.

    Attributes:
        plane: The `Plane`.
        controls: The controls by name.
    """

    def __init__(self, controls: Mapping[str, ipywidgets.Widget]) -> None:
        self.controls = dict(controls)
        for name, control in self.controls.items():
            setattr(self, name, control)
        self._defaults = {name: control.value for name, control in self.controls.items()}
        self.plane = Plane()
        self._reset = ipywidgets.Button(
            description=word("explorer.reset"), layout=ipywidgets.Layout(width="auto")
        )
        self._reset.on_click(lambda _button: self.reset())
        row = ipywidgets.HBox([*self.controls.values(), self._reset])
        row.add_class("lecture-controls")
        self._key = ipywidgets.HTML()
        super().__init__([row, self._key, self.plane])
        self._version = 0
        self.stage()

    def staging(self) -> Staging:
        """Return what to show with the controls as they stand."""
        raise NotImplementedError

    def stage(self, *, keep: bool = False) -> None:
        """Show what `staging` returns, all at once.

        Args:
            keep: Leave the handles where they are; else they go where the staging has them.
        """
        staged = self.staged = self.staging()
        kept = self.plane.values if keep else {}
        sentences = (*staged.fact, *staged.numbers)
        self._version += 1
        self._key.value = entries(staged.legend)
        plane = self.plane
        wanted = staged.scene.names() | {name for s in sentences for name in s.names()}
        plane.answer_with(staged.recipe, sorted(wanted), self._version)
        with plane.hold_sync():
            plane.values = {**staged.values, **kept}
            plane.controls = {name: self.controls[name] for name in staged.inputs}
            plane.backdrops = {k: dict(v) for k, v in staged.backdrops.items()}
            plane.recipe = staged.recipe.json() or []
            plane.scene = {
                **staged.scene.json(),
                "version": self._version,
                "style": browser_style(),
                "words": {key: word(f"plane.{key}") for key in ("busy", "gone", "alone", "gap")},
                "fact": [s.json() for s in staged.fact],
                "numbers": [s.json() for s in staged.numbers],
                "alt": dict(staged.alt),
                "chosen": {
                    name: c.value for name, c in self.controls.items() if name not in staged.inputs
                },
            }

    def frame(self) -> Frame:
        """Compute the frame for the handles and controls as Python knows them."""
        return self.staged.recipe(self.plane.inputs())

    @property
    def fact(self) -> str:
        """One sentence with the numbers: what the picture shows, as text."""
        frame = self.frame()
        return word("plane.gap").join(sentence.fill(frame) for sentence in self.staged.fact)

    @property
    def state_code(self) -> str:
        """The exact state as one line of text: send it to a classmate, who calls `restore`.

        Nothing is left out or rounded: a figure of this kind may have begun with other controls,
        and a point near a minimum is no minimum.
        """
        return f"{type(self).__name__}?{urlencode(self._state())}"

    def restore(self, code: str) -> None:
        """Bring back the state that `state_code` described; all of it, or nothing.

        Raises:
            ValueError: If the code belongs to another explorer or names a state it cannot take.
        """
        kind, _, query = str(code).strip().partition("?")
        if kind != type(self).__name__:
            raise ValueError(
                f"expected a code that begins {type(self).__name__}?…; got {described(kind)}."
            )
        before = {name: str(value) for name, value in self._state().items()}
        try:
            self._take(dict(parse_qsl(query, keep_blank_values=True)))
        except ValueError:
            self._take(before)
            raise

    def _state(self) -> dict[str, Any]:
        return {name: c.value for name, c in self.controls.items()} | dict(self.plane.values)

    def _take(self, state: Mapping[str, str]) -> None:
        """Set controls, then handles, and refuse what does not fit."""
        for name, control in self.controls.items():
            if name in state:
                set_from_text(control, state[name])
        handles = {name: state.get(name, value) for name, value in self.plane.values.items()}
        if unknown := sorted(state.keys() - self.controls.keys() - handles.keys()):
            raise ValueError(f"this explorer has no {described(', '.join(unknown[:3]))}.")
        self.plane.values = self._placed(handles)

    def _placed(self, handles: Mapping[str, Any]) -> dict[str, float]:
        """Return the handles' coordinates as numbers, those that are shown inside their panels."""
        panels = {panel.name: panel for panel in self.staged.scene.panels}
        sides = dict.fromkeys(handles, (-math.inf, math.inf))
        for h in self.staged.scene.handles:
            line = panels[h.panel].y if h.level is None else (h.level, h.level)
            sides |= {h.x: panels[h.panel].x, h.y: line}
        places: dict[str, float] = {}
        for name, (low, high) in sides.items():
            try:
                places[name] = float(handles[name])
            except ValueError:
                places[name] = math.nan
            if not (math.isfinite(places[name]) and low <= places[name] <= high):
                raise ValueError(
                    f"expected {name} between {low} and {high}; got {described(handles[name])}."
                )
        for h in self.staged.scene.handles:
            if h.circle and not (places[h.x] or places[h.y]):
                raise ValueError(f"expected a direction; ({h.x}, {h.y}) = (0, 0) points nowhere.")
        return places

    def reset(self) -> None:
        """Return every control and every handle to where it was at the start."""
        for name, control in self.controls.items():
            control.value = self._defaults[name]
        self.plane.values = dict(self.staged.values)

    def still(self) -> bytes:
        """Return the figure as it stands as a PNG."""
        return draw_still(self.staged.scene, self.frame(), self.staged.backdrops)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def _ipython_display_(self) -> None:
        """Show the still and the fact line, then the widget, which hides both when it is drawn.

        The widget's plain text is all that a page without Python shows of it, below the picture.
        """
        self.plane.still = self.fact
        display(Image(self.still(), width=380 * len(self.staged.scene.panels), alt=self.fact))
        print(self.fact)
        display({**self._repr_mimebundle_(), "text/plain": word("plane.live")}, raw=True)
        gc.collect()  # what Matplotlib drew is a ring of references, and would hold 20 MB for long
