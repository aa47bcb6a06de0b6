"""Whatever a learner's function may answer or be, for the tests of the checks."""

from __future__ import annotations

import numpy as np

from lecture_lib.hessian import Kind


class Hostile:
    """Fails at whatever is asked of it."""

    def _fail(self, *_, **__):
        raise RuntimeError("hostile")

    __array__ = __len__ = __repr__ = __str__ = __eq__ = __float__ = __iter__ = __bool__ = _fail
    __hash__ = None


class Unprintable(Exception):
    def __str__(self):
        raise RuntimeError("unprintable")


def raising(error):
    def wrong(*_):
        raise error

    return wrong


def with_note(error):
    error.add_note("seen in cell 3")
    return error


def odd_syntax_error():
    error = SyntaxError("odd")
    error.text, error.lineno = 5, 1
    return error


def spoil(*arguments):
    for argument in arguments:
        if isinstance(argument, np.ndarray):
            argument += 1
    return np.zeros(2)


ODD = [
    None, 0, 1.5, True, 1e300, -1e308, np.inf, np.nan, 1j, "saddle", "0", "", b"minimum", [], (),
    {}, {1}, [1, 2], [3, 2, 1], [[1, 2], [3, 4]], [[1], [2, 3]], ["1", "2"], [None, None],
    np.zeros(2), np.zeros((2, 1)), np.full(2, np.inf), np.full((2, 2), 1e308), np.array([1j, 2]),
    np.array("x"), np.zeros((2, 2), dtype=object), np.zeros(0), Hostile(), [Hostile()] * 2,
    np.ma.masked_all(2), [np.arange(10**5)], object(), type, print,
    Kind.NOT_CRITICAL, Kind.SADDLE, ..., NotImplemented, "x" * 10_000, "a\nb", "{braces}",
]  # fmt: skip

ODD_FUNCTIONS = [
    raising(ZeroDivisionError("division by zero")), raising(Unprintable()),
    raising(SystemExit(1)), raising(RecursionError()), raising(StopIteration()),
    raising(KeyError("{w1}")), raising(ValueError("two\nlines")), raising(RuntimeWarning()),
    raising(with_note(ValueError("noted"))), raising(odd_syntax_error()),
    lambda: 0, lambda *_, needed: 0, spoil, None, 3, "my_gradient", Hostile(), int, print,
    np.linalg.eigh, np.zeros(2), iter, lambda *_: iter(()), lambda *a: a,
]  # fmt: skip
