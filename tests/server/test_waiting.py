"""Words while they are said, sentences that are waited for, and thoughts."""

from __future__ import annotations

import pytest

from livekit_nb.server.talk import actions as do
from tests.server.setups import CAPTIONS, EXTENDED, MANUAL, OLDER, OLDEST
from tests.server.talks import CHUNK_S, Call, Talk, contents

INTERIM = CAPTIONS | {"realtimeInputConfig": {"interimTranscriptTimestampEnabled": True}}
THINKING = {"generationConfig": {"thinkingConfig": {"includeThoughts": True}}}


def hesitating(setup, text="Set a timer for", completeness=0.0):
    talk = Talk(setup)
    talk.audio("...#######...")
    talk.recognise(text, completeness)
    return talk


# Words while they are said ------------------------------------------------------------------------


def test_words_are_told_in_a_pause_before_the_turn_is_over():
    talk = hesitating(INTERIM)
    found = contents(talk, "interimInputTranscription")
    assert [item["text"] for item in found] == ["Set a timer for"]
    start_s, end_s = (float(found[0][name].rstrip("s")) for name in ("startOffset", "endOffset"))
    assert start_s == pytest.approx(3 * CHUNK_S, abs=2 * CHUNK_S)
    assert end_s == pytest.approx(10 * CHUNK_S, abs=CHUNK_S)
    assert contents(talk, "inputTranscription") == []


def test_later_words_take_the_place_of_earlier_ones_and_the_last_are_final():
    talk = hesitating(INTERIM)
    talk.audio("#####...")
    talk.recognise("Set a timer for five minutes.", 0.6)
    talk.audio("." * 25)
    assert [item["text"] for item in contents(talk, "interimInputTranscription")] == [
        "Set a timer for",
        "Set a timer for five minutes.",
    ]
    assert contents(talk, "inputTranscription") == [
        {"text": "Set a timer for five minutes.", "finished": True}
    ]


@pytest.mark.parametrize(
    "setup",
    [CAPTIONS, {"realtimeInputConfig": {"interimTranscriptTimestampEnabled": True}}],
    ids=["no interim", "no transcript"],
)
def test_they_are_not_told_unless_asked_for(setup):
    assert contents(hesitating(setup), "interimInputTranscription") == []


def test_noise_has_no_words():
    assert contents(hesitating(INTERIM, text=""), "interimInputTranscription") == []


# Sentences that are waited for --------------------------------------------------------------------


def waits(talk):
    return contents(talk, "waitingForInput")


def test_an_unfinished_sentence_is_waited_for_and_the_client_is_told_once():
    talk = hesitating(CAPTIONS)
    talk.audio("." * 15)
    assert waits(talk) == []  # a short pause is nothing to talk about
    talk.audio("." * 10)
    assert waits(talk) == [True]
    talk.audio("." * 5)
    assert waits(talk) == [True]
    assert contents(talk, "turnComplete") == []


def test_each_pause_is_told_of():
    talk = hesitating(CAPTIONS)
    talk.audio("." * 25)
    talk.audio("####...")
    talk.recognise("Set a timer for, um", 0.0)
    talk.audio("." * 25)
    assert waits(talk) == [True, True]


@pytest.mark.parametrize("completeness", [0.5, 0.8, 1.0])
def test_what_may_be_finished_is_not_waited_for_aloud(completeness):
    talk = hesitating(CAPTIONS, completeness=completeness)
    talk.audio("." * 30)
    assert waits(talk) == []
    assert talk.pending(do.Hear)


@pytest.mark.parametrize(
    "setup",
    [
        OLDER,
        OLDEST,
        {"realtimeInputConfig": {"automaticActivityDetection": {"silenceDurationMs": 1500}}},
    ],
    ids=["3.1", "2.5", "fixed silence"],
)
def test_others_say_nothing_while_they_wait(setup):
    talk = Talk(CAPTIONS | setup)
    talk.audio("...#######...")
    talk.recognise("Set a timer for", 0.0)
    talk.audio("." * 30)
    assert waits(talk) == []


def test_marked_activity_is_never_waited_for():
    talk = Talk(CAPTIONS | MANUAL)
    talk.audio("...###............................")
    assert waits(talk) == []


def completed(setup, **told):
    talk = Talk(CAPTIONS | setup)
    talk.realtime(text="Set a timer.")
    talk.plan("For how long?", **told)
    talk.speak(1.0)
    talk.advance(3.0)
    assert contents(talk, "turnComplete") == [True]
    return contents(talk, "turnCompleteReason")


@pytest.mark.parametrize("setup", [{}, EXTENDED], ids=["3.8", "extended"])
def test_a_turn_that_asks_for_what_lacks_says_so_at_its_end(setup):
    assert completed(setup, asks=True) == ["NEED_MORE_INPUT"]
    assert completed(setup) == []


@pytest.mark.parametrize("setup", [OLDER, OLDEST], ids=["3.1", "2.5"])
def test_older_generations_give_no_reason(setup):
    assert completed(setup, asks=True) == []


def test_a_turn_that_was_interrupted_asks_for_nothing():
    talk = Talk(CAPTIONS)
    talk.realtime(text="Set a timer.")
    talk.plan("For how long?", asks=True)
    talk.speak(5.0)
    talk.advance(1.0)
    talk.audio("####")
    assert contents(talk, "turnComplete") == [True]
    assert contents(talk, "turnCompleteReason") == []


# Thoughts -----------------------------------------------------------------------------------------


def thoughts(talk):
    return [
        part["text"]
        for turn in contents(talk, "modelTurn")
        for part in turn["parts"]
        if part.get("thought")
    ]


@pytest.mark.parametrize("model", [EXTENDED, OLDER, OLDEST], ids=["extended", "3.1", "2.5"])
def test_thoughts_come_before_the_words_when_asked_for(model):
    talk = Talk(model | THINKING)
    talk.realtime(text="Hello.")
    talk.plan("Good day.", thought="I greet.")
    assert thoughts(talk) == ["I greet."]
    talk.speak(1.0)
    talk.advance(3.0)
    usage = talk.sent[-1]["usageMetadata"]
    assert usage["thoughtsTokenCount"] == 2
    assert usage["totalTokenCount"] == usage["promptTokenCount"] + usage["responseTokenCount"] + 2


@pytest.mark.parametrize(
    "setup",
    [{}, EXTENDED, EXTENDED | {"generationConfig": {"thinkingConfig": {"thinkingLevel": "low"}}}],
    ids=["3.8", "extended", "a level only"],
)
def test_no_thoughts_unless_asked_for(setup):
    talk = Talk(setup)
    talk.realtime(text="Hello.")
    talk.plan("Good day.", thought="I greet.")
    talk.speak(1.0)
    talk.advance(3.0)
    assert thoughts(talk) == []
    assert "thoughtsTokenCount" not in talk.sent[-1]["usageMetadata"]


def test_of_a_silent_result_nobody_hears_a_thought():
    tools = [{"functionDeclarations": [{"name": "f", "behavior": "NON_BLOCKING"}]}]
    talk = Talk(OLDEST | THINKING | {"tools": tools})
    talk.realtime(text="Do it.")
    talk.plan("", Call("f"), thought="I call it.")
    talk.tool_result(talk.open_calls()[0], scheduling="SILENT")
    talk.plan("Done.", thought="I say so.")
    assert thoughts(talk) == ["I call it."]
