"""The section "Model Assignment Strategy" of CLAUDE.md and AGENTS.md, as a managed block (seed 002, task 4)."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, assert_never

from gsdc.finding import Diagnostic, Rejected, Severity
from gsdc.models.effort import EFFORTS
from gsdc.ownership.block import Block
from gsdc.policy.decide import decide
from gsdc.policy.model import TIERS, Agent, Decision, Model, Policy, State
from gsdc.policy.profile import Override
from gsdc.policy.requirement import (
    AtLeastEffort,
    AtLeastTier,
    Defer,
    Keep,
    Never,
    NeverBreak,
    OnlyHosts,
    OnlyModel,
    Requirement,
    Review,
)
from gsdc.source import managed_block
from gsdc.source.rendering import render
from gsdc.source.span import Span
from gsdc.source.tree import decode
from gsdc.targets.api import Artifact, Claim, Emission, Request
from gsdc.targets.claude_md import DECLARATION
from gsdc.targets.claude_md.imports import read_once

BLOCK: Final = "model-assignment"
_COLUMNS: Final = 7
_BEFORE_EFFORTS: Final = 6  # columns of a block of gsdc 0.1 and before, without the one of efforts
_ANY_PHASE: Final = "any"
_NONE: Final = "-"
_NUMBER: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{1,17})?(e-[0-9]{1,2})?")

EDITED = Diagnostic(
    "CM002",
    "hand-edited-block",
    Severity.WARNING,
    """Somebody edited the managed block of a Markdown file.

    ## Why is this bad?
    The next build replaces the block: the edit would be lost, and until then the file and the policy disagree (seed
    002, "Task 4").

    ## Example (CLAUDE.md)
    <!-- gsdc:begin model-assignment sha256=0123456789abcdef -->
    Use opus for everything this week.
    <!-- gsdc:end model-assignment -->

    ## Use instead (CLAUDE.md)
    Use opus for everything this week.
    """,
)

UNREADABLE = Diagnostic(
    "CM004",
    "unreadable-assignment",
    Severity.ERROR,
    """A row of the table of assignments was edited into something that says nothing.

    ## Why is this bad?
    A row has seven cells: its effort is a word of the scale or "-", its temperature a number or "-". What a row of
    another form means would be a guess.

    ## Example (CLAUDE.md)
    <!-- gsdc:begin model-assignment sha256=0123456789abcdef -->
    ### Assignments

    | Agent | Role | Phase | Model | Effort | Temperature | Raised by |
    | --- | --- | --- | --- | --- | --- | --- |
    | gsd-planner | planning | any | opus | high | warm | - |
    <!-- gsdc:end model-assignment -->

    ## Use instead (CLAUDE.md)
    <!-- gsdc:begin model-assignment sha256=0123456789abcdef -->
    ### Assignments

    | Agent | Role | Phase | Model | Effort | Temperature | Raised by |
    | --- | --- | --- | --- | --- | --- | --- |
    | gsd-planner | planning | any | opus | high | 0.2 | - |
    <!-- gsdc:end model-assignment -->
    """,
)


def emit(request: Request) -> Emission:
    """Render the section into the user's Markdown files; everything outside the block stays to the byte.

    Raises ``Rejected`` for a block without an end, or a file that is not UTF-8.
    """
    body = _section(request)
    artifacts, findings = [], []
    for path in _paths(request):
        existing = request.tree.read(path)
        text = "" if existing is None else decode(existing, path)
        found = managed_block.find(text, BLOCK, path)
        if found is not None and found.edited:
            help_ = "move what you added out of the block, or into gsdc.yaml"
            findings.append(
                EDITED.at(Span(path, found.line), "the block was edited by hand: a build replaces it", help_)
            )
        artifacts.append(Artifact(path, managed_block.put(text, BLOCK, body, path).encode(), Block(BLOCK)))
    return Emission(tuple(artifacts), tuple(findings))


def read(path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:  # noqa: ARG001 - aliases stand in it
    """Return what the table of assignments in the block says; nothing where there is no block.

    Raises ``Rejected`` for a broken block, and for a row that was edited into something that says nothing.
    """
    found = managed_block.find(decode(content, path), BLOCK, path)
    if found is None:
        return ()
    lines = found.body.splitlines()
    zone = next((line.split("budget zone `")[1].split("`")[0] for line in lines if "budget zone `" in line), None)
    return tuple(_claim(cells, zone, Span(path, found.line + number)) for number, cells in _table(lines))


def expected_claims(request: Request) -> frozenset[Claim]:
    """Return what the table ought to say: each agent, in each phase where its phases differ."""
    return frozenset(
        Claim(
            agent.name_in(DECLARATION.client),
            decision.model,
            None if phase == _ANY_PHASE else phase,
            request.zone,
            decision.temperature,
            decision.effort,
        )
        for agent, phase, decision in _rows(request.policy, request.zone)
    )


def _paths(request: Request) -> list[str]:
    """Return the files to write, one path for each file: AGENTS.md is often a link to CLAUDE.md, or imported by it."""
    tree = request.tree
    paths: list[str] | None = request.options.get("paths")
    if paths is None:
        paths = [path for path in ("CLAUDE.md", "AGENTS.md") if tree.read(path) is not None] or ["CLAUDE.md"]
    return list(read_once(tree, list({tree.locate(path).resolve(): path for path in reversed(paths)}.values())[::-1]))


def _table(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of the table of assignments: the line in the block, from 1, and the cells, unescaped."""
    start = lines.index("### Assignments") + 4 if "### Assignments" in lines else len(lines)
    for number, line in enumerate(lines[start:], start + 1):
        if not line.startswith("|"):
            return
        yield number, _cells(line)


