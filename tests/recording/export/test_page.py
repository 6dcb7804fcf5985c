"""The exported page in a real browser: it plays, follows, obeys the keyboard and nobody else."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from livekit_nb.recording import Recording
from livekit_nb.recording.export import page as page_module
from tests import chromium
from tests.patience import PATIENCE_S
from tests.recording.talks import a_talk

expect.set_options(timeout=PATIENCE_S * 1000)

HOSTILE = (
    '</script><script>document.title="broken into"</script>'
    '<img src=x onerror="document.title=1"><style>*{display:none}</style>'
    "\"'><svg onload=alert(1)> javascript:alert(1) </title></p></ol><!-- ]]> &lt; \u2028 \ud83d"
)
NOW = re.compile(r"\bnow\b")


def conversation() -> Recording:
    talk = (
        a_talk().user("What is the weather?", 1.0, 2.5).tool("get_weather", 2.7, 2.9, city="Rome")
    )
    talk.agent(3.2, 6.0, "It is sunny with a light wind", cut_s=6.1).user("And Oslo?", 5.5, 6.8)
    talk.agent(7.3, 9.0, "Rain.").typed("thanks", 10.0).agent(10.8, 12.0, "You are welcome.")
    return talk.camera(0.0, 3.0).until(16.0).recording()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium.executable(), args=chromium.arguments()
        )
        yield launched
        launched.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path):
    """Opens an exported recording; what the page complained of or fetched fails the test."""
    bad: list[str] = []
    context = browser.new_context(viewport={"width": 1000, "height": 900})

    def open_page(recording: Recording, name: str = "talk") -> Page:
        path = tmp_path / f"{name}.html"
        recording.export(path)
        tab = context.new_page()
        tab.on("console", lambda message: bad.append(message.text))
        tab.on("pageerror", lambda error: bad.append(str(error)))
        tab.on("dialog", lambda dialog: bad.append(dialog.message))
        tab.on(
            "request",
            lambda request: (
                None if request.url.startswith(("file:", "blob:")) else bad.append(request.url)
            ),
        )
        tab.goto(path.as_uri(), wait_until="domcontentloaded")
        until(tab, "document.querySelector('audio').readyState >= 3")
        return tab

    open_page.bad = bad
    yield open_page
    context.close()
    assert bad == []


def until(tab: Page, condition: str) -> None:
    """Wait for something; Playwright's own way evaluates text, which the page forbids."""
    tab.evaluate(
        f"""() => new Promise(done => {{
            const check = () => ({condition}) ? done() : requestAnimationFrame(check);
            check();
        }})"""
    )


def time_of(tab: Page) -> float:
    return tab.evaluate("document.querySelector('audio').currentTime")


def head_of(tab: Page) -> float:
    """Where the play-head is, in seconds."""
    return tab.evaluate(
        "parseFloat(document.querySelector('.head').getAttribute('x1')) / 100"
        " * Number(document.body.dataset.duration)"
    )


def seek(tab: Page, t: float) -> None:
    tab.evaluate(
        """t => new Promise(done => {
            const audio = document.querySelector('audio');
            audio.addEventListener('seeked', () => requestAnimationFrame(done), {once: true});
            audio.currentTime = t;
        })""",
        t,
    )


def wait_for_time(tab: Page, above: float) -> None:
    until(tab, f"document.querySelector('audio').currentTime > {above}")


def test_it_plays_and_the_play_head_and_the_words_follow(opened):
    recording = conversation()
    tab = opened(recording)
    duration = tab.evaluate("document.querySelector('audio').duration")
    assert duration == pytest.approx(recording.duration_s, abs=0.01)
    seek(tab, 0.9)
    tab.locator("h1").click()
    tab.keyboard.press("Space")
    wait_for_time(tab, 1.3)
    first = tab.locator(".said.user").first
    expect(first).to_have_class(NOW)
    expect(first).to_have_attribute("aria-current", "true")
    assert not tab.evaluate("document.querySelector('audio').paused")
    tab.keyboard.press("Space")
    until(tab, "document.querySelector('audio').paused")
    seek(tab, 4.0)
    assert head_of(tab) == pytest.approx(4.0, abs=0.001)
    expect(first).not_to_have_class(NOW)
    expect(tab.locator(".said.agent").first).to_have_class(NOW)
    seek(tab, 5.8)  # both are talking
    expect(tab.locator(".said.now")).to_have_count(2)
    seek(tab, 14.0)
    expect(tab.locator(".said.now")).to_have_count(0)


