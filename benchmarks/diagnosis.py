"""How often `recording.findings` is right: made-up conversations of real voices, by chance.

The voices are the local one (the agent) and recordings of another speaker (the user); where they
lie, how loud they are, the noise, what interrupts and what the transcript lacks is drawn from a
seed. They are fed to a recorder in the order in which it would happen, without a server: so it is
known what is true, and hundreds take a minute.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt

from benchmarks.table import Row
from livekit_nb.audio.clip import clip
from livekit_nb.audio.pcm import resample, to_pcm16
from livekit_nb.lab.speech import speech as voice
from livekit_nb.recording import Recorder, Recording
from tests import speech

__all__ = ["Stage", "run"]

Sound = npt.NDArray[np.float64]

TALKS = 40
ANSWERS = (
    "In Paris it is clear and sunny, 21 degrees Celsius.",
    "The timer is set for ten minutes.",
    "I can tell you the weather, set timers, and answer small questions.",
    "Once upon a time there was a fox who lived in a forest by the sea.",
    "Five miles are about eight kilometers.",
    "The kitchen lights are on, and they are blue now.",
)
QUESTIONS = [name for name in speech.SENTENCES if name != "stop_time"]


@cache
def _answer(number: int) -> Sound:
    sound = voice(ANSWERS[number]).at(24_000).samples.astype(np.float64)
    return sound * 0.1 / np.sqrt(np.mean(np.square(sound)))


@cache
def _question(name: str) -> Sound:
    sound = clip(speech.path(name)).at(16_000).samples.astype(np.float64)
    return sound * 0.06 / np.sqrt(np.mean(np.square(sound)))


def noise_burst(chance: np.random.Generator) -> Sound:
    """A door, a cough, a clap, or a cup put down: none has a pitch to speak of."""
    t = np.arange(8_000) / 16_000
    kind = chance.integers(4)
    sound = chance.standard_normal(len(t))
    if kind == 0:  # a door: low, dies away in a third of a second
        sound = np.convolve(sound, np.ones(24) / 5, "same") * np.exp(-t / 0.1)
    elif kind == 1:  # a cough: two bursts
        sound *= np.exp(-t / 0.06) + (t > 0.22) * np.exp(-(t - 0.22).clip(0) / 0.07)
    elif kind == 2:  # a clap
        sound *= np.exp(-t / 0.03)
    else:  # a cup: a ring above any voice, and the blow
        sound = 0.5 * sound * np.exp(-t / 0.03) + np.sin(2 * np.pi * 2_700 * t) * np.exp(-t / 0.1)
    return sound * 10 ** (chance.uniform(-24, -10) / 20)


class Stage:
    """A conversation in the making."""

    def __init__(self, seed: int) -> None:
        self.chance = np.random.default_rng(seed)
        self.now_s = 0.5
        self.user = np.zeros(16_000 * 90)
        self.agent = np.zeros(24_000 * 90)
        self._events: list[tuple[float, str, dict[str, object]]] = []
        self._heard: list[tuple[float, float, float]] = []  # arrived, from, to
        self.noise_dbfs = self.chance.uniform(-70, -47)
        self.gain_db = self.chance.uniform(-8, 6)
        self.echo: tuple[float, float] | None = None  # dB, seconds

    def tell(self, at_s: float, kind: str, **data: object) -> None:
        """Let an event be told."""
        self._events.append((at_s, kind, data))

    def add(self, sound: Sound, at_s: float) -> float:
        """Put a sound before the microphone; returns when it is over."""
        first = round(at_s * 16_000)
        self.user[first : first + len(sound)] += sound * 10 ** (self.gain_db / 20)
        return at_s + len(sound) / 16_000

    def ask(self, name: str = "", text: str | None = None) -> None:
        """Let the user say something, with its transcript unless told otherwise."""
        name = name or str(self.chance.choice(QUESTIONS))
        self.now_s = self.add(_question(name), self.now_s)
        said = speech.SENTENCES[name] if text is None else text
        if said:
            self.tell(self.now_s + 0.3, "caption.user", text=said, final=True)

    def reply(self, cut_s: float | None = None) -> float:
        """Answer; interrupted after `cut_s`. Returns when it began to be heard."""
        number = int(self.chance.integers(len(ANSWERS)))
        sound = _answer(number)
        begun_s = self.now_s + self.chance.uniform(0.4, 1.2)
        heard = sound if cut_s is None else sound[: round((cut_s + 0.15) * 24_000)]
        first = round(begun_s * 24_000)
        self.agent[first : first + len(heard)] += heard
        end_s = begun_s + len(heard) / 24_000
        self._heard.append((begun_s - 0.1, begun_s, end_s))
        self.tell(begun_s - 0.1, "agent.first_audio")
        text = f"{ANSWERS[number][:-1]} number {self.chance.integers(10**6)}."
        self.tell(begun_s - 0.05, "caption.agent", text=text)
        if cut_s is None:
            self.tell(end_s, "agent.turn_complete", reason="")
        else:
            self.tell(begun_s + cut_s, "agent.interrupted")
        self.now_s = end_s
        return begun_s

    def pause(self, least_s: float = 0.6, most_s: float = 2.5) -> None:
        """Let nobody speak for a while."""
        self.now_s += self.chance.uniform(least_s, most_s)

    def recording(self) -> Recording:
        """Let it happen."""
        end_s = self.now_s + 12.0
        clock = [0.0]
        recorder = Recorder(lambda: clock[0])
        heard = self.user[: round(end_s * 16_000)].copy()
        heard += 10 ** (self.noise_dbfs / 20) * self.chance.standard_normal(len(heard))
        if self.echo is not None:
            level_db, delay_s = self.echo
            copy = resample(self.agent[: round(end_s * 24_000)].astype(np.float32), 24_000, 16_000)
            delay = round(delay_s * 16_000)
            room = np.zeros(1_600)
            room[0] = 1.0
            tail = self.chance.standard_normal(1_400) * np.exp(-np.arange(1_400) / 500)
            room[200:] = 0.04 * tail
            copy = np.convolve(copy, room)[: len(heard) - delay]
            heard[delay : delay + len(copy)] += 10 ** (level_db / 20) * copy
        steps: list[tuple[float, Callable[[], object]]] = []
        for at_s, kind, data in self._events:
            steps.append((at_s, lambda at=at_s, k=kind, d=data: recorder.event(k, at, **d)))
        for arrived_s, begun_s, over_s in self._heard:
            pcm = to_pcm16(self.agent[round(begun_s * 24_000) : round(over_s * 24_000)])
            steps.append(
                (arrived_s + 1e-3, lambda p=pcm, t=arrived_s: recorder.agent_received(p, t))
            )
            count = len(pcm) // 2
            steps.append(
                (arrived_s + 2e-3, lambda n=count, t=arrived_s: recorder.agent_handed(n, t))
            )
            steps.append((over_s, lambda p=pcm, t=begun_s: recorder.agent_played(p, t)))
        for first in range(0, len(heard) - 1_599, 1_600):
            at_s = first / 16_000
            pcm = to_pcm16(np.clip(heard[first : first + 1_600], -1, 1))
            steps.append((at_s + 0.1, lambda p=pcm, t=at_s: recorder.user_audio(p, t, t + 0.1)))
        for at_s, step in sorted(steps, key=lambda item: item[0]):
            clock[0] = at_s
            step()
        clock[0] = end_s
        return recorder.recording


def good(seed: int) -> Recording:
    """Nothing goes wrong; the user hums at times, and interrupts with words now and then."""
    stage = Stage(seed)
    if seed % 3 == 0:
        stage.echo = (stage.chance.uniform(-60, -46), stage.chance.uniform(0.01, 0.4))
    for number in range(5):
        stage.ask()
        if number == 2:
            begun_s = stage.reply(cut_s=1.0)
            stage.now_s = begun_s + 0.55
            stage.ask("stop_time")
        stage.reply()
        stage.pause()
    return stage.recording()


def echoing(seed: int) -> Recording:
    """The microphone hears the agent, sometimes below the user's voice."""
    stage = Stage(seed)
    stage.echo = (stage.chance.uniform(-34, -12), stage.chance.uniform(0.02, 0.45))
    for _ in range(3):
        stage.ask()
        begun_s = stage.reply()
        if stage.chance.random() < 0.5:
            stage.add(_question(str(stage.chance.choice(QUESTIONS))), begun_s + 0.3)
        stage.pause()
    return stage.recording()


