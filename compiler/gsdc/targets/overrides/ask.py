"""Import the module of override tables in the real node, and look up models as an executor does."""

import shutil
import tempfile
from pathlib import Path
from typing import Final

from gsdc.finding import Rejected
from gsdc.targets.answers import compare_answers
from gsdc.targets.api import ClientQuestion, Reply
from gsdc.targets.client_process import ClientFailedError, run
from gsdc.targets.overrides.claims import read_back

# Every cell of the tables, asked of the module as an executor would.
_ASK: Final = """
import * as table from './table.mjs';
const zones = {};
for (const [zone, { phases, defaults }] of Object.entries(table.ZONES)) {
  const answers = (of) => {
    const inPhase = (agents, phase) =>
      Object.fromEntries(Object.keys(agents).map((agent) => [agent, of(agent, phase, zone)]));
    return [
      Object.fromEntries(Object.entries(phases).map(([phase, agents]) => [phase, inPhase(agents, phase)])),
      inPhase(defaults),
    ];
  };
  const [models, byDefault] = answers(table.getModelForAgentAndPhase);
  const [efforts, effortsByDefault] = answers(table.getEffortForAgentAndPhase);
  zones[zone] = { phases: models, defaults: byDefault, phaseEfforts: efforts, defaultEfforts: effortsByDefault };
}
console.log(JSON.stringify({ zones }));
"""


def ask(question: ClientQuestion) -> Reply:
    """Let node import the module of override tables, and ask it for every agent, phase and zone."""
    modules = [artifact for artifact in question.artifacts if artifact.path.endswith(".mjs")]
    binary = shutil.which("node")
    if not modules or binary is None:
        return Reply(None, "node is not installed" if modules else "no module is compiled")
    [artifact] = modules
    models = question.policy.models.values()
    try:
        with tempfile.TemporaryDirectory(prefix="gsdc-") as name:
            folder = Path(name)
            (folder / "table.mjs").write_bytes(artifact.content)
            (folder / "ask.mjs").write_text(_ASK)
            output = run((binary, "ask.mjs"), folder, folder, {})
        seen = read_back("what node says.json", output, models)
    except OSError as error:
        return Reply(None, f"no folder to try it in: {(error.strerror or str(error)).lower()}")
    except (ClientFailedError, Rejected) as error:
        return Reply(False, f"node cannot import {artifact.path}: {error}")
    return compare_answers("node", artifact.path, read_back(artifact.path, artifact.content, models), seen)
