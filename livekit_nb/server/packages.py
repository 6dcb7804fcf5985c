"""What to say when a package of the embedded server is not installed."""

from __future__ import annotations

from livekit_nb.errors import MissingPackagesError

__all__ = ["INSTALL_COMMAND", "SEEING_COMMAND", "missing"]

INSTALL_COMMAND = "pip install 'livekit-nb[local]'"
SEEING_COMMAND = "pip install 'livekit-nb[seeing]'"


def missing(package: str, command: str = INSTALL_COMMAND) -> MissingPackagesError:
    """Error for a missing `package`, with the command that installs it."""
    return MissingPackagesError(
        f"The embedded server needs the package {package}, which is not installed here. "
        f"Install what it needs with: {command}"
    )
