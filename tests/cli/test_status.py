"""``gsdc status``: installed against compiled, and every escape hatch in use."""

import json
import os
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from gsdc.cli import main
from gsdc.transaction.lock import locked
from gsdc.transaction.store import Store

DEMO = Path(__file__).parents[1] / "projects/demo"


@pytest.fixture
def project(tmp_path) -> Path:
    return Path(shutil.copytree(DEMO, tmp_path / "demo"))


def run(project: Path, *arguments: str | Path):
    return CliRunner().invoke(main, ["--project", str(project), *map(str, arguments)], catch_exceptions=False)


def status(project: Path, *arguments: str, exit_code: int) -> dict:
    done = run(project, "status", "--format", "json", *arguments)
    assert (done.exit_code, done.stderr) == (exit_code, "")
    return json.loads(done.stdout)


def states(answer: dict) -> dict[str, str]:
    return {target["name"]: target["state"] for target in answer["targets"]}


def whys(answer: dict) -> dict[str, str]:
    return {file["path"]: "; ".join(file["why"]) for target in answer["targets"] for file in target["files"]}


def everything(project: Path) -> dict[str, bytes]:
    return {path.relative_to(project).as_posix(): path.read_bytes() for path in project.rglob("*") if path.is_file()}


def test_before_any_apply(project):
    before = everything(project)
    answer = status(project, exit_code=1)
    assert everything(project) == before
    assert not (project / ".gsdc").exists()
    assert set(states(answer).values()) == {"never applied"}
    assert (answer["last"], answer["paused"], answer["pending"], answer["at_work"]) == (None, None, None, None)
    assert (answer["profile"], answer["zone"], answer["reserve"]) == ("balanced", "green", 0.1)
    [shift] = answer["shifts"]  # what runs now, and would not
    assert (shift["agent"], shift["before"]["model"], shift["after"]["model"]) == (
        "gsd-security-auditor",
        "haiku",
        "opus",
    )


def test_after_an_apply_all_is_in_sync(project):
    run(project, "apply", "--yes", "--reason", "The first one")
    answer = status(project, exit_code=0)
    assert answer["settled"] is True
    assert set(states(answer).values()) == {"in sync"}
    assert whys(answer) == {}
    assert answer["shifts"] == []
    assert {key: answer["last"][key] for key in ("number", "kind", "profile", "reason")} == {
        "number": 1,
        "kind": "apply",
        "profile": "balanced",
        "reason": "The first one",
    }
    lines = run(project, "status").stdout.splitlines()
    assert "opencode   in sync" in lines
    assert "budget reserve: 10% is reserved for emergencies" in lines


def test_an_edit_beside_what_gsdc_manages_is_no_drift(project):
    run(project, "apply", "--yes")
    with (project / "CLAUDE.md").open("a", encoding="utf-8") as file:
        file.write("\nAnother note.\n")
    answer = status(project, exit_code=0)
    assert whys(answer) == {"CLAUDE.md": "edited since change 1; what gsdc manages of it is as compiled"}


def test_an_edit_of_what_gsdc_manages_is_told_in_words_of_agents(project):
    run(project, "apply", "--yes")
    path = project / "opencode.jsonc"
    text = path.read_text("utf-8")
    place = text.index('"gsd-planner"')
    model = '"anthropic/claude-opus-5-5"'
    path.write_text(
        text[:place] + text[place:].replace(model, '"anthropic/claude-haiku-5-5"', 1), "utf-8", newline="\n"
    )
    answer = status(project, exit_code=1)
    assert states(answer)["opencode"] == "drifted"
    assert 'agent.gsd-planner.model is now "anthropic/claude-haiku-5-5"' in whys(answer)["opencode.jsonc"]
    assert [(s["agent"], s["before"]["model"], s["after"]["model"]) for s in answer["shifts"]] == [
        ("gsd-planner", "haiku", "opus")
    ]


def test_a_file_that_is_gone(project):
    run(project, "apply", "--yes")
    (project / "config/phase-model-overrides.mjs").unlink()
    answer = status(project, exit_code=1)
    assert states(answer)["overrides"] == "drifted"
    assert whys(answer) == {"config/phase-model-overrides.mjs": "it is gone since change 1"}


