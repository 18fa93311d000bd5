"""Nothing above the targets knows a client by its name: what differs by client is declared, or done, by its target.

Docstrings, comments and the documentation of diagnostics may name clients: they say what was measured on which.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import gsdc
from gsdc.targets.registry import declarations

PACKAGE = Path(gsdc.__file__).parent
ROOMS = ("rules", "lint", "deploy", "migration", "transaction", "importer")
# Names of targets that are words of the field as well; "gsd" is the format of plans, and the fleet for them.
WORDS = {"plans", "overrides", "orchestrator", "an orchestrator", "gsd", "get-shit-done", "gitignore"}


def names() -> set[str]:
    """Return the names of clients and targets, as data, folders of the package and messages have them."""
    fields = [(one.name, one.client, one.ids, one.label, one.program, one.home) for one in declarations().values()]
    given = {name.lower().removeprefix(".") for names in fields for name in names if name}
    return {name for name in given | {name.replace("-", "_") for name in given} if name not in WORDS}


_ALTERNATIVES = "|".join(map(re.escape, sorted(names(), key=len, reverse=True)))
NAMES = re.compile(rf"(?<![a-z0-9])(?:{_ALTERNATIVES})(?![a-z0-9])")


def documentation(tree: ast.AST) -> set[int]:
    """Return the ids of the nodes that document: docstrings, and the text of diagnostics."""
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.add(id(node.value))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Diagnostic":
            found.update(map(id, ast.walk(node)))
    return found


def client_names(source: str) -> Iterator[tuple[int, str]]:
    """Yield each name of a client that code has as text, as a name or as a module that it imports, with its line."""
    tree = ast.parse(source)
    silent = documentation(tree)
    for node in ast.walk(tree):
        if id(node) in silent:
            continue
        texts: list[str] = []
        match node:
            case ast.Constant(value=str() as text):
                texts = [text]
            case ast.Name(id=text) | ast.Attribute(attr=text) | ast.arg(arg=text) | ast.alias(name=text):
                texts = [text]
            case ast.ImportFrom(module=str() as text):
                texts = [text]
            case ast.FunctionDef(name=text) | ast.ClassDef(name=text):
                texts = [text]
        for text in texts:
            if found := NAMES.search(text.lower().replace("gsdc", "")):
                yield getattr(node, "lineno", 0), found[0]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_knows_no_client_by_its_name(room):
    paths = sorted((PACKAGE / room).rglob("*.py"))
    assert paths
    found = [
        f"{path.relative_to(PACKAGE).as_posix()}:{line} {name}"
        for path in paths
        for line, name in client_names(path.read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ('if target == "opencode": ...', "opencode"),
        ("from gsdc.targets.claude_code.view import view", "claude_code"),
        ("def write_codex(): ...", "codex"),
        ('message = f"{path} is read by OpenCode"', "opencode"),
        ('_FOLDERS = (".claude/agents",)', "claude"),
        ('"""Docstrings may name OpenCode."""', None),
        ('A = Diagnostic("X", """as OpenCode does""")', None),
        ('a = "gsdc.yaml"  # OpenCode', None),
    ],
)
def test_names_are_found_in_code_and_not_in_documentation(source, name):
    assert next((found for _, found in client_names(source)), None) == name
