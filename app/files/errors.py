"""What goes wrong with session files."""


class SessionError(ValueError):
    """A session could not be saved or opened; the message is one sentence that says why and what to do."""
