"""``gsdc rollback``: back to the byte, one change or many, with what a person wrote since."""

import re
import shutil

import pytest
from tests.cli.running import answer, replace, run
from tests.transaction.faults import BEFORE, Fault, FaultyDisk, Killed
from tests.transaction.small import Wish, header, proposal, tree

from gsdc.deploy.deployment import install
from gsdc.transaction.session import exclusive_session

PROFILES = ("balanced", "budget", "quality")


@pytest.fixture
def states(small):
    """Return the tree before and after each of three changes."""
    found = [tree(small)]
    for profile in PROFILES:
        run(small, "apply", "--profile", profile, "--yes")
        found.append(tree(small))
    return found


def test_a_rollback_copies_nothing_that_history_has(small, states):
    images = small / ".gsdc/history/000003/images"
    run(small, "rollback", "--yes")
    assert (small / ".gsdc/history/000004/images").samefile(images)
    shutil.rmtree(images.parent)
    run(small, "rollback", "4", "--yes")
    assert tree(small) == states[3]


def test_the_last_one_again_and_again(small, states):
    for number, state in reversed(list(enumerate(states[:-1]))):
        done = run(small, "rollback", "--yes")
        assert f"rolled back change {number + 1} as change" in done.output
        assert tree(small) == state
    assert not (small / "config").exists()
    done = run(small, "rollback", "--yes")
    assert done.output == (
        "nothing to roll back: no change is in effect\ngsdc.yaml stays: delete it and .gsdc/ to undo `gsdc init`\n"
    )


@pytest.mark.parametrize("number", [0, 1, 2])
def test_all_after_one(small, states, number):
    done = answer(small, "rollback", "--to", str(number), "--yes")
    assert (done["change"], done["undoes"]) == (4, list(range(3, number, -1)))
    assert tree(small) == states[number]


def test_rollbacks_after_one_are_taken_back_as_well(small, states):
    run(small, "rollback", "2", "--yes", "--force")
    mixed = tree(small)
    run(small, "rollback", "--to", "1", "--yes")
    assert tree(small) == states[1]
    run(small, "rollback", "--to", "4", "--yes")
    assert tree(small) == mixed
    run(small, "rollback", "--to", "3", "--yes")
    assert tree(small) == states[3]
    run(small, "rollback", "--yes")
    assert "nothing to roll back" in run(small, "rollback", "--to", "2", "--yes").output
    assert tree(small) == states[2]


def test_one_by_its_number(small, states):
    run(small, "rollback", "3", "--yes")
    assert tree(small) == states[2]
    done = answer(small, "rollback", "3", "--yes", code=2)
    assert "was rolled back by 4" in done["findings"][0]["message"]


def test_a_rollback_taken_back(small, states):
    run(small, "rollback", "--to", "0", "--yes")
    run(small, "rollback", "4", "--yes")
    assert tree(small) == states[3]
    run(small, "rollback", "--yes")
    assert tree(small) == states[2]
    listed = {change["number"]: change["undone_by"] for change in answer(small, "history")["changes"]}
    assert (listed[4], listed[3], listed[2]) == (5, 6, None)


@pytest.mark.parametrize("options", [("--dry-run",), ()])
def test_nothing_is_changed_unless_it_is_said(small, states, options):
    done = run(small, "rollback", *options, code=0 if options else 2)
    assert tree(small) == states[3]
    assert ("--- a/CLAUDE.md" in done.output) is bool(options)
    assert len(answer(small, "history")["changes"]) == 3


@pytest.mark.parametrize("arguments", [("9",), ("--to", "9"), ("1", "--to", "1"), ("0",)])
def test_there_is_no_such_change(small, states, arguments):
    run(small, "rollback", *arguments, "--yes", code=2)
    assert tree(small) == states[3]


