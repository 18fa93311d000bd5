"""What a rule on installed files may look at: what every client makes of its files, beside the policy."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

from gsdc.finding import Finding, Rejected, some
from gsdc.policy.model import ZONES, Agent, Decision, Model, Policy, State
from gsdc.policy.project import Project
from gsdc.policy.recognition import Recognition, recognise, stand_in
from gsdc.policy.sources import shipped_names
from gsdc.rules.policy.named import Named
from gsdc.source.key_document import KeyDocument
from gsdc.source.tree import Tree, decode
from gsdc.targets.api import INHERIT, Statement, View
from gsdc.targets.decided import decide
from gsdc.targets.declaration import Declaration
from gsdc.targets.fixes import key_document


class ClientRule(Named, Protocol):
    """A rule on installed files."""

    def check(self, context: "ClientContext") -> Iterator[Finding]:
        """Yield what is wrong with the installed files."""


class Reading(NamedTuple):
    """What one client makes of its files."""

    target: Declaration
    view: View


class KnownStatement(NamedTuple):
    """A statement about an agent of the policy.

    ``phases`` are those that it speaks about: its own, or those of the agent of which the same file says nothing else;
    None is work in no phase.
    """

    target: Declaration
    statement: Statement
    agent: Agent
    phases: tuple[str | None, ...]


@dataclass(frozen=True)
class ClientContext:
    """The policy, where it comes from, and what every client makes of its files in ``tree``.

    In a folder without a gsdc.yaml of its own, policy and project are those of the folder that it belongs to. ``zone``
    is the budget zone whose decisions count, None where those of every zone do.
    """

    policy: Policy
    project: Project
    tree: Tree
    readings: tuple[Reading, ...]
    zone: str | None = None

    @property
    def statements(self) -> Iterator[tuple[Declaration, Statement]]:
        """Every statement about an agent, each with the target that read it."""
        return ((target, statement) for target, view in self.readings for statement in view.statements)

    @cached_property
    def known(self) -> tuple[KnownStatement, ...]:
        """The statements about agents of the policy, in the order of the files."""
        return tuple(known for target, view in self.readings for known in self._known(target, view.statements))

    @cached_property
    def invoked(self) -> tuple[KnownStatement, ...]:
        """What starts agents of the policy on other models than their own."""
        return tuple(known for target, view in self.readings for known in self._known(target, view.invocations))

    def _known(self, target: Declaration, statements: Sequence[Statement]) -> Iterator[KnownStatement]:
        agents = {agent.name_in(target.client): agent for agent in self.policy.agents.values()}
        said: dict[tuple[str, str, str | None], set[str | None]] = {}
        for claim, at, *_ in statements:
            said.setdefault((at.path, claim.agent, claim.zone), set()).add(claim.phase)
        for statement in statements:
            claim = statement.claim
            if claim.agent in agents:
                agent = agents[claim.agent]
                others = said[statement.at.path, claim.agent, claim.zone]
                rest = tuple(phase for phase in agent.phases if phase not in others)
                phases = rest or (None,) if claim.phase is None else (claim.phase,)
                yield KnownStatement(target, statement, agent, phases)

    @cached_property
    def strangers(self) -> tuple[tuple[Declaration, Statement], ...]:
        """The statements about agents that the policy does not have, each with the target that read it."""
        return self._strangers(self.known, [(target, view.statements) for target, view in self.readings])

    @cached_property
    def strangers_invoked(self) -> tuple[tuple[Declaration, Statement], ...]:
        """What starts agents that the policy does not have, each with the target that read it."""
        return self._strangers(self.invoked, [(target, view.invocations) for target, view in self.readings])

    def _strangers(
        self, known: Sequence[KnownStatement], statements: Iterable[tuple[Declaration, Sequence[Statement]]]
    ) -> tuple[tuple[Declaration, Statement], ...]:
        names = {(item.target.client, item.statement.claim.agent) for item in known}
        return tuple(
            (target, statement)
            for target, stated in statements
            for statement in stated
            if (target.client, statement.claim.agent) not in names
        )

    def description(self, client: str, agent: str) -> str:
        """Return how a client's files describe an agent, "" where they do not."""
        described = (view.descriptions.get(agent, "") for target, view in self.readings if target.client == client)
        return next(filter(None, described), "")

    @cached_property
    def shipped_security(self) -> tuple[tuple[str, str, Mapping[str, str]], ...]:
        """The security agents of all shipped fleets: fleet, name, and names per client."""
        fleets = (
            (name, self.project.sources.shipped(f"fleets/{name}.yaml", "fleet")) for name in shipped_names("fleets")
        )
        return tuple(
            (fleet, agent, value.get("names", {}))
            for fleet, body in fleets
            for agent, value in body.data["agents"].items()
            if value["role"] == "security"
        )

    def recognise(self, target: Declaration, model: str) -> Recognition:
        """Return what a model that a client names is, and which of the catalog's it is a release of."""
        return self._judged(target.ids, model)[0]

    def stand_in(self, target: Declaration, model: str) -> Model:
        """Return the model that rules judge where a client names ``model``; a light one where that is unknown."""
        return self._judged(target.ids, model)[1]

    def _judged(self, ids: str, model: str) -> tuple[Recognition, Model]:
        """Files name the same few models again and again: each is looked at once."""
        key = (ids, model)
        if key not in self._models:
            asked = (self.policy.models, ids, model)
            self._models[key] = (recognise(*asked), stand_in(*asked))
        return self._models[key]

    @cached_property
    def _models(self) -> dict[tuple[str, str], tuple[Recognition, Model]]:
        return {}

    def writes(self, target: Declaration) -> bool:
        """Tell whether an apply writes the files of a target: those below the folder of its gsdc.yaml it does not."""
        return target.name in self._in_use and self.tree.root == self.project.tree.root

    @cached_property
    def _in_use(self) -> Collection[str]:
        return self.project.targets()

    def document(self, path: str) -> KeyDocument | None:
        """Return a client's file for its keys to be edited, None where it cannot be."""
        if path not in self._documents:
            self._documents[path] = self._opened(path)
        return self._documents[path]

    def _opened(self, path: str) -> KeyDocument | None:
        try:
            return key_document(path, decode(self.tree.read(path) or b"", path))
        except Rejected:
            return None

    @cached_property
    def _documents(self) -> dict[str, KeyDocument | None]:
        return {}

    def answers(self, known: KnownStatement) -> dict[str, tuple[Decision, ...]]:
        """Return what the policy decides of the agent in the phases that the statement speaks about, for each zone."""
        zone = self.zone if known.statement.claim.zone is None else known.statement.claim.zone
        return {
            name: tuple(decide(self.policy, State(known.agent.name, phase, name)) for phase in known.phases)
            for name in ([zone] if zone in ZONES else ZONES)
        }


def says(statement: Statement) -> str:
    """Return in words what a client makes of an agent."""
    claim = statement.claim
    phase = f" in {claim.phase}" if claim.phase else ""
    zone = f" in zone {claim.zone}" if claim.zone else ""
    if claim.model is None:
        return f'"{claim.agent}" is deferred{phase}{zone}'
    if claim.model == INHERIT:
        return f'"{claim.agent}" has no model of its own{phase}{zone}'
    return f'"{claim.agent}" runs on "{claim.model}"{phase}{zone}'


def likewise(others: Sequence[KnownStatement]) -> tuple[str, ...]:
    """Return the note that names the agents for which the same is found at the same place."""
    if not others:
        return ()
    return (f"the same holds for {some([known.agent.name for known in others])}",)
