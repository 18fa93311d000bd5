"""The user's project: gsdc.yaml and the files it names, or sensible defaults without one."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from gsdc.cache import store
from gsdc.finding import Rejected, some
from gsdc.policy.layers import Sourced, chain, entries, last
from gsdc.policy.ref import NOTHING, Ref
from gsdc.policy.sources import UNKNOWN_NAME, Body, Sources, shipped_names
from gsdc.source.document import read_document
from gsdc.source.tree import MISNAMED_FILE, PROJECT_FILE, Tree, decode
from gsdc.targets.registry import compiled_targets, targets_shown_by

DEFAULT_PROFILE: Final = "balanced"
MODELS_FILE: Final = "models.yaml"
_OFFERED: Final = 2  # suggestions for an unknown name
_BEGINNING: Final = 200  # bytes searched for gsdc's marker


class Project(NamedTuple):
    """A project: its layers (gsdc.yaml and what it extends), and the profiles and fleets that it may name.

    ``overlay`` is its models.yaml, which overrides the shipped catalog; the layers override both.
    """

    sources: Sources
    layers: tuple[Body, ...]
    overlay: tuple[Body, ...] = ()

    @property
    def tree(self) -> Tree:
        """The project's files."""
        return self.sources.tree

    @property
    def configured(self) -> bool:
        """Whether there is a gsdc.yaml."""
        return bool(self.layers)

    def value(self, key: str) -> Sourced | None:
        """Return the value of ``key`` in gsdc.yaml, with its place."""
        return last(self.layers, key)

    def catalog_day(self) -> Sourced:
        """Return the day (ISO) on which the catalog or models.yaml was last compared with its sources."""
        layers = (self.sources.shipped("catalog.yaml", "catalog"), *self.overlay)
        days = [Sourced(str(body.data["as-of"]), body.ref.child("as-of")) for body in layers if "as-of" in body.data]
        return max(days, key=lambda day: str(day.value))

    def roles(self) -> dict[str, str]:
        """Return the project's own roles, each with the shipped role that it behaves like."""
        return {name: item.value["like"] for name, item in entries(self.layers, "roles").items()}

    def targets(self) -> dict[str, dict[str, Any]]:
        """Return the targets in use with their options; without any in gsdc.yaml, those detected in the folder."""
        given = entries(self.layers, "targets")
        if self.value("targets") is None:
            return {name: {} for name in targets_shown_by(self.tree.root)}
        used = {
            name: given[name].value for name in compiled_targets() if name in given and given[name].value is not False
        }
        return {name: options if isinstance(options, dict) else {} for name, options in used.items()}

    def profile_names(self) -> list[str]:
        """Return every profile and workflow that can be named, the project's first."""
        own = sorted(entries(self.layers, "profiles"))
        return [*own, *(name for name in shipped_names() + shipped_names("workflows") if name not in own)]

    def profile(self, name: str, ref: Ref, what: str = "profile") -> Body | None:
        """Return a profile or a workflow by name, None if there is none (a finding at ``ref`` reports it).

        ``what`` is "profile" or "workflow", as requested: only names of this kind are suggested.
        """
        own = entries(self.layers, "profiles").get(name)
        if own is not None:
            if isinstance(own.value, dict):
                return Body(name, own.value, own.ref)
            body = self.sources.own(own.value, "profile", own.ref)
            return body and body._replace(name=name)
        for folder in ("", "workflows"):
            if name in shipped_names(folder):
                return self.sources.shipped(f"{folder}/{name}.yaml".lstrip("/"), "profile")
        own_names = [*entries(self.layers, "profiles")]
        self.sources.report(UNKNOWN_NAME, ref, f'unknown {what} "{name}"', _known_help(name, what, own_names))
        return None

    def fleet(self, name: str, ref: Ref) -> Body | None:
        """Return a fleet by name or path, None if there is none (a finding at ``ref`` reports it)."""
        if name in shipped_names("fleets"):
            return self.sources.shipped(f"fleets/{name}.yaml", "fleet")
        if "/" in name or name.endswith((".yaml", ".yml")):
            return self.sources.own(name, "fleet", ref)
        self.sources.unknown(ref, "fleet", name, shipped_names("fleets"))
        return None

    def fleet_names(self) -> list[Sourced]:
        """Return the fleets in use, each with its place; without any, the one detected in the folder."""
        given = self.value("fleets")
        if given is not None:
            return [Sourced(name, given.ref.child(index)) for index, name in enumerate(given.value)]
        if entries(self.layers, "agents"):
            return []
        return [Sourced(name, Ref(PROJECT_FILE)) for name in fleets_shown_by(self.tree.root)]


def open_project(root: Path, texts: Mapping[str, str] = NOTHING, *, follow_links: bool = False) -> Project:
    """Read gsdc.yaml in ``root`` and the files it extends; findings are collected in the project's ``sources``.

    ``texts`` replace the project's files at their paths.
    """
    store.keep_out_of(root)
    sources = Sources(Tree(root, follow_links=follow_links), texts)
    if PROJECT_FILE not in texts and not (root / PROJECT_FILE).exists() and not (root / PROJECT_FILE).is_symlink():
        if (root / MISNAMED_FILE).exists():
            message = f'"{MISNAMED_FILE}" is not read'
            sources.report(UNKNOWN_NAME, Ref(MISNAMED_FILE), message, f"name it {PROJECT_FILE}")
        return Project(sources, ())
    start = sources.own(PROJECT_FILE, "project")
    if start is None:
        return Project(sources, ())

    def parent(path: str, ref: Ref) -> Body | None:
        return sources.own(path, "project", ref)

    return Project(sources, chain(sources, start._replace(name=PROJECT_FILE), parent), _overlay(sources))


def _overlay(sources: Sources) -> tuple[Body, ...]:
    """Return the project's models.yaml. A file of that name without a mapping ``models`` belongs to another program."""
    if not os.path.lexists(sources.tree.root / MODELS_FILE):
        return ()
    try:
        content = sources.tree.read(MODELS_FILE)
        found = None if content is None else read_document(MODELS_FILE, decode(content, MODELS_FILE)).data
    except Rejected as rejected:
        sources.findings.extend(rejected.findings)
        return ()
    if not isinstance(found, dict) or not isinstance(found.get("models"), dict):
        return ()
    body = sources.own(MODELS_FILE, "models")
    return () if body is None else (body,)


def fleets_shown_by(root: Path) -> list[str]:
    """Return the fleets detected from a folder's content: gsd by default, leo by its executor's files.

    A table that gsdc itself compiled, for any fleet, is ignored.
    """
    if (root / "lib/sub-agent-executor.js").exists():
        return ["leo"]
    try:
        table = Tree(root).read("config/phase-model-config.json")
    except Rejected:  # errors in it are reported where it is read
        return ["gsd"]
    return ["gsd"] if table is None or b'"_generated"' in table[:_BEGINNING] else ["leo"]


def _known_help(name: str, what: str, own: list[str]) -> str:
    """Return the profiles or workflows close to ``name``; if none is close, all of them."""
    from difflib import get_close_matches

    workflows = shipped_names("workflows")
    known = [*own, *(workflows if what == "workflow" else shipped_names())]
    near = get_close_matches(name, known, _OFFERED) or get_close_matches(name.lower(), known, _OFFERED)
    if near:
        return "did you mean " + " or ".join(f'"{one}"' for one in near) + "?"
    if what == "workflow":
        return f"allowed: {', '.join(workflows)}"
    beside = f", and gsdc.yaml has {some(own)}" if own else ""
    return f"`gsdc help profiles` describes the shipped profiles{beside}"
