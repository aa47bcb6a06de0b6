"""The skeletons and answers of the first day's exercises, as the notebook has them."""

from __future__ import annotations

import numpy as np

from lecture_lib.exercises import day11

SKELETONS = {
    "gradient": '''
def my_gradient(theta):
    """The gradient of L = (1 − w1 w2)² at θ = (w1, w2): an array of two numbers."""
    w1, w2 = theta
    raise NotImplementedError
''',
    "hessian": '''
def my_hessian(theta):
    """The Hessian of L = (1 − w1 w2)² at θ = (w1, w2): a 2 × 2 array."""
    w1, w2 = theta
    raise NotImplementedError
''',
    "classifier": '''
def my_classifier(H):
    """"minimum", "maximum", "saddle" or "inconclusive", by the eigenvalues of H."""
    eigenvalues = np.linalg.eigvalsh(H)  # ascending
    zero = 1e-8 * np.abs(eigenvalues).max()  # no larger than this counts as zero
    raise NotImplementedError
''',
    "escape_direction": '''
def my_escape_direction(H):
    """The unit vector along which H curves down most, or None where nothing curves down."""
    eigenvalues, eigenvectors = np.linalg.eigh(H)  # ascending; one eigenvector a column
    raise NotImplementedError
''',
    "quadratic_model": '''
def my_quadratic_model(value, g, H, center, theta):
    """L(θ′) + vᵀg + ½ vᵀHv with v = θ − θ′, where value = L(θ′) and center = θ′."""
    raise NotImplementedError
''',
    "flat_direction": '''
def my_flat_direction(loss, theta, u):
    """"minimum", "maximum" or "neither": what has loss(θ + t u) at t = 0, where uᵀHu = 0?"""
    t = 0.01
    raise NotImplementedError
''',
}

ANSWERS = {
    "gradient": """
def my_gradient(theta):
    w1, w2 = theta
    error = 1 - w1 * w2
    return np.array([-2 * error * w2, -2 * error * w1])
""",
    "hessian": """
def my_hessian(theta):
    w1, w2 = theta
    mixed = -2 + 4 * w1 * w2
    return np.array([[2 * w2**2, mixed], [mixed, 2 * w1**2]])
""",
    "classifier": """
def my_classifier(H):
    eigenvalues = np.linalg.eigvalsh(H)  # ascending
    zero = 1e-8 * np.abs(eigenvalues).max()  # no larger than this counts as zero
    up, down = eigenvalues > zero, eigenvalues < -zero
    if up.all():
        return "minimum"
    if down.all():
        return "maximum"
    return "saddle" if up.any() and down.any() else "inconclusive"
""",
    "escape_direction": """
def my_escape_direction(H):
    eigenvalues, eigenvectors = np.linalg.eigh(H)  # ascending; one eigenvector a column
    zero = 1e-8 * np.abs(eigenvalues).max()
    return eigenvectors[:, 0] if eigenvalues[0] < -zero else None
""",
    "quadratic_model": """
def my_quadratic_model(value, g, H, center, theta):
    v = theta - center
    return value + v @ g + v @ H @ v / 2
""",
    "flat_direction": """
def my_flat_direction(loss, theta, u):
    t = 0.01
    ahead, behind = loss(theta + t * u) - loss(theta), loss(theta - t * u) - loss(theta)
    if ahead > 0 and behind > 0:
        return "minimum"
    return "maximum" if ahead < 0 and behind < 0 else "neither"
""",
}

CHECKS = {name: getattr(day11, f"check_{name}") for name in SKELETONS}


def written(source, name):
    scope = {"np": np}
    exec(source, scope)
    return scope[f"my_{name}"]


def g(theta):
    return written(ANSWERS["gradient"], "gradient")(theta)


def h(theta):
    return written(ANSWERS["hessian"], "hessian")(theta)


def eigenvector(pick):
    def wrong(H):
        w, v = np.linalg.eigh(H)
        return pick(v) if w[0] < -1e-8 else None

    return wrong
