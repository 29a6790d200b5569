"""Data to learn from: toy problems, digits, and files (CSV, NPZ, IDX)."""

from engine.datasets.catalogue import DATASETS, DatasetKind, load
from engine.datasets.checks import DataError, Targets
from engine.datasets.csv_files import Table, read_csv, read_table
from engine.datasets.dataset import Dataset, Part
from engine.datasets.idx import read_idx
from engine.datasets.npz import read_npz
from engine.datasets.opening import columns_of, has_header, inputs_of, recipe_of_files
from engine.datasets.recipe import DatasetRecipe, SourceFile
from engine.datasets.scaling import Scaling
from engine.datasets.teacher import Teacher

__all__ = [
    "DATASETS",
    "DataError",
    "Dataset",
    "DatasetKind",
    "DatasetRecipe",
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
    "read_csv",
    "read_idx",
    "read_npz",
    "read_table",
    "recipe_of_files",
]
