"""What a person is told when something goes wrong in a job."""

from __future__ import annotations

import traceback


def sentence(error: BaseException) -> str:
    """What a person is told: errors that speak to people say it themselves, others are named and logged."""
    if isinstance(error, MemoryError):
        return "There is not enough memory for this: take fewer examples, fewer steps or a smaller resolution."
    if isinstance(error, ValueError | TypeError | OSError) and str(error):
        return str(error)
    traceback.print_exception(error)
    return f"Something went wrong here that should not ({type(error).__name__}: {error}). The rest goes on."
