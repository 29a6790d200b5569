"""A formula as a frozen tree, read from text by Python's own parser and a whitelist: nothing typed is ever executed.

The text handed to ``ast`` is written anew from the tokens: ``^`` becomes ``**`` first (in Python's grammar ``x^2+y^2`` is
``x^(2+y)^2``), and every name becomes ``v`` and its token's number, so that no keyword and no normalization of letters gets
in the way. Each token's place in that text is kept, so that errors point at the column as typed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from engine.formulas.errors import FormulaError
from engine.formulas.functions import ARITIES, CONSTANTS
from engine.formulas.tokens import MEANINGS, Token, tokenize

DEEPEST = 200
"""Operations that may stand within each other (a sum of n terms is n − 1 deep)."""

SYMBOLS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "^",
}


@dataclass(frozen=True)
class Number:
    """A number as typed, or pi or e."""

    value: float
    column: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Name:
    """A variable, or a constant whose value is given from outside."""

    name: str
    column: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Operation:
    """An operator or function (``+ - * / ^ negative sin … min max``) and what it is applied to."""

    symbol: str
    arguments: tuple[Node, ...]
    column: int = field(default=0, compare=False)


Node: TypeAlias = Number | Name | Operation


@dataclass(frozen=True)
class Expression:
    """A formula's text and its tree."""

    text: str
    root: Node

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Its free names in natural order: b2 before b10, x before y."""
        return tuple(sorted({node.name for node in walk(self.root) if isinstance(node, Name)}, key=natural_order))

    def column_of(self, name: str) -> int:
        """Where ``name`` is typed first; 0 where it does not occur."""
        columns = [node.column for node in walk(self.root) if isinstance(node, Name) and node.name == name]
        return min(columns, default=0)


def natural_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """A sorting key that compares digits as numbers and letters without their case first.

    >>> sorted(["b10", "b2", "b1"], key=natural_order)
    ['b1', 'b2', 'b10']

    """
    pieces = [piece for piece in re.split(r"([0-9]+)", name) if piece]
    key = [(0, int(piece), "") if piece.isdigit() else (1, 0, piece.lower()) for piece in pieces]
    return (*key, (-1, 0, name))


def walk(node: Node) -> Iterator[Node]:
    """Every node of a tree, without recursion."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        if isinstance(current, Operation):
            waiting.extend(current.arguments)


def parse(text: str) -> Expression:
    """Read a formula: numbers, names, ``+ - * / ^ **``, unary signs and the functions of the whitelist.

    As in mathematics, ``-x^2`` is −(x²) and ``2^3^2`` is 2^(3^2).

    Raises:
        FormulaError: with the column and a sentence, for anything else.

    >>> parse("x^2+y^2").names
    ('x', 'y')

    """
    tokens = tokenize(text)
    source, starts = _rewritten(tokens)
    reader = _Reader(text, tokens, starts)
    try:
        body = ast.parse(source, mode="eval").body
    except SyntaxError as error:
        raise FormulaError("This is not a formula: check the signs around here.", text, tokens[0].column) from error
    except (RecursionError, MemoryError) as error:
        raise reader.too_deep(tokens[0].column) from error
    return Expression(text, reader.read(body, 0))


def _rewritten(tokens: tuple[Token, ...]) -> tuple[str, dict[int, Token]]:
    """The text for Python's parser, and which token starts at which of its columns."""
    source = ""
    starts: dict[int, Token] = {}
    for index, token in enumerate(tokens):
        starts[len(source)] = token
        source += _spelled(index, token) + " "
    return source.rstrip(), starts


def _spelled(index: int, token: Token) -> str:
    if token.kind == "name":
        return f"v{index}"
    if token.kind == "number":
        return repr(float(token.text))
    return MEANINGS.get(token.text, token.text)


class _Reader:
    """Turns Python's tree into ours, node by node; a kind of node that is not named here is refused."""

    def __init__(self, text: str, tokens: tuple[Token, ...], starts: dict[int, Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.starts = starts

    def too_deep(self, column: int) -> FormulaError:
        sentence = f"More than {DEEPEST} operations stand within each other: simplify the formula."
        return FormulaError(sentence, self.text, column)

    def read(self, node: ast.expr, depth: int) -> Node:
        column = self.starts[node.col_offset].column
        if depth > DEEPEST:
            raise self.too_deep(column)
        match node:
            case ast.Constant(value=float(value)):
                return Number(value, column)
            case ast.Name(id=name):
                typed = self.typed(name)
                return Number(CONSTANTS[typed], column) if typed in CONSTANTS else Name(typed, column)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.read(operand, depth + 1)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Operation("negative", (self.read(operand, depth + 1),), column)
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in SYMBOLS:
                arguments = (self.read(left, depth + 1), self.read(right, depth + 1))
                return Operation(SYMBOLS[type(operator)], arguments, column)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self.call(self.typed(name), [self.read(each, depth + 1) for each in arguments], column)
        raise FormulaError("This has no meaning in a formula: remove or replace it.", self.text, column)

    def typed(self, name: str) -> str:
        return self.tokens[int(name[1:])].text

    def call(self, function: str, arguments: list[Node], column: int) -> Node:
        fewest, most = ARITIES[function]
        if not fewest <= len(arguments) <= most:
            wanted = "one argument" if most == 1 else f"{fewest} to {most} arguments"
            sentence = f"{function} takes {wanted}, not {len(arguments)}: separate arguments with commas."
            raise FormulaError(sentence, self.text, column)
        node = arguments[0]
        for other in arguments[1:]:  # min and max of many are taken two at a time
            node = Operation(function, (node, other), column)
        return node if len(arguments) > 1 else Operation(function, (node,), column)
