"""Writes palettes.npz from the tables that pyqtgraph ships; run it again only to add a palette (see ATTRIBUTION.md)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyqtgraph
from numpy.typing import NDArray

SOURCES = {
    "viridis": "viridis.csv",
    "cividis": "cividis.csv",
    "magma": "magma.csv",
    "gray": "CET-L2.csv",
    "signed": "CET-D1.csv",
}


def table(path: Path) -> NDArray[np.uint8]:
    """Read 256 rows of red, green, blue in 0..1; lines that start with ";" are comments."""
    values = np.loadtxt(path, delimiter=",", comments=";")
    if values.shape != (256, 3):
        raise ValueError(f"{path.name} holds {values.shape} numbers instead of 256 colors.")
    return np.round(values * 255).astype(np.uint8)


def write(target: Path) -> None:
    """Write every palette of ``SOURCES`` as one array ``(256, 3)``."""
    folder = Path(pyqtgraph.__file__).parent / "colors" / "maps"
    np.savez_compressed(target, **{name: table(folder / file) for name, file in SOURCES.items()})


if __name__ == "__main__":
    write(Path(__file__).with_name("palettes.npz"))
