"""Critical points of a network's loss, of whatever index: saddles as well as minima.

Descent finds minima.  Here H = Σ λ_i u_i u_iᵀ and c_i = u_i·g, with λ₁ ≤ λ₂ ≤ …, and a step is  ::

    θ ← θ − Σ s_i u_i c_i / (|λ_i| + μ),   s_i = −1 for i ≤ k, else +1          the climb

uphill along the k lowest curvatures and downhill along the others, so that a saddle with k negative
eigenvalues attracts; k = 0 is Newton's method free of saddles (Dauphin et al., arXiv 1406.2572).
Then damped Newton steps on |g|², as Levenberg and Marquardt make them, take it to rest:  ::

    θ ← θ − Σ u_i λ_i c_i / (λ_i² + ν),   kept only if |g| falls                the polish

All starts walk together: one eigen-decomposition for a stack of Hessians.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lecture_lib.activations import ACTIVATIONS
from lecture_lib.arguments import Array, described, real_array, whole_number
from lecture_lib.executors import checkpoint
from lecture_lib.network import MLP
from lecture_lib.network_losses import NETWORK_LOSSES

SOFTENING = 1e-3  # μ: below this curvature a direction counts as flat, and its step stays finite
LONGEST = 0.5  # of one step of the climb
QUIET = 1e-6  # |g| at which the climb has nothing left to do
AT_REST = 1e-10  # |g| at which the polish has nothing left to do
FALL = 0.7  # by which |g| must fall
WITHIN = 12  # within so many steps of the polish, or the search is given up
ROOM = 200_000  # numbers of examples × weights at once, so that a stack fits the processor's cache


def find_critical_points(
    network: MLP,
    x: ArrayLike,
    y: ArrayLike,
    starts: ArrayLike,
    indices: ArrayLike,
    *,
    climb: int = 60,
    polish: int = 100,
) -> tuple[Array, Array]:
    """Walk from every start to a critical point, if one is found.

    Args:
        network: With one hidden layer.
        x: Inputs, shape ``(N, n)``.
        y: Targets as the network wants them.
        starts: θ⁰, shape ``(K, P)``.
        indices: k of each start, the negative eigenvalues to look for, shape ``(K,)``.  The polish
            may end at another index.
        climb: Steps of the climb; 0 leaves it out.
        polish: Steps of the polish at most.

    Returns:
        The ends, shape ``(K, P)``, and |g| there, ``(K,)``; where it is not tiny, nothing was found.

    Raises:
        TypeError: If an argument is of the wrong kind.
        ValueError: If a shape does not fit, or the network has not exactly one hidden layer.
    """
    thetas = _stack(network, starts).copy()
    indices = real_array(indices, "indices", shape=(len(thetas),))
    signs = np.where(np.arange(network.size) < indices[:, None], -1.0, 1.0)
    for _ in range(whole_number(climb, "climb", least=0)):
        checkpoint()
        busy = np.flatnonzero(_length(network.gradient(thetas, x, y)) > QUIET)
        if not busy.size:
            break
        values, vectors, along = _eigen(network, thetas[busy], x, y)
        step = signs[busy] * along / (np.abs(values) + SOFTENING)
        step *= np.minimum(1, LONGEST / _length(step))[:, None]
        thetas[busy] -= _combined(vectors, step)
    return _polished(network, x, y, thetas, whole_number(polish, "polish", least=0))


def stacked_hessians(network: MLP, thetas: ArrayLike, x: ArrayLike, y: ArrayLike) -> Array:
    """Return the exact Hessian at each θ of a stack, shapes ``(K, P)`` → ``(K, P, P)``.

    `MLP.hessian` for a network with one hidden layer and many θ at once; the letters are those of
    `network`.  For networks this small it is the number of calls that costs.

    Raises:
        TypeError: If an argument is not made of numbers.
        ValueError: If a shape does not fit, or the network has not exactly one hidden layer.
    """
    thetas = _stack(network, thetas)
    x = np.asarray(x, dtype=float)
    size = max(1, ROOM // (len(x) * network.size))
    parts = [_hessians(network, thetas[k : k + size], x, y) for k in range(0, len(thetas), size)]
    return np.concatenate(parts) if parts else np.empty((0, network.size, network.size))


def _hessians(network: MLP, thetas: Array, x: Array, y: ArrayLike) -> Array:
    phi, judge = ACTIVATIONS[network.activation], NETWORK_LOSSES[network.loss_name]
    first, last = network.weights(thetas)
    W = last[:, None, :-1]
    K, N = len(thetas), len(x)
    i, j = first.shape[1:]
    h, r = last.shape[1:]
    a = phi.value(x @ first[:, :-1] + first[:, -1:])
    z = a @ last[:, :-1] + last[:, -1:]
    y = np.asarray(y)
    y = np.broadcast_to(y, (K, *y.shape))
    D = judge.slope(z, y) / N
    S = judge.curvature(z.reshape(-1, r)).reshape(K, N, r, r) / N
    X = np.concatenate([x, np.ones((N, 1))], axis=1)[None]
    A = np.concatenate([a, np.ones((K, N, 1))], axis=2)

    slope = phi.slope(a)[..., None]
    J = slope * W  # ∂z₂/∂z₁
    JS = J @ S
    own = JS @ np.swapaxes(J, -1, -2)
    neuron = np.arange(j)
    own[..., neuron, neuron] += phi.bend(a) * (D @ np.swapaxes(last[:, :-1], -1, -2))

    H = np.empty((K, network.size, network.size))
    low, high = slice(i * j), slice(i * j, None)
    H[:, low, low] = _sums(X, X, own).reshape(K, i * j, i * j)
    H[:, high, high] = _sums(A, A, S).reshape(K, h * r, h * r)
    between = _sums(X, A, JS)
    pull = np.swapaxes(X, -1, -2) @ (slope * D[..., None, :]).reshape(K, N, -1)
    between[:, :, neuron, neuron] += pull.reshape(K, i, j, r)
    H[:, low, high] = between.reshape(K, i * j, h * r)
    H[:, high, low] = np.swapaxes(H[:, low, high], -1, -2)
    weight = np.arange(network.size)
    H[:, weight, weight] += network.weight_decay
    return H


def _sums(A: Array, B: Array, S: Array) -> Array:
    """Return Σ A_i B_h S_jr over the examples, shape ``(K, i, j, h, r)``."""
    pairs = A[..., :, None] * B[..., None, :]
    (_, N, i, h), (K, _, j, r) = pairs.shape, S.shape
    sums = np.swapaxes(pairs.reshape(-1, N, i * h), -1, -2) @ S.reshape(K, N, j * r)
    return sums.reshape(K, i, h, j, r).transpose(0, 1, 3, 2, 4).copy()


def _polished(
    network: MLP, x: ArrayLike, y: ArrayLike, thetas: Array, steps: int
) -> tuple[Array, Array]:
    norms = _length(network.gradient(thetas, x, y))
    history = [norms.copy()]
    damping = np.full(len(thetas), 1e-6)  # ν
    values, along = np.empty((2, *thetas.shape))
    vectors = np.empty((*thetas.shape, network.size))
    moved: NDArray[np.bool_] = np.ones(len(thetas), dtype=bool)
    for _ in range(steps):
        checkpoint()
        hopeful = norms <= FALL * history[-WITHIN] if len(history) >= WITHIN else True
        busy = np.flatnonzero((norms > AT_REST) & hopeful)
        if not busy.size:
            break
        new = busy[moved[busy]]
        if new.size:
            values[new], vectors[new], along[new] = _eigen(network, thetas[new], x, y)
        step = values[busy] * along[busy] / (values[busy] ** 2 + damping[busy, None])
        trial = thetas[busy] - _combined(vectors[busy], step)
        trial_norms = _length(network.gradient(trial, x, y))
        better = trial_norms < norms[busy]
        moved[busy] = better
        kept, stayed = busy[better], busy[~better]
        thetas[kept], norms[kept] = trial[better], trial_norms[better]
        damping[kept] = np.maximum(damping[kept] / 10, 1e-18)
        damping[stayed] *= 5
        history.append(norms.copy())
    return thetas, norms


def _eigen(network: MLP, thetas: Array, x: ArrayLike, y: ArrayLike) -> tuple[Array, Array, Array]:
    """Return λ ascending, u as columns, and u·g, for each θ."""
    values, vectors = np.linalg.eigh(stacked_hessians(network, thetas, x, y))
    gradients = network.gradient(thetas, x, y)
    return values, vectors, (np.swapaxes(vectors, -1, -2) @ gradients[..., None])[..., 0]


def _combined(vectors: Array, amounts: Array) -> Array:
    return (vectors @ amounts[..., None])[..., 0]


def _length(vectors: Array) -> Array:
    return np.sqrt((vectors * vectors).sum(-1))


def _stack(network: MLP, thetas: ArrayLike) -> Array:
    if not isinstance(network, MLP) or len(network.sizes) != 3:
        raise ValueError(f"expected an MLP with one hidden layer; got {described(network)}.")
    thetas = real_array(thetas, "thetas")
    if thetas.ndim != 2 or thetas.shape[1] != network.size:
        raise ValueError(f"expected thetas of shape (K, {network.size}); got {thetas.shape}.")
    return thetas
