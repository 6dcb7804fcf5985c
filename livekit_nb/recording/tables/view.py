"""How a table is drawn: as HTML that needs no style sheet, and as text whose columns align.

The HTML has no colours of its own, so it reads on light and dark alike. What matters is said
twice, by style and by attributes: JupyterLab's tables stand at the right unless told otherwise,
and GitHub and some viewers drop styles.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from livekit_nb.recording.tables.table import Column

__all__ = ["html_of", "styled", "text_of"]

_MOST_ROWS: Final = 60
"""Longer tables are shown by their beginning and their end."""

_ENDS: Final = 15
_LONGEST_CELL: Final = 320
_WIDTH: Final = 120
_NARROWEST: Final = 12
_JOINERS: Final = "\u200c\u200d"


def html_of(
    columns: Sequence[Column[Any]], items: Sequence[Any], title: str, *, most: int = _MOST_ROWS
) -> str:
    """Draw a table as HTML: a caption, heads with ``scope``, numbers at the right.

    Tables of more than ``most`` rows are shown by their ends.
    """
    heads = "".join(
        f'<th scope="col" {_side(column)}>{escape(_head(column))}</th>' for column in columns
    )
    first, last = _ends(items, most)
    rows = [_html_row(columns, item) for item in first]
    if last:
        rows.append(
            f'<tr><td colspan="{len(columns)}" align="center">'
            f"… {len(items) - len(first) - len(last):,} more …</td></tr>"
        )
        rows.extend(_html_row(columns, item) for item in last)
    return (
        f"<table><caption>{escape(title)}</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def styled(table: str) -> str:
    """Style a table for places without a style sheet of ours, such as notebooks."""
    for side in ("left", "right", "center"):
        table = table.replace(f' align="{side}"', f' align="{side}" style="text-align:{side}"')
    above = '<caption style="caption-side:top;text-align:left">'
    return f'<div style="overflow-x:auto">{table.replace("<caption>", above, 1)}</div>'


def text_of(columns: Sequence[Column[Any]], items: Sequence[Any], title: str) -> str:
    """Draw a table as text of at most 120 columns, unless its numbers alone need more."""
    first, last = _ends(items)
    heads = [_head(column).split(" ") for column in columns]
    rows = [
        [_one_line(_abbreviated(_shown(c, item), _LONGEST_CELL)) for c in columns]
        for item in (*first, *last)
    ]
    widths = [
        max(*(_width(word) for word in head), *(_width(row[n]) for row in rows), 1)
        for n, head in enumerate(heads)
    ]
    widths = _fitted(widths, [column.decimals is None for column in columns])
    stacked = [_stacked(head, width) for head, width in zip(heads, widths, strict=True)]
    tall = max((len(head) for head in stacked), default=0)
    above = [[""] * (tall - len(head)) + head for head in stacked]
    lines = [title, *(_line([head[n] for head in above], widths, columns) for n in range(tall))]
    lines.append("  ".join("─" * width for width in widths))
    lines += [_line(row, widths, columns) for row in rows[: len(first)]]
    if last:
        lines.append(f"… {len(items) - len(first) - len(last):,} more …")
        lines += [_line(row, widths, columns) for row in rows[len(first) :]]
    return "\n".join(line.rstrip() for line in lines)


def _ends(items: Sequence[Any], most: int = _MOST_ROWS) -> tuple[Sequence[Any], Sequence[Any]]:
    if len(items) <= most:
        return items, ()
    return items[:_ENDS], items[-_ENDS:]


def _head(column: Column[Any]) -> str:
    head = column.head or column.name
    return f"{head} ({column.unit})" if column.unit else head


def _side(column: Column[Any]) -> str:
    side = "left" if column.decimals is None else "right"
    return f'align="{side}"'


def _html_row(columns: Sequence[Column[Any]], item: Any) -> str:
    cells = []
    for number, column in enumerate(columns):
        tag, scope = ("td", "") if number else ("th", 'scope="row" ')
        words = 'dir="auto" ' if column.decimals is None else ""
        text = escape(_abbreviated(_shown(column, item), _LONGEST_CELL))
        cells.append(f"<{tag} {scope}{words}{_side(column)}>{text}</{tag}>")
    return f"<tr>{''.join(cells)}</tr>"


def _shown(column: Column[Any], item: Any) -> str:
    """Write a value as it is shown; ``—`` is unknown."""
    value = (column.show or column.value)(item)
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, int | float):
        return f"{value:,.{column.decimals or 0}f}" if column.decimals is not None else str(value)
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple) and all(isinstance(entry, str) for entry in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)


def _abbreviated(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def _one_line(text: str) -> str:
    """Replace line ends, and what would command a terminal, by spaces."""
    return "".join(c if c.isprintable() or c in _JOINERS else " " for c in text).strip()


def _width(text: str) -> int:
    """Columns that a text takes where all letters are as wide: East Asian ones take two."""
    return sum(
        0
        if unicodedata.combining(c) or c in _JOINERS
        else 2
        if unicodedata.east_asian_width(c) in "WF"
        else 1
        for c in text
    )


def _fitted(widths: list[int], flexible: list[bool]) -> list[int]:
    """Take from the widest columns of text what the page has not got."""
    widths = list(widths)
    excess = sum(widths) + 2 * (len(widths) - 1) - _WIDTH
    while excess > 0:
        wide = [n for n, bends in enumerate(flexible) if bends and widths[n] > _NARROWEST]
        if not wide:
            break
        widest = max(wide, key=lambda n: widths[n])
        widths[widest] -= 1
        excess -= 1
    return widths


def _stacked(words: Sequence[str], width: int) -> list[str]:
    """Put the words of a head on as many lines as its column is narrow."""
    lines: list[str] = []
    for word in words:
        if lines and _width(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _line(cells: Sequence[str], widths: Sequence[int], columns: Sequence[Column[Any]]) -> str:
    return "  ".join(
        _padded(cell, width, right=column.decimals is not None)
        for cell, width, column in zip(cells, widths, columns, strict=True)
    )


def _padded(text: str, width: int, *, right: bool) -> str:
    if _width(text) > width:
        while _width(text) > width - 1:
            text = text[:-1]
        text += "…"
    space = " " * (width - _width(text))
    return space + text if right else text + space
