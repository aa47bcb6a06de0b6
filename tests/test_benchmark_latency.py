from __future__ import annotations

import numpy as np
import pytest

from benchmarks.latency import fit_line, measure

SIXTY = 1000 / 60


def a_drag(*, behind: float, every: float) -> tuple[list, list]:
    """Events at 60 Hz, asking for 1, 2, 3 …; a screen that runs behind and shows few of them."""
    events = [(k * SIXTY, float(k)) for k in range(1, 121)]
    frames = np.arange(0, 121 * SIXTY + 2 * behind + every, every)
    return events, [(t, float(np.clip((t - behind) // SIXTY, 0, 120))) for t in frames]


def test_a_screen_that_runs_80_ms_behind_measures_as_80_ms():
    events, shown = a_drag(behind=80, every=1)
    drag = measure(events, shown, slack=0.1)
    assert np.median(drag.latencies) == pytest.approx(80, abs=1.5)
    assert drag.backlog == pytest.approx(80, abs=1.5)
    assert drag.rate == pytest.approx(58, abs=3)


def test_events_that_a_slow_screen_skips_count_with_their_whole_wait():
    events, shown = a_drag(behind=0, every=200)
    drag = measure(events, shown, slack=0.1)
    assert np.median(drag.latencies) == pytest.approx(100, abs=10)
    assert drag.latencies.max() > 180
    assert drag.rate == pytest.approx(5, abs=0.6)


def test_events_within_one_step_of_a_slider_ask_for_nothing():
    events = [(k * SIXTY, float(k // 10)) for k in range(1, 101)]
    shown = [(0.0, 0.0), *((t + 30, v) for t, v in events)]
    drag = measure(events, shown, slack=0.01)
    assert len(drag.latencies) == 10
    np.testing.assert_allclose(drag.latencies, 30)


def test_the_step_before_the_one_asked_for_does_not_count():
    events = [(k * SIXTY, 0.5 * k) for k in range(1, 121)]
    one_late = [(0.0, 0.0), *((t + 5, v - 0.5) for t, v in events), (2100.0, 60.0)]
    drag = measure(events, one_late, slack=1e-6)
    assert np.median(drag.latencies) == pytest.approx(SIXTY + 5)


def test_a_picture_that_never_arrives_is_no_measurement():
    events, shown = a_drag(behind=50, every=10)
    with pytest.raises(ValueError, match="120 was asked for last; 60 shown"):
        measure(events, [(t, min(v, 60)) for t, v in shown], slack=0.1)


def test_a_picture_that_stands_still_is_no_measurement():
    events, shown = a_drag(behind=50, every=10)
    with pytest.raises(ValueError, match="did not change"):
        measure(events, [(t, 120.0) for t, _ in shown], slack=0.1)


def test_a_line_is_fitted_through_what_moved():
    assert fit_line([0, 1, 2], [3, 5, 7]) == pytest.approx((3, 2))
    with pytest.raises(ValueError, match="did nothing move"):
        fit_line([1, 1], [2, 2])
