"""A client runs agents on other models than the policy decides, in the zone of the last apply, else in any zone.

## Why is this bad?
The policy and what runs have drifted apart: somebody edited the file, or changed the policy and did not build (seed
002, task 4: one source for every assignment).

## Example (opencode.json, gsdc lint)
{"agent": {"gsd-planner": {"model": "anthropic/claude-sonnet-5-5"}}}
-- gsdc.yaml --
fleets: [gsd]

## Use instead (opencode.json, gsdc lint)
{"agent": {"gsd-planner": {"model": "anthropic/claude-opus-5-5"}}}
-- gsdc.yaml --
fleets: [gsd]
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from gsdc.finding import Finding, Severity
from gsdc.rules.clients.api import ClientContext, KnownStatement, likewise, says
from gsdc.rules.clients.broken_never_break import broken
from gsdc.rules.clients.remedies import Remedy, remedy_for
from gsdc.targets.api import INHERIT
from gsdc.targets.choice import choose
from gsdc.targets.declaration import WAITING, Declaration

if TYPE_CHECKING:
    from gsdc.source.span import Span

ID: Final = "drifted-model"
CODE: Final = "IF003"
SEVERITY: Final = Severity.WARNING
APPLY: Final = "run `gsdc apply`"


def check(context: ClientContext) -> Iterator[Finding]:
    """Yield one finding for each place that decides such agents; nothing where no gsdc.yaml says what is wanted."""
    if not context.project.configured:
        return
    places: dict[Span, list[tuple[KnownStatement, list[str]]]] = {}
    for known in context.known:
        model = known.statement.claim.model
        if model == INHERIT or broken(context, known):
            continue  # there is worse to say of it
        running = None if model is None else context.recognise(known.target, model).model
        if model is not None and running is None:
            continue  # nothing is known of what runs
        wanted = wanted_of(context, known)
        if not any(alias is None or can_ask(context, known.target, alias) for alias in wanted):
            continue  # the client cannot ask for any of them: the compiler says so
        # Another release or host of what is wanted is no other model: how old it may be is older_model's to say.
        if (running and running.alias) not in wanted:
            places.setdefault(known.statement.at, []).append((known, [alias for alias in wanted if alias]))
    for at, drifted in places.items():
        known, aliases = drifted[0]
        notes = (*filter(None, [known.statement.how]), *likewise([other for other, _ in drifted[1:]]))
        named = " or ".join(f'"{alias}"' for alias in aliases) or "that it is deferred"
        message = f"{says(known.statement)}: the policy decides {named}"
        remedy = Remedy(APPLY)
        if aliases and not context.writes(known.target):
            remedy = remedy_for(context, known.target, known.statement, aliases[0])
        yield remedy.on(Finding(at, CODE, ID, SEVERITY, message, notes=notes), ", or change gsdc.yaml")


def can_ask(context: ClientContext, target: Declaration, alias: str) -> bool:
    """Tell whether a client has an id of its own for a model; a target without ids names aliases of the catalog."""
    return not target.ids or context.policy.models[alias].id_in(target.ids) is not None


def wanted_of(context: ClientContext, known: KnownStatement) -> dict[str | None, None]:
    """Return the aliases that the policy may give the agent here, the best of its phases in each zone; None to wait."""
    models = context.policy.models
    wanted: dict[str | None, None] = {}
    for answers in context.answers(known).values():
        running = [answer.model for answer in answers if answer.model is not None]
        if running:
            wanted[max(running, key=lambda alias: models[alias].rank)] = None
        if len(running) < len(answers):
            wanted[None] = None
    if context.zone and not any(wanted) and WAITING in known.target.lacks:  # it keeps the model of zone green
        wanted[choose(context.policy, known.agent, context.zone).model.alias] = None
    return wanted
