"""From a folder of clients' files to the gsdc.yaml from which they would be compiled again."""

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from gsdc.imported.agents import Roster, enrol
from gsdc.imported.decisions import PROFILES, Difference, Gathered, differences, gather, unlike
from gsdc.imported.found import LABELS, OVERRIDES, Found, find
from gsdc.imported.models import Models, providers_of
from gsdc.imported.text import text_of
from gsdc.initial import targets_shown_by
from gsdc.policy.decide import decide
from gsdc.policy.load import load
from gsdc.policy.model import Policy, State
from gsdc.policy.sources import shipped_names
from gsdc.source.tree import PROJECT_FILE


class Client(NamedTuple):
    """What was found of one client: how many agents its files speak of, and how many of them run on which model."""

    name: str
    files: tuple[str, ...]
    agents: int
    models: dict[str, int]


class Imported(NamedTuple):
    """An imported project.

    ``guessed`` are in words the guesses, ``differing`` what is not as a client says it, with the reason; ``against``
    the agents whose models never-break rules do not allow, and ``left_out`` what could not be carried over.
    """

    text: str
    profile: str
    fleets: tuple[str, ...]
    clients: tuple[Client, ...]
    guessed: tuple[str, ...]
    differing: tuple[str, ...]
    against: tuple[str, ...]
    left_out: tuple[str, ...]
    next_steps: tuple[str, ...]

    def data(self) -> dict[str, Any]:
        """Return it as JSON data, but for the text."""
        data = self._asdict() | {"clients": [client._asdict() for client in self.clients]}
        return {key.replace("_", "-"): value for key, value in data.items() if key != "text"}


def import_project(root: Path, profile: str | None = None) -> Imported | None:
    """Return the project that the clients' files in folder ``root`` come to, None where there are none with agents.

    It extends ``profile``, by default the shipped one that differs least from what the files say.
    """
    with tempfile.TemporaryDirectory() as folder:
        shipped = load(Path(folder), fleets=shipped_names("fleets")).policy
        assert shipped is not None, "the shipped fleets are valid, also together"
        found = find(root, shipped)
        roster = enrol(found, shipped)
        if not roster.known:
            return None
        models = Models(shipped.models)
        gathered = gather(found, roster, models)
        targets = targets_shown_by(root)
        if "opencode" in targets.names:
            models.name_in_opencode()
        providers, notes = providers_of(models.new, found.providers)

        def text(base: str, differing: Iterable[Difference]) -> str:
            return text_of(base, roster.fleets, targets.text, roster.own.values(), models, providers, differing)

        best = min(
            ((base, differences(_policy(Path(folder), text(base, ())), gathered.wanted)) for base in _bases(profile)),
            key=lambda choice: len(choice[1]),
        )
        whole = text(*best)
        policy = _policy(Path(folder), whole)
    return Imported(
        text=whole,
        profile=best[0],
        fleets=roster.fleets,
        clients=tuple(_clients(found)),
        guessed=tuple(_guessed(policy, roster, models, gathered)),
        differing=tuple(_differing(policy, found, roster, models, gathered)),
        against=tuple(_against(best[1])),
        left_out=(*_left_out(found, roster, gathered), *notes),
        next_steps=tuple(_next_steps(root, found, best[1])),
    )


def _bases(profile: str | None) -> tuple[str, ...]:
    return PROFILES if profile is None else (profile,)


def _policy(folder: Path, text: str) -> Policy:
    (folder / PROJECT_FILE).write_text(text, encoding="utf-8")
    loaded = load(folder)
    assert loaded.policy is not None, f"what init writes has to be valid: {loaded.findings}"
    return loaded.policy


def _clients(found: Found) -> Iterator[Client]:
    for source in found.sources:
        if source.files:
            said = {(each.claim.agent, each.claim.model) for each in source.statements}
            models = Counter("waits" if model is None else model for _, model in said)
            yield Client(source.label, source.files, len(source.agents), dict(sorted(models.items())))


def _guessed(policy: Policy, roster: Roster, models: Models, gathered: Gathered) -> Iterator[str]:
    by_role: dict[str, list[str]] = {}
    for agent in roster.own.values():
        by_role.setdefault(agent.role, []).append(agent.name)
    for role, names in by_role.items():
        yield f"role {role}: {', '.join(names)}"
    for alias in models.new:
        like = models.like[alias]
        tier = policy.models[alias].tier
        yield f'model "{alias}" is of tier {tier}, like {like}' if like else f'model "{alias}" is of tier {tier}'
    for name, one in gathered.wanted.items():
        if one.inherits and not one.is_stated:
            model = decide(policy, State(name, (policy.agents[name].phases or (None,))[0])).model
            yield f'"{name}" runs on the model of its caller or session, and gets "{model}" by its role'


def _differing(
    policy: Policy, found: Found, roster: Roster, models: Models, gathered: Gathered
) -> Iterator[str]:
    yield from gathered.conflicts.values()
    for agent, words in dict.fromkeys(unlike(policy, found, roster, models)):
        if agent not in gathered.conflicts:
            yield words


def _against(found: Iterable[Difference]) -> Iterator[str]:
    for each in found:
        if each.breaks:
            model = each.assignment if isinstance(each.assignment, str) else each.assignment["model"]
            rules = ", ".join(f'"{name}"' for name in each.breaks)
            yield f'"{each.agent}" runs on "{model}", against never-break rule {rules}'


def _left_out(found: Found, roster: Roster, gathered: Gathered) -> Iterator[str]:
    yield from (f'agent "{name}": gsdc has no such names' for name in roster.left_out)
    yield from gathered.lost
    zones = dict.fromkeys(zone for source in found.sources for zone in source.zones)
    if zones:
        yield f"what is said of budget zones {', '.join(zones)}: the profile's own rules hold there"
    yield from found.broken


def _next_steps(root: Path, found: Found, differing: Iterable[Difference]) -> Iterator[str]:
    if any(each.breaks for each in differing):
        yield "remove the lines under `profiles` that are against a never-break rule, and the rule decides"
    for source in found.sources:
        if source.client == OVERRIDES:
            foreign = [path for path in source.files if path.endswith(".json") and not _is_ours(root / path)]
            if foreign:
                yield f"move {', '.join(foreign)} away: gsdc build compiles it anew"
    yield "gsdc lint, then gsdc build"


def _is_ours(path: Path) -> bool:
    from gsdc.targets.overrides import MARK

    return f'"{MARK}"' in path.read_text("utf-8", "replace")[:100]