def startled(seed: int) -> Recording:
    """A noise interrupts one answer of three."""
    stage = Stage(seed)
    for number in range(3):
        stage.ask()
        begun_s = stage.reply(cut_s=1.0 if number == 1 else None)
        if number == 1:
            stage.add(noise_burst(stage.chance), begun_s + 0.7)
        stage.pause(2.0, 3.0)
    return stage.recording()


def lost(seed: int) -> Recording:
    """Of one question of five the transcript has nothing, or the last word only."""
    stage = Stage(seed)
    long = [name for name in QUESTIONS if len(_question(name)) > 1.9 * 16_000]
    for number in range(5):
        if number == 3:
            name = str(stage.chance.choice(long))
            last = speech.SENTENCES[name].split()[-1]
            stage.ask(name, "" if stage.chance.random() < 0.5 else last)
        else:
            stage.ask()
        stage.reply()
        stage.pause()
    return stage.recording()


def run() -> list[Row]:
    """Make up conversations and count what is found in them."""
    rows = []
    begun_s = time.perf_counter()
    counts = Counter(found.kind for seed in range(2 * TALKS) for found in good(seed).findings)
    told = ", ".join(f"{kind} {count}" for kind, count in counts.items()) or "none"
    rows.append(Row(f"findings in {2 * TALKS} good talks, all kinds", told, "should be none"))
    for what, make, kind in (
        ("echo, -34 to -12 dB", echoing, "echo"),
        ("interruption by a noise", startled, "false_barge_in"),
        ("words missing in a transcript", lost, "missed_words"),
    ):
        found = [make(1_000 + seed).findings for seed in range(TALKS)]
        hits = sum(bool(findings.of(kind)) for findings in found)
        others = Counter(f.kind for findings in found for f in findings if f.kind != kind)
        beside = ", ".join(f"{name} {count}" for name, count in others.items()) or "none"
        rows.append(Row(f"{what}: found", f"{hits} of {TALKS}", f"beside it: {beside}"))
    lasted_s = time.perf_counter() - begun_s
    rows.append(Row("a made-up talk and its findings", f"{lasted_s / (5 * TALKS):.2f} s"))
    return rows
