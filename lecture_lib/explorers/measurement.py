"""`Measurement`: an experiment of many seconds behind a button, with progress and a way out.

The experiment runs in a thread of its own beside the kernel, so that cells and live figures go on.
Everything that says "running" is set by that thread, and taken back by it, whatever happens: a
kernel that is interrupted, which only its main thread feels, leaves no button pressed for ever.
"""

from __future__ import annotations

import threading
from base64 import b64encode
from html import escape
from time import monotonic
from typing import Any

import ipywidgets
from IPython.display import Image, Markdown, display

from lecture_lib.drawing.experiment_pictures import CHARTS, results_png
from lecture_lib.drawing.style import THEMES
from lecture_lib.executors import at_checkpoints
from lecture_lib.experiments.long_runs import LONG_RUNS, LongRun
from lecture_lib.explorers.measurement_tables import findings, paragraph
from lecture_lib.options import one_of
from lecture_lib.words import word

TICK = 0.25  # seconds between two looks of the clock
NEARLY = 0.95  # of the bar: as far as the clock alone may move it
DARK = '[data-jp-theme-light="false"]', ".vscode-dark", ".vscode-high-contrast"
# Of the two pictures the page shows the one that fits.  What stands above the widget for those
# without Python, a picture and then a text, is put away where the widget is alive.
LOOKS = f"""<style>
.lecture-found img {{ max-width: 100%; }}
.lecture-found .lecture-dark {{ display: none; }}
:is({", ".join(DARK)}) .lecture-found .lecture-dark {{ display: inline; }}
:is({", ".join(DARK)}) .lecture-found .lecture-light {{ display: none; }}
.lecture-found {{ overflow-wrap: normal; word-break: normal; max-width: 960px; }}
.lecture-found > div {{ overflow-x: auto; }}
.widget-html-content:has(> .lecture-found) {{ min-width: 0; }}
.lecture-found table {{ border-collapse: collapse; margin: 2px 2px 10px;
  font: var(--jp-content-font-size1, 14px)/1.5 var(--jp-content-font-family, system-ui, sans-serif); }}
.lecture-found caption {{ text-align: left; color: var(--jp-content-font-color2, inherit); }}
.lecture-found :is(th, td) {{ padding: 1px 12px; text-align: right; white-space: nowrap;
  border-bottom: 1px solid var(--jp-border-color2, #aaa); font-variant-numeric: tabular-nums; }}
.jp-OutputArea-child:has(+ .jp-OutputArea-child .lecture-stored),
.jp-OutputArea-child:has(+ .jp-OutputArea-child + .jp-OutputArea-child .lecture-stored)
  {{ display: none; }}
</style>"""


class _Cancelled(BaseException):
    """Raised inside the experiment; not an `Exception`, so that nothing there swallows it."""


