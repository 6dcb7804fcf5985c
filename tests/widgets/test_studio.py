from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import ipywebrtc
import ipywidgets
import pytest

from livekit_nb.engine import engine
from livekit_nb.errors import EndpointError, SettingsError, ToolDeclarationError
from livekit_nb.widgets import studio as studio_module
from livekit_nb.widgets.studio import Studio
from tests.browser.pages import ORIGIN
from tests.patience import PATIENCE_S
from tests.widgets import fake_comm
from tests.widgets.fake_comm import FakeComm
from tests.widgets.sessions import NoServer, Opener

KEY = "AIza-not-a-real-key-000"


@pytest.fixture(autouse=True)
def comms(monkeypatch: pytest.MonkeyPatch) -> list[FakeComm]:
    for name in ("GEMINI_API_KEY", "GOOGLE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    return fake_comm.install(monkeypatch)


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch) -> NoServer:
    server = NoServer()
    monkeypatch.setattr(studio_module, "local_server", lambda: server)
    return server


@pytest.fixture
def opener(monkeypatch: pytest.MonkeyPatch) -> Opener:
    opener = Opener()
    monkeypatch.setattr(studio_module, "open_session", opener)
    return opener


@pytest.fixture
def studio(opener: Opener) -> Iterator[Studio]:
    studio = Studio()
    yield studio
    studio.close()
    settle()


def settle() -> None:
    """Until the engine has done what it was told."""
    done = threading.Event()
    engine().call(done.set)
    assert done.wait(PATIENCE_S)


def page(studio: Studio) -> FakeComm:
    comm: FakeComm = studio.comm
    return comm


def hello(studio: Studio) -> None:
    info = {"origin": ORIGIN, "instance": "page-1", "path": "comm"}
    page(studio).receive({"type": "open", "page": info})


def say(studio: Studio, text: dict[str, Any]) -> None:
    page(studio).receive({"type": "media", "from": "page-1", "texts": [text]})


def test_it_needs_no_setting_and_says_who_would_answer(studio: Studio) -> None:
    assert studio.status == "idle"
    assert studio.endpoint.startswith("local server, standing in for gemini-")
    assert repr(studio) == f"<Studio with {studio.endpoint}: idle>"
    assert studio.session is None
    assert studio.recording.turns == []


def test_a_conversation_from_start_to_stop(studio: Studio, opener: Opener) -> None:
    hello(studio)
    say(studio, {"type": "start", "device": {"rate_hz": 48000}})
    session = opener.session()
    settle()
    assert studio.status == "listening"
    assert studio.session is session  # type: ignore[comparison-overlap]
    assert [event.kind for event in studio.recording.events] == ["mic.started", "media.path"]
    studio.stop()
    session.wait_for(lambda it: it.closed)
    assert studio.status == "stopped"
    assert studio.recording.events[-1].kind == "mic.stopped"


def test_the_local_server_is_warmed_up_once_and_only_for_who_can_see_it(
    studio: Studio, server: NoServer
) -> None:
    settle()
    assert server.warmed == 0
    hello(studio)
    hello(studio)
    settle()
    assert server.warmed == 1
    other = Studio(endpoint="ws://127.0.0.1:9")
    hello(other)
    settle()
    assert server.warmed == 1
    other.close()


def test_only_who_talks_to_the_local_server_waits_for_its_start(
    studio: Studio, server: NoServer
) -> None:
    other = Studio(endpoint="ws://127.0.0.1:9")
    server.ready = False
    assert studio._desk._waiting_for() == "starting the local server …"
    assert other._desk._waiting_for() == ""
    server.ready = True
    assert studio._desk._waiting_for() == ""
    other.close()


def test_handlers_leave_the_work_to_the_engine(studio: Studio, opener: Opener) -> None:
    """Jupyter may call from any thread, and must not be kept waiting."""
    blocked = threading.Event()
    engine().call(blocked.wait, 10)
    thread = threading.Thread(target=hello, args=(studio,))
    thread.start()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    assert page(studio).custom() == []
    blocked.set()
    settle()
    assert page(studio).custom()[0]["texts"][0]["type"] == "welcome"


@pytest.mark.parametrize("content", [None, 3, "x", [], {"kind": "anywidget-command"}])
def test_foreign_messages_are_ignored(studio: Studio, content: object) -> None:
    page(studio).receive(content)
    settle()
    assert page(studio).custom() == []


def test_the_key_is_nowhere_to_be_seen(comms: list[FakeComm]) -> None:
    studio = Studio(api_key=KEY)
    assert studio.endpoint.startswith("Google")
    shown = repr(studio) + str(studio) + json.dumps(studio._repr_mimebundle_(), default=str)
    state = studio.get_state()
    sent = "".join(str(comm.opened) + str(comm.sent) for comm in comms)
    assert KEY not in shown + str(state) + sent
    assert KEY not in repr(studio._desk) + repr(vars(studio._desk))
    studio.close()


def test_no_media_or_secrets_in_the_state_that_notebooks_save(studio: Studio) -> None:
    own = set(studio.keys) - set(ipywidgets.DOMWidget().keys)
    assert {name for name in own if not name.startswith("_")} == {"stream"}


def test_without_a_front_end_it_says_how_to_start(studio: Studio) -> None:
    bundle = studio._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert "press Start" in data["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in data


def test_an_unknown_setting_is_refused_with_a_hint() -> None:
    with pytest.raises(SettingsError, match="Did you mean instructions="):
        Studio(instruction="x")
    with pytest.raises(
        SettingsError,
        match="It takes tools, instructions, endpoint, api_key, stream, record, layout, model",
    ):
        Studio(zzz=1)


def test_what_the_model_would_refuse_is_refused_at_once() -> None:
    with pytest.raises(EndpointError, match="no endpoint"):
        Studio(endpoint="ftp://x")
    with pytest.raises(EndpointError, match="key"):
        Studio(endpoint="google")
    with pytest.raises(ToolDeclarationError):
        Studio(tools=[3])  # type: ignore[list-item]
    with pytest.raises(SettingsError, match="stream is an ipywebrtc stream"):
        Studio(stream=ipywidgets.Button())


def test_a_stream_of_ipywebrtc_is_passed_by_reference() -> None:
    stream = ipywebrtc.CameraStream()
    studio = Studio(stream=stream)
    assert studio.get_state()["stream"] == f"IPY_MODEL_{stream.model_id}"
    studio.close()
    stream.close()


def test_closing_ends_the_conversation(opener: Opener) -> None:
    studio = Studio()
    comm = page(studio)
    hello(studio)
    say(studio, {"type": "start", "device": {}})
    session = opener.session()
    studio.close()
    session.wait_for(lambda it: it.closed)
    settle()
    assert comm.closed
