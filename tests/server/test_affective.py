"""A running server answers in the tone it is spoken to, and keeps out of what is not its talk."""

from __future__ import annotations

import base64

from livekit_nb.audio.pcm import from_pcm16, to_pcm16
from livekit_nb.audio.tone import tone_of
from tests import speech
from tests.server.setups import OLDEST
from tests.server.test_attend import opened, texts
from tests.speech.manners import in_room, whispered

AFFECTIVE = OLDEST | {
    "tools": [],
    "generationConfig": {
        "enableAffectiveDialog": True,
        "thinkingConfig": {"includeThoughts": True},
    },
}
ROOM_DBFS = -65.0


async def answer(client, samples):
    """Say something; return what is said to it, and what was thought."""
    await client.audio(to_pcm16(samples))
    await client.send(realtimeInput={"audioStreamEnd": True})
    sound, thoughts = b"", ""
    while True:
        content = (await client.receive()).get("serverContent", {})
        for part in content.get("modelTurn", {}).get("parts", []):
            thoughts += part["text"] if part.get("thought") else ""
            sound += base64.b64decode(part.get("inlineData", {}).get("data", ""))
        if content.get("turnComplete"):
            return from_pcm16(sound), thoughts


async def test_who_whispers_is_answered_softly_and_told_why(live_server):
    said = speech.samples("hello")
    async with opened(live_server, **AFFECTIVE) as client:
        usual, thought = await answer(client, in_room(said, ROOM_DBFS))
        assert "whisper" not in thought
        soft, thought = await answer(client, in_room(whispered(said), ROOM_DBFS))
        assert "That was whispered: I answer softly." in thought
    before, after = tone_of(usual, 24_000), tone_of(soft, 24_000)
    assert before is not None
    assert after is not None
    assert -12.0 < after.level_dbfs - before.level_dbfs < -5.0


async def test_what_is_said_to_somebody_else_is_heard_and_not_answered(live_server):
    async with opened(live_server) as client:
        for name in speech.ASIDES:
            await client.audio(speech.pcm(name))
            await client.send(realtimeInput={"audioStreamEnd": True})
            messages = await client.turn()
            assert texts(messages, "inputTranscription")
            assert texts(messages, "outputTranscription") == ""
            assert messages[-1]["serverContent"]["turnCompleteReason"] == "RESPONSE_REJECTED"
