"""What each live figure computes, as recipes: mathematics only, no words and no pictures.

The functions here are written with ordinary arithmetic on numbers, so that `tracing.trace` can
write them down for the browser.  Tests hold them against `lecture_lib.hessian` and NumPy's own
linear algebra.
"""
