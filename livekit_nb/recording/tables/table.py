"""Tables: lists that show themselves well, and go to CSV, JSON and pandas.

What a table is of, its columns say: each has a name (with its unit, as files have it), a way to
its value, and how it is shown. A table of some kind is a subclass with a ``layout``:

    class Frames(Table[VideoFrame]):
        noun = "frame"
        layout = (
            Column("t_s", lambda frame: frame.t, "time", unit="s", decimals=3),
            Column("width_px", lambda frame: frame.width, "width", unit="px", decimals=0),
        )

How it is drawn is in `livekit_nb.recording.tables.view`.
"""

from __future__ import annotations

import copy
import csv
import io
import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Any, ClassVar, Final, Generic, Self, TypeVar, overload

from livekit_nb.errors import RecordingError
from livekit_nb.recording.display import counted
from livekit_nb.recording.tables.view import html_of, styled, text_of
from livekit_nb.recording.writing import write_text

__all__ = ["Column", "Table", "as_json"]

T = TypeVar("T")

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """One column of a table.

    Attributes
    ----------
    name : str
        Its name in rows and files, unit included: ``"overlap_s"``.
    value : callable
        Item → its value: a number, a text, ``True``/``False``, ``None`` (unknown), or lists and
        dictionaries of those.
    head : str
        What stands above it where it is shown; the name unless told otherwise.
    unit : str
        Shown in the head, in brackets.
    decimals : int or None
        Decimals shown of a number, 0 for counts; ``None``: it is no number, and stands at the left.
    shown : bool
        Whether it is shown at all. Files and `Table.rows` have every column.
    show : callable or None
        Item → what is shown instead of the value.
    """

    name: str
    value: Callable[[T], Any]
    head: str = ""
    unit: str = ""
    decimals: int | None = None
    shown: bool = True
    show: Callable[[T], Any] | None = None


class Table(Sequence[T]):
    """A list that shows itself as a table, in a notebook and when printed.

    It is a picture of the moment in which it was made, and does not change. Slices are tables of
    the same kind; it equals a list or tuple of the same items. Its ``repr`` holds no words of
    anybody; what is shown in a notebook, printed or exported may: who does that asks for them.

    Parameters
    ----------
    items : iterable
        What is in it.
    layout : sequence of Column, optional
        Columns other than those of its class.
    caption : str, optional
        What is said of it after the number of its items.
    """

    noun: ClassVar[str] = "row"
    """What an item is called."""

    layout: Sequence[Column[Any]] = ()
    """The columns."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(
        self,
        items: Iterable[T] = (),
        *,
        layout: Sequence[Column[Any]] | None = None,
        caption: str = "",
    ) -> None:
        self._items: Sequence[T] = tuple(items)
        self._caption = caption
        if layout is not None:
            self.layout = tuple(layout)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...
    def __getitem__(self, index: int | slice) -> T | Self:
        if not isinstance(index, slice):
            return self._items[index]
        part = copy.copy(self)
        part._items = self._items[index]
        return part

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Table):
            return self._items == other._items
        if isinstance(other, list | tuple):
            return self._items == tuple(other)
        return NotImplemented

    @property
    def title(self) -> str:
        """What it is, in a line without anybody's words."""
        return ", ".join(filter(None, (counted(len(self), self.noun), self._caption)))

    def __repr__(self) -> str:
        return f"<{self.title}>"

    def __str__(self) -> str:
        return text_of(self._shown, self._items, self.title) if self else f"no {self.noun}s"

    def _repr_html_(self) -> str:
        return styled(html_of(self._shown, self._items, self.title))

    @property
    def _shown(self) -> list[Column[Any]]:
        return [column for column in self.layout if column.shown]

    # Out of here

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, units included, as rows and files have them."""
        return tuple(column.name for column in self.layout)

    def rows(self) -> list[dict[str, Any]]:
        """Return the items as dictionaries of plain values; ``None`` is unknown.

        Returns
        -------
        list of dict
            Column's name → number, text, ``True``/``False``, ``None``, or lists and dictionaries
            of those.
        """
        columns = [(column.name, column.value) for column in self.layout]
        return [{name: value(item) for name, value in columns} for item in self._items]

    @overload
    def to_csv(self, path: None = None, *, formulas: bool = False) -> str: ...
    @overload
    def to_csv(self, path: str | PathLike[str], *, formulas: bool = False) -> None: ...
    def to_csv(
        self, path: str | PathLike[str] | None = None, *, formulas: bool = False
    ) -> str | None:
        r"""Write the table as comma-separated values (RFC 4180), in UTF-8.

        Numbers are exact, unknown values empty, truth is ``true`` or ``false``, lists and
        dictionaries are JSON.

        Parameters
        ----------
        path : path-like, optional
            Where to; an existing file is replaced, in one step. By default the text is returned.
        formulas : bool
            Spreadsheets take a text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line's
            end for a formula, and what somebody said to an agent must not run on somebody's
            machine: such texts get a ``'`` before them, as OWASP advises
            (https://owasp.org/www-community/attacks/CSV_Injection). ``True`` writes them as they
            are, for programs.

        Returns
        -------
        str or None
            The text, unless a path was given.
        """
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(self.columns)
        for row in self.rows():
            writer.writerow([_cell(value, formulas) for value in row.values()])
        return _delivered(out.getvalue(), path)

    @overload
    def to_json(self, path: None = None) -> str: ...
    @overload
    def to_json(self, path: str | PathLike[str]) -> None: ...
    def to_json(self, path: str | PathLike[str] | None = None) -> str | None:
        """Write the table as a JSON list of one object a row, a row a line, in UTF-8.

        Numbers are exact: reading them gives the same floats. Unknown values are ``null``.

        Parameters
        ----------
        path : path-like, optional
            Where to; an existing file is replaced, in one step. By default the text is returned.

        Returns
        -------
        str or None
            The text, unless a path was given.
        """
        lines = ",\n".join(as_json(row) for row in self.rows())
        return _delivered(f"[\n{lines}\n]\n" if lines else "[]\n", path)

    def to_pandas(self) -> Any:
        """Return the table as a `pandas.DataFrame`.

        Numbers are ``float64`` with ``NaN`` for unknown, counts ``Int64`` with ``NA``; what the
        others are, pandas decides. pandas is not among this package's dependencies.

        Raises
        ------
        RecordingError
            If pandas is not installed.
        """
        try:
            import pandas
        except ImportError:
            raise RecordingError(
                "pandas is not installed, and a table becomes a data frame with it only. "
                "Install it (`%pip install pandas`), or use rows(), to_csv() or to_json()."
            ) from None
        rows = self.rows()
        return pandas.DataFrame(
            {
                column.name: pandas.Series(
                    [row[column.name] for row in rows],
                    dtype={None: None, 0: "Int64"}.get(column.decimals, "float64"),
                )
                for column in self.layout
            }
        )


def as_json(value: Any) -> str:
    """Write a plain value as JSON on one line; numbers that JSON has none for are ``null``."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        return json.dumps(_finite(value), ensure_ascii=False)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list | tuple) else value


def _cell(value: Any, formulas: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | int):
        return repr(value) if math.isfinite(value) else ""
    text = value if isinstance(value, str) else as_json(value)
    return f"'{text}" if text.startswith(_FORMULA) and not formulas else text


def _delivered(text: str, path: str | PathLike[str] | None) -> str | None:
    if path is None:
        return text
    write_text(path, text)
    return None
