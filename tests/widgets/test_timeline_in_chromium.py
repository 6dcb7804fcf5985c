"""The timeline in a real browser: what the pointer and the keys find, and what is asked for.

The Player shows it with a recording in which every time is known; the Studio with a talk that
goes on.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import soundfile
from PIL import Image
from playwright.sync_api import Browser, FloatRect, Locator, Page, expect, sync_playwright

from livekit_nb.engine import engine
from livekit_nb.recording.recorder import Recorder
from livekit_nb.recording.recording import Recording
from livekit_nb.widgets import studio as studio_module
from livekit_nb.widgets.feed import Feed
from livekit_nb.widgets.player import Player
from livekit_nb.widgets.studio import Studio
from tests import chromium
from tests.recording.talks import pcm, voice
from tests.widgets import fake_comm
from tests.widgets.host import Host
from tests.widgets.pages import lent
from tests.widgets.sessions import FakeSession, NoServer, Opener

LENGTH_S = 60.0


def jpeg(shade: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), (shade, 90, 200)).save(file, "jpeg")
    return file.getvalue()


def told() -> Recording:
    """A minute: a question at 2 s, a call at 4.5 s, an answer that is cut at 8 s; pictures."""
    now_s = [0.0]
    recorder = Recorder(clock=lambda: now_s[0])
    question, answer = voice(2.0, 16_000), voice(4.0, 24_000, 210.0)
    for frame in range(round(LENGTH_S * 50)):
        t = now_s[0] = frame / 50
        speech = frame - 100 if t < 5 else frame - 380  # at 2 s and at 7.6 s
        said = question[speech * 320 :][:320] if 0 <= speech < 100 else np.zeros(320)
        recorder.user_audio(pcm(said), t, t)
        if frame in (230, 235):
            call = {"id": "a", "name": "look_up", "args": {"what": "tides"}}
            kind = "tool.call" if frame == 230 else "tool.response"
            recorder.event(kind, **call, response={"high": "13:05"}, duration_s=0.1, error=None)
        if frame == 210:
            recorder.event("caption.user", text="When is high tide?", final=True)
        if frame == 245:
            recorder.event("agent.first_audio")
            recorder.agent_received(pcm(answer), t)
            for at, word in enumerate(["High tide ", "is at five ", "past one, ", "and then"]):
                recorder.event("caption.agent", text=word, at=t + at * 0.01)
        if 250 <= frame < 400:
            recorder.agent_played(pcm(answer[(frame - 250) * 480 :][:480]), t)
        if frame == 395:
            recorder.event("agent.interrupted")
        if frame % 100 == 0 and 20 <= t < 40:
            recorder.frame(jpeg(int(t)), 64, 48)
    return recorder.recording


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    silence = tmp_path_factory.mktemp("microphone") / "silence.wav"
    soundfile.write(silence, np.zeros(48_000), 48_000, subtype="PCM_16")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.executable(), args=chromium.arguments(microphone=silence)
        )
        yield browser
        browser.close()


@pytest.fixture
def player(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """A page with a Player of what is `told`, that shows all of it."""
    fake_comm.install(monkeypatch)
    widget = Player(told())
    comm: Any = widget.comm
    with Host(comm, widget="player") as host, lent(browser) as page:
        page.goto(host.url)
        page.get_by_test_id("player").wait_for()
        page.wait_for_function("() => player.story.now_s > 59 && !player.story.empty")
        page.get_by_role("button", name="Show everything").click()
        yield page
    widget.close()


@pytest.fixture
def shown(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """A page with a Studio in which nobody talks, that shows what is `told`."""
    monkeypatch.delenv("GEMINI_API_KEY", raising=False)
    monkeypatch.delenv("GOOGLE_API_KEY", raising=False)
    fake_comm.install(monkeypatch)
    monkeypatch.setattr(studio_module, "local_server", NoServer)
    widget = Studio()
    comm: Any = widget.comm
    recording = told()
    feed = Feed(recording)
    news = []
    while (message := feed.news(LENGTH_S)) is not None:
        news.append(message)
    with Host(comm) as host, lent(browser) as page:
        page.goto(host.url)
        page.get_by_test_id("studio").wait_for()
        page.evaluate(
            """(news) => {
              for (const message of news) studio.story.apply(message, 0);
              for (const listener of studio.listeners) listener("story");
            }""",
            news,
        )
        yield page
    widget.close()


@pytest.fixture
def talk(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Page, FakeSession]]:
    """A page with a Studio, and the talk that goes on in it."""
    monkeypatch.delenv("GEMINI_API_KEY", raising=False)
    monkeypatch.delenv("GOOGLE_API_KEY", raising=False)
    fake_comm.install(monkeypatch)
    opener = Opener()
    monkeypatch.setattr(studio_module, "open_session", opener)
    monkeypatch.setattr(studio_module, "local_server", NoServer)
    widget = Studio()
    comm: Any = widget.comm
    with Host(comm) as host, lent(browser) as page:
        page.goto(host.url)
        page.get_by_test_id("studio-start").click()
        session = opener.session()
        listening = page.get_by_test_id("studio-status")
        expect(listening).to_have_text("listening")
        yield page, session
    widget.close()


def point(page: Page, t: float, y: float = 100.0) -> None:
    """Move the pointer to a time, where all of a minute is shown."""
    box = page.locator(".lk-window").bounding_box()
    assert box is not None
    share = page.evaluate(
        """(t) => t / Math.max(4, (window.player ?? window.studio).story.now_s + 1)""", t
    )
    page.mouse.move(box["x"] + share * box["width"], box["y"] + y)


def box_of(part: Locator) -> FloatRect:
    box = part.bounding_box()
    assert box is not None
    return box


COLOURS = """() => {
  const canvas = document.querySelector(".lk-picture");
  const { width } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, canvas.height);
  const seen = new Set();
  const rgb = (n) => (data[n] << 16) | (data[n + 1] << 8) | data[n + 2];
  for (let n = 0; n < data.length; n += 4) seen.add(rgb(n));
  return seen.size;
}"""


def test_the_pointer_is_told_what_is_there(player: Page) -> None:
    details = player.get_by_test_id("studio-details")
    point(player, 3.0)
    expect(details).to_contain_text("You · turn 0")
    expect(details).to_contain_text("When is high tide?")
    expect(details).to_contain_text(re.compile("you \u22121\\d dBFS"))
    point(player, 6.5)
    expect(details).to_contain_text("Agent · turn 0")
    expect(details).to_contain_text("High tide")
    expect(details).to_contain_text("silent after")
    point(player, 4.6)
    expect(details).to_contain_text('look_up(what="tides")')
    expect(details).to_contain_text('→ {"high": "13:05"}')
    point(player, 50.0)
    expect(details).to_contain_text("silence")
    player.mouse.move(0, 0)
    expect(details).to_be_hidden()


def test_a_reply_tells_where_its_wait_went(player: Page) -> None:
    details = player.get_by_test_id("studio-details")
    point(player, 4.2)
    expect(details).to_contain_text(
        re.compile(r"answered\safter\s1\.\d+\ss = capture\sunknown|=.*model")
    )


def test_keys_go_from_thing_to_thing_and_say_what_is_there(shown: Page) -> None:
    plot, said = shown.get_by_test_id("studio-timeline"), shown.get_by_test_id("studio-announcer")
    assert said.get_attribute("aria-live") == "polite"
    plot.focus()
    told = []
    for _ in range(4):
        plot.press("ArrowRight")
        told.append(said.text_content() or "")
    assert [re.sub(r"^\S+ s: ", "", text).split(".")[0] for text in told[:3]] == [
        "You · turn 0",
        'look_up(what="tides")',
        "Agent · turn 0",
    ]
    assert "When is high tide?" in told[0]
    assert "interrupted" in told[2]
    assert told[3] != told[2]
    plot.press("ArrowLeft")
    expect(said).to_have_text(told[2])
    expect(shown.get_by_test_id("studio-details")).to_contain_text("Agent · turn 0")
    plot.press("]")
    expect(said).to_contain_text("turn 1")
    plot.press("[")
    expect(said).to_contain_text("turn 0")
    plot.press("Escape")
    expect(shown.get_by_test_id("studio-details")).to_be_hidden()


def test_one_zooms_around_the_pointer(player: Page) -> None:
    when = player.get_by_test_id("studio-details").locator("strong")
    point(player, 30.0)
    before = when.inner_text()
    assert before.startswith(("29.", "30."))
    span = "() => document.querySelector('.lk-frame').style.width"
    player.keyboard.down("Control")
    for _ in range(5):
        player.mouse.wheel(0, -60)
    player.keyboard.up("Control")
    expect(player.get_by_test_id("studio-overview")).to_be_visible()
    player.wait_for_function(f"() => parseFloat(({span})()) < 400")
    assert abs(float(when.inner_text().split()[0]) - float(before.split()[0])) < 0.15
    player.get_by_role("button", name="Show everything").click()
    expect(player.get_by_test_id("studio-overview")).to_be_hidden()


def test_what_the_keyboard_is_at_stays_in_sight_and_uncovered(shown: Page) -> None:
    plot, details = shown.get_by_test_id("studio-timeline"), shown.get_by_test_id("studio-details")
    plot.focus()
    plot.press("Home")
    for _ in range(3):
        plot.press("ArrowRight")
    expect(details).to_contain_text("Agent · turn 0")
    for _ in range(2):
        plot.press("+")
    expect(shown.get_by_test_id("studio-overview")).to_be_visible()
    strip = box_of(shown.get_by_test_id("studio-overview"))
    window, frame = box_of(shown.locator(".lk-window")), box_of(shown.locator(".lk-frame"))
    card = box_of(details)
    turn = shown.evaluate("studio.story.turns.get(0)")
    second_px = strip["width"] / shown.evaluate("studio.story.now_s")
    from_s, span_s = (frame["x"] - strip["x"]) / second_px, frame["width"] / second_px
    start, end = (
        window["x"] + (turn[name] - from_s) / span_s * window["width"]
        for name in ("agent_start", "agent_end")
    )
    assert window["x"] < start < end < window["x"] + window["width"]
    assert card["x"] >= end or card["x"] + card["width"] <= start


def test_everything_stays_everything_while_the_talk_goes_on(
    talk: tuple[Page, FakeSession],
) -> None:
    page, _ = talk
    page.get_by_role("button", name="Show everything").click()
    page.wait_for_function("() => studio.story.now_s > 6")
    overview = page.get_by_test_id("studio-overview")
    expect(overview).to_be_hidden()
    page.get_by_role("button", name="Show less time").click()
    expect(overview).to_be_visible()


def test_messages_are_counted_though_they_are_folded_away(talk: tuple[Page, FakeSession]) -> None:
    page, session = talk
    count = page.get_by_test_id("messages-count")
    expect(count).to_have_text("")

    def tell() -> None:
        for _ in range(120):
            session.recorder.message("sent", "realtimeInput.audio", 929, connection=1)

    engine().call(tell)
    expect(count).to_have_text("120")


def test_the_strip_of_the_whole_talk_goes_anywhere(player: Page) -> None:
    for _ in range(4):
        player.get_by_role("button", name="Show less time").click()
    overview = player.get_by_test_id("studio-overview")
    box = overview.bounding_box()
    assert box is not None
    player.mouse.click(box["x"] + box["width"] / 2, box["y"] + 8)
    window = player.locator(".lk-window").bounding_box()
    assert window is not None
    player.mouse.move(window["x"] + window["width"] / 2, window["y"] + 100)
    when = player.get_by_test_id("studio-details").locator("strong")
    length_s = player.evaluate("player.story.now_s")
    assert abs(float(when.inner_text().split()[0]) - length_s / 2) < 0.5


def test_spectrograms_come_when_they_are_wanted(player: Page) -> None:
    player.evaluate(
        "() => { const { asks } = player; window.asked = []; const ask = asks.ask;"
        "asks.ask = (question) => (window.asked.push(question), ask.call(asks, question)); }"
    )
    button = player.get_by_test_id("studio-spectrogram")
    waves = player.evaluate(COLOURS)
    player.get_by_test_id("studio-timeline").press("s")
    expect(button).to_have_attribute("aria-pressed", "true")
    player.wait_for_function(f"() => ({COLOURS})() > {waves} + 100")
    # One question at a time: the second side waits for the answer about the first.
    player.wait_for_function(
        "() => ['user', 'agent'].every((side) => "
        "window.asked.some((one) => one.what === 'spectra' && one.side === side))"
    )
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    player.wait_for_function(f"() => ({COLOURS})() < {waves} + 100")


def test_pictures_of_a_recording_are_asked_for_and_seen_in_full(player: Page) -> None:
    player.wait_for_function("() => player.pictures.smalls.size > 0")
    point(player, 22.3, y=282)
    image = player.get_by_test_id("studio-details").locator("img")
    expect(image).to_be_visible()
    assert image.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 64
    expect(player.get_by_test_id("studio-details")).to_contain_text("64 \u00d7 48")


def test_paused_it_stands_still_while_the_recording_goes_on(
    talk: tuple[Page, FakeSession],
) -> None:
    page, session = talk
    pause = page.get_by_test_id("studio-pause")
    moving = """() => document.querySelector(".lk-picture").getAnimations()
      .some((one) => one.playState === "running")"""
    page.wait_for_function(moving)
    pause.click()
    expect(pause).to_have_text("Now")
    page.wait_for_function(f"() => !({moving})()")
    frames = len(session.frames)
    now_s = page.evaluate("studio.story.now_s")
    session.wait_for(lambda it: len(it.frames) >= frames + 50)
    page.wait_for_function("(now_s) => studio.story.now_s > now_s + 0.5", arg=now_s)
    assert not page.evaluate(moving)
    page.get_by_test_id("studio-timeline").press("p")
    expect(pause).to_have_text("Pause")
    page.wait_for_function(moving)


def test_the_cameras_own_pictures_are_shown_without_asking(
    talk: tuple[Page, FakeSession],
) -> None:
    page, session = talk
    page.get_by_test_id("studio-camera").click()
    session.wait_for(lambda it: len(it.pictures) >= 2)
    page.wait_for_function("() => studio.pictures.smalls.size >= 2")
    sizes = page.evaluate("[...studio.pictures.blobs.values()].map(({ size }) => size)")
    assert sizes[:2] == [n_bytes for _, _, n_bytes in session.pictures[:2]]


def test_what_was_typed_is_no_speech_and_a_refused_question_says_so(
    talk: tuple[Page, FakeSession],
) -> None:
    page, session = talk  # its microphone hears nothing
    empty = page.locator(".lk-panes .lk-empty").first
    expect(empty).to_contain_text("Say something.")
    expect(empty).not_to_contain_text("Start")

    def happen() -> None:
        event = session.recorder.event
        event("user.text", text="Tell me a secret.")
        event("agent.turn_complete", reason="SAFETY", said="nothing")

    engine().call(happen)
    utterance = page.get_by_test_id("studio-captions").locator("li")
    expect(utterance.locator(".lk-note")).to_have_text("no answer: SAFETY")
    typed = page.wait_for_function(
        "[...studio.story.turns.values()].find(({ typed }) => typed)"
    ).json_value()
    assert (typed["speaking"], typed["user_end"], typed["reason"]) == (False, None, "SAFETY")
    page.get_by_test_id("studio-stop").click()
    page.get_by_role("button", name="Show everything").click()
    point(page, typed["user_start"], y=60)
    details = page.get_by_test_id("studio-details")
    expect(details).to_contain_text("typed")
    expect(details).to_contain_text("no answer: SAFETY")


def test_long_lists_show_their_end_and_get_earlier_rows(talk: tuple[Page, FakeSession]) -> None:
    page, session = talk

    def happen() -> None:
        for n in range(400):
            session.recorder.event("user.text", text=f"message {n}")

    engine().call(happen)
    rows = page.get_by_test_id("studio-captions").locator("li")
    expect(rows.last).to_contain_text("message 399")
    assert rows.count() <= 120
    before = rows.count()
    page.get_by_role("button", name="earlier …").first.click()
    expect(rows).to_have_count(before + 60)
    expect(rows.first).to_contain_text(f"message {400 - before - 60}")


def test_the_keys_of_the_timeline_are_listed(shown: Page) -> None:
    keys = shown.get_by_test_id("studio-keys")
    expect(keys).to_be_hidden()
    shown.get_by_test_id("studio-timeline").press("?")
    expect(keys).to_contain_text("turn by turn")
