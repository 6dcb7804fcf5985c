"""The link to a page: what is heard, played, shown and asked for over it."""

from __future__ import annotations

import asyncio

import pytest

from livekit_nb.browser.frames import Frame, Kind
from livekit_nb.browser.link import BrowserLink
from livekit_nb.browser.messages import (
    CameraState,
    Playback,
    Pong,
    Problem,
    Refused,
    Start,
    Stop,
)
from livekit_nb.browser.microphone import PREROLL_FRAMES
from livekit_nb.errors import WireError
from tests.browser.pages import Clock, FakePage, Heard, Owner, attached, mic, pcm
from tests.browser.test_frames import jpeg


async def test_frames_carry_the_time_they_were_captured(link: BrowserLink, clock: Clock) -> None:
    attached(link)
    got: list[tuple[bytes, float, float]] = []
    link.receive(Start({"rate_hz": 48000}))
    link.microphone.start(lambda *frame: got.append(frame))
    clock.now_s = 101.0
    link.receive_frame(mic(0, 40_950.0))
    assert got == [(pcm(320, 0), pytest.approx(100.95), 101.0)]


async def test_a_frame_is_never_from_the_future(link: BrowserLink) -> None:
    attached(link)
    got: list[tuple[bytes, float, float]] = []
    link.microphone.start(lambda *frame: got.append(frame))
    link.receive_frame(mic(0, 99_000.0))
    assert got[0][1] == 100.0


async def test_a_frame_is_never_from_before_start(link: BrowserLink, clock: Clock) -> None:
    attached(link)
    got: list[tuple[bytes, float, float]] = []
    link.receive(Start({}))
    link.microphone.start(lambda *frame: got.append(frame))
    clock.now_s = 100.02
    link.receive_frame(mic(0, 39_995.0))
    link.receive_frame(mic(1, 40_015.0))
    assert [captured_s for _, captured_s, _ in got] == [100.0, pytest.approx(100.015)]


async def test_what_was_said_while_connecting_is_not_lost(link: BrowserLink) -> None:
    attached(link)
    link.receive(Start({}))
    for seq in range(PREROLL_FRAMES + 5):
        link.receive_frame(mic(seq))
    got: list[bytes] = []
    link.microphone.start(lambda sound, *_: got.append(sound))
    link.receive_frame(mic(PREROLL_FRAMES + 5))
    assert got == [pcm(320, seq) for seq in range(5, PREROLL_FRAMES + 6)]
    assert link.counters.mic_dropped == 5


async def test_missing_frames_are_noticed_and_recorded(link: BrowserLink, owner: Owner) -> None:
    attached(link)
    link.receive(Start({}))
    for seq in (0, 1, 5, 6):
        link.receive_frame(mic(seq))
    assert ("uplink.lost", {"frames": 3}) in owner.told
    assert link.counters.mic_lost == 3
    link.receive(Start({}))  # numbering begins anew
    link.receive_frame(mic(0))
    assert link.counters.mic_lost == 3


async def test_frames_sent_again_after_a_reconnect_count_once(link: BrowserLink) -> None:
    page = attached(link)
    got: list[bytes] = []
    link.receive(Start({}))
    link.microphone.start(lambda sound, *_: got.append(sound))
    for seq in (0, 1, 2):
        link.receive_frame(mic(seq))
    assert link.lacks_from(page.info) == 3
    assert link.lacks_from(FakePage("page-2").info) is None
    link.detach(page)
    attached(link, FakePage())
    for seq in (1, 2, 3):
        link.receive_frame(mic(seq))
    assert got == [pcm(320, seq) for seq in range(4)]
    assert (link.counters.mic_frames, link.counters.mic_lost) == (4, 0)


async def test_who_heard_the_talk_before_hears_nothing_of_the_next(link: BrowserLink) -> None:
    attached(link)
    before: list[bytes] = []
    now: list[bytes] = []
    link.receive(Start({}, 1))
    link.microphone.start(lambda sound, *_: before.append(sound))
    link.receive_frame(mic(0))
    link.receive(Stop(2))
    link.receive(Start({}, 3))
    link.receive_frame(mic(0))
    link.microphone.stop()  # the session before ends only now
    link.microphone.start(lambda sound, *_: now.append(sound))
    link.receive_frame(mic(1))
    assert (before, now) == ([pcm(320, 0)], [pcm(320, 0), pcm(320, 1)])


