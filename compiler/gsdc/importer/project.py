"""Import a folder of client files into a gsdc.yaml that compiles to the same files."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from gsdc.finding import Rejected, some
from gsdc.importer.agents import Roster, enrol
from gsdc.importer.differences import PROFILES, Difference, differences, unlike, unlike_zones
from gsdc.importer.found import Inventory, find
from gsdc.importer.models import Models, providers_of
from gsdc.importer.text import text_of
from gsdc.importer.wanted import Gathering
from gsdc.initial import find_targets
from gsdc.policy.decide import decide
from gsdc.policy.load import load
from gsdc.policy.model import Policy, State
from gsdc.policy.project import fleets_shown_by
from gsdc.policy.sources import shipped_names
from gsdc.source.tree import PROJECT_FILE, Tree
from gsdc.targets.overrides.emit import MARK
from gsdc.targets.registry import declarations

_BROKEN: Final = 10  # maximum number of unreadable places to list
_TABLES: Final = "config/"  # the target "overrides" writes its own tables here, and replaces no others
_BEGINNING: Final = 100  # gsdc marks its files within this number of bytes


class ImportedClient(NamedTuple):
    """The result for one client: the number of agents in its files, and the number per model."""

    name: str
    files: tuple[str, ...]
    agents: int
    models: dict[str, int]


class ImportedProject(NamedTuple):
    """An imported project: ``name`` is the profile in use, ``profile`` the shipped one that it is or extends.

    ``guessed`` are the guesses as text, ``differing`` the differences from the clients' files, with reasons.
    ``against`` are the agents whose models break never-break rules, ``held`` those that their files disable, and
    ``left_out`` what could not be imported.
    """

    text: str
    profile: str
    name: str
    fleets: tuple[str, ...]
    clients: tuple[ImportedClient, ...]
    guessed: tuple[str, ...]
    differing: tuple[str, ...]
    against: tuple[str, ...]
    held: tuple[str, ...]
    left_out: tuple[str, ...]
    next_steps: tuple[str, ...]

    def data(self) -> dict[str, Any]:
        """Return it as JSON data, without the text."""
        data = self._asdict() | {"clients": [client._asdict() for client in self.clients]}
        return {key: value for key, value in data.items() if key not in {"text", "name"}}


def import_project(  # long: one line for each field of what is imported
    root: Path, profile: str | None = None, *, follow_links: bool = False
) -> ImportedProject | None:
    """Return the project imported from the clients' files in ``root``, None if no file defines agents.

    It extends ``profile``, by default the shipped profile with the fewest differences. With ``follow_links``, files are
    also read through symbolic links out of ``root``. Raises ``Rejected`` if agents may exist only behind such links.
    """
    shipped = _policy(root, "profile: balanced\n", shipped_names("fleets"))
    tree = Tree(root, follow_links=follow_links)
    found = find(tree, shipped)
    models = Models(shipped.models, found.providers, found.written)
    roster = enrol(found, shipped, fleets_shown_by(root), models)
    gathered = Gathering(found, roster, models)
    if not roster.known:
        if found.unread:
            raise Rejected(*found.unread)
        return None
    idle = {one.target.name for one in found.sources if one.target.is_client and not one.agents}
    targets = find_targets(root, idle)
    for name in targets.options:
        if declarations()[name].ids_name_provider:
            models.name_in(declarations()[name].ids)
    providers, notes = providers_of({**models.new, **models.moved}, found.providers)

    def text(base: str, differing: Iterable[Difference]) -> str:
        return text_of(base, roster.fleets, targets.text, roster.own.values(), models, providers, differing)

    # The nearest profile has the fewest differences, including those that a rule forbids.
    best = min(
        ((base, differences(_policy(root, text(base, ())), gathered.wanted)) for base in _bases(profile)),
        key=lambda choice: len(choice[1]),
    )
    whole = text(*best)
    policy = _policy(root, whole)
    return ImportedProject(
        text=whole,
        profile=best[0],
        name=policy.profile,
        fleets=roster.fleets,
        clients=tuple(_clients(found)),
        guessed=tuple(_guessed(policy, roster, models, gathered)),
        differing=tuple(_differing(policy, found, roster, models, gathered, {e.agent for e in best[1] if e.breaks})),
        against=tuple(_against(policy, best[1])),
        held=tuple(each.agent for each in best[1] if each.waits),
        left_out=(*_left_out(policy, found, roster, gathered), *notes),
        next_steps=tuple(_next_steps(tree, found, slips=bool(roster.slips or gathered.slips))),
    )


def _bases(profile: str | None) -> tuple[str, ...]:
    return PROFILES if profile is None else (profile,)


def _policy(root: Path, text: str, fleets: Iterable[str] = ()) -> Policy:
    """Return the policy of a gsdc.yaml with this ``text``; nothing is written."""
    loaded = load(root, fleets=fleets, texts={PROJECT_FILE: text})
    if loaded.policy is None:  # more agents than a policy allows
        raise Rejected(*loaded.findings)
    return loaded.policy


def _clients(found: Inventory) -> Iterator[ImportedClient]:
    for source in found.sources:
        if source.files:
            said = {(each.claim.agent, each.claim.model) for each in source.statements}
            models = Counter("deferred" if model is None else model for _, model in said)
            yield ImportedClient(source.target.label, source.files, len(source.agents), dict(sorted(models.items())))


def _guessed(policy: Policy, roster: Roster, models: Models, gathered: Gathering) -> Iterator[str]:
    by_role: dict[str, list[str]] = {}
    for agent in roster.own.values():
        by_role.setdefault(agent.role, []).append(agent.name)
    for role, names in by_role.items():
        yield f"role {role}: {', '.join(names)}"
    for alias in models.new:
        like = models.like[alias]
        tier = policy.models[alias].tier
        yield f'model "{alias}" is of tier {tier}, like {like}' if like else f'model "{alias}" is of tier {tier}'
    yield from models.remarks(policy.models)
    inheriting: dict[str | None, list[str]] = {}
    for name, one in gathered.wanted.items():
        if one.inherits and not one.is_stated and name in policy.agents:
            phase = (policy.agents[name].phases or (None,))[0]
            inheriting.setdefault(decide(policy, State(name, phase)).model, []).append(name)
    for model, names in inheriting.items():
        yield f'{some(names)}: so far on the model of the caller or session; now "{model}" by role'


def _differing(
    policy: Policy, found: Inventory, roster: Roster, models: Models, gathered: Gathering, against: set[str]
) -> Iterator[str]:
    """Yield, as text, the decisions that differ from a client, except for agents in ``against``."""
    disputes = {agent: one.dispute for agent, one in gathered.wanted.items() if one.disputed}
    said: dict[str, dict[str, None]] = {}
    for agent, words in (*disputes.items(), *unlike(policy, found, roster, models)):
        if agent not in against and disputes.get(agent, words) == words:
            said.setdefault(words, {})[agent] = None
    for words, agents in said.items():
        yield f"{some(list(agents))}: {words}"


def _against(policy: Policy, found: Iterable[Difference]) -> Iterator[str]:
    for each in found:
        if each.breaks:
            phases = policy.agents[each.agent].phases or (None,)
            answers = dict.fromkeys(decide(policy, State(each.agent, phase)).model or "deferred" for phase in phases)
            rules = ", ".join(each.breaks)
            yield f'"{each.agent}": {each.said} breaks {rules}; it gets {" or ".join(answers)}'


def _left_out(policy: Policy, found: Inventory, roster: Roster, gathered: Gathering) -> Iterator[str]:
    yield from roster.slips
    yield from gathered.slips
    yield from roster.left_out
    yield from gathered.lost
    zones = unlike_zones(policy, found, roster)
    if zones:
        yield f"what they set for other budget zones ({', '.join(zones)}): the profile decides there"
    yield from found.broken[:_BROKEN]
    if len(found.broken) > _BROKEN:
        yield f"{len(found.broken) - _BROKEN} more places that clients cannot read: gsdc lint shows them"


def _next_steps(tree: Tree, found: Inventory, *, slips: bool) -> Iterator[str]:
    if slips:
        yield "correct the misspelt names and run this again with --force; or add the names to gsdc.yaml"
    tables = [
        path
        for source in found.sources
        if source.target.is_written_whole and source.target.uses_fleet_names
        for path in source.files
    ]
    foreign = [path for path in tables if path.startswith(_TABLES) and not _is_ours(tree, path)]
    if foreign:
        yield f"move {', '.join(foreign)} away: gsdc build compiles it again"
    yield "`gsdc agents` shows which model each agent gets; `gsdc lint` shows where your files differ"
    yield "`gsdc apply` installs the policy; `gsdc rollback` undoes it"


def _is_ours(tree: Tree, path: str) -> bool:
    try:
        return MARK.encode() in (tree.read(path) or b"")[:_BEGINNING]
    except Rejected:  # the file exists and is not gsdc's
        return False
