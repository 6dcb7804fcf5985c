"""Messages in the journal: columns, for there are a hundred a second."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import takewhile
from typing import Any, Final

from livekit_nb.recording.messages import Direction, MessageLog

__all__ = ["extend", "extend_sounding", "messages_since"]

Line = dict[str, Any]

_BATCH: Final = 20_000
_MOST_NUMBER: Final = 2**53


def messages_since(log: MessageLog, number: int) -> list[Callable[[], Line]]:
    """Copy the messages from a number on, and again the last one before it that had sound.

    A message's sound is told after the message, so it may have grown.

    Returns
    -------
    list of callable
        Each makes a line of what was copied.
    """
    number = max(number, log.dropped)
    lines: list[Callable[[], Line]] = []
    bodies = _bodies_since(log, number)
    for first in range(number, len(log), _BATCH):
        stop = min(first + _BATCH, len(log))
        part = slice(first - log.dropped, stop - log.dropped)
        columns = (log._t[part], log._size[part], log._kind[part], log._connection[part])
        texts = bodies[bisect_left(bodies, (first,)) : bisect_left(bodies, (stop,))]
        lines.append(partial(_line, first, columns, log._kinds[:], texts))
    at = max(0, bisect_left(log._sounding, number) - 1)
    sounding = (log._sounding[at:], log._sample[at:], log._samples[at:])
    if sounding[0]:
        lines.append(partial(_sounding_line, sounding))
    return lines


def _bodies_since(log: MessageLog, number: int) -> list[tuple[int, bytes]]:
    """Return the texts from a message on, with their numbers, in order."""
    newest = takewhile(lambda known: known >= number, reversed(log._bodies))
    return [(known, log._bodies[known]) for known in newest][::-1]


def _line(
    first: int,
    columns: tuple[array[Any], ...],
    kinds: list[tuple[Direction, str]],
    bodies: list[tuple[int, bytes]],
) -> Line:
    t, size, kind, connection = (column.tolist() for column in columns)
    return {
        "messages": {
            "from": first,
            "t": t,
            "size": size,
            "kinds": [list(name) for name in kinds],
            "kind": kind,
            "connection": connection,
            "bodies": [[number, body.decode("utf-8", "replace")] for number, body in bodies],
        }
    }


def _sounding_line(columns: tuple[array[Any], ...]) -> Line:
    return {"sounding": [list(row) for row in zip(*columns, strict=True)]}


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
