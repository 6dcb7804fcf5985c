"""The scripted caller: holds one trial's conversation and hands back who was audible when.

What it knows of the agent is what it hears. Only for when to speak next it also heeds that the
agent's turn is complete, which every Live server tells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np

from livekit_nb.audio.pcm import Samples, resample
from livekit_nb.lab.duplex.corpus import RATE_HZ, Corpus
from livekit_nb.lab.duplex.room import Room, pink_noise
from livekit_nb.lab.duplex.scenarios import Cue, Line, Trial
from livekit_nb.lab.duplex.scoring import AGENT_GAP_S, TAKEOVER_S
from livekit_nb.lab.duplex.timeline import Span, Timeline, heard, merged
from livekit_nb.recording.recorder import Recorder
from livekit_nb.server.hearing.recogniser import Recogniser
from livekit_nb.session.io import AudioSink, AudioSource
from livekit_nb.session.session import Session

__all__ = ["Outcome", "Stage", "hold_trial"]

SPEAKS_WITHIN_S = 20.0  #: an agent that says nothing for so long says nothing any more
TURN_WITHIN_S = 60.0  #: no turn that is waited for is longer
ENOUGH_S = 1.3  #: of an answer: enough to be a takeover
AHEAD_S = 0.06  #: what is said now can be heard from then on
NOISE_S = 20.0


class Stage(Protocol):
    """Where conversations are held: with whom, and in which time."""

    def clock(self) -> float:
        """Kernel time in seconds."""
        ...

    async def open(self, source: AudioSource, sink: AudioSink, recorder: Recorder) -> Session:
        """Begin a conversation."""
        ...


@dataclass(frozen=True)
class Outcome:
    """What became of a trial.

    Attributes
    ----------
    trial : Trial
    timeline : Timeline or None
        None if it never came to the line that is scored.
    words : str
        What the server says was said in that line, as far as it does; for word error rates only.
    """

    trial: Trial
    timeline: Timeline | None
    words: str = ""


async def hold_trial(trial: Trial, corpus: Corpus, stage: Stage) -> Outcome:
    """Hold the conversation of a trial.

    Parameters
    ----------
    trial : Trial
    corpus : Corpus
        What it was made from.
    stage : Stage

    Raises
    ------
    LiveError
        If nobody answers, or the conversation breaks off.
    """
    room = Room(stage.clock, noise=_noise(trial, corpus), echo_db=trial.echo_db, seed=trial.number)
    recorder = Recorder(stage.clock)
    session = await stage.open(room.microphone, room.loudspeaker, recorder)
    said: list[Span] = []
    try:
        for line in trial.lines:
            begun_s = await _say(line, corpus, room, stage.clock, said)
            if begun_s is None:
                return Outcome(trial, None)
            said.append(Span(begun_s, begun_s + line.clip.end_s - line.clip.start_s))
        await _listen(trial, room, stage.clock, said[-1])
    finally:
        await session._close("stopped")
    end_s = stage.clock()
    origin_s = recorder.origin_s
    audio, rate_hz = recorder.recording.agent_audio()
    agent = heard(audio, rate_hz)
    timeline = Timeline(
        tuple(Span(one.start_s - origin_s, one.end_s - origin_s) for one in said),
        agent,
        end_s - origin_s,
        _word_counts(agent, audio, rate_hz),
        room.lost_s,
    )
    return Outcome(trial, timeline, _words(recorder, timeline.user[-1].start_s))


async def _say(
    line: Line, corpus: Corpus, room: Room, clock: Callable[[], float], said: list[Span]
) -> float | None:
    """Say a line when it is due; returns the kernel time of its first sound."""
    cue_s: float | None = clock()
    if line.cue is Cue.BEFORE:
        cue_s = said[-1].end_s
    elif line.cue is not Cue.START:
        await room.until(lambda: room.audible_s is not None, SPEAKS_WITHIN_S)
        cue_s = room.audible_s
        if line.cue is Cue.OVER and cue_s is not None:
            await room.until(lambda: room.over_s is not None, TURN_WITHIN_S)
            cue_s = room.over_s
    if cue_s is None:
        return None
    begun_s = max(cue_s + line.delay_s, clock() + AHEAD_S)
    sound = corpus.sound(line.clip) * np.float32(10 ** (line.gain_db / 20))
    room.place(sound, begun_s - line.clip.start_s)
    await room.until(lambda: clock() >= begun_s, begun_s - clock() + 1.0)
    if line.cue is not Cue.SPEAKING:
        room.expect()
    end_s = begun_s + line.clip.end_s - line.clip.start_s
    await room.until(lambda: clock() >= end_s, end_s - clock() + 1.0)
    return begun_s


async def _listen(trial: Trial, room: Room, clock: Callable[[], float], last: Span) -> None:
    """Listen until what is scored has been heard, or could no longer come."""
    room.expect()  # an agent that is speaking goes on, and is heard at once

    def enough() -> bool:
        if not trial.expects or room.audible_s is None:
            return False
        begun_s = max(room.audible_s, last.end_s)
        return clock() >= begun_s + ENOUGH_S

    until_s = last.end_s + trial.listen_s
    if trial.scenario.startswith("barge-in"):
        # What is still heard of the interrupted turn is no answer.
        await room.until(lambda: clock() >= last.end_s + 0.2, 1.0)
        room.expect()
    await room.until(lambda: enough() or clock() >= until_s, until_s - clock() + 1.0)


def _noise(trial: Trial, corpus: Corpus) -> Samples | None:
    if trial.snr_db is None:
        return None
    clip = trial.lines[-1].clip
    level = _voice_rms(corpus.sound(clip)) * 10 ** (-trial.snr_db / 20)
    if trial.noise == "pink":
        return pink_noise(NOISE_S, trial.number) * np.float32(level)
    return _babble(trial, corpus) * np.float32(level)


def _babble(trial: Trial, corpus: Corpus) -> Samples:
    """Return four voices at once that talk without pause, with RMS 1; none is the caller's."""
    speaker = trial.lines[-1].clip.speaker
    clips = [one for one in corpus.of("complete", "pause", "and") if one.speaker != speaker]
    chance = np.random.default_rng(trial.number)
    count = round(NOISE_S * RATE_HZ)
    babble = np.zeros(count, np.float32)
    for _ in range(4):
        order = chance.permutation(len(clips))
        voice = np.concatenate([corpus.sound(clips[at]) for at in order])
        babble += np.resize(voice, count) / np.float32(_voice_rms(voice))
    return np.asarray(babble / np.sqrt(np.mean(np.square(babble))), np.float32)


def _voice_rms(sound: Samples) -> float:
    """RMS while somebody speaks."""
    loud = np.abs(sound) > 0.1 * np.abs(sound).max()
    return float(np.sqrt(np.mean(np.square(sound[loud]))))


def _word_counts(
    agent: Sequence[Span], audio: Samples, rate_hz: int
) -> tuple[tuple[Span, int], ...]:
    """Count the words of the agent's short utterances, as our own recogniser hears them."""
    counts = []
    for one in merged(agent, AGENT_GAP_S):
        if one.duration_s < TAKEOVER_S:
            sound = audio[round(one.start_s * rate_hz) : round(one.end_s * rate_hz)]
            text = _recogniser().transcribe(resample(sound, rate_hz, RATE_HZ)).text
            counts.append((one, len(text.split())))
    return tuple(counts)


@cache
def _recogniser() -> Recogniser:
    return Recogniser()


def _words(recorder: Recorder, since_s: float) -> str:
    """Return what the server transcribed of what was said since then."""
    told = [
        str(event.data.get("text", ""))
        for event in recorder.recording.events
        if event.kind == "caption.user" and event.data.get("final") and event.t >= since_s
    ]
    return " ".join(told)