def _cells(line: str) -> list[str]:
    cells, current, escaped = [], "", False
    for character in line[1:]:
        if escaped or character not in "\\|":
            current, escaped = current + character, False
        elif character == "\\":
            escaped = True
        else:
            cells.append(current.strip().replace("&lt;", "<").replace("&gt;", ">"))
            current = ""
    return cells


def _claim(cells: list[str], zone: str | None, span: Span) -> Claim:
    help_ = "build the file anew, and make the change in gsdc.yaml"
    if len(cells) == _BEFORE_EFFORTS:
        cells = [*cells[:4], _NONE, *cells[4:]]
    if len(cells) != _COLUMNS:
        raise Rejected(UNREADABLE.at(span, f"a row of {len(cells)} cells, not {_COLUMNS}", help_))
    agent, _, phase, model, effort, temperature, _ = cells
    if effort not in (_NONE, *EFFORTS):
        raise Rejected(UNREADABLE.at(span, f'"{effort}" is not an effort', f"allowed: {_NONE}, {', '.join(EFFORTS)}"))
    if temperature != _NONE and not _NUMBER.fullmatch(temperature):
        raise Rejected(UNREADABLE.at(span, f'"{temperature}" is not a temperature', help_))
    return Claim(
        agent=agent,
        model=None if model == "defer" else model,
        phase=None if phase == _ANY_PHASE else phase,
        zone=zone,
        temperature=None if temperature == _NONE else float(temperature),
        effort=None if effort == _NONE else effort,
    )


def _rows(policy: Policy, zone: str) -> Iterator[tuple[Agent, str, Decision]]:
    for agent in policy.agents.values():
        answers = {phase: decide(policy, State(agent.name, phase, zone)) for phase in agent.phases or (None,)}
        if len({(answer.model, answer.effort, answer.temperature) for answer in answers.values()}) == 1:
            yield agent, _ANY_PHASE, next(iter(answers.values()))
        else:
            yield from ((agent, str(phase), answer) for phase, answer in answers.items())


