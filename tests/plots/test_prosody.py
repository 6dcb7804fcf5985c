"""Pitch, loudness and pace of turns: the table, and what is drawn of it."""

import numpy as np
import pytest

from livekit_nb import plots
from livekit_nb.audio.tone import tone_of
from livekit_nb.plots.melody import words_in
from livekit_nb.recording import Recording
from tests import speech
from tests.plots.drawing import conversation, overlaps, words
from tests.plots.test_spectrogram import paused
from tests.recording import talks
from tests.recording.talks import a_talk


def rows_of(figure, side):
    return [row for row in figure.table.rows() if row["side"] == side]


def test_each_side_of_each_turn_has_its_pitch_level_and_pace():
    talk = a_talk().user("What time is it now, please?", 1.0, 3.0).agent(3.5, 5.5, "It is noon.")
    talk.user("", 7.0, 8.0)  # no caption
    figure = plots.prosody(talk.recording())
    said, unknown = rows_of(figure, "user")
    (answer,) = rows_of(figure, "agent")
    assert (said["turn"], answer["turn"], unknown["turn"]) == (0, 0, 1)
    assert said["pitch_hz"] == pytest.approx(140.0, rel=0.01)  # as the talk's voices are made
    assert answer["pitch_hz"] == pytest.approx(210.0, rel=0.01)
    assert said["range_semitones"] < 0.5
    assert said["speech_s"] == pytest.approx(2.0, abs=0.05)
    assert said["words"] == 6
    assert said["words_per_min"] == pytest.approx(60 * 6 / said["speech_s"])
    assert answer["words_per_min"] == pytest.approx(60 * 3 / answer["speech_s"])
    assert unknown["words"] is None
    assert unknown["words_per_min"] is None
    assert unknown["syllables_per_s"] is None
    assert said["voiced"] > 0.9
    assert -40.0 < said["level_dbfs"] < -10.0


def test_a_recording_tells_of_the_user_what_the_server_measured(monkeypatch):
    said, text = speech.samples("convert"), speech.SENTENCES["convert"]
    end_s = 1.0 + len(said) / speech.RATE_HZ
    monkeypatch.setattr(talks, "voice", lambda *_: said.astype(float))
    recording = a_talk().user(text, 1.0, end_s).recording()
    (row,) = rows_of(plots.prosody(recording), "user")
    heard, rate_hz = recording.user_audio(0.75, end_s + 0.25)  # as the server cuts it out
    tone = tone_of(heard, rate_hz, text)
    assert tone is not None
    assert row["pitch_hz"] == pytest.approx(tone.pitch_hz, rel=0.02)
    assert row["low_hz"] == pytest.approx(tone.low_hz, rel=0.05)
    assert row["high_hz"] == pytest.approx(tone.high_hz, rel=0.05)
    assert row["level_dbfs"] == pytest.approx(tone.level_dbfs, abs=0.5)
    assert row["syllables_per_s"] == pytest.approx(tone.syllables_per_s, rel=0.05)
    assert row["voiced"] == pytest.approx(tone.voiced, abs=0.08)


def test_the_level_is_that_of_the_sound():
    recording = conversation()
    row = rows_of(plots.prosody(recording), "user")[0]
    sound, _ = recording.user_audio(row["start_s"], row["end_s"])
    assert row["level_dbfs"] == pytest.approx(10 * np.log10(np.square(sound).mean()), abs=0.05)


def test_moments_and_medians_are_drawn_where_they_are():
    recording = conversation()
    figure = plots.prosody(recording)
    tones, levels, paces = figure.axes
    (dots,) = [line for line in tones.lines if line.get_label() == "moments of user"]
    times, hertz = (np.asarray(values) for values in (dots.get_xdata(), dots.get_ydata()))
    spoken = [(row["start_s"], row["end_s"]) for row in rows_of(figure, "user")]
    assert all(any(start <= t <= end for start, end in spoken) for t in times)
    assert hertz[np.isfinite(hertz)] == pytest.approx(140.0, rel=0.02)
    assert tones.get_yscale() == "log"
    assert [axes.get_ylabel() for axes in figure.axes] == [
        "pitch in Hz",
        "level in dBFS",
        "words/min",
    ]
    lines = [path.vertices for marks in tones.collections for path in marks.get_paths()]
    assert sorted(float(line[0, 0]) for line in lines) == pytest.approx(
        sorted(row["start_s"] for row in figure.table.rows())
    )
    assert levels.get_ylim()[1] <= 0.0
    assert paces.get_ylim()[0] == 0.0
    assert f"{rows_of(figure, 'user')[0]['pitch_hz']:.0f} Hz" in words(figure)
    assert not overlaps(figure)


