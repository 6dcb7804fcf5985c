from __future__ import annotations

import pytest

from livekit_nb.browser.playback import MAX_PENDING_S, PlaybackLedger, PlaybackReport
from tests.browser.pages import Heard, pcm


def report(
    first: int, played: int, *, ended: bool = False, cleared: bool = False, start_s: float = 10.0
) -> PlaybackReport:
    return PlaybackReport(1, ended, first, played, start_s, cleared, 0)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def ledger(heard: Heard) -> PlaybackLedger:
    return PlaybackLedger(heard)


def test_reports_become_pieces_that_join_without_gap(ledger: PlaybackLedger, heard: Heard) -> None:
    ledger.hand(pcm(2400))
    ledger.hand(pcm(2400, 2400))
    ledger.report(report(0, 0))
    ledger.report(report(0, 1200))
    ledger.report(report(0, 3600))
    ledger.turn_complete()
    ledger.report(report(0, 4800, ended=True))
    assert heard.sound == pcm(4800)
    assert [start_s for _, start_s in heard.pieces] == pytest.approx([10.0, 10.05, 10.15])
    assert heard.ends == [(pytest.approx(0.2), False)]


def test_the_same_report_twice_counts_once(ledger: PlaybackLedger, heard: Heard) -> None:
    ledger.hand(pcm(2400))
    ledger.report(report(0, 1200))
    ledger.report(report(0, 1200))
    assert heard.sound == pcm(1200)


def test_a_turn_that_is_told_complete_after_it_was_heard(
    ledger: PlaybackLedger, heard: Heard
) -> None:
    ledger.hand(pcm(480))
    ledger.report(report(0, 480, ended=True))
    assert heard.ends == []
    ledger.turn_complete()
    assert heard.ends == [(pytest.approx(0.02), False)]


def test_a_barge_in_ends_the_turn_where_it_was_silenced(
    ledger: PlaybackLedger, heard: Heard
) -> None:
    ledger.hand(pcm(24000))
    ledger.report(report(0, 2400))
    ledger.clear()
    ledger.turn_complete()  # the service says so after every interruption
    ledger.report(report(0, 4800, ended=True, cleared=True))
    assert heard.sound == pcm(4800)
    assert heard.ends == [(pytest.approx(0.2), True)]
    assert ledger.unsent_from(ledger.handed) == b""


def test_what_follows_a_barge_in_is_numbered_after_what_was_dropped(
    ledger: PlaybackLedger, heard: Heard
) -> None:
    ledger.hand(pcm(24000))
    ledger.clear()
    ledger.hand(pcm(480, 5000))
    ledger.report(report(0, 0, ended=True, cleared=True))
    ledger.report(report(24000, 480, ended=True, start_s=20.0))
    assert heard.pieces == [(pcm(480, 5000), 20.0)]
    ledger.turn_complete()
    assert heard.ends == [(pytest.approx(0.02), False)]


def test_the_page_that_obeys_a_barge_in_late_takes_nothing_from_the_next_reply(
    ledger: PlaybackLedger, heard: Heard
) -> None:
    ledger.hand(pcm(24000))
    ledger.report(report(0, 2400))
    ledger.clear()
    ledger.hand(pcm(4800))
    ledger.turn_complete()
    ledger.report(report(0, 2640, ended=True, cleared=True))
    assert heard.ends == [], "there is a reply that nobody has heard yet"
    ledger.report(report(24000, 4800, ended=True))
    assert heard.ends == [(pytest.approx(0.2), False)]


def test_of_two_barge_ins_the_last_one_ends_it(ledger: PlaybackLedger, heard: Heard) -> None:
    for _ in range(2):
        ledger.hand(pcm(2400))
        ledger.clear()
    ledger.report(report(0, 240, ended=True, cleared=True))
    assert heard.ends == []
    ledger.report(report(4800, 0, ended=True, cleared=True))
    assert heard.ends == [(0.0, True)]


def test_a_report_on_its_way_while_clearing_still_counts(
    ledger: PlaybackLedger, heard: Heard
) -> None:
    ledger.hand(pcm(9600))
    ledger.clear()
    ledger.report(report(0, 2400))
    ledger.report(report(0, 3000, ended=True, cleared=True))
    assert heard.sound == pcm(3000)
    assert heard.ends == [(pytest.approx(0.125), True)]


def test_positions_count_from_the_start_of_each_turn(ledger: PlaybackLedger, heard: Heard) -> None:
    for first in (0, 2400):
        ledger.hand(pcm(2400))
        ledger.turn_complete()
        ledger.report(report(first, 2400, ended=True))
    assert heard.ends == [(pytest.approx(0.1), False)] * 2


def test_a_turn_without_sound_has_no_end_to_tell(ledger: PlaybackLedger, heard: Heard) -> None:
    ledger.turn_complete()
    ledger.clear()
    ledger.report(report(0, 0, ended=True, cleared=True))
    assert heard.ends == []


def test_a_page_cannot_have_heard_more_than_it_was_given(
    ledger: PlaybackLedger, heard: Heard
) -> None:
    ledger.hand(pcm(480))
    ledger.report(report(0, 10**9))
    ledger.report(report(10**12, 5))
    assert heard.sound == pcm(480)


def test_what_was_skipped_is_not_heard(ledger: PlaybackLedger, heard: Heard) -> None:
    ledger.hand(pcm(960))
    ledger.report(report(480, 480, ended=True))
    assert heard.sound == pcm(480, 480)


def test_five_minutes_wait_and_no_more(ledger: PlaybackLedger) -> None:
    minute = bytes(60 * 24000 * 2)
    assert all(ledger.hand(minute) for _ in range(MAX_PENDING_S // 60))
    assert not ledger.hand(pcm(480))
    assert ledger.refused == 480


def test_a_page_that_comes_back_gets_what_it_lacks(ledger: PlaybackLedger) -> None:
    ledger.hand(pcm(4800))
    ledger.report(report(0, 1200))
    assert ledger.unsent_from(2400) == pcm(2400, 2400)
    assert ledger.unsent_from(4800) == b""
    assert ledger.unsent_from(600) is None
    assert ledger.unsent_from(9999) is None


def test_with_the_page_its_unheard_audio_is_lost(ledger: PlaybackLedger, heard: Heard) -> None:
    ledger.hand(pcm(4800))
    ledger.report(report(0, 1200))
    ledger.lost()
    assert heard.ends == [(pytest.approx(0.05), True)]
    ledger.lost()
    assert len(heard.ends) == 1
    ledger.hand(pcm(480))
    ledger.report(report(0, 480))
    assert heard.sound[-960:] == pcm(480)
