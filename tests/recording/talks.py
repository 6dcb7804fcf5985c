"""Made-up conversations for tests: say who speaks when, get the recording.

    a_talk().user("What's the weather?", 1.0, 2.5).agent(3.0, 5.0, "Sunny.").recording()

Everything is fed to a real `Recorder` in the order in which it would happen, on a clock that only
the talk moves. Voices are buzzes with exact borders.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from livekit_nb.recording import Recorder, Recording, Turn

ORIGIN_S = 5000.0  # the kernel's clock at the start of every talk
UPLOAD_S = 0.030  # a frame's first sample captured → frame in the kernel
SOCKET_S = 0.004  # frame in the kernel → written to the socket
HANDOVER_S = 0.006  # sound arrived → handed over


@functools.lru_cache(maxsize=64)
def voice(seconds: float, rate_hz: int, pitch_hz: float = 140.0) -> np.ndarray:
    """A buzz with the spectrum and the ups and downs of a voice; float, peak 0.3."""
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    syllables = 0.65 + 0.35 * np.cos(2 * np.pi * 4.0 * t)
    sound = np.resize(_buzz(rate_hz, pitch_hz), len(t)) * syllables
    return 0.3 * sound / np.abs(sound).max()


@functools.lru_cache(maxsize=64)
def _buzz(rate_hz: int, pitch_hz: float) -> np.ndarray:
    """A second of a buzz, which fits on to itself."""
    assert pitch_hz == round(pitch_hz)
    t = np.arange(rate_hz) / rate_hz
    return sum(np.sin(2 * np.pi * pitch_hz * k * t) / k for k in range(1, 25))


def pcm(samples: np.ndarray) -> bytes:
    return np.round(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


class Talk:
    """A conversation in the making; every method returns the talk."""

    def __init__(self, *, room_dbfs: float = -72.0, seed: int = 0) -> None:
        self._steps: list[tuple[float, Callable[[Recorder], object]]] = []
        self._speech: list[tuple[float, float]] = []
        self._room_dbfs = room_dbfs
        self._seed = seed
        self._until_s = 0.0
        self._microphone = True

    def user(
        self, text: str, start_s: float, end_s: float, *, captioned_s: float | None = None
    ) -> Talk:
        """Speech from ``start_s`` to ``end_s``, captioned 0.25 s later unless told otherwise."""
        self._speech.append((start_s, end_s))
        self._reach(end_s)
        if text:
            at_s = end_s + 0.25 if captioned_s is None else captioned_s
            self.event(at_s, "caption.user", text=text, final=True)
        return self

    def agent(
        self,
        start_s: float,
        end_s: float,
        text: str = "",
        *,
        arrived_s: float | None = None,
        cut_s: float | None = None,
        complete_s: float | None = None,
        lead_s: float = 0.0,
        trail_s: float = 0.0,
        pause: tuple[float, float] | None = None,
    ) -> Talk:
        """A reply audible from ``start_s`` to ``end_s``.

        It arrives in a burst from ``arrived_s`` (0.1 s before). ``cut_s`` is when the server says
        that it was interrupted, with a second of sound still unheard; else it is complete at
        ``complete_s`` (0.1 s after its end; ``inf``: nobody says so). ``lead_s`` seconds of silence
        precede it, ``trail_s`` follow it, and in the ``pause`` it says nothing.
        """
        arrived_s = start_s - 0.1 - lead_s if arrived_s is None else arrived_s
        heard = np.concatenate(
            (
                np.zeros(round(lead_s * 24_000)),
                voice(end_s - start_s, 24_000, 210.0),
                np.zeros(round(trail_s * 24_000)),
            )
        )
        if pause is not None:
            first, stop = (round((t - start_s + lead_s) * 24_000) for t in pause)
            heard[first:stop] = 0.0
        unheard = voice(1.0, 24_000, 210.0) if cut_s is not None else np.zeros(0)
        everything = np.concatenate((heard, unheard))
        self.event(arrived_s, "agent.first_audio")
        sound = pcm(everything)
        for number, first in enumerate(range(0, len(everything), 4_800)):
            chunk = sound[2 * first : 2 * (first + 4_800)]
            self._at(arrived_s + number * 0.02, _receive(chunk))
            handed_s = arrived_s + number * 0.02 + HANDOVER_S
            self._at(handed_s, _hand(len(chunk) // 2))
        for first in range(0, len(heard), 2_400):
            stop = min(first + 2_400, len(heard))
            played_s = start_s - lead_s + first / 24_000
            over_s = start_s - lead_s + stop / 24_000
            self._at(over_s + 0.02, _play(sound[2 * first : 2 * stop], played_s))
        for number, word in enumerate(text.split()):
            fragment = word if number == 0 else f" {word}"
            self.event(arrived_s + 0.001 + 0.01 * number, "caption.agent", text=fragment)
        if cut_s is not None:
            self.event(cut_s, "agent.interrupted")
        else:
            over_s = end_s + 0.1 if complete_s is None else complete_s
            if math.isfinite(over_s):
                self.event(over_s, "agent.turn_complete", reason="")
        self._reach(end_s)
        return self

    def tool(
        self,
        name: str,
        start_s: float,
        end_s: float | None = None,
        *,
        blocking: bool = True,
        **args: Any,
    ) -> Talk:
        """A tool call, answered at ``end_s``; running on without it."""
        number = f"call-{start_s}"
        self.event(start_s, "tool.call", id=number, name=name, args=args, blocking=blocking)
        if end_s is not None:
            self.event(
                end_s,
                "tool.response",
                id=number,
                name=name,
                response={"ok": True},
                duration_s=end_s - start_s,
                error=None,
            )
        return self

    def typed(self, text: str, at_s: float) -> Talk:
        return self.event(at_s, "user.text", text=text)

    def camera(self, start_s: float, end_s: float) -> Talk:
        for second in np.arange(start_s, end_s, 1.0):
            self.event(float(second), "video.frame", width=640, height=480, bytes=20_000)
        return self

    def event(self, at_s: float, kind: str, /, **data: Any) -> Talk:
        self._at(at_s, lambda pen: pen.event(kind, at=ORIGIN_S + at_s, **data))
        self._reach(at_s)
        return self

    def without_microphone(self) -> Talk:
        self._microphone = False
        return self

    def until(self, end_s: float) -> Talk:
        self._reach(end_s - 1.0)
        return self

    def recording(
        self, watch: Callable[[Recording], object] | None = None, **options: Any
    ) -> Recording:
        """Let it happen. ``watch`` is called with the recording ten times a second.

        The other options are the recorder's.
        """
        clock = [ORIGIN_S]
        pen = Recorder(clock=lambda: clock[0], **options)
        steps = list(self._steps)
        if self._microphone:
            steps += self._frames()
        if watch is not None:
            ticks = np.arange(0.1, self._until_s + 2.0, 0.1)
            steps += [(float(tick), lambda pen: watch(pen.recording)) for tick in ticks]
        for at_s, step in sorted(steps, key=lambda step: step[0]):
            clock[0] = ORIGIN_S + at_s
            step(pen)
        clock[0] = ORIGIN_S + self._until_s + 2.0
        pen.finish()
        return pen.recording

    def _reach(self, t: float) -> None:
        self._until_s = max(self._until_s, t + 1.0)

    def _at(self, t: float, step: Callable[[Recorder], object]) -> None:
        self._steps.append((t, step))

    def _frames(self) -> list[tuple[float, Callable[[Recorder], object]]]:
        count = round(self._until_s * 50)
        noise = np.random.default_rng(self._seed).standard_normal(count * 320)
        sound = noise * 10 ** (self._room_dbfs / 20)
        for start_s, end_s in self._speech:
            first = round(start_s * 16_000)
            said = voice(end_s - start_s, 16_000)
            sound[first : first + len(said)] += said
        steps = []
        frames = pcm(sound)
        for number in range(count):
            frame = frames[number * 640 : (number + 1) * 640]
            captured_s = number * 0.02
            arrived_s = captured_s + UPLOAD_S
            steps.append((arrived_s, _capture(frame, captured_s, arrived_s)))
            sent_s = arrived_s + SOCKET_S
            steps.append((sent_s, _send(sent_s)))
        return steps


def _capture(frame: bytes, captured_s: float, arrived_s: float) -> Callable[[Recorder], object]:
    return lambda pen: pen.user_audio(frame, ORIGIN_S + captured_s, ORIGIN_S + arrived_s)


def _send(sent_s: float) -> Callable[[Recorder], object]:
    return lambda pen: pen.user_sent(320, ORIGIN_S + sent_s)


def _receive(chunk: bytes) -> Callable[[Recorder], object]:
    return lambda pen: pen.agent_received(chunk, ORIGIN_S + pen.now_s)


def _hand(samples: int) -> Callable[[Recorder], object]:
    return lambda pen: pen.agent_handed(samples, ORIGIN_S + pen.now_s)


def _play(piece: bytes, start_s: float) -> Callable[[Recorder], object]:
    return lambda pen: pen.agent_played(piece, ORIGIN_S + start_s)


def a_talk(**options: Any) -> Talk:
    return Talk(**options)


def assert_turn(
    turn: Turn,
    *,
    user: tuple[float | None, float | None] | None,
    agent: tuple[float | None, float | None] | None,
    said: str | None = None,
    answered: str | None = None,
    interrupted: bool = False,
    tools: tuple[str, ...] = (),
    within_s: float = 0.015,
) -> None:
    """A turn is as expected; times may be off by ``within_s``."""
    assert (turn.user is None) == (user is None), f"user side: {turn}"
    assert (turn.agent is None) == (agent is None), f"agent side: {turn}"
    if turn.user is not None and user is not None:
        assert_times((turn.user.start, turn.user.speech_end), user, within_s)
        assert said is None or turn.user.text == said
    if turn.agent is not None and agent is not None:
        assert_times((turn.agent.first_audible, turn.agent.end), agent, within_s)
        assert answered is None or turn.agent.text == answered
    assert turn.interrupted is interrupted
    assert tuple(call.name for call in turn.tools) == tools


def assert_times(
    found: tuple[float | None, ...], wanted: tuple[float | None, ...], within_s: float
) -> None:
    for one, other in zip(found, wanted, strict=True):
        if one is None or other is None:
            assert one is other, f"{found} is not {wanted}"
        else:
            assert abs(one - other) <= within_s, f"{found} is not {wanted} within {within_s} s"
