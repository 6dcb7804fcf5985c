"""What the network, the service and the clocks did to the conversation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from livekit_nb.recording.diagnosis.evidence import Evidence, amount
from livekit_nb.recording.diagnosis.finding import Finding

__all__ = [
    "ends_by_error",
    "lost_messages",
    "lost_sound",
    "outages",
    "uncertain_clocks",
]

OUTAGE_S: Final = 1.0
"""A gap that people notice: below it the answer comes a little late, and that is told as such."""

LOST_S: Final = 0.1
"""Less lost sound than this is no word."""

CLOCK_S: Final = 0.03
"""By so much the parts before the kernel and after it may be wrong: as much as the whole figure
is to be right in the median."""

_FRAME_S: Final = 0.02
_GOODBYES: Final = (None, 0, 1000, 1001)


def outages(evidence: Evidence) -> Iterator[Finding]:
    """Find stretches without a connection that lasted, or never ended."""
    open_s: float | None = None
    for event in evidence.told("session.reconnecting", "session.resumed", "session.closed"):
        if event.kind == "session.reconnecting":
            open_s = event.t if open_s is None else open_s
            continue
        lasted_s = event.data.get("outage_s")
        gone_s = (
            amount(event, "outage_s") if lasted_s is not None else event.t - (open_s or event.t)
        )
        if gone_s >= OUTAGE_S and (open_s is not None or lasted_s is not None):
            end = "" if event.kind == "session.resumed" else ", and did not come back"
            yield Finding(
                "outage",
                event.t - gone_s,
                event.t,
                evidence.turn_at(event.t - gone_s),
                f"There was no connection for {gone_s:.1f} s{end}.",
                "Try a better network. What was said meanwhile is sent again, up to 30 s of it; "
                "recording.events (session.reconnecting) has the close codes.",
                round(gone_s, 3),
            )
        open_s = None


def lost_sound(evidence: Evidence) -> Iterator[Finding]:
    """Find when sound of the microphone was given up."""
    for event in evidence.told("uplink.lost"):
        lost_s = amount(event, "frames") * _FRAME_S
        if lost_s >= LOST_S:
            yield Finding(
                "uplink_loss",
                max(0.0, event.t - lost_s),
                event.t,
                evidence.turn_at(event.t),
                f"{lost_s:.1f} s of the microphone never reached the service.",
                "The network or the kernel was too slow for too long: say it again, stop cells "
                "that compute hard, and try a better network.",
                round(lost_s, 3),
            )


def lost_messages(evidence: Evidence) -> Iterator[Finding]:
    """Find what was written, and is not sent again since the service refused something of it."""
    for event in evidence.told("message.lost"):
        count = int(amount(event, "messages"))
        plural = "" if count == 1 else "s"
        yield Finding(
            "message_lost",
            event.t,
            event.t,
            evidence.turn_at(event.t),
            f"{count} message{plural} went lost, because the service refused one of them.",
            "Send them again one by one, to see which one it does not take; the close code before "
            "tells why (recording.events, session.reconnecting).",
            float(count),
        )


def ends_by_error(evidence: Evidence) -> Iterator[Finding]:
    """Find a conversation that did not end by a goodbye."""
    for event in evidence.told("session.closed"):
        code = event.data.get("code")
        if code in _GOODBYES:
            continue
        yield Finding(
            "ended_by_error",
            event.t,
            event.t,
            evidence.turn_at(event.t),
            f"The conversation was ended with code {code}.",
            "recording.events (session.error) has the cause and the remedy.",
            float(code) if isinstance(code, int | float) else None,
        )


def uncertain_clocks(evidence: Evidence) -> Iterator[Finding]:
    """Find when the page's clock was known too badly for the parts of the latency."""
    worst_s, since_s, until_s = 0.0, None, 0.0
    for turn in evidence.turns:
        error_s = turn.latency.error_s
        if error_s is None or error_s < CLOCK_S:
            continue
        at_s = turn.latency.speech_end or turn.latency.first_audible or 0.0
        since_s = at_s if since_s is None else since_s
        until_s = max(until_s, at_s)
        worst_s = max(worst_s, error_s)
    if since_s is not None:
        yield Finding(
            "clock_error",
            since_s,
            until_s,
            evidence.turn_at(since_s),
            f"The page's clock was known to ±{1000 * worst_s:.0f} ms only: the parts capture and "
            "playout may be off by that, voice-to-voice is not.",
            "The way between page and kernel is slow or jittery (a far hub, comms): trust the "
            "sums, not these two parts.",
            round(worst_s, 4),
        )
