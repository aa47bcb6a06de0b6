"""Here, on processes or on a cluster that loses a worker: the same numbers, bit for bit."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from lecture_lib.executors import (
    at_checkpoints,
    checkpoint,
    child_seeds,
    one_thread,
    run_in_order,
)
from lecture_lib.experiments.batch_sweep import batch_sweep
from lecture_lib.experiments.minimum_ratio import minimum_ratio_dots, sine_problem
from lecture_lib.experiments.sharpness import sharpness

SEED = np.random.SeedSequence(3)
problem = sine_problem(np.random.default_rng(0))

EXPERIMENTS = {
    "minimum_ratio": lambda **knobs: minimum_ratio_dots(problem, SEED, starts=45, **knobs),
    "batch_sweep": lambda **knobs: batch_sweep(
        SEED, batch_sizes=(16, 64), seeds=2, epochs=1, **knobs
    ),
    "sharpness": lambda **knobs: sharpness(
        SEED, seeds=2, examples=100, target=1.0, label_noise=0, **knobs
    ),
}


def slowest_first(number: int) -> int:
    threading.Event().wait(0.02 * (5 - number))
    return number


def blas_threads(_number: int) -> list[int]:
    return [each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"]


def same(one: object, other: object) -> None:
    for name, value in vars(one).items():
        np.testing.assert_array_equal(value, getattr(other, name))


@pytest.fixture(scope="module")
def processes():
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        yield pool


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_other_processes_give_the_same_numbers_bit_for_bit(name, processes):
    same(EXPERIMENTS[name](), EXPERIMENTS[name](executor=processes))


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_cluster_that_loses_a_worker_gives_the_same_numbers_bit_for_bit():
    distributed = pytest.importorskip("distributed")
    killed: list[int] = []
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        pids = client.run(os.getpid)

        def kill_one(done: int, total: int) -> None:
            if not killed:
                assert done < total
                killed.append(next(iter(pids.values())))
                os.kill(killed[0], getattr(signal, "SIGKILL", signal.SIGTERM))

        spread = minimum_ratio_dots(
            problem, SEED, starts=75, executor=client.get_executor(), progress=kill_one
        )
        assert killed
        assert killed[0] not in client.run(os.getpid).values()
    same(minimum_ratio_dots(problem, SEED, starts=75), spread)


def test_results_stand_in_the_order_of_the_jobs_whoever_finishes_first():
    jobs = [(k,) for k in range(6)]
    with ThreadPoolExecutor(6) as pool:
        assert run_in_order(slowest_first, jobs, executor=pool) == list(range(6))
    assert run_in_order(slowest_first, jobs) == list(range(6))
    assert run_in_order(slowest_first, []) == []


@pytest.mark.parametrize("pool", [None, ThreadPoolExecutor(3)])
def test_progress_is_told_after_every_job_in_the_callers_thread(pool):
    told = []
    run_in_order(
        slowest_first,
        [(k,) for k in range(4)],
        executor=pool,
        progress=lambda *done: told.append((*done, threading.get_ident())),
    )
    assert told == [(k, 4, threading.get_ident()) for k in (1, 2, 3, 4)]


class Waiting:
    """An executor that runs the first job and leaves the others waiting."""

    def __init__(self) -> None:
        self.futures: list[Future] = []

    def submit(self, task, *job):
        self.futures.append(Future())
        if len(self.futures) == 1:
            self.futures[0].set_result(task(*job))
        return self.futures[-1]


def test_what_progress_raises_ends_the_run_and_cancels_what_waits():
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    waiting = Waiting()
    with pytest.raises(KeyboardInterrupt):
        run_in_order(slowest_first, [(5,)] * 4, executor=waiting, progress=stop)
    assert [future.cancelled() for future in waiting.futures] == [False, True, True, True]
    with pytest.raises(KeyboardInterrupt):
        run_in_order(slowest_first, [(5,)] * 4, progress=stop)


def test_a_checkpoint_is_heard_in_its_own_thread_and_only_while_somebody_listens():
    heard: list[int] = []
    checkpoint()
    with at_checkpoints(lambda: heard.append(threading.get_ident())):
        checkpoint()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(checkpoint).result()
    checkpoint()
    assert heard == [threading.get_ident()]
    with pytest.raises(TypeError, match="expected listener to be a function; got 3"):
        at_checkpoints(3).__enter__()


def test_what_a_checkpoint_raises_ends_the_task():
    def stop() -> None:
        raise KeyboardInterrupt

    with at_checkpoints(stop), pytest.raises(KeyboardInterrupt):
        run_in_order(lambda: checkpoint(), [()])
    run_in_order(lambda: checkpoint(), [()])


def test_a_failing_job_is_heard_of_wherever_it_ran():
    for pool in (None, ThreadPoolExecutor(2)):
        with pytest.raises(ZeroDivisionError):
            run_in_order(divmod, [(1, 1), (1, 0)], executor=pool)


def test_every_task_has_one_thread_of_linear_algebra_and_the_caller_gets_its_own_back():
    with threadpool_limits(2, user_api="blas"):
        before = blas_threads(0)
        for pool in (None, ThreadPoolExecutor(2)):
            inside = run_in_order(blas_threads, [(k,) for k in range(4)], executor=pool)
            assert {count for counts in inside for count in counts} == {1}
        with one_thread(), one_thread():
            assert set(blas_threads(0)) == {1}
        assert blas_threads(0) == before


def test_the_children_of_a_seed_are_those_that_spawn_gives_first_and_always_the_same():
    seed = np.random.SeedSequence(7, spawn_key=(1,))
    children = [child.generate_state(4) for child in child_seeds(seed, 3)]
    again = [child.generate_state(4) for child in child_seeds(seed, 3)]
    spawned = [child.generate_state(4) for child in seed.spawn(3)]
    np.testing.assert_array_equal(children, again)
    np.testing.assert_array_equal(children, spawned)


def test_what_cannot_run_or_seed_anything_is_named():
    with pytest.raises(TypeError, match="expected executor such as ProcessPoolExecutor"):
        run_in_order(slowest_first, [], executor=4)
    with pytest.raises(TypeError, match="expected progress to be a function or None; got 4"):
        run_in_order(slowest_first, [], progress=4)
    with pytest.raises(TypeError, match=r"expected seed such as np.random.SeedSequence\(0\)"):
        child_seeds(0, 3)
