"""What a target is: a client's native format that a policy is written to, and that is read back."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from gsdc.finding import Finding
from gsdc.ownership.api import Ownership
from gsdc.policy.model import NOTHING, Model, Policy
from gsdc.source.tree import Tree


class Claim(NamedTuple):
    """What a file says: this agent (in this phase, in this zone) runs on this model, or is deferred.

    ``agent`` is the name in the client's own words; ``model`` is an alias of the catalog where the client's id is
    known there, else the id as it stands; ``phase`` and ``zone`` are None where the format does not tell them apart.
    """

    agent: str
    model: str | None
    phase: str | None = None
    zone: str | None = None
    temperature: float | None = None


class Artifact(NamedTuple):
    """One emitted file.

    ``path`` is its install path, relative to the project; ``ownership`` says what of it is gsdc's.
    """

    path: str
    content: bytes
    ownership: Ownership


class Request(NamedTuple):
    """What is asked of a target: the policy, the budget zone, the user's files and the target's own options."""

    policy: Policy
    zone: str
    tree: Tree
    options: Mapping[str, Any] = NOTHING


class Emission(NamedTuple):
    """What a target answers: its artifacts, and what it has to say about them."""

    artifacts: tuple[Artifact, ...]
    findings: tuple[Finding, ...] = ()


def aliases(models: Iterable[Model], client: str) -> dict[str, str]:
    """Return the alias of each of the client's ids: the first, where two models of the catalog share one."""
    found: dict[str, str] = {}
    for model in models:
        if client in model.ids:
            found.setdefault(model.ids[client], model.alias)
    return found


class Target(Protocol):
    """A target module. ``read(emit(request))`` must equal ``project(request)`` on the agents of the policy."""

    @property
    def ID(self) -> str:  # noqa: N802 - a constant of the module
        """The name by which gsdc.yaml and ``--target`` know it."""

    def emit(self, request: Request) -> Emission:
        """Render the policy into the client's format, keeping what the user's files already hold."""

    def read(self, path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:
        """Return what the file says; raise ``Rejected`` where it cannot be read."""

    def project(self, request: Request) -> frozenset[Claim]:
        """Return what the files of this target ought to say."""
