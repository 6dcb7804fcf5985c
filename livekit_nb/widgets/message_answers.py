"""Answers about the messages of a recording: which there are, and what one of them says.

Filtering and counting is done here, so that a page never holds more than what it shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Final, Literal

import msgspec

from livekit_nb.recording.messages import Direction, Message, names_in
from livekit_nb.recording.recording import Recording

__all__ = ["GROUPS", "body", "groups_of", "messages"]

GROUPS: Final = ("audio", "content", "tools", "session", "usage")
"""What messages are about. Audio is what carries nothing else."""

MOST_ROWS: Final = 500

_AUDIO: Final = frozenset({"realtimeInput.audio", "serverContent.audio"})
_ABOUT: Final[Mapping[str, frozenset[str]]] = {
    "tools": frozenset({"toolCall", "toolResponse", "toolCallCancellation"}),
    "session": frozenset(
        {"setup", "setupComplete", "goAway", "sessionResumptionUpdate", "contextUpdate"}
    ),
    "usage": frozenset({"usageMetadata"}),
}
_SPECIAL: Final = frozenset().union(*_ABOUT.values())


class _Wanted(msgspec.Struct):
    """Which messages are asked for.

    Attributes
    ----------
    start : int
        First one among those that are wanted; below 0 it counts from the end.
    count : int
    way : {"", "sent", "received"}
    groups : tuple of str
        Those of any of these, of all if there are none.
    text : str
        Part of their kind, in whatever case.
    audio : bool
        Whether those that carry nothing but sound are wanted.
    """

    start: Annotated[int, msgspec.Meta(gt=-(2**53), lt=2**53)] = 0
    count: Annotated[int, msgspec.Meta(ge=0, le=MOST_ROWS)] = 100
    way: Literal["", "sent", "received"] = ""
    groups: Annotated[tuple[str, ...], msgspec.Meta(max_length=10)] = ()
    text: Annotated[str, msgspec.Meta(max_length=100)] = ""
    audio: bool = True

    def takes(self, way: Direction, kind: str) -> bool:
        """Whether messages of this way and kind are wanted."""
        groups = groups_of(kind)
        return (
            self.way in ("", way)
            and (self.audio or "audio" not in groups)
            and (not self.groups or not groups.isdisjoint(self.groups))
            and self.text.strip().lower() in kind.lower()
        )


class _One(msgspec.Struct):
    number: Annotated[int, msgspec.Meta(ge=0, lt=2**53)]


@lru_cache(maxsize=1024)
def groups_of(kind: str) -> frozenset[str]:
    """Return what a kind is about; several things, if it carries several."""
    if kind in _AUDIO:
        return frozenset({"audio"})
    names = names_in(kind)
    groups = {group for group, members in _ABOUT.items() if not members.isdisjoint(names)}
    return frozenset(groups if names <= _SPECIAL else {*groups, "content"})


def messages(recording: Recording, ask: Mapping[str, Any]) -> dict[str, Any]:
    """List some of the messages that pass a filter.

    Returns
    -------
    dict
        ``total`` and ``dropped`` messages; ``groups``: how many of each; ``found``: how many pass
        the filter; ``start``: which of them the first of ``rows`` is. A row holds number, time,
        way, kind, size, connection, and whether there is a text.
    """
    wanted = msgspec.convert(ask, _Wanted)
    log = recording._messages
    counts = dict.fromkeys(GROUPS, 0)
    for (_, kind), count in log.kinds().items():
        for group in groups_of(kind):
            counts[group] += count
    found = log.find(wanted.takes)
    start = max(0, wanted.start + len(found)) if wanted.start < 0 else wanted.start
    chosen = found[start : start + wanted.count]
    return {
        "total": len(log),
        "dropped": log.dropped,
        "groups": counts,
        "found": len(found),
        "start": start,
        "rows": [_row(*one) for one in log.some(chosen.tolist())],
    }


def body(recording: Recording, ask: Mapping[str, Any]) -> dict[str, Any]:
    """Return what one message says, and everything else that is known of it."""
    message = recording._messages.message(msgspec.convert(ask, _One).number)
    return {
        "row": _row(message, message.body is not None),
        "body": message.body,
        "samples": message.samples,
        "kept": recording._messages.keeps_bodies,
    }


def _row(message: Message, has_body: bool) -> list[Any]:
    t = round(message.t, 4)
    number, kind, size = message.number, message.kind, message.size
    return [number, t, message.direction, kind, size, message.connection, has_body]
