"""Ask the real OpenCode for its effective configuration (seed 003, "3.3 Validation Checklist").

OpenCode gets a copy of the files that set the models, in a temporary folder. It is offline, has its own home folder,
and runs no plugin: OpenCode loads the plugins in opencode.json even for ``debug config`` (measured on OpenCode 1.18),
and ``gsdc apply`` must not run a project's code.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from gsdc.cache import store
from gsdc.credentials.exposed import credentials
from gsdc.finding import Rejected
from gsdc.source.tree import Tree, decode
from gsdc.targets.answers import compare_answers
from gsdc.targets.api import ClientQuestion, Reply, aliases
from gsdc.targets.client_process import ClientFailedError, run
from gsdc.targets.opencode import DECLARATION
from gsdc.targets.opencode.emit import read_back
from gsdc.targets.opencode.files import Layout, layout_of
from gsdc.targets.opencode.merged import claims, merge
from gsdc.targets.opencode.substitution import referenced

BINARY: Final = "GSDC_OPENCODE"
_OFFLINE: Final = {
    "OPENCODE_DISABLE_MODELS_FETCH": "1",
    "OPENCODE_DISABLE_AUTOUPDATE": "1",
    "OPENCODE_DISABLE_LSP_DOWNLOAD": "1",
    "npm_config_offline": "true",
}


class SkippedError(Exception):
    """A client is not asked; the message is the reason."""


def ask(question: ClientQuestion) -> Reply:
    """Let OpenCode, that of $GSDC_OPENCODE or on the PATH, resolve the project's files."""
    binary = os.environ.get(BINARY) or shutil.which("opencode")
    if binary is None:
        return Reply(None, "OpenCode is not installed")
    models = question.policy.models.values()
    layout = layout_of(question.tree, question.options)
    try:
        seen = read_back("what OpenCode says", _resolved(binary, question, layout), models)
    except SkippedError as skipped:
        return Reply(None, str(skipped))
    except OSError as error:
        return Reply(None, f"no folder to try it in: {(error.strerror or str(error)).lower()}")
    except (ClientFailedError, Rejected) as error:
        return Reply(False, f"OpenCode cannot read the files as they would be: {error}")
    agents = {agent.name_in(DECLARATION.client) for agent in question.policy.agents.values()}
    said = claims(merge(question.tree, layout, []), aliases(models, DECLARATION.ids))
    wanted = (claim for claim in said if claim.agent in agents)
    return compare_answers("OpenCode", layout.own, wanted, seen)


def _resolved(binary: str, question: ClientQuestion, layout: Layout) -> bytes:
    """Return the configuration that OpenCode resolves from copies of its files."""
    is_global = question.options.get("scope") == "global"
    with tempfile.TemporaryDirectory(prefix="gsdc-") as name:
        home, project = Path(name, "home"), Path(name, "project")
        config = home / ".config" / "opencode" if is_global else project
        for each in (home, project, config):
            each.mkdir(parents=True, exist_ok=True)
        markdown = (folder + pattern for folder, pattern in layout.folders)
        patterns = (*layout.json, *markdown) if is_global else (*DECLARATION.files, layout.own)
        _copy(question.tree, patterns, config)
        variables = _OFFLINE | {
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_DATA_HOME": str(home / ".local/share"),
            "XDG_CACHE_HOME": str(home / ".cache"),
            "XDG_STATE_HOME": str(home / ".local/state"),
        }
        if layout.own not in DECLARATION.files and not is_global:
            variables["OPENCODE_CONFIG"] = str(project / layout.own)
        return run((binary, "debug", "config", "--pure"), project, home, variables)


def _copy(tree: Tree, patterns: Iterable[str], folder_: Path) -> None:
    """Copy what OpenCode reads about agents. Raises ``SkippedError`` for what must not be copied."""
    for path in dict.fromkeys(path for pattern in patterns for path in tree.glob(pattern)):
        content = tree.read(path) or b""
        text = decode(content, path)
        if any(credentials(path, text, store.folder("secrets"))):
            raise SkippedError(f"{path} seems to hold a credential, and is not copied")
        location = folder_ / path
        location.parent.mkdir(parents=True, exist_ok=True)
        location.write_bytes(content)
        for other in referenced(path, text) if not path.endswith(".md") else ():
            if other is None:
                raise SkippedError(f"{path} reads a file outside the project")
            if tree.size(other) is not None and not (folder_ / other).exists():
                # Its values may be keys, and are not models.
                (folder_ / other).parent.mkdir(parents=True, exist_ok=True)
                (folder_ / other).write_text("stand-in")
