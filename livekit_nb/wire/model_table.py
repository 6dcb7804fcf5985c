"""The Live models and what each accepts, as a table to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

from livekit_nb.wire.profiles import PROFILES, Profile

__all__ = ["ModelTable", "models"]


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _thinking(profile: Profile) -> str:
    if profile.thinking_levels:
        return "thinking_level " + "/".join(profile.thinking_levels)
    return "thinking_budget" if profile.thinking_budget else "leave it out"


def _tools(profile: Profile) -> str:
    first, *others = (name.lower() for name in profile.tool_behaviors)
    return " or ".join([f"{first} (default)", *others]) if others else f"{first} only"


_ROWS: tuple[tuple[str, Callable[[Profile], str]], ...] = (
    ("status", lambda profile: profile.status),
    ("thinking", _thinking),
    (
        "tokens of an answer",
        lambda profile: f"up to {profile.output_tokens or 'an unknown number'}",
    ),
    ("tool calls", _tools),
    ("scheduling of results", lambda profile: _yes(profile.scheduling)),
    ("the service's own tools", lambda profile: ", ".join(profile.own_tools) or "none"),
    ("proactive audio", lambda profile: profile.proactive_audio),
    ("affective dialog", lambda profile: _yes(profile.affective_dialog)),
    ("historyConfig", lambda profile: _yes(profile.history_config)),
    ("clientContent while talking", lambda profile: _yes(profile.content_mid_session)),
    ("contextUpdate", lambda profile: _yes(profile.context_update)),
    ("mediaChunks", lambda profile: _yes(profile.media_chunks)),
    ("interactionStatus", lambda profile: _yes(profile.interaction_status)),
    ("waitingForInput", lambda profile: _yes(profile.tells_waiting)),
    (
        "a turn holds",
        lambda profile: (
            profile.turn_coverage.removeprefix("TURN_INCLUDES_").replace("_", " ").lower()
        ),
    ),
)


class ModelTable(Sequence[Profile]):
    """Profiles of Live models; displays as a table.

    Parameters
    ----------
    profiles : iterable of Profile
    """

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self._profiles = tuple(profiles)

    def __getitem__(self, index: int) -> Profile:  # type: ignore[override]  # no slices needed
        return self._profiles[index]

    def __len__(self) -> int:
        return len(self._profiles)

    def _columns(self) -> list[list[str]]:
        """Return the table column by column, the names of the rows first."""
        names = ["", *(name for name, _ in _ROWS)]
        return [names, *([one.name, *(tell(one) for _, tell in _ROWS)] for one in self)]

    def __repr__(self) -> str:
        columns = self._columns()
        widths = [max(map(len, column)) for column in columns]
        rows = zip(*columns, strict=True)
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        )

    def _repr_html_(self) -> str:
        head, *rows = zip(*self._columns(), strict=True)
        left = "style='text-align:left'"
        names = "".join(f"<th scope='col' {left}>{escape(name)}</th>" for name in head)
        body = "".join(
            f"<tr><th scope='row' {left}>{escape(name)}</th>"
            + "".join(f"<td {left}>{escape(cell)}</td>" for cell in cells)
            + "</tr>"
            for name, *cells in rows
        )
        return f"<table><thead><tr>{names}</tr></thead><tbody>{body}</tbody></table>"


def models() -> ModelTable:
    """Return what each generation of Live models accepts.

    A setting the model would choke on is refused before connecting. Other models may be named as
    well: they are treated as the newest one, with a warning.

    Returns
    -------
    ModelTable
        A sequence of profiles, the newest first, that displays as a table.

    Examples
    --------
    >>> models()[0].name
    'gemini-3.8-live'
    """
    return ModelTable(PROFILES.values())
