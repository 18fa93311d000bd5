"""``gsdc pause`` and ``gsdc resume``: recommendations off, files stay, people choose by hand."""

import json
import os
import re
import shutil
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from gsdc.cli import main
from gsdc.deploy.pause import pause, paused
from gsdc.transaction.log import events
from gsdc.transaction.store import Store

DEMO = Path(__file__).parents[1] / "projects/demo"
REASON = "Billing release: models by hand"


@pytest.fixture
def project(tmp_path) -> Path:
    return Path(shutil.copytree(DEMO, tmp_path / "demo"))


def run(project: Path, *arguments: str | Path):
    return CliRunner().invoke(main, ["--project", str(project), *map(str, arguments)], catch_exceptions=False)


def files(project: Path) -> dict[str, bytes]:
    """Return every file of the project but gsdc's own."""
    found = (path for path in project.rglob("*") if path.is_file() and ".gsdc" not in path.parts)
    return {path.relative_to(project).as_posix(): path.read_bytes() for path in found}


def test_pause_and_resume_change_no_file_and_are_in_the_history(project):
    before = files(project)
    assert run(project, "pause", "--reason", REASON).exit_code == 0
    assert run(project, "resume").exit_code == 0
    assert files(project) == before
    changes = json.loads(run(project, "history", "--format", "json").stdout)["changes"]
    assert [(change["kind"], change["reason"]) for change in changes] == [("resume", REASON), ("pause", REASON)]


def test_a_second_pause_keeps_the_first(project):
    run(project, "pause", "--reason", REASON)
    first = paused(project)
    done = run(project, "pause", "--reason", "Another one")
    assert done.exit_code == 1
    assert done.stdout.startswith("already paused since 20")
    assert REASON in done.stdout
    assert paused(project) == first


def test_resume_without_a_pause_says_so(project):
    done = run(project, "resume")
    assert (done.exit_code, done.stdout) == (0, "not paused: nothing to resume\n")
    assert not (project / ".gsdc").exists()


def test_a_pause_needs_a_reason(project):
    for reason in ((), ("--reason", " "), ("--reason", "one\ntwo"), ("--reason", "a\x1b[31m")):
        assert run(project, "pause", *reason).exit_code == 2
    assert paused(project) is None


def test_as_json(project):
    answer = json.loads(run(project, "pause", "--reason", REASON, "--format", "json").stdout)
    assert answer["changed"] is True
    assert answer["paused"]["reason"] == REASON
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", answer["paused"]["since"])
    assert json.loads(run(project, "resume", "--format", "json").stdout) == {"paused": None, "changed": True}
    assert json.loads(run(project, "resume", "--format", "json").stdout) == {"paused": None, "changed": False}


# A hook that annotates must not stop a commit; who asks for an installation is to know that there is none.
@pytest.mark.parametrize(("arguments", "code"), [(("apply", "--yes"), 1), (("annotate", "--write", ".planning"), 0)])
def test_nothing_recommended_is_written_until_it_is_resumed(arguments, code, project, monkeypatch):
    monkeypatch.chdir(project)
    before = files(project)
    run(project, "pause", "--reason", REASON)
    done = run(project, *arguments)
    assert done.exit_code == code
    assert REASON in done.output
    assert files(project) == before
    run(project, "resume")
    assert run(project, *arguments).exit_code == 0
    assert files(project) != before


def test_annotations_may_be_taken_out_and_a_change_taken_back(project):
    before = files(project)
    run(project, "apply", "--yes")
    run(project, "pause", "--reason", REASON)
    assert run(project, "rollback", "--yes").exit_code == 0
    assert files(project) == before
    run(project, "resume")
    run(project, "annotate", "--write", project / ".planning")
    run(project, "pause", "--reason", REASON)
    assert run(project, "annotate", "--write", "--remove", project / ".planning").exit_code == 0
    assert files(project) == before


@pytest.mark.parametrize(
    "arguments",
    [("explain", "gsd-planner"), ("cost", DEMO / ".planning"), ("annotate", DEMO / ".planning"), ("build",)],
)
def test_what_recommends_says_that_it_is_paused(arguments, project):
    plain = run(project, *arguments)
    run(project, "pause", "--reason", REASON)
    done = run(project, *arguments)
    assert (done.exit_code, done.stdout) == (plain.exit_code, plain.stdout)
    assert done.stderr.startswith("gsdc: recommendations are paused since ")
    assert done.stderr.endswith(f": {REASON}\n")
    assert done.stderr.count("\n") == 1
    assert run(project, "-q", *arguments).stderr == ""


