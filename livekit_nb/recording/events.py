"""What happened, as events on the recording's clock.

An event is a time, a kind and a small dictionary. The kinds, and what their ``data`` holds:

======================== =====================================================================
kind                     data
======================== =====================================================================
session.connecting       endpoint, model; when the first connection is tried again, also attempt
                         (from 2), and code and reason as of ``session.reconnecting``
session.ready            model, embedded (whether the embedded server answers, as it says itself);
                         replay: of what, if a recording is played back
session.closed           code, reason
session.error            message
session.going_away       time_left_s; the server will end the connection (None: it did not say when)
session.reconnecting     attempt (from 1), code, reason; another connection is sought. Codes below
                         100 are no close codes: 0 nobody could be reached, 1 the server fell
                         silent, 2 it sent what is no message
session.resumed          attempt, fresh (a new session, told what was said before), outage_s,
                         replayed_s (seconds of the microphone that are sent again); silent_s (how
                         long nothing had come before, if the connection was left for that)
mic.started              rate_hz, label, … (what the browser said about the device)
mic.stopped
camera.started           width, height, fps
camera.stopped
media.path               path (``gateway`` or ``comm``: how audio travels page → kernel)
page.clock               offset_s (recording time minus page time), error_s (of it, at most),
                         output_latency_s (as the browser estimates it; None: it does not);
                         at the start, and when they have changed noticeably
activity.start           the server heard speech begin; offset_s if it told (seconds of the sound it
                         was sent)
activity.end             the server heard speech end; offset_s likewise
activity.marked          edge (``start``, ``end``: push-to-talk; ``stream_end``: the sound pauses);
                         told to the server from here
mic.muted                from here on nothing of the microphone is kept or sent
mic.unmuted
history.seeded           turns (how many were given to the model before it heard anything)
content.sent             turns (how many), turn_complete (whether an answer was asked for)
context.updated          instructions (whether they were replaced), tools (how many there are now;
                         None: they stayed)
caption.user             text, final; ``final=False`` is interim and replaced by the next caption;
                         language and speaker if the service told
caption.agent            text; fragments to concatenate
user.text                text (typed, not spoken)
agent.first_audio        first byte of a reply arrived
agent.generation_complete the model has produced the whole reply (it may still be playing)
agent.turn_complete      reason; the reply is over (``CONNECTION_LOST``: it broke off, and is given
                         anew). said: ``words`` if they were only written,
                         ``nothing`` if there was no answer at all
agent.interrupted        the reply was cut short by the user
agent.phantom_interruption the service said ``interrupted`` while nothing was being said
agent.thought            text (a summary of what the model thinks; never spoken)
agent.text               text (written by the model, not spoken)
agent.silent             no answer came, though the question was put again; it is let be
agent.waiting            the model holds back, it expects the user to go on
agent.grounding          queries, sources (uri, title …): what the service's own tools found
tool.call                id, name, args, blocking (whether the model waits for the result);
                         repeats: id of the cut-off call that is not run anew
tool.progress            id, name, response, scheduling (when it is spoken of; ``SILENT``: never);
                         one of several results was sent
tool.response            id, name, response, duration_s, error, scheduling; the result, or the last
                         of several
tool.cancelled           id
tool.late                id, name, why, response; a result nobody waited for, not sent
video.frame              width, height, bytes, number (from 1)
usage                    prompt_tokens, response_tokens, total_tokens, thoughts_tokens, tool_tokens,
                         cached_tokens, prompt, response
cost.budget              spent_usd, budget_usd; the budget is spent, the conversation ends
playback.started         run
playback.ended           run, reason
playback.underrun        count
uplink.lost              frames (20 ms each) of the microphone that never reached the model; how
                         many since such an event before
message.lost             messages (how many), kinds; what was written is not sent again, since the
                         service choked on something of it
uplink.replayed          frames that are sent again, as the model had not answered them
recording.paused         from here on sound, pictures and words are not kept
recording.resumed        from here on they are kept again
recording.unwritten      message; the disk takes nothing at the moment. What is captured stays in
                         memory until it does, and may be saved elsewhere
recording.written        the disk has taken what was waiting
fault                    kind, …; something is made to go wrong on purpose (``session.inject``);
                         planned, at the beginning, if it may go wrong later (``faults=``)
======================== =====================================================================

Kinds outside this table are kept and shown; no turn is computed from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["KINDS", "Event", "plain"]

KINDS = frozenset(
    {
        "session.connecting",
        "session.ready",
        "session.closed",
        "session.error",
        "session.going_away",
        "session.reconnecting",
        "session.resumed",
        "mic.started",
        "mic.stopped",
        "camera.started",
        "camera.stopped",
        "media.path",
        "page.clock",
        "activity.start",
        "activity.end",
        "activity.marked",
        "mic.muted",
        "mic.unmuted",
        "history.seeded",
        "content.sent",
        "context.updated",
        "caption.user",
        "caption.agent",
        "user.text",
        "agent.first_audio",
        "agent.generation_complete",
        "agent.turn_complete",
        "agent.interrupted",
        "agent.phantom_interruption",
        "agent.thought",
        "agent.text",
        "agent.silent",
        "agent.waiting",
        "agent.grounding",
        "tool.call",
        "tool.progress",
        "tool.response",
        "tool.cancelled",
        "tool.late",
        "video.frame",
        "usage",
        "cost.budget",
        "playback.started",
        "playback.ended",
        "playback.underrun",
        "uplink.lost",
        "message.lost",
        "uplink.replayed",
        "recording.paused",
        "recording.resumed",
        "recording.unwritten",
        "recording.written",
        "fault",
    }
)
"""The kinds that the package itself writes (see the module's table)."""

_MAX_DEPTH = 16


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened during a conversation.

    Attributes
    ----------
    t : float
        When, in seconds since the recording's start.
    kind : str
        What, e.g. ``"tool.call"``; the module's table lists the kinds.
    data : dict
        Details, JSON-like. Not part of ``repr``: it may hold transcripts. ``print(event)`` shows
        them.
    """

    t: float
    kind: str
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        details = "".join(f"  {name}={value!r}" for name, value in self.data.items())
        return f"{self.t:.3f} s  {self.kind}{details}"


def plain(value: Any, _depth: int = 0) -> Any:
    """Copy a value so that later changes to it cannot rewrite the recording.

    Parameters
    ----------
    value : Any
        JSON-like data. Anything else is replaced by the name of its type, never by its ``repr``,
        which could hold a secret or a megabyte of samples.

    Returns
    -------
    Any
        A deep copy made of ``dict``, ``list``, ``str``, ``int``, ``float``, ``bool`` and ``None``.
    """
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if _depth >= _MAX_DEPTH:
        return "<too deep>"
    if isinstance(value, Mapping):
        return {str(key): plain(item, _depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item, _depth + 1) for item in value]
    return f"<{type(value).__name__}>"
