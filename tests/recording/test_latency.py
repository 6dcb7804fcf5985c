import pytest
from hypothesis import given
from hypothesis import strategies as st

from livekit_nb.recording import PART_NAMES, Latency

times = st.floats(0, 100_000, allow_nan=False)
POINTS = ("speech_end", "arrived", "sent", "first_byte", "handed", "played", "first_audible")


def test_parts_come_in_order():
    assert tuple(Latency().parts) == PART_NAMES
    assert PART_NAMES == ("capture", "uplink", "model", "delivery", "playout", "silence_padding")


@given(st.lists(times, min_size=7, max_size=7))
def test_parts_sum_to_voice_to_voice(points):
    latency = Latency(*points)
    parts = list(latency.parts.values())
    assert None not in parts
    assert sum(parts) == pytest.approx(latency.voice_to_voice, abs=1e-9)


@given(st.lists(st.one_of(st.none(), times), min_size=7, max_size=7))
def test_what_is_unknown_is_none_and_never_zero(points):
    latency = Latency(*points)
    for name, start, end in zip(PART_NAMES, points, points[1:], strict=False):
        assert (latency.parts[name] is None) == (start is None or end is None)
    assert (latency.voice_to_voice is None) == (points[0] is None or points[-1] is None)
    assert (latency.time_to_first_audio is None) == (points[2] is None or points[3] is None)


def test_time_to_first_audio_of_typed_text_counts_from_the_typing():
    assert Latency(asked=3.0, first_byte=3.5).time_to_first_audio == pytest.approx(0.5)


def test_an_agent_that_jumps_in_has_negative_latency():
    assert Latency(speech_end=5.0, first_audible=4.75).voice_to_voice == pytest.approx(-0.25)
