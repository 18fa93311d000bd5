"""``gsdc apply``: what changes, what is asked first, and what is never written over."""

import json
import os
import random
import re
import shutil
import string
from pathlib import Path

import pytest
from tests.cli.running import answer, replace, run
from tests.transaction.small import tree

CONFIG = "config/phase-model-config.json"


def data(project: Path) -> dict:
    text = (project / "opencode.jsonc").read_text()
    return json.loads("\n".join(line for line in text.splitlines() if not line.strip().startswith("//")))


def test_the_first_apply_and_the_second(small):
    before = tree(small)
    first = answer(small, "apply", "--yes")
    after = tree(small)
    assert first["change"] == 1
    assert sorted(file["path"] for file in first["files"]) == [p for p in after if after[p] != before.get(p)]
    assert {gate["gate"] for gate in first["gates"]} >= {"lint", "proof"}
    again = answer(small, "apply", "--yes")
    assert (again["change"], again["files"]) == (None, [])
    assert run(small, "apply", "--yes").output == "nothing to apply: every file is up to date\n"
    assert tree(small) == after


def test_what_a_build_compiles_is_what_is_installed(small):
    built = answer(small, "build", "--profile", "budget")
    run(small, "apply", "--profile", "budget", "--yes")
    for artifact in built["artifacts"]:
        path = artifact["path"]
        assert (small / path).read_bytes() == (small / "build/budget" / path).read_bytes()


def test_another_profile_and_back(small):
    run(small, "apply", "--yes")
    balanced = tree(small)
    done = run(small, "apply", "--profile", "budget", "--yes")
    assert "write `profile: budget`" in done.output
    assert tree(small) != balanced
    assert [change["before"] for change in answer(small, "history")["changes"]] == ["balanced", ""]
    run(small, "apply", "--yes")
    assert tree(small) == balanced


@pytest.mark.parametrize("options", [("--dry-run",), ("--dry-run", "--yes"), ("--dry-run", "--force"), ()])
def test_nothing_is_changed_unless_it_is_said(small, options):
    before = tree(small)
    done = run(small, "apply", *options, code=0 if options else 2)
    assert tree(small) == before
    assert not (small / ".gsdc/history").exists()
    assert ("cannot ask, since there is no terminal" in done.output) is not bool(options)
    assert ('+      "model": "anthropic/claude-opus-5-5"' in done.output) is bool(options)


def test_only_some_targets(small):
    done = answer(small, "apply", "--target", "claude-md", "--yes")
    assert [file["path"] for file in done["files"]] == ["CLAUDE.md"]
    run(small, "apply", "--target", "claude", "--yes", code=2)


EDITS = {
    "CLAUDE.md": ("Compiled by gsdc", "Written by us"),
    "opencode.jsonc": ("anthropic/claude-opus-5-5", "anthropic/claude-opus-4-1"),
    CONFIG: ('"model": "', '"model": "our-'),
}


@pytest.mark.parametrize("path", EDITS)
def test_an_edit_of_what_is_generated(small, path):
    """It is refused with the edit itself; with --force a copy is kept."""
    old, new = EDITS[path]
    run(small, "apply", "--yes")
    replace(small / path, old, new)
    edited = tree(small)
    refused = run(small, "apply", "--profile", "budget", "--yes", code=1)
    assert f"--- a/{path}\n+++ b/{path}\n" in refused.output
    assert "DP010" in refused.output
    found = answer(small, "apply", "--profile", "budget", "--yes", code=1)
    assert [(finding["code"], finding["path"]) for finding in found["findings"]] == [("DP010", path)]
    assert tree(small) == edited
    run(small, "apply", "--profile", "budget", "--yes", "--force")
    assert (small / ".gsdc/kept/000002" / path).read_bytes() == edited[path].content
    assert new not in (small / path).read_text()


def test_what_a_person_writes_beside_it_stays(small):
    run(small, "apply", "--yes")
    replace(small / "CLAUDE.md", "plainly.\n", "plainly.\n\nAnd briefly.\n")
    replace(small / "opencode.jsonc", "// ours", "// ours, and nobody else's")
    replace(small / "opencode.jsonc", '"description": "leads"', '"description": "leads us"')
    replace(small / "plans/01-PLAN.md", "Write the tests.", "Write all the tests.")
    (small / "CLAUDE.md").chmod(0o600)
    run(small, "apply", "--profile", "budget", "--yes")
    assert "\n\nAnd briefly.\n" in (small / "CLAUDE.md").read_text()
    assert "// ours, and nobody else's" in (small / "opencode.jsonc").read_text()
    assert data(small)["agent"]["chief"]["description"] == "leads us"
    assert "Write all the tests." in (small / "plans/01-PLAN.md").read_text()
    assert (small / "CLAUDE.md").stat().st_mode & 0o777 == 0o600


