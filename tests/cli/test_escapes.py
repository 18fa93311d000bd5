"""What people wrote never drives the terminal: no control character and no turning mark of an input is printed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gsdc.cli import main

# A colour, a link, a title, a cleared screen, the same by one character, a bell, a step back, a return to the line's
# begin, a deletion, and marks that turn the text around.
EVIL = "\x1b[31m\x1b]8;;evil:x\x07\x1b]0;owned\x07\x1b[2J\x9b31m\x07\b\r\x7f\x85\u2028\u202e\u2066\u200f"
FORBIDDEN = {character for character in EVIL if not character.isprintable()}
# A line that an output must not have as one of its own.
FORGED = "gsdc.yaml:1:1: error[FORGED]: this is not gsdc's"
QUOTED = json.dumps(EVIL + "\n" + FORGED)
# A plan has lines of its own, which YAML 1.1's line breaks would cut.
IN_LINE = EVIL.replace("\r", "").replace("\x85", "").replace("\u2028", "")

PROJECT = f"""\
profile: team
fleets: [leo, gsd, team.yaml]
targets:
  opencode: {{create: true}}
  claude-md: true
  overrides: true
  plans: true
models:
  house:
    rank: 40
    provider: x
    ids: {{opencode: x/h}}
    price: {{input: 1, output: 1}}
    context: 9000
    strengths: [{QUOTED}]
overrides:
  - {{agent: API, model: haiku, reason: {QUOTED}}}
  - {{agent: SECURITY, model: sonnet, reason: {QUOTED}}}
agents:
  helper: {{role: docs, description: {QUOTED}, triggers: [{QUOTED}]}}
profiles:
  team:
    extends: balanced
    summary: {QUOTED}
    roles: {{docs: {{model: light, why: {QUOTED}}}}}
    zones: {{red: {{guidance: {QUOTED}}}}}
    always: [{QUOTED}]
    escape-hatches: [{QUOTED}]
    never-break:
      mine: {{when: {{role: [docs]}}, require: {{min: heavy}}, why: {QUOTED}}}
"""
FLEET = f"""\
summary: {QUOTED}
agents:
  writer: {{role: docs, description: {QUOTED}}}
routes:
  review: {{agent: writer, why: {QUOTED}}}
"""
PLAN = f"""\
---
phase: {QUOTED}
plan: {QUOTED}
type: {QUOTED}
wave: 1
depends_on: ["03-09{IN_LINE}", {QUOTED}]
files_modified: [{QUOTED}]
autonomous: true
must_haves:
  truths: [{QUOTED}]
  artifacts:
    - {{path: {QUOTED}, provides: {QUOTED}, contains: {QUOTED}}}
  key_links:
    - {{from: {QUOTED}, to: {QUOTED}, via: {QUOTED}, pattern: {QUOTED}}}
---
<objective>{IN_LINE}</objective>
<context>
@src/missing{IN_LINE}.ts
</context>
<!-- gsdc: allow {IN_LINE} {IN_LINE} -->
<task type="auto{IN_LINE}" model="haiku{IN_LINE}" depends-on="9{IN_LINE}" parallel="can-parallelize">
  <name>Task 1: Sign in with OAuth and store refresh tokens {IN_LINE}</name>
  <files>src/a{IN_LINE}.ts</files>
  <action>Encrypt the refresh token, verify the JWT {IN_LINE} /Users/ada/{IN_LINE}</action>
  <verify>It works {IN_LINE}</verify>
</task>
<task type="auto" parallel="can-parallelize">
  <name>Task 2: {IN_LINE}</name>
  <files>src/a{IN_LINE}.ts, src/b{IN_LINE}.ts</files>
  <action>{IN_LINE}</action>
</task>
<task type="checkpoint:{IN_LINE}">
  <what-built>{IN_LINE}</what-built>