def test_a_click_on_the_timeline_or_on_a_time_goes_there(opened):
    recording = conversation()
    tab = opened(recording)
    box = tab.locator("svg.timeline").bounding_box()
    tab.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + 20)
    assert time_of(tab) == pytest.approx(recording.duration_s / 2, abs=0.05)
    assert head_of(tab) == pytest.approx(time_of(tab), abs=0.001)
    tab.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 20)
    tab.mouse.down()
    tab.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 20)
    tab.mouse.up()
    assert time_of(tab) == pytest.approx(recording.duration_s * 0.75, abs=0.05)
    tab.locator(".said.agent .at").nth(1).click()
    assert time_of(tab) == pytest.approx(recording.turns[1].agent.first_audible, abs=0.001)


def test_everything_goes_by_the_keyboard(opened):
    recording = conversation()
    tab = opened(recording)
    strip = tab.get_by_role("slider", name="Position in the conversation")
    strip.focus()
    tab.keyboard.press("ArrowRight")
    assert time_of(tab) == pytest.approx(5.0, abs=0.001)
    expect(strip).to_have_attribute("aria-valuenow", "5")
    expect(strip).to_have_attribute("aria-valuetext", "0:05 of 0:16")
    tab.keyboard.press("ArrowLeft")
    tab.keyboard.press("n")
    first = recording.turns[0]
    assert time_of(tab) == pytest.approx(first.user.start, abs=0.001)
    tab.keyboard.press("n")
    assert time_of(tab) == pytest.approx(first.agent.first_audible, abs=0.001)
    tab.keyboard.press("p")
    assert time_of(tab) == pytest.approx(first.user.start, abs=0.001)
    tab.keyboard.press("End")
    assert time_of(tab) == pytest.approx(recording.duration_s, abs=0.01)
    tab.keyboard.press("Home")
    assert time_of(tab) == 0.0


def test_zooming_in_widens_the_timeline_up_to_a_limit(opened):
    talk = a_talk().user("Hello", 1.0, 2.0).agent(2.5, 3.0, "Hi.").user("Bye", 58.0, 59.0)
    tab = opened(talk.recording())
    drawing = tab.locator("svg.timeline")
    before = drawing.bounding_box()["width"]
    tab.get_by_role("button", name="Zoom in").click()
    assert drawing.bounding_box()["width"] == pytest.approx(2 * before, rel=0.01)
    for _ in range(4):
        tab.keyboard.press("+")
    assert tab.get_by_role("button", name="Zoom in").is_disabled()
    assert drawing.bounding_box()["width"] == pytest.approx(60 * 60, rel=0.02)
    tab.keyboard.press("-")
    assert drawing.bounding_box()["width"] == pytest.approx(30 * 60, rel=0.02)


def test_the_speed_is_chosen(opened):
    tab = opened(conversation())
    tab.get_by_label("Speed").select_option("1.5")
    assert tab.evaluate("document.querySelector('audio').playbackRate") == 1.5


def test_it_says_what_it_is(opened):
    talk = a_talk().event(0.0, "session.connecting", endpoint="Google <b>", model="models/m-1")
    recording = talk.user("Hello", 1.0, 2.0).until(4.0).recording()
    recording.started_at = datetime(2026, 2, 3, 23, 5, tzinfo=timezone(timedelta(hours=-1)))
    assert opened(recording).locator(".about").inner_text() == (
        "A conversation with Google <b> · m-1, recorded by livekit_nb on 2026-02-04 at 00:05 UTC."
    )
    recording.started_at = None
    assert opened(recording).locator(".about").inner_text() == (
        "A conversation with Google <b> · m-1, recorded by livekit_nb."
    )


