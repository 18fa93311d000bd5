"""What a reader of installed files is: all files of one client in, what that client makes of them out.

A target renders a policy and reads its own bytes back, a file at a time. A client reads more: several files that
override each other, and defaults of its own where they are silent. A view is that whole, as the client would answer.
"""

from pathlib import PurePosixPath
from typing import Final, NamedTuple, Protocol

from gsdc.finding import Finding
from gsdc.policy.model import Policy
from gsdc.source.span import Span
from gsdc.source.tree import OUTSIDE, Tree
from gsdc.targets.api import Claim

INHERIT: Final = "inherit"


class Statement(NamedTuple):
    """What a client makes of its files about one agent.

    ``claim.agent`` is the name in the client's own words; ``claim.model`` is an alias of the catalog where the client's
    id is known there, else the id as it stands; None where the agent is disabled or deferred; INHERIT where it runs on
    the model of whoever calls it. ``at`` is where that is written: the model's value, or what decides it in its place.
    ``how`` says in words how the client comes to it, "" where the file plainly says so.
    """

    claim: Claim
    at: Span
    how: str = ""


class View(NamedTuple):
    """What a client makes of all its files: about each agent that it knows of, in every phase that it tells apart.

    ``findings`` are what the client ignores, misreads or answers with a silent default; ``files`` are those read.
    """

    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...]
    files: tuple[str, ...]

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
