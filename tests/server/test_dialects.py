"""The dialects of the official SDKs mean the same to the embedded server."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from livekit_nb.server.hearing.activity import Sensitivity
from livekit_nb.server.talk import actions as do
from livekit_nb.wire.codec import decode_client
from livekit_nb.wire.messages import AutomaticActivityDetection
from tests.server.setups import MANUAL, OLDEST
from tests.server.talks import Call, Talk, contents

FRAMES = Path(__file__).parents[1] / "wire" / "frames"
DIALECTS = ("py_1.68.0", "py_3.4.0", "js_2.32.0", "js_3.1.0")


def frame(dialect, name):
    (path,) = FRAMES.glob(f"{dialect}_??_{name}.json")
    return path.read_bytes()


def sent(talk, dialect, name):
    talk.take(talk.conversation.receive(decode_client(frame(dialect, name)), talk.now))
    return talk


every_dialect = pytest.mark.parametrize("dialect", DIALECTS)


def test_the_oldest_client_writes_snake_and_camel_case_and_the_other_base64_alphabet():
    text = frame("py_1.68.0", "realtime_audio").decode()
    assert {"realtime_input", "mimeType", "----AA=="} <= set(re.findall(r"[\w\-=]+", text))
    assert "media_chunks" in frame("py_1.68.0", "legacy_send_media_chunks").decode()


def test_the_setup_of_the_oldest_client_is_read_whole():
    talk = sent(Talk(), "py_1.68.0", "setup")
    assert talk.closed is None
    agreement = talk.pop(do.Begin).agreement
    assert agreement.voice == "Puck"
    assert agreement.instructions == "Be brief."
    assert agreement.declarations[0]["parameters"]["required"] == ["city_name"]
    assert agreement.all_audio
    assert agreement.patience.fixed_s == 0.6
    settings = AutomaticActivityDetection(prefix_padding_ms=40)
    assert agreement.sensitivity.needed_s == Sensitivity.of(settings).needed_s
    assert agreement.compression == (25_600, 12_800)
    assert agreement.resumption
    assert agreement.frame_tokens == 64


@every_dialect
def test_audio_and_pictures(dialect):
    talk = sent(Talk({}), dialect, "realtime_audio")
    sent(talk, dialect, "realtime_video")
    assert talk.closed is None
    assert len(talk.pop(do.Look).image) >= 3


@every_dialect
def test_media_of_old(dialect):
    talk = sent(Talk(OLDEST), dialect, "realtime_media_deprecated")
    assert talk.closed is None
    refused = sent(Talk({}), dialect, "realtime_media_deprecated")
    assert refused.closed is not None
    assert "mediaChunks" in refused.closed[1]


@every_dialect
def test_text(dialect):
    said = json.loads(frame(dialect, "realtime_text"))
    (words,) = (message["text"] for message in said.values())
    assert sent(Talk({}), dialect, "realtime_text").pop(do.Hear).text == words


@every_dialect
def test_marks(dialect):
    talk = sent(Talk(MANUAL), dialect, "realtime_activity_start")
    talk.audio("#####")
    sent(talk, dialect, "realtime_activity_end")
    assert talk.pending(do.Recognise)


@every_dialect
def test_the_end_of_the_stream(dialect):
    talk = Talk({})
    talk.audio("...#####")
    sent(talk, dialect, "realtime_audio_stream_end")
    assert talk.pending(do.Recognise)


@every_dialect
def test_results_of_tools(dialect):
    said = json.loads(frame(dialect, "tool_response"))
    answer = next(iter(said.values()))["functionResponses"][0]
    tool = {"functionDeclarations": [{"name": answer["name"]}]}
    talk = Talk({"tools": [tool]})
    talk.realtime(text="Do it.")
    talk.plan("", Call(answer["name"]))
    text = frame(dialect, "tool_response").decode()
    message = text.replace(json.dumps(answer["id"]), json.dumps(talk.open_calls()[0]))
    talk.take(talk.conversation.receive(decode_client(message), talk.now))
    (job,) = talk.pending(do.Weigh)
    assert job.answers[0].response == answer["response"]


@pytest.mark.parametrize("dialect", ["py_1.68.0", "py_3.4.0"])
def test_the_old_way_to_send(dialect):
    talk = sent(Talk({}), dialect, "legacy_send_text")
    assert talk.pending(do.Hear)
    assert contents(talk, "interrupted") == []
    assert sent(Talk(OLDEST), dialect, "legacy_send_media_chunks").closed is None
