"""What is kept until it is answered, whatever comes in between."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from livekit_nb.audio.pcm import INPUT_RATE_HZ
from livekit_nb.errors import SessionClosedError
from livekit_nb.recording.recorder import Recorder
from livekit_nb.session.connection.connection import Connection
from livekit_nb.session.connection.uplink import MAX_KEPT_S, Uplink
from livekit_nb.wire.codec import decode_client
from livekit_nb.wire.messages import (
    Blob,
    ClientMessage,
    Empty,
    FunctionResponse,
    RealtimeInput,
    ToolResponse,
)
from tests.session.virtual_time import in_virtual_time

FRAME = INPUT_RATE_HZ // 50
MOST = round(MAX_KEPT_S * 50)


class Wire:
    """Takes what is written, up to a number of messages; then it is broken."""

    def __init__(self, most: int = 1_000_000) -> None:
        self.most = most
        self.sent: list[ClientMessage] = []

    async def write(self, frame: bytes) -> None:
        if len(self.sent) >= self.most:
            raise SessionClosedError("gone")
        self.sent.append(decode_client(frame))

    async def receive(self) -> bytes:
        raise SessionClosedError("gone")

    def abort(self) -> None: ...

    async def close(self) -> None: ...


def sound(number: int) -> bytes:
    """Return a frame of a voice that can be told from others; every fifth is a short break."""
    wave = (8000 if number % 5 else 20) * np.sin(np.arange(FRAME) * 2 * np.pi * 200 / INPUT_RATE_HZ)
    wave[0] = number
    return wave.astype("<i2").tobytes()


def silence(number: int) -> bytes:
    return np.r_[number % 30, np.zeros(FRAME - 1)].astype("<i2").tobytes()


def typed(text: str) -> ClientMessage:
    return ClientMessage(realtime_input=RealtimeInput(text=text))


def picture(number: int) -> ClientMessage:
    blob = Blob(data=bytes([number % 256]), mime_type="image/jpeg")
    return ClientMessage(realtime_input=RealtimeInput(video=blob))


def result(identity: str) -> ClientMessage:
    response = FunctionResponse(id=identity, name="f", response={})
    return ClientMessage(tool_response=ToolResponse(function_responses=[response]))


def sort_of(message: ClientMessage) -> Any:
    """Return what tells a message from others."""
    if message.tool_response is not None:
        return message.tool_response.function_responses[0].id
    data = message.realtime_input
    assert data is not None
    if data.audio is not None:
        return int(np.frombuffer(data.audio.data[:2], "<i2")[0])
    if data.activity_start is not None or data.activity_end is not None:
        return "activityEnd" if data.activity_start is None else "activityStart"
    return data.text if data.text is not None else "picture"


class Line:
    """An uplink, its recorder, and one connection after the other."""

    def __init__(self) -> None:
        self.recorder = Recorder(lambda: 0.0)
        self.uplink = Uplink(self.recorder)
        self.frames = 0
        self.number = 0

    def say(self, loud: bool = True) -> int:
        self.frames += 1
        pcm = sound(self.frames) if loud else silence(self.frames)
        self.uplink.frame(pcm, self.frames / 50, self.frames / 50)
        return self.frames

    def send(self, most: int = 1_000_000) -> list[Any]:
        """Write what waits over a new connection that breaks after so many messages."""
        self.number += 1
        wire = Wire(most)

        async def run(_: object) -> None:
            writing = asyncio.create_task(self.uplink.run(Connection(wire, self.number)))
            await asyncio.wait((writing,), timeout=600)  # of virtual time
            assert writing.done() or self.uplink.drained
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)

        in_virtual_time(run)
        return [sort_of(message) for message in wire.sent]

    @property
    def lost(self) -> int:
        self.uplink.tell_losses()
        told = [e.data["frames"] for e in self.recorder.recording.events if e.kind == "uplink.lost"]
        assert self.uplink.lost_frames == sum(told)
        return self.uplink.lost_frames


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.integers(1, 60)),
        st.tuples(st.just("type"), st.just(1)),
        st.tuples(st.just("send"), st.integers(0, 80)),
        st.tuples(st.just("rewind"), st.just(0)),
        st.tuples(st.just("answer"), st.integers(0, 100)),
    ),
    max_size=40,
)


@settings(max_examples=60)
@given(steps=STEPS)
def test_nothing_unanswered_is_ever_missing_or_out_of_order(steps: list[tuple[str, int]]) -> None:
    line = Line()
    queued: list[Any] = []  # in the order in which it was said
    positions: list[int] = []
    answered = 0
    texts = 0
    for what, count in steps:
        match what:
            case "say":
                for _ in range(count):
                    positions.append(line.uplink.end)
                    queued.append(line.say())
            case "type":
                texts += 1
                positions.append(line.uplink.end)
                line.uplink.message(typed(f"text {texts}"))
                queued.append(f"text {texts}")
            case "send":
                line.send(count)
                line.uplink.rewind()
            case "rewind":
                line.uplink.rewind()
            case "answer":
                line.send()
                position = positions[-1] + 1 - count if positions else 0
                line.uplink.acknowledge(position)
                answered = max(answered, sum(p < position for p in positions))
                line.uplink.rewind()
    frames = [item for item in queued[answered:] if isinstance(item, int)]
    kept = set(frames[-MOST:])
    expected = [item for item in queued[answered:] if isinstance(item, str) or item in kept]
    assert line.send() == expected


def test_of_sound_half_a_minute_is_kept_and_what_is_dropped_unsent_is_told() -> None:
    line = Line()
    for _ in range(MOST + 70):
        line.say()
    assert line.lost == 70
    assert line.send() == list(range(71, MOST + 71))


def test_what_was_sent_and_dropped_is_told_only_when_it_is_missed() -> None:
    line = Line()
    for _ in range(MOST):
        line.say()
    line.send()
    for _ in range(50):
        line.say()
    assert line.lost == 0
    assert line.uplink.rewind() == MOST - 50
    assert line.lost == 40, "there is nothing in every fifth"
    assert line.send() == list(range(51, MOST + 51))


def test_an_hour_of_silence_is_not_kept() -> None:
    line = Line()
    for _ in range(300):
        for _ in range(20):
            line.say(loud=False)
        line.send()
    assert len(line.uplink._backlog) < 150
    assert line.uplink.rewind() == 0
    assert line.lost == 0


def test_sound_after_silence_is_sent_again_with_what_was_just_before_it() -> None:
    line = Line()
    for _ in range(100):
        line.say(loud=False)
    first = line.say()
    last = line.say()
    line.send()
    assert line.uplink.rewind() == 27
    again = line.send()
    assert again[-2:] == [first, last]
    assert len(again) == 27


def test_results_go_to_the_connection_that_asked_and_no_other() -> None:
    line = Line()
    line.uplink.message(result("mine"), connection=1)
    line.uplink.message(result("another's"), connection=7)
    line.uplink.message(typed("hello"))
    assert line.send() == ["mine", "hello"]
    line.uplink.rewind()
    assert line.send() == ["hello"]


def test_of_pictures_only_the_newest_waits_and_none_is_sent_twice() -> None:
    line = Line()
    for number in range(5):
        line.uplink.message(picture(number))
        line.say()
    assert line.send() == [1, 2, 3, 4, "picture", 5]
    line.uplink.rewind()
    assert "picture" not in line.send()


def test_after_a_message_the_server_choked_on_only_sound_is_sent_again() -> None:
    line = Line()
    line.say()
    line.uplink.message(typed("poison"))
    line.say()
    line.send()
    line.uplink.rewind(only_audio=True)
    assert line.send() == [1, 2]


def test_where_speech_begins_and_ends_is_told_again_with_the_sound() -> None:
    line = Line()
    line.uplink.message(ClientMessage(realtime_input=RealtimeInput(activity_start=Empty())))
    line.say()
    line.uplink.message(ClientMessage(realtime_input=RealtimeInput(activity_end=Empty())))
    line.send()
    line.uplink.rewind(only_audio=True)
    start, frame, end = line.send()
    assert (start, frame, end) == ("activityStart", 1, "activityEnd")


def test_the_server_may_tell_how_far_it_came() -> None:
    line = Line()
    for _ in range(10):
        line.say()
    line.send()
    line.uplink.acknowledge_index(3)  # 0 would be the first, as there was no setup here
    line.uplink.rewind()
    assert line.send() == [5, 6, 7, 8, 9, 10]


def test_who_choked_in_the_middle_of_a_frame_gets_it_again() -> None:
    line = Line()
    for _ in range(5):
        line.say()
    assert line.send(most=3) == [1, 2, 3]
    line.uplink.rewind()
    assert line.send() == [1, 2, 3, 4, 5]
    assert line.lost == 0
