"""How much of a large array is worked on in one piece."""

from __future__ import annotations

from collections.abc import Iterator

NUMBERS = 1 << 17
"""Numbers that are copied, scaled or checked in one piece: a megabyte, which takes a millisecond or less."""


def row_blocks(count: int, width: int) -> Iterator[slice]:
    """Cut ``count`` rows of ``width`` numbers into blocks of about ``NUMBERS`` numbers, of one row at least.

    >>> [(rows.start, rows.stop) for rows in row_blocks(5, NUMBERS // 2)]
    [(0, 2), (2, 4), (4, 5)]

    """
    step = max(1, NUMBERS // max(width, 1))
    return (slice(start, min(start + step, count)) for start in range(0, count, step))
