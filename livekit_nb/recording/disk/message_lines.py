"""Messages in the journal: columns, for there are a hundred a second."""

from __future__ import annotations

from array import array
from collections import Counter
from typing import Any, Final

from livekit_nb.recording.messages import MessageLog

__all__ = ["extend", "extend_sounding", "messages_since"]

Line = dict[str, Any]

_BATCH: Final = 20_000
_MOST_NUMBER: Final = 2**53


def messages_since(log: MessageLog, number: int) -> list[Line]:
    """Return the messages from a number on, and again the last one before it that had sound.

    A message's sound is told after the message, so it may have grown.
    """
    lines: list[Line] = []
    number = max(number, log.dropped)
    sounding = _sounding_since(log, number)
    for first in range(number, len(log), _BATCH):
        stop = min(first + _BATCH, len(log))
        part = slice(first - log.dropped, stop - log.dropped)
        bodies = [
            [n, body.decode("utf-8", "replace")]
            for n in range(first, stop)
            if (body := log._bodies.get(n)) is not None
        ]
        lines.append(
            {
                "messages": {
                    "from": first,
                    "t": log._t[part].tolist(),
                    "size": log._size[part].tolist(),
                    "kinds": [list(kind) for kind in log._kinds],
                    "kind": log._kind[part].tolist(),
                    "connection": log._connection[part].tolist(),
                    "bodies": bodies,
                }
            }
        )
    if sounding:
        lines.append({"sounding": sounding})
    return lines


def _sounding_since(log: MessageLog, number: int) -> list[list[int]]:
    at = len(log._sounding)
    while at > 0 and log._sounding[at - 1] >= number:
        at -= 1
    at = max(0, at - 1)
    columns = zip(log._sounding[at:], log._sample[at:], log._samples[at:], strict=True)
    return [list(row) for row in columns]


def extend(log: MessageLog, columns: Line) -> None:
    """Take in messages as a line of the journal holds them.

    A log holds the last ones, without a gap. So where some before these are missing (dropped from
    memory before a disk that took nothing took them, or damaged), those before them are dropped.

    Raises
    ------
    ValueError, KeyError, TypeError, OverflowError
        If they are none.
    """
    first = int(columns["from"])
    if not len(log) <= first < _MOST_NUMBER:
        raise ValueError("messages that are there already, or cannot be")
    t, size = array("d", columns["t"]), array("I", columns["size"])
    connection, kind = array("H", columns["connection"]), columns["kind"]
    bodies = [(int(number), body.encode("utf-8", "replace")) for number, body in columns["bodies"]]
    if not len(t) == len(size) == len(kind) == len(connection):
        raise ValueError("columns of different lengths")
    ids = []
    for direction, name in columns["kinds"]:
        known = log._ids.get((direction, name))
        ids.append(log._id(direction, name) if known is None else known)
    kinds = array("H", [ids[at] for at in kind])
    for at, count in Counter(kinds).items():
        log._counts[at] += count
    if first > len(log):
        log._drop(len(log._t))
        log.dropped = first
    log._t.extend(t)
    log._size.extend(size)
    log._kind.extend(kinds)
    log._connection.extend(connection)
    log._bodies.update(bodies)


def extend_sounding(log: MessageLog, rows: list[list[int]]) -> None:
    """Take in where the sound of messages is; later rows replace earlier ones."""
    columns = zip(*rows, strict=True)  # looked at before: half a row would be worse than none
    numbers, firsts, counts = map(array, "QQI", columns)
    for number, first, count in zip(numbers, firsts, counts, strict=True):
        if log._sounding and log._sounding[-1] == number:
            log._sample[-1], log._samples[-1] = first, count
        elif not log._sounding or log._sounding[-1] < number:
            log._sounding.append(number)
            log._sample.append(first)
            log._samples.append(count)
