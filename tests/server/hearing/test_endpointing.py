"""When a pause ends a turn."""

from __future__ import annotations

import pytest

from livekit_nb.server.hearing.endpointing import Endpointer, Patience, Verdict
from livekit_nb.wire.messages import AutomaticActivityDetection


def decided_after(
    completeness: float, patience: Patience | None = None, text: str = "some words of mine"
):
    """Seconds of pause, in steps of 32 ms, until the endpointer decides, and its verdict."""
    endpointer = Endpointer(patience or Patience())
    for chunk in range(1, 200):
        verdict = endpointer.judge(16_000, chunk * 0.032)
        if verdict is Verdict.RECOGNISE:
            endpointer.recognised(16_000, text, completeness)
        elif verdict is not Verdict.WAIT:
            return chunk * 0.032, verdict
    raise AssertionError("never decided")


def test_a_finished_sentence_is_answered_soon_and_an_unfinished_one_is_waited_for():
    finished, _ = decided_after(1.0)
    unclear, _ = decided_after(0.5)
    unfinished, _ = decided_after(0.0)
    assert 0.15 <= finished <= 0.25
    assert 0.6 <= unclear <= 0.8
    assert 1.2 <= unfinished <= 1.6


def test_after_a_word_or_two_people_often_go_on():
    brief, _ = decided_after(1.0, text="Hello there,")
    assert 0.3 <= brief <= 0.4


def test_waiting_falls_as_completeness_rises():
    waits = [Patience().wait_s(step / 20) for step in range(21)]
    assert waits == sorted(waits, reverse=True)


def test_the_clients_silence_is_kept_whatever_was_said():
    patience = Patience.of(AutomaticActivityDetection(silence_duration_ms=800))
    for completeness in (0.0, 0.5, 1.0):
        after, verdict = decided_after(completeness, patience)
        assert verdict is Verdict.END
        assert 0.8 <= after < 0.8 + 0.032 + 1e-9


def test_low_end_sensitivity_waits_longer():
    low = Patience.of(AutomaticActivityDetection(end_of_speech_sensitivity="END_SENSITIVITY_LOW"))
    assert all(low.wait_s(step / 10) > Patience().wait_s(step / 10) for step in range(11))


@pytest.mark.parametrize("sent", [0, -5, 10**9])
def test_an_absurd_silence_is_brought_into_range(sent):
    patience = Patience.of(AutomaticActivityDetection(silence_duration_ms=sent))
    assert 0.03 < patience.wait_s(0.0) <= 30.0
    assert patience.recognise_s <= patience.wait_s(0.0)


def test_words_about_the_past_are_thrown_away():
    endpointer = Endpointer(Patience())
    assert endpointer.judge(16_000, 0.2) is Verdict.RECOGNISE
    assert endpointer.judge(20_000, 0.0) is Verdict.WAIT  # the person went on
    endpointer.recognised(16_000, "set a timer for", 1.0)
    assert endpointer.judge(20_000, 0.03) is Verdict.WAIT
    assert endpointer.judge(20_000, 0.2) is Verdict.RECOGNISE
    assert endpointer.judge(20_000, 1.0) is Verdict.WAIT  # the words are not there yet
    endpointer.recognised(20_000, "set a timer for ten minutes", 1.0)
    assert endpointer.judge(20_000, 5.0) is Verdict.END
    assert endpointer.text == "set a timer for ten minutes"


def test_a_pause_that_is_long_enough_for_any_words_does_not_wait_for_them():
    for patience in (Patience(), Patience(fixed_s=0.5)):
        endpointer = Endpointer(patience)
        assert endpointer.judge(16_000, 0.1) is Verdict.RECOGNISE
        assert endpointer.judge(16_000, patience.longest_s - 0.01) is Verdict.WAIT
        assert endpointer.judge(16_000, patience.longest_s) is Verdict.APART


def test_noise_without_words_is_no_turn():
    after, verdict = decided_after(0.0, text="")
    assert verdict is Verdict.DROP
    assert after < 1.0


def test_after_the_end_of_the_stream_nothing_is_waited_for_but_the_words():
    endpointer = Endpointer(Patience())
    endpointer.close()
    assert endpointer.judge(16_000, 0.0) is Verdict.RECOGNISE
    assert endpointer.judge(16_000, 0.0) is Verdict.WAIT
    endpointer.recognised(16_000, "set a timer for", 0.0)
    assert endpointer.judge(16_000, 0.0) is Verdict.END
