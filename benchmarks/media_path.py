"""Microphone frame → Live socket in real JupyterLab and Chromium: gateway against comms.

The gateway is reached directly and through jupyter-server-proxy. All ways carry the same frames,
one after the other in one run: with an idle kernel, while a cell sleeps, and while a cell computes
in pure Python. The time counts from the moment a frame of 20 ms
is complete by the audio clock until it is written to the Live socket; the error of the mapping
between the two clocks is printed with it. A part of it is the audio device's: it hands sound over
in pieces of ten milliseconds or so. So what comes after that is told apart: from the moment the
page has the frame.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from benchmarks.table import Row, percentiles
from tests.chromium import arguments, executable
from tests.e2e.lab import FAKE_DEVICES, NO_DIRECT, Kernel, Lab, Notebook, without_sockets

BUSY_S = 5.0
FRAME_S = 0.020
CONDITIONS = {
    "idle": "",
    "sleeping cell": f"import time; time.sleep({BUSY_S})",
    "computing cell": f"import time; end = time.monotonic() + {BUSY_S}\n"
    "while time.monotonic() < end: pass",
}
# A page without WebSockets to the gateway has only comms left.
NO_GATEWAY = without_sockets("/media")
# When the page has each frame from its audio thread.
WATCH = """
window.framesAt = [];
const Node = window.AudioWorkletNode;
window.AudioWorkletNode = class extends Node {
  constructor(context, name, options) {
    super(context, name, options);
    if (name === "livekit-nb-capture") {
      this.port.addEventListener("message", () => window.framesAt.push(performance.now()));
    }
  }
};
"""
# The recorder's marks of every microphone frame: captured, arrived, sent (recording seconds).
MARKS = (
    "[list(map(lambda v: None if v != v else v, column)) for column in ("
    "studio.recording._marks._captured_s, studio.recording._marks._arrived_s, "
    "studio.recording._marks._sent_s)]"
)


def run() -> list[Row]:
    """Measure all three ways."""
    path = executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments())
        gateway = measure(browser, "")
        proxy = measure(browser, NO_DIRECT)
        comm = measure(browser, NO_GATEWAY)
        browser.close()
    rows = [
        Row(
            f"microphone frame → Live socket, {condition}, p50 / p95",
            gateway[condition],
            f"proxy {proxy[condition]}, comms {comm[condition]}",
        )
        for condition in (
            name for each in CONDITIONS for name in (each, f"{each}, from the page on")
        )
    ]
    rows.append(
        Row(
            "frames lost on the way",
            gateway["lost"],
            f"proxy {proxy['lost']}, comms {comm['lost']}",
        )
    )
    errors = f"proxy {proxy['error']}, comms {comm['error']}"
    rows.append(Row("error of the clocks' mapping", gateway["error"], errors))
    return rows


def measure(browser: Browser, script: str) -> dict[str, str]:
    """Hold one silent conversation in a fresh JupyterLab; returns figures by condition."""
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(Path(folder))
        try:
            context = browser.new_context(viewport={"width": 1400, "height": 900})
            page = context.new_page()
            page.add_init_script(FAKE_DEVICES + WATCH + script)
            notebook = Notebook(page, lab)
            notebook.open()
            for code in ("live.check()", "def get_weather"):
                notebook.run_and_wait(code)
            notebook.run("studio = live.Studio")
            notebook.part("studio-start").click(timeout=90_000)
            notebook.wait_for_status("listening")
            marks = {name: window(notebook, lab, code) for name, code in CONDITIONS.items()}
            frames_ms = page.evaluate("window.framesAt")
            with lab.kernel() as kernel:
                figures = evaluate(kernel, marks, frames_ms)
            context.close()
        finally:
            lab.close()
    return figures


def window(notebook: Notebook, lab: Lab, code: str) -> tuple[float, float]:
    """Run `code` (or wait) and return between which recording seconds that was."""
    now = "studio._desk.recorder.now_s"
    with lab.kernel() as kernel:
        begun_s = kernel.value(now)
    if code:
        cell = notebook.run_new(code)
        prompt = cell.locator(".jp-InputPrompt")
        prompt.filter(has_text="[*]").wait_for()
        prompt.filter(has_not_text="[*]").wait_for(timeout=60_000)
    else:
        notebook.page.wait_for_timeout(BUSY_S * 1000)
    return begun_s + 0.5, begun_s + BUSY_S - 0.5


def evaluate(
    kernel: Kernel, windows: dict[str, tuple[float, float]], frames_ms: list[float]
) -> dict[str, str]:
    """Turn the recorder's marks into figures."""
    columns = [np.array(column, dtype=float) for column in kernel.value(MARKS)]
    # Frames came while the columns were read one after the other.
    count = min(len(frames_ms), *map(len, columns))
    captured, _, sent = (column[:count] for column in columns)
    begun_s = "(__import__('time').monotonic() - studio._desk.recorder.now_s)"
    to_recording_s = kernel.value(f"studio.link.clock.offset_s - {begun_s}")
    in_page = np.array(frames_ms[:count]) / 1000 + to_recording_s
    figures = {}
    for condition, (begun_s, ended_s) in windows.items():
        inside = (captured >= begun_s) & (captured < ended_s)
        figures[condition] = percentiles(list((sent - captured)[inside] - FRAME_S))
        figures[f"{condition}, from the page on"] = percentiles(list((sent - in_page)[inside]))
    figures["lost"] = str(kernel.value("studio.link.counters.mic_lost"))
    error_s = kernel.value("studio.link.clock.error_s")
    figures["error"] = f"± {error_s * 1000:.1f} ms"
    return figures
