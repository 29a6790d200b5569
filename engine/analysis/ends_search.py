"""The search for both ends of the spectrum of a Hessian that is too large to form, one product with a vector after the other."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from engine.analysis.eigen_directions import EigenDirections
from engine.analysis.ends import Effort, SpectrumEnds
from engine.analysis.lanczos import Krylov, Product, Ritz, norm
from engine.analysis.spectrum import zero_tolerance
from engine.arrays import Array, Indices, read_only

SETTLED, SMALL = 1e-3, 1e-6
"""A Ritz value has settled when its residual is below ``SETTLED`` of its size, or ``SMALL`` of the largest one's."""
EVERY = 20
"""Products between two looks at the Ritz values."""
CHECK = 40
"""Products of a search for eigenvalues that were missed: one start shows only one copy of a multiple eigenvalue."""
SIGNS = (-1.0, 1.0)
"""Of the low and of the high end: times these, both are highest first."""

Pieces: TypeAlias = Generator[SpectrumEnds | None, None, None]


def spectrum_ends(product: Product, gradient: Array, effort: Effort | None = None, seed: int = 0) -> Pieces:
    """The ends of the spectrum of H from v ``(P,)`` → H v, and the parts of ``gradient (P,)`` along their eigenvectors.

    Yields after every product and between the pieces of longer work: now and then what is known so far, and at the end all.

    >>> curvatures = np.linspace(-1.0, 2.0, 31)
    >>> *_, found = spectrum_ends(lambda vector: curvatures * vector, np.ones(31), Effort(wanted=2))
    >>> found.smallest.eigenvalues.round(9).tolist(), found.largest.eigenvalues.round(9).tolist(), found.down
    ([-1.0, -0.9], [1.9, 2.0], 10)

    """
    effort = Effort() if effort is None else effort
    wanted = min(effort.wanted, (len(gradient) + 1) // 2)
    search = _Search(product, gradient, replace(effort, wanted=wanted), np.random.default_rng(seed))
    yield from search.first()
    while search.may_miss_some:
        yield search.known
        yield from search.check()
    yield search.known


@dataclass(frozen=True, eq=False)
class _End:
    """The eigenvalues found at one end, the outermost first, with their vectors as rows ``(k, P)``."""

    sign: float
    values: Array
    bounds: Array
    slopes: Array
    vectors: Array

    def with_more(self, other: _End, most: int) -> _End:
        """The outermost ones of both."""
        values = np.concatenate([self.values, other.values])
        order = np.argsort(-self.sign * values, kind="stable")[:most]
        bounds, slopes = np.concatenate([self.bounds, other.bounds]), np.concatenate([self.slopes, other.slopes])
        vectors = np.concatenate([self.vectors, other.vectors])
        return _End(self.sign, values[order], bounds[order], slopes[order], vectors[order])

    def missed(self, values: Array) -> int:
        """How many of the Ritz ``values (j,)`` lie further out than the last one that was found."""
        return int((self.sign * (values - self.values[-1]) > self.bounds[-1]).sum())

    def directions(self, tolerance: float) -> EigenDirections:
        """What was found, ascending; ``tolerance`` is what rounding does to an eigenvalue."""
        order = np.argsort(self.values, kind="stable")
        bounds = np.maximum(self.bounds[order], tolerance)
        return EigenDirections(read_only(self.values[order]), read_only(self.slopes[order]), read_only(bounds))


class _Search:
    """What is known between two pieces."""

    def __init__(self, product: Product, gradient: Array, effort: Effort, random: np.random.Generator) -> None:
        self._product, self._gradient, self._effort, self._random = product, gradient, effort, random
        self._ends: list[_End] = []
        nothing = EigenDirections(*(read_only([]) for _ in range(3)))
        self.known = SpectrumEnds(nothing, nothing, np.inf, -np.inf, np.inf, 0, 0, 0.0, 0)

    @property
    def may_miss_some(self) -> bool:
        """Whether there is something to check, and products left to check it with."""
        return not (self.known.checked or self._spent)

    @property
    def _spent(self) -> bool:
        return self.known.products >= self._effort.products

    def first(self) -> Pieces:
        """Look for the wanted eigenvalues at both ends."""
        krylov, wanted = self._krylov(None), self._effort.wanted
        while True:
            yield from self._grown(krylov)
            ritz = krylov.ritz()
            counts = [min(_settled(ritz, sign), wanted) for sign in SIGNS]
            self._learn(krylov, ritz, counts)
            yield self.known
            if min(counts) == wanted or krylov.spans_everything or self._spent:
                break
            yield from self._with_room(krylov, ritz)
        for sign, count in zip(SIGNS, counts, strict=True):
            self._ends.append((yield from self._found(krylov, ritz, sign, count)))
        self.known = replace(self.known, checked=krylov.spans_everything)

    def check(self) -> Pieces:
        """Look again among the directions that are left: what lies further out than the last one found was missed."""
        krylov = self._krylov(np.concatenate([end.vectors for end in self._ends]))
        enough = self.known.products + CHECK
        # A vector that is kept orthogonal to others knows nothing of their residuals: ‖XᵀHx‖ ≤ ‖HX − XΘ‖.
        others = norm(np.concatenate([end.bounds for end in self._ends]))
        while True:
            yield from self._grown(krylov)
            ritz = krylov.ritz()
            missed = [end.missed(ritz.values) for end in self._ends]
            sure = [_settled(ritz, sign) for sign in SIGNS]
            is_sure = all(there <= settled for there, settled in zip(missed, sure, strict=True))
            if (is_sure and self.known.products >= enough) or krylov.spans_everything or self._spent:
                break
            yield None
            yield from self._with_room(krylov, ritz)
        for index, sign in enumerate(SIGNS):
            more = yield from self._found(krylov, ritz, sign, min(missed[index], sure[index]))
            more = replace(more, bounds=np.hypot(more.bounds, others))
            self._ends[index] = self._ends[index].with_more(more, self._effort.wanted)
        self._conclude(ritz, checked=is_sure and not any(missed))

    def _krylov(self, fixed: Array | None) -> Krylov:
        start = self._random.standard_normal(len(self._gradient))
        return Krylov(self._product, start, self._effort.rows, fixed)

    def _grown(self, krylov: Krylov) -> Pieces:
        """Products up to the next look."""
        while True:
            for _ in krylov.grow():
                yield None
            self.known = replace(self.known, products=self.known.products + 1)
            if krylov.full or krylov.spans_everything or self._spent or self.known.products % EVERY == 0:
                return
            if krylov.exhausted:
                krylov.go_on_with(self._random.standard_normal(len(self._gradient)))

    def _with_room(self, krylov: Krylov, ritz: Ritz) -> Pieces:
        """Make room for further vectors, and leave a space that is exhausted."""
        if krylov.full:
            outer = krylov.size // 4
            kept = np.concatenate([np.arange(outer), np.arange(krylov.size - outer, krylov.size)])
            for _ in krylov.restart(ritz, kept):
                yield None
        if krylov.exhausted:
            krylov.go_on_with(self._random.standard_normal(len(self._gradient)))

    def _learn(self, krylov: Krylov, ritz: Ritz, counts: list[int]) -> None:
        """Take over what the first search's space says: its basis is orthonormal, and T exactly H within it."""
        tolerance = self._tolerance(ritz)
        slopes = krylov.basis @ self._gradient
        ends = [self._end(ritz, slopes, sign, count) for sign, count in zip(SIGNS, counts, strict=True)]
        self.known = replace(
            self.known,
            smallest=ends[0].directions(tolerance),
            largest=ends[1].directions(tolerance),
            lowest=min(self.known.lowest, float(ritz.values[0])),
            highest=max(self.known.highest, float(ritz.values[-1])),
            flattest=min(self.known.flattest, float((np.abs(ritz.values) + ritz.bounds).min())),
            down=max(self.known.down, int((ritz.values < -tolerance).sum())),
            up=max(self.known.up, int((ritz.values > tolerance).sum())),
            tolerance=tolerance,
        )

    def _tolerance(self, ritz: Ritz) -> float:
        largest = max(float(np.abs(ritz.values).max()), self.known.highest, -self.known.lowest)
        return zero_tolerance(np.broadcast_to(largest, self._gradient.shape))

    def _conclude(self, ritz: Ritz, checked: bool) -> None:
        low, high = (end.directions(self.known.tolerance) for end in self._ends)
        lowest, highest = min(self.known.lowest, float(ritz.values[0])), max(self.known.highest, float(ritz.values[-1]))
        self.known = replace(self.known, smallest=low, largest=high, lowest=lowest, highest=highest, checked=checked)

    def _found(self, krylov: Krylov, ritz: Ritz, sign: float, count: int) -> Generator[None, None, _End]:
        """The outermost ``count`` Ritz vectors, worked out."""
        end = self._end(ritz, krylov.basis @ self._gradient, sign, count)
        parts = []
        for each in krylov.vectors(ritz.vectors[:, _outermost(ritz, sign)[:count]]):
            parts.append(each)
            yield None
        return replace(end, vectors=np.concatenate(parts, axis=1))

    def _end(self, ritz: Ritz, slopes: Array, sign: float, count: int) -> _End:
        columns = _outermost(ritz, sign)[:count]
        along = np.abs(ritz.vectors[:, columns].T @ slopes)
        return _End(sign, ritz.values[columns], ritz.bounds[columns], along, np.empty((count, 0)))


def _outermost(ritz: Ritz, sign: float) -> Indices:
    """The columns of the Ritz vectors, the outermost of one end first; each belongs to the nearer end."""
    columns = np.arange(len(ritz.values))
    half = len(columns) // 2
    return columns[:half] if sign < 0 else columns[half:][::-1]


def _settled(ritz: Ritz, sign: float) -> int:
    """How many of one end have settled, from the outermost on: one further in may not be the next."""
    sizes = np.abs(ritz.values)
    open_ones = ritz.bounds > np.maximum(SETTLED * sizes, SMALL * sizes.max())
    mine = open_ones[_outermost(ritz, sign)]
    return int(mine.argmax()) if mine.any() else len(mine)
