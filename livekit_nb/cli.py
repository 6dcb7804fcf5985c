"""The command ``livekit-nb``: ``lab``, ``serve`` and ``check``."""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from livekit_nb.errors import LiveError, MissingPackagesError

__all__ = ["main"]

FIRST_NOTEBOOK = "01-first-conversation.ipynb"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(
        prog="livekit-nb",
        description="Hold, see and measure real-time voice-and-vision conversations in Jupyter.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="lab | serve | check")
    commands.add_parser(
        "lab",
        help="open JupyterLab at the first conversation; further arguments go to JupyterLab",
        add_help=False,
    )
    commands.add_parser(
        "serve", help="run the embedded Live server alone; see 'serve --help'", add_help=False
    )
    commands.add_parser("check", help="say what is installed and who would answer")
    chosen, rest = parser.parse_known_args(arguments)
    try:
        if chosen.command == "lab":
            return _lab(rest)
        if chosen.command == "serve":
            from livekit_nb.server.serve import main as serve

            return serve(rest)
        if rest:
            parser.error(f"unknown arguments: {' '.join(rest)}")
        return _check()
    except LiveError as error:
        _say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130


def _lab(arguments: Sequence[str]) -> int:
    if importlib.util.find_spec("jupyterlab") is None:
        raise MissingPackagesError(
            "JupyterLab is not installed. Install it with: pip install 'livekit-nb[lab,local]'"
        )
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if as_root:
        _say("you are root, so JupyterLab is started with --allow-root.")
    command = [
        *(sys.executable, "-m", "jupyterlab"),
        *jupyterlab_options(_notebooks() / FIRST_NOTEBOOK, as_root=as_root),
        *arguments,
    ]
    if os.name == "posix":
        os.execv(sys.executable, command)  # noqa: S606 (so that signals reach JupyterLab itself)
    return subprocess.call(command)


def jupyterlab_options(notebook: Path, *, as_root: bool) -> list[str]:
    """Return JupyterLab's options; what the user passes comes later, so it wins.

    Parameters
    ----------
    notebook : Path
        What to open, below the current folder. It is part of the address that JupyterLab prints,
        so it can be opened where no browser is.
    as_root : bool
        Whether the user is root, for whom JupyterLab does not start unless told to.
    """
    options = [
        f"--ServerApp.root_dir={Path.cwd()}",
        f"--LabApp.default_url=/lab/tree/{notebook.as_posix()}",
    ]
    return [*options, "--allow-root"] if as_root else options


def _say(text: str) -> None:
    print(f"livekit-nb: {text}", file=sys.stderr, flush=True)  # noqa: T201 (a command line)


def _notebooks() -> Path:
    """Return the folder of lessons: the one here, or a copy of those that were installed."""
    here = Path("notebooks")
    installed = Path(__file__).parent / "notebooks"
    if not (here / FIRST_NOTEBOOK).exists() and installed.is_dir():
        here.mkdir(exist_ok=True)
        for lesson in sorted(installed.iterdir()):
            if not (here / lesson.name).exists():
                shutil.copy(lesson, here)
    if not (here / FIRST_NOTEBOOK).exists():
        raise LiveError(
            f"There is no notebooks/{FIRST_NOTEBOOK} here. Run this in the repository's folder."
        )
    return here


def _check() -> int:
    from livekit_nb.checking import check

    report = check()
    print(report)  # noqa: T201 (this is a command line)
    return 0 if report.ok else 1


if __name__ == "__main__":
    raise SystemExit(main())
