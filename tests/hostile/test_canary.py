"""A canary among the keys, and words that are nobody's business, hunted for everywhere."""

from __future__ import annotations

import asyncio
import base64
import getpass
import json
import logging
import os
import pickle
import socket
import traceback
import warnings
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

import ipywidgets
import nbformat
import numpy as np
import pytest
from jupyter_client.manager import KernelManager
from websockets.asyncio.server import ServerConnection, serve

import livekit_nb as live
from livekit_nb.engine import bridge, engine
from livekit_nb.errors import EndpointError, LiveError
from livekit_nb.recording.events import Event
from livekit_nb.recording.export import FORMS
from livekit_nb.session.access import credentials
from livekit_nb.session.access.credentials import Token
from livekit_nb.session.access.endpoint import choose, resolve, resolve_mint
from livekit_nb.widgets.answers import answer
from livekit_nb.wire.messages import ServerMessage, SessionResumptionUpdate, Transcription
from tests.hostile.mutation import CANARY as WORDS
from tests.patience import PATIENCE_S
from tests.session.access.http_desk import desk, http
from tests.session.scripted_server import Caller, scripted
from tests.widgets import fake_comm

KEY = "AIzaCanary-4711-key-that-sings"
TOKEN = f"auth_tokens/{KEY}"
SOUND = live.Clip(np.linspace(-0.9, 0.9, 1600), 16000)
SOUND_TEXT = base64.b64encode(SOUND.pcm16()).decode()


pytestmark = pytest.mark.usefixtures("nothing_known")


class Logbook(logging.Handler):
    """Everything that anybody logs, and every warning, as it would be written down."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == "websockets.server":
            return  # the other side, which is the tests' own
        self.lines.append(self.format(record))


@pytest.fixture
def logbook() -> Iterator[Logbook]:
    """Log all there is, from every logger that does not refuse it, and asyncio's debugging."""
    book, root = Logbook(), logging.getLogger()
    level = root.level
    root.addHandler(book)
    root.setLevel(logging.DEBUG)
    engine().loop.set_debug(True)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        yield book
    engine().loop.set_debug(False)
    root.setLevel(level)
    root.removeHandler(book)
    book.lines += [str(warning) for warning in warned]


def hunt(texts: Any, *canaries: str) -> None:
    """Fail if a canary is in any of the texts, without showing them whole."""
    for place, text in enumerate(texts):
        for canary in canaries:
            where = text.find(canary)
            assert where < 0, f"in text {place}: …{text[max(0, where - 200) : where + 60]}…"


def told_by(problem: BaseException) -> list[str]:
    """All that any way of printing an error shows, with the variables of every frame.

    Also what it was caused by and what it came up in, although nobody prints that: it is reachable.
    """
    told, seen, waiting = [], set(), [problem]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        told += [repr(one), str(one), repr(vars(one))]
        told += traceback.format_exception_only(one)
        for frame, _ in traceback.walk_tb(one.__traceback__):
            if frame.f_code.co_filename != __file__:
                told += map(_shown, frame.f_locals.values())
        waiting += [other for other in (one.__cause__, one.__context__) if other is not None]
    return told


def _shown(value: object) -> str:
    try:
        return repr(value)
    except Exception as unmade:  # it failed while it was made
        return type(unmade).__name__


async def failure(attempt: Callable[[], Awaitable[object]]) -> list[str]:
    """What the error of an attempt shows."""
    with pytest.raises(LiveError) as caught:
        await attempt()
    return told_by(caught.value)


def look_up(city: str) -> dict[str, str]:
    """Find something out."""
    return {"found": WORDS, "city": city}


async def talk(caller: Caller) -> None:
    await caller.setup()
    await caller.hear_audio(1600)
    await caller.content(input_transcription=Transcription(text=WORDS))
    await caller.call(("1", "look_up", {"city": WORDS}))
    await caller.hear_results()
    await caller.answer(0.1, WORDS)
    await caller.hear_text()
    await caller.socket.close(1011, "Internal error encountered.")


