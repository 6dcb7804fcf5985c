"""What the server said in a recording, line by line, and what each line waited for.

A line waits for what led to it then: an answer for somebody to have spoken (or typed), what
follows a tool call for the tool's result. Where there is nothing to wait for, the time decides.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Literal

from livekit_nb.errors import RecordingError, WireError
from livekit_nb.recording.messages import names_in
from livekit_nb.recording.recording import Recording
from livekit_nb.session.replay.joining import (
    Spoken,
    goes_on,
    is_about_the_user,
    joined,
    says,
)
from livekit_nb.session.replay.restoring import Line, restored

__all__ = ["Hold", "Script", "Spoken", "script_of"]

_BEFORE_S = 0.1  # so long before somebody spoke nothing of the conversation was about that
_UNREADABLE = "unreadable"  # it ended its connection
_AFTER_S = 1.0  # the recording is over so long after the last sound


@dataclass(frozen=True)
class Hold:
    """Something that a line, and all after it, waits for.

    Attributes
    ----------
    index : int
        Number of the line.
    kind : {"began", "ended", "results"}
        For the user to begin, or to have finished speaking; for results of tools.
    at_s : float
        Where the recording stands meanwhile.
    to_s : float
        Where it goes on: where the user began, or had finished.
    reply : int
        Number of the first line of the answer to it.
    cut : int or None
        Number of the line that says that the user interrupted a reply.
    ids : frozenset of str
        Of the calls.
    """

    index: int
    kind: Literal["began", "ended", "results"]
    at_s: float
    to_s: float
    reply: int = -1
    cut: int | None = None
    ids: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Script:
    """The server's side of a recording.

    Attributes
    ----------
    lines : list of Line
    holds : list of Hold
        In order.
    begun_s : float
        When the settings were accepted, in seconds of the recording.
    end_s : float
        When it is over: a moment after the last sound.
    said : list of Spoken
        What the user said and typed.
    typed : list of (float, str)
        What of it was typed, and when.
    """

    lines: list[Line]
    holds: list[Hold] = field(default_factory=list)
    begun_s: float = 0.0
    end_s: float = 0.0
    said: list[Spoken] = field(default_factory=list)
    typed: list[tuple[float, str]] = field(default_factory=list)

    @property
    def quickest_s(self) -> float:
        """How soon after the user had finished an answer began, of all the soonest."""
        waits = (self.lines[h.reply].t - h.to_s for h in self.holds if h.kind == "ended")
        return min(waits, default=inf)


def script_of(recording: Recording) -> Script:
    """Read the server's side of a recording.

    Raises
    ------
    RecordingError
        If the recording does not hold what the server said.
    """
    if "audio" in recording.without:
        raise RecordingError(
            "This recording cannot be played back: its sound was taken out. Play back the "
            "original, or keep the sound: recording.redact(audio=False)."
        )
    typed = [
        (event.t, str(event.data["text"]))
        for event in recording.events
        if event.kind == "user.text" and event.data.get("text")
    ]
    said = [Spoken(part.start_s, part.end_s) for part in recording.speech("user")]
    said += [Spoken(t, t) for t, _ in typed]
    said.sort(key=lambda one: one.start_s)
    begun_s, connections = _connections(recording)
    lines = joined(connections, said)
    if not any(says(line) or line.message.tool_call is not None for line in lines):
        raise RecordingError(
            "There is nothing to play back: in this recording the agent says nothing and calls no "
            "tool. Look at what it holds (print(recording.summary())), and play back another."
        )
    heard_s = max((part.end_s for part in recording.speech("agent")), default=0.0)
    end_s = max(heard_s, lines[-1].t if lines else begun_s, said[-1].end_s if said else begun_s)
    holds = [*_for_results(recording, lines), *_for_words(lines, said)]
    holds.sort(key=lambda hold: (hold.index, hold.at_s))
    return Script(lines, holds, begun_s, end_s + _AFTER_S, said, typed)


def _connections(recording: Recording) -> tuple[float, list[list[Line]]]:
    """Return when the conversation began, and what was said over each of its connections."""
    log = recording._messages  # an hour has 200,000, most of them sent
    numbers = log.find(lambda direction, _: direction == "received").tolist()
    received = [log.message(number) for number in numbers]
    begun = next((kept for kept in received if "setupComplete" in names_in(kept.kind)), None)
    if begun is None or received[0].connection != begun.connection:
        raise RecordingError(
            "This recording cannot be played back: it does not hold what the server said from the "
            "beginning on. It may have been made with record=False, by an older version, or been "
            "redacted; play back the original, or record the conversation anew."
        )
    connections: dict[int, list[Line]] = {}
    missing = 0
    for kept in received[received.index(begun) :]:
        if kept.kind == _UNREADABLE:
            continue
        try:
            line = restored(kept)
        except WireError:
            missing += 1
            continue
        if line is not None:
            connections.setdefault(kept.connection, []).append(line)
    if missing:
        off_s = sum(span.duration_s for span in recording.unrecorded)
        why = (
            f"Recording was off for {off_s:.1f} s (record=False, or session.record(False)), so "
            "nobody has them; play back another, or record the conversation anew."
            if off_s
            else "It was redacted, or the file is damaged; play back the original, or record the "
            "conversation anew."
        )
        raise RecordingError(
            f"This recording cannot be played back: the text of {missing} of the "
            f"{len(received)} messages of the server is missing. {why}"
        )
    return begun.t, list(connections.values())


def _for_results(recording: Recording, lines: Sequence[Line]) -> Iterable[Hold]:
    """Find the lines that came after a tool's result was sent."""
    calls = (line.message.tool_call for line in lines)
    called = {str(one.id) for call in calls if call is not None for one in call.function_calls}
    for event in recording.events:
        if event.kind != "tool.response" or str(event.data.get("id")) not in called:
            continue
        index = bisect_right(lines, event.t, key=_time)
        ids = frozenset({str(event.data["id"])})
        yield Hold(index, "results", event.t, event.t, ids=ids)


