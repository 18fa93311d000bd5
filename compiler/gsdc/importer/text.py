"""The text of an imported gsdc.yaml: in the form a person would write, with a comment on every guess."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from gsdc.importer.agents import Own
from gsdc.importer.differences import Difference
from gsdc.importer.models import Models
from gsdc.initial import OVERRIDES, head
from gsdc.policy.security_agent import SECURITY

PROFILE: Final = "imported"
_WIDEST: Final = 120
# Text with a special meaning in YAML at any position; text that looks like another type is not included.
_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9@_./()+-]*(?: [A-Za-z0-9_./()+-]+)*")
_WORDS: Final = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
_OTHER_AGENTS: Final = """
# Agents of no fleet. Their roles are guessed from name and description: a profile gives models by role, and never-break
# rules go by it.
agents:
"""
_MOVED: Final = "  # Models of the catalog, as your files name them. Each holds for every agent on its alias.\n"
_OTHER_MODELS: Final = (
    "  # Models that the catalog does not have. Rank, price and context are guesses: floors and failed attempts go by\n"
    "  # the rank.\n"
)
_PROVIDERS: Final = """
# Providers that your files declare.
providers:
"""


def text_of(  # long: a parameter for each part of the text
    shipped: str,
    fleets: Iterable[str],
    targets: str,
    own: Iterable[Own],
    models: Models,
    providers: Mapping[str, Mapping[str, str]],
    differences: Iterable[Difference],
) -> str:
    """Return the text; ``shipped`` is the profile to extend, with ``differences``."""
    own, differences = tuple(own), tuple(differences)
    kept = tuple(each for each in differences if each.kept)
    lines = [head(PROFILE if kept else shipped, fleets), targets]
    if own:
        lines.append(_OTHER_AGENTS)
        lines += [_agent(agent) for agent in own]
    if models.new or models.moved:
        lines.append("\nmodels:\n")
    if models.moved:
        lines.append(_MOVED)
        lines += [_entry(alias, entry, 2) for alias, entry in models.moved.items()]
    if models.new:
        lines.append(_OTHER_MODELS)
        lines += [_model(alias, entry, models.like[alias]) for alias, entry in models.new.items()]
    if providers:
        lines.append(_PROVIDERS)
        lines += [_entry(name, value, 2) for name, value in providers.items()]
    lines.append(OVERRIDES)
    if kept:
        lines.append(f"\n# What your files decide differently from profile {shipped}.\nprofiles:\n  {PROFILE}:\n")
        lines.append(f"    extends: {shipped}\n")
        lines += _profile(kept)
    broken = [each for each in differences if each.breaks]
    if broken:
        lines.append(f"\n# What your files decide against a never-break rule is left out: profile {shipped} decides.\n")
        lines += [f"#   {flow(each.agent)}: {each.said}  # {', '.join(each.breaks)}\n" for each in broken]
    return "".join(lines)


def _profile(differences: tuple[Difference, ...]) -> Iterator[str]:
    assigned = [each for each in differences if each.assignment is not None and not each.breaks]
    if assigned:
        yield "    agents:\n"
    for each in assigned:
        yield _entry(each.agent, each.assignment, 6)
    waiting: dict[tuple[str | None, ...], list[str]] = {}
    for each in differences:
        if each.waits:
            waiting.setdefault(each.waits, []).append(each.agent)
    if waiting:
        yield "    never-break:\n"
    for number, (phases, agents) in enumerate(waiting.items(), 1):
        when = {"agent": agents, **({} if None in phases else {"phase": list(phases)})}
        yield f"      disabled{f'-{number}' if len(waiting) > 1 else ''}:\n"
        yield f"        when: {flow(when)}\n        require: {{defer: true}}\n"
        yield "        why: Disabled in the imported files\n"


def _agent(agent: Own) -> str:
    value = {
        "role": agent.role,
        # As in the shipped fleets, security work continues in every budget zone.
        "criticality": "critical" if agent.role == SECURITY else "",
        "mode": agent.mode,
        "temperature": agent.temperature,
        "phases": list(agent.phases),
        "names": agent.names,
        "description": agent.description,
    }
    return _entry(agent.name, {key: item for key, item in value.items() if item not in ("", None, [], {})}, 2)


def _model(alias: str, entry: Mapping[str, Any], like: str) -> str:
    lines = [f"  {flow(alias)}:\n"]
    for key, value in entry.items():
        guess = f"  # like {like}" if like else "  # nothing is known of it: too weak for every rule until you rank it"
        lines.append(f"    {key}: {flow(value)}{guess if key == 'rank' else ''}\n")
    return "".join(lines)


def _entry(name: str, value: Any, indent: int) -> str:
    """Return an entry on one line, or with one line per key."""
    line = f"{' ' * indent}{flow(name)}: {flow(value)}\n"
    if len(line) <= _WIDEST or not isinstance(value, Mapping):
        return line
    inner = "".join(f"{' ' * (indent + 2)}{flow(key)}: {flow(item)}\n" for key, item in value.items())
    return f"{' ' * indent}{flow(name)}:\n{inner}"


def flow(value: Any) -> str:
    """Return a value as YAML on one line."""
    match value:
        case Mapping():
            return "{" + ", ".join(f"{flow(key)}: {flow(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(flow, value)) + "]"
        case str():
            is_plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
            return value if is_plain else json.dumps(value, ensure_ascii=False)
        case float() if value.is_integer():
            return str(int(value))
    return json.dumps(value)
