"""What a conversation may cost: when it is spent, the conversation ends politely."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

from livekit_nb.errors import SessionClosedError
from livekit_nb.recording.events import Event
from livekit_nb.recording.recorder import Recorder
from livekit_nb.session.turn_gate import TurnGate

__all__ = ["Budget"]

PATIENCE_S: Final = 60.0
"""How long the present answer may still take once the budget is spent."""


class Budget:
    """Watches what is spent; the present answer is finished before it says that it is enough.

    The service tells what it counted at the end of a turn, so a conversation may cost as much more
    as its last turn does. With the embedded server, which costs nothing, the budget is kept at
    Google's prices.

    Parameters
    ----------
    budget_usd : float or None
        US dollars; ``None`` for no limit.
    recorder : Recorder
    gate : TurnGate
        Knows whether something the agent said has still to be heard.
    close : coroutine function
        Ends the conversation, with a status and the reason; called once, on the recorder's loop.
    """

    def __init__(
        self,
        budget_usd: float | None,
        recorder: Recorder,
        gate: TurnGate,
        close: Callable[[str, SessionClosedError], Coroutine[Any, Any, None]],
    ) -> None:
        self._budget_usd = budget_usd
        self._recorder = recorder
        self._gate = gate
        self._close = close
        self._answering = False
        self._over = False
        self._timer: asyncio.TimerHandle | None = None
        self._unsubscribe = (
            recorder.subscribe(self._see) if budget_usd is not None else lambda: None
        )

    def check(self) -> None:
        """End the conversation if the budget is spent and nothing is being said.

        To be called when the loudspeaker has nothing left to play.
        """
        if self._over and not self._answering and not self._gate.playing:
            self._end()

    def stop(self) -> None:
        """Watch no longer. Idempotent."""
        self._unsubscribe()
        self._over = False
        if self._timer is not None:
            self._timer.cancel()

    def _see(self, event: Event) -> None:
        match event.kind:
            case "agent.first_audio" | "tool.call":
                self._answering = True
            case "agent.turn_complete" | "agent.interrupted":
                self._answering = False
                self.check()
            case "usage":
                self._count()

    def _count(self) -> None:
        amount = self._recorder.recording.cost.list_usd
        if self._over or amount is None or self._budget_usd is None or amount < self._budget_usd:
            return
        self._over = True
        self._recorder.event("cost.budget", spent_usd=amount, budget_usd=self._budget_usd)
        self._timer = asyncio.get_running_loop().call_later(PATIENCE_S, self._end)
        self.check()

    def _end(self) -> None:
        cost = self._recorder.recording.cost
        self.stop()
        prices = cost.tariff.prices
        dated = "" if prices is None else f" at Google's prices of {prices.of}"
        end = SessionClosedError(
            f"The budget of ${self._budget_usd:g} is spent (${cost.list_usd or 0.0:.4f}{dated}), "
            "so the conversation was ended. The recording is kept; a higher budget_usd= lets it "
            "last longer.",
            1000,
            "budget spent",
        )
        self._recorder.event("session.closed", code=end.code, reason=end.reason)
        self._closing = asyncio.create_task(self._close("error: the budget is spent", end))
