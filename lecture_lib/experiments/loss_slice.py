"""A network's loss on a plane through its P weights: what one can look at, and what one cannot.

    L(a, b) = L(θ* + a d₁ + b d₂)

Slopes and curvatures of the slice are exact, by one gradient and two Hessian-vector products:

    g = (d₁·∇L, d₂·∇L),        Hᵢⱼ = dᵢᵀ (∇²L) dⱼ

Two kinds of planes, after Li and others (arXiv 1712.09913).  *Random*: each neuron's part of a
random direction gets the length of that neuron's weights, so that a network whose ReLU layers are
rescaled by c and 1/c has the same slice.  *Trajectory*: the first two principal directions of the
checkpoints.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.arguments import (
    Array,
    described,
    finite_array,
    finite_vector,
    random_generator,
)
from lecture_lib.experiments.training_path import TrainingPath
from lecture_lib.losses import Window
from lecture_lib.network import MLP
from lecture_lib.numerals import numeral
from lecture_lib.surfaces import Surface
from lecture_lib.words import word

REACH = 1.0  # of a random slice: as far as the weights are long
MARGIN = 0.2  # of a trajectory's longer side, around it
CHUNK = 25  # networks at once: what their examples leave still fits the processor's cache


@dataclass(frozen=True, eq=False)
class NetworkSlice:
    """The loss of a network on a plane.

    Attributes:
        path: The training, with the network and the examples.
        center: θ*, shape ``(P,)``.
        directions: d₁ and d₂, of any length and angle, shape ``(2, P)``.
        window: What a figure shows of (a, b).
    """

    path: TrainingPath
    center: Array
    directions: Array
    window: Window

    def loss(self, plane: ArrayLike) -> Array:
        """Return L(a, b) for places of shape ``(..., 2)``; in float32, so to six digits, for maps."""
        plane = finite_array(plane, "plane")
        if plane.shape[-1:] != (2,):
            raise ValueError(f"expected plane of shape (..., 2); got shape {plane.shape}.")
        network, x = self.path.network, self.path.x.astype(np.float32)
        found = np.empty(plane.size // 2)
        for few in _chunks(len(found)):
            thetas = self.center + plane.reshape(-1, 2)[few] @ self.directions
            found[few] = network.loss(thetas.astype(np.float32), x, self.path.y)
        return found.reshape(plane.shape[:-1])

    def derivatives(self, w1: ArrayLike, w2: ArrayLike) -> dict[str, Array]:
        """Return ``loss g1 g2 h11 h12 h22`` at (a, b) = (w1, w2), exact, as a surface's program."""
        plane = np.stack(np.broadcast_arrays(w1, w2), axis=-1).astype(float)
        rows = np.array([self._at(*place) for place in plane.reshape(-1, 2)]).reshape(-1, 6)
        names = ("loss", "g1", "g2", "h11", "h12", "h22")
        return {name: column.reshape(plane.shape[:-1])
                for name, column in zip(names, rows.T, strict=True)}  # fmt: skip

    def _at(self, a: float, b: float) -> tuple[float, ...]:
        d1, d2 = self.directions
        network, x, y = self.path.network, self.path.x, self.path.y
        theta = self.center + a * d1 + b * d2
        slope = network.gradient(theta, x, y)
        product = network.hessian_vector_product(theta, x, y)
        bent = product(d2)
        return (float(network.loss(theta, x, y)), d1 @ slope, d2 @ slope,
                d1 @ product(d1), d1 @ bent, d2 @ bent)  # fmt: skip

    @cached_property
    def surface(self) -> Surface:
        """The slice as a surface over (a, b), for every tool that takes one."""
        return Surface(self.derivatives, self.window, loss_alone=self.loss)

    @cached_property
    def _basis(self) -> Array:
        """Two orthonormal vectors of the plane, shape ``(P, 2)``."""
        return np.linalg.qr(self.directions.T)[0]

    @cached_property
    def shadow(self) -> Array:
        """The place (a, b) nearest to each checkpoint, shape ``(epochs + 1, 2)``."""
        return (self.path.thetas - self.center) @ np.linalg.pinv(self.directions)

    @cached_property
    def share(self) -> float:
        """How much of the training's movement the plane holds, 0 to 1.

        Of the squared distances of the checkpoints from their mean: the share along the plane.
        """
        moved = self.path.thetas - self.path.thetas.mean(0)
        return float(((moved @ self._basis) ** 2).sum() / (moved**2).sum())

    @cached_property
    def curvatures(self) -> Array:
        """The smallest and largest curvature in the plane at θ*, a unit of |θ| being the unit.

        However long d₁ and d₂ are, these lie between λ_min and λ_max of the whole Hessian.
        """
        q, path = self._basis, self.path
        product = path.network.hessian_vector_product(self.center, path.x, path.y)
        return np.linalg.eigvalsh(q.T @ np.stack([product(v) for v in q.T], axis=1))

    @property
    def fact(self) -> str:
        """What the plane holds and hides, in two sentences."""
        return word(
            "loss_slice.fact",
            share=f"{100 * self.share:.1f}",
            size=self.path.network.size,
            start=numeral(self.path.losses[0], 3),
            shadow=numeral(self.loss(self.shadow[0]), 3),
            low=f"{self.curvatures[0]:.3f}",
            high=f"{self.curvatures[1]:.3f}",
            largest=numeral(self.path.sharpness, 3),
        )


