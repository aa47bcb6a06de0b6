"""Exercises that check themselves: each answers in one line, names the mistake, and never raises.

The learner completes a function and hands it to the check of the day::

    >>> from lecture_lib.exercises import day11
    >>> day11.check_gradient(my_gradient)
    … not attempted yet
"""

from lecture_lib.exercises.grading import Check

__all__ = ["Check"]
