"""The user's own agent files, which override the project's ``opencode.json``."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.source.tree import Tree, decode
from gsdc.targets.isolation import NOTE, is_isolated
from gsdc.targets.opencode.layers import AgentConfigLayer, strongest
from gsdc.targets.opencode.markdown import MarkdownAgent, read_agent

HOME_WINS: Final = Diagnostic(
    "OC024",
    "home-agent-wins",
    Severity.WARNING,
    """A person's own agent file decides the model of an agent, not the project's opencode.json.

    ## Why is this bad?
    OpenCode reads `agent/NAME.md` of its global folder over the `opencode.json` of a project: the project's model never
    runs for this person. Files in the project's `.opencode` count over both (measured on OpenCode 1.18: 26 layers).
    The finding depends on the machine: with `GSDC_ISOLATED=1` gsdc looks at the project alone.

    ## No example
    It takes a file in the home folder.
    """,
)
_FOLDERS: Final = ("agent/", "agents/")
_OF_PROJECT: Final = ".opencode/"


def overruled(said: Mapping[str, Sequence[AgentConfigLayer]]) -> Iterator[Finding]:
    """Yield a finding for each agent whose model a file of the global folder decides."""
    folder = Path(os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config"), "opencode")  # noqa: PTH111 - raises nothing
    # os.path: a home that this user may not enter holds nothing that counts for them.
    present = [name for name in _FOLDERS if folder.is_absolute() and os.path.isdir(folder / name)]  # noqa: PTH112
    if not present or is_isolated():
        return
    tree = Tree(folder)
    for agent, layers in said.items():
        chosen = strongest(layers, "model")
        if chosen is None or isinstance(chosen.source, MarkdownAgent) or chosen.block == "mode":
            continue
        if chosen.source.path.startswith(_OF_PROJECT):
            continue
        for name in present:
            model = _model(tree, name, agent)
            if model and model != chosen.values["model"]:
                path = f"{folder / name}{os.sep}{agent}.md"
                message = f'"{agent}" runs on "{model}": {path} overrides this file'
                help_ = f"write it into .opencode/agent/{agent}.md"
                yield HOME_WINS.at(chosen.span("model", of_key=False), message, help_, (NOTE,))


def _model(tree: Tree, folder: str, agent: str) -> str:
    """Return the model that a file of the global folder gives an agent, "" where it gives none."""
    path = f"{folder}{agent}.md"
    try:
        content = tree.read(path)
        found = read_agent(path, folder, decode(content, path)) if content else None
    except Rejected:
        return ""
    model = found.data.get("model") if found is not None and found.name == agent else None
    return model if isinstance(model, str) else ""