def random_slice(
    path: TrainingPath, rng: np.random.Generator, *, checkpoint: int = -1
) -> NetworkSlice:
    """Return the plane through a checkpoint along two random, filter-normalised directions.

    Raises:
        TypeError: If an argument is of the wrong kind.
        ValueError: If there is no such checkpoint; -1 is the last one.
    """
    rng, center = random_generator(rng), _training(path).at(checkpoint)
    drawn = rng.normal(size=(2, path.network.size))
    directions = [filter_normalised(path.network, center, direction) for direction in drawn]
    side = (-REACH, REACH)
    return NetworkSlice(path, center, np.array(directions), (side, side))


def trajectory_slice(path: TrainingPath) -> NetworkSlice:
    """Return the plane through the end along the first two principal directions of the training.

    Raises:
        TypeError: If ``path`` is no `TrainingPath`.
    """
    center = _training(path).thetas[-1]
    directions, _ = principal_directions(path.thetas)
    shadow = (path.thetas - center) @ directions.T
    low, high = shadow.min(0), shadow.max(0)
    half = (0.5 + MARGIN) * float((high - low).max())
    sides = [(round(m - half, 1), round(m + half, 1)) for m in ((low + high) / 2).tolist()]
    return NetworkSlice(path, center, directions, (sides[0], sides[1]))


def filter_normalised(network: MLP, theta: ArrayLike, direction: ArrayLike) -> Array:
    """Return the direction with every neuron's part as long as that neuron's weights.

        dₖⱼ ← dₖⱼ ‖θₖⱼ‖ / ‖dₖⱼ‖        for the weights into neuron j of layer k

    Biases do not move: their part of the direction is set to zero, as the authors of
    arXiv 1712.09913 do.

    Args:
        network: Tells which weights belong together.
        theta: θ, shape ``(P,)``.
        direction: d, shape ``(P,)``.

    Raises:
        TypeError: If θ or the direction is not made of numbers.
        ValueError: If one is not a finite vector of P.
    """
    theta = finite_vector(theta, "theta", size=network.size)
    direction = finite_vector(direction, "direction", size=network.size)
    parts = []
    for weights, part in zip(network.weights(theta), network.weights(direction), strict=True):
        wanted, length = (np.linalg.norm(w[:-1], axis=0) for w in (weights, part))
        scaled = part * (wanted / np.where(length > 0, length, 1.0))
        scaled[-1] = 0.0
        parts.append(scaled.ravel())
    return np.concatenate(parts)


def principal_directions(points: ArrayLike) -> tuple[Array, Array]:
    """Return the first two principal directions of points, and the share of variance of each.

    The directions are orthonormal, and turned so that the first point lies at negative coordinates
    as seen from the last one.

    Args:
        points: One a row, three or more, shape ``(n, P)``, P ≥ 2, not all the same.

    Returns:
        The directions, shape ``(2, P)``, and two shares of the sum of squared distances from the
        mean, the larger first.

    Raises:
        TypeError: If the points are not made of numbers.
        ValueError: If they are not finite, fewer than three, of one number each, or all the same.
    """
    points = finite_array(points, "points")
    if points.ndim != 2 or len(points) < 3 or points.shape[1] < 2:
        raise ValueError(
            f"expected three points or more, a row each, in two dimensions or more; "
            f"got shape {points.shape}."
        )
    if (points == points[0]).all():
        raise ValueError("expected points that differ; got one point again and again.")
    _, sizes, rows = np.linalg.svd(points - points.mean(0), full_matrices=False)
    back = rows[:2] @ (points[0] - points[-1])
    return rows[:2] * np.where(back > 0, -1.0, 1.0)[:, None], (sizes**2 / (sizes**2).sum())[:2]


def _training(path: TrainingPath) -> TrainingPath:
    if not isinstance(path, TrainingPath):
        raise TypeError(f"expected path such as stored_path(); got {described(path)}.")
    return path


def _chunks(count: int) -> Iterator[slice]:
    return (slice(first, first + CHUNK) for first in range(0, count, CHUNK))
