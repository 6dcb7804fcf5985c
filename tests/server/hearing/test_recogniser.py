"""The recogniser on recorded sentences, and on sounds that are no speech."""

from __future__ import annotations

import re
import sys

import numpy as np
import pytest

from livekit_nb.errors import MissingPackagesError
from livekit_nb.server.hearing import recogniser as module
from livekit_nb.server.hearing.recogniser import Recogniser, find_weights, read_vocabulary
from tests import speech


@pytest.fixture
def recogniser():
    return speech.recogniser()


def words(text):
    return re.findall(r"[a-z']+", text.lower())


@pytest.mark.parametrize("name", speech.SENTENCES)
def test_every_sentence_is_understood(recogniser, name):
    transcript = recogniser.transcribe(speech.samples(name))
    assert words(transcript.text) == words(speech.SENTENCES[name])
    assert transcript.log_probability > module.MIN_LOG_PROBABILITY


def test_cut_edges_do_no_harm(recogniser):
    samples = speech.samples("weather_paris")
    loud = np.flatnonzero(np.abs(samples) > 0.02)
    cut = samples[loud[0] : loud[-1]]
    assert words(recogniser.transcribe(cut).text) == words(speech.SENTENCES["weather_paris"])


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(16_000, np.float32),
        np.random.default_rng(1).normal(0, 0.01, 16_000).astype(np.float32),
        np.random.default_rng(1).normal(0, 0.2, 16_000).astype(np.float32),
        np.zeros(0, np.float32),
        np.zeros(100, np.float32),
    ],
    ids=["silence", "faint noise", "loud noise", "nothing", "too short"],
)
def test_nothing_is_invented(recogniser, samples):
    assert recogniser.transcribe(samples).text == ""


def test_long_audio_costs_no_more_than_half_a_minute(recogniser):
    quiet = np.zeros(50 * 16_000, np.float32)
    quiet[-len(speech.samples("hello")) :] = speech.samples("hello")
    assert "hello" in words(recogniser.transcribe(quiet).text)


def test_unwanted_work_is_dropped_midway(recogniser):
    asked = []

    def wanted():
        asked.append(True)
        return len(asked) < 4

    assert recogniser.transcribe(speech.samples("lights_blue"), wanted).text == ""
    assert len(asked) < 8


def test_a_transcript_does_not_show_its_words(recogniser):
    transcript = recogniser.transcribe(speech.samples("hello"))
    assert "ello" not in repr(transcript)


def test_the_vocabulary_is_read():
    tokens = read_vocabulary(find_weights() / "tokenizer.bin")
    assert len(tokens) == 32_768
    assert "▁the".encode() in tokens


def test_long_tokens_have_two_length_bytes(tmp_path):
    file = tmp_path / "tokenizer.bin"
    file.write_bytes(bytes([2]) + b"ab" + bytes([128 + 5, 2]) + b"x" * 261 + bytes([0]))
    assert read_vocabulary(file) == [b"ab", b"x" * 261, b""]


def test_missing_packages_are_told_with_the_command(monkeypatch):
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingPackagesError, match=r"pip install 'livekit-nb\[local\]'"):
        find_weights()
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingPackagesError, match="onnxruntime"):
        Recogniser()


def test_damaged_weights_are_told(tmp_path):
    for name in ("encoder_model.ort", "decoder_model_merged.ort", "tokenizer.bin"):
        (tmp_path / name).write_bytes(b"rubbish")
    with pytest.raises(MissingPackagesError, match="damaged"):
        Recogniser(tmp_path)


def test_the_native_library_is_never_loaded(recogniser):
    assert "moonshine_voice" not in sys.modules
