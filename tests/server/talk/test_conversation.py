"""The protocol of one conversation, with a clock that stands still."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livekit_nb.server.talk import actions as do
from livekit_nb.server.talk.conversation import Conversation
from livekit_nb.wire import messages as m
from livekit_nb.wire.codec import decode_client
from tests.server.setups import BLOCKING, CAPTIONS, EXTENDED, INVALID, OLDER, OLDEST, WEATHER
from tests.server.talks import CHUNK_S, Call, Talk, contents, loudness

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


@pytest.mark.parametrize("name", ["gemini-9-live", "gemini-3.5-flash-native-audio-latest"])
def test_live_models_that_came_after_this_code_behave_as_the_newest(name):
    talk = Talk({"model": f"models/{name}"})
    assert talk.sent == [{"setupComplete": {}}]
    assert talk.pop(do.Begin).agreement.profile.name == "gemini-3.8-live"


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


def test_where_speech_begins_and_ends_is_told_in_seconds_of_the_stream():
    talk = Talk({})
    talk.asked()
    told = [message["voiceActivity"] for message in talk.sent if "voiceActivity" in message]
    assert [one["type"] for one in told] == ["ACTIVITY_START", "ACTIVITY_END"]
    offsets = [float(one["audioOffset"].removesuffix("s")) for one in told]
    assert offsets == pytest.approx([3 * CHUNK_S, 10 * CHUNK_S], abs=2 * CHUNK_S)


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


# Frames of the official SDKs ----------------------------------------------------------------------

FRAMES = sorted(
    path
    for path in (Path(__file__).parents[2] / "wire" / "frames").glob("*.json")
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
        st.tuples(st.just("goes on"), st.sampled_from(["", "SILENT", "INTERRUPT"])),
        st.tuples(st.just("update"), st.booleans()),
        st.tuples(st.just("end"), st.none()),
        st.tuples(st.just("wait"), st.floats(0.01, 3)),
    ),
    max_size=40,
)


LASTING = {
    "sessionResumption": {},
    "contextWindowCompression": {"triggerTokens": 100, "slidingWindow": {}},
}
SETUPS = [
    {"tools": [BLOCKING]},
    {"tools": [WEATHER]},
    EXTENDED | {"tools": [WEATHER]},
    OLDEST | {"tools": [WEATHER]},
]


@given(steps=STEPS, setup=st.sampled_from(SETUPS))
def test_whatever_happens_every_turn_that_begins_is_completed_once(steps, setup):
    talk = Talk(CAPTIONS | LASTING | setup)
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
            case "goes on" if open_calls:
                talk.tool_result(open_calls[0], scheduling=value, will_continue=True)
            case "update" if "2.5" not in setup.get("model", ""):
                tools = setup["tools"] if value else []
                update = {"tools": {"tools": tools}}
                talk.receive(context_update=msgspec.convert(update, m.ContextUpdate))
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
    assert {type(job) for job in talk.todo} <= {
        do.Begin, do.Forget, do.Hush, do.Instruct, do.Keep, do.Spoken
    }  # fmt: skip
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
    # At rest there is a handle that holds all that was said; before, they came and went in turn.
    updates = [
        message["sessionResumptionUpdate"]
        for message in talk.sent
        if "sessionResumptionUpdate" in message
    ]
    assert [item["resumable"] for item in updates] == [
        number % 2 == 0 for number in range(len(updates))
    ]
    assert updates[-1]["resumable"]
    consumed = [item["lastConsumedClientMessageIndex"] for item in updates[::2]]
    assert consumed == sorted(consumed)
    assert consumed[-1] <= talk.messages - 1
    assert all(item["newHandle"] == "" for item in updates[1::2])


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
