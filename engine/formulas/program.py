"""An expression made ready to be computed: constants folded, equal parts computed once, derivatives worked out beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from engine.arrays import Array
from engine.formulas.code import Bound, Code
from engine.formulas.errors import FormulaError
from engine.formulas.expression import Expression, Name, Node, Number, Operation
from engine.formulas.functions import PRIMITIVES
from engine.formulas.jets import Jet
from engine.formulas.rules import LARGEST_INTEGER_POWER, RULES, integer_power, real_power
from engine.formulas.tape import Tape, Term


class Program:
    """A function of ``variables`` and of ``data``, with derivatives for the former; never writes into what it is given.

    Raises:
        FormulaError: for a name that is neither and no constant, or a constant part that is no finite number.

    """

    def __init__(
        self,
        expression: Expression,
        variables: tuple[str, ...],
        constants: Mapping[str, float],
        data: tuple[str, ...] = (),
    ) -> None:
        self._expression, self._constants = expression, constants
        self._variables, self._data = variables, data
        reading = self._read(0)
        self._value = reading.tape.code([reading.root.value])
        self.is_total = reading.tape.is_total
        """Whether it has a value wherever its arguments and all that is computed from them are finite."""

    def _read(self, order: int, more: int = 0) -> _Reading:
        return _Reading(self._expression, self._variables, self._constants, self._data, order, more)

    def written(self, order: int, more: int = 0) -> tuple[Jet[Term], list[Term]]:
        """The function on a tape of its own, to go on writing on, and the terms of ``more`` inputs after its own."""
        reading = self._read(order, more)
        first = len(self._variables) + len(self._data)
        return reading.root, [reading.tape.term(1.0, slot) for slot in range(first, first + more)]

    def value(self, inputs: Sequence[Array]) -> Array:
        """The function at the inputs' values, arrays that broadcast against each other."""
        with np.errstate(all="ignore"):
            return np.asarray(self._value.run(inputs)[0])

    def jet(self, inputs: Sequence[Array], order: int) -> Jet[Array]:
        """The function with derivatives up to ``order`` 1 or 2; those that are zero everywhere are left out."""
        firsts, seconds, code = self._second if order > 1 else self._first
        with np.errstate(all="ignore"):
            value, *rest = map(np.asarray, code.run(inputs))
        return Jet(
            value,
            dict(zip(firsts, rest[: len(firsts)], strict=True)),
            dict(zip(seconds, rest[len(firsts) :], strict=True)),
        )

    def slopes(self, inputs: Sequence[Array]) -> Bound:
        """The first derivatives alone, one for each variable, at inputs of one shape that are changed in place.

        They are not a number where the function has no finite value; where it ``is_total``, what they are at an overflow.
        """
        return self._slopes.bound(inputs)

    @cached_property
    def _first(self) -> _Derived:
        return self._derived(1)

    @cached_property
    def _second(self) -> _Derived:
        return self._derived(2)

    def _derived(self, order: int) -> _Derived:
        reading = self._read(order)
        jet = reading.root
        results = [jet.value, *jet.first.values(), *jet.second.values()]
        return tuple(jet.first), tuple(jet.second), reading.tape.code(results)

    @cached_property
    def _slopes(self) -> Code:
        reading = self._read(1)
        tape, jet = reading.tape, reading.root
        slopes = [jet.first.get(index, tape.number(0.0)) for index in range(len(self._variables))]
        if not self.is_total:
            gap = tape.number(0.0).of("*", jet.value)
            slopes = [slope.of("+", gap) for slope in slopes]
        return tape.code(slopes)


_Derived = tuple[tuple[int, ...], tuple[tuple[int, int], ...], Code]


class _Reading:
    """Writes a tree's value and derivatives up to ``order`` (0: none) onto a tape."""

    def __init__(
        self,
        expression: Expression,
        variables: tuple[str, ...],
        constants: Mapping[str, float],
        data: tuple[str, ...],
        order: int,
        more: int,
    ) -> None:
        self._text, self._constants, self._order = expression.text, constants, order
        self.tape = Tape(len(variables) + len(data) + more)
        one = self.tape.number(1.0)
        self._inputs = {
            name: Jet(self.tape.term(1.0, slot), {slot: one} if order and slot < len(variables) else {})
            for slot, name in enumerate((*variables, *data))
        }
        self.root = self._jet(expression.root)

    def _jet(self, node: Node) -> Jet[Term]:
        if isinstance(node, Number):
            return Jet(self.tape.number(node.value))
        if isinstance(node, Name):
            return self._named(node)
        arguments = [self._jet(argument) for argument in node.arguments]
        values = [argument.value for argument in arguments]
        if all(value.slot is None for value in values):
            return self._folded(node, [value.factor for value in values])
        if node.symbol == "^" and values[1].slot is None:
            return self._power(arguments[0], values[1].factor)
        return RULES[node.symbol](self._order, values[0].of(node.symbol, *values[1:]), *arguments)

    def _named(self, node: Name) -> Jet[Term]:
        if node.name in self._inputs:
            return self._inputs[node.name]
        if node.name in self._constants:
            return Jet(self.tape.number(float(self._constants[node.name])))
        raise FormulaError(f"'{node.name}' has no value: give it as a constant.", self._text, node.column)

    def _folded(self, node: Operation, numbers: list[float]) -> Jet[Term]:
        with np.errstate(all="ignore"):
            value = float(PRIMITIVES[node.symbol](*map(np.asarray, numbers)))
        if not np.isfinite(value):
            sentence = "This constant part has no finite value (a division by zero or an overflow): change it."
            raise FormulaError(sentence, self._text, node.column)
        return Jet(self.tape.number(value))

    def _power(self, base: Jet[Term], exponent: float) -> Jet[Term]:
        if exponent == 1:
            return base
        if exponent == 0:
            return Jet(self.tape.number(1.0))
        if abs(exponent) <= LARGEST_INTEGER_POWER and exponent.is_integer():
            return integer_power(self._order, base, int(exponent))
        return real_power(self._order, base, exponent)
