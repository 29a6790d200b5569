"""What ships beside the code: data, palettes, icons, lessons. Found from the checkout and from an installed wheel alike."""

from __future__ import annotations

from pathlib import Path


def path(name: str) -> Path:
    """Where the asset ``name`` (such as ``"digits/digits.npz"``) lies on disk.

    It goes by this file's own place, so that the current folder and the way the program was installed make no difference.

    Raises:
        FileNotFoundError: if there is no such asset.
        ValueError: if the name leads out of the folder of assets.

    >>> path("digits/digits.npz").name
    'digits.npz'

    """
    folder = Path(__file__).resolve().parent
    found = (folder / name).resolve()
    if not found.is_relative_to(folder):
        raise ValueError(f"The name {name!r} leads out of the folder of assets: give a name inside it.")
    if not found.exists():
        raise FileNotFoundError(f"The asset {name!r} is missing from {folder}: install Talweg again.")
    return found
