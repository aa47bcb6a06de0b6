"""The lecture's curve at equal epochs, and what is left of it at equal updates."""

from __future__ import annotations

import numpy as np
import pytest

from lecture_lib.batching import updates_per_epoch
from lecture_lib.digits import load_digits
from lecture_lib.executors import child_seeds
from lecture_lib.experiments import batch_sweep as module
from lecture_lib.experiments.batch_sweep import BatchSweep, accuracy, batch_sweep
from lecture_lib.network import MLP
from lecture_lib.words import speak

SEED = np.random.SeedSequence(0)


@pytest.fixture(scope="module")
def equal_epochs() -> BatchSweep:
    return batch_sweep(SEED)


def test_at_equal_epochs_accuracy_falls_by_twenty_points_and_on_validation_data_too(equal_epochs):
    for shares in (equal_epochs.training_accuracy, equal_epochs.validation_accuracy):
        means = 100 * shares.mean(axis=1)
        assert means[0] - means[-1] >= 20
        assert (np.diff(means) < 0).all()
    assert (np.diff(equal_epochs.training_loss.mean(axis=1)) > 0).all()
    assert equal_epochs.training_accuracy.shape == (6, 5)
    assert equal_epochs.updates == tuple(
        20 * updates_per_epoch(1437, size) for size in (4, 16, 64, 256, 719, 1437)
    )


def test_at_equal_updates_the_full_batch_does_as_well_as_batches_of_64():
    sweep = batch_sweep(SEED, mode="updates", batch_sizes=(64, 1437))
    small, full = 100 * sweep.training_accuracy.mean(axis=1)
    assert abs(small - full) < 1
    assert small > 95
    assert sweep.updates == (500, 500)


def test_tuning_takes_the_learning_rate_of_the_smallest_training_loss_for_each_batch_size():
    knobs = {"batch_sizes": (256, 1437), "seeds": 2, "epochs": 2}
    rates = (0.05, 0.2, 1.0)
    tuned = batch_sweep(SEED, mode="tuned", learning_rates=rates, **knobs)
    each = [batch_sweep(SEED, learning_rate=rate, **knobs) for rate in rates]
    losses = np.array([sweep.training_loss.mean(axis=1) for sweep in each])
    for k, best in enumerate(losses.argmin(axis=0)):
        assert tuned.learning_rates[k] == rates[best]
        np.testing.assert_array_equal(tuned.training_loss[k], each[best].training_loss[k])


def test_tuning_does_not_look_at_the_validation_loss_and_takes_no_rate_that_ran_away(monkeypatch):
    losses = {0.1: (1.0, 0.2), 0.3: (0.5, 0.9), 1.0: (np.nan, 0.1)}  # training, validation

    def train(children, batch_size, updates, rate):
        shares = np.zeros(len(children))
        return shares, shares, *(np.full(len(children), loss) for loss in losses[rate])

    monkeypatch.setattr(module, "_train", train)
    tuned = batch_sweep(SEED, mode="tuned", batch_sizes=(64,), learning_rates=tuple(losses))
    assert tuned.learning_rates == (0.3,)
    assert (tuned.training_loss[0, 0], tuned.validation_loss[0, 0]) == losses[0.3]


