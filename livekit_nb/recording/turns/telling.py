"""What a turn says of itself: sides, latency, how long an interruption took."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from livekit_nb.audio.activity import Segment
from livekit_nb.recording.capture import FrameMarks
from livekit_nb.recording.clock import ClockLog
from livekit_nb.recording.turns.captions import joined
from livekit_nb.recording.turns.draft import Activity, Audible, Draft
from livekit_nb.recording.turns.latency import Latency
from livekit_nb.recording.turns.replies import GRID_S, Reply
from livekit_nb.recording.turns.turn import AgentSide, ToolCall, Turn, UserSide
from livekit_nb.recording.usage.cost import Cost, Ledger
from livekit_nb.recording.usage.counting import NOTHING

__all__ = ["Teller"]

_HANGOVER_S: Final = 0.2  # silence after which speech has ended
_BREATH_S: Final = 0.3  # shorter pauses do not make a new onset


class Teller:
    """Makes turns of drafts.

    Parameters
    ----------
    tools : dict of str to ToolCall
        All tool calls by id.
    audible : callable
        When a reply was to be heard.
    marks : FrameMarks
        Times of the microphone frames.
    user_rate_hz : int
        Sample rate of the microphone track.
    ledger : Ledger
        Knows who is paid for what.
    replies : sequence of Reply
        All of them, live.
    clock : ClockLog, optional
        What is known of the page's clock.
    activity : sequence of Activity
        When the server heard speech begin and end, live.
    sounding : callable
        When the agent was to be heard between two moments.

    Attributes
    ----------
    ready_s : float
        Since when the session has been open. What was said before has no voice-to-voice latency.
    """

    def __init__(
        self,
        tools: Mapping[str, ToolCall],
        audible: Audible,
        marks: FrameMarks,
        user_rate_hz: int,
        ledger: Ledger,
        replies: Sequence[Reply],
        *,
        clock: ClockLog | None = None,
        activity: Sequence[Activity] = (),
        sounding: Callable[[float, float], list[Segment]] = lambda begin_s, end_s: [],
    ) -> None:
        self.ready_s = 0.0
        self._ledger = ledger
        self._tools = tools
        self._audible = audible
        self._marks = marks
        self._user_rate_hz = user_rate_hz
        self._replies = replies
        self._clock = clock or ClockLog()
        self._activity = activity
        self._sounding = sounding

    def turn(self, draft: Draft, following: Draft | None, index: int, listened_s: float) -> Turn:
        """Return the turn number `index`; `listened_s` is up to when the microphone is known."""
        user = None
        if draft.asked:
            last_s = draft.speech[-1].end_s if draft.speech else None
            ended = last_s is not None and (
                bool(draft.replies) or listened_s - last_s >= _HANGOVER_S
            )
            text = _said(draft)
            user = UserSide(
                draft.started_s,
                last_s if ended else None,
                text,
                typed=bool(draft.typed) and not draft.speech,
                speaking=last_s is not None and not ended,
            )
        agent, stop_s = self._agent(draft, following)
        return Turn(
            index=index,
            user=user,
            agent=agent,
            tools=tuple(self._tools[call.id] for call in draft.calls),
            latency=self._latency(draft, user, agent),
            barge_in_stop_s=stop_s,
            reason=draft.replies[-1].reason if draft.replies else None,
            overlap_s=self._overlap_s(draft.speech),
            cost=Cost(sum((bill.tokens for bill in draft.bills), NOTHING), self._ledger.tariff),
        )

    def _agent(
        self, draft: Draft, following: Draft | None
    ) -> tuple[AgentSide | None, float | None]:
        replies = [reply for reply in draft.replies if not reply.silent]
        if not replies:
            return None, None
        spans = [self._audible(reply) for reply in replies]
        heard = [span for span in spans if span is not None]
        last = replies[-1]
        interrupted = last.cut
        agent = AgentSide(
            first_audible=heard[0][0] if heard else None,
            end=heard[-1][1] if heard else None,
            text=_told(replies),
            unheard=_joined([reply.said[1] for reply in replies]),
            interrupted=interrupted,
            complete=last.ended_s is not None,
        )
        if not interrupted or following is None or not heard:
            return agent, None
        if spans[-1] is None and not replies[-2].lost:
            return agent, None
        return agent, self._stop_s(heard[-1], last, following)

    def _stop_s(self, audible: tuple[float, float], reply: Reply, following: Draft) -> float | None:
        """From the onset of the speech that interrupted to the last audible sample.

        Speech that began when nothing was audible any more had nothing to stop: ``None``.
        """
        first_s, last_s = audible
        if reply.interrupted_s is None:
            return None
        onset_s: float | None = None
        previous_end_s = 0.0
        for segment in following.speech:
            if segment.start_s > min(reply.interrupted_s, last_s):
                break
            if segment.start_s >= first_s and (
                onset_s is None or segment.start_s - previous_end_s > _BREATH_S
            ):
                onset_s = segment.start_s
            previous_end_s = segment.end_s
        return None if onset_s is None else last_s - onset_s

    def _overlap_s(self, speech: Sequence[Segment]) -> float | None:
        """For how long both were to be heard at once while the user spoke; ``None`` if nobody did.

        Whichever of its replies the agent was speaking: one cut short is of the turn before.
        """
        if not speech:
            return None
        return sum(
            (
                sound.duration_s
                for segment in speech
                for sound in self._sounding(segment.start_s, segment.end_s)
            ),
            0.0,
        )

    def _latency(self, draft: Draft, user: UserSide | None, agent: AgentSide | None) -> Latency:
        speech_end = user.speech_end if user else None
        if speech_end is not None and speech_end < self.ready_s:
            # It waited for the connection, maybe for a server to start: that is no answering time.
            speech_end = None
        asked = draft.typed[-1].t if draft.typed and not draft.speech else None
        frame = None
        if speech_end is not None:
            # The last sample of the speech, not the one after it.
            frame = self._marks.at(max(0, round(speech_end * self._user_rate_hz) - 1))
        sounding = [r for r in draft.replies if r.first_audio_s is not None]
        # One that broke off with its connection before it was heard is not what was waited for.
        reply = next((r for r in sounding if r.heard or not r.lost), next(iter(sounding), None))
        played_s = reply.heard[0][0] if reply and reply.heard else None
        handed_s = _at_latest(reply.handed_s if reply else None, played_s)
        first_byte_s = _at_latest(reply.first_audio_s if reply else None, handed_s)
        return Latency(
            speech_end=speech_end,
            arrived=frame.arrived_s if frame else None,
            sent=frame.sent_s if frame else None,
            activity_end=self._activity_end(draft, speech_end, first_byte_s),
            first_byte=first_byte_s,
            handed=handed_s,
            played=played_s,
            first_audible=agent.first_audible if agent else None,
            asked=asked,
            agent_silent=self._silent_s(draft, asked if speech_end is None else speech_end, reply),
            error_s=self._error_s(speech_end, played_s),
        )

    def _activity_end(
        self, draft: Draft, speech_end: float | None, first_byte_s: float | None
    ) -> float | None:
        """When the server told that the speech was over that this answers, if it did."""
        if speech_end is None or first_byte_s is None:
            return None
        since_s = draft.opened_s if draft.started_s is None else draft.started_s
        for edge in reversed(self._activity):
            if edge.t <= first_byte_s:
                return edge.t if edge.ended and edge.t >= since_s else None
        return None

    def _error_s(self, speech_end: float | None, played_s: float | None) -> float | None:
        """How far the page's times of a turn may be off."""
        points = [point for point in (speech_end, played_s) if point is not None]
        return self._clock.error_s(min(points), max(points)) if points else None

    def _silent_s(self, draft: Draft, asked_s: float | None, reply: Reply | None) -> float | None:
        """When the agent fell silent that was saying something else when the question was put."""
        if asked_s is None or reply is None:
            return None
        for number in range(reply.number - 1, -1, -1):
            other = self._replies[number]
            span = None if other in draft.replies else self._audible(other)
            if span is not None:
                talking = span[0] <= asked_s < span[1] and not other.cut
                return span[1] if talking else None
        return None


