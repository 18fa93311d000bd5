"""The interface of a target: it renders a policy, and it reads the effective configuration of its client.

A target renders a policy and reads its own output back. A client reads more: several files that override each other,
and its own defaults for missing values. A view is the resulting configuration, as the client would report it.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final, NamedTuple, Protocol

from gsdc.finding import Finding
from gsdc.ownership.api import Ownership
from gsdc.policy.model import Model, Policy
from gsdc.policy.ref import NOTHING
from gsdc.policy.sources import Sources
from gsdc.source.key_document import Key
from gsdc.source.span import Span
from gsdc.source.tree import OUTSIDE, Tree

INHERIT: Final = "inherit"


class Claim(NamedTuple):
    """What a file says: this agent (in this phase, in this zone) runs on this model, or is deferred.

    ``agent`` is the name in the client's own words; ``model`` is an alias of the catalog where the client's id is
    known there, else the id as it stands; ``phase`` and ``zone`` are None where the format does not tell them apart.
    ``effort`` is in the words of the policy, None where the file says none.
    """

    agent: str
    model: str | None
    phase: str | None = None
    zone: str | None = None
    temperature: float | None = None
    effort: str | None = None


class Artifact(NamedTuple):
    """One emitted file.

    ``path`` is its install path, relative to the project; ``ownership`` says what of it is gsdc's.
    """

    path: str
    content: bytes
    ownership: Ownership


class Request(NamedTuple):
    """What is asked of a target: the policy, the budget zone, the user's files and the target's own options.

    ``others`` are the options of all targets of the project, by their names.
    """

    policy: Policy
    zone: str
    tree: Tree
    options: Mapping[str, Any] = NOTHING
    others: Mapping[str, Mapping[str, Any]] = NOTHING


class Emission(NamedTuple):
    """What a target answers: its artifacts, and what it has to say about them."""

    artifacts: tuple[Artifact, ...]
    findings: tuple[Finding, ...] = ()


def aliases(models: Iterable[Model], client: str) -> dict[str, str]:
    """Return the alias of each of the client's ids: the first, where two models of the catalog share one."""
    found: dict[str, str] = {}
    for model in models:
        if (id_ := model.id_in(client)) is not None:
            found.setdefault(id_, model.alias)
    return found


def alias_for(id_: str, models: Iterable[Model], client: str) -> str:
    """Return the alias of one of the client's ids, or the id where no model of the catalog has it."""
    return next((model.alias for model in models if model.id_in(client) == id_), id_)


class KeyPlace(NamedTuple):
    """A key of a file: where a model is written for an agent to run on it."""

    path: str
    key: Key


class Statement(NamedTuple):
    """What a client makes of its files about one agent.

    ``claim.agent`` is the name in the client's own words; ``claim.model`` is an alias of the catalog where the client's
    id is known there, else the id as it stands; None where the agent is disabled or deferred; INHERIT where it runs on
    the caller's model it. ``at`` is where that is written: the model's value, or what decides it in its place.
    ``how`` says in words how the client comes to it, "" where the file plainly says so. ``remedy`` says what to do at
    ``at`` so that the agent gets another model, "" where writing the model does it. ``ids`` names the words in which
    models are written there, "" for the client's own. ``effort_at`` is
    where the effort is decided, None where no file says one. ``writable`` is the key under which a model is to be
    written for the agent to run on it, None where writing one key is not enough.
    """

    claim: Claim
    at: Span
    how: str = ""
    remedy: str = ""
    ids: str = ""
    effort_at: Span | None = None
    writable: KeyPlace | None = None


class View(NamedTuple):
    """What a client makes of all its files: about each agent that it knows of, in every phase that it tells apart.

    ``findings`` are what the client ignores, misreads or answers with a silent default; ``files`` are those read.
    ``descriptions`` are what files say of an agent, by its name. ``invocations`` are what starts an agent on a model
    that is not its own (a command, a skill); one that names no agent stands under its own name.
    """

    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...]
    files: tuple[str, ...]
    descriptions: Mapping[str, str] = NOTHING
    invocations: tuple[Statement, ...] = ()

    @property
    def unread(self) -> tuple[str, ...]:
        """The files and folders that are links out of the project: what they say is not known."""
        return tuple(dict.fromkeys(finding.span.path for finding in self.findings if finding.code == OUTSIDE.code))

    def judgeable(self) -> "View":
        """Return the view without the statements that a file that was not read may contradict.

        An agent's own file speaks of that agent alone; any other one, and a folder, may speak of all.
        """
        unread = tuple(map(PurePosixPath, self.unread))
        if any(path.suffix != ".md" for path in unread):
            return self._replace(statements=())
        hidden = {path.stem for path in unread}
        kept = (said for said in self.statements if said.claim.agent.rpartition("/")[2] not in hidden)
        return self._replace(statements=tuple(kept))


