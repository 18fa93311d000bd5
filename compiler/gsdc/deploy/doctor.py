"""Check the machine and the project: clients, configuration files, variables, catalog, cache, next step.

Runs nothing and writes nothing. Of a variable it reports only whether it is set, never its value.
"""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from shutil import which
from typing import Final, NamedTuple

from gsdc.cache import store
from gsdc.finding import Finding, Severity, counted
from gsdc.models.catalog import releases
from gsdc.models.provider_keys import KEY_VARIABLES
from gsdc.policy.decide import decide
from gsdc.policy.load import Loaded
from gsdc.policy.model import Policy, State
from gsdc.source.tree import PROJECT_FILE
from gsdc.targets.declaration import Declaration
from gsdc.targets.registry import declarations
from gsdc.targets.versions import installed_version

# Variables that set the places gsdc searches.
_OWN_VARIABLES: Final = {"GSDC_CACHE_DIR": "gsdc's cache", "GSDC_LEDGER_URL": "the ledger of a team"}


class InstalledClient(NamedTuple):
    """A client: its program on this machine ("" if not installed), and its files in the project.

    ``version`` is "" if it cannot be determined without running the program; ``measured`` are the versions that gsdc
    was tested with. ``written`` is true if a target of gsdc.yaml writes the client's files.
    """

    name: str
    label: str
    program: str
    version: str
    measured: tuple[str, ...]
    files: tuple[str, ...]
    written: bool

    @property
    def is_here(self) -> bool:
        """Whether the program is installed or the project has files for it."""
        return bool(self.program or self.files)


class Variable(NamedTuple):
    """An environment variable, whether it is set, and its purpose."""

    name: str
    is_set: bool
    purpose: str


class Checkup(NamedTuple):
    """All results of the check.

    ``releases`` counts the known releases; ``compared`` is the date (ISO) when they were last compared with their
    sources. ``cache`` is the cache folder, None if caching is off.
    """

    project: Path
    loaded: Loaded
    clients: tuple[InstalledClient, ...]
    variables: tuple[Variable, ...]
    releases: int
    compared: str
    cache: Path | None
    next_steps: tuple[str, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings about the policy."""
        return tuple(finding for finding in self.loaded.findings if finding.severity is not Severity.NOTE)


def examine(loaded: Loaded) -> Checkup:
    """Return the results for a project; its gsdc.yaml may be missing or invalid."""
    tree = loaded.project.tree
    written = loaded.project.targets() if (tree.root / PROJECT_FILE).is_file() else {}
    clients = tuple(
        _client(one, tuple(sorted({path for pattern in one.files for path in tree.glob(pattern)})), one.name in written)
        for one in declarations().values()
        if one.client
    )
    return Checkup(
        tree.root,
        loaded,
        clients,
        tuple(_variables(loaded)),
        len(releases()),
        loaded.project.catalog_day().value,
        store.folder("", tree.root),
        tuple(_next_steps(loaded, clients, written)),
    )


def _client(declaration: Declaration, files: tuple[str, ...], written: bool) -> InstalledClient:
    program = (declaration.program and which(declaration.program)) or ""
    version = installed_version(declaration.program) if program else ""
    return InstalledClient(declaration.name, declaration.label, program, version, declaration.measured, files, written)


def _variables(loaded: Loaded) -> Iterator[Variable]:
    """Yield the key variables of the policy's providers, and those set variables that affect gsdc."""
    if loaded.policy is not None:
        for provider, number in _providers(loaded.policy).items():
            own = loaded.policy.providers.get(provider)
            name = (own.key_variable if own is not None else "") or KEY_VARIABLES.get(provider, "")
            if name:
                yield Variable(name, name in os.environ, f"key of {provider}: {counted(number, 'agent')}")
    for variables in (*(one.variables for one in declarations().values()), _OWN_VARIABLES):
        yield from (Variable(name, True, purpose) for name, purpose in variables.items() if name in os.environ)


def _providers(policy: Policy) -> Counter[str]:
    """Return the number of agents per provider."""
    states = (State(agent.name, phase) for agent in policy.agents.values() for phase in agent.phases or (None,))
    found = {(state.agent, decide(policy, state).model) for state in states}
    return Counter(policy.models[model].provider for _, model in sorted(found, key=str) if model is not None)


def _next_steps(loaded: Loaded, clients: tuple[InstalledClient, ...], written: Mapping[str, object]) -> Iterator[str]:
    if not (loaded.project.tree.root / PROJECT_FILE).is_file():
        has_files = any(client.files for client in clients)
        yield "`gsdc init --from .` writes gsdc.yaml from these files" if has_files else "`gsdc init` writes gsdc.yaml"
        return
    if loaded.policy is None:
        yield "`gsdc lint` shows why gsdc.yaml cannot be used"
        return
    for client in clients:
        if client.files and not client.written and declarations()[client.name].emit:
            yield f"add `{client.name}: true` under `targets` in gsdc.yaml: {client.label}'s files are not written"
    yield "`gsdc status` compares the policy with your files" if written else "name `targets` in gsdc.yaml"
