"""The input of an import: the agents that clients have in a folder, their settings, and providers."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from gsdc.finding import Finding, Severity
from gsdc.policy.model import Policy
from gsdc.source.tree import OUTSIDE, Tree
from gsdc.targets.api import Description, Descriptions, Statement
from gsdc.targets.declaration import Declaration
from gsdc.targets.modules import describer, viewer
from gsdc.targets.registry import readable_targets

_GREEN: Final = (None, "green")


class AgentSource(NamedTuple):
    """The settings of one client: ``agents`` are the names that it knows.

    ``statements`` are those of budget zone green, ``elsewhere`` those of other zones.
    """

    target: Declaration
    files: tuple[str, ...]
    agents: tuple[str, ...]
    statements: tuple[Statement, ...]
    elsewhere: tuple[Statement, ...]

    @property
    def client(self) -> str:
        """The client whose agent names are used."""
        return self.target.client


class Inventory(NamedTuple):
    """Everything found. ``words`` are keyed by client and name; ``broken`` lists unreadable parts as text.

    ``unread`` are the findings for links out of the project.
    """

    sources: tuple[AgentSource, ...]
    words: dict[tuple[str, str], Description]
    providers: dict[str, Any]
    broken: tuple[str, ...]
    unread: tuple[Finding, ...]

    @property
    def written(self) -> Iterator[tuple[str, str]]:
        """The models that statements name, each with its client: catalog aliases, or ids unchanged."""
        for source in self.sources:
            for claim, *_ in source.statements:
                if claim.model is not None:
                    yield source.client, claim.model


def find(tree: Tree, policy: Policy) -> Inventory:
    """Return the settings in the clients' files in ``tree``; ``policy`` provides the catalog."""
    sources: list[AgentSource] = []
    broken: list[str] = []
    words: dict[tuple[str, str], Description] = {}
    providers: dict[str, Any] = {}
    unread: dict[Finding, None] = {}
    for target in sorted(readable_targets(tree.root), key=_order):
        view = viewer(target).view(tree, policy).judgeable()
        unread |= dict.fromkeys(each for each in view.findings if each.code == OUTSIDE.code)
        module = describer(target)
        described = module.describe(tree) if module else Descriptions({})
        words |= {(target.client, name): each for name, each in described.agents.items()}
        providers |= described.providers
        broken += [f"{each.span}: {each.message}" for each in view.findings if each.severity is Severity.ERROR]
        stated = (*(each.claim.agent for each in view.statements), *described.unstated)
        green = tuple(each for each in view.statements if each.claim.zone in _GREEN)
        others = tuple(each for each in view.statements if each.claim.zone not in _GREEN)
        sources.append(AgentSource(target, view.files, tuple(dict.fromkeys(stated)), green, others))
    return Inventory(tuple(sources), words, providers, tuple(dict.fromkeys(broken)), tuple(unread))


def _order(target: Declaration) -> tuple[bool, bool, bool]:
    """Return the sort key of a client: the precedence of its agent names.

    First come clients that use the fleet's own names, then those that define agents: for models of one provider, then
    of any. Clients that only start agents of others come last.
    """
    return not target.uses_fleet_names, target.passes_model_with_call, target.ids_name_provider
