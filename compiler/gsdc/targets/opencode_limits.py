"""What OpenCode cannot express of a policy, and what silently overrides the file that gsdc compiles."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from gsdc.finding import Diagnostic, Finding, Rejected, Severity, nearest
from gsdc.policy.decide import decide
from gsdc.policy.model import Policy, State
from gsdc.source.jsonc import Jsonc
from gsdc.source.span import Span, span_at
from gsdc.source.tree import Tree, decode

NO_FAILOVER = Diagnostic(
    "OC003",
    "failover-not-expressible",
    Severity.NOTE,
    """The policy has failover chains, which OpenCode cannot express.

    ## Why is this bad?
    A `failover` key in an agent would be sent to the provider as a request option, and never cause failover. The chains
    hold where an engine carries them out: point the agents' provider at a proxy that has fallbacks.
    """,
)
PHASES_MERGED = Diagnostic(
    "OC004",
    "phases-not-expressible",
    Severity.NOTE,
    """The policy tells phases of an agent apart, which OpenCode cannot.

    ## Why is this bad?
    The agent gets the best of its models in every phase: it may cost more than the policy says, never be weaker. Where
    the best is weaker than what a waiting phase waits for, the whole agent waits: it is disabled.
    """,
)
AGENT_FILE_WINS = Diagnostic(
    "OC005",
    "agent-file-overrides",
    Severity.WARNING,
    """A Markdown file under .opencode/ sets an agent that opencode.json also sets.

    ## Why is this bad?
    The Markdown file wins, silently: the compiled model is not the one that runs, or a deferred agent is not held back.
    """,
)
LEGACY_MODE = Diagnostic(
    "OC007",
    "legacy-mode-overrides",
    Severity.ERROR,
    """The deprecated `mode` block of a file sets an agent that the policy decides.

    ## Why is this bad?
    OpenCode merges `mode` over `agent`: the compiled model would not be the one that runs.

    ## Example (opencode.json)
    {"mode": {"gsd-planner": {"model": "anthropic/claude-haiku-4-5"}}}

    ## Use instead (opencode.json)
    {"agent": {"gsd-planner": {"model": "anthropic/claude-haiku-4-5"}}}
    """,
)


OTHER_FILE = Diagnostic(
    "OC009",
    "other-file-sets-agent",
    Severity.WARNING,
    """Another of OpenCode's files sets an agent that the compiled file also sets.

    ## Why is this bad?
    OpenCode merges its files key by key: .opencode/ over opencode.jsonc over opencode.json. The compiled model may not
    be the one that runs, or an agent is disabled by the file that nobody looks at.
    """,
)
LEAKING_KEY = Diagnostic(
    "OC010",
    "leaking-agent-key",
    Severity.WARNING,
    """An agent has a key that OpenCode does not know.

    ## Why is this bad?
    OpenCode makes an option of the request out of it: it goes to the provider, and does nothing of what its name
    promises. `name` makes the agent fail.

    ## Example (opencode.json)
    {"agent": {"build": {"failover": ["openai/gpt-5.2"]}}}

    ## Use instead (opencode.json)
    {"agent": {"build": {"model": "openai/gpt-5.2"}}}
    """,
)

# Of one folder, the strongest first (measured on OpenCode 1.18).
_PROJECT_FILES: Final = (".opencode/opencode.jsonc", ".opencode/opencode.json", "opencode.jsonc", "opencode.json")
_GLOBAL_FILES: Final = ("opencode.jsonc", "opencode.json", "config.json")
_AGENT_FILES: Final = (
    (".opencode/agent/", "**/*.md"),
    (".opencode/agents/", "**/*.md"),
    (".opencode/mode/", "*.md"),
    (".opencode/modes/", "*.md"),
)
_DECIDED: Final = ("model", "temperature", "disable")
_KNOWN: Final = (
    *_DECIDED,
    *("variant", "top_p", "prompt", "tools", "description", "mode", "hidden"),
    *("options", "color", "steps", "maxSteps", "permission"),
)

Wanted = Mapping[str, Mapping[str, Any]]
"""What the compiled file says: for each agent, by its name in OpenCode, the keys that the policy decides."""


def inexpressible(policy: Policy, zone: str, path: str, waiting: Collection[str]) -> Iterator[Finding]:
    """Yield a note for the failover chains of the policy, and one for the agents whose phases differ.

    ``waiting`` are the agents that the compiled file holds back.
    """
    span = Span(path, 0, 0)
    failover = policy.failover
    chains = (*failover.roles.values(), *failover.models.values(), *failover.tiers.values())
    if any(chain.models for chain in chains) or any(agent.failover for agent in policy.agents.values()):
        help_ = "point the agents at a proxy that has fallbacks, such as LiteLLM, or write a plugin that retries"
        yield NO_FAILOVER.at(span, "OpenCode has no failover: the policy's chains are not in this file", help_)
    mixed = [
        agent.name
        for agent in policy.agents.values()
        if len({decide(policy, State(agent.name, phase, zone)).model for phase in agent.phases}) > 1
    ]
    parts = []
    if running := [f'"{name}"' for name in mixed if name not in waiting]:
        parts.append(f"{', '.join(running)} get the best of their models in all of them")
    if held := [f'"{name}"' for name in mixed if name in waiting]:
        parts.append(f"{', '.join(held)} wait in all of them, for one that has to wait")
    if parts:
        help_ = "give them one model, or name an agent for each phase"
        yield PHASES_MERGED.at(span, f"OpenCode knows no phases: {'; '.join(parts)}", help_)


def leaking_keys(document: Jsonc) -> Iterator[Finding]:
    """Yield a finding for each key of an agent, the policy's or not, that OpenCode takes for a request option."""
    for name, entry in _entries(document.data, "agent").items():
        for key in entry:
            if key not in _KNOWN:
                failover = "point the agent at a proxy that has fallbacks, such as LiteLLM, and remove the key"
                help_ = failover if key in ("failover", "failover_triggers") else f"remove it; {nearest(key, _KNOWN)}"
                span = document.span(("agent", name, key), key=True)
                yield LEAKING_KEY.at(span, f'OpenCode does not know `{key}` of agent "{name}"', help_)


