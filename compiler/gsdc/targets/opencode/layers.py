"""What each of OpenCode's files says of the agents, and what OpenCode would not take of it."""

from collections.abc import Iterator, Mapping
from posixpath import dirname, join, normpath
from typing import Any, Final, NamedTuple

from gsdc.finding import Finding, Rejected
from gsdc.source.jsonc import Jsonc
from gsdc.source.span import Places, Span
from gsdc.source.tree import OUTSIDE, Tree, decode
from gsdc.targets.model_names import suggestion
from gsdc.targets.opencode.files import KNOWN
from gsdc.targets.opencode.findings import IGNORED, REFUSED, UNDECIDED, UNREADABLE_AGENT
from gsdc.targets.opencode.keys import TOP_LEVEL, fault, lowered, lowered_model
from gsdc.targets.opencode.limits import leak
from gsdc.targets.opencode.markdown import MarkdownAgent, read_agent

TOP_KEYS: Final = ("model", "small_model", "default_agent")
MOST: Final = 1000  # findings; after that no unknown key is told, for each takes a search for what is meant
_LONGEST: Final = 1000  # bytes of a file that stands for a value: no model has a longer name
_STOPS: Final = "OpenCode does not start while it is so"
_NOT_DEPRECATED: Final = tuple(key for key in TOP_LEVEL if key not in ("mode", "reference", "autoshare", "layout"))
# Those that decide which model runs, and those that not every text is right for.
_DECIDING: Final = ("model", "variant", "mode", "color", "permission")


class Said(NamedTuple):
    """What one file says of one agent: the values that OpenCode takes, and where they stand.

    ``block`` is that of a JSON file, "markdown" for a file of the agent's own. ``undecided`` are the keys whose value
    only the start of OpenCode decides: their value here is the text in the file.
    """

    agent: str
    block: str
    values: Mapping[str, Any]
    source: Jsonc | MarkdownAgent
    undecided: frozenset[str] = frozenset()

    def span(self, key: str = "", *, of_key: bool = True) -> Span:
        """Return where ``key`` stands, or its value; where there is none, or it is "", where the agent stands."""
        if isinstance(self.source, MarkdownAgent):
            return self.source.span(key, of_key=of_key)
        path = (self.block, self.agent, key) if key else (self.block, self.agent)
        return self.source.span(path, key=of_key or not key)


def read_text(tree: Tree, path: str, findings: list[Finding]) -> str | None:
    """Return the text of a JSON file, None where there is none; what OpenCode refuses joins ``findings``."""
    try:
        content = tree.read(path)
    except Rejected as rejected:
        findings.extend(_stopping(rejected))
        return None
    return None if content is None else text_of(path, content, findings)


def text_of(path: str, content: bytes, findings: list[Finding]) -> str:
    """Return the text of ``content`` as OpenCode decodes it: what is not UTF-8 becomes U+FFFD, and a finding here."""
    try:
        return decode(content, path)
    except Rejected as rejected:
        findings.extend(rejected.findings)
        return content.decode("utf-8", "replace")


def parse(path: str, text: str, findings: list[Finding]) -> Jsonc | None:
    """Return the document of a JSON file, None where OpenCode refuses it or, an empty one, passes over it."""
    if not text.removeprefix("\ufeff"):
        return None
    try:
        document = Jsonc(path, text)
    except Rejected as rejected:
        findings.extend(_stopping(rejected))
        return None
    findings.extend(document.duplicates)
    if not isinstance(document.data, dict):
        findings.append(_refused(document.span(()), "the file is no object", "write { }"))
        return None
    return document


def _stopping(rejected: Rejected) -> Iterator[Finding]:
    for finding in rejected.findings:
        is_unread = finding.code == OUTSIDE.code  # OpenCode follows links: what is there, it may well take
        yield finding if is_unread else finding._replace(notes=(*finding.notes, _STOPS))


def _refused(span: Span, message: str, help_: str) -> Finding:
    return REFUSED.at(span, message, help_, (_STOPS,))


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
                yield _refused(places.at(line_start + start), f'"{reference}" does not exist', help_)
        line_start += len(line) + 1


def referenced(path: str, text: str) -> Iterator[str | None]:
    """Yield what each ``{file:...}`` of the file at ``path`` names, None where that is outside the project."""
    return (_inside(path, reference) for _, _, reference in _references(text))


