"""What ``gsdc`` says of Claude Code's agents and settings, against Claude Code itself, which get-shit-done brings."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.conformance.claude_code import MARK, SESSION, ask

from gsdc.cli import main
from gsdc.models.identity import identify
from gsdc.policy.load import load
from gsdc.source.tree import Tree
from gsdc.targets.api import INHERIT
from gsdc.targets.claude_code import view as claude_agents
from gsdc.targets.claude_code.frontmatter import read_agent_frontmatter

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "claude-agents"
BUILT_IN = {"claude", "Explore", "general-purpose", "Plan", "statusline-setup"}

# By the name of the agent and its file: what stands between "---" and "---", or all of the file.
AGENTS = {
    "alias": "name: alias\ndescription: x\nmodel: opus",
    "none": "name: none\ndescription: x",
    "capitals": "name: capitals\ndescription: x\nmodel: Opus",
    "inherits": "name: inherits\ndescription: x\nmodel: Inherit",
    "quoted": 'name: quoted\ndescription: x\nmodel: "opus " # best',
    "typo": "name: typo\ndescription: x\nmodel: sonet",
    "version": "name: version\ndescription: x\nmodel: claude-opus-4-5",
    "version-of-alias": "name: version-of-alias\ndescription: x\nmodel: claude-opus-4-7",
    "context": "name: context\ndescription: x\nmodel: opus[1m]",
    "other": "name: other\ndescription: x\nmodel: gpt-5.2",
    "number": "name: number\ndescription: x\nmodel: 5",
    "items": "name: items\ndescription: x\nmodel: [opus]",
    "nothing": "name: nothing\ndescription: x\nmodel:",
    "empty": 'name: empty\ndescription: x\nmodel: ""',
    "best": "name: best\ndescription: x\nmodel: best",
    "opusplan": "name: opusplan\ndescription: x\nmodel: opusplan",
    "no-name": "description: x\nmodel: opus",
    "no-description": "name: no-description\nmodel: opus",
    "number-name": "name: 5\ndescription: x",
    "number-description": "name: number-description\ndescription: 5",
    "colons": 'name: colons\ndescription: Use it: when "x": y\nmodel: haiku',
    "colons-and-comment": "name: colons-and-comment\ndescription: Use it: so\nmodel: haiku # cheap",
    "colons-and-quotes": "name: colons-and-quotes\ndescription: Use it: so\nmodel: 'haiku'",
    "hash": 'name: hash\ndescription: use #1: "a" and it\'s\nmodel: haiku',
    "half-quoted": 'name: half-quoted\ndescription: "a" and: b\nmodel: haiku',
    "open-quote": 'name: open-quote\ndescription: "open\nmodel: haiku',
    "escape": 'name: escape\ndescription: "a\\.b"\nmodel: haiku',
    "brackets": "name: brackets\ndescription: [x] do: y\nmodel: haiku",
    "star": "name: star\ndescription: *x* of: y\nmodel: haiku",
    "bar": "name: bar\ndescription: | a: b\nmodel: haiku",
    "block": "name: block\ndescription: |\n  a: b\n  c\nmodel: haiku",
    "tools": "name: tools\ndescription: x\ntools: [Read, Write\nmodel: haiku",
    "several-lines": 'name: several-lines\ndescription: Examples:\n<example>\nuser: "x"\n foo: bar\nmodel: haiku',
    "list": "name: list\ndescription: Examples:\n- a: b: c\nmodel: haiku",
    "twice": "name: twice\ndescription: x\nmodel: opus\nmodel: haiku",
    "twice-and-colons": "name: twice-and-colons\ndescription: a: b\nmodel: opus\nmodel: haiku",
    "twice-and-block": "name: twice-and-block\ndescription: |\n  a\nmodel: opus\nmodel: haiku",
    "dashes": "name: dashes\ndescription: a --- b\nmodel: haiku",
    "tab": "name: tab\ndescription: x\n\tmodel: haiku",
    "spaces": "name: spaces\ndescription: x\n  model: haiku",
    "misspelt": "name: misspelt\ndescription: x\nmodle: opus",
    "key-in-capitals": "name: key-in-capitals\ndescription: x\nMODEL: opus",
    "key-in-quotes": 'name: key-in-quotes\ndescription: x\n"model": haiku',
    "blank-before-colon": "name: blank-before-colon\ndescription: x\nmodel : haiku",
    "no-blank": "name: no-blank\ndescription: x\nmodel:haiku",
    "json": '{"name": "json", "description": "x", "model": "haiku"}',
    "merged": "name: merged\n<<: {model: haiku}\ndescription: x",
    "windows": "---\r\nname: windows\r\ndescription: x\r\nmodel: haiku\r\n---\r\n",
    "byte-order-mark": "\ufeff---\nname: byte-order-mark\ndescription: x\nmodel: haiku\n---\n",
    "blank-line": "\n---\nname: blank-line\ndescription: x\nmodel: haiku\n---\n",
    "no-end": "---\nname: no-end\ndescription: x\nmodel: haiku\n",
    "blank-after-dashes": "--- \nname: blank-after-dashes\ndescription: x\nmodel: haiku\n--- \n",
    "text": "Just text.\n",
}
FEW = ("alias", "none", "inherits", "version", "version-of-alias", "best")
SUBAGENT = '{"env": {"CLAUDE_CODE_SUBAGENT_MODEL": %s}}'
# The shared settings, and the local ones.
SETTINGS = {
    "for every agent": (SUBAGENT % '"haiku"', "{}"),
    "local over shared": (SUBAGENT % '"haiku"', SUBAGENT % '" Opus "'),
    "inherit for every agent": (SUBAGENT % '"inherit"', "{}"),
    "a number for every agent": (SUBAGENT % "5", "{}"),
    "nothing for every agent": (SUBAGENT % '""', "{}"),
    "a trailing comma": ('{"env": {"CLAUDE_CODE_SUBAGENT_MODEL": "haiku"},}', "{}"),
    "a comment": ('{"env": {"CLAUDE_CODE_SUBAGENT_MODEL": "haiku"} /* so */}', "{}"),
    "a byte order mark": ("\ufeff" + SUBAGENT % '"haiku"', "{}"),
    "a model that is no text": ('{"env": {"CLAUDE_CODE_SUBAGENT_MODEL": "haiku"}, "model": 5}', "{}"),
    "variables that are a list": ('{"env": ["CLAUDE_CODE_SUBAGENT_MODEL"], "model": "haiku"}', "{}"),
    "another opus": ('{"env": {"ANTHROPIC_DEFAULT_OPUS_MODEL": "claude-haiku-4-5"}}', "{}"),
    "another opus for all": (SUBAGENT % '"opus"', '{"env": {"ANTHROPIC_DEFAULT_OPUS_MODEL": "gpt-5.2"}}'),
    "the former variable": ('{"env": {"ANTHROPIC_SMALL_FAST_MODEL": "claude-opus-4-6"}}', SUBAGENT % '"haiku"'),
    "ids mapped to others": (
        # What `opus` is in the pinned client, and what it is in the newest one, which gsdc reads as.
        '{"modelOverrides": {"claude-opus-4-7": "claude-haiku-4-5", "claude-opus-5-5": "claude-haiku-4-5"}}',
        '{"modelOverrides": {"claude-opus-4-6": "claude-sonnet-4-6"}}',
    ),
}


@pytest.fixture(scope="module")
def policy(tmp_path_factory):
    found = load(tmp_path_factory.mktemp("policy"), fleets=["gsd"]).policy
    # The version that get-shit-done brings.
    found = found and found._replace(clients={"claude-code": "2.1.141"})
    assert found is not None
    return found


def write(folder: Path, agents: dict[str, str], settings: tuple[str, str] = ("{}", "{}")) -> None:
    (folder / ".claude/agents").mkdir(parents=True)
    for name, text in agents.items():
        whole = text if "---" in text.partition("\n")[0] + text[:4] or text.endswith(".\n") else f"---\n{text}\n---\n"
        (folder / f".claude/agents/{name}.md").write_bytes(f"{whole}\n{MARK}{name}\n".encode())
    for path, content in zip(("settings.json", "settings.local.json"), settings, strict=True):
        (folder / ".claude" / path).write_text(content, "utf-8")


def meant(model: str) -> str:
    """Return a model that Claude Code asks for in the words of the policy; written apart from what is tested."""
    if model.startswith("claude-opus-4-5"):  # older than the opus of the catalog
        return "claude-opus-4-5"
    version = re.match(r"claude-(opus|sonnet|haiku)-4", model)
    return INHERIT if model == SESSION else version[1] if version else model


def said(folder: Path, policy) -> dict[str, str]:
    return {each.claim.agent: each.claim.model for each in claude_agents.view(Tree(folder), policy).statements}


def test_every_way_to_write_an_agent(tmp_path, claude, policy):
    write(tmp_path / "project", AGENTS)
    answer = ask(claude, tmp_path / "project", tmp_path / "home", list(AGENTS))
    ours = said(tmp_path / "project", policy)
    assert set(ours) == answer.loaded - BUILT_IN
    assert ours == {name: meant(model) for name, model in answer.models.items()}
    assert len(ours) > 35


@pytest.mark.parametrize("name", SETTINGS)
def test_settings(name, tmp_path, claude, policy):
    write(tmp_path / "project", {agent: AGENTS[agent] for agent in FEW}, SETTINGS[name])
    answer = ask(claude, tmp_path / "project", tmp_path / "home", FEW)
    assert said(tmp_path / "project", policy) == {agent: meant(model) for agent, model in answer.models.items()}
    assert set(answer.models) == set(FEW)


def test_real_agents(tmp_path, claude, policy):
    if not CORPUS.is_dir():
        pytest.skip("../shared/corpus/claude-agents is not here")
    # Several projects have agents of one name, of which Claude Code loads one.
    projects: list[dict[str, str]] = []
    for path in sorted(CORPUS.iterdir()):
        text = path.read_text("utf-8")
        found = read_agent_frontmatter(path.name, text)
        name = str(found.data.get("name", path.stem)) if found else path.stem
        project = next((each for each in projects if name not in each), None)
        if project is None:
            projects.append(project := {})
        project[name] = text
    for number, project in enumerate(projects):
        folder = tmp_path / str(number)
        write(folder, project)
        answer = ask(claude, folder, tmp_path / "home", list(project))
        view = claude_agents.view(Tree(folder), policy)
        ignored = {Path(each.span.path).stem for each in view.findings if each.code == "CA001"}
        assert answer.loaded - BUILT_IN == set(project) - ignored
        ours = {each.claim.agent: each.claim.model for each in view.statements}
        # Those of get-shit-done that name no model get one from their caller; here nobody names one.
        assert {name: ours.get(name, INHERIT) for name in answer.models} == {
            name: meant(model) for name, model in answer.models.items()
        }
        assert set(answer.models) == set(project) - ignored


def test_after_apply_each_agent_asks_for_the_policy_s_model(tmp_path, claude, monkeypatch):
    wanted = {"gsd-planner": "opus", "gsd-executor": "sonnet", "gsd-codebase-mapper": "haiku"}
    project = tmp_path / "project"
    write(project, {name: f"name: {name}\ndescription: Use it: always\ntools: Read" for name in wanted})
    (project / "gsdc.yaml").write_text("fleets: [gsd]\ntargets: {claude-code: true}\n")
    monkeypatch.chdir(project)
    before = {file: file.read_bytes() for file in (project / ".claude").rglob("*.md")}
    assert CliRunner().invoke(main, ["apply", "--yes"]).exit_code == 0
    answer = ask(claude, project, tmp_path / "home", list(wanted))
    assert {name: identify(model).line for name, model in answer.models.items()} == wanted
    assert CliRunner().invoke(main, ["rollback", "--yes"]).exit_code == 0
    assert {file: file.read_bytes() for file in before} == before


@pytest.mark.parametrize("release", ["claude-opus-4-8", "claude-sonnet-5"])
def test_an_agent_does_not_get_the_older_release_of_its_session(tmp_path, claude, monkeypatch, release):
    wanted = {"gsd-planner": "opus", "gsd-executor": "sonnet", "gsd-codebase-mapper": "haiku"}
    project = tmp_path / "project"
    write(project, {name: f"name: {name}\ndescription: Plans" for name in wanted})
    (project / ".claude/settings.json").write_text(f'{{"env": {{"ANTHROPIC_MODEL": "{release}"}}}}')
    (project / "gsdc.yaml").write_text("fleets: [gsd]\ntargets: {claude-code: true}\n")
    monkeypatch.chdir(project)
    assert CliRunner().invoke(main, ["apply", "--yes"]).exit_code == 0
    answer = ask(claude, project, tmp_path / "home", list(wanted), session=release)
    assert release not in answer.models.values()
    assert {name: identify(model).line for name, model in answer.models.items()} == wanted
