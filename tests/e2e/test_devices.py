"""Microphones as browsers really give and refuse them: nothing of the page is replaced."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Browser, Page, Playwright, expect

from tests import chromium, speech
from tests.e2e.lab import OTHER_NAME, Lab, Notebook

pytestmark = pytest.mark.timeout(300)

STUDIO = "studio = live.Studio"
TOOL = "def get_weather"


@pytest.fixture(scope="module")
def question(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Chromium's made-up microphone hears once: silence, a question, silence."""
    silence = np.zeros(2 * speech.RATE_HZ, dtype=np.float32)
    path = tmp_path_factory.mktemp("microphone") / "question.wav"
    sound = np.concatenate([silence, speech.samples("weather_paris"), silence])
    soundfile.write(path, sound, speech.RATE_HZ, subtype="PCM_16")
    return path


NO_SOUND_SYSTEM = {"PULSE_SERVER": "unix:/dev/null", "ALSA_CONFIG_PATH": "/dev/null"}
"""Takes the machine's sound devices away from a program, on Linux (elsewhere there may be none)."""


def launch(playwright: Playwright, arguments: list[str], **environment: str) -> Browser:
    return playwright.chromium.launch(
        executable_path=chromium.executable(),
        args=arguments,
        env={**os.environ, **environment},
    )


@pytest.fixture
def asking(playwright: Playwright, question: Path) -> Iterator[Browser]:
    """A browser with a microphone and a camera that does not give them unasked."""
    browser = launch(playwright, chromium.arguments(microphone=question, grant=False))
    yield browser
    browser.close()


def show_studio(notebook: Notebook) -> None:
    notebook.run_and_wait("live.check()")
    notebook.run_and_wait(TOOL)
    notebook.run(STUDIO)
    notebook.part("studio-start").wait_for()


def test_a_refused_microphone_is_explained_and_the_recording_stays(
    asking: Browser, watched: Callable[[Page], Page], lab: Lab
) -> None:
    context = asking.new_context(viewport={"width": 1400, "height": 900})
    notebook = Notebook(watched(context.new_page()), lab)
    notebook.open()
    show_studio(notebook)
    problem, start = notebook.part("studio-problem"), notebook.part("studio-start")

    context.grant_permissions(["microphone"], origin=lab.url)
    start.click()
    expect(notebook.part("studio-tools")).to_contain_text("Paris")
    notebook.part("studio-camera").click()
    expect(problem).to_contain_text("The camera was refused.")
    notebook.wait_for_status("listening")
    notebook.part("studio-stop").click()
    notebook.wait_for_status("stopped")

    context.clear_permissions()
    start.click()
    assert notebook.wait_for_status("error") == "error: The microphone was refused."
    expect(problem).to_contain_text("address bar")
    expect(notebook.part("studio-captions")).to_contain_text("weather in Paris")
    expect(start).to_be_enabled()
    with lab.kernel() as kernel:
        assert kernel.value("studio.status") == "error: The microphone was refused."
        assert kernel.value("[t.args for t in studio.recording.tools]") == [{"city": "Paris"}]

    context.grant_permissions(["microphone"], origin=lab.url)
    start.click()
    notebook.wait_for_status("listening")
    expect(problem).to_be_hidden()
    context.close()


def test_a_missing_microphone_is_explained(
    playwright: Playwright, watched: Callable[[Page], Page], lab: Lab
) -> None:
    browser = launch(playwright, chromium.arguments(devices=False), **NO_SOUND_SYSTEM)
    context = browser.new_context()
    context.grant_permissions(["microphone"], origin=lab.url)
    notebook = Notebook(watched(context.new_page()), lab)
    notebook.open()
    show_studio(notebook)
    for _ in range(2):
        notebook.part("studio-start").click()
        assert notebook.wait_for_status("error") == "error: No microphone was found."
        expect(notebook.part("studio-problem")).to_contain_text("live.connect()")
        expect(notebook.part("studio-start")).to_be_enabled()
    browser.close()


def test_a_page_that_is_not_secure_is_told_about_the_tunnel(
    browser: Browser, watched: Callable[[Page], Page], lab: Lab
) -> None:
    context = browser.new_context()
    notebook = Notebook(watched(context.new_page()), lab)
    notebook.open(OTHER_NAME)
    show_studio(notebook)
    notebook.part("studio-start").click()
    assert notebook.wait_for_status("error") == "error: This page may not use the microphone."
    expect(notebook.part("studio-problem")).to_contain_text("ssh -L")
    with lab.kernel() as kernel:
        assert kernel.value("studio.status") == "error: This page may not use the microphone."
    context.close()
