import csv
import io
import json
import math
import sys
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livekit_nb.errors import RecordingError
from livekit_nb.recording.tables.table import Column, Table


class Things(Table[dict]):
    noun = "thing"
    layout = (
        Column("t_s", lambda thing: thing["t"], "time", unit="s", decimals=2),
        Column("count", lambda thing: thing.get("count"), decimals=0),
        Column("text", lambda thing: thing.get("text", ""), "what was said"),
        Column("hidden", lambda thing: thing.get("hidden"), shown=False),
    )


class Cells(HTMLParser):
    """The heads and rows of a table, as a browser reads them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.rows: list[list[str]] = []
        self.caption = ""
        self._inside = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        self._inside = tag

    def handle_endtag(self, tag):
        self._inside = ""

    def handle_data(self, data):
        if self._inside in ("td", "th"):
            self.rows[-1][-1] += data
        elif self._inside == "caption":
            self.caption += data


THREE = Things(
    [
        {"t": 1.0, "count": 12_345, "text": "secret"},
        {"t": -0.25, "text": "=1+1", "hidden": [1, {"a": None}]},
        {"t": 1 / 3, "count": 0, "text": 'a "b", <b>c</b>\n& d'},
    ]
)


def test_it_is_a_list_that_does_not_change():
    assert len(THREE) == 3
    assert THREE[0]["t"] == 1.0
    assert list(THREE) == THREE
    assert tuple(THREE) == THREE
    assert Things(THREE) == THREE
    assert Things() == []
    assert list(THREE)[:2] != THREE
    assert THREE != "another thing"
    assert [thing["t"] for thing in reversed(THREE)] == [1 / 3, -0.25, 1.0]
    with pytest.raises(TypeError):
        hash(THREE)
    with pytest.raises(TypeError):
        THREE[0] = {}


def test_slices_are_tables():
    part = THREE[1:]
    assert isinstance(part, Things)
    assert repr(part) == "<2 things>"
    assert part.rows() == THREE.rows()[1:]
    special = Table([1, 2, 3], layout=[Column("n", int, decimals=0)], caption="of mine")
    assert repr(special[:1]) == "<1 row, of mine>"
    assert special[:1].rows() == [{"n": 1}]


def test_repr_holds_no_words():
    assert repr(THREE) == "<3 things>"
    assert "secret" in str(THREE)


def test_rows_are_plain_and_complete():
    assert THREE.columns == ("t_s", "count", "text", "hidden")
    assert THREE.rows()[1] == {
        "t_s": -0.25,
        "count": None,
        "text": "=1+1",
        "hidden": [1, {"a": None}],
    }


def test_html_is_a_table_for_everybody():
    cells = Cells(THREE._repr_html_())
    assert cells.caption == "3 things"
    assert cells.rows[0] == ["time (s)", "count", "what was said"]
    assert cells.rows[1] == ["1.00", "12,345", "secret"]
    assert cells.rows[2] == ["-0.25", "—", "=1+1"]
    assert cells.rows[3] == ["0.33", "0", 'a "b", <b>c</b>\n& d']
    heads = [attrs for tag, attrs in cells.tags if tag == "th"]
    assert [head["scope"] for head in heads] == ["col"] * 3 + ["row"] * 3
    assert [head["align"] for head in heads[:3]] == ["right", "right", "left"]
    assert all(attrs["style"] == f"text-align:{attrs['align']}" for attrs in heads)
    assert not [tag for tag, _ in cells.tags if tag in ("b", "script", "style")]
    assert "color" not in THREE._repr_html_()


def test_long_tables_are_shown_by_their_ends():
    long = Things({"t": float(n), "text": "x"} for n in range(3600))
    rows = Cells(long._repr_html_()).rows
    assert len(rows) == 1 + 15 + 1 + 15
    assert rows[16] == ["… 3,570 more …"]
    assert rows[15][0] == "14.00"
    assert rows[-1][0] == "3,599.00"
    lines = str(long).splitlines()
    assert lines[0] == "3600 things"
    assert "… 3,570 more …" in lines
    assert len(long.rows()) == 3600
    assert len(Cells(long[:60]._repr_html_()).rows) == 61


def test_text_aligns_whatever_is_said():
    table = Things(
        [
            {"t": 1.5, "count": 7, "text": "日本語のテキスト"},
            {"t": 100.25, "text": "e\u0301 accents\x1b[31m\nand lines"},
            {"t": 2.0, "text": "long " * 80},
        ]
    )
    title, *heads, rule, first, second, third = str(table).splitlines()
    assert title == "3 things"
    assert [head.split() for head in heads] == [
        ["time"],
        ["(s)", "count", "what", "was", "said"],
    ] or heads == ["time (s)  count  what was said"]
    assert rule.split() == ["─" * len(part) for part in rule.split()]
    assert first.index("7") == second.index("—") == third.index("—")
    assert first.index("日") == second.index("e\u0301") == third.index("long")
    assert "\x1b" not in str(table)
    assert len(third) <= 120
    assert third.endswith("…")


def test_nothing_is_said_to_be_nothing():
    assert str(Things()) == "no things"
    assert Cells(Things()._repr_html_()).caption == "0 things"
    assert Things().to_json() == "[]\n"
    assert Things().to_csv() == "t_s,count,text,hidden\r\n"
    assert json.loads(Things().to_json()) == []


# Exports

texts = st.text(st.characters(exclude_categories=()), max_size=30)
floats = st.floats(allow_nan=False, allow_infinity=False)
things = st.lists(
    st.fixed_dictionaries(
        {"t": floats, "count": st.none() | st.integers(-(2**60), 2**60), "text": texts},
        optional={"hidden": st.none() | st.booleans() | st.lists(floats | texts, max_size=3)},
    ),
    max_size=6,
)


def half_characters_escaped(text: str) -> str:
    """What becomes of half characters in a file; everything else stays."""
    return text.encode("utf-8", "backslashreplace").decode()


@given(things)
def test_json_is_exact(items):
    table = Things(items)
    assert json.loads(table.to_json()) == table.rows()
    assert json.loads(table.to_json().encode("utf-8", "backslashreplace")) == table.rows()
    if items:
        assert len(table.to_json().split("\n")) >= len(items) + 3


@given(things)
def test_csv_is_exact_for_programs(items):
    table = Things(items)
    read = list(csv.reader(io.StringIO(table.to_csv(formulas=True), newline="")))
    assert read[0] == list(table.columns)
    for row, thing in zip(read[1:], items, strict=True):
        assert float(row[0]) == thing["t"]
        assert row[1] == ("" if thing["count"] is None else str(thing["count"]))
        assert row[2] == thing["text"]


@given(things)
def test_csv_holds_no_formula(items):
    for row in csv.reader(io.StringIO(Things(items).to_csv(), newline="")):
        assert not row[2].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_csv_guards_what_was_said_and_leaves_numbers_alone():
    rows = list(csv.DictReader(io.StringIO(THREE.to_csv(), newline="")))
    assert rows[1]["text"] == "'=1+1"
    assert rows[1]["t_s"] == "-0.25"
    assert rows[1]["hidden"] == '[1, {"a": null}]'
    assert rows[0]["count"] == "12345"
    assert rows[1]["count"] == ""
    assert rows[2]["text"] == 'a "b", <b>c</b>\n& d'
    assert float(rows[2]["t_s"]) == 1 / 3


def test_json_has_null_for_what_is_no_number():
    table = Table([math.nan, math.inf, 1.0], layout=[Column("x", lambda x: [x, {"x": x}])])
    assert json.loads(table.to_json()) == [
        {"x": [None, {"x": None}]},
        {"x": [None, {"x": None}]},
        {"x": [1.0, {"x": 1.0}]},
    ]
    plain = Table([math.nan], layout=[Column("x", float, decimals=1)])
    assert plain.to_csv() == 'x\r\n""\r\n'


def test_files_are_utf_8_and_replaced_whole(tmp_path):
    table = Things([{"t": 1.0, "text": "größer 日本 \ud83d"}])
    for name, write, text in (
        ("a.csv", table.to_csv, table.to_csv()),
        ("a.json", table.to_json, table.to_json()),
    ):
        path = tmp_path / name
        path.write_text("old")
        assert write(path) is None
        assert path.read_bytes() == half_characters_escaped(text).encode()
    assert json.loads((tmp_path / "a.json").read_bytes()) == table.rows()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "a.json"]


def test_a_file_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(RecordingError, match="folder exists"):
        THREE.to_csv(tmp_path / "missing" / "a.csv")


def test_pandas_gets_types_and_gaps():
    frame = THREE.to_pandas()
    assert list(frame.columns) == list(THREE.columns)
    assert frame["t_s"].tolist() == [1.0, -0.25, 1 / 3]
    assert frame["t_s"].dtype == "float64"
    assert frame["count"].dtype == "Int64"
    assert frame["count"].isna().tolist() == [False, True, False]
    assert frame["text"].tolist() == [row["text"] for row in THREE.rows()]
    assert Things().to_pandas().shape == (0, 4)
    assert Things().to_pandas()["t_s"].dtype == "float64"


def test_without_pandas_the_remedy_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(RecordingError, match=r"pip install pandas.*to_csv"):
        THREE.to_pandas()
