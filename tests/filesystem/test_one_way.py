"""No other module creates, replaces or deletes a file: nothing can be written around ``gsdc.filesystem``."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import gsdc

PACKAGE: Final = Path(gsdc.__file__).parent
OF_OS: Final = frozenset(
    {"open", "mkdir", "makedirs", "mkfifo", "replace", "rename", "renames", "remove", "unlink", "rmdir", "removedirs"}
    | {"link", "symlink", "chmod", "chown", "truncate", "utime"}
)
OF_PATHS: Final = frozenset(
    {"write_text", "write_bytes", "touch", "unlink", "mkdir", "rmdir", "symlink_to", "hardlink_to", "chmod"}
)
MODULES: Final = frozenset({"shutil", "tempfile"})
READING: Final = frozenset({"which"})  # what of these modules looks up a program and changes nothing
ELSEWHERE: Final = {
    "__main__.py": "a closed stream leads to the null device",
    "cache/store.py": "the cache, which lies outside of the project",
    "cli/mcp.py": "the descriptors of standard input and output",
    "targets/opencode/ask.py": "the client is asked in a temporary folder",
    "targets/overrides/ask.py": "the client is asked in a temporary folder",
}


def writes(path: Path) -> Iterator[str]:
    """Yield what in a module could write."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from MODULES.intersection(alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module in MODULES:
            yield from {alias.name for alias in node.names} - READING
        if not isinstance(node, ast.Call):
            continue
        name = node.func
        if isinstance(name, ast.Attribute):
            of_os = isinstance(name.value, ast.Name) and name.value.id == "os"
            if (of_os and name.attr in OF_OS) or name.attr in OF_PATHS:
                yield name.attr
        modes = [argument for argument in node.args if isinstance(argument, ast.Constant)]
        opens = (isinstance(name, ast.Name) and name.id == "open") or (
            isinstance(name, ast.Attribute) and name.attr == "open"
        )
        if opens and any(isinstance(mode.value, str) and set("wax+") & set(mode.value) for mode in modes):
            yield "open"


def test_every_other_module_only_reads():
    found = {
        path.relative_to(PACKAGE).as_posix(): sorted(set(writes(path)))
        for path in PACKAGE.rglob("*.py")
        if path.parent != PACKAGE / "filesystem"
    }
    assert {path: names for path, names in found.items() if names and path not in ELSEWHERE} == {}


def test_sqlite_which_opens_by_path_is_used_in_three_places():
    """One opens the ledger, after gsdc itself has; the others open for reading only."""
    sources = {path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8") for path in PACKAGE.rglob("*.py")}
    users = {path: text for path, text in sources.items() if "sqlite3.connect" in text}
    assert users.keys() == {"ledger/database.py", "ledger/rebuilding.py", "ledger/sources/opencode.py"}
    assert [path for path, text in users.items() if "?mode=ro" not in text] == ["ledger/database.py"]


def test_the_exceptions_still_are_some():
    assert [path for path in ELSEWHERE if not list(writes(PACKAGE / path))] == []


def test_the_one_way_is_seen_as_one():
    assert {"open", "mkdir", "replace", "unlink", "rmdir", "link"} <= set(writes(PACKAGE / "filesystem/place.py"))
