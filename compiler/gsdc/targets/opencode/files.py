"""The files that OpenCode reads in a project, their precedence, and their known keys.

Measured on OpenCode 1.18, by running it and by reading its bundled code.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from gsdc.finding import Diagnostic, Rejected, Severity
from gsdc.source.span import Span
from gsdc.source.tree import Tree

# Of one folder, the strongest first.
PROJECT_FILES: Final = (".opencode/opencode.jsonc", ".opencode/opencode.json", "opencode.jsonc", "opencode.json")
GLOBAL_FILES: Final = ("opencode.jsonc", "opencode.json", "config.json")
# Markdown overrides every file above; two folders of the same purpose have the same precedence.
AGENT_FILES: Final = (
    (".opencode/agent/", "**/*.md"),
    (".opencode/agents/", "**/*.md"),
    (".opencode/mode/", "*.md"),
    (".opencode/modes/", "*.md"),
)
COMMAND_FILES: Final = ((".opencode/command/", "**/*.md"), (".opencode/commands/", "**/*.md"))
# OpenCode's built-in agents, which exist without any file.
BUILT_IN: Final = ("build", "plan", "general", "explore", "title", "summary", "compaction")
DECIDED: Final = ("model", "variant", "temperature", "disable")
KNOWN: Final = (
    *DECIDED,
    *("top_p", "prompt", "tools", "description", "mode", "hidden"),
    *("options", "color", "steps", "maxSteps", "permission"),
)


def entries(data: Any, block: str) -> dict[str, dict[str, Any]]:
    """Return the agents of a block of a file, those that are objects."""
    agents = data.get(block) if isinstance(data, dict) else None
    found = agents.items() if isinstance(agents, dict) else ()
    return {name: entry for name, entry in found if isinstance(entry, dict)}


PROJECT_CONFIG_JSON = Diagnostic(
    "OC002",
    "config-json-in-project",
    Severity.ERROR,
    """OpenCode's project configuration is to be written to a file named config.json.

    ## Why is this bad?
    OpenCode reads config.json only in its global folder; in a project the file would silently do nothing (measured on
    OpenCode 1.18).

    ## Example (gsdc.yaml)
    targets:
      opencode: {path: config.json}

    ## Use instead (gsdc.yaml)
    targets:
      opencode: {path: opencode.json}
    """,
)


class Layout(NamedTuple):
    """The files that configure agents: ``json`` the strongest first, and ``folders`` of Markdown with patterns.

    ``own`` is the JSON file for keys that are in no file yet.
    """

    json: tuple[str, ...]
    folders: tuple[tuple[str, str], ...]
    own: str

    def folder_of(self, path: str) -> str:
        """Return the folder of agents that holds the Markdown file ``path``."""
        return next(folder for folder, _ in self.folders if path.startswith(folder))


def is_mode_folder(folder: str) -> bool:
    """Tell whether a folder has files of the deprecated modes, which override agents."""
    return folder.rstrip("/").rpartition("/")[2] in ("mode", "modes")


def layout_of(tree: Tree, options: Mapping[str, Any]) -> Layout:
    """Return the files that decide, with the options of the target: the project's, or those of the global folder.

    A path that is none of OpenCode's own names is read through OPENCODE_CONFIG, and weaker than the project's files.
    Raises ``Rejected`` if the client would not read the file, or a link leads out of the project.
    """
    given: str = options.get("path", "")
    if options.get("scope") == "global":
        own = given or "config.json"
        below = own.rpartition("/")[0]
        prefix = f"{below}/" if below else ""
        names = [prefix + name for name in GLOBAL_FILES]
        folders = [(prefix + folder.removeprefix(".opencode/"), pattern) for folder, pattern in AGENT_FILES]
    else:
        if given.rpartition("/")[2] == "config.json":
            help_ = "name it opencode.json, or write `scope: global`"
            message = "OpenCode never reads a project's config.json"
            raise Rejected(PROJECT_CONFIG_JSON.at(Span(given, 0, 0), message, help_))
        known = next((name for name in PROJECT_FILES if given == name or given.endswith(f"/{name}")), "")
        prefix = given.removesuffix(known) if known else ""
        names = [prefix + name for name in PROJECT_FILES]
        folders = [(prefix + folder, pattern) for folder, pattern in AGENT_FILES]
        own = given or _strongest(tree, names, folders)
    return Layout((*names, *([own] if own not in names else [])), tuple(folders), own)


def _strongest(tree: Tree, names: list[str], folders: list[tuple[str, str]]) -> str:
    """Return the strongest file that is there; else one beside the agents, where a person's global agents lose."""
    default = ".opencode/opencode.json" if _has_agents(tree, folders) else "opencode.json"
    for name in names:
        try:
            if tree.read(name) is not None:
                return name
        except Rejected:
            if ".opencode" not in name.split("/"):
                raise
    return default


def _has_agents(tree: Tree, folders: Iterable[tuple[str, str]]) -> bool:
    try:
        return any(tree.glob(folder + pattern) for folder, pattern in folders)
    except Rejected:  # the target of a link out of the project is unknown
        return False
