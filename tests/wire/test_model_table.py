"""The table of models."""

from __future__ import annotations

import re

import livekit_nb as live
from livekit_nb.wire.profiles import DEFAULT_MODEL, PROFILES, Profile


def test_the_table_holds_every_profile_the_default_first() -> None:
    table = live.models()
    assert list(table) == list(PROFILES.values())
    assert table[0].name == DEFAULT_MODEL
    assert len(table) == 4


def test_as_text_each_model_is_a_column() -> None:
    head, *rows = repr(live.models()).splitlines()
    assert head.split() == list(PROFILES)
    thinking = next(row for row in rows if row.startswith("thinking"))
    assert "leave it out" in thinking
    assert "minimal/low/medium/high" in thinking
    assert "thinking_budget" in thinking


def test_as_html_the_headings_are_headings() -> None:
    html = live.models()._repr_html_()
    assert re.findall(r"<th scope='col'[^>]*>([^<]*)</th>", html) == ["", *PROFILES]
    assert html.count("<tr>") == html.count("scope='row'") + 1
    assert html.count("<td ") == 4 * html.count("scope='row'")


def test_whatever_tells_generations_apart_is_in_the_table() -> None:
    from livekit_nb.wire.model_table import _ROWS

    # How events are cut, and how a wrong setup is told, is nothing one chooses a model by.
    unseen = {"name", "parts_together", "wants_empty_left_out", "falls_silent", "thinking_budget"}
    shown = set(Profile.__dataclass_fields__) - unseen
    assert len(_ROWS) == len(shown)
