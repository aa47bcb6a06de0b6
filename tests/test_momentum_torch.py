"""The conventions named after PyTorch against PyTorch itself, where it is installed."""

from __future__ import annotations

import numpy as np
import pytest

from lecture_lib.momentum import descend

torch = pytest.importorskip("torch")

# functions outside the course's catalogue, written once for both sides
LOSSES = {
    "swing": lambda x, y, m: x**2 / 2 + 2 * y**2 + m.sin(x + 2 * y),
    "well": lambda x, y, m: m.exp(-x * y) + x**2 + (y - 1) ** 4,
}


def visited(loss, rates, **options):
    theta = torch.tensor([1.0, -0.5], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([theta], lr=rates[0], **options)
    path = [theta.detach().numpy().copy()]
    for rate in rates:
        optimiser.param_groups[0]["lr"] = rate
        optimiser.zero_grad()
        loss(*theta, torch).backward()
        optimiser.step()
        path.append(theta.detach().numpy().copy())
    return np.array(path)


def slope(loss):
    def gradient(theta):
        point = torch.tensor(theta, requires_grad=True)
        loss(*point, torch).backward()
        return point.grad.numpy()

    return gradient


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("weight", [0.5, 0.9])
@pytest.mark.parametrize("later", [1.0, 0.1])
def test_descend_visits_the_points_of_torch_optim_sgd(name, nesterov, weight, later):
    rates = [0.02] * 60 + [0.02 * later] * 60
    theirs = visited(LOSSES[name], rates, momentum=weight, nesterov=nesterov)
    ours = descend(
        slope(LOSSES[name]), [1.0, -0.5], learning_rate=rates, momentum=weight, steps=120,
        convention="nesterov" if nesterov else "pytorch",
    )  # fmt: skip
    np.testing.assert_allclose(ours.thetas, theirs, rtol=1e-9, atol=1e-9)