def test_other_line_ends_are_no_edit(small):
    run(small, "apply", "--yes")
    for path in ("CLAUDE.md", "opencode.jsonc"):
        (small / path).write_bytes((small / path).read_bytes().replace(b"\n", b"\r\n"))
    run(small, "apply", "--profile", "budget", "--yes")
    for path in ("CLAUDE.md", "opencode.jsonc"):
        content = (small / path).read_bytes()
        assert content.count(b"\n") == content.count(b"\r\n")


def test_a_table_that_is_compiled_no_more_goes(small):
    run(small, "apply", "--yes")
    before = tree(small)
    replace(small / "gsdc.yaml", "  overrides: {dir: config}\n", "")
    (small / "config/notes.md").write_text("ours")
    replace(small / CONFIG, '"model": "', '"model": "our-')
    done = answer(small, "apply", "--yes")
    assert {file["path"] for file in done["files"]} == {p for p in before if p.startswith("config/")} - {CONFIG}
    assert sorted(path.name for path in (small / "config").iterdir()) == ["notes.md", Path(CONFIG).name]
    run(small, "rollback", "--yes")
    assert all(tree(small)[path] == before[path] for path in before if path not in {CONFIG, "gsdc.yaml"})


def test_an_agent_that_waits_is_let_run_again(small):
    """What gsdc has disabled, it enables; what a person has disabled, stays."""
    replace(small / "opencode.jsonc", '"agent": {', '"agent": {\n    "tester": {"disable": true},')
    run(small, "apply", "--zone", "red", "--yes")
    assert {name for name, entry in data(small)["agent"].items() if entry.get("disable")} == {"chief", "tester"}
    run(small, "apply", "--yes")
    assert {name for name, entry in data(small)["agent"].items() if entry.get("disable")} == {"tester"}
    run(small, "apply", "--zone", "red", "--yes")
    run(small, "rollback", "--yes")
    assert {name for name, entry in data(small)["agent"].items() if entry.get("disable")} == {"tester"}


def test_a_file_that_holds_a_credential_is_not_copied_into_history(small):
    letters = random.Random(7).choices(string.ascii_letters + string.digits, k=93)  # no key of anybody's
    replace(small / "CLAUDE.md", "plainly.\n", f"plainly.\n\nANTHROPIC_API_KEY=sk-ant-api03-{''.join(letters)}AA\n")
    before = tree(small)
    done = answer(small, "apply", "--yes", code=1)
    assert ("NB006", "CLAUDE.md") in {(finding["code"], finding["path"]) for finding in done["findings"]}
    assert tree(small) == before
    kept = b"".join(path.read_bytes() for path in (small / ".gsdc").rglob("*") if path.is_file())
    assert "".join(letters).encode() not in kept
    shown = run(small, "apply", "--dry-run", code=1).output
    shown += run(small, "apply", "--shadow", code=1).output
    shown += run(small, "diff", "--format", "md", code=1).output
    assert "".join(letters) not in shown
    assert "ANTHROPIC_API_KEY" in shown  # the line is there, as far as it holds no credential
    assert not (small / ".gsdc/shadow").exists()


@pytest.mark.skipif(os.name == "nt", reason="an ordinary user makes no symbolic links there")
def test_a_link_stays_a_link(small):
    (small / "CLAUDE.md").rename(small / "AGENTS.md")
    (small / "CLAUDE.md").symlink_to("AGENTS.md")
    before = (small / "AGENTS.md").read_bytes()
    done = answer(small, "apply", "--target", "claude-md", "--yes")
    assert [file["path"] for file in done["files"]] == ["AGENTS.md"]
    assert (small / "CLAUDE.md").readlink() == Path("AGENTS.md")
    assert b"## Model Assignment Strategy" in (small / "CLAUDE.md").read_bytes()
    run(small, "rollback", "--yes")
    assert (small / "CLAUDE.md").readlink() == Path("AGENTS.md")
    assert (small / "AGENTS.md").read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="an ordinary user makes no symbolic links there")
