"""The table of scenarios and clients in ``docs/protocol.md``.

Run as a module (``python -m tests.conformance.page``) it prints the table as it must be.
"""

from __future__ import annotations

import sys

from tests.conformance.provide import NAMES
from tests.conformance.scenarios import SCENARIOS


def rows() -> list[str]:
    """Return the rows of the table, without its head."""
    told = []
    for item in SCENARIOS:
        cells = ["no" if name in item.cannot else "yes" for name in NAMES]
        told.append(f"| `{item.name}` | {item.asserts} | {' | '.join(cells)} |")
    return told


if __name__ == "__main__":
    sys.stdout.write("\n".join(rows()) + "\n")
