"""What a conversation may cost: when it is spent, the conversation ends politely."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from livekit_nb.errors import SessionClosedError, SettingsError
from livekit_nb.recording.events import Event
from livekit_nb.recording.prices import PRICES, prices_of
from livekit_nb.recording.recorder import Recorder

__all__ = ["Budget", "check_priced"]

PATIENCE_S: Final = 60.0
"""How long the present answer may still take once the budget is spent."""


def check_priced(model: str, budget_usd: float | None) -> None:
    """Refuse a budget for a model whose price is not known.

    Raises
    ------
    SettingsError
        With the models that have one.
    """
    if budget_usd is not None and prices_of(model) is None:
        raise SettingsError(
            f"No price is known for {model}, so budget_usd cannot be kept. Leave it out, or use "
            f"one of {', '.join(PRICES)}."
        )


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
    playing : callable
        Whether something the agent said has still to be heard.
    spent : callable
        Told why, once, when the conversation is to be ended; on the thread of the recorder.
    """

    def __init__(
        self,
        budget_usd: float | None,
        recorder: Recorder,
        playing: Callable[[], bool],
        spent: Callable[[SessionClosedError], object],
    ) -> None:
        self._budget_usd = budget_usd
        self._recorder = recorder
        self._playing = playing
        self._spent = spent
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
        if self._over and not self._answering and not self._playing():
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
        self._spent(
            SessionClosedError(
                f"The budget of ${self._budget_usd:g} is spent (${cost.list_usd or 0.0:.4f}{dated})"
                ", so the conversation was ended. The recording is kept; a higher budget_usd= lets "
                "it last longer.",
                1000,
                "budget spent",
            )
        )
