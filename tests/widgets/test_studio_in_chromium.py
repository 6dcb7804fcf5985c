"""The Studio's real module in a real browser with made-up devices, against the real gateway.

More than 500 lines because it is one browser: every further file would start a Chromium of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import soxr
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from livekit_nb.engine import engine
from livekit_nb.session.setup.settings import Activity
from livekit_nb.widgets import studio as studio_module
from livekit_nb.widgets.faults import FAULTS
from livekit_nb.widgets.studio import Studio
from tests import chromium
from tests.patience import PATIENCE_S
from tests.tapping import TAP, rendered
from tests.widgets import fake_comm
from tests.widgets.host import Host
from tests.widgets.pages import lend, take_back
from tests.widgets.sessions import FakeSession, NoServer, Opener, UnreachableError

SPEECH = Path(__file__).parents[1] / "speech" / "story.flac"
RATE_HZ = 24_000


@pytest.fixture(scope="module")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a second of silence, then real speech."""
    sound, rate_hz = soundfile.read(SPEECH)
    path = tmp_path_factory.mktemp("microphone") / "speech.wav"
    sound = np.concatenate([np.zeros(24_000), soxr.resample(sound, rate_hz, 48_000)])
    soundfile.write(path, sound, 48_000, subtype="PCM_16")
    return path


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def browser(playwright: Playwright, microphone: Path) -> Iterator[Browser]:
    browser = launch(playwright, microphone)
    yield browser
    browser.close()


def launch(playwright: Playwright, microphone: Path, *more: str, grant: bool = True) -> Browser:
    return playwright.chromium.launch(
        executable_path=chromium.executable(),
        args=[*chromium.arguments(microphone=microphone, grant=grant), *more],
    )


class Bench:
    """A Studio, the page that shows it, and the conversation's other side."""

    def __init__(self, opener: Opener, studio: Studio, host: Host, browser: Browser) -> None:
        self.opener, self.studio, self.host, self.browser = opener, studio, host, browser
        self.page: Page | None = None

    def open(self, url: str | None = None) -> Page:
        self.page = self.page or lend(self.browser)
        self.page.goto(url or self.host.url)
        self.page.get_by_test_id("studio").wait_for()
        return self.page

    def talk(self, number: int = 0) -> tuple[Page, FakeSession]:
        page = self.page or self.open()
        page.get_by_test_id("studio-start").click()
        session = self.opener.session(number)
        expect(page.get_by_test_id("studio-status")).to_have_text("listening")
        return page, session


@pytest.fixture
def bench_for(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Bench]]:
    monkeypatch.delenv("GEMINI_API_KEY", raising=False)
    monkeypatch.delenv("GOOGLE_API_KEY", raising=False)
    fake_comm.install(monkeypatch)
    opener = Opener()
    monkeypatch.setattr(studio_module, "open_session", opener)
    monkeypatch.setattr(studio_module, "local_server", NoServer)
    with ExitStack() as stack:

        def make(browser: Browser, csp: str = "", activity: Activity = "auto") -> Bench:
            studio = Studio(activity=activity)
            stack.callback(studio.close)
            host = stack.enter_context(Host(studio.comm, csp=csp))
            bench = Bench(opener, studio, host, browser)
            stack.callback(lambda: bench.page and take_back(bench.page))
            return bench

        yield make


@pytest.fixture
def bench(bench_for: Callable[..., Bench], browser: Browser) -> Bench:
    return bench_for(browser)


def tone(seconds: float) -> bytes:
    """A 400 Hz tone; its samples are those of one unbroken sine however it is cut."""
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (12_000 * np.sin(2 * np.pi * 400 * time_s)).astype("<i2").tobytes()


def play(session: FakeSession, pcm: bytes, step: int = 9_600) -> None:
    """The agent says this, in bursts of 0.2 s that arrive at once."""

    def send() -> None:
        for at in range(0, len(pcm), step):
            session.sink.play(pcm[at : at + step])

    engine().call(send)


def audible_s(sound: np.ndarray, rate_hz: int) -> float:
    """How long anything is heard; a tone's own zeros are no silence."""
    places = np.flatnonzero(sound)
    gaps = np.diff(places)
    return float((places[-1] - places[0] - gaps[gaps > 0.005 * rate_hz].sum()) / rate_hz)


def test_every_frame_of_the_microphone_arrives_with_its_time(bench: Bench) -> None:
    page, session = bench.talk()
    session.wait_for(lambda it: len(it.frames) >= 150)
    assert page.get_by_test_id("studio-path").inner_text() == "direct sound"
    frames = session.frames[:150]
    assert {len(pcm) for pcm, _, _ in frames} == {640}
    captured = np.array([captured_s for _, captured_s, _ in frames])
    arrived = np.array([arrived_s for _, _, arrived_s in frames])
    assert np.all(arrived >= captured)
    assert np.median(np.diff(captured)) == pytest.approx(0.02, abs=0.002)
    assert captured[-1] - captured[0] == pytest.approx(149 * 0.02, rel=0.05)
    counters = bench.studio.link.counters
    assert (counters.mic_lost, counters.mic_dropped) == (0, 0)
    sound = np.frombuffer(b"".join(pcm for pcm, _, _ in frames), dtype="<i2")
    assert np.abs(sound[:4_000]).max() < 600 < np.abs(sound).max()  # silence, then speech
    error_s = bench.studio.link.clock.error_s
    assert error_s is not None
    assert error_s < 0.1


