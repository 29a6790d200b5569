"""Values of a document as plain data for JSON, and back, checked against the types that the classes declare."""

from __future__ import annotations

import json
import math
import types
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin

import numpy as np

from app.files.errors import SessionError
from app.files.vocabulary import classes, names, parts
from engine.arrays import Array, read_only

Plain: TypeAlias = Any
"""What JSON knows: None, bool, int, float, str, lists and dictionaries of them."""

KIND = "is"
"""The entry that names a value's class; no class has a part of that name."""
ARRAY, NUMBER = "array", "number"
NOT_FINITE = ("inf", "-inf", "nan")
LONGEST_TEXT = 100_000
LONGEST_REASON = 600
LARGEST_WHOLE = 2**53
"""Whole numbers up to here are exact as floating-point numbers too."""
DEEPEST = 24
"""Schedules may hold schedules; deeper ones than this nobody made in the window."""
TAMPERED = "the file is damaged or was changed by hand. Open another copy"


def encoded(value: object, arrays: list[Array]) -> Plain:
    """A value as plain data; its arrays ``(N,)`` are appended to ``arrays`` and referred to by their number.

    Raises:
        SessionError: for a value that no session file can hold.

    >>> encoded((1, 0.5, float("inf")), [])
    [1, 0.5, {'is': 'number', 'value': 'inf'}]

    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {KIND: NUMBER, "value": repr(value)}
    if isinstance(value, np.ndarray):
        return _encoded_array(value, arrays)
    if isinstance(value, tuple | list):
        return [encoded(entry, arrays) for entry in value]
    kind: type[Any] = type(value)
    name = names().get(kind)
    if name is None:
        raise SessionError(f"a {type(value).__name__} has no place in a session file")
    return {KIND: name, **{part: encoded(getattr(value, part), arrays) for part in parts(classes()[name])}}


def _encoded_array(array: np.ndarray[Any, Any], arrays: list[Array]) -> Plain:
    if array.ndim != 1 or array.dtype != np.float64:
        raise SessionError(f"an array of shape {array.shape} and type {array.dtype} has no place in a session file")
    arrays.append(array)
    return {KIND: ARRAY, "number": len(arrays) - 1}


def decoded(plain: Plain, annotation: Any, arrays: Sequence[Array], where: str) -> Any:
    """The value that ``encoded`` made plain, if it is of the annotated type.

    Args:
        plain: what JSON gave.
        annotation: the type that is wanted, such as ``Document`` or ``tuple[float, ...] | None``.
        arrays: the arrays that it may refer to.
        where: what it is called in sentences.

    Raises:
        SessionError: with a sentence that names the entry.

    >>> decoded([1, 0.5], tuple[float, ...], [], "window")
    (1, 0.5)

    """
    return _Decoder(tuple(arrays)).value(plain, annotation, where)


@dataclass(frozen=True, eq=False)
class _Decoder:
    arrays: tuple[Array, ...]

    def value(self, plain: Plain, annotation: Any, where: str) -> Any:
        for option in _options(annotation):
            if _fits(plain, option):
                return self._as(plain, option, where)
        raise SessionError(f"{where} cannot be {_shown(plain)}: {TAMPERED}")

    def _as(self, plain: Plain, option: Any, where: str) -> Any:
        if get_origin(option) is tuple:
            return self._tuple(plain, get_args(option), where)
        if option == Array:
            return self._array(plain, where)
        if not isinstance(plain, dict):
            return _checked_scalar(plain, where)
        return float(plain["value"]) if option is float else self._record(plain, where)

    def _tuple(self, plain: list[Plain], options: tuple[Any, ...], where: str) -> tuple[Any, ...]:
        if options[-1] is Ellipsis:
            options = options[:1] * len(plain)
        if len(options) != len(plain):
            raise SessionError(f"{where} needs {len(options)} entries, not {len(plain)}: {TAMPERED}")
        return tuple(
            self.value(entry, option, f"{where}[{index}]")
            for index, (entry, option) in enumerate(zip(plain, options, strict=True))
        )

    def _array(self, plain: dict[str, Plain], where: str) -> Array:
        number = plain.get("number")
        if type(number) is not int or not 0 <= number < len(self.arrays):
            raise SessionError(f"{where} refers to numbers that are not in the file: {TAMPERED}")
        return read_only(self.arrays[number])

    def _record(self, plain: dict[str, Plain], where: str) -> Any:
        kind = classes()[plain[KIND]]
        wanted = parts(kind)
        unknown = [name for name in plain if name not in wanted and name != KIND]
        if unknown:
            raise SessionError(
                f"{where} has an entry “{_short(unknown[0])}” that this version does not know. Use a newer one"
            )
        missing = [name for name, part in wanted.items() if part.required and name not in plain]
        if missing:
            raise SessionError(f"{where} has no “{missing[0]}”: {TAMPERED}")
        if where.count(".") > DEEPEST:
            raise SessionError(f"{where[:80]}… is nested too deeply: {TAMPERED}")
        # What an older version did not write yet takes its default.
        own = {
            name: self.value(plain[name], part.annotation, f"{where}.{name}")
            for name, part in wanted.items()
            if name in plain
        }
        try:
            return kind(**own)
        except (ValueError, TypeError, ArithmeticError) as error:
            raise SessionError(f"{where}: {_short(str(error), LONGEST_REASON).rstrip('.')}") from None


def _options(annotation: Any) -> tuple[Any, ...]:
    """The types of a union; the one type of anything else."""
    return get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else (annotation,)


def _fits(plain: Plain, option: Any) -> bool:
    """Whether this type is the one of a union that is meant."""
    if option in (bool, int, str, types.NoneType):
        return type(plain) is option
    if option is float:
        return type(plain) in (int, float) or (_is(plain, NUMBER) and plain.get("value") in NOT_FINITE)
    if get_origin(option) is Literal:
        return isinstance(plain, str) and plain in get_args(option)
    if get_origin(option) is tuple:
        return isinstance(plain, list)
    if option == Array:
        return _is(plain, ARRAY)
    kind = classes().get(str(plain.get(KIND))) if isinstance(plain, dict) else None
    return kind is not None and issubclass(kind, option)


def _is(plain: Plain, kind: str) -> bool:
    return isinstance(plain, dict) and plain.get(KIND) == kind


def _checked_scalar(plain: Plain, where: str) -> Plain:
    if isinstance(plain, str) and len(plain) > LONGEST_TEXT:
        raise SessionError(f"{where} is a text of {len(plain):,} characters: {TAMPERED}")
    if isinstance(plain, int) and abs(plain) > LARGEST_WHOLE:
        raise SessionError(f"{where} is a number beyond all limits: {TAMPERED}")
    if isinstance(plain, float) and not math.isfinite(plain):  # JSON has no such number, but 1e999 reads as one
        raise SessionError(f"{where} is not a finite number: {TAMPERED}")
    return plain


def _shown(plain: Plain) -> str:
    if isinstance(plain, dict):
        kind = plain.get(KIND)
        return f"“{_short(kind)}”" if isinstance(kind, str) else "a group of entries"
    if isinstance(plain, list):
        return f"a list of {len(plain)}"
    return _short(json.dumps(plain, ensure_ascii=False))


def _short(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
