"""The microphone and loudspeaker without hardware."""

from __future__ import annotations

import asyncio
import itertools

from livekit_nb.audio.pcm import OUTPUT_RATE_HZ
from livekit_nb.session.virtual import VirtualLoudspeaker, VirtualMicrophone
from tests.patience import PATIENCE_S

SECOND = bytes(2 * OUTPUT_RATE_HZ)


class Listener:
    def __init__(self) -> None:
        self.heard: list[tuple[float, int]] = []
        self.finished_at: list[tuple[float, bool]] = []
        self.done = asyncio.Event()
        self.some = asyncio.Event()

    def played(self, pcm: bytes, start_s: float) -> None:
        self.heard.append((start_s, len(pcm) // 2))
        self.some.set()

    def finished(self, position_s: float, interrupted: bool) -> None:
        self.finished_at.append((position_s, interrupted))
        self.done.set()

    @property
    def samples(self) -> int:
        return sum(samples for _, samples in self.heard)


async def test_a_microphone_hands_over_a_frame_every_20_ms_without_drift() -> None:
    frames: list[tuple[bytes, float, float]] = []
    enough = asyncio.Event()

    def on_frame(pcm: bytes, captured_s: float, arrived_s: float) -> None:
        frames.append((pcm, captured_s, arrived_s))
        if len(frames) == 30:
            enough.set()

    microphone = VirtualMicrophone()
    microphone.start(on_frame)
    await microphone.say(b"\1\0" * 1000)
    await enough.wait()
    microphone.stop()
    times = [captured_s for _, captured_s, _ in frames]
    assert all(abs(b - a - 0.02) < 1e-6 for a, b in itertools.pairwise(times))
    assert all(arrived_s >= captured_s + 0.02 for _, captured_s, arrived_s in frames)
    spoken = b"".join(pcm for pcm, _, _ in frames)
    assert spoken.count(b"\1\0" * 1000) == 1
    assert {len(pcm) for pcm, _, _ in frames} == {640}


async def test_who_waits_for_a_clip_is_released_when_the_microphone_stops() -> None:
    microphone = VirtualMicrophone()
    microphone.start(lambda *_: None)
    waiting = microphone.say(bytes(32000 * 60))
    microphone.stop()
    await asyncio.wait_for(waiting, PATIENCE_S)


async def test_a_loudspeaker_reports_every_sample_once_and_gapless() -> None:
    listener, speaker = Listener(), VirtualLoudspeaker()
    speaker.start(listener)
    for _ in range(4):
        speaker.play(SECOND[: len(SECOND) // 10])
    speaker.turn_complete()
    await listener.done.wait()
    assert listener.samples == 4 * OUTPUT_RATE_HZ // 10
    assert listener.finished_at == [(0.4, False)]
    start_s = listener.heard[0][0]
    position = 0
    for at_s, samples in listener.heard:
        assert abs(at_s - start_s - position / OUTPUT_RATE_HZ) < 1e-6
        position += samples
    assert speaker.underruns == 0


async def test_clearing_keeps_what_was_heard_and_drops_the_rest() -> None:
    now_s = [100.0]
    listener, speaker = Listener(), VirtualLoudspeaker(clock=lambda: now_s[0])
    speaker.start(listener)
    speaker.play(SECOND)
    now_s[0] = 100.25
    speaker.clear()
    assert listener.samples == OUTPUT_RATE_HZ // 4
    assert listener.finished_at == [(0.25, True)]
    speaker.stop()


async def test_running_dry_before_the_turn_is_complete_is_an_underrun() -> None:
    listener, speaker = Listener(), VirtualLoudspeaker()
    speaker.start(listener)
    speaker.play(SECOND[:960])
    await listener.some.wait()
    assert speaker.underruns == 1
    assert listener.finished_at == []
    speaker.play(SECOND[:960])
    speaker.turn_complete()
    await listener.done.wait()
    assert listener.samples == 960
    assert speaker.underruns == 1


async def test_a_turn_without_sound_finishes_at_once() -> None:
    listener, speaker = Listener(), VirtualLoudspeaker()
    speaker.start(listener)
    speaker.turn_complete()
    assert listener.finished_at == [(0.0, False)]