class Emitter(Protocol):
    """The module ``emit`` of a target. It may also have a ``read_back_all``, see ``ReadBackAll``.

    What ``read`` finds in the artifacts of ``emit(request)`` must equal ``expected_claims(request)`` on the agents of
    the policy.
    """

    def emit(self, request: Request) -> Emission:
        """Render the policy into the client's format, keeping what the user's files already hold.

        Raises ``Rejected`` where a file of the user's cannot be used.
        """

    def read_back(self, path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:
        """Return what an emitted file says; raise ``Rejected`` where it cannot be read."""

    def expected_claims(self, request: Request) -> frozenset[Claim]:
        """Return what the files of this target ought to say."""


class ReadBackAll(Protocol):
    """The function ``read_back_all`` of a module ``emit``, where a client's files override each other key by key."""

    def __call__(self, request: Request, artifacts: Iterable[Artifact]) -> tuple[Claim, ...]:
        """Return what all files of the client say, with ``artifacts`` among them; it is read instead of each alone."""


class Description(NamedTuple):
    """What a client's file says of an agent besides its model."""

    description: str = ""
    mode: str = ""


class Descriptions(NamedTuple):
    """What a client's files say besides models: of agents by their names, and of the providers of models.

    ``unstated`` are the agents that are there and about which the view says nothing.
    """

    agents: Mapping[str, Description]
    providers: Mapping[str, Any] = NOTHING
    unstated: tuple[str, ...] = ()


class Viewer(Protocol):
    """The module ``view`` of a target. It may also have a ``remedy``, see ``RemedyWriter``."""

    def view(self, tree: Tree, policy: Policy) -> View:
        """Return what the client makes of its files in ``tree``; a broken file is a finding, never an exception.

        ``policy`` gives the catalog, for aliases, and the agents, for names.
        """


class RemedyWriter(Protocol):
    """The function ``remedy`` of a module ``view``."""

    def __call__(self, statement: Statement, model: str) -> str:
        """Return how the client is told to run the agent on ``model``, an id in the client's own words."""


class Describer(Protocol):
    """The module ``describe`` of a target, for whoever takes over its files into a policy."""

    def describe(self, tree: Tree) -> Descriptions:
        """Return what the client's files in ``tree`` say besides models; what cannot be read is left out."""


class Initial(NamedTuple):
    """What a folder shows of a target when ``gsdc init`` looks at it.

    ``options`` are those to write into gsdc.yaml; ``is_present`` says whether the target is switched on there or only
    shown in a comment; ``seen`` says what was seen, in words. ``fleet`` is the one that is usual with what is there.
    """

    options: Mapping[str, str | bool | list[str]]
    is_present: bool
    seen: str
    fleet: str = ""


class Initialiser(Protocol):
    """The module ``initial`` of a target."""

    def initial(self, root: Path) -> Initial:
        """Return what folder ``root`` shows of the target."""


class ClientQuestion(NamedTuple):
    """What a client is asked before a deployment: whether it makes of ``artifacts`` what they say.

    ``tree`` holds the project's files as they would be; ``options`` are the target's own.
    """

    artifacts: tuple[Artifact, ...]
    policy: Policy
    tree: Tree
    options: Mapping[str, Any] = NOTHING


class Reply(NamedTuple):
    """A client's answer: ``agrees`` is None where it was not asked. ``why`` is a reason in words."""

    agrees: bool | None
    why: str
    findings: tuple[Finding, ...] = ()


class Asker(Protocol):
    """The module ``ask`` of a target: how the real client is asked, where it is installed."""

    def ask(self, question: ClientQuestion) -> Reply:
        """Ask the client, offline and on copies of the files; a client that is not installed is not asked."""


class Reach(Protocol):
    """The module ``reach`` of a target."""

    def find_unreachable(self, question: ClientQuestion, sources: Sources, aliases: Iterable[str]) -> Iterator[Finding]:
        """Yield a finding for each of the models ``aliases`` that the client may not reach."""
