"""Numbers as a person reads them: three significant digits, thousands separated, no padded exponents."""

from __future__ import annotations

import math


def number(value: float) -> str:
    """A number to three significant digits.

    >>> number(4712.3), number(0.25000391), number(1e-9), number(float("nan"))
    ('4,710', '0.25', '1e-9', 'not a finite number')

    """
    if not math.isfinite(value):
        return "not a finite number"
    rounded = float(f"{value:.3g}")
    if rounded == 0:
        return "0"
    if 1e-3 <= abs(rounded) < 1e6:
        return f"{rounded:,.10f}".rstrip("0").rstrip(".")
    digits, exponent = f"{rounded:.2e}".split("e")
    return f"{digits.rstrip('0').rstrip('.')}e{int(exponent)}"


def count(amount: int, noun: str = "") -> str:
    """A whole number, exactly, with its noun in the plural where it needs one.

    >>> count(5075, "step"), count(1, "step"), count(13002)
    ('5,075 steps', '1 step', '13,002')

    """
    if not noun:
        return f"{amount:,}"
    return f"{amount:,} {noun}" if amount == 1 else f"{amount:,} {noun}s"


def rounded_count(amount: int, noun: str) -> str:
    """A whole number to three significant digits, for stretches whose ends are a matter of thresholds.

    >>> rounded_count(4712, "step")
    '4,710 steps'

    """
    return count(int(float(f"{amount:.3g}")), noun)
