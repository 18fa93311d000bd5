"""What gsdc reads out of Claude Code's transcripts is what ``ccusage`` reads: tokens, and dollars to the cent.

Two differences are gsdc's choice: an answer that only failed is an error event in the ledger, and what ccusage has no
price for (a model that it does not know) has the catalog's.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest
from tests.cli.running import run
from tests.ledger.conftest import answer_line, project, transcript

__all__ = ["project", "transcript"]

HOUR = {"cache_creation": {"ephemeral_5m_input_tokens": 1000, "ephemeral_1h_input_tokens": 3000}}
CACHED = {"cache_read_input_tokens": 123_456, "cache_creation_input_tokens": 4000}
SIDE = {"isSidechain": True}
CASES = {
    "one answer in several lines": [
        answer_line("m1", "r1", 1),
        answer_line("m1", "r1", 777),
        answer_line("m1", "r1", 777),
    ],
    "a smaller one comes later": [answer_line("m1", "r1", 1000), answer_line("m1", "r1", 1)],
    "more input counts": [answer_line("m1", "r1", 100), answer_line("m1", "r1", 50, usage={"input_tokens": 5000})],
    "two requests": [answer_line("m1", "r1", 100), answer_line("m1", "r2", 1000)],
    "no request": [answer_line("m1", None, 100), answer_line("m1", None, 1000), answer_line("m1", "r1", 5)],
    "a copy in a sidechain": [answer_line("m1", "r1", 100), answer_line("m1", "r2", 1000, **SIDE)],
    "sidechains alone": [answer_line("m1", "r2", 1000, **SIDE), answer_line("m1", "r3", 100, **SIDE)],
    "caches": [answer_line("m1", "r1", 9, usage=CACHED), answer_line("m2", "r2", 9, usage=CACHED | HOUR)],
    "models": [
        answer_line(f"m{n}", "r", 100_000, model=model)
        for n, model in enumerate(("claude-haiku-4-5-20251001", "claude-opus-4-6", "claude-sonnet-4-6"))
    ],
    "its own cost": [answer_line("m1", "r1", 100, costUSD=5.0)],
    "no time": [answer_line("m1", "r1", 100, timestamp=None), answer_line("m2", "r1", 1)],
    "broken": ["{", answer_line("m2", "r1", 1), '{"type":"user"}', "[]"],
}


@pytest.fixture(scope="module")
def ccusage(clients: Path) -> Path:
    return clients / "ccusage" / "src" / "cli.js"


@pytest.mark.parametrize("name", CASES)
def test_the_same_as_ccusage(name, ccusage, node, project, transcript):
    transcript(*CASES[name])
    command = [node, str(ccusage), "claude", "daily", "--json", "--offline", "-z", "UTC"]
    home = str(project.parent / "home")
    environment = os.environ | {"CLAUDE_CONFIG_DIR": f"{home}/.claude", "HOME": home}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=60)
    theirs = json.loads(done.stdout)["totals"]
    run(project, "tokens", "import", "--source", "claude-code", code=1 if name == "broken" else 0)
    run(project, "tokens", "export", str(project / "out"))
    ours = [json.loads(line) for line in (project / "out").read_text().splitlines()]
    assert {
        "inputTokens": sum(event.get("input", 0) for event in ours),
        "outputTokens": sum(event.get("output", 0) for event in ours),
        "cacheReadTokens": sum(event.get("cache_read", 0) for event in ours),
        "cacheCreationTokens": sum(event.get("cache_write", 0) for event in ours),
    } == {key: theirs[key] for key in ("inputTokens", "outputTokens", "cacheReadTokens", "cacheCreationTokens")}
    cost = sum(event.get("client_nano", event.get("nano", 0)) for event in ours) / 1e9
    assert cost == pytest.approx(theirs["totalCost"], abs=0.005)
