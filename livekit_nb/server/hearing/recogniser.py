"""Speech to text: Moonshine tiny (English) on plain onnxruntime.

The weights come with the ``moonshine_voice`` package (MIT licence); only its files are used, its
native library is never loaded. The model reads 16 kHz samples and writes tokens one by one: the
encoder runs once over the utterance, the decoder greedily with its cached keys and values.

Moonshine invents words where nobody speaks ("You" above all), so the caller decides by voice
activity that there is speech at all, and what comes out is judged here once more: a lone "You",
music notes and results with a low mean log-probability are dropped. Over 35 real recordings the
mean log-probability was -0.14 at the median and -0.47 at worst; in noise of 10 dB real speech goes
down to -0.9, so the limit lies below that.

How much silence precedes the first word sways the model, the more the shorter the utterance ("And
in Berlin" becomes "Edinburgh Lynn"). So the silence is cut to a known length, and a short utterance
is decoded with two lengths of it, side by side. Where the two differ, three more are asked, and of
all candidates the one counts that is likeliest on average over all five. Of 48 cuts of that
question as a browser recorded it, the better of two decodings got 29 right, this way 45 are.
Doubtful long utterances get a second decoding too.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from livekit_nb.audio.pcm import Samples
from livekit_nb.errors import MissingPackagesError
from livekit_nb.server.packages import missing

__all__ = ["RATE_HZ", "Recogniser", "Transcript", "find_weights", "read_vocabulary"]

RATE_HZ = 16_000
MAX_UTTERANCE_S = 30.0  #: longer utterances are recognised from their last 30 s
TOKENS_PER_SECOND = 6.5  #: beyond this the decoder is only repeating itself
PADDINGS_S = (0.3, 0.1)  #: zeros on both sides; also mends abrupt starts ("How own is" → "How old")
MORE_PADDINGS_S = (0.0, 0.2, 0.45)  #: asked when the first two differ
SHORT_S = 2.5  #: up to this long an utterance is always decoded twice
LEAD_S = 0.06  #: what is kept before the first loud sound: the onset of an unvoiced consonant
QUIET_DB = 35.0  #: below the loudest 20 ms by this much, a sound is no part of the first word
DOUBTFUL_LOG_PROBABILITY = -0.4
MIN_LOG_PROBABILITY = -1.0
HEADS, HEAD_SIZE = 8, 36
BOS, EOS = 1, 2
_OLD_SPELLING = re.compile(r"\b(to)-(day|night|morrow)\b", re.IGNORECASE)
_INVENTED = re.compile(r"^\W*(you)?\W*$", re.IGNORECASE)

Heard = dict[str, Any]
"""An encoded utterance: what the decoder is fed with, before its first token."""
Decoding = tuple[Heard, list[int], float]


@dataclass(frozen=True)
class Transcript:
    """What was recognised.

    Attributes
    ----------
    text : str
        Words with capitals and punctuation; empty when nothing credible was said.
    log_probability : float
        Mean natural log-probability of the chosen tokens, 0 for no token.
    """

    text: str
    log_probability: float = 0.0

    def __repr__(self) -> str:
        return f"Transcript({len(self.text)} characters, {self.log_probability:.2f})"


def find_weights() -> Path:
    """Folder of the English tiny model inside the installed ``moonshine_voice`` package.

    The package is located without importing it, for its import loads a native library that is
    not needed here and does not exist for every platform.
    """
    spec = importlib.util.find_spec("moonshine_voice")
    places = list(spec.submodule_search_locations or ()) if spec else []
    for place in places:
        folder = Path(place) / "assets" / "tiny-en"
        if (folder / "encoder_model.ort").is_file():
            return folder
    raise missing("moonshine-voice")


def read_vocabulary(path: Path) -> list[bytes]:
    """Tokens of a Moonshine ``tokenizer.bin``: for each a length and its UTF-8 bytes.

    A length byte with its high bit set is followed by a second one, worth 128 each.
    """
    data = path.read_bytes()
    tokens: list[bytes] = []
    at = 0
    while at < len(data):
        size = data[at]
        at += 1
        if size >= 128:
            size = size - 128 + data[at] * 128
            at += 1
        tokens.append(data[at : at + size])
        at += size
    return tokens


class Recogniser:
    """Moonshine tiny; one instance serves all conversations, from any thread.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Where the three model files are; by default the ``moonshine_voice`` package's.
    """

    def __init__(self, folder: Path | None = None) -> None:
        try:
            import onnxruntime
        except ImportError as error:
            raise missing("onnxruntime") from error
        folder = folder or find_weights()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # The arena keeps the largest utterance's memory for ever; without it the process stays
        # small and decoding is not measurably slower.
        options.enable_cpu_mem_arena = False

        def load(name: str) -> Any:
            try:
                return onnxruntime.InferenceSession(
                    str(folder / name), options, providers=["CPUExecutionProvider"]
                )
            except Exception as error:
                raise MissingPackagesError(
                    f"The speech model {name} cannot be read ({type(error).__name__}); the package "
                    "is probably damaged. Install it anew: "
                    "pip install --force-reinstall 'livekit-nb[local]'"
                ) from error

        self._encoder = load("encoder_model.ort")
        self._decoder = load("decoder_model_merged.ort")
        self._vocabulary = read_vocabulary(folder / "tokenizer.bin")
        self._outputs = [output.name for output in self._decoder.get_outputs()]
        self._past = [name.replace("present", "past_key_values") for name in self._outputs[1:]]
        self._beside = ThreadPoolExecutor(2, thread_name_prefix="recogniser-beside")

    def warm_up(self) -> None:
        """Run once, so that the first conversation does not pay for lazy initialisation."""
        self._greedy(self._encode(np.zeros(RATE_HZ // 2, np.float32), 0.3), 2)

    def transcribe(self, samples: Samples, wanted: Callable[[], bool] = lambda: True) -> Transcript:
        """Recognise one utterance.

        Parameters
        ----------
        samples : float32, shape (n,)
            Speech at 16 kHz within ±1. Only the last 30 s are used.
        wanted : callable, optional
            Asked now and then; when it says no, the work is dropped and the text is empty.
        """
        samples = samples[-int(MAX_UTTERANCE_S * RATE_HZ) :]
        if len(samples) < RATE_HZ // 20:
            return Transcript("")
        samples = _without_lead(samples)
        tokens, log_probability = self._likeliest(samples, wanted)
        text = self._text(tokens)
        if not wanted():
            return Transcript("")
        if _INVENTED.match(text) or "♪" in text or log_probability < MIN_LOG_PROBABILITY:
            return Transcript("", log_probability)
        return Transcript(text, log_probability)

    def _likeliest(self, samples: Samples, wanted: Callable[[], bool]) -> tuple[list[int], float]:
        """Return the tokens of the best decoding, and their mean log-probability."""
        limit = max(4, int(TOKENS_PER_SECOND * len(samples) / RATE_HZ))
        first, second = PADDINGS_S

        def decode(padding_s: float) -> Decoding:
            heard = self._encode(samples, padding_s)
            return heard, *self._greedy(heard, limit, wanted)

        if len(samples) <= SHORT_S * RATE_HZ:
            beside = self._beside.submit(decode, second)
            decodings = [decode(first), beside.result()]
        else:
            decodings = [decode(first)]
            _, tokens, log_probability = decodings[0]
            doubtful = log_probability < DOUBTFUL_LOG_PROBABILITY
            if doubtful and wanted() and not _INVENTED.match(self._text(tokens)):
                decodings.append(decode(second))
        if self._words(decodings[0][1]) == self._words(decodings[-1][1]) or not wanted():
            return max((d[1:] for d in decodings), key=lambda result: result[1])
        if len(samples) <= SHORT_S * RATE_HZ:
            decodings += self._beside.map(decode, MORE_PADDINGS_S)
        candidates = {tuple(tokens) for _, tokens, _ in decodings}
        means = {
            tokens: float(np.mean([self._score(heard, tokens) for heard, _, _ in decodings]))
            for tokens in sorted(candidates)
        }
        best = max(means, key=lambda tokens: means[tokens])
        return list(best), means[best]

    def _encode(self, samples: Samples, padding_s: float) -> Heard:
        padding = np.zeros(int(padding_s * RATE_HZ), np.float32)
        audio = np.concatenate([padding, samples, padding])[None]
        mask = np.ones(audio.shape, np.int64)  # of the audio's length, also for the decoder
        states = self._encoder.run(None, {"input_values": audio, "attention_mask": mask})[0]
        empty = np.zeros((1, HEADS, 0, HEAD_SIZE), np.float32)
        nothing = dict.fromkeys(self._past, empty)
        return nothing | {"encoder_hidden_states": states, "encoder_attention_mask": mask}

    def _greedy(
        self, heard: Heard, limit: int, wanted: Callable[[], bool] = lambda: True
    ) -> tuple[list[int], float]:
        """Return tokens and their mean log-probability."""
        feeds = dict(heard)
        token, total = BOS, 0.0
        tokens: list[int] = []
        for step in range(limit):
            if not wanted():
                return [], 0.0
            feeds["input_ids"] = np.array([[token]], np.int64)
            feeds["use_cache_branch"] = np.array([step > 0])
            results = self._decoder.run(None, feeds)
            logits = results[0][0, -1]
            token = int(logits.argmax())
            total += float(_log_softmax(logits)[token])
            if token == EOS:
                return tokens, total / (step + 1)
            tokens.append(token)
            # The cross-attention's keys are computed in the first step and kept.
            feeds |= {
                name: value
                for name, value in zip(self._past, results[1:], strict=True)
                if step == 0 or ".decoder." in name
            }
        return tokens, total / limit

    def _score(self, heard: Heard, tokens: Sequence[int]) -> float:
        """Return the mean log-probability of given tokens, in one run of the decoder."""
        feeds = heard | {
            "input_ids": np.array([[BOS, *tokens]], np.int64),
            "use_cache_branch": np.array([False]),
        }
        logits = self._decoder.run(self._outputs[:1], feeds)[0][0]
        return float(_log_softmax(logits)[np.arange(len(logits)), [*tokens, EOS]].mean())

    def _words(self, tokens: list[int]) -> list[str]:
        """Words without case and punctuation: "Hello there!" and "Hello, there." are the same."""
        return re.findall(r"[\w']+", self._text(tokens).lower())

    def _text(self, tokens: list[int]) -> str:
        known = (self._vocabulary[token] for token in tokens if token < len(self._vocabulary))
        text = b"".join(known).decode("utf-8", "replace").replace("▁", " ").strip()
        return _OLD_SPELLING.sub(r"\1\2", text)


def _without_lead(samples: Samples) -> Samples:
    """Cut the quiet before the first word to :data:`LEAD_S`."""
    step = RATE_HZ // 50
    whole = samples[: len(samples) // step * step].reshape(-1, step)
    powers = np.square(whole, dtype=np.float64).mean(axis=1)
    loud = np.flatnonzero(powers > powers.max(initial=0.0) * 10 ** (-QUIET_DB / 10))
    if not len(loud):
        return samples
    return samples[max(0, int(loud[0]) * step - int(LEAD_S * RATE_HZ)) :]


def _log_softmax(logits: Samples) -> npt.NDArray[np.float64]:
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))
