"""A client runs agents at another effort than the policy decides, in the zone of the last apply, else in any zone.

## Why is this bad?
The policy and what runs have drifted apart: somebody edited the file, or changed the policy and did not build. How hard
a model thinks decides what its work costs, and how good it is, as the model itself does (seed 002, task 4: one source
for every assignment).

## Example (opencode.json, gsdc lint)
{"agent": {"gsd-planner": {"model": "anthropic/claude-opus-5-5", "variant": "low"}}}
-- gsdc.yaml --
fleets: [gsd]

## Use instead (opencode.json, gsdc lint)
{"agent": {"gsd-planner": {"model": "anthropic/claude-opus-5-5", "variant": "high"}}}
-- gsdc.yaml --
fleets: [gsd]
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from gsdc.finding import Finding, Severity
from gsdc.models.effort import RANK
from gsdc.rules.clients.api import ClientContext, KnownStatement, likewise
from gsdc.rules.clients.broken_never_break import broken
from gsdc.rules.clients.drifted_model import APPLY
from gsdc.targets.api import INHERIT
from gsdc.targets.efforts import written_effort
from gsdc.targets.versions import version_in_use

if TYPE_CHECKING:
    from gsdc.source.span import Span

ID: Final = "drifted-effort"
CODE: Final = "IF020"
SEVERITY: Final = Severity.WARNING


def check(context: ClientContext) -> Iterator[Finding]:
    """Yield one finding for each place that decides such agents; nothing where no gsdc.yaml says what is wanted.

    An agent on another model than the policy decides is left to ``drifted_model``. One without an effort counts where
    the client's files give others one: files that say nothing of efforts leave them to the models.
    """
    if not context.project.configured:
        return
    telling = {known.target.name for known in context.known if known.statement.effort_at is not None}
    places: dict[tuple[Span, str], list[tuple[KnownStatement, list[str | None]]]] = {}
    for known in context.known:
        claim = known.statement.claim
        if known.target.name not in telling or claim.model in (None, INHERIT) or broken(context, known):
            continue
        wanted = _wanted(context, known)
        if wanted and claim.effort not in wanted:
            at = known.statement.effort_at or known.statement.at
            places.setdefault((at, claim.effort or ""), []).append((known, wanted))
    for (at, effort), drifted in places.items():
        known, wanted = drifted[0]
        said = f'works at effort "{effort}"' if effort else "has no effort of its own"
        named = " or ".join(f'"{one}"' if one else "the model's default" for one in wanted)
        message = f'"{known.statement.claim.agent}" {said}: the policy decides {named}'
        help_ = APPLY if context.writes(known.target) else f"write {named}"
        notes = likewise([other for other, _ in drifted[1:]])
        yield Finding(at, CODE, ID, SEVERITY, message, f"{help_}, or change gsdc.yaml", notes)


def _wanted(context: ClientContext, known: KnownStatement) -> list[str | None]:
    """Return the efforts that the policy may decide for the agent on its model here, as the client writes them.

    Of the phases that the client does not tell apart it is that of the best, in each zone. Nothing where the policy
    leaves the effort open, or decides another model.
    """
    models, target = context.policy.models, known.target
    version = version_in_use(context.policy, target).number if target.program else ""
    running = context.recognise(known.target, str(known.statement.claim.model)).model
    wanted: dict[str | None, None] = {}
    for answers in context.answers(known).values():
        found = [(models[each.model], each.effort) for each in answers if each.model is not None]
        if not found:
            continue
        best, effort = max(found, key=lambda one: (one[0].rank, RANK.get(one[1] or "", -1)))
        if running is None or best.alias != running.alias:
            continue
        if effort is None:
            return []
        wanted[written_effort(target.ids, best, effort, version)] = None
    return list(wanted)