def test_nothing_is_written_through_a_link_that_leads_out(small, tmp_path):
    (tmp_path / "outside").mkdir()
    (small / "config").symlink_to(tmp_path / "outside")
    before = (small / "CLAUDE.md").read_bytes()
    done = answer(small, "apply", "--yes", code=1)
    assert "IN004" in {finding["code"] for finding in done["findings"]}
    assert list((tmp_path / "outside").iterdir()) == []
    assert (small / "CLAUDE.md").read_bytes() == before


def test_a_file_that_is_read_only_stops_all(small):
    (small / "CLAUDE.md").chmod(0o444)
    before = tree(small)
    done = answer(small, "apply", "--yes", code=1)
    errors = [finding for finding in done["findings"] if finding["severity"] == "error"]
    assert [(finding["code"], finding["path"]) for finding in errors] == [("DP006", "CLAUDE.md")]
    assert tree(small) == before


@pytest.mark.parametrize("options", [("--yes",), ("--dry-run",), ()])
def test_files_that_are_read_only_are_said_before_anything_is_asked(small, options):
    """One finding for all that have the same reason, and its remedy once."""
    run(small, "apply", "--yes")
    replace(small / "gsdc.yaml", "profile: balanced", "profile: budget")
    for path in ("CLAUDE.md", "opencode.jsonc", CONFIG):
        (small / path).chmod(0o444)
    before = tree(small)
    output = run(small, "apply", *options, code=1).output
    assert "files     no-go      3 files cannot be changed\n" in output
    start = output.index("CLAUDE.md: error[DP006 unwritable-place]: 3 files cannot be changed: they are read-only\n")
    assert output[start:].splitlines()[1:4] == [
        f"  = see: {CONFIG}",
        "  = see: opencode.jsonc",
        "  = help: make them writable, or remove their targets from gsdc.yaml",
    ]
    assert tree(small) == before
    found = answer(small, "apply", "--dry-run", code=1)["findings"]
    (finding,) = (finding for finding in found if finding["severity"] == "error")
    assert [place["path"] for place in finding["related"]] == [CONFIG, "opencode.jsonc"]
    for path in ("CLAUDE.md", "opencode.jsonc", CONFIG):
        (small / path).chmod(0o644)
    assert "files     no-go" not in run(small, "apply", "--yes").output


def test_old_changes_are_forgotten_but_not_who_wrote_a_file(small):
    """After ten changes of one file, an edit of another one is still told from what gsdc wrote."""
    with (small / "gsdc.yaml").open("a") as file:
        file.write("history: {keep: 10}\n")
    run(small, "apply", "--yes")
    for number in range(12):
        profile = ("budget", "balanced")[number % 2]
        run(small, "apply", "--profile", profile, "--target", "opencode", "--yes")
    numbers = [change["number"] for change in answer(small, "history")["changes"]]
    assert numbers[:10] == list(range(13, 3, -1))
    assert len(numbers) < 13
    replace(small / "CLAUDE.md", "Compiled by gsdc", "Written by us")
    done = answer(small, "apply", "--profile", "budget", "--yes", code=1)
    assert [(finding["code"], finding["path"]) for finding in done["findings"]] == [("DP010", "CLAUDE.md")]


def test_what_a_rollback_took_back_is_not_forgotten_before_it(small):
    """Taken back itself, the rollback gives back changes that have to be known again."""
    with (small / "gsdc.yaml").open("a") as file:
        file.write("history: {keep: 10}\n")
    run(small, "apply", "--yes", "--target", "opencode")
    run(small, "apply", "--yes", "--target", "claude-md")
    written = (small / "CLAUDE.md").read_bytes()
    run(small, "rollback", "--yes", "2")
    for number in range(9):
        run(small, "apply", "--yes", "--target", "opencode", "--profile", ("budget", "balanced")[number % 2])
    run(small, "rollback", "--yes", "3")
    assert (small / "CLAUDE.md").read_bytes() == written
    run(small, "apply", "--yes", "--target", "opencode", "--profile", "balanced")
    changes = {change["number"]: change["undone_by"] for change in answer(small, "history")["changes"]}
    assert (changes[2], changes[3]) == (None, 13)
    (small / "CLAUDE.md").write_text("# Project\n")
    done = answer(small, "apply", "--yes", "--target", "claude-md", "--profile", "budget", code=1)
    assert "DP010" in {finding["code"] for finding in done["findings"]}


