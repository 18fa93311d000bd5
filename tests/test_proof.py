"""The proof against brute force: every state of small policies, asked one by one through ``gsdc explain``."""

import json
import re
from itertools import pairwise, product

import pytest
from click.testing import CliRunner

from gsdc.cli import main

TIERS = {"opus": 2, "gpt-5.2-pro": 2, "sonnet": 1, "gpt-5.2": 1, "gemini-pro": 1, "haiku": 0, "gpt-mini": 0}
ZONES = ("green", "yellow", "orange", "red")
CLASSES = ("routine", "security", "novel", "large-context")

SOUND = """
fleets: []
agents:
  guard: {role: security, criticality: critical}
  clerk: {role: docs, criticality: low, failover: [gpt-mini]}
"""
# Each of these breaks something: a chain below the floor, an override, a zone that caps critical work.
BROKEN = """
profile: p
fleets: []
agents:
  guard: {role: security, criticality: critical}
  clerk: {role: validation, phases: [PLAN], raises: {novel: heavy}}
overrides:
  - {agent: guard, model: sonnet, reason: Thrift, zones: [red]}
profiles:
  p:
    extends: budget
    failover: {tiers: {standard: [gpt-5.2, haiku]}}
    zones: {orange: {critical: standard}}
    never-break:
      no-gemini: {when: {role: [validation]}, require: {never: [gemini-pro]}, why: It reads what it should not}
      no-mini: {when: {role: [validation]}, require: {never: [gpt-mini]}, why: It guesses}
"""
AGENTS = {
    SOUND: {"guard": ("security", "critical", None), "clerk": ("docs", "low", None)},
    BROKEN: {"guard": ("security", "critical", None), "clerk": ("validation", "normal", "PLAN")},
}


def gsdc(root, *arguments):
    result = CliRunner().invoke(main, ["--project", str(root), "--format", "json", *arguments], catch_exceptions=False)
    return json.loads(result.stdout)


def explained(root, agent, phase, coordinates):
    """Return the model of each (attempt, hop) of a start, until the work waits."""
    zone, task_class, costly, lapsed = coordinates
    start = [agent, "--zone", zone, "--task-class", task_class, *(["--phase", phase] if phase else [])]
    start += ["--costly"] * costly + ["--lapsed"] * lapsed
    answers = {}
    for attempt in range(9):
        for hop in range(9):
            answer = gsdc(root, "explain", *start, "--attempt", str(attempt), "--hop", str(hop))
            answers[attempt, hop] = answer["model"]
            if answer["model"] is None:
                break
        if hop == 0:
            break
    return answers


@pytest.mark.parametrize(("text", "holds"), [(SOUND, True), (BROKEN, False)], ids=["sound", "broken"])
def test_the_proof_equals_brute_force_through_explain(tmp_path, text, holds):
    (tmp_path / "gsdc.yaml").write_text(text, encoding="utf-8")
    proof = gsdc(tmp_path, "prove")
    broken = {rule["name"] for rule in proof["rules"] if not rule["holds"]}
    states, found = 0, set()
    for agent, (role, criticality, phase) in AGENTS[text].items():
        lapses = (False, True) if f"agent: {agent}," in text else (False,)
        answers = {
            coordinates: explained(tmp_path, agent, phase, coordinates)
            for coordinates in product(ZONES, CLASSES, (False, True), lapses)
        }
        states += sum(map(len, answers.values()))
        for (_, task_class, _, _), course in answers.items():
            # Green keeps, and no override holds once it has lapsed: this is what the profile gives by itself.
            first = answers["green", task_class, False, lapses[-1]][0, 0]
            for model in filter(None, course.values()):
                tier = TIERS[model]
                if role == "security" and model != "opus":
                    found.add("security-downgrade")
                if task_class == "security" and tier < 1:
                    found.add("light-on-security")
                if role == "validation" and tier < 1:
                    found.add("validation-below-standard")
                if "critical" in (criticality, "critical" * (task_class == "security")) and first:
                    found.update(["critical-downgrade"] * (tier < TIERS[first]))
                if role == "validation" and "no-gemini" in text:
                    found.update(["no-gemini"] * (model == "gemini-pro") + ["no-mini"] * (model == "gpt-mini"))
    assert broken == found
    assert proof["states"] == states
    assert (not broken) is holds


def test_a_counterexample_is_a_path_of_which_each_step_has_its_place(tmp_path):
    (tmp_path / "gsdc.yaml").write_text(BROKEN, encoding="utf-8")
    rules = {rule["name"]: rule["counterexample"] for rule in gsdc(tmp_path, "prove")["rules"]}
    path = rules["security-downgrade"]
    assert [(step["event"].partition(" begins")[0], step["model"]) for step in path] == [
        ("guard", "opus"),
        ("zone yellow", "opus"),
        ("zone orange", None),
        ("zone red", "sonnet"),
    ]
    assert path[-1]["origin"] == {"path": "gsdc.yaml", "line": 8, "column": 5}
    states = [step["state"] for step in rules["critical-downgrade"]]
    for before, after in pairwise(states):
        assert sum(before[key] != after[key] for key in before) == 1


def test_never_break_rules_are_counted_as_by_the_gate_of_apply(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("fleets: [gsd]\ntargets: {overrides: {dir: config}}\n", encoding="utf-8")
    rules = [rule["name"] for rule in gsdc(tmp_path, "prove")["rules"] if rule["never_break"]]
    shown, gates = (
        CliRunner().invoke(main, ["--project", str(tmp_path), *words]).stdout
        for words in (["prove"], ["apply", "--dry-run"])
    )
    assert re.search(rf"{len(rules)} never-break rules hold in ([\d,]+) states", shown)[1] in gates
    assert f"{len(rules)} never-break rules hold in all" in gates
    listed = shown.split("other checks of the policy:")[0]
    assert [line.split()[-1] for line in listed.splitlines() if line.startswith("  holds")] == rules


def test_text_names_the_broken_rules_and_exits_with_1(tmp_path):
    (tmp_path / "gsdc.yaml").write_text(BROKEN, encoding="utf-8")
    result = CliRunner().invoke(main, ["--project", str(tmp_path), "prove"])
    assert result.exit_code == 1
    assert "NB001 security-downgrade can be broken:" in result.stdout
    assert "gsdc.yaml:8:5" in result.stdout


def test_all_proves_every_profile_with_every_shipped_fleet_where_there_is_no_project(tmp_path):
    proofs = gsdc(tmp_path, "prove", "--all")
    names = {(proof["profile"], *proof["fleets"]) for proof in proofs}
    fleets = ("granter", "gsd", "leo", "openagents")
    assert names == set(product(("balanced", "budget", "granter", "quality", "research", "sonnet-default"), fleets))
    assert all(rule["holds"] for proof in proofs for rule in proof["rules"])
    assert all(proof["states"] > 1000 and proof["transitions"] > proof["states"] for proof in proofs)


def test_all_proves_the_profiles_of_a_project_with_its_fleets(tmp_path):
    (tmp_path / "gsdc.yaml").write_text(BROKEN, encoding="utf-8")
    proofs = {proof["profile"]: proof for proof in gsdc(tmp_path, "prove", "--all")}
    assert sorted(proofs) == ["balanced", "budget", "granter", "p", "quality", "research", "sonnet-default"]
    assert proofs["p"]["fleets"] == ["own"]


def test_a_policy_that_cannot_be_resolved_is_a_finding(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("profile: qualtiy\n", encoding="utf-8")
    assert [finding["code"] for finding in gsdc(tmp_path, "prove")["findings"]] == ["RF001"]