async def test_a_conversation_leaves_no_trace_of_its_key(logbook: Logbook, tmp_path: Path) -> None:
    for key in (KEY, TOKEN):
        async with scripted(talk) as url:
            connecting = live.connect(
                endpoint=url, api_key=key, tools=[look_up], instructions=WORDS, resumption=False
            )
            session = await connecting
            await session.say(SOUND)
            turn = await session.next_turn()
            shown = [repr(connecting), repr(session), session.endpoint, repr(turn)]
            await session.send_text(WORDS)
            shown += await failure(session.next_turn)
            shown += [session.status, repr(vars(session)), repr(session.recording.events)]
        recording = session.recording
        data = [dict(event.data) | {"kind": event.kind} for event in recording.events]
        shown += [json.dumps(data), str(recording), repr(recording), repr(recording.cost)]
        shown += [str(recording.turns), recording.turns._repr_html_()]
        shown += [json.dumps(recording._repr_mimebundle_(), default=repr)]
        shown += [pickle.dumps(list(recording.turns)).decode("latin-1")]
        for suffix in FORMS:
            recording.export(tmp_path / f"talk{suffix}")
            shown += [(tmp_path / f"talk{suffix}").read_bytes().decode("latin-1")]
        hunt(shown, KEY)
        hunt([repr(turn), repr(session), repr(recording), repr(recording.events)], WORDS)
    hunt(logbook.lines, KEY, WORDS, SOUND_TEXT[:40], SOUND_TEXT[-40:], repr(SOUND.pcm16()[:40]))


HANDLE = "handle-canary-0815-that-sings"


async def tell_tale(caller: Caller) -> None:
    """Repeat what should be known to nobody, in every field there is."""
    await caller.setup()
    told = f"{KEY} {TOKEN} {HANDLE}"
    await caller.send(
        ServerMessage(
            session_resumption_update=SessionResumptionUpdate(new_handle=HANDLE, resumable=True)
        )
    )
    await caller.content(output_transcription=Transcription(text=told))
    await caller.call(("1", "look_up", {"city": told, KEY: HANDLE}))
    await caller.hear_results()
    await caller.answer(0.1, "There.")
    await caller.hear_text()
    await caller.socket.send('{"ofALaterVersion":{"' + told + '":"' + told.replace("A", "\\u0041"))


async def test_the_log_of_messages_shows_neither_keys_nor_handles(logbook: Logbook) -> None:
    loop = asyncio.get_running_loop()
    for key in (KEY, TOKEN):
        async with scripted(tell_tale) as url:
            session = await live.connect(
                endpoint=url, api_key=key, tools=[look_up], instructions=f"{key} {HANDLE}"
            )
            await session.next_turn()
            left = asyncio.Event()

            def note(event: Event, left: asyncio.Event = left) -> None:
                if event.kind == "session.reconnecting":
                    loop.call_soon_threadsafe(left.set)

            session._recorder.subscribe(note)
            await session.send_text("Go on.")
            await asyncio.wait_for(left.wait(), PATIENCE_S)
            await session.close()
        recording = session.recording
        table = recording.messages
        kinds = {message.kind for message in table}
        assert {"setup", "toolCall", "toolResponse", "unreadable"} <= kinds, "all of them came"
        shown = [repr(table), str(table), table._repr_html_(), table.to_csv(), table.to_json()]
        shown += [repr(message) + str(message) + str(message.body) for message in table]
        shown += [repr(vars(recording)), repr(recording._messages), repr(vars(recording._messages))]
        for message in table:
            shown += [json.dumps(answer(recording, {"what": "body", "number": message.number}))]
        shown += [json.dumps(answer(recording, {"what": "messages", "count": 500}))]
        log = session._lifeline._dialler._log
        shown += [repr(log), repr(vars(log)), repr(vars(session))]
        # The first message was written before anybody told the handle.
        hunt(shown, KEY)
        hunt([text.replace(str(table[0].body), "") for text in shown[:3]], HANDLE)
        hunt([str(message.body) for message in table if message.kind != "setup"], HANDLE)
        hunt([repr(table), str(table), repr(list(table))], WORDS)
    hunt(logbook.lines, KEY, HANDLE, WORDS)


async def refusing(status: HTTPStatus) -> Any:
    async def answer(connection: ServerConnection, request: Any) -> Any:
        return connection.respond(status, f"{request.headers.get('x-goog-api-key')} is no key\n")

    async def nobody(connection: ServerConnection) -> None:
        raise AssertionError

    return await serve(nobody, "127.0.0.1", 0, process_request=answer)


async def test_no_error_of_connecting_shows_the_key(logbook: Logbook) -> None:
    shown: list[str] = []
    for status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE):
        server = await bridge(refusing(status))
        url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        shown += await failure(partial(_open, url, KEY))
        shown += await failure(partial(_open, url, TOKEN))
        await bridge(_closed(server))
    with socket.create_server(("127.0.0.1", 0)) as other:
        gone = f"ws://127.0.0.1:{other.getsockname()[1]}"
    shown += await failure(partial(_open, gone, KEY))
    shown += await failure(partial(_open, gone.replace("ws", "wss"), KEY))

    async def refuse(caller: Caller) -> None:
        await caller.hear()
        await caller.socket.close(1007, "API key not valid. Please pass a valid API key.")

    async with scripted(refuse) as refusal:
        shown += await failure(partial(_open, refusal, KEY))
    hunt(shown, KEY)
    hunt(logbook.lines, KEY)


