"""A real JupyterLab with a real kernel, and a page whose microphone says what a test wants."""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from queue import Empty
from typing import Any

import soundfile
from jupyter_client import BlockingKernelClient, find_connection_file
from playwright.sync_api import Browser, Locator, Page, expect

from livekit_nb.audio.clip import Clip
from tests import speech, tapping
from tests.patience import PATIENCE_S

expect.set_options(timeout=PATIENCE_S * 1000)

ROOT = Path(__file__).parents[2]
TOKEN = "for-tests-only"
LESSON = "notebooks/01-first-conversation.ipynb"
OTHER_NAME = "lab.example"
"""A name under which JupyterLab answers too."""
START_TIMEOUT_S = 60

# The page's microphone and camera: the one plays what `say` is given, the other shows one colour.
# Everything from the track on is real: constraints, audio context, worklets. With `realDevices`
# they are the browser's.
FAKE_DEVICES = """
(() => {
  const tracks = [];
  window.fakeTracks = tracks;
  let context, destination;
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  window.realDevices = false;
  window.fakeColour = "rgb(220, 20, 30)";
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    if (window.realDevices) return real(constraints);
    const stream = new MediaStream();
    if (constraints.audio) {
      context = context ?? new AudioContext();
      await context.resume();
      destination = context.createMediaStreamDestination();
      stream.addTrack(destination.stream.getAudioTracks()[0]);
    }
    if (constraints.video) {
      const canvas = document.createElement("canvas");
      canvas.width = 640; canvas.height = 480;
      const paint = () => {
        const pen = canvas.getContext("2d");
        pen.fillStyle = window.fakeColour; pen.fillRect(0, 0, 640, 480);
      };
      paint();
      setInterval(paint, 100);
      stream.addTrack(canvas.captureStream(10).getVideoTracks()[0]);
    }
    tracks.push(...stream.getTracks());
    return stream;
  };
  window.say = async (wav) => {
    const bytes = Uint8Array.from(atob(wav), (letter) => letter.charCodeAt(0));
    const buffer = await context.decodeAudioData(bytes.buffer);
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(destination);
    const ended = new Promise((done) => { source.onended = () => done(); });
    source.start();
    await ended;
  };
})();
"""


def without_sockets(pattern: str) -> str:
    """Return a script for the page: a WebSocket whose URL matches `pattern` finds nobody."""
    return f"""(() => {{
  const Socket = window.WebSocket;
  const blocked = new RegExp({json.dumps(pattern)} + "$");
  window.WebSocket = class extends Socket {{
    constructor(url, ...rest) {{
      super(blocked.test(String(url)) ? "ws://127.0.0.1:9/closed" : url, ...rest);
    }}
  }};
}})();
"""


# What a page on another machine meets: only Jupyter's server is to be reached.
NO_DIRECT = without_sockets(r"^ws://127\.0\.0\.1:\d+/media")


class Lab:
    """JupyterLab, serving a folder of its own; `arguments` are JupyterLab's."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = folder / "lab.log"
        home = folder / "home"
        home.mkdir()
        self._environment = {
            **{k: v for k, v in os.environ.items() if not k.endswith("_API_KEY")},
            "HOME": str(home),
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
            "IPYTHONDIR": str(home / "ipython"),
        }
        shutil.copytree(ROOT / "notebooks", folder / "notebooks")
        command = [
            *(sys.executable, "-m", "livekit_nb.cli", "lab", "--no-browser", "--allow-root"),
            *(f"--port={self.port}", "--ServerApp.port_retries=0", f"--ServerApp.token={TOKEN}"),
            '--LabApp.news_url=""',
            # Its commands open a notebook anew, sooner than the whole page is loaded anew.
            "--LabApp.expose_app_in_browser=True",
            f"--ServerApp.local_hostnames=['localhost', '{OTHER_NAME}']",
            *arguments,
        ]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, cwd=folder, env=self._environment, stdout=log, stderr=log
            )
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        for _ in range(START_TIMEOUT_S * 5):
            if self._process.poll() is not None:
                break
            try:
                self.get("/api")
                return
            except OSError:
                self._pause()
        raise AssertionError(f"JupyterLab did not start:\n{self._log.read_text()[-2000:]}")

    def _pause(self) -> None:
        try:
            self._process.wait(0.2)
        except subprocess.TimeoutExpired:
            return

    def get(self, path: str) -> Any:
        request = urllib.request.Request(
            self.url + path, headers={"Authorization": f"token {TOKEN}"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    @contextmanager
    def kernel(self) -> Iterator[Kernel]:
        """Yield a second way into the one running kernel."""
        (running,) = self.get("/api/kernels")
        runtime = Path(self._environment["JUPYTER_RUNTIME_DIR"])
        client = BlockingKernelClient(
            connection_file=find_connection_file(f"kernel-{running['id']}.json", [str(runtime)])
        )
        client.load_connection_file()
        client.start_channels()
        try:
            _wait_until_it_is_heard(client)
            yield Kernel(client)
        finally:
            client.stop_channels()

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE_S)


def _wait_until_it_is_heard(client: BlockingKernelClient) -> None:
    """Wait until the kernel answers and its broadcasts arrive.

    The client's own ``wait_for_ready`` also waits for a pause of 0.2 s in what is broadcast, and
    while comms carry the microphone there is none.
    """
    for _ in range(30):
        client.kernel_info()
        try:
            client.get_shell_msg(timeout=1)
            client.get_iopub_msg(timeout=1)
            return
        except Empty:
            continue
    raise AssertionError("the kernel does not answer")


class Kernel:
    """Asks the notebook's kernel for values."""

    def __init__(self, client: BlockingKernelClient) -> None:
        self._client = client

    def value(self, expression: str) -> Any:
        """Return the value of `expression` in the notebook, by way of JSON."""
        code = f"import json as _json; print(_json.dumps({expression}))"
        printed: list[str] = []

        def on_output(message: dict[str, Any]) -> None:
            if message["msg_type"] == "stream":
                printed.append(message["content"]["text"])
            elif message["msg_type"] == "error":
                printed.append("\n".join(message["content"]["traceback"]))

        reply = self._client.execute_interactive(
            code, store_history=False, timeout=60, output_hook=on_output
        )
        assert reply["content"]["status"] == "ok", "".join(printed)
        return json.loads("".join(printed))


