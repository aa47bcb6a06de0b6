"""`OwnNetwork`: train a small network and watch loss, gradient and spectrum grow."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape

import ipywidgets
import numpy as np

from lecture_lib.arguments import finite_number
from lecture_lib.experiments.own_network import checkpoints, own_network
from lecture_lib.experiments.trained_network import EXAMPLES, TrainedNetwork, Training
from lecture_lib.explorers.controls import dropdown, slider
from lecture_lib.explorers.explorer import Explorer, Staging
from lecture_lib.explorers.own_network_staging import training_staging
from lecture_lib.words import word

HIDDEN = ((4,), (6,), (8,), (4, 4))
ACTIVATIONS = {"relu": "ReLU", "tanh": "tanh", "sigmoid": "sigmoid"}
BATCHES = (4, 16, 64, EXAMPLES)
RATES = (0.05, 0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 5.0)
WEIGHTS = (0.0, 0.5, 0.8, 0.9, 0.95)
STARTS = 9
START = 4
PACE = 0.06  # seconds from checkpoint to checkpoint, so that the growing can be watched
SLOWEST = 60  # seconds, the same
KEPT = 40  # finished trainings

_finished: dict[tuple[Training, int], TrainedNetwork] = {}


class OwnNetwork(Explorer):
    """Train a network of your own; loss, |g| and all eigenvalues of the Hessian grow beside.

    Move a control and the training begins anew, beside the notebook's own work; the slider of the
    updates goes back and forth through it.  What has been trained once is shown again at once, and
    the button trains it before your eyes.

    Args:
        pace: Seconds to wait between two checkpoints; 0 is as fast as the machine can.

    Attributes:
        run: The training as far as it has come.
        message: Why the last one failed, as plain text; empty if it didn't.

    Raises:
        TypeError: If the pace is not a number.
        ValueError: If it is negative, above a minute or not finite.
    """

    def __init__(self, *, pace: float = PACE) -> None:
        if not 0 <= (pace := finite_number(pace, "pace")) <= SLOWEST:
            raise ValueError(f"expected pace from 0 to {SLOWEST} seconds; got {pace}.")
        self.message, self._pace = "", pace
        self._lock, self._hurry = threading.RLock(), threading.Event()
        self._turn, self._worker, self._quiet = 0, None, False
        hidden = [("–".join(map(str, (8, *sizes, 10))), sizes) for sizes in HIDDEN]
        kinds = {**ACTIVATIONS, "linear": word("own_network.linear")}
        controls = {
            "hidden": dropdown("own_network.hidden", hidden, HIDDEN[0]),
            "activation": dropdown(
                "own_network.activation", [(kind, name) for name, kind in kinds.items()], "relu"
            ),
            "batch_size": _choice("batch_size", BATCHES, EXAMPLES),
            "learning_rate": _choice("learning_rate", RATES, 0.5),
            "momentum": _choice("momentum", WEIGHTS, 0.0),
            "begin": slider("own_network.begin", START, 1, STARTS, 1),
            "update": slider("own_network.update", 1000, 0, 1000, Training().every),
        }
        self.controls = controls  # `_asked` reads them before there is a figure
        self.run = _trained(*self._asked())
        self._button = ipywidgets.Button(layout=ipywidgets.Layout(width="auto"))
        self._button.on_click(lambda _button: self._press())
        self._trouble = ipywidgets.HTML()
        super().__init__(controls)
        row, *rest = self.children
        row.children = (*row.children[:-1], self._button, row.children[-1])
        self.children = (row, self._trouble, *rest)
        for name in controls.keys() - {"update"}:
            controls[name].observe(lambda _change: self._changed(), "value")

    def train(self) -> None:
        """Train from the start with the controls as they stand; what was under way is dropped."""
        with self._lock:
            self._turn += 1
            self._hurry.clear()
            self._worker = threading.Thread(
                target=contextvars.copy_context().run,
                args=(self._work, self._turn, *self._asked()),
                daemon=True,
            )
            self._worker.start()

    def stop(self) -> None:
        """Break the training off and keep what there is."""
        with self._lock:
            self._turn += 1
            self._worker = None
            self.stage()

    def wait(self) -> None:
        """Wait until the training that is under way has ended, without pauses from here on."""
        worker = self._worker
        if worker is not None and worker is not threading.current_thread():
            self._hurry.set()
            worker.join()

    @property
    def fact(self) -> str:
        """One sentence with the numbers, when the training has ended."""
        self.wait()
        return super().fact

    def still(self) -> bytes:
        """Return the figure as a PNG, when the training has ended."""
        self.wait()
        return super().still()

    def reset(self) -> None:
        """Return every control to where it was at the start, and to its training."""
        with self._at_once():
            super().reset()

    def stage(self, *, keep: bool = False) -> None:
        """Show what `staging` returns; the thread that trains and a control may both ask."""
        with self._lock:
            busy = self._worker is not None
            self._button.description = word(f"own_network.{'stop' if busy else 'train'}")
            self._trouble.value = self.message and (
                f'<pre role="alert" class="lecture-bad">{escape(self.message)}</pre>'
            )
            super().stage(keep=keep)

    def staging(self) -> Staging:
        """Show the training as far as it has come."""
        return training_staging(self.run, under_way=self._worker is not None)

    def _asked(self) -> tuple[Training, int]:
        """Return what the controls ask for, and which start."""
        names = ("hidden", "activation", "batch_size", "learning_rate", "momentum")
        return Training(**{n: self.controls[n].value for n in names}), self.controls["begin"].value

    def _press(self) -> None:
        if self._worker is not None:
            self.stop()
        else:
            self.train()

    def _changed(self) -> None:
        """Show what the controls ask for if it has been trained; else train it."""
        if self._quiet:
            return
        with self._lock:
            if known := _finished.get(self._asked()):
                self.run, self.message = known, ""
                self.stop()
            else:
                self.train()

    def _take(self, state: Mapping[str, str]) -> None:
        with self._at_once():
            super()._take(state)

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        """Let several controls change and begin one training only."""
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False
            self._changed()

    def _work(self, turn: int, training: Training, start: int) -> None:
        """Train beside everything else, and show every checkpoint until another turn begins."""
        points = []
        try:
            for point in checkpoints(training, np.random.default_rng(start)):
                points.append(point)
                if not self._show(turn, TrainedNetwork(training, tuple(points), done=False)):
                    return
                self._hurry.wait(self._pace)
            run = TrainedNetwork(training, tuple(points))
            _keep((training, start), run)
            self._show(turn, run)
        except Exception as error:  # shown to the learner, whatever it is; the next one works
            self._show(turn, None, f"{type(error).__name__}: {error}")

    def _show(self, turn: int, run: TrainedNetwork | None, message: str = "") -> bool:
        """Show a training, or why it failed; say whether anybody still wants it."""
        with self._lock:
            if turn != self._turn:
                return False
            self.message = message
            self.run = run or self.run
            if run is None or run.done:
                self._worker = None
            self.stage()
            return True


def _trained(training: Training, start: int) -> TrainedNetwork:
    """Return a training that has ended, the one of before if there was one."""
    if (training, start) not in _finished:
        _keep((training, start), own_network(training, np.random.default_rng(start)))
    return _finished[training, start]


def _keep(job: tuple[Training, int], run: TrainedNetwork) -> None:
    """Remember a training, and forget the oldest if there are many."""
    _finished[job] = run
    while len(_finished) > KEPT:
        _finished.pop(next(iter(_finished)), None)


def _choice(name: str, values: tuple[float, ...], value: float) -> ipywidgets.SelectionSlider:
    return ipywidgets.SelectionSlider(
        options=[(f"{v:g}", v) for v in values], value=value,
        description=word(f"own_network.{name}"), style={"description_width": "initial"},
        layout=ipywidgets.Layout(width="300px", max_width="100%", margin="2px"),
    )  # fmt: skip
