"""A typed or named function of one or two parameters as an objective."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from engine.arrays import Array
from engine.formulas import jets
from engine.formulas.catalogue import named
from engine.formulas.errors import FormulaError
from engine.formulas.expression import Expression, parse
from engine.formulas.functions import ARITIES, CONSTANTS
from engine.formulas.named import NamedFormula
from engine.formulas.program import Program
from engine.formulas.tokens import LARGEST
from engine.objective import Block, Objective, Precision, Sampler
from engine.plane import Flat

POINTS_PER_CALL = 16384
"""Points that one call of a sampler evaluates: a few tenths of a millisecond to a few milliseconds."""
BLOCK = 16384
"""Points computed at once: what lies between two steps stays in the second-level cache."""


class Formula(Objective):
    """A function of one or two parameters written as text, with exact first and second derivatives.

    ``Formula("rosenbrock")`` is one of the named ones, :meth:`parse` reads a typed one. Parameters come in natural order (x
    before y, b2 before b10) unless ``axes`` says otherwise. At a kink of abs, relu, min or max the derivative is the
    subgradient 0. Where the value is not a number, neither are the derivatives. Formulas are values: equal ones compare equal.

    Raises:
        ValueError: for an unknown name or constant. :class:`FormulaError`, with a column, for a text that cannot be read.

    >>> bowl = Formula("rosenbrock")
    >>> bowl.names
    ('x', 'y')
    >>> bowl.value_and_gradient(np.array([[1.0, 1.0], [0.0, 1.0]]))
    (array([  0., 101.]), array([[ -0.,   0.],
           [ -2., 200.]]))

    """

    text: str
    constants: Mapping[str, float]
    axes: tuple[str, ...]
    named: NamedFormula | None

    def __init__(
        self, name: str, constants: Mapping[str, float] | None = None, axes: Sequence[str] | None = None
    ) -> None:
        entry = named(name)
        given = dict(constants or {})
        unknown = sorted(set(given) - set(entry.defaults))
        if unknown:
            known = ", ".join(entry.defaults) or "none"
            raise ValueError(f"{entry.title} has no constant '{unknown[0]}': it has {known}.")
        self._build(entry.text, {**entry.defaults, **given}, axes, entry)

    @classmethod
    def parse(
        cls, text: str, constants: Mapping[str, float] | None = None, axes: Sequence[str] | None = None
    ) -> Formula:
        """Read a formula of one or two variables; names in ``constants`` are numbers, all others parameters.

        Args:
            text: such as ``"(1-x)^2 + b*(y-x^2)^2"``.
            constants: values of named constants; those that do not occur are kept for later edits.
            axes: the parameters in the order wanted; may name one that does not occur.

        Raises:
            FormulaError: with the column and a sentence that says what to do.

        >>> Formula.parse("(1-x)^2 + b*(y-x^2)^2", constants={"b": 100.0}).value(np.array([0.0, 1.0]))
        array(101.)

        """
        formula = cls.__new__(cls)
        formula._build(text, dict(constants or {}), axes, None)
        return formula

    def _build(
        self, text: str, constants: dict[str, float], axes: Sequence[str] | None, entry: NamedFormula | None
    ) -> None:
        self.expression = parse(text)
        self.text = text
        self.constants = MappingProxyType(checked_constants(text, constants))
        self.axes = _axes(self.expression, self.constants, axes)
        self.named = entry
        self._program = Program(self.expression, self.axes, self.constants)
        self._blocks = tuple(Block(name, index, (), "parameter") for index, name in enumerate(self.axes))

    @property
    def blocks(self) -> tuple[Block, ...]:
        return self._blocks

    @property
    def is_default(self) -> bool:
        """Whether it is a named formula with the constants and axes for which its stationary points are listed."""
        return self.named is not None and self == Formula(self.named.name)

    @property
    def lowest(self) -> float | None:
        """f*, the lowest value there is, where it is known: for a named formula with its constants' defaults."""
        return self.named.lowest if self.named is not None and self.constants == self.named.defaults else None

    def with_constants(self, **changes: float) -> Formula:
        """The same formula with some constants changed: what a slider does."""
        constants = {**self.constants, **changes}
        if self.named is not None:
            return Formula(self.named.name, constants, self.axes)
        return Formula.parse(self.text, constants, self.axes)

    def with_axes(self, *axes: str) -> Formula:
        """The same formula with its parameters in another order."""
        if self.named is not None:
            return Formula(self.named.name, self.constants, axes)
        return Formula.parse(self.text, self.constants, axes)

    @property
    def program(self) -> Program:
        """What computes it, from one contiguous array for each parameter."""
        return self._program

    def value(self, points: Array) -> Array:
        rows, shape = self._rows(points)
        if len(rows) <= BLOCK:
            return _own(self._program.value(_columns(rows)), rows).reshape(shape)
        values = np.empty(len(rows))
        for part in _blocks(len(rows)):
            values[part] = self._program.value(_columns(rows[part]))
        return values.reshape(shape)

    def value_and_gradient(self, points: Array) -> tuple[Array, Array]:
        rows, shape = self._rows(points)
        if len(rows) <= BLOCK:
            values, gradients = self._first(rows)
            return values.reshape(shape), gradients.reshape(*shape, self.dimension)
        values, gradients = np.empty(len(rows)), np.empty(rows.shape)
        for part in _blocks(len(rows)):
            values[part], gradients[part] = self._first(rows[part])
        return values.reshape(shape), gradients.reshape(*shape, self.dimension)

    def hessian(self, points: Array) -> Array:
        rows, shape = self._rows(points)
        if len(rows) <= BLOCK:
            return self._second(rows).reshape(*shape, self.dimension, self.dimension)
        hessians = np.empty((*rows.shape, self.dimension))
        for part in _blocks(len(rows)):
            hessians[part] = self._second(rows[part])
        return hessians.reshape(*shape, self.dimension, self.dimension)

    def _first(self, rows: Array) -> tuple[Array, Array]:
        jet = self._program.jet(_columns(rows), order=1)
        values = _own(jet.value, rows)
        return values, jets.gradient(jet, values, self.dimension)

    def _second(self, rows: Array) -> Array:
        jet = self._program.jet(_columns(rows), order=2)
        return jets.hessian(jet, np.broadcast_to(jet.value, len(rows)), self.dimension)

    def sampler(self, flat: Flat, dtype: Precision = "float32") -> Sampler:
        """Values in float64 whatever ``dtype``: a formula is fast enough to be exact."""
        return Sampler(lambda coordinates: self.value(flat.point(coordinates)), POINTS_PER_CALL)

    def _rows(self, points: Array) -> tuple[Array, tuple[int, ...]]:
        points = np.asarray(points, dtype=np.float64)
        if points.ndim == 0 or points.shape[-1] != self.dimension:
            raise ValueError(f"The points have shape {points.shape}: the last axis must hold {', '.join(self.axes)}.")
        return points.reshape(-1, self.dimension), points.shape[:-1]

    def _key(self) -> tuple[object, ...]:
        return self.text, tuple(sorted(self.constants.items())), self.axes, self.named and self.named.name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Formula) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"Formula({self.named.name!r})" if self.named else f"Formula.parse({self.text!r})"


