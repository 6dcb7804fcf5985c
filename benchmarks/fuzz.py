"""Hostile input by the hundred thousand: every decoder that outsiders' bytes reach.

``python -m benchmarks fuzz`` feeds each target with frames that are damaged by a seeded generator
which knows their structure (the same cases in every run), and says how many cases there were, how
many got past the decoder, and how much memory the worst one took. Anything but a message or the one
agreed error ends it.

``python -m benchmarks.fuzz wire-client --runs 1000000`` has one target guided by coverage instead,
with atheris where that is installed (``pip install atheris``, Linux).
"""

from __future__ import annotations

import argparse
import base64
import inspect
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from websockets.datastructures import Headers

from benchmarks.table import Row
from livekit_nb.browser.frames import Kind, jpeg_size, pack, unpack
from livekit_nb.browser.messages import PageMessage, Refused, decode, decode_hello
from livekit_nb.errors import SettingsError, WireError
from livekit_nb.server.door.http_post import _parse
from livekit_nb.server.door.token_desk import TokenDesk
from livekit_nb.wire.codec import decode_client, decode_server, encode
from livekit_nb.wire.fault_plan import FaultPlan
from livekit_nb.wire.messages import ClientMessage, ServerMessage, Setup
from tests.hostile.mutation import frames, spoiled

CASES = 100_000
SEED = 4711
BOUND_BYTES = 16 * 2**20
Data = bytes | str


def _round_trip(decoder: Callable[[Data], Any]) -> Callable[[Data], bool]:
    def target(data: Data) -> bool:
        try:
            message = decoder(data)
        except WireError:
            return False
        written = encode(message)
        assert encode(decoder(written)) == written
        repr(message)
        return True

    return target


def _refused(decoder: Callable[[Any], Any]) -> Callable[[Data], bool]:
    def target(data: Data) -> bool:
        try:
            decoder(data)
        except (WireError, SettingsError):
            return False
        return True

    return target


def _page(data: Data) -> bool:
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    hello = _refused(decode_hello)(text)
    return _refused(decode)(text) or hello


def _media(data: Data) -> bool:
    raw = _raw(data)
    _refused(jpeg_size)(raw[16:])
    return _refused(unpack)(raw)


def _head(data: Data) -> bool:
    return _parse(_raw(data) + b"\r\n\r\n") is not None


def _plan(data: Data) -> bool:
    return _refused(FaultPlan.from_header)(base64.urlsafe_b64encode(_raw(data)).decode())


def _order(data: Data) -> bool:
    answer = TokenDesk().post(Headers(), _raw(data), ("127.0.0.1", 1))
    try:
        answer.send(None)  # it waits for nothing
    except StopIteration as done:
        status: int = done.value[0]
        assert status in (200, 400)
        return status == 200
    raise AssertionError("minting waited for something")


def _raw(data: Data) -> bytes:
    return data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data


def _of_pages(count: int) -> Iterator[Data]:
    kinds = [kind for kind in PageMessage.__args__ if kind is not Refused]
    for kind in kinds:
        tag = kind.__struct_config__.tag
        for frame in frames(kind, SEED, count // len(kinds)):
            text = frame if isinstance(frame, str) else frame.decode("utf-8", "replace")
            yield text.replace("{", f'{{"type":"{tag}",', 1).replace(",}", "}")


def _of_media(count: int) -> Iterator[Data]:
    random = Random(SEED)
    jpeg = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0001108000200030301")
    whole = [pack(Kind.MIC, 7, 12.5, bytes(640)), pack(Kind.FRAME, 8, 1e6, jpeg * 3)]
    yield from _spoiled(whole, random, count)


def _of_heads(count: int) -> Iterator[Data]:
    head = (
        b"POST /v1alpha/auth_tokens HTTP/1.1\r\nHost: localhost\r\nx-goog-api-key: key\r\n"
        b"Content-Length: 11\r\nContent-Type: application/json"
    )
    yield from _spoiled([head], Random(SEED), count)


def _spoiled(whole: list[bytes], random: Random, count: int) -> Iterator[bytes]:
    for _ in range(count):
        data = random.choice(whole)
        for _ in range(random.randrange(4)):
            data = spoiled(data, random)
        yield data


Target = tuple[Callable[[Data], bool], Callable[[int], Iterator[Data]]]
TARGETS: dict[str, Target] = {
    "wire-client": (_round_trip(decode_client), lambda n: frames(ClientMessage, SEED, n)),
    "wire-server": (_round_trip(decode_server), lambda n: frames(ServerMessage, SEED, n)),
    "page-messages": (_page, _of_pages),
    "page-frames": (_media, _of_media),
    "http-heads": (_head, _of_heads),
    "token-orders": (_order, lambda n: frames(Setup, SEED, n)),
    "fault-plans": (_plan, lambda n: frames(FaultPlan, SEED, n)),
}


def run(cases: int = CASES) -> list[Row]:
    """Feed every target; an error nobody agreed on is raised."""
    rows = []
    for name, (target, generate) in TARGETS.items():
        begun_s = time.perf_counter()
        count = taken = longest = 0
        slowest_s = 0.0
        for data in generate(cases):
            case_s = time.perf_counter()
            taken += target(data)
            slowest_s = max(slowest_s, time.perf_counter() - case_s)
            count += 1
            longest = max(longest, len(data))
        took_s = time.perf_counter() - begun_s
        rows.append(
            Row(
                f"damaged frames, {name}: {count:,} cases (seed {SEED})",
                f"0 crashes, {taken / count:.0%} taken as messages",
                f"slowest {1000 * slowest_s:.0f} ms, worst memory {_worst_memory(name)}, "
                f"{count / took_s:,.0f} cases/s",
            )
        )
    return rows


def _worst_memory(name: str) -> str:
    """Return the most memory that one of 2000 cases took in Python."""
    target, generate = TARGETS[name]
    worst = 0
    tracemalloc.start()
    try:
        for data in generate(2_000):
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            target(data)
            worst = max(worst, tracemalloc.get_traced_memory()[1] - before)
    finally:
        tracemalloc.stop()
    assert worst < BOUND_BYTES, f"{name}: one case took {worst} bytes"
    return f"{worst / 1024:,.0f} KiB"


def guided(name: str, runs: int) -> None:
    """Run one target guided by coverage; ends the process."""
    import atheris

    target, generate = TARGETS[name]
    corpus = [_raw(data) for data in generate(300)]

    def one(data: bytes) -> None:
        provider = atheris.FuzzedDataProvider(data)
        if provider.ConsumeBool():
            target(provider.ConsumeBytes(1 << 16))
        else:  # a seed, spoiled where the fuzzer says
            seed = corpus[provider.ConsumeIntInRange(0, len(corpus) - 1)]
            spot = provider.ConsumeIntInRange(0, len(seed))
            cut = provider.ConsumeIntInRange(0, 12)
            target(seed[:spot] + provider.ConsumeBytes(64) + seed[spot + cut :])

    for module in [module for name, module in sys.modules.items() if name.startswith("livekit_nb")]:
        for function in vars(module).values():
            if inspect.isfunction(function) and function.__module__ == module.__name__:
                atheris.instrument_func(function)
    atheris.Setup(
        [sys.argv[0], f"-atheris_runs={runs}", f"-seed={SEED}", "-rss_limit_mb=2048"], one
    )
    atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--runs", type=int, default=CASES)
    options = parser.parse_args()
    guided(options.target, options.runs)


if __name__ == "__main__":
    main()
