"""Callers against the embedded server in memory, in accelerated time, with speech made of tones."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random

import numpy as np
import pytest
import soundfile

from livekit_nb.errors import AudioError
from livekit_nb.lab import fast_time, synthetic
from livekit_nb.lab.duplex.caller import Outcome, hold_trial
from livekit_nb.lab.duplex.corpus import RATE_HZ, Corpus, Entry, write_index
from livekit_nb.lab.duplex.report import Figures
from livekit_nb.lab.duplex.scenarios import SCENARIOS, trials
from livekit_nb.lab.duplex.scoring import answer, barge_in, patient
from livekit_nb.lab.duplex.suite import hold_scenario
from livekit_nb.lab.in_memory import InMemoryServer
from livekit_nb.session.session import Session
from livekit_nb.session.setup.settings import Settings

LINES = {
    "opening": "Tell me a story.",
    "barge": "Stop. What is two plus two?",
    "complete": "What is twelve plus thirty?",
    "hello": "Hello.",
    "brief": "Yes.",
}


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    entries = []
    for kind, text in LINES.items():
        sound = synthetic.speech(text)
        soundfile.write(tmp_path / f"{kind}.flac", sound, RATE_HZ, subtype="PCM_16")
        entries.append(Entry(kind, "tune", kind, "tones", text, 0.0, len(sound) / RATE_HZ))
    first, second = synthetic.speech("What is"), synthetic.speech("two plus two?")
    silence = np.zeros(round(0.6 * RATE_HZ), np.float32)
    sound = np.concatenate([first, silence, second])
    soundfile.write(tmp_path / "pause.flac", sound, RATE_HZ, subtype="PCM_16")
    begun_s = len(first) / RATE_HZ
    pauses = ((begun_s, begun_s + 0.6),)
    text, length_s = "What is two plus two?", len(sound) / RATE_HZ
    entries.append(Entry("pause", "tune", "pause", "tones", text, 0.0, length_s, pauses))
    write_index(tmp_path, entries)
    return Corpus(tmp_path, "tune")


class Tones:
    """The embedded server with quick ears and mouth."""

    def __init__(self) -> None:
        self.server = InMemoryServer(synthetic.QuickModels())

    def clock(self) -> float:
        return asyncio.get_running_loop().time()

    async def open(self, source, sink, recorder) -> Session:
        session = Session(
            Settings(),
            self.server.endpoint,
            source=source,
            sink=sink,
            recorder=recorder,
            open_transport=self.server.open,
            random=Random(0),
        )
        await session.open()
        return session


def held(corpus: Corpus, scenario: str) -> Outcome:
    async def hold() -> Outcome:
        stage = Tones()
        try:
            return await hold_trial(trials(corpus, scenario)[0], corpus, stage)
        finally:
            await stage.server.close()

    return fast_time.run(hold())


def test_a_question_is_asked_and_its_answer_heard(corpus: Corpus) -> None:
    outcome = held(corpus, "turn")
    assert outcome.timeline is not None
    score = answer(outcome.timeline)
    assert score.answered
    assert not score.early
    assert 0.1 < score.latency_s < 0.6  # endpointing, and what computing is charged with
    assert outcome.words == LINES["complete"]
    assert outcome.timeline.lost_s == pytest.approx(0.0)
    assert outcome.timeline.user[0].duration_s == pytest.approx(len(LINES["complete"]) * 0.04)


def test_a_pause_is_part_of_what_is_said(corpus: Corpus) -> None:
    outcome = held(corpus, "pause")
    assert outcome.timeline is not None
    score = patient(outcome.timeline)
    assert score.answered
    assert not score.cut_in
    assert outcome.timeline.user[0].duration_s == pytest.approx(
        len("What istwo plus two?") * 0.04 + 0.6
    )


def test_it_is_interrupted_while_it_is_heard(corpus: Corpus) -> None:
    outcome = held(corpus, "barge-in")
    assert outcome.timeline is not None
    score = barge_in(outcome.timeline)
    opening, line = outcome.timeline.user
    first = min(one.start_s for one in outcome.timeline.agent)
    assert score.spoke
    assert 1.5 <= line.start_s - first <= 3.05
    assert score.stop_s is not None
    assert 0.05 < score.stop_s < 0.3
    assert opening.end_s < first
    assert outcome.words == LINES["barge"]


def test_a_short_answer_comes_after_the_agents_turn(corpus: Corpus) -> None:
    outcome = held(corpus, "brief")
    assert outcome.timeline is not None
    hello, line = outcome.timeline.user
    said = [one for one in outcome.timeline.agent if hello.end_s < one.start_s < line.start_s]
    assert said
    assert 0.25 < line.start_s - said[-1].end_s < 1.3  # 0.3 to 0.8 s, and the silence it ends with


def test_an_agent_that_says_nothing_is_told_apart_from_one_that_is_slow(corpus: Corpus) -> None:
    async def hold() -> tuple[Outcome, Figures]:
        stage = Tones()
        stage.server._models.voice = _Mute()
        try:
            outcome = await hold_trial(trials(corpus, "barge-in")[0], corpus, stage)
            return outcome, await hold_scenario("turn", corpus, stage)
        finally:
            await stage.server.close()

    outcome, figures = fast_time.run(hold())
    assert outcome.timeline is None
    assert figures.shares["takeover"] == 0.0
    assert figures.trials == 1


class _Mute:
    def prepare(self, voice: str) -> None:
        pass

    def stream(self, text: str, **_: object):
        return iter(())


def test_a_part_that_is_not_there(corpus: Corpus, tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="no part 'test'"):
        Corpus(tmp_path, "test")
    with pytest.raises(AudioError, match=r"duplex_corpus\.build"):
        Corpus(tmp_path / "nowhere", "tune")


def test_trials_are_the_same_every_time_and_fewer_are_spread(corpus: Corpus) -> None:
    for scenario in SCENARIOS:
        assert trials(corpus, scenario) == trials(corpus, scenario)
    assert len(trials(corpus, "turn", most=0)) == 0
