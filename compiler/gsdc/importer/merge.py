"""Add settings of client files to an existing gsdc.yaml; every other byte stays the same."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from gsdc.finding import Rejected
from gsdc.importer.project import ImportedProject
from gsdc.importer.text import PROFILE
from gsdc.policy.load import Loaded, load
from gsdc.policy.model import Policy
from gsdc.source.key_document import Key
from gsdc.source.tree import PROJECT_FILE
from gsdc.source.yaml_document import YamlDocument
from gsdc.targets.registry import declarations


class MergedText(NamedTuple):
    """A gsdc.yaml before and after, and lists of what was added and what was not, as text."""

    before: str
    after: str
    added: tuple[str, ...]
    left_out: tuple[str, ...]


def merge(loaded: Loaded, text: str, imported: ImportedProject) -> MergedText:
    """Add what was ``imported`` and is new to ``text``, the gsdc.yaml of ``loaded``.

    New are agents that are in no used fleet and no entry, their models, shipped fleets, and targets. Existing entries
    are not changed. Raises ``Rejected`` if the policy or the file cannot be used.
    """
    policy = loaded.policy
    if policy is None:
        raise Rejected(*loaded.findings)
    document = YamlDocument(PROJECT_FILE, text)
    found = YamlDocument(PROJECT_FILE, imported.text).data
    values: dict[Key, Any] = {}
    added: list[str] = []
    fleets = [name for name in imported.fleets if name not in policy.fleets]
    if fleets:
        values["fleets",] = [*document.data.get("fleets", policy.fleets), *fleets]
        added += [f"fleet {name}" for name in fleets]
    known = {name for agent in policy.agents.values() for name in (agent.name, *agent.names.values())}
    new = {name: entry for name, entry in found.get("agents", {}).items() if name not in known}
    for name, entry in new.items():
        values["agents", name] = entry
        added.append(f"agent {name}, role {entry['role']} (a guess)")
    own, left_out = _models(document.data, policy, found, new)
    values |= own
    added += [f"{key[0].removesuffix('s')} {key[1]}" for key in own if key[0] != "profiles"]
    for name, options in _targets(document.data, found, imported):
        values["targets", name] = options
        added.append(f"target {name}")
    after = document.update(values).text
    merged = load(loaded.project.tree.root, texts={PROJECT_FILE: after})
    if merged.policy is None:
        raise Rejected(*merged.findings)
    return MergedText(text, after, tuple(added), tuple(left_out))


def _models(
    data: Mapping[str, Any], policy: Policy, found: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[dict[Key, Any], list[str]]:
    """Return the entries for the models of new agents, and as text those that the profile decides instead."""
    assigned = found.get("profiles", {}).get(PROFILE, {}).get("agents", {})
    values: dict[Key, Any] = {}
    left_out = []
    for name, assignment in assigned.items():
        model = assignment if isinstance(assignment, str) else assignment.get("model", "")
        if name not in new:
            continue
        if policy.profile not in data.get("profiles", {}):
            what = f"on {model}" if model else f"at effort {assignment['effort']}"
            left_out.append(f"{name} {what}: profile {policy.profile} decides; a profile of your own could say so")
            continue
        values["profiles", policy.profile, "agents", name] = assignment
        entry = found.get("models", {}).get(model)
        if model not in policy.models and entry is not None:
            values["models", model] = entry
            provider = found.get("providers", {}).get(entry["provider"])
            if provider is not None and entry["provider"] not in policy.providers:
                values["providers", entry["provider"]] = provider
    return values, left_out


def _targets(data: Mapping[str, Any], found: Mapping[str, Any], imported: ImportedProject) -> Iterator[tuple[str, Any]]:
    """Yield the targets of new clients. Without a key ``targets``, all detected targets are in use anyway."""
    if "targets" not in data:
        return
    here = {client.name for client in imported.clients if client.agents}
    for name, options in (found.get("targets") or {}).items():
        if name not in data["targets"] and declarations()[name].label in here:
            yield name, options
