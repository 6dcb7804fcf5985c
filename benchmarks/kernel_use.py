"""What a conversation costs the kernel's process, in percent of a core, in real JupyterLab.

The figures are CPU time (user and system, of all threads, as Linux accounts it) per second of the
conversation, so a loaded machine does not change them much; what is left of a kernel that does
nothing is told beside them. Most of what is used is used by the engine's thread; its share, too.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from benchmarks.latency_truth import CLIPS, STUDIO, wav
from benchmarks.table import Row
from tests import speech
from tests.chromium import arguments, executable
from tests.e2e.lab import FAKE_DEVICES, Kernel, Lab, Notebook

WINDOW_S = 10.0
ENGINE = "next(t.native_id for t in __import__('threading').enumerate() if 'engine' in t.name)"


@dataclass(frozen=True)
class Used:
    """Seconds of CPU, and of the clock on the wall."""

    process_s: float
    engine_s: float
    wall_s: float

    def __sub__(self, earlier: Used) -> Used:
        return Used(
            self.process_s - earlier.process_s,
            self.engine_s - earlier.engine_s,
            self.wall_s - earlier.wall_s,
        )

    def __str__(self) -> str:
        return f"{self._share(self.process_s)} (engine {self._share(self.engine_s)})"

    def _share(self, seconds: float) -> str:
        return f"{100 * seconds / self.wall_s:.1f} %"


class Meter:
    """Reads what a process has used so far."""

    def __init__(self, kernel: Kernel) -> None:
        pid = kernel.value("__import__('os').getpid()")
        self._tasks = Path(f"/proc/{pid}/task")
        self._engine = str(kernel.value(ENGINE))

    def read(self) -> Used:
        """Return the seconds used up to now."""
        used = {task.name: _seconds(task) for task in self._tasks.iterdir()}
        return Used(sum(used.values()), used[self._engine], time.monotonic())

    def over(self, page: Page, seconds: float = WINDOW_S) -> Used:
        """Return what is used in the coming seconds."""
        before = self.read()
        page.wait_for_timeout(1000 * seconds)
        return self.read() - before


def _seconds(task: Path) -> float:
    try:
        return int((task / "schedstat").read_text().split()[0]) / 1e9
    except FileNotFoundError:
        return 0.0  # it has ended


def unbroken(seconds: float) -> str:
    """Speech without a pause that could be taken for its end."""
    pieces = []
    for name in CLIPS:
        sound = speech.samples(name)
        loud = np.flatnonzero(np.abs(sound) > 0.02)
        pieces.append(sound[loud[0] : loud[-1]])
    once = np.concatenate(pieces)
    count = round(seconds * speech.RATE_HZ)
    return wav(np.tile(once, count // len(once) + 1)[:count])


def run() -> list[Row]:
    """Measure a kernel that idles, listens, hears and speaks."""
    used: dict[str, Used] = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=arguments())
        lab = Lab(Path(folder))
        try:
            page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
            page.add_init_script(FAKE_DEVICES)
            notebook = Notebook(page, lab)
            notebook.open()
            notebook.run_new(STUDIO)
            notebook.part("studio-start").wait_for(timeout=90_000)
            with lab.kernel() as kernel:
                meter = Meter(kernel)
            used["idle, the Studio shown"] = meter.over(page)
            notebook.part("studio-start").click()
            notebook.wait_for_status("listening")
            page.wait_for_timeout(3000)
            used["listening to silence"] = meter.over(page)
            page.evaluate("(wav) => { window.say(wav); }", unbroken(WINDOW_S + 2.0))
            page.wait_for_timeout(1000)
            used["the user talks"] = meter.over(page)
            notebook.wait_for_status("speaking")
            notebook.wait_for_status("listening")
            notebook.say("tell_story")
            notebook.wait_for_status("speaking")
            used["the agent talks"] = meter.over(page)
            notebook.part("studio-stop").click()
        finally:
            lab.close()
            browser.close()
    idle = used.pop("idle, the Studio shown")
    return [
        Row(f"kernel use, {what}, of a core", str(figure), f"idle kernel in the same run {idle}")
        for what, figure in used.items()
    ]
