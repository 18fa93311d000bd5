"""``gsdc history``: what was changed, the newest first."""

from tests.cli.running import answer, run


def test_nothing_yet(small):
    assert run(small, "history").output == "no changes yet\n"
    assert answer(small, "history") == {"changes": []}
    assert not (small / ".gsdc").exists()


def test_what_is_listed(small):
    run(small, "apply", "--yes", "--reason", "the first one")
    run(small, "apply", "--profile", "budget", "--zone", "red", "--yes")
    run(small, "rollback", "--yes", "--reason", "too soon")
    found = answer(small, "history")["changes"]
    assert [(c["number"], c["kind"], c["profile"], c["zone"], c["undone_by"]) for c in found] == [
        (3, "rollback", "", "", None),
        (2, "apply", "budget", "red", 3),
        (1, "apply", "balanced", "green", None),
    ]
    assert [change["reason"] for change in found] == ["too soon", "", "the first one"]
    lines = run(small, "history").output.splitlines()
    assert len(lines) == 3
    assert "rollback of 2" in lines[0]
    assert "zone red" in lines[1]
    assert "[rolled back by 3]" in lines[1]
    assert lines[2].endswith(": the first one")


def test_the_files_of_one(small):
    run(small, "apply", "--target", "claude-md", "--yes")
    found = answer(small, "history", "1")
    assert [(file["path"], file["target"], file["owns"]) for file in found["files"]] == [
        ("CLAUDE.md", "claude-md", "block:model-assignment")
    ]
    assert run(small, "history", "1").output.splitlines()[1] == "  changed  CLAUDE.md"
    run(small, "history", "2", code=2)
    run(small, "history", "0", code=2)


def test_a_change_that_cannot_be_read(small):
    run(small, "apply", "--yes")
    (small / ".gsdc/history/000001/files.json").write_text("[")
    for arguments in ((), ("1",)):
        (found,) = answer(small, "history", *arguments, code=1)["findings"]
        assert found["code"] == "DP004"
        assert "check .gsdc/history/000001 and" in found["help"]
