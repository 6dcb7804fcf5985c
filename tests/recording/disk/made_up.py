"""Made-up recordings, whatever a recorder may be told, and what it means that two are the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from livekit_nb.recording import Recorder, Recording
from tests.recording.talks import ORIGIN_S, pcm, voice

texts = st.text(st.characters(codec=None, exclude_categories=()), max_size=12)
values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | texts
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)
names = st.sampled_from(["look", "book"])
steps = st.one_of(
    st.tuples(st.just("wait"), st.floats(0.0, 70.0)),
    st.tuples(st.just("user"), st.integers(1, 90), st.booleans(), st.booleans()),
    st.tuples(st.just("agent"), st.integers(1, 9), st.integers(0, 9), st.booleans()),
    st.tuples(st.just("caption.user"), texts, st.booleans()),
    st.tuples(st.just("caption.agent"), texts),
    st.tuples(st.just("user.text"), texts),
    st.tuples(st.just("over"), st.sampled_from(["", "nothing", "words", "cut", "CONNECTION_LOST"])),
    st.tuples(st.just("call"), st.integers(0, 3), names, values),
    st.tuples(st.just("result"), st.integers(0, 3), names, values),
    st.tuples(st.just("usage"), st.integers(0, 300), st.integers(0, 300)),
    st.tuples(st.just("frame"), st.binary(max_size=30)),
    st.tuples(st.just("message"), st.sampled_from(["sent", "received"]), st.none() | texts),
    st.tuples(st.just("event"), texts, st.dictionaries(texts, values, max_size=2)),
    st.tuples(st.just("clock"), st.floats(-1e6, 1e6), st.none() | st.floats(0.0, 1.0, width=16)),
    st.tuples(st.just("resumed"), st.floats(0.0, 9.0)),
)


class Story:
    """Has a recorder told a list of steps, on a clock that only they move."""

    def __init__(self, **options: Any) -> None:
        self.now_s = ORIGIN_S
        self.pen = Recorder(clock=lambda: self.now_s, **options)
        self._rng = np.random.default_rng(7)

    @property
    def recording(self) -> Recording:
        return self.pen.recording

    def tell(self, told: list[tuple[Any, ...]], watch: Callable[[], object] = lambda: None) -> None:
        for kind, *details in told:
            getattr(self, f"_{kind.replace('.', '_')}")(*details)
            watch()

    def _wait(self, seconds: float) -> None:
        self.now_s += seconds

    def _user(self, frames: int, loud: bool, sent: bool) -> None:
        noise = self._rng.standard_normal(frames * 320) * 1e-4
        sound = pcm(noise + voice(frames * 0.02, 16_000) if loud else noise)
        for first in range(0, len(sound), 640):
            self.now_s += 0.02
            arrived_s = self.now_s if first % 1280 else None
            self.pen.user_audio(sound[first : first + 640], self.now_s - 0.02, arrived_s)
            if sent:
                self.pen.user_sent(320, self.now_s + 0.001)

    def _agent(self, received: int, played: int, handed: bool) -> None:
        self.pen.event("agent.first_audio")
        sound = pcm(voice(received * 0.1, 24_000, 210.0))
        self.pen.message("received", "serverContent.audio", len(sound), connection=1)
        self.pen.agent_received(sound, self.now_s)
        if handed:
            self.pen.agent_handed(len(sound) // 2, self.now_s + 0.005)
            for first in range(min(played, received)):
                self.now_s += 0.1
                self.pen.agent_played(sound[first * 4800 :][:4800], self.now_s - 0.09)

    def _caption_user(self, text: str, final: bool) -> None:
        self.pen.event("caption.user", text=text, final=final)

    def _caption_agent(self, text: str) -> None:
        self.pen.event("caption.agent", text=text)

    def _user_text(self, text: str) -> None:
        self.pen.event("user.text", text=text)

    def _over(self, how: str) -> None:
        if how == "cut":
            self.pen.event("agent.interrupted")
        elif how in ("nothing", "words"):
            self.pen.event("agent.turn_complete", reason="", said=how)
        else:
            self.pen.event("agent.turn_complete", reason=how)

    def _call(self, number: int, name: str, args: Any) -> None:
        self.pen.event("tool.call", id=f"c{number}", name=name, args={"it": args}, blocking=True)

    def _result(self, number: int, name: str, response: Any) -> None:
        self.pen.event(
            "tool.response", id=f"c{number}", name=name, response=response, duration_s=0.25
        )

    def _usage(self, prompt: int, response: int) -> None:
        self.pen.event(
            "usage", prompt_tokens=prompt, response_tokens=response, prompt={"AUDIO": prompt}
        )

    def _frame(self, picture: bytes) -> None:
        self.pen.frame(picture, 640, 480)

    def _message(self, direction: Any, body: str | None) -> None:
        self.pen.message(direction, "setup", 17, body, connection=2)

    def _event(self, kind: str, data: dict[str, Any]) -> None:
        self.pen.event(f"x.{kind}", **{f"x{name}": value for name, value in data.items()})

    def _clock(self, offset_s: float, error_s: float | None) -> None:
        self.pen.event("page.clock", offset_s=offset_s, error_s=error_s, output_latency_s=0.02)

    def _resumed(self, replayed_s: float) -> None:
        self.pen.event("session.resumed", attempt=1, fresh=False, replayed_s=replayed_s)


def told(recording: Recording) -> dict[str, Any]:
    """Everything that a recording shows, but its sound."""
    marks = recording._marks
    return {
        "events": recording.events,
        "told": recording.events_since(0),
        "turns": recording.turns,
        "tools": recording.tools,
        "usage": recording.usage,
        "cost": recording.cost,
        "messages": [str(message) for message in recording.messages],
        "samples": [message.samples for message in recording.messages],
        "frames": recording.frames,
        "pictures": [frame.jpeg for frame in recording.frames],
        "peaks": (recording.peaks("user"), recording.peaks("agent")),
        "speech": (recording.speech("user"), recording.speech("agent")),
        "marks": [marks.at(first) for first in marks._first],
        "replies": [
            (reply.said, reply.heard, reply.received, reply.cut, reply.handed_s)
            for reply in recording._replies.replies
        ],
        "owners": [recording.turn_of_reply(number) for number in range(recording.replies)],
        "cuts": recording.cut_captions(),
        "unanswered": recording.unanswered,
        "clock": recording.clock,
        "dropped": recording.dropped,
        "duration": recording.duration_s,
        "started": recording.started_at,
        "without": recording.without,
        "findings": recording.findings,
        "summary": recording.summary(),
    }


def assert_same(one: Recording, other: Recording) -> None:
    """Both hold the same."""
    first, second = told(one), told(other)
    for name, content in first.items():
        assert content == second[name], name
    assert np.array_equal(one.user_audio()[0], other.user_audio()[0])
    assert np.array_equal(one.agent_audio()[0], other.agent_audio()[0])
    assert np.array_equal(one.received_audio(), other.received_audio())
