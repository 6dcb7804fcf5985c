"""Sessions over several connections: handles, what they hold, and who may use them."""

from __future__ import annotations

import pytest

from livekit_nb.server.talk import actions as do
from livekit_nb.server.talk.memory import Checkpoint, Memories
from livekit_nb.server.talk.mind import Mind
from livekit_nb.wire import messages as m
from tests.server.setups import CAPTIONS, EXTENDED, INVALID, MANUAL, WEATHER
from tests.server.talks import CHUNK_S, Call, Talk, contents

RESUMABLE = {"sessionResumption": {}}


class Server:
    """Keeps what the conversations want kept, as the attendant does."""

    def __init__(self):
        self.memories = Memories()
        self.open = []

    def talk(self, setup=RESUMABLE):
        talk = Talk(None, recall=self.memories.recall)
        take = talk.take

        def keeping(actions):
            take(actions)
            for action in actions:
                match action:
                    case do.Keep(handle, session, tokens):
                        kept = Checkpoint(session, Mind(), tokens)
                        self.memories.keep(handle, kept, talk.now)
                    case do.Begin(_, session, _):
                        self.open.append(talk)
                        session.in_use = lambda: talk in self.open

        talk.take = keeping
        talk.setup(setup)
        return talk

    def resumed(self, handle, **setup):
        return self.talk({"sessionResumption": {"handle": handle}} | setup)


def updates(talk):
    return [
        message["sessionResumptionUpdate"]
        for message in talk.sent
        if "sessionResumptionUpdate" in message
    ]


def answered(talk, text="Hello.", seconds=1.0):
    talk.realtime(text=text)
    talk.plan("Good day to you.")
    talk.speak(seconds)
    talk.advance(seconds + 1.0)


NOT_NOW = {"newHandle": "", "resumable": False}


def test_there_is_a_handle_at_once_and_after_every_turn_and_none_meanwhile():
    talk = Talk(RESUMABLE)
    for _ in range(3):
        answered(talk)
    found = updates(talk)
    assert [item["resumable"] for item in found] == [True, False] * 3 + [True]
    assert found[1::2] == [NOT_NOW] * 3
    handles = [item["newHandle"] for item in found[::2]]
    assert len(set(handles)) == 4
    assert [item.handle for item in talk.pending(do.Keep)] == handles


def test_a_turn_that_was_interrupted_gives_a_handle_too():
    talk = Talk(RESUMABLE)
    talk.realtime(text="Tell me a story.")
    talk.plan("Once upon a time.")
    talk.speak(20.0)
    talk.advance(3.0)
    talk.audio("####")
    assert updates(talk)[-1]["resumable"]
    assert [key for key in talk.kinds() if key in ("interrupted", "sessionResumptionUpdate")][
        -2:
    ] == ["interrupted", "sessionResumptionUpdate"]


def test_while_tools_run_there_is_no_handle_even_when_the_turn_is_complete():
    talk = Talk(RESUMABLE | {"tools": [WEATHER]} | EXTENDED)
    talk.realtime(text="What's the weather?")
    talk.plan("One moment.", Call("get_weather"))
    talk.speak(1.0)
    talk.advance(3.0)
    assert contents(talk, "turnComplete") == [True]
    assert updates(talk)[-1] == NOT_NOW
    talk.tool_result(talk.open_calls()[0])
    assert updates(talk)[-1] == NOT_NOW
    talk.plan("It is clear.")
    talk.speak(1.0)
    talk.advance(3.0)
    assert contents(talk, "turnComplete") == [True, True]
    assert updates(talk)[-1]["resumable"]
    assert len(updates(talk)) == 3


def test_a_tool_that_runs_on_and_on_does_not_keep_later_turns_from_a_handle():
    talk = Talk(RESUMABLE | {"tools": [WEATHER]})
    talk.realtime(text="What's the weather?")
    talk.plan("One moment.", Call("get_weather"))
    talk.speak(1.0)
    talk.advance(3.0)
    assert updates(talk)[-1] == NOT_NOW
    answered(talk, "And hello.")
    assert updates(talk)[-1]["resumable"]
    talk.tool_result(talk.open_calls()[0])
    assert updates(talk)[-1] == NOT_NOW
    talk.plan("It is clear.")
    talk.speak(1.0)
    talk.advance(3.0)
    assert updates(talk)[-1]["resumable"]


