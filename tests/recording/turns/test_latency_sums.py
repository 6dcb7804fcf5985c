"""Whatever happens to clocks and messages: parts sum to voice-to-voice, and nothing is made up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livekit_nb.recording import Recorder, Recording
from livekit_nb.recording.turns.turn import Turn
from tests import speech
from tests.recording.talks import ORIGIN_S, pcm, voice

ROOM = np.random.default_rng(0).standard_normal(16_000 * 20) * 10 ** (-72 / 20)


@dataclass(frozen=True)
class Exchange:
    """One question and its answer, on clocks that do as they please."""

    said_s: float  # length of the question
    waits_s: float  # from its end to the answer; negative: the agent cuts in
    jump_s: float  # by how much the page's clock leaps in its middle
    upload_s: float | None  # None: nobody knows when frames arrived
    sends: bool
    skew_s: float  # by how much the loudspeaker's times are off
    hands: bool
    edge_s: float | None  # when the server says that the speech is over, after its end


exchanges = st.builds(
    Exchange,
    said_s=st.floats(0.4, 1.2),
    waits_s=st.floats(-0.3, 1.5),
    jump_s=st.sampled_from([0.0, 0.0, -3.0, -0.2, -0.03, 0.03, 0.2, 3.0]),
    upload_s=st.none() | st.floats(-0.02, 0.4),
    sends=st.booleans(),
    skew_s=st.sampled_from([0.0, 0.0, -0.5, -0.02, 0.02, 0.5]),
    hands=st.booleans(),
    edge_s=st.none() | st.floats(-0.3, 1.5),
)


def record(talk: list[Exchange]) -> Recording:
    """Let it happen, on a kernel's clock that goes straight on."""
    clock = [ORIGIN_S]
    pen = Recorder(clock=lambda: clock[0])
    steps: list[tuple[float, int, tuple]] = []
    page_s, at_s = 0.0, 0.0
    for exchange in talk:
        sound = np.concatenate((np.zeros(8_000), voice(exchange.said_s, 16_000), np.zeros(32_000)))
        begun_s, end_s = at_s, at_s + 0.5 + exchange.said_s
        for first in range(0, len(sound) - 319, 320):
            frame_s = begun_s + first / 16_000
            if page_s != exchange.jump_s and frame_s > end_s - 0.2:
                page_s = exchange.jump_s
            frame = pcm(sound[first : first + 320] + ROOM[first : first + 320])
            arrived_s = frame_s + 0.02 + (exchange.upload_s or 0.03)
            known = None if exchange.upload_s is None else ORIGIN_S + arrived_s
            steps.append((arrived_s, 0, ("user", frame, ORIGIN_S + frame_s + page_s, known)))
            if exchange.sends:
                steps.append((arrived_s + 0.002, 1, ("sent",)))
            else:
                steps.append((arrived_s + 0.002, 1, ("unsent",)))
        answer_s = max(begun_s, end_s + exchange.waits_s)
        answer = pcm(voice(0.8, 24_000, 210.0))
        if exchange.edge_s is not None:
            steps.append((max(begun_s, end_s + exchange.edge_s), 2, ("event", "activity.end")))
        steps.append((answer_s, 3, ("received", answer)))
        if exchange.hands:
            steps.append((answer_s + 0.004, 4, ("handed", len(answer) // 2)))
        played_s = ORIGIN_S + answer_s + 0.1 + exchange.skew_s
        steps.append((answer_s + 1.0, 5, ("played", answer, played_s)))
        steps.append((answer_s + 1.1, 6, ("event", "agent.turn_complete")))
        at_s = max(begun_s + len(sound) / 16_000, answer_s + 1.2)
    for step_s, _, (what, *given_) in sorted(steps, key=lambda step: step[:2]):
        clock[0] = ORIGIN_S + step_s
        if what == "user":
            pen.user_audio(*given_)
        elif what == "sent":
            pen.user_sent(320, clock[0])
        elif what == "unsent":
            pen.user_unsent(320)
        elif what == "event":
            pen.event(given_[0])
        elif what == "received":
            pen.agent_received(given_[0], clock[0])
        elif what == "handed":
            pen.agent_handed(given_[0], clock[0])
        else:
            pen.agent_played(*given_)
    clock[0] += 3.0
    return pen.recording


def check(turn: Turn) -> None:
    """Whatever is known adds up; whatever is not is not there."""
    latency = turn.latency
    parts = list(latency.parts.values())
    if latency.voice_to_voice is not None:
        assert turn.user is not None
        assert turn.agent is not None
        if None not in parts:
            assert sum(parts) == pytest.approx(latency.voice_to_voice, abs=1e-9)
        if latency.agent_silent is None:
            expected = turn.agent.first_audible - turn.user.speech_end
            assert latency.voice_to_voice == pytest.approx(expected, abs=1e-9)
    halves = (latency.endpointing, latency.thinking)
    if None not in halves:
        assert sum(halves) == pytest.approx(latency.parts["model"], abs=1e-9)
    assert latency.error_s is None


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(exchanges, min_size=1, max_size=4))
def test_parts_sum_up_whatever_the_clocks_do(talk: list[Exchange]) -> None:
    recording = record(talk)
    assert recording.turns
    for turn in recording.turns:
        check(turn)


@pytest.mark.parametrize(
    ("exchange", "unknown"),
    [
        pytest.param({"upload_s": None}, {"capture", "uplink"}, id="no arrival"),
        pytest.param({"sends": False}, {"uplink", "model"}, id="never sent"),
        pytest.param({"hands": False}, {"delivery", "playout"}, id="not handed over"),
        pytest.param({}, set(), id="all is known"),
    ],
)
def test_what_nobody_told_is_unknown(exchange: dict, unknown: set[str]) -> None:
    usual = {
        "said_s": 1.0,
        "waits_s": 0.5,
        "jump_s": 0.0,
        "upload_s": 0.03,
        "sends": True,
        "skew_s": 0.0,
        "hands": True,
        "edge_s": 0.3,
    }
    (turn,) = record([Exchange(**{**usual, **exchange})]).turns
    assert {name for name, part in turn.latency.parts.items() if part is None} == unknown
    assert turn.latency.voice_to_voice == pytest.approx(0.6, abs=0.02)


def test_parts_of_a_real_question_sum_up() -> None:
    clock = [ORIGIN_S]
    pen = Recorder(clock=lambda: clock[0])
    sound = np.concatenate((speech.samples("weather_paris"), np.zeros(16_000, np.float32)))
    for first in range(0, len(sound) - 319, 320):
        clock[0] = ORIGIN_S + first / 16_000 + 0.05
        pen.user_audio(pcm(sound[first : first + 320]), clock[0] - 0.05, clock[0] - 0.01)
        pen.user_sent(320, clock[0])
    answer = pcm(voice(0.8, 24_000))
    pen.agent_received(answer, clock[0])
    pen.agent_handed(len(answer) // 2, clock[0])
    pen.agent_played(answer, clock[0] + 0.1)
    pen.event("agent.turn_complete")
    (turn,) = pen.recording.turns
    assert None not in turn.latency.parts.values()
    check(turn)
