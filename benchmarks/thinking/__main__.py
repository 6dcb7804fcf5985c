"""List what goes wrong in the tune part, then its figures; the test part is never listed."""

from __future__ import annotations

from benchmarks.table import show
from benchmarks.thinking import conversation, dialogues, rows

if __name__ == "__main__":
    played, talked = list(dialogues("tune")), list(conversation("tune"))
    for turn in (*played, *talked):
        if not turn.right:
            print(f"{turn.category}: {turn.said}\n    {turn.told}")
    print(show(rows(played, talked)))
