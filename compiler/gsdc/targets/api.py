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
    """A claim of a file: this agent (in this phase, in this zone) runs on this model, or is deferred.

    ``agent`` is the client's name of the agent; ``model`` is an alias of the catalog if the client's id is in it, else
    the unchanged id; ``phase`` and ``zone`` are None if the format does not distinguish them. ``effort`` is the
    policy's word, None if the file sets none.
    """

    agent: str
    model: str | None
    phase: str | None = None
    zone: str | None = None
    temperature: float | None = None
    effort: str | None = None


class Artifact(NamedTuple):
    """One emitted file.

    ``path`` is its install path, relative to the project; ``ownership`` defines which part of it is gsdc's.
    """

    path: str
    content: bytes
    ownership: Ownership


class Request(NamedTuple):
    """The input of a target: the policy, the budget zone, the user's files and the target's own options.

    ``others`` are the options of all targets of the project, by their names.
    """

    policy: Policy
    zone: str
    tree: Tree
    options: Mapping[str, Any] = NOTHING
    others: Mapping[str, Mapping[str, Any]] = NOTHING


class Emission(NamedTuple):
    """The output of a target: its artifacts and its findings."""

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
    """A key of a file: the place to write a model so that an agent runs on it."""

    path: str
    key: Key


class Statement(NamedTuple):
    """The effective configuration of one agent in a client.

    ``claim.agent`` is the client's name of the agent. ``claim.model`` is an alias of the catalog if the client's id is
    in it, else the unchanged id; None if the agent is disabled or deferred; INHERIT if it runs on the caller's model.
    ``at`` is the place of the model's value, or of the value that decides instead. ``how`` explains how the client gets
    the model, "" if the file states it directly. ``remedy`` is the instruction at ``at`` to give the agent another
    model, "" if writing the model is enough. ``ids`` names the client whose ids are used there, "" for the client's
    own. ``effort_at`` is the place that decides the effort, None if no file sets one. ``writable`` is the key under
    which to write a model, None if writing one key is not enough.
    """

    claim: Claim
    at: Span
    how: str = ""
    remedy: str = ""
    ids: str = ""
    effort_at: Span | None = None
    writable: KeyPlace | None = None


class View(NamedTuple):
    """The effective configuration of a client: all agents that it knows, in every phase that it distinguishes.

    ``findings`` are about values that the client ignores, misreads or silently replaces by a default; ``files`` are
    those read. ``descriptions`` are the files' descriptions of agents, by name. ``invocations`` start an agent on
    another model (a command, a skill); one that names no agent is listed under its own name.
    """

    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...]
    files: tuple[str, ...]
    descriptions: Mapping[str, str] = NOTHING
    invocations: tuple[Statement, ...] = ()

    @property
    def unread(self) -> tuple[str, ...]:
        """The files and folders that are links out of the project: their content is unknown."""
        return tuple(dict.fromkeys(finding.span.path for finding in self.findings if finding.code == OUTSIDE.code))

    def judgeable(self) -> "View":
        """Return the view without the statements that an unread file may contradict.

        An agent's own file affects that agent alone; any other file, and a folder, may affect all.
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
        """Render the policy into the client's format, keeping the content of the user's files.

        Raises ``Rejected`` if a file of the user cannot be used.
        """

    def read_back(self, path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:
        """Return the claims of an emitted file; raise ``Rejected`` if it cannot be read."""

    def expected_claims(self, request: Request) -> frozenset[Claim]:
        """Return the expected claims of this target's files."""


class ReadBackAll(Protocol):
    """The function ``read_back_all`` of a module ``emit``, for a client whose files override each other key by key."""

    def __call__(self, request: Request, artifacts: Iterable[Artifact]) -> tuple[Claim, ...]:
        """Return the claims of all files of the client, including ``artifacts``; called instead of ``read``."""


class Description(NamedTuple):
    """A client file's data on an agent besides its model."""

    description: str = ""
    mode: str = ""


class Descriptions(NamedTuple):
    """The data in a client's files besides models: agents by their names, and the providers of models.

    ``unstated`` are the existing agents that are not in the view.
    """

    agents: Mapping[str, Description]
    providers: Mapping[str, Any] = NOTHING
    unstated: tuple[str, ...] = ()


class Viewer(Protocol):
    """The module ``view`` of a target. It may also have a ``remedy``, see ``RemedyWriter``."""

    def view(self, tree: Tree, policy: Policy) -> View:
        """Return the effective configuration of the files in ``tree``; a broken file is a finding, never an exception.

        ``policy`` has the catalog, for aliases, and the agents, for names.
        """


class RemedyWriter(Protocol):
    """The function ``remedy`` of a module ``view``."""

    def __call__(self, statement: Statement, model: str) -> str:
        """Return the instruction to run the agent on ``model``, one of the client's ids."""


class Describer(Protocol):
    """The module ``describe`` of a target, for the import of its files into a policy."""

    def describe(self, tree: Tree) -> Descriptions:
        """Return the data in the client's files in ``tree`` besides models; unreadable files are left out."""


class Initial(NamedTuple):
    """The traces of a target in a folder, for ``gsdc init``.

    ``options`` are those for gsdc.yaml; ``is_present`` is true if the target is enabled there, false if it is only
    shown in a comment; ``seen`` describes the traces. ``fleet`` is the usual fleet for them.
    """

    options: Mapping[str, str | bool | list[str]]
    is_present: bool
    seen: str
    fleet: str = ""


class Initialiser(Protocol):
    """The module ``initial`` of a target."""

    def initial(self, root: Path) -> Initial:
        """Return the traces of the target in folder ``root``."""


class ClientQuestion(NamedTuple):
    """The question to a client before a deployment: whether it reads ``artifacts`` as intended.

    ``tree`` has the project's files after the deployment; ``options`` are the target's own.
    """

    artifacts: tuple[Artifact, ...]
    policy: Policy
    tree: Tree
    options: Mapping[str, Any] = NOTHING


class Reply(NamedTuple):
    """A client's answer: ``agrees`` is None if it was not asked. ``why`` is the reason as text."""

    agrees: bool | None
    why: str
    findings: tuple[Finding, ...] = ()


class Asker(Protocol):
    """The module ``ask`` of a target, which asks the real client if it is installed."""

    def ask(self, question: ClientQuestion) -> Reply:
        """Ask the client, offline and on copies of the files; a client that is not installed is not asked."""


class Reach(Protocol):
    """The module ``reach`` of a target."""

    def find_unreachable(self, question: ClientQuestion, sources: Sources, aliases: Iterable[str]) -> Iterator[Finding]:
        """Yield a finding for each of the models ``aliases`` that the client may not reach."""
