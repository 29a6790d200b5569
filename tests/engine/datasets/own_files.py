"""Files of a person's own, as the tests of reading write them: small ones of every format, and recipes for them."""

import gzip
import struct

import numpy as np

from engine.datasets import DatasetRecipe

KINDS = ("csv", "npz", "parts", "idx", "gz")


def table(rows=60):
    """Numbers, text, whole numbers and classes, with a blank line and a cell of two lines."""
    random = np.random.default_rng(rows)
    lines = ["length,place,count,width,kind"]
    for row in range(rows):
        number, other = random.normal(size=2)
        place = f'"row {row}, first\nline"' if row == 7 else f"place {row}"
        lines.append(f"{float(number)!r},{place},{random.integers(0, 4)},{other:.4f},{['oak', 'ash', 'elm'][row % 3]}")
    return "\n".join([*lines[:4], "", *lines[4:]]) + "\n"


def idx(array):
    """The bytes of an IDX file."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


def written(folder, kind, examples=60):
    """The paths of the file, or the two, of a kind."""
    random = np.random.default_rng(5)
    if kind == "csv":
        path = folder / "plants.csv"
        path.write_text(table(examples), encoding="utf-8", newline="")
        return [path]
    images, labels = random.integers(0, 256, (examples, 3, 2), dtype=np.uint8), np.arange(examples) % 3
    if kind in ("npz", "parts"):
        path, inputs = folder / f"{kind}.npz", random.normal(size=(examples, 4))
        parts = {"x_train": images[:-9], "y_train": labels[:-9], "x_test": images[-9:], "y_test": labels[-9:]}
        np.savez_compressed(path, **(parts if kind == "parts" else {"x": inputs, "y": labels}))
        return [path]
    paths = [folder / f"t10k-{name}-ubyte{'.gz' if kind == 'gz' else ''}" for name in ("images-idx3", "labels-idx1")]
    for path, content in zip(paths, (idx(images), idx(labels)), strict=True):
        path.write_bytes(gzip.compress(content, mtime=0) if kind == "gz" else content)
    return paths


def recipe_of(kind, paths, **settings):
    """A recipe for all that these files hold."""
    if kind == "csv":
        return DatasetRecipe.of_csv(paths[0], "kind", features=("length", "count", "width"), **settings)
    return (
        DatasetRecipe.of_npz(*paths, **settings)
        if kind in ("npz", "parts")
        else DatasetRecipe.of_idx(*paths, **settings)
    )