def _section(request: Request) -> str:
    policy = request.policy
    whole = _general(policy)
    own_chains = [
        (agent.name_in(DECLARATION.client), ", then ".join(agent.failover))
        for agent in policy.agents.values()
        if agent.failover
    ]
    return render(
        "claude-md/section.md.j2",
        **whole | {"failover": whole["failover"] + own_chains},
        profile=policy.profile,
        workflow=policy.workflow,
        zone=request.zone,
        stage=policy.stage,
        held=[_held(part, whole) for part in policy.parts() if part.agents.keys() <= policy.held.keys()],
        rows=[_row(agent, phase, decision) for agent, phase, decision in _rows(policy, request.zone)],
        always=policy.always,
        hatches=policy.hatches,
        overrides=[
            _override(part, item) for part in policy.parts() for item in part.overrides if item.agent in part.agents
        ],
    )


def _general(policy: Policy) -> dict[str, Any]:
    """Return what holds for every agent that ``policy`` itself decides."""
    return {
        "tiers": [(tier, policy.tiers[tier]) for tier in TIERS],
        "zones": [
            {"name": z.name, "start": f"{z.start:.0%}", "guidance": z.guidance, **z.allows}
            for z in policy.zones.values()
        ],
        "escalation": (policy.escalation.after, policy.escalation.ladder),
        "failover": list(chains(policy)),
        "never": [never(rule) for rule in policy.never_break.values()],
    }


def _held(part: Policy, whole: dict[str, Any]) -> dict[str, Any]:
    """Return the profile and agents of a stage's rest, and what of the general part is otherwise for them."""
    otherwise = {key: value if value != whole[key] else None for key, value in _general(part).items()}
    agents = [agent.name_in(DECLARATION.client) for agent in part.agents.values()]
    return {"profile": part.profile, "agents": agents, **otherwise}


def _row(agent: Agent, phase: str, decision: Decision) -> dict[str, Any]:
    return {
        "agent": agent.name_in(DECLARATION.client),
        "role": agent.roles[0],
        "phase": phase,
        "model": decision.model or "defer",
        "effort": decision.effort or _NONE,
        "temperature": _NONE if decision.temperature is None else repr(float(decision.temperature)),
        "raised": ", ".join(f"{name}: {token}" for name, token in agent.raises.items()) or _NONE,
    }


def chains(policy: Policy) -> Iterator[tuple[str, str]]:
    """Yield each failover chain in words: what it is for, and where work goes."""
    failover = policy.failover
    for role, chain in failover.roles.items():
        yield f"role {role}", "defer" if chain.defer else ", then ".join(chain.models)
    for name, chain in (*failover.models.items(), *failover.tiers.items()):
        yield name, ", then ".join(chain.models)


def _override(policy: Policy, item: Override) -> str:
    where = f" in {', '.join(item.phases)}" if item.phases else ""
    zones = f" in zone {', '.join(item.zones)}" if item.zones else ""
    until = f" until {item.until}" if item.until else ""
    name, effort = policy.agents[item.agent].name_in(DECLARATION.client), f" at {item.effort}" if item.effort else ""
    return f"{name} on {item.model}{effort}{where}{zones}{until}: {item.reason}"


def never(rule: NeverBreak) -> str:
    """Return a never-break rule as a sentence, with its reason."""
    who = " and ".join(f"{key} {' or '.join(values)}" for key, values in rule.when.items())
    where = f" on {' or '.join(rule.hosts)}" if rule.hosts else ""
    return f"{who[0].upper()}{who[1:]}: {_required(rule.requirement)}{where}. {rule.why}."


def _required(requirement: Requirement) -> str:
    match requirement:
        case OnlyHosts():
            return "only"
        case OnlyModel(name):
            return f"only on {name}"
        case AtLeastTier(tier):
            return f"never below {tier}"
        case AtLeastEffort(effort):
            return f"never below effort {effort}"
        case Never(tokens):
            return f"never on {' or '.join(tokens)}"
        case Keep():
            return "deferred, never downgraded"
        case Defer():
            return "never done by an agent: a person does it"
        case Review(reviewer):
            return f"a later task of {reviewer} reviews it"
        case other:
            assert_never(other)
