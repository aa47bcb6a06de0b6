"""A register program computes what its function says, on arrays, floats and values alike."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lecture_lib.program import OPS, Program, Unsupported
from lecture_lib.tracing import (
    absolute,
    atan2,
    cos,
    exp,
    floor,
    less,
    log,
    sign,
    sin,
    sqrt,
    tan,
    tanh,
    trace,
    where,
)  # fmt: skip

moderate = st.floats(-3, 3)


def everything(x, y):
    return {
        "sum": x + y - 2.0, "product": 3.0 * x * y, "ratio": x / (1.0 + y * y), "minus": -x,
        "power": (x * x) ** 0.7, "square": (x - y) ** 2, "cube": x**3, "inverse": (2.0 + y * y) ** -2,
        "root": sqrt(x * x + y * y), "waves": sin(x) + cos(y) + tan(x / 4.0), "growth": exp(x) + tanh(y),
        "log": log(1.0 + x * x), "size": absolute(x) * sign(y), "angle": atan2(y, x),
        "larger": where(less(x, y), y, x), "whole": floor(3.0 * x),
    }  # fmt: skip


@given(moderate, moderate)
def test_a_traced_function_computes_what_the_function_computes(x, y):
    program = trace(everything)
    expected = everything(np.float64(x), np.float64(y))
    for name, value in program(x=x, y=y).items():
        assert value == pytest.approx(expected[name], rel=1e-12, abs=1e-14), name


@given(moderate, moderate)
def test_plain_floats_give_the_same_numbers_as_arrays(x, y):
    program = trace(everything)
    on_arrays = program(x=np.array([x, x]), y=y)
    for value, name in zip(program.floats(x, y), program.outputs, strict=True):
        assert value == pytest.approx(np.ravel(on_arrays[name])[0], rel=1e-12, abs=1e-14), name


@pytest.mark.parametrize(
    ("function", "value", "expected"),
    [
        (lambda x: {"out": 1.0 / x}, 0.0, math.inf),
        (lambda x: {"out": exp(x)}, 1000.0, math.inf),
        (lambda x: {"out": log(x)}, -1.0, math.nan),
        (lambda x: {"out": sqrt(x)}, -4.0, math.nan),
        (lambda x: {"out": x**0.5}, -4.0, math.nan),
    ],
)
def test_where_plain_floats_would_raise_they_answer_as_numpy_does(function, value, expected):
    program = trace(function)
    (answer,) = program.floats(value)
    assert answer == expected or (math.isnan(answer) and math.isnan(expected))


def test_every_operation_is_traced_somewhere_in_these_tests():
    used = {step[0] for step in trace(everything).steps}
    assert used == set(range(len(OPS)))


def test_the_same_step_is_written_once():
    program = trace(lambda x, y: {"a": (x * y + 1.0) ** 2, "b": (x * y + 1.0) * 3.0})
    assert len(program.steps) == 4  # mul, add, square, times three


def test_a_program_inside_a_traced_function_becomes_part_of_it():
    inner = trace(lambda a, b: {"out": a * b, "unused": exp(a)})
    outer = trace(lambda x: {"out": inner(a=x, b=x)["out"] + 1.0})
    assert outer(x=3.0)["out"] == 10.0
    assert len(outer.steps) == 2  # exp is not needed, so it is not there


def test_only_keeps_what_an_output_needs():
    program = trace(lambda x, y: {"loss": (1.0 - x * y) ** 2, "slope": -2.0 * y * (1.0 - x * y)})
    part = program.only("slope")
    assert part.outputs == ("slope",)
    assert len(part.steps) < len(program.steps)
    assert part(x=0.5, y=-0.7) == {"slope": program(x=0.5, y=-0.7)["slope"]}


def test_an_output_may_be_an_input_or_a_constant():
    program = trace(lambda x: {"same": x, "seven": 7.0})
    assert program(x=2.0) == {"same": 2.0, "seven": 7.0}
    assert program.floats(2.0) == (2.0, 7.0)


@pytest.mark.parametrize(
    ("steps", "results", "what"),
    [
        (((99, 0, 0, 0),), {"out": 1}, "opcode"),
        (((0, 0, 5, 0),), {"out": 1}, "register 5"),
        (((0, 0, 1, 0),), {"out": 1}, "register 1"),  # its own register
        (((0, 0, -1, 0),), {"out": 1}, "register -1"),
        (((0, 0, 0, 0),), {"out": 7}, "no register"),
    ],
)
def test_a_program_that_reads_what_is_not_there_is_refused(steps, results, what):
    with pytest.raises(ValueError, match=what):
        Program(("x",), steps, (2.0,), results)


def test_a_missing_or_surplus_input_is_refused():
    program = trace(lambda x, y: {"out": x + y})
    with pytest.raises(TypeError, match=r"expected the inputs \('x', 'y'\)"):
        program(x=1.0)
    with pytest.raises(TypeError, match="expected the inputs"):
        program(x=1.0, y=2.0, z=3.0)


def test_a_branch_on_a_traced_number_is_refused_with_the_cure():
    with pytest.raises(TypeError, match="where"):
        trace(lambda x: {"out": 1.0 if x else 0.0})


def test_an_array_inside_a_traced_function_is_refused():
    with pytest.raises(Unsupported, match="array"):
        trace(lambda x: {"out": x + np.arange(3.0)})


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, 0.0, -0.0, -2.5, 3.0])
def test_the_sign_of_anything_is_the_same_on_floats_as_on_arrays(value):
    program = trace(lambda x: {"out": sign(x)})
    assert_same = np.testing.assert_array_equal
    assert_same(program.floats(value)[0], program(x=value)["out"])


def test_a_program_holds_float_constants_and_steps_of_four_whole_numbers():
    program = Program(("x",), ((0, 0, 2, 99),), (np.float64(2),), {"out": 1})
    assert type(program.constants[0]) is float
    assert program.floats(1.0) == (3.0,)
    with pytest.raises(ValueError, match="could not convert"):
        Program(("x",), (), ("__import__('os')",), {"out": 1})
    for step in [(0, 0, 0), (0, 0, 0, 0, 0), (0, 0.0, 0, 0), ("0", 0, 0, 0)]:
        with pytest.raises(ValueError, match="step 0: expected four whole numbers"):
            Program(("x",), (step,), (), {"out": 1})
