"""What may be kept of a message: nothing of its sound, nothing secret, everything else."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livekit_nb.wire.elided import MAX_BODY_BYTES, elided, with_audio

KEY = "AIzaSy-this-is-a-key-of-somebody-0123456"


def blob(data: bytes, mime: str = "audio/pcm;rate=24000", *, url_safe: bool = False) -> dict:
    encode = base64.urlsafe_b64encode if url_safe else base64.b64encode
    return {"inlineData": {"mimeType": mime, "data": encode(data).decode()}}


def message(*parts: dict, **more: object) -> dict:
    return {"serverContent": {"modelTurn": {"parts": list(parts)}, **more}}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=100),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(json_values, st.booleans())
def test_what_holds_neither_data_nor_secrets_stays_as_it_was(value: object, ascii_: bool) -> None:
    text = json.dumps({"toolCall": value}, ensure_ascii=ascii_)
    assert json.loads(elided(text)) == json.loads(text)


@given(
    st.lists(st.binary(max_size=900).filter(lambda data: len(data) % 2 == 0), max_size=4),
    st.booleans(),
    st.sampled_from([None, 1]),
)
def test_sound_is_taken_out_and_put_back(
    pieces: list[bytes], url_safe: bool, indent: int | None
) -> None:
    parts = [blob(data, url_safe=url_safe) for data in pieces]
    frame = json.dumps(message(*parts, outputTranscription={"text": "héllo"}), indent=indent)
    body = elided(frame)
    for data, part in zip(pieces, parts, strict=True):
        assert f"<{len(data)} bytes of audio>" in body
        if len(data) > 3:
            assert part["inlineData"]["data"] not in body
    restored = json.loads(with_audio(body, b"".join(pieces)))
    assert restored == message(*map(blob, pieces), outputTranscription={"text": "héllo"})


def test_sound_of_another_rate_comes_back_converted_and_sound_not_kept_comes_back_empty() -> None:
    body = elided(json.dumps(message(blob(bytes(800), "audio/pcm;rate=16000"), blob(bytes(400)))))
    back = json.loads(with_audio(body, b"\1\0" * 900))["serverContent"]["modelTurn"]["parts"]
    assert back == [blob(b"\1\0" * 900), blob(b"")]
    nothing = json.loads(with_audio(body, b""))["serverContent"]["modelTurn"]["parts"]
    assert nothing == [blob(b""), blob(b"")]


@pytest.mark.parametrize(
    ("mime", "word"),
    [("image/jpeg", "picture"), ("audio/l16", "audio"), ("text/plain", "data")],
)
def test_data_says_what_it_was(mime: str, word: str) -> None:
    data = bytes(range(256)) * 2
    for names in (("mimeType", "data"), ("mime_type", "data")):
        for order in (names, names[::-1]):
            fields = {names[0]: mime, names[1]: base64.b64encode(data).decode()}
            frame = json.dumps({"a": [{"b": {name: fields[name] for name in order}}]})
            assert f'"data": "<512 bytes of {word}>"' in elided(frame)


def test_short_data_of_no_known_type_and_words_stay() -> None:
    frame = '{"args":{"data":"abcd","text":"' + "long words " * 50 + '"}}'
    assert elided(frame) == frame
    assert "<225 bytes of data>" in elided('{"thoughtSignature":"' + "A" * 300 + '"}')


@pytest.mark.parametrize("secret", [KEY, f"auth_tokens/{KEY}", "s3cret/with/slashes"])
def test_secrets_are_nowhere_however_they_are_written(secret: str) -> None:
    escaped = "".join(f"\\u{ord(character):04x}" for character in secret)
    half = escaped[:12] + secret[2:]
    for spelling in (secret, secret.replace("/", "\\/"), escaped, half):
        for frame in (
            f'{{"toolResponse":{{"text":"it is {spelling}."}}}}',
            f'{{"{spelling}":1}}',
            f'no json "{spelling}',
        ):
            body = elided(frame, [secret])
            assert "<key>" in body
            assert secret[4:] not in body
            assert secret not in str(body.encode().decode("unicode_escape"))


def test_keys_and_tokens_are_known_by_their_looks() -> None:
    body = elided(f'{{"text":"{KEY} auth_tokens/abc.def-123 and the AIza of nobody"}}')
    assert body == '{"text":"<key> <key> and the AIza of nobody"}'


def test_handles_are_taken_out_where_they_are_handles() -> None:
    update = '{"sessionResumptionUpdate":{"newHandle":"h4nd\\"le","resumable":true}}'
    assert elided(update) == update.replace('h4nd\\"le', "<handle>")
    snake = '{"session_resumption_update": {"new_handle" : "abc"}}'
    assert elided(snake) == snake.replace("abc", "<handle>")
    resume = '{"setup":{"sessionResumption":{"handle":"abc"}}}'
    assert elided(resume, setup=True) == resume.replace("abc", "<handle>")
    door = '{"toolCall":{"functionCalls":[{"args":{"handle":"brass"}}]}}'
    assert elided(door) == door


def test_what_is_long_is_cut_and_says_so_but_never_in_a_secret() -> None:
    for before in range(MAX_BODY_BYTES - 120, MAX_BODY_BYTES + 20, 7):
        frame = '{"text":"' + "ä " * (before // 3) + KEY + " words" * 2000 + '"}'
        body = elided(frame, [KEY])
        assert len(body.encode()) <= MAX_BODY_BYTES
        assert "more bytes>" in body
        assert KEY[:8] not in body
    assert "too long" in elided("x" * 3_000_000)


@given(st.text(max_size=400))
def test_no_text_is_too_strange(text: str) -> None:
    elided(text, ["secret-secret"], setup=True)
    with_audio(text, b"ab")
