"""The two skills and the template of a plan, with all numbers from the policy."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from gsdc.finding import Diagnostic, Severity
from gsdc.ownership.registry import FILE
from gsdc.policy.model import Model, Policy, State
from gsdc.source.rendering import render
from gsdc.source.span import Span
from gsdc.targets.api import Artifact, Claim, Emission, Request
from gsdc.targets.decided import decide
from gsdc.targets.documents.facts import facts
from gsdc.targets.gsd import DECLARATION as GSD
from gsdc.targets.gsd_workflow import EXECUTION, PLANNING
from gsdc.targets.gsd_workflow.skills import folder_of
from gsdc.targets.plans.emit import annotate

UNNAMED = Diagnostic(
    "GW001",
    "unread-skills",
    Severity.WARNING,
    """The skills for get-shit-done's agents are written, but no file tells the agents to read them.

    ## Why is this bad?
    get-shit-done puts a skill into a prompt where `agent_skills` in `.planning/config.json` names it. The target `gsd`
    writes that file. A skill that is not listed there is never read.

    ## Example (gsdc.yaml)
    fleets: [gsd]
    targets: {gsd-workflow: true}

    ## Use instead (gsdc.yaml)
    fleets: [gsd]
    targets: {gsd: true, gsd-workflow: true}
    """,
)

_TEMPLATE: Final = f"{PLANNING}/plan-template.md"
_FILES: Final = (f"{PLANNING}/SKILL.md", _TEMPLATE, f"{EXECUTION}/SKILL.md")
_PLAN: Final = ".planning/phases/01-name/01-01-PLAN.md"  # the plan that the template is annotated as
_WORK: Final = ("implementation", "orchestration")


def emit(request: Request) -> Emission:
    """Write the skills; the target gsd names them in the configuration."""
    folder = folder_of(request.options)
    values = facts(request.policy, request.zone)
    values["scores"] = list(_scores(request.policy, request.zone))
    texts = {path: render(f"gsd-workflow/{path}.j2", **values) for path in _FILES}
    texts[_TEMPLATE], _ = annotate(texts[_TEMPLATE], request.policy, request.zone, _PLAN)
    artifacts = [Artifact(f"{folder}/{path}", text.encode(), FILE) for path, text in texts.items()]
    unnamed = GSD.name not in request.others
    help_ = f"add the target: `{GSD.name}: true` under `targets`"
    findings = (UNNAMED.at(Span(f"{folder}/{_FILES[0]}", 0, 0), "no file tells the agents to read the skills", help_),)
    return Emission(tuple(artifacts), findings if unnamed else ())


def _scores(policy: Policy, zone: str) -> Iterator[tuple[str, str]]:
    """Yield the model of each range of complexity, for the first agent that implements."""
    agent = next((each for role in _WORK for each in policy.agents.values() if each.role == role), None)
    if agent is None:
        return
    phase = next(iter(agent.phases), None)
    models = ((score, decide(policy, State(agent.name, phase, zone, complexity=score)).model) for score in range(1, 11))
    for model, group in groupby(models, key=lambda pair: pair[1]):
        scores = [score for score, _ in group]
        yield f"{scores[0]} to {scores[-1]}" if scores[1:] else str(scores[0]), model or "deferred"


def read_back(path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:  # noqa: ARG001
    """Return nothing: skills are read by agents, and say what `gsdc annotate` writes."""
    return ()


def expected_claims(request: Request) -> frozenset[Claim]:  # noqa: ARG001
    """Return nothing, see ``read_back``."""
    return frozenset()
