"""Whose turn it is, end to end: people's recordings, spoken to the embedded server.

Some in real time, over a real connection; the others in memory, where no machine is too slow.
"""

from __future__ import annotations

import asyncio
import io
from concurrent.futures import Future
from typing import Any

import numpy as np
import pytest
from PIL import Image

import livekit_nb as live
from livekit_nb.audio.pcm import OUTPUT_RATE_HZ
from livekit_nb.engine import bridge
from livekit_nb.recording.recording import Recording
from livekit_nb.session.connect import open_session
from livekit_nb.session.io import FrameHandler
from livekit_nb.session.setup.settings import Settings
from livekit_nb.session.virtual import VirtualLoudspeaker, VirtualMicrophone
from tests.live_server import LiveServer
from tests.session.accelerated import accelerated, conversation
from tests.speech import RATE_HZ, path, samples

LATE_S = 0.3


def clip(*parts: str | float) -> live.Clip:
    """Put recordings and pauses (in seconds) behind each other."""
    sound = [
        samples(part) if isinstance(part, str) else np.zeros(round(part * RATE_HZ), np.float32)
        for part in parts
    ]
    return live.Clip(np.concatenate(sound), RATE_HZ)


def red_picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), (220, 30, 40)).save(file, "JPEG")
    return file.getvalue()


def edges(recording: Recording) -> list[str]:
    """Return what was told to the server of the user's speech, and what it told of it."""
    kinds = ("activity.marked", "activity.start", "activity.end")
    return [event.data.get("edge", event.kind) for event in recording.events if event.kind in kinds]


def said(turn: live.Turn) -> str:
    return turn.user.text if turn.user else ""


def answered(turn: live.Turn) -> str:
    return turn.agent.text if turn.agent else ""


@accelerated
async def test_push_to_talk_is_heard_as_one_turn_whatever_the_pauses() -> None:
    async with conversation(activity="manual") as session:
        await session.push()
        await session.say(clip("timer_unfinished", 2.5, "weather_paris"))
        await session.release()
        turn = await session.next_turn()
        recording = session.recording
    assert said(turn).lower().startswith("set a timer for")
    assert said(turn).lower().rstrip("?.").endswith("paris")
    assert edges(recording) == ["start", "end"]
    assert len(recording.turns) == 1
    assert turn.latency.voice_to_voice is not None


class FarMicrophone(VirtualMicrophone):
    """A microphone whose frames take a while to arrive, as from a page behind a slow proxy."""

    def start(self, on_frame: FrameHandler) -> None:
        loop = asyncio.get_running_loop()

        def later(pcm: bytes, captured_s: float, arrived_s: float) -> None:
            loop.call_later(LATE_S, lambda: on_frame(pcm, captured_s, arrived_s + LATE_S))

        super().start(later)


@accelerated
async def test_the_last_syllable_is_heard_though_the_button_is_let_go_at_once() -> None:
    sound = samples("weather_paris")
    ends = np.flatnonzero(np.abs(sound) > 0.02)[-1]
    spoken = live.Clip(sound[:ends], RATE_HZ)  # nothing follows the last sound
    async with conversation(activity="manual", source=FarMicrophone) as session:
        await session.push()
        await session.say(spoken)
        await session.release()
        turn = await session.next_turn()
        heard, _ = session.recording.user_audio()
    assert said(turn).lower().rstrip("?.").endswith("paris")
    # To the last sample but what a frame may be off by: the clock that is asked is that of now.
    assert np.flatnonzero(np.abs(heard) > 0.02).size > 0.99 * np.count_nonzero(np.abs(sound) > 0.02)