def test_frames_that_wait_for_a_busy_page_keep_their_times(bench: Bench) -> None:
    page, session = bench.talk()
    session.wait_for(lambda it: len(it.frames) >= 50)
    page.evaluate("() => { const t = performance.now(); while (performance.now() < t + 1500); }")
    session.wait_for(lambda it: len(it.frames) >= 200)
    captured = np.array([captured_s for _, captured_s, _ in session.frames[:200]])
    arrived = np.array([arrived_s for _, _, arrived_s in session.frames[:200]])
    assert (arrived - captured).max() > 1.0, "they did wait"
    assert np.abs(np.diff(captured) - 0.02).max() < 0.1, "and were captured one after the other"


def test_a_voice_in_bursts_is_rendered_and_reported_without_a_gap(bench: Bench) -> None:
    page, session = bench.talk()
    page.evaluate(TAP)
    pcm = tone(2.0)
    play(session, pcm)
    engine().call(session.sink.turn_complete)
    session.wait_for(lambda it: bool(it.ends))
    assert session.ends == [(2.0, False)]
    assert b"".join(piece for piece, _ in session.heard) == pcm
    starts = [start_s for _, start_s in session.heard]
    lengths = [len(piece) / 2 / RATE_HZ for piece, _ in session.heard]
    # A busy machine compares the clock of the sound with the page's late, now and then.
    assert np.all(np.diff(starts) > 0)
    assert np.median(np.abs(np.diff(starts) - lengths[:-1])) < 0.02
    assert bench.studio.link.counters.underruns == 0
    page.wait_for_function("window.tapped.at(-1)[1].every((x) => x === 0)")
    sound, rate_hz = rendered(page)
    audible = np.flatnonzero(np.abs(sound) > 1e-4)
    stretch = sound[audible[0] : audible[-1] + 1]
    assert len(stretch) / rate_hz == pytest.approx(2.0, abs=0.01)
    # A sine of this height never moves more than this from one sample to the next.
    steepest = 2 * np.pi * 400 / rate_hz * 12_000 / 32_768
    assert np.abs(np.diff(stretch[200:-200])).max() < 1.05 * steepest


def test_a_barge_in_silences_it_at_once(bench: Bench) -> None:
    page, session = bench.talk()
    page.evaluate(TAP)
    play(session, tone(20.0))
    session.wait_for(lambda it: len(it.heard) >= 3)
    engine().call(session.sink.clear)
    session.wait_for(lambda it: bool(it.ends))
    ((position_s, interrupted),) = session.ends
    assert interrupted
    heard_s = sum(len(piece) for piece, _ in session.heard) / 2 / RATE_HZ
    assert position_s == pytest.approx(heard_s)
    told = page.evaluate("window.tapped.length")  # the clear was obeyed before that
    page.wait_for_function(f"window.tapped.length > {told} + 1")
    sound, rate_hz = rendered(page)
    # What was rendered is what was reported: nothing went on after the clear. On a busy machine
    # there may be gaps, in which the page waited for more.
    assert audible_s(sound, rate_hz) == pytest.approx(heard_s, abs=0.01)
    assert not np.any(sound[-round(0.01 * rate_hz) :])
    play(session, tone(0.1))  # the next answer is heard again
    engine().call(session.sink.turn_complete)
    session.wait_for(lambda it: len(it.ends) == 2)
    assert session.ends[1] == (pytest.approx(0.1), False)


def test_start_and_stop_by_keyboard_and_again(bench: Bench) -> None:
    page = bench.open()
    status = page.get_by_test_id("studio-status")
    expect(status).to_have_text("idle")
    empty = page.locator(".lk-panes .lk-empty").first
    expect(empty).to_contain_text("Press Start and say something.")
    expect(page.get_by_test_id("studio-endpoint")).to_contain_text("local server")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    session = bench.opener.session()
    expect(status).to_have_text("listening")
    session.wait_for(lambda it: len(it.frames) >= 10)
    track = page.evaluate_handle("() => window.studio.microphone.getTracks()[0]")
    assert track.evaluate("(track) => track.readyState") == "live"
    page.get_by_test_id("studio-stop").focus()
    page.keyboard.press("Space")
    expect(status).to_have_text("stopped")
    assert track.evaluate("(track) => track.readyState") == "ended"
    session.wait_for(lambda it: it.closed)
    _, second = bench.talk(1)
    second.wait_for(lambda it: len(it.frames) >= 10)
    play(second, tone(0.2))
    engine().call(second.sink.turn_complete)
    second.wait_for(lambda it: bool(it.ends))
    assert second.ends == [(pytest.approx(0.2), False)]


LONG_WAY = """() => {
  const { handlers } = window.studio.connection;
  const tell = handlers.onText;
  const late = [];
  handlers.onText = (message) => late.push(message);
  window.arrive = () => { handlers.onText = tell; late.forEach(tell); };
}"""
"""What the kernel says arrives only when the test lets it."""


