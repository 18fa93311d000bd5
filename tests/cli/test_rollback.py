"""``gsdc rollback``: back to the byte, one change or many, with what a person wrote since."""

import pytest

from tests.cli.test_apply import answer, project, replace, run  # noqa: F401 - a fixture
from tests.deploy.small import tree

PROFILES = ("balanced", "budget", "quality")


@pytest.fixture
def states(project):  # noqa: F811 - a fixture
    """Return the tree before and after each of three changes."""
    found = [tree(project)]
    for profile in PROFILES:
        run(project, "apply", "--profile", profile, "--yes")
        found.append(tree(project))
    return found


def test_the_last_one_again_and_again(project, states):  # noqa: F811
    for number, state in reversed(list(enumerate(states[:-1]))):
        done = run(project, "rollback", "--yes")
        assert f"took back change {number + 1} as change" in done.output
        assert tree(project) == state
    assert not (project / "config").exists()
    done = run(project, "rollback", "--yes")
    assert done.output == "nothing to take back: no change is in effect\n"


@pytest.mark.parametrize("number", [0, 1, 2])
def test_all_after_one(project, states, number):  # noqa: F811
    done = answer(project, "rollback", "--to", str(number), "--yes")
    assert (done["change"], done["undoes"]) == (4, list(range(3, number, -1)))
    assert tree(project) == states[number]


def test_one_by_its_number(project, states):  # noqa: F811
    run(project, "rollback", "3", "--yes")
    assert tree(project) == states[2]
    done = answer(project, "rollback", "3", "--yes", code=2)
    assert "was taken back by 4" in done["findings"][0]["message"]


def test_a_rollback_taken_back(project, states):  # noqa: F811
    run(project, "rollback", "--to", "0", "--yes")
    run(project, "rollback", "4", "--yes")
    assert tree(project) == states[3]
    run(project, "rollback", "--yes")
    assert tree(project) == states[2]
    listed = {change["number"]: change["undone_by"] for change in answer(project, "history")["changes"]}
    assert (listed[4], listed[3], listed[2]) == (5, 6, None)


@pytest.mark.parametrize("options", [("--dry-run",), ()])
def test_nothing_is_changed_unless_it_is_said(project, states, options):  # noqa: F811
    done = run(project, "rollback", *options, code=0 if options else 2)
    assert tree(project) == states[3]
    assert ("--- a/CLAUDE.md" in done.output) is bool(options)
    assert len(answer(project, "history")["changes"]) == 3


@pytest.mark.parametrize("arguments", [("9",), ("--to", "9"), ("1", "--to", "1"), ("0",)])
def test_there_is_no_such_change(project, states, arguments):  # noqa: F811
    run(project, "rollback", *arguments, "--yes", code=2)
    assert tree(project) == states[3]


def test_what_a_person_wrote_since_stays(project, states):  # noqa: F811
    replace(project / "CLAUDE.md", "# Project\n", "# Our project\n")
    replace(project / "opencode.jsonc", "// ours", "// ours alone")
    (project / "CLAUDE.md").chmod(0o600)
    (project / "config/notes.md").write_text("ours")
    run(project, "rollback", "--to", "0", "--yes")
    assert (project / "CLAUDE.md").read_bytes() == states[0]["CLAUDE.md"].content.replace(b"# Pro", b"# Our pro")
    assert (project / "CLAUDE.md").stat().st_mode & 0o777 == 0o600
    assert (project / "opencode.jsonc").read_bytes() == states[0]["opencode.jsonc"].content.replace(b"ours", b"ours alone")
    assert [path.name for path in (project / "config").iterdir()] == ["notes.md"]


def test_an_edit_of_what_is_generated(project, states):  # noqa: F811
    """It is refused with the edit itself; with --force a copy of the file is kept."""
    replace(project / "CLAUDE.md", "Compiled by gsdc", "Written by us")
    edited = tree(project)
    refused = run(project, "rollback", "--yes", code=1)
    assert "+Written by us" in refused.output
    assert "DP010" in refused.output
    assert tree(project) == edited
    run(project, "rollback", "--yes", "--force")
    assert tree(project) == states[2]
    assert (project / ".gsdc/kept/000004/CLAUDE.md").read_bytes() == edited["CLAUDE.md"].content


def test_the_file_as_it_was_is_kept_whichever_change_the_edit_meets(project, states):  # noqa: F811
    """The edit meets only the first change; the newer ones were taken out of the file before, in memory."""
    path = project / "CLAUDE.md"
    replace(path, "## Model Assignment Strategy", "## Our Strategy")
    edited = path.read_bytes()
    run(project, "rollback", "--to", "0", "--yes", "--force")
    assert tree(project) == states[0]
    assert (project / ".gsdc/kept/000004/CLAUDE.md").read_bytes() == edited