def test_a_question_that_was_not_over_gives_no_handle_before_all_of_it_is_answered():
    talk = Talk(RESUMABLE)
    talk.asked()
    talk.pop(do.Hear)
    talk.audio("####")  # goes on before anything was answered
    assert [item["resumable"] for item in updates(talk)] == [True, False]
    talk.audio("......")
    talk.recognise("And in Rome?")
    talk.audio("......")
    talk.plan("Both are sunny.")
    talk.speak(1.0)
    talk.advance(3.0)
    assert [item["resumable"] for item in updates(talk)] == [True, False, True]


# The index ---------------------------------------------------------------------------------------


def consumed(talk):
    return updates(talk)[-1]["lastConsumedClientMessageIndex"]


def test_messages_are_counted_from_the_setup_which_is_number_nought():
    talk = Talk(RESUMABLE)
    assert consumed(talk) == 0
    answered(talk)
    assert consumed(talk) == 1
    for _ in range(4):
        talk.audio(".")
    answered(talk)
    assert consumed(talk) == 6


def test_speech_that_is_not_answered_yet_is_not_consumed():
    talk = Talk(RESUMABLE)
    talk.realtime(text="Tell me a story.")  # 1
    talk.plan("Once upon a time.")
    talk.speak(20.0)
    talk.advance(3.0)
    talk.audio("." * 30)  # 2 to 31
    talk.audio("####")  # 32 to 35: interrupts
    assert updates(talk)[-1]["resumable"]
    # A word's onset is often unvoiced, so a quarter of a second before it belongs to it.
    assert 32 - 10 <= consumed(talk) < 32


def test_sound_in_which_speech_may_just_begin_is_not_consumed():
    talk = Talk(RESUMABLE)
    talk.realtime(text="Hello.")  # 1
    talk.plan("Good day.")
    talk.speak(2.0)
    while not updates(talk)[-1]["resumable"]:
        talk.audio(".")
    # A quarter of a second before a word belongs to it, and it is not known at once that it began.
    again_s = (talk.messages - 1 - consumed(talk)) * CHUNK_S
    assert 0.3 < again_s < 0.6


def test_typed_words_that_wait_for_more_are_not_consumed():
    talk = Talk(RESUMABLE)
    talk.realtime(text="Hello.")  # 1
    talk.pop(do.Hear)
    talk.content("Do you know", complete=False)  # 2: interrupts
    assert updates(talk)[-1]["resumable"]
    assert consumed(talk) == 1
    talk.content("the time?")  # 3
    talk.plan("It is late.")
    talk.speak(1.0)
    talk.advance(3.0)
    assert consumed(talk) == 3


def test_what_came_while_words_were_recognised_is_not_consumed_with_them():
    talk = Talk(RESUMABLE)
    talk.audio("...#######")  # 1 to 10
    talk.audio("." * 12)  # 11 to 22: somebody may be about to go on
    talk.recognise("Hello.")
    talk.plan("Good day.")
    talk.speak(1.0)
    talk.advance(3.0)
    assert 10 <= consumed(talk) < 22


def test_what_was_answered_is_consumed_even_if_the_stream_stopped_right_behind_it():
    talk = Talk(RESUMABLE)
    talk.audio("...#######")  # 1 to 10
    talk.realtime(audio_stream_end=True)  # 11
    talk.recognise("Hello.")
    talk.plan("Good day.")
    talk.speak(1.0)
    talk.advance(3.0)
    assert consumed(talk) == 11


def test_a_marked_activity_counts_from_its_mark():
    talk = Talk(RESUMABLE | MANUAL)
    talk.realtime(text="Tell me a story.")  # 1
    talk.plan("Once upon a time.")
    talk.speak(20.0)
    talk.advance(3.0)
    talk.audio("..")  # 2, 3
    talk.realtime(activity_start=m.Empty())  # 4: interrupts
    assert consumed(talk) == 3


