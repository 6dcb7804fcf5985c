"""Mute, push-to-talk and the fast end of speech, with frames that come when a test says so."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import livekit_nb as live
from livekit_nb.audio.activity import speech_segments
from livekit_nb.errors import SettingsError
from livekit_nb.recording.recorder import Recorder
from livekit_nb.session import turn_taking as module
from livekit_nb.session.setup.settings import Activity
from livekit_nb.session.turn_taking import TurnTaking
from livekit_nb.wire.messages import RealtimeInput
from tests.patience import PATIENCE_S
from tests.session.scripted_server import Caller, scripted
from tests.speech import pcm, samples

BEEP = live.Clip(0.3 * np.sin(np.arange(6400) * 0.2), 16000)

FRAME_S = 1 / 64  # of no rounding
FRAME = bytes(2 * 250)


class Desk:
    """Turn taking with a clock of its own; what goes out is written down in order."""

    def __init__(self, activity: Activity, silence_s: float | None = None) -> None:
        self.now_s = 100.0
        self.recorder = Recorder(clock=lambda: self.now_s)
        self.out: list[str] = []
        self.captured: list[float] = []
        self.ends = 0
        self.turns = TurnTaking(
            activity, self.recorder, self._frame, self._send, lambda: self.ends, silence_s
        )
        self._next_s = 100.0

    def _frame(self, sound: bytes, captured_s: float, arrived_s: float) -> None:
        self.captured.append(captured_s)
        if self.out[-1:] != ["audio"]:
            self.out.append("audio")

    def _send(self, message: RealtimeInput) -> None:
        if message.activity_start is not None:
            self.out.append("start")
        if message.activity_end is not None:
            self.out.append("end")
        if message.audio_stream_end:
            self.out.append("stream_end")

    def hear(self, frames: int, sound: bytes = FRAME) -> None:
        """Have the microphone hand over frames that it captured one after the other."""
        for _ in range(frames):
            self.turns.frame(sound, self._next_s, self.now_s)
            self._next_s += len(sound) / 2 / 16000

    async def begin(self, doing: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Begin something that waits for frames."""
        task = asyncio.get_running_loop().create_task(doing)
        await asyncio.sleep(0)
        return task

    @property
    def kinds(self) -> list[str]:
        return [event.data.get("edge", event.kind) for event in self.recorder.recording.events]


async def test_the_last_syllable_is_sent_before_the_end_though_it_is_still_on_its_way() -> None:
    desk = Desk("manual")
    await desk.turns.push()
    assert desk.out == ["start"]
    desk.now_s = 101.0
    desk.hear(10)  # the rest of the second is still on its way
    release = await desk.begin(desk.turns.release())
    desk.now_s = 101.4
    desk.hear(53)
    await asyncio.sleep(0)
    assert not release.done()
    assert desk.out == ["start", "audio"]
    desk.hear(30)
    await release
    assert desk.out == ["start", "audio", "end"]
    assert desk.captured[-1] + FRAME_S == 101.0
    assert desk.kinds == ["start", "end"]


async def test_a_frame_in_which_the_button_is_let_go_is_heard_whole() -> None:
    desk = Desk("manual")
    await desk.turns.push()
    desk.now_s = 100.0 + 2.5 * FRAME_S
    release = await desk.begin(desk.turns.release())
    desk.now_s = 100.5
    desk.hear(20)
    await release
    assert desk.captured == [100.0, 100.0 + FRAME_S, 100.0 + 2 * FRAME_S]


async def test_nothing_is_heard_before_and_after() -> None:
    desk = Desk("manual")
    desk.hear(5)
    desk.now_s = 100.0 + 7.5 * FRAME_S
    await desk.turns.push()
    desk.hear(5)
    assert desk.captured == [100.0 + n * FRAME_S for n in (7, 8, 9)]
    desk.now_s = 100.0 + 10 * FRAME_S
    release = await desk.begin(desk.turns.release())
    desk.hear(5)
    await release
    assert len(desk.captured) == 3
    assert len(desk.recorder.recording.user_audio()[0]) == 3 * 250 + 7 * 250


