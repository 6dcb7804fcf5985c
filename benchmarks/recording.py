"""What recording costs: while it happens, and an hour of it afterwards.

The hour is a busy one: the microphone's frames of 20 ms without a pause, a question every twelve
seconds with captions and a tool call every minute, answers of five seconds that are received,
handed over and heard in the pieces in which they come, a picture a second, and every message of the
Live API. It is loaded from a warm disk; the rest of the hour, its sound, is read when somebody
looks. What is compared is measured in turn within one run.
"""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import livekit_nb as live
from benchmarks.table import Row, paired, percentiles
from livekit_nb.recording import Recorder, Recording

HOUR_S = 3600
TURN_S = 12.0
PICTURE = bytes(range(256)) * 120  # 30 kB
WORDS = ("Would", "you", "tell", "me", "what", "the", "weather", "is", "like", "in", "Paris?")


class Talk:
    """A conversation that goes on as long as it is asked to."""

    def __init__(self, **options: object) -> None:
        self._now_s = 1000.0
        self.pen = Recorder(clock=lambda: self._now_s, **options)  # type: ignore[arg-type]
        rng = np.random.default_rng(0)
        self._noise = _pcm(rng.standard_normal(16_000) * 1e-3)
        self._user = _pcm(_voice(4.0, 16_000, rng))
        self._agent = _pcm(_voice(5.0, 24_000, rng))

    def go_on(self, seconds: float) -> Recording:
        """Talk for so many seconds."""
        pen, start_s = self.pen, self._now_s
        frames = round(seconds * 50)
        for number in range(frames):
            self._now_s = start_s + number / 50
            phase = number % round(TURN_S * 50)
            sound = self._user if phase < 200 else self._noise
            first = phase * 640 % len(sound)
            pen.user_audio(sound[first : first + 640], self._now_s - 0.02, self._now_s)
            pen.message("sent", "realtimeInput.audio", 950, connection=1)
            pen.user_sent(320, self._now_s + 0.001)
            if number % 50 == 0:
                pen.frame(PICTURE, 640, 480)
            self._turn(phase, number)
        return pen.recording

    def _turn(self, phase: int, number: int) -> None:
        pen = self.pen
        if phase in range(40, 230, 15):
            pen.event("caption.user", text=f" {WORDS[phase // 15 % len(WORDS)]}", final=True)
        if phase == 210 and number % 3000 < 600:
            pen.event("tool.call", id=f"c{number}", name="look", args={"city": "Paris"})
        if phase == 220 and number % 3000 < 600:
            pen.event(
                "tool.response",
                id=f"c{number - 10}",
                name="look",
                response={"sky": "blue"},
                duration_s=0.2,
            )
        if phase == 240:
            pen.event("agent.first_audio")
        if phase in range(240, 365, 5):  # twice as fast as it is heard
            piece = self._agent[(phase - 240) * 1920 :][:9600]
            pen.message("received", "serverContent.audio", 13_000, connection=1)
            pen.agent_received(piece, self._now_s)
            pen.agent_handed(len(piece) // 2, self._now_s)
            pen.event("caption.agent", text=" and so on")
        if phase in range(250, 500, 5):
            start_s = self._now_s - 0.1
            pen.agent_played(self._agent[(phase - 250) * 960 :][:4800], start_s)
        if phase == 370:
            pen.event("agent.generation_complete")
        if phase == 500:
            pen.event("agent.turn_complete", reason="")
            pen.event(
                "usage",
                prompt_tokens=900,
                response_tokens=130,
                total_tokens=1030,
                prompt={"AUDIO": 900},
                response={"AUDIO": 130},
            )


def run() -> list[Row]:
    """Measure while it happens, then afterwards."""
    return [*happening(), *afterwards()]


def happening() -> list[Row]:
    """What an event and a frame of sound cost, at the beginning and after an hour."""
    with tempfile.TemporaryDirectory() as folder:
        long, disk = Talk(), Talk(path=Path(folder, "talk.liverec"))
        disk.go_on(TURN_S)
        long.go_on(HOUR_S)
        rows = []
        sound = bytes(640)

        def event(talk: Talk) -> Callable[[], object]:
            return lambda: talk.pen.event("caption.agent", text=" word")

        def frame(talk: Talk) -> Callable[[], object]:
            def add() -> None:
                talk._now_s += 0.02
                talk.pen.user_audio(sound, talk._now_s - 0.02, talk._now_s)

            return add

        for what, make in (("adding an event", event), ("adding 20 ms of the microphone", frame)):
            here, there = paired(make(long), make(_short()))
            written, memory = paired(make(disk), make(_short()))
            rows.append(
                Row(
                    f"recording: {what}, after an hour",
                    f"{here * 1e6:.1f} µs",
                    f"{here / there:.2f} times that of one at the beginning; "
                    f"written to disk as it happens {written / memory:.2f} times",
                )
            )
        disk.pen.finish()
    return rows


def _short() -> Talk:
    talk = Talk()
    talk.go_on(TURN_S)
    return talk


def afterwards() -> list[Row]:
    """Save an hour, load it, plot it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "hour.liverec")
        recording = Talk().go_on(HOUR_S)
        saved_s = _timed(lambda: recording.save(path))
        size = path.stat().st_size
        pcm = sum(2 * track.length for track in recording._tracks.values())
        load_s = [_timed(lambda: live.load(path)) for _ in range(5)]
        turns_s = [_timed(lambda: live.load(path).turns) for _ in range(3)]
        loaded = live.load(path)
        again_s = _timed(lambda: loaded.save(Path(folder, "again.liverec")))
        figure = live.plots.timeline(loaded)  # once before, so that nothing is imported in it
        del figure
        plot_s = [_timed(lambda: live.plots.timeline(live.load(path))) for _ in range(3)]
        read_s = _timed(lambda: live.load(path).user_audio())
        events, messages = len(loaded.events), len(loaded.messages)
    return [
        Row(
            "recording: loading an hour, p50 / p95",
            percentiles(load_s),
            f"{events:,} events, {messages:,} messages, {len(loaded.turns)} turns; "
            f"with its turns {np.median(turns_s) * 1000:.0f} ms",
        ),
        Row(
            "recording: reading an hour of one side's sound",
            f"{read_s:.2f} s",
            f"{HOUR_S / read_s:,.0f} times real time",
        ),
        Row(
            "recording: saving an hour",
            f"{saved_s:.1f} s",
            f"{size / 1e6:.0f} MB ({size / (pcm + 3600 * len(PICTURE)):.2f} of sound and pictures "
            f"as they are); one that was loaded {again_s:.1f} s",
        ),
        Row(
            "recording: loading an hour and plotting its timeline",
            f"{np.median(plot_s):.2f} s",
            "",
        ),
    ]


def _timed(doing: Callable[[], object]) -> float:
    gc.collect()
    begun_s = time.perf_counter()
    doing()
    return time.perf_counter() - begun_s


def _voice(seconds: float, rate_hz: int, rng: np.random.Generator) -> np.ndarray:
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    buzz = sum(np.sin(2 * np.pi * 140.0 * k * t) / k for k in range(1, 25))
    sound = buzz * (0.65 + 0.35 * np.cos(2 * np.pi * 4.0 * t))
    return 0.1 * sound + 1e-3 * rng.standard_normal(len(t))


def _pcm(sound: np.ndarray) -> bytes:
    return np.round(np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()
