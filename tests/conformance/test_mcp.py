"""Clients that start ``gsdc mcp`` themselves, and call its tools for a model."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.running import answer
from tests.conformance.model_server import model_server
from tests.conformance.recorder import Asked, Events, recorder

import gsdc
from gsdc.cli.mcp_tools import OFFERS
from gsdc.guide import page

DEMO = Path(__file__).parents[1] / "projects/demo"
MODEL = "claude-sonnet-4-5-20250929"
GIVEN = {"agent": "gsd-verifier", "zone": "red"}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a project; ``gsdc`` is in the path, as the guide has it."""
    program = tmp_path / "bin/gsdc"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH={Path(gsdc.__file__).parents[1]} exec {sys.executable} -m gsdc "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    root = tmp_path / "demo"
    root.mkdir()
    shutil.copy(DEMO / "gsdc.yaml", root)
    return root


def block_of_the_guide(language: str) -> str:
    return page("mcp").text.split(f"```{language}\n")[1].partition("```")[0]


def test_claude_code_calls_a_tool(claude, project):
    def claude_code(*words: str, **more: str) -> str:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(project.parent / "home"),
            "ANTHROPIC_API_KEY": "none",
            "ANTHROPIC_MODEL": MODEL,
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "DISABLE_AUTOUPDATER": "1",
        }
        done = subprocess.run(
            [claude, *words], cwd=project, env=environment | more, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=90, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    program, *words = block_of_the_guide("sh").split()
    assert program == "claude"
    claude_code(*words)
    with recorder(_calls_the_tool) as (url, asked):
        printed = claude_code(
            *("-p", "go", "--output-format", "stream-json", "--verbose", "--mcp-config", ".mcp.json"),
            *("--strict-mcp-config", "--allowedTools", "mcp__gsdc__get_model"),
            ANTHROPIC_BASE_URL=url,
        )
    begun = next(line for line in map(json.loads, printed.splitlines()) if line.get("subtype") == "init")
    assert {"name": "gsdc", "status": "connected"}.items() <= begun["mcp_servers"][0].items()
    found = [result for one in asked for result in _results(one)]
    assert answer(project, "explain", GIVEN["agent"], "--zone", GIVEN["zone"]) in found


def test_opencode_calls_a_tool(project, run_opencode):
    with model_server() as server:
        provider = {
            "npm": "@ai-sdk/openai-compatible",
            "options": {"baseURL": f"http://127.0.0.1:{server.port}/v1"},
            "models": {"a": {"limit": {"context": 100000, "output": 8000}, "tool_call": True}},
        }
        config = {"provider": {"mock": provider}, "model": "mock/a"} | json.loads(block_of_the_guide("json"))
        (project / "opencode.json").write_text(json.dumps(config))
        subprocess.run(["git", "init", "-q", project], check=True)
        server.tool, server.calls["a"] = "gsdc_get_model", [GIVEN]
        done = run_opencode(["run", "--title", "t", "go"], project, project.parent / "home")
        assert done.returncode == 0, done.stderr
    offered = {tool["function"]["name"] for body in server.bodies for tool in body.get("tools", ())}
    assert {f"gsdc_{offer.name}" for offer in OFFERS} <= offered
    told = [message["content"] for body in server.bodies for message in body["messages"] if message["role"] == "tool"]
    assert any(json.dumps(answer(project, "explain", GIVEN["agent"], "--zone", GIVEN["zone"])) in one for one in told)


def _calls_the_tool(asked: Asked) -> Events:
    """Answer the first request with a call of the tool, and its result with a word."""
    tools = {tool["name"] for tool in asked.body.get("tools", ())}
    is_first = "mcp__gsdc__get_model" in tools and not list(_results(asked))
    block = {"type": "tool_use", "id": "toolu_1", "name": "mcp__gsdc__get_model", "input": {}}
    delta = {"type": "input_json_delta", "partial_json": json.dumps(GIVEN)}
    if not is_first:
        block, delta = {"type": "text", "text": ""}, {"type": "text_delta", "text": "done"}
    usage = {"input_tokens": 1, "output_tokens": 1}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": MODEL, "content": [], "usage": usage}
    reason = {"stop_reason": "tool_use" if is_first else "end_turn", "stop_sequence": None}
    return [
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": block},
        {"type": "content_block_delta", "index": 0, "delta": delta},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": reason, "usage": usage},
        {"type": "message_stop"},
    ]


def _results(asked: Asked):
    """Yield what tools have answered, as far as it is JSON."""
    for message in asked.body.get("messages", ()):
        blocks = message["content"] if isinstance(message["content"], list) else []
        for block in blocks:
            if block["type"] == "tool_result":
                content = block["content"]
                texts = [content] if isinstance(content, str) else [part["text"] for part in content]
                for text in texts:
                    try:
                        yield json.loads(text)
                    except ValueError:
                        continue
