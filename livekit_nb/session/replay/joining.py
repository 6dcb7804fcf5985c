"""Several connections made one: as if none had been lost.

Over a new connection it is said again what had no answer, so the server tells again what it heard,
and gives a reply that broke off anew. Played back, all of that is said once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from livekit_nb.session.replay.restoring import Line
from livekit_nb.wire.messages import ServerContent, ServerMessage

__all__ = ["Spoken", "goes_on", "is_about_the_user", "joined", "says"]

_TURN_OVER = ServerMessage(
    server_content=ServerContent(generation_complete=True, turn_complete=True)
)


@dataclass(frozen=True)
class Spoken:
    """Something the user said or typed, in seconds of the recording."""

    start_s: float
    end_s: float


def joined(connections: Sequence[Sequence[Line]], said: Sequence[Spoken]) -> list[Line]:
    """Return what was said over several connections as one.

    Parameters
    ----------
    connections : sequence of sequence of Line
        What was said over each.
    said : sequence of Spoken
        What the user said: after that, a reply is another one.
    """
    lines: list[Line] = []
    for part in connections:
        lines += _continued(lines, part, said) if lines else part
    return lines


def _continued(lines: list[Line], part: Sequence[Line], said: Sequence[Spoken]) -> list[Line]:
    """Return what is left of a connection's lines behind those before it, which may lose some."""
    broke_s = lines[-1].t
    begun = _begun(lines)
    reply = next((n for n, line in enumerate(part) if says(line)), None)
    if reply is None or any(broke_s < one.start_s < part[reply].t for one in said):
        if begun is not None:
            lines.append(Line(broke_s, _TURN_OVER))
        return list(part)
    if begun is not None:
        lines[begun:] = [line for line in lines[begun:] if not says(line)]
    heard = any(_transcribes(line) for line in lines[_answered(lines) :])
    before = [line for line in part[:reply] if not (heard and is_about_the_user(line))]
    return before + list(part[reply:])


def _begun(lines: Sequence[Line]) -> int | None:
    """Return where the reply begins that is under way at the end, if one is."""
    begun = None
    for index, line in enumerate(lines):
        if not goes_on(line, under_way=begun is not None):
            begun = None
        elif begun is None:
            begun = index
    return begun


def _answered(lines: Sequence[Line]) -> int:
    """Return where the last reply ends."""
    ends = [n for n, line in enumerate(lines) if not goes_on(line, under_way=True)]
    return ends[-1] + 1 if ends else 0


def goes_on(line: Line, *, under_way: bool) -> bool:
    """Whether a reply is under way after a line."""
    content = line.message.server_content
    if content is not None:
        if content.interrupted:
            return False
        if content.turn_complete and content.interaction_status != "IN_PROGRESS":
            return False
    return under_way or says(line)


def says(line: Line) -> bool:
    """Whether the model speaks, writes, thinks or calls a tool in a line."""
    content = line.message.server_content
    if line.samples is not None or line.message.tool_call is not None:
        return True
    if content is None:
        return False
    words = content.output_transcription
    turn = content.model_turn
    return bool(words is not None and words.text) or bool(turn is not None and turn.parts)


def is_about_the_user(line: Line) -> bool:
    """Whether a line tells what the server heard of the user."""
    message, content = line.message, line.message.server_content
    if message.voice_activity is not None or message.voice_activity_detection_signal is not None:
        return True
    return content is not None and bool(
        content.interrupted or content.input_transcription or content.interim_input_transcription
    )


def _transcribes(line: Line) -> bool:
    content = line.message.server_content
    return content is not None and content.input_transcription is not None
