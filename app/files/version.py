"""Which version of the program this is, for files that it writes."""

from functools import cache

NAME = "Talweg"


@cache
def program() -> str:
    """Name and version, such as ``Talweg 0.1.0``."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"{NAME} {version('talweg')}"
    except PackageNotFoundError:
        return f"{NAME} (from a checkout)"
