"""Tokens minted by the embedded server, and held to by it."""

from __future__ import annotations

import asyncio

import pytest

import livekit_nb as live
from livekit_nb.errors import ConnectError, EndpointError
from tests.live_server import LiveServer


async def test_a_minted_token_begins_as_many_sessions_as_it_may(live_server: LiveServer) -> None:
    token = await live.mint_token(endpoint=live_server.url, uses=2, voice="Kore")
    for _ in range(2):
        async with live.connect(api_key=token) as session:
            assert session.status == "listening"
    with pytest.raises(ConnectError, match=r"used up.*live\.mint_token") as caught:
        await live.connect(api_key=token)
    assert token.reveal() not in str(caught.value)


async def test_a_token_of_elsewhere_is_refused(live_server: LiveServer) -> None:
    with pytest.raises(ConnectError, match="minted elsewhere"):
        await live.connect(endpoint=live_server.url, api_key="auth_tokens/of-somebody-else")


async def test_a_token_may_be_minted_and_used_from_several_loops(live_server: LiveServer) -> None:
    def mint() -> live.Token:
        return asyncio.run(live.mint_token(endpoint=live_server.url, uses=0))

    token = await asyncio.to_thread(mint)
    async with live.connect(api_key=token):
        pass
    with pytest.raises(EndpointError, match="mints no tokens"):
        await live.mint_token(endpoint=live_server.url, api_key=token)