class Loudspeaker(VirtualLoudspeaker):
    """A loudspeaker that tells when it has been heard for a second."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: Future[None] = Future()

    def _report(self, now_s: float) -> None:
        super()._report(now_s)
        if self._heard > OUTPUT_RATE_HZ and not self.heard.done():
            self.heard.set_result(None)


async def test_pressing_the_button_interrupts_the_agent(live_server: LiveServer) -> None:
    loudspeaker = Loudspeaker()
    settings = Settings(activity="manual")
    opening = open_session(settings, endpoint=live_server.url, sink=loudspeaker)
    async with await bridge(opening) as session:
        await session.send_text("Tell me a story.")
        await asyncio.wrap_future(loudspeaker.heard)
        await session.push()
        story = await session.next_turn()
        await session.say(path("stop_time"))
        await session.release()
        answer = await session.next_turn()
    assert story.interrupted
    assert said(story) == "Tell me a story."
    assert not answer.interrupted
    assert "time" in said(answer).lower()


@accelerated
async def test_hybrid_ends_a_turn_long_before_the_servers_patience_does() -> None:
    ends = {}
    for activity in ("hybrid", "auto"):
        async with conversation(activity=activity, end_sensitivity="low") as session:
            await session.say(path("timer_unfinished"))  # the server waits for the rest
            turn = await session.next_turn()
            assert "timer" in said(turn).lower()
            assert turn.user is not None
            assert turn.user.speech_end is not None
            # Who decided that it was over, and when; the server tells it with the words.
            decided = "activity.marked" if activity == "hybrid" else "activity.end"
            events = session.recording.events
            (end,) = [event.t for event in events if event.kind == decided]
            ends[activity] = end - turn.user.speech_end
            assert edges(session.recording) == (
                ["activity.start", "stream_end", "activity.end"]
                if activity == "hybrid"
                else ["activity.start", "activity.end"]
            )
    assert ends["auto"] > 1.9
    assert ends["hybrid"] < ends["auto"] - 1.0


@pytest.mark.parametrize("interruptions", [True, False])
@accelerated
async def test_who_may_not_interrupt_is_answered_afterwards(interruptions: bool) -> None:
    async with conversation(interruptions=interruptions) as session:
        await session.send_text("Count from one to ten.")
        await session.until("speaking")
        await session.say(path("weather_madrid"))
        counting, weather = [await session.next_turn() for _ in range(2)]
        recording = session.recording
    assert counting.interrupted is interruptions
    assert "madrid" in said(weather).lower()
    assert not weather.interrupted
    assert counting.agent is not None
    assert weather.agent is not None
    assert counting.agent.end is not None
    assert weather.agent.first_audible is not None
    assert weather.agent.first_audible > counting.agent.end
    kinds = [event.kind for event in recording.events]
    assert kinds.count("agent.interrupted") == interruptions
    assert len(recording.turns) == 2


@pytest.mark.parametrize(
    ("coverage", "seen"), [("activity", False), ("activity_and_video", True), ("all", True)]
)
@accelerated
async def test_what_is_shown_in_silence_belongs_to_the_turn_or_not(
    coverage: Any, seen: bool
) -> None:
    async with conversation(turn_coverage=coverage) as session:
        await session.send_image(red_picture(), 64, 64)
        await session.say(clip(0.5, "colour"))
        turn = await session.next_turn()
    assert ("red" in answered(turn).lower()) is seen


@accelerated
async def test_silence_is_paid_for_when_a_turn_holds_all_that_comes() -> None:
    heard = {}
    for coverage in ("activity", "all"):
        async with conversation(turn_coverage=coverage) as session:
            await session.say(clip(3.0, "hello"))
            await session.next_turn()
            usage = [event for event in session.recording.events if event.kind == "usage"]
            heard[coverage] = usage[-1].data["prompt"]["AUDIO"]
    assert heard["all"] - heard["activity"] > 2.5 * 25  # some 25 tokens a second


@pytest.mark.parametrize("hearing_s", [0.1, 4.0])
@accelerated
async def test_what_is_typed_while_talking_is_one_turn_with_it(hearing_s: float) -> None:
    async with conversation(hearing_s=hearing_s) as session:
        begun = asyncio.Event()
        session._recorder.subscribe(lambda event: event.kind == "activity.start" and begun.set())
        speaking = asyncio.ensure_future(session.say(clip("timer_unfinished")))
        await begun.wait()
        await session.send_text("ten minutes, please")
        await speaking
        await session.next_turn()
        with pytest.raises(TimeoutError):
            await session.next_turn(timeout_s=8.0)  # and it is answered once
        turns = session.recording.turns
    assert len(turns) == 1
    assert "timer" in said(turns[0]).lower()
    assert "ten minutes" in said(turns[0])


@accelerated
async def test_what_is_said_while_muted_is_heard_by_nobody() -> None:
    async with conversation() as session:
        await session.mute()
        assert session.muted
        await session.say(path("weather_paris"))
        await session.unmute()
        await session.say(path("weather_madrid"))
        turn = await session.next_turn()
        sound, rate_hz = session.recording.user_audio()
        (unmuted,) = [e.t for e in session.recording.events if e.kind == "mic.unmuted"]
        turns = session.recording.turns
    assert "madrid" in said(turn).lower()
    assert len(turns) == 1
    assert not np.any(sound[: round((unmuted - 0.05) * rate_hz)])


@accelerated
async def test_muting_ends_what_was_being_said() -> None:
    # Much more patience than the test has: only the end of the stream can end this turn.
    async with conversation(silence_s=10.0) as session:
        await session.say(path("weather_paris"))
        await session.mute()
        turn = await session.next_turn(timeout_s=9.0)
        recording = session.recording
    assert "paris" in said(turn).lower()
    assert edges(recording) == ["activity.start", "stream_end", "activity.end"]


async def test_a_history_is_known_and_not_answered(live_server: LiveServer) -> None:
    history = [("user", "My name is Ada."), ("model", "Nice to meet you, Ada!")]
    for model in ("gemini-3.8-live", "gemini-2.5-flash-native-audio-preview-12-2025"):
        async with live.connect(endpoint=live_server.url, model=model, history=history) as session:
            await session.send_text("What is my name?")
            turn = await session.next_turn()
            turns = session.recording.turns
        assert "Ada" in answered(turn)
        assert len(turns) == 1


async def get_weather(city: str) -> dict:
    """Get the current weather for a city."""
    return {"sky": "clear", "celsius": 21}


@accelerated
async def test_instructions_and_tools_change_in_the_middle() -> None:
    async with conversation() as session:
        await session.update(instructions="Your name is Max.", tools=[get_weather])
        await session.say(path("weather_paris"))
        weather = await session.next_turn()
        await session.update(tools=[])
        await session.send_text("What's the weather in Rome?")
        without = await session.next_turn()
        await session.send_text("What is your name?")
        name = await session.next_turn()
    assert [call.args for call in weather.tools] == [{"city": "Paris"}]
    assert without.tools == ()
    assert "Max" in answered(name)