@pytest.mark.parametrize("command", [("diff",), ("migrate", "--to", "budget", "--out", "out"), ("apply", "--yes")])
def test_contents_that_cannot_be_read_any_more(small, command):
    (small / "gsdc.yaml").write_text("fleets: [fleet.yaml]\ntargets: {claude-md: true}\n")
    run(small, "apply", "--yes")
    (small / ".gsdc/history/000001/images").write_bytes(b"")
    replace(small / "gsdc.yaml", "targets", "profile: budget\ntargets")
    found = answer(small, *command, code=1)["findings"]
    assert [finding["code"] for finding in found if finding["severity"] == "error"] == ["DP004"]


def test_a_folder_in_the_place_of_a_file_that_is_compiled_no_more(small):
    run(small, "apply", "--yes", "--target", "overrides")
    path = small / answer(small, "history", "1")["files"][0]["path"]
    path.unlink()
    path.mkdir()
    replace(small / "gsdc.yaml", "  overrides: {dir: config}\n", "")
    run(small, "apply", "--yes")
    assert path.is_dir()


def without_history(project: Path) -> None:
    """Leave what a clone has: no history, which is of one machine."""
    shutil.rmtree(project / ".gsdc")


def test_a_block_edited_by_hand_is_known_without_history(small):
    run(small, "apply", "--yes")
    without_history(small)
    replace(small / "CLAUDE.md", *EDITS["CLAUDE.md"])
    edited = tree(small)
    assert "DP010" in run(small, "apply", "--profile", "budget", "--yes", code=1).output
    assert tree(small) == edited
    run(small, "apply", "--profile", "budget", "--yes", "--force")
    assert (small / ".gsdc/kept/000001/CLAUDE.md").read_bytes() == edited["CLAUDE.md"].content


def test_a_block_that_somebody_else_compiled_is_no_edit(small, tmp_path):
    run(small, "apply", "--yes", "--target", "claude-md")
    other = shutil.copytree(small, tmp_path / "other")
    run(other, "apply", "--yes", "--profile", "quality", "--target", "claude-md")
    shutil.copy(other / "CLAUDE.md", small / "CLAUDE.md")  # as a pull does
    run(small, "apply", "--yes", "--profile", "budget", "--target", "claude-md")
    assert "profile `budget`" in (small / "CLAUDE.md").read_text()


def test_a_gate_is_waived_with_a_reason(small):
    (small / ".claude/agents").mkdir(parents=True)
    (small / ".claude/agents/guard.md").write_text("---\nname: guard\ndescription: x\nmodel: haiku\n---\n")
    before = tree(small)
    refused = answer(small, "apply", "--yes", code=1)
    assert {gate["gate"] for gate in refused["gates"] if gate["go"] is False} == {"lint"}
    assert "NB001" in {finding["code"] for finding in refused["findings"]}
    run(small, "apply", "--yes", "--despite", "lint", code=2)
    run(small, "apply", "--yes", "--despite", "proof", "--reason", "Now", code=2)
    assert tree(small) == before
    done = run(small, "apply", "--yes", "--despite", "lint", "--reason", "The file is replaced today")
    assert re.search(r"^lint +waived +1 error ", done.output, re.MULTILINE)
    assert tree(small) != before
    (change,) = answer(small, "history")["changes"]
    assert (change["despite"], change["reason"]) == (["lint"], "The file is replaced today")
    assert "despite lint" in run(small, "history").output


@pytest.mark.parametrize("options", [("--shadow",), ("--stage", "25"), ("--yes",)])
def test_a_profile_to_start_from_that_does_not_exist(small, options):
    (found,) = answer(small, "apply", "--from", "nope", *options, code=2)["findings"]
    assert found["path"] == "--from"


def test_what_a_pull_brought_is_written_down(small, tmp_path):
    """Files that are as compiled though not by this history are adopted: they count as edits no more."""
    run(small, "apply", "--yes")
    other = shutil.copytree(small, tmp_path / "other")
    run(other, "apply", "--yes", "--profile", "budget")
    for path, image in tree(other).items():
        (small / path).write_bytes(image.content)
    replace(small / "gsdc.yaml", "profile: balanced", "profile: budget")
    pulled = tree(small)
    done = answer(small, "apply", "--yes")
    assert (done["change"], done["files"]) == (2, [])
    assert tree(small) == pulled
    assert answer(small, "apply", "--yes")["change"] is None
    assert [change["kind"] for change in answer(small, "history")["changes"]] == ["adopt", "apply"]
    run(small, "apply", "--yes", "--profile", "quality")
    run(small, "rollback", "--yes")
    assert tree(small) == pulled


def test_another_branch_is_no_edit(small):
    """Bytes that the history has are not lost where they are written over."""
    before = tree(small)
    run(small, "apply", "--yes")
    after = tree(small)
    for path, image in before.items():
        (small / path).write_bytes(image.content)
    run(small, "apply", "--yes")
    assert tree(small) == after


