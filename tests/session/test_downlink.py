"""Everything a server can say, message by message, and the turns that come of it."""

from __future__ import annotations

import pytest

from livekit_nb.session.downlink import LATE_S
from livekit_nb.wire.codec import decode_server
from livekit_nb.wire.messages import (
    Blob,
    Content,
    FunctionCall,
    Part,
    ServerContent,
    ServerMessage,
    ToolCall,
    Transcription,
    UsageMetadata,
    VoiceActivity,
    VoiceActivityDetectionSignal,
)
from tests.session.receiving import END, ENDED, START, Desk


def test_thoughts_are_recorded_and_never_spoken() -> None:
    desk = Desk()
    desk.type("hi")
    loud = Blob(data=b"\1\1" * 240, mime_type="audio/pcm;rate=24000")
    thoughts = [
        Part(text="She greets me.", thought=True),
        Part(thought=True, thought_signature=b"x"),
        Part(inline_data=loud, thought=True),
    ]
    desk.say(model_turn=Content(role="model", parts=thoughts))
    assert desk.events("agent.thought") == [{"text": "She greets me."}]
    assert not desk.queued
    assert "agent.first_audio" not in desk.kinds
    desk.speak(0.2, "hello")
    desk.hear()
    desk.end_turn()
    assert desk.talk == [("hi", "hello", False)]


def test_what_the_model_writes_is_recorded_beside_what_it_says() -> None:
    desk = Desk()
    desk.say(model_turn=Content(parts=[Part(text="By the way"), Part(text="")]))
    assert desk.events("agent.text") == [{"text": "By the way"}]


def test_findings_of_the_services_own_tools_are_recorded() -> None:
    desk = Desk()
    desk.tell(
        decode_server(
            """{"serverContent": {"groundingMetadata": {
                "webSearchQueries": ["weather in Paris"],
                "groundingChunks": [
                    {"web": {"uri": "https://a.example/", "title": "A", "domain": "a.example"}},
                    {"maps": {"uri": "https://maps.example/x", "title": "X"}},
                    {"somethingNew": {}}, 7],
                "searchEntryPoint": {"renderedContent": "<b>html</b>"}},
            "urlContextMetadata": {"urlMetadata": [{"retrievedUrl": "https://b.example/",
                "urlRetrievalStatus": "URL_RETRIEVAL_STATUS_SUCCESS"}]}}}"""
        )
    )
    assert desk.events("agent.grounding") == [
        {
            "queries": ["weather in Paris"],
            "sources": [
                {"uri": "https://a.example/", "title": "A", "domain": "a.example"},
                {"uri": "https://maps.example/x", "title": "X"},
                {"uri": "https://b.example/", "status": "URL_RETRIEVAL_STATUS_SUCCESS"},
            ],
        }
    ]


@pytest.mark.parametrize(
    "found",
    [
        "{}",
        '{"webSearchQueries": "no list"}',
        '{"groundingChunks": [null, {"web": 3}, {"web": {"uri": 7}}]}',
        '{"groundingSupports": [{"segment": {"text": "x"}}]}',
    ],
)
def test_findings_that_hold_nothing_known_are_no_event(found: str) -> None:
    desk = Desk()
    desk.tell(decode_server(f'{{"serverContent": {{"groundingMetadata": {found}}}}}'))
    assert desk.kinds == []


def test_findings_without_end_are_cut() -> None:
    desk = Desk()
    desk.say(grounding_metadata={"webSearchQueries": ["q"] * 100_000})
    assert len(desk.events("agent.grounding")[0]["queries"]) == 100


def test_the_model_waits_for_more() -> None:
    desk = Desk()
    desk.type("Set a timer for")
    desk.say(waiting_for_input=True)
    assert desk.kinds == ["user.text", "agent.waiting"]
    assert desk.statuses[-1] == "listening"
    desk.say(turn_complete=True, turn_complete_reason="NEED_MORE_INPUT")
    assert desk.events(ENDED) == [{"reason": "NEED_MORE_INPUT", "said": "nothing"}]
    desk.type("ten minutes")
    desk.speak(0.1, "done")
    desk.hear()
    desk.end_turn()
    assert desk.talk == [("Set a timer for ten minutes", "done", False)]


