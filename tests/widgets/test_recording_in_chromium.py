"""What of a conversation is recorded, as a real page shows and switches it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Browser, Page, expect, sync_playwright

import livekit_nb as live
from livekit_nb.engine import engine
from livekit_nb.widgets import studio as studio_module
from livekit_nb.widgets.studio import Studio
from tests import chromium
from tests.recording.talks import voice
from tests.widgets import fake_comm
from tests.widgets.host import Host
from tests.widgets.pages import lent
from tests.widgets.sessions import FakeSession, NoServer, Opener

CANARY = "Canary-Tweety-7351"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    speech = tmp_path_factory.mktemp("microphone") / "speech.wav"
    word = np.concatenate((voice(0.7, 48_000), np.zeros(24_000)))
    soundfile.write(speech, np.tile(word, 40), 48_000, subtype="PCM_16")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.executable(), args=chromium.arguments(microphone=speech)
        )
        yield browser
        browser.close()


@pytest.fixture
def talk(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[tuple[Page, FakeSession]]:
    """A page with a Studio that writes its recording, and the talk that goes on in it."""
    monkeypatch.delenv("GEMINI_API_KEY", raising=False)
    monkeypatch.delenv("GOOGLE_API_KEY", raising=False)
    fake_comm.install(monkeypatch)
    opener = Opener()
    monkeypatch.setattr(studio_module, "open_session", opener)
    monkeypatch.setattr(studio_module, "local_server", NoServer)
    widget = Studio(record=tmp_path / "talk.liverec")
    comm: Any = widget.comm
    with Host(comm) as host, lent(browser) as page:
        page.goto(host.url)
        badge = page.get_by_test_id("studio-recording")
        expect(badge).to_have_text("will record")
        expect(page.get_by_test_id("studio-record")).to_be_disabled()
        page.get_by_test_id("studio-start").click()
        session = opener.session(0)
        expect(page.get_by_test_id("studio-status")).to_have_text("listening")
        yield page, session
    widget.close()
    session.recorder.finish()


def say(session: FakeSession, text: str) -> None:
    engine().call(lambda: session.recorder.event("caption.user", text=text, final=True))


def frames_from_now(session: FakeSession, count: int) -> None:
    before = len(session.frames)
    session.wait_for(lambda it: len(it.frames) >= before + count)


def test_a_click_switches_it_off_and_nothing_of_that_time_is_kept(
    talk: tuple[Page, FakeSession], tmp_path: Path
) -> None:
    page, session = talk
    badge, button = page.get_by_test_id("studio-recording"), page.get_by_test_id("studio-record")
    expect(badge).to_have_text("recording to talk.liverec")
    frames_from_now(session, 100)
    button.click()
    expect(badge).to_have_text("not recording")
    expect(button).to_have_attribute("aria-pressed", "false")
    frames_from_now(session, 150)
    say(session, f"a {CANARY}")
    expect(page.get_by_test_id("studio")).to_contain_text(CANARY)  # heard, and forgotten
    page.reload()
    expect(page.get_by_test_id("studio-recording")).not_to_be_empty()
    story = "document.querySelector('[data-testid=studio]').studio.story"
    page.wait_for_function(f"() => {story}.now_s > 1")
    expect(page.get_by_test_id("studio")).not_to_contain_text(CANARY)
    session.recorder.finish()
    recording = live.load(tmp_path / "talk.liverec")
    (off,) = recording.unrecorded
    assert off.duration_s > 1.5
    sound, rate_hz = recording.user_audio()
    # Frames that came late, in a burst, lie a little further on than when they were said.
    assert not np.any(sound[round((off.start_s + 1.0) * rate_hz) :])
    assert np.abs(sound[: round(off.start_s * rate_hz)]).max() > 0.05
    speech = recording.speech("user")
    assert any(s.start_s < off.end_s - 0.2 and s.end_s > off.start_s + 0.2 for s in speech)


def test_it_is_switched_on_again(talk: tuple[Page, FakeSession]) -> None:
    page, session = talk
    badge, button = page.get_by_test_id("studio-recording"), page.get_by_test_id("studio-record")
    button.click()
    expect(badge).to_have_text("not recording")
    button.focus()
    page.keyboard.press("Enter")
    expect(badge).to_have_text("recording to talk.liverec")
    say(session, "kept")
    expect(page.get_by_test_id("studio")).to_contain_text("kept")
    kept = [event.data for event in session.recorder.recording.events if "caption" in event.kind]
    assert kept == [{"text": "kept", "final": True}]