def test_a_folder_without_a_project(small, tmp_path):
    (small / "src/deep").mkdir(parents=True)
    done = run(small / "src/deep", "apply", "--yes", code=2)
    assert 'in "../.."' in done.output
    assert list((small / "src/deep").iterdir()) == []
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "run `gsdc init` first" in run(empty, "apply", "--yes", code=2).output
    assert list(empty.iterdir()) == []


def test_a_cut_over_that_is_left_is_told(small):
    run(small, "apply", "--yes")
    run(small, "apply", "--yes", "--profile", "budget", "--stage", "50")
    assert 'a cut-over to "budget" is at 50%' in run(small, "apply", "--yes").output


MOVES = {  # agent: role, model and effort in its file, and those of the policy
    "planner": ("planning", "opus", "", "{model: opus, effort: high}"),
    "designer": ("design", "opus", "", "{model: opus, effort: high}"),
    "reviewer": ("review", "opus", "", "{model: opus, effort: high}"),
    "tester": ("testing", "sonnet", "", "{model: sonnet, effort: high}"),
    "searcher": ("research", "sonnet", "low", "{model: sonnet, effort: medium}"),
    "writer": ("docs", "opus", "", "sonnet"),
    "auditor": ("security", "sonnet", "", "opus"),
    "new-one": ("docs", None, "", "haiku"),
}


def moves(folder: Path) -> None:
    """Make a project whose policy changes mostly efforts, the model of few agents, and that of one security agent."""
    agents = "".join(
        f"  {name}: {{role: {move[0]}, description: d, models: {{any: opus}}}}\n" for name, move in MOVES.items()
    )
    assigned = "".join(f"      {name}: {move[3]}\n" for name, move in MOVES.items())
    head = "fleets: []\ntargets: {claude-code: {create: true}}\nprofile: own\nagents:\n"
    profile = f"profiles:\n  own:\n    extends: balanced\n    agents:\n{assigned}"
    (folder / "gsdc.yaml").write_text(f"{head}{agents}{profile}")
    (folder / ".claude/agents").mkdir(parents=True)
    for name, (_, model, effort, _) in MOVES.items():
        if model is not None:
            keys = f"name: {name}\ndescription: d\nmodel: {model}\n" + (f"effort: {effort}\n" if effort else "")
            (folder / f".claude/agents/{name}.md").write_text(f"---\n{keys}---\nText\n")


def test_the_changes_that_matter_most_come_first(tmp_path):
    """Before the question and in a dry run: models of security agents, other models, efforts, new agents."""
    moves(tmp_path)
    shown = run(tmp_path, "apply", "--dry-run").output
    rows = re.findall(r"^  ([a-z-]+) +\.claude/", shown, re.MULTILINE)
    assert rows[:2] == ["auditor", "writer"]
    assert rows[-1] == "new-one"
    assert set(rows[2:-1]) == set(MOVES) - {"auditor", "writer", "new-one"}
    lines = run(tmp_path, "apply", "--yes").output.splitlines()
    start = lines.index("  sonnet -> opus, effort high: auditor")
    assert lines[start + 1 : start + 3] == ["  opus -> sonnet: writer", "  6 others: gsdc diff --all shows them"]


def test_the_summary_counts_models_among_what_it_leaves_out(tmp_path):
    moves(tmp_path)
    replace(tmp_path / "gsdc.yaml", "planner: {model: opus", "planner: {model: sonnet")
    said = "  6 others, 1 of them with another model: gsdc diff --all shows them\n"
    assert said in run(tmp_path, "apply", "--yes").output


def test_a_closed_budget_names_the_key_to_set(tmp_path):
    """A line to paste would repeat the key `profiles`."""
    (tmp_path / "gsdc.yaml").write_text(
        "agents: {builder: {role: implementation, volume: 1000000, models: {any: sonnet}}}\n"
        "targets: {claude-md: true}\nprofile: own\n"
        "profiles: {own: {extends: balanced, budgets: {weekly: {usd: 5}}}}\n"
    )
    output = run(tmp_path, "apply", "--yes", code=1).output
    said = "to raise the budget: in gsdc.yaml, set profiles.own.budgets.weekly to {tokens: 2000000, usd: 300}"
    assert said in output
    replace(tmp_path / "gsdc.yaml", "{usd: 5}", "{tokens: 2000000, usd: 300}")
    run(tmp_path, "apply", "--yes")
