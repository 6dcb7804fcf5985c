"""What a docstring says: the purpose, and a note on each parameter.

Three manners are read: numpy's (a ``Parameters`` heading, ruled), Google's (``Args:``, indented)
and reStructuredText's (``:param name:``). Sections about anything else are no part of the purpose.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

__all__ = ["Docstring", "read_docstring"]

_PARAMETERS = frozenset(
    ("parameters", "other parameters", "args", "arguments", "keyword args", "keyword arguments")
) | {"attributes", "params"}
_OTHERS = frozenset(
    ("return", "returns", "yield", "yields", "receives", "raise", "raises", "warns", "warning")
) | {
    "warnings",
    "see also",
    "note",
    "notes",
    "references",
    "example",
    "examples",
    "todo",
    "methods",
}

_FIELD = re.compile(
    r":(?P<kind>param|parameter|arg|argument|key|keyword|attr|attribute)\s+"
    r"(?:(?P<type>[^:]*?)\s)?\\?\*{0,2}(?P<name>\w+)\s*:\s*(?P<text>.*)"
)
_OTHER_FIELD = re.compile(r":[A-Za-z]\w*(\s[^:]*)?:(\s|$)")
_NUMPY_ITEM = re.compile(r"(?P<names>\\?\*{0,2}\w+(?:\s*,\s*\\?\*{0,2}\w+)*)\s*(?::\s.*|:)?$")
_GOOGLE_ITEM = re.compile(r"\\?\*{0,2}(?P<name>\w+)\s*(?:\([^)]*\))?\s*:(?:\s+(?P<text>.*))?$")


@dataclass(frozen=True)
class Docstring:
    """A docstring, read.

    Attributes
    ----------
    purpose : str
        Everything before the first section, as one line.
    notes : dict of str to str
        What is said of each parameter (or attribute), as one line each.
    """

    purpose: str = ""
    notes: dict[str, str] = field(default_factory=dict)


def read_docstring(text: str | None) -> Docstring:
    """Read a docstring, dedented as :func:`inspect.getdoc` returns it."""
    lines = (text or "").expandtabs().splitlines()
    reader = _Reader()
    number = 0
    while number < len(lines):
        heading, ruled = _heading(lines, number)
        if heading is not None:
            reader.begin(heading, ruled=ruled)
            number += 2 if ruled else 1
        else:
            reader.line(lines[number])
            number += 1
    notes = {name: _one_line(said) for name, said in reader.notes.items()}
    return Docstring(
        _one_line(reader.purpose), {name: note for name, note in notes.items() if note}
    )


def _heading(lines: list[str], number: int) -> tuple[str | None, bool]:
    """Return the heading in this line, if it is one, and whether it is ruled as numpy does."""
    line = lines[number]
    if not line.strip() or line[0].isspace():
        return None, False
    following = lines[number + 1].strip() if number + 1 < len(lines) else ""
    word = line.strip().rstrip(":").lower()
    if len(following) >= 3 and not following.strip("-"):
        return word, True
    if line.rstrip().endswith(":") and word in _PARAMETERS | _OTHERS:
        return word, False
    return None, False


def _one_line(parts: list[str]) -> str:
    return " ".join(" ".join(parts).split())


class _Reader:
    """Takes a docstring line by line."""

    def __init__(self) -> None:
        self.purpose: list[str] = []
        self.notes: dict[str, list[str]] = {}
        self._section = ""  # "" (the purpose), "numpy", "google", "field" or "other"
        self._current: list[list[str]] = []  # the notes that are being written
        self._indent: int | None = None  # of the items of a section in Google's manner

    def begin(self, heading: str, *, ruled: bool) -> None:
        """Take a heading."""
        self._current, self._indent = [], None
        self._section = "other" if heading not in _PARAMETERS else "numpy" if ruled else "google"

    def line(self, line: str) -> None:
        """Take any other line."""
        stripped = line.strip()
        indent = len(line) - len(line.lstrip())
        if match := _FIELD.match(stripped):
            self._section = "field"
            self._note([match["name"]], match["text"])
        elif _OTHER_FIELD.match(stripped) and indent == 0:
            self._section = "other"
        elif self._section == "":
            self.purpose.append(stripped)
        elif stripped:
            self._said(stripped, indent)

    def _said(self, stripped: str, indent: int) -> None:
        if self._section == "numpy":
            match = _NUMPY_ITEM.match(stripped) if indent == 0 else None
            if match:
                self._note([name.strip("\\* ") for name in match["names"].split(",")], "")
                return
        elif self._section == "google":
            if indent == 0:  # plain text after the section
                self._section = "other"
                return
            self._indent = indent if self._indent is None else self._indent
            match = _GOOGLE_ITEM.match(stripped) if indent <= self._indent else None
            if match:
                self._note([match["name"]], match["text"] or "")
                return
        elif self._section == "other":
            return
        for note in self._current:
            note.append(stripped)

    def _note(self, names: list[str], text: str) -> None:
        self._current = [self.notes.setdefault(name, []) for name in names]
        for note in self._current:
            note.append(text)
