"""The agent's replies: what arrived, what was handed over, what was really heard."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from livekit_nb.recording.turns.pacing import Pacing

__all__ = ["GRID_S", "Reply", "ReplyLog"]

_LATE_CAPTION_S: Final = 1.0
_UNHEARD_S: Final = 0.5
_LOST: Final = "CONNECTION_LOST"
GRID_S: Final = 0.005
"""Sound is placed on a track's samples, by a clock that may be mapped: so much earlier than it was
handed over may it seem to begin."""


@dataclass(slots=True, eq=False)
class Reply:
    """One reply, from its first sign to ``agent.turn_complete`` or ``agent.interrupted``.

    Times are recording seconds; ``None`` is unknown or not yet. A turn that the model ended without
    a word is a reply, too: a `silent` one.
    """

    number: int
    opened_s: float
    first_audio_s: float | None = None
    received: int = 0
    handed: int = 0
    played: int = 0
    handed_s: float | None = None
    heard: list[tuple[float, float]] = field(default_factory=list)
    ended_s: float | None = None
    interrupted_s: float | None = None
    captions: Pacing = field(default_factory=Pacing)
    silent: bool = False
    reason: str | None = None

    @property
    def said(self) -> tuple[str, str]:
        """What of the captions was heard, and their end that was not.

        All of a reply that nobody cut counts as heard, also while it is still to be played.
        """
        text = self.captions.text
        count = self.captions.heard(self.played) if self.cut else len(text)
        return text[:count], text[count:]

    @property
    def unheard(self) -> bool:
        """Whether it was cut before anything of it could be heard."""
        if self.interrupted_s is None or self.heard:
            return False
        began_s = self.opened_s if self.first_audio_s is None else self.first_audio_s
        return self.interrupted_s - began_s < _UNHEARD_S

    @property
    def lost(self) -> bool:
        """Whether it broke off with its connection: it is asked for again, and given anew."""
        return self.reason == _LOST

    @property
    def cut(self) -> bool:
        """Whether an interruption reached it while it was arriving or playing."""
        if self.interrupted_s is None:
            return False
        if self.ended_s is None or self.ended_s >= self.interrupted_s:
            return True
        all_heard = bool(self.heard) and self.played >= self.received
        return not all_heard or self.heard[-1][1] >= self.interrupted_s


class ReplyLog:
    """Follows the replies in the order in which things are told.

    Samples are attributed by counting: the sink plays what it was handed in order, except that an
    interruption drops what is queued. Sound played after the next reply was handed over
    therefore belongs to that one when the earlier reply was interrupted.
    """

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.interrupted: list[Reply] = []
        self._receiving: Reply | None = None
        self._handing = 0
        self._playing = 0
        self._orphans: list[tuple[float, str]] = []

    def first_audio(self, at_s: float) -> None:
        """``agent.first_audio``: the first byte of a reply arrived."""
        reply = self._receiving
        if reply is None or reply.first_audio_s is None:
            reply = reply or self._open(at_s)
            reply.first_audio_s = at_s

    def received(self, samples: int, at_s: float) -> None:
        """Sound of the running reply arrived."""
        self.first_audio(at_s)
        reply = self._receiving
        assert reply is not None
        if not reply.received and reply.first_audio_s is not None:
            # The event is told a moment after the bytes came.
            reply.first_audio_s = min(reply.first_audio_s, at_s)
        reply.received += samples

    def handed(self, samples: int, at_s: float) -> None:
        """Note that the next ``samples`` received samples went to the page or the loudspeaker."""
        while samples and self._handing < len(self.replies):
            reply = self.replies[self._handing]
            later = self._handing + 1 < len(self.replies)
            count = min(samples, reply.received - reply.handed) if later else samples
            if count > 0:
                if reply.handed_s is None:
                    reply.handed_s = at_s
                reply.handed += count
                samples -= count
            if samples:
                self._handing += 1

    def played(self, samples: int, start_s: float, end_s: float) -> None:
        """Note that ``samples`` samples were heard from ``start_s`` to ``end_s``."""
        if not self.replies or samples <= 0:
            return
        step_s = (end_s - start_s) / samples
        while samples:
            reply = self.replies[self._playing]
            following = (
                self.replies[self._playing + 1] if self._playing + 1 < len(self.replies) else None
            )
            if following is None:
                count = samples
            else:
                handed_s = following.handed_s
                cleared = (
                    reply.interrupted_s is not None
                    and handed_s is not None
                    and start_s >= handed_s - GRID_S
                )
                count = 0 if cleared else max(0, min(samples, reply.received - reply.played))
            if count == 0:
                self._playing += 1
                continue
            stop_s = start_s + count * step_s
            if reply.heard and start_s - reply.heard[-1][1] < step_s:
                reply.heard[-1] = (reply.heard[-1][0], stop_s)
            else:
                reply.heard.append((start_s, stop_s))
            reply.played += count
            samples -= count
            start_s = stop_s

    def caption(self, text: str, at_s: float) -> None:
        """Add a fragment of what the agent says; it may come before or after the sound."""
        if self._receiving is not None:
            self._receiving.captions.add(text, self._receiving.received)
        else:
            self._orphans.append((at_s, text))

    def ended(
        self,
        at_s: float,
        *,
        interrupted: bool,
        reason: str | None = None,
        said: Literal["words", "nothing"] | None = None,
    ) -> None:
        """``agent.turn_complete`` or ``agent.interrupted``."""
        if self._receiving is None:
            self._soundless(at_s, said)
        reply = self._receiving
        if reply is None:
            # Sound may still be playing after the reply was complete: cutting it is a barge-in.
            last = self._sounded
            if interrupted and last is not None and last.interrupted_s is None:
                self._interrupt(last, at_s)
            return
        reply.ended_s = at_s
        reply.reason = reason
        if interrupted:
            self._interrupt(reply, at_s)
        self._receiving = None

    def _soundless(self, at_s: float, said: Literal["words", "nothing"] | None) -> None:
        """Open a reply for what ends without sound, if it is one; late captions are none."""
        last = self._sounded
        if self._orphans and said != "words":
            late = last is not None and (
                said is not None or self._orphans[0][0] - (last.ended_s or 0.0) <= _LATE_CAPTION_S
            )
            if late:
                assert last is not None
                for _, text in self._orphans:
                    last.captions.trail(text)
                self._orphans.clear()
            elif said is None:
                self._open(self._orphans[0][0])
        if said is not None:
            self._open(at_s, late=False).silent = said == "nothing"

    @property
    def _sounded(self) -> Reply | None:
        return next((reply for reply in reversed(self.replies) if not reply.silent), None)

    def cut_captions(self, first: int) -> list[tuple[float, str]]:
        """When replies were interrupted, from the ``first``-th on, and what of each was unheard."""
        return [(reply.interrupted_s or 0.0, reply.said[1]) for reply in self.interrupted[first:]]

    def _interrupt(self, reply: Reply, at_s: float) -> None:
        reply.interrupted_s = at_s
        self.interrupted.append(reply)

    def _open(self, at_s: float, *, late: bool = True) -> Reply:
        reply = Reply(number=len(self.replies), opened_s=at_s)
        last = self._sounded
        for told_s, text in self._orphans:
            if late and last is not None and told_s < at_s - _LATE_CAPTION_S:
                last.captions.trail(text)
            else:
                reply.captions.add(text, reply.received)
        self._orphans.clear()
        self.replies.append(reply)
        self._receiving = reply
        return reply
