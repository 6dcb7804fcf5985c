"""Turns with tool calls: what is spoken of their results, when, and what becomes of the rest."""

from __future__ import annotations

import pytest

from livekit_nb.server.talk import actions as do
from livekit_nb.wire import messages as m
from tests.server.setups import BLOCKING, EXTENDED, OLDER, OLDEST, WEATHER
from tests.server.talks import Call, Talk, called, contents, finishing


def telling_a_story(talk):
    """Have the model in the middle of a story, with a call still open."""
    talk.speak(0.2)
    talk.advance(0.5)
    talk.realtime(text="Tell me a story.")
    talk.plan("Once upon a time.")
    talk.speak(5.0)
    talk.advance(1.0)
    talk.sent.clear()


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
    telling_a_story(talk)
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


def test_what_came_before_a_silent_end_is_spoken_however_fast_it_came():
    talk = called({"tools": [{"functionDeclarations": [{"name": "get_weather"}]}]})
    call = talk.calls()[0]
    for number, fields in enumerate(({}, {}, {"scheduling": "SILENT"})):
        goes_on = number < 2
        talk.tool_result(call["id"], {"step": number}, will_continue=goes_on, **fields)
    for word in ("One.", "Two.", "Three."):
        talk.plan(word)
    assert [job.text for job in talk.pending(do.Speak)] == ["One moment.", "One.", "Two."]


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
    telling_a_story(talk)
    talk.tool_result(key, scheduling=spelling)
    assert ("interrupted" in talk.kinds()) == heeded


def test_pictures_in_a_result_are_looked_at_and_other_parts_do_no_harm():
    talk = called({"tools": [BLOCKING]})
    parts = [
        m.FunctionResponsePart(inline_data=m.Blob(data=b"png", mime_type="image/png")),
        m.FunctionResponsePart(inline_data=m.Blob(data=b"pdf", mime_type="application/pdf")),
        m.FunctionResponsePart(inline_data=m.Blob(data=b"webp", mime_type="image/webp")),
        m.FunctionResponsePart(file_data=m.FileData(file_uri="files/1")),
        m.FunctionResponsePart(),
    ]
    talk.tool_result(talk.calls()[0]["id"], parts=parts)
    assert talk.closed is None
    assert [job.image for job in talk.pending(do.Look)] == [b"png"]
    assert talk.pending(do.Weigh)


def test_with_extended_thinking_what_is_said_while_tools_run_is_a_turn_in_progress():
    talk = called(EXTENDED | {"tools": [WEATHER]})
    assert talk.speak(0.5).text == "One moment."
    talk.advance(2.0)
    last = {"turnComplete": True, "interactionStatus": "IN_PROGRESS"}
    assert talk.sent[-1]["serverContent"] == last
    talk.advance(5.0)
    assert talk.sent[-1]["serverContent"] == last
    talk.tool_result(talk.calls()[0]["id"])
    talk.plan("It is clear.")
    talk.speak(0.5)
    talk.advance(2.0)
    assert talk.sent[-1]["serverContent"] == last | {"interactionStatus": "IDLE"}
    assert [kind for kind in talk.kinds() if kind in ("generationComplete", "turnComplete")] == [
        "generationComplete",
        "turnComplete",
    ] * 2


def test_with_extended_thinking_a_turn_without_words_waits_for_the_results():
    talk = Talk(EXTENDED | {"tools": [WEATHER]})
    talk.asked()
    talk.plan("", Call("get_weather"))
    talk.advance(5.0)
    assert "turnComplete" not in talk.kinds()
    talk.tool_result(talk.calls()[0]["id"])
    talk.plan("It is clear.")
    talk.speak(0.5)
    talk.advance(2.0)
    assert contents(talk, "interactionStatus") == ["IDLE"]


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


def test_a_result_while_the_last_words_are_heard_becomes_a_turn_of_its_own():
    talk = called(EXTENDED | {"tools": [WEATHER]})
    talk.speak(1.0)
    talk.advance(0.9)  # all was sent, and is still being heard
    assert talk.kinds()[-1] == "generationComplete"
    talk.tool_result(talk.calls()[0]["id"])
    assert talk.pending(do.Weigh) == []
    talk.advance(0.3)
    last = {"turnComplete": True, "interactionStatus": "IN_PROGRESS"}
    assert talk.sent[-1]["serverContent"] == last
    talk.plan("It is clear.")
    assert finishing(talk) == ["It is clear."]
    assert talk.sent[-1]["serverContent"] == last | {"interactionStatus": "IDLE"}
    assert talk.conversation.wake_at is None