class Measurement(ipywidgets.VBox):
    """A long experiment behind a button; it never starts by itself.

    Args:
        run: Which one, a name out of `LONG_RUNS` or a `LongRun` that has the name of one.

    Attributes:
        long_run: What the button starts.
        results: What the last run returned, or None.
        error: What ended the last run, or None.
        seed: The random seed that the next run begins with.
        start_button, cancel_button: The two buttons.

    Raises:
        TypeError: If ``run`` is neither.
        ValueError: If there is no such experiment.
    """

    def __init__(self, run: str | LongRun) -> None:
        if isinstance(run, LongRun):
            one_of(run.name, "the name of a long run", CHARTS)
        else:
            run = LONG_RUNS[one_of(run, "a long run", LONG_RUNS)]
        self.long_run = run
        self.results: tuple[Any, ...] | None = None
        self.error: Exception | None = None
        self.seed = 1
        self._gate, self._over, self._stop = threading.Lock(), threading.Event(), threading.Event()
        self._over.set()
        self._thread: threading.Thread | None = None
        self._began = self._told = self._share = 0.0
        self.start_button = _button("run", "play", seconds=run.seconds)
        self.cancel_button = _button("cancel", "stop")
        self.cancel_button.disabled = True
        self.start_button.on_click(lambda _button: self.start())
        self.cancel_button.on_click(lambda _button: self.cancel())
        self._what = ipywidgets.HTML(paragraph(word(f"measurement.{run.name}.what")))
        self._bar, self._status, self._shown = (ipywidgets.HTML() for _ in range(3))
        self._say("ready")
        row = ipywidgets.HBox([self.start_button, self.cancel_button, self._bar])
        super().__init__([self._what, row, self._status, self._shown])

    @property
    def running(self) -> bool:
        """Whether the experiment runs at the moment."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def status(self) -> str:
        """The line that says how things stand, as plain text."""
        return self._said

    @property
    def fact(self) -> str:
        """The last run's results, a line for each: empty before there is one."""
        return self._facts(self.results or ())

    def start(self) -> None:
        """Begin, unless it runs already; returns at once."""
        with self._gate:
            if self.running:
                return
            self._stop.clear()
            self._over.clear()
            try:
                self._thread = threading.Thread(target=self._work, daemon=True)
                self._thread.start()
            except BaseException:  # an interrupt just here
                self._over.set()
                raise

    def cancel(self) -> None:
        """Ask the run to end; it does so within a second or two."""
        if self.running:
            self._stop.set()
            self.cancel_button.disabled = True

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until nothing runs, at most so many seconds; return whether nothing does."""
        return self._over.wait(seconds)

    def _work(self) -> None:
        """Run the experiment; in its own thread."""
        self.results = self.error = None
        self._began, self._told, self._share = monotonic(), -TICK, 0.0
        self.start_button.disabled, self.cancel_button.disabled = True, False
        self._shown.value = ""
        try:
            self._say("running", seed=self.seed)
            with at_checkpoints(self._look_up):
                results = self.long_run.run(self.seed, self._progress)
            self._show(results)
            self._say("done", elapsed=self._elapsed(), seed=self.seed)
            self.results, self.seed = results, self.seed + 1
        except _Cancelled:
            self._say("cancelled", elapsed=self._elapsed())
        except Exception as error:
            self.error = error
            trouble = f"{type(error).__name__}: {error}".rstrip(".: ")
            self._say("failed", trouble=trouble)
        finally:
            self._bar.value = ""
            self._thread = None  # before the button works again: a press must not find it running
            self.cancel_button.disabled, self.start_button.disabled = True, False
            self._over.set()

    def _progress(self, done: int, total: int) -> None:
        self._share = done / total
        self._look_up()

    def _look_up(self) -> None:
        """End the run if that was asked for; move the bar now and then."""
        if self._stop.is_set():
            raise _Cancelled
        now = monotonic()
        if now - self._told >= TICK:
            self._told = now
            by_clock = min((now - self._began) / self.long_run.seconds, NEARLY)
            self._bar.value = (
                f'<progress max="1" value="{max(self._share, by_clock):.3f}" '
                f'aria-label="{escape(word("measurement.bar"))}"></progress> '
                + escape(self._clock(now - self._began))
            )

    def _clock(self, elapsed: float) -> str:
        """Say how long it has taken, and how long it will in all: never less than that."""
        seconds = self.long_run.seconds
        if round(elapsed) >= seconds:
            if not self._share:
                return word("measurement.longer", elapsed=round(elapsed))
            seconds = round(elapsed / self._share)
        return word("measurement.clock", elapsed=round(elapsed), seconds=seconds)

    def _elapsed(self) -> int:
        return round(monotonic() - self._began)

    def _say(self, key: str, **numbers: object) -> None:
        self._said = word(f"measurement.{key}", **numbers)
        self._status.value = paragraph(self._said, role="status")

    def _show(self, results: tuple[Any, ...]) -> None:
        self._shown.value = self._page(results)

    def _page(self, results: tuple[Any, ...], more: str = "") -> str:
        """Return results as HTML: a picture for either theme, what is in it, and the tables."""
        name, alt = self.long_run.name, word("measurement.alt", fact=self._facts(results))
        parts = [paragraph(word(f"measurement.{name}.caption"))]
        parts += [finding.html for finding in findings(name, results)]
        for theme in reversed(THEMES):
            picture, width = results_png(name, results, theme)
            parts.insert(0, (
                f'<img class="lecture-{theme}" src="data:image/png;base64,'
                f'{b64encode(picture).decode()}" alt="{escape(alt)}" style="width: {width}px">'
            ))  # fmt: skip
        return f'{LOOKS}<div class="lecture-found {more}">{"".join(parts)}</div>'

    def _facts(self, results: tuple[Any, ...]) -> str:
        return "\n".join(one.sentence for one in findings(self.long_run.name, results))

    def __repr__(self) -> str:
        return f"Measurement({self.long_run.name!r})"

    def _ipython_display_(self) -> None:
        """Show the picture and the facts that are stored, then the widget, which has them, too.

        Its plain text is all that a page without Python shows of the widget.
        """
        if self.long_run.stored:
            name, results = self.long_run.name, self.long_run.stored()
            picture, width = results_png(name, results)
            told = [one.markdown for one in findings(name, results)]
            display(Image(picture, width=width, alt=self._facts(results)))
            display(Markdown("\n\n".join([word(f"measurement.{name}.caption"), *told])))
            stored = ipywidgets.HTML(self._page(results, "lecture-stored"))
            self.children = (stored, *self.children[-4:])
        still = word(
            "measurement.still",
            what=word(f"measurement.{self.long_run.name}.what"),
            seconds=self.long_run.seconds,
        )
        display({**self._repr_mimebundle_(), "text/plain": still}, raw=True)


def _button(name: str, icon: str, **numbers: object) -> ipywidgets.Button:
    return ipywidgets.Button(
        description=word(f"measurement.{name}", **numbers),
        tooltip=word(f"measurement.{name}.tip"),
        icon=icon,
        layout=ipywidgets.Layout(width="auto"),
    )
