"""Many independent tasks: here, on other processes, or on a cluster, with the same numbers.

A task is a function at the top of a module and its arguments, among them its own seed.  Anything
that has the `submit` of `concurrent.futures.Executor` can run it: a process pool, or a Dask
cluster through ``Client(...).get_executor()``.  Results are put in the order of the tasks, whoever
finishes first, and a task that is run again because its worker died starts from the same seed.

Rounding depends on how a matrix product is divided among threads, so every task runs with one
linear-algebra thread, wherever it runs; small matrices are quicker that way, too.  Processors of
another kind may still round differently.

A long task calls `checkpoint` several times a second.  Whoever runs it in a thread of their own, as
a button with a cancel button does, looks up there, and may end it by raising (`at_checkpoints`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, as_completed
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from lecture_lib.arguments import described, whole_number

Progress = Callable[[int, int], None]

_lock = threading.Lock()
_inside: dict[str, Any] = {"count": 0, "limits": None}
_listener: ContextVar[Callable[[], None] | None] = ContextVar("listener", default=None)


def run_in_order(
    task: Callable[..., Any],
    jobs: Sequence[tuple[Any, ...]],
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> list[Any]:
    """Return ``task(*job)`` for every job, in the order of the jobs.

    Args:
        task: A function at the top of a module, so that other processes find it.
        jobs: The arguments of each call.
        executor: Where to run them; None for here and now.
        progress: Called with the number of jobs done and of all jobs, in the caller's thread, after
            each.  What it raises, or a failing task, ends the run: jobs that have not begun are
            cancelled.

    Raises:
        TypeError: If ``executor`` cannot run anything, or ``progress`` cannot be called.
    """
    if executor is not None and not callable(getattr(executor, "submit", None)):
        raise TypeError(
            "expected executor such as ProcessPoolExecutor() or dask.distributed's "
            f"Client().get_executor(), or None; got {described(executor)}."
        )
    if progress is not None and not callable(progress):
        raise TypeError(f"expected progress to be a function or None; got {described(progress)}.")
    tell = progress or (lambda done, total: None)
    if executor is None:
        results = []
        for job in jobs:
            results.append(_alone(task, *job))
            tell(len(results), len(jobs))
        return results
    with one_thread():  # for executors whose threads belong to this process
        futures = [executor.submit(_alone, task, *job) for job in jobs]
        try:
            for done, future in enumerate(as_completed(futures), start=1):
                future.result()  # raises what the task raised
                tell(done, len(jobs))
        except BaseException:
            for future in futures:
                future.cancel()
            raise
        return [future.result() for future in futures]


def child_seeds(seed: np.random.SeedSequence, count: int) -> list[np.random.SeedSequence]:
    """Return the first ``count`` children of a seed.

    `SeedSequence.spawn` gives new children at every call; these are the same ones each time, so
    that the same seed gives the same experiment.

    Raises:
        TypeError: If ``seed`` is no SeedSequence, or ``count`` not a whole number.
        ValueError: If ``count`` is negative.
    """
    if not isinstance(seed, np.random.SeedSequence):
        raise TypeError(f"expected seed such as np.random.SeedSequence(0); got {described(seed)}.")
    return [
        np.random.SeedSequence(
            seed.entropy, spawn_key=(*seed.spawn_key, k), pool_size=seed.pool_size
        )
        for k in range(whole_number(count, "count", least=0))
    ]


@contextmanager
def one_thread() -> Iterator[None]:
    """Limit linear algebra to one thread in this process, until the last one inside leaves."""
    with _lock:
        if not _inside["count"]:
            _inside["limits"] = threadpool_limits(1, user_api="blas")
        _inside["count"] += 1
    try:
        yield
    finally:
        with _lock:
            _inside["count"] -= 1
            if not _inside["count"]:
                _inside["limits"].restore_original_limits()


def checkpoint() -> None:
    """Call whoever listens in this thread; it costs next to nothing where nobody does."""
    if listener := _listener.get():
        listener()


@contextmanager
def at_checkpoints(listener: Callable[[], None]) -> Iterator[None]:
    """Call ``listener`` at every `checkpoint` that this thread passes; what it raises ends the task.

    Tasks on other threads or processes do not hear it: they end between two jobs.

    Raises:
        TypeError: If it cannot be called.
    """
    if not callable(listener):
        raise TypeError(f"expected listener to be a function; got {described(listener)}.")
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def _alone(task: Callable[..., Any], *job: Any) -> Any:
    with one_thread():
        return task(*job)
