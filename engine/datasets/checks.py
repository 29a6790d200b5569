"""What data must be before a network may learn from it, and the sentences that say where it is not."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.arrays import Array, Indices
from engine.datasets.blocks import row_blocks

Targets: TypeAlias = Array | Indices
"""Class numbers ``(N,)`` of an integer type, or values ``(N, c)`` of float64."""

Column: TypeAlias = str | int
"""A column of a table by name, or by number counted from 0 (negative from the end)."""

LARGEST_CLASSES = 10_000
"""More classes than this are a mistaken column, not classes; one-hot targets would not fit into memory."""


class DataError(ValueError):
    """Data that cannot be used; the message is a sentence for a person, which says what to do."""


def numbers(values: ArrayLike, what: str) -> Array:
    """Return ``values`` as a read-only float64 matrix ``(N, d)``; ``(N,)`` becomes ``(N, 1)``.

    Raises:
        DataError: if they are not numbers, not a matrix, or an entry is not finite (named by row and column).

    """
    array = _numeric(values, what)
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2:
        raise DataError(
            f"The {what} must be a matrix with one row for each example, not an array of shape {array.shape}."
        )
    if array.shape[1] == 0:
        raise DataError(f"The {what} have no columns: give at least one number for each example.")
    owned = array if is_sealed(array) else np.array(array, dtype=np.float64, order="C")
    _require_finite(owned, what)
    owned.flags.writeable = False
    return owned


def class_numbers(values: NDArray[Any], classes: int | None) -> tuple[Indices, int]:
    """Return integer labels ``(N,)`` read-only, and the number of classes: as given, else the largest label plus one.

    Raises:
        DataError: if a label is negative, or not below ``classes``.

    """
    if values.ndim != 1:
        raise DataError(
            f"Class numbers must be one per example, shape (N,), not {values.shape}: for values to be fitted give floats."
        )
    if values.size and int(values.min()) < 0:
        row = int(np.argmin(values))
        raise DataError(f"The class in row {row} (counted from 0) is {values[row]}: classes are numbered 0, 1, 2, ….")
    largest = int(values.max()) if values.size else -1
    limit = LARGEST_CLASSES if classes is None else classes
    if largest >= limit:
        row = int(np.argmax(values))
        advice = (
            "for values to be fitted give floats" if classes is None else f"only classes below {classes} were declared"
        )
        raise DataError(f"The class in row {row} (counted from 0) is {largest}: {advice}.")
    labels = values.astype(np.intp)
    labels.flags.writeable = False
    return labels, classes if classes is not None else largest + 1


def targets(values: ArrayLike, classes: int | None) -> tuple[Targets, int | None]:
    """Return targets as classes (integers) or values (floats), with the number of classes or None.

    Raises:
        DataError: as :func:`numbers` and :func:`class_numbers`, or if classes are declared for values.

    """
    array = _numeric(values, "targets")
    if array.dtype.kind in "biu":
        return class_numbers(array, classes)
    if classes is not None:
        raise DataError("Classes were declared, but the targets are floats: give class numbers of an integer type.")
    return numbers(array, "targets"), None


def seed_number(seed: int) -> int:
    """Return ``seed`` if it can start a random stream.

    Raises:
        DataError: if it is negative or not a whole number.

    """
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise DataError(f"A seed must be a whole number from 0, not {seed!r}.")
    return int(seed)


def fraction(value: float, what: str) -> float:
    """Return ``value`` if it lies from 0 to 1.

    Raises:
        DataError: if it does not.

    """
    if not 0.0 <= value <= 1.0:
        raise DataError(f"The {what} must be a fraction from 0 to 1, not {value}.")
    return float(value)


def is_sealed(array: NDArray[Any]) -> bool:
    """Whether nobody else can write to it, so that it need not be copied: frozen data are handed on, often and large."""
    return array.dtype == np.float64 and array.base is None and not array.flags.writeable and array.flags.c_contiguous


def _numeric(values: ArrayLike, what: str) -> NDArray[Any]:
    try:
        array = np.asarray(values)
    except ValueError:
        raise DataError(
            f"The {what} have rows of different lengths: give every example the same number of columns."
        ) from None
    if array.dtype.kind not in "biuf":
        hint = "number the classes 0, 1, 2, …" if what == "targets" else "turn text into numbers first"
        raise DataError(f"The {what} must be real numbers, not entries of type {array.dtype}: {hint}.")
    return array


def _require_finite(array: Array, what: str) -> None:
    # In blocks, because the answers for all entries of a large array would lie in memory that nobody else uses.
    if all(np.isfinite(array[rows]).all() for rows in row_blocks(*array.shape)):
        return
    wrong = ~np.isfinite(array)
    row, column = (int(index) for index in np.argwhere(wrong)[0])
    more = int(wrong.sum()) - 1
    others = f" ({more} more such entries)" if more else ""
    raise DataError(
        f"The {what} hold {array[row, column]} in row {row}, column {column} (counted from 0){others}: "
        "leave these examples out or fill the gaps."
    )
