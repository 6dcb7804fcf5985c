"""What a chat endpoint is told: settings, declarations and the bounded history."""

from __future__ import annotations

import argparse

import pytest

from livekit_nb.errors import SettingsError
from livekit_nb.server.chat.declarations import Offer, json_schema
from livekit_nb.server.chat.history import MAX_CHARACTERS, MAX_EXCHANGES, History
from livekit_nb.server.chat.settings import ChatSettings, add_options, base_url, settings_of


def settings(*arguments, **environment):
    parser = argparse.ArgumentParser()
    add_options(parser)
    return settings_of(parser.parse_args(arguments), environment)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/v1"),
        ("https://host/api/v1/", "https://host/api/v1"),
        (" http://[::1]:80/v1/chat/completions ", "http://[::1]:80/v1"),
    ],
)
def test_addresses(given, used):
    assert base_url(given) == used


@pytest.mark.parametrize(
    "given",
    ["host:8080", "ftp://host", "http://", "http://me:canary@host", "http://h/v1?key=canary",
     "http://h:99999/", "http://[/"],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_being_shown(given):
    with pytest.raises(SettingsError, match="LIVEKIT_NB_LLM_KEY") as refusal:
        base_url(given)
    assert "canary" not in str(refusal.value)


def test_options_come_before_the_environment():
    assert settings() is None
    told = {"LIVEKIT_NB_LLM": "http://a", "LIVEKIT_NB_LLM_MODEL": "x", "LIVEKIT_NB_LLM_KEY": "k"}
    assert settings(**told) == ChatSettings("http://a/v1", "x", "k")
    chosen = settings("--llm", "http://b", "--llm-model", "y", "--llm-images", **told)
    assert chosen == ChatSettings("http://b/v1", "y", "k", images=True)
    assert settings("--llm", "http://b", LIVEKIT_NB_LLM_IMAGES="1").images
    assert settings("--llm", "http://b", "--llm-timeout-s", "3").timeout_s == 3.0


@pytest.mark.parametrize("key", ["canary two", "canärý"])
def test_a_key_that_is_none_is_refused_without_being_shown(key):
    with pytest.raises(SettingsError) as refusal:
        settings("--llm", "http://b", LIVEKIT_NB_LLM_KEY=key)
    assert "can" not in str(refusal.value).replace("cannot", "")


def test_the_live_apis_schemas_become_json_schema():
    told = {
        "type": "OBJECT",
        "properties": {
            "when": {"type": "STRING", "format": "date-time", "nullable": True, "example": "now"},
            "size": {"type": "STRING", "format": "enum", "enum": ["S", "M"], "nullable": True},
            "tags": {"type": "ARRAY", "items": {"type": "STRING"}, "maxItems": "3"},
            "one": {"anyOf": [{"type": "INTEGER"}, {"type": "STRING"}]},
        },
        "required": ["when"],
        "propertyOrdering": ["when", "size"],
    }
    assert json_schema(told) == {
        "type": "object",
        "properties": {
            "when": {"type": ["string", "null"], "format": "date-time", "examples": ["now"]},
            "size": {"type": ["string", "null"], "enum": ["S", "M", None]},
            "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 3},
            "one": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
        },
        "required": ["when"],
    }


def test_json_schema_stays_as_it_is():
    given = {"type": "object", "properties": {"x": {"$ref": "#/$defs/y"}}, "$defs": {"y": {}}}
    (tool,) = Offer([{"name": "f", "parametersJsonSchema": given}]).tools
    assert tool["function"]["parameters"] == given


def test_names_that_an_endpoint_would_refuse_are_translated_both_ways():
    names = ["a.b", "a:b", "a_b", "x" * 100, "x" * 100 + "y"]
    offer = Offer([{"name": name} for name in names])
    offered = [tool["function"]["name"] for tool in offer.tools]
    assert len(set(offered)) == 5
    assert all(len(name) <= 64 and name.replace("_", "a").isalnum() for name in offered)
    assert [offer.declared(name) for name in offered] == names
    assert [offer.offered(name) for name in names] == offered
    assert offer.declared("other") is None


def test_the_history_is_bounded_and_begins_with_a_question():
    history = History()
    for number in range(3 * MAX_EXCHANGES):
        history.ask(f"Question {number}?")
        history.tell("Yes.")
        history.spoken("Yes.", interrupted=False)
    messages = history.messages()
    assert len(messages) == 2 * MAX_EXCHANGES
    assert messages[0]["role"] == "user"
    history.ask("x" * (2 * MAX_CHARACTERS))
    assert [message["role"] for message in history.messages()] == ["user"]


def test_long_results_are_cut():
    history = History()
    history.answered("f", {}, {"text": "x" * 100_000})
    assert len(history.messages()[0]["content"]) < 9_000


def test_what_nobody_heard_was_not_said():
    history = History()
    history.ask("Hello?")
    history.tell("Hi there.")
    history.spoken("", interrupted=False)
    assert [message["role"] for message in history.messages()] == ["user"]
