"""Streams of ipywebrtc in the place of the microphone and the camera, in JupyterLab."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import speech
from tests.e2e.lab import Lab, Notebook, spoken

pytestmark = pytest.mark.timeout(300)

QUESTION = "weather_paris"

RECORD = """async (wav) => {
  const context = new AudioContext();
  await context.resume();
  const bytes = Uint8Array.from(atob(wav), (letter) => letter.charCodeAt(0));
  const buffer = await context.decodeAudioData(bytes.buffer);
  const sound = context.createMediaStreamDestination();
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(sound);
  const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 240 });
  const pen = canvas.getContext("2d");
  const paint = () => { pen.fillStyle = "rgb(220, 20, 30)"; pen.fillRect(0, 0, 320, 240); };
  paint();
  const painting = setInterval(paint, 50);
  const tracks = [...canvas.captureStream(20).getTracks(), ...sound.stream.getTracks()];
  const recorder = new MediaRecorder(new MediaStream(tracks), { mimeType: "video/webm" });
  const pieces = [];
  recorder.ondataavailable = ({ data }) => pieces.push(data);
  const stopped = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.start();
  await new Promise((resolve) => { source.onended = resolve; source.start(); });
  await new Promise((resolve) => setTimeout(resolve, 5000));
  recorder.stop();
  await stopped;
  clearInterval(painting);
  await context.close();
  const film = new Uint8Array(await new Blob(pieces).arrayBuffer());
  return btoa(Array.from(film, (byte) => String.fromCharCode(byte)).join(""));
}"""
"""Films a red wall while somebody says the question, and waits for the answer."""


@pytest.fixture
def notebook(notebook: Notebook) -> Iterator[Notebook]:
    """The first lesson, on a page that has Chromium's own devices."""
    notebook.page.evaluate("window.realDevices = true")
    yield notebook
    notebook.page.evaluate("window.realDevices = false")


def begin(notebook: Notebook, stream: str) -> None:
    notebook.run_and_wait("live.check()")
    notebook.run_and_wait("def get_weather")
    code = f"""import ipywebrtc; from ipywidgets import Audio, Video
studio = live.Studio(tools=[get_weather], stream={stream})
studio"""
    notebook.run_new(code)
    notebook.part("studio-start").wait_for()
    notebook.part("studio-start").click()


def audio(file: Path) -> str:
    return (
        f"ipywebrtc.AudioStream(audio=Audio.from_file({str(file)!r}, autoplay=False, loop=False))"
    )


def device_of(lab: Lab) -> dict[str, object]:
    with lab.kernel() as kernel:
        (device,) = kernel.value(
            "[e.data for e in studio.recording.events if e.kind == 'mic.started']"
        )
    return dict(device)


def test_a_recorded_question_is_answered_and_can_be_asked_again(
    notebook: Notebook, lab: Lab, tmp_path: Path
) -> None:
    file = tmp_path / "question.wav"
    file.write_bytes(base64.b64decode(spoken(QUESTION)))
    begin(notebook, audio(file))
    for _ in range(2):
        expect(notebook.part("studio-captions")).to_contain_text("17")
        expect(notebook.part("studio-captions")).to_contain_text(speech.SENTENCES[QUESTION])
        notebook.wait_for_status("listening")  # the recording is over, the conversation is not
        notebook.part("studio-stop").click()
        notebook.wait_for_status("stopped")
        with lab.kernel() as kernel:
            assert kernel.value("[t.args for t in studio.recording.tools]") == [{"city": "Paris"}]
        notebook.part("studio-start").click()
        expect(notebook.part("studio-tools").locator("li")).to_have_count(0)


def test_a_film_is_heard_and_seen(notebook: Notebook, lab: Lab, tmp_path: Path) -> None:
    film = tmp_path / "film.webm"
    recorded = notebook.page.evaluate(RECORD, spoken("hello_colour"))
    film.write_bytes(base64.b64decode(recorded))
    begin(
        notebook,
        f"ipywebrtc.VideoStream(video=Video.from_file({str(film)!r}, autoplay=False, loop=False))",
    )
    notebook.part("studio-camera").click()
    expect(notebook.part("studio-camera-info")).to_contain_text("320")
    expect(notebook.part("studio-captions")).to_contain_text("red")


def test_the_camera_of_another_widget_is_heard_and_left_alone(notebook: Notebook, lab: Lab) -> None:
    begin(notebook, "(camera := ipywebrtc.CameraStream())")
    notebook.wait_for_status("listening")
    notebook.part("studio-camera").click()
    expect(notebook.part("studio-preview")).to_be_visible()
    with lab.kernel() as kernel:
        heard = "float(abs(studio.recording.user_audio()[0]).max())"
        while kernel.value(heard) < 0.01:  # Chromium's made-up microphone beeps
            pass
    assert "ake" in str(device_of(lab)["label"])
    notebook.part("studio-stop").click()
    notebook.wait_for_status("stopped")


def test_a_file_that_does_not_play_is_explained(
    notebook: Notebook, lab: Lab, tmp_path: Path
) -> None:
    file = tmp_path / "question.wav"
    file.write_bytes(b"this is no sound")
    begin(notebook, audio(file))
    text = notebook.wait_for_status("error")
    assert text == "error: The stream given to the Studio does not play."
    expect(notebook.part("studio-problem")).to_contain_text("cannot read the file")
    expect(notebook.part("studio-start")).to_be_enabled()


def test_what_the_stream_lacks_comes_from_the_browser(
    notebook: Notebook, lab: Lab, tmp_path: Path
) -> None:
    begin(notebook, "ipywebrtc.CameraStream(constraints={'audio': False, 'video': True})")
    notebook.wait_for_status("listening")
    assert device_of(lab)["echoCancellation"] is True
