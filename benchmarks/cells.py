"""The notebook that `live_figures` measures in, and what it asks its kernel."""

from __future__ import annotations

import nbformat

LENS, INTERACT = 1, 2  # the numbers of the cells below
IMPORTS = "from lecture_lib.explorers import HessianLens"
LENS_CODE = "lens = HessianLens()\nlens"
# What a course without the plane would do, as fast as its author could make it.
INTERACT_CODE = """
%matplotlib inline
%config InlineBackend.print_figure_kwargs = {"bbox_inches": None}
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import FloatSlider, interact
from lecture_lib.surfaces import SURFACES
surface = SURFACES["two_weights"]
grid = np.stack(np.meshgrid(np.linspace(-2, 2, 120), np.linspace(-2, 2, 120)), -1)
losses = surface.loss(grid)
def draw(w1):
    figure, ax = plt.subplots(figsize=(6, 5))
    ax.contourf(*np.moveaxis(grid, -1, 0), losses, levels=14)
    theta = np.array([w1, -0.4])
    ax.quiver(*theta, *-surface.gradient(theta))
    ax.quiver([w1, w1], [-0.4, -0.4], *np.linalg.eigh(surface.hessian(theta))[1])
    code = round((w1 + 2) * 100)
    color = code // 256 / 255, code % 256 / 255, 0
    figure.add_artist(plt.Rectangle((0, 0.95), 0.05, 0.05, color=color))
    plt.show()
interact(draw, w1=FloatSlider(0, min=-2, max=2, step=0.01));
"""
SLIDERS = """
import json
print(json.dumps([n for n, c in lens.controls.items() if hasattr(c, 'step')]))
"""
KERNEL_TIME = """
import time
def once(message):
    begin = time.perf_counter()
    lens.plane._answer(lens.plane, message, [])
    return 1000 * (time.perf_counter() - begin)
send, lens.plane.send = lens.plane.send, lambda *_: None
try:
    ask = {"kind": "ask", "seq": 0, "state": lens.plane.inputs()}
    print(f"{sorted(once(ask) for _ in range(200))[100]:.2f}")
finally:
    lens.plane.send = send
"""


def notebook() -> nbformat.NotebookNode:
    """Return a notebook of three cells: imports, the live figure, plain `interact`."""
    codes = (IMPORTS, LENS_CODE, INTERACT_CODE.strip())
    made = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, codes)])
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    return made
