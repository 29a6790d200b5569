"""What pictures and texts say of a problem, as data: an objective is evaluated by jobs alone."""

from __future__ import annotations

from dataclasses import dataclass

from engine.problem import Assembled


@dataclass(frozen=True)
class ProblemFacts:
    """What is known of a problem once it is assembled."""

    parameters: int
    """P."""
    names: tuple[str, ...] = ()
    """Of the parameters of a formula or of a fitted model."""
    title: str = ""
    text: str = ""
    constants: tuple[tuple[str, float], ...] = ()
    """Of a formula, the defaults of a named one too."""
    minimum: float | None = None
    """f*, where it is known."""
    layers: tuple[int, ...] = ()
    """Widths of a network, inputs and outputs too."""
    parts: tuple[tuple[str, int], ...] = ()
    """Names and numbers of examples of the parts of the data that hold any."""
    sampling_precision: str = "float64"
    """In which the landscape is sampled."""


def facts_of(assembled: Assembled) -> ProblemFacts:
    """The facts about a problem."""
    objective, network, data = assembled.objective, assembled.network, assembled.data
    own = {} if network is not None else _of_formula(assembled)
    parts = () if data is None else (data.train, data.validation, data.test)
    return ProblemFacts(
        objective.dimension,
        layers=() if network is None else network.layers,
        parts=tuple((str(part.name), len(part)) for part in parts if len(part)),
        sampling_precision=objective.sampling_precision,
        **own,  # type: ignore[arg-type]
    )


def _of_formula(assembled: Assembled) -> dict[str, object]:
    # Imported here: a network needs neither, and the start of the program waits for what is imported.
    from engine.formulas import Formula

    objective = assembled.objective
    names = tuple(getattr(objective, "names", ()))
    if not isinstance(objective, Formula):
        return {"names": names}
    title = objective.named.title if objective.named is not None else ""
    constants = tuple(objective.constants.items())
    return {
        "names": names, "title": title, "text": objective.text, "constants": constants, "minimum": objective.lowest,
    }  # fmt: skip
