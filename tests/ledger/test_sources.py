"""What Codex, Gemini CLI, OpenCode and LiteLLM write, as events: each token once, and what cannot be read is named.

``sources/`` holds files that Codex 0.171 and Gemini CLI have written themselves, against a server on loopback that
reports 1,000 tokens in, 100 of them cached, and 20 out, 7 of them (Gemini: besides 7) of reasoning; texts are cut out.
"""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from tests.cli.running import answer
from tests.ledger.test_tokens import exported

SOURCES = Path(__file__).with_name("sources")


def import_all(project: Path, source: str, code: int = 0) -> dict:
    return answer(project, "tokens", "import", "--all", "--source", source, code=code)["sources"][0]


@pytest.fixture
def codex(project, tmp_path) -> Path:
    """Return the session of a thread, where Codex writes it."""
    path = tmp_path / "home/.codex/sessions/2026/11/30/rollout-2026-11-30T09-38-18-01a2.jsonl"
    path.parent.mkdir(parents=True)
    shutil.copyfile(SOURCES / "codex.jsonl", path)
    return path


def usage_record(response: str, total: int, cached: int = 0, output: int = 0) -> str:
    usage = {"input_tokens": total, "cached_input_tokens": cached, "output_tokens": output}
    payload = {"response_id": response, "usage": usage}
    record = {"timestamp": "2026-11-30T10:00:00.000Z", "type": "token_usage_record", "payload": payload}
    return json.dumps(record) + "\n"


def test_codex(project, codex):
    assert import_all(project, "codex")["added"] == 1
    event = exported(project)[0]
    assert (event["written"], event["effort"], event["agent"], event["project"]) == (
        "gpt-5.5", "high", "main", "/project"
    )  # fmt: skip
    assert (event["input"], event["cache_read"], event["output"]) == (900, 100, 20)
    assert event["session"] == "01a22bd1-c8a9-7e33-964e-90b46ef01373"


def test_codex_goes_on_with_the_model_of_the_turn_before(project, codex):
    """The second import begins behind the line that names the model."""
    import_all(project, "codex")
    with codex.open("a") as file:
        file.write("{\n" + usage_record("resp_2", 50, 20, 5) + usage_record("resp_1", 1000, 100, 20))
    found = import_all(project, "codex", code=1)
    assert (found["events"], found["added"], found["findings"][0]["line"]) == (2, 1, 6)
    assert [(one["written"], one["effort"], one["input"]) for one in exported(project)] == [
        ("gpt-5.5", "high", 900), ("gpt-5.5", "high", 30)
    ]  # fmt: skip


def test_codex_names_subagents(project, codex):
    meta = {"session_id": "root", "id": "child", "parent_thread_id": "root", "agent_role": "reviewer", "cwd": "/p"}
    lines = [{"type": "session_meta", "payload": meta}, {"type": "turn_context", "payload": {"model": "gpt-5.2"}}]
    text = "".join(json.dumps(line) + "\n" for line in lines) + usage_record("resp_9", 10)
    codex.with_name("rollout-child.jsonl").write_text(text)
    import_all(project, "codex")
    child = next(one for one in exported(project) if one["written"] == "gpt-5.2")
    assert (child["agent"], child["session"], child["project"]) == ("reviewer", "root", "/p")


@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        {"response_id": "x"},
        {"response_id": "x", "usage": []},
        {"response_id": "x", "usage": {"input_tokens": "1000", "output_tokens": -5, "cached_input_tokens": 1e9}},
        {"response_id": "x", "usage": {"input_tokens": 5, "cached_input_tokens": 9}},
    ],
)
def test_codex_with_nonsense_in_it_counts_no_more_than_it_says(project, codex, payload):
    record = {"timestamp": "2026-11-30T10:00:00.000Z", "type": "token_usage_record", "payload": payload}
    codex.write_text(json.dumps(record) + "\n")
    import_all(project, "codex")
    assert sum(one.get("input", 0) + one.get("output", 0) for one in exported(project)) == 0


