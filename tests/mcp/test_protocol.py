"""Messages of the Model Context Protocol: what a server of tools answers, to good ones and to others."""

import io
import json
from pathlib import Path

import pytest
import yaml

from gsdc.mcp.protocol import HANDSHAKE, STATELESS, Result, Server, Tool

MESSAGES = yaml.safe_load(Path(__file__).with_name("messages.yaml").read_text())
SERVER = Server(
    "a server",
    "1",
    "what it is for",
    {
        "echo": Tool({"name": "echo"}, lambda given: Result(given, "", failed=False)),
        "fail": Tool({"name": "fail"}, lambda _: Result(None, "why", failed=True)),
    },
)
VERSION = "io.modelcontextprotocol/protocolVersion"


def ask(method, **params):
    line = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
    return SERVER.answer(line.encode())


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message["line"])
def test_a_message_gets_its_answer(message):
    wanted, found = message["answer"], SERVER.answer(message["line"].encode("latin-1"))
    if wanted is None:
        assert found is None
    elif isinstance(wanted, int):
        assert found["error"]["code"] == wanted
        assert found["error"]["message"]
    else:
        assert found == {"jsonrpc": "2.0", "id": json.loads(message["line"])["id"], "result": wanted}


def test_a_batch_gets_the_answers_of_its_requests():
    requests = [{"jsonrpc": "2.0", "id": number, "method": "ping"} for number in (1, 2)]
    batch = [requests[0], {"jsonrpc": "2.0", "method": "notifications/initialized"}, requests[1], 7]
    found = SERVER.answer(json.dumps(batch).encode())
    assert [one["id"] for one in found] == [1, 2, None]


def test_deeply_nested_json_is_no_json():
    assert SERVER.answer(b"[" * 100_000)["error"]["code"] == -32700


@pytest.mark.parametrize("version", HANDSHAKE)
def test_a_revision_with_a_handshake_is_agreed_on(version):
    found = ask("initialize", protocolVersion=version, capabilities={}, clientInfo={"name": "c", "version": "1"})
    assert found["result"] == {
        "protocolVersion": version,
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "a server", "version": "1"},
        "instructions": "what it is for",
    }


@pytest.mark.parametrize("version", ["1999-01-01", "2026-07-28", None, 7, ["2025-11-25"]])
def test_another_revision_is_answered_with_the_newest_that_has_a_handshake(version):
    assert ask("initialize", protocolVersion=version)["result"]["protocolVersion"] == HANDSHAKE[-1]


def test_a_revision_without_handshake_says_what_a_result_is():
    meta = {VERSION: STATELESS[-1]}
    found = ask("server/discover", _meta=meta)["result"]
    assert STATELESS[-1] in found["supportedVersions"]
    for method in ("server/discover", "tools/list"):
        result = ask(method, _meta=meta)["result"]
        assert (result["resultType"], result["ttlMs"], result["cacheScope"]) == ("complete", 0, "private")
    called = ask("tools/call", name="echo", arguments={}, _meta=meta)["result"]
    assert called["resultType"] == "complete"
    assert "ttlMs" not in called


@pytest.mark.parametrize("version", ["2025-11-25", "2030-01-01", 7, {}])
def test_a_request_in_another_revision_is_told_which_there_are(version):
    error = ask("tools/list", _meta={VERSION: version})["error"]
    assert error["code"] == -32022
    assert error["data"] == {"supported": [*HANDSHAKE, *STATELESS], "requested": version}


def test_meta_data_of_other_kinds_changes_nothing():
    for meta in ({}, {"progressToken": 1}, [], None, 7):
        assert ask("ping", _meta=meta)["result"] == {}


def test_lines_are_answered_in_their_order_until_they_end():
    answers = io.BytesIO()
    SERVER.serve(
        io.BytesIO(b'{"jsonrpc":"2.0","id":1,"method":"ping"}\r\n\n  \n{\n{"jsonrpc":"2.0","id":2,"method":"ping"}'),
        answers,
    )
    assert [json.loads(line)["id"] for line in answers.getvalue().splitlines()] == [1, None, 2]


def test_an_answer_is_one_line_of_ascii():
    given = {"text": "two\nlines, \u2028 and a lone \ud800"}
    line = json.dumps(
        {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "echo", "arguments": given}}
    )
    answers = io.BytesIO()
    SERVER.serve(io.BytesIO(line.encode()), answers)
    [found] = answers.getvalue().splitlines()
    assert found.isascii()
    assert json.loads(found)["result"]["structuredContent"] == given