def test_what_is_told_of_the_talk_before_does_not_touch_the_next(bench: Bench) -> None:
    page = bench.open()
    expect(page.get_by_test_id("studio-status")).to_have_text("idle")
    page.evaluate(LONG_WAY)
    page.get_by_test_id("studio-start").click()
    first = bench.opener.session()
    page.get_by_test_id("studio-stop").click()
    page.get_by_test_id("studio-start").click()
    second = bench.opener.session(1)
    first.wait_for(lambda it: it.closed)
    second.wait_for(lambda it: len(it.frames) >= 10)
    page.evaluate("window.arrive()")
    expect(page.get_by_test_id("studio-status")).to_have_text("listening")
    assert page.evaluate("window.studio.microphone?.getTracks()[0].readyState") == "live"
    second.wait_for(lambda it: len(it.frames) >= 30)
    assert not second.closed


PROMPTS = """() => {
  const devices = navigator.mediaDevices;
  const open = devices.getUserMedia.bind(devices);
  window.streams = [];
  window.prompts = [];
  devices.getUserMedia = async (wish) => {
    await new Promise((resolve) => window.prompts.push(resolve));
    const stream = await open(wish);
    window.streams.push(stream);
    return stream;
  };
}"""
"""Whoever wants the microphone waits until the test lets the prompt be answered."""


def test_starting_again_while_the_prompt_is_open_leaves_one_microphone(bench: Bench) -> None:
    page = bench.open()
    page.evaluate(PROMPTS)
    for button in ("studio-start", "studio-stop", "studio-start"):
        page.get_by_test_id(button).click()
    page.wait_for_function("() => window.prompts.length === 2")
    page.evaluate("window.prompts.forEach((answer) => answer())")
    session = bench.opener.session()
    session.wait_for(lambda it: len(it.frames) >= 10)
    expect(page.get_by_test_id("studio-status")).to_have_text("listening")
    live = """() => window.streams.length === 2 && window.streams
      .filter((stream) => stream.getTracks().some((track) => track.readyState === "live"))"""
    page.wait_for_function(f"() => ({live})().length === 1")
    assert page.evaluate(f"() => ({live})()[0] === window.studio.microphone")
    page.get_by_test_id("studio-stop").click()
    page.wait_for_function(f"() => ({live})().length === 0")
    assert len(bench.opener.sessions) == 1


def test_a_microphone_granted_after_stop_is_let_go(bench: Bench) -> None:
    page = bench.open()
    page.evaluate(PROMPTS)
    page.get_by_test_id("studio-start").click()
    page.get_by_test_id("studio-stop").click()
    page.evaluate("window.prompts[0]()")
    page.wait_for_function("() => window.streams[0]?.getTracks()[0].readyState === 'ended'")
    expect(page.get_by_test_id("studio-status")).to_have_text("stopped")
    assert bench.opener.sessions == []


def test_stopping_from_the_notebook_releases_the_microphone(bench: Bench) -> None:
    page, _ = bench.talk()
    bench.studio.stop()
    expect(page.get_by_test_id("studio-status")).to_have_text("stopped")
    page.wait_for_function(
        "() => window.studio.microphone === null && window.studio.audio === null"
    )


def test_removing_the_widget_releases_everything(bench: Bench) -> None:
    page, session = bench.talk()
    track = page.evaluate_handle("() => window.studio.microphone.getTracks()[0]")
    page.evaluate("window.closeWidget()")
    expect(page.get_by_test_id("studio")).to_have_count(0)
    page.wait_for_function("(track) => track.readyState === 'ended'", arg=track)
    session.wait_for(lambda it: it.closed)


def test_reloading_the_page_shows_what_was_and_starts_again(bench: Bench) -> None:
    page, session = bench.talk()
    engine().call(lambda: session.recorder.event("caption.user", text="Remember this.", final=True))
    expect(page.get_by_test_id("studio-captions")).to_contain_text("Remember this.")
    page.reload()
    expect(page.get_by_test_id("studio-status")).to_have_text("stopped")
    expect(page.get_by_test_id("studio-captions")).to_contain_text("Remember this.")
    session.wait_for(lambda it: it.closed)
    _, second = bench.talk(1)
    second.wait_for(lambda it: len(it.frames) >= 10)


def test_a_dropped_connection_comes_back_while_a_cell_runs_and_loses_nothing(
    bench: Bench,
) -> None:
    page, session = bench.talk()
    session.wait_for(lambda it: len(it.frames) >= 20)
    bench.host.deaf = True
    before = len(session.frames)
    page.evaluate("window.studio.connection.channel.close()")
    session.wait_for(lambda it: len(it.frames) >= before + 60)
    counters = bench.studio.link.counters
    assert counters.attached == 2
    assert counters.mic_lost == 0
    assert bench.studio.status == "listening"


def test_a_secret_that_is_no_longer_good_is_asked_for_again(bench: Bench) -> None:
    page, session = bench.talk()
    session.wait_for(lambda it: len(it.frames) >= 10)
    before = len(session.frames)
    page.evaluate(
        """() => {
          const { connection } = window.studio;
          connection.next.secret = "outdated";
          connection.channel.close();
        }"""
    )
    session.wait_for(lambda it: len(it.frames) >= before + 60)
    expect(page.get_by_test_id("studio-path")).to_have_text("direct sound")
    assert bench.studio.link.counters.attached == 2
    assert bench.studio.status == "listening"


