"""What is read from a recording: what was said, without what concerned the connections then."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import numpy as np
import pytest

from livekit_nb.errors import RecordingError
from livekit_nb.recording.recorder import Recorder
from livekit_nb.recording.recording import Recording
from livekit_nb.session.replay.script import Script, script_of
from livekit_nb.wire.codec import decode_server
from livekit_nb.wire.messages import ServerMessage
from tests.session.replay.scores import Score

FRAMES = sorted((Path(__file__).parents[2] / "wire" / "frames").glob("server_sample_*.json"))


def whole_samples(message: ServerMessage) -> ServerMessage:
    """Leave out the half sample at the end of one of them: nobody could have heard that."""
    content = message.server_content
    for part in content.model_turn.parts if content and content.model_turn else []:
        if part.inline_data is not None:
            part.inline_data.data = part.inline_data.data[: len(part.inline_data.data) // 2 * 2]
    return message


def said(script: Script, recording: Recording) -> list[ServerMessage]:
    return [line.sounding(recording.received_audio) for line in script.lines]


def test_every_kind_of_message_of_the_service_comes_back_as_it_was() -> None:
    assert len(FRAMES) == 15
    score = Score()
    expected = []
    for number, path in enumerate(FRAMES):
        frame = path.read_bytes()
        score.frame(1.0 + number, frame)
        left = msgspec.structs.replace(
            decode_server(frame), setup_complete=None, go_away=None, session_resumption_update=None
        )
        if left != ServerMessage():
            expected.append((1.0 + number, whole_samples(left)))
    script = script_of(score.recording)
    assert [line.t for line in script.lines] == [t for t, _ in expected]
    assert said(script, score.recording) == [message for _, message in expected]


def test_an_announced_end_a_handle_and_further_connections_are_not_played_back() -> None:
    score = Score()
    score.says(1.0, sessionResumptionUpdate={"newHandle": "h" * 40, "resumable": True})
    score.user(2.0, 3.0)
    score.speaks(4.0, "Hello.")
    score.content(4.5, generationComplete=True, turnComplete=True)
    score.says(5.0, goAway={"timeLeft": "10s"})
    score.connection = 2
    score.says(6.0, setupComplete={})
    score.user(7.0, 8.0)
    score.speaks(9.0, "Again.")
    score.content(9.5, generationComplete=True, turnComplete=True)
    script = script_of(score.recording)
    assert [line.t for line in script.lines] == [4.0, 4.5, 9.0, 9.5]
    assert [(hold.kind, hold.reply) for hold in script.holds] == [
        ("began", 0),
        ("ended", 0),
        ("began", 2),
        ("ended", 2),
    ]
    assert [hold.to_s for hold in script.holds] == pytest.approx([2.0, 3.0, 7.0, 8.0], abs=0.02)


def test_what_was_no_message_and_sound_that_nobody_heard_are_left_out() -> None:
    score = Score()
    score.speaks(1.0, "Hello.")
    score.recorder.message("received", "unreadable", 7, "garbage", connection=1, at=1.2)
    score.recorder.message("received", "serverContent.audio", 500, None, connection=1, at=1.3)
    assert [line.t for line in script_of(score.recording).lines] == [1.0]


def test_pictures_in_a_reply_are_left_out_and_its_words_are_not() -> None:
    score = Score()
    picture = {"mimeType": "image/jpeg", "data": "A" * 400}
    score.content(1.0, modelTurn={"parts": [{"inlineData": picture}, {"text": "Look."}]})
    (message,) = said(script_of(score.recording), score.recording)
    assert message.server_content is not None
    assert message.server_content.model_turn is not None
    parts = message.server_content.model_turn.parts
    assert parts[0].inline_data is not None
    assert parts[0].inline_data.data == b""
    assert parts[1].text == "Look."


def test_the_sound_of_a_message_is_the_one_it_brought() -> None:
    score = Score()
    score.speaks(1.0, "One.")
    score.speaks(2.0, "Two.")
    recording = score.recording
    for number, message in enumerate(said(script_of(recording), recording)):
        assert message.server_content is not None
        assert message.server_content.model_turn is not None
        (part,) = message.server_content.model_turn.parts
        assert part.inline_data is not None
        heard = np.frombuffer(part.inline_data.data, "<i2")
        assert np.array_equal(heard, recording.received_audio(number * 4800, 4800))


# What cannot be played back ----------------------------------------------------------------------


def test_a_recording_without_messages_says_so_and_what_to_do() -> None:
    recorder = Recorder()
    recorder.event("session.connecting", endpoint="Google", model="gemini-3.8-live")
    with pytest.raises(RecordingError, match=r"does not hold what the server said.*record") as told:
        script_of(recorder.recording)
    assert "play back the original" in str(told.value)


def test_missing_texts_are_counted() -> None:
    score = Score()
    score.speaks(1.0, "Hello.")
    for at_s in (2.0, 3.0):
        score.recorder.message("received", "toolCall", 90, None, connection=1, at=at_s)
    with pytest.raises(RecordingError, match="2 of the 4 messages of the server is missing"):
        script_of(score.recording)


@pytest.mark.parametrize("body", ["{", "[]", '{"serverContent": 3}', '{"toolCall": {"functi'])
def test_damaged_texts_are_counted_and_not_shown(body: str) -> None:
    score = Score()
    score.recorder.message("received", "serverContent", 90, body, connection=1, at=1.0)
    with pytest.raises(RecordingError, match="1 of the 2 messages") as told:
        script_of(score.recording)
    assert not re.search("functi|serverContent", str(told.value))


@pytest.mark.parametrize("what", ["text", "audio"])
def test_what_was_taken_out_is_named(what: str) -> None:
    score = Score()
    score.speaks(1.0, "Hello.")
    kept = {"audio": False, "frames": False, "text": False, what: True}
    words = {"text": "the text of .* is missing. It was redacted", "audio": "sound was taken out"}
    with pytest.raises(RecordingError, match=words[what]):
        script_of(score.recording.redact(**kept))


def test_why_words_are_missing_that_were_never_kept_is_told() -> None:
    score = Score()
    score.recorder.event("recording.paused", at=0.5)
    score.recorder.message("received", "toolCall", 90, None, connection=1, at=1.0)
    score.recorder.event("recording.resumed", at=2.0)
    with pytest.raises(RecordingError, match=r"off for 1\.5 s \(record=False"):
        script_of(score.recording)


def test_where_the_agent_says_nothing_there_is_nothing_to_play_back() -> None:
    score = Score()
    score.user(1.0, 2.0)
    score.content(3.0, inputTranscription={"text": "Hello?"})
    with pytest.raises(RecordingError, match=r"nothing to play back.*print\(recording\.summary"):
        script_of(score.recording)
    score.says(4.0, toolCall={"functionCalls": [{"id": "a", "name": "look", "args": {}}]})
    assert len(script_of(score.recording).lines) == 2


# What waits for what -----------------------------------------------------------------------------


def test_a_call_that_was_withdrawn_is_waited_for_by_nothing() -> None:
    score = Score()
    score.user(1.0, 2.0)
    score.says(3.0, toolCall={"functionCalls": [{"id": "a", "name": "look", "args": {}}]})
    score.says(4.0, toolCallCancellation={"ids": ["a"]})
    score.speaks(5.0, "Never mind.")
    assert {hold.kind for hold in script_of(score.recording).holds} == {"began", "ended"}


def test_only_what_came_after_a_result_waits_for_it() -> None:
    score = Score()
    score.user(1.0, 2.0)
    score.says(3.0, toolCall={"functionCalls": [{"id": "a", "name": "look", "args": {}}]})
    score.speaks(3.5, "One moment.")
    score.now_s = 4.0
    score.recorder.event("tool.response", id="a", name="look", response={}, duration_s=1.0)
    score.speaks(5.0, "It is blue.")
    (hold,) = (hold for hold in script_of(score.recording).holds if hold.kind == "results")
    assert (hold.index, hold.at_s, hold.ids) == (2, 4.0, frozenset({"a"}))


def test_somebody_who_murmurs_while_the_agent_speaks_has_not_asked_anything() -> None:
    score = Score()
    score.user(1.0, 2.0)
    score.speaks(3.0, "A long story.")
    score.user(3.5, 3.7)
    score.content(5.0, generationComplete=True, turnComplete=True)
    score.user(6.0, 7.0)
    score.speaks(8.0, "Another.")
    holds = [hold for hold in script_of(score.recording).holds if hold.reply == 2]
    assert [hold.to_s for hold in holds] == pytest.approx([6.0, 7.0], abs=0.02)


def test_an_interruption_that_nobody_made_is_waited_for_by_nobody() -> None:
    score = Score()
    score.user(1.0, 2.0)
    score.speaks(3.0, "A long story.")
    score.content(3.5, interrupted=True)
    score.content(3.6, turnComplete=True)
    score.user(5.0, 6.0)
    score.content(6.5, inputTranscription={"text": "Hello?"})
    score.speaks(7.0, "Another.")
    holds = [hold for hold in script_of(score.recording).holds if hold.reply == 4]
    assert [hold.cut for hold in holds] == [None, None]
    assert [hold.to_s for hold in holds] == pytest.approx([5.0, 6.0], abs=0.02)


def test_an_agent_that_speaks_first_waits_for_nobody() -> None:
    score = Score()
    score.speaks(1.0, "Welcome!")
    score.content(1.5, turnComplete=True)
    assert script_of(score.recording).holds == []


def test_json_bodies_hold_no_sound() -> None:
    score = Score()
    score.speaks(1.0, "Hello.")
    bodies = [json.loads(m.body) for m in score.recording.messages if m.body]
    assert len(str(bodies)) < 400
