"""The override tables under real node: imported as a module, and read by a loader like LEO's."""

import json
import subprocess

import pytest

from gsdc.policy.decide import decide
from gsdc.policy.load import load
from gsdc.policy.model import ZONES, State
from gsdc.source.tree import Tree
from gsdc.targets.api import Request
from gsdc.targets.efforts import written_effort
from gsdc.targets.overrides import emit as overrides

# LEO's loader: keys with "_" are comments, ``value.effort || value.model``; a phase first, then the default.
LOADER = """
import { readFileSync } from 'node:fs';
import * as table from './config/phase-model-overrides.mjs';
const strip = (entries) => Object.fromEntries(Object.entries(entries)
  .filter(([name]) => !name.startsWith('_')).map(([name, value]) => [name, value.effort || value.model]));
const configs = {};
for (const zone of Object.keys(table.ZONES)) {
  const config = JSON.parse(readFileSync(`./config/phase-model-config.${zone}.json`, 'utf8'));
  const phases = Object.fromEntries(Object.entries(config.phaseModelOverrides)
    .filter(([name]) => !name.startsWith('_')).map(([name, entries]) => [name, strip(entries)]));
  configs[zone] = { phases, defaults: strip(config.defaultModelAssignments) };
}
const asked = JSON.parse(process.argv[2]);
console.log(JSON.stringify({
  module: asked.map(([agent, phase, zone]) => table.getModelForAgentAndPhase(agent, phase, zone)),
  loader: asked.map(([agent, phase, zone]) => configs[zone].phases[phase]?.[agent] || configs[zone].defaults[agent]),
  efforts: asked.map(([agent, phase, zone]) => table.getEffortForAgentAndPhase(agent, phase, zone) ?? null),
  same: Object.entries(table.ZONES).every(([zone, { phases, defaults }]) =>
    JSON.stringify(configs[zone]) === JSON.stringify({ phases, defaults })),
  active: [table.ACTIVE_ZONE, table.PHASE_MODEL_OVERRIDES === table.ZONES[table.ACTIVE_ZONE].phases],
}));
"""


@pytest.mark.conformance
@pytest.mark.parametrize("profile", ["quality", "balanced", "budget", "research"])
def test_node_and_the_loader_answer_as_the_policy_decides(tmp_path, node, profile):
    policy = load(tmp_path, profile=profile, fleets=["leo", "granter"]).policy
    assert policy is not None
    for artifact in overrides.emit(Request(policy, "orange", Tree(tmp_path), {})).artifacts:
        (tmp_path / artifact.path).parent.mkdir(exist_ok=True)
        (tmp_path / artifact.path).write_bytes(artifact.content)
    (tmp_path / "loader.mjs").write_text(LOADER)
    asked = [
        (agent.name, phase, zone)
        for zone in ZONES
        for agent in policy.agents.values()
        for phase in (*agent.phases, None)
    ]
    command = [node, "loader.mjs", json.dumps(asked)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)

    def effort_of(decision):
        return decision.model and written_effort("claude", policy.models[decision.model], decision.effort)

    wanted = [decide(policy, State(*question)).model or "defer" for question in asked]
    ids = [policy.models[model].ids.get("claude", model) if model != "defer" else model for model in wanted]
    assert (answer["module"], answer["loader"]) == (ids, ids)
    assert answer["efforts"] == [effort_of(decide(policy, State(*question))) for question in asked]
    assert (answer["same"], answer["active"]) == (True, ["orange", True])
    assert "defer" in wanted