@pytest.mark.parametrize(("arguments", "place"), [(("9",), "ID"), (("2",), "ID"), (("--to", "9"), "--to")])
def test_an_error_is_placed_at_the_argument_that_was_used(small, states, arguments, place):
    run(small, "rollback", "--to", "1", "--yes")
    done = answer(small, "rollback", *arguments, "--yes", code=2)
    assert [(finding["code"], finding["path"]) for finding in done["findings"]] == [("DP011", place)]


def test_a_rollback_past_a_forgotten_change_names_no_option_that_was_not_used(small, states):
    shutil.rmtree(small / ".gsdc/history/000002")
    done = answer(small, "rollback", "--to", "0", "--yes", code=2)
    assert [finding["path"] for finding in done["findings"]] == ["--to"]
    run(small, "rollback", "3", "--yes")
    done = answer(small, "rollback", "--yes", code=2)
    assert [finding["path"] for finding in done["findings"]] == ["rollback"]


def test_what_a_person_wrote_since_stays(small, states):
    replace(small / "CLAUDE.md", "# Project\n", "# Our project\n")
    replace(small / "opencode.jsonc", "// ours", "// ours alone")
    (small / "CLAUDE.md").chmod(0o600)
    (small / "config/notes.md").write_text("ours")
    run(small, "rollback", "--to", "0", "--yes")
    assert (small / "CLAUDE.md").read_bytes() == states[0]["CLAUDE.md"].content.replace(b"# Pro", b"# Our pro")
    assert (small / "CLAUDE.md").stat().st_mode & 0o777 == 0o600
    assert (small / "opencode.jsonc").read_bytes() == states[0]["opencode.jsonc"].content.replace(
        b"ours", b"ours alone"
    )
    assert [path.name for path in (small / "config").iterdir()] == ["notes.md"]


def test_an_edit_of_what_is_generated(small, states):
    """It is refused with the edit itself; with --force a copy of the file is kept."""
    replace(small / "CLAUDE.md", "Compiled by gsdc", "Written by us")
    edited = tree(small)
    refused = run(small, "rollback", "--yes", code=1)
    assert "+Written by us" in refused.output
    assert "DP010" in refused.output
    assert tree(small) == edited
    run(small, "rollback", "--yes", "--force")
    assert tree(small) == states[2]
    assert (small / ".gsdc/kept/000004/CLAUDE.md").read_bytes() == edited["CLAUDE.md"].content


def replaced_edit(small) -> None:
    """Let a person edit what change 1 wrote; change 2 replaces the edit."""
    run(small, "apply", "--yes")
    replace(small / "CLAUDE.md", "Compiled by gsdc", "Written by us")
    run(small, "apply", "--yes", "--force")


def test_an_edit_that_a_later_change_replaced(small):
    """It is no longer in the file: nobody can undo it, and a rollback past it would lose it."""
    original = tree(small)
    replaced_edit(small)
    before = tree(small)
    refused = run(small, "rollback", "--to", "0", "--yes", code=1).output
    assert '"CLAUDE.md" was edited by hand before change 2, which replaced that edit (--force)' in refused
    assert "`gsdc rollback 2` restores the edit; --force goes back to the state before change 1 without it" in refused
    assert "undo the edit" not in refused
    assert "+Written by us" in refused
    assert tree(small) == before
    run(small, "rollback", "2", "--yes")
    assert "Written by us" in (small / "CLAUDE.md").read_text()
    run(small, "rollback", "3", "--yes")
    run(small, "rollback", "--to", "0", "--yes", "--force")
    assert tree(small) == original


def test_an_edit_that_was_replaced_before_other_changes(small):
    replaced_edit(small)
    run(small, "apply", "--profile", "budget", "--yes")
    refused = run(small, "rollback", "--to", "0", "--yes", code=1).output
    assert "`gsdc rollback --to 1` restores the edit" in refused
    run(small, "rollback", "--to", "1", "--yes")
    assert "Written by us" in (small / "CLAUDE.md").read_text()


