"""Imports point one way; the public face is what it says."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import livekit_nb as live

PACKAGE = Path(live.__file__).parent
ROOT = Path(__file__).parents[1]
FACE = ["__init__", "checking", "cli"]
# Room → the rooms it may look into.
MAY_SEE: dict[str, set[str]] = {
    "errors": set(),
    "engine": {"errors"},
    "audio": {"errors"},
    "wire": {"errors", "audio"},
    "recording": {"errors", "audio"},
    "session": {"errors", "engine", "audio", "wire", "recording"},
    "server": {"errors", "audio", "wire"},
    "browser": {"errors", "engine", "audio", "recording", "session"},
    "widgets": {"errors", "engine", "audio", "wire", "recording", "session", "browser"},
    "plots": {"errors", "audio", "recording"},
    "lab": {"errors", "engine", "audio", "recording", "session", "server"},
}
# Within a room: folder → the folders of the room it may look into; modules beside them see all.
MAY_SEE_INSIDE: dict[str, dict[str, set[str]]] = {
    "session": {
        "tools": set(),
        "setup": {"tools"},
        "access": {"setup"},
        "connection": {"access", "setup"},
        "replay": {"access"},
    },
}
# The same where folders stand on the modules beside them: folder → the folders it may look into.
STANDING: dict[str, dict[str, set[str]]] = {
    "recording": {
        "usage": set(),
        "turns": {"usage"},
        "tables": {"usage", "turns"},
        "diagnosis": {"turns", "tables"},
        "disk": {"turns"},
        "export": {"turns", "tables"},
    },
    "server": {
        "hearing": set(),
        "speaking": set(),
        "eyes": set(),
        "thinking": set(),
        "door": set(),
        "talk": {"hearing", "speaking", "eyes", "thinking", "door"},
        "chat": {"eyes", "thinking", "speaking", "talk"},
        "faults": {"door", "talk"},
    },
}
WIDGET_LIBRARIES = {"ipywidgets", "anywidget", "ipywebrtc"}


def modules() -> list[Path]:
    return sorted(
        path
        for path in PACKAGE.rglob("*.py")
        if not {"notebooks", "__pycache__"} & set(path.relative_to(PACKAGE).parts)
    )


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def imported(path: Path) -> frozenset[str]:
    return frozenset(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            module = node.module or ""
            yield module
            if module == "livekit_nb":
                yield from (f"livekit_nb.{alias.name}" for alias in node.names)


def name(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


@pytest.mark.parametrize("path", modules(), ids=name)
def test_imports_point_one_way(path: Path) -> None:
    here = room(path)
    if here in FACE:
        return
    assert here in MAY_SEE, f"{here} is a new room: say in MAY_SEE what it may look into"
    for module in imported(path):
        parts = module.split(".")
        if parts[0] == "livekit_nb" and len(parts) > 1 and parts[1] != here:
            assert parts[1] in MAY_SEE[here], f"{here} must not see {parts[1]}"


FOLDERS = [
    path
    for path in modules()
    if room(path) in MAY_SEE_INSIDE and len(path.relative_to(PACKAGE).parts) == 3
]


@pytest.mark.parametrize("path", FOLDERS, ids=name)
def test_folders_of_a_room_point_one_way_too(path: Path) -> None:
    here, folder, _ = path.relative_to(PACKAGE).parts
    may_see = MAY_SEE_INSIDE[here]
    assert folder in may_see, f"{here}/{folder} is new: say in MAY_SEE_INSIDE what it may see"
    for module in imported(path):
        parts = module.split(".")
        if parts[:2] == ["livekit_nb", here] and len(parts) > 2 and parts[2] != folder:
            assert parts[2] in may_see[folder], f"{here}/{folder} must not see {here}/{parts[2]}"


IN_STANDING = [
    path
    for path in modules()
    if room(path) in STANDING and len(path.relative_to(PACKAGE).parts) == 3
]


@pytest.mark.parametrize("path", IN_STANDING, ids=name)
def test_folders_that_stand_on_modules_point_one_way_too(path: Path) -> None:
    here, folder, _ = path.relative_to(PACKAGE).parts
    folders = STANDING[here]
    assert folder in folders, f"{here}/{folder} is new: say in STANDING what it may see"
    for module in imported(path):
        parts = module.split(".")
        if parts[:2] == ["livekit_nb", here] and len(parts) > 2:
            assert parts[2] not in folders.keys() - folders[folder] - {folder}, (
                f"{here}/{folder} must not see {parts[2]}"
            )


@pytest.mark.parametrize("path", modules(), ids=name)
def test_only_widgets_know_the_widget_libraries(path: Path) -> None:
    libraries = {module.split(".")[0] for module in imported(path)} & WIDGET_LIBRARIES
    assert not libraries or room(path) == "widgets"


@pytest.mark.parametrize("path", modules(), ids=name)
def test_modules_are_small_and_nobody_hides_in_a_drawer(path: Path) -> None:
    assert path.stem not in {"utils", "helpers", "misc", "common"}
    text = path.read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(text)) or ""
    assert docstring, "a module says what it is for"
    assert len(text.splitlines()) <= 500 or "500 lines" in docstring


OTHER_SOURCES = sorted(
    path
    for pattern in ("tests/**/*.py", "tests/**/*.mjs", "js/**/*.js", "js/*.mjs", "js/*.py")
    for path in ROOT.glob(pattern)
    if "node_modules" not in path.parts
)


def test_tests_and_sources_of_the_page_are_small_too_or_say_why_not() -> None:
    assert len(OTHER_SOURCES) > 200
    for path in OTHER_SOURCES:
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 500 or "500 lines" in text[:600], path


@pytest.mark.parametrize("path", modules(), ids=name)
def test_no_pyplot_and_no_patched_loops(path: Path) -> None:
    assert not {"matplotlib.pyplot", "pylab", "nest_asyncio"} & imported(path)


def test_the_public_names_are_all_there() -> None:
    for public in live.__all__:
        assert getattr(live, public) is not None
    assert set(live.__all__) <= set(dir(live))


def test_a_misspelled_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="studoi"):
        live.studoi  # noqa: B018 (the access is the test)


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, livekit_nb; heavy = {'numpy', 'matplotlib', 'ipywidgets', 'onnxruntime', "
        "'websockets', 'msgspec'}; print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
