"""One setting that a person can choose, as the setup panel and the catalogues need it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Setting: TypeAlias = float | bool | str | None


@dataclass(frozen=True)
class Parameter:
    """One setting: its default, the range that is worth trying (not a hard limit), and what it does in one sentence."""

    name: str
    title: str
    default: Setting
    low: float = 0.0
    high: float = 1.0
    logarithmic: bool = False
    choices: tuple[str, ...] = ()
    sentence: str = ""
    unit: str = ""
