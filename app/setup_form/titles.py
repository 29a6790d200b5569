"""What choices of a look are called, in the form and in the heads of the panels."""

from __future__ import annotations

from collections.abc import Mapping

ALONG: Mapping[str, str] = {
    "newton": "The Newton direction",
    "gradient": "The gradient",
    "first axis": "The first axis",
    "second axis": "The second axis",
}
QUANTITIES: Mapping[str, str] = {
    "loss": "Loss",
    "gradient norm": "Gradient norm",
    "gap": "Loss − lowest known",
    "validation loss": "Validation loss",
    "both losses": "Training and validation",
}