def test_a_tool_that_answers_half_a_character_leaves_the_timeline_going(bench: Bench) -> None:
    page, session = bench.talk()

    def happen() -> None:
        event = session.recorder.event
        event("caption.user", text="half \ud83d", final=True)
        event("agent.turn_complete", reason="complete")

    engine().call(happen)
    captions = page.get_by_test_id("studio-captions")
    expect(captions).to_contain_text("half \ufffd")
    engine().call(lambda: session.recorder.event("caption.user", text="And on.", final=True))
    expect(captions).to_contain_text("And on.")


@pytest.fixture
def without_gateway(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    class Unreachable:
        port = 9  # discard: nobody listens there

        def issue(self, *_: object) -> str:
            return "secret"

        def revoke(self, *_: object) -> None:
            pass

    async def unreachable() -> Unreachable:
        return Unreachable()

    monkeypatch.setattr(bench.studio._desk, "_gateway", unreachable)


@pytest.mark.usefixtures("without_gateway")
def test_reloading_and_two_tabs_over_the_comm(bench: Bench) -> None:
    first, session = bench.talk()
    first.reload()
    expect(first.get_by_test_id("studio-status")).to_have_text("stopped")
    expect(first.get_by_test_id("studio-path")).to_have_text("slow sound")
    session.wait_for(lambda it: it.closed)
    _, session = bench.talk(1)
    session.wait_for(lambda it: len(it.frames) >= 10)
    second = lend(bench.browser)
    second.goto(bench.host.url)
    expect(second.get_by_test_id("studio-path")).to_have_text("slow sound")
    expect(first.get_by_test_id("studio-path")).to_have_text("in use elsewhere")
    session.wait_for(lambda it: it.closed)
    _, session = bench.talk(2)
    session.wait_for(lambda it: len(it.frames) >= 10)
    expect(second.get_by_test_id("studio-path")).to_have_text("in use elsewhere")
    expect(first.get_by_test_id("studio-path")).to_have_text("slow sound")
    take_back(second)


@pytest.mark.usefixtures("without_gateway")
def test_without_a_gateway_the_comm_carries_the_same_conversation(bench: Bench) -> None:
    page, session = bench.talk()
    expect(page.get_by_test_id("studio-path")).to_have_text("slow sound")
    session.wait_for(lambda it: len(it.frames) >= 100)
    assert bench.studio.link.counters.mic_lost == 0
    pcm = tone(1.0)
    play(session, pcm)
    engine().call(session.sink.turn_complete)
    session.wait_for(lambda it: bool(it.ends))
    assert b"".join(piece for piece, _ in session.heard) == pcm
    kinds = [event.data.get("path") for event in session.recorder.recording.events]
    assert "comm" in kinds


def test_another_tab_takes_over_and_can_be_taken_back(bench: Bench) -> None:
    first, session = bench.talk()
    second = lend(bench.browser)
    second.goto(bench.host.url)
    expect(second.get_by_test_id("studio-status")).to_have_text("stopped")
    expect(first.get_by_test_id("studio-path")).to_have_text("in use elsewhere")
    session.wait_for(lambda it: it.closed)
    bench.talk(1)
    expect(second.get_by_test_id("studio-path")).to_have_text("in use elsewhere")
    take_back(second)


def test_the_camera_sends_at_most_one_picture_a_second(bench: Bench) -> None:
    page, session = bench.talk()
    camera = page.get_by_test_id("studio-camera")
    camera.click()
    expect(camera).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_test_id("studio-preview")).to_be_visible()
    session.wait_for(lambda it: len(it.pictures) >= 3)
    width, height, n_bytes = session.pictures[-1]
    assert max(width, height) <= 768
    assert n_bytes < 60_000
    expect(page.get_by_test_id("studio-camera-info")).to_contain_text(f"{width} ")
    times = [e.t for e in session.recorder.recording.events if e.kind == "video.frame"]
    assert np.diff(times).min() > 0.8
    camera.click()
    expect(page.get_by_test_id("studio-preview")).to_be_hidden()
    assert page.evaluate("window.studio.camera.stream") is None


def test_the_page_shows_what_the_recording_holds(bench: Bench) -> None:
    page, session = bench.talk()

    def happen() -> None:
        event = session.recorder.event
        event("caption.user", text="What's the wea", final=False)
        event("caption.user", text="What's the weather?", final=True)
        event("tool.call", id="1", name="get_weather", args={"city": "Paris"})
        event(
            "tool.response",
            id="1",
            name="get_weather",
            response={"sky": "<b>clear</b>"},
            duration_s=0.31,
            error=None,
        )
        event("caption.agent", text="It is clear.")
        event("agent.interrupted")
        event("agent.turn_complete", reason="interrupted")

    engine().call(happen)
    captions = page.get_by_test_id("studio-captions").locator("li")
    expect(captions).to_have_count(2)
    expect(captions.nth(0)).to_contain_text("What's the weather?")
    expect(captions.nth(1)).to_contain_text("interrupted")
    tools = page.get_by_test_id("studio-tools")
    expect(tools).to_contain_text('get_weather(city="Paris")')
    expect(tools).to_contain_text('{"sky": "<b>clear</b>"}')
    expect(tools).to_contain_text("0.31 s")
    page.get_by_test_id("studio-stop").click()
    timeline = page.get_by_test_id("studio-timeline")
    expect(timeline).to_have_attribute("aria-label", re.compile("1 turn.*; 1 tool call"))
    page.get_by_test_id("studio-level").wait_for()


