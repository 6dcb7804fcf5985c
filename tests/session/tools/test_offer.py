"""Tools as each generation of models takes them, and what is refused before connecting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import livekit_nb as live
from livekit_nb.errors import SettingsError, ToolDeclarationError
from livekit_nb.session.tools.builtin import BuiltinTool
from livekit_nb.session.tools.offer import as_tools, manner_of, tool_groups
from livekit_nb.wire.profiles import PROFILES

STABLE = "gemini-3.8-live"
THINKING = "gemini-3.8-live-extended-thinking"
SYNC_ONLY = "gemini-3.1-flash-live-preview"
OLDEST = "gemini-2.5-flash-native-audio-preview-12-2025"


def weather(city: str) -> None:
    """Weather."""


def ticks(city: str) -> Iterator[int]:
    """Ticks."""
    yield 1


PLAIN = live.tool(weather)
WAITS = live.tool(blocking=True)(weather)
GOES_ON = live.tool(blocking=False)(weather)
SPEAKS_UP = live.tool(scheduling="interrupt")(weather)
STREAMS = live.tool(ticks)
STREAMS_AT_ONCE = live.tool(blocking=True)(ticks)


@pytest.mark.parametrize(
    ("tool", "model", "behavior", "blocking", "scheduled"),
    [
        (PLAIN, STABLE, None, False, True),
        (WAITS, STABLE, "BLOCKING", True, False),
        (GOES_ON, STABLE, "NON_BLOCKING", False, True),
        (SPEAKS_UP, STABLE, "NON_BLOCKING", False, True),
        (STREAMS, STABLE, "NON_BLOCKING", False, True),
        (STREAMS_AT_ONCE, STABLE, "BLOCKING", True, False),
        # Where there is only one way, the declaration does not speak of it.
        (PLAIN, THINKING, None, False, False),
        (GOES_ON, THINKING, None, False, False),
        (STREAMS, THINKING, None, False, False),
        (PLAIN, SYNC_ONLY, None, True, False),
        (WAITS, SYNC_ONLY, None, True, False),
        (STREAMS, SYNC_ONLY, None, True, False),
        (PLAIN, OLDEST, None, True, False),
        (SPEAKS_UP, OLDEST, "NON_BLOCKING", False, True),
        (STREAMS, OLDEST, "NON_BLOCKING", False, True),
    ],
)
def test_a_tool_is_adapted_to_the_model(
    tool: live.Tool, model: str, behavior: str | None, blocking: bool, scheduled: bool
) -> None:
    profile = PROFILES[model]
    manner = manner_of(tool, profile)
    assert (manner.behavior, manner.blocking, manner.scheduled) == (behavior, blocking, scheduled)
    (group,) = tool_groups([tool], profile) or []
    (declaration,) = group.function_declarations or []
    assert declaration.behavior == behavior
    assert tool.declaration.behavior is None
    live.connect(tools=[tool], model=model, endpoint="local")  # and nothing of it is refused


@pytest.mark.parametrize(
    ("tool", "model", "remedy"),
    [
        (WAITS, THINKING, r"BLOCKING is not supported. Use NON_BLOCKING \(blocking=False\)"),
        (GOES_ON, SYNC_ONLY, r"NON_BLOCKING is not supported. Use BLOCKING \(blocking=True\)"),
        (STREAMS_AT_ONCE, THINKING, "or leave it out"),
        (SPEAKS_UP, THINKING, "scheduling of tool 'weather': .* when it likes. Leave it out"),
        (SPEAKS_UP, SYNC_ONLY, "scheduling of tool 'weather': .* every result. Leave it out"),
    ],
)
def test_what_a_model_does_not_do_is_refused_before_connecting(
    tool: live.Tool, model: str, remedy: str
) -> None:
    with pytest.raises(SettingsError, match=remedy):
        live.connect(tools=[tool], model=model, endpoint="local")


# The service's own tools --------------------------------------------------------------------------


def groups(*tools: Any, model: str = STABLE) -> list[Any]:
    return tool_groups(as_tools(tools), PROFILES[model]) or []


def test_names_become_the_services_own_tools() -> None:
    functions, search, maps = groups(weather, "google_search", {"google_maps": {"x": 1}})
    assert [item.name for item in functions.function_declarations] == ["weather"]
    assert search.google_search == {}
    assert search.function_declarations is None
    assert maps.google_maps == {"x": 1}


@pytest.mark.parametrize("model", PROFILES)
def test_every_model_may_search(model: str) -> None:
    live.connect(tools=[weather, "google_search"], model=model, endpoint="local")


@pytest.mark.parametrize("name", ["code_execution", "url_context", "google_maps", "file_search"])
@pytest.mark.parametrize("model", PROFILES)
def test_what_no_live_model_has_is_refused_with_the_remedy(name: str, model: str) -> None:
    with pytest.raises(SettingsError, match=f"tool {name}: .*it has google_search"):
        live.connect(tools=[name], model=model, endpoint="local")


@pytest.mark.parametrize(
    ("tools", "remedy"),
    [
        (["google_serch"], "Did you mean 'google_search'"),
        (["weather"], "passed as the function, not by its name"),
        ([{"google_search": None}], "one by one"),
        ([{"google_search": {}, "url_context": {}}], "one by one"),
        ([3], "Write a function"),
    ],
)
def test_what_is_no_tool_is_refused_with_a_remedy(tools: list[Any], remedy: str) -> None:
    with pytest.raises(ToolDeclarationError, match=remedy):
        as_tools(tools)


def test_a_tool_of_the_service_keeps_its_settings_to_itself() -> None:
    assert "secret" not in repr(BuiltinTool("file_search", {"key": "secret"}))


# Whatever may be passed as tools ----------------------------------------------------------------


def test_one_tool_or_many() -> None:
    assert as_tools(None) == []
    assert [tool.name for tool in as_tools(weather)] == ["weather"]
    assert [tool.name for tool in as_tools("google_search")] == ["google_search"]
    many = as_tools([weather, [STREAMS, "google_search"], (BuiltinTool("url_context"),)])
    assert [tool.name for tool in many] == ["weather", "ticks", "google_search", "url_context"]
    assert tool_groups([], PROFILES[STABLE]) is None


def test_two_of_a_name_are_refused() -> None:
    with pytest.raises(SettingsError, match="Two tools are named weather"):
        live.connect(tools=[weather, WAITS], endpoint="local")
