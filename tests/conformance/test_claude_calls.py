"""What puts an agent of Claude Code on another model than its file names: the call's own model, and a fallback."""

import json
from pathlib import Path

import pytest
from tests.conformance import wire
from tests.conformance.drivers import claude_code
from tests.conformance.recorder import Answer, Asked, Script

from gsdc.targets.claude_code.facts import FALLBACK_MOVES_AGENTS
from gsdc.targets.versions import since

PINNED, FALLBACK = "claude-opus-4-8", "claude-sonnet-4-6"


def asked_by(release: wire.Release, modules: Path, folder: Path, inputs: claude_code.Inputs, *flags: str) -> list[str]:
    """Return the models that an agent pinned to ``PINNED`` asks for, which answers with status 404."""
    program = release.program(modules)
    if program is None:
        pytest.skip("the client is not installed")
    seen: list[str] = []

    def script(names: tuple[str, ...]) -> Script:
        main = claude_code.script(names, inputs)

        def answer(asked: Asked) -> Answer:
            if wire.marked(asked) is None:
                return main(asked)
            seen.append(asked.body["model"])
            return 404 if asked.body["model"] == PINNED else main(asked)

        return answer

    def command(program: Path, project: Path, url: str) -> list[str | Path]:
        return [*claude_code.command(program, project, url), *flags]

    client = release.client._replace(script=script, command=command)
    agent = folder / "project/.claude/agents/pinned.md"
    agent.parent.mkdir(parents=True, exist_ok=True)
    agent.write_text(f"---\nname: pinned\ndescription: Works\nmodel: {PINNED}\n---\n{wire.MARK}pinned!\n")
    own = wire.Project(folder / "project", {"pinned": (PINNED, None)})
    wire.ask(client, program, own, folder / "home")
    return seen


@pytest.mark.parametrize("release", claude_code.RELEASES, ids=[one.version for one in claude_code.RELEASES])
def test_the_flag_moves_a_pinned_agent_where_gsdc_says_so(release, clients, tmp_path):
    models = asked_by(release, clients, tmp_path, {}, "--fallback-model", FALLBACK)
    assert models[0] == PINNED
    assert (models[-1] == FALLBACK) == since(FALLBACK_MOVES_AGENTS, release.version)


@pytest.mark.parametrize("release", claude_code.RELEASES, ids=[one.version for one in claude_code.RELEASES])
def test_the_model_of_a_call_overrides_the_file_unless_it_is_denied(release, clients, tmp_path):
    """2.1.141 ignores the denial: there the guard's hook has to forbid it."""
    inputs = {"pinned": {"model": "haiku"}}
    [model] = set(asked_by(release, clients, tmp_path, inputs))
    assert "haiku" in model
    settings = tmp_path / "project/.claude/settings.json"
    settings.write_text(json.dumps({"permissions": {"deny": ["Agent(model:haiku)"]}}))
    if release.version == "2.1.141":
        assert set(asked_by(release, clients, tmp_path, inputs)) == {model}
    else:
        with pytest.raises(AssertionError, match="no agent was started"):
            asked_by(release, clients, tmp_path, inputs)


@pytest.mark.parametrize("release", claude_code.RELEASES, ids=[one.version for one in claude_code.RELEASES])
def test_the_settings_define_the_word_in_a_call_which_takes_no_full_id(release, clients, tmp_path):
    """The remedy of GS014, and why there is no other."""
    settings = tmp_path / "project/.claude/settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"env": {"ANTHROPIC_DEFAULT_OPUS_MODEL": FALLBACK}}))
    assert set(asked_by(release, clients, tmp_path, {"pinned": {"model": "opus"}})) == {FALLBACK}
    with pytest.raises(AssertionError, match="no agent was started"):
        asked_by(release, clients, tmp_path, {"pinned": {"model": FALLBACK}})
