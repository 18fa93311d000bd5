"""Findings: parts of a policy that OpenCode cannot express, and keys that it does not know."""

from collections.abc import Collection, Iterator, Mapping

from gsdc.finding import Diagnostic, Finding, Severity, nearest
from gsdc.policy.breach import holds
from gsdc.policy.constraints import applies
from gsdc.policy.model import Decision, Policy, State
from gsdc.source.jsonc import Jsonc
from gsdc.source.span import Span
from gsdc.targets.decided import decide
from gsdc.targets.opencode.files import KNOWN, entries

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
    targets: {opencode: {create: true}}

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

    The agent gets the best of its models in every phase. Where the best is weaker than what a deferred phase needs,
    the whole agent is deferred: it is disabled.

    ## Why is this bad?
    OpenCode has one model for an agent (measured on OpenCode 1.18): it may cost more than the policy says, never be
    weaker.

    ## Example (gsdc.yaml)
    fleets: [leo]
    targets: {opencode: {create: true}}
    profile: team
    profiles:
      team: {extends: balanced, roles: {docs: {model: standard, phases: {LEAD: light}}, validation: standard}}

    ## Use instead (gsdc.yaml)
    fleets: [leo]
    targets: {opencode: {create: true}}
    profile: team
    profiles:
      team: {extends: balanced, roles: {docs: light, validation: standard}}
    """,
)
PHASE_RULE = Diagnostic(
    "OC018",
    "phase-rule-not-expressible",
    Severity.ERROR,
    """A never-break rule demands a model in one phase, and the agent gets another one in all of them.

    ## Why is this bad?
    OpenCode knows no phases (measured on OpenCode 1.18), so an agent gets the best of its models in every phase. A rule
    that demands a certain model or provider is not fulfilled by a better one.

    ## Example (gsdc.yaml)
    profile: team
    fleets: [leo]
    targets: {opencode: {create: true}}
    profiles:
      team:
        extends: balanced
        agents: {STORIES: {model: sonnet, phases: {PLAN: opus}}}
        never-break:
          stories-on-sonnet: {when: {agent: [STORIES], phase: [LEAD]}, require: {never: [heavy]}, why: Budget}
        failover: {roles: {analysis: defer}}
        escalation: {ladder: [light, standard, human]}

    ## Use instead (gsdc.yaml)
    profile: team
    fleets: [leo]
    targets: {overrides: true}
    profiles:
      team:
        extends: balanced
        agents: {STORIES: {model: sonnet, phases: {PLAN: opus}}}
        never-break:
          stories-on-sonnet: {when: {agent: [STORIES], phase: [LEAD]}, require: {never: [heavy]}, why: Budget}
        failover: {roles: {analysis: defer}}
        escalation: {ladder: [light, standard, human]}
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


def broken_in_a_phase(policy: Policy, zone: str, path: str, chosen: Mapping[str, str]) -> Iterator[Finding]:
    """Yield an error for each agent whose one model breaks a never-break rule in a phase that is decided otherwise.

    ``chosen`` are the aliases of those that run, by the agents' names in the policy.
    """
    for name, alias in chosen.items():
        agent = policy.agents[name]
        for phase in agent.phases:
            state = State(name, phase, zone)
            for rule in policy.of(name).never_break.values():
                if not applies(rule, agent, state) or holds(policy, rule, state, Decision(alias, None, "", ())):
                    continue
                if holds(policy, rule, state, decide(policy, state)):
                    message = f'"{name}" runs on "{alias}" in every phase, which breaks "{rule.name}" in {phase}'
                    help_ = "give it one model that the rule allows, or name an agent for each phase"
                    yield PHASE_RULE.at(Span(path, 0, 0), message, help_)
                    break


def without_failover(policy: Policy, path: str) -> Iterator[Finding]:
    """Yield a note where the policy has failover chains."""
    span = Span(path, 0, 0)
    failovers = [part.failover for part in policy.parts()]
    chains = [chain for f in failovers for chain in (*f.roles.values(), *f.models.values(), *f.tiers.values())]
    if any(chain.models for chain in chains) or any(agent.failover for agent in policy.agents.values()):
        help_ = "point the agents at a proxy that has fallbacks, such as LiteLLM, or add the target oh-my-openagent"
        yield NO_FAILOVER.at(span, "OpenCode has no failover: the policy's chains are not in this file", help_)


def inexpressible(policy: Policy, zone: str, path: str, waiting: Collection[str]) -> Iterator[Finding]:
    """Yield a note for the agents whose phases differ; ``waiting`` are those that the compiled file holds back."""
    span = Span(path, 0, 0)
    mixed = [
        agent.name
        for agent in policy.agents.values()
        if len({decide(policy, State(agent.name, phase, zone)).model for phase in agent.phases}) > 1
    ]
    parts = []
    if running := [f'"{name}"' for name in mixed if name not in waiting]:
        parts.append(f"{', '.join(running)} get their best model in all phases")
    if held := [f'"{name}"' for name in mixed if name in waiting]:
        parts.append(f"{', '.join(held)} are deferred in all phases, since one phase is")
    if parts:
        help_ = "give them one model, or name an agent for each phase"
        yield PHASES_MERGED.at(span, f"OpenCode has no phases: {'; '.join(parts)}", help_)


def leaking_keys(document: Jsonc) -> Iterator[Finding]:
    """Yield a finding for each key of an agent, the policy's or not, that OpenCode sends as a request option."""
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
