"""The answers of Day 12's exercises, those of the notebook, and the check of each."""

from __future__ import annotations

import numpy as np

from lecture_lib.exercises import day12


def updates(examples, batch_size):
    return -(-examples // batch_size)


def sampler(examples, batch_size, rng):
    order = rng.permutation(examples)
    return [order[k : k + batch_size] for k in range(0, examples, batch_size)]


def batch_gradient(gradients, batch):
    return gradients[batch].mean(axis=0)


def momentum_step(theta, movement, gradient, eta, beta):
    movement = beta * movement - eta * gradient
    return theta + movement, movement


def movement(gradients, eta, beta):
    m = np.zeros(gradients.shape[1])
    for g in gradients:
        m = beta * m - eta * g
    return m


def conventions(eta, beta):
    return eta, eta / (1 - beta)


ANSWERS = {
    f.__name__: f for f in (updates, sampler, batch_gradient, momentum_step, movement, conventions)
}
CHECKS = {name: getattr(day12, f"check_{name}") for name in ANSWERS}
