"""Stretches of voice."""

from __future__ import annotations

import numpy as np
import pytest

from livekit_nb.lab.duplex.timeline import Span, heard, merged, within
from tests import speech


def test_short_gaps_are_bridged() -> None:
    spans = [Span(2.0, 3.0), Span(0.0, 1.0), Span(1.4, 1.8)]
    assert merged(spans, 0.4) == [Span(0.0, 3.0)]
    assert merged(spans, 0.3) == [Span(0.0, 1.0), Span(1.4, 3.0)]


def test_spans_are_cut_at_the_borders() -> None:
    spans = [Span(0.0, 1.0), Span(2.0, 4.0), Span(5.0, 6.0)]
    assert within(spans, 0.5, 3.0) == [Span(0.5, 1.0), Span(2.0, 3.0)]
    assert within(spans, 5.5) == [Span(5.5, 6.0)]


def test_a_voice_is_found_where_it_is_and_silence_is_none() -> None:
    voice = speech.samples("hello")
    audible = np.flatnonzero(np.abs(voice) > 0.01)
    before = np.zeros(2 * speech.RATE_HZ, np.float32)
    found = heard(np.concatenate([before, voice, before]), speech.RATE_HZ)
    assert found[0].start_s == pytest.approx(2.0 + audible[0] / speech.RATE_HZ, abs=0.06)
    assert found[-1].end_s == pytest.approx(2.0 + audible[-1] / speech.RATE_HZ, abs=0.1)
    assert heard(before, speech.RATE_HZ) == ()
