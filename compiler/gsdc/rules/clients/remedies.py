"""Remedies for what runs on a wrong model: in words, and where one key decides, as an edit of the client's file."""

from typing import NamedTuple

from gsdc.finding import Finding, Fix
from gsdc.models.id_spaces import ID_SPACES
from gsdc.rules.clients.api import ClientContext
from gsdc.targets.api import Statement
from gsdc.targets.declaration import Declaration
from gsdc.targets.fixes import write
from gsdc.targets.modules import remedy


class Remedy(NamedTuple):
    """What a person is told to do, and the same for a program where it can do it."""

    help: str
    fix: Fix | None = None

    def on(self, finding: Finding, more: str = "") -> Finding:
        """Return ``finding`` with this remedy; ``more`` says what else would do."""
        return finding._replace(help=f"{self.help}{more}", fix=self.fix)


def remedy_for(context: ClientContext, target: Declaration, statement: Statement, alias: str) -> Remedy:
    """Return how the client is made to run the agent on ``alias``, in the client's own words and place."""
    model, ids = context.policy.models.get(alias), statement.ids or target.ids
    id_ = model.id_in(ids) if model else None
    if model is not None and id_ is None and ids in ID_SPACES:
        return Remedy(f'{target.label} cannot use "{alias}": leave "{statement.claim.agent}" to a client that can')
    written = id_ or alias
    if statement.remedy:
        return Remedy(f'{statement.remedy}: "{statement.claim.agent}" has to run on "{written}"')
    fix = None if model is None else _fix(context, statement, written)
    return Remedy(remedy(target, statement, written), fix)


def _fix(context: ClientContext, statement: Statement, model: str) -> Fix | None:
    """Return the edit that writes ``model``, None where it is not one key of the file of the finding that decides."""
    place = statement.writable
    if place is None or place.path != statement.at.path:
        return None
    return write(context.document(place.path), {place.key: model})
