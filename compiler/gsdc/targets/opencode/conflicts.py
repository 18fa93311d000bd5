"""What silently overrides the file that gsdc compiles for OpenCode: its other files, and its old ``mode`` block."""

from collections.abc import Iterator, Mapping
from typing import Any

from gsdc.finding import Diagnostic, Finding, Rejected, Severity, some
from gsdc.source.jsonc import Jsonc
from gsdc.source.tree import Tree, decode
from gsdc.targets.opencode.files import AGENT_FILES, DECIDED, GLOBAL_FILES, PROJECT_FILES, entries
from gsdc.targets.opencode.markdown import read_agent

AGENT_FILE_WINS = Diagnostic(
    "OC005",
    "agent-file-overrides",
    Severity.WARNING,
    """A Markdown file under .opencode/ sets an agent that opencode.json also sets.

    ## Why is this bad?
    The Markdown file wins, silently: the compiled model is not the one that runs, or a deferred agent is not held back
    (measured on OpenCode 1.18).

    ## Example (.opencode/agent/gsd-planner.md)
    ---
    description: Plans
    model: anthropic/claude-haiku-5-5
    ---
    Plan the phase.

    ## Use instead (.opencode/agent/gsd-planner.md)
    ---
    description: Plans
    ---
    Plan the phase.
    """,
)
LEGACY_MODE = Diagnostic(
    "OC007",
    "legacy-mode-overrides",
    Severity.ERROR,
    """The deprecated `mode` block of a file overrides what is said of an agent.

    ## Why is this bad?
    OpenCode merges `mode` over `agent`: the compiled model would not be the one that runs (measured on OpenCode 1.18).

    ## Example (opencode.json)
    {"mode": {"gsd-planner": {"model": "anthropic/claude-haiku-5-5"}}}

    ## Use instead (opencode.json)
    {"agent": {"gsd-planner": {"model": "anthropic/claude-haiku-5-5"}}}
    """,
)
OTHER_FILE = Diagnostic(
    "OC009",
    "other-file-sets-agent",
    Severity.WARNING,
    """Another of OpenCode's files overrides what a file says.

    ## Why is this bad?
    OpenCode merges its files key by key: .opencode/ over opencode.jsonc over opencode.json (measured on OpenCode 1.18).
    The model that people see may not be the one that runs, or an agent is disabled by a file that nobody looks at.

    ## Example (opencode.json)
    {"agent": {"gsd-planner": {"model": "anthropic/claude-opus-5-5"}}}
    -- .opencode/opencode.json --
    {"agent": {"gsd-planner": {"model": "anthropic/claude-haiku-5-5"}}}

    ## Use instead (opencode.json)
    {"agent": {"gsd-planner": {"model": "anthropic/claude-opus-5-5"}}}
    -- .opencode/opencode.json --
    {"theme": "system"}
    """,
)

Wanted = Mapping[str, Mapping[str, Any]]
"""What the compiled file says: for each agent, by its name in OpenCode, the keys that the policy decides."""


def other_files(tree: Tree, path: str, is_global: bool, wanted: Wanted) -> Iterator[Finding]:
    """Yield a finding for each agent of ``wanted`` on which another of the client's files beside ``path`` prevails.

    And one for a weaker file that sets some of them too: what it says besides is merged in.
    """
    order = GLOBAL_FILES if is_global else PROJECT_FILES
    own = next((name for name in order if path == name or path.endswith(f"/{name}")), None)
    if own is None:
        return
    for name in order:
        other = path.removesuffix(own) + name
        try:
            content = tree.read(other) if other != path else None
            if content is None:
                continue
            document = Jsonc(other, decode(content, other))
        except Rejected as rejected:
            yield _unknown(OTHER_FILE, rejected)
            continue
        is_stronger = order.index(name) < order.index(own)
        yield from _merged(document, path, wanted, is_stronger=is_stronger)


def _merged(document: Jsonc, path: str, wanted: Wanted, *, is_stronger: bool) -> Iterator[Finding]:
    agents, modes = entries(document.data, "agent"), entries(document.data, "mode")
    shared = [name for name in wanted if name in agents]
    for name, ours in wanted.items():
        # What a weaker file says of a key counts where the compiled one is silent; but `mode` beats `agent` anywhere.
        inherited = {key: value for key, value in agents.get(name, {}).items() if is_stronger or key not in ours}
        for block, entry in (("mode", modes.get(name, {})), ("agent", inherited)):
            key = next(_against(entry, ours), None)
            if key is not None:
                span = document.span((block, name, key), key=True)
                message = f'`{key}` of agent "{name}" in this file counts, not what {path} says'
                yield OTHER_FILE.at(span, message, f"remove it here, or move the agent into {path}")
                break
    if shared and not is_stronger:
        message = f"{path} sets agents of this file too, and wins: {some(shared)}"
        span = document.span(("agent", shared[0]), key=True)
        yield OTHER_FILE.at(span, message, f"keep all agents in {path}")


def agent_files(tree: Tree, wanted: Wanted) -> Iterator[Finding]:
    """Yield a finding for each agent of ``wanted`` whose own Markdown file says something else.

    An agent is named by ``name`` in the frontmatter, else by its path below ``.opencode/agent/``, ``agents/``,
    ``mode/`` or ``modes/``.
    """
    for folder, pattern in AGENT_FILES:
        try:
            paths = tree.glob(folder + pattern)
        except Rejected as rejected:
            yield _unknown(AGENT_FILE_WINS, rejected)
            continue
        for path in paths:
            try:
                text = decode(tree.read(path) or b"", path)
            except Rejected as rejected:
                yield _unknown(AGENT_FILE_WINS, rejected)
                continue
            agent = read_agent(path, folder, text)
            entry = {key: value for key, value in agent.data.items() if value is not None}
            name = agent.name
            key = next(_against(entry, wanted[name]), None) if name in wanted else None
            if key is not None:
                message = (
                    f'`{key}: {_shown(entry[key])}` in this file overrides what opencode.json says of agent "{name}"'
                )
                ours = wanted[name].get(key)
                help_ = f"remove it, or write {_shown(ours)}" if ours is not None else "remove it"
                yield AGENT_FILE_WINS.at(agent.span(key), message, help_)


def _unknown(diagnostic: Diagnostic, rejected: Rejected) -> Finding:
    """Return a warning about a file that is not compiled, only looked at: what it overrides is not known."""
    first = rejected.findings[0]
    return diagnostic.at(first.span, f"what this overrides is not known: {first.message}", first.help)


def _against(entry: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys of an agent's entry that contradict what the policy decides."""
    wanted = {"disable": False, **ours}
    for key in DECIDED:
        if key in entry and key in wanted and entry[key] != wanted[key]:
            yield key


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def legacy_modes(document: Jsonc, names: Mapping[str, object]) -> Iterator[Finding]:
    """Yield a finding for each agent of ``names`` that the file's deprecated ``mode`` block decides."""
    for name in names:
        for key in DECIDED:
            if document.node(("mode", name, key)) is not None:
                message = f'`{key}` of "{name}" in the deprecated `mode` block overrides its `agent` entry'
                span = document.span(("mode", name, key), key=True)
                yield LEGACY_MODE.at(span, message, f"move `mode.{name}` into `agent.{name}`")
