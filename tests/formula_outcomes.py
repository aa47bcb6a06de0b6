"""What becomes of a typed formula: a number, or a refusal; for the tests of formulas."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from lecture_lib.formulas import FormulaError, emit, parse

ABOUT_NUMBERS = {"variable_exponent", "large_exponent", "zero_division", "zero_power"}
ABOUT_NUMBERS |= {"power_domain", "log_domain", "sqrt_domain", "no_real_value"}
LIMITS = {"long_derivative", "long_constant", "large_result", "large_power", "long_fraction"}
UNHURRIED = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.filter_too_much]
)


def number(text: str, w1: float, w2: float) -> float:
    with np.errstate(all="ignore"):
        return float(emit(parse(text), {"w1": np.float64(w1), "w2": np.float64(w2)}))


def refusal(text: str) -> FormulaError:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    return caught.value


def outcome(text: str) -> str:
    """Return the key of the refusal, or "" if the formula is read."""
    try:
        parse(text)
    except FormulaError as error:
        return error.key
    return ""
