"""``gsdc diff`` as people use it: three views of one change, for terminals, programs and pull requests."""

import json
import re
import shutil
from html import escape
from itertools import permutations, product
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from gsdc.cli import main
from gsdc.policy.load import load
from gsdc.policy.model import TASK_CLASSES, ZONES

PROFILES = ("quality", "balanced", "budget", "research")
DEMO = Path(__file__).parents[1] / "projects" / "demo"

AMOUNT = {
    "type": ["object", "null"],
    "required": ["tokens", "usd"],
    "properties": {"tokens": {"type": "integer", "minimum": 0}, "usd": {"type": "number", "minimum": 0}},
    "additionalProperties": False,
}
WEEK = {
    "type": ["object", "null"],
    "required": ["profile", "tokens", "usd", "of", "budget", "budget_tokens", "spendable", "reserve", "exceeds"],
    "properties": {
        "profile": {"type": "string"},
        "tokens": {"type": "integer"},
        "usd": {"type": "number"},
        "budget": {"type": ["number", "null"]},
        "spendable": {"type": ["number", "null"]},
        "reserve": {"type": "number"},
        "of": {"enum": ["agents", "plans"]},
        "budget_tokens": {"type": ["integer", "null"]},
        "exceeds": {"enum": ["budget", "spendable", None]},
    },
    "additionalProperties": False,
}
SIDE = {
    "type": ["object", "null"],
    "required": ["model", "temperature", "effort", "release", "origins"],
    "properties": {
        "model": {"type": ["string", "null"]},
        "temperature": {"type": ["number", "null"]},
        "effort": {"enum": [None, "none", "minimal", "low", "medium", "high", "xhigh", "max"]},
        "release": {"type": "string"},
        "origins": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["place", "why"],
                "properties": {"place": {"type": "string"}, "why": {"type": "string"}},
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}


def items(name: str) -> dict:
    return {
        "type": "array",
        "items": {
            "type": "object",
            "required": [name, "before", "after"],
            "properties": {name: {"type": "string"}, "before": AMOUNT, "after": AMOUNT},
            "additionalProperties": False,
        },
    }


FORM = {
    "type": "object",
    "required": ["from", "to", "zone", "changed", "semantic", "failover", "cost", "text", "findings"],
    "properties": {
        "from": {"type": ["string", "null"]},
        "to": {"type": "string"},
        "zone": {"enum": list(ZONES)},
        "changed": {"type": "boolean"},
        "semantic": {
            "type": ["array", "null"],
            "items": {
                "type": "object",
                "required": ["agent", "phases", "all_phases", "zones", "classes", "paths", "before", "after"],
                "properties": {
                    "agent": {"type": "string"},
                    "phases": {"type": "array", "minItems": 1, "items": {"type": ["string", "null"]}},
                    "all_phases": {"type": "boolean"},
                    "zones": {"type": "array", "minItems": 1, "items": {"enum": list(ZONES)}},
                    "classes": {"type": "array", "items": {"enum": list(TASK_CLASSES)}},
                    "paths": {"type": "array", "items": {"type": "string"}},
                    "before": SIDE,
                    "after": SIDE,
                },
                "additionalProperties": False,
            },
        },
        "failover": {
            "type": ["array", "null"],
            "items": {
                "type": "object",
                "required": ["agent", "phases", "model", "before", "after"],
                "properties": {
                    "agent": {"type": "string"},
                    "phases": {"type": "array", "minItems": 1, "items": {"type": ["string", "null"]}},
                    "model": {"type": "string"},
                    "before": {"type": "array", "items": {"type": "string"}},
                    "after": {"type": "array", "items": {"type": "string"}},
                },
                "additionalProperties": False,
            },
        },
        "cost": {
            "type": ["object", "null"],
            "required": ["zone", "volume", "week", "agents", "plans"],
            "properties": {
                "zone": {"enum": list(ZONES)},
                "volume": {
                    "type": "object",
                    "required": ["tokens", "from", "profile", "agents", "without"],
                    "properties": {
                        "tokens": {"type": "integer"},
                        "from": {"enum": ["fleet", "budget"]},
                        "profile": {"type": ["string", "null"]},
                        "agents": {"type": "object", "additionalProperties": {"type": "integer"}},
                        "without": {"type": "array", "items": {"type": "string"}},
                    },
                    "additionalProperties": False,
                },
                "week": {
                    "type": "object",
                    "required": ["before", "after"],
                    "properties": {"before": WEEK, "after": WEEK},
                    "additionalProperties": False,
                },
                "agents": items("agent"),
                "plans": items("path"),
            },
            "additionalProperties": False,
        },
        "text": {
            "type": ["array", "null"],
            "items": {
                "type": "object",
                "required": ["path", "diff"],
                "properties": {"path": {"type": "string"}, "diff": {"type": "array", "items": {"type": "string"}}},
                "additionalProperties": False,
            },
        },
        "findings": {"type": "array", "items": {"type": "object", "required": ["code", "message", "path", "line"]}},
    },
    "additionalProperties": False,
}


@pytest.fixture
def demo(tmp_path):
    return shutil.copytree(DEMO, tmp_path / "demo")


def project(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "gsdc.yaml").write_text(text)
    return folder


def diff(folder: Path, *arguments: str, code: int = 1) -> str:
    command = ["diff", "--project", str(folder), *arguments]
    result = CliRunner().invoke(main, command, catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.output if code == 2 else result.stdout


def data(folder: Path, *arguments: str, code: int = 1) -> dict:
    found = json.loads(diff(folder, "--format", "json", *arguments, code=code))
    assert [error.message for error in Draft202012Validator(FORM).iter_errors(found)] == []
    return found


def install(folder: Path, *arguments: str) -> None:
    out = folder.parent / "out"
    built = CliRunner().invoke(main, ["build", "--project", str(folder), "--out", str(out), *arguments])
    assert built.exit_code == 0, built.output
    (made,) = out.iterdir()
    (made / "manifest.json").unlink()
    shutil.copytree(made, folder, dirs_exist_ok=True)


def backwards(found: dict) -> dict:
    """Return the difference that leads back, as far as the one there tells it: places, and tokens apart."""
    rows = [row | {"before": row["after"], "after": row["before"]} for row in found["semantic"]]
    cost = found["cost"]
    turned = {
        name: [item | {"before": item["after"], "after": item["before"]} for item in cost[name]]
        for name in ("agents", "plans")
    }
    week = {"before": cost["week"]["after"], "after": cost["week"]["before"]}
    signs = {"+": "-", "-": "+"}
    text = {}
    for item in found["text"]:
        body = item["diff"][2:]
        text[item["path"]] = sorted(signs[line[0]] + line[1:] for line in body if line[:1] in signs)
    return {"semantic": rows, "cost": cost | turned | {"week": week}, "text": text}


def forwards(found: dict) -> dict:
    text = {item["path"]: sorted(line for line in item["diff"][2:] if line[:1] in "+-") for item in found["text"]}
    return {"semantic": found["semantic"], "cost": found["cost"], "text": text}


@pytest.mark.sampled
@pytest.mark.parametrize(("before", "after"), [pair for pair in permutations(PROFILES, 2) if pair[0] < pair[1]])
def test_the_way_back_is_the_way_there_turned_round(demo, before, after):
    there = data(demo, "--from", before, "--profile", after)
    back = data(demo, "--from", after, "--profile", before)
    assert there["changed"]
    assert there["semantic"]
    assert forwards(back) == backwards(there)


LEO = "fleets: [leo]\ntargets: {}\n"


@pytest.fixture(scope="module")
def explained(tmp_path_factory):
    """Return what `gsdc explain` says of leo's agents, by profile and state: all phases and zones of some of them."""
    folder = project(tmp_path_factory.mktemp("leo"), LEO)
    answers: dict[str, dict[tuple[str, str, str, str], dict]] = {profile: {} for profile in PROFILES}
    for agent in load(folder).policy.agents.values():
        zones = ZONES if agent.name in {"VALIDATION", "DEPENDENCY", "RETRO"} else ("yellow",)
        phases = agent.phases if agent.name == "VALIDATION" else agent.phases[:1]
        for profile, *state in product(PROFILES, phases, zones, ("routine", "security")):
            options = [word for pair in zip(("--phase", "--zone", "--task-class"), state, strict=True) for word in pair]
            command = ["--project", str(folder), "explain", agent.name, "--profile", profile, *options]
            answer = json.loads(CliRunner().invoke(main, [*command, "--format", "json"]).output)
            answers[profile][agent.name, *state] = answer
    return answers


@pytest.mark.sampled
@pytest.mark.parametrize(("before", "after"), list(permutations(PROFILES, 2)))
def test_every_row_is_what_explain_says_and_no_row_is_missing(tmp_path, explained, before, after):
    rows: dict[tuple[str, str, str, str], dict] = {}
    folder = project(tmp_path, LEO)
    for row in data(folder, "--from", before, "--profile", after, "--view", "semantic")["semantic"]:
        for place in product(row["phases"], row["zones"], row["classes"]):
            assert (row["agent"], *place) not in rows
            rows[row["agent"], *place] = row
    for state, old in explained[before].items():
        new, row = explained[after][state], rows.get(state)
        assert (row is not None) == ((old["model"], old["effort"]) != (new["model"], new["effort"]))
        for side, answer in {"before": old, "after": new}.items() if row else ():
            assert (row[side]["model"], row[side]["effort"]) == (answer["model"], answer["effort"])
            reasons = [(f"{one['path']}:{one['line']}:{one['column']}", one["why"]) for one in answer["origins"]]
            found = [(one["place"], one["why"]) for one in row[side]["origins"]]
            if not found:  # the efforts differ, and on this side nothing asks for one
                assert row["before"]["model"] == row["after"]["model"]
                assert row[side]["effort"] is None
                continue
            assert any(place.endswith(near) and why == said for near, why in found for place, said in reasons)


def test_a_first_diff_is_one_screen_and_names_the_security_agent_first(demo, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    shown = diff(demo).splitlines()
    shown = shown[shown.index("From what is installed to balanced, zone green") :]
    assert len(shown) <= 24
    assert shown[2] == "  haiku -> opus, effort high: gsd-security-auditor"
    assert [line.split()[:2] for line in shown if re.match(r"  \S+ +\d+ +\+", line)] == [
        ["plans", "3"],
        ["claude-md", "1"],
        ["overrides", "7"],
        ["opencode", "1"],
    ]
    assert any(line.startswith('  A week under "balanced" costs $') for line in shown)
    assert "`gsdc diff --all` shows every agent and line" in " ".join(shown)


@pytest.mark.parametrize("arguments", [["--all"], ["--target", "opencode"], ["--view", "text"]])
def test_a_diff_that_is_asked_for_more_shows_lines(demo, arguments):
    assert "+++ b/opencode.jsonc" in diff(demo, *arguments)
    assert "+++ b/" not in diff(demo)


def test_a_short_diff_between_profiles_counts_the_agents_of_other_zones(tmp_path):
    text = "fleets: [leo]\nprofile: team\nprofiles: {team: {extends: balanced, zones: {red: {normal: defer}}}}\n"
    folder = project(tmp_path, text)
    shown = diff(folder, "--from", "balanced")
    assert re.search(r"^  \d+ agents in other zones only$", shown, re.MULTILINE)
    assert "no agent gets another model" not in shown


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_installed_is_no_change(demo, profile):
    install(demo, "--profile", profile)
    found = data(demo, "--profile", profile, code=0)
    assert (found["from"], found["changed"], found["semantic"], found["text"]) == (None, False, [], [])
    shown = diff(demo, "--all", "--profile", profile, code=0)
    assert "No agent gets another model, effort or temperature." in shown
    assert "No file changes." in shown
    assert not data(demo, "--from", profile, "--profile", profile, code=0)["changed"]


def test_costs_are_compared_with_those_of_the_policy_that_is_known_to_stand_behind_the_files(demo):
    unknown = data(demo, "--profile", "budget", "--view", "cost", code=0)["cost"]["week"]
    assert unknown["before"] is None
    install(demo, "--profile", "balanced")  # which gsdc.yaml names
    known = data(demo, "--profile", "budget", "--view", "cost")["cost"]["week"]
    assert known["before"]["profile"] == "balanced"
    assert known["before"]["usd"] > known["after"]["usd"]
    with (demo / "opencode.jsonc").open("a") as file:
        file.write("// by hand\n")
    assert data(demo, "--profile", "budget", "--view", "cost")["cost"]["week"]["before"] == known["before"]
    (demo / "CLAUDE.md").unlink()
    assert data(demo, "--profile", "budget", "--view", "cost", code=0)["cost"]["week"]["before"] is None


def test_what_is_installed_is_known_from_the_files(demo):
    install(demo, "--profile", "balanced")
    rows = data(demo, "--profile", "budget", "--view", "semantic")["semantic"]
    planner = [row for row in rows if row["agent"] == "gsd-planner"]
    paths = [*(f"config/phase-model-{name}" for name in ("config.green.json", "config.json", "overrides.json"))]
    paths = ["CLAUDE.md", *paths, "config/phase-model-overrides.mjs", "opencode.jsonc"]
    assert [(row["before"]["model"], row["after"]["model"], row["paths"]) for row in planner] == [
        ("opus", "sonnet", paths)
    ]
    assert planner[0]["before"]["origins"] == [{"place": path, "why": "installed"} for path in paths]
    (origin,) = planner[0]["after"]["origins"]
    assert re.fullmatch(r"profiles/fleets/gsd\.yaml:\d+:\d+", origin["place"])
    tasks = [row for row in rows if row["agent"].endswith("03-01-PLAN.md#1")]
    assert [(row["before"]["model"], row["after"]["model"]) for row in tasks] == [("sonnet", "haiku")]


def test_another_zone_is_a_change_of_the_files_in_force(demo):
    install(demo, "--profile", "balanced")
    rows = data(demo, "--zone", "orange", "--view", "semantic")["semantic"]
    of_docs = [row for row in rows if row["agent"] == "gsd-doc-classifier"]
    assert [(row["before"]["model"], row["after"]["model"], row["zones"]) for row in of_docs] == [
        ("haiku", None, ["orange"])
    ]
    assert of_docs[0]["paths"] == ["CLAUDE.md", "config/phase-model-config.json", "opencode.jsonc"]
    assert "deferred" in diff(demo, "--zone", "orange", "--view", "semantic")


def test_agents_that_are_not_there_yet_and_any_longer(tmp_path):
    text = "profile: balanced\ntargets: {claude-md: {paths: [CLAUDE.md]}}\nfleets: []\nagents:\n"
    folder = project(tmp_path / "project", f"{text}  old: {{role: docs}}\n  kept: {{role: docs}}\n")
    install(folder)
    project(folder, f"{text}  new: {{role: docs}}\n  kept: {{role: docs}}\n")
    rows = data(folder, "--view", "semantic")["semantic"]
    assert {(row["agent"], row["before"] is None, row["after"] is None) for row in rows} == {
        ("new", True, False),
        ("old", False, True),
    }
    shown = diff(folder, "--view", "semantic").splitlines()
    assert any(re.match(r"\s+old .* haiku +no model", line) for line in shown)
    assert any(re.match(r"\s+new .* no model +haiku", line) for line in shown)


def test_temperatures_count(tmp_path):
    folder = project(
        tmp_path,
        "fleets: []\nagents: {one: {role: docs, models: {any: gemini-flash}}}\ntargets: {}\nprofile: warm\nprofiles:\n"
        "  warm: {extends: balanced, agents: {one: {model: gemini-flash, temperature: 0.7}}}\n",
    )
    row = data(folder, "--from", "balanced", "--view", "semantic")["semantic"][0]
    assert row["before"]["model"] == row["after"]["model"] == "gemini-flash"
    assert (row["before"]["temperature"], row["after"]["temperature"]) == (None, 0.7)
    (origin,) = row["after"]["origins"]
    assert origin["place"] == "gsdc.yaml:6:38"
    assert "gemini-flash at 0.7" in diff(folder, "--from", "balanced", "--view", "semantic")


def test_failover_chains_count_where_the_model_stays(tmp_path):
    folder = project(
        tmp_path,
        "fleets: []\nagents: {one: {role: docs}, two: {role: analysis}}\ntargets: {}\nprofile: own\nprofiles:\n"
        "  own: {extends: balanced, failover: {roles: {docs: [gpt-mini, sonnet], analysis: defer}}}\n",
    )
    found = data(folder, "--from", "balanced", "--view", "semantic")
    assert found["semantic"] == []
    by_name = {row["agent"]: row for row in found["failover"]}
    assert [by_name["one"]["model"], by_name["one"]["after"]] == ["haiku", ["gpt-mini", "sonnet"]]
    assert [by_name["two"]["model"], by_name["two"]["after"]] == ["sonnet", []]
    for row in found["failover"]:
        for profile, side in (("balanced", "before"), ("own", "after")):
            for hop, model in enumerate((*row[side], None), 1):
                options = ["--profile", profile, "--hop", str(hop), "--format", "json"]
                answer = CliRunner().invoke(main, ["--project", str(folder), "explain", row["agent"], *options]).output
                assert json.loads(answer)["model"] == model
    shown = diff(folder, "--from", "balanced", "--view", "semantic")
    assert re.search(r"one +haiku .* gpt-mini, then sonnet\n", shown)
    assert re.search(r"two +sonnet .* deferred\n", shown)


def test_views_are_limited(demo):
    found = data(demo, "--from", "balanced", "--profile", "budget", "--view", "cost")
    assert (found["semantic"], found["text"]) == (None, None)
    assert found["changed"]
    shown = diff(demo, "--from", "balanced", "--profile", "budget", "--view", "text")
    assert "What shifts" not in shown
    assert "+++ b/CLAUDE.md" in shown
    assert diff(demo, "--profile", "budget", "--view", "cost", code=0).startswith("From what is installed to budget")


def test_targets_are_limited(demo):
    found = data(demo, "--from", "balanced", "--profile", "budget", "--target", "opencode")
    assert [item["path"] for item in found["text"]] == ["opencode.jsonc"]
    installed = data(demo, "--target", "claude-md")
    assert {path for row in installed["semantic"] for path in row["paths"]} == {"CLAUDE.md"}


def test_the_textual_view_is_coloured_where_colour_is_wanted(demo):
    plain = diff(demo, "--profile", "budget", "--view", "text")
    coloured = diff(demo, "--profile", "budget", "--view", "text", "--color", "always")
    assert "\x1b" not in plain
    assert "\x1b[32m+" in coloured
    assert re.sub(r"\x1b\[\d*m", "", coloured) == plain


def test_quiet_says_it_by_the_exit_code(demo):
    assert diff(demo, "--profile", "budget", "-q") == ""


def test_nothing_is_written(demo):
    before = {path: path.read_bytes() for path in sorted(demo.rglob("*")) if path.is_file()}
    diff(demo, "--profile", "budget")
    diff(demo, "--from", "balanced", "--profile", "budget")
    assert {path: path.read_bytes() for path in sorted(demo.rglob("*")) if path.is_file()} == before


def test_no_path_of_this_machine_is_printed(demo):
    for form in ("text", "md", "json"):
        assert str(DEMO.parents[2]) not in diff(demo, "--from", "balanced", "--profile", "budget", "--format", form)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--profile", "bugdet"), 2, '--profile: error[RF001 unknown-name]: unknown profile "bugdet"'),
        (("--from", "bugdet"), 2, '--from: error[RF001 unknown-name]: unknown profile "bugdet"'),
        (("--target", "opencod"), 2, 'unknown target "opencod": did you mean "opencode"?'),
        (("--view", "costs"), 2, "'costs' is not one of 'semantic', 'cost', 'text'"),
        (("--format", "sarif"), 2, "'sarif' is not one of 'text', 'json', 'md'"),
    ],
)
def test_what_cannot_be_asked(demo, arguments, code, said):
    assert said in diff(demo, *arguments, code=code)


def test_a_policy_with_errors_is_not_compared(tmp_path):
    text = "fleets: [leo]\nprofile: bad\nprofiles: {bad: {extends: balanced, roles: {security: haiku}}}\n"
    folder = project(tmp_path, text)
    assert "error[NB001 security-downgrade]" in diff(folder)
    # What is left behind may be as bad as it is.
    assert data(folder, "--from", "bad", "--profile", "balanced", "--target", "claude-md")["changed"]


def test_a_file_that_is_not_ours_to_replace_is_a_finding(tmp_path):
    folder = project(tmp_path, "fleets: [leo]\ntargets: {overrides: {dir: .}}\n")
    (folder / "phase-model-config.json").write_text("{}")
    assert "OV001 foreign-table" in diff(folder)
    assert "OV001 foreign-table" in diff(folder, "--from", "budget")
    assert data(folder, "--from", "budget", "--view", "semantic", "--view", "cost")["semantic"]


HOSTILE = "a|b`c`*d*<img src=x>[l](u)&amp;\\"


def test_markdown_keeps_its_tables_whatever_names_hold(tmp_path):
    folder = project(tmp_path, "fleets: [leo]\ntargets: {opencode: {create: true}, claude-md: true, plans: true}\n")
    agents = {HOSTILE: {"model": "anthropic/claude-opus-5-5"}, "SECURITY": {"model": HOSTILE}}
    plan = f".planning/{HOSTILE}-PLAN.md".replace("\\", "")
    (folder / ".planning").mkdir()
    (folder / plan).write_text('<task type="auto">\n  <name>Task 1: Fix a typo</name>\n</task>\n')
    (folder / "opencode.json").write_text(json.dumps({"agent": agents}))
    (folder / "CLAUDE.md").write_text("# Notes\n\n````\n```\n</details>\n````\n")
    text = diff(folder, "--profile", "budget", "--format", "md")
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    rows, cells = [], None
    for token in tokens:
        if token.type == "tr_open":
            cells = []
        elif token.type == "inline" and cells is not None:
            assert {child.type for child in token.children} <= {"text", "text_special"}
            cells.append("".join(child.content for child in token.children))
        elif token.type == "tr_close":
            rows.append(cells)
            cells = None
    heads = [row for row in rows if row[0] in {"agent", "plan"}]
    assert [len(row) for row in heads] == [6, 2, 2]
    semantic = rows[: rows.index(heads[1])]
    assert {len(row) for row in semantic} == {6}
    assert [row[3:5] for row in semantic if row[0] == "SECURITY" and row[2] == "opencode.json"] == [
        [HOSTILE, "opus, effort high"]
    ]
    assert semantic[1][0] == f"{plan}#1"
    assert rows[-2][0] == plan
    html = [token.content for token in tokens if token.type == "html_block"]
    assert [content.strip() for content in html] == [
        f"<details><summary>{escape(plan)}</summary>",
        "</details>",
        "<details><summary>CLAUDE.md</summary>",
        "</details>",
        "<details><summary>opencode.json</summary>",
        "</details>",
    ]
    assert [token.info for token in tokens if token.type == "fence"] == ["diff"] * 3


@pytest.mark.parametrize(("before", "after"), [("balanced", "budget"), ("quality", "research")])
def test_markdown_says_what_the_terminal_says(demo, before, after):
    options = ("--from", before, "--profile", after)
    shown = diff(demo, "--all", *options)
    tokens = MarkdownIt("commonmark").enable("table").parse(diff(demo, *options, "--format", "md"))
    words = [
        "".join(child.content for child in token.children)
        for token in tokens
        if token.type == "inline" and not token.content.startswith("<")
    ]
    assert len(words) > 100
    for word in words:
        assert word in shown
    (*fences,) = (token.content for token in tokens if token.type == "fence")
    for fence in fences:
        assert fence in shown


def test_what_files_hold_never_drives_the_terminal(tmp_path):
    folder = project(tmp_path, "fleets: [leo]\ntargets: {opencode: {create: true}}\n")
    (folder / "opencode.json").write_text(
        '{"agent": {"SECURITY": {"model": "\x1b[31mred\\u001b[2J"}}}\n// \x1b]0;owned\x07\n', newline=""
    )
    for form in ("text", "md", "json"):
        assert "\x1b" not in diff(folder, "--profile", "budget", "--format", form)


def volumes(folder: Path, agents: str, budgets: str = "{}") -> Path:
    return project(
        folder,
        f"fleets: []\ntargets: {{}}\nagents: {agents}\nprofile: own\n"
        f"profiles: {{own: {{extends: balanced, default: opus, roles: {{docs: opus}}, budgets: {budgets}}}}}\n",
    )


def test_the_volume_of_agents_is_priced(tmp_path):
    folder = volumes(tmp_path, "{one: {role: docs, volume: 1000000}, two: {role: docs}}")
    cost = data(folder, "--from", "balanced", "--view", "cost")["cost"]
    assert cost["volume"] == {
        "tokens": 1000000,
        "from": "fleet",
        "profile": None,
        "agents": {"one": 1000000, "two": 0},
        "without": ["two"],
    }
    models = load(folder).policy.models
    prices = {name: (models[name].input_price + models[name].output_price) / 2 for name in ("haiku", "opus")}
    one, two = cost["agents"]
    assert one["before"] == {"tokens": 1000000, "usd": prices["haiku"]}
    assert one["after"] == {"tokens": 1000000, "usd": prices["opus"]}
    assert two["after"] == {"tokens": 0, "usd": 0}
    shown = diff(folder, "--from", "balanced", "--view", "cost")
    assert 'No volume is given for "two": no cost is counted there.' in shown
    assert "as its fleet expects of each agent" in shown


@pytest.mark.parametrize(
    ("usd", "exceeds", "said"),
    [
        (1000, None, None),
        (13, "spendable", "That needs the reserve."),
        (11, "budget", "That is more than the budget."),
    ],
)
def test_a_week_is_held_against_its_budget_and_the_reserve(tmp_path, usd, exceeds, said):
    folder = volumes(tmp_path, "{one: {role: docs, volume: 1000000}}", f"{{weekly: {{usd: {usd}}}, reserve: 0.2}}")
    week = data(folder, "--view", "cost", code=0)["cost"]["week"]
    assert week["before"] is None
    assert week["after"]["spendable"] == pytest.approx(usd * 0.8)
    assert week["after"]["exceeds"] == exceeds
    shown = diff(folder, "--view", "cost", code=0)
    assert ("That " in shown) == (said is not None)
    assert said is None or said in shown
    assert "without the reserve of 20%" in shown


def test_without_volumes_the_weekly_budget_without_its_reserve_is_spread_evenly(tmp_path):
    text = (
        "fleets: []\ntargets: {}\nagents: {one: {role: docs}, two: {role: docs}, three: {role: docs}}\nprofile: own\n"
    )
    folder = project(
        tmp_path, text + "profiles: {own: {extends: balanced, budgets: {weekly: {tokens: 1000}, reserve: 0.2}}}\n"
    )
    volume = data(folder, "--view", "cost", code=0)["cost"]["volume"]
    assert volume["agents"] == {"one": 267, "two": 267, "three": 266}
    assert (volume["tokens"], volume["from"], volume["profile"]) == (800, "budget", "own")
    # Both sides of a comparison do the same work: that of the larger budget.
    compared = data(folder, "--from", "balanced", "--view", "cost", code=0)["cost"]["volume"]
    assert (compared["tokens"], compared["profile"]) == (18000000, "balanced")


def test_what_waits_costs_nothing(tmp_path):
    folder = project(tmp_path, "fleets: []\ntargets: {}\nagents: {one: {role: docs, criticality: low, volume: 100}}\n")
    green, red = (
        data(folder, "--zone", zone, "--view", "cost", code=0)["cost"]["agents"][0] for zone in ("green", "red")
    )
    assert green["after"]["tokens"] == 100
    assert red["after"] == {"tokens": 0, "usd": 0}


def test_plans_cost_what_gsdc_cost_says(demo, monkeypatch):
    monkeypatch.chdir(demo)
    plans = data(Path(), "--from", "balanced", "--profile", "budget", "--view", "cost")["cost"]["plans"]
    answer = CliRunner().invoke(main, ["cost", ".planning", "--format", "json"]).output
    wanted = {
        plan["path"]: {one["profile"]: {key: one[key] for key in ("tokens", "usd")} for one in plan["profiles"]}
        for plan in json.loads(answer)["plans"]
    }
    assert len(plans) == 3
    for plan in plans:
        assert plan["before"] == wanted[plan["path"]]["balanced"]
        assert plan["after"] == wanted[plan["path"]]["budget"]


@pytest.mark.parametrize(
    "text",
    [
        "agents: {one: {role: docs, volume: -1}}",
        "agents: {one: {role: docs, volume: 1.0e+300}}",
        "agents: {one: {role: docs, volume: much}}",
        "profile: own\nprofiles: {own: {extends: balanced, budgets: {weekly: {tokens: 1e400}}}}",
        "profile: own\nprofiles: {own: {extends: balanced, budgets: {weekly: {tokens: " + "9" * 400 + "}}}}",
        "profile: own\nprofiles: {own: {extends: balanced, budgets: {weekly: {usd: .inf}}}}",
    ],
)
def test_a_volume_or_budget_that_is_none_is_a_finding(tmp_path, text):
    assert re.search(r"gsdc\.yaml:\d+:\d+: error\[(SC|IN002)", diff(project(tmp_path, text)))


def test_what_the_rules_find_is_told_in_every_format(demo):
    with (demo / "gsdc.yaml").open("a") as file:
        file.write("  - {agent: gsd-executor, model: opus, reason: Over, until: 2026-01-01}\n")
    warning = 'the override of "gsd-executor" expired on 2026-01-01'
    command = ["diff", "--project", str(demo), "--view", "semantic", "--format"]
    shown = {form: CliRunner().invoke(main, [*command, form]) for form in ("text", "md", "json")}
    assert warning in shown["text"].stdout
    assert warning in shown["md"].stderr
    assert warning not in shown["md"].stdout
    assert {"NB007", "OC003"} <= {finding["code"] for finding in json.loads(shown["json"].stdout)["findings"]}
    assert shown["json"].stderr == ""


SECURITY = "---\nname: SECURITY\ndescription: Looks for holes\n---\n"


@pytest.mark.parametrize(
    ("target", "files", "before"),
    [
        ("claude-code", {".claude/agents/s.md": SECURITY}, "inherit"),
        (
            "claude-code",
            {
                ".claude/agents/s.md": SECURITY,
                ".claude/settings.json": '{"env": {"CLAUDE_CODE_SUBAGENT_MODEL": "haiku"}}',
            },
            "haiku",
        ),
        (
            "claude-code",
            {
                ".claude/agents/s.md": SECURITY.replace("Looks", "Looks\nmodel: sonnet # for"),
                ".claude/settings.json": '{"env": {"ANTHROPIC_DEFAULT_SONNET_MODEL": "claude-haiku-4-5"}}',
            },
            "haiku",
        ),
        (
            "opencode",
            {
                "opencode.json": '{"agent": {"SECURITY": {"model": "anthropic/claude-haiku-4-5"}}}',
                ".opencode/agent/SECURITY.md": "---\nmodel: anthropic/claude-sonnet-5-5\n---\nx",
            },
            "sonnet",
        ),
        (
            "opencode",
            {"opencode.json": '{"model": "openai/gpt-5.2", "agent": {"SECURITY": {"mode": "primary"}}}'},
            "gpt-5.2",
        ),
    ],
)
def test_what_is_installed_is_what_the_client_makes_of_all_its_files(tmp_path, target, files, before):
    """An agent's own file may say nothing, or be overruled by another one."""
    folder = project(tmp_path, f"fleets: [leo]\ntargets: {{{target}: true}}\n")
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content)
    found = [row for row in data(folder, "--view", "semantic")["semantic"] if row["agent"] == "SECURITY"]
    assert [row["before"]["model"] for row in found] == [before]
    assert [row["after"]["model"] for row in found] == ["opus"]
