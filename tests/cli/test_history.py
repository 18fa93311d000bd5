"""``gsdc history``: what was changed, the newest first."""

from tests.cli.test_apply import answer, project, replace, run  # noqa: F401 - a fixture


def test_nothing_yet(project):  # noqa: F811
    assert run(project, "history").output == "nothing was changed yet\n"
    assert answer(project, "history") == {"changes": []}
    assert not (project / ".gsdc").exists()


def test_what_is_listed(project):  # noqa: F811
    run(project, "apply", "--yes", "--reason", "the first one")
    run(project, "apply", "--profile", "budget", "--zone", "red", "--yes")
    run(project, "rollback", "--yes", "--reason", "too soon")
    found = answer(project, "history")["changes"]
    assert [(c["number"], c["kind"], c["profile"], c["zone"], c["undone_by"]) for c in found] == [
        (3, "rollback", "", "", None),
        (2, "apply", "budget", "red", 3),
        (1, "apply", "balanced", "green", None),
    ]
    assert [change["reason"] for change in found] == ["too soon", "", "the first one"]
    lines = run(project, "history").output.splitlines()
    assert len(lines) == 3
    assert "rollback of 2" in lines[0]
    assert "zone red" in lines[1]
    assert "[taken back by 3]" in lines[1]
    assert lines[2].endswith(": the first one")


def test_the_files_of_one(project):  # noqa: F811
    run(project, "apply", "--target", "claude-md", "--yes")
    found = answer(project, "history", "1")
    assert [(file["path"], file["target"], file["owns"]) for file in found["files"]] == [
        ("CLAUDE.md", "claude-md", "block")
    ]
    assert run(project, "history", "1").output.splitlines()[1] == "  changed  CLAUDE.md"
    run(project, "history", "2", code=2)
    run(project, "history", "0", code=2)