def test_an_edit_beside_what_is_generated_is_not_called_replaced(small):
    """Change 2 kept the person's line: only the edit that is there now is in the way."""
    run(small, "apply", "--yes")
    replace(small / "CLAUDE.md", "# Project", "# Our project")
    run(small, "apply", "--profile", "budget", "--yes")
    replace(small / "CLAUDE.md", "Compiled by gsdc", "Written by us")
    refused = run(small, "rollback", "--to", "0", "--yes", code=1).output
    assert "replaced that edit" not in refused
    assert "undo the edit" in refused


def test_a_dry_run_says_first_what_would_be_lost(small):
    replaced_edit(small)
    lines = run(small, "rollback", "--to", "0", "--dry-run", code=1).output.splitlines()
    assert "DP010" in lines[0]
    assert "--- a/opencode.jsonc" in lines
    assert lines[-1] == "1 error"


@pytest.mark.parametrize("option", ["--yes", "--dry-run"])
def test_files_that_are_read_only_are_said_once_and_first(small, states, option):
    for path in ("CLAUDE.md", "opencode.jsonc"):
        (small / path).chmod(0o444)
    before = tree(small)
    lines = run(small, "rollback", option, code=1).output.splitlines()
    assert "CLAUDE.md: error[DP006 unwritable-place]: 2 files cannot be changed: they are read-only" in lines
    assert "  = help: make them writable" in lines
    assert ("--- a/CLAUDE.md" in lines) is (option == "--dry-run")
    assert lines[-1] == "1 error"
    assert tree(small) == before


def test_the_file_as_it_was_is_kept_whichever_change_the_edit_meets(small, states):
    """The edit meets only the first change; the newer ones were taken out of the file before, in memory."""
    path = small / "CLAUDE.md"
    replace(path, "## Model Assignment Strategy", "## Our Strategy")
    edited = path.read_bytes()
    run(small, "rollback", "--to", "0", "--yes", "--force")
    assert tree(small) == states[0]
    assert (small / ".gsdc/kept/000004/CLAUDE.md").read_bytes() == edited


@pytest.mark.parametrize("options", [("--dry-run",), ("--force",), ("1",), ("--to", "0")])
def test_what_was_interrupted_is_undone_as_a_whole(small, options):
    run(small, "rollback", "--pending", *options, code=2)


def test_nothing_was_interrupted(small):
    assert answer(small, "rollback", "--pending") == {"change": None, "undoes": [], "files": [], "findings": []}
    assert "no change was interrupted" in run(small, "rollback", "--pending").output


def test_text_right_behind_what_was_written_stays(small, states):
    """It goes by what of a file is gsdc's, not by which lines are neighbours."""
    with (small / "CLAUDE.md").open("a") as file:
        file.write("\n## More\n\nOurs.\n")
    replace(small / "opencode.jsonc", '"mode": "subagent",', '"mode": "subagent", "color": "#123456", // ours too\n')
    replace(small / "plans/01-PLAN.md", "Task 2: Test the route", "Task 2: Test all the routes")
    run(small, "rollback", "--to", "0", "--yes")
    assert (small / "CLAUDE.md").read_bytes() == states[0]["CLAUDE.md"].content + b"\n## More\n\nOurs.\n"
    assert (small / "plans/01-PLAN.md").read_bytes() == states[0]["plans/01-PLAN.md"].content.replace(
        b"Test the route", b"Test all the routes"
    )
    text = (small / "opencode.jsonc").read_text()
    assert '"color": "#123456"' in text
    assert "// ours too" in text
    assert '"model"' not in text


def test_a_moved_block_is_taken_out_where_it_is(small):
    run(small, "apply", "--yes")
    text = (small / "CLAUDE.md").read_text()
    own, begin, block = text.partition("<!-- gsdc:begin")
    (small / "CLAUDE.md").write_text(f"{begin}{block}\n{own}")
    run(small, "rollback", "--yes")
    assert (small / "CLAUDE.md").read_text().strip() == own.strip()