MOVING = """() => document.querySelector(".lk-picture").getAnimations()
  .some((animation) => animation.playState === "running")"""


def test_the_timeline_moves_by_itself_only_while_there_is_somebody_to_see_it(bench: Bench) -> None:
    page, session = bench.talk()
    page.wait_for_function(MOVING)
    page.evaluate("document.querySelector('.lk-timeline').style.display = 'none'")
    page.wait_for_function(f"() => !({MOVING})()")
    frames = len(session.frames)
    session.wait_for(lambda it: len(it.frames) >= frames + 100)
    assert not page.evaluate(MOVING)
    page.evaluate("document.querySelector('.lk-timeline').style.display = ''")
    page.wait_for_function(MOVING)
    page.get_by_test_id("studio-stop").click()
    page.wait_for_function(f"() => !({MOVING})()")
    expect(page.locator(".lk-now")).to_be_hidden()


@pytest.mark.parametrize(("background", "theme"), [("#fff", "light"), ("#212121", "dark")])
def test_it_follows_the_theme_also_when_it_changes(
    bench: Bench, background: str, theme: str
) -> None:
    page = bench.open()
    studio = page.get_by_test_id("studio")
    expect(studio).to_have_attribute("data-lk-theme", "light")
    page.evaluate(
        """(colour) => {
          document.documentElement.style.setProperty("--jp-layout-color1", colour);
          document.body.dataset.jpThemeName = colour;
        }""",
        background,
    )
    expect(studio).to_have_attribute("data-lk-theme", theme)


def test_a_refused_microphone_is_explained(
    bench_for: Callable[..., Bench], playwright: Playwright, microphone: Path
) -> None:
    browser = launch(playwright, microphone, grant=False)
    bench = bench_for(browser)
    page = bench.open()
    page.get_by_test_id("studio-start").click()
    status = page.get_by_test_id("studio-status")
    expect(status).to_have_text("error: The microphone was refused.")
    expect(page.get_by_test_id("studio-problem")).to_contain_text("address bar")
    expect(page.get_by_test_id("studio-start")).to_be_enabled()
    page.wait_for_function("() => window.studio.kernelStatus.startsWith('error')")
    assert bench.studio.status == "error: The microphone was refused."
    assert bench.opener.sessions == []
    browser.close()
    bench.page = None


def test_an_insecure_page_is_told_about_the_tunnel(
    bench_for: Callable[..., Bench], playwright: Playwright, microphone: Path
) -> None:
    browser = launch(playwright, microphone, "--host-resolver-rules=MAP lab.example 127.0.0.1")
    bench = bench_for(browser)
    page = bench.open(bench.host.url.replace("127.0.0.1", "lab.example"))
    expect(page.get_by_test_id("studio-path")).to_have_text("slow sound")
    page.get_by_test_id("studio-start").click()
    expect(page.get_by_test_id("studio-status")).to_have_text(
        "error: This page may not use the microphone."
    )
    expect(page.get_by_test_id("studio-problem")).to_contain_text("ssh -L")
    browser.close()
    bench.page = None


LOUDEST = """() => {
  const { speaker } = window.studio.audio;
  window.heard ??= (() => {
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 4096, smoothingTimeConstant: 0 });
    context.createMediaStreamSource(speaker.srcObject).connect(analyser);
    return analyser;
  })();
  const { heard } = window;
  const decibels = new Float32Array(heard.frequencyBinCount);
  heard.getFloatFrequencyData(decibels);
  const top = decibels.indexOf(Math.max(...decibels));
  const rate_hz = (top * heard.context.sampleRate) / heard.fftSize;
  return decibels[top] > -60 && Math.abs(rate_hz - 400) < 15;
}"""
"""Whether the stream of the <audio> element holds a tone of 400 Hz, and nothing louder."""


def test_the_voice_is_heard_through_an_audio_element_as_echo_cancellers_want_it(
    bench: Bench,
) -> None:
    page, session = bench.talk()
    settings = page.evaluate("() => window.studio.microphone.getTracks()[0].getSettings()")
    assert settings["echoCancellation"] is True
    play(session, tone(8.0))
    page.wait_for_function(LOUDEST)
    speaker = page.evaluate_handle("() => window.studio.audio.speaker")
    state = speaker.evaluate(
        "({ tagName, paused, muted, volume }) => [tagName, paused, muted, volume]"
    )
    assert state == ["AUDIO", False, False, 1]
    # Its clock is that of what it has rendered.
    page.wait_for_function(
        """(speaker) => {
          window.firstTime ??= speaker.currentTime;
          return speaker.currentTime > window.firstTime + 0.5;
        }""",
        arg=speaker,
    )