def test_a_long_recording_has_bars_and_no_moments():
    talk = a_talk()
    for number in range(15):
        start = 1.0 + 24 * number
        talk.user("What time is it?", start, start + 2).agent(start + 2.6, start + 7, "It is noon.")
    figure = plots.prosody(talk.recording())
    assert not [line for line in figure.axes[0].lines if line.get_label().startswith("moments")]
    assert words(figure) == []
    assert len(figure.table) == 30
    assert figure.axes[2].get_xlabel() == "minutes:seconds"
    assert not overlaps(figure)


def test_a_part_has_the_turns_of_that_part():
    figure = plots.prosody(conversation(), start_s=5.5, end_s=10.0)
    assert {row["turn"] for row in figure.table.rows()} == {1}
    assert figure.axes[0].get_xlim() == (5.5, 10.0)


def test_typed_silent_and_redacted_turns():
    typed = a_talk().typed("Hello $x_1^{", 1.0).agent(2.0, 3.0, "\u4f60\u597d").recording()
    figure = plots.prosody(typed)
    (row,) = figure.table.rows()
    assert row["side"] == "agent"
    assert row["words"] is None
    assert "pace unknown" in [text.get_text() for text in figure.legends[0].get_texts()]
    assert not overlaps(figure)

    empty = plots.prosody(Recording())
    assert words(empty) == ["nothing was said"]
    assert "Nothing was said." in empty.alt
    assert not overlaps(empty)

    redacted = plots.prosody(conversation().redact())
    assert "the sound was not kept" in words(redacted)
    assert all(row["pitch_hz"] is None for row in redacted.table.rows())
    assert all(row["level_dbfs"] is None for row in redacted.table.rows())
    assert "unknown" in redacted.alt
    assert not overlaps(redacted)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It is noon.", 3),
        ("well — yes\nit's  21 degrees!", 5),
        ("", None),
        (" … ", None),
        ("你好世界", None),
        ("\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35", None),
        ("안녕 하세요", 2),
        ("\U0001f642 ok", 1),
    ],
)
def test_words_are_counted_where_writing_parts_them(text, count):
    assert words_in(text) == count


def test_stretches_that_were_not_kept_are_dotted_and_told():
    (off,) = paused().unrecorded
    figure = plots.prosody(paused())
    for axes in figure.axes:
        (span,) = [patch for patch in axes.patches if patch.get_hatch()]
        assert (span.get_x(), span.get_x() + span.get_width()) == (off.start_s, off.end_s)
    assert "sound not kept" in [text.get_text() for text in figure.legends[0].get_texts()]
    assert figure.alt.endswith(f"The sound of {off.duration_s:.1f} seconds was not kept.")
    within = plots.prosody(paused(), start_s=2.1, end_s=4.9)
    assert "the sound was not kept" in words(within)
    silent = plots.prosody(a_talk().user("Hi", 1.0, 2.0).recording().redact(text=False))
    assert silent.axes[1].get_ylim() == (-60.0, 0.0)
    assert not overlaps(figure)


def test_of_a_turn_that_was_kept_in_part_that_part_is_measured():
    first, last = rows_of(plots.prosody(paused()), "user")
    assert first["speech_s"] == pytest.approx(1.73, abs=0.05)
    assert first["level_dbfs"] == pytest.approx(last["level_dbfs"], abs=0.3)
    assert (first["words"], last["words"]) == (None, 1)
    (unheard, _) = rows_of(plots.prosody(paused()), "agent")
    assert [unheard[name] for name in ("level_dbfs", "pitch_hz", "words")] == [None] * 3
