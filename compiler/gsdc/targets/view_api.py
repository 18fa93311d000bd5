"""What a reader of installed files is: all files of one client in, what that client makes of them out.

A target renders a policy and reads its own bytes back, a file at a time. A client reads more: several files that
override each other, and defaults of its own where they are silent. A view is that whole, as the client would answer.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple, Protocol

from gsdc.finding import Finding
from gsdc.policy.model import NOTHING, Policy
from gsdc.source.span import Span
from gsdc.source.tree import Tree
from gsdc.targets.api import Claim

INHERIT: Final = "inherit"


class Statement(NamedTuple):
    """What a client makes of its files about one agent.

    ``claim.agent`` is the name in the client's own words; ``claim.model`` is an alias of the catalog where the client's
    id is known there, else the id as it stands; None where the agent is disabled or deferred; INHERIT where it runs on
    the model of whoever calls it. ``at`` is where that is written: the model's value, or what decides it in its place.
    ``how`` says in words how the client comes to it, "" where the file plainly says so. ``remedy`` says what to do at
    ``at`` so that the agent gets another model, "" where writing the model does it.
    """

    claim: Claim
    at: Span
    how: str = ""
    remedy: str = ""


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


class Reader(Protocol):
    """A module that reads one client's files."""

    @property
    def ID(self) -> str:  # noqa: N802 - a constant of the module
        """The client, as ``Agent.name_in`` knows it."""

    @property
    def FILES(self) -> tuple[str, ...]:  # noqa: N802
        """The files that it reads, as patterns of ``Tree.glob`` relative to the project."""

    def view(self, tree: Tree, policy: Policy) -> View:
        """Return what the client makes of its files in ``tree``; a broken file is a finding, never an exception.

        ``policy`` gives the catalog, for aliases, and the agents, for names.
        """
