"""What the callers say."""

from __future__ import annotations

from benchmarks.duplex_corpus.texts import BACKGROUND, KINDS, SPEAKERS, TEXTS


def test_the_parts_share_neither_sentence_nor_speaker() -> None:
    tune, test = (
        {
            text
            for kind, texts in TEXTS[part].items()
            if kind not in ("backchannel", "brief")
            for text in texts
        }
        for part in ("tune", "test")
    )
    assert not tune & test
    voices = [{*SPEAKERS[part], BACKGROUND[part]} for part in ("tune", "test")]
    assert not voices[0] & voices[1]


def test_every_kind_is_in_both_parts_and_only_hesitations_have_pauses() -> None:
    for texts in TEXTS.values():
        assert set(texts) == set(KINDS)
        for kind, lines in texts.items():
            assert len(set(lines)) == len(lines)
            assert {line.count("|") for line in lines} == {kind in ("pause", "um", "and")}
