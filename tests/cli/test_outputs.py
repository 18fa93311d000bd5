"""Every command prints JSON as `gsdc schema --outputs` describes it: real outputs, in one project after the other."""

import json
import re
import shutil
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from gsdc.cli import COMMANDS, main
from gsdc.cli.schema import output_schema, printing_commands
from gsdc.policy.validate import schema

DEMO = Path(__file__).parents[1] / "projects/demo"
STEPS = Path(__file__).parents[1] / "cases/outputs.txt"
GROUPS = {"models", "tokens"}
# What these print is not theirs to describe: a schema, what a hook of Claude Code reads, and a protocol.
UNDESCRIBED = {"schema", "guard", "mcp"}
SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def command_of(words):
    """Return how the schemas call the command of a line: "models-show"."""
    is_part = words[0] in GROUPS and len(words) > 1 and words[1].isalpha()
    return "-".join(words[:2]) if is_part else words[0]


@cache
def validator(name):
    return Draft202012Validator(output_schema(name))


def project_of(name, tmp_path):
    if name == "demo":
        shutil.copytree(DEMO, tmp_path, ignore=shutil.ignore_patterns("build"), dirs_exist_ok=True)
        summary = tmp_path / ".planning/phases/03-billing/03-01-SUMMARY.md"
        summary.write_text("---\nphase: 03-billing\nplan: 01\n---\n\nDone.\n")
    elif name == "agents":
        folder = tmp_path / ".claude/agents"
        folder.mkdir(parents=True)
        (folder / "security-reviewer.md").write_text(
            "---\nname: security-reviewer\ndescription: x\nmodel: haiku\n---\n"
        )
    else:
        (tmp_path / "gsdc.yaml").write_text("profile: none\n")


def lines_of(name):
    section = STEPS.read_text().split(f"[{name}]\n")[1].partition("\n[")[0]
    return [line for line in section.splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize("project", ["demo", "agents", "broken"])
def test_what_commands_print_is_as_described(project, tmp_path, monkeypatch):
    project_of(project, tmp_path)
    monkeypatch.chdir(tmp_path)
    problems = []
    for line in lines_of(project):
        words = line.split()
        result = CliRunner().invoke(main, ["--format", "json", *words], catch_exceptions=False)
        assert result.exit_code in {0, 1, 2}, (line, result.output)
        error = best_match(validator(command_of(words)).iter_errors(json.loads(result.stdout)))
        problems += [f"{line}: {error.json_path}: {error.message[:200]}"] if error else []
    assert not problems


def test_every_command_is_described_and_tried():
    described = set(printing_commands())
    tried = {command_of(line.split()) for name in ("demo", "agents", "broken") for line in lines_of(name)}
    assert described == tried
    assert {name.partition("-")[0] for name in described} == COMMANDS.keys() - UNDESCRIBED
    parts = {f"{group}-{name}" for group in GROUPS for name in main.get_command(None, group).commands}
    assert parts - described == {"models-update"}  # it prints a difference


def test_keys_are_written_in_one_style():
    def keys(value):
        if isinstance(value, dict):
            yield from value.get("properties", {})
            for inner in value.values():
                yield from keys(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from keys(inner)

    assert [key for key in keys(schema("outputs")["$defs"]) if not SNAKE.fullmatch(key)] == []


def test_every_mapping_is_closed():
    def mappings(value):
        if isinstance(value, dict):
            if value.get("type") == "object":
                yield value
            for inner in value.values():
                yield from mappings(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from mappings(inner)

    assert all("additionalProperties" in value for value in mappings(schema("outputs")["$defs"]))


@pytest.mark.parametrize("words", [["agents"], ["models", "show"]])
def test_the_schema_of_a_command_stands_alone(words):
    result = CliRunner().invoke(main, ["schema", "--outputs", " ".join(words)])
    Draft202012Validator.check_schema(json.loads(result.stdout))
    references = set(re.findall(r"#/\$defs/([\w-]+)", result.stdout))
    assert references <= json.loads(result.stdout)["$defs"].keys()


@pytest.mark.parametrize(("kind", "nearest"), [(["profil"], "profile"), (["--outputs", "agent"], "agents")])
def test_an_unknown_kind_gets_the_nearest(kind, nearest):
    result = CliRunner().invoke(main, ["schema", *kind])
    assert result.exit_code == 2
    assert f'did you mean "{nearest}"' in result.output
