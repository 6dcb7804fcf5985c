"""How a running tool learns that its result is no longer wanted."""

from __future__ import annotations

import threading

from livekit_nb.errors import ToolCancelledError

__all__ = ["Cancellation"]


class Cancellation:
    """Whether a tool's call was withdrawn; a parameter with this annotation is given one.

    ``async`` tools are cancelled and generators closed without it. A plain function runs on a
    thread, which nobody can stop from outside: it asks. The parameter is not told to the model.

    Examples
    --------
    >>> def count_stars(region: str, cancellation: Cancellation) -> int:
    ...     '''Count the stars in a region of the sky.'''
    ...     stars = 0
    ...     for plate in range(1000):
    ...         cancellation.check()      # ends the function if nobody waits for it any longer
    ...         stars += plate
    ...     return stars
    """

    def __init__(self) -> None:
        self._event = threading.Event()
        self._reason = ""

    @property
    def cancelled(self) -> bool:
        """Whether nobody waits for the result any longer; may be asked from any thread."""
        return self._event.is_set()

    @property
    def reason(self) -> str:
        """Why, in words; empty while the result is wanted."""
        return self._reason

    def check(self) -> None:
        """Raise :class:`~livekit_nb.errors.ToolCancelledError` if it is no longer wanted."""
        if self.cancelled:
            raise ToolCancelledError(f"Nobody waits for this tool's result: {self.reason}.")

    def wait(self, timeout_s: float | None = None) -> bool:
        """Sleep for `timeout_s` seconds, or until it is no longer wanted; says whether that is so.

        To be used instead of ``time.sleep`` in a plain function.
        """
        return self._event.wait(timeout_s)

    def cancel(self, reason: str = "the call was withdrawn") -> None:
        """Withdraw the call; done by the session, and by tests of a tool."""
        if not self.cancelled:
            self._reason = reason
            self._event.set()

    def __repr__(self) -> str:
        return f"<Cancellation: {self.reason or 'wanted'}>"
