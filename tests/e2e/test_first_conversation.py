"""The first lesson as a person goes through it: in JupyterLab, in a browser, talking."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import expect

from benchmarks.foreign_detector import utterances
from livekit_nb.audio.clip import Clip
from livekit_nb.server.hearing.recogniser import RATE_HZ, Recogniser
from tests.e2e.lab import NO_DIRECT, Lab, Notebook

pytestmark = pytest.mark.timeout(300)

TOOL = "def get_weather"
STUDIO = "studio = live.Studio"


def begin(notebook: Notebook) -> None:
    notebook.run_and_wait("live.check()")
    notebook.run_and_wait(TOOL)
    notebook.run(STUDIO)
    notebook.part("studio-start").wait_for()
    expect(notebook.part("studio-status")).to_have_text("idle")
    notebook.part("studio-start").click()
    notebook.wait_for_status("listening")


def ask(notebook: Notebook, question: str, answer: str) -> None:
    """Ask aloud by a recording's name; wait until `answer` is captioned and all is quiet."""
    notebook.say(question)
    expect(notebook.part("studio-captions")).to_contain_text(answer)
    notebook.wait_for_status("listening")


def longest_silence_s(clip: Clip) -> float:
    """Length of the longest silence between sounds."""
    audible = np.flatnonzero(clip.samples)
    return float(np.diff(audible).max() / clip.rate_hz)


def test_a_conversation_with_tool_follow_up_and_barge_in(notebook: Notebook, lab: Lab) -> None:
    begin(notebook)
    expect(notebook.part("studio-endpoint")).to_contain_text("local server")

    notebook.tap()
    ask(notebook, "weather_paris", "17")
    answer = notebook.rendered()
    tools = notebook.part("studio-tools")
    expect(tools).to_contain_text("get_weather")
    expect(tools).to_contain_text("Paris")
    ask(notebook, "and_berlin", "18")
    expect(tools).to_contain_text("Berlin")

    notebook.tap()
    notebook.say("tell_story")
    notebook.wait_for_status("speaking")
    # Cut in when it is well under way: three sentences are on their way to be heard.
    expect(notebook.part("studio-captions")).to_contain_text(
        re.compile(r"Tell me a story.*\..*\..*\.", re.DOTALL)
    )
    notebook.say("stop_rome")
    expect(tools).to_contain_text("Rome")
    notebook.wait_for_status("listening")
    cut = notebook.rendered()

    notebook.part("studio-stop").click()
    notebook.wait_for_status("stopped")
    states = notebook.page.evaluate("window.fakeTracks.map((track) => track.readyState)")
    assert states
    assert set(states) == {"ended"}

    assert "Paris" in Recogniser().transcribe(answer.at(RATE_HZ).samples).text
    # The story's own pauses are a third of a second; this one lasts while the person speaks.
    assert longest_silence_s(cut) > 1.0

    with lab.kernel() as kernel:
        assert kernel.value("[t.name for t in studio.recording.tools]") == ["get_weather"] * 3
        cities = kernel.value("[t.args['city'] for t in studio.recording.tools]")
        assert cities == ["Paris", "Berlin", "Rome"]
        interrupted = kernel.value(
            "[t.agent.interrupted for t in studio.recording.turns if t.agent]"
        )
        assert interrupted == [False, False, True, False]
        parts = kernel.value("dict(studio.recording.turns[0].latency.parts)")
        assert all(value is not None for value in parts.values()), parts
        total = kernel.value("studio.recording.turns[0].latency.voice_to_voice")
        assert sum(parts.values()) == pytest.approx(total, abs=1e-6)
        stop_s = kernel.value("studio.recording.turns[2].barge_in_stop_s")
        assert stop_s is None or stop_s > 0, "None: the story was just taking a breath"
        paths = kernel.value(
            "[e.data['path'] for e in studio.recording.events if e.kind == 'media.path']"
        )
        assert paths == ["gateway"]
        lost = kernel.value("[e.data for e in studio.recording.events if e.kind == 'uplink.lost']")
        assert lost == []


