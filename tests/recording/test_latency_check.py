"""The second measurement agrees where times are right, and tells where they are not."""

from __future__ import annotations

import numpy as np
import pytest
import soxr

from livekit_nb.recording import Recorder, Recording
from livekit_nb.recording.latency_check import CheckedTurn, LatencyCheck
from tests import speech
from tests.recording.talks import ORIGIN_S, Talk, a_talk, pcm

CLIPS = ("weather_paris", "and_berlin", "stop_time", "hello")


def conversation(*, late_s: float = 0.0, noise: float = 0.0) -> Recording:
    """Recorded questions, answered by recorded voices; heard `late_s` later than it is told."""
    clock = [ORIGIN_S]
    pen = Recorder(clock=lambda: clock[0])
    microphone = np.random.default_rng(0).standard_normal(16_000 * 30) * noise
    for number, name in enumerate(CLIPS):
        first = round((1.0 + 7.0 * number) * 16_000)
        said = speech.samples(name)
        microphone[first : first + len(said)] += said
    steps = [(at / 16_000, "user", microphone[at : at + 320]) for at in range(0, 480_000, 320)]
    for number, name in enumerate(CLIPS):
        asked_s = 1.0 + 7.0 * number + len(speech.samples(name)) / 16_000
        answer = soxr.resample(speech.samples("story"), 16_000, 24_000)
        steps.append((asked_s + 0.2, "received", answer))
        steps += [
            (asked_s + 0.5 + at / 24_000, "played", answer[at : at + 2_400])
            for at in range(0, len(answer), 2_400)
        ]
        steps.append((asked_s + 0.6 + len(answer) / 24_000, "over", answer))
    for at_s, what, sound in sorted(steps, key=lambda step: step[0]):
        clock[0] = ORIGIN_S + at_s
        if what == "user":
            pen.user_audio(pcm(sound), clock[0], clock[0] + 0.03)
            pen.user_sent(len(sound), clock[0] + 0.03)
        elif what == "received":
            pen.agent_received(pcm(sound), clock[0])
            pen.agent_handed(len(sound), clock[0])
        elif what == "played":
            pen.agent_played(pcm(sound), clock[0])
        else:
            pen.event("agent.turn_complete")
    clock[0] += 2.0
    if late_s:
        track, size = pen.recording._agent, round(late_s * 24_000)
        moved = np.concatenate((np.zeros(size, np.int16), track.read(0, track.length)))
        track.write(0, moved)
    return pen.recording


def test_a_true_recording_agrees_with_its_sound() -> None:
    check = conversation().latency_check()
    assert len(check.residuals_s) == len(CLIPS)
    assert check.unmeasured == {}
    assert check.median_s is not None
    assert check.median_s < 0.01
    assert check.p95_s is not None
    assert check.p95_s < 0.02


def test_in_noise_it_agrees_nearly_as_well() -> None:
    check = conversation(noise=0.003).latency_check()
    assert len(check.residuals_s) == len(CLIPS)
    assert check.p95_s is not None
    assert check.p95_s < 0.05


def test_sound_that_comes_later_than_it_is_told_is_found_out() -> None:
    recording = conversation()
    told = [turn.latency.voice_to_voice for turn in recording.turns]
    moved = conversation(late_s=0.15)
    # The turns are made of what was told when it was played; only the sound is moved.
    moved._turn_log = recording._turn_log
    check = moved.latency_check()
    assert [row.voice_to_voice for row in check] == told
    assert check.residuals_s == pytest.approx([0.15] * len(CLIPS), abs=0.02)


def unmeasured(talk: Talk) -> dict[str, int]:
    check = talk.recording().latency_check()
    assert len(check.residuals_s) + sum(check.unmeasured.values()) == len(check)
    return check.unmeasured


def test_what_cannot_be_measured_is_counted_with_its_reason() -> None:
    talk = a_talk().agent(0.5, 1.5, "Welcome.").typed("Hello?", 2.0).agent(2.5, 3.5, "Hello.")
    talk.user("The weather?", 5.0, 6.0).agent(6.5, 7.5, "Clear.")
    talk.user("And there?", 9.0, 10.0)
    assert unmeasured(talk) == {
        "nobody asked": 1,
        "nothing was said": 1,
        "no answer was heard": 1,
    }


def test_it_counts_from_when_the_agent_fell_silent_that_was_still_talking() -> None:
    talk = a_talk().user("Tell me a story.", 0.5, 1.5).agent(2.0, 12.0, "Once upon a time.")
    talk.user("The weather?", 4.0, 5.0, captioned_s=12.2).agent(12.9, 14.0, "Clear.")
    check = talk.recording().latency_check()
    assert check[1].acoustic_s == pytest.approx(0.9, abs=0.03)
    assert check.residuals_s == pytest.approx([0.0, 0.0], abs=0.03)


def test_an_agent_that_begins_too_early_is_measured_too() -> None:
    talk = a_talk().user("Tell me a long story.", 0.5, 2.5).agent(2.1, 4.0, "Once.")
    (row,) = talk.recording().latency_check()
    assert row.acoustic_s == pytest.approx(-0.4, abs=0.03)


def test_who_interrupts_is_measured_to_the_next_answer() -> None:
    talk = a_talk().user("Tell me a story.", 0.5, 1.5).agent(2.0, 5.6, "Once upon", cut_s=5.5)
    talk.user("Stop!", 5.1, 5.4).agent(6.0, 7.0, "Sure.")
    check = talk.recording().latency_check()
    assert check.residuals_s == pytest.approx([0.0, 0.0], abs=0.03)


def test_a_recording_of_nothing() -> None:
    check = Recorder().recording.latency_check()
    assert (len(check), check.median_s, check.p95_s, check.unmeasured) == (0, None, None, {})


def test_it_says_in_a_line_what_came_out() -> None:
    rows = [CheckedTurn(n, 0.5, 0.5 + 0.01 * n, 0.01 * n) for n in range(3)]
    check = LatencyCheck([*rows, CheckedTurn(3, None, why="nobody asked")])
    assert check.title == "3 of 4 turns measured, residual 10 ms median, 19 ms p95"
    assert "nobody asked" in str(check)
    assert check.columns[:2] == ("turn", "voice_to_voice_s")


def test_without_its_sound_nothing_can_be_checked() -> None:
    talk = a_talk().user("The weather?", 0.5, 1.5).agent(2.0, 3.0, "Clear.")
    check = talk.recording().redact(frames=False, text=False).latency_check()
    assert check.unmeasured == {"the sound was taken out": 1}
    assert check[0].voice_to_voice == pytest.approx(0.5, abs=0.02)


def test_what_was_not_recorded_cannot_be_checked() -> None:
    talk = a_talk().user("The weather?", 0.5, 1.5).agent(2.0, 3.0, "Clear.")
    talk.event(4.0, "recording.paused").event(7.0, "recording.resumed")
    talk.user("And there?", 5.0, 6.0).agent(6.5, 7.5, "Clear.")
    talk.user("And here?", 9.0, 10.0).agent(10.5, 11.5, "Clear.")
    check = talk.recording().latency_check()
    assert [row.why for row in check] == ["", "recording was off", ""]
