"""Go or no-go: each gate judges the project as it would be, and says what stands in the way."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from gsdc.cli import main
from gsdc.deploy.gate import Gate
from gsdc.deploy.gates import data, gates, go, lines, waived
from gsdc.deploy.proposal import propose
from gsdc.deploy.stage import staged
from gsdc.migration import views
from gsdc.migration.costs import compare, in_dollars
from gsdc.policy.load import load

DEMO = Path(__file__).parents[1] / "projects" / "demo"
DAY = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def without_clients(monkeypatch, tmp_path):
    """Let no client be found."""
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.delenv("GSDC_OPENCODE", raising=False)


def project(root, files):
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def asked(root, *, profile=None, before=None, percent=100, zone="green"):
    loaded = load(root, profile=profile)
    assert loaded.policy is not None, loaded.findings
    policy = loaded.policy
    if before:
        old = load(root, profile=before).policy
        assert old is not None
        policy = staged(old, policy, percent)
    proposal = propose(loaded.project, policy, zone)
    return {gate.name: gate for gate in gates(proposal, today=DAY)}


def codes(gate):
    return {(finding.code, finding.span.path) for finding in gate.findings}


@pytest.fixture
def demo(tmp_path):
    return Path(shutil.copytree(DEMO, tmp_path / "demo"))


@pytest.mark.parametrize("profile", ["quality", "balanced", "budget", "research"])
def test_the_demo_may_go_though_its_file_breaks_a_rule_that_the_apply_mends(demo, profile):
    assert "haiku" in (demo / "opencode.jsonc").read_text(), "the security auditor"
    answers = asked(demo, profile=profile)
    assert {name: gate.go for name, gate in answers.items()} == {
        "lint": True,
        "proof": True,
        "models": True,
        "budget": True,
        "opencode": None,
        "node": None,
    }
    assert go(answers.values())


@pytest.mark.parametrize("percent", [25, 50])
def test_a_stage_of_the_demo_may_go(demo, percent):
    answers = asked(demo, profile="budget", before="quality", percent=percent)
    assert go(answers.values()), answers


def test_another_file_that_breaks_a_never_break_rule_stands_in_the_way(demo):
    agent = "---\nname: gsd-security-auditor\ndescription: Audits\nmodel: haiku\n---\n\nAudit.\n"
    project(demo, {".claude/agents/gsd-security-auditor.md": agent})
    gate = asked(demo)["lint"]
    assert gate.go is False
    assert codes(gate) == {("NB001", ".claude/agents/gsd-security-auditor.md")}
    assert gate.why.startswith("1 error ")


def test_a_credential_in_gsdc_yaml_stands_in_the_way(tmp_path):
    key = "ghp_" + "4fQ9zL2mXc7VbN1kRt8sWyEjHu3pAo6iD0gK"
    gate = asked(project(tmp_path / "p", {"gsdc.yaml": f"fleets: [leo]  # {key}\ntargets: {{claude-md: true}}\n"}))[
        "lint"
    ]
    assert (gate.go, codes(gate)) == (False, {("NB006", "gsdc.yaml")})
    assert key not in str(gate)


def test_other_errors_of_a_file_that_stays_are_only_told(tmp_path):
    files = {
        "gsdc.yaml": "fleets: [leo]\ntargets: {claude-md: true}\n",
        "opencode.json": '{"agent": {"mine": {"temperature": "warm"}}}',
    }
    gate = asked(project(tmp_path / "p", files))["lint"]
    assert {path for _, path in codes(gate)} == {"opencode.json"}
    assert gate.go is True
    assert gate.why.endswith("; 1 error in files that are not changed")


def test_errors_of_a_file_that_changes_stand_in_the_way(tmp_path):
    files = {
        "gsdc.yaml": "fleets: [leo]\ntargets: {opencode: {create: true}}\n",
        "opencode.json": '{"agent": {"mine": {"temperature": "warm"}}}',
    }
    gate = asked(project(tmp_path / "p", files))["lint"]
    assert (gate.go, {path for _, path in codes(gate)}) == (False, {"opencode.json"})


def test_an_error_of_a_plan_that_changes_stands_in_the_way(demo):
    plan = demo / ".planning/phases/03-billing/03-01-PLAN.md"
    text = plan.read_text()
    first = text.index("<task ")
    plan.write_text(text[:first] + '<task id="1" depends-on="1" ' + text[first + len("<task ") :])
    gate = asked(demo)["lint"]
    assert gate.go is False
    assert {path for _, path in codes(gate)} == {".planning/phases/03-billing/03-01-PLAN.md"}


BROKEN = """\
fleets: [leo]
targets: {overrides: {dir: config}}
profiles:
  fine: {extends: balanced}
  cheap:
    extends: balanced
    never-break:
      stories: {when: {agent: [STORIES]}, require: {never: [haiku]}, why: They need care}
    agents: {STORIES: haiku}
