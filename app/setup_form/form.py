"""A form as frozen values: fields under headings. New settings need no new widget."""

from __future__ import annotations

from dataclasses import dataclass

from app.fields import Field


@dataclass(frozen=True)
class Section:
    """Fields under a heading, with the color of what they are about."""

    key: str
    title: str
    fields: tuple[Field, ...]
    color: str = ""
    removable: bool = False
    """Whether it can be taken away: the wish is the key ``<section>.remove``."""
    collapsed: bool = False
    """Whether it is shut to begin with."""


@dataclass(frozen=True)
class SetupPicture:
    """The whole form."""

    sections: tuple[Section, ...] = ()

    @property
    def fields(self) -> dict[str, Field]:
        """Every field by its key."""
        return {field.key: field for section in self.sections for field in section.fields}
