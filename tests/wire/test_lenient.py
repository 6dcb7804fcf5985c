"""Old and mixed dialects: whatever spelling a field comes in, it is the same field."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livekit_nb.errors import WireError
from livekit_nb.wire.codec import decode_client, decode_server, encode
from livekit_nb.wire.messages import ClientMessage, ServerMessage
from tests.wire.dialects import messages, respelled

FRAMES = sorted((Path(__file__).parent / "frames").glob("*.json"))
TALK = [path for path in FRAMES if "handshake" not in path.name]

# Every pair says the same, once as documented and once as somebody sends it.
SAME: list[tuple[str, str]] = [
    (  # google-genai 3.4
        '{"realtimeInput":{"audio":{"data":"+/+A","mimeType":"audio/pcm"}}}',
        '{"realtime_input":{"audio":{"data":"-_-A","mime_type":"audio/pcm"}}}',
    ),
    (
        '{"realtimeInput":{"audio":{"data":"+/8=","mimeType":"audio/pcm"}}}',
        '{"realtimeInput":{"audio":{"data":"-_8","mimeType":"audio/pcm"}}}',
    ),
    (
        '{"realtimeInput":{"activityStart":{},"audioStreamEnd":true}}',
        '{"realtimeInput":{"activity_start":{},"audioStreamEnd":true,"text":null}}',
    ),
    (
        '{"clientContent":{"turns":[{"parts":[{"inlineData":{"data":"AAAA"}}]}]}}',
        '{"client_content":{"turns":[{"parts":[{"inline_data":{"data":"AAAA"}}]}]}}',
    ),
    (  # google-genai 1.68 and 2.0
        '{"realtimeInput":{"audio":{"data":"+/+A","mimeType":"audio/pcm"}}}',
        '{"realtime_input":{"audio":{"data":"-_-A","mimeType":"audio/pcm"}}}',
    ),
    (
        '{"clientContent":{"turnComplete":true}}',
        '{"client_content":{"turns":null,"turn_complete":true}}',
    ),
    (
        '{"setup":{"contextWindowCompression":{"triggerTokens":9007199254740993}}}',
        '{"setup":{"context_window_compression":{"trigger_tokens":"9007199254740993"}}}',
    ),
    (
        '{"setup":{"generationConfig":{"topK":40,"seed":7}}}',
        '{"setup":{"generationConfig":{"topK":40.0,"seed":7.0}}}',
    ),
    (
        '{"setup":{"avatarConfig":{"customizedAvatar":{"imageData":"+/8="}}}}',
        '{"setup":{"avatar_config":{"customized_avatar":{"image_data":"-_8="}}}}',
    ),
    (
        '{"toolResponse":{"functionResponses":[{"id":"1","willContinue":true}]}}',
        '{"tool_response":{"functionResponses":[{"id":"1","will_continue":true}]}}',
    ),
    (
        '{"contextUpdate":{"tools":{"tools":[]}}}',
        '{"context_update":{"systemInstruction":null,"tools":{"tools":[]}}}',
    ),
]

# JSON that belongs to somebody else, by where it stands.
OWN: list[str] = [
    '{"tool_response":{"functionResponses":[{"id":"1","response":%s}]}}',
    '{"setup":{"model":"a_b","tools":[{"functionDeclarations":[{"name":"f","parameters":%s}]}]}}',
    '{"setup":{"tools":[{"function_declarations":[{"parameters_json_schema":%s}]}]}}',
    '{"setup":{"tools":[{"function_declarations":[{"response_json_schema":%s}]}]}}',
    '{"setup":{"tools":[{"google_search":%s}]}}',
    '{"setup":{"tools":[{"mcp_servers":[%s]}]}}',
    '{"setup":{"generation_config":{"response_json_schema":%s}}}',
    '{"client_content":{"turns":[{"parts":[{"function_call":{"name":"f","args":%s}}]}]}}',
    '{"client_content":{"turns":[{"parts":[{"part_metadata":%s}]}]}}',
]
OWN_OF_SERVERS: list[str] = [
    '{"tool_call":{"functionCalls":[{"id":"1","name":"f","args":%s}]}}',
    '{"serverContent":{"grounding_metadata":%s}}',
    '{"serverContent":{"url_context_metadata":%s}}',
]
KEPT = {"some_key": {"data": "-_8=", "mime_type": 1, "aB": None}, "list_of": [{"x_y": "a_b"}]}


@pytest.mark.parametrize(("documented", "sent"), SAME)
def test_both_say_the_same(documented: str, sent: str) -> None:
    assert decode_client(sent) == decode_client(documented)
    assert decode_client(sent.encode()) == decode_client(documented)


@pytest.mark.parametrize("frame", OWN)
def test_a_clients_own_json_is_left_alone(frame: str) -> None:
    own = json.dumps(KEPT)
    assert own in json.dumps(json.loads(encode(decode_client(frame % own))))


@pytest.mark.parametrize("frame", OWN_OF_SERVERS)
def test_a_servers_own_json_is_left_alone(frame: str) -> None:
    own = json.dumps(KEPT)
    assert own in json.dumps(json.loads(encode(decode_server(frame % own))))


def test_labels_are_left_alone() -> None:
    message = decode_client('{"setup":{"labels":{"team_name":"a_b"},"model":"m"}}')
    assert message.setup is not None
    assert message.setup.labels == {"team_name": "a_b"}


@pytest.mark.parametrize("text", ["null", "true", "7", "snake_case", "-_"])
def test_words_that_look_like_something_else_stay_words(text: str) -> None:
    message = decode_client(json.dumps({"realtime_input": {"text": text}}))
    assert message.realtime_input is not None
    assert message.realtime_input.text == text


@pytest.mark.parametrize("text", ["A", "a b c d", "====x", "é"])
def test_what_is_no_base64_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(WireError, match="no base64"):
        decode_client(json.dumps({"realtime_input": {"audio": {"data": text}}}))


def plainly(value: Any, key: str = "") -> Any:
    """Put a frame into the documented spelling, by other means than the codec does."""
    if key in ("args", "response", "labels") or key.startswith(("parameters", "responseJson")):
        return value
    if isinstance(value, list):
        return [plainly(item) for item in value]
    if isinstance(value, dict):
        names = {name: re.sub("_(.)", lambda found: found[1].upper(), name) for name in value}
        return {names[name]: plainly(item, names[name]) for name, item in value.items()}
    if key in ("data", "imageData"):
        return base64.b64encode(
            base64.urlsafe_b64decode(value.translate({43: 45, 47: 95}))
        ).decode()
    if key == "lastConsumedClientMessageIndex":  # as ProtoJSON writes 64-bit integers
        return str(value)
    return int(value) if isinstance(value, str) and value.isdigit() else value


@pytest.mark.parametrize("path", TALK, ids=lambda path: path.stem)
def test_of_what_the_official_sdks_send_and_parse_nothing_is_lost(path: Path) -> None:
    frame = json.loads(path.read_text())
    decode = decode_server if path.name.startswith("server") else decode_client
    frame.get("setupComplete", {}).pop("unknownFutureField", None)
    assert json.loads(encode(decode(path.read_bytes()))) == plainly(frame)


@settings(max_examples=50)
@given(message=messages(ClientMessage), data=st.data())
def test_a_client_may_mix_spellings_at_every_level(message: ClientMessage, data: Any) -> None:
    sent = respelled(message, lambda ways: data.draw(st.integers(0, ways - 1)))
    frame = json.dumps(sent)
    if sum(value is not None for value in sent.values()) - ("from_the_future" in sent) == 1:
        assert decode_client(frame) == message
        assert decode_client(encode(message)) == message
    else:
        with pytest.raises(WireError):
            decode_client(frame)


@settings(max_examples=50)
@given(message=messages(ServerMessage), data=st.data())
def test_a_server_may_mix_spellings_at_every_level(message: ServerMessage, data: Any) -> None:
    sent = respelled(message, lambda ways: data.draw(st.integers(0, ways - 1)))
    assert decode_server(json.dumps(sent)) == message
    assert decode_server(encode(message)) == message
