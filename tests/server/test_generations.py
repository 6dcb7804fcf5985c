"""What tells the generations of Live models apart, row by row of their documentation's tables."""

from __future__ import annotations

import pytest

from livekit_nb.server.talk import actions as do
from livekit_nb.wire import messages as m
from livekit_nb.wire.profiles import PROFILES
from tests.server.setups import CAPTIONS, EXTENDED, INVALID, OLDER, OLDEST, WEATHER
from tests.server.talks import Call, Talk, contents, speaking

CURRENT = {"model": "models/gemini-3.8-live"}
MODELS = (OLDEST, OLDER, CURRENT, EXTENDED)
NAMES = ["2.5", "3.1", "3.8", "extended"]
SILENCE = "never answered"
TAKEN = None
NOT_OFFERED = (1008, "Operation is not implemented, or supported, or enabled.")
PICTURE = m.Blob(data=b"not looked at here", mime_type="image/jpeg")


def outcome(talk):
    """How a setup ends: taken (None), closed with a code, or not answered at all."""
    if talk.closed is not None:
        return talk.closed
    return TAKEN if talk.sent and "setupComplete" in talk.sent[0] else SILENCE


def setting(**config):
    return {"generationConfig": config}


def declared(behavior):
    return {"tools": [{"functionDeclarations": [{"name": "f", "behavior": behavior}]}]}