def other_files(tree: Tree, path: str, is_global: bool, wanted: Wanted) -> Iterator[Finding]:
    """Yield a finding for each agent of ``wanted`` on which another of the client's files beside ``path`` prevails.

    And one for a weaker file that sets some of them too: what it says besides is merged in.
    """
    order = _GLOBAL_FILES if is_global else _PROJECT_FILES
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
    agents, modes = _entries(document.data, "agent"), _entries(document.data, "mode")
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
        more = f" and {len(shared) - 3} more" if len(shared) > 3 else ""
        names = ", ".join(f'"{name}"' for name in shared[:3])
        message = f"{path} sets agents of this file too, and wins: {names}{more}"
        span = document.span(("agent", shared[0]), key=True)
        yield OTHER_FILE.at(span, message, f"keep all agents in {path}")


def agent_files(tree: Tree, wanted: Wanted) -> Iterator[Finding]:
    """Yield a finding for each agent of ``wanted`` whose own Markdown file says something else.

    An agent is named by ``name`` in the frontmatter, else by its path below ``.opencode/agent/``, ``agents/``,
    ``mode/`` or ``modes/`` (measured on OpenCode 1.18).
    """
    for folder, pattern in _AGENT_FILES:
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
            keys = _frontmatter(text)
            entry = {key: value for key, (value, _) in keys.items()}
            name = str(entry.get("name", path.removeprefix(folder).removesuffix(".md")))
            key = next(_against(entry, wanted[name]), None) if name in wanted else None
            if key is not None:
                message = (
                    f'`{key}: {_shown(entry[key])}` in this file overrides what opencode.json says of agent "{name}"'
                )
                ours = wanted[name].get(key)
                help_ = f"remove it, or write {_shown(ours)}" if ours is not None else "remove it"
                yield AGENT_FILE_WINS.at(span_at(path, text, keys[key][1]), message, help_)


def _unknown(diagnostic: Diagnostic, rejected: Rejected) -> Finding:
    """Return a warning about a file that is not compiled, only looked at: what it overrides is not known."""
    first = rejected.findings[0]
    return diagnostic.at(first.span, f"what this overrides is not known: {first.message}", first.help)


def _against(entry: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys of an agent's entry that contradict what the policy decides."""
    wanted = {"disable": False, **ours}
    for key in _DECIDED:
        if key in entry and key in wanted and entry[key] != wanted[key]:
            yield key


def _entries(data: Any, block: str) -> dict[str, dict[str, Any]]:
    """Return the agents of a block of the file, those that are objects."""
    agents = data.get(block) if isinstance(data, dict) else None
    found = agents.items() if isinstance(agents, dict) else ()
    return {name: entry for name, entry in found if isinstance(entry, dict)}


def _frontmatter(text: str) -> dict[str, tuple[Any, int]]:
    """Return what a Markdown agent's frontmatter says of ``name`` and the decided keys, with the offset of each line.

    Read line by line: people's descriptions hold ": " and quotes that no YAML parser accepts, and the client does.
    """
    first, *lines = text.split("\n")
    found: dict[str, tuple[Any, int]] = {}
    if first.lstrip("\ufeff").rstrip() != "---":
        return found
    offset = len(first) + 1
    for line in lines:
        if line.rstrip() == "---":
            break
        key, _, rest = line.partition(":")
        key = key.rstrip().strip("\"'")
        value = rest.partition(" #")[0].strip().strip("\"'")
        if key in ("name", *_DECIDED) and value:
            found[key] = (value if key in ("name", "model") else _scalar(value), offset)
        offset += len(line) + 1
    return found


def _scalar(text: str) -> Any:
    if text in ("true", "false"):
        return text == "true"
    try:
        return float(text)
    except ValueError:
        return text


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def legacy_modes(document: Jsonc, names: Mapping[str, object]) -> Iterator[Finding]:
    """Yield a finding for each agent of ``names`` that the file's deprecated ``mode`` block decides."""
    for name in names:
        for key in _DECIDED:
            if document.node(("mode", name, key)) is not None:
                message = f'`{key}` of "{name}" in the deprecated `mode` block overrides its `agent` entry'
                span = document.span(("mode", name, key), key=True)
                yield LEGACY_MODE.at(span, message, f"move `mode.{name}` into `agent.{name}`")
