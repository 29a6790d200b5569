"""What can be measured on runs, points and networks: each definition is written down in its module, with its thresholds."""

from engine.analysis import events, honesty, newton_model, outcomes, rates, spectrum, stability, stationary

__all__ = ["events", "honesty", "newton_model", "outcomes", "rates", "spectrum", "stability", "stationary"]