ROWS = {
    "thinkingLevel minimal": (
        setting(thinkingConfig={"thinkingLevel": "MINIMAL"}),
        (INVALID, TAKEN, INVALID, INVALID),
    ),
    "thinkingLevel low": (
        setting(thinkingConfig={"thinkingLevel": "low"}),
        (INVALID, TAKEN, INVALID, TAKEN),
    ),
    "thinkingLevel high": (
        setting(thinkingConfig={"thinkingLevel": "HIGH"}),
        (INVALID, TAKEN, INVALID, TAKEN),
    ),
    "thinkingBudget": (
        setting(thinkingConfig={"thinkingBudget": 0}),
        (TAKEN, INVALID, INVALID, INVALID),
    ),
    "includeThoughts": (
        setting(thinkingConfig={"includeThoughts": True}),
        (TAKEN, TAKEN, INVALID, TAKEN),
    ),
    "affective dialog": (
        setting(enableAffectiveDialog=True),
        (TAKEN, SILENCE, INVALID, INVALID),
    ),
    "proactive audio on": (
        {"proactivity": {"proactiveAudio": True}},
        (TAKEN, SILENCE, TAKEN, TAKEN),
    ),
    "proactive audio off": (
        {"proactivity": {"proactiveAudio": False}},
        (TAKEN, SILENCE, INVALID, INVALID),
    ),
    "sampling": (
        setting(temperature=0.4, topP=0.9, topK=40.0, seed=-7, maxOutputTokens=500),
        (TAKEN,) * 4,
    ),
    "too hot": (setting(temperature=2.5), (INVALID,) * 4),
    "no words to choose among": (setting(topK=0), (INVALID,) * 4),
    "a very long answer": (setting(maxOutputTokens=100_000), (TAKEN, INVALID, INVALID, INVALID)),
    "pictures looked at closely": (setting(mediaResolution="MEDIA_RESOLUTION_HIGH"), (TAKEN,) * 4),
    "blocking tools": (declared("BLOCKING"), (TAKEN, TAKEN, TAKEN, INVALID)),
    "tools that do not block": (declared("NON_BLOCKING"), (TAKEN, INVALID, TAKEN, TAKEN)),
    "no tools, said with an empty list": ({"tools": []}, (TAKEN, INVALID, TAKEN, TAKEN)),
    "null for a handle": (
        {"sessionResumption": {"handle": None}},
        (TAKEN, INVALID, TAKEN, TAKEN),
    ),
    "answers as text": (
        setting(responseModalities=["TEXT"]),
        ((1007, "Cannot extract voices from a non-audio request."),) * 4,
    ),
    "Google Search": ({"tools": [{"googleSearch": {}}]}, (TAKEN,) * 4),
    "functions": ({"tools": [WEATHER]}, (TAKEN,) * 4),
    "code execution": ({"tools": [{"codeExecution": {}}]}, (NOT_OFFERED,) * 4),
    "URL context": ({"tools": [{"urlContext": {}}]}, (NOT_OFFERED,) * 4),
    "Maps": ({"tools": [{"googleMaps": {}}]}, (NOT_OFFERED,) * 4),
    "file search": ({"tools": [{"fileSearch": {}}]}, (NOT_OFFERED,) * 4),
    "structured output": (setting(responseSchema={"type": "OBJECT"}), (INVALID,) * 4),
    "context window compression": (
        {"contextWindowCompression": {"slidingWindow": {}}},
        (TAKEN,) * 4,
    ),
    "resumption": ({"sessionResumption": {}}, (TAKEN,) * 4),
    "safety settings": (
        {"safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}]},
        (TAKEN,) * 4,
    ),
    "an avatar": ({"avatarConfig": {"avatarName": "Ada", "audioBitrateBps": 64000}}, (TAKEN,) * 4),
    "labels": ({"labels": {"a_b": "c"}}, (TAKEN,) * 4),
}


def test_every_generation_is_looked_at():
    assert {model["model"].removeprefix("models/") for model in MODELS} == set(PROFILES)


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("number", range(4), ids=NAMES)
def test_settings(row, number):
    setup, outcomes = ROWS[row]
    assert outcome(Talk(MODELS[number] | setup)) == outcomes[number]


def each(*expected):
    """Give each generation what is expected of it."""
    return pytest.mark.parametrize(
        ("model", "expected"), list(zip(MODELS, expected, strict=True)), ids=NAMES
    )


@each(False, True, True, True)
def test_several_parts_may_share_an_event(model, expected):
    talk = Talk(CAPTIONS | model)
    talk.asked()
    talk.plan("One two three.")
    talk.speak(1.0)
    both = [
        message
        for message in talk.sent
        if {"modelTurn", "outputTranscription"} <= set(message.get("serverContent", {}))
    ]
    assert bool(both) is expected
    assert contents(talk, "outputTranscription")


@each(TAKEN, INVALID, TAKEN, TAKEN)
def test_turns_in_the_middle_of_a_session(model, expected):
    talk = Talk(model)
    talk.content("Hello.")
    assert talk.closed == expected
    assert bool(talk.pending(do.Hear)) is (expected is TAKEN)


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_history_may_be_seeded(model):
    talk = Talk(model | {"historyConfig": {"initialHistoryInClientContent": True}})
    talk.content("I am Ada.", complete=False)
    talk.content("Hello Ada.", role="model")
    assert talk.closed is None
    assert [item.text for item in talk.pending(do.Remember)] == ["I am Ada.", "Hello Ada."]
    assert talk.pending(do.Hear) == []
    assert contents(talk, "turnComplete") == []
    talk.realtime(text="Who am I?")
    assert talk.pop(do.Hear).text == "Who am I?"


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_text_is_taken_while_talking(model):
    talk = Talk(model)
    talk.realtime(text="Hello.")
    assert talk.pop(do.Hear).text == "Hello."


@each(True, False, False, False)
def test_media_chunks(model, expected):
    talk = Talk(model)
    talk.realtime(media_chunks=[m.Blob(data=bytes(640), mime_type="audio/pcm")])
    assert (talk.closed is None) is expected
    if not expected:
        assert talk.closed[0] == 1007


@each(False, True, True, True)
def test_pictures_while_nobody_speaks_are_part_of_the_next_turn(model, expected):
    talk = Talk(model)
    talk.realtime(video=PICTURE)
    assert bool(talk.pending(do.Look)) is expected


@each(True, True, False, False)
def test_a_declared_function_blocks_unless_said_otherwise(model, expected):
    talk = Talk(model | {"tools": [WEATHER]})
    talk.realtime(text="What's the weather?")
    talk.plan("One moment.", Call("get_weather"))
    assert bool(talk.pending(do.Speak)) is not expected


@each(True, False, True, False)
def test_scheduling_of_results(model, expected):
    slow = declared("NON_BLOCKING") if model is not OLDER else declared("BLOCKING")
    talk = Talk(model | slow)
    talk.realtime(text="Do it.")
    talk.plan("", Call("f"))
    talk.tool_result(talk.open_calls()[0], scheduling="SILENT")
    talk.plan("Done.")
    assert bool(talk.pending(do.Speak)) is not expected


@each(None, None, None, "IDLE")
def test_the_end_of_a_turn_tells_whether_more_will_come(model, expected):
    talk = speaking(model)
    talk.advance(20.0)
    assert contents(talk, "turnComplete") == [True]
    assert contents(talk, "interactionStatus") == ([expected] if expected else [])


@each(False, False, True, True)
def test_it_tells_that_it_waits_for_more(model, expected):
    talk = Talk(CAPTIONS | model)
    talk.audio("...#######...")
    talk.recognise("Set a timer for", 0.0)
    talk.audio("." * 26)
    assert bool(contents(talk, "waitingForInput")) is expected
    assert talk.pending(do.Hear) == []


@each(INVALID, INVALID, TAKEN, TAKEN)
def test_instructions_may_change(model, expected):
    talk = Talk(model)
    text = m.Content(parts=[m.Part(text="Be brief.")])
    talk.receive(context_update=m.ContextUpdate(system_instruction=text))
    assert talk.closed == expected


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_a_turn_can_be_interrupted_and_there_is_no_end_of_generation_then(model):
    talk = speaking(model)
    talk.audio("####")
    kinds = talk.kinds()
    assert kinds.index("interrupted") < kinds.index("turnComplete")
    assert "generationComplete" not in kinds