async def test_a_device_that_is_slow_to_hear_gets_its_time() -> None:
    desk = Desk("manual")
    desk.recorder.event("mic.started", rate_hz=48000, input_latency_s=0.125)
    await desk.turns.push()
    release = await desk.begin(desk.turns.release())
    desk.now_s = 101.0
    desk.hear(20)
    await release
    assert desk.captured[-1] + FRAME_S == 100.125


@pytest.mark.parametrize("latency", [None, "long", -1.0, float("nan"), 60.0])
async def test_a_device_that_says_nonsense_of_itself_delays_nothing_for_long(latency: Any) -> None:
    desk = Desk("manual")
    desk.recorder.event("mic.started", input_latency_s=latency)
    await desk.turns.push()
    release = await desk.begin(desk.turns.release())
    desk.now_s = 101.0
    desk.hear(20)
    await release
    assert len(desk.captured) == (20 if latency == 60.0 else 0)


async def test_frames_that_never_come_are_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LATEST_S", 0.01)
    desk = Desk("manual")
    await desk.turns.push()
    desk.now_s = 101.0
    await asyncio.wait_for(desk.turns.release(), PATIENCE_S)
    assert desk.out == ["start", "end"]
    desk.hear(10)  # captured before, but too late: the end has been told
    assert desk.captured == []


async def test_pressing_again_while_the_end_is_awaited_is_a_second_activity() -> None:
    desk = Desk("manual")
    await desk.turns.push()
    desk.now_s = 100.0 + 5 * FRAME_S
    release = await desk.begin(desk.turns.release())
    desk.now_s = 100.0 + 10 * FRAME_S
    push = await desk.begin(desk.turns.push())
    assert desk.turns.pushed
    desk.now_s = 100.5
    desk.hear(15)
    await asyncio.gather(release, push)
    assert desk.out == ["start", "audio", "end", "start", "audio"]
    numbers = [(captured_s - 100.0) / FRAME_S for captured_s in desk.captured]
    assert numbers == [0, 1, 2, 3, 4, 10, 11, 12, 13, 14]


async def test_pressing_twice_is_pressing_once() -> None:
    desk = Desk("manual")
    for _ in range(2):
        await desk.turns.push()
    desk.now_s = 100.0 + FRAME_S
    for _ in range(2):
        release = await desk.begin(desk.turns.release())
        desk.hear(1)
        await release
    assert desk.out == ["start", "audio", "end"]


@pytest.mark.parametrize("activity", ["auto", "hybrid"])
async def test_muting_lets_what_was_said_before_pass_and_pauses_the_stream(
    activity: Activity,
) -> None:
    desk = Desk(activity)
    desk.hear(3)
    desk.now_s = 100.0 + 5 * FRAME_S
    mute = await desk.begin(desk.turns.mute())
    assert desk.turns.muted
    desk.hear(5)
    await mute
    assert desk.out == ["audio", "stream_end"]
    assert len(desk.captured) == 5
    desk.now_s = 100.0 + 12 * FRAME_S
    desk.hear(6)
    await desk.turns.unmute()
    desk.hear(10)
    assert desk.out == ["audio", "stream_end", "audio"]
    assert desk.captured[5] == 100.0 + 14 * FRAME_S  # two had passed while it was muted
    assert desk.kinds == ["mic.muted", "stream_end", "mic.unmuted"]


async def test_muting_while_talking_by_button_only_stops_the_sound() -> None:
    desk = Desk("manual")
    await desk.turns.mute()  # nothing was open
    await desk.turns.push()
    desk.hear(5)
    assert desk.captured == []
    desk.now_s = 100.0 + 5 * FRAME_S
    await desk.turns.unmute()
    desk.hear(5)
    desk.now_s = 100.0 + 10 * FRAME_S
    mute = await desk.begin(desk.turns.mute())
    desk.hear(5)
    await mute
    desk.now_s = 100.0 + 15 * FRAME_S
    release = await desk.begin(desk.turns.release())
    desk.hear(5)
    await release
    assert desk.out == ["start", "audio", "end"]
    assert desk.captured == [100.0 + n * FRAME_S for n in range(5, 10)]


