"""What is said when nobody can be reached."""

from __future__ import annotations

import socket
import ssl
from typing import NoReturn

import pytest
from websockets.exceptions import InvalidProxyMessage, InvalidUpgrade

from livekit_nb.errors import ConnectError
from livekit_nb.session import transport
from livekit_nb.session.endpoint import Endpoint
from livekit_nb.session.transport import Transport


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), "its name is known to nobody here"),
        (ConnectionRefusedError(111, "refused"), "nobody listens at that address"),
        (TimeoutError(), "no answer within 10 s"),
        (ssl.SSLCertVerificationError("self-signed"), "its certificate is not trusted"),
        (InvalidProxyMessage("http://me:password@proxy"), "the proxy does not let"),
        (InvalidUpgrade("Upgrade", None), "does not speak WebSocket"),
        (ImportError("python_socks"), "pip install python-socks"),
        (OSError("Multiple exceptions: …"), "the network does not let the connection through"),
    ],
)
async def test_why_nobody_can_be_reached_is_said_in_plain_words(
    problem: Exception, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise problem

    monkeypatch.setattr(transport, "connect", refuse)
    with pytest.raises(ConnectError, match=words) as caught:
        await Transport.open(Endpoint("wss://example.org/", "example.org"))
    said = str(caught.value)
    assert said.startswith("example.org cannot be reached: ")
    assert type(problem).__name__ not in said
    assert "password" not in said
