"""The events of a recording as a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from livekit_nb.recording.asking import check_names
from livekit_nb.recording.events import KINDS, Event
from livekit_nb.recording.tables.table import Column, Table

__all__ = ["Events"]


def _details(event: Event) -> str:
    return ", ".join(f"{name}: {_brief(value)}" for name, value in event.data.items())


def _brief(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _known(events: Iterable[Event]) -> list[str]:
    """All kinds, those of these events included, and their beginnings up to a dot."""
    kinds = sorted(KINDS | {event.kind for event in events})
    parts = [kind.split(".") for kind in kinds]
    return list(dict.fromkeys(".".join(p[:n]) for p in parts for n in range(len(p), 0, -1)))


class Events(Table[Event]):
    """Everything that happened, as a table; see `livekit_nb.recording.events` for the kinds.

    Shown and exported it holds what was said, what tools were asked and what they answered; its
    ``repr`` does not.
    """

    noun = "event"
    layout = (
        Column("t_s", lambda event: event.t, "time", unit="s", decimals=3),
        Column("kind", lambda event: event.kind),
        Column("data", lambda event: dict(event.data), "details", show=_details),
    )

    def of(self, *kinds: str) -> Events:
        """Return the events of some kinds.

        Parameters
        ----------
        *kinds : str
            Kinds such as ``"tool.call"``, or their beginnings up to a dot, such as ``"tool"``.

        Raises
        ------
        RecordingError
            If one is none of the kinds that `livekit_nb.recording.events` lists, nor of those in
            this table, and looks like one misspelt. Others are kinds of your own.
        """
        check_names(kinds, _known(self), what="events")
        return Events(
            event
            for event in self
            if any(event.kind == kind or event.kind.startswith(f"{kind}.") for kind in kinds)
        )
