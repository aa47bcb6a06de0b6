"""The critical points of a surface, as marks for a handle to fall onto."""

from __future__ import annotations

from functools import lru_cache

from lecture_lib.critical_points import CriticalPoint, critical_points
from lecture_lib.surfaces import Surface


@lru_cache(maxsize=32)
def found(surface: Surface) -> tuple[CriticalPoint, ...]:
    """Return the critical points in the window; searched for once."""
    return tuple(critical_points(surface))


def landmarks(surface: Surface) -> tuple[tuple[float, float, str], ...]:
    """Return ``(w1, w2, kind)`` of the critical points in the window, for `scene.Panel`."""
    return tuple((*map(float, p.theta), p.verdict.kind.value) for p in found(surface))
