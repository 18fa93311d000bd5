"""``gsdc tokens``: what is logged and imported counts once, and an export gives it back to the last digit."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.running import answer, run
from tests.ledger.conftest import answer_line

import gsdc

PATH = str(Path(gsdc.__file__).parents[1])


def events(project: Path, *window: str) -> list[dict]:
    """Return the events of this month, or of another window."""
    return answer(project, "tokens", "list", "--window", *(window or ("monthly",)))["events"]


def exported(project: Path, name: str = "out.jsonl") -> list[dict]:
    """Return all events."""
    run(project, "tokens", "export", str(project / name))
    return [json.loads(line) for line in (project / name).read_text().split("\n")[:-1]]


def test_the_commands_of_seed_002_work_word_for_word(project):
    run(project, *["tokens", "log", "--sd", "SD-XYZ", "--phase", "LEAD", "--tokens", "45000", "--model", "haiku"])
    run(project, *["tokens", "log", "--sd", "SD-XYZ", "--phase", "PLAN", "--tokens", "78000", "--model", "sonnet"])
    run(project, *["tokens", "log", "--sd", "SD-XYZ", "--phase", "EXEC", "--tokens", "125000", "--model", "haiku"])
    output = run(project, "tokens", "log", "--log").output
    assert "248,000 tokens in 3 entries" in output
    # Half of the tokens are output: haiku costs $ 0.1 and 0.5 a million, sonnet 2 and 10.
    assert [event["nano"] for event in exported(project)] == [13_500_000, 468_000_000, 37_500_000]
    assert [event["zone"] for event in exported(project)] == ["green", "green", "red"]


def test_an_entry_with_a_name_counts_once(project):
    for _ in range(2):
        run(project, "tokens", "log", "--tokens", "5", "--model", "opus", "--id", "mine")
    run(project, "tokens", "log", "--tokens", "5", "--model", "opus")
    run(project, "tokens", "log", "--tokens", "5", "--model", "opus")
    assert len(exported(project)) == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model", "haiku"], "give --tokens"),
        (["--tokens", "5", "--input", "5"], "they would count twice"),
        (["--tokens", "5", "--at", "noon"], '--at "noon" is not a time'),
    ],
)
def test_an_entry_that_says_nothing_is_refused(project, arguments, message):
    assert message in run(project, "tokens", "log", *arguments, code=2).stderr


def test_a_model_that_nobody_knows_counts_tokens_alone(project):
    result = run(project, "tokens", "log", "--tokens", "7", "--model", "gpt-9-gigantic")
    assert "is unknown" in result.stderr
    assert "nano" not in exported(project)[0]


@pytest.mark.parametrize(
    ("written", "meant"), [("sonet", "sonnet"), ("Opsu", "opus"), ("claude-sonet-4-5", "claude-sonnet-4-5")]
)
def test_a_misspelt_model_is_told_what_may_be_meant(project, written, meant):
    result = run(project, "tokens", "log", "--tokens", "7", "--model", written)
    assert f'the model "{written}" is unknown (did you mean "{meant}"?): its tokens' in result.stderr


def test_an_unlike_model_is_told_no_other(project):
    assert "did you mean" not in run(project, "tokens", "log", "--tokens", "7", "--model", "gpt-9-gigantic").stderr


def test_an_export_comes_back_bit_by_bit(project, transcript):
    transcript(
        *(answer_line(f"m{n}", f"r{n}", n * 7, model=model) for n, model in enumerate(("x", "claude-opus-4-6") * 9))
    )
    run(project, "tokens", "import")
    more = (
        "--reason",
        "ünïcode 漢字 \u2028",
        "--overridden-from",
        "opus",
        "--rework",
        "30",
        "--failure",
        "--duration",
        "1.5",
    )
    run(project, "tokens", "log", "--model", "haiku", "--tokens", "3", "--at", "2026-03-29T02:30:00+01:00", *more)
    before = (exported(project), (project / "out.jsonl").read_bytes())
    assert len(before[0]) == 19
    (project / ".gsdc/ledger.db").unlink()
    assert answer(project, "tokens", "import", str(project / "out.jsonl"))["added"] == 19
    assert answer(project, "tokens", "import", str(project / "out.jsonl"))["added"] == 0
    assert (exported(project), (project / "out.jsonl").read_bytes()) == before


def test_malformed_lines_are_counted_and_the_first_is_named(project):
    lines = [
        '{"key": "a", "at": 1, "unsplit": 5}',
        "[]",
        '{"key": "b", "at": -1}',
        "{",
        '{"key": "c", "at": 2, "x": 1}',
    ]
    (project / "in.jsonl").write_text("\n".join(lines))
    found = answer(project, "tokens", "import", str(project / "in.jsonl"), code=1)["sources"][0]
    assert found["added"] == 1
    assert [(f["line"], f["message"]) for f in found["findings"]] == [
        (2, "4 records of this file skipped: it is not a JSON object")
    ]


@pytest.mark.parametrize(("option", "whose"), [((), "of this project "), (("--all",), "")])
def test_where_sessions_were_looked_for_is_told(project, tmp_path, monkeypatch, option, whose):
    home = tmp_path / "elsewhere"
    for name in ("CLAUDE_CONFIG_DIR", "CODEX_HOME", "GEMINI_CLI_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(home / name))
    assert run(project, "tokens", "import", *option).output.split() == [
        *f"nothing new; no sessions {whose}in:".split(),
        *("claude-code:", f"{home}/CLAUDE_CONFIG_DIR/projects"),
        *("codex:", f"{home}/CODEX_HOME/sessions"),
        *("gemini:", f"{home}/GEMINI_CLI_HOME/.gemini/tmp"),
        *("opencode:", f"{home}/XDG_DATA_HOME/opencode"),
        *("gsd:", ".planning/**/*SUMMARY.md"),
    ]
    monkeypatch.setenv("OPENCODE_DB", str(home / "my.db"))
    assert f"{home}/my.db" in run(project, "tokens", "import", *option).output.split()


def test_a_client_whose_sessions_were_imported_before_is_not_told_as_empty(project, transcript):
    transcript(answer_line("m1", "r1", 7))
    assert "1 new event" in run(project, "tokens", "import").output
    output = run(project, "tokens", "import").output
    assert "nothing new; no sessions" in output
    assert "claude-code:" not in output
    assert run(project, "tokens", "import", "--source", "claude-code").output == "nothing new\n"


def test_a_transcript_is_read_on_from_where_the_last_import_stopped(project, transcript):
    path = transcript(answer_line("m1", "r1", 100), answer_line("m1", "r1", 700), "{broken")
    assert answer(project, "tokens", "import", code=1)["added"] == 2  # the second is the first, more complete
    assert [event["output"] for event in exported(project)] == [700]
    assert answer(project, "tokens", "import")["added"] == 0
    with path.open("a") as file:
        file.write(answer_line("m2", "r2", 5) + "\n" + answer_line("m3", "r3", 6)[:40])
    found = answer(project, "tokens", "import")
    assert (found["added"], found["sources"][0]["events"]) == (1, 1)
    with path.open("a") as file:
        file.write(answer_line("m3", "r3", 6)[40:] + "\n[]\n")
    done = answer(project, "tokens", "import", code=1)["sources"][0]
    assert (done["added"], done["findings"][0]["line"]) == (1, 6)
    assert sum(event["output"] for event in exported(project)) == 711


def test_what_is_imported_again_in_other_files_counts_once(project, transcript):
    transcript(answer_line("m1", "r1", 100), answer_line("m2", "r2", 50))
    transcript(answer_line("m1", "r1", 100), answer_line("m3", "r3", 7), name="S2.jsonl")  # --fork-session copies lines
    transcript(
        answer_line("m2", "r9", 999, isSidechain=True),
        answer_line("m4", "r4", 1, isSidechain=True),
        name="S1/subagents/agent-1.jsonl",
    )
    run(project, "tokens", "import")
    assert sum(event["output"] for event in exported(project)) == 158


def test_a_file_that_was_cut_and_written_anew_is_read_anew(project, transcript):
    transcript(*(answer_line(f"m{n}", "r", 1) for n in range(20)))
    run(project, "tokens", "import")
    transcript(answer_line("new", "r", 1))
    assert answer(project, "tokens", "import")["added"] == 1


def test_only_sessions_of_the_project_unless_all_are_asked_for(project, transcript):
    transcript(answer_line("m1", "r1", 1))
    transcript(answer_line("m2", "r2", 2), name="../-somewhere-else/S2.jsonl")
    assert answer(project, "tokens", "import")["added"] == 1
    assert answer(project, "tokens", "import", "--all")["added"] == 1


def test_eight_writers_lose_nothing(project):
    run(project, "tokens", "log", "--tokens", "1", "--model", "haiku", "--id", "first")
    program = (
        "import sys\nfrom click.testing import CliRunner\nfrom gsdc.cli import main\n"
        "for n in range(4):\n"
        "    words = ['tokens', 'log', '--tokens', '1', '--model', 'haiku', '--id', f'{sys.argv[2]}-{n}']\n"
        "    r = CliRunner().invoke(main, ['--project', sys.argv[1], *words])\n"
        "    assert r.exit_code == 0, r.output\n"
    )
    environment = os.environ | {"PYTHONPATH": PATH}
    started = [
        subprocess.Popen([sys.executable, "-c", program, str(project), str(n)], env=environment) for n in range(8)
    ]
    assert [process.wait(60) for process in started] == [0] * 8
    assert len(exported(project)) == 33


def test_a_kill_loses_at_most_what_was_being_written(project, transcript):
    transcript(*(answer_line(f"m{n}", "r", 1) for n in range(25_000)))
    environment = os.environ | {"PYTHONPATH": PATH}
    command = [sys.executable, "-m", "gsdc", "--project", str(project), "tokens", "import"]
    for delay in (0.35, 0.45, 0.55):
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
    before = len(exported(project))
    assert before % 5000 == 0  # whole transactions
    assert answer(project, "tokens", "import")["added"] == 25_000 - before
    assert len({event["key"] for event in exported(project)}) == 25_000


def test_a_damaged_ledger_is_told_kept_aside_and_rebuilt(project):
    for n in range(3):
        run(project, "tokens", "log", "--tokens", "9", "--model", "haiku", "--id", str(n))
    expected = exported(project)
    database = project / ".gsdc/ledger.db"
    database.write_bytes(b"no database at all" * 99)
    for beside in project.glob(".gsdc/ledger.db-*"):
        beside.unlink()
    assert "LG001" in run(project, "budget", code=1).output
    assert "LG001" in run(project, "tokens", "log", "--tokens", "1", code=1).output
    assert database.read_bytes().startswith(b"no database")
    done = answer(project, "tokens", "rebuild", str(project / "out.jsonl"))
    assert (done["exported"], done["saved"]) == (3, 0)
    assert (project / done["kept"]).read_bytes().startswith(b"no database")
    assert exported(project) == expected


def test_what_can_still_be_read_is_saved(project, transcript):
    transcript(*(answer_line(f"m{n}", "r", 1) for n in range(3000)))
    run(project, "tokens", "import")
    database = project / ".gsdc/ledger.db"
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    content = bytearray(database.read_bytes())
    middle = len(content) // 8192 * 4096
    content[middle : middle + 8192] = b"\xff" * 8192
    database.write_bytes(content)
    saved = answer(project, "tokens", "rebuild")["saved"]
    assert 500 < saved <= 3000
    assert len(exported(project)) == saved


def test_a_database_that_brings_triggers_is_no_ledger(project):
    run(project, "tokens", "log", "--tokens", "1")
    with sqlite3.connect(project / ".gsdc/ledger.db") as connection:
        connection.execute("CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM event; END")
    connection.close()
    assert "it has tables of another program" in run(project, "tokens", "log", "--tokens", "1", code=1).output


def test_a_ledger_of_a_newer_gsdc_is_left_alone(project):
    run(project, "tokens", "log", "--tokens", "1")
    with sqlite3.connect(project / ".gsdc/ledger.db") as connection:
        connection.execute("UPDATE ledger_version SET version = 99")
    connection.close()
    assert "newer gsdc" in run(project, "budget", code=1).output


@pytest.mark.parametrize("what", ["link", "hard link", "folder", "link of the folder", "pipe"])
def test_nothing_is_written_through_what_a_repository_brings(project, tmp_path, what):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "ledger.db").write_bytes(b"")
    store = project / ".gsdc"
    if what == "link of the folder":
        store.symlink_to(outside)
    else:
        store.mkdir()
        place = store / "ledger.db"
        {
            "link": lambda: place.symlink_to(outside / "ledger.db"),
            "hard link": lambda: place.hardlink_to(outside / "ledger.db"),
            "folder": place.mkdir,
            "pipe": lambda: os.mkfifo(place),
        }[what]()
    run(project, "tokens", "log", "--tokens", "1", code=1)
    assert [(path.name, path.read_bytes()) for path in outside.iterdir()] == [("ledger.db", b"")]


def test_a_link_in_the_place_of_the_log_of_sqlite_is_not_followed(project, tmp_path):
    run(project, "tokens", "log", "--tokens", "1")
    (tmp_path / "outside").write_bytes(b"mine")
    for suffix in ("-wal", "-shm"):
        beside = project / f".gsdc/ledger.db{suffix}"
        beside.unlink(missing_ok=True)
        beside.symlink_to(tmp_path / "outside")
    run(project, "tokens", "log", "--tokens", "1", code=1)
    assert (tmp_path / "outside").read_bytes() == b"mine"


def test_the_seeds_token_log_goes_in_and_out(project):
    entries = [
        {"timestamp": "2026-11-30T09:00:00Z", "sd": "SD-XYZ", "phase": "LEAD", "tokens": 45000, "model": "haiku"},
        {"timestamp": "2026-11-30T09:00:00Z", "sd": "SD-XYZ", "phase": "LEAD", "tokens": 45000, "model": "haiku"},
        {"sd": "no time", "tokens": 1},
    ]
    (project / ".token-log.json").write_text(json.dumps({"week_start": "x", "entries": entries, "tokens_used": 90000}))
    assert answer(project, "tokens", "import", str(project / ".token-log.json"), code=1)["added"] == 2
    assert answer(project, "tokens", "import", str(project / ".token-log.json"), code=1)["added"] == 0
    run(project, "tokens", "log", "--sd", "SD-1", "--tokens", "7", "--model", "opus")
    run(project, "tokens", "export", str(project / "log.json"), "--as", "token-log")
    data = json.loads((project / "log.json").read_text())
    assert data["budget_limit"] == 500_000
    assert data["tokens_used"] == sum(entry["tokens"] for entry in data["entries"])
    assert answer(project, "tokens", "import", str(project / "log.json"))["added"] == 0


def test_the_ledger_keeps_itself_out_of_git(project):
    run(project, "tokens", "log", "--tokens", "1")
    if shutil.which("git"):
        subprocess.run(["git", "init", "-q"], cwd=project, check=True)
        done = subprocess.run(
            ["git", "status", "--porcelain", "-uall"], cwd=project, check=True, capture_output=True, text=True
        )
        assert "ledger" not in done.stdout


def test_a_server_that_a_repository_names_is_not_asked(project, monkeypatch):
    (project / "gsdc.yaml").write_text("ledger: {url: 'postgresql://127.0.0.1:9/x'}\n")
    assert "LG003" in run(project, "tokens", "log", "--tokens", "1", code=1).output
    monkeypatch.setenv("GSDC_LEDGER_HOSTS", "127.0.0.1")
    assert "LG002" in run(project, "tokens", "log", "--tokens", "1", code=1).output
