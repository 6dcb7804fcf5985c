"""Spectrograms of a recording: the right sound at the right place, however long it is."""

import numpy as np
import pytest

from livekit_nb import plots
from livekit_nb.audio.spectrum import hz_of_mel
from livekit_nb.errors import RecordingError
from livekit_nb.recording import Recorder, Recording
from tests.plots.drawing import conversation, overlaps, words
from tests.recording.talks import a_talk, pcm


def tones(seconds, hertz_of, *, rate_hz=16_000):
    """A recording whose microphone hears a tone, of another pitch in each second."""
    clock = [100.0]
    recorder = Recorder(clock=lambda: clock[0])
    t = np.arange(rate_hz) / rate_hz
    for second in range(seconds):
        sound = 0.5 * np.sin(2 * np.pi * hertz_of(second) * t)
        recorder.user_audio(pcm(sound), 100.0 + second)
    clock[0] += seconds
    return recorder.recording


def image_of(axes):
    (image,) = axes.images
    return np.asarray(image.get_array()), image.get_extent()


def loudest_hz(axes, at_s, scale):
    levels, (left, right, low, high) = image_of(axes)
    column = levels[:, int((at_s - left) / (right - left) * levels.shape[1])]
    value = low + (column.argmax() + 0.5) / len(column) * (high - low)
    return hz_of_mel(value) if scale == "mel" else value


@pytest.mark.parametrize("scale", ["mel", "linear"])
def test_tones_are_where_and_when_they_sound(scale):
    figure = plots.spectrogram(tones(4, lambda n: 500.0 * (n + 1)), side="user", scale=scale)
    axes = figure.axes[0]
    for second in range(4):
        found = loudest_hz(axes, second + 0.5, scale)
        assert found == pytest.approx(500.0 * (second + 1), rel=0.06)
    levels, extent = image_of(axes)
    assert extent[:2] == pytest.approx((0.0, 4.0))
    assert levels.shape[1] == 200
    if scale == "linear":
        assert float(levels.max()) == pytest.approx(-9.0 - 3.0, abs=4.0)
    assert not overlaps(figure)


def test_long_sound_is_summarised_in_columns_and_keeps_its_place():
    recording = tones(300, lambda n: 400.0 if n < 150 else 2000.0)
    figure = plots.spectrogram(recording, side="user")
    levels, extent = image_of(figure.axes[0])
    assert levels.shape[1] == 1200
    assert extent[:2] == pytest.approx((0.0, 300.0))
    for at_s, hertz in ((1.0, 400.0), (149.0, 400.0), (151.0, 2000.0), (299.0, 2000.0)):
        assert loudest_hz(figure.axes[0], at_s, "mel") == pytest.approx(hertz, rel=0.06)
    assert figure.axes[0].get_xlabel() == "minutes:seconds"


def test_a_column_is_the_mean_power_of_its_frames():
    recording = tones(60, lambda n: 1000.0)
    whole = image_of(plots.spectrogram(recording, side="user").axes[0])[0]
    part = image_of(plots.spectrogram(recording, side="user", start_s=10, end_s=20).axes[0])[0]
    assert whole.shape[1] == 1200 > part.shape[1] == 500
    assert whole[:, 300].max() == pytest.approx(part[:, 250].max(), abs=0.5)


def test_both_lanes_share_their_colours_and_mark_speech():
    recording = conversation()
    figure = plots.spectrogram(recording)
    user, agent, bar = figure.axes
    assert user.images[0].get_clim() == agent.images[0].get_clim()
    assert bar.get_ylabel() == "level in dB of full scale"
    for axes, side in ((user, "user"), (agent, "agent")):
        (marks,) = axes.collections
        spans = [tuple(segment[:, 0]) for segment in marks.get_segments()]
        assert spans == [pytest.approx((s.start_s, s.end_s)) for s in recording.speech(side)]
    assert user.get_ylabel() == "you: kHz"
    assert not overlaps(figure)
    assert "you: " in figure.alt
    assert "noon" not in figure.alt


def test_the_agent_is_drawn_alone_and_in_part():
    figure = plots.spectrogram(conversation(), side="agent", start_s=2.0, end_s=4.0)
    assert figure.axes[0].get_ylabel() == "agent: kHz"
    assert figure.axes[0].get_xlim() == (2.0, 4.0)
    assert len(figure.axes) == 2


def test_nothing_heard_and_nothing_kept_are_said():
    figure = plots.spectrogram(Recording())
    assert words(figure) == ["no sound", "no sound"]
    assert not overlaps(figure)
    redacted = plots.spectrogram(conversation().redact())
    assert words(redacted) == ["the sound was not kept"] * 2
    assert not redacted.axes[0].images


@pytest.mark.parametrize("wrong", [{"side": "both"}, {"scale": "bark"}])
def test_what_there_is_not_is_refused(wrong):
    with pytest.raises(RecordingError, match="There is no spectrogram"):
        plots.spectrogram(Recording(), **wrong)


def test_a_part_that_does_not_exist_is_refused():
    with pytest.raises(RecordingError, match="nothing to draw"):
        plots.spectrogram(a_talk().user("Hi", 1.0, 2.0).recording(), start_s=50.0)


def paused() -> Recording:
    """Recording is off from 2 s to 5 s; both sides speak then, too."""
    talk = a_talk().user("Hello?", 0.5, 1.5)
    talk._at(2.0, lambda recorder: recorder.record(False))
    talk.user("A secret", 2.5, 3.2).agent(3.6, 4.6, "I see")
    talk._at(5.0, lambda recorder: recorder.record(True))
    return talk.user("Bye", 5.5, 6.5).agent(7.0, 8.0, "Bye").until(9.0).recording()


def test_sound_that_was_not_kept_is_no_silence():
    (off,) = paused().unrecorded
    figure = plots.spectrogram(paused())
    for axes in figure.axes[:2]:
        levels = axes.images[0].get_array()
        start_s, end_s, _, _ = axes.images[0].get_extent()
        at_s = start_s + (np.arange(levels.shape[1]) + 0.5) * (end_s - start_s) / levels.shape[1]
        hidden = np.ma.getmaskarray(np.ma.masked_invalid(levels)).all(axis=0)
        assert list(hidden) == list((at_s >= off.start_s) & (at_s < off.end_s))
        (span,) = [patch for patch in axes.patches if patch.get_hatch()]
        assert (span.get_x(), span.get_x() + span.get_width()) == (off.start_s, off.end_s)
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["sound not kept"]
    assert f"The sound of {off.duration_s:.1f} seconds was not kept." in figure.alt
    before = plots.spectrogram(paused(), end_s=1.9)
    assert not before.legends
    assert "not kept" not in before.alt
    within = plots.spectrogram(paused(), start_s=2.1, end_s=4.9)
    assert words(within) == ["the sound was not kept"] * 2
    assert not within.axes[0].images
