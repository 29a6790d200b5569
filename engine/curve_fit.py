"""A typed model fitted to a table of measurements: nonlinear least squares as an objective."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Array, Indices, read_only
from engine.formulas import jets
from engine.formulas.errors import FormulaError
from engine.formulas.expression import parse
from engine.formulas.formula import checked_constants
from engine.formulas.program import Program
from engine.objective import Block, Objective, Precision, Sampler
from engine.plane import Flat

DATA = "x"
"""The name under which a model reads the measured positions."""
NUMBERS_AT_ONCE = 2**17
"""Points × measurements computed together: a megabyte per array, so that it stays in the cache."""


class CurveFit(Objective):
    """The mean of ½ squared residuals, (1/N) Σ ½ (model(xₙ; b) − yₙ)², as a function of the coefficients b.

    ``model`` is text in ``x`` and any number of coefficients, in the language of :mod:`engine.formulas`; every free name
    but x is a coefficient, in natural order (b2 before b10). ``x`` and ``y`` are arrays ``(N,)``. All derivatives are exact.

    Raises:
        ValueError: for measurements that differ in number or are not finite. :class:`FormulaError`, with a column, for a
            model that cannot be read or has no coefficient.

    >>> line = CurveFit("a + b*x", [0.0, 1.0, 2.0], [1.0, 3.0, 5.0])
    >>> line.names, line.value(np.array([1.0, 2.0])), line.value(np.array([0.0, 2.0]))
    (('a', 'b'), array(0.), array(0.5))

    """

    def __init__(self, model: str, x: ArrayLike, y: ArrayLike, constants: Mapping[str, float] | None = None) -> None:
        self.model = model
        self.x, self.y = _column(x, "x"), _column(y, "y")
        if self.x.size != self.y.size:
            raise ValueError(f"There are {self.x.size} values of x and {self.y.size} of y: give one y for each x.")
        expression = parse(model)
        self.constants = MappingProxyType(checked_constants(model, dict(constants or {})))
        coefficients = tuple(name for name in expression.names if name != DATA and name not in self.constants)
        _check_names(model, coefficients, self.constants, expression.column_of("y"))
        self._program = Program(expression, coefficients, self.constants, (DATA,))
        self._blocks = tuple(Block(name, index, (), "parameter") for index, name in enumerate(coefficients))

    @property
    def blocks(self) -> tuple[Block, ...]:
        return self._blocks

    @property
    def examples(self) -> int:
        return int(self.x.size)

    @property
    def has_residuals(self) -> bool:
        return True

    def predict(self, points: Array, x: ArrayLike) -> Array:
        """The model ``(..., M)`` with coefficients ``points (..., P)`` at positions ``x (M,)``."""
        positions = np.asarray(x, dtype=np.float64)
        if positions.ndim != 1:
            raise ValueError(f"x must be one column of numbers, not an array of shape {positions.shape}.")
        coefficients = self._checked(points)[..., None, :]
        values = self._program.value([*np.moveaxis(coefficients, -1, 0), positions])
        return np.array(np.broadcast_to(values, (*coefficients.shape[:-2], positions.size)))

    def residuals(self, points: Array) -> Array:
        """Model minus measurement ``(..., N)``, in the unit of y."""
        return np.asarray(self.predict(points, self.x) - self.y)

    def jacobian(self, points: Array) -> Array:
        """Derivatives ``(..., N, P)`` of the residuals with respect to the coefficients."""
        points = self._checked(points)
        jet = self._jet(points, order=1)
        shape = (*points.shape[:-1], self.examples)
        return jets.gradient(jet, np.broadcast_to(jet.value, shape), self.dimension)

    def value(self, points: Array) -> Array:
        def values(rows: Array) -> tuple[Array]:
            return (0.5 * np.square(self.residuals(rows)).mean(axis=-1),)

        return self._sliced(values, points)[0]

    def value_and_gradient(self, points: Array) -> tuple[Array, Array]:
        def both(rows: Array) -> tuple[Array, Array]:
            jet, residuals = self._with_residuals(rows, order=1)
            values = 0.5 * np.square(residuals).mean(axis=-1)
            means = {index: (residuals * slope).mean(axis=-1) for index, slope in jet.first.items()}
            return values, jets.gradient(jets.Jet(values, means), values, self.dimension)

        values, gradients = self._sliced(both, points)
        return values, gradients

    def hessian(self, points: Array) -> Array:
        """(1/N) Σ (∇f ∇fᵀ + r ∇²f): the Gauss–Newton matrix and what it leaves out."""
        return self._curvature(points, bend=True)

    def gauss_newton(self, points: Array) -> Array:
        """JᵀJ / N ``(..., P, P)``."""
        return self._curvature(points, bend=False)

    def minibatch(self, indices: Indices) -> CurveFit:
        # A copy shares the compiled model: reading the text again would cost more than the batch's gradient.
        batch = copy(self)
        batch.x, batch.y = _column(self.x[indices], "x"), _column(self.y[indices], "y")
        return batch

    def standard_errors(self, point: Array) -> Array:
        """Standard errors ``(P,)`` of the coefficients at the minimum ``point (P,)``, in their own units.

        The roots of the diagonal of σ² (JᵀJ)⁻¹ with σ² = Σ r² / (N − P), as NIST's Statistical Reference Datasets
        certify them (Seber and Wild, *Nonlinear Regression*, section 2.1.2).

        Raises:
            ValueError: with no more measurements than coefficients, or where these do not determine every coefficient.

        """
        freedom = self.examples - self.dimension
        if freedom <= 0:
            raise ValueError(
                f"Standard errors of {self.dimension} coefficients need more than {self.examples} measurements."
            )
        jacobian = self.jacobian(point)
        scale = np.linalg.norm(jacobian, axis=0)
        if not (np.isfinite(jacobian).all() and (scale > 0).all()):
            raise ValueError("The model does not depend on every coefficient here: move to the minimum first.")
        # Columns of length 1, since coefficients may differ by many powers of ten; then (JᵀJ)⁻¹ = V S⁻² Vᵀ.
        _, singular, rows = np.linalg.svd(jacobian / scale, full_matrices=False)
        if singular[-1] <= singular[0] * self.examples * np.finfo(float).eps:
            raise ValueError("These measurements do not determine every coefficient: remove one from the model.")
        variance = float(np.square(self.residuals(point)).sum()) / freedom
        return np.asarray(np.sqrt(variance * np.square(rows / singular[:, None]).sum(axis=0)) / scale)

    def sampler(self, flat: Flat, dtype: Precision = "float32") -> Sampler:
        """Values in float64 whatever ``dtype``."""
        points = max(1, NUMBERS_AT_ONCE // self.examples)
        return Sampler(lambda coordinates: self.value(flat.point(coordinates)), points)

    def _curvature(self, points: Array, bend: bool) -> Array:
        def matrices(rows: Array) -> tuple[Array]:
            jet, residuals = self._with_residuals(rows, order=2 if bend else 1)
            products = {
                (i, j): (one * other + residuals * jet.second.get((i, j), jets.ZERO)).mean(axis=-1)
                for i, one in jet.first.items()
                for j, other in jet.first.items()
                if i <= j
            }
            values = residuals.mean(axis=-1)
            return (jets.hessian(jets.Jet(values, {}, products), values, self.dimension),)

        return self._sliced(matrices, points)[0]

    def _jet(self, rows: Array, order: int) -> jets.Jet[Array]:
        columns = [rows[..., index, None] for index in range(self.dimension)]
        return self._program.jet([*columns, self.x], order)

    def _with_residuals(self, rows: Array, order: int) -> tuple[jets.Jet[Array], Array]:
        """The model's jet at ``rows (K, P)`` with its first derivatives, and the residuals, as ``(K, N)``."""
        jet = self._jet(rows, order)
        shape = (rows.shape[0], self.examples)
        first = {index: np.broadcast_to(slope, shape) for index, slope in jet.first.items()}
        return jets.Jet(jet.value, first, jet.second), np.broadcast_to(jet.value, shape) - self.y

    def _sliced(self, compute: Callable[[Array], tuple[Array, ...]], points: Array) -> tuple[Array, ...]:
        """``compute`` on slices of the points ``(K, P)`` that fit the cache, put together in the points' own shape."""
        points = self._checked(points)
        batch, rows = points.shape[:-1], points.reshape(-1, self.dimension)
        with np.errstate(all="ignore"):
            pieces = [compute(part) for part in self._parts(rows)]
        joined = (np.concatenate(results) for results in zip(*pieces, strict=True))
        return tuple(result.reshape(batch + result.shape[1:]) for result in joined)

    def _parts(self, rows: Array) -> Iterator[Array]:
        count = max(1, NUMBERS_AT_ONCE // self.examples)
        for first in range(0, max(len(rows), 1), count):
            yield rows[first : first + count]

    def _checked(self, points: Array) -> Array:
        points = np.asarray(points, dtype=np.float64)
        if points.ndim == 0 or points.shape[-1] != self.dimension:
            raise ValueError(f"The points have shape {points.shape}: the last axis must hold {', '.join(self.names)}.")
        return points

    def __repr__(self) -> str:
        return f"CurveFit({self.model!r}, {self.examples} measurements)"


def _column(values: ArrayLike, name: str) -> Array:
    column = read_only(values)
    if column.ndim != 1 or not column.size:
        raise ValueError(f"{name} must be one column of numbers, not an array of shape {column.shape}.")
    if not np.isfinite(column).all():
        row = int(np.flatnonzero(~np.isfinite(column))[0])
        raise ValueError(f"{name} is not a finite number in row {row + 1}: remove or mend that row.")
    return column


def _check_names(model: str, coefficients: tuple[str, ...], constants: Mapping[str, float], y_column: int) -> None:
    if DATA in constants:
        raise FormulaError("x is the measured position and cannot be a constant: choose another name.", model, 0)
    if "y" in coefficients:
        sentence = "y is what is measured: write the model in x and coefficients such as b1, without y."
        raise FormulaError(sentence, model, y_column)
    if not coefficients:
        sentence = "The model has no coefficient to fit: add at least one, such as b1."
        raise FormulaError(sentence, model, 0)
