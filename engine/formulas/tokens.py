"""From typed text to tokens that are known to stand in a sensible order.

The order is checked here, and not left to Python's parser, because its "invalid syntax" does not tell a person what to type.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.formulas.errors import FormulaError
from engine.formulas.functions import ARITIES

Kind: TypeAlias = Literal["number", "name", "operator", "open", "close", "comma"]

LONGEST = 1000
"""Characters that a formula may have."""
NESTED = 50
"""Parentheses that may be open at once."""
LARGEST = 1e100
"""Numbers larger than this are refused."""

PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("number", re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")),
    ("name", re.compile(r"[A-Za-z_\u0391-\u03a1\u03a3-\u03c9][A-Za-z_0-9\u0391-\u03a1\u03a3-\u03c9]*")),
    ("operator", re.compile(r"\*\*|[-+*/^−·×]")),
    ("open", re.compile(r"\(")),
    ("close", re.compile(r"\)")),
    ("comma", re.compile(r",")),
)

MEANINGS = {"^": "**", "−": "-", "·": "*", "×": "*"}
"""What people type or paste, and the operator that is meant."""


@dataclass(frozen=True)
class Token:
    """One piece of the text and the column where it was typed."""

    kind: Kind
    text: str
    column: int

    @property
    def is_sign(self) -> bool:
        """Whether it can stand before a value as its sign."""
        return self.kind == "operator" and MEANINGS.get(self.text, self.text) in ("+", "-")


def tokenize(text: str) -> tuple[Token, ...]:
    """The tokens of ``text``, in an order that is an expression.

    Raises:
        FormulaError: for a sign without meaning, something missing, an unmatched parenthesis, or a bound that is exceeded.

    """
    if len(text) > LONGEST:
        raise FormulaError(f"The formula has {len(text)} characters: shorten it to at most {LONGEST}.", text, LONGEST)
    if not text.strip():
        raise FormulaError("The formula is empty: type one, such as x^2 + y^2.", text, 0)
    tokens = _split(text)
    _Order(text).check(tokens)
    return tokens


def _split(text: str) -> tuple[Token, ...]:
    tokens: list[Token] = []
    column = 0
    while column < len(text):
        if text[column].isspace():
            column += 1
            continue
        tokens.append(_token_at(text, column))
        column += len(tokens[-1].text)
    return tuple(tokens)


def _token_at(text: str, column: int) -> Token:
    for kind, pattern in PATTERNS:
        found = pattern.match(text, column)
        if found:
            if kind == "number" and not float(found.group()) <= LARGEST:
                raise FormulaError(f"The number {found.group()} is too large: use at most 1e100.", text, column)
            return Token(kind, found.group(), column)
    raise FormulaError(f"The sign {text[column]!r} has no meaning in a formula: remove or replace it.", text, column)


class _Order:
    """Walks over the tokens, alternating between "a value must come" and "an operator may come"."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.opened: list[tuple[Token, bool]] = []  # each open parenthesis, and whether it holds arguments

    def fail(self, sentence: str, column: int) -> FormulaError:
        return FormulaError(sentence, self.text, column)

    def check(self, tokens: tuple[Token, ...]) -> None:
        value_due = True
        for index, token in enumerate(tokens):
            before = tokens[index - 1] if index else None
            after = tokens[index + 1] if index + 1 < len(tokens) else None
            value_due = self.value(token, before, after) if value_due else self.operator(token, before)
        if value_due:
            raise self.fail(f"The formula stops after '{tokens[-1].text}': add what follows it.", len(self.text))
        if self.opened:
            raise self.fail("This parenthesis is never closed: add ')'.", self.opened[-1][0].column)

    def value(self, token: Token, before: Token | None, after: Token | None) -> bool:
        """Accept a token where a value is due; return whether one still is."""
        if token.kind == "open":
            is_call = before is not None and before.kind == "name"
            self.opened.append((token, is_call))
            if len(self.opened) > NESTED:
                raise self.fail(f"More than {NESTED} parentheses are open here: simplify the formula.", token.column)
            return True
        if token.is_sign:
            return True
        if token.kind == "name":
            return self.name(token, after)
        if token.kind == "number":
            return False
        place = f"between '{before.text}' and '{token.text}'" if before else f"before '{token.text}'"
        raise self.fail(f"A value is missing {place}: type a number, a name or a function.", token.column)

    def name(self, token: Token, after: Token | None) -> bool:
        is_call = after is not None and after.kind == "open"
        if token.text in ARITIES and not is_call:
            raise self.fail(f"'{token.text}' is a function: write {token.text}(…).", token.column)
        if is_call and token.text not in ARITIES:
            known = ", ".join(sorted(ARITIES))
            raise self.fail(
                f"'{token.text}' is not a function: write {token.text}*(…) to multiply, or use one of {known}.",
                token.column,
            )
        return is_call

    def operator(self, token: Token, before: Token | None) -> bool:
        """Accept a token behind a value; return whether a value is due next."""
        if token.kind == "operator":
            return True
        if token.kind == "comma":
            if not (self.opened and self.opened[-1][1]):
                raise self.fail(
                    "A comma stands only between the arguments of min or max: use a point in numbers.", token.column
                )
            return True
        if token.kind == "close":
            if not self.opened:
                raise self.fail("This ')' closes nothing: remove it or add '(' before it.", token.column)
            self.opened.pop()
            return False
        previous = before.text if before else ""
        raise self.fail(f"An operator is missing: write '*' between '{previous}' and '{token.text}'.", token.column)