def test_a_policy_that_has_changed(project):
    run(project, "apply", "--yes")
    run(project, "override", "gsd-executor", "opus", "--reason", "Payment code", "--phase", "execution")
    answer = status(project, exit_code=1)
    assert answer["last"]["kind"] == "override"
    assert whys(answer)["opencode.jsonc"] == "compiled differently since change 1"
    assert ("gsd-executor", "sonnet", "opus") in [
        (s["agent"], s["before"]["model"], s["after"]["model"]) for s in answer["shifts"]
    ]
    run(project, "rollback", "--yes")
    assert status(project, exit_code=0)["last"]["kind"] == "apply"


def test_a_plan_that_has_another_task_now(project):
    run(project, "apply", "--yes")
    path = ".planning/phases/03-billing/03-01-PLAN.md"
    text = (project / path).read_text("utf-8")
    task = '<task type="auto">\n  <name>Task 9: Say hello</name>\n  <files>src/hello.ts</files>\n</task>\n\n</tasks>'
    (project / path).write_text(text.replace("</tasks>", task, 1), "utf-8")
    assert whys(status(project, exit_code=1)) == {path: "edited since change 1, and now compiled differently"}


def test_a_target_that_is_used_no_more(project):
    run(project, "apply", "--yes")
    config = project / "gsdc.yaml"
    config.write_text(config.read_text("utf-8").replace("  overrides: {dir: config}\n", ""), "utf-8")
    answer = status(project, exit_code=1)
    assert whys(answer)["config/phase-model-config.json"] == "it is no longer compiled"


def test_the_profile_of_the_last_apply_counts(project):
    run(project, "apply", "--yes", "--profile", "budget", "--zone", "orange")
    answer = status(project, exit_code=0)
    assert (answer["profile"], answer["zone"]) == ("budget", "orange")
    assert answer["remark"] == "change 1 installed it"
    files = answer["plain_apply"].pop("files")
    assert answer["plain_apply"] == {"profile": "balanced", "zone": "green"}
    assert f'gsdc.yaml names "balanced": gsdc apply would change {files} files' in run(project, "status").stdout
    preview = json.loads(run(project, "apply", "--dry-run", "--format", "json").stdout)
    assert len(preview["files"]) == files > 1
    assert status(project, "--profile", "balanced", exit_code=1)["remark"] is None
    status(project, "--zone", "green", exit_code=1)


def test_a_stage_is_in_sync_with_itself(project):
    run(project, "apply", "--yes")
    assert run(project, "apply", "--yes", "--profile", "budget", "--stage", "25").exit_code == 0
    answer = status(project, exit_code=0)
    assert (answer["profile"], answer["stage"]) == ("budget", 25)


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("options", "commands"),
    [
        (("--stage", "25"), "--profile budget --stage 50"),
        (("--stage", "50"), "--profile budget"),
        (
            ("--stage", "25", "--zone", "red", "--workflow", "planning-heavy"),
            "--profile budget --workflow planning-heavy --zone red --stage 50",
        ),
    ],
)
def test_how_a_stage_goes_on(options, commands, project):
    run(project, "apply", "--yes")
    assert run(project, "apply", "--yes", "--profile", "budget", *options).exit_code == 0
    assert (
        f'a cut-over to "budget" is at {options[1]}%: gsdc apply {commands} goes on; plain gsdc apply would put every '
        'agent on "balanced"'
    ) in run(project, "status").stdout.splitlines()
    assert run(project, "apply", "--yes", *commands.split()).exit_code == 0
    answer = status(project, exit_code=0)
    assert (answer["profile"], answer["stage"]) == ("budget", 50 if "50" in commands else 100)


