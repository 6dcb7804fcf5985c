"""Voice-to-voice latency as told against voice-to-voice latency as it sounds, in a real browser.

A scripted caller asks recorded questions through the page's microphone in a real JupyterLab and
Chromium, with the embedded server: as they are, with a soft ending, and over noise; then people
read sentences on which nothing was adjusted, over noise. What the recording tells of each turn is
compared with what two detectors of other kinds find on the two channels of the exported stereo
file: the recording's own check (`Recording.latency_check`, a change of the signal's statistics) and
Silero, a neural network that has never seen this package.
"""

from __future__ import annotations

import base64
import os
import sys
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
from playwright.sync_api import Page, sync_playwright

from benchmarks import people
from benchmarks.foreign_detector import Habit, habit, utterances
from benchmarks.table import Row, percentiles
from tests import speech
from tests.chromium import arguments, executable
from tests.e2e.lab import FAKE_DEVICES, Lab, Notebook

STUDIO = """import livekit_nb as live
@live.tool
def get_weather(city: str) -> dict:
    "Current weather for a city."
    return {"city": city, "sky": "clear", "celsius": 21}
@live.tool
def set_timer(minutes: float) -> dict:
    "Set a timer."
    return {"set": True}
studio = live.Studio(tools=[get_weather, set_timer], endpoint="local")
studio"""

CLIPS = (
    "weather_paris",
    "and_berlin",
    "stop_time",
    "hello",
    "timer_ten",
    "weather_madrid",
    "convert",
    "colour",
    "lights_blue",
)
"""They end in a hiss, a nasal, a plosive, vowels …"""

FADE_S = 0.25
FADE_DB = -18.0


@dataclass(frozen=True)
class Part:
    """A stretch of the conversation: what is asked, and how."""

    name: str
    clips: tuple[str, ...] = CLIPS
    soft: bool = False
    snr_db: float | None = None

    def sound(self, name: str) -> npt.NDArray[np.float32]:
        """What is said, as it is to be said."""
        if name in people.SENTENCES:  # as loud as one another: the noise is for all of them
            sound = people.samples(name)
            return sound * (PEOPLE_RMS / rms(sound))
        return softened(speech.samples(name)) if self.soft else speech.samples(name)


PEOPLE = tuple(people.SENTENCES)
PEOPLE_RMS = 0.1
SCRIPT = (
    Part("clean"),
    Part("soft ending", soft=True),
    Part("noise at 20 dB", snr_db=20.0),
    # Each of their rooms is here as long as a sentence only: noise that is louder hides that. Of
    # the first six it is more than 30 dB softer than the voice, of the others more than 23 dB.
    Part("people, noise at 20 dB", PEOPLE[:6], snr_db=20.0),
    Part("people, noise at 15 dB", PEOPLE, snr_db=15.0),
)


