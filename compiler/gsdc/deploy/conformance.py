"""The gates that ask the clients themselves, where they are installed (seed 003, "3.3 Validation Checklist").

A client gets a copy, in a folder that is thrown away, of the files that say which model an agent runs on: as they would
be. It is offline, has a home of its own, and runs no plugin: OpenCode loads those that opencode.json names even for
``debug config`` (measured on OpenCode 1.18), and a project's code is not for ``gsdc apply`` to run.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from gsdc.deploy.gate import Gate
from gsdc.deploy.proposal import Proposal
from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.source.span import Span
from gsdc.source.tree import Tree, decode
from gsdc.targets.api import Claim
from gsdc.targets.client_process import ClientFailedError, run
from gsdc.targets.opencode import emit as opencode_target
from gsdc.targets.opencode.substitution import referenced
from gsdc.targets.opencode.view import FILES
from gsdc.targets.overrides import emit as overrides
from gsdc.transaction.exposed import exposed

OPENCODE: Final = "GSDC_OPENCODE"
_OFFLINE: Final = {
    "OPENCODE_DISABLE_MODELS_FETCH": "1",
    "OPENCODE_DISABLE_AUTOUPDATE": "1",
    "OPENCODE_DISABLE_LSP_DOWNLOAD": "1",
    "npm_config_offline": "true",
}
# Every cell of the tables, asked of the module as an executor would.
_ASK: Final = """
import * as table from './table.mjs';
const zones = {};
for (const [zone, { phases, defaults }] of Object.entries(table.ZONES)) {
  const ask = (phase) => ([agent]) => [agent, table.getModelForAgentAndPhase(agent, phase, zone)];
  const asked = Object.entries(phases).map(([phase, agents]) =>
    [phase, Object.fromEntries(Object.entries(agents).map(ask(phase)))]);
  const byDefault = Object.entries(defaults).map(ask());
  zones[zone] = { phases: Object.fromEntries(asked), defaults: Object.fromEntries(byDefault) };
}
console.log(JSON.stringify({ zones }));
"""

CLIENT_DISAGREES = Diagnostic(
    "DP043",
    "client-disagrees",
    Severity.ERROR,
    """A client makes something else of the compiled files than the policy decides.

    ## Why is this bad?
    The agent would run on another model than the one that was reviewed and proved (seed 003, "3.3 Validation
    Checklist": no-go). A file of the project's that counts over the compiled one is the usual cause.

    ## No example
    It takes the client itself.
    """,
)


class SkippedError(Exception):
    """A client is not asked; the message is the reason."""


def opencode(proposal: Proposal, tree: Tree) -> Gate:
    """Let OpenCode, that of $GSDC_OPENCODE or on the PATH, resolve the project's files as they are in ``tree``."""
    found = [artifact for name, artifact in proposal.build.artifacts if name == opencode_target.ID]
    binary = os.environ.get(OPENCODE) or shutil.which("opencode")
    if not found or binary is None:
        return Gate("opencode", None, "OpenCode is not installed" if found else "nothing is compiled for OpenCode")
    [artifact] = found
    is_global = proposal.project.targets().get(opencode_target.ID, {}).get("scope") == "global"
    models = proposal.policy.models.values()
    try:
        with tempfile.TemporaryDirectory(prefix="gsdc-") as name:
            home, project = Path(name, "home"), Path(name, "project")
            config = home / ".config" / "opencode" if is_global else project
            for each in (home, project, config):
                each.mkdir(parents=True, exist_ok=True)
            _copy(tree, (artifact.path,) if is_global else (*FILES, artifact.path), config)
            variables = _OFFLINE | {
                "XDG_CONFIG_HOME": str(home / ".config"),
                "XDG_DATA_HOME": str(home / ".local/share"),
                "XDG_CACHE_HOME": str(home / ".cache"),
                "XDG_STATE_HOME": str(home / ".local/state"),
            }
            if artifact.path not in FILES and not is_global:
                variables["OPENCODE_CONFIG"] = str(project / artifact.path)
            output = run((binary, "debug", "config", "--pure"), project, home, variables)
        seen = opencode_target.read("what OpenCode says", output, models)
    except SkippedError as skipped:
        return Gate("opencode", None, str(skipped))
    except OSError as error:
        return Gate("opencode", None, f"no folder to try it in: {(error.strerror or str(error)).lower()}")
    except (ClientFailedError, Rejected) as error:
        return Gate("opencode", False, f"OpenCode cannot read the files as they would be: {error}")
    agents = {agent.name_in(opencode_target.ID) for agent in proposal.policy.agents.values()}
    wanted = opencode_target.read(artifact.path, artifact.content, models)
    return _judge("opencode", "OpenCode", artifact.path, (claim for claim in wanted if claim.agent in agents), seen)


def node(proposal: Proposal) -> Gate:
    """Let node import the module of override tables, and ask it for every agent, phase and zone."""
    modules = [item for name, item in proposal.build.artifacts if name == overrides.ID and item.path.endswith(".mjs")]
    binary = shutil.which("node")
    if not modules or binary is None:
        return Gate("node", None, "node is not installed" if modules else "no module is compiled")
    [artifact] = modules
    models = proposal.policy.models.values()
    try:
        with tempfile.TemporaryDirectory(prefix="gsdc-") as name:
            folder_ = Path(name)
            (folder_ / "table.mjs").write_bytes(artifact.content)
            (folder_ / "ask.mjs").write_text(_ASK)
            output = run((binary, "ask.mjs"), folder_, folder_, {})
        seen = overrides.read("what node says.json", output, models)
    except OSError as error:
        return Gate("node", None, f"no folder to try it in: {(error.strerror or str(error)).lower()}")
    except (ClientFailedError, Rejected) as error:
        return Gate("node", False, f"node cannot import {artifact.path}: {error}")
    wanted = overrides.read(artifact.path, artifact.content, models)
    return _judge("node", "node", artifact.path, wanted, seen)


def _copy(tree: Tree, patterns: Iterable[str], folder_: Path) -> None:
    """Copy what OpenCode reads about agents. Raises ``SkippedError`` for what must not be copied."""
    for path in dict.fromkeys(path for pattern in patterns for path in tree.glob(pattern)):
        content = tree.read(path) or b""
        text = decode(content, path)
        if any(exposed(path, content)):
            raise SkippedError(f"{path} seems to hold a credential, and is not copied")
        location = folder_ / path
        location.parent.mkdir(parents=True, exist_ok=True)
        location.write_bytes(content)
        for other in referenced(path, text) if not path.endswith(".md") else ():
            if other is None:
                raise SkippedError(f"{path} takes something from a file outside of the project")
            if tree.size(other) is not None and not (folder_ / other).exists():
                # What stands in it may be a key, and is no model.
                (folder_ / other).parent.mkdir(parents=True, exist_ok=True)
                (folder_ / other).write_text("stand-in")


def _judge(name: str, client: str, path: str, wanted: Iterable[Claim], seen: Iterable[Claim]) -> Gate:
    """Compare what a client says with the claims of the compiled file."""
    expected = {(claim.agent, claim.phase, claim.zone): claim for claim in wanted}
    said = {(claim.agent, claim.phase, claim.zone): claim for claim in seen}
    findings = tuple(
        _difference(client, path, claim, said.get(key)) for key, claim in expected.items() if said.get(key) != claim
    )
    agents = {claim.agent for claim in expected.values()}
    if findings:
        return Gate(name, False, f"{client} disagrees about {len(findings)} of {len(expected)} answers", findings)
    return Gate(name, True, f"{client} puts {len(agents)} agents on the compiled models")


def _difference(client: str, path: str, wanted: Claim, said: Claim | None) -> Finding:
    what = "does not know it" if said is None else f"says {_shown(said)}"
    where = "".join(f" in {name}" for name in (wanted.phase, wanted.zone and f"zone {wanted.zone}") if name)
    message = f'"{wanted.agent}"{where} is compiled to {_shown(wanted)}, and {client} {what}'
    return CLIENT_DISAGREES.at(
        Span(path, 0, 0), message, "look for another file that says it, or report it as a bug of gsdc"
    )


def _shown(claim: Claim) -> str:
    model = f'"{claim.model}"' if claim.model else "no model"
    return model if claim.temperature is None else f"{model} at temperature {claim.temperature:g}"