def test_a_message_with_usage_and_empty_content_is_no_turn() -> None:
    desk = Desk()
    desk.type("hi")
    desk.tell(
        ServerMessage(
            server_content=ServerContent(),
            usage_metadata=UsageMetadata(
                prompt_token_count=10, thoughts_token_count=7, tool_use_prompt_token_count=3
            ),
        )
    )
    assert desk.kinds == ["user.text", "usage"]
    (usage,) = desk.events("usage")
    assert (usage["prompt_tokens"], usage["thoughts_tokens"], usage["tool_tokens"]) == (10, 7, 3)
    assert desk.statuses == []
    desk.speak(0.1, "hello")
    desk.hear()
    desk.end_turn()
    assert desk.talk == [("hi", "hello", False)]


async def test_interrupted_said_of_silence_mutes_nothing() -> None:
    desk = Desk()
    desk.type("hi")
    desk.speak(0.3, "hello")
    desk.end_turn()
    desk.hear()
    desk.now_s += 5.0
    desk.say(interrupted=True)
    desk.say(turn_complete=True)
    desk.type("what time is it?")
    desk.say(interrupted=True)  # while it thinks: nothing was said yet
    desk.speak(0.3, "noon")
    assert desk.hear() == pytest.approx(0.3)
    desk.end_turn()
    assert desk.kinds.count("agent.phantom_interruption") == 2
    assert "agent.interrupted" not in desk.kinds
    assert desk.talk == [("hi", "hello", False), ("what time is it?", "noon", False)]
    assert [await desk.gate.next(), await desk.gate.next()] == [0, 1]
    assert desk.cleared == 0


def test_a_barge_in_into_what_still_plays_cuts_it_though_all_was_sent() -> None:
    desk = Desk()
    desk.type("tell me a story")
    desk.speak(10.0, "Once upon a time")
    desk.end_turn()
    desk.say(interrupted=True)
    assert desk.cleared == 1
    assert not desk.queued
    assert desk.events("agent.interrupted") == [{}]


def test_the_rest_of_a_reply_that_was_cut_is_dropped() -> None:
    desk = Desk()
    desk.type("tell me a story")
    desk.speak(0.2, "Once upon")
    desk.hear()
    desk.tell(START)
    desk.say(interrupted=True)
    desk.speak(0.5)  # sent before the server knew
    assert not desk.queued
    desk.say(turn_complete=True)
    desk.speak(0.2, "yes?")
    assert desk.hear() == pytest.approx(0.2)
    desk.end_turn()
    assert [cut for _, _, cut in desk.talk] == [True, False]


@pytest.mark.parametrize("sign", ["typed", "caption", "end", "call", "time"])
def test_an_answer_after_an_interruption_is_heard_though_no_turn_was_completed(sign: str) -> None:
    desk = Desk()
    desk.type("tell me a story")
    desk.speak(0.2, "Once upon")
    desk.hear()
    desk.say(interrupted=True)
    match sign:
        case "typed":
            desk.type("stop")
        case "caption":
            desk.say(input_transcription=Transcription(text="stop"))
        case "end":
            desk.tell(END)
        case "call":
            desk.tell(ServerMessage(tool_call=ToolCall(function_calls=[])))
        case "time":
            desk.now_s += LATE_S
    desk.speak(0.2, "yes?")
    assert desk.hear() == pytest.approx(0.2)


def test_ends_told_twice_end_one_turn() -> None:
    desk = Desk()
    desk.type("hi")
    desk.speak(0.2, "hello")
    desk.hear()
    for _ in range(2):
        desk.end_turn()
    desk.type("and now?")
    desk.speak(0.2, "still here")
    desk.hear()
    desk.end_turn()
    assert desk.talk == [("hi", "hello", False), ("and now?", "still here", False)]


async def test_a_turn_told_twice_is_handed_out_once() -> None:
    desk = Desk()
    for _ in range(2):
        desk.speak(0.1)
        desk.hear()
        for _ in range(2):
            desk.end_turn()
            desk.say(interrupted=True)
    assert [await desk.gate.next(), await desk.gate.next()] == [0, 1]
    assert not desk.gate._over


