"""The effort of decisions: where it comes from, what caps it, and what a never-break rule makes of it."""

import json

import pytest
from click.testing import CliRunner

from gsdc.cli import main

OWN = """
fleets: []
agents:
  planner: {role: planning, criticality: high, phases: [one, two]}
  writer: {role: docs, effort: max}
  auditor: {role: security, criticality: critical}
"""


def run(folder, text, *arguments):
    (folder / "gsdc.yaml").write_text(OWN + text, "utf-8")
    return CliRunner().invoke(main, ["--project", str(folder), *arguments, "--format", "json"], catch_exceptions=False)


def profile(text):
    return "profile: mine\nprofiles:\n  mine:\n    extends: balanced\n" + text


@pytest.mark.parametrize(
    ("text", "asked", "effort"),
    [
        ("", "planner", "high"),
        ("", "planner --zone orange", "medium"),
        ("", "auditor", "high"),
        ("", "auditor --zone red", "high"),
        ("", "writer", "max"),
        (profile("    roles: {docs: {effort: low}}\n"), "writer", "low"),
        # An assignment that only names a model keeps the effort; one that only gives an effort keeps the model.
        (profile("    roles: {planning: sonnet}\n"), "planner", "high"),
        (profile("    roles: {security: opus}\n"), "auditor", "high"),
        (profile("    roles: {security: {model: opus, effort: max}}\n"), "auditor --zone red", "max"),
        (profile("    roles: {planning: {effort: max}}\n"), "planner", "max"),
        (profile("    agents: {planner: {effort: low}}\n    roles: {planning: {effort: max}}\n"), "planner", "low"),
        (
            profile("    roles: {planning: {effort: {default: low, phases: {one: max}}}}\n"),
            "planner --phase one",
            "max",
        ),
        (
            profile("    roles: {planning: {effort: {default: low, phases: {one: max}}}}\n"),
            "planner --phase two",
            "low",
        ),
        (profile("    roles: {planning: {effort: {phases: {one: max}}}}\n"), "planner --phase two", "high"),
        (profile("    roles: {planning: {effort: {complexity: {1-3: low}}}}\n"), "planner --complexity 2", "low"),
        (profile("    roles: {planning: {effort: {complexity: {1-3: low}}}}\n"), "planner --complexity 4", "high"),
        (profile("    classes: {novel: {effort: max}}\n"), "planner --task-class novel", "max"),
        (profile("    zones: {yellow: {effort: low}}\n"), "planner --zone yellow", "low"),
        (profile("    zones: {yellow: {effort: low}}\n"), "auditor --zone yellow", "high"),
        (
            profile("    default: {model: standard, effort: medium}\n    tiers: {light: grok-code-fast-1}\n"),
            "writer",
            None,
        ),
        ("overrides: [{agent: planner, model: sonnet, effort: max, reason: Payment code}]\n", "planner", "max"),
        ("overrides: [{agent: planner, model: sonnet, reason: Payment code}]\n", "planner", "high"),
    ],
)
def test_where_the_effort_comes_from(text, asked, effort, tmp_path):
    done = run(tmp_path, text, "explain", *asked.split())
    assert json.loads(done.stdout)["effort"] == effort, done.output


def findings(folder, text, *arguments):
    return [(f["code"], f["message"]) for f in json.loads(run(folder, text, "lint", *arguments).stdout)["findings"]]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (profile("    roles: {security: {model: opus, effort: medium}}\n"), "NB020"),
        (profile("    agents: {auditor: {effort: {complexity: {5-6: low}}}}\n"), "NB020"),
        ("overrides: [{agent: auditor, model: opus, effort: low, reason: Payment code}]\n", "NB020"),
        (
            profile(
                "    never-break:\n      hard: {when: {role: [planning]}, require: {min-effort: max}, why: We say so}\n"
            ),
            "NB010",
        ),
        (
            profile(
                "    never-break:\n      low-effort-on-security:\n"
                "        {when: {role: [security]}, require: {min-effort: low}, why: Cheaper}\n"
            ),
            "RF004",
        ),
        (profile("    roles: {planning: {model: grok-code-fast-1, effort: high}}\n"), "NB021"),
        (profile("    roles: {docs: {model: haiku, effort: minimal}}\n"), "NB021"),
        (profile("    roles: {docs: {model: gpt-5-mini, temperature: 0.5}}\n"), "NB022"),
        (profile("    roles: {docs: {model: haiku, effort: hgih}}\n"), "SC002"),
        (profile("    roles: {docs: {temperature: 1}}\n"), "SC003"),
        (profile("    default: {effort: low}\n"), "SC003"),
        (profile("    roles: {implementation: {effort: {complexity: {1-5: low, 4: high}}}}\n"), "SC002"),
    ],
)
def test_what_is_found(text, code, tmp_path):
    found = findings(tmp_path, text)
    assert code in [one for one, _ in found], found


@pytest.mark.parametrize(
    "text",
    [
        "",
        profile("    roles: {security: opus}\n"),
        profile("    roles: {security: {model: opus, effort: max}}\n"),
        profile("    roles: {docs: {model: haiku, effort: low}}\n"),
        profile(
            "    never-break:\n      low-effort-on-security:\n"
            "        {when: {role: [security]}, require: {min-effort: max}, why: We say so}\n"
        ),
        profile(
            "    never-break:\n      hard: {when: {role: [docs]}, require: {min-effort: high}, why: We say so}\n"
            "    roles: {docs: {effort: max}}\n    zones: {red: {effort: none}, orange: {effort: none}}\n"
        ),
    ],
)
def test_what_is_fine(text, tmp_path):
    assert findings(tmp_path, text) == []


def test_a_raised_floor_supplies_the_effort(tmp_path):
    text = profile(
        "    never-break:\n      low-effort-on-security:\n"
        "        {when: {role: [security]}, require: {min-effort: max}, why: We say so}\n"
    )
    told = json.loads(run(tmp_path, text, "explain", "auditor").stdout)
    assert told["effort"] == "max"
    assert told["origins"][-1]["path"] == "gsdc.yaml"


def test_an_override_below_the_floor_is_refused(tmp_path):
    done = run(tmp_path, "", "override", "auditor", "opus", "--effort", "low", "--reason", "Payment code this week")
    assert done.exit_code == 1
    assert "overrides" not in (tmp_path / "gsdc.yaml").read_text("utf-8")


def test_an_override_carries_its_effort(tmp_path):
    (tmp_path / "gsdc.yaml").write_text(OWN, "utf-8")
    arguments = [
        "--project",
        str(tmp_path),
        "override",
        "planner",
        "opus",
        "--effort",
        "max",
        "--reason",
        "Payment code this week",
    ]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    assert "effort: max" in (tmp_path / "gsdc.yaml").read_text("utf-8")
    asked = CliRunner().invoke(main, ["--project", str(tmp_path), "explain", "planner"])
    assert asked.stdout.startswith("planner runs on opus at effort max\n")