@pytest.mark.parametrize("zone", ["green", "orange"])
def test_a_profile_that_was_not_installed_by_gsdc(project, zone):
    run(project, "apply", "--yes")
    store = everything(project / ".gsdc")
    run(project, "apply", "--yes", "--profile", "budget", "--zone", zone)
    config = project / "gsdc.yaml"
    config.write_text("profile: budget\n" + config.read_text("utf-8").replace("profile: balanced\n", ""), "utf-8")
    shutil.rmtree(project / ".gsdc")  # somebody has installed it elsewhere, and it was pulled
    for path, content in store.items():
        (project / ".gsdc" / path).parent.mkdir(parents=True, exist_ok=True)
        (project / ".gsdc" / path).write_bytes(content)
    if zone == "green":
        answer = status(project, exit_code=0)
        assert (answer["profile"], set(states(answer).values())) == ("budget", {"in sync"})
        assert answer["remark"] == 'not by gsdc apply: change 1 installed "balanced" in zone green'
        assert whys(answer)["opencode.jsonc"] == "as compiled, but not written by gsdc apply"
        assert run(project, "apply", "--yes").exit_code == 0
        answer = status(project, exit_code=0)
        assert (answer["remark"], "opencode.jsonc" in whys(answer)) == (None, False)
    else:  # neither is what the files are
        answer = status(project, exit_code=1)
        assert (answer["profile"], answer["remark"]) == ("balanced", "change 1 installed it")
        assert answer["plain_apply"]["profile"] == "budget"


def test_a_broken_file_of_one_client(project):
    run(project, "apply", "--yes")
    path = project / "opencode.jsonc"
    path.write_text(path.read_text("utf-8").replace('"agent"', '"agent" "', 1), "utf-8")
    answer = status(project, exit_code=1)
    assert states(answer).pop("opencode") == "broken"
    assert {name for name, state in states(answer).items() if state == "in sync"} == {*states(answer)} - {"opencode"}
    assert "JS001" in {finding["code"] for finding in answer["findings"]}
    assert "(opencode.jsonc:" in whys(answer)["opencode.jsonc"]


def test_a_profile_that_is_gone_since(project):
    config = project / "gsdc.yaml"
    before = config.read_text("utf-8")
    config.write_text(before + "profiles:\n  team: {extends: balanced}\n", "utf-8")
    run(project, "apply", "--yes", "--profile", "team")
    config.write_text(before, "utf-8")
    answer = status(project, exit_code=1)
    assert answer["profile"] == "balanced"
    assert answer["remark"] == 'change 1 installed profile "team", which no longer loads'


def test_agents_of_the_project_itself_are_known(project):
    with (project / "gsdc.yaml").open("a", encoding="utf-8") as file:
        file.write("agents:\n  our-writer: {role: docs}\n")
    run(project, "apply", "--yes")
    status(project, exit_code=0)


def test_while_paused_drift_is_what_is_wanted(project):
    run(project, "pause", "--reason", "Models by hand")
    answer = status(project, exit_code=0)
    assert answer["paused"]["reason"] == "Models by hand"
    assert set(states(answer).values()) == {"never applied"}
    assert "by hand" in next(line for line in run(project, "status").stdout.splitlines() if "paused since" in line)


def test_overrides_and_when_they_end(tmp_path):
    today = date.today()  # noqa: DTZ011 - a day as people count it
    ends = (None, today + timedelta(30), today + timedelta(7), today + timedelta(1), today, today - timedelta(1))
    items = "".join(
        f"  - {{agent: gsd-executor, model: opus, reason: Payment code, phases: [p{number}]"
        + (f", until: {end}}}\n" if end else "}\n")
        for number, end in enumerate(ends)
    )
    phases = "".join(f", p{number}" for number in range(len(ends)))
    agents = f"agents:\n  gsd-executor: {{role: docs, phases: [p{phases}]}}\n"
    (tmp_path / "gsdc.yaml").write_text(f"{agents}overrides:\n{items}", "utf-8")
    lines = [line for line in run(tmp_path, "status").stdout.splitlines() if line.startswith("override: ")]
    assert [line.split(" in p", 1)[1][3:] for line in lines] == [
        "without an end date: Payment code",
        f"until {ends[1]}: Payment code",
        f"until {ends[2]}, in 7 days: Payment code",
        f"until {ends[3]}, tomorrow: Payment code",
        f"until {ends[4]}, today: Payment code",
        f"expired on {ends[5]}: Payment code",
    ]
    answer = json.loads(run(tmp_path, "status", "--format", "json").stdout)
    assert [item["days"] for item in answer["overrides"]] == [None, 30, 7, 1, 0, -1]


