"""Where a client stores its agents: the files, and the keys in them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from gsdc.finding import Finding
from gsdc.ownership.document_keys import DocumentKeys
from gsdc.policy.model import Agent, Model, Policy
from gsdc.policy.ref import NOTHING
from gsdc.source.key_document import Key
from gsdc.source.span import Span
from gsdc.source.tree import Tree
from gsdc.targets.api import INHERIT, Request, alias_for
from gsdc.targets.declaration import Declaration


class AgentEntry(NamedTuple):
    """An entry of a file for one agent: its name, and the keys ``data`` below ``prefix``."""

    name: str
    data: Mapping[str, Any] = NOTHING
    prefix: tuple[Any, ...] = ()
    description: str = ""


class Keys(NamedTuple):
    """The keys of an entry for the decided values, as paths below the entry; () if the client has no such key."""

    model: Key = ("model",)
    effort: Key = ()
    temperature: Key = ()


Find = Callable[[str, str, list[Finding]], Iterable[AgentEntry]]
"""Yield the agents of a file, of which it is given the path and the text; what keeps the client from loading one joins
the findings. Raises ``Rejected`` for a file that is broken as a whole."""


class AgentFiles(NamedTuple):
    """Files of one kind, as patterns.

    In ``per_agent`` files the model is always written; in others only if they already have one, or if no other file
    configures the agent. Files that are not ``written`` belong to another client, and are only read. Files with
    ``replaces`` replace the weaker files' entry for the agent; otherwise they override it key by key.
    """

    patterns: tuple[str, ...]
    ownership: DocumentKeys
    find: Find
    keys: Keys = Keys()
    per_agent: bool = True
    written: bool = True
    replaces: bool = False


class AgentDefaults(NamedTuple):
    """A client's settings for all agents.

    ``model`` is the model of agents without one, an id or INHERIT; ``how`` is the reason, ``at`` its place. ``words``
    map names of models to others, such as the user's aliases.
    """

    model: str = INHERIT
    how: str = "it names no model, and runs on its caller's"
    at: Span | None = None
    words: Mapping[str, str] = NOTHING


ReadSettings = Callable[[Tree, list[Finding], dict[str, None]], AgentDefaults]
"""Return what the client's settings in a tree say of all agents.

What is wrong with the settings joins the findings, what was read the paths.
"""


def no_settings(tree: Tree, findings: list[Finding], paths: dict[str, None]) -> AgentDefaults:  # noqa: ARG001
    """Return that agents without a model run on their caller's, independent of the settings."""
    return AgentDefaults()


class Shape(NamedTuple):
    """The storage of a client's agents.

    ``files`` are those that it reads, weakest first. Two names are the same agent if ``fold`` maps them to the same
    value. ``alias_of`` returns the alias of a written model, if that is more than its id. ``inherit`` is the word for
    the caller's model, "" if there is none; ``settings`` reads the settings for all agents. ``new`` returns path and
    text of a new agent's file without its model, with the line ``OURS`` in it; None if no agent can be added. Such a
    file is of the first kind with ``per_agent`` that is written. ``words`` returns the notation of a model in a
    project, for a client whose settings define words; by default it is the id. ``can_say_effort`` is true if the
    client's own ``emit`` writes an effort for which the entries have no key. ``version`` returns the version in use, if
    efforts depend on it.
    """

    declaration: Declaration
    files: tuple[AgentFiles, ...]
    fold: Callable[[str], str] = str
    alias_of: Callable[[str, Iterable[Model]], str] | None = None
    inherit: str = ""
    settings: ReadSettings = no_settings
    new: Callable[[Agent], tuple[str, str]] | None = None
    words: Callable[[Request], Callable[[Model], str | None]] | None = None
    can_say_effort: Callable[[Model, str], bool] = lambda _model, _effort: False
    version: Callable[[Policy], str] = lambda _policy: ""

    def writer(self, request: Request) -> Callable[[Model], str | None]:
        """Return the client's notation of a model, None if it cannot request the model."""
        return self.words(request) if self.words else lambda model: model.id_in(self.ids)

    @property
    def label(self) -> str:
        """The client's name in messages."""
        return self.declaration.label

    @property
    def client(self) -> str:
        """The client whose agent names apply."""
        return self.declaration.client

    @property
    def ids(self) -> str:
        """The client whose model ids apply."""
        return self.declaration.ids

    def alias(self, value: str, models: Iterable[Model]) -> str:
        """Return the catalog's alias of a model, or the unchanged word."""
        if self.alias_of is not None:
            return self.alias_of(value, models)
        return alias_for(value, models, self.ids)