def test_a_policy_against_blob_scripts_is_got_around_or_explained(
    bench_for: Callable[..., Bench], browser: Browser
) -> None:
    scripts = "script-src 'self' 'unsafe-inline'"
    lenient = bench_for(browser, csp=f"{scripts} data:")
    _, session = lenient.talk()
    session.wait_for(lambda it: len(it.frames) >= 10)
    strict = bench_for(browser, csp=scripts)
    page = strict.open()
    page.get_by_test_id("studio-start").click()
    expect(page.get_by_test_id("studio-status")).to_have_text(
        "error: The audio processor could not be loaded."
    )
    expect(page.get_by_test_id("studio-problem")).to_contain_text("Content-Security-Policy")
    page.wait_for_function("() => window.studio.microphone === null")


@pytest.fixture
def quick(bench: Bench) -> Iterator[Bench]:
    """A bench whose page need not wait for time to pass; it is of its own, for that stays so."""
    bench.page = bench.browser.new_page()
    bench.page.clock.install()
    yield bench
    bench.page.close()
    bench.page = None


def test_a_kernel_that_is_gone_does_not_keep_the_microphone(quick: Bench) -> None:
    bench = quick
    bench.open()
    page, session = bench.talk()
    session.wait_for(lambda it: len(it.frames) >= 10)
    track = page.evaluate_handle("() => window.studio.microphone.getTracks()[0]")
    bench.host.deaf = True
    page.evaluate(
        """() => {
          window.WebSocket = function () { throw new DOMException("no", "SecurityError"); };
          window.studio.connection.channel.close();
        }"""
    )
    page.wait_for_function("() => window.studio.connection.state !== 'open'")
    page.clock.fast_forward(9_000)
    assert track.evaluate("(track) => track.readyState") == "live", "it may come back"
    page.clock.fast_forward(2_000)
    expect(page.get_by_test_id("studio-status")).to_have_text(
        "error: The connection to the kernel was lost."
    )
    expect(page.get_by_test_id("studio-problem")).to_contain_text("run the cell again")
    assert track.evaluate("(track) => track.readyState") == "ended"
    session.wait_for(lambda it: it.closed)
    bench.host.hear_again()
    expect(page.get_by_test_id("studio-path")).to_have_text("slow sound")
    _, second = bench.talk(1)
    second.wait_for(lambda it: len(it.frames) >= 10)


def test_without_a_kernel_start_says_so(quick: Bench) -> None:
    bench = quick
    bench.host.deaf = True
    page = bench.open()
    page.get_by_test_id("studio-start").click()
    expect(page.get_by_test_id("studio-stop")).to_be_enabled()
    page.clock.fast_forward(11_000)
    expect(page.get_by_test_id("studio-status")).to_have_text("error: No connection to the kernel.")
    bench.host.hear_again()
    expect(page.get_by_test_id("studio-path")).to_have_text("direct sound")
    bench.talk()


def asked(session: FakeSession) -> list[str]:
    return [what for what, _ in session.done]


def test_the_microphone_is_muted_by_the_button_and_by_m(bench: Bench) -> None:
    page, session = bench.talk()
    mute = page.get_by_test_id("studio-mute")
    track = page.evaluate_handle("() => window.studio.microphone.getAudioTracks()[0]")
    mute.click()
    expect(mute).to_have_attribute("aria-pressed", "true")
    assert track.evaluate("(track) => track.enabled") is False
    session.wait_for(lambda it: asked(it) == ["mute"])
    page.get_by_test_id("studio-timeline").press("m")
    expect(mute).to_have_attribute("aria-pressed", "false")
    assert track.evaluate("(track) => track.enabled") is True
    session.wait_for(lambda it: asked(it) == ["mute", "unmute"])
    page.get_by_test_id("studio-type").press("m")  # a letter, there
    expect(page.get_by_test_id("studio-type")).to_have_value("m")
    engine().submit(session.mute()).result(PATIENCE_S)  # by a cell
    expect(mute).to_have_attribute("aria-pressed", "true")
    assert track.evaluate("(track) => track.enabled") is False
    page.get_by_test_id("studio-stop").click()
    expect(mute).to_be_disabled()


def test_a_message_is_typed_while_one_talks(bench: Bench) -> None:
    page = bench.open()
    typed = page.get_by_test_id("studio-type")
    expect(typed).to_be_disabled()
    _, session = bench.talk()
    typed.fill("What time is it?")
    typed.press("Enter")
    expect(typed).to_have_value("")
    session.wait_for(lambda it: ("send_text", "What time is it?") in it.done)
    expect(page.get_by_test_id("studio-captions")).to_contain_text("You, typed")
    session.refusal = UnreachableError("Nobody takes letters.")
    typed.fill("Hello?")
    typed.press("Enter")
    expect(page.get_by_test_id("studio-notice")).to_have_text("Nobody takes letters.")
    assert page.get_by_test_id("studio-talk").is_hidden()


@pytest.fixture
def manual(bench_for: Callable[..., Bench], browser: Browser) -> Bench:
    return bench_for(browser, activity="manual")


