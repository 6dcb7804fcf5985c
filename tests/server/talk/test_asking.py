"""What a client sends and shows, in whatever manner, becomes turns."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from livekit_nb.server.eyes.glance import Scene
from livekit_nb.server.hearing.activity import CHUNK
from livekit_nb.server.hearing.listening import MAX_MARKED
from livekit_nb.server.talk import actions as do
from livekit_nb.server.talk.asking import MAX_TYPED
from livekit_nb.wire import messages as m
from tests.server.setups import (
    BLOCKING,
    CAPTIONS,
    EXTENDED,
    INVALID,
    MANUAL,
    OLDER,
    OLDEST,
    WEATHER,
)
from tests.server.talks import Call, Talk, called, contents, speaking

PICTURE = m.Blob(data=b"jpeg", mime_type="image/jpeg")

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


@pytest.mark.parametrize("mark", ["activity_start", "activity_end"])
def test_marks_are_refused_when_activity_is_detected_automatically(mark):
    talk = Talk({})
    talk.realtime(**{mark: m.Empty()})
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
        m.Part(inline_data=m.Blob(data=b"webp", mime_type="image/webp")),
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


@pytest.mark.parametrize(
    ("resolution", "tokens"),
    [("MEDIA_RESOLUTION_LOW", 64), ("media_resolution_low", 64), ("MEDIA_RESOLUTION_HIGH", 258)],
)
def test_a_picture_counts_as_many_tokens_as_its_resolution_was_agreed(resolution, tokens):
    talk = Talk({"generationConfig": {"mediaResolution": resolution}})
    talk.realtime(video=PICTURE, text="What do you see?")
    talk.plan("Red.")
    talk.speak(0.5)
    talk.advance(2.0)
    usage = talk.sent[-1]["usageMetadata"]["promptTokensDetails"]
    assert {"modality": "VIDEO", "tokenCount": tokens} in usage


def test_video_of_a_wrong_type_closes_with_1007():
    talk = Talk({})
    talk.realtime(video=m.Blob(data=b"x", mime_type="video/mp4"))
    assert talk.closed is not None
    assert talk.closed[0] == 1007


def test_of_too_many_texts_without_an_end_the_oldest_is_given_up():
    talk = Talk({})
    for number in range(MAX_TYPED + 1):
        talk.content(f"<{number}>", complete=False)
    talk.content("End.")
    (heard,) = talk.pending(do.Hear)
    texts = heard.text.split()
    assert len(texts) == MAX_TYPED
    assert (texts[0], texts[-1]) == ("<2>", "End.")


def test_what_comes_in_a_burst_is_two_turns_when_the_pause_between_was_long():
    talk = Talk(CAPTIONS)
    burst = "#" * 20 + "." * 60 + "#" * 20 + "." * 20
    samples = np.concatenate(
        [np.full(CHUNK, 8000 if mark == "#" else 0, "<i2") for mark in "..." + burst]
    )
    talk.realtime(audio=m.Blob(data=samples.tobytes(), mime_type="audio/pcm;rate=16000"))
    assert len(talk.pending(do.Recognise)) == 2
    talk.recognise("What is one plus one?")
    talk.recognise("And in Berlin?")
    assert [action.text for action in talk.pending(do.Hear)] == ["What is one plus one?"]
    talk.plan("Two.")
    talk.speak(0.5)
    talk.advance(1.0)
    talk.audio("......")
    assert [action.text for action in talk.pending(do.Hear)] == ["And in Berlin?"]
    assert [item["text"] for item in contents(talk, "inputTranscription")] == [
        "What is one plus one?",
        "And in Berlin?",
    ]


def test_what_comes_in_a_burst_is_one_turn_when_the_pause_between_was_short():
    talk = Talk(CAPTIONS)
    burst = "..." + "#" * 20 + "." * 12 + "#" * 20 + "." * 20
    samples = np.concatenate([np.full(CHUNK, 8000 if k == "#" else 0, "<i2") for k in burst])
    talk.realtime(audio=m.Blob(data=samples.tobytes(), mime_type="audio/pcm;rate=16000"))
    talk.pop(do.Recognise)  # about the past
    talk.recognise("Set a timer for ten minutes.")
    talk.audio("......")
    assert [action.text for action in talk.pending(do.Hear)] == ["Set a timer for ten minutes."]