@pytest.mark.parametrize("both", [False, True])
def test_the_older_signal_of_activity_is_understood_and_told_once(both: bool) -> None:
    desk = Desk()
    for newer, older in ((START, "VAD_SIGNAL_TYPE_SOS"), (END, "VAD_SIGNAL_TYPE_EOS")):
        if both:
            desk.tell(newer)
        signal = VoiceActivityDetectionSignal(vad_signal_type=older)
        desk.tell(ServerMessage(voice_activity_detection_signal=signal))
    assert desk.kinds == ["activity.start", "activity.end"]
    assert desk.events("activity.start") == [{"offset_s": 1.25} if both else {}]
    assert desk.downlink.activity_ends == 1
    assert desk.statuses == ["thinking"]


@pytest.mark.parametrize("kind", ["", "TYPE_UNSPECIFIED", "VAD_SIGNAL_TYPE_UNSPECIFIED"])
def test_activity_of_no_known_kind_is_nothing(kind: str) -> None:
    desk = Desk()
    desk.tell(
        ServerMessage(
            voice_activity=VoiceActivity(type=kind),
            voice_activity_detection_signal=VoiceActivityDetectionSignal(vad_signal_type=kind),
        )
    )
    assert desk.kinds == []


def test_language_and_speaker_are_kept_with_the_words() -> None:
    desk = Desk()
    said = Transcription(text="Bonjour", language_code="fr", speaker_label="1", finished=True)
    desk.say(input_transcription=said)
    assert desk.events("caption.user") == [
        {"text": "Bonjour", "language": "fr", "speaker": "1", "final": True}
    ]


async def test_idle_ends_a_turn_that_was_in_progress() -> None:
    desk = Desk()
    desk.type("book a table")
    desk.speak(0.1, "One moment.")
    desk.hear()
    desk.end_turn(interaction_status="IN_PROGRESS")
    assert ENDED not in desk.kinds
    desk.say(interaction_status="IDLE")
    assert desk.kinds.count(ENDED) == 1
    desk.say(interaction_status="IDLE")
    assert desk.kinds.count(ENDED) == 1
    assert await desk.gate.next() == 0


def test_a_status_beside_a_tool_call_changes_nothing() -> None:
    desk = Desk()
    desk.speak(0.1, "Let me see.")
    desk.tell(
        decode_server('{"toolCall": {"functionCalls": []}, "interactionStatus": "IN_PROGRESS"}')
    )
    assert ENDED not in desk.kinds


async def test_a_reply_that_broke_off_with_its_connection_is_over_and_handed_to_nobody() -> None:
    desk = Desk()
    desk.type("tell me a story")
    desk.speak(0.2, "Once upon")
    desk.hear()
    desk.downlink.disconnected()
    assert desk.events(ENDED) == [{"reason": "CONNECTION_LOST"}]
    desk.tell(START, END)  # the new connection knows nothing of what the old one had told
    desk.speak(0.2, "Once upon a time")
    desk.hear()
    desk.end_turn()
    assert await desk.gate.next() == 1
    desk.downlink.disconnected()
    assert desk.kinds.count(ENDED) == 2


def test_calls_are_run_for_the_connection_that_asks() -> None:
    asked: list[tuple[str, int]] = []

    class Runner:
        def call(self, call: FunctionCall, *, connection: int) -> None:
            asked.append((call.name, connection))

    desk = Desk()
    desk.downlink._tools = Runner()  # type: ignore[assignment]
    calls = ToolCall(function_calls=[FunctionCall(id="1", name="a"), FunctionCall(name="b")])
    desk.downlink.handle(ServerMessage(tool_call=calls), 3)
    assert asked == [("a", 3), ("b", 3)]


def test_a_server_from_the_future_is_understood_as_far_as_it_goes() -> None:
    desk = Desk()
    desk.tell(
        decode_server(
            """{"serverContent": {"speechState": "SPEECH", "mood": "sunny", "turnComplete": true,
                "turnCompleteReason": "SOMETHING_NEW", "interactionStatus": "REQUIRES_ACTION"},
                "weather": {}}"""
        )
    )
    assert desk.events(ENDED) == [{"reason": "SOMETHING_NEW"}]


def test_no_words_are_in_the_repr_of_an_event() -> None:
    desk = Desk()
    thought = Part(text="canary", thought=True)
    desk.say(
        model_turn=Content(parts=[thought, Part(text="canary")]),
        output_transcription=Transcription(text="canary"),
        grounding_metadata={"webSearchQueries": ["canary"]},
    )
    desk.type("canary")
    assert len(desk.recorder.recording.events) == 5
    assert "canary" not in repr(desk.recorder.recording.events) + repr(desk.recorder.recording)
