"""Whatever people do to Gemini CLI's files between applies: after one, models and efforts are those of the policy.

Hypothesis edits, adds and removes agents and settings in any order. Efforts stand in a list that a person owns: the
person's entries, and the comments between them, stay.
"""

import json

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from tests.deploy.client_files import ProjectFiles

from gsdc.policy.load import load
from gsdc.source.tree import Tree
from gsdc.targets.modules import viewer
from gsdc.targets.registry import declarations

POLICY = """\
targets: {gemini-cli: true}
agents:
  scribe: {role: docs, models: {any: %s}, description: Writes}
"""
AGENT = ".gemini/agents/scribe.md"
SETTINGS = ".gemini/settings.json"
OWN = (
    "{}",
    '{"modelConfigs": {}}',
    '{"modelConfigs": {"overrides": []}}',
    '{"modelConfigs": {"overrides": [\n  // kept\n  {"match": {"model": "x"}, "modelConfig": {}}\n]}}',
    '{"modelConfigs": {"overrides": [{"match": {"overrideScope": "other"}, "modelConfig": {"model": "kept"}}]}}',
)
THINKS_OTHERWISE = {"generateContentConfig": {"thinkingConfig": {"thinkingLevel": "MEDIUM"}}}


class GeminiFiles(ProjectFiles):
    """A project whose files people and gsdc write in turn."""

    @initialize()
    def begin(self) -> None:
        self.change_policy("gemini-pro", "low")

    @rule(model=st.sampled_from(["gemini-pro", "gemini-flash"]), effort=st.sampled_from(["low", "high", ""]))
    def change_policy(self, model: str, effort: str) -> None:
        self.wanted = (model, effort or None)
        said = f", effort: {effort}" if effort else ""
        (self.root / "gsdc.yaml").write_text(POLICY % f"{{model: {model}{said}}}")

    @rule(model=st.sampled_from(["", "model: inherit\n", "model: gemini-2.5-pro\n"]))
    def write_agent(self, model: str) -> None:
        self.write(AGENT, f"---\nname: scribe\ndescription: Mine\n{model}---\n# kept\n", "kept")

    @rule(text=st.sampled_from(OWN))
    def write_settings(self, text: str) -> None:
        self.write(SETTINGS, text, "kept" if "kept" in text else "")

    @rule()
    def think_otherwise(self) -> None:
        """A person gives the agent another effort; only while the policy decides one, else it would stay."""
        if self.wanted[1]:
            override = {"match": {"overrideScope": "scribe"}, "modelConfig": THINKS_OTHERWISE}
            self.write(SETTINGS, json.dumps({"modelConfigs": {"overrides": [override]}}), "")

    @rule(path=st.sampled_from([AGENT, SETTINGS]))
    def remove(self, path: str) -> None:
        (self.root / path).unlink(missing_ok=True)
        self.kept.pop(path, None)

    def check_views(self) -> None:
        policy = load(self.root).policy
        assert policy is not None
        for claim, *_ in viewer(declarations()["gemini-cli"]).view(Tree(self.root), policy).statements:
            if claim.agent == "scribe" and AGENT in self.kept:
                assert claim.model == self.wanted[0]
                assert claim.effort == self.wanted[1] or self.wanted[1] is None


Machine = GeminiFiles.TestCase
Machine.settings = settings(max_examples=6, stateful_step_count=8, deadline=None)
