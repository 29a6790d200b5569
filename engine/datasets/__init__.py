"""Data to learn from: toy problems, digits, and files (CSV, NPZ, IDX)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.on_demand import on_demand

if TYPE_CHECKING:
    from engine.datasets.catalogue import DATASETS, DatasetKind, load
    from engine.datasets.checks import DataError, Targets
    from engine.datasets.csv_files import Table, read_csv, read_table, table_job
    from engine.datasets.dataset import Dataset, Part
    from engine.datasets.file_cache import FileCache
    from engine.datasets.idx import read_idx
    from engine.datasets.loading import load_job
    from engine.datasets.npz import read_npz
    from engine.datasets.opening import columns_of, has_header, inputs_of, open_files_job, recipe_of_files
    from engine.datasets.recipe import DatasetRecipe
    from engine.datasets.scaling import Scaling
    from engine.datasets.source_file import SourceFile
    from engine.datasets.summary import DatasetSummary, summary_of
    from engine.datasets.teacher import Teacher

__all__ = [
    "DATASETS",
    "DataError",
    "Dataset",
    "DatasetKind",
    "DatasetRecipe",
    "DatasetSummary",
    "FileCache",
    "Part",
    "Scaling",
    "SourceFile",
    "Table",
    "Targets",
    "Teacher",
    "columns_of",
    "has_header",
    "inputs_of",
    "load",
    "load_job",
    "open_files_job",
    "read_csv",
    "read_idx",
    "read_npz",
    "read_table",
    "recipe_of_files",
    "summary_of",
    "table_job",
]

__getattr__ = on_demand(
    __name__,
    {
        "engine.datasets.catalogue": (
            "DATASETS",
            "DatasetKind",
            "load",
        ),
        "engine.datasets.checks": (
            "DataError",
            "Targets",
        ),
        "engine.datasets.csv_files": (
            "Table",
            "read_csv",
            "read_table",
            "table_job",
        ),
        "engine.datasets.dataset": (
            "Dataset",
            "Part",
        ),
        "engine.datasets.file_cache": ("FileCache",),
        "engine.datasets.idx": ("read_idx",),
        "engine.datasets.loading": ("load_job",),
        "engine.datasets.npz": ("read_npz",),
        "engine.datasets.opening": (
            "columns_of",
            "has_header",
            "inputs_of",
            "open_files_job",
            "recipe_of_files",
        ),
        "engine.datasets.recipe": ("DatasetRecipe",),
        "engine.datasets.scaling": ("Scaling",),
        "engine.datasets.source_file": ("SourceFile",),
        "engine.datasets.summary": (
            "DatasetSummary",
            "summary_of",
        ),
        "engine.datasets.teacher": ("Teacher",),
    },
)
