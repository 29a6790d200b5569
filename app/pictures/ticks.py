"""Where axes and color bars are labeled, and how numbers are written on them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.pictures.marks import Axis

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_ROUNDING = 1e-9  # of a step: a tick this little outside the range still belongs to it


@dataclass(frozen=True)
class Tick:
    """One place on an axis; without a text it is a minor one."""

    value: float
    text: str = ""


def ticks(axis: Axis, most: int) -> tuple[Tick, ...]:
    """At most ``most`` labeled ticks within the axis' range, and the minor ones between them."""
    low, high = sorted((axis.low, axis.high))
    return log_ticks(low, high, most) if axis.logarithmic else linear_ticks(low, high, most)


def linear_ticks(low: float, high: float, most: int) -> tuple[Tick, ...]:
    """Multiples of 1, 2 or 5 times a power of ten.

    >>> [tick.text for tick in linear_ticks(-1.0, 1.0, 5)]
    ['−1.0', '−0.5', '0.0', '0.5', '1.0']
    """
    if not (math.isfinite(low) and math.isfinite(high) and high > low):
        return ()
    step = _nice_step((high - low) / (max(most, 1) + 1))
    while True:
        first, last = math.ceil(low / step - _ROUNDING), math.floor(high / step + _ROUNDING)
        if last - first < max(most, 1):
            break
        step = _nice_step(step * 1.5)
    if not math.isfinite(step) or abs(first) > 1e12:  # the range is finer than its own numbers: nothing to tell apart
        return ()
    largest = max(abs(first), abs(last)) * step
    return tuple(Tick(i * step, _stepped_text(i * step, step, largest)) for i in range(first, last + 1))


def log_ticks(low: float, high: float, most: int) -> tuple[Tick, ...]:
    """Powers of ten, every k-th labeled; over less than a decade and a half multiples of them, with plain numbers.

    >>> [tick.text for tick in log_ticks(1e-3, 10.0, 9) if tick.text]
    ['10⁻³', '10⁻²', '10⁻¹', '10⁰', '10¹']
    """
    if not (0 < low < high < math.inf):
        return ()
    first, last = math.ceil(math.log10(low) - _ROUNDING), math.floor(math.log10(high) + _ROUNDING)
    if last - first < 1 or math.log10(high / low) < 1.2:
        return _within_a_decade(low, high, most)
    stride = next(k for k in (1, 2, 3, 4, 5, 10, 20, 50, 100, 1000) if (last - first) // k + 1 <= max(most, 1))
    decades = [Tick(10.0**n, "" if n % stride else power_text(n)) for n in range(first, last + 1)]
    if stride > 1 or last - first > 7:
        return tuple(decades)
    return tuple(sorted([*decades, *_multiples(low, high, range(2, 10), ())], key=lambda tick: tick.value))


def number_text(value: float, digits: int = 4) -> str:
    """A number as it is printed in a book: proper minus, no needless zeros, powers of ten instead of an exponent.

    >>> number_text(-0.00012), number_text(12345.6)
    ('−1.2 × 10⁻⁴', '12,346')
    """
    if not math.isfinite(value):
        return "not finite" if math.isnan(value) else "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(abs(value)))
    if -4 < exponent < 6:
        decimals = max(digits - 1 - exponent, 0)
        return _trimmed(f"{value:,.{decimals}f}").replace("-", "−")
    return f"{_trimmed(f'{value / 10.0**exponent:.{digits - 1}f}')} × {power_text(exponent)}".replace("-", "−")


def power_text(exponent: int) -> str:
    """A power of ten with its exponent raised."""
    return "10" + str(exponent).translate(_SUPERSCRIPTS)


def _nice_step(rough: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below ``rough``."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * (1 - _ROUNDING))


def _stepped_text(value: float, step: float, largest: float) -> str:
    exponent = math.floor(math.log10(largest)) if largest > 0 else 0
    if -4 < exponent < 6:
        return _decimal(value, step)
    if value == 0:
        return "0"
    return f"{_decimal(value / 10.0**exponent, step / 10.0**exponent)} × {power_text(exponent)}"


def _decimal(value: float, step: float) -> str:
    decimals = max(0, -math.floor(math.log10(step) + _ROUNDING))
    text = f"{value:,.{decimals}f}"
    zero = not text.strip("-0.,")
    return text.lstrip("-") if zero else text.replace("-", "−")


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _within_a_decade(low: float, high: float, most: int) -> tuple[Tick, ...]:
    for labeled in ((1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 3, 5), (1, 2, 5), (1, 3)):
        found = _multiples(low, high, range(1, 10), labeled)
        if 2 <= sum(bool(tick.text) for tick in found) <= most:
            return tuple(found)
    return linear_ticks(low, high, most)


def _multiples(low: float, high: float, factors: range, labeled: tuple[int, ...]) -> list[Tick]:
    decades = range(math.floor(math.log10(low)), math.floor(math.log10(high)) + 1)
    places = [(factor, factor * 10.0**n) for n in decades for factor in factors]
    inside = [(factor, value) for factor, value in places if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]
    return [Tick(value, number_text(value) if factor in labeled else "") for factor, value in inside]