def test_drift_is_no_more_than_a_note_and_never_break_rules_go_on(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("fleets: [gsd]\n", "utf-8")
    drifted = '{"agent": {"gsd-planner": {"model": "anthropic/claude-sonnet-5-5"}}}'
    (tmp_path / "opencode.json").write_text(drifted, "utf-8")
    assert run(tmp_path, "lint", "--strict").exit_code == 1
    run(tmp_path, "pause", "--reason", REASON)
    done = run(tmp_path, "lint", "--strict")
    assert done.exit_code == 0
    assert "note[IF003 drifted-model]" in done.stdout
    (tmp_path / "opencode.json").write_text(drifted.replace("planner", "security-auditor"), "utf-8")
    done = run(tmp_path, "lint")
    assert done.exit_code == 1
    assert "error[NB001 security-downgrade]" in done.stdout


@pytest.mark.parametrize("arguments", [("pause", "--reason", REASON), ("resume",)])
def test_after_a_crash_the_old_files_are_back_first(arguments, project):
    before = files(project)
    run(project, "apply", "--yes")
    store = Store(project)
    store.record(1).rename(store.pending)  # as if it had died just before its last step
    run(project, *arguments)
    assert files(project) == before
    assert store.pending.status() is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"since": 1}', b"\xff", b"[" * 100_000])
def test_a_broken_file_is_a_pause_that_can_be_ended(content, project):
    (project / ".gsdc").mkdir()
    (project / ".gsdc/paused.json").write_bytes(content)
    done = run(project, "apply", "--yes")
    assert done.exit_code == 1
    assert ".gsdc/paused.json does not say why" in done.stdout
    assert run(project, "resume").exit_code == 0
    assert paused(project) is None


def test_nothing_is_written_through_a_link(project, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (project / ".gsdc").symlink_to(elsewhere)
    assert run(project, "pause", "--reason", REASON).exit_code == 1
    assert list(elsewhere.iterdir()) == []
    (elsewhere / "paused.json").write_text('{"since": "", "reason": "not ours", "who": ""}', "utf-8")
    assert paused(project) is None
    assert run(project, "explain", "gsd-planner").stderr == ""


def test_a_link_in_its_place_is_removed_and_not_what_it_points_to(project, tmp_path):
    secret = tmp_path / "secret.json"
    secret.write_text('{"since": "", "reason": "a secret", "who": ""}', "utf-8")
    (project / ".gsdc").mkdir()
    (project / ".gsdc/paused.json").symlink_to(secret)
    done = run(project, "resume")
    assert done.exit_code == 0
    assert "a secret" not in done.stdout
    assert secret.exists()
    (project / ".gsdc/log.jsonl").unlink()
    (project / ".gsdc/log.jsonl").symlink_to(secret)
    before = secret.read_bytes()
    assert run(project, "pause", "--reason", REASON).exit_code == 1
    assert secret.read_bytes() == before
    assert events(project) == ()
    assert paused(project) is None


def test_a_disk_that_refuses_leaves_no_pause(project):
    (project / ".gsdc").mkdir()
    (project / ".gsdc/history").mkdir()
    (project / ".gsdc/.gitignore").write_text("*\n", "utf-8")
    if os.access(project / ".gsdc", os.W_OK) and os.name == "posix" and os.geteuid() == 0:
        pytest.skip("root may write everything")
    (project / ".gsdc").chmod(0o555)
    assert run(project, "pause", "--reason", REASON).exit_code == 1
    assert paused(project) is None


def test_lines_of_the_log_that_are_none_are_passed_by(project):
    run(project, "pause", "--reason", REASON)
    with (project / ".gsdc/log.jsonl").open("ab") as log:
        log.write(b'half a li\n\xff\n[]\n{"kind": 1}\n{"kind": 1, "when": 2, "reason": 3, "who": 4}\n')
    run(project, "resume")
    assert [event.kind for event in events(project)] == ["pause", "resume"]


def test_many_at_once_leave_one_pause_and_whole_lines(project):
    threads = [threading.Thread(target=pause, args=(project, f"{number} {REASON}")) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = paused(project)
    assert found is not None
    assert found.reason.endswith(REASON)
    assert [event.kind for event in events(project)] == ["pause"] * 8