async def test_who_waits_goes_on_when_the_conversation_ends() -> None:
    desk = Desk("auto")
    mute = await desk.begin(desk.turns.mute())
    desk.turns.close()
    await mute
    assert desk.out == []


async def test_a_cancelled_caller_does_not_keep_the_end_from_being_told() -> None:
    desk = Desk("manual")
    await desk.turns.push()
    desk.now_s = 100.0 + FRAME_S
    release = await desk.begin(desk.turns.release())
    release.cancel()
    desk.now_s = 101.0
    desk.hear(10)
    assert desk.out == ["start", "audio", "end"]


@pytest.mark.parametrize("activity", ["auto", "hybrid"])
async def test_the_button_belongs_to_manual_activity(activity: Activity) -> None:
    desk = Desk(activity)
    desk.turns.check_hears()
    for doing in (desk.turns.push, desk.turns.release):
        with pytest.raises(SettingsError, match="activity='manual'"):
            await doing()
    assert desk.out == []


async def test_speaking_without_the_button_is_told() -> None:
    desk = Desk("manual")
    with pytest.raises(SettingsError, match="push"):
        desk.turns.check_hears()
    await desk.turns.push()
    desk.turns.check_hears()


def say(desk: Desk, name: str, pause_s: float) -> None:
    sound = pcm(name) + bytes(2 * round(16000 * pause_s))
    for start in range(0, len(sound) - 639, 640):
        desk.now_s += 0.02
        desk.hear(1, sound[start : start + 640])


async def test_hybrid_tells_the_end_of_speech_unless_the_server_was_faster() -> None:
    desk = Desk("hybrid")
    say(desk, "weather_paris", 1.0)
    assert desk.out == ["audio", "stream_end", "audio"]
    desk.out.clear()
    say(desk, "weather_paris", 0.0)
    desk.ends += 1
    desk.hear(64)
    assert desk.out == ["audio"]
    say(desk, "weather_madrid", 1.0)
    assert desk.out == ["audio", "stream_end", "audio"]


@pytest.mark.parametrize("silence_s", [0.4, None, 1.0])
async def test_hybrid_waits_as_long_as_it_is_told_to(silence_s: float | None) -> None:
    (*_, said) = speech_segments(samples("hello"), 16000)
    trailing_s = len(samples("hello")) / 16000 - said.end_s
    waits_s = (silence_s or 0.5) - trailing_s
    desk = Desk("hybrid", silence_s)
    say(desk, "hello", waits_s - 0.15)
    assert desk.out == ["audio"]
    desk.hear(20)
    assert desk.out == ["audio", "stream_end", "audio"]


async def test_nobody_but_hybrid_tells_the_end_of_speech() -> None:
    desk = Desk("auto")
    say(desk, "weather_paris", 1.0)
    assert desk.out == ["audio"]


async def test_speech_before_and_after_a_mute_is_not_one_utterance() -> None:
    desk = Desk("hybrid")
    speech = np.frombuffer(pcm("weather_paris"), "<i2")
    desk.hear(40, speech[8000:8320].tobytes())
    desk.now_s = desk._next_s
    mute = await desk.begin(desk.turns.mute())
    desk.hear(1)
    await mute
    await desk.turns.unmute()
    desk.out.clear()
    desk.hear(50)
    assert desk.out == ["audio"]  # no end of what was before: that was told by muting


@given(
    activity=st.sampled_from(["auto", "manual"]),
    steps=st.lists(
        st.tuples(
            st.sampled_from(["push", "release", "mute", "unmute", "nothing"]),
            st.integers(0, 12),  # quarters of a frame that pass before it
            st.integers(0, 6),  # frames that arrive after it, at most
        ),
        max_size=12,
    ),
)
def test_whatever_is_pressed_just_what_was_captured_while_open_is_heard(
    activity: Activity, steps: list[tuple[str, int, int]]
) -> None:
    asyncio.run(press(activity, steps))