def softened(sound: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Let the last quarter of a second of a question fade, as voices do that have enough of it."""
    loud = np.flatnonzero(np.abs(sound) > 0.01)
    stop = int(loud[-1]) + 1
    count = min(round(FADE_S * speech.RATE_HZ), stop)
    soft = sound.copy()
    soft[stop - count : stop] *= 10 ** (np.linspace(0.0, FADE_DB, count) / 20)
    soft[stop:] *= 10 ** (FADE_DB / 20)
    return soft.astype(np.float32)


def wav(sound: npt.NDArray[np.float32]) -> str:
    """Return sound as a WAV file in base64."""
    file = BytesIO()
    soundfile.write(file, sound, speech.RATE_HZ, format="WAV", subtype="PCM_16")
    return base64.b64encode(file.getvalue()).decode()


def rms(sound: npt.NDArray[np.float32]) -> float:
    """RMS while somebody speaks."""
    return float(np.sqrt(np.mean(np.square(sound[np.abs(sound) > 0.01]))))


def in_noise(level: float) -> str:
    """Return a script: what the microphone hears has noise of that RMS, from its first sample on.

    Pink, within half a decibel (Paul Kellet's filter): air, fans, a street far away.
    """
    return f"""(() => {{
  const open = navigator.mediaDevices.getUserMedia;
  navigator.mediaDevices.getUserMedia = async (wish) => {{
    const voice = await open(wish);
    const context = new AudioContext();
    const {{ sampleRate }} = context;
    const buffer = new AudioBuffer({{ length: 30 * sampleRate, sampleRate }});
    const noise = buffer.getChannelData(0);
    let [a, b, c, sum] = [0, 0, 0, 0];
    for (let i = 0; i < noise.length; i++) {{
      const white = Math.random() * 2 - 1;
      a = 0.99765 * a + white * 0.099046;
      b = 0.963 * b + white * 0.2965164;
      c = 0.57 * c + white * 1.0526913;
      noise[i] = a + b + c + white * 0.1848;
      sum += noise[i] ** 2;
    }}
    const gain = new GainNode(context, {{ gain: {level} / Math.sqrt(sum / noise.length) }});
    const source = new AudioBufferSourceNode(context, {{ buffer, loop: true }});
    const mix = context.createMediaStreamDestination();
    source.connect(gain).connect(mix);
    context.createMediaStreamSource(voice).connect(mix);
    source.start();
    await context.resume();
    return mix.stream;
  }};
}})();"""


def converse(page: Page, notebook: Notebook, part: Part) -> None:
    """Ask everything, the next question as soon as the answer is over."""
    for name in part.clips:
        page.evaluate("(wav) => window.say(wav)", wav(part.sound(name)))
        notebook.wait_for_status("speaking")
        notebook.wait_for_status("listening")


@dataclass(frozen=True)
class Told:
    """What a recording says of its turns, and the stereo file it was exported to."""

    part: str
    turns: list[dict[str, float | None]]
    check: list[dict[str, Any]]
    clock: dict[str, float | None]
    path: Path


TURNS = """[{
    "start": t.user and t.user.start, "speech_end": t.user and t.user.speech_end,
    "audible": t.agent and t.agent.first_audible, "end": t.agent and t.agent.end,
    "told": t.latency.voice_to_voice, "sum": sum(v or 0 for v in t.latency.parts.values()),
} for t in studio.recording.turns]"""


def talk(folder: Path, part: Part) -> Told:
    """Hold one conversation in a JupyterLab of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=arguments())
        lab = Lab(folder)
        try:
            page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
            page.add_init_script(FAKE_DEVICES)
            if part.snr_db is not None:
                level = rms(part.sound(part.clips[0])) * 10 ** (-part.snr_db / 20)
                page.add_init_script(in_noise(level))
            notebook = Notebook(page, lab)
            notebook.open()
            notebook.run_new(STUDIO)
            notebook.part("studio-start").click(timeout=90_000)
            notebook.wait_for_status("listening")
            converse(page, notebook, part)
            notebook.part("studio-stop").click()
            notebook.wait_for_status("stopped")
            path = folder / "talk.wav"
            with lab.kernel() as kernel:
                kernel.value(f"studio.recording.export({str(path)!r})")
                return Told(
                    part.name,
                    kernel.value(TURNS),
                    kernel.value("studio.recording.latency_check().rows()"),
                    kernel.value("__import__('dataclasses').asdict(studio.recording.clock)"),
                    path,
                )
        finally:
            lab.close()
            browser.close()


def foreign(told: Told, habit: Habit) -> list[float]:
    """Acoustic minus told, of every turn that Silero can measure, its habit taken off."""
    residuals = []
    with soundfile.SoundFile(told.path) as file:
        for turn in told.turns:
            start_s, audible_s, told_s = turn["start"], turn["audible"], turn["told"]
            speech_end_s = turn["speech_end"]
            if None in (start_s, audible_s, told_s, speech_end_s):
                continue
            begin_s = max(0.0, start_s - 1.0)
            until_s = max(audible_s, speech_end_s) + 1.0
            file.seek(round(begin_s * file.samplerate))
            stereo = file.read(round((until_s - begin_s) * file.samplerate), dtype="float32")
            asked, answered = (
                [(begin_s + a, begin_s + b) for a, b in utterances(stereo[:, n], file.samplerate)]
                for n in (0, 1)
            )
            onsets = [a for a, _ in answered if a > start_s]
            ends = [b for a, b in asked if onsets and a < max(onsets[0], speech_end_s)]
            if onsets and ends:
                acoustic_s = (onsets[0] - habit.onset_s) - (ends[-1] - habit.offset_s)
                residuals.append(acoustic_s - told_s)
    return residuals


@dataclass(frozen=True)
class Residuals:
    """Acoustic minus told, in seconds, by both detectors."""

    what: str
    turns: int
    mine: list[float]
    theirs: list[float]

    @staticmethod
    def of(told: Told, habit: Habit) -> Residuals:
        """Measure one conversation."""
        mine = [row["residual_s"] for row in told.check if row["residual_s"] is not None]
        found = ", ".join(f"{1000 * residual:+.0f}" for residual in mine)
        print(f"  {told.part}: {found} ms", *unmeasured(told), file=sys.stderr, flush=True)
        return Residuals(told.part, len(told.turns), mine, foreign(told, habit))

    @staticmethod
    def together(what: str, parts: list[Residuals]) -> Residuals:
        """Put those of several conversations together."""
        return Residuals(
            what,
            sum(part.turns for part in parts),
            [residual for part in parts for residual in part.mine],
            [residual for part in parts for residual in part.theirs],
        )

    def row(self) -> Row:
        """Amounts of both, and how many turns each could measure."""
        return Row(
            f"sound minus events, {self.what}: amount, median / p95",
            f"{shown(self.mine)} ({len(self.mine)} of {self.turns} turns)",
            f"Silero: {shown(self.theirs)} ({len(self.theirs)})",
        )


def run() -> list[Row]:
    """Hold all conversations; a row each, one of all, one of those that nothing was adjusted on."""
    manner = habit()
    told = []
    with tempfile.TemporaryDirectory() as folder:
        for number, part in enumerate(SCRIPT):
            own = Path(folder) / str(number)
            own.mkdir()
            told.append(talk(own, part))
        residuals = [Residuals.of(one, manner) for one in told]
    blind = [one for one, part in zip(residuals, SCRIPT, strict=True) if part.clips[0] in PEOPLE]
    summed = [
        abs(turn["sum"] - turn["told"])
        for one in told
        for turn in one.turns
        if turn["told"] is not None and turn["sum"] is not None
    ]
    errors = [one.clock["error_s"] or np.nan for one in told]
    return [
        Residuals.together("all", residuals).row(),
        Residuals.together("people, blind", blind).row(),
        *(one.row() for one in residuals),
        Row(
            "Silero's habit, taken off: onset / offset",
            f"{1000 * manner.onset_s:+.0f} / {1000 * manner.offset_s:+.0f} ms",
        ),
        Row("parts' sum minus voice-to-voice, largest", f"{max(summed) * 1e9:.1f} ns"),
        Row("error of the page's clock, largest", f"± {1000 * max(errors):.1f} ms"),
        Row("load of the machine (1 min)", f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"),
    ]


def unmeasured(told: Told) -> list[str]:
    """Why turns could not be measured."""
    return [f"turn {row['turn']}: {row['why']}" for row in told.check if row["why"]]


def shown(residuals: list[float]) -> str:
    """Return ``median / p95`` of the amounts in milliseconds."""
    return percentiles(np.abs(residuals).tolist())
