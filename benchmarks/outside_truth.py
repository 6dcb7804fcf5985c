"""Voice-to-voice latency as an outsider would record it, against what a recording tells.

Between the browser's microphone and loudspeaker and the air there are buffers that a page cannot
see, only ask about. So here is a world without air: a PulseAudio of this benchmark's own with one
stereo sink, whose left channel is what the caller says and Chromium's microphone hears, and whose
right channel is what Chromium's loudspeaker plays. A recorder takes down both, sample by sample on
one axis, and knows of nothing else. What is found in its two channels is the truth; what the
recording tells is compared with it.

The recorder also notes when each piece came, so that its axis is known on the kernel's clock to
some 20 ms (PulseAudio hands sound over in pieces): then the error can be told apart into that of
the microphone's times and that of the loudspeaker's.

Needs ``pulseaudio`` and a machine with nothing else to do: PulseAudio and Chromium drop sound when
they are not served in time, and then there is no truth to be had.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
from playwright.sync_api import sync_playwright

from benchmarks.latency_truth import CLIPS, STUDIO
from benchmarks.table import Row
from livekit_nb.audio.edges import utterances
from tests import speech
from tests.chromium import GRANT, arguments, executable
from tests.e2e.lab import Lab, Notebook

RATE_HZ = 48_000
WORLD = f"""
load-module module-native-protocol-unix socket={{socket}} auth-anonymous=1
load-module module-null-sink sink_name=world rate={RATE_HZ} channels=2 channel_map=left,right
load-module module-remap-sink sink_name=mouth master=world channels=1 channel_map=mono \
master_channel_map=left remix=no
load-module module-remap-sink sink_name=loudspeaker master=world channels=1 channel_map=mono \
master_channel_map=right remix=no
load-module module-remap-source source_name=ear master=world.monitor channels=1 channel_map=mono \
master_channel_map=left remix=no
set-default-sink loudspeaker
set-default-source ear
"""
TOLD = """[[t.user.start, t.user.speech_end, t.agent.first_audible,
    t.latency.voice_to_voice] for t in studio.recording.turns
    if t.user and t.agent and t.latency.voice_to_voice is not None]"""
LATENCIES = """[e.data["output_latency_s"] for e in studio.recording.events
    if e.kind == "page.clock" and e.data["output_latency_s"] is not None]"""

Sound = npt.NDArray[np.float32]


class World:
    """A PulseAudio that only this benchmark knows, and its recorder.

    Attributes
    ----------
    zero_s : float
        ``time.monotonic()`` of the first sample recorded, at the latest.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.zero_s = float("inf")
        socket = folder / "pulse"
        script = folder / "world.pa"
        script.write_text(WORLD.format(socket=socket))
        self.environment = {
            **os.environ,
            "PULSE_SERVER": f"unix:{socket}",
            "PULSE_RUNTIME_PATH": str(folder / "runtime"),
            "PULSE_STATE_PATH": str(folder / "state"),
        }
        self._daemon = subprocess.Popen(
            ["pulseaudio", "-n", "--exit-idle-time=-1", "--daemonize=no", "-F", str(script)],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while not socket.exists():
            assert self._daemon.poll() is None, "pulseaudio does not run here"
            time.sleep(0.05)
        command = ["parec", "--device=world.monitor", "--format=s16le", f"--rate={RATE_HZ}"]
        self._recorder = subprocess.Popen(
            [*command, "--channels=2", "--channel-map=left,right", "--latency-msec=20"],
            env=self.environment,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        self._taken = bytearray()
        self._taker = threading.Thread(target=self._take)
        self._taker.start()

    def _take(self) -> None:
        assert self._recorder.stdout is not None
        while piece := self._recorder.stdout.read(65_536):
            now_s = time.monotonic()
            self._taken += piece
            self.zero_s = min(self.zero_s, now_s - len(self._taken) / 4 / RATE_HZ)

    def say(self, name: str) -> None:
        """Speak into the air; returns when it has been said."""
        path = self.folder / f"{name}.wav"
        soundfile.write(path, speech.samples(name), speech.RATE_HZ)
        subprocess.run(
            ["paplay", "--device=mouth", "--latency-msec=200", str(path)],
            env=self.environment,
            check=True,
        )

    def close(self) -> Sound:
        """End it; returns what was recorded, shape (samples, 2)."""
        for process in (self._recorder, self._daemon):
            process.terminate()
            process.wait(20)
        self._taker.join(20)
        raw = np.frombuffer(bytes(self._taken[: len(self._taken) // 4 * 4]), dtype="<i2")
        return raw.reshape(-1, 2).astype(np.float32) / 32768


def hold(folder: Path) -> tuple[World, Sound, dict[str, Any]]:
    """Hold a conversation in such a world; returns its sound and what the recording tells."""
    world = World(folder)
    lab = Lab(folder)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable(),
            args=[*arguments(devices=False), GRANT],
            ignore_default_args=["--mute-audio"],
            env=world.environment,
        )
        try:
            page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
            notebook = Notebook(page, lab)
            notebook.open()
            notebook.run_new(STUDIO)
            notebook.part("studio-start").click(timeout=90_000)
            notebook.wait_for_status("listening")
            for name in CLIPS:
                world.say(name)
                notebook.wait_for_status("speaking")
                notebook.wait_for_status("listening")
            notebook.part("studio-stop").click()
            notebook.wait_for_status("stopped")
            with lab.kernel() as kernel:
                told = {
                    "turns": kernel.value(TOLD),
                    "latencies": kernel.value(LATENCIES),
                    "origin_s": kernel.value("studio._desk.recorder.origin_s"),
                    "input_s": kernel.value("studio.recording.clock.input_latency_s"),
                }
        finally:
            browser.close()
            lab.close()
            sound = world.close()
    return world, sound, told


def compare(world: World, sound: Sound, told: dict[str, Any]) -> list[tuple[float, float, float]]:
    """Return by how much the truth is later: end of the question, answer, voice-to-voice."""
    shift_s = told["origin_s"] - world.zero_s  # from the recording's axis to the world's
    found = []
    for start_s, end_s, audible_s, told_s in told["turns"]:

        def heard(side: int, begin_s: float, until_s: float) -> list[tuple[float, float]]:
            first, stop = (max(0, round((t + shift_s) * RATE_HZ)) for t in (begin_s, until_s))
            return [
                (first / RATE_HZ - shift_s + each.start_s, first / RATE_HZ - shift_s + each.end_s)
                for each in utterances(sound[first:stop, side], RATE_HZ)
            ]

        answers = [a for a, _ in heard(1, end_s - 0.3, audible_s + 3.0)]
        ends = [b for a, b in heard(0, start_s - 1.0, audible_s + 0.5) if a < audible_s]
        if answers and ends:
            voice_to_voice = answers[0] - ends[-1]
            found.append((ends[-1] - end_s, answers[0] - audible_s, voice_to_voice - told_s))
    return found


def run() -> list[Row]:
    """Measure one conversation from outside."""
    with tempfile.TemporaryDirectory() as folder:
        world, sound, told = hold(Path(folder))
    found = compare(world, sound, told)
    for row in found:
        print("  " + ", ".join(f"{1000 * value:+.0f} ms" for value in row), file=sys.stderr)
    asked, answered, whole = (list(column) for column in zip(*found, strict=True))
    states = f"the browser states {spread(told['latencies'])}"
    return [
        Row(
            f"voice-to-voice latency, from outside minus told ({len(found)} turns)",
            spread(whole),
            f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores",
        ),
        Row(
            "of it: questions end in the air earlier than told (± 20 ms)",
            spread([-value for value in asked]),
            f"the browser states {1000 * (told['input_s'] or 0):.0f} ms",
        ),
        Row("of it: answers sound later than told (± 20 ms)", spread(answered), states),
    ]


def spread(seconds: list[float]) -> str:
    """Return the median and the whole range, in milliseconds."""
    if not seconds:
        return "unknown"
    low, middle, high = (1000 * value for value in np.quantile(seconds, [0.0, 0.5, 1.0]))
    return f"{middle:+.0f} ms ({low:+.0f} … {high:+.0f})"
