"""Scores of timelines made by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from livekit_nb.lab.duplex.scoring import answer, barge_in, hold, patient
from livekit_nb.lab.duplex.timeline import Span, Timeline


def timeline(
    user: list[tuple[float, float]], agent: list[tuple[float, float]], end_s: float = 20.0
) -> Timeline:
    return Timeline(
        tuple(Span(*one) for one in user), tuple(Span(*one) for one in agent), end_s=end_s
    )


class TestPause:
    def test_who_waits_and_answers_is_patient(self) -> None:
        score = patient(timeline([(1.0, 4.0)], [(4.3, 6.0)]))
        assert not score.takeover
        assert not score.cut_in
        assert score.answered
        assert score.latency_s == pytest.approx(0.3)

    def test_a_second_of_voice_before_the_end_is_a_takeover(self) -> None:
        score = patient(timeline([(1.0, 4.0)], [(2.0, 2.4), (2.6, 3.0), (4.5, 6.0)]))
        assert score.takeover
        assert score.cut_in
        assert score.latency_s == pytest.approx(0.5)

    def test_less_is_none_but_cuts_in(self) -> None:
        score = patient(timeline([(1.0, 4.0)], [(2.0, 2.9), (4.5, 6.0)]))
        assert not score.takeover
        assert score.cut_in
        assert score.answered

    def test_only_what_lies_before_the_end_counts(self) -> None:
        # 0.5 s of it are over the user's speech, as the published recordings end there.
        score = patient(timeline([(1.0, 4.0)], [(3.5, 9.0)]))
        assert not score.takeover
        assert score.cut_in

    def test_a_voice_that_runs_on_over_the_end_has_answered_a_part_only(self) -> None:
        score = patient(timeline([(1.0, 4.0)], [(3.5, 9.0)]))
        assert not score.answered
        assert score.latency_s is None

    def test_nobody_answers(self) -> None:
        score = patient(timeline([(1.0, 4.0)], []))
        assert not score.answered
        assert score.latency_s is None


class TestTurn:
    def test_latency_is_from_the_last_sound_to_the_first(self) -> None:
        score = answer(timeline([(0.5, 2.0)], [(2.25, 3.5)]))
        assert score.takeover
        assert score.latency_s == pytest.approx(0.25)

    def test_latency_is_not_less_than_nothing(self) -> None:
        score = answer(timeline([(0.5, 2.0)], [(1.8, 3.5)]))
        assert score.early
        assert score.latency_s == 0.0

    def test_a_grunt_is_no_takeover(self) -> None:
        score = answer(timeline([(0.5, 2.0)], [(2.2, 2.9)]))
        assert not score.takeover
        assert score.answered
        assert score.latency_s == pytest.approx(0.2)

    def test_nobody_answers(self) -> None:
        score = answer(timeline([(0.5, 2.0)], [(2.2, 2.3)]))
        assert not score.answered
        assert score.latency_s is None

    def test_four_words_are_a_takeover_however_quickly_they_are_said(self) -> None:
        said = replace(timeline([(0.5, 2.0)], [(2.2, 2.9)]), words=((Span(2.2, 2.9), 4),))
        assert answer(said).takeover
        assert not answer(replace(said, words=((Span(2.2, 2.9), 3),))).takeover

    def test_an_answer_that_is_cut_by_the_end_of_listening_counts(self) -> None:
        assert answer(timeline([(0.5, 2.0)], [(2.2, 2.9)], end_s=2.95)).takeover

    def test_what_came_before_is_of_no_interest(self) -> None:
        score = answer(timeline([(0.5, 1.0), (6.0, 7.0)], [(1.2, 5.0), (7.4, 9.0)]))
        assert score.latency_s == pytest.approx(0.4)
        assert not score.early


class TestBargeIn:
    def test_stops_and_answers(self) -> None:
        score = barge_in(timeline([(0.5, 1.0), (4.0, 6.0)], [(1.3, 3.0), (3.4, 4.2), (6.5, 8.0)]))
        assert score.spoke
        assert score.stop_s == pytest.approx(0.2)
        assert score.takeover
        assert score.response_s == pytest.approx(0.5)

    def test_a_gap_of_half_a_second_in_its_voice_is_no_stop(self) -> None:
        score = barge_in(timeline([(4.0, 6.0)], [(1.0, 4.2), (4.7, 9.0)]))
        assert score.stop_s is None
        assert not score.takeover

    def test_who_does_not_stop_may_still_answer_later(self) -> None:
        score = barge_in(timeline([(4.0, 6.0)], [(1.0, 7.0), (8.0, 9.5)]))
        assert score.stop_s is None
        assert score.takeover
        assert score.response_s == pytest.approx(2.0)

    def test_there_was_nothing_to_stop(self) -> None:
        assert not barge_in(timeline([(4.0, 6.0)], [(1.0, 3.9), (6.2, 8.0)])).spoke


class TestHold:
    def test_goes_on(self) -> None:
        score = hold(timeline([(4.0, 4.4)], [(1.0, 4.3), (4.7, 9.0)]), 4.0, 4.4)
        assert score.held
        assert score.resumed
        assert score.silent_s == 0.0

    def test_breaks_off_and_takes_it_up_again(self) -> None:
        score = hold(timeline([(4.0, 4.4)], [(1.0, 4.2), (5.2, 9.0)]), 4.0, 4.4)
        assert not score.held
        assert score.resumed
        assert score.silent_s == pytest.approx(1.0)

    def test_breaks_off_for_good(self) -> None:
        score = hold(timeline([(4.0, 4.4)], [(1.0, 4.2)], end_s=9.0), 4.0, 4.4)
        assert not score.resumed
        assert score.silent_s == pytest.approx(4.8)

    def test_too_late_is_no_resuming(self) -> None:
        assert not hold(timeline([(4.0, 4.4)], [(1.0, 4.2), (7.5, 9.0)]), 4.0, 4.4).resumed

    def test_had_nothing_to_hold(self) -> None:
        assert not hold(timeline([(4.0, 4.4)], [(1.0, 3.0)]), 4.0, 4.4).spoke