def test_push_to_talk_by_keyboard(manual: Bench) -> None:
    page = manual.open()
    page.get_by_test_id("studio-start").focus()
    page.keyboard.press("Enter")
    session = manual.opener.session()
    talk = page.get_by_test_id("studio-talk")
    expect(talk).to_be_focused()
    for _ in range(4):
        page.keyboard.down("Space")  # a held key repeats
    session.wait_for(lambda it: asked(it) == ["push"])
    page.keyboard.up("Space")
    session.wait_for(lambda it: asked(it) == ["push", "release"])
    page.get_by_test_id("studio-timeline").focus()
    page.keyboard.down("Space")
    session.wait_for(lambda it: len(it.done) == 3)
    page.get_by_test_id("studio-type").focus()  # still in the Studio, and the key still held
    expect(talk).to_have_attribute("aria-pressed", "true")
    page.evaluate("document.activeElement.blur()")
    session.wait_for(lambda it: asked(it) == ["push", "release"] * 2)
    page.keyboard.up("Space")
    talk.focus()
    page.keyboard.press("Enter")  # for those who cannot hold: on, and off
    session.wait_for(lambda it: len(it.done) == 5)
    page.keyboard.press("Enter")
    session.wait_for(lambda it: asked(it) == ["push", "release"] * 3)
    expect(page.get_by_test_id("studio-status")).to_have_text("listening")


def test_push_to_talk_by_mouse_and_finger_ends_wherever_they_are_lifted(manual: Bench) -> None:
    page, session = manual.talk()
    talk = page.get_by_test_id("studio-talk")
    talk.hover()
    page.mouse.down()
    expect(talk).to_have_text("Talking …")
    page.mouse.move(5, 5)
    expect(talk).to_have_attribute("aria-pressed", "true")
    page.mouse.up()
    session.wait_for(lambda it: asked(it) == ["push", "release"])
    _, before = session.done[0]
    _, after = session.done[1]
    assert isinstance(before, int)
    assert isinstance(after, int)
    assert after > before, "what was said is there before it counts as said"
    for end in ("blur", "pointercancel"):
        talk.hover()
        page.mouse.down()
        expect(talk).to_have_attribute("aria-pressed", "true")
        if end == "blur":
            page.evaluate("window.dispatchEvent(new Event('blur'))")
        else:
            talk.dispatch_event("pointercancel", {"pointerId": 1})
        expect(talk).to_have_attribute("aria-pressed", "false")
        page.mouse.up()
    session.wait_for(lambda it: asked(it) == ["push", "release"] * 3)


def test_while_it_reconnects_the_conversation_goes_on_and_shows_the_outage(bench: Bench) -> None:
    page, session = bench.talk()
    session.wait_for(lambda it: len(it.frames) >= 20)

    def lose() -> None:
        session.recorder.event("session.reconnecting", attempt=1, code=1006, reason="")
        session.on_status("reconnecting")

    engine().call(lose)
    status = page.get_by_test_id("studio-status")
    expect(status).to_have_text("reconnecting")
    expect(page.get_by_test_id("studio-stop")).to_be_enabled()
    frames = len(session.frames)
    session.wait_for(lambda it: len(it.frames) >= frames + 30)

    def find() -> None:
        session.recorder.event(
            "session.resumed", attempt=1, fresh=False, outage_s=1.0, replayed_s=0.5
        )
        session.on_status("listening")

    engine().call(find)
    expect(status).to_have_text("listening")
    (outage,) = page.evaluate("window.studio.story.outages")
    assert outage["to"] > outage["from"]
    page.get_by_test_id("studio-stop").click()
    expect(page.get_by_test_id("studio-timeline")).to_have_attribute(
        "aria-label", re.compile("1 interrupted connection")
    )


def test_faults_are_offered_by_the_local_server_and_can_be_asked_for_twice(bench: Bench) -> None:
    page, session = bench.talk()
    menu = page.get_by_test_id("studio-faults")
    expect(menu).to_be_visible()
    for name in ("drop", "drop", "bad_network"):
        menu.select_option(name)
        expect(menu).to_have_value("")
    session.wait_for(lambda it: len(it.done) == 3)
    plans = [plan for _, plan in session.done]
    assert plans == [FAULTS["drop"], FAULTS["drop"], FAULTS["bad_network"]]
    shown = menu.locator("option").first
    expect(shown).to_contain_text("Bad network")
    menu.select_option("off")
    expect(shown).to_have_text("Faults")
    events = [event.data for event in session.recorder.recording.events if event.kind == "fault"]
    assert events == [{"kind": "off"}]