def test_who_is_at_work(project):
    store = Store(project)
    run(project, "pause", "--reason", "To make the folder")
    with locked(store, "gsdc apply"):
        answer = status(project, exit_code=0)
    assert answer["at_work"].startswith(f"gsdc apply (process {os.getpid()}) has been running here since ")
    assert status(project, exit_code=0)["at_work"] is None


def test_an_interrupted_change_is_told_of_and_left_alone(project):
    run(project, "apply", "--yes")
    store = Store(project)
    store.record(1).rename(store.pending)  # as if it had died just before its last step
    before = everything(project)
    done = run(project, "status")
    assert done.exit_code == 1
    assert "the next gsdc command undoes it" in done.stdout
    assert everything(project) == before
    assert status(project, exit_code=1)["pending"]["kind"] == "apply"


def test_a_read_only_checkout(project):
    run(project, "apply", "--yes")
    folders = [project, *(path for path in project.rglob("*") if path.is_dir())]
    for path in (*folders, *(path for path in project.rglob("*") if path.is_file())):
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        status(project, exit_code=0)
    finally:
        for path in folders:
            path.chmod(0o755)


def test_what_cannot_be_read(project, tmp_path):
    assert run(project, "status", "--profile", "qualtiy").exit_code == 2
    assert run(tmp_path / "nowhere", "status").exit_code == 2
    run(project, "apply", "--yes")
    (project / ".gsdc/history/000001/record.json").write_text("{", "utf-8")
    done = run(project, "status")
    assert done.exit_code == 1
    assert "error[DP004 damaged-record]" in done.stdout


def test_a_store_that_leads_out_is_refused(project, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (project / ".gsdc").symlink_to(tmp_path / "elsewhere")
    done = run(project, "status")
    assert done.exit_code == 1
    assert "error[DP002 unusable-store]" in done.stdout


def test_no_control_character_reaches_the_terminal(project):
    path = project / "opencode.jsonc"
    run(project, "apply", "--yes")
    (project / ".gsdc/paused.json").write_text(json.dumps({"since": "\x1b[2J", "reason": "\x1b]0;x", "who": "\x07"}))
    path.write_text(path.read_text("utf-8").replace("claude-opus-5-5", "claude-\\u001b[31m", 1), "utf-8")
    assert not {"\x1b", "\x07"} & set(run(project, "status").stdout)


@pytest.mark.sampled
@pytest.mark.parametrize(("first", "then"), [("planning-heavy", ()), ("", ("--workflow", "planning-heavy"))])
def test_a_stage_keeps_the_workflow_of_the_agents_that_it_holds_back(project, first, then):
    run(project, "apply", "--profile", "quality", "--yes", *(("--workflow", first) if first else ()))
    for stage in ("25", "50"):
        run(project, "apply", "--profile", "budget", *then, "--stage", stage, "--yes")
        last = status(project, exit_code=0)["last"]
        assert (last["profile"], last["stage"], last["before_workflow"]) == ("budget", int(stage), first)
    done = run(project, "diff", "--profile", "budget", *then, "--view", "cost", "--format", "json")
    week = json.loads(done.stdout)["cost"]["week"]
    assert week["before"]["usd"] > week["after"]["usd"]


def test_a_list_that_excludes_the_model_of_an_agent(tmp_path):
    """OpenCode does not find the model, though the file has what gsdc compiles."""
    agent = "  heavy: {role: planning, models: {any: opus}, description: Plans}\n"
    (tmp_path / "gsdc.yaml").write_text(f"fleets: []\ntargets: {{opencode: true}}\nagents:\n{agent}")
    config = tmp_path / "opencode.json"
    config.write_text('{"agent": {"heavy": {}}}')
    run(tmp_path, "apply", "--yes")
    assert "in sync" in run(tmp_path, "status").output
    config.write_text(config.read_text().replace("{", '{"disabled_providers": ["anthropic"], ', 1))
    output = run(tmp_path, "status").output
    assert "opencode  overridden" in output
    assert '`disabled_providers` excludes "anthropic/claude-opus-5-5"' in output
    assert "does not run every agent as the policy decides: see `gsdc status`" in run(tmp_path, "apply", "--yes").output
