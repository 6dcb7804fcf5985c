"""What is drawn: recordings, what has one, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

import livekit_nb as live
from livekit_nb import plots
from livekit_nb.errors import RecordingError
from tests.plots.drawing import conversation

ALL = [getattr(plots, name) for name in plots.__all__ if name not in {"Picture", "draw"}]
PARTS = [plots.timeline, plots.spectrogram, plots.prosody, plots.alt_text]


def test_all_pictures_are_looked_at():
    assert len(ALL) == 9


@pytest.mark.parametrize("draw", ALL)
@pytest.mark.parametrize(
    ("subject", "hint"),
    [
        (None, "None. Where it comes from"),
        ("talk.liverec", r"live\.load\(path\)"),
        (Path("talk.liverec"), r"live\.load\(path\)"),
        ([conversation()], r"put a \* before it"),
        (conversation().turns, r"put a \* before it"),
        (7, "type int"),
        (object(), r"type object\..*session\.recording"),
    ],
)
def test_what_is_no_recording_is_told_with_the_remedy(draw, subject, hint):
    with pytest.raises(RecordingError, match=hint):
        draw(subject)


@pytest.mark.parametrize("draw", ALL)
def test_what_has_a_recording_stands_for_it(draw):
    player = live.Player(conversation())
    try:
        drawn, own = draw(player), draw(conversation())
    finally:
        player.close()
    assert getattr(drawn, "alt", drawn) == getattr(own, "alt", own)


def test_a_studio_before_the_first_conversation_has_nothing_yet():
    studio = live.Studio(endpoint="local")
    try:
        texts = [text.get_text() for text in plots.timeline(studio).axes[0].texts]
    finally:
        studio.close()
    assert texts == ["nothing recorded yet"]


@pytest.mark.parametrize("draw", PARTS)
def test_a_time_that_is_none_is_refused(draw):
    for given in ({"start_s": "1"}, {"end_s": [2]}, {"start_s": True}):
        with pytest.raises(RecordingError, match=f"{next(iter(given))} is a time in seconds"):
            draw(conversation(), **given)
    with pytest.raises(RecordingError, match="nothing to draw"):
        draw(conversation(), start_s=float("nan"))


def test_numbers_that_are_none_are_refused():
    for limit in ("3", None, 2.5, 0):
        with pytest.raises(RecordingError, match="limit is 1 to"):
            plots.latency(conversation(), limit=limit)
    for width in ("50", None, float("nan")):
        with pytest.raises(RecordingError, match="Bins are 5 to 1000 ms wide"):
            plots.floor_transfer(conversation(), bin_ms=width)
