"""The table that ``gsdc guard`` reads: the permitted models of each agent, decided when the policy is compiled.

A guard runs before every start of an agent and has 60 ms, so it does not load the policy. For each agent of a client,
the table has the models that each never-break rule allows, the phases and zones in which the agent is deferred, and the
policy's model. Every model that a client is likely to name is judged here, including shipped releases outside of the
catalog. Only a model that is not listed requires the policy itself, which takes a third of a second.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from gsdc.models.catalog import releases
from gsdc.policy.breach import allows
from gsdc.policy.constraints import applies
from gsdc.policy.decide import entitled
from gsdc.policy.model import ZONES, Agent, Model, Policy, State
from gsdc.policy.recognition import Age, recognise, stand_in
from gsdc.policy.requirement import AtLeastEffort, Keep, NeverBreak
from gsdc.policy.security_agent import SECURITY
from gsdc.policy.space import groups
from gsdc.source.agent_name import folded
from gsdc.targets.choice import choose
from gsdc.targets.decided import decide

FORMAT: Final = 2
_MAKER: Final = "anthropic/"  # Claude Code writes its ids without it
_Key = tuple[str | None, str]  # a phase and a zone


def guard_table(policy: Policy, mode: str, client: str, ids: str, words: Sequence[str]) -> dict[str, Any]:
    """Return the table for ``client`` as JSON data; ``ids`` names the client whose ids it writes, ``words`` its
    aliases.

    ``mode`` is "deny", "rewrite" or "warn". Agents are listed by their folded names, models by each of their names.
    ``sets`` are lists of models, and the ``allow`` of a rule is the index of one of them.
    """
    named = _models(policy, ids, words)
    sets = _Sets({model.alias: model for model in named.values()})
    entries = _entries(policy, ids, sets)
    agents = {folded(agent.name_in(client)): entries[agent.name] for agent in policy.agents.values()}
    return {
        "made-by": "gsdc",
        "format": FORMAT,
        "mode": mode,
        "profile": policy.title,
        "words": list(words),
        "models": {word: named[word].alias for word in sorted(named)},
        "agents": agents,
        "unlisted-security": _unlisted(policy, sets),
        "zones": {name: zone.start for name, zone in policy.zones.items()},
        "budgets": _plain(policy.budgets),
        "sets": sets.lists,
    }


def text_of(table: Mapping[str, Any]) -> str:
    """Return the table as JSON, with one agent per line: a diff shows the agents whose rules have changed."""
    members = []
    for key, value in table.items():
        text = _json(value)
        if isinstance(value, dict) and value:
            text = ",\n".join(f"  {_json(name)}: {_json(item)}" for name, item in value.items()).join(("{\n", "\n }"))
        members.append(f" {_json(key)}: {text}")
    return ",\n".join(members).join(("{\n", "\n}\n"))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _plain(value: Any) -> Any:
    return {key: _plain(item) for key, item in value.items()} if isinstance(value, Mapping) else value


def _models(policy: Policy, ids: str, words: Sequence[str]) -> dict[str, Model]:
    """Return the model of each word or id: one of the catalog, or a shipped release under its own name."""
    shipped = (entry["ids"][ids] for entry in releases().values() if ids in entry["ids"])
    known = {id_: stand_in(policy.models, ids, id_) for id_ in shipped}
    own = {id_: model for model in reversed(tuple(policy.models.values())) for id_ in model.ids.values()}
    known |= own
    known |= {bare: model for id_, model in own.items() if (bare := id_.removeprefix(_MAKER)) != id_}
    known |= policy.models
    for word in words:
        found = recognise(policy.models, ids, word)
        if found.model is not None and found.age in (Age.SAME, Age.NEWER):
            known[word] = found.model
        else:
            known.pop(word, None)
    return known


class _Sets:
    """The models that each rule allows: every list once, since most agents share a few."""

    def __init__(self, models: Mapping[str, Model]) -> None:
        self.lists: list[list[str]] = []
        self.models = models
        self._known: dict[tuple[int, str], int] = {}

    def allowed(self, policy: Policy, rule: NeverBreak, state: State) -> int:
        """Return the index of the list of models that ``rule`` allows in ``state``."""
        tier = entitled(policy, state).tier if isinstance(rule.requirement, Keep) else ""
        key = (id(rule), tier)  # the rest of the state has no effect
        if key not in self._known:
            found = [alias for alias, model in self.models.items() if allows(policy, rule, state, model)]
            if found not in self.lists:
                self.lists.append(found)
            self._known[key] = self.lists.index(found)
        return self._known[key]


def _entries(policy: Policy, ids: str, sets: _Sets) -> dict[str, dict[str, Any]]:
    """Return the entry of each agent by its name; agents with identical decisions are computed once."""
    alike = [(agent,) for agent in policy.agents.values()] if policy.held else groups(policy)
    found: dict[str, dict[str, Any]] = {}
    for agents in alike:
        entry = _entry(policy, agents[0], ids, sets)
        found |= {agent.name: {**entry, "name": agent.name} for agent in agents}
    return found


def _entry(policy: Policy, agent: Agent, ids: str, sets: _Sets) -> dict[str, Any]:
    choice = choose(policy, agent, ZONES[0])
    return {
        "name": agent.name,
        "security": agent.role == SECURITY,
        "model": choice.model.ids.get(ids, ""),
        "effort": choice.effort or "",
        "rules": list(_rules(policy.of(agent.name), agent, sets)),
        "waits": list(_waits(policy, agent)),
    }


def _rules(policy: Policy, agent: Agent, sets: _Sets) -> Iterator[dict[str, Any]]:
    """Yield the models that each rule allows the agent, merged over phases and zones with the same result."""
    keys = [(phase, zone) for phase in agent.phases or (None,) for zone in ZONES]
    for rule in policy.never_break.values():
        same: dict[int, list[_Key]] = defaultdict(list)
        for phase, zone in keys:
            state = State(agent.name, phase, zone)
            if applies(rule, agent, state):
                same[sets.allowed(policy, rule, state)].append((phase, zone))
        for allowed, places in same.items():
            if len(sets.lists[allowed]) < len(sets.models) or isinstance(rule.requirement, AtLeastEffort):
                yield {**_rule(rule), "allow": allowed, **_where(keys, places)}


def _rule(rule: NeverBreak) -> dict[str, Any]:
    required = rule.requirement
    effort = {"effort": required.effort} if isinstance(required, AtLeastEffort) else {}
    return {"rule": rule.name, "why": rule.why, **effort}


def _where(every: list[_Key], places: list[_Key]) -> dict[str, Any]:
    """Return the phases and zones of ``places``, each where it is not all there are."""
    phases, zones = (list(dict.fromkeys(place[index] for place in places)) for index in (0, 1))
    all_phases = {phase for phase, _ in every}
    found: dict[str, Any] = {}
    if set(phases) != all_phases:
        found["phases"] = phases
    if set(zones) != set(ZONES):
        found["zones"] = zones
    return found


def _waits(policy: Policy, agent: Agent) -> Iterator[dict[str, Any]]:
    """Yield why the agent is deferred, with the phases and zones in which it is."""
    keys = [(phase, zone) for phase in agent.phases or (None,) for zone in ZONES]
    waiting: dict[str, list[_Key]] = defaultdict(list)
    for phase, zone in keys:
        answer = decide(policy, State(agent.name, phase, zone))
        if answer.model is None:
            waiting[answer.defer].append((phase, zone))
    for why, places in waiting.items():
        yield {"why": why, **_where(keys, places)}


def _unlisted(policy: Policy, sets: _Sets) -> list[dict[str, Any]]:
    """Return the permissions by the rules on the role of security, for security agents that are not in the policy.

    Rules on efforts, phases and zones are excluded: only the role of such an agent is known.
    """
    return [
        {**_rule(rule), "allow": sets.allowed(policy, rule, State("", None))}
        for rule in policy.never_break.values()
        if rule.when.keys() == {"role"} and SECURITY in rule.when["role"] and rule.require.keys() & _OF_MODELS
    ]


_OF_MODELS: Final = {"model", "min", "provider", "hosts", "never"}
