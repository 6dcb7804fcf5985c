"""The certificate of a server that nobody has given one: made anew at every start."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from pathlib import Path

from livekit_nb.server.packages import missing

__all__ = ["issue"]


def issue(ca_file: Path, names: Sequence[str] = ()) -> ssl.SSLContext:
    """Make a certificate authority, and a certificate for this machine's names.

    Parameters
    ----------
    ca_file : Path
        Where the authority's certificate is written; its private key is never written.
    names : sequence of str
        Names and addresses beside those of the loopback.

    Raises
    ------
    MissingPackagesError
        If ``trustme`` is not installed.
    """
    try:
        import trustme
    except ImportError as error:
        raise missing("trustme") from error
    authority = trustme.CA()
    known = dict.fromkeys(["localhost", "127.0.0.1", "::1", *names])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*known).configure_cert(context)
    ca_file.touch(mode=0o600)
    authority.cert_pem.write_to_path(ca_file)
    return context
