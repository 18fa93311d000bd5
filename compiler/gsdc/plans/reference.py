"""Whether the "@" references of a plan exist: people write paths with blanks, notes and places in the file."""

import os
import re
from collections.abc import Iterator
from typing import Final

from gsdc.plans.facts import Passage, PlanFacts, identifier
from gsdc.plans.phase import ProjectPlans

_ELSEWHERE: Final = ("/", "~", "$", "http:", "https:", "<", "{", "[", "../", "path/to/")
_PATTERN: Final = frozenset("*{}<>[]$|")
# A package of a registry, "scope/name" after the "@".
_PACKAGE: Final = re.compile(r"[a-z0-9][\w-]*/[a-z0-9][\w-]*(?:@[\w.^~-]+)?")
_EXTENSION: Final = re.compile(r"\.[A-Za-z]\w{0,5}$")
# Without a folder, a name may be a decorator, such as "@app.post": only these endings make it a file name.
_FILE_NAME: Final = re.compile(
    r"\.(?:md|mdx|txt|rst|json|jsonc|ya?ml|toml|lock|py|pyi|[cm]?[jt]sx?|rs|go|java|kt|swift|rb|php|cs|c|h|cpp|sh|sql"
    r"|html|css|scss|vue|svelte|nix|tf|env|xml|csv|ini|cfg|R|ex|exs|dart|prisma|graphql|proto)$"
)
# What may follow a path without a blank: a line, an anchor, or a note in full-width punctuation.
_PLACE: Final = re.compile(r"(?::\d[\d,:\-L]*|#.*|::.*|[（，：、；。「【].*)$")
_TRAILING: Final = ".,;:)\"'*"
# get-shit-done installs these into the project or the home folder, and rewrites the paths to them.
_INSTALLED: Final = ("/get-shit-done", "/gsd")
# Files of every get-shit-done project: if none of them is present, the others are missing too.
_KEPT: Final = frozenset({"PROJECT.md", "ROADMAP.md", "STATE.md", "config.json", "REQUIREMENTS.md", "MILESTONES.md"})
# Files that gsdc and clients write beside plans: they say nothing about the other files of a project.
_WRITTEN: Final = frozenset({"gsdc.yaml", "CLAUDE.md", "AGENTS.md", "opencode.json", "opencode.jsonc"})
_PLANNING: Final = ".planning"
_MOST_WORDS: Final = 8
_LONGEST_PATH: Final = 1_000  # characters; an installer writes no longer path
_HOME: Final = re.compile(r"(?:[A-Za-z]:)?[\\/](?:Users|home)[\\/][^\\/\s]+[\\/]")
# Below the folder of a client, such as "~/.claude/get-shit-done/".
_INSTALLED_IN: Final = re.compile(r"[\\/]\.[\w./\\-]*?[\\/](?:get-shit-done|gsd)")