</task>
"""
PLANS = Path(".planning/phases/03-billing")
NAME = f"03-01-{IN_LINE}\n{FORGED}-PLAN.md".replace("/", "")


def run(folder: Path, *arguments: str) -> Result:
    """Run gsdc as at a terminal, whose escape sequences click does not take away."""
    result = CliRunner().invoke(main, ["--project", str(folder), *arguments], color=True)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


def assert_tame(output: str) -> None:
    assert not FORBIDDEN & set(output), [line for line in output.split("\n") if FORBIDDEN & set(line)]
    assert not [line for line in output.split("\n") if line.startswith(FORGED)]


@pytest.fixture
def project(tmp_path):
    """A valid project that says what is evil wherever it may say something."""
    write(tmp_path, {"gsdc.yaml": PROJECT, "team.yaml": FLEET, PLANS / "03-01-PLAN.md": PLAN, PLANS / NAME: PLAN})
    return tmp_path


def write(folder: Path, files: dict[str | Path, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())


@pytest.mark.sampled
@pytest.mark.parametrize(
    "arguments",
    [
        ["lint"],
        ["lint", "--diff"],
        ["lint", "--unsafe-fixes", "--diff"],
        ["lint", "--fix"],
        ["lint", "{plan}"],
        ["lint", "--format", "github"],
        ["build"],
        ["explain", "API"],
        ["explain", "{plan}#1"],
        ["graph", "{plan}"],
        ["graph", "{plan}", "--format", "mermaid"],
        ["graph", "{plan}", "--format", "dot"],
        ["cost", "{plan}"],
        ["annotate", "{plan}"],
        ["annotate", "{plan}", "--check"],
        ["annotate", "{plan}", "--write"],
        ["annotate", "{plan}", "--remove", "--diff"],
        ["verify", "{plan}"],
        ["prove"],
        ["diff", "--all"],
        ["diff", "--all", "--from", "budget"],
        ["diff", "--format", "md"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("name", ["03-01-PLAN.md", NAME], ids=["plain name", "evil name"])
def test_what_a_valid_project_says(project, monkeypatch, name, arguments):
    monkeypatch.chdir(project)
    plan = (PLANS / name).as_posix()
    if "--remove" in arguments:
        run(Path(), "annotate", plan, "--write")
    result = run(Path(), *(argument.replace("{plan}", plan) for argument in arguments), "--verbose")
    assert_tame(result.output)
    assert "x1b" in result.output


def in_project(**changes: str) -> dict[str | Path, str]:
    """Return a gsdc.yaml of one line for each of ``changes``, in which EVIL stands as a quoted text."""
    text = "".join(f"{key}: {value}\n" for key, value in changes.items())
    return {"gsdc.yaml": text.replace("EVIL", QUOTED)}


BROKEN = {
    "a fleet": in_project(fleets="[EVIL]"),
    "a fleet file": in_project(fleets=f"[{json.dumps('a/' + EVIL)}]"),
    "a profile": in_project(profile="EVIL"),
    "a workflow": in_project(workflow="EVIL"),
    "a key": in_project(EVIL="1"),
    "a parent": in_project(extends="EVIL"),
    "an agent": in_project(agents="{EVIL: {role: docs}}"),
    "an agent's role": in_project(agents="{a: {role: EVIL}}"),
    "an agent's phase": in_project(agents="{a: {role: docs, phases: [EVIL]}}"),
    "an agent's name in a client": in_project(agents="{a: {role: docs, names: {opencode: EVIL}}}"),
    "a model": in_project(models="{EVIL: {rank: 1}}"),
    "a model's id": in_project(
        models="{m: {rank: 9, provider: x, ids: {opencode: EVIL}, price: {input: 1, output: 1}, context: 9000}}"
    ),
    "a tier": in_project(profile="p", profiles="{p: {tiers: {light: EVIL}}}"),
    "a role": in_project(profile="p", profiles="{p: {roles: {EVIL: opus}}}"),
    "a role's model": in_project(profile="p", profiles="{p: {roles: {docs: EVIL}}}"),
    "a never-break rule": in_project(profile="p", profiles="{p: {never-break: {EVIL: {}}}}"),
    "an override": in_project(overrides="[{agent: EVIL, model: EVIL, reason: EVIL, until: EVIL, phases: [EVIL]}]"),
    "a key twice": {"gsdc.yaml": f"{QUOTED}: 1\n{QUOTED}: 2\n"},
    "a target": in_project(targets="{EVIL: true}"),
    "a target's path": in_project(targets="{opencode: {path: EVIL, create: true}}"),
    "a whole list": in_project(profile="[EVIL, EVIL]"),
    "raw characters": {"gsdc.yaml": f"profile: {IN_LINE}\n"},
    "raw characters in a comment": {"gsdc.yaml": f"fleets: [gsd\n# {EVIL}\n"},
    "raw characters that YAML takes": {"gsdc.yaml": "profile: \u202e\u2066\u200f\x85\u2028\n"},
    "an anchor": {"gsdc.yaml": "profile: *a\u202e\u2066b\n"},
    "a tag": {"gsdc.yaml": "profile: !<\u202e\u2066> b\n"},
    "opencode.json": {
        "gsdc.yaml": "targets: {opencode: {create: true}}\n",
        "opencode.json": f'{{{QUOTED}: 1, "agent": {{{QUOTED}: {{"model": {QUOTED}, {QUOTED}: {QUOTED}}}}}}}',
    },
    "a broken opencode.json": {
        "gsdc.yaml": "targets: {opencode: {create: true}}\n",
        "opencode.json": f'{{"{EVIL}": {EVIL}',
    },
    "CLAUDE.md": {
        "gsdc.yaml": "targets: {claude-md: true}\n",
        "CLAUDE.md": f"{EVIL}\n<!-- gsdc:begin {IN_LINE} -->\n{EVIL}\n<!-- gsdc:begin {IN_LINE} -->\n",
    },
    "a broken plan": {PLANS / "03-01-PLAN.md": f"---\n{IN_LINE}: [\n---\n<task {IN_LINE}\n<name>{EVIL}"},
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_a_broken_project_says(tmp_path, name):
    write(tmp_path, BROKEN[name])
    for arguments in (["lint"], ["build"], ["explain", "gsd-planner"], ["prove"]):
        assert_tame(run(tmp_path, *arguments, "--verbose").output)


@pytest.mark.parametrize(
    "arguments",
    [
        ["lint", EVIL],
        ["lint", "--profile", EVIL],
        ["lint", "--fleet", EVIL],
        ["lint", "--workflow", EVIL],
        ["build", "--target", EVIL],
        ["build", "--out", EVIL],
        ["explain", EVIL],
        ["explain", f"{EVIL}.md#1"],
        ["explain", f"{EVIL}#{EVIL}"],
        ["explain", "gsd-planner", "--phase", EVIL],
        ["graph", EVIL],
        ["cost", EVIL],
        ["annotate", EVIL],
        ["verify", EVIL],
        ["rule", EVIL],
        ["schema", EVIL],
        ["init", "--profile", EVIL],
        [EVIL],
        ["lint", f"--{EVIL}"],
        ["build", "--zone", EVIL],
        ["explain", "gsd-planner", "--hop", EVIL],
    ],
    ids=lambda arguments: " ".join(arguments).encode("unicode_escape").decode()[:30],
)
def test_what_is_said_of_arguments(tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    assert_tame(run(tmp_path, *arguments).output)


@pytest.mark.parametrize(
    "arguments",
    [
        ["init"],
        ["init", "--force"],
        ["lint"],
        ["build"],
        ["build", "--check"],
        ["build", "--out", "out"],
        ["lint", "x.md"],
    ],
    ids=" ".join,
)
def test_what_is_said_of_a_folder(tmp_path, monkeypatch, arguments):
    folder = tmp_path / f"{IN_LINE}\n{FORGED}".replace("/", "")
    write(folder, {".planning/phases/01-a/01-01-PLAN.md": PLAN, "lib/sub-agent-executor.js": ""})
    monkeypatch.chdir(folder)
    assert_tame(run(folder, *arguments).output)
    assert_tame(run(folder, *arguments).output)


def test_a_folder_that_is_none(tmp_path):
    assert_tame(run(tmp_path / IN_LINE.replace("/", ""), "lint").output)
