"""The list of all targets; code that needs the set of targets derives it from this list."""

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from gsdc import plugins
from gsdc.source.tree import PROJECT_FILE
from gsdc.targets.declaration import Declaration

# In the order in which they are compiled. Where two read one file, the first is named first.
_BUILT_IN: Final = (
    *("opencode", "gsd", "claude_code", "codex", "gemini_cli", "copilot"),
    *("cursor", "qwen_code", "kilo", "oh_my_openagent", "aider"),
    *("claude_md", "agents_md", "overrides", "plans", "gsd_workflow"),
    *("opencode_plugin", "litellm", "prometheus", "grafana"),
    *("orchestrator", "reference_doc", "quick_reference", "troubleshooting", "gitignore"),
)


@cache
def declarations() -> Mapping[str, Declaration]:
    """Return every target by its name: those of gsdc, then those that plugins bring.

    A plugin may not take a name of gsdc's: the built-in target counts then.
    """
    built_in = (import_module(f"gsdc.targets.{name}").DECLARATION for name in _BUILT_IN)
    found: dict[str, Declaration] = {declaration.name: declaration for declaration in built_in}
    for _, declaration in plugins.load_plugins(plugins.TARGETS):
        found.setdefault(declaration.name, declaration)
    return found


@cache
def compiled_targets() -> tuple[str, ...]:
    """Return the names of the targets that something is compiled to."""
    return tuple(name for name, declaration in declarations().items() if declaration.emit)


def client_label(client: str) -> str:
    """Return what messages call a client, by the name that ``ids`` and ``names`` have for it."""
    return next((one.label for one in declarations().values() if one.client == client), client)


def knows_its_agents(client: str) -> bool:
    """Tell whether a client knows its agents: any other name has no effect."""
    return any(one.client == client and one.knows_its_agents for one in declarations().values())


def uses_fleet_names(client: str) -> bool:
    """Tell whether agents have the names of the fleet in a client's files."""
    return any(one.client == client and one.uses_fleet_names for one in declarations().values())


def ids_of(client: str) -> str:
    """Return whose ids of models a client writes, by the name that agents' ``names`` have for it."""
    return next((one.ids for one in declarations().values() if one.client == client), client)


def ids_name_provider(ids: str) -> bool:
    """Tell whether ids of models are written provider/model, by the name that models' ``ids`` have for the client."""
    return any(one.ids == ids and one.ids_name_provider for one in declarations().values())


def provider_of(ids: str) -> str:
    """Return whom a client asks for a model whose id names no provider, by the client's name in models' ``ids``.

    "" where that cannot be told.
    """
    return next((one.provider for one in declarations().values() if one.ids == ids and one.provider), "")


def client_gates() -> tuple[str, ...]:
    """Return the names of the gates that ask the real clients."""
    return tuple(one.gate or name for name, one in declarations().items() if one.ask)


@cache
def home_folders() -> frozenset[str]:
    """Return the folders in a person's home folder in which clients keep their own."""
    return frozenset(one.home.partition("/")[0] for one in declarations().values() if one.home)


def options_schema() -> dict[str, Any]:
    """Return the JSON Schema of the key ``targets`` of gsdc.yaml, as the mapping of its properties."""
    found = {}
    for name in compiled_targets():
        options = declarations()[name].options or {}
        text = {"description": options["description"]} if "description" in options else {}
        shape = {"type": "object", "additionalProperties": False, "properties": options.get("properties", {})}
        found[name] = {**text, "oneOf": [{"type": "boolean"}, shape]}
    return found


def targets_shown_by(root: Path) -> list[str]:
    """Return the targets that are in use in folder ``root`` where no gsdc.yaml names any."""
    return [
        name
        for name in compiled_targets()
        if (signs := declarations()[name].shown_by) is not None
        and (not signs or any(_is_there(root, sign) for sign in signs))
    ]


def _is_there(root: Path, sign: str) -> bool:
    """Tell whether a file, or a folder where ``sign`` ends with a slash, is in folder ``root``."""
    return (root / sign).is_dir() if sign.endswith("/") else (root / sign).exists()


@cache
def project_marks() -> frozenset[str]:
    """Return names of which one is in each folder that is a separate project, with a client or a policy."""
    found = {PROJECT_FILE}
    for one in declarations().values():
        hidden = (sign.partition("/")[0] for sign in one.signs if sign.startswith("."))
        found.update(one.marks or hidden)
    return frozenset(found)


def readable_targets(root: Path, coming: Iterable[str] = ()) -> Iterator[Declaration]:
    """Yield the targets that may find something to read in folder ``root``, or in files ``coming`` to it."""
    folder, coming = str(root), tuple(coming)
    for declaration in declarations().values():
        if declaration.view and any(
            os.path.lexists(f"{folder}/{sign}") or _is_inside(sign, coming) for sign in declaration.signs
        ):
            yield declaration


def _is_inside(sign: str, paths: Iterable[str]) -> bool:
    return any(path == sign or path.startswith(f"{sign}/") for path in paths)
