"""What gsdc reads out of Claude Code's transcripts is what ``ccusage`` reads: tokens, and dollars to the cent.

Two differences are gsdc's choice: an answer that only failed is an error event in the ledger, and what ccusage has no
price for (a model that it does not know) has the catalog's.
"""

import itertools
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.cli.running import run
from tests.conformance.recorder import Asked, Events, Script, recorder
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


def compare(node: str, ccusage: Path, project: Path, code: int = 0) -> list[dict[str, Any]]:
    """Expect of gsdc what ccusage says of all transcripts; return the events of the ledger."""
    command = [node, str(ccusage), "claude", "daily", "--json", "--offline", "-z", "UTC"]
    home = str(project.parent / "home")
    environment = os.environ | {"CLAUDE_CONFIG_DIR": f"{home}/.claude", "HOME": home}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=60)
    theirs = json.loads(done.stdout)["totals"]
    run(project, "tokens", "import", "--source", "claude-code", code=code)
    run(project, "tokens", "export", str(project / "out"))
    ours = [json.loads(line) for line in (project / "out").read_text().splitlines()]
    names = {"inputTokens": "input", "outputTokens": "output"}
    names |= {"cacheReadTokens": "cache_read", "cacheCreationTokens": "cache_write"}
    assert {their: sum(event.get(our, 0) for event in ours) for their, our in names.items()} == {
        name: theirs[name] for name in names
    }
    cost = sum(event.get("client_nano", event.get("nano", 0)) for event in ours) / 1e9
    assert cost == pytest.approx(theirs["totalCost"], abs=0.005)
    return ours


@pytest.mark.parametrize("name", CASES)
def test_the_same_as_ccusage(name, ccusage, node, project, transcript):
    transcript(*CASES[name])
    compare(node, ccusage, project, code=1 if name == "broken" else 0)


USAGE = {"input_tokens": 1000, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 50, "output_tokens": 20}
# Without it the client writes zeros here, and ccusage believes these rather than the 50.
USAGE |= {"cache_creation": {"ephemeral_5m_input_tokens": 20, "ephemeral_1h_input_tokens": 30}}


def _answers() -> Script:
    """Return a script: the first answer starts two subagents, every other one is two blocks; each has its own id."""
    ids = itertools.count()

    def answer(asked: Asked) -> Events:
        number = next(ids)
        tools = {tool["name"] for tool in asked.body.get("tools", ())} & {"Agent", "Task"}
        is_first = bool(tools) and "START-BOTH" in json.dumps(asked.body["messages"][-1])
        call = {"description": "greet", "prompt": "say hi", "subagent_type": "general-purpose"}
        blocks: list[tuple[dict[str, Any], dict[str, Any]]] = [
            ({"type": "text", "text": ""}, {"type": "text_delta", "text": f"{number} {n}"}) for n in range(2)
        ]
        if is_first:
            blocks = [
                (
                    {"type": "tool_use", "id": f"toolu_{number:012d}{n:012d}", "name": min(tools), "input": {}},
                    {"type": "input_json_delta", "partial_json": json.dumps(call)},
                )
                for n in range(2)
            ]
        message = {"id": f"msg_{number:024d}", "type": "message", "role": "assistant", "model": MODEL, "content": []}
        events: Events = [{"type": "message_start", "message": {**message, "usage": USAGE | {"output_tokens": 1}}}]
        for index, (block, delta) in enumerate(blocks):
            events += [
                {"type": "content_block_start", "index": index, "content_block": block},
                {"type": "content_block_delta", "index": index, "delta": delta},
                {"type": "content_block_stop", "index": index},
            ]
        reason = {"stop_reason": "tool_use" if is_first else "end_turn", "stop_sequence": None}
        return [*events, {"type": "message_delta", "delta": reason, "usage": USAGE}, {"type": "message_stop"}]

    return answer


MODEL = "claude-sonnet-4-5-20250929"


def test_transcripts_that_claude_code_writes(claude, ccusage, node, project):
    """A session with two subagents, which is resumed, and then forked: a fork copies the lines of the first."""
    home = project.parent / "home"
    with recorder(_answers()) as (url, asked):
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(home), "ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": "none",
            "ANTHROPIC_MODEL": MODEL, "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_AUTOUPDATER": "1",
        }  # fmt: skip
        for words in (["START-BOTH"], ["and on", "--continue"], ["and on", "--continue", "--fork-session"]):
            done = subprocess.run(
                [claude, "-p", *words], cwd=project, env=environment, stdin=subprocess.DEVNULL,
                capture_output=True, text=True, timeout=90, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr
            ours = compare(node, ccusage, project)
    lines = [line for path in home.glob(".claude/projects/**/*.jsonl") for line in path.read_text().splitlines()]
    written = [line for line in lines if '"usage"' in line]
    assert len(written) > len(ours)  # several lines say the usage of one answer
    assert 5 <= len(ours) <= len(asked)
    assert len({event["agent"] for event in ours}) > 1
    assert len({event["session"] for event in ours}) > 1
