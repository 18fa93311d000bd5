"""What OpenCode cannot express of a policy, and what silently overrides the file that gsdc compiles."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from gsdc.finding import Diagnostic, Finding, Rejected, Severity, nearest
from gsdc.policy.decide import decide
from gsdc.policy.model import Policy, State
from gsdc.source.jsonc import Jsonc
from gsdc.source.span import Span
from gsdc.source.tree import Tree, decode
from gsdc.targets.opencode_files import AGENT_FILES, DECIDED, GLOBAL_FILES, KNOWN, PROJECT_FILES, entries
from gsdc.targets.opencode_markdown import read_agent

NO_FAILOVER = Diagnostic(
    "OC003",
    "failover-not-expressible",
    Severity.NOTE,
    """The policy has failover chains, which OpenCode cannot express.

    ## Why is this bad?
    A `failover` key in an agent would be sent to the provider as a request option, and never cause failover (measured
    on OpenCode 1.18). The chains hold where an engine carries them out: point the agents' provider at a proxy that has
    fallbacks.

    ## Example (gsdc.yaml)
    fleets: [openagents]
    targets: {opencode: true}

    ## Use instead (gsdc.yaml)
    fleets: [openagents]
    targets: {overrides: true}
    """,
)
PHASES_MERGED = Diagnostic(
    "OC004",
    "phases-not-expressible",
    Severity.NOTE,
    """The policy tells phases of an agent apart, which OpenCode cannot.

    The agent gets the best of its models in every phase. Where the best is weaker than what a waiting phase waits for,
    the whole agent waits: it is disabled.

    ## Why is this bad?
    OpenCode has one model for an agent (measured on OpenCode 1.18): it may cost more than the policy says, never be
    weaker.

    ## Example (profile)
    extends: balanced
    roles:
      docs: {model: standard, phases: {LEAD: light}}
      validation: standard

    ## Use instead (profile)
    extends: balanced
    roles:
      docs: light
      validation: standard
    """,
)
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
    model: anthropic/claude-haiku-4-5
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
    {"mode": {"gsd-planner": {"model": "anthropic/claude-haiku-4-5"}}}

    ## Use instead (opencode.json)
    {"agent": {"gsd-planner": {"model": "anthropic/claude-haiku-4-5"}}}
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
    {"agent": {"gsd-planner": {"model": "anthropic/claude-opus-4-6"}}}
    -- .opencode/opencode.json --
    {"agent": {"gsd-planner": {"model": "anthropic/claude-haiku-4-5"}}}

    ## Use instead (opencode.json)
    {"agent": {"gsd-planner": {"model": "anthropic/claude-opus-4-6"}}}
    -- .opencode/opencode.json --
    {"theme": "system"}
    """,
)
LEAKING_KEY = Diagnostic(
    "OC010",
    "leaking-agent-key",
    Severity.WARNING,
    """An agent has a key that OpenCode does not know.

    ## Why is this bad?
    OpenCode makes an option of the request out of it: it goes to the provider, and does nothing of what its name
    promises. `name` makes the agent fail (measured on OpenCode 1.18).

    ## Example (opencode.json)
    {"agent": {"build": {"failover": ["openai/gpt-5.2"]}}}

    ## Use instead (opencode.json)
    {"agent": {"build": {"model": "openai/gpt-5.2"}}}
    """,
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
    for name, entry in entries(document.data, "agent").items():
        for key, value in entry.items():
            if key not in KNOWN and (key, value) != ("name", name):
                yield leak(document.span(("agent", name, key), key=True), key, name)


def leak(span: Span, key: str, agent: str) -> Finding:
    """Return a finding for a ``key`` of ``agent`` that OpenCode does not know."""
    if key == "name":
        message = f'`name` of agent "{agent}" makes it fail in OpenCode, which looks for an agent of that name'
        return LEAKING_KEY.at(span, message, f'remove it: "{agent}" is the name')
    help_ = "point the agent at a proxy that has fallbacks, such as LiteLLM, and remove the key"
    if key not in ("failover", "failover_triggers"):
        turned = [known for known in KNOWN if sorted(known) == sorted(key)]
        help_ = f"remove it; {nearest(key, turned or KNOWN)}"
    return LEAKING_KEY.at(span, f'OpenCode does not know `{key}` of agent "{agent}"', help_)


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
        more = f" and {len(shared) - 3} more" if len(shared) > 3 else ""
        names = ", ".join(f'"{name}"' for name in shared[:3])
        message = f"{path} sets agents of this file too, and wins: {names}{more}"
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