"""


def test_a_policy_that_breaks_a_rule_may_not_go(tmp_path):
    gate = asked(project(tmp_path / "p", {"gsdc.yaml": BROKEN}), profile="cheap")["proof"]
    assert gate.go is False
    assert codes(gate) == {("NB010", "gsdc.yaml")}
    assert asked(tmp_path / "p", profile="fine")["proof"].go is True


def test_what_a_stage_leaves_on_a_broken_policy_stands_in_the_way(tmp_path):
    project(tmp_path / "p", {"gsdc.yaml": BROKEN})
    held = {
        percent: "STORIES" in staged(*(load(tmp_path / "p", profile=p).policy for p in ("cheap", "fine")), percent).held
        for percent in (25, 50, 99)
    }
    assert set(held.values()) == {True, False}, "or the test shows nothing"
    for percent, is_held in held.items():
        assert asked(tmp_path / "p", profile="fine", before="cheap", percent=percent)["proof"].go is not is_held


MODELS = """\
fleets: [leo]
targets: {{opencode: {{create: true}}}}
{providers}
models:
  house: {{rank: 25, provider: house, ids: {{opencode: {id}}}, price: {{input: 1, output: 2}}, context: 99000{ended}}}
overrides:
  - {{agent: STORIES, model: house, reason: We host it}}
"""
PROVIDERS = 'providers: {house: {base-url: "http://127.0.0.1:8000/v1"}}'


@pytest.mark.parametrize(
    ("providers", "id_", "ended", "answer", "found"),
    [
        (PROVIDERS, "house/m", "", True, set()),
        (PROVIDERS, "house/m", ", deprecated: 2026-06-02", True, set()),
        (PROVIDERS, "house/m", ", deprecated: 2026-06-01", False, {"DP040"}),
        ("", "house/m", "", True, {"DP042"}),
        ("", "openai/m", "", True, {"DP044"}),
        ("", "openai/m", ", declare: [opencode]", True, set()),
        ("", "anthropic/claude-opus-7", "", True, {"DP044"}),
        ("", "anthropic/claude-opus-5", "", True, set()),
        ("", "house/m", ", deprecated: 2020-01-01", False, {"DP040", "DP042"}),
    ],
)
def test_models_that_are_there(tmp_path, providers, id_, ended, answer, found):
    text = MODELS.format(providers=providers, id=id_, ended=ended)
    gate = asked(project(tmp_path / "p", {"gsdc.yaml": text}))["models"]
    assert (gate.go, {code for code, _ in codes(gate)}) == (answer, found)


@pytest.mark.parametrize(("models", "found"), [('{"m": {}}', set()), ('{"other": {}}', {"DP044"}), ("{}", {"DP044"})])
def test_a_provider_that_the_file_itself_declares(tmp_path, models, found):
    """OpenCode finds a model only if it is declared too."""
    files = {
        "gsdc.yaml": MODELS.format(providers="", id="house/m", ended=""),
        "opencode.json": f'{{"provider": {{"house": {{"npm": "@ai-sdk/openai-compatible", "models": {models}}}}}}}',
    }
    assert {code for code, _ in codes(asked(project(tmp_path / "p", files))["models"])} == found


def test_models_that_the_reader_of_a_file_lacks_are_told(tmp_path):
    files = {"gsdc.yaml": "fleets: [openagents]\ntargets: {claude-md: {paths: [AGENTS.md]}}\n"}
    gate = asked(project(tmp_path / "p", files))["models"]
    assert (gate.go, codes(gate)) == (True, {("DP041", "AGENTS.md")})


BUDGET = """\
agents: {{builder: {{role: implementation, volume: 1000000, models: {{any: sonnet}}}}}}
targets: {{claude-md: true}}
profile: own
profiles: {{own: {{extends: balanced, budgets: {{weekly: {{usd: {usd}}}, reserve: 0.5}}}}}}
"""


@pytest.mark.parametrize(
    ("usd", "answer", "why"),
    [
        (12, True, "$6.00 expected a week; budget $12.00 ($6.00 without the reserve)"),
        (8, True, "$6.00 expected a week; budget $8.00 ($4.00 without the reserve): it needs the reserve"),
        (5, False, "$6.00 expected a week; budget $5.00 ($2.50 without the reserve): more than the whole budget"),
    ],
)
def test_the_weekly_budget(tmp_path, usd, answer, why):
    gate = asked(project(tmp_path / "p", {"gsdc.yaml": BUDGET.format(usd=usd)}))["budget"]
    assert (gate.go, gate.why) == (answer, why)


PLAN = """\
---
phase: 1
plan: 1
---
<task type="auto">
  <name>Task 1: Add the route</name>
  <files>src/route.py</files>
  <action>Write the route, its handler and the errors that it answers with. {long}</action>