def test_a_long_message_counts_as_one_and_only_when_all_of_it_was_taken():
    talk = Talk(RESUMABLE)
    quiet = m.RealtimeInput(audio=m.Blob(data=bytes(640), mime_type="audio/pcm"))
    talk.realtime(text="Hello.")  # 1
    talk.plan("Good day.")
    talk.speak(0.1)
    for whole in (False, False):
        message = m.ClientMessage(realtime_input=quiet)
        talk.take(talk.conversation.receive(message, talk.now, whole=whole))
    talk.advance(2.0)
    assert updates(talk)[-1]["resumable"]
    assert consumed(talk) == 1
    talk.take(talk.conversation.receive(m.ClientMessage(realtime_input=quiet), talk.now))
    answered(talk)
    assert consumed(talk) == 3


# Who may use a handle ----------------------------------------------------------------------------


def test_an_unknown_handle_is_refused():
    talk = Talk({"sessionResumption": {"handle": "made-up"}})
    assert talk.closed == (1008, "BidiGenerateContent session not found")


def test_a_session_cannot_be_resumed_while_its_old_connection_is_open():
    server = Server()
    first = server.talk()
    handle = updates(first)[-1]["newHandle"]
    assert server.resumed(handle).closed == (1011, "Internal error encountered.")
    server.open.remove(first)
    again = server.resumed(handle)
    assert again.closed is None
    assert again.sent[0] == {"setupComplete": {}}
    assert updates(again)[-1]["newHandle"] not in ("", handle)


def test_the_model_may_not_change_and_everything_else_may():
    server = Server()
    first = server.talk()
    handle = updates(first)[-1]["newHandle"]
    server.open.clear()
    assert server.resumed(handle, **EXTENDED).closed == INVALID
    changed = server.resumed(
        handle,
        tools=[WEATHER],
        systemInstruction={"parts": [{"text": "Be brief."}]},
        generationConfig={
            "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Puck"}}}
        },
        **MANUAL,
        **CAPTIONS,
    )
    assert changed.closed is None
    begin = changed.pop(do.Begin)
    assert begin.agreement.instructions == "Be brief."
    assert begin.agreement.manual
    assert begin.resumed is not None


def test_every_handle_of_a_session_leads_back_to_its_own_moment():
    server = Server()
    first = server.talk()
    answered(first, "One.")
    early = updates(first)[-1]["newHandle"]
    answered(first, "Two, which is much longer than the other one was.")
    late = updates(first)[-1]["newHandle"]
    prompts = {}
    for handle in (early, late):
        server.open.clear()
        talk = server.resumed(handle)
        answered(talk, "Hm.")
        usage = next(
            message["usageMetadata"] for message in talk.sent if "usageMetadata" in message
        )
        prompts[handle] = usage["promptTokenCount"]
    assert prompts[early] < prompts[late]


def test_a_call_of_the_old_connection_is_gone_and_may_be_made_again():
    server = Server()
    first = server.talk(RESUMABLE | {"tools": [WEATHER]})
    handle = updates(first)[-1]["newHandle"]
    first.realtime(text="What's the weather?")
    first.plan("", Call("get_weather"))
    key = first.open_calls()[0]
    server.open.clear()
    talk = server.resumed(handle, tools=[WEATHER])
    talk.tool_result(key)
    assert talk.pending(do.Weigh) == []
    talk.realtime(text="What's the weather?")
    talk.plan("", Call("get_weather"))
    assert talk.open_calls() != []
    assert talk.open_calls() != [key]


def test_history_is_not_asked_for_again():
    server = Server()
    seeding = {"historyConfig": {"initialHistoryInClientContent": True}}
    first = server.talk(RESUMABLE | seeding)
    first.content("I am Ada.")
    assert first.pending(do.Hear) == []
    answered(first)
    handle = updates(first)[-1]["newHandle"]
    server.open.clear()
    talk = server.resumed(handle, **seeding)
    talk.content("Who am I?")
    assert talk.pop(do.Hear).text == "Who am I?"


@pytest.mark.parametrize("setup", [{}, {"sessionResumption": None}])
def test_no_handles_unless_asked_for(setup):
    talk = Talk(setup)
    answered(talk)
    assert updates(talk) == []
