"""Who says something while tools run: what is cancelled, and what is asked anew."""

from __future__ import annotations

import pytest

from livekit_nb.server.talk import actions as do
from tests.server.setups import BLOCKING, OLDER, OLDEST, WEATHER
from tests.server.talks import called


@pytest.mark.parametrize("model", [{}, OLDER])
@pytest.mark.parametrize("waited_s", [0.0, 0.5, 20.0])
@pytest.mark.parametrize("how", ["realtimeInput", "clientContent"])
def test_who_types_while_a_blocking_tool_runs_cancels_it_and_it_is_not_called_again(
    model, waited_s, how
):
    if how == "clientContent" and model:
        model = OLDEST  # the 3.1 generation takes none in the middle
    talk = called(model | {"tools": [BLOCKING]})
    call = talk.calls()[0]
    talk.advance(waited_s)
    talk.sent.clear()
    if how == "realtimeInput":
        talk.realtime(text="What time is it?")
    else:
        talk.content("What time is it?")
    assert talk.kinds() == ["toolCallCancellation", "interrupted", "turnComplete"]
    assert talk.sent[0]["toolCallCancellation"]["ids"] == [call["id"]]
    assert [job.text for job in talk.pending(do.Hear)] == ["What time is it?"]
    talk.tool_result(call["id"])  # too late
    assert talk.pending(do.Weigh) == []
    talk.plan("Noon.")
    talk.speak(0.5)
    talk.advance(2.0)
    assert talk.kinds()[-2:] == ["generationComplete", "turnComplete"]


@pytest.mark.parametrize(
    ("waited_s", "words", "asked"),
    [
        (0.1, "and in Rome", "What's the weather in Paris? and in Rome"),  # was not done
        (3.0, "What time is it?", "What time is it?"),
        (3.0, "", "What's the weather in Paris?"),  # a cough has cancelled it
    ],
)
def test_who_speaks_long_after_a_blocking_tool_was_called_asks_something_else(
    waited_s, words, asked
):
    talk = called({"tools": [BLOCKING]})
    talk.advance(waited_s)
    talk.audio("#####......")
    talk.recognise(words, 1.0 if words else 0.0)
    talk.audio("." * 40)
    assert [job.text for job in talk.pending(do.Hear)] == [asked]


def test_typing_while_the_model_speaks_beside_a_tool_that_does_not_block_lets_that_go_on():
    talk = called({"tools": [WEATHER]})
    call = talk.calls()[0]
    talk.speak(5.0)
    talk.sent.clear()
    talk.realtime(text="What time is it?")
    assert talk.kinds() == ["interrupted", "turnComplete"]
    assert [job.text for job in talk.pending(do.Hear)] == ["What time is it?"]
    talk.plan("Noon.")
    talk.speak(0.5)
    talk.advance(2.0)
    talk.tool_result(call["id"])
    assert [job.answers[0].name for job in talk.pending(do.Weigh)] == ["get_weather"]
