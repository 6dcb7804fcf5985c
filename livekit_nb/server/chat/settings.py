"""Which chat endpoint thinks, and with what right: from options and the environment.

The key comes from the environment alone: what is on a command line can be read by every user of
the machine. Nothing here shows it.
"""

from __future__ import annotations

import argparse
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from livekit_nb.errors import SettingsError

__all__ = [
    "IMAGES_VARIABLE", "KEY_VARIABLE", "MODEL_VARIABLE", "URL_VARIABLE", "ChatSettings",
    "add_options", "base_url", "settings_of",
]  # fmt: skip

URL_VARIABLE: Final = "LIVEKIT_NB_LLM"
MODEL_VARIABLE: Final = "LIVEKIT_NB_LLM_MODEL"
IMAGES_VARIABLE: Final = "LIVEKIT_NB_LLM_IMAGES"
KEY_VARIABLE: Final = "LIVEKIT_NB_LLM_KEY"
"""A variable of our own: ``OPENAI_API_KEY`` would be sent to whatever address somebody names."""

_COMPLETIONS = "/chat/completions"


@dataclass(frozen=True)
class ChatSettings:
    """A chat endpoint.

    Attributes
    ----------
    url : str
        What ``/chat/completions`` and ``/models`` are appended to.
    model : str
        Name of the model; empty for the first that the endpoint lists.
    key : str
        Sent as a bearer token; empty for none.
    images : bool
        Whether the newest picture of the camera goes with each question.
    timeout_s : float
        How long it may be silent, before its first word and between two pieces.
    patience_s : float
        After so much silence the user is told that it takes time; infinity for never.
    """

    url: str
    model: str = ""
    key: str = field(default="", repr=False)
    images: bool = False
    timeout_s: float = 30.0
    patience_s: float = 4.0


def base_url(url: str) -> str:
    """Return the address to append ``/chat/completions`` to; a bare host gets ``/v1``.

    Raises
    ------
    SettingsError
        If it is no HTTP address, or holds a user, password, query or fragment.
    """
    try:
        parts = urlsplit(url.strip())
        well_formed = parts.scheme in ("http", "https") and bool(parts.hostname)
        extra = "@" in parts.netloc or parts.query or parts.fragment
        well_formed = well_formed and not extra and (parts.port is None or parts.port > 0)
    except ValueError:
        well_formed = False
    if not well_formed:
        raise SettingsError(
            "The address for --llm is none of a chat endpoint. It looks like "
            f"http://127.0.0.1:8080/v1; a key belongs into the environment variable {KEY_VARIABLE}."
        )
    path = parts.path.rstrip("/").removesuffix(_COMPLETIONS)
    return urlunsplit((parts.scheme, parts.netloc, path or "/v1", "", ""))


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``livekit-nb serve`` that choose a chat endpoint."""
    group = parser.add_argument_group(
        "language model",
        "Think with an OpenAI-compatible chat endpoint instead of the built-in rules\n"
        f"(docs/llm.md). Its key, if it wants one, is read from {KEY_VARIABLE}.\n"
        "What is said, and what tools answer, is sent to it.",
    )
    group.add_argument(
        "--llm",
        metavar="URL",
        help=f"its address, for example http://127.0.0.1:8080/v1 (or {URL_VARIABLE})",
    )
    group.add_argument(
        "--llm-model",
        metavar="NAME",
        help=f"which of its models; by default the first it lists (or {MODEL_VARIABLE})",
    )
    group.add_argument(
        "--llm-images",
        action="store_true",
        help="send the camera's newest picture too, to a model that sees "
        f"(or {IMAGES_VARIABLE}=1); without it the model is told colours, light and codes",
    )
    group.add_argument(
        "--llm-timeout-s",
        metavar="SECONDS",
        type=_positive,
        default=ChatSettings.timeout_s,
        help="give up after so much silence of it, and answer by the built-in rules (%(default)g)",
    )


def settings_of(
    options: argparse.Namespace, environment: Mapping[str, str] = os.environ
) -> ChatSettings | None:
    """Return what the options and the environment say; None when no endpoint is named.

    Raises
    ------
    SettingsError
        If the address or the key cannot be one.
    """
    url = options.llm or environment.get(URL_VARIABLE, "").strip()
    if not url:
        return None
    key = environment.get(KEY_VARIABLE, "").strip()
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise SettingsError(
            f"{KEY_VARIABLE} holds blanks or characters no key has; probably something else was "
            "copied along. Copy it again."
        )
    images = environment.get(IMAGES_VARIABLE, "").strip().lower() not in ("", "0", "no", "false")
    return ChatSettings(
        base_url(url),
        options.llm_model or environment.get(MODEL_VARIABLE, "").strip(),
        key,
        options.llm_images or images,
        options.llm_timeout_s,
    )


def _positive(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < math.inf:
        raise ValueError
    return seconds
