"""Messages are named by what they carry, as it is called on the wire."""

from __future__ import annotations

import pytest

from livekit_nb.wire.codec import decode_client, decode_server
from livekit_nb.wire.kinds import kind_of

AUDIO = '{"inlineData":{"mimeType":"audio/pcm;rate=24000","data":"AAAA"}}'


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        ('{"setup":{"model":"models/x"}}', "setup"),
        (
            '{"realtimeInput":{"audio":{"mimeType":"audio/pcm","data":"AA=="}}}',
            "realtimeInput.audio",
        ),
        ('{"realtime_input":{"activity_end":{}}}', "realtimeInput.activityEnd"),
        ('{"realtimeInput":{"mediaChunks":[{"data":"AA=="}]}}', "realtimeInput.mediaChunks"),
        ('{"realtimeInput":{}}', "realtimeInput"),
        ('{"clientContent":{"turns":[]}}', "clientContent"),
        ('{"toolResponse":{}}', "toolResponse"),
        ('{"contextUpdate":{}}', "contextUpdate"),
    ],
)
def test_what_a_client_sends(frame: str, kind: str) -> None:
    assert kind_of(decode_client(frame)) == kind


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        ("{}", ""),
        ('{"ofALaterVersion":{}}', ""),
        ('{"setupComplete":{}}', "setupComplete"),
        ('{"serverContent":{}}', "serverContent"),
        (
            f'{{"serverContent":{{"modelTurn":{{"parts":[{AUDIO},{AUDIO}]}}}}}}',
            "serverContent.audio",
        ),
        (
            f'{{"serverContent":{{"modelTurn":{{"parts":[{{"text":"x"}},{AUDIO}]}},'
            '"turnComplete":true},"usageMetadata":{}}',
            "serverContent.text+audio+turnComplete, usageMetadata",
        ),
        (
            '{"serverContent":{"modelTurn":{"parts":[{"text":"x","thought":true}]}}}',
            "serverContent.thought",
        ),
        (
            '{"serverContent":{"modelTurn":{"parts":[{"executableCode":{}}]}}}',
            "serverContent.modelTurn",
        ),
        ('{"server_content":{"output_transcription":{}}}', "serverContent.outputTranscription"),
        ('{"goAway":{"timeLeft":"5s"}}', "goAway"),
        ('{"toolCallCancellation":{"ids":[]}}', "toolCallCancellation"),
    ],
)
def test_what_a_server_sends(frame: str, kind: str) -> None:
    assert kind_of(decode_server(frame)) == kind
