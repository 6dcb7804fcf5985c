"""The protocol of one conversation, with a clock that stands still."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livekit_nb.server import actions as do
from livekit_nb.server.conversation import Conversation
from livekit_nb.server.hearing import CHUNK
from livekit_nb.server.listening import MAX_MARKED
from livekit_nb.server.seeing import Scene
from livekit_nb.wire import messages as m
from livekit_nb.wire.codec import decode_client
from tests.server.talk import Call, Talk, loudness

WEATHER = {"functionDeclarations": [{"name": "get_weather", "parameters": {"type": "OBJECT"}}]}
BLOCKING = {"functionDeclarations": [{"name": "get_weather", "behavior": "BLOCKING"}]}
CAPTIONS = {"inputAudioTranscription": {}, "outputAudioTranscription": {}}
MANUAL = {"realtimeInputConfig": {"automaticActivityDetection": {"disabled": True}}}
OLDER = {"model": "models/gemini-3.1-flash-live-preview"}
OLDEST = {"model": "models/gemini-2.5-flash-native-audio-preview-12-2025"}
EXTENDED = {"model": "models/gemini-3.8-live-extended-thinking"}
INVALID = (1007, "Request contains an invalid argument.")


def contents(talk, name):
    found = (message.get("serverContent", {}).get(name) for message in talk.sent)
    return [item for item in found if item is not None]


# Setting up -------------------------------------------------------------------------------------


def test_setup_is_answered_with_setup_complete_alone():
    talk = Talk({})
    assert talk.sent == [{"setupComplete": {}}]
    assert talk.closed is None


def test_the_first_message_must_be_setup():
    talk = Talk()
    talk.realtime(text="hello")
    assert talk.closed == (1007, "The first message must be setup.")


def test_setup_may_come_only_once():
    talk = Talk({})
    talk.setup({})
    assert talk.closed is not None
    assert talk.closed[0] == 1007


@pytest.mark.parametrize(
    ("setup", "code", "words"),
    [
        ({"generationConfig": {"responseModalities": ["TEXT"]}}, 1007, "non-audio"),
        ({"generationConfig": {"thinkingConfig": {"thinkingLevel": "LOW"}}}, 1007, "invalid"),
        (OLDER | {"tools": []}, 1007, "invalid"),
        ({"model": "models/gemini-1.0-pro"}, 1008, "not found"),
        ({"sessionResumption": {"handle": "long-ago"}}, 1008, "session not found"),
        (
            {
                "generationConfig": {
                    "speechConfig": {
                        "voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Nobody"}}
                    }
                }
            },
            1007,
            "not available",
        ),
    ],
)
def test_refused_settings_close_as_the_model_would(setup, code, words):
    talk = Talk(setup)
    assert talk.closed is not None
    assert talk.closed[0] == code
    assert words in talk.closed[1]
    assert len(talk.closed[1].encode()) <= 123
    assert talk.sent == []


def test_a_flag_the_old_model_chokes_on_is_never_answered():
    talk = Talk(OLDER | {"proactivity": {"proactiveAudio": True}})
    talk.audio("...####......")
    assert talk.sent == []
    assert talk.closed is None


def test_a_null_handle_is_refused_by_the_generation_that_chokes_on_it():
    frame = '{"setup":{"model":"models/%s","sessionResumption":{"handle":null}}}'
    for model, closed in ((OLDER, INVALID), ({"model": "models/gemini-3.8-live"}, None)):
        talk = Talk()
        message = decode_client(frame % model["model"].removeprefix("models/"))
        talk.take(talk.conversation.receive(message, talk.now))
        assert talk.closed == closed


@pytest.mark.parametrize("tool", ["codeExecution", "urlContext", "googleMaps", "fileSearch"])
def test_tools_of_the_service_which_no_live_model_has_close_with_1008(tool):
    talk = Talk({"tools": [{tool: {}}]})
    assert talk.closed == (1008, "Operation is not implemented, or supported, or enabled.")


def test_google_search_may_be_declared_although_nobody_searches_here():
    talk = Talk({"tools": [{"googleSearch": {}}, WEATHER]})
    assert talk.closed is None
    assert [tool["name"] for tool in talk.pop(do.Begin).agreement.declarations] == ["get_weather"]


def test_voice_names_are_taken_in_any_case():
    config = {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "puck"}}}
    talk = Talk({"generationConfig": {"speechConfig": config}})
    assert talk.pop(do.Begin).agreement.voice == "Puck"


# A spoken turn ----------------------------------------------------------------------------------


def test_a_turn_goes_in_the_order_of_the_live_api():
    talk = Talk(CAPTIONS)
    talk.asked()
    assert talk.plan("It is clear and mild.").text == "What's the weather in Paris?"
    talk.speak(2.0)
    talk.advance(10)
    assert [kind for kind in talk.kinds() if kind != "outputTranscription"][:3] == [
        "setupComplete",
        "voiceActivity",
        "inputTranscription",
    ]
    assert talk.kinds()[3] == "modelTurn"
    assert talk.kinds()[-2:] == ["generationComplete", "turnComplete"]
    assert talk.kinds().count("turnComplete") == 1
    assert contents(talk, "inputTranscription")[0]["text"] == "What's the weather in Paris?"
    words = [fragment["text"] for fragment in contents(talk, "outputTranscription")]
    assert len(words) > 1
    assert "".join(words) == "It is clear and mild."
    assert talk.audio_s() == pytest.approx(2.0, abs=0.01)


def test_no_transcripts_unless_asked_for():
    talk = Talk({})
    talk.asked()
    talk.plan("It is clear.")
    talk.speak()
    talk.advance(5)
    assert contents(talk, "inputTranscription") == contents(talk, "outputTranscription") == []
    assert talk.kinds()[-1] == "turnComplete"


def test_the_first_audio_leaves_at_once_and_the_rest_faster_than_it_plays():
    talk = Talk({})
    talk.asked()
    talk.plan("A long story.")
    start = talk.now
    talk.speak(12.0)
    assert 0.5 < talk.audio_s() < 1.2
    talk.advance(2.0)
    assert 5.0 < talk.audio_s() < 9.0
    talk.advance(3.0)
    assert talk.audio_s() == pytest.approx(12.0, abs=0.01)
    assert talk.kinds()[-1] == "generationComplete"
    talk.advance(start + 11.9 - talk.now)
    assert talk.kinds()[-1] == "generationComplete"
    talk.advance(0.2)
    assert talk.kinds()[-1] == "turnComplete"


def test_messages_stay_small():
    talk = Talk({})
    talk.asked()
    talk.plan("A long story.")
    talk.speak(30.0)
    talk.advance(60)
    assert max(len(msgspec.json.encode(message)) for message in talk.sent) < 20_000


def test_the_older_generation_sends_one_part_per_event():
    talk = Talk(OLDEST | CAPTIONS)
    talk.asked()
    talk.plan("It is clear.")
    talk.speak()
    talk.advance(5)
    assert all(len(message.get("serverContent", {})) <= 1 for message in talk.sent)
    assert contents(talk, "outputTranscription")


def test_a_click_begins_nothing():
    talk = Talk({})
    talk.audio("...#......#.....")
    assert talk.sent == [{"setupComplete": {}}]
    assert talk.pending(do.Recognise) == []


def test_noise_without_words_is_no_turn():
    talk = Talk(CAPTIONS)
    talk.audio("...####.......")
    talk.recognise("", 0.0)
    talk.audio("." * 40)
    assert talk.kinds() == ["setupComplete", "voiceActivity"]
    assert talk.pending(do.Hear) == []


def test_a_person_who_goes_on_is_heard_out():
    talk = Talk({})
    talk.audio("..#######......")
    first = talk.pop(do.Recognise)
    assert talk.conversation.wants(first.key)
    talk.audio("####")
    assert not talk.conversation.wants(first.key)
    talk.audio("......")
    talk.take(talk.conversation.recognised(first.key, "Set a timer for", 0.0, talk.now))
    second = talk.pending(do.Recognise)[0]
    assert len(second.samples) > len(first.samples)
    talk.recognise("Set a timer for ten minutes.")
    talk.audio("......")
    assert [job.text for job in talk.pending(do.Hear)] == ["Set a timer for ten minutes."]


def test_other_sampling_rates_are_resampled():
    talk = Talk({})
    talk.audio("...#######.......", rate_hz=48_000)
    assert talk.pending(do.Recognise)


@pytest.mark.parametrize(
    "blob",
    [
        m.Blob(data=b"odd", mime_type="audio/pcm;rate=16000"),
        m.Blob(data=b"even", mime_type="audio/mp3"),
        m.Blob(data=b"even", mime_type="audio/pcm;rate=fast"),
        m.Blob(data=b"even", mime_type="audio/pcm;rate=1"),
    ],
)
def test_audio_of_a_wrong_format_closes_with_1007(blob):
    talk = Talk({})
    talk.realtime(audio=blob)
    assert talk.closed is not None
    assert talk.closed[0] == 1007


def test_a_stream_that_ends_is_answered_without_waiting():
    talk = Talk({})
    talk.audio("..######")
    talk.realtime(audio_stream_end=True)
    talk.recognise("Set a timer for", 0.0)
    assert [job.text for job in talk.pending(do.Hear)] == ["Set a timer for"]


def test_a_stream_that_dries_up_is_taken_as_ended():
    talk = Talk({})
    talk.audio("..######")
    talk.advance(1.5)
    assert talk.pending(do.Recognise) == []
    talk.advance(1.0)
    talk.recognise("Hello", 1.0)
    assert [job.text for job in talk.pending(do.Hear)] == ["Hello"]


# Interrupting -----------------------------------------------------------------------------------


def speaking(setup=None, *, seconds=5.0, after=1.0):
    """A talk in which a reply has been playing for `after` seconds."""
    talk = Talk(CAPTIONS | (setup or {}))
    talk.asked()
    talk.plan("One two three four five six seven eight nine ten.")
    talk.speak(seconds)
    talk.advance(after)
    talk.sent.clear()
    return talk


def test_speech_interrupts_what_is_presumably_being_heard():
    talk = speaking()
    talk.audio("##")
    assert "interrupted" not in talk.kinds()
    talk.audio("#")
    kinds = talk.kinds()
    assert kinds[kinds.index("interrupted") :][:2] == ["interrupted", "turnComplete"]
    assert "generationComplete" not in kinds
    assert talk.pending(do.Hush)
    spoken = talk.pending(do.Spoken)[0]
    assert spoken.interrupted
    assert spoken.text.split()[:2] == ["One", "two"]
    assert "five" not in spoken.text


def test_after_an_interruption_no_late_audio_is_sent_and_the_new_question_is_answered():
    talk = speaking()
    talk.audio("#####")
    before = talk.audio_s()
    talk.take(talk.conversation.voiced(1, bytes(48_000), "late", talk.now))
    talk.advance(3.0)
    assert talk.audio_s() == before
    talk.audio("......")
    talk.recognise("And in Berlin?")
    talk.audio("......")
    assert talk.plan("Rain.").text == "And in Berlin?"
    talk.sent.clear()
    talk.speak(1.0)
    talk.advance(3.0)
    assert talk.kinds()[-2:] == ["generationComplete", "turnComplete"]


def test_when_all_audio_was_sent_but_still_plays_speech_interrupts_too():
    talk = speaking(seconds=5.0, after=3.0)
    talk.audio("####")
    assert talk.kinds()[-2:] == ["interrupted", "turnComplete"]


def test_typed_text_while_talking_belongs_to_the_same_turn():
    talk = Talk(CAPTIONS)
    talk.audio("...#####")
    talk.realtime(text="in Paris")
    assert talk.pending(do.Hear) == []  # the person is still speaking
    talk.audio("##......")
    talk.recognise("What's the weather there?")
    talk.audio("......")
    heard = [job.text for job in talk.pending(do.Hear)]
    assert heard == ["in Paris What's the weather there?"]


def test_typed_text_is_answered_even_if_the_speech_was_noise():
    talk = Talk(CAPTIONS)
    talk.audio("...#####")
    talk.realtime(text="Hello.")
    talk.audio("......")
    talk.recognise("", 0.0)
    talk.audio("." * 40)
    assert [job.text for job in talk.pending(do.Hear)] == ["Hello."]


def test_typing_while_talking_waits_for_the_mark_in_manual_mode():
    talk = Talk(MANUAL)
    talk.realtime(activity_start=m.Empty())
    talk.audio("..####")
    talk.realtime(text="in Paris")
    assert talk.pending(do.Hear) == []
    talk.realtime(activity_end=m.Empty())
    talk.recognise("What's the weather there?")
    assert len(talk.pending(do.Hear)) == 1


def test_typed_text_without_interruption_waits_for_its_turn():
    talk = speaking({"realtimeInputConfig": {"activityHandling": "NO_INTERRUPTION"}})
    talk.realtime(text="Stop that.")
    assert talk.kinds() == []
    assert talk.pending(do.Hear) == []
    talk.advance(6.0)
    assert [job.text for job in talk.pending(do.Hear)] == ["Stop that."]


def test_once_the_playback_is_over_nothing_is_interrupted():
    talk = speaking(seconds=1.0, after=1.1)
    talk.audio("#####")
    assert talk.kinds() == ["voiceActivity"]


def test_a_click_does_not_interrupt():
    talk = speaking()
    talk.audio("..#....#...#..")
    assert "interrupted" not in talk.kinds()


def test_without_interruption_the_question_waits_for_its_turn():
    talk = speaking({"realtimeInputConfig": {"activityHandling": "NO_INTERRUPTION"}})
    talk.audio("######......")
    talk.recognise("And in Berlin?")
    talk.audio("........")
    assert talk.pending(do.Hear) == []
    assert "interrupted" not in talk.kinds()
    talk.advance(6.0)
    assert talk.kinds()[-1] == "turnComplete"
    assert "generationComplete" in talk.kinds()
    assert [job.text for job in talk.pending(do.Hear)] == ["And in Berlin?"]


def test_words_after_a_false_end_are_folded_into_the_same_turn():
    talk = Talk(CAPTIONS)
    talk.asked("Play some jazz")
    talk.audio("####")  # before anything of the reply was heard
    assert "interrupted" not in talk.kinds()
    stale = talk.pop(do.Hear)
    talk.take(talk.conversation.planned(stale.reply, type("P", (), {"say": "x", "calls": ()}), 0))
    assert talk.pending(do.Speak) == []
    talk.audio("......")
    talk.recognise("in the living room.")
    talk.audio("......")
    assert [job.text for job in talk.pending(do.Hear)] == ["Play some jazz in the living room."]


def heard_for(seconds, completeness):
    talk = Talk(CAPTIONS | {"tools": [WEATHER]})
    talk.audio("...#######......")
    talk.recognise("Set a timer for", completeness)
    talk.audio("." * 50)
    talk.plan("For how long should it be?")
    talk.speak(3.0)
    talk.advance(seconds)
    talk.audio("###.....")
    talk.recognise("ten minutes")
    talk.audio("." * 20)
    return talk.pending(do.Hear)[0].text


def test_late_words_of_an_unfinished_sentence_belong_to_it_and_answers_do_not():
    assert heard_for(0.2, 0.0) == "Set a timer for ten minutes"
    assert heard_for(1.5, 0.0) == "ten minutes"
    assert heard_for(0.1, 1.0) == "Set a timer for ten minutes"
    assert heard_for(0.5, 1.0) == "ten minutes"


def test_what_a_tool_has_done_is_not_asked_for_again():
    talk = Talk({"tools": [WEATHER]})
    talk.asked("Turn on the light")
    talk.plan("", Call("get_weather"))
    talk.tool_result(talk.calls()[0]["id"])
    talk.audio("#####......")
    talk.recognise("and make it blue")
    talk.audio("......")
    assert [job.text for job in talk.pending(do.Hear)] == ["and make it blue"]


def test_a_cough_before_the_reply_does_not_lose_the_question():
    talk = Talk(CAPTIONS)
    talk.asked("Play some jazz")
    talk.pop(do.Hear)
    talk.audio("####......")
    talk.recognise("", 0.0)
    talk.audio("." * 40)
    assert [job.text for job in talk.pending(do.Hear)] == ["Play some jazz"]


def test_typed_text_interrupts_and_is_answered():
    talk = speaking()
    talk.realtime(text="Stop that.")
    assert talk.kinds() == ["interrupted", "turnComplete"]
    assert [job.text for job in talk.pending(do.Hear)] == ["Stop that."]


# Tools ------------------------------------------------------------------------------------------


def called(setup):
    talk = Talk(CAPTIONS | setup)
    talk.asked()
    talk.sent.clear()
    talk.plan("One moment.", Call("get_weather", {"city": "Paris", "a_b": 1}))
    return talk


def test_a_tool_is_called_and_its_result_spoken_in_the_same_turn():
    talk = called({"tools": [BLOCKING]})
    assert talk.kinds() == ["toolCall"]
    assert talk.pending(do.Speak) == []  # a blocking tool keeps the model silent
    (call,) = talk.calls()
    assert call["name"] == "get_weather"
    assert call["args"] == {"city": "Paris", "a_b": 1}
    talk.advance(3.0)
    talk.tool_result(call["id"], {"sky": "clear"})
    weighed = talk.plan("It is clear in Paris.")
    assert isinstance(weighed, do.Weigh)
    assert weighed.answers[0].response == {"sky": "clear"}
    assert not weighed.answers[0].failed
    talk.speak(1.0)
    talk.advance(5.0)
    assert talk.kinds()[0] == "toolCall"
    assert talk.kinds()[-2:] == ["generationComplete", "turnComplete"]
    assert talk.kinds().count("turnComplete") == 1


def test_a_non_blocking_tool_lets_the_model_speak_meanwhile():
    talk = called({"tools": [WEATHER]})
    assert talk.speak(0.5).text == "One moment."
    talk.advance(2.0)
    assert "turnComplete" not in talk.kinds()
    talk.tool_result(talk.calls()[0]["id"])
    talk.plan("It is clear.")
    talk.speak(1.0)
    talk.advance(3.0)
    assert talk.kinds()[-2:] == ["generationComplete", "turnComplete"]


def test_speech_cancels_a_blocking_call():
    talk = called({"tools": [BLOCKING]})
    call = talk.calls()[0]
    talk.sent.clear()
    talk.audio("####")
    assert talk.kinds() == [
        "voiceActivity",
        "toolCallCancellation",
        "interrupted",
        "turnComplete",
    ]
    assert talk.sent[1]["toolCallCancellation"]["ids"] == [call["id"]]
    talk.tool_result(call["id"])  # too late
    assert talk.pending(do.Weigh) == []


def test_a_non_blocking_call_goes_on_while_the_user_speaks_and_its_result_waits():
    talk = called({"tools": [WEATHER]})
    call = talk.calls()[0]
    talk.speak(0.2)
    talk.advance(1.0)
    talk.sent.clear()
    talk.audio("####")
    assert talk.kinds() == ["voiceActivity"]
    talk.tool_result(call["id"])
    assert talk.pending(do.Weigh) == []
    talk.audio("......")
    talk.recognise("What time is it?")
    talk.audio("......")
    talk.plan("Noon.")
    talk.speak(1.0)
    talk.advance(2.0)
    assert [job.answers[0].name for job in talk.pending(do.Weigh)] == ["get_weather"]


def test_a_silent_result_is_not_spoken():
    talk = called({"tools": [WEATHER]})
    talk.speak(0.2)
    talk.advance(1.0)
    talk.tool_result(talk.calls()[0]["id"], scheduling="SILENT")
    talk.plan("It is clear.")
    assert talk.pending(do.Speak) == []
    assert talk.kinds()[-2:] == ["generationComplete", "turnComplete"]


def test_an_urgent_result_interrupts_the_model():
    talk = called({"tools": [WEATHER]})
    call = talk.calls()[0]
    talk.speak(0.2)
    talk.advance(0.5)
    talk.realtime(text="Tell me a story.")
    talk.plan("Once upon a time.")
    talk.speak(5.0)
    talk.advance(1.0)
    talk.sent.clear()
    talk.tool_result(call["id"], scheduling="INTERRUPT")
    assert talk.kinds() == ["interrupted", "turnComplete"]
    assert talk.pending(do.Weigh)


def test_parallel_calls_are_spoken_together_when_all_are_answered():
    talk = Talk({"tools": [BLOCKING]})
    talk.asked()
    talk.plan("", Call("get_weather", {"city": "Paris"}), Call("get_weather", {"city": "Rome"}))
    first, second = (call["id"] for call in talk.calls())
    assert first != second
    talk.tool_result(second)
    assert talk.pending(do.Weigh) == []
    talk.tool_result(first, {"error": "no such city"})
    (weighed,) = talk.pending(do.Weigh)
    assert [answer.failed for answer in weighed.answers] == [False, True]


def test_a_result_without_an_id_is_taken_by_its_name():
    talk = called({"tools": [BLOCKING]})
    result = m.FunctionResponse(name="get_weather", response={"sky": "clear"})
    talk.receive(tool_response=m.ToolResponse(function_responses=[result]))
    assert talk.pop(do.Weigh).answers[0].response == {"sky": "clear"}


def streamed(setup, *results):
    """A talk in which one call is answered by several results, each spoken before the next."""
    talk = called({"tools": [WEATHER]} | setup)
    call = talk.calls()[0]
    said = []
    for number, (fields, goes_on) in enumerate(results):
        talk.tool_result(call["id"], {"step": number}, will_continue=goes_on, **fields)
        job = talk.plan(f"Step {number}.")
        assert [answer.response for answer in job.answers] == [{"step": number}]
        while talk.pending(do.Speak):
            said.append(talk.speak(0.5).text)
        talk.advance(3.0)
    return talk, said


def test_a_tool_that_goes_on_is_heard_of_with_every_result():
    talk, said = streamed({}, ({}, True), ({}, True), ({}, False))
    assert said == ["One moment.", "Step 0.", "Step 1.", "Step 2."]
    assert talk.kinds()[-1] == "turnComplete"
    talk.tool_result(talk.calls()[0]["id"], {"step": 4})
    assert talk.pending(do.Weigh) == []  # it had ended


def test_a_tool_that_goes_on_may_end_silently():
    _, said = streamed({}, ({}, True), ({"scheduling": "SILENT"}, False))
    assert said == ["One moment.", "Step 0."]


def test_of_a_blocking_tool_the_final_result_counts():
    talk = called({"tools": [BLOCKING]})
    call = talk.calls()[0]
    talk.tool_result(call["id"], {"step": 0}, will_continue=True)
    assert talk.pending(do.Weigh) == []
    talk.tool_result(call["id"], {"step": 1}, scheduling="SILENT")
    assert [answer.response for answer in talk.plan("Done.").answers] == [{"step": 1}]
    assert talk.speak(0.5).text == "Done."  # who was waited for is not silent


@pytest.mark.parametrize("spelling", ["INTERRUPT", "INTERRUPTED", "interrupt"])
@pytest.mark.parametrize(("model", "heeded"), [({}, True), (OLDEST, True), (EXTENDED, False)])
def test_scheduling_is_heeded_where_the_generation_knows_it(model, heeded, spelling):
    behavior = {"functionDeclarations": [{"name": "get_weather", "behavior": "NON_BLOCKING"}]}
    talk = called(model | {"tools": [behavior]})
    key = talk.calls()[0]["id"]
    talk.speak(0.2)
    talk.advance(0.5)
    talk.realtime(text="Tell me a story.")
    talk.plan("Once upon a time.")
    talk.speak(5.0)
    talk.advance(1.0)
    talk.sent.clear()
    talk.tool_result(key, scheduling=spelling)
    assert ("interrupted" in talk.kinds()) == heeded


def test_pictures_in_a_result_are_looked_at_and_other_parts_do_no_harm():
    talk = called({"tools": [BLOCKING]})
    parts = [
        m.FunctionResponsePart(inline_data=m.Blob(data=b"png", mime_type="image/png")),
        m.FunctionResponsePart(inline_data=m.Blob(data=b"pdf", mime_type="application/pdf")),
        m.FunctionResponsePart(file_data=m.FileData(file_uri="files/1")),
        m.FunctionResponsePart(),
    ]
    talk.tool_result(talk.calls()[0]["id"], parts=parts)
    assert talk.closed is None
    assert [job.image for job in talk.pending(do.Look)] == [b"png"]
    assert talk.pending(do.Weigh)


def test_extended_thinking_tells_whether_more_will_come_without_asking():
    talk = called(EXTENDED | {"tools": [WEATHER]})
    assert talk.sent[-1]["interactionStatus"] == "IN_PROGRESS"
    call = talk.calls()[0]
    talk.speak(5.0)
    talk.advance(1.0)
    talk.audio("#####......")  # the call goes on in the background
    assert contents(talk, "interactionStatus") == ["IN_PROGRESS"]
    talk.recognise("Never mind.")
    talk.audio("......")
    talk.plan("All right.")
    talk.speak(0.5)
    talk.advance(2.0)
    assert contents(talk, "interactionStatus") == ["IN_PROGRESS", "IN_PROGRESS"]
    talk.tool_result(call["id"])
    talk.plan("It is clear.")
    talk.speak(0.5)
    talk.advance(3.0)
    assert contents(talk, "interactionStatus")[-1] == "IDLE"
    assert talk.sent[-1]["serverContent"]["turnComplete"]


def test_the_other_generations_tell_no_status():
    for model in ({}, OLDER, OLDEST):
        talk = called(model | {"tools": [WEATHER if model is not OLDER else BLOCKING]})
        talk.tool_result(talk.calls()[0]["id"])
        talk.plan("It is clear.")
        while talk.pending(do.Speak):
            talk.speak(0.5)
        talk.advance(3.0)
        assert talk.kinds()[-1] == "turnComplete"
        assert not any("nteractionStatus" in str(message) for message in talk.sent)


def test_results_nobody_asked_for_are_ignored():
    talk = Talk({})
    talk.tool_result("made-up")
    assert talk.closed is None
    assert talk.pending(do.Weigh) == []


# Marked activities ------------------------------------------------------------------------------


def test_marked_activities_decide_alone():
    talk = Talk(MANUAL | CAPTIONS)
    talk.audio("...#####.....")
    assert talk.todo == talk.pending(do.Begin)
    talk.realtime(activity_start=m.Empty())
    talk.audio("..####" + "." * 60 + "###")
    assert talk.pending(do.Recognise) == []
    talk.realtime(activity_end=m.Empty())
    talk.recognise("Set a timer for", 0.0)
    assert [job.text for job in talk.pending(do.Hear)] == ["Set a timer for"]
    assert talk.kinds() == ["setupComplete", "inputTranscription"]


def test_an_activity_without_speech_is_not_guessed_at():
    talk = Talk(MANUAL)
    talk.realtime(activity_start=m.Empty())
    talk.audio("." * 20)
    talk.realtime(activity_end=m.Empty())
    assert talk.pending(do.Recognise) == []
    assert [job.text for job in talk.pending(do.Hear)] == [""]


def test_a_marked_activity_interrupts_at_once():
    talk = Talk(MANUAL)
    talk.realtime(text="Tell me a story.")
    talk.plan("Once upon a time there was a robot.")
    talk.speak(5.0)
    talk.advance(1.0)
    talk.sent.clear()
    talk.realtime(activity_start=m.Empty())
    assert talk.kinds() == ["interrupted", "turnComplete"]


def marked(talk, pattern):
    talk.realtime(activity_start=m.Empty())
    talk.audio(pattern)
    talk.realtime(activity_end=m.Empty())


def recognised(talk, request, text):
    talk.take(talk.conversation.recognised(request.key, text, 1.0, talk.now))


def test_an_activity_begun_before_the_last_was_recognised_is_heard_and_answered():
    talk = Talk(MANUAL | CAPTIONS)
    marked(talk, "..####..")
    first = talk.pop(do.Recognise)
    talk.realtime(activity_start=m.Empty())
    talk.audio("..##")
    assert talk.conversation.wants(first.key)
    recognised(talk, first, "What's the weather")
    assert talk.pending(do.Hear) == []  # the person is speaking again
    talk.audio("##..")
    talk.realtime(activity_end=m.Empty())
    second = talk.pop(do.Recognise)
    assert len(second.samples) == 8 * CHUNK  # nothing of the first
    recognised(talk, second, "in Paris?")
    assert [job.text for job in talk.pending(do.Hear)] == ["What's the weather in Paris?"]
    captions = [caption["text"] for caption in contents(talk, "inputTranscription")]
    assert captions == ["What's the weather", "in Paris?"]
    talk.plan("It is clear.")
    talk.speak()
    talk.advance(5)
    assert talk.kinds()[-2:] == ["generationComplete", "turnComplete"]


@pytest.mark.parametrize("late", [0, 1])
def test_activities_recognised_in_any_order_are_taken_in_the_order_they_were_said(late):
    talk = Talk(MANUAL | CAPTIONS)
    marked(talk, "..####..")
    marked(talk, "..####..")
    requests = [(talk.pop(do.Recognise), words) for words in ("Good morning.", "And in Berlin?")]
    requests = [requests[1 - late], requests[late]]
    for request, words in requests:
        recognised(talk, request, words)
        assert not talk.conversation.wants(request.key)
    assert [job.text for job in talk.pending(do.Hear)] == ["Good morning. And in Berlin?"]


def test_without_interruption_each_marked_activity_is_answered():
    handling = {"activityHandling": "NO_INTERRUPTION"}
    talk = Talk({"realtimeInputConfig": MANUAL["realtimeInputConfig"] | handling})
    marked(talk, "..####..")
    marked(talk, "..####..")
    talk.recognise("First?")
    talk.recognise("Second?")
    for words in ("First?", "Second?"):
        assert [job.text for job in talk.pending(do.Hear)] == [words]
        talk.plan("An answer.")
        talk.speak()
        talk.advance(5)
    assert talk.kinds()[-1] == "turnComplete"


def test_a_silent_activity_does_not_overtake_the_words_before_it():
    talk = Talk(MANUAL)
    marked(talk, "..####..")
    marked(talk, "........")
    assert talk.pending(do.Hear) == []
    talk.recognise("Hello.")
    assert [job.text for job in talk.pending(do.Hear)] == ["Hello."]


def test_of_too_many_activities_that_wait_the_oldest_is_given_up():
    talk = Talk(MANUAL)
    for _ in range(MAX_MARKED + 1):
        marked(talk, "####")
    requests = talk.pending(do.Recognise)
    wanted = [talk.conversation.wants(request.key) for request in requests]
    assert wanted == [False] + [True] * MAX_MARKED
    for number, request in enumerate(requests):
        recognised(talk, request, str(number))
    assert [job.text for job in talk.pending(do.Hear)] == ["1 2 3 4 5 6 7 8"]


def test_marks_are_refused_when_activity_is_detected_automatically():
    talk = Talk({})
    talk.realtime(activity_start=m.Empty())
    assert talk.closed is not None
    assert talk.closed[0] == 1007


# Text, history, pictures ------------------------------------------------------------------------


def test_content_waits_for_the_turn_to_be_complete():
    talk = Talk({})
    talk.content("What's the weather", complete=False)
    assert talk.pending(do.Hear) == []
    talk.content("in Paris?")
    assert [job.text for job in talk.pending(do.Hear)] == ["What's the weather in Paris?"]


def test_content_interrupts_even_without_completing_a_turn():
    talk = speaking()
    talk.content("By the way", complete=False)
    assert talk.kinds() == ["interrupted", "turnComplete"]


def test_history_is_read_silently_when_that_was_agreed():
    talk = Talk(OLDER | {"historyConfig": {"initialHistoryInClientContent": True}})
    turns = [
        m.Content(role="user", parts=[m.Part(text="I am Ada.")]),
        m.Content(role="model", parts=[m.Part(text="Hello Ada.")]),
    ]
    talk.receive(client_content=m.ClientContent(turns=turns, turn_complete=True))
    assert talk.pending(do.Hear) == []
    assert [(item.role, item.text) for item in talk.pending(do.Remember)] == [
        ("user", "I am Ada."),
        ("model", "Hello Ada."),
    ]
    talk.realtime(text="Who am I?")
    assert [job.text for job in talk.pending(do.Hear)] == ["Who am I?"]
    talk.content("too late")
    assert talk.closed == (1007, "Request contains an invalid argument.")


def test_pictures_in_turns_are_looked_at_and_other_parts_do_no_harm():
    talk = Talk({})
    parts = [
        m.Part(text="What do you see?"),
        m.Part(inline_data=m.Blob(data=b"png", mime_type="image/png")),
        m.Part(inline_data=m.Blob(data=b"pdf", mime_type="application/pdf")),
        m.Part(file_data=m.FileData(file_uri="files/1", mime_type="image/png")),
        m.Part(function_call=m.FunctionCall(id="1", name="f")),
        m.Part(function_response=m.FunctionResponse(id="1", response={"a": 1})),
        m.Part(executable_code=m.ExecutableCode(code="1 + 1")),
        m.Part(text="hm", thought=True, thought_signature=b"x"),
        m.Part(),
    ]
    turns = [m.Content(role="user", parts=parts)]
    talk.receive(client_content=m.ClientContent(turns=turns, turn_complete=True))
    assert talk.closed is None
    assert [job.image for job in talk.pending(do.Look)] == [b"png"]
    assert [job.text for job in talk.pending(do.Hear)] == ["What do you see?"]
    assert talk.todo.index(talk.pending(do.Look)[0]) < talk.todo.index(talk.pending(do.Hear)[0])
    talk.plan("Red.")
    talk.speak(0.5)
    talk.advance(2.0)
    usage = talk.sent[-1]["usageMetadata"]["promptTokensDetails"]
    assert {"modality": "IMAGE", "tokenCount": 258} in usage


# Other instructions and tools -------------------------------------------------------------------


def context_update(talk, **fields):
    talk.receive(context_update=msgspec.convert(fields, m.ContextUpdate))


def test_instructions_and_tools_are_replaced_between_what_came_before_and_what_comes_after():
    talk = Talk({"systemInstruction": {"parts": [{"text": "Be brief."}]}, "tools": [WEATHER]})
    talk.realtime(text="One.")
    lamp = {"functionDeclarations": [{"name": "lamp", "behavior": "BLOCKING"}]}
    context_update(talk, tools={"tools": [lamp]})
    context_update(talk, systemInstruction={"parts": [{"text": "Be long."}]})
    talk.content("Two.")
    assert talk.closed is None
    jobs = [type(job).__name__ for job in talk.todo if not isinstance(job, do.Hush | do.Spoken)]
    assert jobs == ["Begin", "Hear", "Instruct", "Instruct", "Hear"]
    first, last = (job.agreement for job in talk.pending(do.Instruct))
    assert (first.instructions, last.instructions) == ("Be brief.", "Be long.")
    assert [tool["name"] for tool in last.declarations] == ["lamp"]
    talk.pop(do.Hear)
    talk.plan("Wait.", Call("lamp"))
    assert talk.pending(do.Speak) == []  # the new tool blocks, as it was declared


@pytest.mark.parametrize("tools", [{"tools": []}, {}])
def test_an_empty_update_of_the_tools_takes_them_all_away(tools):
    talk = Talk({"tools": [WEATHER]})
    context_update(talk, tools=tools)
    assert talk.pop(do.Instruct).agreement.declarations == ()


def test_an_update_does_not_interrupt_and_open_calls_stay_open():
    talk = called({"tools": [WEATHER]})
    talk.speak(3.0)
    talk.advance(1.0)
    context_update(talk, tools={"tools": []})
    talk.advance(4.0)
    assert "interrupted" not in talk.kinds()
    talk.tool_result(talk.calls()[0]["id"])
    assert talk.pending(do.Weigh)


def test_the_tokens_of_the_old_instructions_are_no_longer_counted():
    def prompt(*texts):
        talk = Talk({"systemInstruction": {"parts": [{"text": texts[0]}]}})
        for text in texts[1:]:
            context_update(talk, systemInstruction={"parts": [{"text": text}]})
        talk.realtime(text="Hello.")
        talk.plan("Hello.")
        talk.speak(0.5)
        talk.advance(2.0)
        return talk.sent[-1]["usageMetadata"]["promptTokenCount"]

    assert prompt("a" * 400, "b" * 40) == prompt("b" * 40) == prompt("a" * 400) - 90


@pytest.mark.parametrize("model", [OLDER, OLDEST])
def test_generations_whose_setup_is_immutable_close(model):
    talk = Talk(model)
    context_update(talk, tools={"tools": []})
    assert talk.closed == INVALID


@pytest.mark.parametrize(
    ("model", "tool", "code"),
    [(EXTENDED, BLOCKING, 1007), ({}, {"codeExecution": {}}, 1008)],
)
def test_tools_the_model_would_refuse_at_the_start_are_refused_later_too(model, tool, code):
    talk = Talk(model)
    context_update(talk, tools={"tools": [tool]})
    assert talk.closed is not None
    assert talk.closed[0] == code


# What a turn holds --------------------------------------------------------------------------------


def covering(coverage, model=None):
    return Talk((model or {}) | {"realtimeInputConfig": {"turnCoverage": coverage}})


PICTURE = m.Blob(data=b"jpeg", mime_type="image/jpeg")


@pytest.mark.parametrize(
    ("talk", "seen"),
    [
        (lambda: covering("TURN_INCLUDES_ONLY_ACTIVITY"), 1),
        (lambda: covering("TURN_INCLUDES_ALL_INPUT"), 2),
        (lambda: covering("TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO"), 2),
        (lambda: covering("TURN_COVERAGE_UNSPECIFIED"), 2),
        (lambda: Talk({}), 2),
        (lambda: Talk(EXTENDED), 2),
        (lambda: Talk(OLDER), 2),
        (lambda: Talk(OLDEST), 1),
        (lambda: covering("TURN_INCLUDES_ALL_INPUT", OLDEST), 2),
        (lambda: covering("turn_includes_only_activity"), 1),
    ],
)
def test_pictures_while_nobody_speaks_count_where_the_turn_covers_them(talk, seen):
    talk = talk()
    talk.realtime(video=PICTURE)
    talk.audio("...####")
    talk.realtime(video=PICTURE)
    assert len(talk.pending(do.Look)) == seen


def test_marked_activity_is_activity():
    settings = MANUAL["realtimeInputConfig"] | {"turnCoverage": "TURN_INCLUDES_ONLY_ACTIVITY"}
    talk = Talk({"realtimeInputConfig": settings})
    talk.realtime(video=PICTURE)
    assert talk.pending(do.Look) == []
    talk.realtime(activity_start=m.Empty(), video=PICTURE)
    assert len(talk.pending(do.Look)) == 1


def test_silence_counts_only_where_the_turn_covers_all_input():
    def heard(coverage):
        talk = covering(coverage)
        talk.audio("." * 94)  # three seconds
        talk.asked()
        talk.plan("Yes.")
        talk.speak(0.5)
        talk.advance(3.0)
        usage = talk.sent[-1]["usageMetadata"]["promptTokensDetails"]
        return {item["modality"]: item["tokenCount"] for item in usage}["AUDIO"]

    activity = heard("TURN_INCLUDES_ONLY_ACTIVITY")
    assert activity == heard("TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO")
    assert heard("TURN_INCLUDES_ALL_INPUT") >= activity + 75


def test_the_older_signal_of_speech_comes_too_when_asked_for():
    talk = Talk({"explicitVadSignal": True})
    talk.asked()
    signals = [
        message["voiceActivityDetectionSignal"]["vadSignalType"]
        for message in talk.sent
        if "voiceActivityDetectionSignal" in message
    ]
    assert signals == ["VAD_SIGNAL_TYPE_SOS", "VAD_SIGNAL_TYPE_EOS"]
    assert all(len(message) == 1 for message in talk.sent)


def test_media_chunks_are_known_only_to_the_older_generation():
    chunk = m.Blob(data=bytes(640), mime_type="audio/pcm")
    talk = Talk(OLDEST)
    talk.realtime(media_chunks=[chunk])
    assert talk.closed is None
    talk = Talk({})
    talk.realtime(media_chunks=[chunk])
    assert talk.closed is not None
    assert talk.closed[0] == 1007


def test_frames_are_looked_at_and_remembered_with_their_age():
    talk = Talk({})
    talk.realtime(video=m.Blob(data=b"jpeg", mime_type="image/jpeg"))
    assert talk.pop(do.Look).image == b"jpeg"
    scene = Scene(colours=("red",), lightness=0.5)
    talk.conversation.seen(scene, talk.now)
    talk.advance(3.0)
    assert talk.conversation.scene(talk.now) == scene.aged(3.0)


def test_video_of_a_wrong_type_closes_with_1007():
    talk = Talk({})
    talk.realtime(video=m.Blob(data=b"x", mime_type="video/mp4"))
    assert talk.closed is not None
    assert talk.closed[0] == 1007


# Usage, resumption ------------------------------------------------------------------------------


def test_usage_counts_twenty_five_tokens_a_second_on_the_turn_complete():
    talk = Talk({})
    talk.asked()
    talk.plan("It is clear.")
    talk.speak(4.0)
    talk.advance(10.0)
    last = talk.sent[-1]
    assert last["serverContent"] == {"turnComplete": True}
    usage = last["usageMetadata"]
    assert usage["responseTokenCount"] == 100
    assert usage["responseTokensDetails"] == [{"modality": "AUDIO", "tokenCount": 100}]
    heard = {item["modality"]: item["tokenCount"] for item in usage["promptTokensDetails"]}
    # Three chunks before, seven voiced, the pause: 0.6 s.
    assert 12 <= heard["AUDIO"] <= 20
    assert usage["totalTokenCount"] == usage["promptTokenCount"] + 100
    assert sum("usageMetadata" in message for message in talk.sent) == 1


def test_an_interrupted_turn_counts_what_was_sent():
    talk = speaking(seconds=60.0, after=1.0)
    talk.audio("####")
    usage = talk.sent[-1]["usageMetadata"]
    assert 50 < usage["responseTokenCount"] < 130


def test_handles_are_given_when_asked_for_and_not_while_generating():
    talk = Talk({"sessionResumption": {}})
    first = talk.sent[-1]["sessionResumptionUpdate"]
    assert first["resumable"]
    talk.asked()
    assert talk.sent[-1]["sessionResumptionUpdate"] == {"newHandle": "", "resumable": False}
    talk.plan("Yes.")
    talk.speak(0.5)
    talk.advance(2.0)
    second = talk.sent[-1]["sessionResumptionUpdate"]
    assert second["resumable"]
    assert second["newHandle"] != first["newHandle"]
    assert [item.handle for item in talk.pending(do.Keep)] == [
        first["newHandle"],
        second["newHandle"],
    ]
    assert (
        Talk(
            {"sessionResumption": {"handle": "known"}},
            known_handle=lambda handle: handle == "known",
        ).closed
        is None
    )


def test_no_handles_unless_asked_for():
    talk = speaking()
    talk.advance(10.0)
    assert not any("sessionResumptionUpdate" in message for message in talk.sent)


# Frames of the official SDKs ----------------------------------------------------------------------

FRAMES = sorted(
    path
    for path in (Path(__file__).parents[1] / "wire" / "frames").glob("*.json")
    if not re.search(r"handshake|server_sample", path.name)
)


@pytest.mark.parametrize("model", ["gemini-3.8-live", "gemini-3.1-flash-live-preview"])
@pytest.mark.parametrize("path", FRAMES, ids=lambda path: path.stem)
def test_what_the_sdks_send_is_taken_or_refused_with_a_reason(path, model):
    message = decode_client(path.read_bytes())
    talk = Talk() if message.setup else Talk({"model": f"models/{model}"})
    talk.take(talk.conversation.receive(message, talk.now))
    if talk.closed is not None:
        code, reason = talk.closed
        assert code in (1007, 1008)
        assert 10 < len(reason.encode()) <= 123
    if re.search(r"realtime_(audio|video|text)|tool_response|setup_variant", path.stem):
        assert talk.closed is None


def test_there_are_frames_of_both_sdks():
    assert {path.name[:2] for path in FRAMES} == {"js", "py"}


# Anything at all --------------------------------------------------------------------------------

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("audio"), st.text("#.", min_size=1, max_size=20)),
        st.tuples(st.just("text"), st.sampled_from(["hello", "stop"])),
        st.tuples(st.just("content"), st.booleans()),
        st.tuples(st.just("recognise"), st.floats(0, 1)),
        st.tuples(st.just("plan"), st.sampled_from(["say", "call", "both", "nothing"])),
        st.tuples(st.just("speak"), st.floats(0.05, 4)),
        st.tuples(st.just("result"), st.sampled_from(["", "SILENT", "INTERRUPT", "WHEN_IDLE"])),
        st.tuples(st.just("end"), st.none()),
        st.tuples(st.just("wait"), st.floats(0.01, 3)),
    ),
    max_size=40,
)


@given(steps=STEPS, blocking=st.booleans())
def test_whatever_happens_every_turn_that_begins_is_completed_once(steps, blocking):
    talk = Talk(CAPTIONS | {"tools": [BLOCKING if blocking else WEATHER]})
    for kind, value in steps:
        jobs = [job for job in talk.todo if isinstance(job, do.Hear | do.Weigh)]
        open_calls = talk.open_calls()
        match kind:
            case "audio":
                talk.audio(value)
            case "text":
                talk.realtime(text=value)
            case "content":
                talk.content("typed", complete=value)
            case "recognise" if talk.pending(do.Recognise):
                talk.recognise("words", value)
            case "plan" if jobs:
                calls = [Call("get_weather")] if value in ("call", "both") else []
                talk.plan("words" if value in ("say", "both") else "", *calls)
            case "speak" if talk.pending(do.Speak):
                talk.speak(value)
            case "result" if open_calls:
                talk.tool_result(open_calls[0], scheduling=value)
            case "end":
                talk.realtime(audio_stream_end=True)
            case "wait":
                talk.advance(value)
    assert talk.closed is None
    # Then everybody does their part, and the conversation comes to rest.
    for _ in range(200):
        talk.realtime(audio_stream_end=True)
        if talk.pending(do.Recognise):
            talk.recognise("words", 1.0)
        elif [job for job in talk.todo if isinstance(job, do.Hear | do.Weigh)]:
            talk.plan("words")
        elif talk.pending(do.Speak):
            talk.speak(0.3)
        elif talk.open_calls():
            talk.tool_result(talk.open_calls()[0])
        talk.advance(1.0)
    assert talk.conversation.wake_at is None
    assert {type(job) for job in talk.todo} <= {do.Begin, do.Hush, do.Spoken}
    flags = [
        name
        for message in talk.sent
        for name in message.get("serverContent", {})
        if name in ("modelTurn", "interrupted", "generationComplete", "turnComplete")
    ]
    for before, after in itertools.pairwise(flags):
        if before == "interrupted":
            assert after == "turnComplete"
        if before == "generationComplete":
            assert after in ("turnComplete", "interrupted")
        if after == "turnComplete":
            assert before in ("generationComplete", "interrupted")
    assert not flags or flags[-1] == "turnComplete"


def test_a_closed_conversation_does_nothing_more():
    talk = Talk({})
    talk.realtime(activity_start=m.Empty())
    talk.closed = None
    talk.audio("...#####.....")
    talk.realtime(text="hello")
    assert talk.closed is None
    assert talk.conversation.wake_at is None


def test_before_the_setup_there_is_nothing_to_wait_for():
    assert Conversation(loudness).wake_at is None
