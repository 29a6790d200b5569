"""How the first weights are drawn."""

from __future__ import annotations

from dataclasses import replace

from app.document import Document
from app.fields import Choice, Field
from app.setup_form.setting import Change, Setting
from engine.network import SCHEMES
from engine.start import Start


def weights_settings(document: Document) -> list[Setting]:
    """The scheme, and its scale where it has one; nothing where every start was given."""
    drawn = next((start for start in document.experiment.starts if start.given is None), None)
    if drawn is None:
        return []
    scheme = SCHEMES[drawn.scheme]
    choices = tuple(Choice(entry.name, entry.title) for entry in SCHEMES.values())
    field = Field("network.scheme", "First weights", "choice", scheme.name, choices=choices, tip=scheme.sentence)
    settings = [Setting(field, lambda value: _redrawn(document, scheme=str(value)))]
    if scheme.uses_scale:
        tip = "How large the first weights are."
        scale = Field("network.scale", "Their size", "number", drawn.scale, 0.01, 10.0, logarithmic=True, tip=tip)
        settings.append(Setting(scale, lambda value: _redrawn(document, scale=float(value or 0.0))))
    return settings


def _redrawn(document: Document, **changes: str | float) -> Change:
    """Every drawn start drawn another way; what was dragged is drawn afresh, as with new weights."""
    experiment = document.experiment

    def again(start: Start) -> Start:
        return start if start.given is not None else replace(start, shift=None, **changes)  # type: ignore[arg-type]

    starts = tuple(again(start) for start in experiment.starts)
    return Change(replace(document, experiment=experiment.with_starts(starts)))