@pytest.mark.parametrize("model", [{}, OLDEST, EXTENDED])
def test_the_last_result_of_a_tool_that_goes_on_is_spoken_whenever_it_comes(model):
    for wait_s in (0.05, 0.3, 0.45, 0.6):
        behavior = {"functionDeclarations": [{"name": "get_weather", "behavior": "NON_BLOCKING"}]}
        talk = called(model | {"tools": [behavior]})
        key = talk.calls()[0]["id"]
        finishing(talk)
        talk.tool_result(key, {"step": 0}, will_continue=True)
        talk.plan("Half done.")
        assert talk.speak(0.5).text == "Half done."
        talk.advance(wait_s)
        talk.tool_result(key, {"step": 1})
        talk.advance(0.6)
        assert [answer.response for answer in talk.plan("Done.").answers] == [{"step": 1}]
        assert finishing(talk) == ["Done."]
        assert talk.sent[-1]["serverContent"]["turnComplete"]


def test_a_result_in_the_background_outlives_an_interruption_of_the_last_words():
    talk = called(EXTENDED | {"tools": [WEATHER]})
    talk.speak(1.5)
    talk.advance(1.0)
    talk.tool_result(talk.calls()[0]["id"])
    talk.audio("####")
    assert talk.kinds()[-2:] == ["turnComplete", "interactionStatus"]
    assert contents(talk, "interactionStatus")[-1] == "IN_PROGRESS"
    talk.audio("......")
    talk.recognise("", 0.0)
    talk.audio("." * 40)
    assert isinstance(talk.plan("It is clear."), do.Weigh)
    assert finishing(talk) == ["It is clear."]
    assert contents(talk, "interactionStatus")[-1] == "IDLE"


def test_an_urgent_result_interrupts_the_last_words_of_its_own_turn():
    talk = called({"tools": [WEATHER]})
    key = talk.calls()[0]["id"]
    finishing(talk)
    talk.tool_result(key, {"step": 0}, will_continue=True)
    talk.plan("Half done.")
    talk.speak(0.8)
    talk.advance(0.5)
    assert talk.kinds()[-1] == "generationComplete"
    talk.sent.clear()
    talk.tool_result(key, {"step": 1}, scheduling="INTERRUPT")
    assert talk.kinds() == ["interrupted", "turnComplete"]
    talk.plan("Done.")
    assert finishing(talk) == ["Done."]


BOTH = {
    "functionDeclarations": [
        {"name": "get_weather"},
        {"name": "book", "behavior": "BLOCKING"},
    ]
}


@pytest.mark.parametrize("early", [True, False])
def test_a_result_does_not_wait_for_a_call_that_was_cancelled(early):
    talk = Talk({"tools": [BOTH]})
    talk.asked()
    talk.plan("", Call("get_weather"), Call("book"))
    weather, book = (call["id"] for call in talk.calls())
    if early:
        talk.tool_result(weather)
    talk.content("Hello?")
    assert talk.open_calls() == ([] if early else [weather])
    if not early:
        talk.tool_result(weather)
    assert talk.plan("Hello.").text == "Hello?"
    finishing(talk)
    talk.tool_result(book)  # too late
    (weighed,) = talk.pending(do.Weigh)
    assert [answer.name for answer in weighed.answers] == ["get_weather"]


def test_of_calls_that_were_waited_for_nothing_is_spoken_after_an_interruption():
    talk = Talk({"tools": [BLOCKING]})
    talk.asked()
    talk.plan("", Call("get_weather", {"city": "Paris"}), Call("get_weather", {"city": "Rome"}))
    talk.tool_result(talk.calls()[0]["id"])
    talk.audio("####......")
    talk.recognise("", 0.0)
    talk.audio("." * 40)
    assert talk.pending(do.Weigh) == []


def test_an_urgent_result_does_not_wait_behind_one_that_waits():
    talk = Talk({"tools": [WEATHER]})
    talk.asked()
    talk.plan("", Call("get_weather", {"city": "Paris"}))
    talk.realtime(text="And in Rome?")
    talk.plan("", Call("get_weather", {"city": "Rome"}))
    patient, urgent = (call["id"] for call in talk.calls())
    talk.realtime(text="Tell me a story.")
    talk.plan("Once upon a time.")
    talk.speak(5.0)
    talk.advance(1.0)
    talk.tool_result(patient, scheduling="WHEN_IDLE")
    assert talk.pending(do.Weigh) == []
    talk.sent.clear()
    talk.tool_result(urgent, scheduling="INTERRUPT")
    assert talk.kinds() == ["interrupted", "turnComplete"]
    assert talk.plan("It is clear.").answers[0].args == {"city": "Rome"}
    finishing(talk)
    assert talk.plan("It rains.").answers[0].args == {"city": "Paris"}


def test_results_nobody_asked_for_are_ignored():
    talk = Talk({})
    talk.tool_result("made-up")
    assert talk.closed is None
    assert talk.pending(do.Weigh) == []