async def press(activity: Activity, steps: list[tuple[str, int, int]]) -> None:
    desk = Desk(activity)
    waiting: list[asyncio.Task[None]] = []
    pushed, muted = activity == "auto", False
    openings: list[tuple[float, float]] = [(-math.inf, math.inf)] if pushed else []
    for what, quarters, arriving in steps:
        desk.now_s += quarters * FRAME_S / 4
        usual = what in ("mute", "unmute", "nothing") or activity == "manual"
        if usual and what != "nothing":
            before = pushed and not muted
            pushed = {"push": True, "release": False}.get(what, pushed)
            muted = {"mute": True, "unmute": False}.get(what, muted)
            waiting.append(await desk.begin(getattr(desk.turns, what)()))
            if before and not (pushed and not muted):
                openings[-1] = (openings[-1][0], desk.now_s)
            elif (pushed and not muted) and not before:
                openings.append((desk.now_s, math.inf))
        while arriving and desk._next_s + FRAME_S <= desk.now_s:  # none comes from the future
            desk.hear(1)
            arriving -= 1
    desk.now_s += 1.0
    begun_s, sent = 100.0, round((desk.now_s - desk._next_s) / FRAME_S)
    desk.hear(sent)
    await asyncio.gather(*waiting)
    frames = [begun_s + n * FRAME_S for n in range(round((desk._next_s - begun_s) / FRAME_S))]
    assert desk.captured == [
        frame_s
        for frame_s in frames
        if any(start < frame_s + FRAME_S and frame_s < end for start, end in openings)
    ]
    told = [item for item in desk.out if item in ("start", "end")]
    assert told == ["start", "end"] * (len(told) // 2) + ["start"] * (len(told) % 2)


async def test_muted_stays_muted_over_another_connection() -> None:
    connections = 0
    heard: Future[bytes] = Future()

    async def script(caller: Caller) -> None:
        nonlocal connections
        connections += 1
        await caller.setup()
        if connections == 1:
            await caller.hear()  # the end of the stream
            caller.socket.transport.abort()
            return
        while await caller.hear_text() != "I am about to speak.":
            pass  # that the stream has ended is told again
        assert not np.frombuffer(caller.audio, "<i2").any()
        caller.audio.clear()
        heard.set_result(await caller.hear_audio(320 * 25))
        await caller.until_goodbye()

    async with scripted(script) as url, live.connect(endpoint=url) as session:
        await session.mute()
        await session.until("reconnecting")
        await session.until("listening")
        assert session.muted
        await session.say(BEEP)
        await session.send_text("I am about to speak.")
        await session.unmute()
        await session.say(BEEP)
        sound = await asyncio.wrap_future(heard)
    assert BEEP.pcm16()[:640] in sound


async def test_who_holds_the_button_while_the_connection_is_lost_is_heard_from_the_start() -> None:
    connections = 0
    heard: Future[tuple[bytes, list[str]]] = Future()

    async def script(caller: Caller) -> None:
        nonlocal connections
        connections += 1
        await caller.setup()
        if connections == 1:
            await caller.hear()
            await caller.hear_audio(3200)
            caller.socket.transport.abort()
            return
        marks = []
        while marks[-1:] != ["end"]:
            message = (await caller.hear()).realtime_input
            assert message is not None
            marks.append("start" if message.activity_start is not None else "end")
        heard.set_result((bytes(caller.audio), marks))
        await caller.until_goodbye()

    async with scripted(script) as url, live.connect(endpoint=url, activity="manual") as session:
        await session.push()
        await session.say(BEEP)
        await session.until("reconnecting")
        await session.until("listening")
        await session.release()
        sound, marks = await asyncio.wrap_future(heard)
    assert marks == ["start", "end"]
    assert BEEP.pcm16()[:1280] in sound