async def _closed(server: Any) -> None:
    server.close()
    await server.wait_closed()


async def _open(url: str, key: Any) -> object:
    key = credentials.checked_key(key)  # a user's own variable would be shown
    return await live.connect(endpoint=url, api_key=key)


async def test_no_error_of_settings_shows_the_key(
    logbook: Logbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_comm.install(monkeypatch)
    attempts: list[Callable[[], object]] = [
        lambda: live.connect(api_key=KEY, voise="Kore"),  # type: ignore[call-arg]
        lambda: live.connect(api_key=KEY, model=""),
        lambda: live.connect(api_key=KEY, endpoint="googel"),
        lambda: live.connect(endpoint=f"ws://127.0.0.1/?key={KEY}"),
        lambda: live.connect(endpoint=KEY),
        lambda: live.connect(api_key=f"{KEY} {KEY}"),
        lambda: live.connect(api_key=Token(TOKEN, ends_before=_long_ago())),
        lambda: live.Studio(api_key=KEY, tools=[3]),
        lambda: live.Studio(api_key=KEY, model="gemini-3.8-live", thinking="high"),
        lambda: asyncio.run_coroutine_threadsafe(
            live.mint_token(api_key=KEY, uses=-1), engine().loop
        ).result(PATIENCE_S),
    ]
    for attempt in attempts:
        with pytest.raises(LiveError) as caught:
            attempt()
        hunt(
            [str(caught.value), repr(caught.value), *traceback.format_exception(caught.value)], KEY
        )
    for attempt in attempts[:3] + attempts[5:]:
        with pytest.raises(LiveError) as caught:
            attempt()
        hunt(told_by(caught.value), KEY)
    hunt(logbook.lines, KEY)


REFUSED: list[Any] = [
    f"{KEY} # mine",
    f"{KEY}\n{KEY}",
    f"“{KEY}”",
    KEY.encode(),
    [KEY],
    {"key": KEY},
]


@pytest.mark.parametrize("given", REFUSED)
async def test_no_error_of_a_refused_key_shows_it_even_with_the_variables_of_every_frame(
    given: Any, monkeypatch: pytest.MonkeyPatch, logbook: Logbook
) -> None:
    fake_comm.install(monkeypatch)
    entries: list[Callable[[], Any]] = [
        lambda: live.connect(api_key=given),
        lambda: live.connect(api_key=given, endpoint="local"),
        lambda: live.Studio(api_key=given),
        lambda: live.mint_token(api_key=given),
        lambda: resolve(api_key=given),
        lambda: resolve_mint(api_key=given),
        lambda: choose(api_key=given),
        lambda: credentials.checked_key(given),
    ]
    for entry in entries:
        with pytest.raises(EndpointError) as caught:
            await entry()
        hunt(told_by(caught.value), KEY)
    hunt([repr(live.check(api_key=given))], KEY)
    hunt(logbook.lines, KEY)


@pytest.mark.parametrize("given", [text for text in REFUSED if isinstance(text, str)])
async def test_no_error_of_a_refused_key_that_was_typed_or_set_shows_it(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_comm.install(monkeypatch)
    monkeypatch.setattr(getpass, "getpass", lambda prompt: given)
    with pytest.raises(EndpointError) as caught:
        live.enter_key()
    hunt(told_by(caught.value), KEY)
    monkeypatch.setenv(credentials.KEY_VARIABLES[0], given)
    entries: list[Callable[[], Any]] = [
        live.connect,
        live.Studio,
        live.mint_token,
        resolve,
        credentials.current_key,
    ]
    for entry in entries:
        with pytest.raises(EndpointError) as caught:
            await entry()
        hunt(told_by(caught.value), KEY)


def _long_ago() -> Any:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(0, UTC)


async def test_minting_shows_neither_key_nor_token(logbook: Logbook) -> None:
    shown: list[str] = []
    answer = json.dumps({"name": TOKEN}).encode()
    with desk(http("200 OK", answer)) as google:
        token = await live.mint_token(api_key=KEY, endpoint=f"http://127.0.0.1:{google.port}")
    assert token.reveal() == TOKEN
    shown += [repr(token), str(token), f"{token}", repr(await resolve(api_key=token))]
    shown += [repr(await resolve_mint("google", KEY))]
    for status in ("400 Bad Request", "403 Forbidden", "500 Internal Server Error"):
        with desk(http(status, b'{"error":{"message":"' + KEY.encode() + b'"}}')) as google:
            url = f"http://127.0.0.1:{google.port}"
            shown += await failure(partial(live.mint_token, api_key=KEY, endpoint=url))
    hunt(shown, KEY)
    hunt(logbook.lines, KEY)


def test_widgets_hold_no_key(monkeypatch: pytest.MonkeyPatch, logbook: Logbook) -> None:
    comms = fake_comm.install(monkeypatch)
    credentials.keep(credentials.Key(KEY))
    for arguments in ({"api_key": KEY}, {"api_key": TOKEN}, {}):
        studio = live.Studio(**arguments, instructions=WORDS)
        assert studio.endpoint.startswith("Google")
        shown = [repr(studio), json.dumps(studio.get_state(), default=repr)]
        shown += [json.dumps(studio._repr_mimebundle_(), default=repr), repr(vars(studio))]
        shown += [repr(comm.opened) + repr(comm.sent) for comm in comms]
        shown += [json.dumps(ipywidgets.Widget.get_manager_state(), default=repr)]
        hunt(shown, KEY)
        studio.close()
    hunt(logbook.lines, KEY, WORDS)


# A kernel, a notebook, and the processes around them ----------------------------------------------

CELLS = [
    "import os, pathlib, livekit_nb as live\nlive.enter_key()",
    "live.connect()",
    "live.check(endpoint='google')",
    "%xmode Verbose",
    "await live.connect(endpoint='ws://127.0.0.1:9', resumption=False)",
    "await live.connect(endpoint='ws://127.0.0.1:9', api_key=pathlib.Path(KEYFILE).read_text())",
    "live.connect(api_key=pathlib.Path(KEYFILE).read_text(), voise='Kore')",
    "await live.mint_token(endpoint='ws://127.0.0.1:9', api_key=open(KEYFILE).read())",
    "studio = live.Studio(api_key=pathlib.Path(KEYFILE).read_text())\nstudio",
    "os.environ['GEMINI_API_KEY'] = pathlib.Path(KEYFILE).read_text()\nlive.Studio()",
    "async with live.connect(endpoint='local') as session:\n    print(session.status)\nsession",
    "1 / 0",
]


class Notebook:
    """A notebook with a person before it who types the key when asked."""

    def __init__(self, folder: Path) -> None:
        environment = {name: text for name, text in os.environ.items() if KEY not in text}
        environment |= {"IPYTHONDIR": str(folder / "ipython"), "JUPYTER_RUNTIME_DIR": str(folder)}
        self._manager = KernelManager(kernel_name="python3")
        self._manager.start_kernel(env=environment, cwd=str(folder))
        self._client = self._manager.blocking_client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=90)
        self.document = nbformat.v4.new_notebook()
        self.prompts: list[Any] = []

    def run(self, code: str, *, saved: bool = True) -> None:
        outputs: list[Any] = []

        def keep(message: dict[str, Any]) -> None:
            if message["msg_type"] in ("stream", "display_data", "execute_result", "error"):
                outputs.append(nbformat.v4.output_from_msg(message))

        def type_in(message: dict[str, Any]) -> None:
            self.prompts.append(message["content"])
            self._client.input(KEY)

        self._client.execute_interactive(
            code, allow_stdin=True, stdin_hook=type_in, output_hook=keep, timeout=100
        )
        if saved:
            self.document.cells.append(nbformat.v4.new_code_cell(code, outputs=outputs))

    def close(self) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel()


def processes() -> Iterator[str]:
    """Command line and environment of every process that may be looked at, but this one."""
    for folder in Path("/proc").glob("[0-9]*"):
        if int(folder.name) == os.getpid():
            continue
        for name in ("cmdline", "environ"):
            try:
                yield (folder / name).read_bytes().decode("latin-1")
            except OSError:  # gone, or somebody else's
                continue


@pytest.mark.timeout(300)
def test_a_saved_notebook_its_history_and_all_processes_hold_no_key(tmp_path: Path) -> None:
    keyfile = tmp_path / "kept" / "key"
    keyfile.parent.mkdir()
    keyfile.write_text(KEY)
    folder = tmp_path / "work"
    folder.mkdir()
    notebook = Notebook(folder)
    try:
        notebook.run(f"KEYFILE = {str(keyfile)!r}", saved=False)
        for cell in CELLS:
            notebook.run(cell)
        hunt(processes(), KEY)
    finally:
        notebook.close()
    assert [prompt["password"] for prompt in notebook.prompts] == [True]
    nbformat.validate(notebook.document)
    nbformat.write(notebook.document, folder / "saved.ipynb")
    outputs = [cell.outputs for cell in notebook.document.cells]
    assert "Google answers" in str(outputs[0])
    assert "connect to Google" in str(outputs[1])
    assert [any(one.output_type == "error" for one in cell) for cell in outputs] == (
        [False] * 4 + [True] * 4 + [False] * 3 + [True]
    )
    assert "listening" in str(outputs[10])
    written = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.name == "history.sqlite" for path in written)
    hunt([path.read_bytes().decode("latin-1") for path in written], KEY)
