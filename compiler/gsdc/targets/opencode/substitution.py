"""Substitutions of OpenCode in the raw text of its JSON files, before parsing: ``{env:X}`` and ``{file:path}``.

Variables, and files outside of the project, are known only when OpenCode starts. Both forms may also be in a key
(measured on OpenCode 1.18). Markdown files have no substitutions.
"""

from collections.abc import Callable, Iterator
from posixpath import dirname, join, normpath
from typing import Final

from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.source.json_text import STRING, JsonNode
from gsdc.source.jsonc import Jsonc
from gsdc.source.span import Places, Span
from gsdc.source.tree import Tree
from gsdc.targets.opencode.findings import MOST, UNDECIDED, refused

UNDECIDED_KEY = Diagnostic(
    "OC023",
    "key-decided-at-start",
    Severity.WARNING,
    """A key of a file is taken from the environment or from a file when OpenCode starts.

    It is an error where the key may decide a security agent.

    ## Why is this bad?
    gsdc cannot know the agent, model or key (measured on OpenCode 1.18: keys are
    substituted as values are).

    ## Example (opencode.json)
    {"agent": {"{env:AGENT}": {"model": "anthropic/claude-haiku-5-5"}}}

    ## Use instead (opencode.json)
    {"agent": {"gsd-planner": {"model": "anthropic/claude-opus-5-5"}}}
    """,
)

# Blocks whose keys decide models; the number is the maximum depth of a key below their names.
_DECIDING: Final = {"agent": 3, "agents": 3, "mode": 3, "command": 2, "commands": 2, "provider": 6}
_NAMED: Final = ("agent", "agents", "mode")
_LONGEST: Final = 1000  # bytes of a file with a value: no model has a longer name


def missing_files(tree: Tree, document: Jsonc) -> Iterator[Finding]:
    """Yield a finding for each ``{file:...}`` of the raw text that names no file; those in line comments do not count.

    Only what is inside the project is looked at.
    """
    places = Places(document.path, document.text)
    line_start = 0
    for line in document.text.split("\n"):
        for start, _, reference in _references(line) if not line.lstrip().startswith("//") else ():
            path = _inside(document.path, reference)
            try:
                is_missing = path is not None and tree.size(path) is None
            except (Rejected, OSError):
                continue
            if is_missing:
                help_ = "write the file, or remove the reference"
                yield refused(places.at(line_start + start), f'"{reference}" does not exist', help_)
        line_start += len(line) + 1


def referenced(path: str, text: str) -> Iterator[str | None]:
    """Yield what each ``{file:...}`` of the file at ``path`` names, None if that is outside the project."""
    return (_inside(path, reference) for _, _, reference in _references(text))


def _references(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and path of each ``{file:path}``."""
    end = 0
    while (start := text.find("{file:", end)) >= 0 and (close := text.find("}", start)) >= 0:
        end = close + 1
        if reference := text[start + len("{file:") : close]:
            yield start, end, reference


def _inside(path: str, reference: str) -> str | None:
    """Return what a ``{file:...}`` of the file at ``path`` names, None if that is outside the project."""
    found = normpath(join(dirname(path), reference))
    return None if reference.startswith(("/", "~")) or found.startswith("..") else found


def resolved(tree: Tree, document: Jsonc, path: tuple[str, ...], value: str) -> str | None:
    """Return ``value`` after OpenCode's substitutions in the raw text, None if it is known only at its start."""
    node = document.node(path)
    raw = document.text[node.start : node.end] if node and "{" in value else ""
    if "{env:" in raw:
        return None
    pieces: list[str] = []
    at = 0
    for start, end, reference in _references(value) if "{file:" in raw else ():
        content = _short(tree, _inside(document.path, reference)) if len(pieces) < MOST else None
        if content is None:
            return None
        pieces += [value[at:start], content.decode("utf-8", "replace").removeprefix("\ufeff").strip()]
        at = end
    return "".join([*pieces, value[at:]])


def _short(tree: Tree, path: str | None) -> bytes | None:
    """Return the content of a file, None if it cannot be read or is too long for a value that decides."""
    try:
        size = None if path is None else tree.size(path)
        return tree.read(path) if path is not None and size is not None and size <= _LONGEST else None
    except (Rejected, OSError):
        return None


def undecided_value(span: Span, what: str) -> Finding:
    """Return a note about a value that is only known when OpenCode starts."""
    return UNDECIDED.at(span, f"{what} is known only when OpenCode starts", "write it out, for gsdc to judge it")


def undecided_keys(document: Jsonc, is_security: Callable[[str | None], bool]) -> Iterator[Finding]:
    """Yield a finding for each key with a reference in it that may decide a model.

    ``is_security`` tells it of an agent by name, and of None whether it may be any.
    """
    if "{env:" in document.text or "{file:" in document.text:
        places = Places(document.path, document.text)
        for path, key_start in _keys(document.root, (), 1):
            raw = STRING.match(document.text, key_start)
            if raw is None or not ("{env:" in raw[0] or "{file:" in raw[0]):
                continue
            agent = path[1] if len(path) > 2 and path[0] in _NAMED else None
            what = f' of agent "{agent}"' if agent is not None else ""
            message = f"this key{what} is known only when OpenCode starts"
            finding = UNDECIDED_KEY.at(places.at(key_start), message, "write the key out")
            yield finding._replace(severity=Severity.ERROR) if is_security(agent) else finding


def _keys(node: JsonNode, path: tuple[str, ...], depth: int) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield path and place of each key that may decide a model: those at the top, and ``depth`` levels below."""
    for name, start, value in node.members if isinstance(node.data, dict) and depth else ():
        yield (*path, str(name)), start
        yield from _keys(value, (*path, str(name)), depth - 1 if path else _DECIDING.get(str(name), 0))