def _at_latest(point_s: float | None, following_s: float | None) -> float | None:
    """Return a point, at the latest when the following one was: sound lies on a track's grid.

    What is earlier by more than that grid explains is left as it was measured.
    """
    if point_s is None or following_s is None or point_s - following_s > GRID_S:
        return point_s
    return min(point_s, following_s)


def _said(draft: Draft) -> str:
    """Words of the user: what was heard, and before and after it what was typed.

    What is typed while talking comes after it, though its caption arrives later.
    """
    heard = joined(draft.captions, draft.speech)
    spoken_s = draft.speech[0].start_s if draft.speech else draft.last_input_s
    before = [typed.text.strip() for typed in draft.typed if typed.t < spoken_s]
    after = [typed.text.strip() for typed in draft.typed if typed.t >= spoken_s]
    return " ".join(filter(None, (*before, heard, *after)))


def _told(replies: Sequence[Reply]) -> str:
    """Put together what was heard; a mark stands where it broke off with the connection."""
    told = [(reply.said[0].strip(), reply.lost) for reply in replies if reply.said[0].strip()]
    marked = [f"{text} …" if lost else text for text, lost in told[:-1]]
    return " ".join(marked + [text for text, _ in told[-1:]])


def _joined(texts: list[str]) -> str:
    return " ".join(text.strip() for text in texts if text.strip())
