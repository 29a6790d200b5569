import importlib
import io

import pytest

PIECES = {
    "blocks": {"NUMBERS": 10},
    "choices": {"NUMBERS": 10, "GROUP_COST": 1, "SHORT_SORT": 2},
    "csv_columns": {"BLOCKS": 2},
    "csv_contents": {"NUMBERS": 10, "CELLS": 8, "GATHERED_ROWS": 5, "GATHERED_CELLS": 20, "COLUMN_COST": 1, "LINES": 2},
    "csv_examples": {"SORTED": 8},
    "npz_contents": {"BLOCK": 50},
    "idx_contents": {"BLOCK": 20},
    "idx": {"NAMES": 2},
}
BLOCK = 64


@pytest.fixture
def tiny_pieces(monkeypatch):
    """Pieces so small that a small file has many of them, cut in the midst of rows, numbers and characters."""
    for name, sizes in PIECES.items():
        module = importlib.import_module(f"engine.datasets.{name}")
        for size, value in sizes.items():
            assert hasattr(module, size)
            monkeypatch.setattr(module, size, value)
    hashed_file = importlib.import_module("engine.datasets.hashed_file")
    monkeypatch.setattr(hashed_file, "BLOCK", BLOCK)
    monkeypatch.setattr(hashed_file.HashedFile.read, "__defaults__", (BLOCK,))


class Watched:
    """An open file that tells how much is read of it and whether it is still open."""

    def __init__(self, file, path, seen):
        self._file, self._path, self._seen = file, path, seen
        seen.opened.append(path)
        seen.open.append(self)

    def read(self, size=-1):
        block = self._file.read(size)
        self._count(len(block))
        return block

    def readinto(self, buffer):
        size = self._file.readinto(buffer)
        self._count(size)
        return size

    def _count(self, size):
        self._seen.read[self._path] = self._seen.read.get(self._path, 0) + size

    def close(self):
        self._file.close()
        if self in self._seen.open:
            self._seen.open.remove(self)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __iter__(self):
        raise AssertionError("Files are read in blocks.")

    def __getattr__(self, name):
        if name not in ("fileno", "readable"):
            raise AttributeError(name)
        return getattr(self._file, name)


class Seen:
    """What was opened and read, by path, and what is open."""

    def __init__(self):
        self.opened, self.open, self.read = [], [], {}

    def forget(self):
        """Begin anew."""
        assert not self.open
        self.opened.clear()
        self.read.clear()


@pytest.fixture
def seen(monkeypatch):
    """Watches all files that are opened for reading; nobody reads them as text, and those that are written to are left alone."""
    seen, real = Seen(), io.open

    def watched(path, mode="r", *args, **kwargs):
        assert mode != "r", f"{path} is read as text"
        file = real(path, mode, *args, **kwargs)
        return Watched(file, str(path), seen) if mode == "rb" else file

    monkeypatch.setattr(io, "open", watched)
    monkeypatch.setattr("builtins.open", watched)
    return seen
