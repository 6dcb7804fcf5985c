from types import MappingProxyType

import pytest

from livekit_nb.recording import ClockInfo, Recorder
from livekit_nb.recording.clock import ClockLog
from tests.recording.talks import a_talk


def told(offset_s: float | None, error_s: float | None, latency_s: float | None = None) -> dict:
    return {"offset_s": offset_s, "error_s": error_s, "output_latency_s": latency_s}


def test_without_a_page_there_is_no_clock():
    recording = a_talk().user("Hello.", 0.5, 1.5).agent(2.0, 3.0, "Hello.").recording()
    assert recording.clock is None
    assert recording.turns[0].latency.error_s is None


def test_a_microphone_that_is_no_browsers_tells_of_no_clock():
    pen = Recorder()
    pen.event("mic.started", rate_hz=16_000)
    assert pen.recording.clock is None


def test_what_was_told_last_is_known():
    pen = Recorder()
    pen.event("mic.started", rate_hz=48_000, input_latency_s=0.01, output_latency_s=None)
    assert pen.recording.clock == ClockInfo(input_latency_s=0.01)
    pen.event("page.clock", **told(12.5, 0.002, 0.03))
    assert pen.recording.clock == ClockInfo(12.5, 0.002, 0.01, 0.03)
    pen.event("page.clock", **told(12.6, 0.001))
    assert pen.recording.clock == ClockInfo(12.6, 0.001, 0.01, None)


@pytest.mark.parametrize("value", [None, "0.1", float("nan"), True, [0.1]])
def test_what_is_no_number_is_unknown(value: object):
    log = ClockLog()
    log.told(1.0, MappingProxyType({"offset_s": value, "error_s": value}))
    assert log.info == ClockInfo()
    assert log.error_s(0.0, 2.0) is None


def test_the_error_of_a_stretch_is_the_largest_in_it():
    log = ClockLog()
    for at_s, error_s in ((1.0, 0.004), (5.0, 0.001), (9.0, 0.002)):
        log.told(at_s, told(0.0, error_s))
    assert log.error_s(6.0, 7.0) == 0.001
    assert log.error_s(4.0, 6.0) == 0.004
    assert log.error_s(6.0, 20.0) == 0.002
    assert log.error_s(0.0, 0.5) == 0.004, "before it was told it was no better"


def test_a_turn_tells_how_far_its_page_times_may_be_off():
    talk = a_talk().event(0.1, "page.clock", **told(3.0, 0.004))
    talk.event(4.0, "page.clock", **told(3.0, 0.001))
    talk.user("Hello.", 0.5, 1.5).agent(2.0, 3.0, "Hello.")
    first, second = talk.user("And?", 5.0, 5.5).agent(6.0, 7.0, "And.").recording().turns
    assert first.latency.error_s == 0.004
    assert second.latency.error_s == 0.001
