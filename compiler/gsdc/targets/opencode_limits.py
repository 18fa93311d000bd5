"""What OpenCode cannot express of a policy, and what silently overrides the file that gsdc compiles."""

from collections.abc import Iterator, Mapping

from gsdc.finding import Diagnostic, Finding, Severity
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
    The agent gets the best of its models in every phase: it may cost more than the policy says, never be weaker.
    """,
)
AGENT_FILE_WINS = Diagnostic(
    "OC005",
    "agent-file-overrides",
    Severity.WARNING,
    """A file under .opencode/ sets the model of an agent that opencode.json also sets.

    ## Why is this bad?
    The Markdown file wins, silently: the compiled model is not the one that runs.
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


def inexpressible(policy: Policy, zone: str, path: str) -> Iterator[Finding]:
    """Yield a note for the failover chains of the policy, and one for the agents whose phases differ."""
    span = Span(path, 0, 0)
    failover = policy.failover
    chains = (*failover.roles.values(), *failover.models.values(), *failover.tiers.values())
    if any(chain.models for chain in chains) or any(agent.failover for agent in policy.agents.values()):
        help_ = "point the agents at a proxy that has fallbacks, such as LiteLLM"
        yield NO_FAILOVER.at(span, "OpenCode has no failover: the policy's chains are not in this file", help_)
    mixed = [
        f'"{agent.name}"'
        for agent in policy.agents.values()
        if len({decide(policy, State(agent.name, phase, zone)).model for phase in agent.phases}) > 1
    ]
    if mixed:
        message = f"OpenCode knows no phases: {', '.join(mixed)} get the best of their models in all of them"
        yield PHASES_MERGED.at(span, message, "give them one model, or name an agent for each phase")


def agent_files(tree: Tree, wanted: Mapping[str, str]) -> Iterator[Finding]:
    """Yield a finding for each agent whose own Markdown file sets another model than ``wanted`` (name to model id).

    An agent is named by its path below ``.opencode/agent/`` or ``.opencode/agents/`` (measured on OpenCode 1.18).
    """
    for folder in (".opencode/agent/", ".opencode/agents/"):
        for path in tree.glob(f"{folder}**/*.md"):
            name = path.removeprefix(folder).removesuffix(".md")
            if name not in wanted:
                continue
            text = decode(tree.read(path) or b"", path)
            found = _frontmatter_model(text)
            if found is not None and found[0] != wanted[name]:
                help_ = f"remove its `model:`, or write {wanted[name]}"
                message = f'"{found[0]}" in this file overrides what opencode.json says of agent "{name}"'
                yield AGENT_FILE_WINS.at(span_at(path, text, found[1]), message, help_)


def _frontmatter_model(text: str) -> tuple[str, int] | None:
    """Return the ``model:`` of a Markdown agent's frontmatter and the offset of its line."""
    first, *lines = text.split("\n")
    if first.lstrip("\ufeff").rstrip() != "---":
        return None
    offset = len(first) + 1
    for line in lines:
        if line.rstrip() == "---":
            return None
        if line.startswith("model:"):
            value = line.removeprefix("model:").partition(" #")[0].strip().strip("\"'")
            return (value, offset) if value else None
        offset += len(line) + 1
    return None


def legacy_modes(document: Jsonc, names: Mapping[str, object]) -> Iterator[Finding]:
    """Yield a finding for each agent of ``names`` that the file's deprecated ``mode`` block decides."""
    for name in names:
        for key in ("model", "temperature", "disable"):
            if document.node(("mode", name, key)) is not None:
                message = f'`{key}` of "{name}" in the deprecated `mode` block overrides its `agent` entry'
                span = document.span(("mode", name, key), key=True)
                yield LEGACY_MODE.at(span, message, f"move `mode.{name}` into `agent.{name}`")
