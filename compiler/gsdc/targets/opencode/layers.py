"""The entries on agents in each of OpenCode's files, and the invalid ones among them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from gsdc.finding import Finding, Rejected
from gsdc.source.jsonc import Jsonc
from gsdc.source.span import Span
from gsdc.source.tree import OUTSIDE, Tree, decode
from gsdc.targets.api import KeyPlace
from gsdc.targets.model_names import suggestion
from gsdc.targets.opencode.files import KNOWN, is_mode_folder
from gsdc.targets.opencode.findings import IGNORED, MOST, STOPS, UNREADABLE_AGENT, refused
from gsdc.targets.opencode.keys import TOP_LEVEL, fault, lowered, lowered_model
from gsdc.targets.opencode.limits import leak
from gsdc.targets.opencode.markdown import MarkdownAgent, read_agent
from gsdc.targets.opencode.substitution import resolved, undecided_value

TOP_KEYS: Final = ("model", "small_model", "default_agent")
# The modes of OpenCode's built-in agents; any other agent without a mode is both a primary agent and a sub-agent.
_MODES: Final = {
    **dict.fromkeys(("build", "plan", "title", "summary", "compaction"), "primary"),
    **dict.fromkeys(("general", "explore"), "subagent"),
}
_NOT_DEPRECATED: Final = tuple(key for key in TOP_LEVEL if key not in ("mode", "reference", "autoshare", "layout"))
# Keys that decide the model, and keys with restricted values.
_DECIDING: Final = ("model", "variant", "mode", "color", "permission")


class AgentConfigLayer(NamedTuple):
    """The entry of one file for one agent: the values that OpenCode accepts, and their places.

    ``block`` is that of a JSON file, "markdown" for the agent's own file. ``undecided`` are the keys whose value is
    known only when OpenCode starts: their value here is the text in the file.
    """

    agent: str
    block: str
    values: Mapping[str, Any]
    source: Jsonc | MarkdownAgent
    undecided: frozenset[str] = frozenset()

    def span(self, key: str = "", *, of_key: bool = True) -> Span:
        """Return the place of the value of ``key``, or of the key; that of the agent if there is none, or it is ""."""
        if isinstance(self.source, MarkdownAgent):
            return self.source.span(key, of_key=of_key)
        path = (self.block, self.agent, key) if key else (self.block, self.agent)
        return self.source.span(path, key=of_key or not key)

    def place_of(self, key: str) -> KeyPlace:
        """Return the place of ``key`` of the agent in this file."""
        if isinstance(self.source, MarkdownAgent):
            return KeyPlace(self.source.path, (key,))
        return KeyPlace(self.source.path, (self.block, self.agent, key))


def strongest(layers: Iterable[AgentConfigLayer], key: str) -> AgentConfigLayer | None:
    """Return the last of ``layers`` that has ``key``, None if none has."""
    return next((one for one in reversed(list(layers)) if key in one.values), None)


def mode_of(name: str, layers: Iterable[AgentConfigLayer]) -> str:
    """Return the mode of an agent by its layers, else that of the built-in agent, else "all"."""
    found = strongest(layers, "mode")
    mode = found.values["mode"] if found and "mode" not in found.undecided else _MODES.get(name, "all")
    return str(mode)


def read_text(tree: Tree, path: str, findings: list[Finding]) -> str | None:
    """Return the text of a JSON file, None if there is none; ``findings`` gets the errors that stop OpenCode."""
    try:
        content = tree.read(path)
    except Rejected as rejected:
        findings.extend(_stopping(rejected))
        return None
    return None if content is None else text_of(path, content, findings)


def text_of(path: str, content: bytes, findings: list[Finding]) -> str:
    """Return the text of ``content`` as OpenCode decodes it: invalid UTF-8 becomes U+FFFD, and a finding here."""
    try:
        return decode(content, path)
    except Rejected as rejected:
        findings.extend(rejected.findings)
        return content.decode("utf-8", "replace")


def parse(path: str, text: str, findings: list[Finding]) -> Jsonc | None:
    """Return the document of a JSON file, None if OpenCode refuses it, or skips it because it is empty."""
    if not text.removeprefix("\ufeff"):
        return None
    try:
        document = Jsonc(path, text)
    except Rejected as rejected:
        findings.extend(_stopping(rejected))
        return None
    findings.extend(document.duplicates)
    if not isinstance(document.data, dict):
        findings.append(refused(document.span(()), "the file is not an object", "write { }"))
        return None
    return document


def _stopping(rejected: Rejected) -> Iterator[Finding]:
    for finding in rejected.findings:
        is_unread = finding.code == OUTSIDE.code  # OpenCode follows links, so it may read the file
        yield finding if is_unread else finding._replace(notes=(*finding.notes, STOPS))


def top_level(tree: Tree, document: Jsonc, findings: list[Finding]) -> dict[str, tuple[Any, bool]]:
    """Return the values of ``TOP_KEYS`` that OpenCode accepts, each with whether it is known before OpenCode starts."""
    found: dict[str, tuple[Any, bool]] = {}
    for key, value in document.data.items():
        if key == "permissions":
            help_ = "it is the next version's: write `permission`"
            findings.append(refused(document.span((key,), key=True), "OpenCode 1 refuses `permissions`", help_))
        elif key not in TOP_LEVEL:
            if len(findings) > MOST:
                continue
            help_ = f"{suggestion(key, _NOT_DEPRECATED)}remove it"
            message = f'OpenCode does not know "{key}", and ignores it'
            findings.append(IGNORED.at(document.span((key,), key=True), message, help_))
        elif key in TOP_KEYS:
            plain = (lowered_model(value) or {}).get("model", value) if key == "model" else value
            if not isinstance(plain, str):
                findings.append(refused(document.span((key,)), f"`{key}` is not a text", "write a text"))
                continue
            known = resolved(tree, document, (key,), plain)
            found[key] = (plain if known is None else known, known is not None)
            if known is None:
                findings.append(undecided_value(document.span((key,)), f"`{key}`"))
    return found


def blocks(tree: Tree, document: Jsonc, findings: list[Finding]) -> Iterator[AgentConfigLayer]:
    """Yield the agents of a JSON file, block by block: ``agent``, then ``agents``, then ``mode``."""
    data = document.data
    for block in ("agent", "agents", "mode"):
        entries = data.get(block, {})
        if not isinstance(entries, dict):
            span = document.span((block,))
            if block == "agents":
                findings.append(IGNORED.at(span, "OpenCode ignores `agents` that is not an object", "remove it"))
            else:
                findings.append(refused(span, f"`{block}` is not an object", "write { }"))
            continue
        for name, entry in entries.items():
            if block == "agents":
                yield from _of_next_version(tree, document, name, entry, findings)
            elif not isinstance(entry, dict):
                span = document.span((block, name))
                findings.append(refused(span, f'agent "{name}" is not an object', "write { }"))
            else:
                yield _said(tree, document, (block, name), entry, findings)


def _said(
    tree: Tree, document: Jsonc, path: tuple[str, str], entry: dict[str, Any], findings: list[Finding]
) -> AgentConfigLayer:
    block, name = path
    values, undecided = {}, set()
    for key, value in entry.items():
        known = resolved(tree, document, (*path, key), value) if isinstance(value, str) else value
        if known is None and value is not None and (key in _DECIDING or not fault(key, value)):
            undecided.add(key)
            values[key] = value
            if key in _DECIDING:
                findings.append(undecided_value(document.span((*path, key)), f'`{key}` of agent "{name}"'))
        elif remedy := fault(key, value if known is None else known):
            message = f'OpenCode refuses `{key}` of agent "{name}"'
            findings.append(refused(document.span((*path, key)), message, remedy))
        else:
            values[key] = known
        if key not in (*KNOWN, "permissions") and (key, value) != ("name", name) and len(findings) <= MOST:
            findings.append(leak(document.span((*path, key), key=True), key, name))
    if block == "mode":
        values["mode"] = "primary"
    return AgentConfigLayer(name, block, values, document, frozenset(undecided))


def _of_next_version(
    tree: Tree, document: Jsonc, name: str, entry: Any, findings: list[Finding]
) -> Iterator[AgentConfigLayer]:
    span = document.span(("agents", name), key=True)
    if isinstance(entry, dict) and "permissions" in entry:
        where = document.span(("agents", name, "permissions"), key=True)
        message = f'OpenCode refuses `permissions` of agent "{name}"'
        findings.append(refused(where, message, fault("permissions", entry["permissions"])))
    agents = document.data.get("agent")
    model = entry.get("model") if isinstance(entry, dict) else None
    known = resolved(tree, document, ("agents", name, "model"), model) if isinstance(model, str) else ""
    values = lowered({**entry, "model": known or "provider/unknown"} if isinstance(model, str) else entry)
    if isinstance(agents, dict) and name in agents:
        if agents[name] != entry:
            message = f'`agents` is not read for agent "{name}": `agent` has it too'
            findings.append(IGNORED.at(span, message, "keep one of the two"))
    elif values is None:
        message = f'OpenCode cannot read agent "{name}" of `agents`, and ignores it'
        findings.append(IGNORED.at(span, message, "move it to `agent`"))
    elif known is None:
        findings.append(undecided_value(document.span(("agents", name, "model")), f'`model` of agent "{name}"'))
        yield AgentConfigLayer(name, "agents", {**values, "model": model}, document, frozenset(("model",)))
    else:
        yield AgentConfigLayer(name, "agents", values, document)


def markdown(path: str, folder: str, text: str, findings: list[Finding]) -> AgentConfigLayer | None:
    """Return the agent of a Markdown file, None if OpenCode skips it."""
    agent = read_agent(path, folder, text)
    if agent.problem:
        help_ = "correct the frontmatter, and begin the file with it"
        findings.append(UNREADABLE_AGENT.at(agent.at or Span(path), agent.problem, help_))
    if agent.skipped:
        return None
    is_mode = is_mode_folder(folder)
    values, is_refused = {}, False
    for key, value in agent.data.items():
        if remedy := fault(key, value) if key != "permissions" else "":
            is_refused = True
            span = agent.span(key, of_key=False)
            message = f'OpenCode refuses `{key}` of agent "{agent.name}"'
            if is_mode:
                message += ", and skips the file"
                findings.append(UNREADABLE_AGENT.at(span, message, remedy))
            else:
                findings.append(refused(span, message, remedy))
        else:
            values[key] = value
        if key not in (*KNOWN, "name") and len(findings) <= MOST:
            findings.append(leak(agent.span(key), key, agent.name))
    if is_mode:
        values["mode"] = "primary"
        return None if is_refused else AgentConfigLayer(agent.name, "markdown", values, agent)
    return AgentConfigLayer(agent.name, "markdown", values, agent)