def test_what_was_said_does_nothing(opened):
    talk = a_talk().user(HOSTILE, 1.0, 2.0).tool(HOSTILE, 2.2, 2.4, **{HOSTILE: HOSTILE})
    talk.agent(2.8, 4.0, HOSTILE).typed(HOSTILE, 6.0).event(
        7.0, "agent.turn_complete", said="nothing", reason=HOSTILE
    )
    recording = talk.until(10.0).recording()
    tab = opened(recording, name='a "name" <b>')
    assert tab.title() == 'a "name" <b>'
    assert tab.locator("h1").inner_text() == 'a "name" <b>'
    assert tab.evaluate("document.querySelectorAll('script').length") == 1
    assert tab.evaluate("document.querySelectorAll('img, svg[onload], h1 b').length") == 0
    assert tab.evaluate("document.querySelectorAll('style').length") == 1
    shown = tab.locator(".said.user p").first.text_content()
    assert shown == HOSTILE.replace("\ud83d", "\\ud83d")
    tab.locator(".said.agent .at").first.click()
    assert time_of(tab) == pytest.approx(recording.turns[0].agent.first_audible, abs=0.001)


def test_nothing_that_is_not_its_own_may_run(opened):
    """Were anything not escaped, the policy would still stop it."""
    tab = opened(conversation())
    policy = tab.locator("meta[http-equiv]").get_attribute("content")
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    with tab.expect_console_message() as complaint:
        stopped = tab.evaluate(
            """() => new Promise(done => {
                const told = event => done(event.violatedDirective);
                document.addEventListener('securitypolicyviolation', told);
                const script = document.createElement('script');
                script.textContent = 'document.title = "broken into"';
                document.body.append(script);
            })"""
        )
    assert stopped.startswith("script-src")
    assert "Content Security Policy" in complaint.value.text
    assert tab.title() == "talk"
    opened.bad.clear()


def test_long_talks_are_smaller_and_in_time(opened, tmp_path, monkeypatch):
    """MP3 begins with the encoder's delay; a browser takes it off again."""
    recording = a_talk().user("Hello", 1.0, 2.0).agent(2.8, 4.0, "Hi.").until(8.0).recording()
    recording.export(tmp_path / "lossless.html")
    monkeypatch.setattr(page_module, "LOSSLESS_S", 1.0)
    tab = opened(recording)
    small, large = (tmp_path / name for name in ("talk.html", "lossless.html"))
    assert small.stat().st_size < 0.7 * large.stat().st_size
    assert 'data-type="audio/mpeg"' in small.read_text()
    assert 'data-type="audio/flac"' in large.read_text()
    tab.locator("h1").click()
    tab.keyboard.press("Space")
    wait_for_time(tab, 0.3)
    mp3 = re.search(r'data-type="audio/mpeg">([^<]+)<', small.read_text())[1]
    blank = tab.context.new_page()
    heard = blank.evaluate(
        """async mp3 => {
            const data = Uint8Array.from(atob(mp3), character => character.charCodeAt(0));
            const context = new OfflineAudioContext(2, 24000, 24000);
            const sound = await context.decodeAudioData(data.buffer);
            const audible = sample => Math.abs(sample) > 0.05;
            return [0, 1].map(side => sound.getChannelData(side).findIndex(audible));
        }""",
        mp3,
    )
    assert [place / 24_000 for place in heard] == pytest.approx([1.0, 2.8], abs=0.01)


@pytest.mark.parametrize("turns", [5, 12])
def test_labels_never_lie_on_each_other(opened, turns):
    talk = a_talk()
    for number in range(turns):
        start_s = 6.0 * number
        talk.user("Hello", start_s + 0.5, start_s + 1.5).tool("look", start_s + 1.6, start_s + 1.7)
        talk.agent(start_s + 2.0, start_s + 4.0, "Hi.")
    tab = opened(talk.recording())
    for width in (1000, 420):
        tab.set_viewport_size({"width": width, "height": 800})
        tab.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        for kind in ("tick", "waited", "named"):
            edges = tab.evaluate(
                """kind => [...document.querySelectorAll(`text.${kind}:not(.off)`)]
                    .map(label => label.getBoundingClientRect())
                    .map(box => [box.left, box.right])""",
                kind,
            )
            assert len(edges) > 2
            assert all(end <= start for (_, end), (start, _) in pairwise(sorted(edges)))
