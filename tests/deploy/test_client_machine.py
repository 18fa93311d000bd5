"""Whatever people do to the clients' files between applies: after one, every client runs what the policy decides.

Hypothesis edits, adds and removes agent files and configurations of OpenCode and Claude Code in any order. After each
apply lint finds no drift, the view of each client is the policy, and what a person wrote besides is still there.
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
targets: {opencode: %s, claude-code: %s}
agents:
  scribe: {role: docs, models: {any: %s}, description: Writes}
  tester: {role: testing, models: {any: sonnet}, description: Tests}
"""
AGENTS = ("scribe", "tester")
NOTE = "# kept"  # a person's own line, in every file that has one
JSON = ("opencode.json", "opencode.jsonc", ".opencode/opencode.json")
FOLDERS = (".opencode/agent", ".opencode/agents", ".opencode/mode", ".claude/agents")
models = st.sampled_from(["", "opus", "sonnet", "haiku"])
options = st.sampled_from(["true", "{create: true}"])


class ClientFiles(ProjectFiles):
    """A project whose files people and gsdc write in turn."""

    @initialize(opencode=options, claude=options)
    def begin(self, opencode: str, claude: str) -> None:
        self.change_policy(opencode, claude, "opus")

    @rule(opencode=options, claude=options, model=st.sampled_from(["opus", "haiku"]))
    def change_policy(self, opencode: str, claude: str, model: str) -> None:
        (self.root / "gsdc.yaml").write_text(POLICY % (opencode, claude, model))

    @rule(
        folder=st.sampled_from(FOLDERS), agent=st.sampled_from(AGENTS), model=models, stem=st.sampled_from(["", "x."])
    )
    def write_agent(self, folder: str, agent: str, model: str, stem: str) -> None:
        word = model if folder.startswith(".claude") else f"anthropic/claude-{model}-4-5"
        line = f"model: {word}\n" if model else ""
        path = f"{folder}/{stem}{agent}.md"
        self.write(path, f"---\nname: {agent}\ndescription: Mine\n{line}---\n{NOTE}\n", NOTE)

    @rule(path=st.sampled_from(JSON), block=st.sampled_from(["agent", "agents", "mode"]), model=models)
    def write_configuration(self, path: str, block: str, model: str) -> None:
        entry = {"model": f"anthropic/claude-{model}-4-5"} if model else {}
        text = json.dumps({"$schema": "s", "username": "kept", block: {"scribe": entry}})
        self.write(path, text, '"username": "kept"')

    def check_views(self) -> None:
        policy = load(self.root).policy
        assert policy is not None
        decided = {name: policy.agents[name].models["any"].model for name in AGENTS}
        for name in ("opencode", "claude-code"):
            for claim, *_ in viewer(declarations()[name]).view(Tree(self.root), policy).statements:
                assert claim.model == decided[claim.agent], (name, claim)


Machine = ClientFiles.TestCase
Machine.settings = settings(max_examples=6, stateful_step_count=6, deadline=None)
