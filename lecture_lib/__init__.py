"""Hessians, batching and momentum for two lectures of Hung-yi Lee's ML 2021 course.

Import the part you need: ``lecture_lib.surfaces``, ``lecture_lib.hessian``,
``lecture_lib.momentum``, ``lecture_lib.explorers`` …  Importing the package itself loads neither
matplotlib nor ipywidgets nor SymPy.
"""

__version__ = "0.1.0"
