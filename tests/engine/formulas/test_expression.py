"""Reading formulas: precedence, names, bounds, and errors that point at the column as typed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.formulas import Expression, FormulaError, natural_order, parse
from engine.formulas.program import Program


def value(text: str, **names: float) -> float:
    program = Program(parse(text), tuple(names), {})
    return float(program.value([np.asarray(number) for number in names.values()]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x^2+y^2", 13.0),
        ("x**2 + y^2", 13.0),
        ("2*x^2", 8.0),
        ("-x^2", -4.0),
        ("2^-x", 0.25),
        ("2^y^x", 512.0),
        ("x-y-1", -2.0),
        ("x/y/2", 1 / 3),
        ("x - -y", 5.0),
        ("+x*-y", -6.0),
        ("x × y · 2 − 1", 11.0),
        ("max(x, y, 5) - min(x, y)", 3.0),
        ("1e1 + .5 + 2.", 12.5),
        ("007*x", 14.0),
        ("abs(-y) + relu(-x)", 3.0),
        ("sin(pi*x) + log(e^y)", 3.0),
        ("\n x\n+ y ", 5.0),
    ],
)
def test_operators_bind_as_in_mathematics(text: str, expected: float) -> None:
    assert value(text, x=2.0, y=3.0) == pytest.approx(expected, rel=1e-14, abs=1e-14)


def test_caret_binds_tighter_than_plus_and_times() -> None:
    assert parse("x^2+y^2").root == parse("(x^2)+(y^2)").root
    assert parse("a*x^2/b").root == parse("(a*(x^2))/b").root


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("", 0),
        ("   ", 0),
        ("x^2 + ", 6),
        ("x^2 ++* y", 6),
        ("x^2 + y^2 + $", 12),
        ("x^2 = 1", 4),
        ("2x", 1),
        ("x^2 y", 4),
        ("(x)(y)", 3),
        ("x(1-y)", 0),
        ("x + foo(y)", 4),
        ("x^2 + sin", 6),
        ("x^2*sin x", 4),
        ("sin()", 4),
        ("sin(x, y)", 0),
        ("x + max(y)", 4),
        ("min(x,)", 6),
        ("(x, y)", 2),
        ("x^2 + (y", 6),
        ("x)", 1),
        ("x^^2", 2),
        ("x // y", 3),
        ("1e999*x", 0),
        ("x^2 + 1e101", 6),
        ("x.real", 1),
        ("x[0]", 1),
        ("x^2 if y", 4),
        ("'x'", 0),
        ("x\x00", 1),
        ("lambda: x", 6),
    ],
)
def test_errors_point_at_the_column_as_typed(text: str, column: int) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert caught.value.column == column
    assert str(caught.value).endswith(".")
    assert ": " in str(caught.value), "the sentence says what to do"


def test_pointer_stands_below_the_column() -> None:
    with pytest.raises(FormulaError) as caught:
        parse("x^2 + sin x")
    assert caught.value.pointer == "x^2 + sin x\n      ^"


@pytest.mark.parametrize("text", ["1/0*x", "x + log(0)", "x + 9^9^9^9", "x + sqrt(-1)"])
def test_constant_parts_must_be_finite(text: str) -> None:
    with pytest.raises(FormulaError, match="no finite value"):
        Program(parse(text), ("x",), {})


@pytest.mark.parametrize(
    "text",
    [
        "x+" * 600 + "x",
        "(" * 60 + "x" + ")" * 60,
        "-" * 900 + "x",
        "x^" * 450 + "x",
        "+".join(["x"] * 400),
        "sin(" * 51 + "x" + ")" * 51,
    ],
)
def test_length_and_depth_are_bounded(text: str) -> None:
    with pytest.raises(FormulaError):
        parse(text)


def test_long_but_reasonable_formulas_are_read() -> None:
    assert value("+".join(["x"] * 150), x=2.0) == 300.0


def test_keywords_and_greek_letters_are_ordinary_names() -> None:
    assert value("lambda*α", **{"lambda": 3.0, "α": 2.0}) == 6.0


def test_names_come_in_natural_order() -> None:
    assert parse("b10*y + b2*x + b1").names == ("b1", "b2", "b10", "x", "y")
    assert sorted(["x10", "X2", "x2", "x", "a"], key=natural_order) == ["a", "x", "X2", "x2", "x10"]


def read(text: str) -> Expression | FormulaError:
    try:
        return parse(text)
    except FormulaError as error:
        return error


@given(st.text(alphabet="xyb12.e+-*/^(), sincomaxπ\t²", max_size=40) | st.text(max_size=30))
def test_any_text_is_an_expression_or_an_error_inside_it(text: str) -> None:
    result = read(text)
    if isinstance(result, FormulaError):
        assert 0 <= result.column <= len(text)
        assert result.pointer.endswith("^")
    else:
        assert parse(f"({text}) + x").names == tuple(sorted({*result.names, "x"}, key=natural_order))