def _references(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and path of each ``{file:path}``."""
    end = 0
    while (start := text.find("{file:", end)) >= 0 and (close := text.find("}", start)) >= 0:
        end = close + 1
        if reference := text[start + len("{file:") : close]:
            yield start, end, reference


def _inside(path: str, reference: str) -> str | None:
    """Return what a ``{file:...}`` of the file at ``path`` names, None where that is outside the project."""
    found = normpath(join(dirname(path), reference))
    return None if reference.startswith(("/", "~")) or found.startswith("..") else found


def top_level(tree: Tree, document: Jsonc, findings: list[Finding]) -> dict[str, tuple[Any, bool]]:
    """Return the values of ``TOP_KEYS`` that OpenCode takes, each with whether it is known before OpenCode starts."""
    found: dict[str, tuple[Any, bool]] = {}
    for key, value in document.data.items():
        if key == "permissions":
            help_ = "it is the next version's: write `permission`"
            findings.append(_refused(document.span((key,), key=True), "OpenCode 1 refuses `permissions`", help_))
        elif key not in TOP_LEVEL:
            if len(findings) > MOST:
                continue
            help_ = f"{suggestion(key, _NOT_DEPRECATED)}remove it"
            message = f'OpenCode does not know "{key}", and ignores it'
            findings.append(IGNORED.at(document.span((key,), key=True), message, help_))
        elif key in TOP_KEYS:
            plain = (lowered_model(value) or {}).get("model", value) if key == "model" else value
            if not isinstance(plain, str):
                findings.append(_refused(document.span((key,)), f"`{key}` is not a text", "write a text"))
                continue
            resolved = _resolved(tree, document, (key,), plain)
            found[key] = (plain if resolved is None else resolved, resolved is not None)
            if resolved is None:
                findings.append(_undecided(document.span((key,)), f"`{key}`"))
    return found


def blocks(tree: Tree, document: Jsonc, findings: list[Finding]) -> Iterator[Said]:
    """Yield what a JSON file says of agents, block by block: ``agent``, then ``agents``, then ``mode``."""
    data = document.data
    for block in ("agent", "agents", "mode"):
        entries = data.get(block, {})
        if not isinstance(entries, dict):
            span = document.span((block,))
            if block == "agents":
                findings.append(IGNORED.at(span, "OpenCode ignores `agents` that is no object", "remove it"))
            else:
                findings.append(_refused(span, f"`{block}` is no object", "write { }"))
            continue
        for name, entry in entries.items():
            if block == "agents":
                yield from _of_next_version(document, name, entry, findings)
            elif not isinstance(entry, dict):
                span = document.span((block, name))
                findings.append(_refused(span, f'agent "{name}" is no object', "write { }"))
            else:
                yield _said(tree, document, (block, name), entry, findings)


def _said(tree: Tree, document: Jsonc, path: tuple[str, str], entry: dict[str, Any], findings: list[Finding]) -> Said:
    block, name = path
    values, undecided = {}, set()
    for key, value in entry.items():
        resolved = _resolved(tree, document, (*path, key), value) if isinstance(value, str) else value
        if resolved is None and value is not None and (key in _DECIDING or not fault(key, value)):
            undecided.add(key)
            values[key] = value
            if key in _DECIDING:
                findings.append(_undecided(document.span((*path, key)), f'`{key}` of agent "{name}"'))
        elif remedy := fault(key, value if resolved is None else resolved):
            message = f'OpenCode refuses `{key}` of agent "{name}"'
            findings.append(_refused(document.span((*path, key)), message, remedy))
        else:
            values[key] = resolved
        if key not in (*KNOWN, "permissions") and (key, value) != ("name", name) and len(findings) <= MOST:
            findings.append(leak(document.span((*path, key), key=True), key, name))
    if block == "mode":
        values["mode"] = "primary"
    return Said(name, block, values, document, frozenset(undecided))


def _of_next_version(document: Jsonc, name: str, entry: Any, findings: list[Finding]) -> Iterator[Said]:
    span = document.span(("agents", name), key=True)
    if isinstance(entry, dict) and "permissions" in entry:
        where = document.span(("agents", name, "permissions"), key=True)
        message = f'OpenCode refuses `permissions` of agent "{name}"'
        findings.append(_refused(where, message, fault("permissions", entry["permissions"])))
    agents = document.data.get("agent")
    values = lowered(entry)
    if isinstance(agents, dict) and name in agents:
        if agents[name] != entry:
            message = f'`agents` is not read for agent "{name}": `agent` has it too'
            findings.append(IGNORED.at(span, message, "keep one of the two"))
    elif values is None:
        message = f'OpenCode cannot read agent "{name}" of `agents`, and ignores it'
        findings.append(IGNORED.at(span, message, "move it to `agent`"))
    else:
        yield Said(name, "agents", values, document)


def _resolved(tree: Tree, document: Jsonc, path: tuple[str, ...], value: str) -> str | None:
    """Return ``value`` after what OpenCode substitutes in the raw text, None where only its start decides."""
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
    """Return the content of a file, None where it cannot be read or is too long for a value that decides."""
    try:
        size = None if path is None else tree.size(path)
        return tree.read(path) if path is not None and size is not None and size <= _LONGEST else None
    except (Rejected, OSError):
        return None


def _undecided(span: Span, what: str) -> Finding:
    return UNDECIDED.at(span, f"{what} is known only when OpenCode starts", "write it out, for gsdc to judge it")


def markdown(path: str, folder: str, text: str, findings: list[Finding]) -> Said | None:
    """Return what a Markdown file says of its agent, None where OpenCode passes over it."""
    agent = read_agent(path, folder, text)
    if agent.problem:
        help_ = "correct the frontmatter, and begin the file with it"
        findings.append(UNREADABLE_AGENT.at(agent.at or Span(path), agent.problem, help_))
    if agent.skipped:
        return None
    is_mode = folder.startswith(".opencode/mode")
    values, is_refused = {}, False
    for key, value in agent.data.items():
        if remedy := fault(key, value) if key != "permissions" else "":
            is_refused = True
            span = agent.span(key, of_key=False)
            message = f'OpenCode refuses `{key}` of agent "{agent.name}"'
            if is_mode:
                message += ", and passes over the file"
                findings.append(UNREADABLE_AGENT.at(span, message, remedy))
            else:
                findings.append(_refused(span, message, remedy))
        else:
            values[key] = value
        if key not in (*KNOWN, "name") and len(findings) <= MOST:
            findings.append(leak(agent.span(key), key, agent.name))
    if is_mode:
        values["mode"] = "primary"
        return None if is_refused else Said(agent.name, "markdown", values, agent)
    return Said(agent.name, "markdown", values, agent)
