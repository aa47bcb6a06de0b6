"""The table of `live_figures`: what a row is about, and how it is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from latency import Drag

QUIET = 0.4


@dataclass(frozen=True)
class Kind:
    """What a row is about: what follows what, computed by whom, how many ms away, within what."""

    what: str
    by: str
    away: int
    budget: float | None = None


@dataclass(frozen=True)
class Row:
    """All drags of one kind, and how many cores other programs used during the loudest."""

    kind: Kind
    drags: Sequence[Drag]
    others: float

    def percentile(self, share: float) -> float:
        """The latency in milliseconds that ``share`` % of all events stayed below."""
        return float(np.percentile(np.concatenate([d.latencies for d in self.drags]), share))

    def __str__(self) -> str:
        """The row as a line of the table."""
        kind, median = self.kind, self.percentile(50)
        mark = "*" if self.others > QUIET else " "
        rate = np.median([drag.rate for drag in self.drags])
        backlog = max(drag.backlog for drag in self.drags)
        line = f"{kind.what:<36}{kind.by:<9}{kind.away:>5}{median:>9.1f}{mark}"
        line += f"{self.percentile(95):>7.0f}{rate:>10.0f}{backlog:>9.0f}{self.others:>8.1f}"
        if kind.budget is None:
            return line
        return f"{line}{kind.budget:>8.0f} {'ok' if median <= kind.budget else 'OVER'}"


HEADER = (
    f"{'what, while what is dragged':<36}{'by':<9}{'away':>5}{'median':>9} {'p95':>7}"
    f"{'pictures':>10}{'backlog':>9}{'others':>8}{'budget':>8}\n"
    f"{'':<45}{'ms':>5}{'ms':>9} {'ms':>7}{'a second':>10}{'ms':>9}{'cores':>8}{'ms':>8}"
)
