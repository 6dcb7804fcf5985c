"""What a token lays down of a setup."""

from __future__ import annotations

import msgspec
import pytest

from livekit_nb.server.door.locking import constrained, paths_of
from livekit_nb.wire.messages import Setup


def setup(**fields):
    return msgspec.convert(fields, Setup)


CLIENT = setup(
    model="models/theirs",
    generationConfig={"temperature": 2.0, "seed": 1},
    systemInstruction={"parts": [{"text": "theirs"}]},
)
TOKEN = setup(
    model="models/ours",
    generationConfig={"temperature": 0.5, "responseModalities": ["AUDIO"]},
)


def told(result):
    config = result.generation_config
    instruction = result.system_instruction
    return (
        result.model.removeprefix("models/"),
        config and config.temperature,
        config and config.seed,
        config and config.response_modalities,
        instruction and instruction.text,
    )


@pytest.mark.parametrize(
    ("token", "mask", "expected"),
    [
        (None, None, ("theirs", 2.0, 1, None, "theirs")),
        (TOKEN, None, ("ours", 0.5, None, ["AUDIO"], None)),
        (TOKEN, "model", ("ours", 2.0, 1, None, "theirs")),
        (TOKEN, "model,generationConfig.temperature", ("ours", 0.5, 1, None, "theirs")),
        (TOKEN, "generation_config.response_modalities", ("theirs", 2.0, 1, ["AUDIO"], "theirs")),
        (TOKEN, "temperature", ("theirs", 0.5, 1, None, "theirs")),
        (TOKEN, "generationConfig", ("theirs", 0.5, None, ["AUDIO"], "theirs")),
        (TOKEN, "model,system_instruction", ("ours", 2.0, 1, None, None)),
        (TOKEN, ["model", " seed "], ("ours", 2.0, None, None, "theirs")),
        (None, "systemInstruction", ("theirs", 2.0, 1, None, None)),
        (TOKEN, "unknown,generationConfig.unknown.deeper", ("theirs", 2.0, 1, None, "theirs")),
        (TOKEN, " ", ("ours", 0.5, None, ["AUDIO"], None)),
    ],
)
def test_the_listed_fields_are_the_tokens(token, mask, expected):
    assert told(constrained(CLIENT, token, paths_of(mask))) == expected


def test_what_the_client_says_is_left_alone():
    before = msgspec.json.encode(CLIENT)
    constrained(CLIENT, TOKEN, paths_of("generationConfig.temperature"))
    assert msgspec.json.encode(CLIENT) == before


def test_a_field_may_be_laid_down_where_the_client_has_nothing():
    result = constrained(setup(model="m"), TOKEN, ["generationConfig.temperature"])
    assert result.generation_config.temperature == 0.5
    assert result.generation_config.response_modalities is None


@pytest.mark.parametrize("locked", [None, ["sessionResumption"]])
def test_the_handle_is_the_clients(locked):
    client = setup(model="m", sessionResumption={"handle": "h"})
    token = setup(model="m", sessionResumption={})
    assert constrained(client, token, locked).session_resumption.handle == "h"
    without = constrained(client, setup(model="m"), locked)
    assert without.session_resumption is None


def test_bytes_stay_bytes():
    picture = setup(model="m", avatarConfig={"customizedAvatar": {"imageData": "AAEC"}})
    result = constrained(picture, TOKEN, ["model"])
    assert result.avatar_config.customized_avatar.image_data == b"\x00\x01\x02"
