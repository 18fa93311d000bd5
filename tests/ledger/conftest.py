"""A project with a ledger, and a home with sessions of clients."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

# Budgets that a few tasks use up.
PROJECT = """\
fleets: [leo]
profile: small
profiles:
  small: {extends: balanced, budgets: {daily: {tokens: 100000, usd: 100}, weekly: {tokens: 500000, usd: 300}}}
"""


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """Return a project with leo's fleet; the home beside it is empty."""
    home, root = tmp_path / "home", tmp_path / "project"
    home.mkdir()
    root.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("COLUMNS", "80")
    for name in (
        "CLAUDE_CONFIG_DIR",
        "CODEX_HOME",
        "XDG_DATA_HOME",
        "OPENCODE_DB",
        "GSDC_LEDGER_URL",
        "GEMINI_CLI_HOME",
    ):
        monkeypatch.delenv(name, raising=False)
    (root / "gsdc.yaml").write_text(PROJECT)
    return root


def answer_line(id_: str | None, request: str | None, output: int, **more: Any) -> str:
    """Return a line of a Claude Code transcript, as the client writes it."""
    usage = {
        "input_tokens": 10,
        "output_tokens": output,
        "cache_read_input_tokens": 0,
        "cache_creation_input_tokens": 0,
    }
    message = {
        "id": id_,
        "model": more.pop("model", "claude-sonnet-4-5-20250929"),
        "type": "message",
        "role": "assistant",
        "usage": usage | more.pop("usage", {}),
    }
    record = {"type": "assistant", "timestamp": "2026-11-20T10:00:00.000Z", "sessionId": "S1", "isSidechain": False}
    record |= {"cwd": "/project", "version": "2.1.332", "message": message} | more
    if request:
        record["requestId"] = request
    return json.dumps(record, separators=(",", ":"))


@pytest.fixture
def transcript(tmp_path) -> Callable[..., Path]:
    """Return a function that writes lines to a transcript of the project."""

    def write(*lines: str, name: str = "S1.jsonl", mode: str = "w") -> Path:
        folder = "".join(c if c.isascii() and c.isalnum() else "-" for c in str((tmp_path / "project").resolve()))
        path = tmp_path / "home/.claude/projects" / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open(mode) as file:
            file.writelines(line + "\n" for line in lines)
        return path

    return write