@pytest.fixture
def gemini(project, tmp_path) -> Path:
    """Return a chat, where Gemini CLI writes it."""
    path = tmp_path / "home/.gemini/tmp/project/chats/session-2026-11-30T09-39-a336ffa5.jsonl"
    path.parent.mkdir(parents=True)
    shutil.copyfile(SOURCES / "gemini.jsonl", path)
    return path


def test_gemini(project, gemini):
    assert import_all(project, "gemini")["added"] == 1
    event = exported(project)[0]
    assert (event["written"], event["agent"]) == ("gemini-2.5-pro", "main")
    assert (event["input"], event["cache_read"], event["output"]) == (900, 100, 27)


def test_gemini_writes_an_answer_again_as_it_grows(project, gemini):
    import_all(project, "gemini")
    line = json.loads(gemini.read_text().splitlines()[-2])
    line["tokens"] |= {"output": 500, "tool": 40}
    with gemini.open("a") as file:
        file.write(json.dumps(line) + "\n")
    assert import_all(project, "gemini")["added"] == 1
    events = exported(project)
    assert [(one["input"], one["output"]) for one in events] == [(940, 507)]


def test_gemini_keeps_subagents_in_a_folder_of_the_session(project, gemini):
    child = gemini.with_suffix("") / "agent-1.jsonl"
    child.parent.mkdir()
    shutil.copyfile(gemini, child)
    import_all(project, "gemini")
    assert sorted(one["agent"] for one in exported(project)) == ["main", "subagent"]


def message(agent: str = "build", **more) -> dict:
    tokens = {"input": 900, "output": 13, "reasoning": 7, "cache": {"read": 100, "write": 4}}
    return {
        "role": "assistant", "agent": agent, "providerID": "openai", "modelID": "gpt-5.2", "variant": "high",
        "cost": 0.5, "tokens": tokens, "time": {"created": 1796031498000, "completed": 1796031499500},
    } | more  # fmt: skip


@pytest.fixture
def opencode(project, tmp_path):
    """Return a function that adds rows to OpenCode's store, laid out as version 1.18.33 does."""
    path = tmp_path / "home/.local/share/opencode/opencode.db"
    path.parent.mkdir(parents=True)

    def add(id_: str, data: object, directory: str = "") -> None:
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS session (id TEXT PRIMARY KEY, directory TEXT)")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS message (id TEXT PRIMARY KEY, session_id TEXT NOT NULL, "
                "time_created INTEGER NOT NULL, time_updated INTEGER NOT NULL, data TEXT NOT NULL)"
            )
            session = directory or str(project)
            connection.execute("INSERT OR IGNORE INTO session VALUES (?, ?)", (session, session))
            text = data if isinstance(data, str | bytes) else json.dumps(data)
            added = "INSERT INTO message VALUES (?, ?, 0, 0, ?) ON CONFLICT (id) DO UPDATE SET data = excluded.data"
            connection.execute(added, (id_, session, text))
        connection.close()

    return add


def test_opencode(project, opencode):
    opencode("msg_1", message())
    opencode("msg_2", {"role": "user"})
    opencode("msg_3", message(error={"name": "APIError"}, cost=0))
    opencode("msg_4", message(time={"created": 1796031498000}))  # it is still being written
    opencode("msg_5", message(), directory="/somewhere/else")
    assert answer(project, "tokens", "import", "--source", "opencode")["added"] == 2
    assert import_all(project, "opencode")["added"] == 1
    first, failed, _ = exported(project)
    assert (first["written"], first["effort"], first["agent"]) == ("openai/gpt-5.2", "high", "build")
    assert (first["input"], first["cache_read"], first["cache_write"], first["output"]) == (900, 100, 4, 20)
    assert (first["client_nano"], first["duration_ms"]) == (500_000_000, 1500)
    assert (failed["type"], "client_nano" in failed) == ("error", False)


def test_opencode_completes_what_it_was_writing(project, opencode):
    opencode("msg_1", message(time={"created": 1796031498000}))
    assert import_all(project, "opencode")["added"] == 0
    opencode("msg_1", message())
    assert import_all(project, "opencode")["added"] == 1


