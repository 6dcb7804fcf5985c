"""What one conversation adds to the server's figures, read from what it sends."""

from __future__ import annotations

from livekit_nb.server.metrics import Metrics
from livekit_nb.wire.messages import ServerMessage

__all__ = ["Tally"]


class Tally:
    """Counts answers, interruptions and how long answers took to begin.

    Parameters
    ----------
    metrics : Metrics
    """

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._answering = False
        self._after_tool = False
        self._answered: float | None = None

    def sent(self, message: ServerMessage, now: float, voiced_at: float | None) -> None:
        """Take note of a message to the client.

        Parameters
        ----------
        message : ServerMessage
        now : float
        voiced_at : float or None
            When the user's voice was last heard, on the same clock.
        """
        if message.tool_call is not None:
            self._after_tool = True
            self._metrics.tool_calls.inc(len(message.tool_call.function_calls))
        content = message.server_content
        if content is None:
            return
        turn = content.model_turn
        if turn is not None and any(part.inline_data is not None for part in turn.parts):
            self._began(now, voiced_at)
        if content.interrupted:
            self._metrics.interruptions.inc()
        if content.turn_complete:
            self._metrics.turns.inc()
            self._answering = self._after_tool = False

    def _began(self, now: float, voiced_at: float | None) -> None:
        if self._answering:
            return
        self._answering = True
        # What was typed has no end that could be heard; a second answer to the same words is
        # that of a tool which took its time.
        if voiced_at is not None and voiced_at != self._answered:
            self._answered = voiced_at
            self._metrics.answered(now - voiced_at, after_tool=self._after_tool)
