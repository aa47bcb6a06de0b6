"""A network in training is what the formulas say, at every checkpoint, and can be taken by pieces."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from lecture_lib.digits import load_digits
from lecture_lib.experiments.own_network import checkpoints, digits, own_network
from lecture_lib.experiments.trained_network import EXAMPLES, Checkpoint, TrainedNetwork, Training
from lecture_lib.words import speak

SHORT = Training((3,), "tanh", 50, 0.3, 0.8, updates=25, every=10)


def rng(seed=1):
    return np.random.default_rng(seed)


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def loss_and_gradient(theta, x, y, hidden):
    """One hidden layer of tanh and a softmax, written out."""
    cut = (x.shape[1] + 1) * hidden
    first, second = theta[:cut].reshape(-1, hidden), theta[cut:].reshape(hidden + 1, 10)
    ones = np.ones((len(x), 1))
    x1 = np.hstack([x, ones])
    a = np.tanh(x1 @ first)
    a1 = np.hstack([a, ones])
    p = softmax(a1 @ second)
    loss = -np.log(p[np.arange(len(y)), y]).mean()
    d = (p - np.eye(10)[y]) / len(y)
    back = (d @ second[:-1].T) * (1 - a * a)
    return loss, np.concatenate([(x1.T @ back).ravel(), (a1.T @ d).ravel()])


def test_every_checkpoint_is_that_of_momentum_written_out():
    draws = rng(5)
    theta, (x, y, held_x, held_y) = SHORT.network().initial(draws), digits()
    movement, wanted = 0 * theta, {}
    orders = [draws.permutation(EXAMPLES) for _ in range(5)]
    batches = [order[k : k + 50] for order in orders for k in range(0, EXAMPLES, 50)]
    for k in range(26):
        loss, gradient = loss_and_gradient(theta, x, y, 3)
        held, _ = loss_and_gradient(theta, held_x, held_y, 3)
        wanted[k] = theta, (loss, held, np.linalg.norm(gradient))
        _, part = loss_and_gradient(theta, x[batches[k]], y[batches[k]], 3)
        movement = 0.8 * movement - 0.3 * part
        theta = theta + movement
    run = own_network(SHORT, rng(5))
    assert [point.update for point in run.checkpoints] == [0, 10, 20, 25]
    for point in run.checkpoints:
        theta, numbers = wanted[point.update]
        found = point.training_loss, point.validation_loss, point.gradient_norm
        np.testing.assert_allclose(found, numbers, rtol=1e-9)
        step = 1e-5 * np.eye(theta.size)
        hessian = [loss_and_gradient(theta + e, x, y, 3)[1] for e in step]
        hessian = np.array(hessian) - [loss_and_gradient(theta - e, x, y, 3)[1] for e in step]
        eigenvalues = np.linalg.eigvalsh((hessian + hessian.T) / 4e-5)
        np.testing.assert_allclose(point.eigenvalues, eigenvalues, atol=1e-8)


def test_the_digits_are_components_of_variance_1_and_nobody_is_in_both_parts():
    x, y, held_x, held_y = digits()
    assert x.shape == held_x.shape == (EXAMPLES, 8)
    assert y.shape == held_y.shape == (EXAMPLES,)
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(x.T @ x / EXAMPLES, np.eye(8), atol=1e-10)
    assert not {tuple(row) for row in x.round(9)} & {tuple(row) for row in held_x.round(9)}
    assert len(load_digits()) >= 2 * EXAMPLES


def test_a_shift_of_all_outputs_changes_nothing_so_five_eigenvalues_are_zero():
    for point in own_network(replace(SHORT, hidden=(4,)), rng()).checkpoints:
        signs = point.signs
        assert signs.zero >= 5  # one for each of 4 neurons and one for the bias
        assert signs.positive + signs.zero + signs.negative == len(point.eigenvalues) == 86


def test_it_is_taken_by_pieces_and_asks_for_nothing_ahead():
    pieces = checkpoints(replace(SHORT, updates=100_000), rng())
    first = list(islice(pieces, 3))
    assert [point.update for point in first] == [0, 10, 20]
    whole = own_network(SHORT, rng())
    np.testing.assert_array_equal(first[2].eigenvalues, whole.checkpoints[2].eigenvalues)


def test_progress_is_told_and_can_cancel():
    told = []
    own_network(SHORT, rng(), progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 25), (10, 25), (20, 25), (25, 25)]

    def enough(done, total):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        own_network(SHORT, rng(), progress=enough)


def test_the_same_seed_gives_the_same_run_and_another_another():
    one, same, other = (own_network(SHORT, rng(k)).last.training_loss for k in (1, 1, 2))
    assert one == same != other


def test_weights_that_run_away_end_the_run_and_are_no_error():
    run = own_network(Training((4,), "linear", learning_rate=1e5, updates=100, every=5), rng())
    assert run.diverged
    assert run.last.update < 100
    assert all(np.isfinite(point.eigenvalues).all() for point in run.checkpoints)
    assert "ran away" in run.fact
    assert not own_network(SHORT, rng()).diverged
    assert not TrainedNetwork(run.training, run.checkpoints, done=False).diverged


def test_in_a_full_batch_run_the_largest_eigenvalue_climbs_to_the_limit_and_stays_about_there():
    run = own_network(Training(), rng(4))
    shares = np.array([p.eigenvalues[-1] for p in run.checkpoints]) / run.training.limit
    assert run.training.limit == 4
    assert shares[0] < 0.3
    assert 0.9 < shares[20:].min() < shares[20:].max() < 1.2
    assert run.checkpoints[-1].training_loss < run.checkpoints[20].training_loss < 0.7
    gradients = [point.gradient_norm for point in run.checkpoints]
    arrived = int(np.argmax(shares > 1))
    assert min(gradients[20:]) > 10 * min(gradients[: arrived + 1])
    signs = [point.signs for point in run.checkpoints]
    assert 0.25 < signs[0].negative / 86 < 0.4
    assert signs[-1].negative == 7
    assert all(s.zero == 5 for s in signs)


def test_the_limit_is_that_of_a_bowl_on_either_side():
    for weight in (0.0, 0.5, 0.9):
        limit = Training(learning_rate=0.2, momentum=weight).limit
        for factor, grows in ((0.99, False), (1.01, True)):
            w, m = 1.0, 0.0
            for _ in range(3000):
                m = weight * m - 0.2 * factor * limit * w
                w += m
            assert (abs(w) > 1) == grows


def test_the_second_half_and_the_fact_are_read_off_the_checkpoints():
    tops = [9.0, 1.0, 2.0, 4.0, 3.0]
    points = tuple(
        Checkpoint(10 * k, 0.5, 0.75, 0.125, np.array([-1.0, 0.0, top]))
        for k, top in enumerate(tops)
    )
    run = TrainedNetwork(Training(learning_rate=1.0, momentum=0.5, updates=40), points)
    assert run.late_shares == (2 / 3, 4 / 3)
    assert run.fact == (
        "after 40 updates: training loss 0.50, validation loss 0.75, |g| 0.12; eigenvalues: "
        "1 positive, 1 zero, 1 negative; in the second half λ_max lay between 0.67 and 1.33 times "
        "2(1+β)/η = 3"
    )
    speak("zh")
    try:
        assert "后半程" in run.fact
    finally:
        speak("en")


@pytest.mark.parametrize(
    ("knobs", "match"),
    [
        ({"hidden": (0,)}, "each size"),
        ({"activation": "swish"}, "activation"),
        ({"batch_size": 0}, "batch_size of at least 1"),
        ({"batch_size": 301}, "batch_size of at most 300"),
        ({"learning_rate": 0.0}, "learning_rate above 0"),
        ({"momentum": 1.0}, r"momentum in \[0, 1\)"),
        ({"updates": 0}, "updates"),
        ({"every": 2000}, "every of at most 1000"),
    ],
)
def test_settings_out_of_their_range_are_named(knobs, match):
    with pytest.raises(ValueError, match=match):
        Training(**knobs)


def test_what_is_no_training_or_no_generator_is_refused_at_the_call():
    with pytest.raises(TypeError, match="expected training such as"):
        checkpoints("tanh", rng())
    with pytest.raises(TypeError, match="expected rng"):
        checkpoints(SHORT, 3)
    with pytest.raises(TypeError, match="progress to be a function"):
        own_network(SHORT, rng(), progress=True)


def test_settings_are_kept_as_plain_numbers_and_a_generator_is_not_used_up():
    training = Training(hidden=(n for n in (np.int8(4), 3)), batch_size=np.uint8(100))
    assert training.hidden == (4, 3)
    assert training == Training((4, 3), batch_size=100)
    assert training.network().sizes == (8, 4, 3, 10)
    run = own_network(replace(training, updates=4, every=4), rng())
    assert run.last.update == 4


@pytest.mark.parametrize(
    ("knobs", "error", "says"),
    [({"hidden": 5}, TypeError, r"hidden such as \(4,\) or \(4, 4\); got 5"),
     ({"hidden": (3000,)}, ValueError, "at most 3000 weights"),
     ({"updates": 10**9}, ValueError, "updates of at most 100000")],
)  # fmt: skip
def test_what_could_not_be_waited_for_is_refused_at_once(knobs, error, says):
    with pytest.raises(error, match=says):
        Training(**knobs)
