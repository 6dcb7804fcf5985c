"""``docs/protocol.md`` and the structs say the same."""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import inspect

from livekit_nb.wire import messages as m

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "protocol.md").read_text(encoding="utf-8")


def sections() -> dict[str, list[list[str]]]:
    """Return the rows of each message's table, cell by cell."""
    found = {}
    for text in re.split(r"(?m)^### ", PAGE)[1:]:
        rows = re.findall(r"(?m)^\| (`.*) \|$", text.split("\n## ")[0])
        found[text.split("\n")[0]] = [row.split(" | ") for row in rows]
    return found


def fields(name: str) -> list[str]:
    kind = inspect.type_info(getattr(m, name))
    assert isinstance(kind, inspect.StructType)
    return [item.encode_name for item in kind.fields]


def test_every_message_has_its_table_and_every_table_its_message() -> None:
    assert set(sections()) == set(m.__all__) - {"Message", "Empty"}


def test_every_field_is_in_the_table_of_its_message_and_no_other() -> None:
    for name, rows in sections().items():
        listed = [row[0].strip("`") for row in rows]
        assert sorted(listed) == sorted(fields(name)), name


def test_every_row_says_what_either_side_does_and_where_that_is_tested() -> None:
    for name, rows in sections().items():
        for row in rows:
            assert len(row) == 4, (name, row)
            assert all(cell.strip() for cell in row), (name, row)
            assert re.fullmatch(r"`[\w/]+\.py`( `[\w/]+\.py`)*", row[3]), (name, row)


def test_the_tests_it_names_are_there() -> None:
    named = set(re.findall(r"`((?:tests/)?(?:\w+/)+test_\w+\.py)`", PAGE))
    assert len(named) > 10
    for path in named:
        assert (TESTS / path.removeprefix("tests/")).is_file(), path