</task>
"""


@pytest.mark.parametrize(("weekly", "answer"), [("usd: 300", True), ("usd: 0.02", False), ("tokens: 100", False)])
def test_the_gate_never_says_less_than_gsdc_cost(tmp_path, weekly, answer):
    """What plans at hand cost is one figure, whoever asks; a budget in $ needs none in tokens, nor the other way."""
    profile = f"profile: p\nprofiles: {{p: {{extends: balanced, budgets: {{weekly: {{{weekly}}}, reserve: 0}}}}}}\n"
    agents = "agents: {builder: {role: implementation, volume: 100}}\nfleets: []\ntargets: {claude-md: true}\n"
    plans = {f".planning/phases/01-a/01-{n:02}-PLAN.md": PLAN.format(long="Then more. " * 500) for n in range(1, 6)}
    root = project(tmp_path / "p", {"gsdc.yaml": agents + profile, **plans})
    done = CliRunner().invoke(main, ["--project", str(root), "cost", str(root / ".planning"), "--format", "json"])
    (total,) = [one for one in json.loads(done.stdout)["total"] if one["profile"] == "p"]
    gate = asked(root)["budget"]
    assert total["usd"] > 0.1
    assert gate.go is answer
    expected = f"{total['tokens']:,} tokens" if "tokens" in weekly else in_dollars(total["usd"])
    assert gate.why.startswith(f"{expected} expected a week for the plans in this project")


OF_BUDGETS = """\
agents: {builder: {role: implementation, models: {any: sonnet}}}
targets: {claude-md: true}
fleets: []
profiles:
  large: {extends: balanced, budgets: {weekly: {tokens: 1000000, usd: 100}, reserve: 0}}
  small: {extends: balanced, budgets: {weekly: {tokens: 1000, usd: 1}, reserve: 0}}
  silent: {extends: balanced, budgets: {weekly: {usd: 1}}}
"""


@pytest.mark.parametrize(
    ("profile", "before", "answer", "why"),
    [
        ("small", None, True, "$0.006 a week if all budgeted tokens are used; budget $1.00"),
        (
            "small",
            "large",
            True,
            "$6.00 a week if all budgeted tokens are used; budget $1.00",
        ),  # nobody has said so much
        ("silent", None, None, "not known: no weekly budget of tokens is set"),
        (
            "silent",
            "small",
            True,
            "$0.006 a week if all budgeted tokens are used; budget $1.00 ($0.900 without the reserve)",
        ),
    ],
)
def test_a_week_costs_what_the_cost_view_says(tmp_path, profile, before, answer, why):
    root = project(tmp_path / "p", {"gsdc.yaml": OF_BUDGETS})
    old = load(root, profile=before).policy if before else None
    loaded = load(root, profile=profile)
    proposal = propose(loaded.project, loaded.policy, "green")
    gate = next(gate for gate in gates(proposal, old, DAY) if gate.name == "budget")
    assert (gate.go, gate.why) == (answer, why)
    amount = why.partition(" ")[0] if answer is not None else why
    assert amount in "\n".join(views.lines(views.of_costs(compare(old, loaded.policy, "green"))))


def test_plans_are_judged_by_the_policy_that_is_applied(demo):
    rule = "{when: {files: ['db/**']}, require: {defer: true}, why: A person migrates}"
    own = f"profiles: {{strict: {{extends: balanced, never-break: {{migrations: {rule}}}}}}}\n"
    (demo / "gsdc.yaml").write_text((demo / "gsdc.yaml").read_text() + own)
    assert asked(demo)["lint"].go is True
    gate = asked(demo, profile="strict")["lint"]
    assert gate.go is False
    assert {finding.code for finding in gate.findings} == {"NB015"}


def test_lines_and_data(demo):
    answers = asked(demo).values()
    assert [line.split()[:2] for line in lines(answers)] == [
        ["lint", "go"],
        ["proof", "go"],
        ["models", "go"],
        ["budget", "go"],
        ["opencode", "not"],
        ["node", "not"],
    ]
    assert [(item["gate"], item["go"]) for item in data(answers)] == [(gate.name, gate.go) for gate in answers]


def test_a_waived_gate_says_why_it_was_to_stand_in_the_way():
    answers = waived([Gate("lint", False, "2 errors"), Gate("node", False, "it crashed")], {"lint"})
    assert list(lines(answers)) == ["lint      waived     2 errors", "node      no-go      it crashed"]
    assert [(item["go"], item["waived"]) for item in data(answers)] == [(None, True), (False, False)]
    assert not go(answers)


def test_nothing_is_written(demo):
    def listing():
        return {path: path.read_bytes() for path in demo.rglob("*") if path.is_file()}

    before = listing()
    asked(demo, profile="budget", before="quality", percent=50)
    assert listing() == before