async def test_after_stop_nothing_is_handed_over(link: BrowserLink) -> None:
    attached(link)
    microphone = link.microphone
    got: list[object] = []
    microphone.start(lambda *frame: got.append(frame))
    microphone.stop()
    microphone.stop()
    link.receive_frame(mic(0))
    assert got == []


async def test_pictures_are_handed_over_with_their_size(link: BrowserLink) -> None:
    attached(link)
    got: list[tuple[bytes, int, int, float]] = []
    picture = jpeg(64, 48)
    link.receive_frame(Frame(Kind.FRAME, 0, 0.0, picture))  # nobody looks yet
    link.start_video(lambda *image: got.append(image))
    link.receive_frame(Frame(Kind.FRAME, 1, 39_500.0, picture))
    assert got == [(picture, 64, 48, pytest.approx(99.5))]
    link.stop_video()
    link.receive_frame(Frame(Kind.FRAME, 2, 0.0, picture))
    assert len(got) == 1
    with pytest.raises(WireError):
        link.receive_frame(Frame(Kind.FRAME, 3, 0.0, b"no picture"))


async def test_a_page_does_not_send_what_only_the_kernel_may(link: BrowserLink) -> None:
    attached(link)
    with pytest.raises(WireError):
        link.receive_frame(Frame(Kind.PLAY, 0, 0.0, b"\0\0"))


async def test_audio_goes_out_in_order_and_what_is_heard_comes_back(
    link: BrowserLink, owner: Owner
) -> None:
    page = attached(link)
    heard = Heard()
    loudspeaker = link.loudspeaker
    loudspeaker.start(heard)
    sound = pcm(30_000)
    loudspeaker.play(sound)
    loudspeaker.play(pcm(480))
    assert [frame.seq for frame in page.frames] == [0, 1, 2]
    assert page.sound == sound + pcm(480)
    loudspeaker.turn_complete()
    link.receive(Playback(1, "playing", 0, 0, 41_000.0))
    link.receive(Playback(1, "ended", 0, 30_480, 41_000.0, "drained", 2))
    assert heard.pieces == [(sound + pcm(480), pytest.approx(101.0))]
    assert heard.ends == [(pytest.approx(1.27), False)]
    assert ("playback.started", {"run": 1}) in owner.told
    assert ("playback.ended", {"run": 1, "reason": "drained"}) in owner.told
    assert ("playback.underrun", {"count": 2}) in owner.told
    assert page.kinds() == ["flush"]


async def test_stopping_the_loudspeaker_silences_it(link: BrowserLink) -> None:
    page = attached(link)
    heard = Heard()
    loudspeaker = link.loudspeaker
    loudspeaker.start(heard)
    loudspeaker.play(pcm(480))
    loudspeaker.stop()
    assert page.kinds() == ["clear"]
    link.receive(Playback(1, "ended", 0, 100, 0.0, "cleared"))
    assert (heard.pieces, heard.ends) == ([], [])


async def test_the_owner_is_told_what_the_person_does(link: BrowserLink, owner: Owner) -> None:
    attached(link)
    link.receive(Start({"label": "Mic"}))
    link.receive(Problem("camera", "NotAllowedError", "refused"))
    link.receive(CameraState(True, 768, 576, 1.0))
    link.receive(CameraState(False))
    link.receive(Stop())
    assert owner.told == [
        ("attached", False),
        ("start", {"label": "Mic"}),
        ("page.clock", {"offset_s": 60.0, "error_s": 0.0, "output_latency_s": None}),
        ("problem", "camera", "NotAllowedError", "refused"),
        ("camera.started", {"width": 768, "height": 576, "fps": 1.0}),
        ("camera.stopped", {"width": 0, "height": 0, "fps": 0.0}),
        "stop",
    ]


