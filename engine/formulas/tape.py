"""Steps of arithmetic noted down once and carried out many times.

A :class:`Tape` gives every distinct result one slot, so that equal parts are computed once. A :class:`Term` is a number times
a slot: factors are multiplied while the tape is written, not at every point, which makes −400 of the −2·2·100 in a gradient.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import copysign

import numpy as np

from engine.arrays import read_only
from engine.formulas.code import Code, getter
from engine.formulas.functions import PRIMITIVES, TOTAL

MODERATE = (1e-100, 1e100)
"""Sizes of factors that are held back: with others, the order of multiplications decides about overflow."""


@dataclass(frozen=True, slots=True)
class Step:
    """``slots[target] = PRIMITIVES[symbol](slots[arguments])``."""

    symbol: str
    arguments: tuple[int, ...]
    target: int


class Tape:
    """Steps over numbered slots, of which the first ``inputs`` are given; belongs to whoever writes it."""

    def __init__(self, inputs: int) -> None:
        self.inputs = inputs
        self.steps: list[Step] = []
        self.constants: dict[int, float] = {}
        self._known: dict[tuple[object, ...], int] = {}
        self._slots = inputs

    def constant(self, value: float) -> int:
        """The slot that holds a number."""
        slot = self._slot("number", value, copysign(1.0, value))
        self.constants[slot] = value
        return slot

    def apply(self, symbol: str, *arguments: int) -> int:
        """The slot of a primitive's result; numbers are folded."""
        arguments = tuple(sorted(arguments)) if symbol in "+*" else arguments
        if all(argument in self.constants for argument in arguments):
            with np.errstate(all="ignore"):
                return self.constant(float(PRIMITIVES[symbol](*(np.asarray(self.constants[a]) for a in arguments))))
        slots = self._slots
        target = self._slot(symbol, *arguments)
        if target == slots:
            self.steps.append(Step(symbol, arguments, target))
        return target

    def _slot(self, *key: object) -> int:
        slot = self._known.setdefault(key, self._slots)
        self._slots += slot == self._slots
        return slot

    @property
    def is_total(self) -> bool:
        """Whether every step has a result for any finite arguments, but for overflow."""
        divided = {step.arguments[1] for step in self.steps if step.symbol == "/"}
        fixed = all(self.constants.get(slot, 0.0) != 0 for slot in divided)
        return fixed and {step.symbol for step in self.steps} <= TOTAL | {"/"}

    def number(self, value: float) -> Term:
        """A number as a term."""
        return Term(self, value, None)

    def term(self, factor: float, slot: int) -> Term:
        """``factor`` times what is in ``slot``."""
        if factor == 0:
            return self.number(0.0)
        if factor == 1 or MODERATE[0] < abs(factor) < MODERATE[1]:
            return Term(self, factor, slot)
        return Term(self, 1.0, self.apply("*", self.constant(factor), slot))

    def code(self, results: Sequence[Term]) -> Code:
        """What computes ``results``, without steps that none of them needs."""
        wanted = [result.place() for result in results]
        steps = self._needed(wanted)
        used = {argument for step in steps for argument in step.arguments} | set(wanted)
        numbers = [slot for slot in self.constants if slot in used]
        places = {slot: place for place, slot in enumerate([*range(self.inputs), *numbers])}
        size = _placed(steps, places, wanted)
        constants = [read_only(self.constants[slot]) for slot in numbers]
        return Code(
            (*constants, *[None] * (size - self.inputs - len(constants))),
            tuple((PRIMITIVES[s.symbol], getter([places[a] for a in s.arguments]), places[s.target]) for s in steps),
            tuple(places[slot] for slot in wanted),
        )

    def _needed(self, wanted: Iterable[int]) -> list[Step]:
        needed, steps = set(wanted), []
        for step in reversed(self.steps):
            if step.target in needed:
                needed.update(step.arguments)
                steps.append(step)
        return steps[::-1]


def _placed(steps: list[Step], places: dict[int, int], kept: list[int]) -> int:
    """Give the steps' targets places, those of results that are not needed any more again; returns how many there are."""
    made = {step.target for step in steps} - set(kept)
    last = {argument: step for step in steps for argument in step.arguments}
    size, free = len(places), list[int]()
    for step in steps:
        free.extend(places[slot] for slot in {*step.arguments} & made if last[slot] is step)
        places[step.target] = free.pop() if free else size
        size = max(size, places[step.target] + 1)
    return size


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """``factor`` times what is in ``slot`` of a tape, or the number ``factor`` alone where there is no slot."""

    tape: Tape
    factor: float
    slot: int | None

    @property
    def is_zero(self) -> bool:
        """Whether it is the number 0."""
        return self.slot is None and self.factor == 0

    def place(self) -> int:
        """The slot of the whole term."""
        if self.slot is None:
            return self.tape.constant(self.factor)
        if self.factor == 1:
            return self.slot
        if self.factor == -1:
            return self.tape.apply("negative", self.slot)
        return self.tape.apply("*", self.tape.constant(self.factor), self.slot)

    def of(self, symbol: str, *others: Term) -> Term:
        """A primitive of this term and others."""
        return self.tape.term(1.0, self.tape.apply(symbol, self.place(), *(other.place() for other in others)))

    def __neg__(self) -> Term:
        return Term(self.tape, -self.factor, self.slot)

    def __mul__(self, other: Term | float) -> Term:
        other = self._term(other)
        factor = self.factor * other.factor
        if self.slot is None or other.slot is None:
            slot = other.slot if self.slot is None else self.slot
            return self.tape.number(factor) if slot is None else self.tape.term(factor, slot)
        return self.tape.term(factor, self.tape.apply("*", self.slot, other.slot))

    def __truediv__(self, other: Term | float) -> Term:
        other = self._term(other)
        if other.factor == 0:
            return self.of("/", other)
        factor = self.factor / other.factor
        if other.slot is None:
            return self.tape.number(factor) if self.slot is None else self.tape.term(factor, self.slot)
        above = self.tape.constant(1.0) if self.slot is None else self.slot
        return self.tape.term(factor, self.tape.apply("/", above, other.slot))

    def __add__(self, other: Term | float) -> Term:
        other = self._term(other)
        if self.is_zero or other.is_zero:
            return other if self.is_zero else self
        if self.slot == other.slot:
            total = self.factor + other.factor
            return self.tape.number(total) if self.slot is None else self.tape.term(total, self.slot)
        if self.slot is None or other.slot is None or abs(self.factor) != abs(other.factor):
            return self._sum(other)
        if self.factor == other.factor:
            return self.tape.term(self.factor, self.tape.apply("+", self.slot, other.slot))
        up, down = (self, other) if self.factor > 0 else (other, self)
        return self.tape.term(up.factor, self.tape.apply("-", _slot_of(up), _slot_of(down)))

    def _sum(self, other: Term) -> Term:
        """The sum of terms with different factors."""
        for up, down in ((self, other), (other, self)):
            if down.slot is not None and down.factor == -1:
                return self.tape.term(1.0, self.tape.apply("-", up.place(), down.slot))
        return self.of("+", other)

    def __sub__(self, other: Term | float) -> Term:
        return self + -self._term(other)

    def __rmul__(self, other: float) -> Term:
        return self * other

    def __radd__(self, other: float) -> Term:
        return self + other

    def __rtruediv__(self, other: float) -> Term:
        return self._term(other) / self

    def _term(self, other: Term | float) -> Term:
        return other if isinstance(other, Term) else self.tape.number(float(other))


def _slot_of(term: Term) -> int:
    assert term.slot is not None
    return term.slot
