"""The files that OpenCode reads in a project, which of them counts over which, and the keys that it knows in them.

As measured on OpenCode 1.18, by running it and by reading its bundled code.
"""

from typing import Any, Final

# Of one folder, the strongest first.
PROJECT_FILES: Final = (".opencode/opencode.jsonc", ".opencode/opencode.json", "opencode.jsonc", "opencode.json")
GLOBAL_FILES: Final = ("opencode.jsonc", "opencode.json", "config.json")
# Markdown counts over every file above; of two folders with one purpose neither counts over the other.
AGENT_FILES: Final = (
    (".opencode/agent/", "**/*.md"),
    (".opencode/agents/", "**/*.md"),
    (".opencode/mode/", "*.md"),
    (".opencode/modes/", "*.md"),
)
COMMAND_FILES: Final = ((".opencode/command/", "**/*.md"), (".opencode/commands/", "**/*.md"))
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
