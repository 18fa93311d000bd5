"""Names that a policy refers to: models, phases and agents, each checked at the place of use."""

from collections.abc import Iterable, Mapping
from typing import Any

from gsdc.policy.entry import model_of
from gsdc.policy.model import HUMAN, TIERS, Agent, Model
from gsdc.policy.profile import Assignment, EffortRule
from gsdc.policy.ref import NOTHING, Ref
from gsdc.policy.schema_errors import INVALID_VALUE
from gsdc.policy.sources import Sources, shipped_names
from gsdc.policy.validate import shipped_roles


class Names:
    """The valid names. An unknown name is reported with the nearest known one, and returned unchanged."""

    def __init__(self, sources: Sources, models: dict[str, Model], own_roles: Mapping[str, str] = NOTHING) -> None:
        self.sources = sources
        self.models = models
        self.roles = {role: role for role in shipped_roles()} | dict(own_roles)  # each with the role it behaves like
        self.bounds: Mapping[str, int] = {}

    def token(self, token: str, ref: Ref, *, tiers: bool = True, human: bool = False) -> str:
        """Check a model's alias, or a tier if ``tiers`` are permitted, or "human" if a person is permitted."""
        known = [*self.models, *(TIERS if tiers else ()), *((HUMAN,) if human else ())]
        if token not in known and not self._is_release(token, ref):
            self.sources.unknown(ref, "model", token, known)
        return token

    def _is_release(self, name: str, ref: Ref) -> bool:
        """Tell whether a release has this name, and add it to the models: only those in use are loaded."""
        from gsdc.models.catalog import release_entry

        entry = release_entry(name)
        if entry is None:
            return False
        self.models[name] = model_of(name, entry, self.bounds, ref)
        return True

    def tokens(self, tokens: Iterable[str], ref: Ref, *, human: bool = False) -> tuple[str, ...]:
        """Check a list of tokens."""
        return tuple(self.token(token, ref.child(index), human=human) for index, token in enumerate(tokens))

    def assignment(self, value: Any, ref: Ref, phases: tuple[str, ...]) -> Assignment:
        """Return the assignment in ``value``, with its models, phases and ranges checked.

        An assignment with only an effort has the model "".
        """
        if isinstance(value, str):
            return Assignment(self.token(value, ref), ref)
        by_phase = value.get("phases", {})
        for phase, token in by_phase.items():
            self.token(token, ref.child("phases", phase))
            if phase not in phases:
                self.phase(phase, ref.child("phases", phase), phases)
        ranges = self._ranges(value.get("complexity", {}), ref.child("complexity"))
        return Assignment(
            model=self.token(value["model"], ref.child("model")) if "model" in value else "",
            ref=ref,
            phases=by_phase,
            complexity=ranges,
            temperature=value.get("temperature"),
            why=value.get("why", ""),
            effort=self.effort(value["effort"], ref.child("effort"), phases) if "effort" in value else None,
        )

    def effort(self, value: Any, ref: Ref, phases: tuple[str, ...]) -> EffortRule:
        """Return the effort in ``value``, an effort or a mapping with exceptions; checks its phases and ranges."""
        if isinstance(value, str):
            return EffortRule(value, ref)
        by_phase = value.get("phases", {})
        for phase in by_phase:
            if phase not in phases:
                self.phase(phase, ref.child("phases", phase), phases)
        ranges = self._scores(value.get("complexity", {}), ref.child("complexity"))
        return EffortRule(value.get("default", ""), ref, tuple(by_phase.items()), ranges)

    def _ranges(self, value: Mapping[str, str], ref: Ref) -> tuple[tuple[int, int, str], ...]:
        ranges = self._scores(value, ref)
        for key, token in value.items():
            self.token(token, ref.child(key))
        return ranges

    def _scores(self, value: Mapping[str, str], ref: Ref) -> tuple[tuple[int, int, str], ...]:
        """Return what ``value`` assigns to each range of scores; empty or overlapping ranges are reported."""
        ranges: list[tuple[int, int, str]] = []
        for key, token in value.items():
            first, _, second = key.partition("-")
            low, high = int(first), int(second or first)
            if low > high or any(low <= other_high and other_low <= high for other_low, other_high, _ in ranges):
                message = f'the range "{key}" is empty, or overlaps another one'
                self.sources.report(INVALID_VALUE, ref.child(key), message, "give each score to one range", key=True)
            ranges.append((low, high, token))
        return tuple(ranges)

    def phase(self, phase: str, ref: Ref, phases: Iterable[str]) -> None:
        """Report a phase that is in no fleet in use and in no shipped fleet."""
        known = set(phases)
        if phase in known:
            return
        for name in shipped_names("fleets"):
            known.update(self.sources.shipped(f"fleets/{name}.yaml", "fleet").data.get("phases", ()))
        if phase not in known:
            self.sources.unknown(ref, "phase", phase, list(known), key=True)

    def role(self, role: str, ref: Ref, *, key: bool = False) -> str:
        """Return the shipped role that ``role`` behaves like; report one neither shipped nor in gsdc.yaml."""
        if role not in self.roles:
            self.sources.unknown(ref, "role", role, list(self.roles), key=key)
        return self.roles.get(role, role)

    def agent(self, agent: str, ref: Ref, agents: Mapping[str, Agent], *, key: bool = False) -> None:
        """Report an agent that is in no fleet in use and in no shipped fleet."""
        if agent in agents:
            return
        shipped = (self.sources.shipped(f"fleets/{name}.yaml", "fleet") for name in shipped_names("fleets"))
        if not any(agent in body.data["agents"] for body in shipped):
            self.sources.unknown(ref, "agent", agent, list(agents), key=key)