def test_the_end_that_nobody_heard_is_struck_out(bench: Bench) -> None:
    page, session = bench.talk()

    def speak() -> None:
        for words in ("Once upon a time ", "there was a king ", "who never spoke."):
            pcm = tone(1.0)
            session.recorder.agent_received(pcm, session.recorder.clock())
            session.recorder.agent_handed(len(pcm) // 2, session.recorder.clock())
            session.sink.play(pcm)
            session.recorder.event("caption.agent", text=words)

    def cut() -> None:
        session.sink.clear()
        session.recorder.event("agent.interrupted")

    engine().call(speak)
    session.wait_for(lambda it: len(it.heard) >= 3)
    engine().call(cut)
    said = page.get_by_test_id("studio-captions").locator("li").last
    expect(said).to_contain_text("the rest was not heard")
    unheard = said.locator(".lk-unheard")
    expect(unheard).to_contain_text("who never spoke.")
    turn = next(turn for turn in session.recorder.recording.turns if turn.interrupted)
    assert turn.agent is not None
    expect(said.locator(".lk-said")).to_have_text(turn.agent.text)
    expect(unheard).to_have_text(turn.agent.unheard, use_inner_text=True)
    assert f"{turn.agent.text} {turn.agent.unheard}" == (
        "Once upon a time there was a king who never spoke."
    )


def told_messages(session: FakeSession, count: int) -> None:
    """A conversation's log: sound, and every tenth a call."""

    def tell() -> None:
        recorder = session.recorder
        for n in range(count):
            if n % 10:
                recorder.message("sent", "realtimeInput.audio", 929, connection=1)
            else:
                body = f'{{"toolCall":{{"functionCalls":[{{"id":"{n}"}}]}}}}'
                recorder.message("received", "toolCall", 2000 + n, body, connection=1)

    engine().call(tell)


def test_messages_are_listed_filtered_and_opened(bench: Bench) -> None:
    page, session = bench.talk()
    told_messages(session, 200_000)
    toggle, grid = page.get_by_test_id("messages-toggle"), page.get_by_test_id("messages")
    expect(grid).to_be_hidden()
    toggle.click()
    expect(page.get_by_test_id("messages-count")).to_have_text("200,000")
    rows = grid.locator("[data-number]")
    expect(grid).to_have_attribute("aria-rowcount", "20001")  # without sound, and with the heads
    expect(rows.last).to_contain_text("toolCall")
    expect(rows.last).to_have_attribute("data-number", "199990")
    assert rows.count() <= 12, "only those that are seen are in the page"
    told_messages(session, 11)
    expect(rows.last).to_have_attribute("data-number", "200010")  # it follows
    page.get_by_test_id("messages-follow").click()
    told_messages(session, 11)
    expect(page.get_by_test_id("messages-count")).to_have_text("200,022")
    expect(rows.last).to_have_attribute("data-number", "200010")  # it stands
    grid.evaluate("grid => (grid.scrollTop = grid.scrollHeight / 2)")
    expect(rows.nth(5)).to_have_attribute("data-number", re.compile(r"^(99|100)\d{3}$"))
    page.get_by_test_id("messages-hide-audio").uncheck()
    expect(grid).to_have_attribute("aria-rowcount", "200023")
    page.get_by_test_id("messages-way").select_option("received")
    page.get_by_test_id("messages-find").fill("TOOL")
    expect(grid).to_have_attribute("aria-rowcount", "20005")
    page.get_by_test_id("messages-find").fill("nonsense")
    expect(page.get_by_test_id("messages-none")).to_have_text("No message is like that.")
    page.get_by_test_id("messages-find").fill("")
    page.get_by_test_id("messages-way").select_option("")
    page.get_by_test_id("messages-tools").click()
    expect(grid).to_have_attribute("aria-rowcount", "20005")
    grid.focus()
    for key in ("Home", "ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    chosen = grid.locator("[aria-selected=true]")
    expect(chosen).to_have_attribute("data-number", "10")
    assert grid.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("message-title")).to_contain_text(
        "received · toolCall · 2,010 bytes"
    )
    expect(page.get_by_test_id("message-body")).to_contain_text('"id": "10"')
    page.keyboard.press("ArrowDown")
    expect(page.get_by_test_id("message-body")).to_contain_text('"id": "20"')
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("message-body")).to_be_hidden()
    expect(grid).to_be_focused()


def test_a_closed_list_of_messages_asks_for_none_and_an_open_one_seldom(bench: Bench) -> None:
    page, session = bench.talk()
    page.evaluate(
        "() => { const { asks } = window.studio; window.asked = []; const ask = asks.ask;"
        "asks.ask = (question) => (window.asked.push(question), ask.call(asks, question)); }"
    )

    def asked_while_time_passes() -> tuple[list[dict[str, Any]], float]:
        begun_ms = page.evaluate("(window.asked.length = 0, performance.now())")
        before = len(session.frames)
        session.wait_for(lambda it: len(it.frames) >= before + 100)  # 2 s of microphone
        asked, now_ms = page.evaluate("[window.asked, performance.now()]")
        return asked, now_ms - begun_ms

    asked, _ = asked_while_time_passes()
    assert len(asked) <= 2, "no more than the status changes"
    assert {question["count"] for question in asked} <= {0}, "and how many there are, at most"
    page.get_by_test_id("messages-toggle").click()
    asked, passed_ms = asked_while_time_passes()
    assert 1 <= len(asked) <= passed_ms / 500 + 3
    assert {question["what"] for question in asked} == {"messages"}
    page.get_by_test_id("messages-toggle").click()
    assert len(asked_while_time_passes()[0]) <= 2


def test_another_recording_has_messages_of_its_own(bench: Bench) -> None:
    page, session = bench.talk()
    page.get_by_test_id("messages-toggle").click()
    told_messages(session, 50)
    rows = page.get_by_test_id("messages").locator("[data-number]")
    expect(rows).to_have_count(5)
    rows.first.click()
    expect(page.get_by_test_id("message-body")).to_be_visible()
    page.get_by_test_id("studio-stop").click()
    expect(page.get_by_test_id("studio-status")).to_have_text("stopped")
    expect(rows).to_have_count(5)
    bench.talk(1)
    expect(page.get_by_test_id("message-body")).to_be_hidden()
    expect(rows).to_have_count(0)
