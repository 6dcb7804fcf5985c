"""Speech that the transcript has no words for."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from livekit_nb.audio.activity import Segment
from livekit_nb.recording.diagnosis.echo import find_echoes
from livekit_nb.recording.diagnosis.evidence import Evidence
from livekit_nb.recording.diagnosis.finding import Finding
from livekit_nb.recording.diagnosis.voicing import voiced_s
from livekit_nb.recording.events import Event

__all__ = ["missed_words"]

PACE_PER_S: Final = 13.0
"""Letters and spaces a second that people speak: English has 150 to 190 words a minute, about 5
letters and a space each (Tauroza and Allison 1990, https://doi.org/10.1093/applin/11.1.90). After
a few utterances the speaker's own pace is known."""

_PACES: Final = (8.0, 18.0)  # nobody is believed to be slower or faster
_PACED: Final = 3  # utterances from which a pace is known

COVERED: Final = 0.4
"""Share of a stretch that its words must fill at that pace. Slow speakers with pauses fill half."""

LEAST_S: Final = 1.2
"""So much speech must be without words to be told of: three or four of them."""

_PAUSE_S: Final = 1.0  # longer pauses divide stretches
_LONGEST_S: Final = 60.0
_VOICED: Final = 0.3  # share of speech that has a pitch, at least; of words it is a half or more
_LAG_S: Final = 0.2  # a caption is of something that began so long before
_LATE_S: Final = 10.0
_CLOSING_S: Final = 2.0  # what is said in the moment in which it ends is not understood any more
_LOGOGRAM: Final = 3.0  # letters that one of the Han characters, kana or Hangul counts as


def missed_words(evidence: Evidence) -> Iterator[Finding]:
    """Find stretches of the user's speech with no words, or far too few.

    A caption that comes late, or tells of two stretches at once, counts for the earlier ones too.
    Sounds without a pitch and the agent's echo are nobody's words. Nothing is said of a recording
    without any caption: transcription may be off.
    """
    captions = _captions(evidence)
    if not any(_letters(str(event.data.get("text", ""))) for event in captions):
        return
    stretches = _stretches(evidence)
    own = _assigned(stretches, captions)
    pace = _pace(stretches, own)
    spare_s, spare_since_s = 0.0, 0.0  # words beyond what later stretches need
    found: list[Finding] = []
    for (start_s, sounds), letters in zip(reversed(stretches), reversed(own), strict=True):
        if spare_since_s - sounds[-1].end_s > _LATE_S:
            spare_s = 0.0
        spare_since_s = start_s
        spoken_s = _spoken_s(sounds)
        told_s = letters / pace
        have_s = told_s + spare_s
        missing_s = spoken_s - have_s
        if have_s >= COVERED * spoken_s or missing_s < LEAST_S:
            spare_s = max(0.0, have_s - spoken_s)
            continue
        spare_s = 0.0
        if not _is_speech(evidence, sounds):
            continue
        what = "has no words" if not letters else f"has words for {told_s:.1f} s"
        found.append(
            Finding(
                "missed_words",
                start_s,
                sounds[-1].end_s,
                evidence.turn_at(start_s),
                f"{spoken_s:.1f} s of speech: the transcript {what}.",
                "Transcripts are no evidence of what was said: listen to the recording there. "
                "Say which language it is (`languages=`), speak nearer to the microphone, and "
                "see whether sound was lost at that time.",
                round(missing_s, 3),
            )
        )
    yield from reversed(found)


def _pace(stretches: Sequence[tuple[float, Sequence[Segment]]], letters: Sequence[float]) -> float:
    """How many letters a second this user speaks."""
    paces = [
        count / _spoken_s(sounds)
        for (_, sounds), count in zip(stretches, letters, strict=True)
        if count and _spoken_s(sounds) >= _PAUSE_S
    ]
    if len(paces) < _PACED:
        return PACE_PER_S
    return min(max(float(np.median(paces)), _PACES[0]), _PACES[1])


def _spoken_s(sounds: Sequence[Segment]) -> float:
    return sum(sound.duration_s for sound in sounds)


def _captions(evidence: Evidence) -> list[Event]:
    """Return captions that stayed: an interim one is replaced by the next."""
    captions = evidence.told("caption.user")
    return [
        caption
        for caption, following in pairwise([*captions, None])
        if caption is not None and (caption.data.get("final", True) or following is None)
    ]


def _stretches(evidence: Evidence) -> list[tuple[float, list[Segment]]]:
    """Group speech into stretches between longer pauses; what the service never got is none."""
    ready = evidence.told("session.ready")
    ready_s = ready[0].t if ready else 0.0
    ended = evidence.told("session.closed")
    until_s = ended[-1].t if ended else evidence.duration_s
    stretches: list[tuple[float, list[Segment]]] = []
    for sound in evidence.speech:
        if sound.start_s < ready_s or sound.end_s > until_s - _CLOSING_S:
            continue
        if not evidence.kept(sound.start_s, sound.end_s):
            continue
        last = stretches[-1][1] if stretches else []
        if (
            last
            and sound.start_s - last[-1].end_s <= _PAUSE_S
            and sound.end_s - last[0].start_s <= _LONGEST_S
        ):
            last.append(sound)
        else:
            stretches.append((sound.start_s, [sound]))
    return stretches


def _assigned(
    stretches: Sequence[tuple[float, Sequence[Segment]]], captions: Sequence[Event]
) -> list[float]:
    """Count the letters of each stretch's captions: those that came after it began."""
    letters = [0.0] * len(stretches)
    number = -1
    for caption in captions:
        while number + 1 < len(stretches) and stretches[number + 1][0] + _LAG_S <= caption.t:
            number += 1
        if number >= 0:
            letters[number] += _letters(str(caption.data.get("text", "")))
    return letters


def _is_speech(evidence: Evidence, sounds: Sequence[Segment]) -> bool:
    """Whether a stretch is somebody's voice, and not the agent's echo."""
    start_s, end_s = sounds[0].start_s, sounds[-1].end_s
    if evidence.duration_s - end_s < _LATE_S and not evidence.told("session.closed"):
        return False  # its caption may still come
    spoken_s = _spoken_s(sounds)
    for echo in find_echoes(evidence):
        if echo.start_s - 1.0 <= start_s <= echo.end_s + 1.0:
            voice = evidence.voice_between(start_s - echo.delay_s, end_s - echo.delay_s)
            covered_s = sum(
                min(v.end_s, end_s) - max(v.start_s, start_s - echo.delay_s) for v in voice
            )
            if covered_s >= 0.5 * spoken_s:
                return False
    parts = [evidence.microphone(sound.start_s, sound.end_s) for sound in sounds]
    if not any(np.any(part) for part in parts):
        return True  # the sound was not kept
    return sum(voiced_s(part, evidence.microphone_hz) for part in parts) >= _VOICED * spoken_s


def _letters(text: str) -> float:
    """Count letters and digits; one that stands for a syllable or word counts for several."""
    return sum(
        _LOGOGRAM if unicodedata.east_asian_width(letter) == "W" else 1.0
        for letter in text
        if letter.isalnum()
    ) + 1.0 * len(text.split())
