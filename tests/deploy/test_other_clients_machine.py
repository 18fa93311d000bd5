"""Whatever people do to the files of all clients in one project: after an apply, every view is what the policy decides.

The clients read each other's files: Copilot and Cursor load Claude Code's agents, Kilo reads opencode.json. Hypothesis
edits, adds and removes agents and configurations in any order.
"""

import json

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from tests.deploy.client_files import ProjectFiles

from gsdc.policy.load import load
from gsdc.source.path_pattern import fits
from gsdc.source.tree import Tree
from gsdc.targets.modules import viewer
from gsdc.targets.registry import declarations

# All of these clients have models of OpenAI but Claude Code; Aider has roles for agents, the plugin of OpenCode has
# categories for agents of other names than its own.
TARGETS = (*("codex", "copilot", "cursor", "qwen-code", "kilo", "aider", "oh-my-openagent", "opencode", "claude-code"),)
POLICY = """\
targets: {%s}
agents:
  scribe: {role: docs, models: {any: {model: %s, effort: %s}}, description: Writes, names: {aider: weak-model}}
  tester: {role: testing, models: {any: opus}, description: Tests}
"""
KEPT = "# kept"  # a person's own line, in every file that has one
MARKDOWN = (
    *(".github/agents/%s.agent.md", ".github/agents/team/%s.md", ".cursor/agents/%s.md", ".qwen/agents/%s.md"),
    *(".kilo/agents/%s.md", ".kilo/agent/%s.md", ".kilocode/agents/%s.md", ".opencode/agent/%s.md"),
    ".claude/agents/%s.md",
)
CONFIGURATIONS = ("kilo.json", "kilo.jsonc", ".kilo/kilo.json", "opencode.json")
agents = st.sampled_from(["scribe", "tester"])
models = st.sampled_from(["", "inherit", "openai/gpt-5.2", "anthropic/claude-haiku-4-5", "gpt-5.2", "sonnet"])
ends = st.sampled_from(["\n", "\r\n"])


class AllClients(ProjectFiles):
    """A project with the files of every client, which people and gsdc write in turn."""

    @initialize()
    def begin(self) -> None:
        self.change_policy("gpt-5.2", "high")

    @rule(model=st.sampled_from(["gpt-5.2", "gpt-mini"]), effort=st.sampled_from(["low", "high"]))
    def change_policy(self, model: str, effort: str) -> None:
        self.scribe = model
        targets = ", ".join(f"{target}: true" for target in TARGETS)
        (self.root / "gsdc.yaml").write_text(POLICY % (targets, model, effort))

    @rule(path=st.sampled_from(MARKDOWN), agent=agents, model=models, end=ends)
    def write_markdown(self, path: str, agent: str, model: str, end: str) -> None:
        lines = ["---", KEPT, f"name: {agent}", "description: Mine", *([f"model: {model}"] if model else []), "---"]
        self.write(path % agent, f"{end.join(lines)}{end}Do it.{end}", KEPT)

    @rule(folder=st.sampled_from([".codex/agents", ".codex/agents/team"]), agent=agents, model=models)
    def write_toml(self, folder: str, agent: str, model: str) -> None:
        line = f'model = "{model}"\n' if model else ""
        text = f'name = "{agent}"\ndescription = "Mine" {KEPT}\n{line}developer_instructions = "Do it."\n[tools]\n'
        self.write(f"{folder}/{agent}.toml", text, KEPT)

    @rule(path=st.sampled_from(CONFIGURATIONS), agent=agents, model=models)
    def write_configuration(self, path: str, agent: str, model: str) -> None:
        entry = {"model": model} if "/" in model else {}
        self.write(path, json.dumps({"username": "kept", "agent": {agent: entry}}), '"username": "kept"')

    @rule(block=st.sampled_from(["agents", "categories"]), model=models, is_nested=st.booleans())
    def write_plugin(self, block: str, model: str, is_nested: bool) -> None:
        name = "oracle" if block == "agents" else "scribe"
        data = {block: {name: {"model": model} if "/" in model else {}}}
        own = {"[opencode]": data} if is_nested else data
        self.write(".omo/omo.jsonc", json.dumps({"theme": "kept", **own}), '"theme": "kept"')

    @rule(model=models)
    def write_roles(self, model: str) -> None:
        self.write(".aider.conf.yml", f"{KEPT}\nweak-model: {model or 'haiku'}\nmodel: sonnet\n", KEPT)

    def check_views(self) -> None:
        policy = load(self.root).policy
        assert policy is not None
        decided = {"scribe": self.scribe, "tester": "opus", "weak-model": self.scribe}
        unreachable = {("codex", "tester"), ("claude-code", "scribe")}
        for name in TARGETS:
            target = declarations()[name]
            for statement in viewer(target).view(Tree(self.root), policy).statements:
                claim, at = statement.claim, statement.at
                if claim.agent not in decided or (name, claim.agent) in unreachable:
                    continue
                if not any(fits(at.path.split("/"), pattern.split("/")) for pattern in target.writes):
                    assert statement.remedy.startswith("give "), (name, claim, at)
                    continue
                assert claim.model == decided[claim.agent], (name, claim, at)


Machine = AllClients.TestCase
Machine.settings = settings(max_examples=6, stateful_step_count=10, deadline=None)