def test_a_file_that_gsdc_made_stays_for_what_a_person_wrote_in_it(small):
    (small / "CLAUDE.md").unlink()
    run(small, "apply", "--yes")
    with (small / "CLAUDE.md").open("a") as file:
        file.write("\nOurs.\n")
    run(small, "rollback", "--yes")
    assert (small / "CLAUDE.md").read_text().strip() == "Ours."


def test_after_a_crash_the_crash_is_taken_back_and_nothing_else(small, states):
    made = proposal(small, Wish(profile="budget"))
    disk = FaultyDisk(Fault(60, BEFORE))
    with pytest.raises(Killed), exclusive_session(small, "gsdc apply") as work:
        install(work.store, made, header(made), disk)
    assert (small / ".gsdc/pending").is_dir()
    done = run(small, "rollback", "--yes")
    assert "was interrupted, and has been undone" in done.output
    assert "nothing else was rolled back" in done.output
    assert tree(small) == states[3]
    run(small, "rollback", "--yes")
    assert tree(small) == states[2]


def test_what_a_later_change_wrote_over_is_told_in_a_line(small, states):
    done = run(small, "rollback", "1", "--yes", code=1)
    assert "change 1 cannot be rolled back alone: change 2, 3 changed its files since" in done.output
    assert "--to 0" in done.output
    assert "+++" not in done.output
    assert tree(small) == states[3]


def test_as_far_as_history_goes(small):
    (small / "gsdc.yaml").write_text((small / "gsdc.yaml").read_text() + "history: {keep: 10}\n")
    found = {}
    for count in range(1, 15):
        run(small, "apply", "--yes", "--quiet", "--profile", ["quality", "budget"][count % 2])
        found[count] = tree(small)
    refusal = answer(small, "rollback", "--to", "1", "--yes", code=2)["findings"][0]
    (number,) = re.findall(r"--to (\d+)", refusal["help"])
    run(small, "rollback", "--to", number, "--yes")
    assert tree(small) == found[int(number)]
    assert run(small, "rollback", "--to", "15", "--yes").output == (
        "nothing to roll back: no change after 15 is in effect\n"
    )


def test_a_rollback_of_many_files_keeps_its_question_in_sight(small, monkeypatch):
    run(small, "apply", "--yes")
    (small / "gsdc.yaml").write_text("fleets: [gsd]\ntargets: {claude-code: {create: true}}\n")
    run(small, "apply", "--yes")
    lines = run(small, "rollback", "--yes").output.splitlines()
    assert len(lines) <= 14
    assert re.fullmatch(r"  and \d+ more: --dry-run or -v shows them", lines[-2])
    run(small, "apply", "--yes")
    assert len(run(small, "rollback", "--yes", "-v").output.splitlines()) > 30


@pytest.mark.parametrize("appended", ["## More\n", "\n## More\n", "\n\n## More", "- more\n"])
@pytest.mark.parametrize("text", ["# Project", "# Project\r\n\r\nOurs.", "# Project\n"])
def test_text_appended_to_a_file_without_a_final_line_end_has_a_line_of_its_own(small, text, appended):
    """As the shell's >> appends it: right after the last character of the block."""
    path = small / "CLAUDE.md"
    path.write_bytes(text.encode())
    run(small, "apply", "--yes")
    with path.open("ab") as file:
        file.write(appended.encode())
    run(small, "rollback", "--yes")
    lines = path.read_text().split("\n")
    assert lines[: len(text.splitlines())] == text.splitlines()
    assert appended.strip() in lines


def test_text_appended_to_a_block_without_a_final_line_end_survives_the_next_apply(small):
    path = small / "CLAUDE.md"
    path.write_text("# Project")
    run(small, "apply", "--yes")
    with path.open("a") as file:
        file.write("## More\n")
    run(small, "apply", "--yes", "--profile", "budget")
    assert path.read_text().endswith(" -->\n## More\n")
    run(small, "rollback", "--to", "0", "--yes")
    assert path.read_text() == "# Project\n## More\n"
