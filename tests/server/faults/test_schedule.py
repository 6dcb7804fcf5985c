"""When which fault strikes, with a clock that stands still."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import livekit_nb as live
from livekit_nb.errors import WireError
from livekit_nb.server.faults.schedule import (
    GARBAGE,
    Abort,
    Close,
    Deliver,
    Schedule,
    Transmit,
)
from livekit_nb.wire import messages as m
from livekit_nb.wire.codec import decode_server, encode
from livekit_nb.wire.fault_plan import FaultPlan

SETUP = b'{"setup":{"model":"models/gemini-3.8-live"}}'
RESUMING = b'{"setup":{"model":"models/x","sessionResumption":{"handle":"h"}}}'
READY = encode(m.ServerMessage(setup_complete=m.SetupComplete()))
HANDLE = encode(
    m.ServerMessage(
        session_resumption_update=m.SessionResumptionUpdate(new_handle="h", resumable=True)
    )
)
CALL = encode(
    m.ServerMessage(
        tool_call=m.ToolCall(function_calls=[m.FunctionCall(id="1", name="f", args={})])
    )
)


def content(**fields):
    return encode(m.ServerMessage(server_content=m.ServerContent(**fields)))


def sound(seconds):
    blob = m.Blob(data=bytes(2 * round(24_000 * seconds)), mime_type="audio/pcm;rate=24000")
    return content(model_turn=m.Content(role="model", parts=[m.Part(inline_data=blob)]))


WORDS = content(input_transcription=m.Transcription(text="hello"))
GENERATED, COMPLETE = content(generation_complete=True), content(turn_complete=True)
ANSWER = [sound(0.3), sound(0.3), sound(0.3), GENERATED, COMPLETE, HANDLE]


class Line:
    """A connection with a schedule, without the connection."""

    def __init__(self, connection=None, **words):
        self.schedule = Schedule()
        self.now = 0.0
        self.out = []
        self.schedule.inject(live.faults(**words), connection, self.now)

    def until(self, now):
        while (wake_at := self.schedule.wake_at) is not None and wake_at <= now:
            self.now = max(self.now, wake_at)
            self.out += self.schedule.tick(self.now)
        self.now = now
        return self

    def sends(self, *frames):
        for frame in frames:
            self.out += self.schedule.sending(frame, self.now)
        return self

    def hears(self, *frames):
        for frame in frames:
            self.out += self.schedule.received(frame, self.now)
        return self

    @property
    def transmitted(self):
        return [effect.frame for effect in self.out if isinstance(effect, Transmit)]


def test_without_faults_everything_passes_and_nobody_is_woken():
    line = Line().hears(SETUP, b"{}").sends(READY, *ANSWER)
    assert line.transmitted == [READY, *ANSWER]
    assert [effect.frame for effect in line.out if isinstance(effect, Deliver)] == [SETUP, b"{}"]
    assert line.schedule.wake_at is None


def test_go_away_is_told_and_carried_out():
    line = Line(go_away={"at_s": 2, "time_left_s": 1.5}).hears(SETUP).sends(READY)
    line.until(1.9)
    assert line.transmitted == [READY]
    line.until(2.0)
    assert decode_server(line.transmitted[-1]).go_away == m.GoAway(time_left="1.5s")
    line.until(3.4)
    assert len(line.out) == 3
    line.until(3.5)
    assert line.out[-1] == Close(1011, "Deadline expired before operation could complete.")
    assert line.schedule.over
    assert line.hears(b"{}").sends(WORDS).out[-1] == line.out[-1]


def test_drop_at_a_time():
    line = Line(drop=2.5).until(2.4)
    assert line.out == []
    assert line.until(2.6).out == [Abort()]


@pytest.mark.parametrize("way", ["up", "down"])
def test_drop_at_a_byte_takes_the_message_it_is_in_along(way):
    line = Line(drop={"at_byte": 101, "direction": way})
    pass_on = line.hears if way == "up" else line.sends
    whole = b'{"serverContent":{}}' + b" " * 80
    pass_on(whole)
    assert len(line.out) == 1
    pass_on(whole)
    assert line.out[1:] == [Abort()]


def test_close_with_a_code_and_a_reason():
    assert Line(close=1).until(1).out == [Close(1011, "Internal error encountered.")]
    told = {"at_s": 1, "code": 1008, "reason": "Because."}
    assert Line(close=told).until(1).out == [Close(1008, "Because.")]
    assert Line(close={"at_s": 1, "code": 1000}).until(1).out == [Close(1000, "")]


def test_a_stall_keeps_everything_back_and_then_says_it_in_order():
    line = Line(stall={"at_s": 1, "for_s": 3}).hears(SETUP).sends(READY).until(1)
    line.sends(WORDS, *ANSWER).hears(b"{}")
    assert line.transmitted == [READY]
    line.until(3.9)
    assert line.transmitted == [READY]
    line.until(4)
    assert line.transmitted == [READY, WORDS, *ANSWER]
    assert sum(isinstance(effect, Deliver) for effect in line.out) == 2


def test_a_stall_for_good_lasts_until_another_plan_and_is_bounded():
    line = Line(stall=1).until(1).sends(*ANSWER).until(1e6)
    assert line.out == []
    assert line.schedule.silent
    effects = line.schedule.inject(live.faults(), None, line.now)
    assert effects == [Transmit(frame) for frame in ANSWER]

    line = Line(stall=1).until(1).sends(*ANSWER, *(sound(600),) * 2)
    assert line.out == []
    assert line.schedule.inject(live.faults(), None, line.now) == []


def test_a_stall_cannot_fill_the_memory():
    line = Line(stall={"at_s": 0, "for_s": 80_000}).until(0)
    while not line.out:
        line.sends(sound(10))
    assert line.out == [Abort()]


def test_a_silent_turn_is_heard_and_never_answered():
    line = Line(silent_turn=2).sends(WORDS, *ANSWER, WORDS, *ANSWER, WORDS, *ANSWER)
    assert line.transmitted == [WORDS, *ANSWER, WORDS, WORDS, *ANSWER]


def test_a_silent_turn_calls_no_tools():
    line = Line(silent_turn=1).sends(CALL, sound(0.1), GENERATED, COMPLETE, WORDS, CALL)
    assert line.transmitted == [WORDS, CALL]


def test_a_phantom_interruption_cuts_the_answer_and_only_that():
    line = Line(phantom_interrupted={"turn": 2}).sends(*ANSWER)
    line.sends(*ANSWER[:2]).until(0.1).sends(*ANSWER[2:]).sends(*ANSWER)
    phantom = [content(interrupted=True), content(turn_complete=True)]
    assert line.transmitted == [*ANSWER, *ANSWER[:2], *phantom, HANDLE, *ANSWER]


def test_a_phantom_interruption_out_of_the_blue():
    line = Line(phantom_interrupted={"at_s": 3}).until(3).sends(*ANSWER)
    assert line.transmitted == [content(interrupted=True), *ANSWER]


def test_a_tool_call_is_told_twice_once():
    assert Line(duplicate_tool_call=True).sends(CALL, CALL).transmitted == [CALL] * 3
    line = Line(duplicate_tool_call=2).sends(CALL, COMPLETE, CALL, CALL)
    assert line.transmitted == [CALL, COMPLETE, CALL, CALL, CALL]
    line = Line(duplicate_tool_call={"at_s": 5}).sends(CALL).until(5).sends(CALL, CALL)
    assert line.transmitted == [CALL] * 4


def test_a_slow_setup_and_none_at_all():
    line = Line(slow_setup=4).until(1).sends(READY, HANDLE).until(4.9)
    assert line.out == []
    assert line.until(5).transmitted == [READY, HANDLE]
    assert Line(no_setup=True).sends(READY, HANDLE).until(1e6).out == []


def test_a_handle_is_refused_and_a_first_setup_is_not():
    assert Line(refuse_handle=True).hears(SETUP, RESUMING).out == [
        Deliver(SETUP),
        Deliver(RESUMING),  # a second setup is the server's business
    ]
    assert Line(refuse_handle=True).hears(RESUMING).out == [
        Close(1008, "BidiGenerateContent session not found")
    ]
    assert Line(1, refuse_handle=True).hears(RESUMING).out == [Deliver(RESUMING)]
    assert Line(2, refuse_handle=True).hears(RESUMING).out != [Deliver(RESUMING)]


def test_garbage_is_garbage():
    assert Line(garbage=1).until(1).transmitted == [GARBAGE]
    with pytest.raises(WireError):
        decode_server(GARBAGE)


@pytest.mark.parametrize(
    ("kind", "effects"),
    [
        ("drop", [Abort()]),
        ("close", [Close(1011, "Internal error encountered.")]),
        ("stall", []),
        ("garbage", [Transmit(GARBAGE), Transmit(ANSWER[2])]),
        (
            "go_away",
            [
                Transmit(encode(m.ServerMessage(go_away=m.GoAway(time_left="10s")))),
                Transmit(ANSWER[2]),
            ],
        ),
    ],
)
def test_in_the_middle_of_an_answer(kind, effects):
    line = Line(**{kind: {"turn": 2}}).sends(*ANSWER, ANSWER[0]).until(5)
    line.sends(ANSWER[1])
    assert line.transmitted == [*ANSWER, *ANSWER[:2]]
    line.out.clear()
    assert line.until(5.2).sends(ANSWER[2]).out == effects


def test_after_a_tool_call_or_a_short_answer():
    for frames in ([CALL], [sound(0.1), GENERATED, COMPLETE]):
        line = Line(drop={"turn": 1}).sends(*frames)
        assert line.transmitted == frames
        assert line.until(1).out[-1] == Abort()


def test_what_is_injected_counts_from_then():
    line = Line().sends(*ANSWER).until(10)
    plan = live.faults(drop=[{"at_s": 2}], garbage={"turn": 1}, close={"at_byte": 60_000})
    line.schedule.inject(plan, None, line.now)
    line.sends(*ANSWER).until(11)
    assert line.transmitted.count(GARBAGE) == 1
    assert not line.schedule.over
    assert line.sends(*ANSWER).out[-1] == Close(1011, "Internal error encountered.")


def test_what_is_injected_replaces_what_was_planned():
    line = Line(drop=5, garbage={"turn": 1}, stall={"at_s": 1, "for_s": 9}).until(2)
    line.sends(WORDS)
    assert line.out == []
    line.out += line.schedule.inject(FaultPlan(), None, line.now)
    assert line.transmitted == [WORDS]
    line.sends(*ANSWER).until(100)
    assert line.transmitted == [WORDS, *ANSWER]


steps = st.lists(
    st.tuples(st.sampled_from([READY, WORDS, CALL, *ANSWER]), st.floats(0.0, 3.0)), max_size=40
)


@given(st.integers(), steps)
def test_faults_that_lose_nothing_lose_nothing_and_keep_the_order(seed, traffic):
    plan = FaultPlan.random(seed, kinds=["stall", "slow_setup"], duration_s=20, connections=1)
    lasting = [fault for fault in plan.faults if fault.kind == "slow_setup" or fault.for_s]
    plan = msgspec.structs.replace(plan, faults=tuple(lasting))
    line = Line()
    line.schedule.inject(plan, None, 0.0)
    sent = []
    for frame, gap_s in traffic:
        line.until(line.now + gap_s).sends(frame)
        sent.append(frame)
    line.until(1000)
    assert line.transmitted == sent


@given(st.integers(), steps)
def test_the_same_plan_does_the_same_again(seed, traffic):
    def run():
        line = Line()
        line.schedule.inject(FaultPlan.random(seed, duration_s=20), None, 0.0)
        line.hears(SETUP)
        for frame, gap_s in traffic:
            line.until(line.now + gap_s).sends(frame).hears(b"{}")
        return line.until(200).out

    assert run() == run()
