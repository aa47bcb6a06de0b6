"""The cloud of batch gradients obeys the exact law of drawing without replacement."""

from __future__ import annotations

import itertools
import json
import re

import numpy as np
import pytest
from node_machine import browser_frames

from lecture_lib.batching import gradient_noise, line_losses
from lecture_lib.recipes.noise_cloud import BOX, DRAWS, cloud

SEED = 23
CLOUD = cloud(np.random.default_rng(SEED))
X = np.arange(20) / 2
THETAS = [(0.5, 1.5), (0.2, 1.1), (-0.1, 0.93), (0.4, 1.0)]


def at(b=0.5, w=1.5, batch_size=4):
    return CLOUD({"b": b, "w": w, "batch_size": batch_size})


def examples(b, w):
    """Every example's gradient by the definition, shape ``(20, 2)``."""
    error = b + w * X - X
    return np.stack([2 * error, 2 * error * X], axis=1)


def pairs(frame, kind):
    return np.stack([frame[f"{kind}_gb"], frame[f"{kind}_gw"]], axis=1)


@pytest.mark.parametrize("theta", THETAS)
def test_gradients_and_covariance_are_those_of_the_definition(theta):
    frame, each = at(*theta), examples(*theta)
    np.testing.assert_allclose(pairs(frame, "example"), each, atol=1e-12)
    np.testing.assert_allclose([frame["gb"], frame["gw"]], each.mean(axis=0), atol=1e-12)
    sigma = np.cov(each.T, bias=True)
    here = [[frame["s11"], frame["s12"]], [frame["s12"], frame["s22"]]]
    np.testing.assert_allclose(here, sigma, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("batch_size", [1, 2, 3, 18, 19])
@pytest.mark.parametrize("theta", THETAS[:2])
def test_the_covariance_is_that_of_all_possible_batches(theta, batch_size):
    each, frame = examples(*theta), at(*theta, batch_size=batch_size)
    every = np.array(
        [each[list(c)].mean(axis=0) for c in itertools.combinations(range(20), batch_size)]
    )
    wanted = np.cov(every.T, bias=True)  # of all of them: no sample, no correction
    here = [[frame["c11"], frame["c12"]], [frame["c12"], frame["c22"]]]
    np.testing.assert_allclose(here, wanted, rtol=1e-8)
    assert float(frame["sd"]) == pytest.approx(np.sqrt(np.trace(wanted)))


@pytest.mark.parametrize("batch_size", [1, 5, 20])
@pytest.mark.parametrize("theta", [*THETAS, (0.0, 1.0)])
def test_gradients_and_noise_are_those_of_the_library(theta, batch_size):
    losses, frame = line_losses(), at(*theta, batch_size=batch_size)
    np.testing.assert_allclose(pairs(frame, "example"), losses.gradients(theta), atol=1e-12)
    here = [[frame["c11"], frame["c12"]], [frame["c12"], frame["c22"]]]
    np.testing.assert_allclose(here, gradient_noise(losses, theta, batch_size), atol=1e-9)


@pytest.mark.parametrize("batch_size", [1, 4, 13, 20])
def test_the_batches_are_the_first_examples_of_200_orders(batch_size):
    rng, frame = np.random.default_rng(SEED), at(0.2, 1.1, batch_size)
    wanted = []
    for _ in range(DRAWS):
        x = rng.permutation(X)[:batch_size]
        error = 0.2 + 0.1 * x
        wanted.append([2 * error.mean(), 2 * (error * x).mean()])
    np.testing.assert_allclose(pairs(frame, "batch"), wanted, atol=1e-9)
    np.testing.assert_allclose(frame["batch_foot"] + BOX / 2, frame["batch_gw"], atol=1e-12)
    off = np.array(wanted) - examples(0.2, 1.1).mean(axis=0)
    assert float(frame["sd_drawn"]) == pytest.approx(np.sqrt((off**2).sum() / DRAWS), abs=1e-9)


@pytest.mark.parametrize("theta", THETAS[:3])
@pytest.mark.parametrize("batch_size", [1, 4, 19])
def test_the_ring_is_two_standard_deviations_from_the_full_gradient(theta, batch_size):
    frame, each = at(*theta, batch_size=batch_size), examples(*theta)
    c = np.cov(each.T, bias=True) / batch_size * (20 - batch_size) / 19
    off = np.stack([frame["ring_b"], frame["ring_w"]], axis=1) - each.mean(axis=0)
    far = np.einsum("ki,ij,kj->k", off, np.linalg.inv(c), off)
    np.testing.assert_allclose(far, 4.0, rtol=1e-6)
    spread = pairs(frame, "batch") - each.mean(axis=0)
    inside = np.einsum("ki,ij,kj->k", spread, np.linalg.inv(c), spread) <= 4
    assert float(frame["inside"]) == inside.sum()


def test_the_law_is_one_over_the_root_of_b_times_the_factor_and_ends_at_zero():
    frame, sizes = at(), np.arange(1, 21)
    one = frame["each_sd"][0]
    np.testing.assert_allclose(frame["each_root"], one / np.sqrt(sizes))
    np.testing.assert_allclose(frame["each_sd"], one * np.sqrt((20 - sizes) / 19 / sizes))
    assert frame["each_sd"][-1] == 0
    assert one == pytest.approx(31.299, abs=5e-4)


def test_the_drawn_batches_agree_with_the_law_at_the_start():
    for batch_size in range(1, 20):
        frame = at(batch_size=batch_size)
        assert float(frame["sd_drawn"]) == pytest.approx(float(frame["sd"]), rel=0.04)


@pytest.mark.parametrize("theta", THETAS)
def test_with_all_examples_there_is_no_noise_at_all(theta):
    frame = at(*theta, batch_size=20)
    assert (float(frame["sd"]), float(frame["case"])) == (0, 2)
    np.testing.assert_array_equal(frame["batch_gb"], frame["gb"])
    np.testing.assert_array_equal(frame["batch_gw"], frame["gw"])
    np.testing.assert_array_equal(frame["ring_w"], frame["gw"])
    assert (float(frame["sd_drawn"]), float(frame["inside"])) == (0, DRAWS)


@pytest.mark.parametrize("batch_size", [1, 2, 20])
def test_where_every_example_is_fitted_no_batch_is_noisy(batch_size):
    frame = at(0.0, 1.0, batch_size)
    assert float(frame["case"]) == 3
    for name in ("example_gb", "example_gw", "batch_gb", "batch_gw", "sd", "length", "part",
                 "each_sd", "ring_b", "ring_w"):  # fmt: skip
        np.testing.assert_array_equal(frame[name], 0.0, err_msg=name)


def test_the_step_of_the_map_is_that_of_the_lecture():
    frame = at()
    assert 0.5 + float(frame["step_b"]) == pytest.approx(0.4425)
    assert 1.5 + float(frame["step_w"]) == pytest.approx(1.14375)


def test_the_browser_computes_the_same_frames():
    states = [
        {"b": b, "w": w, "batch_size": n} for b, w in (*THETAS, (0.0, 1.0)) for n in (1, 7, 20)
    ]
    json.dumps(CLOUD.json(), allow_nan=False)
    there = browser_frames([(CLOUD, s) for s in states])
    for state, frame in zip(states, there, strict=True):
        for name, values in CLOUD(state).items():
            np.testing.assert_allclose(frame[name], np.ravel(values), rtol=1e-9, atol=1e-9,
                                       err_msg=f"{name} at {state}")  # fmt: skip


def test_the_recipe_says_what_its_frame_holds():
    told = set(re.findall(r"``(\w+)``", cloud.__doc__))
    assert told - {"batch_size"} <= at().keys()
    assert {"root", "sd", "shrink", "part", "of_all", "draws"} <= told
    frame = at(batch_size=5)
    assert float(frame["root"] * frame["shrink"]) == pytest.approx(float(frame["sd"]))
    assert float(frame["part"] * frame["length"]) == pytest.approx(float(frame["sd"]))
