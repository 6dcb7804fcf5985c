"""What is going on in a conversation, and who waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from livekit_nb.errors import SettingsError
from livekit_nb.session.turn_gate import TurnGate

__all__ = ["STATUSES", "Status", "StatusHandler", "checked", "checked_wait"]

STATUSES = ("listening", "thinking", "speaking", "reconnecting", "stopped")
"""Those that can be waited for."""

StatusHandler = Callable[[str], None]


class Status:
    """The present status, told to a handler and to everyone who waits for one.

    Parameters
    ----------
    gate : TurnGate
        Knows whether the conversation is over; from then on only ``stopped`` and errors are set.
    on_status : callable, optional
        Told every change.

    Attributes
    ----------
    now : str
        ``idle``, ``connecting``, ``listening``, ``thinking``, ``speaking``, ``reconnecting``,
        ``stopped``, or ``error: …`` with the reason.
    away : bool
        While it is set, the status stays ``reconnecting`` until the conversation is over.
    """

    def __init__(self, gate: TurnGate, on_status: StatusHandler | None) -> None:
        self.now = "idle"
        self.away = False
        self._gate = gate
        self._on_status = on_status
        self._watchers: list[tuple[str, asyncio.Future[None]]] = []

    def set(self, status: str) -> None:
        """Change it."""
        over = self._gate.end is not None and not status.startswith(("stopped", "error"))
        if self.away and not status.startswith(("reconnecting", "stopped", "error")):
            return
        if status == self.now or over:
            return
        self.now = status
        for wanted, watcher in self._watchers:
            if watcher.done():
                continue
            if wanted == status:
                watcher.set_result(None)
            elif (end := self._gate.end) is not None:
                watcher.set_exception(end)
        if self._on_status is not None:
            self._on_status(status)

    async def until(self, status: str, timeout_s: float) -> None:
        """Wait for a status; as :meth:`livekit_nb.Session.until`."""
        if self.now == status:
            return
        self._gate.check_open()
        watcher: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._watchers.append((status, watcher))
        try:
            async with asyncio.timeout(timeout_s):
                await watcher
        except TimeoutError:
            raise TimeoutError(
                f"After {timeout_s:g} s the conversation is {self.now}, not {status}."
            ) from None
        finally:
            self._watchers.remove((status, watcher))


def checked_wait(timeout_s: float) -> float:
    """Return how long to wait if that is a time, else raise :class:`SettingsError`."""
    if not isinstance(timeout_s, int | float) or isinstance(timeout_s, bool):
        raise SettingsError(f"timeout_s= is in seconds, not {type(timeout_s).__name__}.")
    if not timeout_s >= 0:
        raise SettingsError(f"timeout_s= is in seconds, 0 or more, not {timeout_s:g}.")
    return timeout_s


def checked(status: str) -> str:
    """Return the status if it can be waited for, else raise :class:`SettingsError`."""
    if status not in STATUSES:
        raise SettingsError(f"There is no status {status!r}; there are {', '.join(STATUSES)}.")
    return status
