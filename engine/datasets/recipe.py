"""How a dataset came about, as a small value: what a saved experiment keeps instead of the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

from engine.datasets import checks
from engine.datasets.checks import Column, DataError
from engine.datasets.dataset import Dataset
from engine.datasets.source_file import SourceFile
from engine.job import finished

if TYPE_CHECKING:
    from engine.datasets.files import FilePath

FORMATS: Mapping[str, int] = {"csv": 1, "npz": 1, "idx": 2}
"""How many files each format takes."""


@dataclass(frozen=True)
class DatasetRecipe:
    """Everything that fixes a dataset, hashable; equal recipes give equal datasets.

    ``name`` is a dataset of the table, or a file format (``csv``, ``npz``, ``idx``) together with ``files``. The steps, in
    order: read or draw ``size`` examples; add noise; split; take a subset; shuffle labels; standardize. Each draws from its own
    stream of ``seed``. None means the table's default (noise, size, parts), or leaves a file as it is.

    >>> recipe = DatasetRecipe("moons", seed=3, size=100, standardize=True)
    >>> recipe.load().inputs.shape
    (100, 2)
    >>> DatasetRecipe.from_dict(recipe.to_dict()) == recipe
    True

    """

    name: str
    seed: int = 0
    size: int | None = None
    noise: float | None = None
    settings: tuple[tuple[str, float], ...] = ()
    split: tuple[float, float] | None = None
    """Fractions for validation and test."""
    subset: int | None = None
    shuffled: float = 0.0
    """Fraction of the train part whose labels are exchanged."""
    standardize: bool = False
    files: tuple[SourceFile, ...] = ()
    target: tuple[Column, ...] = (-1,)
    """Target columns of a CSV file."""
    task: Literal["classes", "values"] | None = None
    header: bool = True
    features: tuple[Column, ...] = ()
    """Input columns of a CSV file; empty: all that are no target."""

    @staticmethod
    def of_csv(path: FilePath, *target: Column, **settings: Any) -> DatasetRecipe:
        """The recipe of a CSV file as it is now; ``settings`` are further fields."""
        return DatasetRecipe("csv", files=(SourceFile.of(path),), target=target or (-1,), **settings)

    @staticmethod
    def of_npz(path: FilePath, **settings: Any) -> DatasetRecipe:
        """The recipe of a NumPy archive as it is now; ``settings`` are further fields."""
        return DatasetRecipe("npz", files=(SourceFile.of(path),), **settings)

    @staticmethod
    def of_idx(images: FilePath, labels: FilePath, **settings: Any) -> DatasetRecipe:
        """The recipe of two IDX files as they are now; ``settings`` are further fields."""
        return DatasetRecipe("idx", files=(SourceFile.of(images), SourceFile.of(labels)), **settings)

    def load(self) -> Dataset:
        """Build the dataset, every time the same.

        Raises:
            DataError: if a file is gone or has changed, or a setting does not fit.

        """
        from engine.datasets.file_cache import FileCache
        from engine.datasets.loading import dataset_of

        return finished(dataset_of(self, FileCache(0)))

    def to_dict(self) -> dict[str, Any]:
        """Plain lists, dictionaries, texts and numbers for JSON; only what differs from the defaults."""
        plain = _plain(asdict(self))
        defaults = _plain({field.name: field.default for field in fields(self)})
        return {name: value for name, value in plain.items() if name == "name" or value != defaults[name]}

    @staticmethod
    def from_dict(plain: Mapping[str, Any]) -> DatasetRecipe:
        """The recipe that :meth:`to_dict` wrote.

        Raises:
            DataError: if an entry is unknown, missing or of the wrong kind.

        """
        if not isinstance(plain, Mapping) or "name" not in plain:
            raise DataError("The description of the dataset has no name: the file is damaged or from another program.")
        for name, value in plain.items():
            if name not in _READERS:
                raise DataError(f"The description of the dataset has an unknown entry {name!r}: use a newer version.")
            if value is None and name not in _OPTIONAL:
                raise DataError(f"The entry {name!r} of the dataset's description is empty.")
        return DatasetRecipe(**{name: _read(name, value) for name, value in plain.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(entry) for name, entry in value.items()}
    return [_plain(entry) for entry in value] if isinstance(value, tuple | list) else value


def _read(name: str, value: Any) -> Any:
    try:
        return None if value is None else _READERS[name](value)
    except (TypeError, ValueError, KeyError, AttributeError):
        raise DataError(f"The entry {name!r} of the dataset's description cannot be {value!r}.") from None


def _exactly(kind: type) -> Any:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError
        return value

    return read


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e300:
        raise TypeError
    return float(value)


def _list(value: Any) -> list[Any]:
    return list(_exactly(list)(value))


def _parts(value: Any) -> tuple[float, float]:
    validation, test = (checks.fraction(_number(part), "part") for part in _list(value))
    return validation, test


def _column(value: Any) -> Column:
    return str(value) if isinstance(value, str) else int(_exactly(int)(value))


def _task(value: Any) -> str:
    if value not in ("classes", "values"):
        raise ValueError
    return str(value)


_OPTIONAL = frozenset({"size", "noise", "split", "subset", "task"})
_READERS: Mapping[str, Any] = {
    "name": _exactly(str),
    "seed": lambda value: checks.seed_number(_exactly(int)(value)),
    "size": _exactly(int),
    "noise": _number,
    "settings": lambda value: tuple((_exactly(str)(name), _number(number)) for name, number in _list(value)),
    "split": _parts,
    "subset": _exactly(int),
    "shuffled": lambda value: checks.fraction(_number(value), "fraction"),
    "standardize": _exactly(bool),
    "files": lambda value: tuple(
        SourceFile(_exactly(str)(file["path"]), _exactly(str)(file["sha256"])) for file in _list(value)
    ),
    "target": lambda value: tuple(_column(column) for column in _list(value)),
    "task": _task,
    "header": _exactly(bool),
    "features": lambda value: tuple(_column(column) for column in _list(value)),
}