def test_the_latency_that_is_told_is_the_latency_that_is_to_be_heard(
    notebook: Notebook, lab: Lab
) -> None:
    begin(notebook)
    for question in ("weather_paris", "and_berlin", "stop_time", "weather_madrid"):
        notebook.say(question)
        notebook.wait_for_status("speaking")
        notebook.wait_for_status("listening")
    notebook.part("studio-stop").click()
    notebook.wait_for_status("stopped")
    path = lab.folder / "latency.wav"
    with lab.kernel() as kernel:
        check = kernel.value("studio.recording.latency_check().rows()")
        clock = kernel.value("__import__('dataclasses').asdict(studio.recording.clock)")
        kernel.value(f"studio.recording.export({str(path)!r})")
        turns = kernel.value(
            "[[t.user.start, t.user.speech_end, t.agent.first_audible, t.latency.voice_to_voice,"
            " list(t.latency.parts.values()), t.latency.endpointing, t.latency.thinking,"
            " t.latency.error_s] for t in studio.recording.turns]"
        )
    assert len(turns) == 4
    assert [row["why"] for row in check] == [""] * 4
    residuals_s = np.abs([row["residual_s"] for row in check])
    assert np.median(residuals_s) <= 0.03, check
    assert np.max(residuals_s) <= 0.08, check
    for _, _, _, told_s, parts, endpointing_s, thinking_s, error_s in turns:
        assert sum(parts) == pytest.approx(told_s, abs=1e-9)
        assert endpointing_s + thinking_s == pytest.approx(parts[2], abs=1e-9)
        assert 0 < error_s < 0.1
    # The page's clock began with the page, the recording's with Start.
    assert clock["offset_s"] < 0
    assert 0 < clock["error_s"] < 0.1
    assert clock["output_latency_s"] is None or 0 < clock["output_latency_s"] < 1
    # Somebody else's detector, whose borders are good to some 50 ms.
    for start_s, speech_end_s, audible_s, told_s, *_ in turns:
        heard_s = silero(path, start_s, max(speech_end_s, audible_s) + 1.0)
        assert heard_s == pytest.approx(told_s, abs=0.15)


def silero(path: Path, asked_s: float, until_s: float) -> float:
    """Voice-to-voice latency of a question asked then in a stereo file, by a neural network."""
    begin_s = max(0.0, asked_s - 1.0)
    with soundfile.SoundFile(path) as file:
        file.seek(round(begin_s * file.samplerate))
        stereo = file.read(round((until_s - begin_s) * file.samplerate), dtype="float32")
        asked, answered = (utterances(stereo[:, side], file.samplerate) for side in (0, 1))
    # The answer before may still be heard when this question begins.
    answer_s = next(start_s for start_s, _ in answered if start_s > asked_s - begin_s)
    return answer_s - max(end_s for start_s, end_s in asked if start_s < answer_s)


def test_start_again_reload_and_run_again(notebook: Notebook, lab: Lab) -> None:
    begin(notebook)
    notebook.part("studio-stop").click()
    notebook.wait_for_status("stopped")
    notebook.part("studio-start").click()
    notebook.wait_for_status("listening")
    ask(notebook, "weather_madrid", "18")

    notebook.open()
    begin(notebook)
    ask(notebook, "weather_paris", "17")


def test_the_agent_sees_a_colour(notebook: Notebook, lab: Lab) -> None:
    begin(notebook)
    notebook.part("studio-camera").click()
    with lab.kernel() as kernel:
        seen = "sum(e.kind == 'video.frame' for e in studio.recording.events)"
        notebook.page.wait_for_function(
            "() => document.querySelector('[data-testid=studio]').textContent.includes('640')"
        )
        while not kernel.value(seen):
            pass
    ask(notebook, "colour", "red")


@pytest.fixture
def only_through_jupyter(notebook: Notebook) -> Iterator[None]:
    """From the page only Jupyter's server is to be reached."""
    notebook.page.evaluate("() => { window.unhindered = window.WebSocket; }")
    notebook.page.evaluate(NO_DIRECT)
    yield
    notebook.page.evaluate("() => { window.WebSocket = window.unhindered; }")


BUSY = """import time; end_s = time.monotonic() + 40; talk = studio.recording
while time.monotonic() < end_s and "playback.ended" not in {e.kind for e in talk.events}: """
"""A cell that runs until an answer was heard."""
SLEEPING = f"{BUSY}time.sleep(0.1)"
COUNTING = f"{BUSY}pass"


@pytest.mark.parametrize(
    ("code", "way"), [(SLEEPING, "direct"), (COUNTING, "proxy")], ids=["sleeping", "counting"]
)
def test_a_busy_cell_does_not_stop_the_conversation(
    notebook: Notebook, lab: Lab, request: pytest.FixtureRequest, code: str, way: str
) -> None:
    if way == "proxy":
        request.getfixturevalue("only_through_jupyter")
    begin(notebook)
    connection = "document.querySelector('[data-testid=studio]').studio.connection"
    assert notebook.page.evaluate(f"{connection}.path") == way
    cell = notebook.run_new(f"{code}\nended_s = time.monotonic()")
    expect(cell.locator(".jp-InputPrompt")).to_contain_text("[*]")
    notebook.say("weather_paris")
    notebook.wait_for_status("speaking")
    notebook.wait_for_status("listening")
    expect(cell.locator(".jp-InputPrompt")).not_to_contain_text("[*]")
    notebook.part("studio-stop").click()
    notebook.wait_for_status("stopped")
    with lab.kernel() as kernel:
        (turn,) = kernel.value(
            "[[t.agent.first_audible, [c.args for c in t.tools]] for t in studio.recording.turns]"
        )
        ended_s = kernel.value("ended_s - (time.monotonic() - studio._desk.recorder.now_s)")
        lost = kernel.value("[e.data for e in studio.recording.events if e.kind == 'uplink.lost']")
        missing = kernel.value("studio.link.counters.mic_lost")
    assert turn[1] == [{"city": "Paris"}]
    assert turn[0] < ended_s, "it was answered aloud while the cell ran"
    assert lost == []
    assert missing == 0