def _for_words(lines: Sequence[Line], said: Sequence[Spoken]) -> Iterable[Hold]:
    """Find the lines that came after the user had begun, and had finished, to say something."""
    waiting = list(said)
    under_way = False
    ended_s, cut = 0.0, None  # the last reply's end, and which line told that it was interrupted
    for index, line in enumerate(lines):
        content = line.message.server_content
        tail = content is not None and cut is not None and not says(line)
        replies = says(line) or (content is not None and bool(content.turn_complete) and not tail)
        if replies and not under_way:
            heard = [one for one in waiting if one.start_s < line.t]
            if heard:
                yield from _around(lines, index, heard, ended_s, cut)
                del waiting[: len(heard)]
            cut = None
        if content is not None and content.interrupted and under_way:
            cut = index
        if under_way and not goes_on(line, under_way=True):
            ended_s = line.t
        under_way = goes_on(line, under_way=under_way)


def _around(
    lines: Sequence[Line],
    reply: int,
    heard: Sequence[Spoken],
    ended_s: float,
    cut: int | None,
) -> Iterable[Hold]:
    """Return what the line number `reply` waits for, which answers what was `heard`."""
    if cut is not None:
        cutting = [one for one in heard if one.start_s <= lines[cut].t]
        first = cutting[-1] if cutting else heard[0]
    else:
        first = next((one for one in heard if one.start_s >= ended_s), heard[-1])
    start_s, end_s = first.start_s, min(heard[-1].end_s, lines[reply].t)
    after = range(bisect_right(lines, start_s, key=_time), reply)
    began = next((n for n in after if is_about_the_user(lines[n])), reply)
    ended = bisect_left(lines, end_s, began, reply, key=_time)
    if cut is not None and cut < began:
        cut = None  # it was told before anybody is known to have spoken, and is told so again
    before_s = lines[began - 1].t if began else 0.0
    if began < ended:
        at_s = max(before_s, start_s - _BEFORE_S)
        yield Hold(began, "began", at_s, max(at_s, start_s), reply, cut)
        before_s = lines[ended - 1].t
    else:
        before_s = max(before_s, start_s - _BEFORE_S)
        yield Hold(ended, "began", before_s, max(before_s, start_s), reply, cut)
    yield Hold(ended, "ended", max(before_s, end_s), end_s, reply, cut)


def _time(line: Line) -> float:
    return line.t
