"""A Praat TextGrid: what each side said, the turns and the tool calls as tiers; events as points.

The long text form (https://www.fon.hum.uva.nl/praat/manual/TextGrid_file_formats.html), in UTF-8.
Intervals of a tier touch each other from its beginning to its end, empty ones standing for
silence; quotes in texts are doubled; points of a tier have different times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from livekit_nb.recording.export.utterances import one_line, said_in, seconds

if TYPE_CHECKING:
    from livekit_nb.recording.recording import Recording

__all__ = ["write_textgrid"]

_TICK_S: Final = 1e-6
_SHORTEST_S: Final = 0.001
_TOO_MANY: Final = ("caption", "video", "usage", "playback")
"""Kinds of events that come all the time, or say what the tiers of words say."""

Interval = tuple[float, float, str]


def write_textgrid(recording: Recording, path: Path, name: str) -> None:
    """Write tiers ``user``, ``agent``, ``turns``, ``tools`` and, of points, ``events``."""
    end_s = max(recording.duration_s, _SHORTEST_S)
    said = said_in(recording)
    words = {
        side: [(one.start_s, one.end_s, one.text) for one in said if one.side == side]
        for side in ("user", "agent")
    }
    calls = [
        (call.start, end_s if call.end is None else call.end, str(call))
        for call in recording.tools
        if call.repeats is None
    ]
    tiers = [
        *((side, _interval_tier(intervals, end_s)) for side, intervals in words.items()),
        ("turns", _interval_tier(_turns(recording), end_s)),
        ("tools", _interval_tier(calls, end_s)),
        ("events", _point_tier(_points(recording), end_s)),
    ]
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.write(
            'File type = "ooTextFile"\nObject class = "TextGrid"\n\n'
            f"xmin = 0\nxmax = {seconds(end_s)}\ntiers? <exists>\nsize = {len(tiers)}\nitem []:\n"
        )
        for number, (tier, lines) in enumerate(tiers, start=1):
            kind = "TextTier" if tier == "events" else "IntervalTier"
            file.write(
                f'    item [{number}]:\n        class = "{kind}"\n        name = "{tier}"\n'
                f"        xmin = 0\n        xmax = {seconds(end_s)}\n"
            )
            file.writelines(lines)


def _turns(recording: Recording) -> list[Interval]:
    """Find each turn's time from its first sound to its last, or to the beginning of the next."""
    said = said_in(recording)
    spans: dict[int, tuple[float, float]] = {}
    for one in said:
        start_s, end_s = spans.get(one.turn, (one.start_s, one.end_s))
        spans[one.turn] = min(start_s, one.start_s), max(end_s, one.end_s)
    turns = sorted((start_s, end_s, str(turn)) for turn, (start_s, end_s) in spans.items())
    following = [start_s for start_s, _, _ in turns[1:]]
    following.append(recording.duration_s)
    return [
        (start_s, min(end_s, limit_s), turn)
        for (start_s, end_s, turn), limit_s in zip(turns, following, strict=False)
    ]


def _points(recording: Recording) -> Iterator[tuple[float, str]]:
    for event in recording.events:
        if event.kind.split(".")[0] not in _TOO_MANY:
            text = event.data.get("text") if event.kind == "user.text" else None
            yield event.t, f"{event.kind}: {text}" if text else event.kind


def _interval_tier(intervals: Iterable[Interval], end_s: float) -> Iterator[str]:
    """Write intervals that touch each other; what overlaps an earlier one begins after it."""
    whole: list[Interval] = []
    done_s = 0.0
    for start_s, stop_s, text in sorted(intervals):
        start_s, stop_s = max(start_s, done_s), min(stop_s, end_s)
        if stop_s - start_s < _TICK_S:
            continue
        if start_s - done_s >= _TICK_S:
            whole.append((done_s, start_s, ""))
        else:
            start_s = done_s
        whole.append((start_s, stop_s, text))
        done_s = stop_s
    if end_s - done_s >= _TICK_S or not whole:
        whole.append((done_s, end_s, ""))
    yield f"        intervals: size = {len(whole)}\n"
    for number, (start_s, stop_s, text) in enumerate(whole, start=1):
        yield (
            f"        intervals [{number}]:\n            xmin = {seconds(start_s)}\n"
            f"            xmax = {seconds(stop_s)}\n            text = {_quoted(text)}\n"
        )


def _point_tier(points: Iterable[tuple[float, str]], end_s: float) -> Iterator[str]:
    """Write points; what happened at the same moment is one."""
    named: dict[str, list[str]] = {}
    for t, text in points:
        named.setdefault(seconds(min(max(t, 0.0), end_s)), []).append(text)
    yield f"        points: size = {len(named)}\n"
    for number, (time, texts) in enumerate(named.items(), start=1):
        yield (
            f"        points [{number}]:\n            number = {time}\n"
            f"            mark = {_quoted('; '.join(texts))}\n"
        )


def _quoted(text: str) -> str:
    return '"' + one_line(text).replace('"', '""') + '"'
