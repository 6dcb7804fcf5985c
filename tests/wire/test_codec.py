"""The codec against frames the official SDKs really sent, and against whatever else arrives."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livekit_nb.errors import WireError
from livekit_nb.wire.codec import decode_client, decode_server, encode
from livekit_nb.wire.messages import (
    Blob,
    ClientMessage,
    Content,
    Empty,
    FunctionCall,
    FunctionResponse,
    Part,
    RealtimeInput,
    ServerContent,
    ServerMessage,
    ToolCall,
    ToolResponse,
    Transcription,
)

FRAMES = Path(__file__).parent / "frames"
CLIENT_FRAMES = sorted(
    path for path in FRAMES.glob("[jp][sy]_*.json") if "handshake" not in path.name
)
SERVER_FRAMES = sorted(FRAMES.glob("server_*.json"))


def frame(name: str) -> bytes:
    return (FRAMES / name).read_bytes()


@pytest.mark.parametrize("path", CLIENT_FRAMES, ids=lambda path: path.stem)
def test_every_frame_of_the_official_sdks_is_understood(path: Path) -> None:
    message = decode_client(path.read_bytes())
    assert decode_client(encode(message)) == message


@pytest.mark.parametrize("path", SERVER_FRAMES, ids=lambda path: path.stem)
def test_every_server_frame_the_sdks_parse_is_understood(path: Path) -> None:
    message = decode_server(path.read_text())
    (kind,) = (key for key in json.loads(path.read_text()) if key != "usageMetadata")
    assert kind in json.loads(encode(message))


def test_python_and_javascript_say_the_same_in_different_spellings() -> None:
    python = decode_client(frame("py_3.4.0_04_realtime_audio.json"))
    javascript = decode_client(frame("js_3.1.0_04_realtime_audio.json"))
    assert python == javascript
    assert python.realtime_input is not None
    assert python.realtime_input.audio == Blob(
        data=b"\xfb\xff\xbf\x00", mime_type="audio/pcm;rate=16000"
    )


def test_a_setup_keeps_every_setting_in_either_spelling() -> None:
    setup = decode_client(frame("py_3.4.0_00_setup_all_fields.json")).setup
    assert setup is not None
    assert setup.generation_config is not None
    speech = setup.generation_config.speech_config
    assert speech is not None
    assert speech.voice_config is not None
    assert speech.voice_config.prebuilt_voice_config is not None
    assert speech.voice_config.prebuilt_voice_config.voice_name == "Kore"
    detection = setup.realtime_input_config and (
        setup.realtime_input_config.automatic_activity_detection
    )
    assert detection is not None
    assert (detection.prefix_padding_ms, detection.silence_duration_ms) == (20, 500)
    assert setup.history_config is not None
    assert setup.history_config.initial_history_in_client_content is True


def test_schemas_arguments_and_results_keep_their_spelling() -> None:
    setup = decode_client(frame("py_3.4.0_00_setup_all_fields.json")).setup
    assert setup is not None
    assert setup.tools is not None
    raw = (setup.tools[1].function_declarations or [])[1]
    assert raw.parameters_json_schema is not None
    assert set(raw.parameters_json_schema["properties"]) == {"a_b"}
    response = decode_client(frame("py_3.4.0_11_tool_response.json")).tool_response
    assert response is not None
    assert response.function_responses[0].response == {"output": {"some_key": 1}}


@pytest.mark.parametrize(
    ("message", "name"),
    [
        (
            RealtimeInput(audio=Blob(data=b"\xfb\xff\xbf\x00", mime_type="audio/pcm;rate=16000")),
            "js_3.1.0_04_realtime_audio.json",
        ),
        (
            RealtimeInput(video=Blob(data=b"\xff\xd8\xff\xe0", mime_type="image/jpeg")),
            "js_3.1.0_05_realtime_video.json",
        ),
        (RealtimeInput(text="typed"), "js_3.1.0_07_realtime_text.json"),
        (RealtimeInput(activity_start=Empty()), "js_3.1.0_08_realtime_activity_start.json"),
        (RealtimeInput(activity_end=Empty()), "js_3.1.0_09_realtime_activity_end.json"),
        (RealtimeInput(audio_stream_end=True), "js_3.1.0_10_realtime_audio_stream_end.json"),
    ],
)
def test_realtime_input_is_written_byte_for_byte_as_the_official_javascript_sdk_does(
    message: RealtimeInput, name: str
) -> None:
    assert encode(ClientMessage(realtime_input=message)) == frame(name)


def test_a_tool_response_is_written_byte_for_byte_as_the_official_javascript_sdk_does() -> None:
    response = FunctionResponse(
        id="fc-1",
        name="lights",
        response={"output": {"some_key": 1}},
        scheduling="WHEN_IDLE",
        will_continue=False,
    )
    message = ClientMessage(tool_response=ToolResponse(function_responses=[response]))
    assert encode(message) == frame("js_3.1.0_12_tool_response.json")


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"hello",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"{}",
        b'{"unknown": {}}',
        b'{"setup": 5}',
        b'{"setup": {"model": 7}}',
        b'{"realtimeInput": {"audio": {"data": "%%%"}}}',
        b'{"realtime_input": {"audio": {"data": "%%%"}}}',
        b'{"setup": {}, "realtimeInput": {}}',
        b'{"toolResponse": {"functionResponses": "no list"}}',
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
    ],
)
def test_garbage_from_a_client_is_one_kind_of_error(garbage: bytes) -> None:
    with pytest.raises(WireError):
        decode_client(garbage)


def test_an_error_does_not_repeat_what_was_sent() -> None:
    with pytest.raises(WireError) as caught:
        decode_client(b'{"setup": {"model": "m"}, "realtimeInput": {"text": "my secret"}}')
    assert "secret" not in str(caught.value)
    with pytest.raises(WireError) as caught:
        decode_client(b'{"realtime_input": {"text": ["my secret"]}}')
    assert "secret" not in str(caught.value)


def test_a_newer_service_is_still_understood() -> None:
    message = decode_server(b'{"serverContent":{"turnComplete":true,"newThing":{"a":1}},"x":[]}')
    assert message.server_content is not None
    assert message.server_content.turn_complete is True


@given(st.binary(max_size=400))
def test_any_bytes_decode_or_are_refused(data: bytes) -> None:
    for decode in (decode_client, decode_server):
        with contextlib.suppress(WireError):
            decode(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(
            ["setup", "realtime_input", "realtimeInput", "client_content", "tool_response"]
        ),
        json_values
        | st.dictionaries(
            st.sampled_from(["audio", "text", "turns", "model", "data"]), json_values
        ),
    )
)
def test_any_json_decodes_or_is_refused(tree: dict[str, object]) -> None:
    with contextlib.suppress(WireError):
        decode_client(json.dumps(tree))


@given(
    audio=st.binary(max_size=300),
    heard=st.text(max_size=20),
    args=st.dictionaries(st.text(max_size=8), st.integers(-(2**40), 2**40) | st.text(max_size=8)),
)
def test_what_a_server_writes_its_client_reads(audio: bytes, heard: str, args: dict) -> None:
    message = ServerMessage(
        server_content=ServerContent(
            model_turn=Content(
                role="model",
                parts=[Part(inline_data=Blob(data=audio, mime_type="audio/pcm;rate=24000"))],
            ),
            input_transcription=Transcription(text=heard),
        ),
        tool_call=ToolCall(function_calls=[FunctionCall(id="1", name="f", args=args)]),
    )
    assert decode_server(encode(message)) == message