def _columns(rows: Array) -> list[Array]:
    """One contiguous array for each parameter: what is computed does not depend on how points lie in memory."""
    return list(np.ascontiguousarray(rows.T))


def _blocks(count: int) -> Iterator[slice]:
    return (slice(first, first + BLOCK) for first in range(0, count, BLOCK))


def _own(values: Array, rows: Array) -> Array:
    """Values ``(n,)`` that belong to the caller: a formula as plain as "x" gives back its input, a constant one a number."""
    return values if values.ndim and values.base is None else np.array(np.broadcast_to(values, len(rows)))


def checked_constants(text: str, constants: Mapping[str, float]) -> dict[str, float]:
    """The constants as numbers.

    Raises:
        FormulaError: for a name that cannot be one, or a value that is not finite.

    """
    for name, value in constants.items():
        if name in ARITIES or name in CONSTANTS or not re.fullmatch(r"\w+", name) or name[0].isdigit():
            raise FormulaError(f"A constant cannot be called '{name}': choose another name.", text, 0)
        if not abs(float(value)) <= LARGEST:
            raise FormulaError(f"The constant {name} must be a finite number, not {value}.", text, 0)
    return {name: float(value) for name, value in constants.items()}


def _axes(expression: Expression, constants: Mapping[str, float], axes: Sequence[str] | None) -> tuple[str, ...]:
    """The parameters in order: as given, else the free names in natural order."""
    free = tuple(name for name in expression.names if name not in constants)
    chosen = free if axes is None else tuple(axes)
    if not chosen:
        sentence = "The formula has no variable: use at least one, such as x."
        raise FormulaError(sentence, expression.text, 0)
    for name in free:
        if name not in chosen:
            sentence = f"'{name}' is neither an axis nor a constant: give it a value or make it an axis."
            raise FormulaError(sentence, expression.text, expression.column_of(name))
    for name in chosen:
        if chosen.count(name) > 1 or name in constants or name in ARITIES or name in CONSTANTS:
            sentence = f"'{name}' cannot be an axis here: name each variable once, and no constant or function."
            raise FormulaError(sentence, expression.text, expression.column_of(name))
    if len(chosen) > 2:
        sentence = (
            f"A landscape has one or two variables, not {', '.join(chosen)}: give the others values as constants."
        )
        raise FormulaError(sentence, expression.text, sorted(map(expression.column_of, chosen))[2])
    return chosen
