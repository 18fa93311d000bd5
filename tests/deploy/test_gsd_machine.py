"""Whatever people do to get-shit-done's configuration between applies: after one, GSD answers what the policy decides.

Hypothesis writes and removes the project's configuration and that of a workstream, in the words of any runtime. After
each apply lint finds no drift and no broken rule, the view is the policy, and what a person wrote besides is there.
"""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from gsdc.cli import main
from gsdc.policy.load import load
from gsdc.source.tree import Tree
from gsdc.targets.choice import choose
from gsdc.targets.gsd import ROOT
from gsdc.targets.gsd.emit import word_of
from gsdc.targets.gsd.resolve import client
from gsdc.targets.gsd.view import view

STREAM = ".planning/workstreams/b/config.json"
AGENTS = ("gsd-planner", "gsd-executor", "gsd-security-auditor", "gsd-doc-writer")
POLICY = """\
profile: {profile}
fleets: [gsd]
targets: {{gsd: true}}
clients: {{{version}}}
overrides:
  - {{agent: gsd-doc-writer, model: {model}, reason: A trial, until: 2099-01-01}}
"""
words = st.sampled_from(["opus", "sonnet", "haiku", "inherit", "opsu", "", "anthropic/claude-opus-5-5", 5])
blocks = st.fixed_dictionaries(
    {},
    optional={
        "model_profile": st.sampled_from(["quality", "balanced", "budget", "adaptive", "inherit", "Qualty"]),
        "models": st.dictionaries(st.sampled_from(["execution", "verification", "verify"]), words, max_size=2),
        "model_overrides": st.dictionaries(st.sampled_from(AGENTS), words, max_size=3),
        "runtime": st.sampled_from(["claude", "opencode", "kilo"]),
        "model_policy": st.sampled_from([{"provider": "anthropic", "budget": "low"}, {"provider": "generic"}]),
        "model_profile_overrides": st.just({"opencode": {"opus": "anthropic/claude-haiku-4-5"}}),
        "effort": st.just({"agent_overrides": {"gsd-planner": "low"}}),
        "resolve_model_ids": st.sampled_from(["omit", True]),
    },
)


class GsdFiles(RuleBasedStateMachine):
    """A project whose configuration people and gsdc write in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())

    def teardown(self) -> None:
        shutil.rmtree(self.root)

    @initialize()
    def begin(self) -> None:
        self.change_policy("balanced", "sonnet", "gsd-core: 1.14.0")
        self.write(ROOT, {})

    @rule(
        profile=st.sampled_from(["quality", "balanced", "budget"]),
        model=st.sampled_from(["opus", "sonnet"]),
        version=st.sampled_from(["gsd-core: 1.14.0", "get-shit-done-cc: 1.42.3"]),
    )
    def change_policy(self, profile: str, model: str, version: str) -> None:
        if profile == "quality":
            model = "opus"  # less than the profile gives its documentation would break a rule
        text = POLICY.format(profile=profile, model=model, version=version)
        (self.root / "gsdc.yaml").write_text(text)

    @rule(block=blocks)
    def edit_the_configuration(self, block: dict[str, Any]) -> None:
        self.write(ROOT, block)

    @rule(block=blocks.map(lambda block: {key: value for key, value in block.items() if key != "runtime"}))
    def edit_the_workstream(self, block: dict[str, Any]) -> None:
        self.write(STREAM, block)

    @rule()
    def remove_the_workstream(self) -> None:
        (self.root / STREAM).unlink(missing_ok=True)

    def write(self, path: str, block: dict[str, Any]) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps({"mode": "yolo", **block, "workflow": {"research": True}}, indent=1) + "\n")

    @rule()
    def apply(self) -> None:
        done = self.gsdc("apply", "--yes", "--force")
        assert done.exit_code == 0, done.output
        for path in (ROOT, STREAM):
            if (self.root / path).exists():
                data = json.loads((self.root / path).read_text())
                assert (data["mode"], data["workflow"]) == ("yolo", {"research": True}), path
        found = json.loads(self.gsdc("--format", "json", "lint").stdout)["findings"]
        assert not [each for each in found if each["code"] in ("IF003", "IF005", "IF020", "NB001")], found
        self.check_view()
        again = self.gsdc("apply", "--yes")
        assert "nothing to apply" in again.output, again.output

    def check_view(self) -> None:
        policy = load(self.root).policy
        assert policy is not None
        runtime = json.loads((self.root / ROOT).read_text()).get("runtime") or "claude"
        decided = {}
        for agent in policy.agents.values():
            model = choose(policy, agent, "green").model
            if agent.name_in("gsd") in client().agents and word_of(model, runtime) is not None:
                decided[agent.name_in("gsd")] = model.alias
        for claim, at, *_ in view(Tree(self.root), policy).statements:
            if claim.agent in decided:
                assert claim.model == decided[claim.agent], (at, claim)

    def gsdc(self, *arguments: str):
        return CliRunner().invoke(main, ["--project", str(self.root), *arguments])


Machine = GsdFiles.TestCase
Machine.settings = settings(max_examples=6, stateful_step_count=6, deadline=None)
