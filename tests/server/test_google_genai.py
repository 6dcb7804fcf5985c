"""The unmodified official Python SDK holds a conversation with the embedded server."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import pytest
from google import genai
from google.genai import types

from livekit_nb.audio.pcm import from_pcm16, level_dbfs
from tests import speech
from tests.live_server import LiveServer
from tests.server.microphone import Microphone

WEATHER = types.FunctionDeclaration(
    name="get_weather",
    description="Current weather for a city.",
    parameters=types.Schema(
        type=types.Type.OBJECT,
        properties={"city": types.Schema(type=types.Type.STRING, description="Name of the city")},
        required=["city"],
    ),
)
FORECASTS = {"paris": {"sky": "clear", "celsius": 21}, "berlin": {"sky": "rainy", "celsius": 9}}


def config(**settings):
    return types.LiveConnectConfig(
        response_modalities=["AUDIO"],
        input_audio_transcription={},
        output_audio_transcription={},
        tools=[types.Tool(function_declarations=[WEATHER])],
        **settings,
    )


def client_of(server: LiveServer) -> genai.Client:
    options = types.HttpOptions(
        base_url=server.tls_url.replace("wss://", "https://"),
        async_client_args={"ssl": server.trust},
    )
    return genai.Client(api_key="any", http_options=options)


@dataclass
class Turn:
    """What one turn of the model brought."""

    heard: str = ""
    said: str = ""
    audio: bytes = b""
    calls: list = field(default_factory=list)
    cancelled: list = field(default_factory=list)
    marks: list = field(default_factory=list)
    usage: types.UsageMetadata | None = None


async def take_turn(session, *, on_audio=None) -> Turn:
    """Read one turn as the SDK delivers it, answering tool calls on the way."""
    turn = Turn()
    async for message in session.receive():
        if message.tool_call:
            turn.calls += message.tool_call.function_calls
            await session.send_tool_response(
                function_responses=[
                    types.FunctionResponse(
                        id=call.id,
                        name=call.name,
                        response=FORECASTS[call.args["city"].lower()],
                    )
                    for call in message.tool_call.function_calls
                ]
            )
        if message.tool_call_cancellation:
            turn.cancelled += message.tool_call_cancellation.ids
        if message.usage_metadata:
            turn.usage = message.usage_metadata
        content = message.server_content
        if content is None:
            continue
        if content.input_transcription:
            turn.heard += content.input_transcription.text
        if content.output_transcription:
            turn.said += content.output_transcription.text
        if content.model_turn:
            for part in content.model_turn.parts:
                assert part.inline_data.mime_type == "audio/pcm;rate=24000"
                turn.audio += part.inline_data.data
            if on_audio is not None:
                on_audio(turn)
        for mark in ("interrupted", "generation_complete", "turn_complete"):
            if getattr(content, mark):
                turn.marks.append(mark)
    return turn


def words(text):
    return set(re.findall(r"[a-z]+", text.lower()))


def is_audible(pcm):
    return level_dbfs(from_pcm16(pcm)) > -35


def microphone(session):
    async def send(frame):
        blob = types.Blob(data=frame, mime_type="audio/pcm;rate=16000")
        await session.send_realtime_input(audio=blob)

    return Microphone(send)


@pytest.mark.parametrize("model", ["gemini-3.8-live", "gemini-3.1-flash-live-preview"])
async def test_a_spoken_conversation_with_tools_transcripts_and_a_barge_in(live_server, model):
    connection = client_of(live_server).aio.live.connect(model=model, config=config())
    async with connection as session, microphone(session) as mic:
        mic.say(speech.pcm("weather_paris"))
        turn = await take_turn(session)
        assert {"weather", "paris"} <= words(turn.heard)
        assert [(call.name, call.args) for call in turn.calls] == [
            ("get_weather", {"city": "Paris"})
        ]
        assert {"paris", "clear"} <= words(turn.said)
        assert is_audible(turn.audio)
        assert turn.marks == ["generation_complete", "turn_complete"]
        seconds = len(turn.audio) / 48_000
        assert turn.usage.response_token_count == round(25 * seconds)

        mic.say(speech.pcm("and_berlin"))  # understood only together with the first question
        turn = await take_turn(session)
        assert [call.args for call in turn.calls] == [{"city": "Berlin"}]
        assert "rainy" in words(turn.said) or "rain" in words(turn.said)

        interruption = [speech.pcm("weather_paris")]

        def barge_in(turn):
            if interruption and len(turn.audio) > 0.5 * 48_000:
                mic.say(interruption.pop())

        mic.say(speech.pcm("story"))
        turn = await take_turn(session, on_audio=barge_in)
        assert turn.marks == ["interrupted", "turn_complete"]
        assert is_audible(turn.audio)
        turn = await take_turn(session)
        assert [call.args for call in turn.calls] == [{"city": "Paris"}]
        assert turn.marks == ["generation_complete", "turn_complete"]


async def test_typed_text_is_answered_aloud(live_server):
    connection = client_of(live_server).aio.live.connect(model="gemini-3.8-live", config=config())
    async with connection as session:
        question = types.Part(text="What's the weather in Berlin?")
        await session.send_client_content(turns=types.Content(role="user", parts=[question]))
        turn = await take_turn(session)
        assert [call.args for call in turn.calls] == [{"city": "Berlin"}]
        await session.send_realtime_input(text="And in Paris?")
        turn = await take_turn(session)
        assert [call.args for call in turn.calls] == [{"city": "Paris"}]
        assert is_audible(turn.audio)


async def test_instructions_and_tools_are_updated_while_talking(live_server):
    settings = config(system_instruction="Your name is Kim.")
    connection = client_of(live_server).aio.live.connect(model="gemini-3.8-live", config=settings)
    async with connection as session:
        await session.send_realtime_input(text="My name is Ada.")
        await take_turn(session)
        await session.send_context_update(tools=[], system_instruction="Your name is Robin.")
        await session.send_realtime_input(text="What's the weather in Berlin?")
        assert (await take_turn(session)).calls == []
        await session.send_realtime_input(text="What's your name?")
        assert "robin" in words((await take_turn(session)).said)
        tools = types.Tool(function_declarations=[WEATHER])
        await session.send_context_update(tools=[tools])
        await session.send_realtime_input(text="What's the weather in Berlin?")
        turn = await take_turn(session)
        assert [call.args for call in turn.calls] == [{"city": "Berlin"}]
        await session.send_realtime_input(text="What's my name?")
        assert "ada" in words((await take_turn(session)).said)


async def test_marked_activities_and_audio_faster_than_real_time(live_server):
    detection = types.AutomaticActivityDetection(disabled=True)
    settings = config(
        realtime_input_config=types.RealtimeInputConfig(automatic_activity_detection=detection)
    )
    connection = client_of(live_server).aio.live.connect(model="gemini-3.8-live", config=settings)
    async with connection as session:
        await session.send_realtime_input(activity_start=types.ActivityStart())
        rate_hz = 48_000
        samples = np.repeat(speech.samples("weather_paris"), 3)  # crude, but 48 kHz
        pcm = (samples * 32767).astype("<i2").tobytes()
        await session.send_realtime_input(
            audio=types.Blob(data=pcm, mime_type=f"audio/pcm;rate={rate_hz}")
        )
        await session.send_realtime_input(activity_end=types.ActivityEnd())
        turn = await take_turn(session)
        assert [call.args for call in turn.calls] == [{"city": "Paris"}]


async def test_a_refused_setting_arrives_as_the_sdks_error(live_server):
    settings = types.LiveConnectConfig(response_modalities=["TEXT"])
    with pytest.raises(genai.errors.APIError) as caught:
        async with client_of(live_server).aio.live.connect(
            model="gemini-3.8-live", config=settings
        ):
            raise AssertionError
    assert caught.value.code == 1007
