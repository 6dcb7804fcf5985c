"""Making turns of what was heard and told, a few at a time.

Only the last few turns can still change: a caption comes late, a tool returns, the agent is still
speaking. Earlier turns are settled and never computed again, so a look at the turns costs the
same after an hour as after a minute.

How turns are cut:

* Speech and typed text before a reply belong to the turn of that reply, unless more than
  `_UNANSWERED_S` lie between two of them: then the earlier one is a turn without an answer.
* Speech wholly inside the agent's audible reply that neither interrupted it, nor was captioned,
  nor was answered is a backchannel (or an echo), and no turn.
* A reply after a tool call continues the turn of the call.
* A reply that was cut before anything of it was heard leaves no trace: the user was not finished.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any, Final, NamedTuple

from livekit_nb.audio.activity import Segment
from livekit_nb.recording.captions import Said, joined
from livekit_nb.recording.capture import FrameMarks
from livekit_nb.recording.events import Event
from livekit_nb.recording.latency import Latency
from livekit_nb.recording.replies import Reply, ReplyLog
from livekit_nb.recording.speech import SpeechFinder
from livekit_nb.recording.turns import AgentSide, ToolCall, Turn, UserSide

__all__ = ["TurnLog"]

_UNANSWERED_S: Final = 3.0
_HANGOVER_S: Final = 0.2  # silence after which speech has ended
_CAPTION_DELAY_S: Final = 0.2  # a recogniser needs to hear something first
_CAPTION_REACH_S: Final = 2.0  # a caption this long after a sound may be of that sound
_BREATH_S: Final = 0.3  # shorter pauses do not make a new onset
_ROOM_S: Final = 0.2  # how far a backchannel may outlast the agent
_OPEN_TURNS: Final = 3
_MOST_OPEN_TURNS: Final = 16


class _Call(NamedTuple):
    t: float
    id: str


@dataclass(slots=True, eq=False)
class _Draft:
    """A turn in the making."""

    opened_s: float
    started_s: float | None = None
    speech: list[Segment] = field(default_factory=list)
    typed: list[Said] = field(default_factory=list)
    captions: list[Said] = field(default_factory=list)
    calls: list[_Call] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    aside: list[Segment] = field(default_factory=list)  # backchannels, if they are any

    @property
    def asked(self) -> bool:
        return bool(self.speech or self.typed or self.captions) or self.started_s is not None

    @property
    def last_input_s(self) -> float:
        ends = [segment.end_s for segment in self.speech] + [text.t for text in self.typed]
        return max(ends, default=self.opened_s)


class TurnLog:
    """The turns of a recording, kept up to date at a bounded cost.

    Parameters
    ----------
    user_speech, agent_sound : SpeechFinder
        Speech on the microphone track and sound on the agent's track.
    replies : ReplyLog
        The agent's replies.
    marks : FrameMarks
        Times of the microphone frames.
    user_rate_hz : int
        Sample rate of the microphone track.

    Attributes
    ----------
    tools : dict of str to ToolCall
        All tool calls by id, in order.
    """

    def __init__(
        self,
        user_speech: SpeechFinder,
        agent_sound: SpeechFinder,
        replies: ReplyLog,
        marks: FrameMarks,
        user_rate_hz: int,
        *,
        open_turns: int = _OPEN_TURNS,
    ) -> None:
        self.tools: dict[str, ToolCall] = {}
        self._user_speech = user_speech
        self._agent_sound = agent_sound
        self._replies = replies
        self._marks = marks
        self._user_rate_hz = user_rate_hz
        self._open_turns = open_turns
        self._typed: list[Said] = []
        self._captions: list[Said] = []
        self._calls: list[_Call] = []
        self._cut_s = 0.0  # before this time everything is settled
        self._cut_replies = 0
        self._settled = 0
        self._turns: list[Turn] = []
        self._versions: list[int] = []
        self._owners: dict[int, int] = {}  # number of a reply → index of its turn
        self._version = 0
        self._dirty = True
        self._listened_s = -1.0

    def add(self, event: Event) -> None:
        """Take in an event."""
        data, t = event.data, event.t
        match event.kind:
            case "caption.user":
                text = Said(t, str(data.get("text", "")), bool(data.get("final", True)))
                self._captions.append(text)
            case "user.text":
                self._typed.append(Said(t, str(data.get("text", "")), True))
            case "caption.agent":
                self._replies.caption(str(data.get("text", "")), t)
            case "agent.first_audio":
                self._replies.first_audio(t)
            case "agent.turn_complete":
                self._replies.ended(t, interrupted=False)
            case "agent.interrupted":
                self._replies.ended(t, interrupted=True)
            case "tool.call":
                call = ToolCall(
                    id=_call_id(data, len(self.tools)),
                    name=str(data.get("name", "")),
                    args=dict(data.get("args") or {}),
                    start=t,
                )
                self.tools[call.id] = call
                self._calls.append(_Call(t, call.id))
            case "tool.response" | "tool.cancelled":
                self._answer(event)
            case _:
                return
        self.touch()

    def touch(self) -> None:
        """Say that something changed: the next look computes the open turns again."""
        self._dirty = True

    def turns(self, listened_s: float) -> list[Turn]:
        """All turns, in order. ``listened_s``: up to when the microphone's sound is known."""
        self._update(listened_s)
        return list(self._turns)

    def changed_since(self, version: int, listened_s: float) -> tuple[list[Turn], int]:
        """List the turns that changed after ``version``, and the version now."""
        self._update(listened_s)
        first = len(self._turns)
        while first > 0 and (first > self._settled or self._versions[first - 1] > version):
            first -= 1
        stamped = zip(self._turns[first:], self._versions[first:], strict=True)
        return [turn for turn, stamp in stamped if stamp > version], self._version

    def turn_of_reply(self, number: int, listened_s: float) -> Turn | None:
        """Find the turn of the ``number``-th reply with sound, ``None`` if there is no such."""
        self._update(listened_s)
        sounding = [reply for reply in self._replies.replies if reply.first_audio_s is not None]
        if not 0 <= number < len(sounding):
            return None
        owner = self._owners.get(sounding[number].number, 0)
        return self._turns[min(owner, len(self._turns) - 1)] if self._turns else None

    def _answer(self, event: Event) -> None:
        data = event.data
        call = self.tools.get(str(data.get("id", "")))
        if call is None:
            named = [c for c in self.tools.values() if c.name == data.get("name") and c.end is None]
            if not named:
                return
            call = named[0]
        if event.kind == "tool.cancelled":
            self.tools[call.id] = replace(call, end=event.t, cancelled=True)
            return
        took = data.get("duration_s")
        error = data.get("error")
        self.tools[call.id] = replace(
            call,
            end=event.t,
            response=data.get("response"),
            error=None if error in (None, False, "") else str(error),
            duration=float(took) if isinstance(took, int | float) else event.t - call.start,
        )

    def _update(self, listened_s: float) -> None:
        # Once speech has been followed by enough silence, more silence changes nothing.
        if not self._dirty and (listened_s == self._listened_s):
            return
        self._dirty = False
        self._listened_s = listened_s
        drafts = self._drafts()
        for reply in self._replies.replies[self._cut_replies :]:
            begun = [n for n, draft in enumerate(drafts) if draft.opened_s <= reply.opened_s]
            held = [n for n, draft in enumerate(drafts) if reply in draft.replies]
            self._owners[reply.number] = self._settled + max(held or begun, default=0)
        window = [
            self._turn(draft, following, self._settled + number, listened_s)
            for number, (draft, following) in enumerate(zip_longest(drafts, drafts[1:]))
        ]
        self._keep(window)
        self._settle(drafts)

    def _keep(self, window: list[Turn]) -> None:
        if window == self._turns[self._settled :]:
            return
        self._version += 1
        for number, turn in enumerate(window, start=self._settled):
            if number == len(self._turns):
                self._turns.append(turn)
                self._versions.append(self._version)
            elif self._turns[number] != turn:
                self._turns[number] = turn
                self._versions[number] = self._version
        del self._turns[self._settled + len(window) :], self._versions[len(self._turns) :]

    def _settle(self, drafts: list[_Draft]) -> None:
        count = len(drafts) - self._open_turns
        if count <= 0:
            return
        if len(drafts) <= _MOST_OPEN_TURNS:
            for number, draft in enumerate(drafts[:count]):
                if any(self.tools[call.id].end is None for call in draft.calls):
                    count = number
                    break
        if count <= 0:
            return
        done, rest = drafts[:count], drafts[count]
        gone = {id(item) for draft in done for item in (*draft.typed, *draft.captions)}
        called = {call.id for draft in done for call in draft.calls}
        self._cut_s = rest.opened_s
        kept = rest.replies or next((d.replies for d in drafts[count:] if d.replies), [])
        self._cut_replies = kept[0].number if kept else len(self._replies.replies)
        self._typed = [text for text in self._typed if id(text) not in gone]
        self._captions = [text for text in self._captions if id(text) not in gone]
        self._calls = [call for call in self._calls if call.id not in called]
        self._settled += count

    # Which thing belongs to which turn

    def _drafts(self) -> list[_Draft]:
        speech = self._speech_since(self._cut_s)
        replies = self._replies.replies[self._cut_replies :]
        items: list[tuple[float, int, Any]] = [
            *((segment.start_s, 0, segment) for segment in speech),
            *((text.t, 1, text) for text in self._typed),
            *((call.t, 2, call) for call in self._calls),
            *((reply.opened_s, 3, reply) for reply in replies),
            *((text.t, 4, text) for text in self._captions),
        ]
        items.sort(key=lambda item: item[:2])
        drafts: list[_Draft] = []
        for t, rank, item in items:
            if rank == 0:
                self._hear(drafts, item)
            elif rank == 1:
                self._ask(drafts, t).typed.append(item)
            elif rank == 2:
                (drafts[-1] if drafts else _new(drafts, t)).calls.append(item)
            elif rank == 3:
                self._reply(drafts, item)
            else:
                self._caption(drafts, item)
        return drafts

    def _hear(self, drafts: list[_Draft], segment: Segment) -> None:
        if drafts and drafts[-1].replies and self._is_aside(drafts[-1].replies[-1], segment):
            drafts[-1].aside.append(segment)
            return
        draft = self._ask(drafts, segment.start_s)
        draft.speech.append(segment)

    def _ask(self, drafts: list[_Draft], t: float) -> _Draft:
        """Find the turn that user input at ``t`` belongs to, or open one."""
        if drafts:
            draft = drafts[-1]
            waiting = not draft.replies and draft.asked
            if waiting and (draft.calls or t - draft.last_input_s <= _UNANSWERED_S):
                return draft
        draft = _new(drafts, t)
        draft.started_s = t
        return draft

    def _reply(self, drafts: list[_Draft], reply: Reply) -> None:
        spoken_over: Segment | None = None
        if drafts and drafts[-1].speech and reply.interrupted_s is not None:
            last = drafts[-1].speech[-1]
            spoken_over = last if last.end_s > reply.interrupted_s else None
        if reply.unheard:
            return
        if not drafts:
            _new(drafts, reply.opened_s)
        draft = drafts[-1]
        if draft.replies:
            before = draft.replies[-1]
            answered = [s for s in draft.aside if s.start_s > before.opened_s]
            called = any(call.t >= before.opened_s for call in draft.calls)
            if not called:
                draft = _new(drafts, reply.opened_s)
                if answered:
                    drafts[-2].aside = [s for s in drafts[-2].aside if s not in answered]
                    draft.opened_s = draft.started_s = answered[0].start_s
                    draft.speech.extend(answered)
        draft.replies.append(reply)
        if spoken_over is not None and spoken_over in draft.speech:
            draft.speech.remove(spoken_over)
            draft = _new(drafts, spoken_over.start_s)
            draft.started_s = spoken_over.start_s
            draft.speech.append(spoken_over)

    def _caption(self, drafts: list[_Draft], caption: Said) -> None:
        if not drafts:
            _new(drafts, caption.t)
        draft = drafts[-1]
        only = draft.started_s if not draft.captions and not draft.replies else None
        if only is not None and caption.t < only + _CAPTION_DELAY_S and len(drafts) > 1:
            draft = drafts[-2]
        elif draft.replies and draft.captions:
            ended_s = draft.replies[-1].ended_s
            if ended_s is not None and ended_s < caption.t and not draft.aside:
                draft = _new(drafts, caption.t)
        draft.captions.append(caption)

    def _is_aside(self, reply: Reply, segment: Segment) -> bool:
        """Whether speech that began after ``reply`` opened is a backchannel or an echo of it."""
        first_s, last_s = self._audible(reply)
        if first_s is None or last_s is None or segment.start_s < first_s:
            return False
        playing = reply.interrupted_s is None and (
            reply.ended_s is None or reply.played < reply.received
        )
        if segment.start_s > last_s or (segment.end_s > last_s + _ROOM_S and not playing):
            return False
        until_s = segment.end_s + _CAPTION_REACH_S
        if reply.interrupted_s is not None and segment.start_s <= reply.interrupted_s <= until_s:
            return False
        return not any(
            segment.start_s + _CAPTION_DELAY_S <= caption.t <= until_s for caption in self._captions
        )

    # What a turn says

    def _turn(self, draft: _Draft, following: _Draft | None, index: int, listened_s: float) -> Turn:
        user = None
        if draft.asked:
            last_s = draft.speech[-1].end_s if draft.speech else None
            ended = last_s is not None and (
                bool(draft.replies) or listened_s - last_s >= _HANGOVER_S
            )
            text = joined(draft.captions, draft.speech) or " ".join(
                text.text.strip() for text in draft.typed
            )
            user = UserSide(draft.started_s, last_s if ended else None, text)
        agent, stop_s = self._agent(draft, following)
        return Turn(
            index=index,
            user=user,
            agent=agent,
            tools=tuple(self.tools[call.id] for call in draft.calls),
            latency=self._latency(draft, user, agent),
            barge_in_stop_s=stop_s,
        )

    def _agent(
        self, draft: _Draft, following: _Draft | None
    ) -> tuple[AgentSide | None, float | None]:
        if not draft.replies:
            return None, None
        spans = [self._audible(reply) for reply in draft.replies]
        first_s = next((first for first, _ in spans if first is not None), None)
        end_s = next((last for _, last in reversed(spans) if last is not None), None)
        last = draft.replies[-1]
        interrupted = last.cut
        agent = AgentSide(
            first_audible=first_s,
            end=end_s,
            text=" ".join(reply.text for reply in draft.replies if reply.text),
            interrupted=interrupted,
            complete=last.ended_s is not None,
        )
        if not interrupted or following is None:
            return agent, None
        return agent, self._stop_s(spans[-1], last, following)

    def _stop_s(
        self, audible: tuple[float | None, float | None], reply: Reply, following: _Draft
    ) -> float | None:
        """From the onset of the speech that interrupted to the last audible sample."""
        first_s, last_s = audible
        if first_s is None or last_s is None or reply.interrupted_s is None:
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

    def _latency(self, draft: _Draft, user: UserSide | None, agent: AgentSide | None) -> Latency:
        speech_end = user.speech_end if user else None
        asked = draft.typed[-1].t if draft.typed and not draft.speech else None
        frame = None
        if speech_end is not None:
            # The last sample of the speech, not the one after it.
            frame = self._marks.at(max(0, round(speech_end * self._user_rate_hz) - 1))
        reply = next((r for r in draft.replies if r.first_audio_s is not None), None)
        return Latency(
            speech_end=speech_end,
            arrived=frame.arrived_s if frame else None,
            sent=frame.sent_s if frame else None,
            first_byte=reply.first_audio_s if reply else None,
            handed=reply.handed_s if reply else None,
            played=reply.heard[0][0] if reply and reply.heard else None,
            first_audible=agent.first_audible if agent else None,
            asked=asked,
        )

    def _speech_since(self, start_s: float) -> list[Segment]:
        open_segments = self._user_speech.unsettled()
        settled = self._user_speech.settled
        first = bisect_left(settled, start_s - 1e-6, key=lambda segment: segment.start_s)
        return settled[first:] + [s for s in open_segments if s.start_s >= start_s - 1e-6]

    def _audible(self, reply: Reply) -> tuple[float | None, float | None]:
        """First and last audible moment of a reply."""
        if not reply.heard:
            return None, None
        open_segments = self._agent_sound.unsettled()
        settled = self._agent_sound.settled
        begin_s, end_s = reply.heard[0][0], reply.heard[-1][1]
        low = bisect_left(settled, begin_s, key=lambda segment: segment.end_s)
        high = bisect_left(settled, end_s, key=lambda segment: segment.start_s)
        sounds = [
            sound
            for sound in settled[low:high] + open_segments
            if sound.end_s > begin_s and sound.start_s < end_s
        ]
        if not sounds:
            return None, None
        return max(sounds[0].start_s, begin_s), min(sounds[-1].end_s, end_s)


def _new(drafts: list[_Draft], opened_s: float) -> _Draft:
    drafts.append(_Draft(opened_s))
    return drafts[-1]


def _call_id(data: Any, number: int) -> str:
    return str(data.get("id") or f"call-{number}")
