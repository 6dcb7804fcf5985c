from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livekit_nb.recording.tracks import PEAK_STEP_S, Lane, Track

RATE_HZ = 16_000


def ramp(count: int, first: int = 1) -> np.ndarray:
    return (np.arange(first, first + count) % 30_000).astype(np.int16)


def test_what_is_written_is_read_and_the_rest_is_silence():
    track = Track(RATE_HZ, limit_s=60)
    track.write(5 * RATE_HZ, ramp(320))
    assert track.length == 5 * RATE_HZ + 320
    assert track.end_s == pytest.approx(5.02)
    around = track.read(5 * RATE_HZ - 10, 5 * RATE_HZ + 330)
    assert around[:10].tolist() == [0] * 10
    assert around[10:330].tolist() == ramp(320).tolist()
    assert around[330:].tolist() == [0] * 10


@given(st.lists(st.tuples(st.integers(-50, 700_000), st.integers(0, 3000)), max_size=12))
def test_reading_equals_a_flat_array(writes):
    track = Track(RATE_HZ, limit_s=40)
    flat = np.zeros(40 * RATE_HZ, dtype=np.int16)
    wanted = 0
    for first, count in writes:
        samples = ramp(count, first + 100)
        track.write(first, samples)
        low, high = max(first, 0), min(first + count, len(flat))
        if high > low:
            flat[low:high] = samples[low - first : high - first]
        wanted += count - max(0, high - low)
    assert track.dropped == wanted
    assert np.array_equal(track.read(0, len(flat)), flat)


def test_sound_beyond_the_limit_is_dropped_and_counted():
    track = Track(RATE_HZ, limit_s=1)
    track.write(RATE_HZ - 100, ramp(320))
    track.write(RATE_HZ * 5, ramp(320))
    assert track.length == RATE_HZ
    assert track.dropped == 220 + 320


def test_peaks_are_those_of_the_samples_however_they_came():
    rng = np.random.default_rng(0)
    sound = rng.integers(-32768, 32768, RATE_HZ * 2).astype(np.int16)
    track = Track(RATE_HZ, limit_s=60)
    first = 0
    while first < len(sound):
        count = int(rng.integers(1, 900))
        track.write(first, sound[first : first + count])
        first += count
    wanted = np.abs(sound.astype(np.int32)).reshape(-1, 320).max(axis=1) / 32768
    assert track.peaks() == pytest.approx(wanted.tolist())


@given(st.lists(st.tuples(st.integers(0, 400_000), st.integers(1, 3000), st.booleans())))
def test_peaks_are_true_whenever_one_looks(writes):
    track = Track(RATE_HZ, limit_s=30)
    for first, count, look in writes:
        track.write(first, ramp(count, first + 100))
        if look:
            track.peaks()
    sound = track.read(0, track.length)
    whole = len(sound) // 320
    wanted = np.abs(sound.astype(np.int32))
    tops = wanted[: whole * 320].reshape(-1, 320).max(axis=1) / 32768
    assert track.peaks() == tops.tolist()
    rest = wanted[whole * 320 :]
    assert track.all_peaks().tolist() == [*tops, *([rest.max() / 32768] if len(rest) else [])]


def test_peaks_come_once_each_and_only_when_complete():
    track = Track(RATE_HZ, limit_s=60)
    seen: list[float] = []
    for _ in range(10):
        track.write(track.length, np.full(500, 16384, dtype=np.int16))
        seen += track.peaks(len(seen))
        assert len(seen) == track.length // round(PEAK_STEP_S * RATE_HZ)
    assert seen == [0.5] * (5000 // 320)
    assert track.peaks(len(seen)) == []
    assert track.peaks(10_000) == []


def place_all(stamps_s, frame=320, tolerance_s=0.04):
    """Place frames of a continuous ramp by their stamps; return the track and the places."""
    track = Track(RATE_HZ, limit_s=600)
    lane = Lane(track, tolerance_s)
    places = [lane.place(ramp(frame, 1 + n * frame), stamp) for n, stamp in enumerate(stamps_s)]
    return track, places


def test_jitter_leaves_no_seam():
    rng = np.random.default_rng(3)
    stamps = 1.0 + np.arange(200) * 0.02 + rng.uniform(-0.018, 0.018, 200)
    stamps[0] = 1.0
    track, _ = place_all(stamps)
    assert track.read(RATE_HZ, RATE_HZ + 64_000).tolist() == ramp(64_000).tolist()


def test_a_single_late_stamp_within_40_ms_is_absorbed():
    stamps = np.arange(50) * 0.02
    stamps[20] += 0.039
    stamps[30] -= 0.039
    track, _ = place_all(stamps)
    assert track.read(0, 16_000).tolist() == ramp(16_000).tolist()


def test_a_real_gap_becomes_silence():
    stamps = np.arange(20) * 0.02
    stamps[10:] += 0.3
    track, places = place_all(stamps)
    assert places[10][0] - places[9][1] == pytest.approx(0.3 * RATE_HZ, abs=2)
    assert not track.read(places[9][1], places[10][0]).any()


def test_going_back_in_time_never_overwrites():
    track, places = place_all([1.0, 1.02, 0.2, 0.22])
    assert [first for first, _ in places] == sorted(first for first, _ in places)
    assert all(after[0] >= before[1] for before, after in pairwise(places))
    assert track.read(RATE_HZ, RATE_HZ + 640).tolist() == ramp(640).tolist()


@pytest.mark.parametrize("drift", [-300e-6, 300e-6])
def test_drifting_clocks_are_followed_without_gaps(drift):
    count = 15_000  # five minutes: 90 ms of drift in all
    stamps = np.arange(count) * 0.02 * (1 + drift)
    track = Track(RATE_HZ, limit_s=600)
    lane = Lane(track, 0.04)
    quiet = np.full(320, 1000, dtype=np.int16)
    ends = [lane.place(quiet, stamp) for stamp in stamps]
    assert ends[-1][0] / RATE_HZ == pytest.approx(stamps[-1], abs=0.008)
    assert (track.read(0, track.length) == 1000).all()


def test_sound_before_the_recording_started_is_cut():
    track = Track(RATE_HZ, limit_s=10)
    Lane(track, 0.04).place(ramp(320), -0.01)
    assert track.length == 160
    assert track.dropped == 160
    assert track.read(0, 160).tolist() == ramp(160, 161).tolist()


def test_nothing_to_place_moves_nothing():
    track = Track(RATE_HZ, limit_s=10)
    lane = Lane(track, 0.04)
    lane.place(ramp(320), 0.0)
    assert lane.place(ramp(0), 0.02) == (320, 320)
    assert track.length == 320
