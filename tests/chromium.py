"""The browser of the tests: a Chromium that is there, or one that is fetched.

Run as a script it makes sure that there is one: the system's, else Debian's when that may be
installed, else Playwright's own download.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

BASE_ARGUMENTS = (
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--metrics-recording-only",
)

FAKE_DEVICES = "--use-fake-device-for-media-stream"
"""Microphone and camera that are made up."""

GRANT = "--use-fake-ui-for-media-stream"
"""Grant them without asking; otherwise they are refused."""


def find() -> str | None:
    """Path of a Chromium, or ``None``."""
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def executable() -> str:
    """Path of the Chromium to test with; none is a failure, not a reason to skip."""
    path = find()
    if path is None:
        raise RuntimeError("no Chromium to test with; run: python tests/chromium.py")
    return path


def arguments(
    *, microphone: Path | None = None, grant: bool = True, devices: bool = True
) -> list[str]:
    """Command line for tests; `microphone` is a WAV file that the microphone hears once.

    Without `devices` there are only the machine's own, and they are not given unasked.
    """
    chosen = list(BASE_ARGUMENTS)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        chosen.append("--no-sandbox")
    if devices:
        chosen.append(FAKE_DEVICES)
    if devices and grant:
        chosen.append(GRANT)
    if microphone is not None:
        chosen.append(f"--use-file-for-fake-audio-capture={microphone}%noloop")
    return chosen


def provide() -> str:
    """Install a Chromium if there is none; returns its path."""
    path = find()
    if path:
        return path
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
        subprocess.run(command, check=False, env=environment)
        path = find()
    if path is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)
        path = executable()
    return path


if __name__ == "__main__":
    sys.stdout.write(f"Chromium for tests: {provide()}\n")