def test_one_network_is_trained_as_a_plain_loop_trains_it():
    sweep = batch_sweep(SEED, mode="updates", batch_sizes=(30,), seeds=3, updates=60)
    rng = np.random.default_rng(child_seeds(SEED, 3)[1])
    order = rng.permutation(1797)
    digits = load_digits()
    x, y = digits.images[order[360:]], np.eye(10)[digits.labels[order[360:]]]
    theta = MLP((64, 32, 10)).initial(rng)
    W, b, V, c = np.split(theta, [2048, 2080, 2400])
    W, V = W.reshape(64, 32), V.reshape(32, 10)
    shuffles = [rng.permutation(1437) for _ in range(2)]
    batches = [s[k : k + 30] for s in shuffles for k in range(0, 1437, 30)][:60]

    def forward(images):
        a = np.tanh(images @ W + b)
        e = np.exp(a @ V + c)
        return a, e / e.sum(axis=1, keepdims=True)

    for batch in batches:
        a, p = forward(x[batch])
        D = (p - y[batch]) / len(batch)
        back = (D @ V.T) * (1 - a**2)
        W, b = W - 0.1 * x[batch].T @ back, b - 0.1 * back.sum(axis=0)
        V, c = V - 0.1 * a.T @ D, c - 0.1 * D.sum(axis=0)
    p = forward(x)[1]
    loss = -np.log((p * y).sum(axis=1)).mean()
    assert sweep.training_loss[0, 1] == pytest.approx(loss, rel=1e-4)
    right = (p.argmax(axis=1) == y.argmax(axis=1)).mean()
    assert sweep.training_accuracy[0, 1] == pytest.approx(right, abs=2 / 1437)


def test_a_seeds_network_does_not_depend_on_the_others():
    knobs = {"batch_sizes": (64, 719), "epochs": 1}
    few, many = batch_sweep(SEED, seeds=2, **knobs), batch_sweep(SEED, seeds=4, **knobs)
    np.testing.assert_array_equal(few.training_loss, many.training_loss[:, :2])
    assert len(set(many.training_loss[0].tolist())) == 4
    again = batch_sweep(SEED, seeds=2, **knobs)
    np.testing.assert_array_equal(few.validation_accuracy, again.validation_accuracy)


def test_accuracy_is_the_share_of_right_answers():
    network = MLP((1, 2))
    x, y = np.array([[-1.0], [1.0], [2.0]]), np.array([0, 1, 0])
    thetas = np.array([[0, 1, 0, 0], [1, 0, 0, 0]], dtype=float)  # says 1 where x > 0; where x < 0
    np.testing.assert_allclose(accuracy(network, thetas, x, y), [2 / 3, 1 / 3])


def test_the_fact_tells_every_batch_size_in_both_languages(equal_epochs):
    assert "B = 4: 100 ± 0 |" in equal_epochs.fact
    assert "7200 updates at the smallest B, 20 at the largest" in equal_epochs.fact
    for mode in module.MODES:
        sweep = batch_sweep(SEED, mode=mode, batch_sizes=(1437,), seeds=1, epochs=1, updates=1)
        speak("zh")
        try:
            assert "训练 | 验证准确率" in sweep.fact
        finally:
            speak("en")
        assert "B = 1437: " in sweep.fact


def test_the_deviation_of_two_networks_is_that_of_a_sample():
    rows = np.array([[0.9, 1.0]])  # 95 percent, off by 5 each: √(50 / (2 − 1)) = 7.07
    sweep = BatchSweep("epochs", (4,), (0.1,), (7200,), rows, rows, 1 - rows, 1 - rows)
    assert "B = 4: 95 ± 7 | 95 ± 7" in sweep.fact


@pytest.mark.parametrize(
    ("knobs", "says"),
    [
        ({"mode": "best"}, "a mode out of epochs, updates, tuned; got 'best'"),
        ({"batch_sizes": (0,)}, "batch_size of at least 1"),
        ({"batch_sizes": (1438,)}, "batch_size of at most 1437"),
        ({"batch_sizes": ()}, "batch_sizes such as .* got none"),
        ({"epochs": 0}, "epochs of at least 1"),
        ({"updates": 0}, "updates of at least 1"),
        ({"seeds": 0}, "seeds of at least 1"),
        ({"learning_rate": 0}, "learning rate above 0"),
        ({"mode": "tuned", "learning_rates": ()}, "learning_rates such as .* got none"),
        ({"seeds": 101}, "seeds of at most 100"),
        ({"epochs": 10**9}, "epochs of at most 1000"),
        ({"updates": 10**9}, "updates of at most 1000000"),
    ],
)
def test_what_is_wrong_is_named(knobs, says):
    with pytest.raises(ValueError, match=says):
        batch_sweep(SEED, **knobs)