class References:
    """Tells which references of the plans of ``project`` are broken."""

    def __init__(self, project: ProjectPlans) -> None:
        self._project = project
        self._known: dict[str, bool] = {}
        planning = os.path.join(project.location, _PLANNING)  # noqa: PTH118
        self._has_planning = not _KEPT.isdisjoint(project.disk.entries(planning))
        # A project with only folders may contain only plans. A checkout has files, most with a dot in the name.
        self._is_checkout = any("." in name[1:] for name in project.entries - _WRITTEN if not name.startswith("."))

    def missing(self, plan: PlanFacts, place: Passage) -> str:
        """Return the path that ``place`` refers to if it does not exist, "" if it does or if that is unknown."""
        path = place.text
        if self._cannot_tell(path):
            return ""
        return "" if any(self._found(plan, one) for one in _readings(place)) or _goes_on(place) else path

    def _cannot_tell(self, path: str) -> bool:
        if path.startswith(_ELSEWHERE) or path[1:2] == ":" or not _PATTERN.isdisjoint(path) or "..." in path:
            return True
        if path.count("(") != path.count(")"):
            return True
        first, slash, _ = path.removeprefix("./").partition("/")
        if not slash:
            return not (self._is_checkout and _FILE_NAME.search(path))
        if first == _PLANNING:
            return not (self._has_planning or self._is_checkout)
        if _PACKAGE.fullmatch(path) and first not in self._project.entries:
            return True
        return not (self._is_checkout or first in self._project.entries)

    def _found(self, plan: PlanFacts, path: str) -> bool:
        path = path.removeprefix("./")
        if path not in self._known:
            self._known[path] = self._is_there(path)
        return self._known[path] or self._is_beside(plan, path)

    def _is_there(self, path: str) -> bool:
        """Tell whether ``path`` exists or will."""
        project, (first, _, rest) = self._project, path.partition("/")
        if path in project.written or self._exists(path):
            return True
        if first.startswith(".") and any(part in f"/{rest}" for part in _INSTALLED):
            return True
        if path.endswith("-SUMMARY.md") and self._is_summary(identifier(path)):
            return True
        return first == _PLANNING and any(map(self._exists, self._archived(rest)))

    def _is_summary(self, wanted: tuple[str, ...]) -> bool:
        """Tell whether a plan is named ``wanted``, with optional words after its numbers, or a date before them."""
        plans = self._project.identifiers
        length = len(wanted)
        return wanted in plans or (length > 1 and any(wanted in {plan[:length], plan[-length:]} for plan in plans))

    def _archived(self, rest: str) -> Iterator[str]:
        """Yield the possible locations of a file of the planning folder after its milestone was finished and moved."""
        without = rest.removeprefix("phases/")
        for folder in ("milestones", "archive"):
            for name in self._project.disk.entries(os.path.join(self._project.location, _PLANNING, folder)):  # noqa: PTH118
                yield f"{_PLANNING}/{folder}/{name}/{without}"
                yield f"{_PLANNING}/{folder}/{name}/phases/{without}"
                yield f"{_PLANNING}/{folder}/{name}/{rest}"

    def _is_beside(self, plan: PlanFacts, path: str) -> bool:
        """Tell whether ``path`` exists relative to the folder of ``plan``, or in it if the path names that folder."""
        project, (folder, _, name) = self._project, path.rpartition("/")
        in_project = path.partition("/")[0] in project.entries and "/" in path
        if not in_project and project.disk.exists(project.locate(plan, path)):
            return True
        same = folder.rpartition("/")[2] == plan.folder.rpartition("/")[2]
        return same and project.disk.exists(project.locate(plan, name))

    def _exists(self, path: str) -> bool:
        return self._project.disk.exists(os.path.join(self._project.location, path))  # noqa: PTH118


def _readings(place: Passage) -> Iterator[str]:
    """Yield the paths that the text after "@" may mean: as written, without a place in the file, with blanks."""
    path = place.text
    yield path
    bare = _PLACE.sub("", path).rstrip(_TRAILING)
    if bare and bare != path:
        yield bare
    rest = place.excerpt[place.column :] if place.excerpt else ""
    said = path
    for word in rest[len(path) :].split(" ")[1 : _MOST_WORDS + 1]:
        said = f"{said} {word}"
        yield said.rstrip(_TRAILING + "`")


def _goes_on(place: Passage) -> bool:
    """Tell whether the text continues, and the path has no ending yet: it has an unknown number of blanks."""
    rest = place.excerpt[place.column + len(place.text) :] if place.excerpt else ""
    return rest.strip(" `") != "" and not place.text.endswith("/") and _EXTENSION.search(place.text) is None


def is_installed(path: str) -> bool:
    """Tell whether ``path`` is in get-shit-done as an installer put it into a home folder."""
    home = _HOME.match(path)
    return home is not None and _INSTALLED_IN.search(path, home.end() - 1, _LONGEST_PATH) is not None


def home_of(path: str) -> str:
    """Return the home folder that contains ``path``, "" if there is none."""
    found = _HOME.match(path)
    return found[0].rstrip("/\\") if found else ""