class Tab:
    """One tab of a browser, used by one test after the other.

    Loading JupyterLab takes a small machine ten seconds, so it is not done for every test.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._page: Page | None = None

    def page(self) -> Page:
        """Return its page, with devices that are made up."""
        if self._page is None:
            context = self._browser.new_context(viewport={"width": 1400, "height": 900})
            self._page = context.new_page()
            self._page.add_init_script(FAKE_DEVICES)
        return self._page

    def discard(self) -> None:
        """Close the page; the next test gets a new one."""
        if self._page is not None:
            self._page.context.close()
            self._page = None


OPEN_ANEW = """async (path) => {
  const { commands, shell } = window.jupyterapp;
  for (const widget of [...shell.widgets("main")]) widget.dispose();
  window.fakeTracks?.splice(0);
  await commands.execute("docmanager:open", { path });
}"""


class Notebook:
    """The first lesson, open in a browser."""

    def __init__(self, page: Page, lab: Lab) -> None:
        self.page = page
        self.page.set_default_timeout(PATIENCE_S * 1000)
        self._lab = lab

    def open(self, host: str = "127.0.0.1") -> None:
        """Open it; `host` is the name under which the browser knows this machine."""
        url = self._lab.url.replace("127.0.0.1", host)
        self.page.goto(f"{url}/lab/tree/{LESSON}?token={TOKEN}&reset")
        self._wait_until_it_is_there()

    def open_anew(self) -> None:
        """Open it as the repository has it, in the JupyterLab that is on the page already."""
        shutil.copy(ROOT / LESSON, self._lab.folder / LESSON)
        if self.page.url.startswith(self._lab.url):
            self.page.evaluate(OPEN_ANEW, LESSON)
            self._wait_until_it_is_there()
        else:
            self.open()

    def _wait_until_it_is_there(self) -> None:
        self.page.locator(".jp-Notebook").wait_for()
        # The notebook's own indicator says idle before there is a kernel; a cell run then makes
        # JupyterLab ask for one.
        ready = self.page.locator("#jp-bottom-panel").get_by_text("Python 3 (ipykernel) | Idle")
        ready.wait_for()

    def run(self, code: str) -> Locator:
        """Run the cell that holds `code`; returns the cell without waiting for it to end."""
        cell = self.page.locator(".jp-Notebook .jp-CodeCell", has_text=code).first
        cell.scroll_into_view_if_needed()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        return cell

    def run_and_wait(self, code: str) -> Locator:
        cell = self.run(code)
        cell.locator(".jp-InputPrompt", has_text="]:").filter(has_not_text="[ ]").filter(
            has_not_text="[*]"
        ).wait_for()
        return cell

    def run_new(self, code: str) -> Locator:
        """Put `code` into a cell of its own at the end and run it, without waiting."""
        last = self.page.locator(".jp-Notebook .jp-Cell").last
        last.scroll_into_view_if_needed()
        last.click()
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("b")
        self.page.keyboard.press("Enter")
        self.page.keyboard.insert_text(code)
        self.page.keyboard.press("Control+Enter")
        return self.page.locator(".jp-Notebook .jp-CodeCell", has_text=code.splitlines()[0]).last

    def part(self, name: str) -> Locator:
        """Return a part of the Studio by its test id."""
        return self.page.get_by_test_id(name).first

    def wait_for_status(self, *statuses: str) -> str:
        self.page.wait_for_function(
            """([statuses]) => {
                const element = document.querySelector('[data-testid=studio-status]');
                const text = element?.textContent.trim() ?? '';
                return statuses.some((status) => text.startsWith(status)) && text;
            }""",
            arg=[list(statuses)],
        )
        return self.part("studio-status").inner_text()

    def say(self, name: str) -> None:
        """Speak a recording into the page's microphone; returns when it has been said."""
        self.page.evaluate("(wav) => window.say(wav)", spoken(name))

    def tap(self) -> None:
        """Keep what the loudspeaker's worklet renders from now on."""
        self.page.evaluate(tapping.TAP)

    def rendered(self) -> Clip:
        """Return what the worklet has rendered since `tap`, without a hole."""
        return Clip(*tapping.rendered(self.page))


def spoken(name: str) -> str:
    """Return a recording of `tests.speech` as a WAV file in base64."""
    file = BytesIO()
    soundfile.write(file, speech.samples(name), speech.RATE_HZ, format="WAV", subtype="PCM_16")
    return base64.b64encode(file.getvalue()).decode()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
