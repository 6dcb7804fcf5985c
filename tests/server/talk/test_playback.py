"""What the listener is assumed to have heard, and how audio is cut into messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livekit_nb.server.talk.playback import AssumedPlayback, pieces, seconds_of
from livekit_nb.server.talk.reply import BURST_S, SPEED, Reply


def silence(seconds):
    return bytes(2 * round(24_000 * seconds))


@given(st.integers(1, 200_000), st.text(max_size=200))
def test_pieces_joined_are_the_clause(samples, caption):
    pcm = bytes(2 * samples)
    cut = pieces(pcm, caption)
    assert b"".join(piece for piece, _ in cut) == pcm
    assert "".join(words for _, words in cut) == caption
    assert all(len(piece) <= 7_680 for piece, _ in cut)


@given(st.lists(st.text("abc", min_size=1, max_size=9), min_size=1, max_size=20))
def test_words_are_never_torn(words):
    cut = pieces(silence(2.0), " ".join(words))
    assert "".join(text for _, text in cut).split() == words
    assert [word for _, text in cut for word in text.split()] == words


def test_playback_runs_in_real_time_from_the_first_piece():
    playback = AssumedPlayback()
    assert not playback.playing(10.0)
    playback.sent(silence(1.0), "one ", 10.0)
    playback.sent(silence(1.0), "two ", 10.1)  # much sooner than it is played
    assert playback.ends_at == pytest.approx(12.0)
    assert playback.playing(11.99)
    assert not playback.playing(12.0)
    assert playback.heard_s(10.25) == pytest.approx(0.25)
    assert playback.heard_s(99.0) == pytest.approx(2.0)
    assert playback.heard_text(10.4) == ""
    assert playback.heard_text(10.6) == "one "
    assert playback.heard_text(11.6) == "one two "


def test_a_gap_in_sending_is_a_gap_in_hearing():
    playback = AssumedPlayback()
    playback.sent(silence(1.0), "one ", 10.0)
    assert not playback.playing(12.0)
    playback.sent(silence(1.0), "two ", 15.0)
    assert playback.heard_s(14.0) == pytest.approx(1.0)
    assert playback.ends_at == pytest.approx(16.0)


@given(st.floats(0.2, 30.0), st.floats(0.01, 0.2))
def test_audio_is_never_sent_much_faster_than_agreed_and_all_of_it_is_sent(length, step):
    reply = Reply(1)
    reply.add(silence(length), "words")
    sent, now = 0.0, 50.0
    while reply.producing:
        sent += sum(seconds_of(pcm) for pcm, _ in reply.due(now))
        assert sent <= BURST_S + SPEED * (now - 50.0) + 0.17
        now += step
    assert sent == pytest.approx(length, abs=1e-3)
    assert now - 50.0 <= length / SPEED + step + 1.0
