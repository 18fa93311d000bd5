"""A client runs agents on other models than the policy decides, in any budget zone.

## Why is this bad?
The policy and what runs have drifted apart: somebody edited the file, or changed the policy and did not build (seed
002, task 4: one source for every assignment).

## Example (opencode.json, gsdc lint)
{"agent": {"gsd-planner": {"model": "anthropic/claude-sonnet-4-6"}}}
-- gsdc.yaml --
fleets: [gsd]

## Use instead (opencode.json, gsdc lint)
{"agent": {"gsd-planner": {"model": "anthropic/claude-opus-4-6"}}}
-- gsdc.yaml --
fleets: [gsd]
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from gsdc.finding import Finding, Severity
from gsdc.installed.api import INHERIT
from gsdc.rules.installed.api import Context, Known, likewise, says
from gsdc.rules.installed.broken_never_break import broken

if TYPE_CHECKING:
    from gsdc.source.span import Span

ID: Final = "drifted-model"
CODE: Final = "IF003"
SEVERITY: Final = Severity.WARNING


def check(context: Context) -> Iterator[Finding]:
    """Yield one finding for each place that decides such agents; nothing where no gsdc.yaml says what is wanted."""
    if not context.project.configured:
        return
    places: dict[Span, list[tuple[Known, str]]] = {}
    for known in context.known:
        model = known.statement.claim.model
        wanted = _wanted(context, known)
        if broken(context, known) is not None:
            continue  # that says it all
        if model != INHERIT and model not in wanted and (model is None or model in context.policy.models):
            named = " or ".join(f'"{alias}"' for alias in wanted if alias) or "that it waits"
            places.setdefault(known.statement.at, []).append((known, named))
    for at, drifted in places.items():
        known, named = drifted[0]
        notes = (*filter(None, [known.statement.how]), *likewise([other for other, _ in drifted[1:]]))
        message = f"{says(known.statement)}: the policy decides {named}"
        yield Finding(at, CODE, ID, SEVERITY, message, f"{_remedy(known, named)}, or change gsdc.yaml", notes)


def _remedy(known: Known, named: str) -> str:
    """Return what to do: get-shit-done's file is not one that a build writes."""
    if known.client == "gsd" and known.statement.how:
        return f'add "model_overrides": {{"{known.statement.claim.agent}": {named}}}'
    return "build and install the files anew"


def _wanted(context: Context, known: Known) -> dict[str | None, None]:
    """Return the aliases that the policy may give the agent here, the best of its phases in each zone; None to wait."""
    models = context.policy.models
    wanted: dict[str | None, None] = {}
    for answers in context.answers(known).values():
        running = [answer.model for answer in answers if answer.model is not None]
        if running:
            wanted[max(running, key=lambda alias: models[alias].rank)] = None
        if len(running) < len(answers):
            wanted[None] = None
    return wanted