async def test_a_command_said_again_is_obeyed_once(link: BrowserLink, owner: Owner) -> None:
    page = attached(link)
    for message in (Start({}, 1), Start({}, 1), Stop(2)):
        link.receive(message)
    link.receive_frame(mic(0))
    link.detach(page)
    attached(link, FakePage())
    for message in (Stop(2), Start({}, 3), Start({}, 3), Problem("playback", "X", "no", 4)):
        link.receive(message)
    others = ("attached", "page.clock")
    told = [what for what in owner.told if what != "detached" and what[0] not in others]
    assert told == [("start", {}), "stop", ("start", {}), ("problem", "playback", "X", "no")]
    assert link.command == 4


async def test_without_a_page_nothing_breaks(link: BrowserLink) -> None:
    link.loudspeaker.play(pcm(10))
    link.loudspeaker.clear()
    link.loudspeaker.turn_complete()
    link.close()
    assert link.send_text({"type": "status"}) is False
    assert link.backlog == 0
    assert link.path is None


async def test_the_repr_shows_counts_only(link: BrowserLink) -> None:
    attached(link)
    link.receive_frame(mic(0))
    assert repr(link).startswith("<BrowserLink gateway LinkCounters(mic_frames=1,")


async def test_pings_come_quickly_at_first(link: BrowserLink) -> None:
    page = attached(link)
    ping = page.texts[0]
    assert (ping["type"], ping["kernel_s"]) == ("ping", 100.0)
    assert link._ping_timer is not None
    link.close()
    assert page.closed == (1000, "the widget is closed")


async def test_a_ping_that_cannot_be_sent_is_not_the_last(
    link: BrowserLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = attached(link)
    first = link._ping_timer
    assert first is not None

    def broken(_message: object) -> None:
        raise OSError("the comm is gone")

    monkeypatch.setattr(page, "send_text", broken)
    with pytest.raises(OSError, match="gone"):
        link._ping(0)  # what the timer calls
    assert first.cancelled()
    assert link._ping_timer is not None
    assert not link._ping_timer.cancelled()


async def test_who_waits_for_a_frame_hears_when_it_came_or_never_will(link: BrowserLink) -> None:
    await link.microphone.arrived(10)  # nobody has started: there is nothing to wait for
    attached(link)
    link.receive(Start({}))
    link.microphone.start(lambda *_: None)
    for seq in range(3):
        link.receive_frame(mic(seq))
    await link.microphone.arrived(2)
    waiting = asyncio.create_task(link.microphone.arrived(4))
    later = asyncio.create_task(link.microphone.arrived(6))
    await asyncio.sleep(0)
    link.receive_frame(mic(3))
    await asyncio.sleep(0)
    assert not waiting.done()
    link.receive_frame(mic(4))
    await waiting
    assert not later.done()
    attached(link, FakePage("another page"))
    await later


async def test_what_is_not_understood_is_answered_once(link: BrowserLink, owner: Owner) -> None:
    attached(link)
    owner.told.clear()
    for message in (Refused(command=1), Refused(request=3), Refused(command=1), Refused(request=2)):
        link.receive(message)
    assert owner.told == [("not understood", True), ("not understood", False)]
    assert (link.command, link.request) == (1, 3)


async def test_what_is_known_of_the_clock_is_told_at_the_start_and_when_it_changes(
    link: BrowserLink, owner: Owner, clock: Clock
) -> None:
    attached(link)

    def told() -> list[dict[str, float | None]]:
        return [what[1] for what in owner.told if what[0] == "page.clock"]

    assert told() == []
    link.receive(Start({"output_latency_s": 0.02}))
    known = {"offset_s": 60.0, "error_s": 0.0, "output_latency_s": 0.02}
    assert told() == [known]
    link._ping(0)  # they come by themselves, only later
    for ping in range(2, 12):
        link._ping(0)
        link.receive(Pong(ping, 100.0, 40_000.0))
    assert told() == [known]
    link.receive(
        Playback(1, "playing", first=0, played=0, start_ms=40_000.0, output_latency_s=0.05)
    )
    link.receive(Playback(1, "ended", first=0, played=0, start_ms=40_000.0, reason="cleared"))
    link.receive(Pong(12, 100.0, 40_000.0))
    assert told() == [known, known | {"output_latency_s": 0.05}]
    link.receive(Start({"output_latency_s": 0}))
    assert told()[2:] == [known | {"output_latency_s": None}], "0 is not known"
