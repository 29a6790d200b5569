"""What is said of the curvature at a point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.pictures.marks import Note
from engine.analysis.wording import count, number

if TYPE_CHECKING:
    from engine.analysis.curvature import Curvature


def notes(curvature: Curvature, warning: str = "") -> tuple[Note, ...]:
    """The verdict on Newton, the signs, the bound on the learning rate, and how ill-conditioned it is."""
    said = [Note(curvature.verdict, strong=True), Note(_signs(curvature))]
    if curvature.density_sentence:
        said.append(Note(curvature.density_sentence))
    if curvature.stability is not None:
        exceeded = curvature.stability.exceeded
        said.append(Note(curvature.stability.sentence, warning if exceeded else "", strong=exceeded))
    return tuple(said)


def _signs(curvature: Curvature) -> str:
    """How many of each sign, with the tolerance, and the condition number."""
    signs = curvature.signs
    zero = f"|λ| ≤ {number(signs.tolerance)}"
    condition = curvature.condition_sentence
    if curvature.whole is not None:
        total = count(signs.parameters, "eigenvalue")
        return f"{total}: {signs.down:,} negative, {signs.flat:,} zero ({zero}), {signs.up:,} positive. {condition}"
    assert curvature.ends is not None
    low, high = len(curvature.ends.smallest), len(curvature.ends.largest)
    found = f"The {high} highest and the {low} lowest of {count(signs.parameters, 'eigenvalue')} by Lanczos"
    sides = f"from {number(curvature.lambda_min)} to {number(curvature.lambda_max)}"
    more = "" if curvature.ends.checked else "; copies of multiple ones may be missing"
    return f"{found} ({count(curvature.ends.products, 'product')}{more}), {sides}. {condition}"