def read_of(project: Path, *more: str) -> tuple[int, int]:
    """Return how many events an import has found, and how many of them were new."""
    found = answer(project, "tokens", "import", "--source", "opencode", *more)["sources"][0]
    return found["events"], found["added"]


def test_opencodes_store_is_read_on_from_where_the_last_import_stopped(project, opencode):
    for number in range(5):
        opencode(f"msg_{number}", message())
    assert read_of(project) == (5, 5)
    assert read_of(project) == (0, 0)
    opencode("msg_5", message(time={"created": 1796031498000}))
    opencode("msg_6", message(), directory="/somewhere/else")
    opencode("msg_7", message())
    assert read_of(project) == (1, 1)
    opencode("msg_5", message())
    assert read_of(project) == (1, 1)
    assert read_of(project) == (0, 0)
    assert read_of(project, "--all") == (8, 1)
    assert read_of(project, "--all") == (0, 0)


@pytest.mark.parametrize("deleted", ["id > 'msg_2'", "id IN ('msg_0', 'msg_4')", "1"])
@pytest.mark.parametrize("after", [1, 2, 3, 9])
def test_rows_that_were_deleted_hide_no_new_ones(project, opencode, tmp_path, deleted, after):
    """SQLite gives their numbers to the new ones."""
    for number in range(5):
        opencode(f"msg_{number}", message())
    opencode("msg_open", message(time={"created": 1796031498000}))
    assert read_of(project) == (5, 5)
    with sqlite3.connect(tmp_path / "home/.local/share/opencode/opencode.db") as connection:
        connection.execute(f"DELETE FROM message WHERE {deleted}")
        connection.commit()
        connection.execute("VACUUM")
    for number in range(after):
        opencode(f"msg_new_{number}", message())
    assert read_of(project)[1] == after
    assert read_of(project) == (0, 0)


def test_what_is_malformed_in_opencodes_store_is_counted(project, opencode):
    for number, data in enumerate(["{", "[]", message(), "\0", b"\xff{"]):
        opencode(f"msg_{number}", data)
    found = import_all(project, "opencode", code=1)
    assert found["added"] == 1
    assert found["findings"][0]["message"] == "4 records of this file skipped: message msg_0 is not a JSON object"


def test_a_store_that_is_none_is_told(project, tmp_path):
    path = tmp_path / "home/.local/share/opencode/opencode.db"
    path.parent.mkdir(parents=True)
    path.write_text("not a database")
    found = import_all(project, "opencode", code=1)["findings"][0]
    assert (found["code"], "cannot be read" in found["message"]) == ("LG005", True)


def spend(**more) -> dict:
    usage = {"prompt_tokens_details": {"cached_tokens": 100}, "cache_creation_input_tokens": 50}
    return {
        "request_id": "chatcmpl-1", "startTime": "2026-11-30T09:00:00+00:00", "endTime": "2026-11-30T09:00:02+00:00",
        "model": "anthropic/claude-opus-4-6", "prompt_tokens": 1000, "completion_tokens": 20, "spend": 0.25,
        "metadata": {"usage_object": usage, "agent": "SECURITY"}, "session_id": "s", "status": "success",
    } | more  # fmt: skip


def test_litellm(project):
    rows = [
        spend(),
        spend(),
        spend(request_id="2", status="failure", endTime=None),
        spend(request_id="3", startTime="?"),
        7,
    ]
    (project / "spend.json").write_text(json.dumps(rows))
    found = answer(project, "tokens", "import", str(project / "spend.json"), code=1)["sources"][0]
    assert (found["source"], found["added"]) == ("litellm", 2)
    assert "2 records of this file skipped: number 4 lacks a time" in found["findings"][0]["message"]
    failed, event = exported(project)
    assert (event["input"], event["cache_read"], event["cache_write"], event["output"]) == (850, 100, 50, 20)
    assert (event["agent"], event["model"], event["duration_ms"]) == ("SECURITY", "opus", 2000)
    assert event["client_nano"] == 250_000_000
    assert failed["type"] == "error"
    assert answer(project, "tokens", "import", str(project / "spend.json"), code=1)["added"] == 0
